"""The loop over time: pool by pool, from one call to the next."""

import numpy as np

from advisory_sim.engine.kernel.compiling import compiled
from advisory_sim.engine.kernel.cover import judge_team, judge_unit, settle_unit, toggle_units
from advisory_sim.engine.kernel.heap import pop, push
from advisory_sim.engine.kernel.people import next_change, turn
from advisory_sim.engine.kernel.rows import place_stint, read_row
from advisory_sim.engine.kernel.tally import close_day, settle, write_steps
from advisory_sim.record.columns import COVERED, DAY, NEVER, NO_MANDATE, ROW_ARRIVE, ROW_OPEN, ROW_PLAN


@compiled
def advance_pool(
    settings,
    geography,
    state,
    rows,
    order,
    first_row,
    last_row,
    p,
    now,
    until,
    expired,
    heap_second,
    heap_stint,
):
    """One pool from `now` to `until`: journal rows, absences, units opening and suspended, daily means."""
    luck, cells, roles, dists, cdfs = settings
    teams, units, pools, pool_teams, pool_units, unit_teams, hours, on_duty_counts = geography
    (posts, stints, pool_state, count, tally, since, team_state, unit_state, unit_tally, longest,
     daily, cover, daily_mark, cover_mark, steps, step_rows) = state  # fmt: skip

    size, before, s = 0, -1, pool_state[p].first_stint
    while s >= 0:
        after = stints[s].after
        if stints[s].active:
            if stints[s].change < until:
                size = push(heap_second, heap_stint, size, stints[s].change, s)
            before = s
        elif before < 0:
            pool_state[p].first_stint = after
        else:
            stints[before].after = after
        s = after

    row = first_row
    unit_change = now if pool_state[p].fresh else NEVER
    pool_state[p].fresh = 0
    for j in range(pools[p].first_unit, pools[p].last_unit):
        u = pool_units[j]
        unit_change = min(unit_change, max(unit_state[u].change, now))
        if not unit_state[u].open:
            unit_change = min(unit_change, max(units[u].opens, now))
    midnight = (now // DAY + 1) * DAY
    while True:
        second = until
        if row < last_row:
            second = min(second, rows[order[row], 0])
        if size > 0:
            second = min(second, heap_second[0])
        second = min(second, unit_change)

        while midnight <= second:
            day = midnight // DAY - 1
            for i in range(pools[p].first_team, pools[p].last_team):
                t = pool_teams[i]
                for cell in range(teams[t].first_cell, teams[t].last_cell):
                    if not expired or since[cell] > midnight - DAY:  # days after the mandate's last stay empty
                        close_day(count, tally, since, daily_mark, daily, cell, midnight)
            for j in range(pools[p].first_unit, pools[p].last_unit):
                u = pool_units[j]
                settle_unit(unit_state[u], unit_tally[u], longest[u], hours, midnight)
                cover[u, day] = (unit_tally[u, COVERED] - cover_mark[u]) / hours[1]
                cover_mark[u] = unit_tally[u, COVERED]
            midnight += DAY
        if second >= until:
            break

        touched = False
        while row < last_row and rows[order[row], 0] == second:
            entry = rows[order[row]]
            read_row(settings, entry, posts, stints, pool_state, p, count, tally, since, team_state)
            if entry[1] == ROW_ARRIVE or entry[1] == ROW_PLAN:
                s = entry[3]
                stints[s].change = next_change(stints[s], second)
                if stints[s].change < until:
                    size = push(heap_second, heap_stint, size, stints[s].change, s)
            touched = True
            row += 1
        while size > 0 and heap_second[0] == second:
            s = heap_stint[0]
            size = pop(heap_second, heap_stint, size)
            if stints[s].active and stints[s].change == second:
                turn(settings, stints[s], second)
                place_stint(stints[s], count, tally, since, second, team_state[cells[stints[s].cell].team].withdrawn)
                stints[s].change = next_change(stints[s], second)
                if stints[s].change < until:
                    size = push(heap_second, heap_stint, size, stints[s].change, s)
                touched = True
        if unit_change == second:
            unit_change = NEVER
            for j in range(pools[p].first_unit, pools[p].last_unit):
                u = pool_units[j]
                settle_unit(unit_state[u], unit_tally[u], longest[u], hours, second)
            touched = toggle_units(settings, units, unit_state, pools, pool_units, p, second) or touched
            for j in range(pools[p].first_unit, pools[p].last_unit):
                u = pool_units[j]
                if units[u].opens <= second:
                    unit_state[u].open = 1
                else:
                    unit_change = min(unit_change, units[u].opens)
                unit_change = min(unit_change, unit_state[u].change)
            for i in range(pools[p].first_team, pools[p].last_team):
                t = pool_teams[i]
                withdrawn = pools[p].last_unit > pools[p].first_unit
                for j in range(pools[p].first_unit, pools[p].last_unit):
                    u = pool_units[j]
                    if not (unit_state[u].open and unit_state[u].suspended):
                        withdrawn = False
                if withdrawn != team_state[t].withdrawn:
                    team_state[t].withdrawn = withdrawn
                    s = pool_state[p].first_stint
                    while s >= 0:
                        if stints[s].active and cells[stints[s].cell].team == t:
                            place_stint(stints[s], count, tally, since, second, withdrawn)
                        s = stints[s].after
            touched = True
        if touched:
            for i in range(pools[p].first_team, pools[p].last_team):
                t = pool_teams[i]
                judge_team(cells, teams, team_state, count, t, second)
                if steps.shape[0] > 0:
                    write_steps(teams[t], since, count, second, steps, step_rows)
            for j in range(pools[p].first_unit, pools[p].last_unit):
                u = pool_units[j]
                cause = judge_unit(
                    cells, teams, units[u], unit_state[u], unit_teams, count, on_duty_counts, expired
                )  # fmt: skip
                if cause != unit_state[u].cause:
                    settle_unit(unit_state[u], unit_tally[u], longest[u], hours, second)
                    unit_state[u].cause = cause

    for i in range(pools[p].first_team, pools[p].last_team):
        t = pool_teams[i]
        judge_team(cells, teams, team_state, count, t, until)
        for cell in range(teams[t].first_cell, teams[t].last_cell):
            settle(count, tally, since, cell, until)
    for j in range(pools[p].first_unit, pools[p].last_unit):
        u = pool_units[j]
        settle_unit(unit_state[u], unit_tally[u], longest[u], hours, until)


@compiled
def advance(settings, geography, state, rows, now, until, expired):
    """Take the mission from `now` to `until`, pool by pool; never looks at or beyond `until`.

    rows: the journal's new rows, in order of time: second, kind, post, stint, value.
    """
    cells, teams, pools = settings[1], geography[0], geography[2]
    posts, stints = state[0], state[1]
    starts = np.zeros(pools.size + 1, np.int64)
    for i in range(rows.shape[0]):
        if rows[i, 1] == ROW_OPEN:
            posts[rows[i, 2]].cell, posts[rows[i, 2]].number = rows[i, 3], rows[i, 4]
        starts[teams[cells[posts[rows[i, 2]].cell].team].pool + 1] += 1
    for p in range(pools.size):
        starts[p + 1] += starts[p]
    fill = starts.copy()
    order = np.empty(rows.shape[0], np.int64)
    for i in range(rows.shape[0]):
        p = teams[cells[posts[rows[i, 2]].cell].team].pool
        order[fill[p]] = i
        fill[p] += 1
    room = 2 * stints.size + rows.shape[0] + 1
    heap_second, heap_stint = np.empty(room, np.int64), np.empty(room, np.int64)
    for p in range(pools.size):
        advance_pool(
            settings, geography, state, rows, order, starts[p], starts[p + 1], p, now, until, expired,
            heap_second, heap_stint,
        )  # fmt: skip


@compiled
def expire(geography, state, second):
    """The mandate ends: everybody leaves and all posts close, at the end of what `advance` has counted."""
    teams, units, pools, pool_teams, pool_units, unit_teams, hours, on_duty_counts = geography
    posts, stints, pool_state, count, since = state[0], state[1], state[2], state[3], state[5]
    team_state, unit_state, steps, step_rows = state[6], state[7], state[14], state[15]
    count[:] = 0
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
