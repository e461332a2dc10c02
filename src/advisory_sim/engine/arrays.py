"""The shapes of what the engine hands to compiled code: settings and state."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import get_type_hints

import numpy as np

COUNTS = 11  # columns that are counted at every moment; a tally has the arrivals besides

CONSTANT, UNIFORM, TRIANGULAR, PERT, EXPONENTIAL, LOGNORMAL, EMPIRICAL = range(7)
DIST_KINDS = ("constant", "uniform", "triangular", "pert", "exponential", "lognormal", "empirical")


@lru_cache(maxsize=4096)
def name_key(name: str) -> np.uint64:
    """A name as the 64-bit word that keys its draws; the same names come again in every replication."""
    return np.uint64(int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little"))


PURPOSE = {
    name: name_key(name)
    for name in (
        "shared uncertainty",
        "consent",
        "consent takes",
        "agreement",
        "agreement takes",
        "takes",
        "fails",
        "travel",
        "early departure",
        "stays on",
        "leave",
        "sickness gap",
        "sickness lasting",
        "suspension gap",
        "suspension lasting",
        "activity",
        "follow up",
        "applicant",
        "drop out moment",
        "class size",
    )
}


def record(**fields: str) -> np.dtype:
    return np.dtype(list(fields.items()), align=True)


# ---- settings: constant during one replication
DIST = record(kind="i8", a="f8", b="f8", c="f8", table="i8")
STAGE = record(key="u8", takes="i8", series="i8", begins="i8", every="i8", first_date="i8", last_date="i8", fails="f8")


@dataclass(slots=True)  # read much more often than a named tuple's fields are quick
class RoleRow:
    """How a role's people live, in seconds and shares; distributions and steps by their places."""

    recruitment_first: int
    recruitment_last: int
    refill_first: int
    refill_last: int
    travel: int
    early: int  # -1: nobody leaves early
    stays_on: float
    tour: int  # 0: no tour
    sought: int
    handover: int
    minimum_stay: int
    notice: int
    induction: int
    checkout: int
    leave_lasting: int
    leave_every: int
    staggered: int
    sickness_gap: int  # -1: nobody falls sick
    sickness_lasting: int
    shifts: int  # 0: no rota
    toggles_first: int
    toggles_last: int


@dataclass(slots=True)
class CellRow:
    """A team's posts of one role; `need`: the explicit minimum of a covered unit."""

    key: np.uint64
    team: int
    role: int
    counts: int  # EQUIPMENT, INTERNATIONAL or LOCAL
    need: int


def rows_of(row: type) -> np.dtype:
    """The array's type for such rows."""
    kinds = {int: "i8", float: "f8", np.uint64: "u8"}
    return record(**{name: kinds[kind] for name, kind in get_type_hints(row).items()})


ROLE, CELL = rows_of(RoleRow), rows_of(CellRow)
TEAM = record(pool="i8", first_cell="i8", last_cell="i8", default_minimum="i8")
UNIT = record(
    key="u8",
    opens="i8",
    lost_when_closed="i8",
    suspension_gap="i8",
    suspension_lasting="i8",
    first_team="i8",
    last_team="i8",
    hours="i8",
    first_stage="i8",
    last_stage="i8",
)  # stages: those of its plan of return; none: last_stage = first_stage
# A stage of a return: not before a second, after so many of an activity or so long in the stage before.
RETURN_STAGE = record(begins="i8", activity="i8", attended="i8", lasting="i8", hours="i8")
FOLLOW = record(activity="i8", chance="f8")
STREAM = record(
    key="u8", unit="i8", activity="i8", priority="i8", lasting="i8", patience="i8", needs_first="i8", needs_last="i8",
    follows_first="i8", follows_last="i8", pieces_first="i8", pieces_last="i8", weighted="i8", times_first="i8",
    times_last="i8", weekdays="i8", during="i8", chance="i8",
)  # fmt: skip
PIECE = record(begins="i8", rate="f8")
POOL = record(first_team="i8", last_team="i8", first_unit="i8", last_unit="i8")

# ---- state: what compiled code carries over from one call to the next
POST = record(cell="i8", number="i8", open="i8", holders="i8", waiting="i8", column="i8")
STINT = record(
    post="i8", cell="i8", who="i8", duty="i8", active="i8", after="i8", column="i8", change="i8",
    induction_ends="i8", checkout_from="i8", on_leave="i8", leave_change="i8", sick="i8", sick_change="i8", spell="i8",
)  # fmt: skip
STREAM_STATE = record(next="i8", number="i8", lasting="u8", patience="u8", follow="u8")  # the next activity's luck
ITEM = record(
    state="i8", stream="i8", entity="u8", who="i8", follow="u8", born="i8", arrived="i8", lasts="i8", change="i8",
    previous="i8", after="i8",
)  # fmt: skip
POOL_STATE = record(first_stint="i8", fresh="i8")
TEAM_STATE = record(open="i8", operational="i8", lacks="i8", since="i8", withdrawn="i8")
UNIT_STATE = record(
    open="i8", opens="i8", suspended="i8", change="i8", spell="i8", cause="i8", since="i8", gap="i8", mandate_gap="i8",
    hours="i8", stage="i8", stage_due="i8", attended_before="i8", open_time="i8", day="i8",
)  # fmt: skip
