"""Rules across records: each a function that returns problems; all are reported together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from advisory_sim.errors import Problem
from advisory_sim.scenario import quantities as q
from advisory_sim.scenario.calendar import moment_second
from advisory_sim.scenario.catalogue import MEASURES
from advisory_sim.scenario.document import Document, Path_
from advisory_sim.scenario.model import LONGEST_HORIZON, MOST_PEOPLE, Scenario
from advisory_sim.scenario.quantities import DAY, Duration, Moment, highest, lowest

Found = Iterator[tuple[Path_, str]]
HOUR = 3600
SCOPES = ("unit", "team", "role", "decision")


def check(scenario: Scenario, document: Document, dated: bool = True) -> list[Problem]:
    """Everything that no single record can see.

    Parameters
    ----------
    dated
        Whether start, horizon and mandate are right, so that dates can be held against them.
    """
    if not dated:
        return [placed(document, path, text) for rule in RULES for path, text in rule(scenario, document.tree)]
    problems = [
        placed(document, path, text)
        for rule in (*RULES, moments, target_dates)
        for path, text in rule(scenario, document.tree)
    ]
    return problems or [document.problem(path, text) for path, text in horizon(scenario)]


def placed(document: Document, path: Path_, text: str) -> Problem:
    """A problem at its value, or at its key where the name itself is wrong."""
    of_key = path[:1] == ("sources",) or text.startswith(("a name", f"no role '{path[-1]}'", f"no team '{path[-1]}'"))
    return document.problem(path, text, key=of_key)


def listed(names: Iterable[str]) -> str:
    """Allowed names, shortened where there are many."""
    names = list(names)
    return ", ".join(names[:12]) + (f", … ({len(names)} in all)" if len(names) > 12 else "") if names else "none"


def no_such(kind: str, name: str, allowed: Iterable[str]) -> str:
    """A name that is not there."""
    allowed = list(allowed)
    return f"no {kind} '{name}'{q.near(name, allowed)}; {kind}s: {listed(allowed)}"


def names_without_slash(scenario: Scenario, tree: dict) -> Found:
    for section in ("roles", "teams", "units"):
        for name in getattr(scenario, section):
            if "/" in name and not (section == "units" and name in scenario.teams):
                yield (section, name), "a name holds a slash, which team/role is written with"


def people(scenario: Scenario, tree: dict) -> Found:
    if not scenario.teams:
        yield ("teams",), "found no team; at least one is needed"
    total = sum(sum(team.posts.values()) for team in scenario.teams.values())
    if total > MOST_PEOPLE:
        yield ("teams",), f"{total:,} posts in all; at most {MOST_PEOPLE:,}"
    for name, decision in scenario.decisions.items():
        more = sum(number for _, _, number in decision.expansion)
        if more and total + more > MOST_PEOPLE >= total:
            yield ("decisions", name, "expand"), f"{total + more:,} posts in all with these; at most {MOST_PEOPLE:,}"


def unit_lists(scenario: Scenario, tree: dict) -> Found:
    lists: dict[tuple[str, ...], str] = {}
    for name, team in scenario.teams.items():
        path: Path_ = ("teams", name, "units")
        own = team.units == (name,)
        for i, unit in enumerate(team.units):
            if unit not in scenario.units:
                if own:
                    hint = q.near(unit, list(scenario.units))
                    yield (
                        ("teams", name),
                        f"no unit '{unit}' for the team to sit in{hint}; write `units: none`, or a list of: "
                        f"{listed(scenario.units)}",
                    )
                else:
                    yield (*path, i), no_such("unit", unit, scenario.units)
        units = tuple(sorted(team.units))
        for other, first in lists.items():
            if set(other) & set(units) and other != units:
                both = ", ".join(sorted(set(other) & set(units)))
                yield path, f"shares {both} with team '{first}', but not all of its units: lists must be equal or apart"
        lists.setdefault(units, name)


def posts_and_minima(scenario: Scenario, tree: dict) -> Found:
    mappings: list[tuple[Path_, Mapping[str, Any] | None]] = [
        (("coverage", "minimum"), scenario.coverage.minimum),
        *((("teams", name, "posts"), team.posts) for name, team in scenario.teams.items()),
        *((("teams", name, "minimum"), team.minimum) for name, team in scenario.teams.items()),
        *((("decisions", name, "draw_down"), decision.draw_down) for name, decision in scenario.decisions.items()),
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
    for name, option in scenario.options.items():
        for i, take in enumerate(option.take):
            if before_start(take.moment):
                yield taken_path(tree, name, i), f"found '{take.moment}'; before day 0 ({scenario.start})"


def taken_path(tree: dict, option: str, i: int) -> Path_:
    """Where an option's i-th decision stands in the file."""
    inside = isinstance(tree.get("options", {}).get(option), dict)
    return ("options", option, "take", i) if inside else ("options", option, i)


def seconds(duration: Duration, bound=lowest) -> float:
    return bound(duration.args[0]) * duration.unit_seconds


def roles(scenario: Scenario, tree: dict) -> Found:
    for name, role in scenario.roles.items():
        path: Path_ = ("roles", name)
        if role.kind == "equipment":
            for key in ("induction", "checkout", "leave", "sickness"):
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


