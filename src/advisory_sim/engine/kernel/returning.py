"""The host's police return to units in stages: when a unit enters the next one."""

from advisory_sim.engine.kernel.compiling import ZERO, compiled, compiled_apart
from advisory_sim.engine.kernel.cover import hours_clock, settle_unit
from advisory_sim.record.columns import DAY, NEVER, SERVED


@compiled
def enter_stage(stages, unit, state, entered, work_tally, kinds, u, stage, hours, second):
    """The unit is in a stage of its plan from now on: what the next waits for is counted from here."""
    row = stages[unit.first_stage + stage]
    state.stage, state.stage_due = stage, NEVER
    entered[u, stage] = second
    state.hours = row.hours
    state.since = hours_clock(hours[row.hours], second)
    state.attended_before = 0
    if unit.first_stage + stage + 1 < unit.last_stage:
        following = stages[unit.first_stage + stage + 1]
        state.stage_due = max(following.begins, second + max(1, following.lasting))  # one stage at a midnight
        if following.activity >= 0:
            state.attended_before = work_tally[u * kinds + following.activity, SERVED]


@compiled_apart
def open_stages(geography, state, stages, work_tally, kinds, p, second):
    """Units that are open for the first time are in the first stage of their plan."""
    teams, units, pools, pool_teams, pool_units, unit_teams, hours, on_duty_counts = geography
    unit_state, entered = state[5][0], state[8]
    for j in range(pools[p].first_unit, pools[p].last_unit):
        u = pool_units[j]
        if units[u].last_stage > units[u].first_stage and unit_state[u].open and entered[u, 0] == NEVER:
            enter_stage(stages, units[u], unit_state[u], entered, work_tally, kinds, u, ZERO, hours, second)


@compiled
def next_stages(geography, unit_state, p, second):
    """The first midnight from `second` on at which the dates let a unit of the pool enter a further stage."""
    pools, pool_units = geography[2], geography[4]
    due = NEVER
    for j in range(pools[p].first_unit, pools[p].last_unit):
        due = min(due, unit_state[pool_units[j]].stage_due)
    return NEVER if due == NEVER else (max(second, due) + DAY - 1) // DAY * DAY


@compiled_apart
def change_stages(geography, state, stages, work_tally, kinds, p, midnight):
    """Enter every stage for which all holds that it asks for. True if any is."""
    teams, units, pools, pool_teams, pool_units, unit_teams, hours, on_duty_counts = geography
    covered, entered = state[5], state[8]
    unit_state = covered[0]
    changed = False
    for j in range(pools[p].first_unit, pools[p].last_unit):
        u = pool_units[j]
        unit = unit_state[u]
        if midnight < unit.stage_due or not unit.open or unit.suspended:
            continue
        row = stages[units[u].first_stage + unit.stage + 1]
        attended = 0
        if row.activity >= 0:
            attended = work_tally[u * kinds + row.activity, SERVED] - unit.attended_before
        if attended >= row.attended:
            settle_unit(covered, hours, u, midnight)
            enter_stage(stages, units[u], unit, entered, work_tally, kinds, u, unit.stage + 1, hours, midnight)
            changed = True
    return changed
