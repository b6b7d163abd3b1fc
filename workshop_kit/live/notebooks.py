"""Writes the notebooks of a kit: one for each of its parts, in all its languages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_
from workshop_kit.export.md import escaped
from workshop_kit.i18n import Translator
from workshop_kit.kit.found import DEFAULT
from workshop_kit.metrics.catalogue import CATALOGUE
from workshop_kit.policy.calendar import INDICATORS
from workshop_kit.store.place import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workshop_kit.kit.model import Aspect, Kit

FOLDER = "notebooks"
FIRST = "00_start.ipynb"

_OPENING = "from workshop_kit.live.desk import Desk\n\nworkshop = Desk.here()\n"
_METADATA = {
    "kernelspec": {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}

_HOW = N_(
    "You lead from this notebook. Forms and overviews appear by themselves when you"
    " open a notebook; if a place stays empty, choose *Run* and *Run All Cells* in the"
    " menu. Whatever is filled in is saved at once, and you can stop and go on later."
)
_TRACK = N_("Choose the language and the track; both can be changed later.")
_PLAN = N_("This is how the time is divided. If you run late, move a part to later.")
_LEAD = N_(
    "Participants scan the code or type the address; their phone has to be in the same"
    " network as this laptop. The link to the screen opens a page for the projector."
    " Under “The workshop” you see how far you are, search a question and jump to a"
    " part."
)
_GROUP = N_(
    "Everybody answers on an own phone or laptop. Open a question, wait until all are"
    " done, close it, reveal it and discuss. Until then nobody sees who says what."
)
_SHEET = N_("For the facilitator: what to say and do, question by question.")
_ALONE = N_(
    "Working alone, or filling in one screen together? Fill it in here. With a group on"
    " own devices, skip this."
)
_THINKS = N_(
    "Refresh this when everybody is done. Discuss first where the answers differ."
)
_FIGURES = N_(
    "Put the exports of your accounts and of your web statistics into the folder"
    " `data/own`. Without them this shows an open archive, as a sample."
)
_DECIDE = N_(
    "One decision per question with its reason, and an honest note of who sees it"
    " otherwise. Ask whether anybody cannot live with it."
)
_ADOPT = N_(
    "In a track for one person you take your own answers over as decisions at once."
    " With a group, skip this."
)
_LEFT = N_(
    "A blocker has to be settled before sign-off, or accepted with a name and a reason."
)
_SIGN = N_(
    "Hand it out, have it read, approve it, let it take effect: each step has a name, a"
    " role and a date."
)
_TAKE = N_("As a web page and as PDF, in every language, in the folder `exports`.")


def home(folder: Path) -> Path:
    """Return the folder of a project, given it or a folder with its notebooks."""
    for place in (folder, folder.parent):
        if place.name == FOLDER:
            return place.parent
    return folder


def kit_of(folder: Path) -> str:
    """Return the kit that the notebooks in a folder are about."""
    return folder.name if folder.parent.name == FOLDER else DEFAULT


def place_of(kit: Kit) -> Path:
    """Return where in a project the notebooks of a kit are."""
    return Path(FOLDER) if kit.id == DEFAULT else Path(FOLDER) / kit.id


def workshop_of(folder: Path, kit: str) -> Path:
    """Return where in a project the workshop of a kit, by its id, is looked for."""
    return folder / "workshops" / f"{kit}{SUFFIX}"


def notebooks(kit: Kit) -> dict[str, bytes]:
    """Return the notebooks of a kit by name, as files, in the order they are used."""
    parts = [(f"{n:02}_{part.id}", part) for n, part in enumerate(kit.aspects, 1)]
    decide, policy = (f"{len(parts) + n:02}_{word}" for n, word in _LAST)
    names = [Path(FIRST).stem, *(name for name, _ in parts), decide, policy]
    words = _Words(kit)
    cells = [
        _start(kit, words),
        *(_part(kit, part, n, words) for n, (_, part) in enumerate(parts, 1)),
        _decide(kit, len(parts) + 1, words),
        _policy(len(parts) + 2, words),
    ]
    for number, following in enumerate(names[1:]):
        cells[number].append(words.next(f"{following}.ipynb"))
    return {
        f"{name}.ipynb": _file(content)
        for name, content in zip(names, cells, strict=True)
    }


_LAST = ((1, "decide"), (2, "policy"))


class _Words:
    """Says our words and those of the kit in all languages of the kit."""

    def __init__(self, kit: Kit) -> None:
        self._spoken = [Translator(lang) for lang in kit.languages]

    def title(
        self, words: str | Mapping[str, str], level: int = 2, number: int = 0
    ) -> str:
        said = dict.fromkeys(self._said(words, t) for t in self._spoken)
        before = f"{number} · " if number else ""
        return f"{'#' * level} {before}{' | '.join(said)}"

    def text(self, words: str) -> str:
        return "\n\n".join(t(words) for t in self._spoken)

    def section(self, title: str, words: str = "") -> str:
        return "\n\n".join(
            filter(None, [self.title(title), words and self.text(words)])
        )

    def next(self, name: str) -> tuple[str, str]:
        said = N_("**Next:** open [{name}]({name}).")
        return "markdown", "\n\n".join(t(said, name=name) for t in self._spoken)

    def facts(self, kit: Kit, part: Aspect) -> str:
        blocks = []
        for t in self._spoken:
            minutes = {
                name: sum(q.minutes.get(name, 0) for q in part.questions)
                for name in kit.tracks
            }
            time = "; ".join(
                t(
                    N_("{track}: {minutes} minutes"),
                    track=_plain(kit.tracks[name].label, t),
                    minutes=t.number(round(spent)),
                )
                for name, spent in minutes.items()
                if round(spent)
            )
            facts = (
                (N_("Purpose"), _plain(part.purpose, t)),
                (N_("Exercise"), _plain(part.exercise, t)),
                (N_("Time"), time),
            )
            blocks.append("\n".join(f"- **{t(name)}:** {said}" for name, said in facts))
        return "\n\n---\n\n".join(blocks)

    @staticmethod
    def _said(words: str | Mapping[str, str], t: Translator) -> str:
        return t(words) if isinstance(words, str) else _plain(words, t)


def _plain(words: Mapping[str, str], t: Translator) -> str:
    """Return words of a kit on one line, as text that no Markdown changes."""
    return escaped(" ".join(t.pick(words).split()))


_Cells = list[tuple[str, str]]


def _start(kit: Kit, words: _Words) -> _Cells:
    head = "\n\n".join([words.title(kit.title, 1), words.text(_HOW)])
    return [
        ("markdown", head),
        ("markdown", words.section(N_("Language and time"), _TRACK)),
        ("code", f"{_OPENING}workshop.setup()"),
        ("markdown", words.section(N_("The programme"), _PLAN)),
        ("code", "workshop.plan()"),
        ("markdown", words.section(N_("Leading"), _LEAD)),
        ("code", "workshop.lead()"),
    ]


def _part(kit: Kit, part: Aspect, number: int, words: _Words) -> _Cells:
    head = "\n\n".join([words.title(part.title, 1, number), words.facts(kit, part)])
    return [
        ("markdown", head),
        ("markdown", words.section(N_("With the group"), _GROUP)),
        ("code", f'{_OPENING}workshop.lead("{part.id}")'),
        ("markdown", words.section(N_("Run sheet"), _SHEET)),
        ("code", f'workshop.guide("{part.id}")'),
        *_figures(part, words),
        ("markdown", words.section(N_("Without devices"), _ALONE)),
        ("code", f'workshop.form("{part.id}")'),
        ("markdown", words.section(N_("What the room thinks"), _THINKS)),
        ("code", f'workshop.tally("{part.id}")'),
    ]


def _figures(part: Aspect, words: _Words) -> _Cells:
    """Return the cells with exports, where a part asks for what is made of them."""
    followed = [
        option.id
        for question in part.questions
        if question.id == INDICATORS
        for column in question.columns
        for option in column.options
    ]
    if not CATALOGUE.keys() & followed:
        return []
    return [
        ("markdown", words.section(N_("Our own figures"), _FIGURES)),
        ("code", "workshop.files()"),
        ("code", "workshop.figures()"),
        ("code", "workshop.targets()"),
    ]


def _decide(kit: Kit, number: int, words: _Words) -> _Cells:
    cells: _Cells = [
        ("markdown", _numbered(number, N_("Deciding"), _DECIDE, words)),
        ("code", f"{_OPENING}workshop.status()"),
        ("markdown", words.section(N_("Working alone?"), _ADOPT)),
        ("code", "workshop.adopt()"),
    ]
    for part in kit.aspects:
        cells.append(("markdown", words.title(part.title)))
        cells.append(("code", f'workshop.decide("{part.id}")'))
    return cells


def _policy(number: int, words: _Words) -> _Cells:
    return [
        ("markdown", _numbered(number, N_("The policy"), _LEFT, words)),
        ("code", f"{_OPENING}workshop.findings()"),
        ("code", "workshop.accept()"),
        ("code", "workshop.preview()"),
        ("markdown", words.section(N_("Sign-off"), _SIGN)),
        ("code", "workshop.sign_off()"),
        ("code", "workshop.standing()"),
        ("markdown", words.section(N_("Take it home"), _TAKE)),
        ("code", "workshop.export()"),
    ]


def _numbered(number: int, title: str, text: str, words: _Words) -> str:
    return "\n\n".join([words.title(title, 1, number), words.text(text)])


def _file(cells: Iterable[tuple[str, str]]) -> bytes:
    import nbformat  # noqa: PLC0415 - its import costs most of a second

    made: Any = nbformat.v4.new_notebook(metadata=_METADATA)  # type: ignore[no-untyped-call]
    for number, (kind, source) in enumerate(cells):
        if kind == "code":
            shown = {"deletable": False, "jupyter": {"source_hidden": True}}
            cell = nbformat.v4.new_code_cell(source, metadata=shown)  # type: ignore[no-untyped-call]
        else:
            shown = {"deletable": False, "editable": False}
            cell = nbformat.v4.new_markdown_cell(source, metadata=shown)  # type: ignore[no-untyped-call]
        # The same notebook each time, whoever makes it.
        cell.id = f"c{number:02}"
        made.cells.append(cell)
    return f"{nbformat.writes(made)}\n".encode()  # type: ignore[no-untyped-call]
