"""The mission in SimPy with the activities' queue written by hand, which is faster than SimPy's own resources."""

from __future__ import annotations

import math
import random
from collections import deque

import simpy
from mission import Figures, Mission


class Staff:
    """The interchangeable staff of a role in a team, and the activities that wait for them, first come first served.

    A drop in presence takes effect at once: who is busy then finishes first, and `free` may be negative.
    """

    def __init__(self, env: simpy.Environment, needed: int) -> None:
        self.env = env
        self.needed = needed
        self.present = 0
        self.busy = 0
        self.waiting: deque[simpy.Event] = deque()

    def change(self, present: int = 0, busy: int = 0) -> None:
        """Staff come or go, or an activity ends; start what can be started."""
        self.present += present
        self.busy += busy
        while self.waiting and self.present - self.busy >= self.needed:
            turn = self.waiting.popleft()
            self.busy += self.needed
            turn.succeed()

    def request(self) -> simpy.Event:
        """Join the queue; the event happens when the staff needed are taken."""
        turn = self.env.event()
        self.waiting.append(turn)
        self.change()
        return turn


class Officer:
    """Someone deployed; present when neither on leave nor sick."""

    def __init__(self, replication: Replication, staff: Staff) -> None:
        self.replication, self.env, self.staff = replication, replication.env, staff
        self.deployed = True
        self.on_leave = self.sick = self.present = False
        self.arrived = self.env.now
        self.count()
        self.absences = [self.env.process(self.leaves()), self.env.process(self.sicknesses())]

    def count(self) -> None:
        """Count him present or not, after a change of what keeps him away."""
        present = self.deployed and not self.on_leave and not self.sick
        if present and not self.present:
            self.since = self.env.now
            self.staff.change(present=1)
        elif self.present and not present:
            self.replication.present_days += self.env.now - self.since
            self.staff.change(present=-1)
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
        for _ in range(mission.teams):
            advisers = Staff(self.env, mission.officers_needed)
            mediators = Staff(self.env, 1)
            for _ in range(mission.advisers):
                self.env.process(self.post(advisers))
            for _ in range(mission.mediators):
                self.env.process(self.mediator(mediators))
            self.env.process(self.incidents(advisers, mediators))
        self.env.process(self.review())

    def recruitment(self) -> float:
        return self.rng.expovariate(1 / self.mission.selection) + self.rng.uniform(*self.mission.clearance)

    def candidate(self):
        yield self.env.timeout(self.recruitment())

    def post(self, staff: Staff):
        """Recruit, hold the post, recruit again."""
        m, env, rng = self.mission, self.env, self.rng
        hazard = -math.log(1 - m.early) / 365.25
        candidate = env.process(self.candidate())
        while True:
            yield candidate
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
            self.deployed.remove(officer)
            if successor is None:
                successor = env.process(self.candidate())
            elif env.now < tour_ends:  # the successor comes no earlier than he was to relieve
                yield env.timeout(tour_ends - env.now)
            candidate = successor

    def mediator(self, staff: Staff):
        yield self.env.timeout(self.rng.uniform(*self.mission.hiring))
        staff.change(present=1)

    def incidents(self, advisers: Staff, mediators: Staff):
        while True:
            yield self.env.timeout(self.rng.expovariate(self.mission.rate))
            self.env.process(self.incident(advisers, mediators))

    def incident(self, advisers: Staff, mediators: Staff):
        m, env, rng = self.mission, self.env, self.rng
        arrived = env.now
        turn = advisers.request()
        if not turn.triggered:
            yield turn | env.timeout(m.patience)
            if not turn.triggered:
                advisers.waiting.remove(turn)
                self.lost += 1
                return
        self.attended += 1
        self.waited += env.now - arrived
        yield env.timeout(rng.expovariate(1 / m.incident))
        advisers.change(busy=-m.officers_needed)
        if rng.random() < m.follow_up:
            env.process(self.mediation(mediators))

    def mediation(self, mediators: Staff):
        arrived = self.env.now
        turn = mediators.request()
        if not turn.triggered:
            yield turn
        self.attended += 1
        self.waited += self.env.now - arrived
        yield self.env.timeout(self.rng.expovariate(1 / self.mission.mediation))
        mediators.change(busy=-1)

    def review(self):
        while True:
            yield self.env.timeout(self.mission.review_every)
            self.reviews.append(sum(officer.present for officer in self.deployed))

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
