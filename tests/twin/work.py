"""Activities: what arrives, waits, is begun, is lost; and where an expansion goes by demand."""

import math
from collections import defaultdict

from .reading import DAY


class Task:
    """One activity that arrived."""

    def __init__(self, kind, unit, arrived, place):
        self.kind, self.unit, self.arrived, self.place = kind, unit, arrived, place
        self.started = self.ends = self.lost = None


class Pool:
    """Units and the teams that serve them."""

    def __init__(self, units, teams):
        self.units, self.teams = units, teams
        self.waiting = []  # in the order in which they are looked at
        self.busy = defaultdict(int)


def pools(plan):
    """The pools of a plan; units without a team make pools without staff."""
    found = []
    for name in plan.units:
        teams = [team for team, spec in plan.teams.items() if name in spec.units]
        for pool in found:
            if teams and pool.teams == teams:
                pool.units.append(name)
                break
        else:
            found.append(Pool([name], teams))
    return found


class Work:
    """The activities of one replication; `life` tells the time and who is there."""

    def __init__(self, life):
        self.life, self.plan = life, life.plan
        self.pools = pools(self.plan)
        self.pool_of = {unit: pool for pool in self.pools for unit in pool.units}
        self.tasks = []
        self.left_open = None  # how many waited at the end, by (activity, unit)

    def plan_arrivals(self, rank):
        for kind, activity in self.plan.activities.items():
            for unit, arrivals in activity.arrivals.items():
                for second in arrivals.moments(self.life.rng, self.plan.horizon, self.plan.weekday):
                    self.life.expect(second, rank, self.arrive, kind, unit)

    def stands(self, unit):
        """Whether work may start at a unit now."""
        figures, now = self.life.figures, self.life.now
        return figures.is_open(unit, now) and not figures.is_suspended(unit, now)

    def arrive(self, kind, unit):
        now, activity = self.life.now, self.plan.activities[kind]
        if not self.life.comes(kind, unit):
            return
        stands = self.stands(unit)
        if not stands and not self.plan.units[unit].lost_when_closed:
            return
        place = (
            activity.priority,
            now,
            list(self.plan.activities).index(kind),
            list(self.plan.units).index(unit),
            len(self.tasks),
        )
        task = Task(kind, unit, now, place)
        self.tasks.append(task)
        if self.life.over or not stands:
            task.lost = now
            return
        pool = self.pool_of[unit]
        pool.waiting = sorted([*pool.waiting, task], key=lambda other: other.place)
        if activity.patience is not None:
            self.life.expect_patience(now + activity.patience.draw(self.life.rng), self.give_up, task)

    def give_up(self, task):
        pool = self.pool_of[task.unit]
        if task in pool.waiting:
            pool.waiting.remove(task)
            task.lost = self.life.now

    def look(self):
        for pool in self.pools:
            if pool.waiting:
                self.look_at(pool)

    def look_at(self, pool):
        tallies = self.life.figures.tallies(self.life.now, pool.teams)
        free = {
            role: sum(tally.on_duty for (_, of), tally in tallies.items() if of == role) - pool.busy[role]
            for role in self.plan.roles
        }
        closed = set()
        for task in list(pool.waiting):
            if not self.stands(task.unit):
                continue
            needs = self.plan.activities[task.kind].needs
            too_few = {role for role, number in needs.items() if free[role] < number}
            if too_few or closed & set(needs):
                closed |= too_few
                continue
            for role, number in needs.items():
                free[role] -= number
                pool.busy[role] += number
            pool.waiting.remove(task)
            task.started = self.life.now
            task.ends = self.life.now + self.plan.activities[task.kind].lasting.draw(self.life.rng)
            self.life.expect_end(task.ends, self.end, task)

    def end(self, task):
        pool, activity = self.pool_of[task.unit], self.plan.activities[task.kind]
        for role, number in activity.needs.items():
            pool.busy[role] -= number
        for kind, share in activity.follow_up.items():
            if self.life.rng.random() < share and not self.life.over:
                self.life.expect_follow_up(self.arrive, kind, task.unit)

    def stop(self):
        """The end of the mandate, or of the time that is looked at."""
        if self.left_open is None:
            self.left_open = defaultdict(int)
            for pool in self.pools:
                for task in pool.waiting:
                    self.left_open[task.kind, task.unit] += 1
                pool.waiting = []

    # --------------------------------------------------------------------------------------- measures
    def counts(self, found, window, begin, end):
        """The share attended, how many were served and lost, how many are open, and the mean wait."""
        served, lost, waited, still_open = (defaultdict(int) for _ in range(4))
        still_open |= self.left_open or {}
        for task in self.tasks:
            if task.started is not None and begin <= task.started < end:
                served[task.kind, task.unit] += 1
                waited[task.kind, task.unit] += task.started - task.arrived
            if task.lost is not None and begin <= task.lost < end:
                lost[task.kind, task.unit] += 1
        kinds, units = list(self.plan.activities), list(self.plan.units)
        rows = {("mission", ""): [(kind, unit) for kind in kinds for unit in units]}
        rows |= {("activity", kind): [(kind, unit) for unit in units] for kind in kinds}
        rows |= {("unit", unit): [(kind, unit) for kind in kinds] for unit in units}
        rows |= {("unit-activity", f"{unit}/{kind}"): [(kind, unit)] for kind in kinds for unit in units}
        for row, pairs in rows.items():
            began, gone, wait, still = (
                sum(column[pair] for pair in pairs) for column in (served, lost, waited, still_open)
            )
            found["served", *row, window] = float(began)
            found["lost", *row, window] = float(gone)
            found["open_at_end", *row, window] = float(still)
            found["attended", *row, window] = began / (began + gone) if began + gone else math.nan
            found["wait", *row, window] = wait / began / DAY if began else math.nan

    def utilisation(self, found, window, begin, end, on_duty):
        """Busy over on-duty time; `on_duty` is {(team, role): seconds}."""
        until = min(end, self.life.expiry) if self.life.over else end
        busy = defaultdict(int)
        for task in self.tasks:
            if task.started is not None:
                overlap = max(0, min(task.ends, until) - max(task.started, begin))
                for role, number in self.plan.activities[task.kind].needs.items():
                    busy[id(self.pool_of[task.unit]), role] += number * overlap

        def share(pools_asked, teams, roles):
            there = sum(on_duty[team, role] for team in teams for role in roles)
            worked = sum(busy[id(pool), role] for pool in pools_asked for role in roles)
            return worked / there if there else math.nan

        teams, roles = self.plan.teams, self.plan.roles
        international = [role for role in roles if roles[role].kind == "international"]
        found["utilisation", "mission", "", window] = share(self.pools, teams, international)
        for role in roles:
            found["utilisation", "role", role, window] = share(self.pools, teams, [role])
        for team in teams:
            own = [pool for pool in self.pools if team in pool.teams]
            alone = all(pool.teams == [team] for pool in own)
            found["utilisation", "team", team, window] = share(own, [team], international) if alone else math.nan
            for role in roles:
                value = share(own, [team], [role]) if alone else math.nan
                found["utilisation", "team-role", f"{team}/{role}", window] = value


