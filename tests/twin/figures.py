"""What one replication means: the state between two changes, looked at interval by interval."""

import math
from bisect import bisect_right
from collections import defaultdict
from itertools import pairwise

from .reading import DAY, FOREVER

CAUSES = ("waiting", "vacancy", "suspension", "induction", "checkout", "leave", "sickness", "off_shift")
MISSING = math.nan


# A condition is a sorted list of seconds at which it turns on, off, on, off ..
def holds(switches, second):
    return bisect_right(switches, second) % 2 == 1


def absences(officer, role):
    """[(cause, switches)] of one person in the order in which a lost day is counted."""
    until = FOREVER if officer.left is None else officer.left
    checkout = []
    plans = [*officer.plans, (until, None)]
    for (known, departure), (known_until, _) in pairwise(plans):
        starts = max(known, departure - role.checkout)
        if role.checkout and starts < known_until:
            checkout += [starts, known_until]
    return [
        ("induction", [officer.arrived, officer.arrived + role.induction]),
        ("checkout", checkout),
        ("leave", officer.leave),
        ("sickness", officer.sickness),
    ]


def spells(clocks, begin, end, rng):
    """Gap, spell, gap, spell .. from a moment on."""
    switches = []
    if clocks is not None:
        gap, lasting = clocks
        second = begin + gap.draw(rng)
        while second < end:
            recovered = second + lasting.draw(rng)
            switches += [second, recovered]
            second = recovered + gap.draw(rng)
    return switches


class Tally:
    """How many of a team's role are what, at one moment."""

    def __init__(self):
        self.authorised = self.held = self.deployed = self.present = self.on_duty = 0
        self.lost = dict.fromkeys(CAUSES, 0)


