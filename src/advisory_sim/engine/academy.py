"""The academy: classes start as places, applicants and instructors allow; what becomes of everybody who applies."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import numpy as np

from advisory_sim.engine import kernel
from advisory_sim.engine.clock import INTAKE
from advisory_sim.engine.school import KEYS, School, days_of, holds, integral
from advisory_sim.record import academy as seen
from advisory_sim.record.academy import SCHOOL_COLUMNS, Schooling
from advisory_sim.record.columns import DAY, NEVER
from advisory_sim.scenario.calendar import duration_from

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
        self.sizes: dict[tuple[int, int], int] = {}  # of a class, by its number and its distribution
        settings = mission.settings
        room = int(school.figured.expected + MARGIN * school.figured.expected**0.5) + 1
        number = 0
        while True:
            people, self.leaves = np.zeros((room, 3), np.int64), np.zeros(room)
            number = kernel.applicants(
                settings.luck.words, settings.luck.dists, settings.luck.cdfs, school.work, school.luck_of_each,
                school.figured.backlog, settings.horizon, KEYS, people, self.leaves,
            )  # fmt: skip
            if number <= room:
                break
            room = number
        applied, group, self.training = people[:number].T
        # What becomes of each, a column on end; classes are written in when they are first asked for.
        self.told = np.full((6, number), NEVER, np.int64).T
        self.told[:, seen.OF_GROUP], self.told[:, seen.APPLIED_AT] = school.places_of_groups[group], applied
        self.classes_told = self.admitted_told = 0

    # ---- classes

    def start(self) -> None:
        """Set the first intake, on day 0."""
        self._look_at(0)

    def _look_at(self, second: int) -> None:
        if second < self.mission.horizon:
            self.env.at(second, INTAKE).callbacks.append(lambda _: self._intake())

    def _intake(self) -> None:
        """Start as many classes as can start now, and note why no more."""
        now, size = self.env.now, self._next_size()
        while (lacking := self._lacking(size)) is None:
            end = duration_from(now, holds(self.school.figured.courses, now), self.mission.settings.start)
            self.classes.append((now, end, size))
            self.admitted += size
            size = self._next_size()
        self.causes.append((now, lacking))
        self._look_at(self._next_look(lacking, size))

    def _next_size(self) -> int:
        """The size of the next class: by its number."""
        which = len(self.classes), holds(self.school.sizes, self.env.now)
        if which not in self.sizes:
            self.sizes[which] = self.mission.settings.luck.seconds("class size", str(which[0]), which[1])
        return self.sizes[which]

    def _running(self) -> list[tuple[int, int, int]]:
        return [row for row in self.classes if row[1] > self.env.now]

    def _lacking(self, size: int) -> int | None:
        """What the next class, of this size, lacks now; None: nothing."""
        now, running = self.env.now, self._running()
        first, places = self.school.figured.places[0][0], holds(self.school.figured.places, now)
        if sum(row[2] for row in running) + size > (places if now >= first else 0):
            return PLACES
        if self._complete_at(size) > now:
            return APPLICANTS
        for cells, number in self.school.instructors:
            if not self.mission.has_present(cells, number * (len(running) + 1)):
                return INSTRUCTORS
        return None

    def _complete_at(self, size: int) -> int:
        """When the last of the next class's applicants has come."""
        last = self.admitted + size - 1
        return int(self.told[last, seen.APPLIED_AT]) if last < len(self.told) else NEVER

    def _next_look(self, lacking: int, size: int) -> int:
        """When a further class may start at the earliest; until then it lacks the same."""
        now, figured = self.env.now, self.school.figured
        changes = [second for steps in (figured.places, self.school.sizes) for second, _ in steps if second > now]
        if lacking == APPLICANTS:
            changes.append(self._complete_at(size))
        else:
            changes += [end for _, end, _ in self._running()]
        if lacking == INSTRUCTORS:
            changes.append((now // DAY + 1) * DAY)
        earliest = min(changes, default=NEVER)
        if figured.intakes is None:
            return earliest
        return figured.intakes[bisect_left(figured.intakes, earliest)]

    # ---- what was seen

    def cadets(self) -> np.ndarray:
        """What became of everybody who applied, by the classes so far: (applicants, 6), see record/academy.py."""
        if self.classes_told == len(self.classes):
            return self.told
        classes = np.array(self.classes[self.classes_told :], np.int64)
        among = slice(self.admitted_told, self.admitted)
        self.classes_told, self.admitted_told = len(self.classes), self.admitted
        told, leaves = self.told[among], self.leaves[among]
        starts, ends = (np.repeat(classes[:, i], classes[:, seen.OF_SIZE]) for i in (seen.STARTED_AT, seen.ENDS_AT))
        told[:, seen.ADMITTED_AT] = starts
        told[:, seen.FINISHED_AT] = ends
        told[:, seen.GRADUATED_AT] = ends + self.training[among]
        drops = np.flatnonzero(~np.isnan(leaves))
        after = np.floor(leaves[drops] * (ends - starts)[drops] + 0.5).astype(np.int64)
        told[drops, seen.DROPPED_AT] = starts[drops] + after
        told[drops, seen.FINISHED_AT] = told[drops, seen.GRADUATED_AT] = NEVER
        return self.told

    def sums(self, second: int) -> np.ndarray:
        """Everything that is summed, up to a second: (1 + groups, SCHOOL_COLUMNS), everybody first."""
        groups = len(self.school.layout.groups)
        sums = np.zeros((1 + groups, SCHOOL_COLUMNS), np.int64)
        kernel.sum_cadets(self.cadets(), second, sums)
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
        cadets, rows = self.cadets(), 1 + len(self.school.layout.groups)
        daily = np.zeros((rows, len(seen.SCHOOL_SERIES), days_of(horizon)), np.int32)
        kernel.cadets_by_day(cadets, horizon, daily)
        when = cadets[: self.admitted, seen.GRADUATED_AT]
        reached = NEVER if wanted is None or wanted > len(when) else int(np.partition(when, wanted - 1)[wanted - 1])
        return Schooling(
            cadets=cadets,
            classes=np.array(self.classes, np.int64).reshape(-1, 3),
            places=np.array(self.school.figured.places, np.int64),
            daily=daily,
            reached=reached if reached < horizon else NEVER,
        )
