"""Every figure that a scenario rests on, and how it is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from advisory_sim.scenario.document import Document, Path_
from advisory_sim.scenario.model import Scenario
from advisory_sim.scenario.presets import preset_tree
from advisory_sim.scenario.quantities import Observed

SECTIONS = ("mandate", "roles", "units", "teams", "coverage", "activities", "reentry", "academy", "decisions")

LONGEST_TEXT = 100  # characters of values seen


@dataclass(frozen=True)
class Figure:
    """A figure of the file or of its preset."""

    path: str
    text: str
    origin: str  # file or preset
    grade: str
    source: str | None
    is_range: bool


def figures(scenario: Scenario) -> list[Figure]:
    """Every figure of a scenario, in the file's order.

    A figure of the file is known as its longest path in `sources` says, one of the preset as the preset says; without
    an entry it is assumed.
    """
    document = scenario._document
    if document is None:
        return []
    shipped = preset_sources(scenario.preset)
    found = []
    for section in SECTIONS:
        for path, value in leaves((section,), document.tree.get(section)):
            text = shortened(str(value))
            origin, source_path = "file", named(path)
            entries: Mapping[str, Any] = {k: (v.grade, v.source) for k, v in scenario.sources.items()}
            preset_path = from_preset(document, path)
            if preset_path is not None:
                origin, source_path, entries = "preset", preset_path, shipped
            grade, source = longest_match(entries, source_path)
            found.append(Figure(named(path), text, origin, grade, source, "between" in text))
    return found


def leaves(path: Path_, value: Any) -> Iterator[tuple[Path_, Any]]:
    """Scalars that hold a digit, with their paths."""
    if path[-1] == "location" or path == ("academy", "target") or isinstance(value, bool) or value is None:
        return
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from leaves((*path, key), inside)
    elif isinstance(value, list):
        for i, inside in enumerate(value):
            yield from leaves((*path, i), inside)
    elif path[-2:-1] != ("units",) and holds_figures(value) and not is_name(path):
        yield path, value


def holds_figures(value: Any) -> bool:
    """Whether a scalar is, or names, figures."""
    return isinstance(value, Observed) or any(c.isdigit() for c in str(value))


def shortened(text: str) -> str:
    """A scalar's text; of many values seen, the first."""
    return text if len(text) <= LONGEST_TEXT or "empirical" not in text else f"{text[:LONGEST_TEXT]}…"


def is_name(path: Path_) -> bool:
    """Whether a value is a name, not a figure: the units of a team, of a plan of return, of a decision; stages."""
    return len(path) >= 3 and path[2] in ("units", "open_unit", "close_unit", "during")


def named(path: Path_) -> str:
    """A path as `sources` writes it: steps of recruitment by name alone."""
    return ".".join(str(part) for part in path if not isinstance(part, int))


def from_preset(document: Document, path: Path_) -> str | None:
    """The path within the preset that a value came from."""
    if any(path[:length] in document.own for length in range(1, len(path) + 1)):
        return None
    for length in range(len(path), 0, -1):
        origin = document.from_preset.get(path[:length])
        if origin is not None:
            return ".".join([origin, *(str(part) for part in path[length:] if not isinstance(part, int))])
    return None


def longest_match(entries: Mapping[str, tuple[str, str | None]], path: str) -> tuple[str, str | None]:
    """Grade and source of the longest entry that covers a path."""
    while path:
        if path in entries:
            return entries[path]
        path = path.rpartition(".")[0]
    return "assumed", None


@cache
def preset_sources(name: str) -> dict[str, tuple[str, str | None]]:
    """A preset's own sources."""
    tree = preset_tree(name)
    if tree is None:
        return {}
    return {path: (entry["grade"], entry.get("source")) for path, entry in tree.get("sources", {}).items()}
