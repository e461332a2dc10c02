"""Records of one option side by side: the first axis of every array is the replication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np

from advisory_sim.record.academy import SCHOOL_SERIES, Schooling
from advisory_sim.record.columns import DAY, HOURS, NEVER, WORK_DAILY
from advisory_sim.record.record import Layout, Record, Window, seconds_by_hour

WINDOWS = ("horizon", "mandate")


@dataclass(frozen=True, eq=False)
class View:
    """One window of a batch; sums are in seconds."""

    batch: Batch
    window: str
    seen: Window  # of all replications

    @property
    def span(self) -> np.ndarray:
        """Length of the window, (replications,)."""
        return self.seen.ends - self.seen.begins

    @property
    def cells(self) -> np.ndarray:
        """Person-seconds, (replications, cells, TALLY_COLUMNS)."""
        return self.batch.layout.part(self.seen.totals, "cells")

    @property
    def teams(self) -> np.ndarray:
        """Time open, and open with the minimum present, (replications, teams, 2)."""
        return self.batch.layout.part(self.seen.totals, "teams")

    @property
    def units(self) -> np.ndarray:
        """Time covered, and uncovered by what was lacking, in parts of a day, (replications, units, UNIT_COLUMNS)."""
        return self.batch.layout.part(self.seen.totals, "units")

    @property
    def longest(self) -> np.ndarray:
        """Longest time without cover, in parts of a day, (replications, units)."""
        return self.seen.longest

    @property
    def work(self) -> np.ndarray:
        """Attended, lost, seconds waited, open at the end, (replications, units x activities, WORK_COLUMNS)."""
        return self.batch.layout.part(self.seen.totals, "work")

    @property
    def busy(self) -> np.ndarray:
        """Time spent on activities, (replications, pools, roles)."""
        return self.batch.layout.part(self.seen.totals, "busy")

    @property
    def stages(self) -> np.ndarray:
        """Time since the unit entered each stage, (replications, units, stages of the longest plan)."""
        begins, ends, entered = self.seen.begins[:, None, None], self.seen.ends[:, None, None], self.seen.entered
        return np.maximum(0, ends - entered) - np.maximum(0, begins - entered)

    @property
    def school(self) -> np.ndarray:
        """What the academy came to, (replications, 1 + groups, SCHOOL_COLUMNS)."""
        return self.seen.school

    @cached_property
    def _groups(self) -> np.ndarray:
        """`cells` summed over the groups of the layout, whole numbers, (replications, groups, columns)."""
        return self.batch.layout.grouped(self.cells).astype(float)

    def seconds(self, *columns: int) -> np.ndarray:
        """Person-seconds in these columns, whole numbers, (replications, groups of the layout)."""
        return reduce(np.add, (self._groups[:, :, column] for column in columns))

    def strength(self, *columns: int) -> np.ndarray:
        """Person-days in these columns, (replications, groups of the layout)."""
        return self.seconds(*columns) / DAY

    @cached_property
    def work_scopes(self) -> np.ndarray:
        """`work` summed over the mission, units, activities and unit-activities, (replications, these, columns)."""
        layout, each = self.batch.layout, self.work.astype(float)
        work = each.reshape(len(each), len(layout.units), len(layout.activities), -1)
        units, activities = work.sum(axis=2), work.sum(axis=1)
        return np.concatenate([units.sum(axis=1, keepdims=True), units, activities, each], axis=1)

    @property
    def days(self) -> np.ndarray:
        """Length of the window in days, (replications, 1)."""
        return self.span[:, None] / DAY

    def people_by_hour(self, seconds: np.ndarray) -> np.ndarray:
        """Person-seconds in each hour of the day, (replications, .., hours), as mean numbers; nan if never observed."""
        observed = self.span / HOURS  # seconds of the window that fall into each hour of the day
        with np.errstate(invalid="ignore"):
            return seconds / observed.reshape(-1, *[1] * (seconds.ndim - 1))

    @cached_property
    def unit_days(self) -> np.ndarray:
        """Unit-days under each heading, on a clock on which the covered hours of a day are one day.

        (replications, mission + units, 12): the mission has the sum of its units.
        """
        units = np.ascontiguousarray(self.units.transpose(0, 2, 1)) / self.batch.layout.day_parts
        return np.concatenate([units.sum(axis=2, keepdims=True), units], axis=2).transpose(0, 2, 1)


@dataclass(frozen=True, eq=False)
class Batch:
    """Replications of one option, stacked; `cover` and `opened`, which are large, stay one array each."""

    layout: Layout
    decisions: tuple[str, ...]
    consent: np.ndarray  # (replications,) seconds
    begins: np.ndarray  # (replications,) seconds, NEVER where the clock never began
    expires: np.ndarray
    horizon: int
    effects: np.ndarray  # (replications, decisions) seconds
    asked: np.ndarray  # (replications, groups + decisions) posts
    reach: np.ndarray  # (replications, groups + decisions, 3) seconds
    windows: dict[str, Window]
    per_day: np.ndarray  # (replications, cells)
    per_arrival: np.ndarray  # (replications, cells)
    team_per_day: np.ndarray  # (replications, teams)
    decision_cost: np.ndarray  # (replications, decisions)
    daily: np.ndarray  # (replications, cells, series, days)
    cover: tuple[np.ndarray, ...]  # of each replication, (units, days)
    opened: tuple[np.ndarray, ...]  # of each replication, (units, days)
    work_daily: np.ndarray  # (replications, units x activities, 2, days), of the least type that holds their sums
    hours: np.ndarray  # over the mandate, (replications, cells + pools x roles, BY_HOUR): on duty, then needed
    school_daily: np.ndarray  # (replications, 1 + groups, SCHOOL_SERIES, days); no group where there is no academy
    target_reached: np.ndarray  # (replications,) seconds, of the academy's target

    @property
    def shares(self) -> np.ndarray:
        """Covered share of each day, (replications, units, days); nan where the unit was closed."""
        shares = np.empty((len(self.cover), *self.cover[0].shape), np.float32)
        with np.errstate(invalid="ignore"):
            for covered, opened, share in zip(self.cover, self.opened, shares, strict=True):
                np.divide(covered, opened, out=share)
        return shares

    @property
    def entered(self) -> np.ndarray:
        """When each unit entered each stage, (replications, units, stages of the longest plan) seconds."""
        return self.windows["horizon"].entered

    @property
    def on_duty_by_hour(self) -> np.ndarray:
        """Over the mandate, seconds, (replications, cells, hours of the day)."""
        return seconds_by_hour(self.hours[:, : len(self.layout.cells)])

    @property
    def demand_by_hour(self) -> np.ndarray:
        """Likewise, (replications, pools, roles, hours of the day)."""
        needed = seconds_by_hour(self.hours[:, len(self.layout.cells) :])
        return needed.reshape(len(needed), self.layout.pools, len(self.layout.roles), HOURS)

    def view(self, window: str) -> View:
        """The batch seen through one window."""
        return View(self, window, self.windows[window])


def stack(records: Sequence[Record]) -> Batch:
    """Put the records of one option side by side, in the order given."""
    first = records[0]
    over_horizon = together([record.over_horizon for record in records])
    most_work = first.layout.part(over_horizon.totals, "work")[:, :, :WORK_DAILY].max(initial=0)
    return Batch(
        layout=first.layout,
        decisions=first.decisions,
        consent=np.array([record.consent for record in records], np.int64),
        begins=np.array([record.begins for record in records], np.int64),
        expires=np.array([record.expires for record in records], np.int64),
        horizon=first.horizon,
        effects=np.array([record.effects for record in records], np.int64).reshape(len(records), -1),
        asked=side_by_side([record.asked for record in records]),
        reach=side_by_side([record.reach for record in records]),
        windows={"horizon": over_horizon, "mandate": together([record.over_mandate for record in records])},
        per_day=side_by_side([record.prices.per_day for record in records]),
        per_arrival=side_by_side([record.prices.per_arrival for record in records]),
        team_per_day=side_by_side([record.prices.team_per_day for record in records]),
        decision_cost=side_by_side([record.prices.decisions for record in records]),
        daily=side_by_side([record.daily for record in records]),
        cover=tuple(record.cover for record in records),
        opened=tuple(record.opened for record in records),
        work_daily=side_by_side([record.work_daily for record in records], np.min_scalar_type(most_work)),
        hours=side_by_side([record.hours for record in records]),
        school_daily=side_by_side([daily_of(record.schooling) for record in records]),
        target_reached=np.array([NEVER if r.schooling is None else r.schooling.reached for r in records], np.int64),
    )


def together(windows: Sequence[Window]) -> Window:
    """The windows of several replications as one."""
    begins, ends, *arrays = zip(*windows, strict=True)
    return Window(np.array(begins, np.int64), np.array(ends, np.int64), *map(side_by_side, arrays))


def side_by_side(arrays: Sequence[np.ndarray], dtype: np.dtype | None = None) -> np.ndarray:
    """Arrays of one shape under a new first axis: np.stack, without its care for each, which takes longer."""
    return np.concatenate(arrays, dtype=dtype, casting="unsafe").reshape(len(arrays), *arrays[0].shape)


def daily_of(schooling: Schooling | None) -> np.ndarray:
    """The academy's daily series; empty where there is none."""
    return np.zeros((0, len(SCHOOL_SERIES), 0), np.int32) if schooling is None else schooling.daily
