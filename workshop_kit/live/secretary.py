"""Takes in forms on paper as fast as somebody types them, a line per answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from workshop_kit.errors import N_, AnswerError, WorkshopError
from workshop_kit.kit.paper import BY_LETTER, letter, options_of
from workshop_kit.kit.validate import validate
from workshop_kit.live.paper import Paper, number_of, whole

if TYPE_CHECKING:
    from workshop_kit.kit.model import Question
    from workshop_kit.live.workshop import Workshop

BACK, STOP, HELP, GO = "<", ".", "?", ":"
"""What can be typed in place of an answer."""

_CODE = re.compile(r"(\d+)\s*([a-z].*)", re.IGNORECASE)
_WHERE = re.compile(r"\.([a-z_0-9]+)$")

_HELP = (
    N_("Type what stands on the paper, a line per question:"),
    N_("  b, or 3b       the code of what is ticked; several: a c d"),
    N_("  a / own words  what is written at “other”"),
    N_("  empty          not filled in"),
    N_("  <              back; takes the last one back"),
    N_("  :12            to question 12"),
    N_("  .              this paper is done, or goes on later"),
    N_("  ?              these lines"),
)


class Secretary:
    """
    The dialogue with whoever types; knows no terminal.

    Everything typed is recorded at once, so it can stop at any moment.

    Args:
        workshop: Where the answers go; its language is spoken.

    Attributes:
        finished: Whether nothing more has to be asked.
    """

    def __init__(self, workshop: Workshop) -> None:
        self.workshop, self.t = workshop, workshop.translate
        self.finished = False
        self._number = 0
        self._paper: Paper | None = None
        self._at = 0
        self._rows: list[str] = []
        self._past: list[tuple[int, Any, Any]] = []

    @property
    def prompt(self) -> str:
        """What stands before what is typed now."""
        if self._paper is not None:
            row = self.t(N_(" row {n}"), n=len(self._rows) + 1)
            return f"{self._at}{row if self._now().type == 'rows' else ''}> "
        if self._number:
            return self.t(N_("Role, {roles}: "), roles=self._roles())
        return self.t(N_("Number of the paper (empty: stop): "))

    def help(self) -> list[str]:
        """Say what can be typed."""
        return [self.t(line) for line in _HELP]

    def take(self, line: str) -> list[str]:
        """Take in a line and return what is said about it."""
        typed = line.strip()
        if typed == HELP:
            return [*self.help(), *self._asked()]
        try:
            if self._paper is not None:
                return self._line(self._paper, typed)
            return self._role(typed) if self._number else self._begin(typed)
        except WorkshopError as error:
            return [self._words(error)]

    def _roles(self) -> str:
        roles = enumerate(self.workshop.kit.roles)
        return ", ".join(f"{letter(n)}: {self.t.pick(r.label)}" for n, r in roles)

    def _begin(self, typed: str) -> list[str]:
        if not typed:
            self.finished = True
            return []
        number = number_of(typed)
        found = Paper.find(self.workshop, number)
        if found is None:
            self._number = number
            return []
        given, last = found.given(), max(found.questions)
        if found.done >= last:
            said = N_("Paper {number} has been entered already ({given} of {all}).")
            more = N_("To correct it: a question as :7; else a full stop.")
        else:
            said = N_("Paper {number} goes on; {given} of {all} were entered.")
            more = ""
        words = self.t(said, number=number, given=given, all=last)
        at = min(found.done + 1, last)
        return [
            f"{words} {self.t(more) if more else ''}".strip(),
            *self._open(found, at),
        ]

    def _role(self, typed: str) -> list[str]:
        roles = {letter(n): one.id for n, one in enumerate(self.workshop.kit.roles)}
        if typed == BACK:
            self._number = 0
            return []
        paper = Paper.begin(self.workshop, self._number, roles.get(typed.lower(), ""))
        self._number = 0
        return self._open(paper, 1)

    def _open(self, paper: Paper, at: int) -> list[str]:
        self._paper, self._past = paper, []
        return self._go(at)

    def _go(self, at: int) -> list[str]:
        self._at, self._rows = at, []
        return self._asked()

    def _now(self) -> Question:
        assert self._paper is not None  # noqa: S101 - asked while there is a paper
        return self._paper.questions[self._at]

    def _asked(self) -> list[str]:
        """Return the question of now, with its codes and what was entered."""
        if self._paper is None:
            return []
        question = self._now()
        said = ["", f"{self._at}. {self.t.pick(question.label)}"]
        options = options_of(self.workshop.kit, question)
        if options:
            codes = (
                f"{letter(n)} {self.t.pick(one.label)}" for n, one in enumerate(options)
            )
            said.append("   " + " · ".join(codes))
        if question.type == "rows":
            said += self._columns(question)
        entered = self._paper.answers().get(question.id)
        if entered is not None:
            words = self._paper.words(question, entered)
            said.append(self.t(N_("   Entered: {words}"), words=words))
        return said

    def _columns(self, question: Question) -> list[str]:
        heads = " | ".join(self.t.pick(one.label) for one in question.columns)
        said = [self.t(N_("   {heads} – a line per row; empty: no more"), heads=heads)]
        for column in question.columns:
            options = options_of(self.workshop.kit, column)
            codes = (
                f"{letter(n)} {self.t.pick(one.label)}" for n, one in enumerate(options)
            )
            if options:
                said.append(f"   {self.t.pick(column.label)}: {' · '.join(codes)}")
        return said

    def _line(self, paper: Paper, typed: str) -> list[str]:
        if typed == STOP:
            return self._stop(paper)
        if typed == BACK:
            return self._back(paper)
        if typed.startswith(GO):
            return self._go(self._known(paper, typed.removeprefix(GO)))
        question, code = self._now(), _CODE.fullmatch(typed)
        if code and question.type in BY_LETTER:
            at = self._known(paper, code[1])
            typed = code[2]
            if at != self._at:
                self._go(at)
                question = self._now()
        if question.type == "rows" and typed:
            return self._row(paper, question, typed)
        if not typed and not self._rows:
            return self._onward(paper, None, None)
        text = "\n".join(self._rows) if question.type == "rows" else typed
        value = paper.value(question, text)
        before = paper.answers().get(question.id)
        kept = paper.answer(question, value)
        said = [f"   = {paper.words(question, kept)}"]
        return [*said, *self._onward(paper, question, before)]

    def _row(self, paper: Paper, question: Question, typed: str) -> list[str]:
        rows = [*self._rows, typed]
        value = validate(question, paper.value(question, "\n".join(rows)))
        self._rows = rows
        last = paper.words(question, value[-1:])
        return [f"   = {last}"]

    def _onward(
        self, paper: Paper, question: Question | None, before: Any
    ) -> list[str]:
        self._past.append((self._at, question, before))
        paper.done = max(paper.done, self._at)
        hidden = self.workshop.hidden(paper.person)
        given = paper.answers()
        left = {n: q.id for n, q in paper.questions.items() if n > self._at}
        after = [n for n, q in left.items() if q not in hidden or q in given]
        passed = [n for n in left if not after or n < after[0]]
        said = []
        if passed:
            skipped = N_("Not asked after these answers: {numbers}.")
            numbers = ", ".join(map(str, passed))
            said.append(self.t(skipped, numbers=numbers))
        if after:
            return [*said, *self._go(after[0])]
        paper.done = max(paper.questions)
        return [*said, *self._stop(paper)]

    def _back(self, paper: Paper) -> list[str]:
        if self._rows:
            self._rows.pop()
            return [self.t(N_("The last row is taken back."))]
        if not self._past:
            return self._go(max(1, self._at - 1))
        at, question, before = self._past.pop()
        said = []
        if question is not None:
            paper.answer(question, before)
            said.append(self.t(N_("Question {n} is as it was before."), n=at))
        return [*said, *self._go(at)]

    def _known(self, paper: Paper, typed: str) -> int:
        at = whole(typed.strip())
        if at not in paper.questions:
            raise AnswerError(
                N_("The paper has questions 1 to {last}."), last=max(paper.questions)
            )
        return at

    def _stop(self, paper: Paper) -> list[str]:
        paper.keep(paper.done)
        self._paper, self._rows = None, []
        words = self.t(
            N_("Paper {number} is kept: {given} of {all} questions were entered."),
            number=paper.number,
            given=paper.given(),
            all=max(paper.questions),
        )
        return ["", words]

    def stop(self) -> list[str]:
        """Keep how far the paper of now was entered; the rest is kept already."""
        self.finished = True
        return self._stop(self._paper) if self._paper is not None else []

    def _words(self, error: WorkshopError) -> str:
        texts = (error.what, error.fix)
        said = " ".join(self.t(text, **error.slots) for text in texts if text)
        found = _WHERE.search(error.where) if self._paper is not None else None
        columns = {c.id: c for c in self._now().columns} if found else {}
        if found and found[1] in columns:
            return f"   ! {self.t.pick(columns[found[1]].label)}: {said}"
        return f"   ! {said}"
