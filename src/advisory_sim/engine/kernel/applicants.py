"""Who applies to the academy, and what luck each brings: his group, whether and when he drops out, his training."""

import numpy as np

from advisory_sim.engine.arrays import PURPOSE
from advisory_sim.engine.kernel.arrivals import next_arrival
from advisory_sim.engine.kernel.chance import drawn_seconds, philox, uniform, unit
from advisory_sim.engine.kernel.compiling import ZERO, compiled, entry

P_APPLICANT = PURPOSE["applicant"]
P_MOMENT = PURPOSE["drop out moment"]


@compiled
def bring(luck, dists, cdfs, school, entity, i, words, people, leaves, row):
    """Write down an applicant's own luck."""
    shares, drop_out, field = school
    _, group, drops, trains = words
    u, g = unit(group), 0
    while g < shares.size - 1 and u >= shares[g]:
        g += 1
    people[row, 1] = g
    people[row, 2] = drawn_seconds(dists, cdfs, field, trains)
    leaves[row] = uniform(luck, P_MOMENT, entity, ZERO, i) if unit(drops) < drop_out else np.nan


@entry
def applicants(luck, dists, cdfs, work, school, backlog, until, keys, people, leaves):
    """Everybody who applies before `until`, in order: those who wait on day 0, then those who come.

    work: one stream, as `kernel/work.py` unpacks it; school: cumulated shares of the groups, chance to drop out,
    place of the field training's distribution; keys: of the backlog and of the others. people (rows, 3): when he
    applies, his group, seconds of field training; leaves (rows,): the share of the course after which he drops out,
    nan where he stays. Returns how many there are: those beyond the rows are only counted.
    """
    number = backlog
    for i in range(min(backlog, leaves.size)):
        people[i, 0] = 0
        words = philox(np.uint64(i), np.uint64(0), P_APPLICANT, keys[0], luck[0], luck[1])
        bring(luck, dists, cdfs, school, keys[0], i, words, people, leaves, i)
    second, i = 0, 0
    while True:
        words = philox(np.uint64(i), np.uint64(0), P_APPLICANT, keys[1], luck[0], luck[1])
        second = next_arrival(work, 0, second, words[0])
        if second >= until:
            return number
        if number < leaves.size:
            people[number, 0] = second
            bring(luck, dists, cdfs, school, keys[1], i, words, people, leaves, number)
        number += 1
        i += 1
