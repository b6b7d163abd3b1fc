"""Exporters for nbconvert and JupyterLab's export menu: any notebook as a document."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nbconvert.exporters.exporter import Exporter
from traitlets import Enum

from workshop_kit.i18n import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workshop_kit.export.document import Block, Document

LANG_VARIABLE = "WORKSHOP_LANG"
"""Environment variable with the language of notebooks that do not say their own."""


def language(metadata: Mapping[str, Any]) -> str:
    """
    Return the language of a notebook.

    That is ``workshop_kit.lang`` of its metadata, or else the environment variable
    ``WORKSHOP_LANG``, or else English.
    """
    ours = metadata.get("workshop_kit")
    said = (
        ours.get("lang") if isinstance(ours, dict) else None,
        os.environ.get(LANG_VARIABLE),
    )
    return next((lang for lang in said if lang in LANGUAGES), "en")


def _form_blocks(reference: Mapping[str, Any]) -> list[Block]:
    # Most notebooks have no form, and then nothing needs the database.
    from workshop_kit.export.answers import form_blocks  # noqa: PLC0415

    return form_blocks(reference)


class _PolicyExporter(Exporter):
    """Reads a notebook into a document; its children write the document."""

    lang = Enum(
        ("", *LANGUAGES),
        default_value="",
        help="Language of our own words; default what the notebook says, or else"
        " WORKSHOP_LANG.",
    ).tag(config=True)

    def _document(self, nb: Any, resources: Any) -> tuple[Document, dict[str, Any]]:
        # An exporter that cannot be imported breaks all others, so this module is
        # light, and whatever may be missing is only needed when it is used.
        from workshop_kit.export.notebook import document  # noqa: PLC0415

        ready, made = super().from_notebook_node(nb, resources)
        found: dict[str, Any] = dict(made)
        lang = self.lang or language(ready.get("metadata") or {})
        read = document(ready, lang=lang, resolve_form=_form_blocks)
        if not read.title:
            name = str((found.get("metadata") or {}).get("name") or "")
            read = replace(read, title=name)
        return read, found


class PolicyHTMLExporter(_PolicyExporter):
    """Writes a notebook as one HTML page with its answers in it."""

    export_from_notebook = "Policy (HTML)"
    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    # Every exporter of nbconvert narrows the return type of its parent to its format.
    def from_notebook_node(  # type: ignore[override]
        self,
        nb: Any,
        resources: Any = None,
        **_: Any,
    ) -> tuple[str, dict[str, Any]]:
        """Return the page and nbconvert's resources."""
        from workshop_kit.export import html  # noqa: PLC0415

        made, found = self._document(nb, resources)
        return html.render(made), found


class PolicyPDFExporter(_PolicyExporter):
    """Writes a notebook as an accessible PDF with its answers in it."""

    export_from_notebook = "Policy (PDF)"
    output_mimetype = "application/pdf"

    def _file_extension_default(self) -> str:
        return ".pdf"

    # Every exporter of nbconvert narrows the return type of its parent to its format.
    def from_notebook_node(  # type: ignore[override]
        self,
        nb: Any,
        resources: Any = None,
        **_: Any,
    ) -> tuple[bytes, dict[str, Any]]:
        """
        Return the PDF and nbconvert's resources.

        Raises:
            ExportError: If the typesetter refuses the document.
        """
        from workshop_kit.export import pdf  # noqa: PLC0415

        made, found = self._document(nb, resources)
        return pdf.render(made), found


class PolicyDOCXExporter(_PolicyExporter):
    """Writes a notebook as a Word document with its answers in it."""

    export_from_notebook = "Policy (DOCX)"
    output_mimetype = (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    )

    def _file_extension_default(self) -> str:
        return ".docx"

    # Every exporter of nbconvert narrows the return type of its parent to its format.
    def from_notebook_node(  # type: ignore[override]
        self,
        nb: Any,
        resources: Any = None,
        **_: Any,
    ) -> tuple[bytes, dict[str, Any]]:
        """Return the document and nbconvert's resources."""
        from workshop_kit.export import docx  # noqa: PLC0415

        made, found = self._document(nb, resources)
        return docx.render(made), found


class PolicyMarkdownExporter(_PolicyExporter):
    """Writes a notebook as Markdown with its answers in it."""

    export_from_notebook = "Policy (Markdown)"
    output_mimetype = "text/markdown"

    def _file_extension_default(self) -> str:
        return ".md"

    # Every exporter of nbconvert narrows the return type of its parent to its format.
    def from_notebook_node(  # type: ignore[override]
        self,
        nb: Any,
        resources: Any = None,
        **_: Any,
    ) -> tuple[str, dict[str, Any]]:
        """Return the text and nbconvert's resources."""
        from workshop_kit.export import md  # noqa: PLC0415

        made, found = self._document(nb, resources)
        return md.render(made), found