class Figures:
    def __init__(self, life):
        self.life, self.plan = life, life.plan

    def hours_of(self, unit, second):
        """The hours in which a unit is looked at at a moment: those of its stage, or everybody's."""
        entered = self.life.entered.get(unit)
        if entered is None:
            return self.plan.hours
        return self.plan.returns[unit][max(0, sum(begun <= second for begun in entered) - 1)].hours

    def in_hours(self, hours, a, b):
        """Seconds between a and b that lie within some hours, stretched to whole days."""
        opens, closes = hours
        length = (closes - opens) % DAY or DAY  # seconds of a day that are looked at

        def until(second):
            days, clock = divmod(second - opens, DAY)
            return days * length + min(clock, length)

        return (until(b) - until(a)) * DAY / length

    # ------------------------------------------------------------------------ the state at one moment
    def withdrawn(self, team, second):
        units = self.plan.teams[team].units
        return bool(units) and all(self.is_open(unit, second) and self.is_suspended(unit, second) for unit in units)

    def is_open(self, unit, second):
        return holds(self.life.open[unit], second)

    def is_suspended(self, unit, second):
        return holds(self.life.suspended[unit], second)

    def tallies(self, second, teams=None):
        """{(team, role): Tally} at a second; of some teams, or of all."""
        found = defaultdict(Tally)
        withdrawn = {team: self.withdrawn(team, second) for team in self.plan.teams}
        for post in self.life.posts:
            if (
                (teams is None or post.team in teams)
                and post.opened <= second
                and (post.closed is None or second < post.closed)
            ):
                self.count_post(found[post.team, post.role], post, withdrawn[post.team], second)
        return found

    def count_post(self, tally, post, withdrawn, second):
        tally.authorised += 1
        officers = [o for o in post.past if o.arrived <= second and (o.left is None or second < o.left)]
        tally.deployed += len(officers)
        if not officers:
            tally.lost["waiting" if holds(post.waits, second) else "vacancy"] += 1
            return
        tally.held += 1
        for officer in officers:
            if withdrawn:
                tally.lost["suspension"] += 1
                continue
            role = self.plan.roles[post.role]
            for cause, switches in absences(officer, role):
                if holds(switches, second):
                    tally.lost[cause] += 1
                    break
            else:
                tally.present += 1
                if role.rota is None or role.rota.on_shift(post.number, second, self.plan.weekday):
                    tally.on_duty += 1
                else:
                    tally.lost["off_shift"] += 1

    def minimum(self, team, tallies):
        """The numbers by role (or by kind, `None` standing for international staff) that a team needs."""
        chosen = self.plan.teams[team].minimum
        chosen = self.plan.minimum if chosen is None else chosen
        if chosen is not None:
            return dict(chosen)
        of_team = {role: tally for (name, role), tally in tallies.items() if name == team}
        strength = sum(t.authorised for role, t in of_team.items() if self.plan.roles[role].kind == "international")
        needed = {
            role: 1 for role, tally in of_team.items() if self.plan.roles[role].kind == "local" and tally.authorised
        }
        needed[None] = max(1, min(2, strength))
        return needed

    def has_minimum(self, team, tallies, given_back=(), count="present"):
        """Whether a team has its minimum, were the days lost to some causes given back."""
        if count == "present":
            given_back = {*given_back, "off_shift"}

        def available(role):
            return sum(
                tally.on_duty + sum(tally.lost[cause] for cause in given_back)
                for (name, of_role), tally in tallies.items()
                if name == team
                and (of_role == role or (role is None and self.plan.roles[of_role].kind == "international"))
            )

        return all(available(role) >= number for role, number in self.minimum(team, tallies).items())

    def covered(self, unit, tallies, second, given_back=()):
        if self.is_suspended(unit, second) and "suspension" not in given_back:
            return False
        return any(
            unit in team.units and self.has_minimum(name, tallies, given_back, self.plan.count)
            for name, team in self.plan.teams.items()
        )

    def why_uncovered(self, unit, tallies, second):
        if self.life.over and second >= self.life.expiry:
            return "no_mandate"
        for number, cause in enumerate(CAUSES, 1):
            if self.covered(unit, tallies, second, CAUSES[:number]):
                return cause
        return "posts"

    # --------------------------------------------------------------------------------- the sums of time
    def fixed_changes(self):
        """What follows from the plan and the units alone: shifts, suspensions, openings."""
        moments = set()
        for role in self.plan.roles.values():
            if role.rota is not None:
                moments |= role.rota.edges(self.plan.horizon)
        for name in self.plan.units:
            moments |= {*self.life.open[name], *self.life.suspended[name], *self.life.entered.get(name, ())}
        return moments

    def changes(self):
        """Every second of the windows at which anything may change."""
        edges = {edge for window in self.windows.values() for edge in window}
        moments = edges | self.fixed_changes()
        for post in self.life.posts:
            moments |= {post.opened, post.closed, *post.waits}
            for officer in post.past:
                moments |= {officer.arrived, officer.left}
                for _, switches in absences(officer, self.plan.roles[post.role]):
                    moments.update(switches)
        return sorted(m for m in moments if m is not None and min(edges) <= m <= max(edges))

    def all(self):
        """{(measure, scope, name, window): value} of the replication."""
        begun, horizon = self.life.begun, self.plan.horizon
        self.windows = {
            "horizon": (0, horizon),
            "mandate": (0, 0) if begun is None else (begun, min(self.life.expiry, horizon)),
        }
        found = self.of_windows()
        self.mandate_and_decisions(found)
        if self.life.school is not None:
            self.life.school.reached(found)
        return found

    def between(self, begin, end):
        """The same at a review, over a window called "review"."""
        self.windows = {"review": (begin, end)}
        return self.of_windows()

    def of_windows(self):
        sums = {window: defaultdict(float) for window in self.windows}
        gaps = {window: defaultdict(float) for window in self.windows}
        longest = {window: defaultdict(float) for window in self.windows}
        moments = self.changes()
        for a, b in pairwise(moments):
            tallies = self.tallies(a)
            state = self.state(a, tallies)
            looked_at = {unit: self.in_hours(self.hours_of(unit, a), a, b) for unit in self.plan.units}
            uncovered = {
                unit: None if self.covered(unit, tallies, a) else self.why_uncovered(unit, tallies, a)
                for unit in self.plan.units
                if self.is_open(unit, a)
            }
            for window, (begin, end) in self.windows.items():
                if not begin <= a < end:
                    continue
                for key, number in state.items():
                    sums[window][key] += number * (b - a)
                for unit, cause in uncovered.items():
                    sums[window]["open", unit] += looked_at[unit]
                    if cause is None:
                        sums[window]["covered", unit] += looked_at[unit]
                        if looked_at[unit]:
                            gaps[window][unit] = 0
                    else:
                        sums[window][cause, unit] += looked_at[unit]
                        gaps[window][unit] += looked_at[unit]
                        longest[window][unit] = max(longest[window][unit], gaps[window][unit])
        found = {}
        for window in self.windows:
            self.strength(found, window, sums[window])
            self.coverage(found, window, sums[window], longest[window])
            found["cost", "mission", "", window] = self.cost(window, sums[window])
            self.returned(found, window)
            if self.life.school is not None:
                self.life.school.counts(found, window, *self.windows[window])
            if self.plan.activities:
                on_duty = defaultdict(int)
                for (what, *pair), seconds in sums[window].items():
                    if what == "on_duty":
                        on_duty[tuple(pair)] = seconds
                self.life.work.counts(found, window, *self.windows[window])
                self.life.work.utilisation(found, window, *self.windows[window], on_duty)
        return found

    def groups(self):
        """{(scope, name): the (team, role) pairs that it adds up}."""
        plan = self.plan
        pairs = [(team, role) for team in plan.teams for role in plan.roles]
        international = [pair for pair in pairs if plan.roles[pair[1]].kind == "international"]
        groups = {("mission", ""): international}
        groups |= {("team", team): [p for p in international if p[0] == team] for team in plan.teams}
        groups |= {("role", role): [p for p in pairs if p[1] == role] for role in plan.roles}
        groups |= {("team-role", "/".join(pair)): [pair] for pair in pairs}
        return groups

    def state(self, second, tallies):
        """{(what, team, role or None): how many} at a second."""
        found = {}
        for (team, role), tally in tallies.items():
            found |= {
                ("authorised", team, role): tally.authorised,
                ("held", team, role): tally.held,
                ("deployed", team, role): tally.deployed,
                ("present", team, role): tally.present,
                ("on_duty", team, role): tally.on_duty,
            }
            found |= {(cause, team, role): number for cause, number in tally.lost.items()}
        for name in self.plan.teams:
            is_open = any(tally.authorised for (team, _), tally in tallies.items() if team == name)
            found["team open", name, None] = int(is_open)
            found["operational", name, None] = int(is_open and self.has_minimum(name, tallies))
        return found

    def strength(self, found, window, sums):
        begin, end = self.windows[window]
        for (scope, name), pairs in self.groups().items():
            total = {
                key: sum(sums[key, team, role] for team, role in pairs)
                for key in ("authorised", "held", "deployed", "present", "on_duty", *CAUSES)
            }

            def put(measure, value, scope=scope, name=name):
                found[measure, scope, name, window] = value

            for measure in ("authorised", "deployed", "present", "on_duty"):
                put(measure, ratio(total[measure], end - begin))
            put("officer_days", total["deployed"] / DAY)
            put("present_days", total["present"] / DAY)
            put("incumbency", ratio(total["held"], total["authorised"]))
            put("vacancy_rate", 1 - ratio(total["held"], total["authorised"]))
            if window == "mandate":
                put("of_paper_strength", ratio(total["present"], total["authorised"]))
            for cause in CAUSES:
                put(f"officer_days_lost_to_{cause}", total[cause] / DAY)
            put("officer_days_lost_to_handover", (total["held"] - total["deployed"]) / DAY)
        shares = []
        for name, team in self.plan.teams.items():
            if team.units:
                share = ratio(sums["operational", name, None], sums["team open", name, None])
                found["operational", "team", name, window] = share
                shares.append(share)
        found["operational", "mission", "", window] = mean(shares)

    def coverage(self, found, window, sums, longest):
        units = self.plan.units
        shares = {unit: ratio(sums["covered", unit], sums["open", unit]) for unit in units}
        opened = [unit for unit in units if sums["open", unit]]
        for unit in units:
            found["covered_days", "unit", unit, window] = sums["covered", unit] / DAY
            found["coverage", "unit", unit, window] = shares[unit]
            found["longest_gap", "unit", unit, window] = longest[unit] / DAY if unit in opened else MISSING
            for cause in (*CAUSES, "posts", "no_mandate"):
                found[f"uncovered_days_lost_to_{cause}", "unit", unit, window] = sums[cause, unit] / DAY
        for cause in (*CAUSES, "posts", "no_mandate"):
            measure = f"uncovered_days_lost_to_{cause}"
            found[measure, "mission", "", window] = sum(found[measure, "unit", unit, window] for unit in units)
        people = {unit: units[unit].population or 0 for unit in opened}
        found["covered_days", "mission", "", window] = sum(sums["covered", unit] for unit in units) / DAY
        found["coverage", "mission", "", window] = mean(shares.values())
        found["population_coverage", "mission", "", window] = ratio(
            sum(people[unit] * shares[unit] for unit in opened), sum(people.values())
        )
        found["worst_unit", "mission", "", window] = min((shares[u] for u in opened), default=MISSING)
        found["longest_gap", "mission", "", window] = max((longest[u] / DAY for u in opened), default=MISSING)

    def cost(self, window, sums):
        begin, end = self.windows[window]
        plan, total = self.plan, 0.0
        for post in self.life.posts:
            role = plan.roles[post.role]
            total += role.per_arrival * sum(begin <= officer.arrived < end for officer in post.past)
        for name, role in plan.roles.items():
            total += role.per_day * sum(sums["deployed", team, name] for team in plan.teams) / DAY
        for name, team in plan.teams.items():
            total += team.per_day * sums["team open", name, None] / DAY
        for decision in plan.decisions:
            effect = self.life.effects[decision.name]
            if effect is not None and begin <= effect < end:
                total += decision.cost
        return total

    def returned(self, found, window):
        """How many units have reached each stage of their return."""
        begin, end = self.windows[window]
        at_last, at_stage = {}, defaultdict(float)
        for unit, steps in self.plan.returns.items():
            entered = self.life.entered[unit]
            for k, step in enumerate(steps):
                time = max(0, end - max(begin, entered[k])) if k < len(entered) else 0
                at_last[unit] = ratio(time, end - begin)
                at_stage[step.name] += at_last[unit]
        for unit, share in at_last.items():
            found["reintegrated", "unit", unit, window] = share
        for name, units in at_stage.items():
            found["at_stage", "stage", name, window] = units
        if at_last:
            found["reintegrated", "mission", "", window] = sum(at_last.values())

    def stages_reached(self, found):
        """When each unit reached each stage of its return, and when so many had reached the last."""
        finished = []
        for unit, steps in self.plan.returns.items():
            entered = [*self.life.entered[unit], *[FOREVER] * len(steps)][: len(steps)]
            finished.append(entered[-1] / DAY)
            for step, second in zip(steps, entered, strict=True):
                found["days_to_stage", "unit-stage", f"{unit}/{step.name}", "horizon"] = second / DAY
        for share in (50, 80, 95) if finished else ():
            reached = min(day for day in finished if sum(d <= day for d in finished) * 100 >= share * len(finished))
            found[f"days_to_reintegrated_{share}", "mission", "", "horizon"] = reached
            found[f"reached_reintegrated_{share}", "mission", "", "horizon"] = float(reached < FOREVER)

    def mandate_and_decisions(self, found):
        life = self.life
        self.stages_reached(found)
        found["mandate_began", "mission", "", "horizon"] = float(life.begun is not None)
        international = [p for p in life.posts if self.plan.roles[p.role].kind == "international"]
        authorised = sum(p.opened == 0 and p.closed != 0 for p in international)
        self.days_to(found, ("mission", ""), international, authorised, 0)
        for decision in self.plan.decisions:
            effect = life.effects[decision.name]
            found["agreed", "decision", decision.name, "horizon"] = float(effect is not None)
            if decision.expand:
                posts = [p for p in life.posts if p.decision == decision.name]
                self.days_to(found, ("decision", decision.name), posts, len(posts), effect)

    def days_to(self, found, row, posts, authorised, since):
        """First time that so many of some posts' people are there; never is infinity, of no posts missing.

        What counts is how many are there once all that happens at an instant has happened: who arrives and
        leaves at the same second was never there.
        """
        steps = sorted(
            (moment, step)
            for post in posts
            for officer in post.past
            for moment, step in ((officer.arrived, 1), (officer.left, -1))
            if moment is not None
        )
        for share in (50, 80, 95):
            reached, there = FOREVER, 0
            for moment, step in steps:
                there += step
                if there * 100 >= share * authorised:
                    reached = (moment - since) / DAY
                    break
            found[f"days_to_{share}", *row, "horizon"] = reached
            found[f"reached_{share}", *row, "horizon"] = float(reached < FOREVER)
            if since is not None and not authorised:
                found[f"days_to_{share}", *row, "horizon"] = MISSING
                found[f"reached_{share}", *row, "horizon"] = MISSING


def ratio(part, whole):
    return part / whole if whole else MISSING


def mean(values):
    """The mean of those that are defined."""
    known = [value for value in values if not math.isnan(value)]
    return ratio(sum(known), len(known))
