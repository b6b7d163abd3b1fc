"""What the facilitator's notebooks call: forms, tallies, decisions and pages."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from workshop_kit.errors import N_, PolicyError, WorkshopError
from workshop_kit.export.document import Block, Callout, List, Paragraph, text
from workshop_kit.export.policy import findings_blocks, policy_document
from workshop_kit.i18n import Translator
from workshop_kit.live import pages
from workshop_kit.live.cards import (
    adoption_form,
    answer_form,
    decision_form,
    setup_form,
    waiver_form,
)
from workshop_kit.live.notebooks import home
from workshop_kit.live.opened import LANG_VARIABLE
from workshop_kit.live.show import Page, Written, busy
from workshop_kit.live.signing import signoff_form, standing_page
from workshop_kit.live.workshop import Workshop
from workshop_kit.policy.calendar import INDICATORS

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from workshop_kit.forms.form import Form
    from workshop_kit.live.lectern import Lectern
    from workshop_kit.live.room.panel import Panel

EXPORTS_VARIABLE = "WORKSHOP_EXPORTS"


class Desk:
    """
    The facilitator's side of one workshop, in a notebook.

    Every method returns what the cell shows. A problem is shown in words.

    Args:
        workshop: The workshop; it stays open as long as the notebook does.
    """

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self._me = workshop.facilitator()
        self._written: Path | None = None
        _say_errors_in_words(workshop.translate)

    @classmethod
    def here(cls) -> Self:
        """Open the workshop of this folder; see :meth:`Workshop.here`."""
        _say_errors_in_words(Translator(os.environ.get(LANG_VARIABLE, "nl")))
        return cls(Workshop.here())

    def _page(self, *blocks: Block) -> Page:
        return Page(blocks, lang=self.workshop.lang)

    def _busy(self, words: str) -> AbstractContextManager[None]:
        return busy(self.workshop.translate(words), lang=self.workshop.lang)

    def setup(self) -> Form:
        """Ask for language and track; both can be changed later."""
        return setup_form(self.workshop)

    def plan(self) -> Page:
        """Show the parts of the workshop with their questions and minutes."""
        return self._page(*pages.plan(self.workshop))

    def guide(self, *aspects: str) -> Page:
        """Show the run sheet: purpose, exercise, time and script per question."""
        return self._page(*pages.guide(self.workshop, aspects))

    def form(self, aspect: str) -> Form:
        """Show the questions of an aspect, with what was filled in here before."""
        return answer_form(self.workshop, aspect, self._me.id)

    def tally(self, *aspects: str) -> Page:
        """Show per question how many answered, what they said and what leads."""
        return self._page(*pages.tally(self.workshop, aspects))

    def status(self) -> Page:
        """Show per aspect how many questions are answered, decided and open."""
        return self._page(*pages.status(self.workshop))

    def decide(self, *aspects: str) -> Form:
        """Show a card per question on which a decision is recorded with its reason."""
        return decision_form(self.workshop, aspects, self._me)

    def adopt(self) -> Form:
        """Offer to turn what was filled in here into decisions; for one person."""
        return adoption_form(self.workshop, self._me)

    def files(self) -> Form:
        """
        Show what was recognised in each export in ``data/own``, and ask what is open.

        What is said of a file is kept with the workshop.
        """
        from workshop_kit.live.chooser import chooser  # noqa: PLC0415 - pandas

        with self._busy(N_("The figures are being read …")):
            return chooser(self.workshop, self._me)

    def figures(self, path: str | None = None) -> Page:
        """
        Show what the figures say: indicators in a table, and a few figures.

        The baselines are kept with the workshop and printed with the policy.

        Args:
            path: Only this file, of any format of
                :mod:`workshop_kit.metrics.readers`; default all in ``data/own``, or
                else the sample archive.

        Raises:
            MetricsError: If a file cannot be read or understood.
        """
        from workshop_kit.live.figures import figures  # noqa: PLC0415 - matplotlib

        rows = self.workshop.said().get(INDICATORS) or ()
        with self._busy(N_("The figures are being read …")):
            blocks = figures(self.workshop, rows, Path(path) if path else None)
        return self._page(*blocks)

    def comments(self) -> Page:
        """
        Show what people say: a sample of comments that was coded by hand.

        It is kept with the workshop and printed with the policy. Without a file in
        ``data/own`` a made-up sample is shown.

        Raises:
            MetricsError: If the file cannot be read.
        """
        from workshop_kit.live.comments import comments  # noqa: PLC0415 - matplotlib

        with self._busy(N_("The figures are being read …")):
            blocks = comments(self.workshop)
        return self._page(*blocks)

    def targets(self) -> Page:
        """Show for each target whether comparable periods reached it."""
        from workshop_kit.live.targets import targets  # noqa: PLC0415 - pandas

        rows = self.workshop.said().get(INDICATORS) or ()
        decided = INDICATORS in self.workshop.store.decisions()
        with self._busy(N_("The figures are being read …")):
            blocks = targets(self.workshop, rows, decided=decided)
        return self._page(*blocks)

    def audiences(self) -> Page:
        """Show which audience is on which platform: own table, estimate, or CBS."""
        from workshop_kit.live.reach import audiences  # noqa: PLC0415 - matplotlib

        with self._busy(N_("The figures are being read …")):
            blocks = audiences(self.workshop)
        return self._page(*blocks)

    def feasibility(self) -> Page:
        """Show the hours the plans ask for beside those there are."""
        return self._page(*pages.feasibility(self.workshop))

    def invite(self) -> Panel:
        """Let people in: the code, the address, and who is here."""
        from workshop_kit.live.room.panel import Panel  # noqa: PLC0415 - widgets

        return Panel(self.workshop, (), by=self._me.alias)

    def lead(self, *aspects: str) -> Lectern:
        """
        Lead the room through its questions, and decide on them.

        Args:
            aspects: The parts that are led here; default all, with the agenda.

        Raises:
            KitError: If there is no such part.
        """
        from workshop_kit.live.lectern import Lectern  # noqa: PLC0415 - widgets

        for aspect in aspects:
            self.workshop.questions(aspect)
        every = [aspect.id for aspect in self.workshop.kit.aspects]
        return Lectern(self.workshop, aspects or every, self._me)

    def findings(self) -> Page:
        """Show what the rules of the kit find in the decisions."""
        found = self.workshop.findings()
        return self._page(*findings_blocks(found, self.workshop.translate))

    def accept(self) -> Form:
        """Show a card per finding on which it is accepted by name, with a reason."""
        return waiver_form(self.workshop)

    def sign_off(self) -> Form:
        """Show a card for each step of the sign-off that may be taken now."""
        return signoff_form(self.workshop, self._write_again)

    def _write_again(self) -> list[str]:
        """Let documents that were written here say what was signed since."""
        if self._written is None:
            return []
        t = self.workshop.translate
        try:
            self.workshop.write(self._written, self.workshop.kit.languages)
        except WorkshopError as error:
            return [error.render(t)]
        words = N_("The documents in {folder} were written again and say so.")
        return [t(words, folder=self._written.name)]

    def standing(self) -> Page:
        """Show where the policy stands, what the next step needs, what was kept."""
        return self._page(*standing_page(self.workshop))

    def keep(self, name: str) -> Page:
        """
        Keep the policy as it reads now under a name, and show what was kept.

        Raises:
            PolicyError: If the name is empty or nothing has been decided.
            StoreError: If the name was used before.
        """
        self.workshop.snapshot(name)
        return self.standing()

    def review(self) -> Page:
        """Show what became of last year's targets, and what to look at again."""
        from workshop_kit.live.versions import review_blocks  # noqa: PLC0415 - a cycle

        return self._page(*review_blocks(self.workshop))

    def changes(self, before: str = "", after: str = "") -> Page:
        """
        Show what changed between two versions.

        Args:
            before: Name of a kept version, or an exported file; default the last
                one kept.
            after: The same; default what is decided now.

        Raises:
            PolicyError: If there is no such version.
        """
        from workshop_kit.live.versions import (  # noqa: PLC0415 - a cycle
            difference_between,
        )

        t = self.workshop.translate
        found = difference_between(self.workshop, before, after, t)
        return self._page(*found.blocks)

    def preview(self) -> Page:
        """Show the policy as it reads now."""
        policy = self.workshop.policy()
        if policy.chapters:
            return self._page(*policy_document(policy).blocks)
        nothing = self.workshop.translate(N_("Nothing has been decided yet."))
        return self._page(Paragraph(runs=text(nothing)))

    def export(self, folder: str | None = None) -> Page:
        """
        Write the policy in every language of the kit and name the files.

        Args:
            folder: Default what ``WORKSHOP_EXPORTS`` names, or else ``exports``
                beside the folder of the notebooks.

        Raises:
            PolicyError: If nothing has been decided.
            ExportError: If a file cannot be written.
        """
        if not self.workshop.store.decisions():
            raise PolicyError(N_("Nothing has been decided yet."))
        target = _exports(folder)
        with self._busy(N_("The documents are being made …")):
            made = self.workshop.write(target, self.workshop.kit.languages)
        self._written = target
        items = tuple((Paragraph(runs=text(path.name)),) for path in made)
        said = self.workshop.translate(N_("Written to {folder}:"), folder=target.name)
        files = (List(items=items, ordered=False),)
        callout = Callout(kind="note", title=text(said), blocks=files)
        root = home(Path.cwd())
        return Written([callout], made, root=root, lang=self.workshop.lang)


def _exports(folder: str | None) -> Path:
    named = folder or os.environ.get(EXPORTS_VARIABLE)
    if named:
        return Path(named)
    return home(Path.cwd()) / "exports"


def _say_errors_in_words(t: Translator) -> None:
    """Let IPython show a WorkshopError as words; a traceback helps nobody here."""
    from IPython import get_ipython  # noqa: PLC0415 - outside IPython there is none
    from IPython.display import display  # noqa: PLC0415

    shell = get_ipython()
    if shell is None:
        return

    def show(_shell: Any, _type: Any, error: WorkshopError, *_: Any, **__: Any) -> None:
        words = Paragraph(runs=text(error.render(t)))
        title = text(t(N_("This did not work")))
        callout = Callout(kind="blocker", title=title, blocks=(words,))
        display(Page([callout], lang=t.lang))  # type: ignore[no-untyped-call]

    shell.set_custom_exc((WorkshopError,), show)
