"""Units and teams: covered or not, and why; suspensions."""

from advisory_sim.engine.arrays import PURPOSE
from advisory_sim.engine.kernel.chance import seconds, uniform
from advisory_sim.engine.kernel.compiling import NO, ZERO, compiled, compiled_apart, compiled_once, entry
from advisory_sim.record.columns import (
    AUTHORISED,
    COVERED,
    DAY,
    INTERNATIONAL,
    LOCAL,
    NEVER,
    NO_MANDATE,
    OFF_SHIFT,
    ON_DUTY,
    SICKNESS,
    SUSPENDED,
    WAITING,
    WITHOUT_POSTS,
)

P_QUIET = PURPOSE["suspension gap"]
P_SUSPENDED = PURPOSE["suspension lasting"]


@entry
def hours_clock(hours, second):
    """Time within covered hours from day 0 to `second`: the clock that unit-days are counted on.

    hours: first second of the day, length, and parts that a second within them counts for, so that a day is as many
    whatever the length.
    """
    start, length = hours[0], hours[1]
    day, rest = second // DAY, second % DAY
    inside = min(max(rest - start, 0), length)
    past = start + length - DAY  # hours that run past midnight
    if past > 0:
        inside = min(rest, past) + min(max(rest - start, 0), DAY - start)
    return (day * length + inside) * hours[2]


@compiled
def shortfall(cells, team, count, on_duty_counts, last):
    """The first column that, given back with those before it, gives the team its minimum; COVERED if it has it.

    Columns up to `last` are given back, in the order of absences; WITHOUT_POSTS if even that is too little.
    """
    worst, international, posts, asked = COVERED, 0, 0, False
    for cell in range(team.first_cell, team.last_cell):
        have = count[cell, ON_DUTY]
        if not on_duty_counts:
            have += count[cell, OFF_SHIFT]
        need = cells[cell].need
        if team.default_minimum:
            need = 0
            if cells[cell].counts == LOCAL:
                need = min(1, count[cell, AUTHORISED])
            elif cells[cell].counts == INTERNATIONAL:
                asked = True
                international += have
                posts += count[cell, AUTHORISED]
        column = WAITING
        while have < need and column <= last:
            have += count[cell, column]
            worst = max(worst, column)
            column += 1
        if have < need:
            return WITHOUT_POSTS
    if team.default_minimum:
        if not asked:
            return WITHOUT_POSTS
        need, column = max(1, min(2, posts)), WAITING
        while international < need and column <= last:
            for cell in range(team.first_cell, team.last_cell):
                if cells[cell].counts == INTERNATIONAL:
                    international += count[cell, column]
            worst = max(worst, column)
            column += 1
        if international < need:
            return WITHOUT_POSTS
    return worst


@compiled
def judge_team(cells, teams, team_state, team_tally, count, on_duty_counts, i, second):
    """Bring a team's open and operational time up to `second` and look at it again, for its units, too."""
    state = team_state[i]
    span = second - state.since
    if state.open:
        team_tally[i, 0] += span
        if state.operational:
            team_tally[i, 1] += span
    state.since = second
    posts = 0
    for cell in range(teams[i].first_cell, teams[i].last_cell):
        posts += count[cell, AUTHORISED]
    state.open = posts > 0
    state.operational = shortfall(cells, teams[i], count, NO, WAITING - 1) == COVERED
    state.lacks = shortfall(cells, teams[i], count, on_duty_counts, OFF_SHIFT if on_duty_counts else SICKNESS)


@compiled_apart
def settle_unit(covered, hours, u, second):
    """Bring a unit's covered and uncovered time, and its gaps, up to `second`, on the clock of covered hours.

    Its shares of the days that have ended since it was last settled are written.
    """
    unit_state, unit_tally, longest, cover, mark = covered
    state = unit_state[u]
    last = second // DAY
    if state.day < last:
        close_unit_days(covered, hours, u, last)
    clock = hours_clock(hours[state.hours], second)
    span = clock - state.since
    state.since = clock
    if state.open:
        state.open_time += span
        unit_tally[u, state.cause] += span
        if state.cause == COVERED:
            # A unit covered within a moment that has no covered hours has not been covered at all.
            if span > 0:
                state.gap, state.mandate_gap = 0, 0
        else:
            state.gap += span
            state.mandate_gap += span
            longest[u, 0] = max(longest[u, 0], state.gap)
            longest[u, 1] = max(longest[u, 1], state.mandate_gap)


@compiled_once
def close_unit_days(covered, hours, u, last):
    """A unit's covered share, and that in which it was open, of the days to before `last` that are not written yet.

    Nothing has changed since a moment on the first of them; `mark` holds its times at the last midnight.
    """
    unit_state, unit_tally, longest, cover, mark = covered
    state, day = unit_state[u], unit_state[u].day
    whole_day = hours[0, 1] * hours[0, 2]
    is_open = state.open == 1
    is_covered = is_open and state.cause == COVERED
    rest = hours_clock(hours[state.hours], (day + 1) * DAY) - state.since
    times = (unit_tally[u, COVERED], state.open_time)
    for i in range(2):
        holds = is_open if i else is_covered
        total = times[i] + (rest if holds else 0)
        cover[u, i, day] = (total - mark[u, i]) / whole_day
        mark[u, i] = total + ((last - day - 1) * whole_day if holds else 0)
        for later in range(day + 1, last):
            cover[u, i, later] = 1.0 if holds else 0.0
    state.day = last


@compiled
def judge_unit(unit, state, unit_teams, team_state, expired):
    """Why the unit is uncovered now (a column), or COVERED."""
    if expired:
        return NO_MANDATE
    best = WITHOUT_POSTS
    for j in range(unit.first_team, unit.last_team):
        best = min(best, team_state[unit_teams[j]].lacks)
    if state.suspended and best < SUSPENDED:  # COVERED, too, is below
        best = SUSPENDED
    return best


@compiled
def toggle_units(settings, units, unit_state, pools, pool_units, p, second):
    """Turn suspensions on and off."""
    luck, cells, roles, dists, cdfs = settings
    for j in range(pools[p].first_unit, pools[p].last_unit):
        u = pool_units[j]
        state, unit = unit_state[u], units[u]
        while state.change <= second:
            state.suspended = 1 - state.suspended
            if state.suspended:
                lasts = seconds(
                    dists, cdfs, unit.suspension_lasting, uniform(luck, P_SUSPENDED, unit.key, ZERO, state.spell)
                )
            else:
                state.spell += 1
                lasts = seconds(dists, cdfs, unit.suspension_gap, uniform(luck, P_QUIET, unit.key, ZERO, state.spell))
                lasts = max(lasts, 1)
            state.change += lasts


@entry
def start_units(settings, units, unit_state, entered):
    """Set when units open, and their suspension clocks, which run from day 0."""
    luck, cells, roles, dists, cdfs = settings
    entered[:] = NEVER
    for u in range(units.size):
        unit_state[u].opens, unit_state[u].hours = units[u].opens, units[u].hours
        unit_state[u].change, unit_state[u].stage_due = NEVER, NEVER
        if units[u].suspension_gap >= 0:
            draw = uniform(luck, P_QUIET, units[u].key, ZERO, ZERO)
            unit_state[u].change = seconds(dists, cdfs, units[u].suspension_gap, draw)
