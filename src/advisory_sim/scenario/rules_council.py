"""Rules across records: decisions, options, targets, sources."""

from __future__ import annotations

from typing import Any

from advisory_sim.scenario import reading
from advisory_sim.scenario.calendar import moment_second
from advisory_sim.scenario.catalogue import MEASURES
from advisory_sim.scenario.document import Path_
from advisory_sim.scenario.model import Scenario
from advisory_sim.scenario.quantities import DAY, highest
from advisory_sim.scenario.rules_common import Found, no_such, scoped, seconds, taken_path, whole_days

ACTS = ("expand", "extend", "draw_down", "replace")


def decisions(scenario: Scenario, tree: dict) -> Found:
    for name, decision in scenario.decisions.items():
        path: Path_ = ("decisions", name)
        if (decision.at is None) == (decision.when is None):
            yield path, "exactly one of at and when is needed"
        acts = [act for act in ACTS if getattr(decision, act) is not None]
        if len(acts) > 1:
            yield path, f"one of {', '.join(ACTS)} at most; found {' and '.join(acts)}"
        if not acts and decision.by is None and not decision.open_unit and not decision.close_unit:
            yield path, f"it decides nothing: one of {', '.join(ACTS)}, open_unit, close_unit is needed"
        given = tree.get("decisions", {}).get(name, {})
        if (decision.replace is None) != (decision.by is None):
            key, other = ("replace", "by") if decision.by is None else ("by", "replace")
            yield (*path, key), f"`{key}` needs `{other}`: posts to close, and those to open in their place"
        if "placed" in given and decision.expand is None and decision.by is None:
            yield (*path, "placed"), "only an expansion, or what replaces posts, is placed"
        if "leaves_after" in given and decision.draw_down is None and decision.replace is None:
            yield (*path, "leaves_after"), "only a draw_down, or a replacement, has it"
        for key in ("draw_down", "replace"):
            if getattr(decision, key) == {}:
                yield (*path, key), "found no post to close"
        yield from unit_changes(scenario, name, given)
        if decision.extend is not None and seconds(decision.extend, highest) <= 0:
            yield (*path, "extend"), "an extension must be longer than nothing"
        yield from expansions(scenario, name)


def unit_changes(scenario: Scenario, name: str, given: dict) -> Found:
    decision, path = scenario.decisions[name], ("decisions", name)
    for key in ("open_unit", "close_unit"):
        for i, unit in enumerate(getattr(decision, key)):
            where: Path_ = (*path, key, i) if isinstance(given.get(key), list) else (*path, key)
            if unit not in scenario.units:
                yield where, no_such("unit", unit, scenario.units)
            elif key == "close_unit" and unit in decision.open_unit:
                yield where, f"unit '{unit}' cannot both open and close"


def reviews(scenario: Scenario, tree: dict) -> Found:
    for name, decision in scenario.decisions.items():
        when = decision.when
        if when is None:
            continue
        path: Path_ = ("decisions", name, "when")
        if (when.consent is None) == (when.measure is None):
            yield path, "exactly one of consent and measure is needed"
            continue
        if when.consent is not None:
            if when.after is None:
                yield path, "a missing consent needs `after`"
            extra = [key for key in ("below", "above", "over", "scope") if getattr(when, key) is not None]
            if extra:
                yield (*path, extra[0]), f"{extra[0]} belongs to a measure"
            continue
        if when.after is not None:
            yield (*path, "after"), "`after` belongs to a missing consent; the first review is `from`"
        if (when.below is None) == (when.above is None):
            yield path, "exactly one of below and above is needed"
        measure = MEASURES.get(when.measure or "")
        if measure is None or not measure.reviewed:
            allowed = [known.name for known in MEASURES.values() if known.reviewed]
            yield (*path, "measure"), no_such("measure", when.measure or "", allowed)
            continue
        yield from scoped(scenario, (*path, "scope"), (*path, "measure"), measure, when.scope or {})
        for key in ("over", "every"):
            duration = getattr(when, key)
            if duration is not None and not whole_days(duration):
                yield (*path, key), f"found '{duration}'; allowed: whole days, from 1"
        if when.from_ is not None and (when.from_.kind == "expiry" or moment_second(when.from_, scenario.start) % DAY):
            yield (*path, "from"), f"found '{when.from_}'; allowed: a date or a whole day"


