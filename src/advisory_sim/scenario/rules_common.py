"""What the rules across records have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from advisory_sim.scenario import reading
from advisory_sim.scenario.catalogue import MEASURES, Measure
from advisory_sim.scenario.document import Path_
from advisory_sim.scenario.model import Scenario
from advisory_sim.scenario.quantities import DAY, Duration, lowest
from advisory_sim.scenario.reentry import Reentry

Found = Iterator[tuple[Path_, str]]
HOUR = 3600
MOST_A_DAY = 10_000
SCOPES = ("unit", "team", "role", "activity", "decision", "stage", "group")


def listed(names: Iterable[str]) -> str:
    """Allowed names, shortened where there are many."""
    names = list(names)
    return ", ".join(names[:12]) + (f", … ({len(names)} in all)" if len(names) > 12 else "") if names else "none"


def no_such(kind: str, name: str, allowed: Iterable[str]) -> str:
    """A name that is not there."""
    allowed = list(allowed)
    many = "activities" if kind == "activity" else f"{kind}s"
    return f"no {kind} '{name}'{reading.near(name, allowed)}; {many}: {listed(allowed)}"


def taken_path(tree: dict, option: str, i: int) -> Path_:
    """Where an option's i-th decision stands in the file."""
    inside = isinstance(tree.get("options", {}).get(option), dict)
    return ("options", option, "take", i) if inside else ("options", option, i)


def seconds(duration: Duration, bound=lowest) -> float:
    return bound(duration.args[0]) * duration.unit_seconds


def turns(path: Path_, gap: Duration, lasting: Duration) -> Found:
    """Two states in turn must take some time together."""
    if gap.mean_seconds(lowest) + lasting.mean_seconds(lowest) < HOUR:
        yield path, f"found '{gap}' between spells of '{lasting}'; together at least 1 hour on average"


def whole_days(duration: Duration) -> bool:
    """Whether a fixed duration is so many whole days, at least one."""
    number = duration.args[0]
    return (
        isinstance(number, float)
        and number >= 1
        and (duration.is_calendar or (number * duration.unit_seconds) % DAY == 0)
    )


def scope_of(measure: str, scope: Mapping[str, str] | None) -> tuple[str, str]:
    """Scope and name of the figure that a target, or a review, speaks of; left out, the whole mission or academy."""
    scope = scope or {}
    if {"team", "role"} <= set(scope):
        return "team-role", f"{scope['team']}/{scope['role']}"
    if {"unit", "activity"} <= set(scope):
        return "unit-activity", f"{scope['unit']}/{scope['activity']}"
    if {"unit", "stage"} <= set(scope):
        return "unit-stage", f"{scope['unit']}/{scope['stage']}"
    for kind, name in scope.items():
        return kind, name
    return MEASURES[measure].scopes[0] if MEASURES[measure].of_academy else "mission", ""


def team_roles(scenario: Scenario) -> set[tuple[str, str]]:
    """(team, role) pairs in which a team has posts, may get some, or must have staff."""
    pairs = {(name, role) for name, team in scenario.teams.items() for role in team.posts}
    with_unit = [name for name, team in scenario.teams.items() if team.units]
    for name in with_unit:
        minimum = scenario.teams[name].minimum
        pairs |= {(name, role) for role in (scenario.coverage.minimum if minimum is None else minimum) or {}}
    for decision in scenario.decisions.values():
        for into, role, _ in decision.expansion:
            pairs |= {(name, role) for name in (with_unit if into is None else [into])}
    return pairs


def all_cells(scenario: Scenario) -> list[tuple[str, str]]:
    """(team, role) pairs in which any option of the file may have posts, or must have staff; in the file's order."""
    return cells_of(scenario.for_option(option) for option in scenario.options)


def cells_of(variants: Iterable[Scenario]) -> list[tuple[str, str]]:
    """The same of some options, each as a scenario of its own, with the same teams and roles."""
    pairs = set()
    for variant in variants:
        pairs |= team_roles(variant)
    return [(team, role) for team in variant.teams for role in variant.roles if (team, role) in pairs]


def returning(scenario: Scenario) -> dict[str, Reentry]:
    """The plan of return of each unit that has one."""
    named = {unit: plan for plan in scenario.reentry.values() for unit in plan.units}
    for plan in scenario.reentry.values():
        if not plan.units:
            named |= {unit: plan for unit in scenario.units if unit not in named}
    return named


def known_names(scenario: Scenario, kind: str) -> Iterable[str]:
    """The names of a kind of thing that the file has."""
    if kind == "group":
        return scenario.academy.applicants.groups if scenario.academy is not None else ()
    if kind == "stage":
        return list(dict.fromkeys(stage.name for plan in returning(scenario).values() for stage in plan.stages))
    return getattr(scenario, "activities" if kind == "activity" else f"{kind}s")


def scoped(scenario: Scenario, path: Path_, measure_path: Path_, measure: Measure, scope: Mapping[str, str]) -> Found:
    """What is wrong with the scope of a target or review."""
    kind, _ = scope_of(measure.name, scope)
    pairs: dict[frozenset[str], str] = {
        frozenset(("team", "role")): "team-role",
        frozenset(("unit", "activity")): "unit-activity",
        frozenset(("unit", "stage")): "unit-stage",
    }
    if len(scope) > 1:
        kind = pairs.get(frozenset(scope), "")
        if not kind:
            yield (
                path,
                f"one of {', '.join(SCOPES)}, or team and role, or unit and activity, or unit and stage",
            )
            return
    if scope and kind not in (*pairs.values(), *SCOPES):
        yield path, f"no scope '{kind}'{reading.near(kind, SCOPES)}; scopes: {', '.join(SCOPES)}"
        return
    if kind not in measure.scopes:
        text = f"'{measure.name}' is not measured of a {kind}; scopes: {', '.join(measure.scopes)}"
        yield path if scope else measure_path, text
        return
    if measure.of_work and not scenario.activities:
        yield measure_path, f"'{measure.name}' is of activities, and there are none"
        return
    if measure.of_returns and not scenario.reentry:
        yield measure_path, f"'{measure.name}' is of a return in stages, and there is no `reentry`"
        return
    if measure.of_academy and scenario.academy is None:
        yield measure_path, f"'{measure.name}' is of the academy, and there is none"
        return
    wrong = False
    plans = returning(scenario)
    for key, value in scope.items():
        known = known_names(scenario, key)
        if value not in known:
            wrong = True
            yield (*path, key), no_such(key, value, known)
        elif measure.name == "operational" and not scenario.teams[value].units:
            yield (*path, key), f"team '{value}' has no unit, so it is never asked to be operational"
    if not wrong and measure.of_returns and "unit" in scope:
        plan = plans.get(scope["unit"])
        if plan is None:
            yield (*path, "unit"), f"unit '{scope['unit']}' has no plan of return"
        elif "stage" in scope and scope["stage"] not in [stage.name for stage in plan.stages]:
            yield (*path, "stage"), f"unit '{scope['unit']}' has no stage '{scope['stage']}'"
    if wrong or kind != "team-role":
        return
    if (scope["team"], scope["role"]) not in team_roles(scenario):
        yield path, f"team '{scope['team']}' never has a post of '{scope['role']}'"
    elif measure.name == "utilisation":
        units = scenario.teams[scope["team"]].units
        if not units or sum(team.units == units for team in scenario.teams.values()) > 1:
            yield path, f"team '{scope['team']}' has no pool of units to itself, so its utilisation is not known"
