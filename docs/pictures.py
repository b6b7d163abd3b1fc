"""
Takes the pictures of the documentation of the real program, in Dutch.

Starts JupyterLab and the room as ``workshop-kit start`` does, lets six people in with
phones, leads them through a question, holds the sample workshop, and looks. The hands
that press are those of the browser tests. People and museum are made up.
"""

from __future__ import annotations

import importlib.util
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import uuid
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

from workshop_kit.live.sample import answer_all, decide_all, read_sample
from workshop_kit.live.workshop import Workshop

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
SAMPLE = ROOT / "data" / "sample_workshop" / "workshop.yaml"
HANDS = ROOT / "tests" / "browser" / "room" / "conftest.py"

ASKED, GOALS = "ctx.is_sm_right", "goals.which"
YES, PARTLY, NO = "Ja", "Voor een deel; andere doelen vragen om andere kanalen", "Nee"
START = "notebooks/00_start.ipynb"
PEOPLE = {
    "Anna": ("Communicatie", YES),
    "Bram": ("Educatie en publiek", YES),
    "Chris": ("Collectie en onderzoek", YES),
    "Dina": ("Vrijwilligers", PARTLY),
    "Emre": ("Juridische zaken en privacy", NO),
    "Fleur": ("Directie of bestuur", ""),
}
WANTED = ("In gesprek met het publiek", "Collectie online laten zien", "Meer bezoek")
PAGES = (
    "Vastgesteld door",
    "1. ",
    "Welke kanalen gebruiken we",
    "De waarden van de figuur",
)
"""Words that stand on the pages of the policy that are shown, in their order."""

CONTENTS = "Inhoud"
"""The page that has all these words, and is not shown."""

GROUND, GAP = "#d8d4ca", 24


def load_hands() -> Any:
    """Return what the browser tests press, type and wait with."""
    spec = importlib.util.spec_from_file_location("hands", HANDS)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(HANDS)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def keep(name: str, picture: bytes | Image.Image) -> None:
    """Write a picture, in as many colours as screens of few colours need."""
    image = Image.open(io.BytesIO(picture)) if isinstance(picture, bytes) else picture
    few = image.convert("RGB").quantize(128, dither=Image.Dither.NONE)
    few.save(PICTURES / f"{name}.png", optimize=True)
    print(f"docs/pictures/{name}.png", few.size, flush=True)  # noqa: T201 - a script


def beside(pictures: list[bytes]) -> Image.Image:
    """Put pictures of one height beside each other on a ground of their own."""
    images = [Image.open(io.BytesIO(picture)).convert("RGB") for picture in pictures]
    width = sum(image.width for image in images) + GAP * (len(images) + 1)
    whole = Image.new("RGB", (width, images[0].height + 2 * GAP), GROUND)
    left = GAP
    for image in images:
        whole.paste(image, (left, GAP))
        left += image.width + GAP
    return whole


@contextmanager
def started(hands: Any, folder: Path) -> Iterator[Any]:
    """Serve JupyterLab and the room of a new workshop; end both afterwards."""
    path, log = folder / "museum.workshop", folder / "lab.log"
    Workshop.create(path, kit="social_media", lang="nl", track="full").close()
    home = folder / "home"
    home.mkdir()
    names = ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
    config = {"LabApp": {"expose_app_in_browser": True}}
    (home / "jupyter_lab_config.json").write_text(json.dumps(config))
    port, room_port = hands.free_port(), hands.free_port()
    command = (
        *("start", path.name, "--no-browser", "--port", str(port)),
        *("--room-host", "127.0.0.1", "--room-port", str(room_port)),
    )
    elsewhere = dict.fromkeys(names, str(home))
    with hands.running(command, folder, log, WORKSHOP_LANG="nl", **elsewhere):
        token = hands.wait_until(
            lambda: re.search(r"token=(\w+)", log.read_text("utf-8")), 90
        )
        hands.wait_until(lambda: hands.listens(room_port), 90)
        room = hands.Lab(path, room_port, f"http://127.0.0.1:{port}", token[1])
        yield room
        room.workshop.close()


