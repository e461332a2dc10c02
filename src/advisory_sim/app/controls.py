"""What of a plan can be moved on the page: only what its file has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from advisory_sim.scenario.document import dotted
from advisory_sim.scenario.options import document_of, locate, option_tree

if TYPE_CHECKING:
    from advisory_sim.scenario.model import Scenario

NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")
DATE = re.compile(r"\d{4}-\d")
ACTS = {"expand": "more", "draw_down": "fewer", "replace": "replaced", "by": "in their place"}  # of posts
TAKEN = "taken"  # key of whether an option takes a decision: `taken.NAME`


class Slider(NamedTuple):
    """How a text moves along a line: its one number by steps, or all numbers together, in per cent of the file's."""

    of: str  # number, or all
    value: float
    least: float
    most: float
    step: float


@dataclass(frozen=True)
class Control:
    """A setting that can be moved: its path, what it is called, and the file's text for it.

    `place` is where a problem with it stands: its path with the steps of recruitment counted.
    """

    key: str
    group: str
    label: str
    text: str
    place: str
    kind: str = "text"  # text, people, or decision: whether it is taken, `yes` or `no`

    @property
    def slider(self) -> Slider | None:
        """How it moves along a line; None where it holds no number, a date, or lengths that have no common scale."""
        numbers = NUMBER.findall(self.text)
        if not numbers or self.kind == "decision" or DATE.search(self.text) or " every " in self.text:
            return None
        if len(numbers) > 1:
            return Slider("all", 100, 10, 300, 5)
        value = float(numbers[0])
        step = 1.0 if value == int(value) else 0.1
        most = max(20.0, 2 * value) if step == 1 else round(3 * value, 1)
        return Slider("number", value, 0, min(most, 100.0) if "%" in self.text else most, step)


def controls(plan: Scenario, option: str) -> tuple[Control, ...]:
    """The settings of an option that can be moved, in the order of the page.

    Raises
    ------
    KeyError
        For an option that the plan does not have.
    """
    tree = option_tree(plan, option)
    document = document_of(plan)

    def control(path: str, group: str, label: str, kind: str = "text") -> Control:
        located = locate(tree, path, ())
        node: Any = tree
        for part in located:
            node = node[part]
        return Control(path, group, label, written(node), dotted(located), kind)

    found = [control(path, *named) for path, *named in settings(plan, tree)]
    taken = {take.decision: take.moment for take in plan.options[option].take}
    for name, decision in plan.decisions.items():
        group = f"Decision: {name}"
        place = f"decisions.{name}"
        found.append(Control(f"{TAKEN}.{name}", group, "taken", "yes" if name in taken else "no", place, "decision"))
        if decision.at is not None:
            at = control(f"{place}.at", group, "proposed")
            moved = taken.get(name)
            found.append(at if moved is None else Control(at.key, group, at.label, str(moved), at.place))
        found += [control(path, group, *named) for path, *named in of_decision(name, document.tree["decisions"][name])]
    return tuple(found)


def written(value: Any) -> str:
    """A scalar as a file writes it."""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def is_single(value: Any) -> bool:
    """Whether a value is neither a mapping, a list nor nothing."""
    return value is not None and not isinstance(value, dict | list)


def settings(plan: Scenario, tree: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Path, group, label and kind of what is not a decision's."""
    for team, body in tree.get("teams", {}).items():
        for role in (body or {}).get("posts", {}):
            yield f"teams.{team}.posts.{role}", "Team sizes", f"{team}: {role}", "people"
    mandate = tree["mandate"]
    yield "mandate.length", "Mandate", "length"
    if isinstance(mandate.get("consent"), dict) and is_single(mandate["consent"].get("takes")):
        yield "mandate.consent.takes", "Mandate", "consent takes"
    for role, body in tree.get("roles", {}).items():
        group = f"Role: {role}"
        for step in (body or {}).get("recruitment") or []:
            ((name, inside),) = step.items()
            path = f"roles.{role}.recruitment.{name}"
            if is_single(inside):
                yield path, group, name
            for key in ("every", "takes", "fails"):
                if isinstance(inside, dict) and is_single(inside.get(key)):
                    yield f"{path}.{key}", group, f"{name}: {key}"
        for key in ("travel", "leave"):
            if is_single((body or {}).get(key)):
                yield f"roles.{role}.{key}", group, key


def of_decision(name: str, body: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Path, label and kind of a decision's own settings."""
    for act, word in ACTS.items():
        for key, number in (body.get(act) or {}).items():
            parts = number.items() if isinstance(number, dict) else [(None, number)]
            for role, _ in parts:
                path = f"decisions.{name}.{act}.{key}" + (f".{role}" if role else "")
                yield path, f"{word} {key}" + (f": {role}" if role else ""), "people"
    if is_single(body.get("extend")):
        yield f"decisions.{name}.extend", "longer by"
    if isinstance(body.get("agreement"), dict):
        for key in ("takes", "chance"):
            if is_single(body["agreement"].get(key)):
                yield f"decisions.{name}.agreement.{key}", f"agreement: {key}"
