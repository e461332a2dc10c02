"""The loop over time: pool by pool, from one call to the next."""

import numpy as np

from advisory_sim.engine.kernel.compiling import ZERO, compiled, compiled_apart, entry
from advisory_sim.engine.kernel.cover import judge_team, judge_unit, settle_unit, toggle_units
from advisory_sim.engine.kernel.heap import key_of, place_of, pop, push, second_of
from advisory_sim.engine.kernel.people import next_change, turn
from advisory_sim.engine.kernel.returning import change_stages, next_stages, open_stages
from advisory_sim.engine.kernel.rows import place_stint, read_row
from advisory_sim.engine.kernel.shifts import change_shifts, next_toggle
from advisory_sim.engine.kernel.tally import settle, write_steps
from advisory_sim.engine.kernel.work import ARRIVES, ENDS, GIVES_UP, do_work, settle_busy
from advisory_sim.record.columns import NEVER, NO_MANDATE, ON_DUTY, ROW_ARRIVE, ROW_OPEN, ROW_PLAN


@compiled_apart
def fill_heaps(state, work_state, pools, pool_units, kinds, p, until, heap, work_heap):
    """What is due before `until` in this pool: changes of officers, and the work's own events."""
    stints, pool_state = state[1], state[2]
    stream_state, items, queue, under_way = work_state[0], work_state[1], work_state[3], work_state[4]
    size, last, s = ZERO, -1, pool_state[p].first_stint
    while s >= 0:
        after = stints[s].after
        if stints[s].active:
            if stints[s].change < until:
                size = push(heap, size, key_of(stints[s].change, ZERO, s))
            last = s
        elif last < 0:
            pool_state[p].first_stint = after
        else:
            stints[last].after = after
        s = after
    work_size = ZERO
    for j in range(pools[p].first_unit, pools[p].last_unit):
        for activity in range(kinds):
            s = pool_units[j] * kinds + activity
            if stream_state[s].next < until:
                work_size = push(work_heap, work_size, key_of(stream_state[s].next, ARRIVES, s))
    for heads, kind in ((queue, GIVES_UP), (under_way, ENDS)):
        item = heads[p, 0]
        while item >= 0:
            if items[item].change < until:
                work_size = push(work_heap, work_size, key_of(items[item].change, kind, item))
            item = items[item].after
    return size, work_size


@compiled
def count_duty(cells, teams, pool_teams, pool, count, duty):
    """How many of each role are on duty in a pool."""
    for role in range(duty.size):
        duty[role] = 0
    for i in range(pool.first_team, pool.last_team):
        team = teams[pool_teams[i]]
        for cell in range(team.first_cell, team.last_cell):
            duty[cells[cell].role] += count[cell, ON_DUTY]


@compiled_apart
def change_units(settings, geography, state, shifts, p, second):
    """Units open, suspensions begin and end, teams are withdrawn and come back. Returns when the next change is."""
    cells = settings[1]
    teams, units, pools, pool_teams, pool_units, unit_teams, hours, on_duty_counts = geography
    posts, stints, pool_state, counted, team_state, covered, steps, step_rows, entered, team_tally = state
    unit_state = covered[0]
    soonest = NEVER
    for j in range(pools[p].first_unit, pools[p].last_unit):
        u = pool_units[j]
        settle_unit(covered, hours, u, second)
    toggle_units(settings, units, unit_state, pools, pool_units, p, second)
    withdrawn = pools[p].last_unit > pools[p].first_unit
    for j in range(pools[p].first_unit, pools[p].last_unit):
        u = pool_units[j]
        if unit_state[u].opens <= second:
            unit_state[u].open = 1
        else:
            unit_state[u].open = 0
            soonest = min(soonest, unit_state[u].opens)
        soonest = min(soonest, unit_state[u].change)
        if not (unit_state[u].open and unit_state[u].suspended):
            withdrawn = False
    for i in range(pools[p].first_team, pools[p].last_team):
        t = pool_teams[i]
        if withdrawn != team_state[t].withdrawn:
            team_state[t].withdrawn = withdrawn
            s = pool_state[p].first_stint
            while s >= 0:
                if stints[s].active and cells[stints[s].cell].team == t:
                    place_stint(cells, shifts, stints[s], p, counted, second, team_state[t].withdrawn)
                s = stints[s].after
    return soonest


