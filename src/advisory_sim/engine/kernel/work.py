"""What units do all day: activities arrive, wait in their pool's queue, are attended or lost.

A *stream* is an activity at a unit (units x activities, row by row). Items are activities waiting or under way;
those of a pool hang together in two lists, the queue in its order and those under way.
"""

import numpy as np

from advisory_sim.engine.arrays import PURPOSE
from advisory_sim.engine.kernel.chance import philox, seconds, uniform
from advisory_sim.engine.kernel.compiling import compiled, compiled_with_memory
from advisory_sim.engine.kernel.heap import push
from advisory_sim.record.columns import DAY, LOST, NEVER, ON_DUTY, OPEN_AT_END, SERVED, WAITED

P_ARRIVAL = PURPOSE["arrival"]
P_LASTING = PURPOSE["lasting"]
P_PATIENCE = PURPOSE["patience"]
P_FOLLOW = PURPOSE["follow up"]
HOUR = 3600
WEEK = 7 * DAY
# Kinds of the work's own events, in their order at one instant.
ENDS, ARRIVES, GIVES_UP = 0, 1, 2
KINDS = 4
WAITS, RUNS = 1, 2


@compiled
def next_arrival(luck, work, stream, s, second):
    """When a stream's next activity comes, after (for a timetable: at or after) `second`; NEVER if none does."""
    activities, needs, follows, streams, pieces, weights, times, weekday = work
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
    due = -np.log1p(-uniform(luck, P_ARRIVAL, row.key, 0, stream.number))
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


@compiled
def start_streams(luck, work, stream_state):
    """The first activity of each stream."""
    for s in range(stream_state.size):
        stream_state[s].next = next_arrival(luck, work, stream_state[s], s, 0)


@compiled
def before(activities, items, streams, a, b):
    """Whether an item stands before another in the queue: priority, arrival, file order, number."""
    s, t = streams[items[a].stream], streams[items[b].stream]
    if activities[s.activity].priority != activities[t.activity].priority:
        return activities[s.activity].priority < activities[t.activity].priority
    if items[a].arrived != items[b].arrived:
        return items[a].arrived < items[b].arrived
    if s.activity != t.activity:
        return s.activity < t.activity
    if s.unit != t.unit:
        return s.unit < t.unit
    return items[a].born < items[b].born


@compiled
def join(work, items, book, queue, p, item):
    """Put an item in its place in the pool's queue: most come last."""
    activities, streams = work[0], work[3]
    behind = queue[p, 1]
    while behind >= 0 and before(activities, items, streams, item, behind):
        behind = items[behind].previous
    items[item].previous = behind
    after = queue[p, 0] if behind < 0 else items[behind].after
    items[item].after = after
    if behind < 0:
        queue[p, 0] = item
    else:
        items[behind].after = item
    if after < 0:
        queue[p, 1] = item
    else:
        items[after].previous = item


@compiled
def leave_list(items, heads, p, item):
    """Take an item out of the list that it is in."""
    behind, after = items[item].previous, items[item].after
    if behind < 0:
        heads[p, 0] = after
    else:
        items[behind].after = after
    if after < 0:
        heads[p, 1] = behind
    else:
        items[after].previous = behind


@compiled
def release(items, book, item):
    """An item is over: its place is free."""
    items[item].state = 0
    items[item].after = book[0]
    book[0] = item


@compiled
def arrive(settings, work, work_state, unit_state, units, p, s, entity, who, second, expired, heap, heap_item, size):
    """An activity comes. Returns the heap's new size."""
    luck, cells, roles, dists, cdfs = settings
    activities, needs, follows, streams, pieces, weights, times, weekday = work
    stream_state, items, book, queue, under_way, work_tally, work_daily, busy, busy_tally, busy_since = work_state
    unit = streams[s].unit
    if not unit_state[unit].open or unit_state[unit].suspended:
        if units[unit].lost_when_closed:
            count_work(work_tally, work_daily, s, LOST, 1, second)
        return size
    if expired:
        count_work(work_tally, work_daily, s, LOST, 1, second)
        return size
    item = book[0]
    if item < 0:  # no room: the caller starts again with more
        book[1] = 1
        return size
    book[0] = items[item].after
    activity = activities[streams[s].activity]
    items[item].state, items[item].stream, items[item].pool = WAITS, s, p
    items[item].entity, items[item].who = entity, who
    items[item].arrived, items[item].born = second, book[2]
    book[2] += 1
    items[item].change = NEVER
    if activity.patience >= 0:
        patience = seconds(dists, cdfs, activity.patience, uniform(luck, P_PATIENCE, entity, who, 0))
        items[item].change = second + patience
        size = push(heap, heap_item, size, items[item].change * KINDS + GIVES_UP, item)
    join(work, items, book, queue, p, item)
    return size


@compiled
def count_work(work_tally, work_daily, s, column, number, second):
    """Count attended and lost activities, also by day."""
    work_tally[s, column] += number
    day = second // DAY
    if column < work_daily.shape[1] and day < work_daily.shape[2]:
        work_daily[s, column, day] += number


@compiled
def settle_busy(busy, busy_tally, busy_since, p, role, second):
    """Bring a pool's busy time of a role up to `second`."""
    busy_tally[p, role] += busy[p, role] * (second - busy_since[p, role])
    busy_since[p, role] = second


