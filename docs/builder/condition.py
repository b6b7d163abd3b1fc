"""Reads a condition of a rule, as far as kits use the language, into a tree."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""\s*(?: (?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
             | (?P<number>\d+(?:\.\d+)?)
             | (?P<name>[A-Za-z_]\w*)
             | (?P<sign>&&|\|\||[=!<>]=|[-+*/%<>!().,\[\]]) )""",
    re.VERBOSE,
)
_COMPARING = ("==", "!=", "<=", ">=", "<", ">", "in")
_MACROS = ("exists", "exists_one", "all", "filter", "map")


class UnreadableError(ValueError):
    """A condition that uses more of the language than is read here."""


@dataclass(frozen=True, slots=True)
class Node:
    """
    A part of a condition.

    Attributes:
        kind: text, number, word (true, false, null), list, name, field, item, call,
            macro, not, minus, or one of the signs between two parts.
        value: The text, the number, the name, or the sign as it is written.
        parts: What it is made of; of a macro: the list and the body.
        own: Name that a macro gives to each thing of its list.
    """

    kind: str
    value: str = ""
    parts: tuple[Node, ...] = ()
    own: str = ""

    def contains(self, kind: str) -> bool:
        """Tell whether a part of this kind is in it, itself included."""
        return self.kind == kind or any(part.contains(kind) for part in self.parts)


def read(expression: str) -> Node:
    """
    Return the tree of a condition.

    Raises:
        UnreadableError: If it is written in a way that no kit has used so far.
    """
    return _Reader(expression).whole()


class _Reader:
    """Goes through the tokens once; each method reads what binds more tightly."""

    def __init__(self, expression: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        place, end = 0, len(expression.rstrip())
        while place < end:
            found = _TOKEN.match(expression, place)
            if found is None or found.lastgroup is None:
                raise UnreadableError(expression[place:])
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            place = found.end()
        self.place = 0

    def whole(self) -> Node:
        node = self._either()
        if self.place < len(self.tokens):
            raise UnreadableError(self._now)
        return node

    @property
    def _now(self) -> str:
        return self.tokens[self.place][1] if self.place < len(self.tokens) else ""

    def _take(self, *signs: str) -> str:
        """Take the next token if it is one of these; an empty text otherwise."""
        kind = self.tokens[self.place][0] if self.place < len(self.tokens) else ""
        if self._now not in signs or kind == "text":
            return ""
        self.place += 1
        return self.tokens[self.place - 1][1]

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise UnreadableError(self._now)

    def _either(self) -> Node:
        parts = [self._both()]
        while self._take("||"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Node("||", "||", tuple(parts))

    def _both(self) -> Node:
        parts = [self._compared()]
        while self._take("&&"):
            parts.append(self._compared())
        return parts[0] if len(parts) == 1 else Node("&&", "&&", tuple(parts))

    def _compared(self) -> Node:
        left = self._sum()
        sign = self._take(*_COMPARING)
        return Node("compare", sign, (left, self._sum())) if sign else left

    def _sum(self) -> Node:
        left = self._product()
        while sign := self._take("+", "-"):
            left = Node("sum", sign, (left, self._product()))
        return left

    def _product(self) -> Node:
        left = self._unary()
        while sign := self._take("*", "/", "%"):
            left = Node("sum", sign, (left, self._unary()))
        return left

    def _unary(self) -> Node:
        if self._take("!"):
            return Node("not", "!", (self._unary(),))
        return self._after(self._first())

    def _after(self, node: Node) -> Node:
        while sign := self._take(".", "["):
            if sign == "[":
                node = Node("item", "", (node, self._either()))
                self._need("]")
                continue
            name = self._name()
            if not self._take("("):
                node = Node("field", name, (node,))
            elif name in _MACROS:
                own = self._name()
                self._need(",")
                node = Node("macro", name, (node, self._either()), own)
                self._need(")")
            else:
                node = Node("call", name, (node, *self._list(")")))
        return node

    def _first(self) -> Node:
        if self._take("("):
            node = self._either()
            self._need(")")
            return node
        if self._take("["):
            return Node("list", "", self._list("]"))
        if self.place == len(self.tokens):
            raise UnreadableError(self._now)
        kind, value = self.tokens[self.place]
        self.place += 1
        if kind == "text":
            return Node("text", value[1:-1])
        if kind == "number":
            return Node("number", value)
        if kind == "sign":
            raise UnreadableError(value)
        if value in {"true", "false", "null"}:
            return Node("word", value)
        return (
            Node("call", value, self._list(")"))
            if self._take("(")
            else Node("name", value)
        )

    def _name(self) -> str:
        kind, value = self.tokens[self.place] if self._now else ("", "")
        if kind != "name":
            raise UnreadableError(value)
        self.place += 1
        return value

    def _list(self, end: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self._take(end):
            found.append(self._either())
            if self._now != end:
                self._need(",")
        return tuple(found)