@compiled
def judge(settings, geography, state, p, second, expired):
    """Look at the pool's teams and units again after something has changed."""
    cells = settings[1]
    teams, units, pools, pool_teams, pool_units, unit_teams, hours, on_duty_counts = geography
    posts, stints, pool_state, counted, team_state, covered, steps, step_rows, entered, team_tally = state
    count, since, unit_state = counted[0], counted[2], covered[0]
    for i in range(pools[p].first_team, pools[p].last_team):
        t = pool_teams[i]
        judge_team(cells, teams, team_state, team_tally, count, on_duty_counts, t, second)
        if steps.shape[0] > 0:
            write_steps(teams[t], since, count, second, steps, step_rows)
    for j in range(pools[p].first_unit, pools[p].last_unit):
        u = pool_units[j]
        cause = judge_unit(units[u], unit_state[u], unit_teams, team_state, expired)
        if cause != unit_state[u].cause:
            settle_unit(covered, hours, u, second)
            unit_state[u].cause = cause


@compiled_apart
def sort_rows(geography, cells, posts, rows, order, starts, fill):
    """The journal's rows by pool: those of pool p are `order[starts[p]:starts[p + 1]]`, still in order of time."""
    teams, pools = geography[0], geography[2]
    starts[:] = 0
    for i in range(rows.shape[0]):
        if rows[i, 1] == ROW_OPEN:
            posts[rows[i, 2]].cell, posts[rows[i, 2]].number = rows[i, 3], rows[i, 4]
        starts[teams[cells[posts[rows[i, 2]].cell].team].pool + 1] += 1
    for p in range(pools.size):
        starts[p + 1] += starts[p]
        fill[p] = starts[p]
    for i in range(rows.shape[0]):
        p = teams[cells[posts[rows[i, 2]].cell].team].pool
        order[fill[p]] = i
        fill[p] += 1


@compiled_apart
def first_changes(roles, geography, state, shifts, p, now, expired):
    """When a pool's units, and its shifts, change next."""
    pools, pool_units = geography[2], geography[4]
    pool_state, unit_state = state[2], state[5][0]
    toggles, on, pointer, week, present = shifts
    unit_change = now if pool_state[p].fresh else NEVER
    pool_state[p].fresh = 0
    for j in range(pools[p].first_unit, pools[p].last_unit):
        u = pool_units[j]
        unit_change = min(unit_change, max(unit_state[u].change, now))
        if not unit_state[u].open:
            unit_change = min(unit_change, max(unit_state[u].opens, now))
    shift_change = NEVER
    for role in range(0 if expired else roles.size):  # nobody is there any more after the mandate's end
        shift_change = min(shift_change, next_toggle(roles, toggles, pointer, week, p, role))
    return unit_change, shift_change


@compiled_apart
def settle_pool(cells, geography, state, work_state, p, until):
    """Bring everything that is summed over time up to `until`."""
    teams, units, pools, pool_teams, pool_units, unit_teams, hours, on_duty_counts = geography
    counted, team_state, covered, team_tally = state[3], state[4], state[5], state[9]
    for i in range(pools[p].first_team, pools[p].last_team):
        t = pool_teams[i]
        judge_team(cells, teams, team_state, team_tally, counted[0], on_duty_counts, t, until)
        for cell in range(teams[t].first_cell, teams[t].last_cell):
            settle(counted, cell, until)
    for j in range(pools[p].first_unit, pools[p].last_unit):
        settle_unit(covered, hours, pool_units[j], until)
    busy, busy_tally, busy_since = work_state[7], work_state[8], work_state[9]
    for role in range(busy.shape[1]):
        settle_busy(busy, busy_tally, busy_since, p, role, until)