@compiled
def look(settings, work, work_state, unit_state, count, teams, pool_teams, first_team, last_team, p, free, closed,
         second, heap, heap_item, size):  # fmt: skip
    """Go through the queue in order: start what can start. Returns the heap's new size."""
    luck, cells, roles, dists, cdfs = settings
    activities, needs, follows, streams, pieces, weights, times, weekday = work
    stream_state, items, book, queue, under_way, work_tally, work_daily, busy, busy_tally, busy_since = work_state
    item = queue[p, 0]
    if item < 0:
        return size
    for role in range(free.size):
        free[role] = -busy[p, role]
        closed[role] = False
    for i in range(first_team, last_team):
        team = teams[pool_teams[i]]
        for cell in range(team.first_cell, team.last_cell):
            free[cells[cell].role] += count[cell, ON_DUTY]
    closed_roles = 0
    while item >= 0 and closed_roles < book[3]:
        after = items[item].after
        stream = streams[items[item].stream]
        if unit_state[stream.unit].open and not unit_state[stream.unit].suspended:
            activity = activities[stream.activity]
            starts = True
            for n in range(activity.needs_first, activity.needs_last):
                if closed[needs[n, 0]] or free[needs[n, 0]] < needs[n, 1]:
                    starts = False
            if starts:
                leave_list(items, queue, p, item)
                for n in range(activity.needs_first, activity.needs_last):
                    role = needs[n, 0]
                    settle_busy(busy, busy_tally, busy_since, p, role, second)
                    busy[p, role] += needs[n, 1]
                    free[role] -= needs[n, 1]
                lasts = seconds(
                    dists, cdfs, activity.lasting, uniform(luck, P_LASTING, items[item].entity, items[item].who, 0)
                )
                items[item].state, items[item].change = RUNS, second + lasts
                items[item].previous, items[item].after = -1, under_way[p, 0]
                if under_way[p, 0] >= 0:
                    items[under_way[p, 0]].previous = item
                else:
                    under_way[p, 1] = item
                under_way[p, 0] = item
                count_work(work_tally, work_daily, items[item].stream, SERVED, 1, second)
                work_tally[items[item].stream, WAITED] += second - items[item].arrived
                size = push(heap, heap_item, size, items[item].change * KINDS + ENDS, item)
            else:
                for n in range(activity.needs_first, activity.needs_last):
                    role = needs[n, 0]
                    if free[role] < needs[n, 1] and not closed[role]:
                        closed[role] = True
                        closed_roles += 1
        item = after
    return size


@compiled
def finish(settings, work, work_state, unit_state, units, p, item, second, heap, heap_item, size):
    """An activity ends, and may give rise to others. Returns the heap's new size."""
    luck, cells, roles, dists, cdfs = settings
    activities, needs, follows, streams, pieces, weights, times, weekday = work
    stream_state, items, book, queue, under_way, work_tally, work_daily, busy, busy_tally, busy_since = work_state
    s, entity, who = items[item].stream, items[item].entity, items[item].who
    activity = activities[streams[s].activity]
    for n in range(activity.needs_first, activity.needs_last):
        role = needs[n, 0]
        settle_busy(busy, busy_tally, busy_since, p, role, second)
        busy[p, role] -= needs[n, 1]
    leave_list(items, under_way, p, item)
    release(items, book, item)
    for k in range(activity.follows_first, activity.follows_last):
        if uniform(luck, P_FOLLOW, entity, who, k - activity.follows_first) < follows[k].chance:
            # Keyed by its parent, so that nothing else moves its luck.
            child = streams[s].unit * activities.size + follows[k].activity
            name = philox(np.uint64(who), streams[child].key, entity, P_FOLLOW, luck[0], luck[1])
            size = arrive(settings, work, work_state, unit_state, units, p, child, name, 0, second, False, heap,
                          heap_item, size)  # fmt: skip
    return size


@compiled
def give_up(work_state, p, item, second):
    """An activity's patience ends while it waits."""
    stream_state, items, book, queue, under_way, work_tally, work_daily, busy, busy_tally, busy_since = work_state
    leave_list(items, queue, p, item)
    count_work(work_tally, work_daily, items[item].stream, LOST, 1, second)
    release(items, book, item)


@compiled
def close_work(work_state, second):
    """The mandate, or the time observed, ends: what waits is open at the end, busy time is cut."""
    stream_state, items, book, queue, under_way, work_tally, work_daily, busy, busy_tally, busy_since = work_state
    for p in range(queue.shape[0]):
        item = queue[p, 0]
        while item >= 0:
            work_tally[items[item].stream, OPEN_AT_END] += 1
            after = items[item].after
            release(items, book, item)
            item = after
        item = under_way[p, 0]
        while item >= 0:
            after = items[item].after
            release(items, book, item)
            item = after
        for role in range(busy.shape[1]):
            settle_busy(busy, busy_tally, busy_since, p, role, second)
            busy[p, role] = 0
        queue[p, :] = -1
        under_way[p, :] = -1


@compiled_with_memory
def offered(work, dists, cdfs, means, demand, second):
    """Officer-time of each role that a unit's activities place a day, (units, roles), at the rates of `second`.

    means: mean seconds of each activity. Follow-ups and timetables are included.
    """
    activities, needs, follows, streams, pieces, weights, times, weekday = work
    demand[:] = 0.0
    rate = np.zeros(streams.size)
    for s in range(streams.size):
        row = streams[s]
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
            activity = activities[streams[s].activity]
            for k in range(activity.follows_first, activity.follows_last):
                child = streams[s].unit * activities.size + follows[k].activity
                more[child] += rate[s] * follows[k].chance
        rate = more
        total += more
    for s in range(streams.size):
        activity = activities[streams[s].activity]
        for n in range(activity.needs_first, activity.needs_last):
            demand[streams[s].unit, needs[n, 0]] += total[s] * needs[n, 1] * means[streams[s].activity]
