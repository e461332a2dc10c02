"""The scenario's activities and rotas as arrays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from advisory_sim.engine import arrays
from advisory_sim.engine.arrays import name_key
from advisory_sim.engine.tables import Table, Value
from advisory_sim.record.columns import DAY
from advisory_sim.scenario.arrivals import OTHERS, Arrivals, Timetable
from advisory_sim.scenario.calendar import moment_second
from advisory_sim.scenario.model import Activity, Role, Scenario
from advisory_sim.scenario.quantities import Duration, Rate, Share
from advisory_sim.scenario.reentry import Reentry
from advisory_sim.scenario.rules_common import returning


def rota_toggles(role: Role) -> list[tuple[int, int, int]]:
    """When each class of posts goes on and off duty in a week from Monday: (second, class, goes on), in order.

    Class 7 s + f has shift s, and its days off begin on day f. A shift past midnight belongs to the day it starts on.
    """
    if role.rota is None:
        return []
    toggles = []
    off = role.rota.days_off.days
    for s, shift in enumerate(role.rota.shifts):
        length = (shift.to_second - shift.from_second) % DAY or DAY
        for first in range(7):
            for day in range(7):
                if (day - first) % 7 >= off:
                    start = day * DAY + shift.from_second
                    toggles.append((start % (7 * DAY), 7 * s + first, 1))
                    toggles.append(((start + length) % (7 * DAY), 7 * s + first, 0))
    # Who goes off as another shift of his begins stays on.
    starts = {(second, duty) for second, duty, on in toggles if on}
    return sorted(t for t in toggles if t[2] or (t[0], t[1]) not in starts)


def in_stages(during: tuple[str, ...], plan: Reentry | None) -> int:
    """The stages of a plan in which an activity comes, as bits; all where it names none."""
    if not during:
        return -1
    return sum(1 << i for i, stage in enumerate(plan.stages if plan else ()) if stage.name in during)


def has_chance(activity: Activity, unit: str) -> bool:
    """Whether anything about an activity at a unit is left to chance: when it comes, what it takes, what follows it."""
    by_timetable = activity.arrivals is not None and isinstance(activity.arrivals.at(unit), Timetable)
    durations = (activity.lasting, *([] if activity.patience is None else [activity.patience]))
    return not by_timetable or bool(activity.follow_up) or any(each.kind != "constant" for each in durations)


class Activities:
    """What the staff of units do; `drawn` gives the arrays of one replication.

    Parameters
    ----------
    dist
        Registers a distribution at a path; returns its place.
    """

    def __init__(self, scenario: Scenario, dist: Callable[[Duration, str], int]) -> None:
        self.scenario = scenario
        self.follows, self.pieces = Table(arrays.FOLLOW), Table(arrays.PIECE)
        self.place = {name: i for i, name in enumerate(scenario.activities)}
        self.roles = {name: i for i, name in enumerate(scenario.roles)}
        self.needs: list[tuple[int, int]] = []
        self.times: list[int] = []
        self.weights = np.ones((len(self.place), 168))
        streams = []
        about_activity = [self._add(name, activity, dist) for name, activity in scenario.activities.items()]
        plans = returning(scenario)
        for u, (unit, about) in enumerate(scenario.units.items()):
            for a, (name, activity) in enumerate(scenario.activities.items()):
                key = name_key(f"{unit}/{name}")
                streams.append(
                    (
                        key,
                        u,
                        a,
                        *about_activity[a],
                        *self._stream(name, activity.arrivals, unit, about.population),
                        in_stages(activity.during, plans.get(unit)),
                        int(has_chance(activity, unit)),
                    )
                )
        self.streams = np.array(streams, arrays.STREAM)
        self.needs_rows = np.array(self.needs, np.int64).reshape(-1, 2)
        self.times_rows = np.array(self.times, np.int64)
        self.work_roles = len({role for role, _ in self.needs})
        self.weekday = scenario.start.weekday()

    def _add(self, name: str, activity: Activity, dist: Callable[[Duration, str], int]) -> tuple[int, ...]:
        path = f"activities.{name}"
        lasting = dist(activity.lasting, f"{path}.lasting")
        patience = -1 if activity.patience is None else dist(activity.patience, f"{path}.patience")
        first = len(self.needs)
        self.needs += [(self.roles[role], number) for role, number in activity.needs.items() if number > 0]
        follows = [self._follow(name, other, share) for other, share in activity.follow_up.items()]
        ends = (follows[0], follows[-1] + 1) if follows else (0, 0)
        arrivals = activity.arrivals
        if arrivals is not None and (arrivals.by_hour or arrivals.by_weekday):
            hours = np.array(arrivals.by_hour or [1.0] * 24)
            days = np.array(arrivals.by_weekday or [1.0] * 7)
            self.weights[self.place[name]] = np.outer(days / days.mean(), hours / hours.mean()).ravel()
        return activity.priority, lasting, patience, first, len(self.needs), *ends

    def _follow(self, name: str, other: str, share: Share) -> int:
        place, path = self.place[other], f"activities.{name}.follow_up.{other}"
        return self.follows.add(lambda value: (place, value(share.value, path)))

    def _stream(
        self, name: str, arrivals: Arrivals | None, unit: str, population: int | None
    ) -> tuple[int, int, int, int, int, int]:
        pieces_first = len(self.pieces.rows)
        times_first = len(self.times)
        weekdays = 0
        coming = () if arrivals is None else arrivals.at(unit)
        if isinstance(coming, Timetable):
            self.times += coming.times
            weekdays = sum(1 << day for day in coming.days.days)
        elif arrivals is not None:
            key = unit if unit in arrivals.coming else OTHERS
            for moment, rate in coming:
                begins = 0 if moment is None else moment_second(moment, self.scenario.start)
                self.pieces.add(self._piece(begins, rate, population, f"activities.{name}.arrivals.{key}"))
        weighted = int(arrivals is not None and bool(arrivals.by_hour or arrivals.by_weekday))
        return pieces_first, len(self.pieces.rows), weighted, times_first, len(self.times), weekdays

    @staticmethod
    def _piece(begins: int, rate: Rate, population: int | None, path: str) -> Callable[[Value], tuple]:
        scale = 1 / rate.unit_seconds
        if rate.people is not None:
            scale *= (population or 0) / rate.people
        return lambda value: (begins, value(rate.number, path) * scale)

    def drawn(self, value: Value) -> tuple:
        """What compiled code works on, in the order that `kernel/work.py` unpacks."""
        return (
            len(self.place),
            self.needs_rows,
            self.follows.drawn(value),
            self.streams,
            self.pieces.drawn(value),
            self.weights,
            self.times_rows,
            self.weekday,
        )

    def mean_seconds(self, value: Value) -> np.ndarray:
        """Mean duration of each activity, (activities,)."""
        return np.array(
            [
                activity.lasting.mean_seconds(lambda arg, name=name: value(arg, f"activities.{name}.lasting"))
                for name, activity in self.scenario.activities.items()
            ],
            float,
        )
