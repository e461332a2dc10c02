"""Counting: feeds the journal to the compiled code and takes the sums of each window from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from advisory_sim.engine import arrays, kernel
from advisory_sim.engine.drawn import Drawn
from advisory_sim.record.academy import FLOWS, SCHOOL_COLUMNS, Schooling
from advisory_sim.record.columns import (
    AUTHORISED,
    BY_HOUR,
    COVERED,
    DAY,
    DEPLOYED,
    JOURNAL_COLUMNS,
    NEVER,
    OFF_SHIFT,
    ON_DUTY,
    OPEN_AT_END,
    SERIES,
    WORK_DAILY,
)
from advisory_sim.record.record import Entry, Record, Window

REACHED = np.array([50, 80, 95], np.int64)  # per cent of the authorised


class Sums(NamedTuple):
    """Everything that adds up over time, from day 0 to a moment."""

    second: int
    totals: np.ndarray
    school: np.ndarray


NOTHING = np.zeros((0, SCHOOL_COLUMNS), np.int64)


def nothing_taught(second: int) -> np.ndarray:
    """The sums of an academy where there is none."""
    return NOTHING


class Count:
    """The state of what compiled code counts, carried over from one `advance` to the next.

    Parameters
    ----------
    items
        Activities that may wait or be under way at once; `overflow` says where they were too few.
    steps
        Rows for each cell's counts at every change; 0: not wanted.
    taught
        The sums of the academy up to a second.
    """

    def __init__(
        self, settings: Drawn, items: int = 0, steps: int = 0, taught: Callable[[int], np.ndarray] = nothing_taught
    ) -> None:
        self.settings, self.taught = settings, taught
        cells, teams, units = len(settings.cells), len(settings.teams), len(settings.units)
        pools, roles, streams = len(settings.pools), len(settings.role_rows), len(settings.work[3])
        days = -(-settings.horizon // DAY)
        self.now, self.expired = 0, False
        self.rows: list[np.ndarray] = []  # of the journal, as they were counted
        self.posts = np.zeros(len(settings.initial_cells) + 16, arrays.POST)
        self.stints = np.zeros(2 * len(self.posts), arrays.STINT)
        self.pool_state = np.zeros(pools, arrays.POOL_STATE)
        self.pool_state["first_stint"] = -1
        self.pool_state["fresh"] = 1
        self.counts = np.zeros((cells, arrays.COUNTS), np.int64)
        self.totals = np.zeros(settings.layout.totals, np.int64)
        self.tally, self.team_tally, self.unit_tally, self.work_tally, busy_tally = (
            settings.layout.part(self.totals, name) for name in ("cells", "teams", "units", "work", "busy")
        )
        self.by_hour = np.zeros((cells + pools * roles, BY_HOUR), np.int64)  # on duty, then needed by activities
        self.since = np.zeros(cells, np.int64)
        self.team_state = np.zeros(teams, arrays.TEAM_STATE)
        self.unit_state = np.zeros(units, arrays.UNIT_STATE)
        self.longest = np.zeros((units, 2), np.int64)
        self.daily = np.zeros((cells, len(SERIES), days), np.float32)
        self.cover = np.zeros((units, 2, days), np.float32)
        self.daily_mark = np.zeros((cells, len(SERIES)), np.int64)
        self.cover_mark = np.zeros((units, 2), np.int64)
        self.entered = np.empty((units, settings.layout.unit_stages.shape[1]), np.int64)
        self.steps = np.empty((steps, 2 + arrays.COUNTS), np.int64)
        self.step_rows = np.zeros(1, np.int64)

        on = np.zeros((pools, roles, settings.duty_classes), np.int8)
        self.present = np.zeros((cells, settings.duty_classes), np.int64)
        at_toggle = np.zeros((2, pools, roles), np.int64)  # which comes next, in which week
        self.shifts = (settings.toggles, on, at_toggle[0], at_toggle[1], self.present)

        self.stream_state = np.zeros(streams, arrays.STREAM_STATE)
        self.items = np.empty(items, arrays.ITEM)
        # The first free place, whether there were too few, births, roles that work needs, places that were ever taken.
        self.book = np.array([-1, 0, 0, settings.work_roles, 0], np.int64)
        self.work_daily = np.zeros((streams, WORK_DAILY, days), np.int32)
        lists = np.empty((2, pools, 2), np.int64)  # first and last of what waits, and of what is under way
        lists.fill(-1)
        busy = np.zeros((2, pools, roles), np.int64)  # how many, since when
        self.work_state = (
            self.stream_state, self.items, self.book, lists[0], lists[1], self.work_tally, self.work_daily,
            busy[0], busy_tally, busy[1], self.by_hour[cells:],
        )  # fmt: skip

        self.room_rows = self.room_stints = -1
        self.kept_room: tuple[np.ndarray, ...] = ()
        self.begun: Sums | None = None
        self.ended: Sums | None = None
        self.hours_before = self.by_hour  # as they are when the mandate begins; if it never does, none come to it
        kernel.start_units(settings.for_counting, settings.units, self.unit_state, self.entered)
        kernel.start_shifts(settings.for_counting[2], *self.shifts[:4], settings.weekday)
        if items:
            kernel.start_streams(settings.luck.words, settings.work, self.stream_state)

    @property
    def overflow(self) -> bool:
        """Whether there was too little room: what was counted is of no use."""
        return bool(self.book[1])

    def advance(self, journal: list[int], until: int) -> None:
        """Take the rows before `until` out of the journal and count up to it."""
        if until == self.now:
            return
        rows = np.array(journal, np.int64).reshape(-1, JOURNAL_COLUMNS)
        if len(rows) and rows[-1, 0] >= until:
            rows = rows[: np.searchsorted(rows[:, 0], until)]
        self.rows.append(rows)
        del journal[: rows.size]
        settings = self.settings
        kernel.advance(
            settings.for_counting, settings.geography, settings.returns, self._state(), self.shifts, settings.work,
            self.work_state, rows, self.room(len(rows)), self.now, until, self.expired,
        )  # fmt: skip
        self.now = until

    def make_room(self, posts: int, stints: int) -> None:
        """Have room for so many posts and stints that the journal may tell of."""
        self.posts = with_room(self.posts, posts)
        self.stints = with_room(self.stints, stints)

    def room(self, rows: int) -> tuple[np.ndarray, ...]:
        """What `advance` works in, for so many new rows of the journal; kept while it is large enough."""
        if rows > self.room_rows or len(self.stints) > self.room_stints:
            self.room_rows, self.room_stints = max(2 * rows, 16), len(self.stints)
            pools, roles = len(self.settings.pools), len(self.settings.role_rows)
            self.kept_room = kernel.room_for(
                self.room_rows, pools, roles, self.room_stints, len(self.items), len(self.stream_state)
            )
        return self.kept_room

    def _state(self) -> tuple:
        return (
            self.posts, self.stints, self.pool_state,
            (self.counts, self.tally, self.since, self.daily, self.daily_mark, self.by_hour), self.team_state,
            (self.unit_state, self.unit_tally, self.longest, self.cover, self.cover_mark),
            self.steps, self.step_rows, self.entered, self.team_tally,
        )  # fmt: skip

    def sums(self) -> Sums:
        """The sums up to now."""
        return Sums(self.now, self.totals.copy(), self.taught(self.now))

    def window(self, since: Sums | None, until: Sums, longest: np.ndarray) -> Window:
        """What adds up from one moment (None: day 0) to another."""
        if since is None:
            return Window(0, until.second, until.totals, longest, self.entered, until.school)
        school = until.school
        if len(school):
            school = np.concatenate([school[:, :FLOWS] - since.school[:, :FLOWS], school[:, FLOWS:]], axis=1)
        return Window(since.second, until.second, until.totals - since.totals, longest, self.entered, school)

    def set_open(self, units: Iterable[int], is_open: bool) -> None:
        """Open or close units now, for good."""
        for unit in units:
            self.unit_state[unit]["opens"] = self.now if is_open else NEVER
        self.pool_state["fresh"] = 1

    def begin(self) -> None:
        """The mandate begins now."""
        self.begun = self.sums()
        self.hours_before = self.by_hour.copy()
        self.unit_state["mandate_gap"] = 0
        self.longest[:, 1] = 0

    def end(self) -> None:
        """The mandate, or the time observed, ends now: what waits is open at the end."""
        kernel.close_work(self.work_state, self.now)
        self.hours_of_mandate = self.by_hour - self.hours_before
        if self.begun is not None:
            self.ended = self.sums()
            self.gaps_of_mandate = self.longest[:, 1].copy()

    def expire(self) -> None:
        """Everybody leaves, all posts close."""
        kernel.expire(self.settings.geography, self._state(), self.present, self.now)
        self.expired = True

    def record(
        self,
        begins: int,
        expires: int,
        effects: tuple[int, ...],
        opened_by: np.ndarray,
        log: tuple[Entry, ...],
        schooling: Schooling | None,
    ) -> Record:
        """What was seen, once the horizon is reached."""
        settings, layout = self.settings, self.settings.layout
        journal = np.concatenate([np.empty((0, JOURNAL_COLUMNS), np.int64), *self.rows])
        part = settings.horizon % DAY
        if part:  # the last day is cut short
            tally = self.tally
            present = tally[:, OFF_SHIFT] + tally[:, ON_DUTY]
            totals = np.stack([tally[:, AUTHORISED], tally[:, DEPLOYED], present, tally[:, ON_DUTY]], axis=1)
            self.daily[:, :, -1] = (totals - self.daily_mark) / part
            clocks = [
                kernel.hours_clock(hours, settings.horizon) - kernel.hours_clock(hours, settings.horizon - part)
                or layout.day_parts
                for hours in settings.hours
            ]
            inside = np.array(clocks)[self.unit_state["hours"], None]
            parts = np.stack([self.unit_tally[:, COVERED], self.unit_state["open_time"]], axis=1)
            self.cover[:, :, -1] = (parts - self.cover_mark) / inside
        # Nothing is summed after the mandate's end, though everybody has left since.
        sums = self.ended if self.ended is not None and self.ended.second == self.now else self.sums()
        over_horizon = self.window(None, sums, self.longest[:, 0])
        if self.begun is not None and self.ended is not None:
            over_mandate = self.window(self.begun, self.ended, self.gaps_of_mandate)
        else:
            over_mandate = self.window(sums, sums, np.zeros(len(settings.units), np.int64))
            over_mandate.school[:] = 0  # nobody stands anywhere at the end of what never was
            # What is open at the end is the same for both windows.
            never, open_at_end = layout.part(over_mandate.totals, "work"), layout.part(sums.totals, "work")
            never[:, OPEN_AT_END] = open_at_end[:, OPEN_AT_END]
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
            cover=self.cover[:, 0],
            opened=self.cover[:, 1],
            work_daily=self.work_daily,
            hours=self.hours_of_mandate,
            asked=asked,
            reach=reach,
            prices=settings.prices,
            schooling=schooling,
            steps=self.steps[: self.step_rows[0]] if len(self.steps) else None,
        )


def compile_late(settings: Drawn) -> None:
    """Have compiled what a replication comes to last: the work within `advance`, and all that follows it."""
    count = Count(settings, items=1)
    *_, heap, duty, free, closed = count.room(0)
    kernel.do_work(
        settings.for_counting, count.unit_state, settings.units, settings.work, count.work_state, 0, 0, 0, False, duty,
        free, closed, heap, 0, False,
    )  # fmt: skip
    count.end()
    count.expire()
    count.record(0, 0, (), np.empty(0, np.int64), (), None)


def with_room(table: np.ndarray, rows: int) -> np.ndarray:
    """The table, or a longer one that begins with it."""
    if rows <= len(table):
        return table
    longer = np.zeros(2 * rows, table.dtype)
    longer[: len(table)] = table
    return longer
