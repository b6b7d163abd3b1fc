"""The cards in JupyterLab's launcher make and open workshops, by a click."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request

import pytest

from workshop_kit.live.starter import WHICH
from workshop_kit.live.workshop import Workshop


def until(condition, seconds):
    """Wait until the condition gives something; fail if it does not in time."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
    return found


@pytest.fixture(scope="module")
def lab(started, tmp_path_factory):
    """Start ``workshop-kit start`` in Dutch, with a second workshop in the folder."""
    folder = tmp_path_factory.mktemp("launcher")
    Workshop.create(
        folder / "later.workshop", kit="social_media", lang="nl", track="draft"
    ).close()
    with started(folder, "--no-room", "--lang", "nl") as (url, token):
        yield url, token, folder


@pytest.fixture(scope="module")
def context(browser):
    """Give a browser that has read JupyterLab's own files before."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def page(context, lab):
    """Open the launcher, and note what goes wrong in the page."""
    url, token, _ = lab
    page = context.new_page()
    page.wrong = []
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on(
        "console",
        lambda line: line.type == "error" and page.wrong.append(line.text),
    )
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{url}/lab?reset&token={token}")
    page.locator(".jp-Launcher").wait_for(timeout=60_000)
    yield page
    page.close()


def card(page, label):
    """Return a card of the launcher."""
    return page.locator(".jp-LauncherCard", has_text=label)


def name_and_kit(page, name):
    """Say how a new workshop is called and what it is about."""
    dialog = page.locator(".jp-Dialog")
    dialog.locator("input").fill(name)
    dialog.get_by_text("Maken", exact=True).click()
    dialog.locator("select").select_option(label="Sociale-mediabeleid")
    dialog.get_by_text("Maken", exact=True).click()


def opened(page, path):
    """Wait until a notebook is open and can be used."""
    page.locator(".jp-Notebook").wait_for(timeout=60_000)
    until(lambda: page.url.endswith(path), 30)


def test_the_cards_speak_dutch_and_harm_nothing(page, axe):
    """Two cards in a section of their own, without an error, for a screen reader too."""
    section = page.locator(
        ".jp-Launcher-section", has=page.get_by_text("Beleidsworkshop", exact=True)
    )

    assert section.locator(".jp-LauncherCard").all_inner_texts() == [
        "Nieuwe workshop",
        "Workshop openen",
    ]
    found = axe(page, section.locator("..").element_handle())
    ours = [
        one
        for one in found["violations"]
        for node in one["nodes"]
        if "Workshop" in node["html"] or "workshop-kit" in node["html"]
    ]
    assert ours == []
    assert page.wrong == []


def test_a_click_makes_a_workshop_and_opens_its_first_notebook(page, lab):
    """A folder of its own, with the notebooks, which work on that very workshop."""
    folder = lab[2] / "Museum Zonder Grens"
    card(page, "Nieuwe workshop").click()
    name_and_kit(page, "Museum Zonder Grens")
    opened(page, "/Museum%20Zonder%20Grens/notebooks/00_start.ipynb")

    assert (folder / "Museum Zonder Grens.workshop").is_file()
    assert (folder / "notebooks" / WHICH).read_text("utf-8") == (
        "../Museum Zonder Grens.workshop\n"
    )
    page.get_by_text("| Idle").first.wait_for(timeout=60_000)
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
    page.locator(".lm-Menu-itemLabel", has_text="Run All Cells").first.click()
    page.locator("[data-group='track'] input").first.wait_for(timeout=60_000)
    page.locator("[data-group='track'] input").first.check()
    file = folder / "Museum Zonder Grens.workshop"

    def drafted():
        with Workshop.open(file) as workshop:
            return workshop.store.workshop().track == "draft"

    until(drafted, 20)
    assert page.wrong == []


def test_a_name_that_is_taken_is_said_in_words(page, lab):
    """Nothing is overwritten; the dialog says what to do, in Dutch."""
    (lab[2] / "bezet").mkdir(exist_ok=True)
    card(page, "Nieuwe workshop").click()
    name_and_kit(page, "bezet")
    page.get_by_text("bezet: Er is al iets met deze naam.").wait_for(timeout=30_000)

    assert list((lab[2] / "bezet").iterdir()) == []


def test_a_click_opens_a_workshop_that_is_there(page, lab):
    """One is chosen from what is in the folder; the one of this Lab has its own."""
    for name, path in (
        ("later.workshop", "/later/notebooks/00_start.ipynb"),
        ("a.workshop", "/tree/notebooks/00_start.ipynb"),
    ):
        page.goto(f"{lab[0]}/lab?reset")
        card(page, "Workshop openen").click(timeout=60_000)
        dialog = page.locator(".jp-Dialog")
        dialog.locator("select").select_option(label=name)
        dialog.get_by_text("Openen", exact=True).click()
        opened(page, path)

    assert page.wrong == []


def ask(lab, path, *, token=None, body=None, **headers):
    """Ask our part of the server something, as a program."""
    request = urllib.request.Request(  # noqa: S310 - loopback
        f"{lab[0]}/workshop-kit/{path}",
        data=body if isinstance(body, bytes | None) else json.dumps(body).encode(),
        headers={**headers, **({"Authorization": f"token {token}"} if token else {})},
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:  # noqa: S310
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_nobody_asks_without_jupyters_token(lab):
    """Neither list nor folder is given to who is not the owner, and none is made."""
    before = sorted(lab[2].iterdir())

    assert ask(lab, "workshops")[0] == 403
    assert ask(lab, "new", body={"name": "x", "kit": "social_media"})[0] == 403
    assert ask(lab, "open", body={"path": "a.workshop"})[0] == 403
    assert sorted(lab[2].iterdir()) == before


def test_a_page_of_another_site_cannot_ask(page, lab):
    """The browser's cookie alone is not enough to make anything."""
    cookies = "; ".join(f"{c['name']}={c['value']}" for c in page.context.cookies())
    status, _ = ask(lab, "new", body={"name": "evil"}, Cookie=cookies)

    assert status == 403
    assert not (lab[2] / "evil").exists()


