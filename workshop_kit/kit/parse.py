"""Reads YAML in which plain words stay text and a key stands once."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import yaml

from workshop_kit.kit.mistakes import NO_KEY, NO_VALUE, TOO_DEEP, not_yaml

_DEEPEST = 50
"""Levels of lists and keys; no kit has ten."""


class _Loader(yaml.CSafeLoader):
    """YAML 1.2's idea of plain words: ``yes``, ``no`` and dates stay text."""

    def construct_object(
        self,
        node: yaml.Node,
        deep: bool = False,  # noqa: FBT001 - PyYAML's signature
    ) -> Any:
        try:
            made = super().construct_object(node, deep)
            if isinstance(made, int):
                # One of thousands of digits could not be shown in a message.
                str(made)
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError):
            # PyYAML believes a tag such as !!int, and fails in many ways if it lies.
            raise yaml.MarkedYAMLError(
                problem=NO_VALUE, problem_mark=node.start_mark
            ) from None
        return made

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001 - PyYAML's signature
    ) -> dict[Any, Any]:
        if not isinstance(node, yaml.MappingNode):
            raise yaml.MarkedYAMLError(problem=NO_VALUE, problem_mark=node.start_mark)
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(
                    problem=NO_KEY, problem_mark=key_node.start_mark
                )
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"'{key}' stands here twice",
                    problem_mark=key_node.start_mark,
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag != "tag:yaml.org,2002:timestamp"
        and not (tag == "tag:yaml.org,2002:bool" and first in "yYnNoO")
    ]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def parse(words: str, file: str) -> Any:
    """
    Return what a file of a kit says; None if it is empty.

    Args:
        words: Its content.
        file: Its name, for messages.

    Raises:
        KitError: If it is no valid YAML; names the line.
    """
    try:
        mark = _too_deep(words)
        if mark is not None:
            raise yaml.MarkedYAMLError(problem=TOO_DEEP, problem_mark=mark)
        return yaml.load(words, _Loader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, RecursionError) as error:
        raise not_yaml(error, file) from None


def _too_deep(words: str) -> Any:
    """Return the mark where a file goes too deep, or None."""
    # What is nested very deep makes the loader, which is C, end the whole process;
    # the reader of events before it does not go into anything.
    depth = 0
    # What is no YAML the loader meets at the same place, and says it better.
    with suppress(yaml.YAMLError):
        for event in yaml.parse(words, yaml.CSafeLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > _DEEPEST:
                return event.start_mark
    return None
