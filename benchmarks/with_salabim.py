"""The mission in salabim: a component for each post, officer, leave, sickness and activity.

All of the mission can be expressed: staff are a resource whose capacity follows presence, and whose claims may exceed
it. Nothing is left out but figures other than the five.
"""

from __future__ import annotations

import math
import random

import salabim as sim
from mission import Figures, Mission

sim.yieldless(False)


class Officer(sim.Component):
    """Someone deployed, until he is relieved, leaves early, or the run ends; his absences are components."""

    def setup(self, future: Future, staff: sim.Resource) -> None:
        self.future, self.staff = future, staff
        self.on_leave = self.sick = self.present = False
        self.deployed = True
        self.arrived = self.env.now()
        future.deployed.add(self)
        self.count()
        self.absences = [Leave(officer=self), Sickness(officer=self)]

    def count(self) -> None:
        """Count him present or not, after a change of what keeps him away."""
        present = self.deployed and not self.on_leave and not self.sick
        if present and not self.present:
            self.since = self.env.now()
            self.staff.set_capacity(self.staff.capacity() + 1)
        elif self.present and not present:
            self.future.present_days += self.env.now() - self.since
            self.staff.set_capacity(self.staff.capacity() - 1)
        self.present = present

    def departs(self) -> None:
        self.deployed = False
        self.count()
        self.future.officer_days += self.env.now() - self.arrived
        self.future.deployed.remove(self)
        for absence in self.absences:
            absence.cancel()


class Leave(sim.Component):
    def setup(self, officer: Officer) -> None:
        self.officer = officer

    def process(self):
        officer, m = self.officer, self.officer.future.mission
        yield self.hold((0.5 + officer.future.rng.random()) * m.leave_every)
        while True:
            officer.on_leave = True
            officer.count()
            yield self.hold(m.leave)
            officer.on_leave = False
            officer.count()
            yield self.hold(m.leave_every)


class Sickness(sim.Component):
    def setup(self, officer: Officer) -> None:
        self.officer = officer

    def process(self):
        officer, m, rng = self.officer, self.officer.future.mission, self.officer.future.rng
        while True:
            yield self.hold(rng.expovariate(1 / m.sick_gap))
            officer.sick = True
            officer.count()
            yield self.hold(rng.uniform(*m.sickness))
            officer.sick = False
            officer.count()


class Post(sim.Component):
    """Recruit, hold the post, recruit again."""

    def setup(self, future: Future, staff: sim.Resource) -> None:
        self.future, self.staff = future, staff

    def process(self):
        env, future = self.env, self.future
        m, rng = future.mission, future.rng
        hazard = -math.log(1 - m.early) / 365.25
        yield self.hold(future.recruitment())
        while True:
            officer = Officer(future=future, staff=self.staff)
            early = env.now() + rng.expovariate(hazard)
            tour_ends = env.now() + m.tour
            successor = None  # when he can be there
            while True:
                yield self.hold(till=max(env.now(), min(early, tour_ends - m.sought)))
                if env.now() >= early:
                    break
                if rng.random() < m.stays_on:
                    tour_ends += m.tour
                    continue
                successor = max(env.now() + future.recruitment(), tour_ends)
                yield self.hold(till=min(early, tour_ends))
                break
            officer.departs()
            yield self.hold(till=env.now() + future.recruitment() if successor is None else successor)


class Mediator(sim.Component):
    def setup(self, future: Future, staff: sim.Resource) -> None:
        self.future, self.staff = future, staff

    def process(self):
        yield self.hold(self.future.rng.uniform(*self.future.mission.hiring))
        self.staff.set_capacity(self.staff.capacity() + 1)


class Incidents(sim.Component):
    def setup(self, future: Future, advisers: sim.Resource, mediators: sim.Resource) -> None:
        self.future, self.staff = future, (advisers, mediators)

    def process(self):
        while True:
            yield self.hold(self.future.rng.expovariate(self.future.mission.rate))
            Incident(future=self.future, advisers=self.staff[0], mediators=self.staff[1])


class Incident(sim.Component):
    def setup(self, future: Future, advisers: sim.Resource, mediators: sim.Resource) -> None:
        self.future, self.staff = future, (advisers, mediators)

    def process(self):
        m, rng = self.future.mission, self.future.rng
        yield self.request((self.staff[0], m.officers_needed), fail_delay=m.patience)
        if self.failed():
            self.future.lost += 1
            return
        self.future.starts(self)
        yield self.hold(rng.expovariate(1 / m.incident))
        self.release()
        if rng.random() < m.follow_up:
            Mediation(future=self.future, mediators=self.staff[1])


class Mediation(sim.Component):
    def setup(self, future: Future, mediators: sim.Resource) -> None:
        self.future, self.staff = future, mediators

    def process(self):
        yield self.request(self.staff)
        self.future.starts(self)
        yield self.hold(self.future.rng.expovariate(1 / self.future.mission.mediation))


class Review(sim.Component):
    def setup(self, future: Future) -> None:
        self.future = future

    def process(self):
        while True:
            yield self.hold(self.future.mission.review_every)
            self.future.reviews.append(sum(officer.present for officer in self.future.deployed))


class Future:
    """One future of the mission."""

    def __init__(self, mission: Mission, seed: int) -> None:
        self.mission, self.rng = mission, random.Random(seed)
        self.env = sim.Environment(trace=False, random_seed=None, do_reset=True)
        self.officer_days = self.present_days = self.waited = 0.0
        self.attended = self.lost = 0
        self.deployed: set[Officer] = set()
        self.reviews: list[int] = []
        for _ in range(mission.teams):
            advisers, mediators = sim.Resource(capacity=0, monitor=False), sim.Resource(capacity=0, monitor=False)
            for _ in range(mission.advisers):
                Post(future=self, staff=advisers)
            for _ in range(mission.mediators):
                Mediator(future=self, staff=mediators)
            Incidents(future=self, advisers=advisers, mediators=mediators)
        Review(future=self)

    def recruitment(self) -> float:
        return self.rng.expovariate(1 / self.mission.selection) + self.rng.uniform(*self.mission.clearance)

    def starts(self, activity: sim.Component) -> None:
        self.attended += 1
        self.waited += self.env.now() - activity.creation_time()

    def run(self) -> Figures:
        self.env.run(till=self.mission.horizon)
        for officer in self.deployed:
            self.officer_days += self.env.now() - officer.arrived
            if officer.present:
                self.present_days += self.env.now() - officer.since
        wait = self.waited / self.attended if self.attended else math.nan
        return Figures(self.officer_days, self.present_days, self.attended, self.lost, wait)


def simulate(mission: Mission, replications: int, seed: int) -> list[Figures]:
    """Figures of each replication."""
    return [Future(mission, seed * 1_000_000 + r).run() for r in range(replications)]
