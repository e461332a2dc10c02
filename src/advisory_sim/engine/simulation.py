"""One replication of one option: people and Council in SimPy, what happens all day in compiled code."""

from __future__ import annotations

from array import array

import numpy as np

from advisory_sim.engine.clock import Clock
from advisory_sim.engine.count import Count
from advisory_sim.engine.drawn import Drawn
from advisory_sim.engine.mandate import Mandate
from advisory_sim.engine.posts import Posts
from advisory_sim.record.columns import JOURNAL_COLUMNS, NEVER
from advisory_sim.record.record import Entry, Record


class Simulation:
    """One future of a mission. `run` returns its record."""

    def __init__(self, settings: Drawn) -> None:
        self.settings = settings
        self.horizon = settings.horizon
        self.env = Clock()
        self.journal = array("q")
        self.log: list[Entry] = []
        self.expiry = NEVER  # as known now
        self.end = self.horizon  # of the staff's lives
        self.consent = settings.consent
        self.mandate = Mandate(self)
        self.posts = Posts(self)

    def run(self, steps: bool = False) -> Record:
        """Simulate to the horizon.

        Parameters
        ----------
        steps
            Whether the record also holds each cell's counts at every change, for measures of one's own.

        Returns
        -------
        Record
            What was seen, in seconds since day 0.
        """
        env = self.env
        self.mandate.start()
        self.posts.open(self.settings.initial_cells)
        while env.peek() < self.end:
            env.step()
        journal = np.frombuffer(self.journal, np.int64).reshape(-1, JOURNAL_COLUMNS)
        count = self._count(journal, 8192 if steps else 0)
        if steps and count.step_rows[0] > len(count.steps):  # now the room needed is known
            count = self._count(journal, int(count.step_rows[0]))
        return count.record(
            journal,
            begins=self.mandate.begun,
            expires=self.expiry,
            effects=tuple(self.mandate.effects),
            opened_by=np.array(self.posts.opened_by, np.int64),
            log=tuple(self.log),
        )

    def _count(self, journal: np.ndarray, room: int) -> Count:
        """Work out what people did all day; `room` for rows of steps."""
        count = Count(self.settings, posts=len(self.posts.all), steps=room)
        begun = self.mandate.begun < self.horizon
        if begun:
            count.advance(journal, self.mandate.begun)
            count.mark()
        count.advance(journal, self.end)
        if begun:
            count.mark()
        if self.expiry <= self.horizon:
            count.expire()
            count.advance(journal, self.horizon)
        return count

    def begin(self, expiry: int) -> None:
        """The mandate's clock begins: the expiry is known."""
        self.expire_at(expiry)
        self.posts.bound(expiry)

    def expire_at(self, expiry: int) -> None:
        """Set the expiry."""
        self.expiry = expiry
        self.end = min(expiry, self.horizon)

    def worth_travelling(self, travel: int, minimum_stay: int) -> bool:
        """Whether who sets out now would be there long enough, by the expiry known now."""
        return self.env.now + travel + minimum_stay <= self.expiry

    def note(self, event: str, name: str = "") -> None:
        """Write to the log."""
        self.log.append(Entry(self.env.now, event, name))
