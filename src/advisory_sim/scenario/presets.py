"""Shipped settings of roles, each figure with its source."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

NAMES = ("osce-seconded", "un-police", "none")


def preset_text(name: str) -> str:
    """A preset's file."""
    return (files("advisory_sim") / "presets" / f"{name}.yaml").read_text(encoding="utf-8")


def preset_tree(name: str) -> dict[str, Any] | None:
    """A preset as a tree: title, roles, sources; None for `none` and for what is no preset."""
    from advisory_sim.scenario.document import parse

    if name == "none" or name not in NAMES:
        return None
    document, problems = parse(preset_text(name), name)
    assert not problems, problems
    return document.tree
