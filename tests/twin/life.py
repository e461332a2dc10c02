"""What happens in one replication: a list of coming events, worked off one after the other.

At one instant the events come in the order of the ranks below. Whatever an event brings about at the
same instant takes its place in that order among the events still to come.
"""

import heapq
from itertools import count

from .figures import Figures, holds, spells
from .reading import DAY, FOREVER
from .school import School
from .work import Work, demand, largest_remainder

EXPIRY, ASKED, DEPARTURE, CONSENT, BEGIN, READY, TRAVEL, ARRIVAL, CHANGE, DECISION = range(10)
INTAKE = 9.5
STAGE, END, TASK, LOOK, PATIENCE, LOOK_AGAIN = range(10, 16)


class Post:
    """A post of a team's role, from its opening to its closing."""

    def __init__(self, team, role, number, opened, decision):
        self.team, self.role, self.number, self.opened, self.decision = team, role, number, opened, decision
        self.closed = None
        self.closing = None  # the latest moment at which a post that was drawn down closes
        self.officers = []  # who is deployed on it now
        self.past = []  # everybody who ever was
        self.search = None
        self.waits = []  # [from, to, from, to ..]: ready, not allowed to travel


class Officer:
    """One person's time in the mission (or a car's)."""

    def __init__(self, post, arrived):
        self.post, self.arrived, self.left = post, arrived, None
        self.tour_end = self.contract = self.early = FOREVER
        self.too_late = False  # an extension came too late for his contract
        self.successor_sought = False
        self.plans = []  # (from when, planned departure as then known)
        self.leave, self.sickness = [], []  # when each begins and ends

    def planned(self):
        closing = FOREVER if self.post.closing is None else self.post.closing
        return min(self.contract, closing)

    def departure(self):
        return min(self.planned(), self.early)


class Search:
    """The search for one person: stages, ready, perhaps held back, perhaps waiting, under way."""

    def __init__(self, post, relief):
        self.post, self.relief = post, relief
        self.state = "stages"
        self.ready = self.travel = None


