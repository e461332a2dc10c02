"""Rules across records: people, units, posts, moments, roles. Each returns problems as (path, text)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from advisory_sim.scenario import reading
from advisory_sim.scenario.calendar import moment_second
from advisory_sim.scenario.document import Path_
from advisory_sim.scenario.fields import MOST_PEOPLE
from advisory_sim.scenario.model import Scenario
from advisory_sim.scenario.quantities import Moment, highest, lowest
from advisory_sim.scenario.rules_common import HOUR, Found, listed, no_such, seconds, taken_path, turns


def names_without_slash(scenario: Scenario, tree: dict) -> Found:
    for section in ("roles", "teams", "units"):
        for name in getattr(scenario, section):
            if "/" in name and not (section == "units" and name in scenario.teams):
                yield (section, name), "a name holds a slash, which team/role is written with"


def people(scenario: Scenario, tree: dict) -> Found:
    if not scenario.teams and scenario.academy is None:
        yield ("teams",), "found no team; at least one is needed"
    total = sum(sum(team.posts.values()) for team in scenario.teams.values())
    if total > MOST_PEOPLE:
        yield ("teams",), f"{total:,} posts in all; at most {MOST_PEOPLE:,}"
    for name, decision in scenario.decisions.items():
        more = sum(number for _, _, number in decision.expansion)
        if more and total + more > MOST_PEOPLE >= total:
            yield (
                ("decisions", name, "expand" if decision.expand else "by"),
                f"{total + more:,} posts in all with these; at most {MOST_PEOPLE:,}",
            )


def unit_lists(scenario: Scenario, tree: dict) -> Found:
    lists: dict[tuple[str, ...], str] = {}  # the first team with each
    holding: dict[str, list[tuple[str, ...]]] = {}  # lists with a unit in them
    for name, team in scenario.teams.items():
        path: Path_ = ("teams", name, "units")
        own = team.units == (name,)
        for i, unit in enumerate(team.units):
            if unit not in scenario.units:
                if own:
                    hint = reading.near(unit, list(scenario.units))
                    yield (
                        ("teams", name),
                        f"no unit '{unit}' for the team to sit in{hint}; write `units: none`, or a list of: "
                        f"{listed(scenario.units)}",
                    )
                else:
                    yield (*path, i), no_such("unit", unit, scenario.units)
        units = tuple(sorted(team.units))
        for other in {other for unit in units for other in holding.get(unit, ()) if other != units}:
            both = ", ".join(sorted(set(other) & set(units)))
            first = lists[other]
            yield path, f"shares {both} with team '{first}', but not all of its units: lists must be equal or apart"
        if units not in lists:
            lists[units] = name
            for unit in units:
                holding.setdefault(unit, []).append(units)


def posts_and_minima(scenario: Scenario, tree: dict) -> Found:
    mappings: list[tuple[Path_, Mapping[str, Any] | None]] = [
        (("coverage", "minimum"), scenario.coverage.minimum),
        *((("teams", name, "posts"), team.posts) for name, team in scenario.teams.items()),
        *((("teams", name, "minimum"), team.minimum) for name, team in scenario.teams.items()),
        *((("decisions", name, "draw_down"), decision.draw_down) for name, decision in scenario.decisions.items()),
        *((("decisions", name, "replace"), decision.replace) for name, decision in scenario.decisions.items()),
    ]
    for path, mapping in mappings:
        for role in mapping or {}:
            if role not in scenario.roles:
                yield (*path, role), no_such("role", role, scenario.roles)


def moments(scenario: Scenario, tree: dict) -> Found:
    def before_start(moment: Moment | None) -> bool:
        return moment is not None and moment.kind == "date" and moment_second(moment, scenario.start) < 0

    def not_expiry(path: Path_, moment: Moment | None) -> Found:
        if moment is not None and moment.kind == "expiry":
            yield path, f"found '{moment}'; it cannot count from the expiry"
        elif before_start(moment):
            yield path, f"found '{moment}'; before day 0 ({scenario.start})"

    for name, team in scenario.teams.items():
        yield from not_expiry(("teams", name, "deploy_from"), team.deploy_from)
    for name, unit in scenario.units.items():
        yield from not_expiry(("units", name, "closed"), unit.closed)
    yield from not_expiry(("mandate", "begins"), scenario.mandate.begins.moment)
    for name, role in scenario.roles.items():
        for key in ("recruitment", "refill"):
            for i, stage in enumerate(getattr(role, key) or ()):
                path = ("roles", name, key, i, stage.name)
                if stage.from_ is not None and stage.from_.kind == "expiry":
                    yield (*path, "from"), f"found '{stage.from_}'; it cannot count from the expiry"
                if stage.from_ is not None and stage.every is None:
                    yield (*path, "from"), "a series needs `every`"
                if stage.every is not None and seconds(stage.every) < HOUR:
                    yield (*path, "every"), f"found '{stage.every}'; at least 1 hour between the dates of a series"
    for name, decision in scenario.decisions.items():
        if before_start(decision.at):
            yield ("decisions", name, "at"), f"found '{decision.at}'; before day 0 ({scenario.start})"
        if decision.when is not None:
            yield from not_expiry(("decisions", name, "when", "after"), decision.when.after)
            yield from not_expiry(("decisions", name, "when", "from"), decision.when.from_)
    for name, option in scenario.options.items():
        for i, take in enumerate(option.take):
            if before_start(take.moment):
                yield taken_path(tree, name, i), f"found '{take.moment}'; before day 0 ({scenario.start})"


def roles(scenario: Scenario, tree: dict) -> Found:
    for name, role in scenario.roles.items():
        path: Path_ = ("roles", name)
        if role.kind == "equipment":
            for key in ("induction", "checkout", "leave", "sickness", "rota"):
                if key in tree.get("roles", {}).get(name, {}):
                    yield (*path, key), "equipment has no absences: leave it out"
            continue
        if seconds(role.notice) < seconds(role.checkout, highest):
            yield (
                (*path, "notice" if "notice" in tree["roles"][name] else "checkout"),
                f"notice ({role.notice}) is shorter than checkout ({role.checkout}): "
                "an officer who has begun to check out could not be held",
            )
        sought = seconds(role.successor_sought)
        stays = highest(role.stays_on.value) > 0
        if stays and highest(role.successor_sought.args[0]) > 0 and sought < seconds(role.checkout, highest):
            yield (
                (*path, "successor_sought"),
                f"successor_sought ({role.successor_sought}) is shorter than checkout ({role.checkout}): "
                "he would be asked to stay on when he has begun to check out",
            )
        if role.tour is not None and seconds(role.tour) < HOUR:
            yield (*path, "tour"), f"found '{role.tour}'; at least 1 hour"
        early = role.early_departure.after if role.early_departure is not None else None
        if early is not None and early.mean_seconds(lowest) < HOUR:
            yield (*path, "early_departure"), f"found '{early}'; at least 1 hour on average"
        if role.leave is not None and seconds(role.leave.every) < HOUR:
            yield (*path, "leave"), f"found '{role.leave}'; at least 1 hour between leaves"
        for key in ("recruitment", "refill"):
            for i, stage in enumerate(getattr(role, key) or ()):
                if highest(stage.fails.value) >= 1:
                    yield (
                        (*path, key, i, stage.name, "fails"),
                        "a step at which everybody is lost never ends: below 100%",
                    )


def sicknesses(scenario: Scenario, tree: dict) -> Found:
    for name, role in scenario.roles.items():
        if role.sickness is None:
            continue
        path = ("roles", name, "sickness")
        if (role.sickness.gap is None) == (role.sickness.share is None):
            yield path, "exactly one of gap and share is needed"
        if role.sickness.gap is not None:
            yield from turns((*path, "gap"), role.sickness.gap, role.sickness.lasting)
        elif role.sickness.lasting.mean_seconds(lowest) < HOUR:
            yield (*path, "lasting"), f"found '{role.sickness.lasting}'; at least 1 hour on average"
        if role.sickness.share is not None and highest(role.sickness.share.value) >= 1:
            yield (*path, "share"), "nobody is sick all the time: below 100%"


def suspensions(scenario: Scenario, tree: dict) -> Found:
    for name, unit in scenario.units.items():
        if unit.suspension is not None:
            yield from turns(("units", name, "suspension", "gap"), unit.suspension.gap, unit.suspension.lasting)


def rotas(scenario: Scenario, tree: dict) -> Found:
    for name, role in scenario.roles.items():
        if role.rota is not None and not role.rota.shifts:
            yield ("roles", name, "rota", "shifts"), "found no shift"
