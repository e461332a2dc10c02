"""Rules across records: how the host's police return to their units."""

from __future__ import annotations

from math import lcm

from advisory_sim.scenario import reading
from advisory_sim.scenario.calendar import moment_second
from advisory_sim.scenario.document import Path_
from advisory_sim.scenario.model import Scenario
from advisory_sim.scenario.quantities import DAY, Hours
from advisory_sim.scenario.reentry import Attended
from advisory_sim.scenario.rules_common import Found, listed, no_such, returning

MOST_STAGES = 20
FINEST = 2**22  # parts of a second in which time within hours of different lengths is counted, at most


def length_of(hours: Hours | None) -> int:
    """Seconds of a day within some hours; of none, all."""
    return DAY if hours is None else (hours.to_second - hours.from_second) % DAY or DAY


def day_parts(scenario: Scenario) -> int:
    """The least number of equal parts of a day's hours by which a day is a whole number of parts in every stage."""
    stages = [stage for plan in scenario.reentry.values() for stage in plan.stages]
    return lcm(length_of(scenario.coverage.hours), *(length_of(s.hours or scenario.coverage.hours) for s in stages))


def plans(scenario: Scenario, tree: dict) -> Found:
    seen: dict[str, str] = {}
    others = [name for name, plan in scenario.reentry.items() if not plan.units]
    for name in others[1:]:
        yield ("reentry", name), f"only one plan can be without `units`; so is '{others[0]}'"
    for name, plan in scenario.reentry.items():
        path: Path_ = ("reentry", name)
        for i, unit in enumerate(plan.units):
            if unit not in scenario.units:
                yield (*path, "units", i), no_such("unit", unit, scenario.units)
            elif unit in seen:
                yield (*path, "units", i), f"unit '{unit}' returns by plan '{seen[unit]}' already"
            seen.setdefault(unit, name)
        if not plan.stages and "stages" in tree.get("reentry", {}).get(name, {}):
            yield (*path, "stages"), "found no stage"
        if len(plan.stages) > MOST_STAGES:
            yield (*path, "stages"), f"found {len(plan.stages)} stages; at most {MOST_STAGES}"
        yield from stages(scenario, name)
    if day_parts(scenario) > FINEST * DAY:
        yield ("reentry",), "the stages' hours have too many different lengths: write them in whole hours"
    yield from activities(scenario)


def stages(scenario: Scenario, name: str) -> Found:
    """What is wrong with a plan's stages."""
    plan = scenario.reentry[name]
    closed = (
        [unit for unit, own in returning(scenario).items() if own is plan and scenario.units[unit].closed]
        if all(unit in scenario.units for unit in plan.units)
        else []
    )
    for i, stage in enumerate(plan.stages):
        path: Path_ = ("reentry", name, "stages", i, stage.name)
        if "/" in stage.name:
            yield path, "a name holds a slash, which unit/stage is written with"
        if stage.from_ is not None and stage.from_.kind == "expiry":
            yield (*path, "from"), f"found '{stage.from_}'; it cannot count from the expiry"
        elif i == 0 and stage.from_ is not None and closed:
            yield (*path, "from"), f"unit '{closed[0]}' is `closed` until a moment already: either that or this"
        if i == 0 and stage.after is not None:
            yield (*path, "after"), "nothing comes before the first stage: it begins when the unit opens"
        if i > 0 and stage.from_ is None and stage.after is None:
            yield path, "it would never begin: it needs `from`, `after`, or both"
        if isinstance(stage.after, Attended):
            yield from visits(scenario, path, stage.after, plan.stages[i - 1].name if i else None)


def visits(scenario: Scenario, path: Path_, after: Attended, before: str | None) -> Found:
    """What is wrong with the activities that a stage waits for."""
    activity = scenario.activities.get(after.activity)
    if activity is None:
        yield (*path, "after"), no_such("activity", after.activity, scenario.activities)
    elif before is not None and activity.during and before not in activity.during:
        during = listed(activity.during)
        yield (*path, "after"), f"'{after.activity}' never comes in the stage before, '{before}': it is during {during}"


def activities(scenario: Scenario) -> Found:
    """Activities that come in some stages."""
    known = list(dict.fromkeys(stage.name for plan in scenario.reentry.values() for stage in plan.stages))
    for name, activity in scenario.activities.items():
        for i, stage in enumerate(activity.during):
            if stage not in known:
                hint = reading.near(stage, known)
                yield ("activities", name, "during", i), f"no stage '{stage}'{hint}; stages: {listed(known)}"


def moments(scenario: Scenario, tree: dict) -> Found:
    for name, plan in scenario.reentry.items():
        for i, stage in enumerate(plan.stages):
            moment = stage.from_
            if moment is not None and moment.kind == "date" and moment_second(moment, scenario.start) < 0:
                path = ("reentry", name, "stages", i, stage.name, "from")
                yield path, f"found '{moment}'; before day 0 ({scenario.start})"
