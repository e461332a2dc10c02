"""The academy: classes start as places, applicants and instructors allow; what becomes of everybody who applies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from advisory_sim.engine import kernel
from advisory_sim.engine.clock import INTAKE
from advisory_sim.engine.school import KEYS, School, days_of, holds, integral
from advisory_sim.record import academy as seen
from advisory_sim.record.academy import SCHOOL_COLUMNS, SCHOOL_SERIES, Schooling
from advisory_sim.record.columns import DAY, NEVER
from advisory_sim.scenario.calendar import duration_from
from advisory_sim.scenario.quantities import Duration

if TYPE_CHECKING:
    from advisory_sim.engine.simulation import Simulation

PLACES, APPLICANTS, INSTRUCTORS, NO_MANDATE = range(len(seen.CAUSES))
MARGIN = 6  # standard deviations of the number of applicants for which there is room at once


class Academy:
    """The police school of one future."""

    def __init__(self, mission: Simulation, school: School) -> None:
        self.mission, self.env, self.school = mission, mission.env, school
        self.classes: list[tuple[int, int, int]] = []  # start, end, size
        self.causes: list[tuple[int, int]] = []  # from a second on, why no further class starts
        self.admitted = 0
        self.intakes = 0
        settings = mission.settings
        room = int(school.figured.expected + MARGIN * school.figured.expected**0.5) + 1
        number = 0
        while True:
            self.people, self.leaves = np.zeros((room, 3), np.int64), np.zeros(room)
            number = kernel.applicants(
                settings.luck.words, settings.luck.dists, settings.luck.cdfs, school.work, school.luck_of_each,
                school.figured.backlog, settings.horizon, KEYS, self.people, self.leaves,
            )  # fmt: skip
            if number <= room:
                break
            room = number
        self.people, self.leaves = self.people[:number], self.leaves[:number]
        self.people[:, 1] = school.places_of_groups[self.people[:, 1]]

    # ---- classes

    def start(self) -> None:
        """Set the first intake, on day 0."""
        self._look_at(0)

    def _look_at(self, second: int) -> None:
        if second < self.mission.horizon:
            self.env.at(second, INTAKE).callbacks.append(lambda _: self._intake())

    def _intake(self) -> None:
        """Start as many classes as can start now, and note why no more."""
        lacking = self._lacking()
        while lacking is None:
            now = self.env.now
            end = duration_from(now, holds(self.school.figured.courses, now), self.mission.settings.start)
            size = self._next_size()
            self.classes.append((now, end, size))
            self.admitted += size
            lacking = self._lacking()
        self.causes.append((self.env.now, lacking))
        self._look_at(self._next_look(lacking))

    def _next_size(self) -> int:
        """The size of the next class: by its number."""
        dist = holds(self.school.sizes, self.env.now)
        return self.mission.settings.luck.seconds("class size", str(len(self.classes)), dist)

    def _running(self) -> list[tuple[int, int, int]]:
        return [row for row in self.classes if row[1] > self.env.now]

    def _lacking(self) -> int | None:
        """What the next class lacks now; None: nothing."""
        now, size, running = self.env.now, self._next_size(), self._running()
        first, places = self.school.figured.places[0][0], holds(self.school.figured.places, now)
        if sum(row[2] for row in running) + size > (places if now >= first else 0):
            return PLACES
        if self._complete_at(size) > now:
            return APPLICANTS
        for cells, number in self.school.instructors:
            if self.mission.present(cells) < number * (len(running) + 1):
                return INSTRUCTORS
        return None

    def _complete_at(self, size: int) -> int:
        """When the last of the next class's applicants has come."""
        last = self.admitted + size - 1
        return int(self.people[last, 0]) if last < len(self.people) else NEVER

    def _next_look(self, lacking: int) -> int:
        """When a further class may start at the earliest."""
        now, figured = self.env.now, self.school.figured
        if figured.every is not None:
            self.intakes += 1
            number = figured.every.args[0] * self.intakes  # type: ignore[operator]
            return duration_from(0, Duration("constant", (number,), figured.every.unit), self.mission.settings.start)
        changes = [second for steps in (figured.places, self.school.sizes) for second, _ in steps if second > now]
        if lacking == APPLICANTS:
            changes.append(self._complete_at(self._next_size()))
        else:
            changes += [end for _, end, _ in self._running()]
        if lacking == INSTRUCTORS:
            changes.append((now // DAY + 1) * DAY)
        return min(changes, default=NEVER)

    # ---- what was seen

    def cadets(self) -> np.ndarray:
        """What became of everybody who applied, by the classes so far: (applicants, 6), see record/academy.py."""
        found = np.full((len(self.people), 6), NEVER, np.int64)
        found[:, seen.OF_GROUP], found[:, seen.APPLIED_AT] = self.people[:, 1], self.people[:, 0]
        if not self.classes:
            return found
        table = np.array(self.classes, np.int64)
        starts, ends = (np.repeat(table[:, column], table[:, seen.OF_SIZE]) for column in (0, 1))
        started, leaves = found[: self.admitted], self.leaves[: self.admitted]
        started[:, seen.ADMITTED_AT] = starts
        drops = ~np.isnan(leaves)
        after = np.floor(np.where(drops, leaves, 0) * (ends - starts) + 0.5).astype(np.int64)
        started[drops, seen.DROPPED_AT] = (starts + after)[drops]
        started[~drops, seen.FINISHED_AT] = ends[~drops]
        started[~drops, seen.GRADUATED_AT] = (ends + self.people[: self.admitted, 2])[~drops]
        return found

    def sums(self, second: int) -> np.ndarray:
        """Everything that is summed, up to a second: (1 + groups, SCHOOL_COLUMNS), everybody first."""
        groups = len(self.school.layout.groups)
        sums = np.zeros((1 + groups, SCHOOL_COLUMNS), np.int64)
        cadets = self.cadets()
        waited = np.minimum(cadets[:, seen.ADMITTED_AT], second) - cadets[:, seen.APPLIED_AT]
        before = cadets < second
        group = cadets[:, seen.OF_GROUP]

        def counted(values: np.ndarray) -> np.ndarray:
            """Sums of everybody, then by group."""
            parts = np.bincount(group, weights=values, minlength=groups)[:groups] if groups else ()
            return np.array([values.sum(), *parts], np.int64)

        for column, moment in (
            (seen.APPLIED, seen.APPLIED_AT), (seen.ADMITTED, seen.ADMITTED_AT), (seen.DROPPED_OUT, seen.DROPPED_AT),
            (seen.GRADUATED, seen.GRADUATED_AT),
        ):  # fmt: skip
            sums[:, column] = counted(before[:, moment])
        sums[:, seen.WAITED] = counted(np.where(before[:, seen.ADMITTED_AT], waited, 0))
        finished = counted(before[:, seen.FINISHED_AT])
        sums[:, seen.WAIT] = sums[:, seen.APPLIED] - sums[:, seen.ADMITTED]
        sums[:, seen.IN_COURSE] = sums[:, seen.ADMITTED] - sums[:, seen.DROPPED_OUT] - finished
        sums[:, seen.IN_FIELD] = finished - sums[:, seen.GRADUATED]
        started_classes = [row for row in self.classes if row[0] < second]
        sums[0, seen.CLASSES] = len(started_classes)
        sums[0, seen.PLACES_HELD] = sum(size * (min(end, second) - start) for start, end, size in started_classes)
        sums[0, seen.PLACES] = integral(self.school.figured.places, second)
        causes = [*(row for row in self.causes if row[0] < self.mission.expiry), (self.mission.expiry, NO_MANDATE)]
        ends = [begins for begins, _ in causes[1:]] + [NEVER]
        for (begins, cause), end in zip(causes, ends, strict=True):
            sums[0, seen.LIMITED + cause] += max(0, min(end, second) - begins)
        return sums

    def schooling(self) -> Schooling:
        """What was seen, once the horizon is reached."""
        horizon, wanted = self.mission.horizon, self.school.layout.wanted
        cadets = self.cadets()
        daily = np.zeros((1 + len(self.school.layout.groups), len(SCHOOL_SERIES), days_of(horizon)), np.int32)
        applied, admitted, dropped, finished, graduated = (
            by_day(cadets[:, seen.OF_GROUP], cadets[:, column], len(daily), horizon)
            for column in range(seen.APPLIED_AT, seen.GRADUATED_AT + 1)
        )
        daily[:] = np.stack(
            [graduated, applied - admitted, admitted - dropped - finished, finished - graduated], axis=1
        )
        order = np.sort(cadets[:, seen.GRADUATED_AT])
        reached = int(order[wanted - 1]) if wanted is not None and wanted <= len(order) else NEVER
        return Schooling(
            cadets=cadets,
            classes=np.array(self.classes, np.int64).reshape(-1, 3),
            places=np.array(self.school.figured.places, np.int64),
            daily=daily,
            reached=reached if reached < horizon else NEVER,
        )


def by_day(groups: np.ndarray, seconds: np.ndarray, rows: int, horizon: int) -> np.ndarray:
    """How many by the end of each day, (rows, days): everybody first, then the groups; those within the horizon."""
    within = seconds < horizon
    days = days_of(horizon)
    counts = np.zeros((rows, days), np.int64)
    if rows > 1:
        place = groups[within] * days + seconds[within] // DAY
        counts[1:] = np.bincount(place, minlength=(rows - 1) * days).reshape(rows - 1, days)
    counts[0] = np.bincount(seconds[within] // DAY, minlength=days)
    return np.cumsum(counts, axis=1)
