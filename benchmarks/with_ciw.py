"""The mission in Ciw, as far as a queueing network expresses it.

In: officers pass through selection, clearance and tours; incidents wait for a pair of officers with patience and give
rise to mediations. Left out: officers staff no activity (servers cannot be customers): the pairs at work and the
mediators are a timetable, nobody until the mean recruitment is over, then what absences leave on average; a successor
is sought at the departure; no single leaves and sicknesses; no reviews. So its figures are not compared with the
others'; it gives no present_days.
"""

from __future__ import annotations

import math

import ciw
from mission import Figures, Mission

SELECTION, CLEARANCE, TOUR = 1, 2, 3  # nodes; then incidents and mediations of each team
COMPARABLE = False


class Tour(ciw.dists.Distribution):
    """A tour, cut short by an early departure."""

    def __init__(self, mission: Mission) -> None:
        self.tour = mission.tour
        self.early = ciw.dists.Exponential(-math.log(1 - mission.early) / 365.25)

    def sample(self, t: float | None = None, ind: ciw.Individual | None = None) -> float:
        return min(self.tour, self.early.sample())


def network(m: Mission) -> ciw.Network:
    """Three nodes for the posts, two for the work of each team."""
    posts = m.teams * m.advisers
    share_present = (1 - m.sick_share) * m.leave_every / (m.leave_every + m.leave)
    pairs = int(m.advisers * share_present / m.officers_needed)
    recruited = m.selection + sum(m.clearance) / 2
    hired = sum(m.hiring) / 2
    end = m.horizon + 1
    none, work = None, range(m.teams)
    nodes = 3 + 2 * m.teams
    routing = [[0.0] * nodes for _ in range(nodes)]
    routing[SELECTION - 1][CLEARANCE - 1] = 1.0
    routing[CLEARANCE - 1][TOUR - 1] = 1.0
    routing[TOUR - 1][TOUR - 1] = m.stays_on
    routing[TOUR - 1][SELECTION - 1] = 1 - m.stays_on
    for team in work:
        routing[3 + 2 * team][4 + 2 * team] = m.follow_up
    return ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([0.0, math.inf]), none, none]
        + [ciw.dists.Exponential(m.rate), none] * m.teams,
        batching_distributions=[ciw.dists.Deterministic(posts)] + [ciw.dists.Deterministic(1)] * (nodes - 1),
        service_distributions=[ciw.dists.Exponential(1 / m.selection), ciw.dists.Uniform(*m.clearance), Tour(m)]
        + [ciw.dists.Exponential(1 / m.incident), ciw.dists.Exponential(1 / m.mediation)] * m.teams,
        reneging_time_distributions=[none] * 3 + [ciw.dists.Deterministic(m.patience), none] * m.teams,
        number_of_servers=[math.inf] * 3
        + [
            schedule
            for _ in work
            for schedule in (
                ciw.Schedule(numbers_of_servers=[0, pairs], shift_end_dates=[recruited, end]),
                ciw.Schedule(numbers_of_servers=[0, m.mediators], shift_end_dates=[hired, end]),
            )
        ],
        routing=routing,
    )


def replication(mission: Mission, plan: ciw.Network, seed: int) -> Figures:
    """One future of the mission."""
    ciw.seed(seed)
    simulation = ciw.Simulation(plan)
    simulation.simulate_until_max_time(mission.horizon)
    records = simulation.get_all_records(only=["service", "renege"])
    tours = [r for r in records if r.node == TOUR]
    work = [r for r in records if r.node > TOUR]
    served = [r for r in work if r.record_type == "service"]
    on_tour = list(simulation.nodes[TOUR].all_individuals)
    at_work = [i for node in simulation.nodes[TOUR + 1 : -1] for i in node.all_individuals if i.service_start_date]
    waits = [r.waiting_time for r in served] + [i.service_start_date - i.arrival_date for i in at_work]
    return Figures(
        officer_days=sum(r.service_time for r in tours) + sum(mission.horizon - i.arrival_date for i in on_tour),
        present_days=math.nan,
        attended=len(waits),
        lost=len(work) - len(served),
        wait=sum(waits) / len(waits) if waits else math.nan,
    )


def simulate(mission: Mission, replications: int, seed: int) -> list[Figures]:
    """Figures of each replication."""
    plan = network(mission)
    return [replication(mission, plan, seed * 1_000_000 + r) for r in range(replications)]
