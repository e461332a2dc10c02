"""The record: the one documented thing that leaves a replication."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import Any, NamedTuple

import numpy as np

from advisory_sim.record.academy import Schooling, SchoolLayout
from advisory_sim.record.columns import (
    DAY,
    DEPLOYED,
    HOURS,
    INTERNATIONAL,
    NEVER,
    OFF_SHIFT,
    ON_DUTY,
    ROW_ARRIVE,
    ROW_LEAVE,
    ROW_OPEN,
    TALLY_COLUMNS,
    UNIT_COLUMNS,
    WHY_LEFT,
    WORK_COLUMNS,
)


class Entry(NamedTuple):
    """A line of the log: when (second since day 0), what, and of which decision."""

    second: int
    event: str
    name: str


@dataclass(frozen=True, eq=False)
class Layout:
    """The names behind the record's axes: the same for every option and replication of a scenario.

    A *cell* is a team's posts of one role; cells of a team stand together.
    """

    teams: tuple[str, ...]
    roles: tuple[str, ...]
    units: tuple[str, ...]
    activities: tuple[str, ...]
    cell_team: np.ndarray  # (cells,) place of the team in `teams`
    cell_role: np.ndarray  # (cells,) place of the role in `roles`
    cell_counts: np.ndarray  # (cells,) EQUIPMENT, INTERNATIONAL or LOCAL
    team_has_unit: np.ndarray  # (teams,) bool
    pool_of_team: np.ndarray  # (teams,) pool that the team belongs to
    pools: int
    population: np.ndarray  # (units,) people, nan where the file gives none
    day_parts: int  # a day's covered hours in the parts that cover is counted in: seconds, where hours do not differ
    stages: tuple[str, ...]  # of plans of return
    unit_stages: np.ndarray  # (units, stages of the longest plan) place of each of the unit's in `stages`, or -1
    school: SchoolLayout | None  # None: no academy

    @cached_property
    def cells(self) -> tuple[str, ...]:
        """Names of the cells, `team/role`."""
        return tuple(f"{self.teams[t]}/{self.roles[r]}" for t, r in zip(self.cell_team, self.cell_role, strict=True))

    @cached_property
    def last_stages(self) -> np.ndarray:
        """(units,) place of the last stage within each unit's plan of return, -1 where it has none."""
        return (self.unit_stages >= 0).sum(axis=1) - 1

    @cached_property
    def returning(self) -> tuple[int, ...]:
        """Units that have a plan of return."""
        return tuple(np.flatnonzero(self.last_stages >= 0).tolist())

    @cached_property
    def steps(self) -> tuple[tuple[int, int], ...]:
        """Unit, and place within its plan, of every stage of every unit."""
        return tuple((u, k) for u in self.returning for k in range(self.last_stages[u] + 1))

    @cached_property
    def team_alone(self) -> np.ndarray:
        """(teams,) bool: has a unit, and a pool to itself."""
        return self.team_has_unit & (np.bincount(self.pool_of_team)[self.pool_of_team] == 1)

    @cached_property
    def own_cells(self) -> tuple[int, ...]:
        """Cells of teams that have a unit and a pool to themselves."""
        return tuple(np.flatnonzero(self.team_alone[self.cell_team]).tolist())

    @cached_property
    def groups(self) -> tuple[tuple[str, str, np.ndarray], ...]:
        """Scope, name and cells of every group that has a strength: mission, teams, roles, cells.

        Mission and teams count international staff; roles and cells count their own.
        """
        international = self.cell_counts == INTERNATIONAL
        groups = [("mission", "", np.flatnonzero(international))]
        for i, team in enumerate(self.teams):
            groups.append(("team", team, np.flatnonzero(international & (self.cell_team == i))))
        for i, role in enumerate(self.roles):
            groups.append(("role", role, np.flatnonzero(self.cell_role == i)))
        for i, cell in enumerate(self.cells):
            groups.append(("team-role", cell, np.array([i])))
        return tuple(groups)

    @cached_property
    def _parts(self) -> dict[str, tuple[slice, tuple[int, ...]]]:
        """Where each kind of total stands in their row, and the shape that it has."""
        parts: dict[str, tuple[slice, tuple[int, ...]]] = {}
        end = 0
        for name, shape in (
            ("cells", (len(self.cells), TALLY_COLUMNS)),  # person-seconds
            ("teams", (len(self.teams), 2)),  # seconds open, open with the minimum present
            ("units", (len(self.units), UNIT_COLUMNS)),  # covered, uncovered by what was lacking; in parts of a day
            ("work", (len(self.units) * len(self.activities), WORK_COLUMNS)),  # activities; seconds waited
            ("busy", (self.pools, len(self.roles))),  # person-seconds spent on activities
        ):
            begin, end = end, end + prod(shape)
            parts[name] = slice(begin, end), shape
        return parts

    @cached_property
    def totals(self) -> int:
        """How many numbers a row of totals has: all that adds up over time."""
        return self._parts["busy"][0].stop

    def part(self, totals: np.ndarray, name: str) -> np.ndarray:
        """One kind of total, as `_parts` names them, of rows of totals (.., totals): (.., its shape)."""
        place, shape = self._parts[name]
        return totals[..., place].reshape(totals.shape[:-1] + shape)

    @cached_property
    def _members(self) -> tuple[np.ndarray, np.ndarray]:
        """Cells of all groups, one group after another, and where each begins; a group of none has the cell beyond."""
        members = [cells if len(cells) else np.array([len(self.cells)]) for _, _, cells in self.groups]
        return np.concatenate(members), np.cumsum([0, *map(len, members[:-1])])

    @cached_property
    def _has_nobody(self) -> bool:
        """Whether there is a group without cells."""
        return any(not len(cells) for _, _, cells in self.groups)

    def grouped(self, values: np.ndarray) -> np.ndarray:
        """Sums of figures of each cell, (replications, cells, ..), over the groups, (replications, groups, ..)."""
        cells, firsts = self._members
        if self._has_nobody:
            values = np.concatenate([values, np.zeros((len(values), 1, *values.shape[2:]), values.dtype)], axis=1)
        return np.add.reduceat(values.take(cells, axis=1), firsts, axis=1)


