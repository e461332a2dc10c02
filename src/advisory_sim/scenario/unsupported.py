"""What a later version will read: refused by name until then, never ignored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from advisory_sim.errors import Problem
from advisory_sim.scenario.document import Document, Path_


def take_out_unsupported(document: Document) -> list[Problem]:
    """Remove what is not yet supported from the document's tree; returns a problem for each."""
    tree = document.tree
    problems = []
    for path, name in list(unsupported(tree)):
        problems.append(document.problem(path, f"{name} is not yet supported", key=True))
        document.refused.add(path)
        node: Any = tree
        for part in path[:-1]:
            node = node[part]
        del node[path[-1]]
    return problems


def unsupported(tree: dict[str, Any]) -> Iterator[tuple[Path_, str]]:
    """Paths of what is not yet supported, and what it is called."""
    for decision, settings in entries(tree, "decisions"):
        for name in ("replace", "by", "open_unit", "close_unit"):
            if name in settings:
                yield ("decisions", decision, name), f"'{name}'"


def entries(tree: dict[str, Any], section: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Named mappings of a section."""
    mapping = tree.get(section)
    for name, settings in mapping.items() if isinstance(mapping, dict) else ():
        if isinstance(settings, dict):
            yield name, settings