@entry
def advance(settings, geography, stages, state, shifts, work, work_state, rows, room, now, until, expired):
    """Take the mission from `now` to `until`, pool by pool; never looks at or beyond `until`.

    In each pool: the journal, absences, shifts, units and their stages, work; means of the days that end. rows: the
    journal's new rows, in order of time: second, kind, post, stint, value. room: to work in, see `room_for`.
    """
    luck, cells, roles, dists, cdfs = settings
    teams, units, pools, pool_teams, pool_units, unit_teams, hours, on_duty_counts = geography
    posts, stints, pool_state, counted, team_state, covered, steps, step_rows, entered, team_tally = state
    count, unit_state = counted[0], covered[0]
    order, starts, fill, heap, work_heap, duty, free, closed = room
    sort_rows(geography, cells, posts, rows, order, starts, fill)
    for p in range(pools.size):
        size, work_size = fill_heaps(state, work_state, pools, pool_units, work[0], p, until, heap, work_heap)
        unit_change, shift_change = first_changes(roles, geography, state, shifts, p, now, expired)
        count_duty(cells, teams, pool_teams, pools[p], count, duty)
        stage_change = NEVER if expired else next_stages(geography, unit_state, p, now)
        row, last_row = starts[p], starts[p + 1]
        staff_change = now  # what is not the work's own
        while True:
            second = second_of(work_heap[0]) if work_size > 0 else NEVER
            changed = staff_change <= second
            if changed:
                second = min(until, unit_change, shift_change, stage_change)
                if row < last_row:
                    second = min(second, rows[order[row], 0])
                if size > 0:
                    second = min(second, second_of(heap[0]))
                staff_change = second
                if work_size > 0 and second_of(work_heap[0]) < second:
                    continue
                if second >= until:
                    break
                touched = False
                while row < last_row and rows[order[row], 0] == second:
                    entry = rows[order[row]]
                    read_row(settings, shifts, entry, posts, stints, pool_state, p, counted, team_state)
                    if entry[1] == ROW_ARRIVE or entry[1] == ROW_PLAN:
                        s = entry[3]
                        stints[s].change = next_change(stints[s], second)
                        if stints[s].change < until:
                            size = push(heap, size, key_of(stints[s].change, ZERO, s))
                    touched = True
                    row += 1
                while size > 0 and second_of(heap[0]) == second:
                    s = place_of(heap[0])
                    size = pop(heap, size)
                    if stints[s].active and stints[s].change == second:
                        turn(settings, stints[s], second)
                        withdrawn = team_state[cells[stints[s].cell].team].withdrawn
                        place_stint(cells, shifts, stints[s], p, counted, second, withdrawn)
                        stints[s].change = next_change(stints[s], second)
                        if stints[s].change < until:
                            size = push(heap, size, key_of(stints[s].change, ZERO, s))
                        touched = True
                shifted = shift_change == second
                if shifted:
                    shift_change = change_shifts(
                        cells, roles, teams, shifts, counted, pool_teams, pools[p].first_team, pools[p].last_team, p,
                        second,
                    )  # fmt: skip
                if unit_change == second:
                    unit_change = change_units(settings, geography, state, shifts, p, second)
                    if not expired:
                        open_stages(geography, state, stages, work_state[5], work[0], p, second)
                        stage_change = next_stages(geography, unit_state, p, second)
                    touched = True
                if stage_change == second:
                    if change_stages(geography, state, stages, work_state[5], work[0], p, second):
                        touched = True
                    stage_change = next_stages(geography, unit_state, p, second + 1)
                if touched or (shifted and (on_duty_counts or steps.shape[0] > 0)):
                    judge(settings, geography, state, p, second, expired)
                count_duty(cells, teams, pool_teams, pools[p], count, duty)
            if work_state[1].size > 0:
                work_size = do_work(settings, unit_state, units, work, work_state, p, second, until, expired, duty,
                                    free, closed, work_heap, work_size, changed)  # fmt: skip
        settle_pool(cells, geography, state, work_state, p, until)


def room_for(rows: int, pools: int, roles: int, stints: int, items: int, streams: int) -> tuple[np.ndarray, ...]:
    """What `advance` works in: the rows' order by pool, heaps of what is due, counts of the roles."""
    return (
        np.empty(rows, np.int64), np.empty(pools + 1, np.int64), np.empty(pools + 1, np.int64),
        np.empty(2 * stints + rows + 1, np.int64),
        # An item stands in the heap once for its patience and once for its end; a stream once.
        np.empty(2 * items + streams + 1, np.int64),
        np.empty(roles, np.int64), np.empty(roles, np.int64), np.empty(roles, np.bool_),
    )  # fmt: skip


@entry
def expire(geography, state, present, second):
    """The mandate ends: everybody leaves and all posts close, at the end of what `advance` has counted."""
    teams, units, pools, pool_teams, pool_units, unit_teams, hours, on_duty_counts = geography
    posts, stints, pool_state, counted, team_state, covered, steps, step_rows, entered, team_tally = state
    count, since, unit_state = counted[0], counted[2], covered[0]
    count[:] = 0
    present[:] = 0
    for p in range(pools.size):
        pool_state[p].first_stint = -1
    for s in range(stints.size):
        stints[s].active = 0
    for i in range(posts.size):
        posts[i].open, posts[i].holders, posts[i].waiting, posts[i].column = 0, 0, 0, 0
    for t in range(teams.size):
        team_state[t].open = 0
        team_state[t].operational = 0
        if steps.shape[0] > 0:
            write_steps(teams[t], since, count, second, steps, step_rows)
    for u in range(units.size):
        unit_state[u].cause = NO_MANDATE
