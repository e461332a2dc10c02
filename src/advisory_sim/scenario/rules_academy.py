"""Rules across records: the academy."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from advisory_sim.scenario.academy import Academy
from advisory_sim.scenario.calendar import moment_second
from advisory_sim.scenario.document import Path_
from advisory_sim.scenario.fields import Steps
from advisory_sim.scenario.model import ACADEMY, Scenario
from advisory_sim.scenario.quantities import DAY, Between, highest, lowest, plain
from advisory_sim.scenario.rules_common import MOST_A_DAY, Found, listed, no_such, seconds
from advisory_sim.scenario.rules_council import safe_horizon

PATH: Path_ = ("academy",)
SAME_FOR_ALL = ("academy", "academy.applicants", "academy.applicants.groups", "academy.target")


def academy(scenario: Scenario, tree: dict) -> Found:
    school = scenario.academy
    if school is None:
        return
    yield from sizes(school)
    for key, steps in stepped(school):
        yield from dates(scenario, (*PATH, *key), steps)
    for moment, course in school.course:
        if seconds(course) < DAY:
            yield at(("course",), moment), f"found '{course}'; a course lasts at least 1 day"
    if school.intakes.every is not None and seconds(school.intakes.every) < DAY:
        yield (*PATH, "intakes"), f"found '{school.intakes}'; at least 1 day between intakes"
    yield from instructors(scenario, school)
    yield from applicants(school)
    if school.target is not None and "academy" in (tree.get("targets") or {}):
        yield ("targets", ACADEMY), "the academy's own target has this name: give this one another"


def stepped(school: Academy) -> Iterator[tuple[Path_, Steps]]:
    """Settings that may differ from a date on, where they do."""
    found: list[tuple[Path_, Steps]] = [
        (("places",), school.places), (("class_size",), school.class_size), (("course",), school.course)
    ]  # fmt: skip
    if school.applicants.arrivals is not None:
        found.append((("applicants", "arrivals"), school.applicants.arrivals))
    yield from ((key, steps) for key, steps in found if steps[0][0] is not None)


def at(key: Path_, moment: object) -> Path_:
    """Where a value stands: at its date, if it is one of several."""
    return (*PATH, *key) if moment is None else (*PATH, *key, str(moment))


def sizes(school: Academy) -> Found:
    """Classes must fit into the places that there are at some time."""
    most = max(places.least for _, places in school.places)
    for moment, size in school.class_size:
        if size.least < 1:
            yield at(("class_size",), moment), f"found '{size}'; a class is of at least 1"
        elif size.most > most:
            found = plain(size.most)
            yield (
                at(("class_size",), moment),
                f"a class of {found} never fits into {plain(most)} places: full classes only",
            )


def dates(scenario: Scenario, path: Path_, steps: Steps) -> Found:
    """Steps rise from day 0."""
    before = -1
    for moment, _ in steps:
        assert moment is not None
        if moment.kind == "expiry" or moment_second(moment, scenario.start) < 0:
            yield (*path, str(moment)), f"found '{moment}'; a step begins on a day from day 0"
            continue
        second = moment_second(moment, scenario.start)
        if second <= before:
            yield (*path, str(moment)), f"found '{moment}' after a later date; the dates of steps must rise"
        before = second


def instructors(scenario: Scenario, school: Academy) -> Found:
    """Who teaches must be somebody's post, and have no other work."""
    for role, number in school.instructors.items():
        path = (*PATH, "instructors", role)
        if role not in scenario.roles:
            yield path, no_such("role", role, scenario.roles)
            continue
        posts = sum(team.posts.get(role, 0) for team in scenario.teams.values())
        posts += sum(n for decision in scenario.decisions.values() for _, r, n in decision.expansion if r == role)
        needed = [name for name, activity in scenario.activities.items() if activity.needs.get(role)]
        if number == 0:
            yield path, "found '0'; at least 1 for a class, or leave the role out"
        elif scenario.roles[role].kind == "equipment":
            yield path, f"'{role}' is equipment, which does not teach"
        elif posts == 0:
            yield path, f"nobody has the role '{role}': no team has a post of it, and no decision opens one"
        elif posts < number:
            yield path, f"found '{number}' for a class, but there are never more than {posts} posts of '{role}'"
        elif needed:
            yield (
                path,
                f"activity '{needed[0]}' needs '{role}' too; who teaches cannot be called away: give instructors a "
                "role of their own",
            )


def applicants(school: Academy) -> Found:
    """Somebody must apply; the groups are the whole of them."""
    path, found = (*PATH, "applicants"), school.applicants
    if found.arrivals is None and found.backlog.most == 0:
        yield path, "nobody applies: give a backlog, arrivals, or both"
    for moment, rate in found.arrivals or ():
        a_day = highest(rate.number) / rate.unit_seconds * DAY
        if rate.people is not None:
            yield at(("applicants", "arrivals"), moment), f"found '{rate}'; all apply to one school: so many a day"
        elif a_day > MOST_A_DAY:
            yield at(("applicants", "arrivals"), moment), f"{a_day:,.0f} applicants a day; at most {MOST_A_DAY:,}"
    ranges = [name for name, share in found.groups.items() if isinstance(share.value, Between)]
    if ranges:
        yield (*path, "groups", ranges[0]), "a group's share cannot be a range: the groups add up to 100%"
        return
    total = sum(lowest(share.value) for share in found.groups.values())
    if found.groups and not isclose(total, 1, abs_tol=1e-9):
        names = listed(found.groups)
        yield (*path, "groups"), f"the shares of {names} add up to {plain(round(100 * total, 6))}%; they must to 100%"


def same_for_all(scenario: Scenario, tree: dict) -> Found:
    """What of the academy an option cannot set: its figures would not stand beside the others'."""
    for name, option in scenario.options.items():
        for path in option.set:
            if path in SAME_FOR_ALL or path.startswith(SAME_FOR_ALL[2:]):
                yield ("options", name, "set", path), f"'{path}' is the same for all options"


def target_date(scenario: Scenario, tree: dict) -> Found:
    """By when so many are to have graduated."""
    target = scenario.academy.target if scenario.academy is not None else None
    if target is not None:
        day = (target.by - scenario.start).days
        if day < 0 or day * DAY >= safe_horizon(scenario):
            yield (*PATH, "target", "by"), f"found '{target.by}'; outside the time observed"
