"""The scenario's academy as what one replication runs on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count, takewhile

import numpy as np

from advisory_sim.engine import arrays
from advisory_sim.engine.arrays import name_key
from advisory_sim.engine.tables import Figures, Table, Value
from advisory_sim.record.academy import SchoolLayout
from advisory_sim.record.columns import DAY, NEVER
from advisory_sim.scenario.academy import Academy
from advisory_sim.scenario.calendar import duration_from, moment_second, whole
from advisory_sim.scenario.fields import Steps
from advisory_sim.scenario.model import Scenario
from advisory_sim.scenario.quantities import Duration, Rate, Size

KEYS = np.array([name_key("backlog"), name_key("arrivals")], np.uint64)


@dataclass(frozen=True, eq=False)
class Figured:
    """The academy's figures that may be uncertain, as one replication has them."""

    places: list[tuple[int, int]]  # from a second on, so many
    courses: list[tuple[int, Duration]]
    intakes: list[int] | None  # when classes may start within the horizon, then NEVER; None: at any time
    backlog: int
    drop_out: float
    expected: float  # applicants


@dataclass(frozen=True, eq=False)
class School:
    """What one replication of an academy runs on."""

    figured: Figured
    sizes: list[tuple[int, int]]  # from a second on, place of the distribution
    instructors: list[tuple[list[int], int]]  # cells of a role, number for a class
    work: tuple  # the stream of applicants, as `kernel/work.py` unpacks it
    luck_of_each: tuple  # as `kernel/applicants.py` unpacks it
    places_of_groups: np.ndarray  # from the order in which they are drawn
    layout: SchoolLayout


class Schools:
    """An option's academy, compiled; `drawn` gives what a replication runs on.

    Parameters
    ----------
    dist
        Registers a distribution at a path; returns its place.
    cells
        Places of a role's cells.
    """

    def __init__(
        self,
        scenario: Scenario,
        academy: Academy,
        dist: Callable[[Duration, str], int],
        cells: Callable[[str], np.ndarray],
    ) -> None:
        self.scenario, self.academy = scenario, academy
        self.layout = layout_of(academy)
        self.field = dist(academy.field_training, "academy.field_training")
        self.sizes = [
            (second, dist(in_people(size), "academy.class_size")) for second, size in self._from(academy.class_size)
        ]
        self.instructors = [(cells(role).tolist(), number) for role, number in academy.instructors.items()]
        self.pieces = Table(arrays.PIECE)
        for begins, rate in self._from(academy.applicants.arrivals or ()):
            self.pieces.add(partial(piece, begins, rate))
        self.intakes = Figures(self._intakes)
        self.figures = Figures(self._figured)
        groups = academy.applicants.groups
        in_order = sorted(groups)  # so that the order of keys moves nobody into another group
        self.shares = np.cumsum([float(groups[name].value) for name in in_order] or [1.0])  # type: ignore[arg-type]
        self.places_of_groups = np.array([list(groups).index(name) for name in in_order] or [0], np.int64)
        stream = np.zeros(1, arrays.STREAM)
        stream["pieces_last"] = len(self.pieces.rows)
        self.streams = stream

    def _from(self, steps: Steps) -> list:
        """Steps by the second from which each holds."""
        start = self.scenario.start
        return [(0 if moment is None else moment_second(moment, start), value) for moment, value in steps]

    def _intakes(self, value: Value) -> list[int] | None:
        every = self.academy.intakes.every
        if every is None:
            return None
        interval = value(every.args[0], "academy.intakes")
        moments = (
            duration_from(0, Duration("constant", (interval * number,), every.unit), self.scenario.start)
            for number in count()
        )
        return [*takewhile(lambda second: second < self.scenario.horizon_seconds, moments), NEVER]

    def _figured(self, value: Value) -> Figured:
        academy, applicants = self.academy, self.academy.applicants

        def settled(duration: Duration, path: str) -> Duration:
            return Duration(duration.kind, tuple(value(arg, path) for arg in duration.args), duration.unit)

        pieces = [build(value) for build in self.pieces.builders]
        ends = [begins for begins, _ in pieces[1:]] + [self.scenario.horizon_seconds]
        backlog = whole(value(applicants.backlog.args[0], "academy.applicants.backlog"))
        return Figured(
            places=[(second, whole(value(n.args[0], "academy.places"))) for second, n in self._from(academy.places)],
            courses=[(second, settled(course, "academy.course")) for second, course in self._from(academy.course)],
            intakes=self.intakes.drawn(value),
            backlog=backlog,
            drop_out=value(academy.drop_out.value, "academy.drop_out"),
            expected=backlog
            + sum(rate * max(0, end - begins) for (begins, rate), end in zip(pieces, ends, strict=False)),
        )

    def drawn(self, value: Value) -> School:
        """The academy with one replication's figures."""
        figured = self.figures.drawn(value)
        none = np.zeros((0, 2), np.int64)
        return School(
            figured=figured,
            sizes=self.sizes,
            instructors=self.instructors,
            work=(
                1, none, np.zeros(0, arrays.FOLLOW), self.streams, self.pieces.drawn(value), np.ones((1, 168)),
                np.zeros(0, np.int64), 0,
            ),
            luck_of_each=(self.shares, figured.drop_out, self.field),
            places_of_groups=self.places_of_groups,
            layout=self.layout,
        )  # fmt: skip


def piece(begins: int, rate: Rate, value: Value) -> tuple[int, float]:
    """A step of the rate at which people apply: from when, so many a second."""
    return begins, value(rate.number, "academy.applicants.arrivals") / rate.unit_seconds


def layout_of(academy: Academy) -> SchoolLayout:
    """The academy's part of the record's axes."""
    return SchoolLayout(tuple(academy.applicants.groups), academy.target.graduates if academy.target else None)


def in_people(size: Size) -> Duration:
    """A size as a distribution: rounded to whole people, as durations are to whole seconds."""
    return Duration(size.kind, size.args, "second")


def holds(steps: list, second: int):
    """The step that holds at a second; the first also before its date."""
    for begins, value in reversed(steps):
        if begins <= second:
            return value
    return steps[0][1]


def integral(steps: list[tuple[int, int]], until: int) -> int:
    """Of a number that changes by steps, 0 before the first, from day 0 to a second."""
    ends = [begins for begins, _ in steps[1:]] + [until]
    return sum(n * max(0, min(end, until) - begins) for (begins, n), end in zip(steps, ends, strict=True))


def days_of(horizon: int) -> int:
    """Days that are observed, the last one perhaps in part."""
    return -(-horizon // DAY)
