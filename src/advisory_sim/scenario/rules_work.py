"""Rules across records: what the staff of units do."""

from __future__ import annotations

from advisory_sim.scenario.arrivals import OTHERS, Arrivals, Timetable
from advisory_sim.scenario.calendar import moment_second
from advisory_sim.scenario.document import Path_
from advisory_sim.scenario.model import Scenario
from advisory_sim.scenario.quantities import DAY, highest, lowest
from advisory_sim.scenario.rules_common import MOST_A_DAY, Found, no_such


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
    for unit, steps in arrivals.coming.items():
        if unit != OTHERS and unit not in scenario.units:
            yield (*path, unit), no_such("unit", unit, [*scenario.units, OTHERS])
            continue
        concerned = [unit] if unit != OTHERS else [u for u in scenario.units if u not in arrivals.coming]
        if isinstance(steps, Timetable):
            continue
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
