"""Shifts and days off: who of those present is on duty.

Posts of a role fall into classes (shift, first day off); a class goes on and off duty at the same moments in every
week. `on` (pools, roles, classes) says which classes are on duty now, `present` (cells, classes) how many are there.
"""

from advisory_sim.engine.kernel.compiling import compiled, entry
from advisory_sim.engine.kernel.tally import settle
from advisory_sim.record.columns import DAY, NEVER, OFF_SHIFT, ON_DUTY


@compiled
def duty_class(roles, role, number):
    """The class of a team's post: shift number mod n, days off from day (number div n) mod 7."""
    shifts = roles[role].shifts
    return 0 if shifts == 0 else (number % shifts) * 7 + (number // shifts) % 7


@compiled
def next_toggle(roles, toggles, pointer, week, p, role):
    """When a class of the role next goes on or off duty in this pool."""
    first, last = roles[role].toggles_first, roles[role].toggles_last
    if last == first:
        return NEVER
    return week[p, role] + toggles[first + pointer[p, role], 0]


@compiled
def turn_shift(roles, toggles, pointer, week, p, role):
    """Take one toggle: its class, and whether that goes on duty."""
    first, last = roles[role].toggles_first, roles[role].toggles_last
    row = toggles[first + pointer[p, role]]
    pointer[p, role] += 1
    if first + pointer[p, role] == last:
        pointer[p, role] = 0
        week[p, role] += 7 * DAY
    return row[1], row[2]


@entry
def start_shifts(roles, toggles, on, pointer, week, weekday):
    """Who is on duty on day 0 (a `weekday`, 0 is Monday) at 00:00: the week before has run its course."""
    for p in range(on.shape[0]):
        for role in range(on.shape[1]):
            if roles[role].shifts == 0:
                on[p, role, :] = 1
                continue
            pointer[p, role] = 0
            week[p, role] = -weekday * DAY - 7 * DAY
            while next_toggle(roles, toggles, pointer, week, p, role) <= 0:
                duty, goes_on = turn_shift(roles, toggles, pointer, week, p, role)
                on[p, role, duty] = goes_on


@compiled
def duty_column(on, p, role, duty):
    """The column that counts somebody present: on duty, or off shift."""
    return ON_DUTY if on[p, role, duty] else OFF_SHIFT


@compiled
def change_shifts(cells, roles, teams, shifts, counted, pool_teams, first_team, last_team, p, second):
    """Every class that goes on or off duty at this moment. Returns when the next does."""
    toggles, on, pointer, week, present = shifts
    count = counted[0]
    soonest = NEVER
    for role in range(on.shape[1]):
        while next_toggle(roles, toggles, pointer, week, p, role) <= second:
            duty, goes_on = turn_shift(roles, toggles, pointer, week, p, role)
            if on[p, role, duty] == goes_on:
                continue
            on[p, role, duty] = goes_on
            for i in range(first_team, last_team):
                team = teams[pool_teams[i]]
                for cell in range(team.first_cell, team.last_cell):
                    if cells[cell].role == role and present[cell, duty] > 0:
                        settle(counted, cell, second)
                        to = duty_column(on, p, role, duty)
                        count[cell, ON_DUTY + OFF_SHIFT - to] -= present[cell, duty]
                        count[cell, to] += present[cell, duty]
        soonest = min(soonest, next_toggle(roles, toggles, pointer, week, p, role))
    return soonest
