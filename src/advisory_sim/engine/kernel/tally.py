"""Counts of people and their integrals over time; time to strength."""

import numpy as np

from advisory_sim.engine.arrays import COUNTS
from advisory_sim.engine.kernel.compiling import compiled, compiled_apart, compiled_once, entry_with_memory
from advisory_sim.record.columns import (
    AUTHORISED,
    DAY,
    DEPLOYED,
    HOUR,
    HOURS,
    NEVER,
    OFF_SHIFT,
    ON_DUTY,
    ROW_ARRIVE,
    ROW_CLOSE,
    ROW_LEAVE,
    ROW_OPEN,
)


@compiled
def add_by_hour(table, row, number, since, second):
    """Add so many people from one second to another to sums by hour of the day.

    The seconds of hour h before a moment are 3,600 for each day before, and 3,600, a part or nothing of that day: so
    the BY_HOUR columns hold the part of whole days, then for each hour that a moment falls in what goes to
    all hours before it, then what goes to that hour. `seconds_by_hour` reads them.
    """
    for sign in (-1, 1):
        moment = np.uint64(second if sign > 0 else since)  # unsigned: divided without a look at the sign
        hours = moment // np.uint64(HOUR)
        day = hours // np.uint64(24)
        hour = hours - day * np.uint64(24)
        rest = np.int64(moment - hours * np.uint64(HOUR))
        table[row, 0] += sign * number * HOUR * np.int64(day)
        table[row, np.uint64(1) + hour] += sign * number * HOUR
        table[row, np.uint64(1 + HOURS) + hour] += sign * number * rest


@compiled_apart
def settle(counted, cell, second):
    """Bring a cell's integrals up to `second`; write its means of the days that have ended since it last changed."""
    count, tally, since, daily, mark, by_hour = counted
    span = second - since[cell]
    if span > 0:
        day, last = since[cell] // DAY, second // DAY
        if day < last:
            close_days(counted, cell, day, last)
        for column in range(COUNTS):
            tally[cell, column] += count[cell, column] * span
        if count[cell, ON_DUTY] > 0:
            add_by_hour(by_hour, cell, count[cell, ON_DUTY], since[cell], second)
        since[cell] = second


@compiled_once
def close_days(counted, cell, day, last):
    """A cell's means of the days from `day` to before `last`, where nothing has changed since a moment on `day`.

    `mark` holds its integrals at the last midnight.
    """
    count, tally, since, daily, mark, by_hour = counted
    present = count[cell, OFF_SHIFT] + count[cell, ON_DUTY]
    now = (count[cell, AUTHORISED], count[cell, DEPLOYED], present, count[cell, ON_DUTY])
    present = tally[cell, OFF_SHIFT] + tally[cell, ON_DUTY]
    sums = (tally[cell, AUTHORISED], tally[cell, DEPLOYED], present, tally[cell, ON_DUTY])
    rest = (day + 1) * DAY - since[cell]
    for series in range(4):
        total = sums[series] + now[series] * rest
        daily[cell, series, day] = (total - mark[cell, series]) / DAY
        mark[cell, series] = total + (last - day - 1) * DAY * now[series]
        for later in range(day + 1, last):
            daily[cell, series, later] = now[series]


@compiled
def write_steps(team, since, count, second, steps, step_rows):
    """Note the counts of a team's cells that have just changed; rows beyond the room are counted only."""
    for cell in range(team.first_cell, team.last_cell):
        if since[cell] == second:
            if step_rows[0] < steps.shape[0]:
                row = step_rows[0]
                steps[row, 0], steps[row, 1] = cell, second
                for column in range(count.shape[1]):
                    steps[row, 2 + column] = count[cell, column]
            step_rows[0] += 1


@entry_with_memory
def reach(journal, cell_groups, groups, opened_by, effects, shares, posts, out):
    """When each group, and each decision's posts, first had so many per cent of its posts deployed.

    The posts of a group (filled in) are those authorised on day 0; of a decision, those that it opened.
    """
    out[:] = NEVER
    posts[:] = 0
    deployed = np.zeros(out.shape[0], np.int64)
    cell = np.empty(opened_by.size, np.int64)
    for i in range(journal.shape[0]):
        kind, post = journal[i, 1], journal[i, 2]
        if kind == ROW_OPEN:
            cell[post] = journal[i, 3]
            if opened_by[post] >= 0:
                posts[groups + opened_by[post]] += 1
        if journal[i, 0] == 0 and (kind == ROW_OPEN or kind == ROW_CLOSE):
            for g in cell_groups[cell[post]]:
                if g >= 0:
                    posts[g] += 1 if kind == ROW_OPEN else -1
    first = 0
    for i in range(journal.shape[0]):
        second = journal[i, 0]
        # Strength that lasts no time counts for nothing: look when all of an instant has happened.
        if i + 1 < journal.shape[0] and journal[i + 1, 0] == second:
            continue
        for look in range(2):
            for n in range(first, i + 1):
                kind, post = journal[n, 1], journal[n, 2]
                if kind != ROW_ARRIVE and kind != ROW_LEAVE:
                    continue
                for j in range(cell_groups.shape[1] + 1):
                    if j < cell_groups.shape[1]:
                        g = cell_groups[cell[post], j]
                    else:
                        g = groups + opened_by[post] if opened_by[post] >= 0 else -1
                    if g < 0:
                        continue
                    if look == 0:
                        deployed[g] += 1 if kind == ROW_ARRIVE else -1
                        continue
                    for k in range(shares.size):
                        if out[g, k] == NEVER and posts[g] > 0 and 100 * deployed[g] >= shares[k] * posts[g]:
                            out[g, k] = second if g < groups else second - effects[g - groups]
        first = i + 1
