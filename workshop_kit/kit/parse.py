"""Reads YAML in which plain words stay text and a key stands once."""

from __future__ import annotations

from typing import Any

import yaml

from workshop_kit.kit.mistakes import NO_KEY, not_yaml


class _Loader(yaml.CSafeLoader):
    """YAML 1.2's idea of plain words: ``yes``, ``no`` and dates stay text."""

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001 - PyYAML's signature
    ) -> dict[Any, Any]:
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
        return yaml.load(words, _Loader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, RecursionError) as error:
        raise not_yaml(error, file) from None
