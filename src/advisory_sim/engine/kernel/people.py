"""What officers do by themselves all day, from their own clocks."""

import numpy as np

from advisory_sim.engine.arrays import PURPOSE
from advisory_sim.engine.kernel.chance import seconds, uniform
from advisory_sim.engine.kernel.compiling import ZERO, compiled
from advisory_sim.record.columns import CHECKOUT, INDUCTION, LEAVE, NEVER, ON_DUTY, SICKNESS, SUSPENDED

P_LEAVE = PURPOSE["leave"]
P_GAP = PURPOSE["sickness gap"]
P_SPELL = PURPOSE["sickness lasting"]


@compiled
def begin_stint(settings, stint, second):
    """Set an arrived officer's own clocks: induction, first leave, first sickness."""
    luck, cells, roles, dists, cdfs = settings
    cell = stint.cell
    role = roles[cells[cell].role]
    entity, who = cells[cell].key, stint.who
    stint.induction_ends = second + role.induction
    stint.checkout_from = NEVER
    stint.on_leave, stint.sick, stint.spell = 0, 0, 0
    stint.leave_change, stint.sick_change = NEVER, NEVER
    if role.leave_every > 0 and role.leave_lasting > 0:
        first = role.leave_every
        if role.staggered:
            first = np.int64(np.floor((0.5 + uniform(luck, P_LEAVE, entity, who, ZERO)) * role.leave_every + 0.5))
        stint.leave_change = second + first
    if role.sickness_gap >= 0:
        stint.sick_change = second + seconds(dists, cdfs, role.sickness_gap, uniform(luck, P_GAP, entity, who, ZERO))
    stint.active = 1


@compiled
def turn(settings, stint, second):
    """Move a stint's own clocks on to `second`: every change due by then."""
    luck, cells, roles, dists, cdfs = settings
    cell = stint.cell
    role = roles[cells[cell].role]
    entity, who = cells[cell].key, stint.who
    while stint.leave_change <= second:
        stint.on_leave = 1 - stint.on_leave
        stint.leave_change += role.leave_lasting if stint.on_leave else role.leave_every
    while stint.sick_change <= second:
        stint.sick = 1 - stint.sick
        if stint.sick:
            lasts = seconds(dists, cdfs, role.sickness_lasting, uniform(luck, P_SPELL, entity, who, stint.spell))
        else:
            stint.spell += 1
            lasts = seconds(dists, cdfs, role.sickness_gap, uniform(luck, P_GAP, entity, who, stint.spell))
            # A gap and a spell that both last no time would never let the clock move on.
            lasts = max(lasts, 1)
        stint.sick_change += lasts


@compiled
def next_change(stint, second):
    """When the stint changes next by itself."""
    change = min(stint.leave_change, stint.sick_change)
    if stint.induction_ends > second:
        change = min(change, stint.induction_ends)
    if stint.checkout_from > second:
        change = min(change, stint.checkout_from)
    return change


@compiled
def whereabouts(stint, second, withdrawn):
    """The column that counts the officer: the first cause of absence, or ON_DUTY where he is present."""
    if withdrawn:
        return SUSPENDED
    if second < stint.induction_ends:
        return INDUCTION
    if second >= stint.checkout_from:
        return CHECKOUT
    if stint.on_leave:
        return LEAVE
    if stint.sick:
        return SICKNESS
    return ON_DUTY