class Life:
    """One replication of one option; after run() it holds all that happened."""

    def __init__(self, plan, rng):
        self.plan, self.rng = plan, rng
        self.now = 0
        self.coming, self.tickets = [], count()
        self.posts = []
        self.consent_at = 0
        self.begun = self.expiry = None
        self.suspended = {name: spells(unit.suspension, 0, plan.horizon, rng) for name, unit in plan.units.items()}
        self.open = {name: [unit.opens] for name, unit in plan.units.items()}  # when each unit opens, closes ..
        self.entered = {name: [] for name in plan.returns}  # when each stage of its return began
        self.figures, self.work = Figures(self), Work(self)
        self.school = None if plan.academy is None else School(self, *plan.academy)
        self.looked_at = None  # the last second for which the queue is to be looked at
        self.over = False
        self.due = {}  # decisions not yet proposed
        self.effects = {d.name: None for d in plan.decisions}  # when each took effect

    def expect(self, second, rank, action, *details, order=0):
        if second < self.plan.horizon:
            heapq.heappush(self.coming, (second, rank, order, next(self.tickets), action, details))

    def run(self):
        plan = self.plan
        for name, team in plan.teams.items():
            for role, number in team.posts.items():
                for _ in range(number):
                    self.open_post(name, role, None)
        if plan.consent is not None:
            takes, chance = plan.consent
            comes = takes.draw(self.rng)
            self.consent_at = comes if self.rng.random() < chance else FOREVER
        self.expect(self.consent_at, CONSENT, self.on_consent)
        if plan.begins[0] == "decision":
            self.expect(0, BEGIN, self.begin)
        elif plan.begins[0] == "moment":
            self.expect(plan.begins[1], BEGIN, self.begin)
        for team in plan.teams.values():
            self.expect(max(0, team.deploy_from), TRAVEL, self.look_again)
        self.due = dict(enumerate(plan.decisions))
        for order, decision in self.due.items():
            if decision.when is not None:
                self.expect(decision.when.first, DECISION, self.review, order, order=order)
        self.plan_decisions()
        for name in plan.returns:
            self.expect(plan.units[name].opens, STAGE, self.enter_first, name)
        for midnight in range(0, plan.horizon if plan.returns else 0, DAY):
            self.expect(midnight, STAGE, self.enter_further)
        if self.school is not None:
            self.school.begin(INTAKE)
        if plan.activities:
            self.work.plan_arrivals(TASK)
            for second in self.figures.fixed_changes():
                self.expect(max(0, second), CHANGE, self.note)
        while self.coming:
            self.now, rank, _, _, action, details = heapq.heappop(self.coming)
            action(*details)
            if plan.activities and rank not in (LOOK, LOOK_AGAIN):
                after = LOOK if rank < LOOK else LOOK_AGAIN
                if self.looked_at != (self.now, after):
                    self.looked_at = (self.now, after)
                    self.expect(self.now, after, self.look_at_work)
        self.work.stop()
        return self

    def note(self):
        """Something changes now that is worked out elsewhere: the queue is looked at."""

    def look_at_work(self):
        self.looked_at = None
        self.work.look()

    def expect_patience(self, second, action, *details):
        self.expect(second, PATIENCE, action, *details)

    def expect_end(self, second, action, *details):
        self.expect(second, END, action, *details)

    def expect_follow_up(self, action, *details):
        self.expect(self.now, TASK, action, *details)

    # ------------------------------------------------------------------------------------ the mandate
    def on_consent(self):
        if self.plan.begins[0] == "consent":
            self.expect(self.now, BEGIN, self.begin)
        self.expect(self.now, TRAVEL, self.look_again)

    def begin(self):
        """The clock starts; whoever is here is from now on bound by the expiry."""
        if self.begun is not None:
            return
        self.begun = self.now
        self.set_expiry(self.plan.length.after(self.plan.start, self.now))
        for officer in self.deployed():
            officer.contract = min(officer.contract, self.expiry)
            self.replan(officer)

    def set_expiry(self, second):
        self.expiry = second
        self.expect(second, EXPIRY, self.on_expiry)
        self.plan_decisions()

    def on_expiry(self):
        if self.over or self.now != self.expiry:
            return
        self.over = True
        self.work.stop()
        for post in self.posts:
            if post.closed is None:
                for officer in post.officers:
                    officer.left = self.now
                post.officers = []
                self.close(post)

    # ------------------------------------------------------------------------------------- decisions
    def plan_decisions(self):
        """Puts each decision not yet proposed where it now falls; an earlier entry is found stale."""
        for order, decision in self.due.items():
            second = self.falls_on(decision)
            if second is not None:
                self.expect(max(self.now, second), DECISION, self.propose, order, order=order)

    def falls_on(self, decision):
        if decision.at is not None:
            return decision.at.worked_out(self.plan.start, self.expiry)
        if decision.when is not None:
            return None
        return decision.missing_at if self.consent_at > decision.missing_at else None

    def propose(self, order):
        decision = self.due.get(order)
        if decision is None or self.over or max(0, self.falls_on(decision)) > self.now:
            return
        self.settle(order, decision)

    def review(self, order):
        """Has the measure crossed its threshold?"""
        decision = self.due[order]
        if self.over:
            return
        when = decision.when
        since = 0 if when.over is None else max(0, self.now - when.over)
        value = self.figures.between(since, self.now)[when.measure, *when.scope, "review"]
        below = when.below is not None and value < when.below
        above = when.above is not None and value > when.above
        if below or above:
            self.settle(order, decision)
        else:
            self.expect(when.every.after(self.plan.start, self.now), DECISION, self.review, order, order=order)

    def settle(self, order, decision):
        del self.due[order]
        takes = decision.takes.draw(self.rng)
        if self.rng.random() < decision.chance:
            if takes == 0:
                self.take_effect(decision)
            else:
                self.expect(self.now + takes, DECISION, self.take_effect, decision, order=order)

    def take_effect(self, decision):
        if self.over or (decision.extend is not None and self.begun is None):
            return
        self.effects[decision.name] = self.now
        if decision.extend is not None:
            self.extend(decision.extend)
        placed = self.placed(decision)
        for role, number in decision.draw_down.items():
            for _ in range(number):
                self.draw_down(role, decision.leaves_after)
        for team, role, number in placed:
            for _ in range(number):
                self.open_post(team, role, decision.name)
        for unit in decision.open_unit:
            self.set_open(unit, True)
        for unit in decision.close_unit:
            self.set_open(unit, False)

    def set_open(self, unit, wanted):
        past = [second for second in self.open[unit] if second <= self.now]
        self.open[unit] = past if holds(past, self.now) == wanted else [*past, self.now]
        if unit in self.entered:
            self.expect(self.now, STAGE, self.enter_first, unit)

    # ------------------------------------------------------------------------------ the police's return
    def stage(self, unit):
        """The stage in which a unit is, or will be when it opens; None where it has no plan of return."""
        steps = self.plan.returns.get(unit)
        return steps and steps[max(0, len(self.entered[unit]) - 1)]

    def comes(self, kind, unit):
        """Whether an activity comes in the stage in which a unit is."""
        during, stage = self.plan.activities[kind].during, self.stage(unit)
        return not during or (stage is not None and stage.name in during)

    def enter_first(self, unit):
        if not self.over and not self.entered[unit] and self.figures.is_open(unit, self.now):
            self.entered[unit].append(self.now)

    def enter_further(self):
        """At midnight: units enter their next stage where all holds that it asks for."""
        for unit, entered in self.entered.items():
            steps = self.plan.returns[unit]
            if self.over or not entered or len(entered) == len(steps) or entered[-1] == self.now:
                continue
            step = steps[len(entered)]
            number, kind = step.attended or (0, None)
            attended = sum(
                task.kind == kind and task.unit == unit and task.started is not None and task.started >= entered[-1]
                for task in self.work.tasks
            )
            due = self.now >= step.first and self.now >= entered[-1] + step.lasting and attended >= number
            if due and self.work.stands(unit):
                entered.append(self.now)

    def extend(self, length):
        old = self.expiry
        self.set_expiry(length.after(self.plan.start, old))
        for officer in self.deployed():
            if officer.contract != old or officer.tour_end <= old:
                continue
            role = self.plan.roles[officer.post.role]
            if self.now + role.notice <= officer.contract:
                officer.contract = min(officer.tour_end, self.expiry)
                self.replan(officer)
            else:
                officer.too_late = True
                self.seek_successor(officer, officer.contract)
        self.expect(self.now, TRAVEL, self.look_again)

    def placed(self, decision):
        """(team, role, how many) that an expansion opens, in the order of opening."""
        opened = []
        with_unit = [
            name
            for name, team in self.plan.teams.items()
            if team.units and any(post.team == name and post.closed is None for post in self.posts)
        ]
        for key, value in decision.expand.items():
            if isinstance(value, dict):  # {TEAM: {role: n}}
                opened += [(key, role, number) for role, number in value.items()]
            elif isinstance(decision.placed, dict):
                assert sum(decision.placed.values()) == value
                opened += [(team, key, number) for team, number in decision.placed.items()]
            elif decision.placed == "by demand" and any((asked := demand(self, key, self.now, with_unit)).values()):
                opened += [(team, key, number) for team, number in largest_remainder(value, asked).items()]
            elif with_unit:  # evenly; by demand is the same where nothing is asked for
                opened += [(with_unit[i % len(with_unit)], key, 1) for i in range(value)]
        return opened

    def draw_down(self, role, leaves_after):
        """Chooses one post of the role and closes it, now or when its officers have left."""
        open_posts = [p for p in self.posts if p.role == role and p.closed is None and p.closing is None]
        if not open_posts:
            return
        equals = [p for p in open_posts if not p.officers]
        if not equals:

            def falls_vacant(post):
                return max(officer.planned() for officer in post.officers)

            soonest = min(falls_vacant(p) for p in open_posts)
            equals = [p for p in open_posts if falls_vacant(p) == soonest]
        teams = list(self.plan.teams)
        team = max({p.team for p in equals}, key=lambda name: (sum(p.team == name for p in equals), teams.index(name)))
        post = max((p for p in equals if p.team == team), key=lambda p: p.number)
        self.stop(post)
        if not post.officers:
            self.close(post)
            return
        post.closing = self.now + leaves_after
        for officer in post.officers:
            self.replan(officer)

    # ------------------------------------------------------------------------------------------ posts
    def deployed(self):
        return [officer for post in self.posts for officer in post.officers]

    def open_post(self, team, role, decision):
        number = sum(p.team == team and p.role == role for p in self.posts)
        post = Post(team, role, number, self.now, decision)
        self.posts.append(post)
        self.seek(post, self.plan.roles[role].recruitment, None)

    def close(self, post):
        self.stop(post)
        post.closed = self.now

    def stop(self, post):
        if post.search is not None:
            self.end_wait(post.search)
            post.search.state = "stopped"
            post.search = None

    def seek(self, post, stages, relief):
        search = post.search = Search(post, relief)
        search.travel = self.plan.roles[post.role].travel.draw(self.rng)
        search.ready = self.found(stages)
        self.expect(search.ready, READY, self.on_ready, search)

    def found(self, stages):
        """When a search that starts now has somebody ready."""
        second, index, used = self.now, 0, {}
        if any(stage.fails >= 1 for stage in stages):
            return FOREVER
        while index < len(stages) and second < self.plan.horizon:
            stage = stages[index]
            if stage.every is not None:
                second = used[index] = stage.next_date(self.plan.start, second, used.get(index, -FOREVER))
            second += stage.takes.draw(self.rng)
            index = 0 if self.rng.random() < stage.fails else index + 1
        return second

    def on_ready(self, search):
        if search.state == "stages":
            search.state = "held"
            self.hold(search)

    def hold(self, search):
        """He starts when ready, or so that he arrives a handover before the relief."""
        leaves_home = search.ready
        if search.relief is not None:
            handover = self.plan.roles[search.post.role].handover
            leaves_home = max(leaves_home, search.relief - handover - search.travel)
        self.expect(max(self.now, leaves_home), TRAVEL, self.look, search)

    def look(self, search):
        """May he travel now?"""
        if search.state not in ("held", "waiting"):
            return
        if search.state == "held" and search.relief is not None:
            handover = self.plan.roles[search.post.role].handover
            if self.now < search.relief - handover - search.travel:
                return
        role, team = self.plan.roles[search.post.role], self.plan.teams[search.post.team]
        in_time = self.expiry is None or self.now + search.travel + role.minimum_stay <= self.expiry
        if self.consent_at <= self.now and team.deploy_from <= self.now and in_time:
            self.end_wait(search)
            search.state = "travelling"
            self.expect(self.now + search.travel, ARRIVAL, self.arrive, search)
        elif search.state == "held":
            search.state = "waiting"
            search.post.waits.append(self.now)

    def look_again(self):
        for post in self.posts:
            if post.search is not None and post.search.state == "waiting":
                self.look(post.search)

    def end_wait(self, search):
        if search.state == "waiting":
            search.post.waits.append(self.now)

    # --------------------------------------------------------------------------------------- officers
    def arrive(self, search):
        if search.state != "travelling":
            return
        post = search.post
        search.state, post.search = "arrived", None
        role = self.plan.roles[post.role]
        officer = Officer(post, self.now)
        post.officers.append(officer)
        post.past.append(officer)
        officer.tour_end = self.now + role.tour
        if role.leave is not None:
            staggered, away, every = role.leave
            second = self.now + (round((0.5 + self.rng.random()) * every) if staggered else every)
            while second < self.plan.horizon and away + every > 0:
                officer.leave += [second, second + away]
                second += away + every
        officer.sickness = spells(role.sickness, self.now, self.plan.horizon, self.rng)
        if self.plan.activities:
            for second in (self.now + role.induction, *officer.leave, *officer.sickness):
                self.expect(second, CHANGE, self.note)
        officer.contract = min(officer.tour_end, FOREVER if self.expiry is None else self.expiry)
        if role.early is not None:
            stay = (
                round(self.rng.expovariate(role.early)) if isinstance(role.early, float) else role.early.draw(self.rng)
            )
            officer.early = self.now + stay
        self.replan(officer)
        kind, *number = self.plan.begins
        if kind == "deployed" and self.begun is None:
            strength = sum(self.plan.roles[o.post.role].kind == "international" for o in self.deployed())
            if role.kind == "international" and strength >= number[0]:
                self.begin()
        self.plan_question(officer)

    def plan_question(self, officer):
        """He is asked once a tour; on arrival where the time to ask is past."""
        if officer.tour_end < FOREVER:
            asked = officer.tour_end - self.plan.roles[officer.post.role].sought
            if asked <= self.now:
                self.ask(officer, officer.tour_end)
            else:
                self.expect(asked, ASKED, self.ask, officer, officer.tour_end)

    def ask(self, officer, tour_end):
        if officer.left is not None or officer.too_late or officer.tour_end != tour_end:
            return
        role = self.plan.roles[officer.post.role]
        if self.rng.random() < role.stays_on:
            officer.tour_end += role.tour
            officer.contract = min(officer.tour_end, FOREVER if self.expiry is None else self.expiry)
            self.replan(officer)
            self.plan_question(officer)
        else:
            self.seek_successor(officer, officer.tour_end)

    def seek_successor(self, officer, relief):
        """Starts the search for his successor, or moves the relief of the one under way."""
        post = officer.post
        if post.closing is not None:
            return
        if post.search is None:
            if not officer.successor_sought:
                self.seek(post, self.plan.roles[post.role].refill, relief)
        else:
            post.search.relief = relief
            if post.search.state == "held":
                self.hold(post.search)
        officer.successor_sought = True

    def replan(self, officer):
        """Writes down the departure as now planned, and expects it."""
        officer.plans.append((self.now, officer.planned()))
        self.expect(officer.departure(), DEPARTURE, self.depart, officer)
        if self.plan.activities:
            leaves = officer.planned() - self.plan.roles[officer.post.role].checkout
            self.expect(max(self.now, leaves), CHANGE, self.note)

    def depart(self, officer):
        if officer.left is not None or officer.departure() != self.now:
            return
        post = officer.post
        officer.left = self.now
        post.officers.remove(officer)
        if post.closing is not None:
            if not post.officers:
                self.close(post)
        elif post.search is None and not officer.successor_sought:
            self.seek(post, self.plan.roles[post.role].refill, None)