@pytest.mark.parametrize("path", ["../x.workshop", "/../../etc/passwd", "home/../../x"])
def test_no_way_leads_out_of_the_folder(lab, path):
    """A path is refused in words before anything is opened or made."""
    for asked in (
        ask(lab, "open", token=lab[1], body={"path": path, "lang": "en"}),
        ask(
            lab,
            "new",
            token=lab[1],
            body={"folder": path, "name": "x", "kit": "social_media", "lang": "en"},
        ),
    ):
        assert asked[0] == 400
        assert "outside the folder that JupyterLab shows" in asked[1]


@pytest.mark.parametrize("path", ["a\0b", "\ud800", "a/\udcff.workshop"])
def test_what_can_be_no_path_is_refused_in_words(lab, path):
    """It is the asker's mistake, not one of the server."""
    new = {"name": "x", "kit": "social_media", "lang": "en"}
    for asked in (
        ask(lab, "open", token=lab[1], body={"path": path, "lang": "en"}),
        ask(lab, "new", token=lab[1], body={"folder": path, **new}),
    ):
        assert asked[0] == 400
        assert json.loads(asked[1])["message"] == (
            f"No file or folder can have this name: {path!a}. Choose another name."
        )


@pytest.mark.parametrize("body", [[], ["path"], "path", 1, None, b"{", b"\xff"])
def test_what_is_no_request_is_refused_in_words(lab, body):
    """A list, a number, half a text and bytes that are none."""
    sent = b"null" if body is None else body
    for name in ("open", "new"):
        status, said = ask(lab, name, token=lab[1], body=sent)
        assert status == 400
        assert json.loads(said)["message"] == (
            "This request cannot be read. Reload the page and try again."
        )


@pytest.mark.parametrize("name", ["a\0b", "\ud800"])
def test_a_name_that_is_none_is_refused_in_words(lab, name):
    """The name of a workshop is printed, and so is what is said about it."""
    body = {"name": name, "kit": "social_media", "lang": "en"}
    status, said = ask(lab, "new", token=lab[1], body=body)

    assert status == 400
    assert "cannot be the name of a workshop." in json.loads(said)["message"]


@pytest.mark.parametrize("kit", ["", "../kit", "photo_policy", "\ud800"])
def test_a_workshop_is_made_of_a_kit_that_the_list_offers(lab, kit):
    """A folder that lies somewhere is not read as a kit because a page says so."""
    before = sorted(lab[2].iterdir())
    body = {"name": "Of what", "kit": kit, "lang": "en"}
    status, said = ask(lab, "new", token=lab[1], body=body)

    assert status == 400
    assert json.loads(said)["message"] == (
        f"'{kit}' is not known here; choose one of: generative_ai, social_media."
    )
    assert sorted(lab[2].iterdir()) == before


def test_a_file_whose_name_is_no_text_is_listed_with_the_others(lab):
    """One that another system made hides none of those that are there."""
    (lab[2] / "\udcff.workshop").write_bytes(b"")
    status, said = ask(lab, "workshops", token=lab[1])

    assert status == 200
    assert "later.workshop" in said["workshops"]
