"""What was seen of the academy: its classes, and what became of everybody who applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

# Columns of what became of an applicant: his group, then when; NEVER where it did not come to that.
OF_GROUP, APPLIED_AT, ADMITTED_AT, DROPPED_AT, FINISHED_AT, GRADUATED_AT = range(6)
# Columns of a class.
STARTED_AT, ENDS_AT, OF_SIZE = range(3)

# Why no further class started, in the order in which they are looked at.
CAUSES = ("places", "applicants", "instructors", "no_mandate")

# Columns of the academy's sums; the first ones add up over time, the last ones stand at its end.
APPLIED, ADMITTED, DROPPED_OUT, GRADUATED, WAITED, CLASSES, PLACES_HELD, PLACES, LIMITED = range(9)
FLOWS = LIMITED + len(CAUSES)  # LIMITED and following: seconds of each cause
WAIT, IN_COURSE, IN_FIELD = range(FLOWS, FLOWS + 3)
SCHOOL_COLUMNS = FLOWS + 3

# Series by day, each as it stands at the day's end; graduates are those since day 0.
SCHOOL_SERIES = ("graduates", "waiting_applicants", "in_course", "in_field_training")


class SchoolLayout(NamedTuple):
    """The academy's part of the record's axes: the same for every option."""

    groups: tuple[str, ...]
    wanted: int | None  # graduates that the academy's target asks for


@dataclass(frozen=True, eq=False)
class Schooling:
    """One future of the academy; times are seconds since day 0, NEVER where it did not come to that."""

    cadets: np.ndarray  # (applicants, 6) int64: group (its place), applied, admitted, dropped, finished, graduated
    classes: np.ndarray  # (classes, 3) int64: start, end, size
    places: np.ndarray  # (steps, 2) int64: from when, so many
    daily: np.ndarray  # (1 + groups, SCHOOL_SERIES, days) int32: everybody first
    reached: int  # when as many had graduated as the target asks