# ------------------------------------------------------------------------------------------ by demand
def demand(life, role, second, eligible):
    """{team: expected officer-time of the role a day}, shared equally among a unit's teams."""
    plan, found = life.plan, dict.fromkeys(eligible, 0.0)
    for unit in plan.units:
        here = {kind: life.comes(kind, unit) for kind in plan.activities}
        rates = {
            kind: activity.arrivals[unit].a_day(second) if here[kind] and unit in activity.arrivals else 0.0
            for kind, activity in plan.activities.items()
        }
        first = dict(rates)
        for _ in range(100):
            rates = {
                kind: first[kind]
                + sum(
                    other.follow_up.get(kind, 0) * rates[name] for name, other in plan.activities.items() if here[kind]
                )
                for kind in plan.activities
            }
        time = sum(
            rates[kind] * activity.needs.get(role, 0) * activity.lasting.mean()
            for kind, activity in plan.activities.items()
        )
        teams = [team for team in eligible if unit in plan.teams[team].units]
        for team in teams:
            found[team] += time / len(teams)
    return found


def largest_remainder(number, shares):
    """{name: how many} of a number, in proportion to the shares; of equal remainders the first."""
    total = sum(shares.values())
    exact = {name: number * share / total for name, share in shares.items()}
    given = {name: math.floor(value + 1e-9) for name, value in exact.items()}
    order = sorted(exact, key=lambda name: -round(exact[name] - given[name], 9))
    for name in order[: number - sum(given.values())]:
        given[name] += 1
    return given
