"""Any notebook as a page or on paper, from nbconvert and from JupyterLab's menu."""

from __future__ import annotations

import io
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile

import nbformat
import page
import pytest
from nbconvert.exporters import get_export_names, get_exporter
from nbformat import v4

from workshop_kit.export.exporters import (
    PolicyDOCXExporter,
    PolicyHTMLExporter,
    PolicyMarkdownExporter,
    PolicyPDFExporter,
    language,
)

HOSTILE = """\
<script>alert(1)</script><iframe src="file:///etc/passwd"></iframe>
<meta http-equiv="refresh" content="0;url=https://evil.example">
<img src=x onerror="alert(1)"><a href="javascript:alert(1)">klik</a><p>Blijft</p>"""

TOKEN = secrets.token_hex()


def notebook(*outputs, lang=None):
    """Return a notebook with one title and one cell with these outputs."""
    shown = [v4.new_output("display_data", data=data) for data in outputs]
    cell = v4.new_code_cell("1 + 1", outputs=shown)
    title = v4.new_markdown_cell('# Verslag\n\n#read("/etc/passwd") <b>x</b>')
    made = v4.new_notebook(cells=[title, cell])
    if lang:
        made.metadata["workshop_kit"] = {"lang": lang}
    return made


def test_all_are_in_the_list_of_exporters():
    """The server finds them under names that its addresses allow."""
    names = {f"policy_{kind}" for kind in ("html", "pdf", "docx", "md")}
    assert names <= set(get_export_names())
    assert get_exporter("policy_html") is PolicyHTMLExporter


def test_the_language_is_of_the_notebook_then_of_the_environment(monkeypatch):
    """Metadata wins from the environment; nonsense in either is passed over."""
    monkeypatch.delenv("WORKSHOP_LANG", raising=False)
    assert language({}) == "en"
    monkeypatch.setenv("WORKSHOP_LANG", "nl")
    assert language({}) == "nl"
    assert language({"workshop_kit": {"lang": "en"}}) == "en"
    assert language({"workshop_kit": {"lang": '"><script>'}}) == "nl"
    assert language({"workshop_kit": "nl"}) == "nl"


def test_what_others_made_cannot_run_or_load():
    """Scripts, frames, refreshes and addresses are gone; the words stay."""
    content, resources = PolicyHTMLExporter().from_notebook_node(
        notebook({"text/html": HOSTILE}, {"text/markdown": "![x](https://a.example/p)"})
    )
    for forbidden in (
        "<script",
        "<iframe",
        "refresh",
        "javascript:",
        "onerror",
        "a.example",
    ):
        assert forbidden not in content
    assert "Blijft" in content
    assert "klik" in content
    assert "&lt;b&gt;x&lt;/b&gt;" in content
    assert resources["output_extension"] == ".html"


def test_a_page_has_the_language_and_title_of_its_notebook():
    """The first heading becomes the title, once."""
    content, _ = PolicyHTMLExporter().from_notebook_node(notebook(lang="nl"))
    assert '<html lang="nl">' in content
    assert "<title>Verslag</title>" in content
    assert content.count("Verslag") == 2


def test_a_notebook_without_heading_is_called_after_its_file():
    """A title is never empty."""
    made = v4.new_notebook(cells=[v4.new_markdown_cell("Tekst")])
    content, _ = PolicyHTMLExporter().from_notebook_node(
        made, resources={"metadata": {"name": "05_meten"}}
    )
    assert "<title>05_meten</title>" in content


@pytest.mark.parametrize("exporter", [PolicyDOCXExporter, PolicyMarkdownExporter])
def test_word_and_markdown_say_the_same_and_run_nothing(exporter):
    """Hostile outputs end as words in a Word file and in Markdown too."""
    made, resources = exporter().from_notebook_node(
        notebook({"text/html": HOSTILE}, lang="nl")
    )
    content = made.encode() if isinstance(made, str) else unpacked(made)
    assert b"Blijft" in content
    assert b"javascript:" not in content
    assert b"root:" not in content
    assert resources["output_extension"] in {".docx", ".md"}


