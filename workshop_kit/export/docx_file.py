"""What is around the text of a Word document: its foot, properties and file."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_
from workshop_kit.export.docx_look import TITLE, region

if TYPE_CHECKING:
    from workshop_kit.export.document import Document
    from workshop_kit.i18n import Translator


def footer(word: Any, document: Document, t: Translator) -> None:
    """Write whose document it is, and which version, at the foot of each page."""
    version = document.field(t(N_("Version")))
    mark = f" · {t(N_('Version'))} {version}" if version else ""
    foot = word.sections[0].footer.paragraphs[0]
    foot.text = f"{document.subtitle or document.title}{mark}"


def properties(word: Any, document: Document, t: Translator) -> None:
    """Say in the file what it is, by whom and in which language."""
    about = word.core_properties
    about.title = (document.title or t(N_("Document")))[:TITLE]
    about.author = document.subtitle[:TITLE]
    about.language = region(document.lang)
    about.comments = about.keywords = about.subject = ""
    # The template says when and by whom the template was made.
    for child in list(about._element):  # noqa: SLF001 - the library has no way
        if child.tag.rpartition("}")[2] in {"created", "modified", "lastModifiedBy"}:
            about._element.remove(child)  # noqa: SLF001


def packed(word: Any) -> bytes:
    """Pack it again, without the time of day in it."""
    first, packed = io.BytesIO(), io.BytesIO()
    word.save(first)
    with (
        zipfile.ZipFile(first) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target,
    ):
        for name in source.namelist():
            target.writestr(
                zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)),
                source.read(name),
                zipfile.ZIP_DEFLATED,
            )
    return packed.getvalue()
