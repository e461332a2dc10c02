"""When activities come, what chance they bring, and what work that offers.

A *stream* is an activity at a unit (units x activities, row by row).
"""

import numpy as np

from advisory_sim.engine.arrays import PURPOSE
from advisory_sim.engine.kernel.chance import philox, unit
from advisory_sim.engine.kernel.compiling import compiled, entry, entry_with_memory
from advisory_sim.record.columns import DAY, HOUR, NEVER

P_ACTIVITY = PURPOSE["activity"]


@compiled
def name_next(luck, work, stream, s, second):
    """Draw all that is random about a stream's next activity, from one block: its gap, and what it brings."""
    gap = np.uint64(0)
    if work[3][s].chance:
        gap, stream.lasting, stream.patience, stream.follow = philox(
            np.uint64(stream.number), np.uint64(0), P_ACTIVITY, work[3][s].key, luck[0], luck[1]
        )
    stream.next = next_arrival(work, s, second, gap)


@compiled
def next_arrival(work, s, second, gap):
    """When a stream's next activity comes, after (for a timetable: at or after) `second`; NEVER if none does.

    gap: random word.
    """
    kinds, needs, follows, streams, pieces, weights, times, weekday = work
    row = streams[s]
    if row.times_last > row.times_first:
        for day in range(second // DAY, second // DAY + 8):
            if row.weekdays >> ((day + weekday) % 7) & 1:
                for i in range(row.times_first, row.times_last):
                    if day * DAY + times[i] >= second:
                        return day * DAY + times[i]
        return NEVER
    if row.pieces_last == row.pieces_first:
        return NEVER
    due = -np.log(1.0 - unit(gap))
    i = row.pieces_first
    while i + 1 < row.pieces_last and pieces[i + 1].begins <= second:
        i += 1
    at, weighted = float(max(second, pieces[i].begins)), row.weighted
    while True:
        end = float(pieces[i + 1].begins) if i + 1 < row.pieces_last else np.inf
        rate = pieces[i].rate
        if weighted:
            hour = np.int64(at // HOUR)
            rate *= weights[row.activity, (hour + 24 * weekday) % 168]
            end = min(end, (hour + 1.0) * HOUR)
        if rate > 0.0 and due <= rate * (end - at):
            if due / rate > 1e12:
                return NEVER
            # The gap from the last arrival is rounded to a whole second.
            return second + np.int64(np.floor(at + due / rate - second + 0.5))
        if end == np.inf or at - second > 100.0 * 366.0 * DAY:
            return NEVER
        due -= rate * (end - at)
        at = end
        if i + 1 < row.pieces_last and pieces[i + 1].begins <= at:
            i += 1


@entry
def start_streams(luck, work, stream_state):
    """The first activity of each stream."""
    for s in range(stream_state.size):
        name_next(luck, work, stream_state[s], s, 0)


@entry_with_memory
def offered(work, unit_state, means, demand, second):
    """Officer-time of each role that a unit's activities place a day, (units, roles), at the rates of `second`.

    unit_state: the units' stages, in which activities come or not. means: mean seconds of each activity. Follow-ups
    and timetables are included.
    """
    kinds, needs, follows, streams, pieces, weights, times, weekday = work
    demand[:] = 0.0
    rate = np.zeros(streams.size)
    for s in range(streams.size):
        row = streams[s]
        if not row.during >> unit_state[row.unit].stage & 1:
            continue
        for i in range(row.pieces_first, row.pieces_last):
            if pieces[i].begins <= second:
                rate[s] = pieces[i].rate * DAY
        if row.times_last > row.times_first:
            days = 0
            for day in range(7):
                days += row.weekdays >> day & 1
            rate[s] = (row.times_last - row.times_first) * days / 7.0
    # Follow-ups of follow-ups: as many rounds as there are activities, and more for those that follow themselves.
    total = rate.copy()
    for _ in range(64):
        more = np.zeros(streams.size)
        for s in range(streams.size):
            for k in range(streams[s].follows_first, streams[s].follows_last):
                child = streams[s].unit * kinds + follows[k].activity
                if streams[child].during >> unit_state[streams[child].unit].stage & 1:
                    more[child] += rate[s] * follows[k].chance
        rate = more
        total += more
    for s in range(streams.size):
        for n in range(streams[s].needs_first, streams[s].needs_last):
            demand[streams[s].unit, needs[n, 0]] += total[s] * needs[n, 1] * means[streams[s].activity]
