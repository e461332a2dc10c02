"""Rules across records: each a function that returns problems; all are reported together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from advisory_sim.errors import Problem
from advisory_sim.scenario import reading
from advisory_sim.scenario.calendar import moment_second
from advisory_sim.scenario.catalogue import MEASURES, Measure
from advisory_sim.scenario.document import Document, Path_
from advisory_sim.scenario.model import LONGEST_HORIZON, MOST_PEOPLE, OTHERS, Arrivals, Scenario
from advisory_sim.scenario.quantities import DAY, Duration, Moment, highest, lowest

Found = Iterator[tuple[Path_, str]]
HOUR = 3600
MOST_A_DAY = 10_000
SCOPES = ("unit", "team", "role", "activity", "decision")


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
    names = tuple(f"no {kind} '{path[-1]}'" for kind in ("role", "team", "unit", "activity"))
    of_key = path[:1] == ("sources",) or text.startswith(("a name", *names))
    return document.problem(path, text, key=of_key)


def listed(names: Iterable[str]) -> str:
    """Allowed names, shortened where there are many."""
    names = list(names)
    return ", ".join(names[:12]) + (f", … ({len(names)} in all)" if len(names) > 12 else "") if names else "none"


def no_such(kind: str, name: str, allowed: Iterable[str]) -> str:
    """A name that is not there."""
    allowed = list(allowed)
    many = "activities" if kind == "activity" else f"{kind}s"
    return f"no {kind} '{name}'{reading.near(name, allowed)}; {many}: {listed(allowed)}"


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
                    hint = reading.near(unit, list(scenario.units))
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
            yield from not_expiry(("decisions", name, "when", "from"), decision.when.from_)
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


def rotas(scenario: Scenario, tree: dict) -> Found:
    for name, role in scenario.roles.items():
        if role.rota is not None and not role.rota.shifts:
            yield ("roles", name, "rota", "shifts"), "found no shift"


def activities(scenario: Scenario, tree: dict) -> Found:
    followed = {other for activity in scenario.activities.values() for other in activity.follow_up}
    for name, activity in scenario.activities.items():
        path: Path_ = ("activities", name)
        if "/" in name:
            yield path, "a name holds a slash, which unit/activity is written with"
        if not any(activity.needs.values()):
            yield (*path, "needs"), "found nobody; an activity needs somebody"
        for role in activity.needs:
            if role not in scenario.roles:
                yield (*path, "needs", role), no_such("role", role, scenario.roles)
        for other in activity.follow_up:
            if other not in scenario.activities:
                yield (*path, "follow_up", other), no_such("activity", other, scenario.activities)
        if activity.lasting.mean_seconds(lowest) < 1:
            yield (*path, "lasting"), f"found '{activity.lasting}'; at least 1 second on average"
        if activity.arrivals is None and name not in followed:
            yield path, "it has no arrivals and follows no other activity"
        if activity.arrivals is not None:
            yield from rates(scenario, name, activity.arrivals)


def rates(scenario: Scenario, name: str, arrivals: Arrivals) -> Found:
    """What is wrong with an activity's rates."""
    path: Path_ = ("activities", name, "arrivals")
    for unit, steps in arrivals.rates.items():
        if unit != OTHERS and unit not in scenario.units:
            yield (*path, unit), no_such("unit", unit, [*scenario.units, OTHERS])
            continue
        concerned = [unit] if unit != OTHERS else [u for u in scenario.units if u not in arrivals.rates]
        for moment, rate in steps:
            if moment is not None and (moment.kind == "expiry" or moment_second(moment, scenario.start) < 0):
                yield path, f"found '{moment}'; a step begins on a day from day 0"
            unknown = [u for u in concerned if rate.people is not None and scenario.units[u].population is None]
            if unknown:
                yield path, f"a rate for {rate.people} people needs the population of unit '{unknown[0]}'"
                continue
            for u in concerned:
                people = (scenario.units[u].population or 0) / rate.people if rate.people else 1
                per_day = highest(rate.number) / rate.unit_seconds * DAY * people
                if per_day > MOST_A_DAY:
                    yield path, f"{per_day:,.0f} a day in unit '{u}'; at most {MOST_A_DAY:,}"
                    break


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


