"""Says a condition of a rule in words, with the labels that people saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from builder import condition
from builder.condition import Node, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workshop_kit.kit.model import Column, Kit, Question

PHRASES: dict[str, dict[str, str]] = {
    "en": {
        "&&": "and",
        "||": "or",
        "empty": "{x} is empty",
        "filled": "{x} is filled in",
        "==": "{x} is {y}",
        "!=": "{x} is not {y}",
        ">": "{x} is more than {y}",
        ">=": "{x} is at least {y}",
        "<": "{x} is less than {y}",
        "<=": "{x} is at most {y}",
        "none_of": "{x} is not {y}",
        "chosen": "{x} is chosen at {y}",
        "not_chosen": "{x} is not chosen at {y}",
        "among": "{x} is among {y}",
        "not_among": "{x} is not among {y}",
        "exists": "there is a {v} at {x} with: {body}",
        "exists_one": "there is exactly one {v} at {x} with: {body}",
        "not_exists": "there is no {v} at {x} with: {body}",
        "all": "for each {v} at {x}: {body}",
        "not_all": "not for each {v} at {x}: {body}",
        "filter": "{x} as far as {body}",
        "map": "{body} at {x}",
        "size": "the number at {x}",
        "total": "the sum of {x}",
        "item": "row {n} of {x}",
        "field": "{x} of {v}",
        "some": "there are {x}",
        "not_after": "{x} is not after {y}",
        "not": "not: {x}",
        "row": "row",
        "choice": "choice",
        "it": "it",
        "nothing": "not filled in",
        "unchecked": "decisions that nobody has held against the law",
        "undecided": "questions without a decision",
        "dissent": "decisions with dissent",
        "today": "today",
        "other": "something in own words",
        "true": "true",
        "false": "false",
    },
    "nl": {
        "&&": "en",
        "||": "of",
        "empty": "{x} is leeg",
        "filled": "{x} is ingevuld",
        "==": "{x} is {y}",
        "!=": "{x} is niet {y}",
        ">": "{x} is meer dan {y}",
        ">=": "{x} is minstens {y}",
        "<": "{x} is minder dan {y}",
        "<=": "{x} is hoogstens {y}",
        "none_of": "{x} is niet {y}",
        "chosen": "{x} is gekozen bij {y}",
        "not_chosen": "{x} is niet gekozen bij {y}",
        "among": "{x} staat bij {y}",
        "not_among": "{x} staat niet bij {y}",
        "exists": "er is een {v} bij {x} waarvoor geldt: {body}",
        "exists_one": "er is precies één {v} bij {x} waarvoor geldt: {body}",
        "not_exists": "er is geen {v} bij {x} waarvoor geldt: {body}",
        "all": "voor elke {v} bij {x} geldt: {body}",
        "not_all": "niet voor elke {v} bij {x} geldt: {body}",
        "filter": "{x} voor zover {body}",
        "map": "{body} bij {x}",
        "size": "het aantal bij {x}",
        "total": "de som van {x}",
        "item": "rij {n} van {x}",
        "field": "{x} van {v}",
        "some": "er zijn {x}",
        "not_after": "{x} ligt niet na {y}",
        "not": "niet: {x}",
        "row": "rij",
        "choice": "keuze",
        "it": "die",
        "nothing": "niet ingevuld",
        "unchecked": "besluiten die niemand aan de wet heeft getoetst",
        "undecided": "vragen zonder besluit",
        "dissent": "besluiten met een afwijkend standpunt",
        "today": "vandaag",
        "other": "iets in eigen woorden",
        "true": "waar",
        "false": "onwaar",
    },
}
"""The words of a condition, per language of a kit."""

EMPTY = (Node("text", ""), Node("word", "null"), Node("list"))
NONE = Node("number", "0")


def clauses(kit: Kit, expression: str, lang: str) -> list[str]:
    """
    Return a condition in plain text: the clauses that all have to hold.

    Args:
        kit: Its labels stand in place of ids.
        expression: The condition, as the kit has it.
        lang: Language of the labels; English words where there are none in it.

    Returns:
        The clauses; none if the condition uses more of the language than is read.
    """
    try:
        whole = condition.read(expression)
        parts = whole.parts if whole.kind == "&&" else (whole,)
        return [_Speaker(kit, lang).say(part, {}) for part in parts]
    except UnreadableError:
        return []


def _of_workshop(node: Node) -> bool:
    """Tell whether this is what rules see of the workshop itself."""
    return node.kind == "field" and node.parts[0] == Node("name", "workshop")


Scope = dict[str, "Question"]
"""What the letters of macros stand for: the question whose list they go through."""


class _Speaker:
    def __init__(self, kit: Kit, lang: str) -> None:
        self.kit, self.lang = kit, lang
        self.words = PHRASES.get(lang, PHRASES["en"])
        self.letters = False

    def _phrase(self, key: str, **slots: str) -> str:
        return self.words[key].format(**slots)

    def _label(self, text: Mapping[str, str]) -> str:
        return f"“{text.get(self.lang) or next(iter(text.values()))}”"

    # ------------------------------------------------------------ what holds

    def say(self, node: Node, scope: Scope) -> str:
        """Return something that is true or false, as a clause."""
        if node.kind in {"&&", "||"}:
            parts = [self._part(part, node.kind, scope) for part in node.parts]
            return f" {self.words[node.kind]} ".join(parts)
        if node.kind == "not":
            return self._denied(node.parts[0], scope)
        if node.kind == "compare":
            return self._compared(node.value, *node.parts, scope)
        if node.kind == "macro" and node.value in {"exists", "exists_one", "all"}:
            return self._macro(node, node.value, scope)
        return self._thing(node, scope)

    def _part(self, part: Node, joint: str, scope: Scope) -> str:
        said = self.say(part, scope)
        nested = part.kind in {"&&", "||"} and part.kind != joint
        # A clause with a colon swallows what follows unless it is set apart.
        return f"({said})" if nested or part.contains("macro") else said

    def _denied(self, node: Node, scope: Scope) -> str:
        if node.kind == "macro" and node.value in {"exists", "all"}:
            return self._macro(node, f"not_{node.value}", scope)
        if node.kind == "compare" and node.value == "in":
            return self._in(*node.parts, scope, denied=True)
        return self._phrase("not", x=f"({self.say(node, scope)})")

    def _macro(self, node: Node, key: str, scope: Scope) -> str:
        source, body = node.parts
        question = self._question(source, scope)
        outer, self.letters = self.letters, self.letters or body.contains("macro")
        inner = scope | ({node.own: question} if question else {})
        rows = source.kind == "field" and getattr(question, "type", "") == "rows"
        noun = self.words["row" if rows else "choice"]
        letter = f" *{node.own}*" if self.letters else ""
        said = self._phrase(
            key,
            v=noun + letter,
            x=self._thing(source, scope),
            body=self.say(body, inner),
        )
        self.letters = outer
        return said

    def _compared(self, sign: str, left: Node, right: Node, scope: Scope) -> str:
        if sign == "in":
            return self._in(left, right, scope, denied=False)
        sized = left.kind == "call" and left.value == "size"
        if right in EMPTY and sign in {"==", "!="}:
            key = "empty" if sign == "==" else "filled"
            return self._phrase(key, x=self._thing(left, scope))
        if sized and right == NONE and sign in {"==", "!=", ">"}:
            key = "empty" if sign == "==" else "filled"
            if _of_workshop(left.parts[0]) and key == "filled":
                key = "some"
            return self._phrase(key, x=self._thing(left.parts[0], scope))
        if _of_workshop(right) and sign == "<=":
            sign = "not_after"
        of = self._question(left, scope)
        x, y = self._thing(left, scope), self._value(right, of, scope)
        return self._phrase(sign, x=x, y=y)

    def _in(self, left: Node, right: Node, scope: Scope, *, denied: bool) -> str:
        if right.kind == "list":
            of = self._question(left, scope)
            words = [self._value(part, of, scope) for part in right.parts]
            *first, last = words or [self.words["nothing"]]
            either = f"{', '.join(first)} {self.words['||']} {last}" if first else last
            key = "none_of" if denied else "=="
            return self._phrase(key, x=self._thing(left, scope), y=either)
        of = self._question(right, scope)
        chosen = "chosen" if left.kind == "text" else "among"
        key = f"not_{chosen}" if denied else chosen
        x = self._value(left, of, scope)
        return self._phrase(key, x=x, y=self._thing(right, scope))

    # ------------------------------------------------------------ what it is about

    def _thing(self, node: Node, scope: Scope) -> str:
        """Return a noun: what an answer, a number or a list is called."""
        said = getattr(self, f"_say_{node.kind}", None)
        return said(node, scope) if said else f"({self.say(node, scope)})"

    def _say_text(self, node: Node, _: Scope) -> str:
        return f"“{node.value}”" if node.value else self.words["nothing"]

    def _say_number(self, node: Node, _: Scope) -> str:
        number = node.value.removesuffix(".0")
        return number.replace(".", ",") if self.lang == "nl" else number

    def _say_word(self, node: Node, _: Scope) -> str:
        return self.words.get(node.value, self.words["nothing"])

    def _say_name(self, node: Node, scope: Scope) -> str:
        if node.value not in scope:
            raise UnreadableError(node.value)
        return f"*{node.value}*" if self.letters else self.words["it"]

    def _say_field(self, node: Node, scope: Scope) -> str:
        base = node.parts[0]
        if base.kind == "name" and base.value == "workshop":
            return self.words[node.value]
        found = self._place(node, scope)
        if found is None:
            raise UnreadableError(node.value)
        label = self._label(found.label)
        inside = base.kind == "name" and base.value in scope
        if inside and not self.letters:
            return label
        if inside or base.kind == "item":
            return self._phrase("field", x=label, v=self._thing(base, scope))
        return label

    def _say_item(self, node: Node, scope: Scope) -> str:
        place = node.parts[1]
        if place.kind != "number":
            raise UnreadableError(place.value)
        number = str(int(place.value) + 1)
        return self._phrase("item", x=self._thing(node.parts[0], scope), n=number)

    def _say_call(self, node: Node, scope: Scope) -> str:
        if node.value not in {"size", "total"} or len(node.parts) != 1:
            raise UnreadableError(node.value)
        return self._phrase(node.value, x=self._thing(node.parts[0], scope))

    def _say_macro(self, node: Node, scope: Scope) -> str:
        if node.value not in {"filter", "map"}:
            return f"({self.say(node, scope)})"
        source, body = node.parts
        question = self._question(source, scope)
        inner = scope | ({node.own: question} if question else {})
        speak = self.say if node.value == "filter" else self._thing
        return self._phrase(
            node.value, x=self._thing(source, scope), body=speak(body, inner)
        )

    def _say_sum(self, node: Node, scope: Scope) -> str:
        sign = {"*": "×", "/": "÷", "-": "−"}.get(node.value, node.value)
        left, right = (self._thing(part, scope) for part in node.parts)
        return f"{left} {sign} {right}"

    def _value(self, node: Node, of: Any, scope: Scope) -> str:
        """Return what something is held against: an option is said by its label."""
        if node.kind != "text":
            return self._thing(node, scope)
        if not node.value:
            return self.words["nothing"]
        options = self._options(of)
        label = next((o.label for o in options if o.id == node.value), None)
        if label is None and node.value == "other":
            return self.words["other"]
        return self._label(label) if label is not None else f"“{node.value}”"

    # ------------------------------------------------------------ where it stands

    def _place(self, node: Node, scope: Scope) -> Question | Column | None:
        """Return the question or the column that a field names."""
        base = node.parts[0]
        if base.kind == "name" and base.value not in scope:
            known = {question.id: question for question in self.kit.questions()}
            return known.get(f"{base.value}.{node.value}")
        rows = self._question(base, scope)
        columns = rows.columns if rows is not None else ()
        return next((one for one in columns if one.id == node.value), None)

    def _question(self, node: Node, scope: Scope) -> Any:
        """Return the question, or the column, whose values these are."""
        if node.kind == "name":
            return scope.get(node.value)
        if node.kind == "field":
            return self._place(node, scope)
        if node.kind in {"item", "macro"}:
            return self._question(node.parts[0], scope)
        return None

    def _options(self, of: Any) -> tuple[Any, ...]:
        """Return the options of a question, or of the list it picks from."""
        while of is not None and getattr(of, "pick_from", None):
            of = self.kit.question(of.pick_from)
            of = of.columns[0] if of.columns else of
        return of.options if of is not None else ()
