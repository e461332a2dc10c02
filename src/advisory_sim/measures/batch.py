"""Records of one option side by side: the first axis of every array is the replication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from advisory_sim.record.academy import SCHOOL_SERIES, Schooling
from advisory_sim.record.columns import DAY, HOURS, NEVER
from advisory_sim.record.record import Layout, Record, Window

WINDOWS = ("horizon", "mandate")


@dataclass(frozen=True, eq=False)
class View:
    """One window of a batch.

    `span` (replications,) and the other sums are in seconds: `cells` (replications, cells, columns), `teams`
    (replications, teams, 2), `units` (replications, units, 12), `longest` (replications, units).
    """

    batch: Batch
    window: str
    span: np.ndarray
    cells: np.ndarray
    teams: np.ndarray
    units: np.ndarray
    longest: np.ndarray
    work: np.ndarray  # (replications, units x activities, columns)
    busy: np.ndarray  # (replications, pools, roles)
    stages: np.ndarray  # (replications, units, stages of the longest plan)
    school: np.ndarray  # (replications, 1 + groups, SCHOOL_COLUMNS)

    @cached_property
    def _groups(self) -> np.ndarray:
        """`cells` summed over the groups of the layout, (replications, groups, columns)."""
        return self.batch.layout.grouped(self.cells)

    def seconds(self, *columns: int) -> np.ndarray:
        """Person-seconds in these columns, whole numbers, (replications, groups of the layout)."""
        return self._groups[:, :, columns].sum(axis=2).astype(float)

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
        """Unit-days under each heading, on a clock on which the covered hours of a day are one day."""
        return self.units / self.batch.layout.day_parts


@dataclass(frozen=True, eq=False)
class Batch:
    """Replications of one option, stacked."""

    layout: Layout
    decisions: tuple[str, ...]
    consent: np.ndarray  # (replications,) seconds
    begins: np.ndarray  # (replications,) seconds, NEVER where the clock never began
    expires: np.ndarray
    horizon: int
    effects: np.ndarray  # (replications, decisions) seconds
    asked: np.ndarray  # (replications, groups + decisions) posts
    reach: np.ndarray  # (replications, groups + decisions, 3) seconds
    windows: dict[str, tuple[np.ndarray, ...]]
    per_day: np.ndarray  # (replications, cells)
    per_arrival: np.ndarray  # (replications, cells)
    team_per_day: np.ndarray  # (replications, teams)
    decision_cost: np.ndarray  # (replications, decisions)
    daily: np.ndarray  # (replications, cells, series, days)
    cover: np.ndarray  # (replications, units, days)
    opened: np.ndarray  # (replications, units, days)
    entered: np.ndarray  # (replications, units, stages of the longest plan) seconds
    work_daily: np.ndarray  # (replications, units x activities, 2, days)
    on_duty_by_hour: np.ndarray  # over the mandate, seconds, (replications, cells, hours of the day)
    demand_by_hour: np.ndarray  # likewise, (replications, pools, roles, hours of the day)
    school_daily: np.ndarray  # (replications, 1 + groups, SCHOOL_SERIES, days); no group where there is no academy
    target_reached: np.ndarray  # (replications,) seconds, of the academy's target

    def view(self, window: str) -> View:
        """The batch seen through one window."""
        return View(self, window, *self.windows[window])


def stack(records: Sequence[Record]) -> Batch:
    """Put the records of one option side by side, in the order given."""
    first = records[0]

    def window(of) -> tuple[np.ndarray, ...]:
        windows: list[Window] = [of(record) for record in records]
        return (
            np.array([w.span for w in windows], np.int64),
            np.stack([w.cells for w in windows]),
            np.stack([w.teams for w in windows]),
            np.stack([w.units for w in windows]),
            np.stack([w.longest for w in windows]),
            np.stack([w.work for w in windows]),
            np.stack([w.busy for w in windows]),
            np.stack([w.stages for w in windows]),
            np.stack([w.school for w in windows]),
        )

    return Batch(
        layout=first.layout,
        decisions=first.decisions,
        consent=np.array([record.consent for record in records], np.int64),
        begins=np.array([record.begins for record in records], np.int64),
        expires=np.array([record.expires for record in records], np.int64),
        horizon=first.horizon,
        effects=np.array([record.effects for record in records], np.int64).reshape(len(records), -1),
        asked=np.stack([record.asked for record in records]),
        reach=np.stack([record.reach for record in records]),
        windows={"horizon": window(lambda r: r.over_horizon), "mandate": window(lambda r: r.over_mandate)},
        per_day=np.stack([record.prices.per_day for record in records]),
        per_arrival=np.stack([record.prices.per_arrival for record in records]),
        team_per_day=np.stack([record.prices.team_per_day for record in records]),
        decision_cost=np.stack([record.prices.decisions for record in records]),
        daily=np.stack([record.daily for record in records]),
        cover=np.stack([record.cover for record in records]),
        opened=np.stack([record.opened for record in records]),
        entered=np.stack([record.entered for record in records]),
        work_daily=np.stack([record.work_daily for record in records]),
        on_duty_by_hour=np.stack([record.on_duty_by_hour for record in records]),
        demand_by_hour=np.stack([record.demand_by_hour for record in records]),
        school_daily=np.stack([daily_of(record.schooling) for record in records]),
        target_reached=np.array([NEVER if r.schooling is None else r.schooling.reached for r in records], np.int64),
    )


def daily_of(schooling: Schooling | None) -> np.ndarray:
    """The academy's daily series; empty where there is none."""
    return np.zeros((0, len(SCHOOL_SERIES), 0), np.int32) if schooling is None else schooling.daily
