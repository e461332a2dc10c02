"""What one replication of one option runs on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from advisory_sim.engine.arrays import CellRow, RoleRow
from advisory_sim.engine.school import School
from advisory_sim.engine.tables import Luck
from advisory_sim.record.record import Layout, Prices
from advisory_sim.scenario.quantities import Begins, Duration, Moment


@dataclass(frozen=True)
class Review:
    """A decision's wait for a measure, in days since day 0."""

    row: tuple[str, str, str, str]  # measure, scope, name, window
    below: bool  # strictly below the bound, else strictly above
    bound: float
    over: int | None  # days reviewed; None: since day 0
    every: int
    first: int


@dataclass(frozen=True)
class Taken:
    """A decision as an option takes it, with this replication's figures."""

    name: str
    moment: Moment | None
    unless_consent: bool
    review: Review | None
    placed: str  # evenly, by demand
    agreement_takes: int  # place of the distribution
    agreement_chance: float
    posts: list[tuple[int | None, int, int]]  # to open: team (None: to be placed), role, number
    roles: list[tuple[int, int]]  # to close: role, number
    leaves_after: int  # seconds
    length: Duration | None  # of an extension
    opens: list[int]  # units
    closes: list[int]
    cost: float


class MandateRow(NamedTuple):
    """The mandate's figures in this replication."""

    begins: Begins
    length: Duration
    consent_takes: int  # place of the distribution
    consent_chance: float


class Drawn(NamedTuple):  # made for every replication: quicker to make than a dataclass
    """Everything that one replication of one option runs on."""

    layout: Layout
    start: date
    horizon: int
    luck: Luck
    consent: int  # second at which the host agrees, or NEVER
    mandate: MandateRow
    taken: list[Taken]
    cells: np.ndarray
    teams: np.ndarray
    units: np.ndarray
    pools: np.ndarray
    cell_rows: list[CellRow]
    role_rows: list[RoleRow]
    refill_dated: list[bool]  # whether a role's refill waits for dates
    cell_of: dict[tuple[int, int], int]  # team, role -> cell
    cell_groups: np.ndarray
    initial_cells: list[int]  # a cell for each post of day 0
    teams_with_unit: list[int]
    teams_of_unit: list[list[int]]
    deploy_from: list[int]
    hours: np.ndarray  # (rows, 3), see kernel/cover.py: of coverage, then of stages
    returns: np.ndarray  # the stages of each unit's plan of return
    for_searches: tuple
    for_counting: tuple
    geography: tuple
    toggles: np.ndarray  # (rows, 3): second of the week, class, goes on
    duty_classes: int  # classes of posts that go on and off duty together, in the role that has most
    weekday: int  # of day 0; 0 is Monday
    work: tuple  # as kernel/work.py unpacks it
    means: np.ndarray  # (activities,) mean seconds
    work_roles: int  # roles that activities need
    prices: Prices
    school: School | None  # the academy