def turns(path: Path_, gap: Duration, lasting: Duration) -> Found:
    """Two states in turn must take some time together."""
    if gap.mean_seconds(lowest) + lasting.mean_seconds(lowest) < HOUR:
        yield path, f"found '{gap}' between spells of '{lasting}'; together at least 1 hour on average"


def suspensions(scenario: Scenario, tree: dict) -> Found:
    for name, unit in scenario.units.items():
        if unit.suspension is not None:
            yield from turns(("units", name, "suspension", "gap"), unit.suspension.gap, unit.suspension.lasting)


def decisions(scenario: Scenario, tree: dict) -> Found:
    for name, decision in scenario.decisions.items():
        path: Path_ = ("decisions", name)
        if (decision.at is None) == (decision.when is None):
            yield path, "exactly one of at and when is needed"
        acts = [act for act in ("expand", "extend", "draw_down") if getattr(decision, act) is not None]
        if len(acts) != 1:
            found = " and ".join(acts) if acts else "none of them"
            yield path, f"exactly one of expand, extend, draw_down is needed; found {found}"
        given = tree.get("decisions", {}).get(name, {})
        if "placed" in given and decision.expand is None:
            yield (*path, "placed"), "only an expansion is placed"
        if "leaves_after" in given and decision.draw_down is None:
            yield (*path, "leaves_after"), "only a draw_down has it"
        if decision.draw_down == {}:
            yield (*path, "draw_down"), "found no post to close"
        if decision.extend is not None and seconds(decision.extend, highest) <= 0:
            yield (*path, "extend"), "an extension must be longer than nothing"
        yield from expansions(scenario, name)


def expansions(scenario: Scenario, name: str) -> Found:
    decision, path = scenario.decisions[name], ("decisions", name)
    if decision.expand is None:
        return
    by_team = [isinstance(number, dict) for number in decision.expand.values()]
    if any(by_team) and not all(by_team):
        yield (*path, "expand"), "write either {role: n} or {team: {role: n}}, not both at once"
        return
    if not decision.expand:
        yield (*path, "expand"), "found no post to open"
    for key, number in decision.expand.items():
        if isinstance(number, dict):
            if key not in scenario.teams:
                yield (*path, "expand", key), no_such("team", key, scenario.teams)
            for role in number:
                if role not in scenario.roles:
                    yield (*path, "expand", key, role), no_such("role", role, scenario.roles)
        elif key not in scenario.roles:
            yield (*path, "expand", key), no_such("role", key, scenario.roles)
    if isinstance(decision.placed, dict):
        if all(by_team) and by_team:
            yield (*path, "placed"), "the teams stand in `expand` already"
            return
        for team in decision.placed:
            if team not in scenario.teams:
                yield (*path, "placed", team), no_such("team", team, scenario.teams)
        placed = sum(decision.placed.values())
        for role, number in decision.expand.items():
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
        scope = target.scope or {}
        kind = "team-role" if set(scope) == {"team", "role"} else next(iter(scope), "mission")
        if len(scope) > 1 and kind != "team-role":
            yield (*path, "scope"), "one of {unit: ..}, {team: ..}, {role: ..}, {decision: ..} or {team: .., role: ..}"
            continue
        if kind not in ("mission", "team-role", "team", "role", "unit", "decision"):
            yield (*path, "scope"), f"no scope '{kind}'{q.near(kind, SCOPES)}; scopes: {', '.join(SCOPES)}"
            continue
        if kind not in measure.scopes:
            yield (
                (*path, "scope") if scope else (*path, "measure"),
                f"'{measure.name}' is not measured of a {kind}; scopes: {', '.join(measure.scopes)}",
            )
            continue
        for key, value in scope.items():
            known = getattr(scenario, f"{key}s")
            if value not in known:
                yield (*path, "scope", key), no_such(key, value, known)
            elif key == "team" and kind == "team" and measure.name == "operational" and not scenario.teams[value].units:
                yield (*path, "scope", key), f"team '{value}' has no unit, so it is never asked to be operational"
        bound = target.at_least if target.at_least is not None else target.at_most
        if measure.unit == "share" and bound is not None and not 0 <= bound <= 1:
            key = "at_least" if target.at_least is not None else "at_most"
            yield (*path, key), f"found {bound:g}; '{measure.name}' is a share: 0 to 100%"
        if kind == "team-role" and (scope.get("team"), scope.get("role")) not in team_roles(scenario):
            yield (*path, "scope"), f"team '{scope.get('team')}' never has a post of '{scope.get('role')}'"
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
        if target.on is not None:
            day = (target.on - scenario.start).days
            if day < 0 or day * DAY >= safe_horizon(scenario):
                yield ("targets", name, "on"), f"found '{target.on}'; outside the time observed"


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
            yield ("sources", path), f"no '{part}' in the file for this source{q.near(part, [str(a) for a in allowed])}"
            break


RULES = (
    names_without_slash, people, unit_lists, posts_and_minima, roles, sicknesses, suspensions, decisions, options,
    targets, sources,
)  # fmt: skip


def horizon(scenario: Scenario) -> Found:
    """What needs everything else to be right."""
    if any(option.set for option in scenario.options.values()):
        return  # looked at with each option's settings in place
    if not DAY <= scenario.horizon_seconds <= LONGEST_HORIZON:
        path = ("horizon",) if scenario.horizon is not None else ("mandate", "length")
        days = scenario.horizon_seconds / DAY
        yield path, f"every option is observed over {days:,.0f} days; allowed: 1 day to 30 years"
