"""A scenario's own text with one option more: comments, order and ways of writing stay."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from advisory_sim.scenario.model import Scenario

WIDE = 10_000  # characters: no line is broken


def with_option_text(scenario: Scenario, name: str, option: Any, comments: Sequence[str]) -> str:
    """The text of the plan that a scenario comes from, with an option at the end of its options.

    Parameters
    ----------
    option
        As a file writes it: a list of decisions, or {take: [..], set: {path: value}}.
    comments
        Lines that stand before the text.
    """
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt")
    yaml.width = WIDE
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    tree = yaml.load(scenario.text)
    tree.setdefault("options", {"plan": []})[name] = option
    text = io.StringIO()
    yaml.dump(tree, text)
    said = "".join(f"# {' '.join(line.split())}\n" for line in comments)
    return said + text.getvalue()
