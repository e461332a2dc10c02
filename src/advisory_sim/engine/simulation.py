"""One replication of one option: people and Council in SimPy, what happens all day in compiled code."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from advisory_sim.engine.academy import Academy
from advisory_sim.engine.clock import Clock
from advisory_sim.engine.count import Count, Sums, nothing_taught
from advisory_sim.engine.drawn import Drawn
from advisory_sim.engine.mandate import Mandate
from advisory_sim.engine.posts import Posts
from advisory_sim.record.columns import DAY, NEVER, OFF_SHIFT, ON_DUTY
from advisory_sim.record.record import Entry, Layout, Record, Window

# A reviewed measure: from a window and the row that names the measure to its value, nan where undefined.
Measure = Callable[[Layout, Window, tuple[str, str, str, str]], float]
ITEMS, STEPS = 64, 8192  # room (of items: a stream) that mostly suffices; more is made where it does not


def replicate(settings: Drawn, measure: Measure | None = None, steps: bool = False) -> Record:
    """One future of a mission.

    Parameters
    ----------
    measure
        Works out the measures that decisions wait for.
    steps
        Whether the record also holds each cell's counts at every change, for measures of one's own.

    Returns
    -------
    Record
        What was seen, in seconds since day 0.
    """
    return simulated(Simulation, settings, measure, steps)[0]


def simulated(
    kind: type[Simulation], settings: Drawn, measure: Measure | None, steps: bool
) -> tuple[Record, Simulation]:
    """A future's record, and the simulation that it comes from, with room for all that happened."""
    items, rows = ITEMS * len(settings.work[3]), STEPS if steps else 0
    while True:
        simulation = kind(settings, measure, items, rows)
        record, count = simulation.run(), simulation.count
        simulation.dissolve()
        if count.overflow:
            items *= 4
        elif steps and count.step_rows[0] > rows:
            rows = int(count.step_rows[0])
        else:
            return record, simulation


class Simulation:
    """The state of one future, and its clock; `count_of` and `posts_of` are what a trace has its own of."""

    count_of: type[Count] = Count
    posts_of: type[Posts] = Posts

    def __init__(self, settings: Drawn, measure: Measure | None, items: int, steps: int) -> None:
        self.settings, self.measure = settings, measure
        self.horizon = settings.horizon
        self.env = Clock(self.horizon)
        self.journal: list[int] = []  # what has not been counted yet, in rows one after another
        self.log: list[Entry] = []
        self.expiry = NEVER  # as known now
        self.consent = settings.consent
        self.academy = Academy(self, settings.school) if settings.school is not None else None
        taught = self.academy.sums if self.academy is not None else nothing_taught
        self.count = self.count_of(settings, items, steps, taught)
        self.seen: dict[int, Sums] = {}  # by day, for reviews, which do not look at gaps
        self.no_gaps = np.zeros(len(settings.units), np.int64)
        self.mandate = Mandate(self)
        self.posts = self.posts_of(self)

    def run(self) -> Record:
        """Simulate to the horizon; what was seen."""
        self.mandate.start()
        self.posts.open(self.settings.initial_cells)
        if self.academy is not None:
            self.academy.start()
        self.env.run_to_end()
        self.advance(self.env.end)
        self.count.end()
        if self.expiry <= self.horizon:
            self.count.expire()
            self.advance(self.horizon)
        return self.count.record(
            begins=self.mandate.begun,
            expires=self.expiry,
            effects=tuple(self.mandate.effects),
            opened_by=np.array(self.posts.opened_by, np.int64),
            log=tuple(self.log),
            schooling=self.academy.schooling() if self.academy is not None else None,
        )

    def dissolve(self) -> None:
        """Part what refers to one another, so that all goes at once and no garbage has to be looked for."""
        self.env.forget()
        self.posts.forget()
        del self.mandate.mission, self.mandate, self.posts, self.academy, self.count.taught

    def advance(self, until: int) -> None:
        """Let what happens all day happen, up to a moment."""
        self.count.make_room(len(self.posts.all), self.posts.stints)
        self.count.advance(self.journal, until)

    def has_present(self, cells: list[int], number: int) -> bool:
        """Whether so many of these cells are present, once all that is due at this second has happened."""
        if self.posts.deployed_in(cells) < number:  # then those present need not be counted
            return False
        self.advance(self.env.now + 1)
        counts = self.count.counts
        return sum(counts[cell, OFF_SHIFT] + counts[cell, ON_DUTY] for cell in cells) >= number

    def begin(self, expiry: int) -> None:
        """The mandate's clock begins: the expiry is known."""
        self.advance(self.env.now)
        self.count.begin()
        self.expire_at(expiry)
        self.posts.bind(expiry)

    def change_units(self, opens: list[int], closes: list[int]) -> None:
        """Units open and close for good."""
        self.advance(self.env.now)
        self.count.set_open(opens, True)
        self.count.set_open(closes, False)

    def expire_at(self, expiry: int) -> None:
        """Set the expiry."""
        self.expiry = expiry
        self.env.end = min(expiry, self.horizon)

    def note_day(self, day: int) -> None:
        """Keep the sums up to a day's 00:00, for a review that looks back to it."""
        if day not in self.seen:
            self.advance(day * DAY)
            self.seen[day] = self.count.sums()

    def reviewed(self, row: tuple[str, str, str, str], day: int, over: int | None) -> float:
        """A measure at a review, over the days before (None: since day 0)."""
        assert self.measure is not None
        self.note_day(day)
        since = self.seen[max(0, day - over)] if over is not None and day > over else None
        window = self.count.window(since, self.seen[day], self.no_gaps)
        return self.measure(self.settings.layout, window, row)

    def worth_travelling(self, travel: int, minimum_stay: int) -> bool:
        """Whether who sets out now would be there long enough, by the expiry known now."""
        return self.env.now + travel + minimum_stay <= self.expiry

    def note(self, event: str, name: str = "") -> None:
        """Write to the log."""
        self.log.append(Entry(self.env.now, event, name))