class Window(NamedTuple):
    """What adds up over a window of time, of one replication; of several, each with that as its first axis."""

    begins: Any  # seconds since day 0: a whole number, or of several replications (replications,)
    ends: Any
    totals: np.ndarray  # (totals,) int64: see `Layout.part`
    longest: np.ndarray  # (units,) int64: longest time without cover, in parts of a day, see Layout
    entered: np.ndarray  # (units, stages of the longest plan) int64: when the unit entered each stage of its plan
    school: np.ndarray  # (1 + groups, SCHOOL_COLUMNS) int64: of the academy; no row where there is none


@dataclass(frozen=True, eq=False)
class Prices:
    """What this replication's days and arrivals cost, in the scenario's currency."""

    per_day: np.ndarray  # (cells,)
    per_arrival: np.ndarray  # (cells,)
    team_per_day: np.ndarray  # (teams,)
    decisions: np.ndarray  # (decisions,)


@dataclass(frozen=True, eq=False)
class Record:
    """What was seen in one replication of one option; times are seconds since day 0, NEVER where unknown."""

    layout: Layout
    horizon: int
    consent: int  # when the host agreed: 0 where it was not asked
    begins: int
    expires: int
    decisions: tuple[str, ...]  # taken by the option
    effects: tuple[int, ...]  # when each took effect
    opened_by: np.ndarray  # (posts,) the decision that opened the post, -1: there from day 0
    journal: np.ndarray  # (rows, 5) int64: second, kind, post, stint, value; see columns.py
    log: tuple[Entry, ...]
    over_horizon: Window
    over_mandate: Window
    daily: np.ndarray  # (cells, SERIES, days) float32: daily means
    cover: np.ndarray  # (units, days) float32: covered share of the day's covered hours
    opened: np.ndarray  # (units, days) float32: likewise, open
    work_daily: np.ndarray  # (units x activities, 2, days) int32: attended and lost
    hours: np.ndarray  # (cells + pools x roles, BY_HOUR) int64: over the mandate, on duty, then needed by activities
    asked: np.ndarray  # (groups + decisions,) int64: posts authorised on day 0, or opened by the decision
    reach: np.ndarray  # (groups + decisions, 3) int64: when 50, 80 and 95 % of the posts were first deployed
    prices: Prices
    schooling: Schooling | None = None  # of the academy
    steps: np.ndarray | None = field(default=None, repr=False)  # (rows, 13): cell, second, then the counts

    @property
    def on_duty_by_hour(self) -> np.ndarray:
        """Seconds on duty over the mandate in each hour of the day, (cells, HOURS)."""
        return seconds_by_hour(self.hours[: len(self.layout.cells)])

    @property
    def demand_by_hour(self) -> np.ndarray:
        """Likewise what activities need, served or not, (pools, roles, HOURS)."""
        needed = seconds_by_hour(self.hours[len(self.layout.cells) :])
        return needed.reshape(self.layout.pools, len(self.layout.roles), HOURS)

    @cached_property
    def stints(self):
        """One future, person by person.

        Returns
        -------
        pandas.DataFrame
            One row a stint, in order of arrival: post (`team/role/number`), team, role, arrived, left (days since
            day 0; left is empty where the officer is there at the horizon), why (he left).
        """
        import pandas as pd

        rows = self.journal
        opened = rows[rows[:, 1] == ROW_OPEN]
        cell_of = dict(zip(opened[:, 2].tolist(), opened[:, 3].tolist(), strict=True))
        number_of = dict(zip(opened[:, 2].tolist(), opened[:, 4].tolist(), strict=True))
        left = {int(r[3]): (int(r[0]), WHY_LEFT[r[4]]) for r in rows[rows[:, 1] == ROW_LEAVE]}
        end = (self.expires, WHY_LEFT[-1]) if self.expires <= self.horizon else (None, "")
        table = []
        for second, _, post, stint, _ in rows[rows[:, 1] == ROW_ARRIVE].tolist():
            gone, why = left.get(stint, end)
            cell = cell_of[post]
            table.append(
                (
                    f"{self.layout.cells[cell]}/{number_of[post]}",
                    self.layout.teams[self.layout.cell_team[cell]],
                    self.layout.roles[self.layout.cell_role[cell]],
                    second / DAY,
                    np.nan if gone is None else gone / DAY,
                    why,
                )
            )
        return pd.DataFrame(table, columns=["post", "team", "role", "arrived", "left", "why"])

    def days(
        self,
        *,
        team: str | None = None,
        pool: str | None = None,
        role: str | None = None,
        deployed: int | None = None,
        present: int | None = None,
        on_duty: int | None = None,
    ) -> float:
        """Days over the horizon on which at least so many were there.

        Parameters
        ----------
        team, pool, role
            Whom to count: a team (`pool` is the same, by the unit or team that names it); a role. Left out: all
            international staff.
        deployed, present, on_duty
            The number of people asked for; exactly one of them.

        Returns
        -------
        float
            Days, with their fractions.
        """
        asked = [
            (s, n) for s, n in (("deployed", deployed), ("present", present), ("on_duty", on_duty)) if n is not None
        ]
        if len(asked) != 1:
            raise TypeError("days() takes exactly one of deployed, present, on_duty")
        series, number = asked[0]
        second, count = self.strength(series, team=team if team is not None else pool, role=role)
        ends = np.append(second[1:], self.horizon)
        return float(np.sum((ends - second)[count >= number]) / DAY)

    def strength(self, series: str, *, team: str | None = None, role: str | None = None):
        """A strength as a step function.

        Returns
        -------
        (ndarray, ndarray)
            Seconds at which it changes (the first is 0), and the number of people from then on.
        """
        if self.steps is None:
            raise ValueError("this record was made without steps; take it from study.replication(...)")
        layout = self.layout
        chosen = np.ones(len(layout.cells), bool)
        for name, names, of in (
            (team, layout.teams, layout.cell_team),
            (role, layout.roles, layout.cell_role),
        ):
            if name is not None:
                if name not in names:
                    raise KeyError(f"no {name!r} among {', '.join(names)}")
                chosen &= of == names.index(name)
        if role is None:
            chosen &= layout.cell_counts == INTERNATIONAL
        columns = {"deployed": [DEPLOYED], "present": [OFF_SHIFT, ON_DUTY], "on_duty": [ON_DUTY]}[series]
        cells, seconds = self.steps[:, 0], self.steps[:, 1]
        values = self.steps[:, [2 + c for c in columns]].sum(axis=1)
        times, changes = [np.zeros(1, np.int64)], [np.zeros(1, np.int64)]
        for cell in np.flatnonzero(chosen):
            mine = cells == cell
            times.append(seconds[mine])
            changes.append(np.diff(values[mine], prepend=0))
        second, change = np.concatenate(times), np.concatenate(changes)
        at, where = np.unique(second, return_inverse=True)
        total = np.cumsum(np.bincount(where, weights=change, minlength=at.size)).astype(np.int64)
        return at, total


def seconds_by_hour(sums: np.ndarray) -> np.ndarray:
    """Seconds in each hour of the day, (.., HOURS), from sums as the kernel keeps them, (.., BY_HOUR)."""
    whole_days, in_later_hours, in_this_hour = sums[..., :1], sums[..., 1 : 1 + HOURS], sums[..., 1 + HOURS :]
    earlier = in_later_hours.sum(axis=-1, keepdims=True) - np.cumsum(in_later_hours, axis=-1)
    return whole_days + earlier + in_this_hour


def never_to_inf(second: np.ndarray) -> np.ndarray:
    """Seconds as days, with infinity for NEVER."""
    return np.where(second >= NEVER, np.inf, second / DAY)
