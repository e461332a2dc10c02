"""A plan with an option more: one of its own, as the controls of the page have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisory_sim.app.controls import TAKEN, Control, controls
from advisory_sim.errors import Problem, ScenarioError
from advisory_sim.scenario.document import scalar
from advisory_sim.scenario.options import with_setting, with_taken
from advisory_sim.scenario.rewrite import with_option_text

if TYPE_CHECKING:
    from typing import Any

    from advisory_sim.scenario.model import Scenario

MOVED = "as explored"


@dataclass(frozen=True)
class Moved:
    """A plan with the option that was explored.

    `file` is the plan as its file has it; `plan` holds the file's options and, last, the explored one, `name`;
    `changes` are in words.
    """

    file: Scenario
    plan: Scenario
    option: str
    name: str
    take: tuple[Any, ...]
    settings: dict[str, Any]
    changes: tuple[str, ...]

    @property
    def text(self) -> str:
        """A scenario file: the plan's own text with the explored option, and a comment that says what it changes."""
        said = [f"'{self.option}' as explored: {'; '.join(self.changes) or 'nothing changed'}"]
        if self.file.files:
            said.append(f"Keep this file beside {', '.join(self.file.files)}.")
        entry: Any = {"take": list(self.take), "set": self.settings} if self.settings else list(self.take)
        return with_option_text(self.file, self.name, entry, said)


def moved(plan: Scenario, option: str, values: Mapping[str, str]) -> Moved:
    """A plan with an option more: `option` with other values at the keys of its controls.

    Raises
    ------
    KeyError
        For an option, or a control, that the plan does not have.
    ScenarioError
        Where a value is wrong: every problem at its control's place.
    """
    known = {control.key: control for control in controls(plan, option)}
    unknown = [key for key in values if key not in known]
    if unknown:
        raise KeyError(f"no control {unknown[0]!r}")
    changed = {key: value.strip() for key, value in values.items() if value.strip() != known[key].text}
    refuse_nothing(plan, [key for key, value in changed.items() if not value])
    own = plan.options[option]
    before = {take.decision: take.moment for take in own.take}
    take: list[Any] = []
    for name in plan.decisions:
        if changed.get(f"{TAKEN}.{name}", "yes" if name in before else "no") != "yes":
            continue
        moment = changed.get(f"decisions.{name}.at")
        if moment is None and before.get(name) is not None:
            moment = str(before[name])
        take.append(name if moment is None else {name: scalar(moment, True)})
    order = list(before)
    take.sort(key=lambda item: order.index(of(item)) if of(item) in order else len(order))
    settings = {
        key: scalar(value, True)
        for key, value in changed.items()
        if not key.startswith(f"{TAKEN}.") and not (key.startswith("decisions.") and key.endswith(".at"))
    }
    name = MOVED
    while name in plan.options:
        name += " again"
    try:
        varied = with_taken(plan, option, name, take, settings)
    except ScenarioError as wrong:
        told = [at_control(problem, name, take) for problem in wrong.problems]
        # A setting that is wrong is not there for its source to speak of.
        raise ScenarioError([p for p in told if not p.path.startswith("sources.")] or told) from None
    return Moved(plan, varied, option, name, tuple(take), {**own.set, **settings}, words(known, changed))


def refuse_nothing(plan: Scenario, keys: list[str]) -> None:
    """Refuse settings without a value in the words in which the file is refused for it."""
    problems: list[Problem] = []
    for key in keys:
        try:
            with_setting(plan, key, None)
        except ScenarioError as wrong:
            problems += wrong.problems
    if problems:
        raise ScenarioError(problems)


def of(take: Any) -> str:
    """The decision of an entry of `take`."""
    return take if isinstance(take, str) else next(iter(take))


def at_control(problem: Problem, name: str, take: list[Any]) -> Problem:
    """A problem of the explored option where its control is: moments of decisions stand in its `take`."""
    path = problem.path.removeprefix(f"options.{name}.").removeprefix(f"options.{name}")
    for i, item in enumerate(take):
        for start in (f"take[{i}]", f"[{i}]"):
            if path.startswith(start):
                path = f"decisions.{of(item)}.at"
    return Problem(0, 0, path.removeprefix("set."), problem.problem, "")


def words(known: Mapping[str, Control], changed: Mapping[str, str]) -> tuple[str, ...]:
    """What was changed, in words: path, new value, old value."""
    said = []
    for key, value in changed.items():
        control = known[key]
        name = key.removeprefix(f"{TAKEN}.")
        if control.kind == "decision":
            said.append(f"decision {name} {'taken' if value == 'yes' else 'not taken'}")
        else:
            said.append(f"{key} = {value} (the file: {control.text})")
    return tuple(said)
