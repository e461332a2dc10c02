"""Small scenario files to change one thing in."""

from __future__ import annotations

import re
from pathlib import Path

from advisory_sim import ScenarioError, loads
from advisory_sim.scenario.model import Scenario

ROOT = Path(__file__).parents[2]
BASE = {
    "format": "format: 1",
    "title": "title: T",
    "start": "start: 2001-01-01",
    "mandate": "mandate: {length: 100 days}",
    "roles": "roles: {adviser: {}}",
    "teams": "teams: {T: {posts: {adviser: 1}}}",
}


def plan(changes: str = "", without: str = "") -> str:
    """The smallest plan's text, with some of its sections in other words, others added, and one left out."""
    sections = {key: text for key, text in BASE.items() if key != without}
    for section in re.split(r"\n(?=\S)", changes.strip("\n")) if changes.strip() else []:
        sections[section.split(":")[0]] = section
    return "\n".join(sections.values()) + "\n"


def read(changes: str = "") -> Scenario:
    """The smallest plan with changes, loaded."""
    return loads(plan(changes), "plan.yaml")


def refusal(text: str) -> str:
    """All that a file is told."""
    try:
        loads(text, "plan.yaml")
    except ScenarioError as wrong:
        return str(wrong)
    return "nothing wrong"


def settings_of(scenario: Scenario, *but: str) -> dict[str, object]:
    """A scenario's records by name; without where they were read from."""
    return {name: getattr(scenario, name) for name in type(scenario).model_fields if name not in but}
