"""The mandate: consent, the clock's begin, the expiry, and the Council's decisions with their agreement."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from advisory_sim.engine import kernel
from advisory_sim.engine.clock import ARRIVAL, DECISION, REVIEW
from advisory_sim.engine.drawn import Taken
from advisory_sim.record.columns import DAY, NEVER
from advisory_sim.scenario.calendar import duration_from, moment_second

if TYPE_CHECKING:
    from advisory_sim.engine.simulation import Simulation


class Mandate:
    """The Council's side of a mission; `taken` are the decisions of the option, in its order."""

    def __init__(self, mission: Simulation) -> None:
        self.mission, self.env, self.settings = mission, mission.env, mission.settings
        self.plan = self.settings.mandate
        self.taken = self.settings.taken
        self.begun = NEVER
        self.pending = [True] * len(self.taken)
        self.due = [NEVER] * len(self.taken)
        self.effects = [NEVER] * len(self.taken)

    def start(self) -> None:
        """Set the clock and the decisions going, at second 0."""
        begins = self.plan.begins
        if begins.kind == "decision":
            self.begin()
        elif begins.kind == "consent":
            self._then(self.mission.consent, ARRIVAL, self.begin)
        elif begins.moment is not None:
            self._then(moment_second(begins.moment, self.settings.start), ARRIVAL, self.begin)
        if 0 < self.mission.consent < self.mission.horizon:
            self._then(self.mission.consent, ARRIVAL, lambda: self.mission.note("consent"))
        for i, decision in enumerate(self.taken):
            if decision.review is not None:
                self._review(i, decision.review.first)
                self._look_back(i)
            elif decision.moment is not None and decision.moment.kind != "expiry":
                self.due[i] = moment_second(decision.moment, self.settings.start)
                self._then(self.due[i], DECISION + i, self._proposal(i))

    def deployed(self, number: int) -> None:
        """So many international officers are deployed: the clock may begin with them."""
        begins = self.plan.begins
        if begins.kind == "deployed" and number >= begins.number and self.begun == NEVER:
            self.begin()

    def begin(self) -> None:
        """The clock begins: from now on the expiry is known and bounds the contracts in force."""
        mission = self.mission
        self.begun = self.env.now
        mission.begin(duration_from(self.begun, self.plan.length, self.settings.start))
        mission.note("mandate begins")
        self._count_from_expiry()

    def _count_from_expiry(self) -> None:
        """Work out anew when decisions relative to the expiry are proposed; one already past is proposed at once."""
        for i, decision in enumerate(self.taken):
            if self.pending[i] and decision.moment is not None and decision.moment.kind == "expiry":
                assert decision.moment.offset is not None
                before = duration_from(self.mission.expiry, decision.moment.offset, self.settings.start, -1)
                self.due[i] = max(self.env.now, before)
                self._then(self.due[i], DECISION + i, self._proposal(i))

    def _review(self, i: int, day: int) -> None:
        """Look at the measure that a decision waits for, on a day and every so many after it; it fires once."""
        review = self.taken[i].review
        assert review is not None

        def look() -> None:
            value = self.mission.reviewed(review.row, day, review.over)
            if value < review.bound if review.below else value > review.bound:  # what is undefined does not fire
                self._propose(i)
            else:
                self._review(i, day + review.every)

        self._then(day * DAY, DECISION + i, look)

    def _look_back(self, i: int) -> None:
        """Note, while it is today, every day to which a review of a decision will look back."""
        review = self.taken[i].review
        assert review is not None
        if review.over is None:
            return
        day = review.first - review.over
        while day <= 0:
            day += review.every

        def note(day: int) -> None:
            self.mission.note_day(day)
            self._then((day + review.every) * DAY, REVIEW, lambda: note(day + review.every))

        self._then(day * DAY, REVIEW, lambda: note(day))

    def _proposal(self, i: int) -> Callable[[], None]:
        def propose() -> None:
            if self.pending[i] and self.due[i] == self.env.now:
                self.pending[i] = False
                if not (self.taken[i].unless_consent and self.mission.consent <= self.env.now):
                    self._propose(i)

        return propose

    def _propose(self, i: int) -> None:
        decision, luck = self.taken[i], self.settings.luck
        self.mission.note("proposed", decision.name)
        takes = luck.seconds("agreement takes", decision.name, decision.agreement_takes)
        agreed = luck.uniform("agreement", decision.name) < decision.agreement_chance
        if takes == 0:
            self._answer(i, agreed)
        else:
            self._then(self.env.now + takes, DECISION + i, lambda: self._answer(i, agreed))

    def _answer(self, i: int, agreed: bool) -> None:
        decision, mission = self.taken[i], self.mission
        if not agreed:
            mission.note("refused", decision.name)
        elif decision.length is not None and self.begun == NEVER:
            mission.note("without effect", decision.name)
        else:
            self.effects[i] = self.env.now
            mission.note("takes effect", decision.name)
            self._carry_out(i)

    def _carry_out(self, i: int) -> None:
        decision, mission = self.taken[i], self.mission
        if decision.length is not None:
            old = mission.expiry
            mission.expire_at(duration_from(old, decision.length, self.settings.start))
            mission.posts.extend(old)
            self._count_from_expiry()
        cells = self._placed(decision)  # over the teams that are open before any post closes
        for role, number in decision.roles:
            mission.posts.draw_down(role, number, decision.leaves_after)
        if cells:
            mission.posts.open(cells, decision=i)
        if decision.opens or decision.closes:
            mission.change_units(decision.opens, decision.closes)

    def _placed(self, decision: Taken) -> list[int]:
        """The cells in which the posts of an expansion open, one entry a post."""
        settings = self.settings
        cells: list[int] = []
        for team, role, number in decision.posts:
            if team is not None:
                cells += [settings.cell_of[team, role]] * number
                continue
            open_teams = {post.row.team for post in self.mission.posts.all if not post.closed}
            teams = [team for team in settings.teams_with_unit if team in open_teams]
            shares = self._shares(teams, role, number) if decision.placed == "by demand" else None
            if shares is not None:
                cells += [settings.cell_of[t, role] for t, n in zip(teams, shares, strict=True) for _ in range(n)]
            elif teams:
                cells += [settings.cell_of[teams[n % len(teams)], role] for n in range(number)]
        return cells

    def _shares(self, teams: list[int], role: int, number: int) -> list[int] | None:
        """So many posts for each team by the expected officer-time of the role, by largest remainder; None: no work."""
        settings = self.settings
        demand = np.zeros((len(settings.units), len(settings.role_rows)))
        if len(settings.returns):
            self.mission.advance(self.env.now)  # to know in which stage each unit is
        kernel.offered(settings.work, self.mission.count.unit_state, settings.means, demand, self.env.now)
        own = np.zeros(len(settings.teams))
        for unit in range(len(settings.units)):
            serving = settings.teams_of_unit[unit]
            mine = [team for team in serving if team in teams]
            for team in mine:
                own[team] += demand[unit, role] / len(mine)
        weights = own[teams]
        if not teams or weights.sum() <= 0:
            return None
        exact = number * weights / weights.sum()
        shares = np.floor(exact + 1e-9).astype(int)
        remainders = exact - shares
        for place in sorted(range(len(teams)), key=lambda place: (-round(remainders[place], 9), place)):
            if shares.sum() == number:
                break
            shares[place] += 1
        return shares.tolist()

    def _then(self, second: int, priority: int, act: Callable[[], None]) -> None:
        if second <= self.env.now and priority == ARRIVAL:
            act()
        elif second < self.mission.horizon:
            self.env.at(max(second, self.env.now), priority).callbacks.append(lambda _: act())