def unpacked(content):
    """Return the text of a Word file."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return file.read("word/document.xml")


@pytest.mark.parametrize(
    "exporter",
    [
        PolicyHTMLExporter,
        PolicyPDFExporter,
        PolicyDOCXExporter,
        PolicyMarkdownExporter,
    ],
)
def test_a_large_notebook_of_somebody_else(exporter):
    """Four hundred cells with tables, widgets, errors and streams pass through."""
    cells = []
    for number in range(100):
        table = f"<table><tr><th>a</th></tr><tr><td>{number}</td></tr></table>"
        widget = {"application/vnd.jupyter.widget-view+json": {"model_id": "x"}}
        cells += [
            v4.new_markdown_cell(f"## Deel {number}\n\n$x^2$ ![p](attachment:p.png)"),
            v4.new_code_cell(
                "x", outputs=[v4.new_output("display_data", data={"text/html": table})]
            ),
            v4.new_code_cell("w", outputs=[v4.new_output("display_data", data=widget)]),
            v4.new_code_cell(
                "1/0",
                outputs=[
                    v4.new_output("stream", text=f"{number}\n" * 50),
                    v4.new_output(
                        "error", ename="E", evalue="v", traceback=["\x1b[0m"]
                    ),
                ],
            ),
        ]
    made, _ = exporter().from_notebook_node(v4.new_notebook(cells=cells))
    assert len(made) > 10_000


def test_nbconvert_writes_an_accessible_pdf(tmp_path):
    """``jupyter nbconvert --to policy_pdf`` works on a notebook of anybody."""
    path = tmp_path / "x.ipynb"
    nbformat.write(notebook({"text/html": HOSTILE}, lang="nl"), path)
    command = [sys.executable, "-m", "nbconvert", "--to", "policy_pdf", str(path)]
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(tmp_path)}
    subprocess.run(command, check=True, capture_output=True, env=environment)
    made = (tmp_path / "x.pdf").read_bytes()
    assert page.is_pdf_compliant_bytes(made, profile="ua1")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Run the server behind JupyterLab's menu, on loopback only."""
    folder = tmp_path_factory.mktemp("server")
    nbformat.write(notebook({"text/html": HOSTILE}, lang="nl"), folder / "x.ipynb")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [
        *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"),
        *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"),
        *(f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}"),
        "--ServerApp.jpserver_extensions={}",
    ]
    places = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    environment = os.environ | {f"JUPYTER_{one}": str(folder / one) for one in places}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            deadline = time.monotonic() + 60
            while not fetch(f"{url}/api"):
                assert time.monotonic() < deadline, "the server did not start"
                time.sleep(0.1)
            yield url
        finally:
            process.terminate()
            process.wait(20)


def fetch(url):
    """Return the headers and content at an address, or nothing."""
    try:
        asked = urllib.request.Request(url, headers={"Authorization": f"token {TOKEN}"})  # noqa: S310
        with urllib.request.urlopen(asked, timeout=60) as reply:  # noqa: S310 - loopback
            return reply.headers, reply.read()
    except urllib.error.HTTPError:
        raise
    except OSError:
        return None


@pytest.mark.parametrize(
    ("kind", "mime", "start"),
    [
        ("policy_pdf", "application/pdf", b"%PDF-1.7"),
        ("policy_html", "text/html", b"<!DOCTYPE html>"),
    ],
)
def test_the_export_menu_gives_the_file(server, kind, mime, start):
    """The address behind the menu answers with a file to keep."""
    headers, content = fetch(f"{server}/nbconvert/{kind}/x.ipynb?download=true")
    assert headers["Content-Type"].startswith(mime)
    assert f"x.{kind.removeprefix('policy_')}" in headers["Content-Disposition"]
    assert content.startswith(start)
