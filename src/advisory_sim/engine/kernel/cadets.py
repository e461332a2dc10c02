"""What has become of everybody who applied to the academy: sums up to a moment, and counts by day."""

import numpy as np

from advisory_sim.engine.kernel.compiling import compiled, entry
from advisory_sim.record.academy import (
    ADMITTED,
    ADMITTED_AT,
    APPLIED,
    APPLIED_AT,
    DROPPED_AT,
    DROPPED_OUT,
    FINISHED_AT,
    GRADUATED,
    GRADUATED_AT,
    IN_COURSE,
    IN_FIELD,
    OF_GROUP,
    WAIT,
    WAITED,
)
from advisory_sim.record.columns import DAY

GRADUATES, WAITING, COURSE, FIELD = np.arange(4)  # rows of a day's counts, as SCHOOL_SERIES names them


@compiled
def first_group(rows):
    """The row of the first group after everybody's; where there are no groups, everybody's is the only one."""
    return 0 if rows.shape[0] == 1 else 1


@entry
def sum_cadets(cadets, second, sums):
    """Add those who applied before `second` to sums, (1 + groups, SCHOOL_COLUMNS): everybody first.

    cadets (applicants, 6): group, then when each applied, was admitted, dropped out, finished and graduated. They
    apply in their order.
    """
    first = first_group(sums)
    for i in range(cadets.shape[0]):
        if cadets[i, APPLIED_AT] >= second:
            break
        row = first + cadets[i, OF_GROUP]
        sums[row, APPLIED] += 1
        if cadets[i, ADMITTED_AT] >= second:
            sums[row, WAIT] += 1
            continue
        sums[row, ADMITTED] += 1
        sums[row, WAITED] += cadets[i, ADMITTED_AT] - cadets[i, APPLIED_AT]
        if cadets[i, DROPPED_AT] < second:
            sums[row, DROPPED_OUT] += 1
        elif cadets[i, GRADUATED_AT] < second:
            sums[row, GRADUATED] += 1
        elif cadets[i, FINISHED_AT] < second:
            sums[row, IN_FIELD] += 1
        else:
            sums[row, IN_COURSE] += 1
    for row in range(1, sums.shape[0]):
        for column in range(sums.shape[1]):
            sums[0, column] += sums[row, column]


@compiled
def move(daily, row, second, horizon, leaves, joins):
    """Somebody leaves one series and joins another (-1: none) on a day within the horizon."""
    if second < horizon:
        if leaves >= 0:
            daily[row, leaves, second // DAY] -= 1
        if joins >= 0:
            daily[row, joins, second // DAY] += 1


@entry
def cadets_by_day(cadets, horizon, daily):
    """How many graduates, waiting, in course and in the field by the end of each day, (1 + groups, 4, days), from 0."""
    first, none = first_group(daily), -1
    for i in range(cadets.shape[0]):
        row = first + cadets[i, OF_GROUP]
        move(daily, row, cadets[i, APPLIED_AT], horizon, none, WAITING)
        move(daily, row, cadets[i, ADMITTED_AT], horizon, WAITING, COURSE)
        move(daily, row, cadets[i, DROPPED_AT], horizon, COURSE, none)
        move(daily, row, cadets[i, FINISHED_AT], horizon, COURSE, FIELD)
        move(daily, row, cadets[i, GRADUATED_AT], horizon, FIELD, GRADUATES)
    for row in range(first, daily.shape[0]):
        for series in range(daily.shape[1]):
            for day in range(1, daily.shape[2]):
                daily[row, series, day] += daily[row, series, day - 1]
            for day in range(daily.shape[2] if row > 0 else 0):
                daily[0, series, day] += daily[row, series, day]
