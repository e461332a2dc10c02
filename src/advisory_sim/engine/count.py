"""Counting: feeds the journal to the compiled code and takes the sums of each window from it."""

from __future__ import annotations

import numpy as np

from advisory_sim.engine import arrays, kernel
from advisory_sim.engine.drawn import Drawn
from advisory_sim.record.columns import DAY, ROW_ARRIVE, SERIES, TALLY_COLUMNS
from advisory_sim.record.record import Entry, Record, Window

Sums = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]  # of cells, teams, units; the units' longest gaps
REACHED = np.array([50, 80, 95], np.int64)  # per cent of the authorised


class Count:
    """The state of what compiled code counts, carried over from one `advance` to the next."""

    def __init__(self, settings: Drawn, posts: int, steps: int = 0) -> None:
        self.settings = settings
        cells, teams, units = len(settings.cells), len(settings.teams), len(settings.units)
        self.now, self.read, self.arrived, self.expired = 0, 0, 0, False
        self.posts = np.zeros(posts, arrays.POST)
        self.stints = np.zeros(2 * posts + 16, arrays.STINT)
        self.pool_state = np.zeros(len(settings.pools), arrays.POOL_STATE)
        self.pool_state["first_stint"] = -1
        self.pool_state["fresh"] = 1
        self.counts = np.zeros((cells, arrays.COUNTS), np.int64)
        self.tally = np.zeros((cells, TALLY_COLUMNS), np.int64)
        self.since = np.zeros(cells, np.int64)
        self.team_state = np.zeros(teams, arrays.TEAM_STATE)
        self.unit_state = np.zeros(units, arrays.UNIT_STATE)
        self.unit_tally = np.zeros((units, 12), np.int64)
        self.longest = np.zeros((units, 2), np.int64)
        days = -(-settings.horizon // DAY)
        self.daily = np.zeros((cells, len(SERIES), days), np.float32)
        self.cover = np.zeros((units, days), np.float32)
        self.daily_mark = np.zeros((cells, len(SERIES)), np.int64)
        self.cover_mark = np.zeros(units, np.int64)
        self.steps = np.empty((steps, 2 + arrays.COUNTS), np.int64)
        self.step_rows = np.zeros(1, np.int64)
        self.marks: list[tuple[int, Sums]] = []
        kernel.start_units(settings.for_counting, settings.units, self.unit_state)

    def advance(self, journal: np.ndarray, until: int) -> None:
        """Take in the journal's rows before `until` and count up to it."""
        unread = journal[self.read :]
        rows = unread[: np.searchsorted(unread[:, 0], until)]
        self.read += len(rows)
        self.arrived += int(np.count_nonzero(rows[:, 1] == ROW_ARRIVE))
        if self.arrived > len(self.stints):
            more = np.zeros(2 * self.arrived, arrays.STINT)
            more[: len(self.stints)] = self.stints
            self.stints = more
        kernel.advance(
            self.settings.for_counting,
            self.settings.geography,
            self._state(),
            rows,
            self.now,
            until,
            self.expired,
        )
        self.now = until

    def _state(self) -> tuple[np.ndarray, ...]:
        return (
            self.posts, self.stints, self.pool_state, self.counts, self.tally, self.since, self.team_state,
            self.unit_state, self.unit_tally, self.longest, self.daily, self.cover, self.daily_mark, self.cover_mark,
            self.steps, self.step_rows,
        )  # fmt: skip

    def mark(self) -> None:
        """Note the sums up to now: the mandate begins, or ends."""
        self.marks.append((self.now, self._sums(1)))
        self.unit_state["mandate_gap"] = 0
        self.longest[:, 1] = 0

    def _sums(self, gap: int) -> Sums:
        teams = np.stack([self.team_state["open_seconds"], self.team_state["operational_seconds"]], axis=1)
        return self.tally.copy(), teams, self.unit_tally.copy(), self.longest[:, gap].copy()

    def expire(self) -> None:
        """The mandate ends now: everybody leaves, all posts close."""
        kernel.expire(self.settings.geography, self._state(), self.now)
        self.expired = True

    def record(
        self,
        journal: np.ndarray,
        begins: int,
        expires: int,
        effects: tuple[int, ...],
        opened_by: np.ndarray,
        log: tuple[Entry, ...],
    ) -> Record:
        """What was seen, once the horizon is reached."""
        settings, layout = self.settings, self.settings.layout
        part = settings.horizon % DAY
        if part:  # the last day is cut short
            present = self.tally[:, -3] + self.tally[:, -2]
            totals = np.stack([self.tally[:, 0], self.tally[:, 1], present, self.tally[:, -2]], axis=1)
            self.daily[:, :, -1] = (totals - self.daily_mark) / part
            inside = kernel.hours_clock(settings.hours, settings.horizon) % settings.hours[1] or settings.hours[1]
            self.cover[:, -1] = (self.unit_tally[:, 0] - self.cover_mark) / inside
        over_horizon = Window(settings.horizon, *self._sums(0))
        if self.marks:
            (start, before), (end, after) = self.marks
            over_mandate = Window(
                end - start, after[0] - before[0], after[1] - before[1], after[2] - before[2], after[3]
            )
        else:
            cells, teams, units, longest = self._sums(0)
            over_mandate = Window(0, 0 * cells, 0 * teams, 0 * units, 0 * longest)
        reach = np.empty((len(layout.groups) + len(settings.taken), len(REACHED)), np.int64)
        asked = np.empty(len(reach), np.int64)
        kernel.reach(
            journal, settings.cell_groups, len(layout.groups), opened_by, np.array(effects, np.int64), REACHED, asked,
            reach,
        )  # fmt: skip
        return Record(
            layout=layout,
            horizon=settings.horizon,
            consent=settings.consent,
            begins=begins,
            expires=expires,
            decisions=tuple(decision.name for decision in settings.taken),
            effects=effects,
            opened_by=opened_by,
            journal=journal,
            log=log,
            over_horizon=over_horizon,
            over_mandate=over_mandate,
            daily=self.daily,
            cover=self.cover,
            asked=asked,
            reach=reach,
            prices=settings.prices,
            steps=self.steps[: self.step_rows[0]] if len(self.steps) else None,
        )
