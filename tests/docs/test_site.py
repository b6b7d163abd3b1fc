"""The documentation site: it builds without a warning, and every link leads somewhere."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from builder import site
from examples import PAGES, ROOT
from myst_parser.mdit_to_docutils.base import default_slugify

MARKDOWN = sorted(
    path.relative_to(ROOT).as_posix()
    for path in ROOT.rglob("*.md")
    if not {"node_modules", "build", ".venv", "mutants"}
    & {*path.relative_to(ROOT).parts}
    and not any(
        part.startswith((".", "workshops")) for part in path.relative_to(ROOT).parts
    )
)
FETCHED = {
    "img": "src",
    "script": "src",
    "iframe": "src",
    "source": "src",
    "use": "href",
}
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The site, built anew with warnings as errors."""
    folder = tmp_path_factory.mktemp("site") / "html"
    done = make(ROOT, folder)
    assert (done.returncode, done.stderr) == (0, "")
    return folder


def make(root, folder):
    """Build the site of a copy of the repository, as the task does."""
    script = root / "docs" / "make.py"
    return subprocess.run(
        [sys.executable, script, "--as-is", "--to", folder],
        check=False,
        capture_output=True,
        text=True,
    )


def pages_of(folder):
    """Return each page of the site with what is in it."""
    return {
        path: BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for path in folder.rglob("*.html")
    }


def test_every_page_is_in_the_site(built):
    """Each page of the repository has a page there, and the root leads to the first."""
    for page in PAGES:
        assert (built / page).with_suffix(".html").is_file(), page
    assert "docs/index.html" in (built / "index.html").read_text("utf-8")


def test_every_link_in_the_site_leads_to_a_file_and_a_place(built):
    """Links, pictures and anchors, between all pages that were built."""
    pages = pages_of(built)
    places = {
        path: {tag["id"] for tag in soup.find_all(id=True)}
        for path, soup in pages.items()
    }
    seen, dead = 0, []
    for path, soup in pages.items():
        targets = [
            tag.get("href") or tag.get("src")
            for tag in soup.find_all(["a", "img", "link", "script"])
        ]
        for target in filter(None, targets):
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            seen += 1
            file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            lost = file in places and anchor and anchor not in places[file]
            if not file.is_file() or lost:
                dead.append((path.name, target))
    assert dead == []
    assert seen > 1000


def test_the_site_asks_nothing_of_another_host(built):
    """Scripts, styles, pictures and fonts are files of the site itself."""
    for path, soup in pages_of(built).items():
        tags = [tag for name in FETCHED for tag in soup.find_all(name)]
        fetched = [tag.get(FETCHED[tag.name]) or "" for tag in tags]
        fetched += [tag.get("href", "") for tag in soup.find_all("link")]
        away = [
            t
            for t in fetched
            if urlsplit(t).scheme not in {"", "data"} or t.startswith("//")
        ]
        assert away == [], path
    for path in built.rglob("*.css"):
        calls = re.findall(
            r"(?:url\(|@import)\s*[\"']?([^\"')]+)", path.read_text("utf-8")
        )
        assert [c for c in calls if re.match(r"(?:https?:)?//", c.strip())] == [], path


@pytest.mark.parametrize("page", MARKDOWN)
def test_every_link_of_a_markdown_file_leads_somewhere(page):
    """As a repository browser shows it: relative files, pictures, and headings."""
    path = ROOT / page
    for target in site.targets(path.read_text("utf-8")):
        parts = urlsplit(target)
        if parts.scheme or parts.netloc:
            continue
        file = (path.parent / unquote(parts.path)) if parts.path else path
        assert file.exists(), f"{page}: {target}"
        if parts.fragment and file.suffix == ".md":
            assert parts.fragment in headings(file), f"{page}: {target}"


def headings(path):
    """Return the anchors of a Markdown file's headings."""
    found = list(site.tokens(path.read_text("utf-8")))
    return {
        default_slugify("".join(t.content for t in after.children))
        for before, after in itertools.pairwise(found)
        if before.type == "heading_open"
    }


def test_links_to_what_is_not_there_are_found(tmp_path):
    """A wrong page, heading and picture each fail the build, by name and line."""
    copy = tmp_path / "copy"
    for page in PAGES:
        (copy / page).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / page, copy / page)
    shutil.copytree(ROOT / "docs", copy / "docs", dirs_exist_ok=True)
    for folder in ("deploy", "data"):
        ignored = shutil.ignore_patterns("node_modules", "own")
        shutil.copytree(
            ROOT / folder, copy / folder, ignore=ignored, dirs_exist_ok=True
        )
    wrong = "# A\n\n[x](nowhere.md)\n\n[y](index.md#no-such)\n\n![z](pictures/no.png)\n"
    (copy / "docs" / "wrong.md").write_text(wrong)

    done = make(copy, copy / "out")

    assert done.returncode != 0
    assert not (copy / "out").exists()
    for line, target in ((3, "nowhere.md"), (5, "no-such"), (7, "no.png")):
        (said,) = [one for one in done.stderr.splitlines() if target in one]
        assert f"wrong.md:{line}: WARNING" in said


def test_tests_that_a_page_names_exist():
    """Whoever reads that something is tested can find the test."""
    named = {
        found
        for page in PAGES
        for found in TEST.findall((ROOT / page).read_text("utf-8"))
    }
    assert len(named) > 40
    for file, test in named:
        assert f"def {test}(" in (ROOT / file).read_text("utf-8"), (file, test)


def test_figures_in_the_readme_are_those_of_the_benchmarks():
    """Each measured figure of the comparison stands in the same row there."""
    text = (ROOT / "README.md").read_text("utf-8")
    table = text.split("| | workshop_kit | Voilà |")[1].split("\n\n")[0]
    rows = [
        [c.strip() for c in line.split("|")[1:-1]] for line in table.splitlines()[2:]
    ]
    measured = (ROOT / "benchmarks" / "README.md").read_text("utf-8").splitlines()
    assert len(rows) == 4
    for name, ours, theirs in rows:
        (found,) = [
            line for line in measured if line.startswith(f"| {name.split(',')[0]}")
        ]
        assert ours in found, name
        assert f"| {theirs} |" in found, name


def test_every_picture_is_shown_and_taken_by_the_script():
    """None is left over of which nobody knows how it was made."""
    there = {path.name for path in (ROOT / "docs" / "pictures").iterdir()}
    shown = {
        Path(target).name
        for page in PAGES
        for target in site.targets((ROOT / page).read_text("utf-8"))
        if "pictures/" in target
    }
    script = (ROOT / "docs" / "pictures.py").read_text("utf-8")
    taken = {f"{name}.png" for name in re.findall(r'keep\(\s*"([\w-]+)"', script)}

    assert there == shown == taken