def expansions(scenario: Scenario, name: str) -> Found:
    decision, path = scenario.decisions[name], ("decisions", name)
    act, opened = ("expand", decision.expand) if decision.expand is not None else ("by", decision.by)
    if opened is None:
        return
    by_team = [isinstance(number, dict) for number in opened.values()]
    if any(by_team) and not all(by_team):
        yield (*path, act), "write either {role: n} or {team: {role: n}}, not both at once"
        return
    if not opened:
        yield (*path, act), "found no post to open"
    for key, number in opened.items():
        if isinstance(number, dict):
            if key not in scenario.teams:
                yield (*path, act, key), no_such("team", key, scenario.teams)
            for role in number:
                if role not in scenario.roles:
                    yield (*path, act, key, role), no_such("role", role, scenario.roles)
        elif key not in scenario.roles:
            yield (*path, act, key), no_such("role", key, scenario.roles)
    if isinstance(decision.placed, dict):
        if all(by_team) and by_team:
            yield (*path, "placed"), f"the teams stand in `{act}` already"
            return
        for team in decision.placed:
            if team not in scenario.teams:
                yield (*path, "placed", team), no_such("team", team, scenario.teams)
        placed = sum(decision.placed.values())
        for role, number in opened.items():
            if number != placed:
                yield (*path, "placed"), f"places {placed}, but {number} posts of '{role}' are to open"
    elif by_team and not any(by_team) and not any(team.units for team in scenario.teams.values()):
        yield path, "no team has a unit, so posts cannot be spread: write placed: {team: n}"


def options(scenario: Scenario, tree: dict) -> Found:
    for name, option in scenario.options.items():
        seen = set()
        for i, take in enumerate(option.take):
            path = taken_path(tree, name, i)
            if take.decision not in scenario.decisions:
                yield path, no_such("decision", take.decision, scenario.decisions)
                continue
            if take.decision in seen:
                yield path, f"decision '{take.decision}' is taken twice"
            seen.add(take.decision)
            if take.moment is not None and scenario.decisions[take.decision].when is not None:
                yield path, f"decision '{take.decision}' waits for something (`when`): it cannot be moved to a moment"


def targets(scenario: Scenario, tree: dict) -> Found:
    for name, target in scenario.targets.items():
        path: Path_ = ("targets", name)
        if (target.at_least is None) == (target.at_most is None):
            yield path, "exactly one of at_least and at_most is needed"
        measure = MEASURES.get(target.measure)
        if measure is None or target.measure == "target_met":
            allowed = [known for known in MEASURES if known != "target_met"]
            yield (*path, "measure"), no_such("measure", target.measure, allowed)
            continue
        found = list(scoped(scenario, (*path, "scope"), (*path, "measure"), measure, target.scope or {}))
        yield from found
        if found:
            continue
        bound = target.at_least if target.at_least is not None else target.at_most
        if measure.unit == "share" and bound is not None and not 0 <= bound <= 1:
            key = "at_least" if target.at_least is not None else "at_most"
            yield (*path, key), f"found {bound:g}; '{measure.name}' is a share: 0 to 100%"
        if target.on is not None:
            if target.window is not None:
                yield (*path, "window"), "either `on` a date or over a window"
            if not measure.on_date:
                dated = ", ".join(m.name for m in MEASURES.values() if m.on_date)
                yield (*path, "on"), f"'{measure.name}' has no value on a date; measures that have: {dated}"
        elif target.window is not None and target.window not in measure.windows:
            windows = ", ".join(measure.windows)
            yield (*path, "window"), f"'{measure.name}' is not measured over the {target.window}; windows: {windows}"
        elif target.window is None and "horizon" not in measure.windows:
            yield path, f"'{measure.name}' is measured over the mandate: write `window: mandate`"


def target_dates(scenario: Scenario, tree: dict) -> Found:
    for name, target in scenario.targets.items():
        if target.on is not None and name in (tree.get("targets") or {}):  # the academy's own is looked at there
            day = (target.on - scenario.start).days
            if day < 0 or day * DAY >= safe_horizon(scenario):
                yield ("targets", name, "on"), f"found '{target.on}'; outside the time observed"


def safe_horizon(scenario: Scenario) -> int:
    """The horizon, or a century where the options that it depends on are wrong."""
    known = all(take.decision in scenario.decisions for option in scenario.options.values() for take in option.take)
    if known and not any(option.set for option in scenario.options.values()):
        return scenario.horizon_seconds
    return 100 * 366 * DAY


def sources(scenario: Scenario, tree: dict) -> Found:
    for path in scenario.sources:
        node: Any = tree
        for part in path.split("."):
            if isinstance(node, list):
                steps = {next(iter(item)): item for item in node if isinstance(item, dict) and len(item) == 1}
                if part in steps:
                    node = steps[part][part]
                    continue
                if part.isdigit() and int(part) < len(node):
                    node = node[int(part)]
                    continue
                node = list(steps)
            if isinstance(node, dict) and part in node:
                node = node[part]
                continue
            allowed = list(node) if isinstance(node, dict | list) else []
            yield (
                ("sources", path),
                f"no '{part}' in the file for this source{reading.near(part, [str(a) for a in allowed])}",
            )
            break