def room_pictures(hands: Any, room: Any, browser: Any) -> None:
    """Lead a question from the door to the result, and look at every side of it."""
    pages = hands.Pages(browser)
    screen = {"touch": False, "width": 1280}
    wall = pages.open(height=720, **screen)
    wall.goto(room.wall())
    wall.get_by_text(room.access.code[:4]).first.wait_for()
    wall.wait_for_timeout(500)
    keep("room-wall-join-nl", wall.screenshot())
    desk = pages.open(height=1060, **screen)
    panel = room.notebook(desk)
    phones = {name: hands.Phone(pages.open(), name) for name in PEOPLE}
    for name, (role, _) in PEOPLE.items():
        phones[name].join(room.link(), role=role)
    room.ask(ASKED)
    for name, (_, answer) in PEOPLE.items():
        if answer:
            phones[name].choose(ASKED, answer)
    answered = phones["Anna"].page.screenshot()
    door = pages.open()
    door.goto(room.link())
    door.locator("#alias").fill("Gijs")
    door.get_by_label("Educatie en publiek", exact=True).check()
    joining = door.screenshot()
    room.lead.timer(uuid.uuid4().hex, minutes=3)
    room.lead.close(uuid.uuid4().hex, [ASKED])
    room.reveal(ASKED)
    seen = phones["Bram"].page
    seen.get_by_text("3 van de 5 voor").first.wait_for()
    keep("room-phones-nl", beside([joining, answered, seen.screenshot()]))
    wall.get_by_text("3 van de 5 voor").first.wait_for()
    wall.wait_for_timeout(500)
    keep("room-wall-nl", wall.screenshot())
    panel.root.get_by_text("3 van de 5 voor").first.wait_for()
    panel.root.locator(".wk-joining").evaluate("(fold) => (fold.open = false)")
    panel.root.locator(".wk-joining").evaluate(
        "(one) => one.scrollIntoView({block: 'start'})"
    )
    desk.wait_for_timeout(1000)
    keep("room-panel-nl", desk.screenshot())
    keep("form-nl", form(desk))
    pages.close()


def agenda_picture(hands: Any, room: Any, browser: Any) -> None:
    """Decide the first parts as the sample does, and look at the whole workshop."""
    sample = read_sample(SAMPLE)
    decided = {q.id for part in room.workshop.kit.aspects[:2] for q in part.questions}
    answer_all(room.workshop, sample)
    kept = {name: one for name, one in sample.decisions.items() if name in decided}
    decide_all(room.workshop, replace(sample, decisions=kept, waivers=()))
    pages = hands.Pages(browser)
    desk = pages.open(touch=False, width=1280, height=1060)
    panel = room.notebook(desk, START)
    panel.root.locator(".wk-joining").evaluate("(fold) => (fold.open = false)")
    agenda = panel.root.locator(".wk-agenda")
    agenda.evaluate("(fold) => (fold.open = true)")
    desk.wait_for_timeout(1000)
    keep("room-agenda-nl", agenda.screenshot())
    pages.close()


def form(desk: Any) -> bytes:
    """Fill in a ranking in the notebook, and return how it looks."""
    forms = desk.locator(".wk-form:not(.wk-panel)")
    card = forms.locator(f"[data-group='{GOALS}']").last
    card.scroll_into_view_if_needed()
    for label in WANTED:
        card.locator(".wk-add", has_text=label).click()
    card.locator(".wk-status[data-kind=saved]").wait_for()
    card.evaluate("(one) => one.scrollIntoView({block: 'center'})")
    desk.wait_for_timeout(500)
    return bytes(card.screenshot())


def policy_picture(folder: Path) -> None:
    """Hold the sample workshop, and show pages of the policy it ends with."""
    made = folder / "exports"
    command = [sys.executable, "-m", "workshop_kit", "demo", "--to", str(made)]
    subprocess.run(command, cwd=folder, check=True, env=os.environ)  # noqa: S603 - ours
    paper = made / "policy-nl.pdf"
    words = [page.extract_text() for page in PdfReader(paper).pages]
    shown, first = [], 0
    for wanted in PAGES:
        first = next(
            n
            for n in range(first, len(words))
            if wanted in words[n] and CONTENTS not in words[n]
        )
        shown.append(first + 1)
        first += 1
    images = []
    for number in shown:
        one = folder / "page"
        options = ["-r", "62", "-f", str(number), "-l", str(number), "-png"]
        tool = shutil.which("pdftoppm") or "pdftoppm"
        subprocess.run(  # noqa: S603 - fixed commands
            [tool, *options, "-singlefile", str(paper), str(one)], check=True
        )
        images.append(one.with_suffix(".png").read_bytes())
    keep("policy-nl", beside(images))


def main() -> None:
    """Take all pictures, or those whose part is named: room, agenda, policy."""
    parts = sys.argv[1:] or ["room", "agenda", "policy"]
    with tempfile.TemporaryDirectory(prefix="pictures-") as name:
        folder = Path(name)
        for part in ("notebooks", "data"):
            shutil.copytree(ROOT / part, folder / part)
        if {"room", "agenda"} & {*parts}:
            hands = load_hands()
            with sync_playwright() as playwright, started(hands, folder) as room:
                browser = playwright.chromium.launch(
                    executable_path=os.environ.get("CHROMIUM")
                    or shutil.which("chromium"),
                    args=["--no-sandbox"],
                )
                if "room" in parts:
                    room_pictures(hands, room, browser)
                if "agenda" in parts:
                    agenda_picture(hands, room, browser)
                browser.close()
        if "policy" in parts:
            policy_picture(folder)


if __name__ == "__main__":
    main()