def whole_days(duration: Duration) -> bool:
    """Whether a fixed duration is so many whole days, at least one."""
    number = duration.args[0]
    return (
        isinstance(number, float)
        and number >= 1
        and (duration.is_calendar or (number * duration.unit_seconds) % DAY == 0)
    )


def scoped(scenario: Scenario, path: Path_, measure_path: Path_, measure: Measure, scope: Mapping[str, str]) -> Found:
    """What is wrong with the scope of a target or review."""
    kind = next(iter(scope), "mission")
    pairs: dict[frozenset[str], str] = {
        frozenset(("team", "role")): "team-role",
        frozenset(("unit", "activity")): "unit-activity",
    }
    if len(scope) > 1:
        kind = pairs.get(frozenset(scope), "")
        if not kind:
            yield (
                path,
                f"one of {', '.join(SCOPES)}, or team and role, or unit and activity",
            )
            return
    if kind not in ("mission", *pairs.values(), *SCOPES):
        yield path, f"no scope '{kind}'{reading.near(kind, SCOPES)}; scopes: {', '.join(SCOPES)}"
        return
    if kind not in measure.scopes:
        text = f"'{measure.name}' is not measured of a {kind}; scopes: {', '.join(measure.scopes)}"
        yield path if scope else measure_path, text
        return
    if measure.of_work and not scenario.activities:
        yield measure_path, f"'{measure.name}' is of activities, and there are none"
        return
    wrong = False
    for key, value in scope.items():
        known = getattr(scenario, "activities" if key == "activity" else f"{key}s")
        if value not in known:
            wrong = True
            yield (*path, key), no_such(key, value, known)
        elif measure.name == "operational" and not scenario.teams[value].units:
            yield (*path, key), f"team '{value}' has no unit, so it is never asked to be operational"
    if wrong or kind != "team-role":
        return
    if (scope["team"], scope["role"]) not in team_roles(scenario):
        yield path, f"team '{scope['team']}' never has a post of '{scope['role']}'"
    elif measure.name == "utilisation":
        units = scenario.teams[scope["team"]].units
        if not units or sum(team.units == units for team in scenario.teams.values()) > 1:
            yield path, f"team '{scope['team']}' has no pool of units to itself, so its utilisation is not known"


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
        if target.on is not None:
            day = (target.on - scenario.start).days
            if day < 0 or day * DAY >= safe_horizon(scenario):
                yield ("targets", name, "on"), f"found '{target.on}'; outside the time observed"


def scope_of(scope: Mapping[str, str] | None) -> tuple[str, str]:
    """Scope and name that a target, or a review, speaks of."""
    scope = scope or {}
    if {"team", "role"} <= set(scope):
        return "team-role", f"{scope['team']}/{scope['role']}"
    if {"unit", "activity"} <= set(scope):
        return "unit-activity", f"{scope['unit']}/{scope['activity']}"
    for kind, name in scope.items():
        return kind, name
    return "mission", ""


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
            yield (
                ("sources", path),
                f"no '{part}' in the file for this source{reading.near(part, [str(a) for a in allowed])}",
            )
            break


RULES = (
    names_without_slash, people, unit_lists, posts_and_minima, roles, sicknesses, suspensions, rotas, activities,
    decisions, reviews, options, targets, sources,
)  # fmt: skip


def horizon(scenario: Scenario) -> Found:
    """What needs everything else to be right."""
    if any(option.set for option in scenario.options.values()):
        return  # looked at with each option's settings in place
    if not DAY <= scenario.horizon_seconds <= LONGEST_HORIZON:
        path = ("horizon",) if scenario.horizon is not None else ("mandate", "length")
        days = scenario.horizon_seconds / DAY
        yield path, f"every option is observed over {days:,.0f} days; allowed: 1 day to 30 years"
