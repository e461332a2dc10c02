"""What units do all day: activities arrive, wait in their pool's queue, are attended or lost.

Streams are in `arrivals.py`. Items are activities waiting or under way;
those of a pool hang together in two lists, the queue in its order and those under way.
"""

import numpy as np

from advisory_sim.engine.arrays import PURPOSE
from advisory_sim.engine.kernel.arrivals import name_next
from advisory_sim.engine.kernel.chance import drawn_seconds, philox, uniform, unit
from advisory_sim.engine.kernel.compiling import ONE, ZERO, compiled, entry
from advisory_sim.engine.kernel.heap import key_of, kind_of, place_of, pop, push, replace_first, second_of
from advisory_sim.engine.kernel.tally import add_by_hour
from advisory_sim.record.columns import DAY, LOST, NEVER, OPEN_AT_END, SERVED, WAITED

P_FOLLOW = PURPOSE["follow up"]
# Kinds of the work's own events, in their order at one instant.
ENDS, ARRIVES, GIVES_UP = ZERO, ONE, ONE + ONE
WAITS, RUNS = 1, 2


@compiled
def before(items, streams, a, b):
    """Whether an item stands before another in the queue: priority, arrival, file order, number."""
    s, t = streams[items[a].stream], streams[items[b].stream]
    if s.priority != t.priority:
        return s.priority < t.priority
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
    streams = work[3]
    behind = queue[p, 1]
    while behind >= 0 and before(items, streams, item, behind):
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
def count_work(work_tally, work_daily, s, column, number, second):
    """Count attended and lost activities, also by day."""
    work_tally[s, column] += number
    day = np.uint64(second) // np.uint64(DAY)
    if column < work_daily.shape[1] and day < np.uint64(work_daily.shape[2]):
        work_daily[s, column, day] += number


@compiled
def settle_busy(busy, busy_tally, busy_since, p, role, second):
    """Bring a pool's busy time of a role up to `second`."""
    busy_tally[p, role] += busy[p, role] * (second - busy_since[p, role])
    busy_since[p, role] = second


@compiled
def begin(work, work_state, p, item, second, until, heap, size):
    """An activity starts. Returns the heap's new size."""
    kinds, needs, follows, streams, pieces, weights, times, weekday = work
    stream_state, items, book, queue, under_way, work_tally, work_daily, busy, busy_tally, busy_since, demand = (
        work_state
    )
    s = items[item].stream
    for n in range(streams[s].needs_first, streams[s].needs_last):
        role = needs[n, 0]
        settle_busy(busy, busy_tally, busy_since, p, role, second)
        busy[p, role] += needs[n, 1]
    ends = second + items[item].lasts
    items[item].state, items[item].change = RUNS, ends
    items[item].previous, items[item].after = -1, under_way[p, 0]
    if under_way[p, 0] >= 0:
        items[under_way[p, 0]].previous = item
    else:
        under_way[p, 1] = item
    under_way[p, 0] = item
    count_work(work_tally, work_daily, s, np.int64(SERVED), ONE, second)
    work_tally[s, WAITED] += second - items[item].arrived
    if ends < until:
        size = push(heap, size, key_of(ends, ENDS, item))
    return size


@compiled
def arrive(settings, work, work_state, unit_state, units, p, s, entity, who, words, second, until, expired, alone, duty,
           heap, size):  # fmt: skip
    """An activity comes; where nobody waits and nothing else happens now (`alone`), it may start without more ado.

    entity, who: its name; words: its luck for lasting, patience, follow-up. Returns the heap's new size, and whether it
    waits though there are enough for it: one of those before it may be what it waits for.
    """
    luck, cells, roles, dists, cdfs = settings
    kinds, needs, follows, streams, pieces, weights, times, weekday = work
    stream_state, items, book, queue, under_way, work_tally, work_daily, busy, busy_tally, busy_since, demand = (
        work_state
    )
    stream = streams[s]
    unit = stream.unit
    if not stream.during >> unit_state[unit].stage & 1:
        return size, False
    reachable = unit_state[unit].open and not unit_state[unit].suspended
    if not reachable and not units[unit].lost_when_closed:
        return size, False
    lasts = drawn_seconds(dists, cdfs, stream.lasting, words[0])
    enough = True
    for n in range(stream.needs_first, stream.needs_last):
        role, number = needs[n, 0], needs[n, 1]
        add_by_hour(work_state[10], p * busy.shape[1] + role, number, second, second + lasts)
        if duty[role] - busy[p, role] < number:
            enough = False
    if not reachable or expired:
        count_work(work_tally, work_daily, s, np.int64(LOST), ONE, second)
        return size, False
    item = book[0]
    if item >= 0:
        book[0] = items[item].after
    elif book[4] < items.size:  # one that was never taken
        item = book[4]
        book[4] += 1
    else:  # no room: the caller starts again with more
        book[1] = 1
        return size, False
    items[item].stream, items[item].entity, items[item].who, items[item].follow = s, entity, who, words[2]
    items[item].arrived, items[item].born, items[item].lasts = second, book[2], lasts
    book[2] += 1
    if alone and enough and queue[p, 0] < 0:
        return begin(work, work_state, p, item, second, until, heap, size), False
    items[item].state, items[item].change = WAITS, NEVER
    if stream.patience >= 0:
        gives_up = second + drawn_seconds(dists, cdfs, stream.patience, words[1])
        items[item].change = gives_up
        if gives_up < until:
            size = push(heap, size, key_of(gives_up, GIVES_UP, item))
    join(work, items, book, queue, p, item)
    return size, enough


