"""Recruitment: what the candidate found by a search will do."""

import numpy as np

from advisory_sim.engine.arrays import PURPOSE
from advisory_sim.engine.kernel.chance import drawn_for, uniform
from advisory_sim.engine.kernel.compiling import ZERO, compiled, entry_with_memory
from advisory_sim.record.columns import NEVER

P_TAKES = PURPOSE["takes"]
P_FAILS = PURPOSE["fails"]
P_TRAVEL = PURPOSE["travel"]
P_EARLY = PURPOSE["early departure"]
P_STAYS = PURPOSE["stays on"]
MANY = 1_000_000  # attempts after which a search is taken never to end


@compiled
def next_date(stage, dates, second, last):
    """First date of a stage's series at or after `second` and after the date `last` used before."""
    if stage.every > 0:
        date = stage.begins
        if second > date:
            date += -((date - second) // stage.every) * stage.every
        return date if date > last else last + stage.every
    for i in range(stage.first_date, stage.last_date):
        if dates[i] >= second and dates[i] > last:
            return dates[i]
    return NEVER


@entry_with_memory
def searches(settings, whom, start, horizon, lives):
    """What the candidates found by searches that start at `start` will do: (searches, posts, 4).

    whom: (3, posts) cell, post's number, number of its first search of these (0 = recruitment, later ones refill).
    lives: time until ready (NEVER = not before the horizon), travel, time to early departure, further tours.
    """
    luck, cells, roles, stages, dates, dists, cdfs = settings
    used = np.empty(stages.size, np.int64)
    for n in range(whom.shape[1]):
        cell, number = whom[0, n], whom[1, n]
        role = roles[cells[cell].role]
        for ahead in range(lives.shape[0]):
            search = whom[2, n] + ahead
            entity, who = cells[cell].key, (number << 32) | search
            first, last = role.recruitment_first, role.recruitment_last
            if search > 0:
                first, last = role.refill_first, role.refill_last
            used[first:last] = -1
            second, attempt, i = start, 0, first
            while i < last and second < horizon:
                stage = stages[i]
                if stage.series:
                    used[i] = next_date(stage, dates, second, used[i])
                    second = used[i]
                    if second >= horizon:
                        break
                second += drawn_for(dists, cdfs, stage.takes, luck, P_TAKES ^ stage.key, entity, who, attempt)
                i += 1
                if stage.fails > 0.0 and uniform(luck, P_FAILS ^ stage.key, entity, who, attempt) < stage.fails:
                    i = first
                    attempt += 1
                    if attempt > MANY:
                        second = NEVER
            lives[ahead, n, 0] = second - start if second < horizon else NEVER
            lives[ahead, n, 1] = drawn_for(dists, cdfs, role.travel, luck, P_TRAVEL, entity, who, ZERO)
            lives[ahead, n, 2] = NEVER
            if role.early >= 0:
                lives[ahead, n, 2] = drawn_for(dists, cdfs, role.early, luck, P_EARLY, entity, who, ZERO)
            tours = 0
            if role.stays_on > 0.0 and role.tour > 0:
                while tours * role.tour < horizon and uniform(luck, P_STAYS, entity, who, tours) < role.stays_on:
                    tours += 1
            lives[ahead, n, 3] = tours
