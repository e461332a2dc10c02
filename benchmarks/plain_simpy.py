"""The mission in plain SimPy, as its documentation teaches: processes, and a resource for the staff of each team.

The number of slots of a SimPy resource is fixed. So each post is a slot that is taken, before all activities, by a
request of its own while nobody is there; such a request waits for the slot of whoever is busy to be given back.
"""

from __future__ import annotations

import math
import random

import simpy
from mission import Figures, Mission

ABSENCE, WORK = 0, 1  # priorities


class Officer:
    """Someone deployed; present when neither on leave nor sick. He holds his slot's request while he is away."""

    def __init__(self, replication: Replication, staff: simpy.PriorityResource) -> None:
        self.replication, self.env, self.staff = replication, replication.env, staff
        self.deployed = True
        self.on_leave = self.sick = self.present = False
        self.arrived = self.env.now
        self.absence: simpy.resources.resource.PriorityRequest | None = None
        self.count()
        self.absences = [self.env.process(self.leaves()), self.env.process(self.sicknesses())]

    def count(self) -> None:
        """Take his slot, or give it back, after a change of what keeps him away."""
        present = self.deployed and not self.on_leave and not self.sick
        if present and not self.present:
            self.since = self.env.now
        elif self.present and not present:
            self.replication.present_days += self.env.now - self.since
        if self.deployed and not present and self.absence is None:
            self.absence = self.staff.request(priority=ABSENCE)
        elif self.absence is not None and (present or not self.deployed):
            give_back(self.staff, self.absence)
            self.absence = None
        self.present = present

    def departs(self) -> None:
        self.deployed = False
        self.count()
        self.replication.officer_days += self.env.now - self.arrived
        for absence in self.absences:
            absence.interrupt()

    def leaves(self):
        m, rng = self.replication.mission, self.replication.rng
        try:
            yield self.env.timeout((0.5 + rng.random()) * m.leave_every)
            while True:
                self.on_leave = True
                self.count()
                yield self.env.timeout(m.leave)
                self.on_leave = False
                self.count()
                yield self.env.timeout(m.leave_every)
        except simpy.Interrupt:
            return

    def sicknesses(self):
        m, rng = self.replication.mission, self.replication.rng
        try:
            while True:
                yield self.env.timeout(rng.expovariate(1 / m.sick_gap))
                self.sick = True
                self.count()
                yield self.env.timeout(rng.uniform(*m.sickness))
                self.sick = False
                self.count()
        except simpy.Interrupt:
            return


def give_back(resource: simpy.PriorityResource, request: simpy.resources.resource.PriorityRequest) -> None:
    """Release a slot, or stop waiting for it."""
    if request.triggered:
        resource.release(request)
    else:
        request.cancel()


class Replication:
    """One future of the mission."""

    def __init__(self, mission: Mission, seed: int) -> None:
        self.mission = mission
        self.rng = random.Random(seed)
        self.env = simpy.Environment()
        self.officer_days = self.present_days = 0.0
        self.attended = self.lost = 0
        self.waited = 0.0
        self.deployed: set[Officer] = set()
        self.reviews: list[int] = []
        self.daily: list[tuple[int, int]] = []
        for _ in range(mission.teams):
            advisers = simpy.PriorityResource(self.env, mission.advisers)
            mediators = simpy.PriorityResource(self.env, mission.mediators)
            for _ in range(mission.advisers):
                self.env.process(self.post(advisers))
            for _ in range(mission.mediators):
                self.env.process(self.mediator(mediators))
            self.env.process(self.incidents(advisers, mediators))
        self.env.process(self.review())
        self.env.process(self.every_day())

    def recruitment(self) -> float:
        return self.rng.expovariate(1 / self.mission.selection) + self.rng.uniform(*self.mission.clearance)

    def candidate(self):
        yield self.env.timeout(self.recruitment())

    def post(self, staff: simpy.PriorityResource):
        """Recruit, hold the post, recruit again."""
        m, env, rng = self.mission, self.env, self.rng
        hazard = -math.log(1 - m.early) / 365.25
        candidate = env.process(self.candidate())
        vacancy = staff.request(priority=ABSENCE)
        while True:
            yield candidate
            give_back(staff, vacancy)
            officer = Officer(self, staff)
            self.deployed.add(officer)
            early = env.timeout(rng.expovariate(hazard))
            tour_ends = env.now + m.tour
            successor = None
            while not early.processed:
                asked = tour_ends - m.sought
                if successor is None and env.now < asked:
                    yield early | env.timeout(asked - env.now)
                elif successor is None and rng.random() < m.stays_on:
                    tour_ends += m.tour
                else:
                    if successor is None:
                        successor = env.process(self.candidate())
                    yield early | env.timeout(tour_ends - env.now)
                    break
            officer.departs()
            vacancy = staff.request(priority=ABSENCE)
            self.deployed.remove(officer)
            if successor is None:
                successor = env.process(self.candidate())
            elif env.now < tour_ends:  # the successor comes no earlier than he was to relieve
                yield env.timeout(tour_ends - env.now)
            candidate = successor

    def mediator(self, staff: simpy.PriorityResource):
        with staff.request(priority=ABSENCE):
            yield self.env.timeout(self.rng.uniform(*self.mission.hiring))

    def incidents(self, advisers: simpy.PriorityResource, mediators: simpy.PriorityResource):
        while True:
            yield self.env.timeout(self.rng.expovariate(self.mission.rate))
            self.env.process(self.incident(advisers, mediators))

    def incident(self, advisers: simpy.PriorityResource, mediators: simpy.PriorityResource):
        m, env, rng = self.mission, self.env, self.rng
        arrived = env.now
        requests = [advisers.request(priority=WORK) for _ in range(m.officers_needed)]
        yield env.all_of(requests) | env.timeout(m.patience)
        if all(request.triggered for request in requests):
            self.attended += 1
            self.waited += env.now - arrived
            yield env.timeout(rng.expovariate(1 / m.incident))
            if rng.random() < m.follow_up:
                env.process(self.mediation(mediators))
        else:
            self.lost += 1
        for request in requests:
            give_back(advisers, request)

    def mediation(self, mediators: simpy.PriorityResource):
        arrived = self.env.now
        with mediators.request(priority=WORK) as request:
            yield request
            self.attended += 1
            self.waited += self.env.now - arrived
            yield self.env.timeout(self.rng.expovariate(1 / self.mission.mediation))

    def review(self):
        while True:
            yield self.env.timeout(self.mission.review_every)
            self.reviews.append(sum(officer.present for officer in self.deployed))

    def every_day(self):
        while True:
            yield self.env.timeout(1)
            self.daily.append((len(self.deployed), sum(officer.present for officer in self.deployed)))

    def run(self) -> Figures:
        self.env.run(until=self.mission.horizon)
        for officer in self.deployed:
            self.officer_days += self.env.now - officer.arrived
            if officer.present:
                self.present_days += self.env.now - officer.since
        wait = self.waited / self.attended if self.attended else math.nan
        return Figures(self.officer_days, self.present_days, self.attended, self.lost, wait)


def simulate(mission: Mission, replications: int, seed: int) -> list[Figures]:
    """Figures of each replication."""
    return [Replication(mission, seed * 1_000_000 + r).run() for r in range(replications)]