@compiled
def look(work, work_state, unit_state, p, duty, free, closed, second, until, heap, size):
    """Go through the queue in order: start what can start. Returns the heap's new size."""
    kinds, needs, follows, streams, pieces, weights, times, weekday = work
    stream_state, items, book, queue, under_way, work_tally, work_daily, busy, busy_tally, busy_since, demand = (
        work_state
    )
    item = queue[p, 0]
    if item < 0:
        return size
    for role in range(free.size):
        free[role] = duty[role] - busy[p, role]
        closed[role] = False
    closed_roles = 0
    while item >= 0 and closed_roles < book[3]:
        after = items[item].after
        stream = streams[items[item].stream]
        if unit_state[stream.unit].open and not unit_state[stream.unit].suspended:
            starts = True
            for n in range(stream.needs_first, stream.needs_last):
                if closed[needs[n, 0]] or free[needs[n, 0]] < needs[n, 1]:
                    starts = False
            if starts:
                leave_list(items, queue, p, item)
                for n in range(stream.needs_first, stream.needs_last):
                    free[needs[n, 0]] -= needs[n, 1]
                size = begin(work, work_state, p, item, second, until, heap, size)
            else:
                for n in range(stream.needs_first, stream.needs_last):
                    role = needs[n, 0]
                    if free[role] < needs[n, 1] and not closed[role]:
                        closed[role] = True
                        closed_roles += 1
        item = after
    return size


@compiled
def finish(work, work_state, p, item, second):
    """An activity ends: those who were busy with it are free."""
    kinds, needs, follows, streams, pieces, weights, times, weekday = work
    stream_state, items, book, queue, under_way, work_tally, work_daily, busy, busy_tally, busy_since, demand = (
        work_state
    )
    stream = streams[items[item].stream]
    for n in range(stream.needs_first, stream.needs_last):
        role = needs[n, 0]
        settle_busy(busy, busy_tally, busy_since, p, role, second)
        busy[p, role] -= needs[n, 1]
    leave_list(items, under_way, p, item)
    release(items, book, item)


@compiled
def give_up(work_state, p, item, second):
    """An activity's patience ends while it waits."""
    items, book, queue, work_tally, work_daily = (
        work_state[1], work_state[2], work_state[3], work_state[5], work_state[6]
    )  # fmt: skip
    leave_list(items, queue, p, item)
    count_work(work_tally, work_daily, items[item].stream, np.int64(LOST), ONE, second)
    release(items, book, item)


@entry  # of its own, so that another process can compile it while one compiles the rest
def do_work(settings, unit_state, units, work, work_state, p, second, until, expired, duty, free, closed, heap, size,
            changed):  # fmt: skip
    """The work of one instant: ends, arrivals, the queue, then those whose patience ends, who may have held up others.

    changed: whether the staff has changed at this instant. Returns the heap's size.
    """
    luck = settings[0]
    kinds, needs, follows, streams, pieces, weights, times, weekday = work
    stream_state, items = work_state[0], work_state[1]
    while size > 0 and heap[0] < key_of(second, GIVES_UP, ZERO):
        s = i = place_of(heap[0])
        births, parent, follow_word = 1, np.uint64(0), np.uint64(0)
        words = (follow_word, follow_word, follow_word)
        ends = kind_of(heap[0]) == ENDS
        if ends:
            size = pop(heap, size)
            if items[i].state != RUNS or items[i].change != second:
                continue
            s, parent, who, follow_word = items[i].stream, items[i].entity, items[i].who, items[i].follow
            births = streams[s].follows_last - streams[s].follows_first
            entity = parent
            finish(work, work_state, p, i, second)
        else:
            coming = stream_state[s]
            entity, who, words = streams[s].key, coming.number, (coming.lasting, coming.patience, coming.follow)
            coming.number += 1
            name_next(luck, work, coming, s, second + (1 if streams[s].times_last > streams[s].times_first else 0))
            if streams[s].during >> unit_state[streams[s].unit].stage == 0:
                coming.next = NEVER  # neither the present stage of the unit's return nor a later one has it
            if coming.next < until:
                replace_first(heap, size, key_of(coming.next, ARRIVES, s))
            else:
                size = pop(heap, size)
        alone = size == 0 or heap[0] >= key_of(second, GIVES_UP, ZERO)
        for k in range(births):
            child = s
            if ends:
                follow = follows[streams[s].follows_first + k]
                chance = unit(follow_word) if k == 0 else uniform(luck, P_FOLLOW, parent, who, k)
                if chance >= follow.chance:
                    continue
                # Keyed by its parent, so that nothing else moves its luck.
                child = streams[s].unit * kinds + follow.activity
                entity, lasting, patience, its_follow = philox(
                    np.uint64(who), streams[child].key, parent, P_FOLLOW, luck[0], luck[1]
                )
                words = (lasting, patience, its_follow)
            size, may_start = arrive(
                settings, work, work_state, unit_state, units, p, child, entity, 0 if ends else who, words, second,
                until, expired and not ends, alone and births == 1, duty, heap, size,
            )  # fmt: skip
            changed |= may_start
        # Who came alone, and finds too few, changes nothing for those who wait already.
        changed |= ends or not alone
    while True:
        if changed:
            size = look(work, work_state, unit_state, p, duty, free, closed, second, until, heap, size)
        changed = False
        while size > 0 and second_of(heap[0]) == second and kind_of(heap[0]) == GIVES_UP:
            i = place_of(heap[0])
            size = pop(heap, size)
            if items[i].state == WAITS and items[i].change == second:
                give_up(work_state, p, i, second)
                changed = True
        if not changed:
            break
    return size


@entry
def close_work(work_state, second):
    """The mandate, or the time observed, ends: what waits is open at the end, busy time is cut."""
    stream_state, items, book, queue, under_way, work_tally, work_daily, busy, busy_tally, busy_since, demand = (
        work_state
    )
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
