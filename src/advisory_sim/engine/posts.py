"""The lives of posts: searches for candidates, arrivals, tours, successors, departures, closings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING

import numpy as np
from simpy import Event, Interrupt, Process

from advisory_sim.engine import kernel
from advisory_sim.engine.arrays import RoleRow
from advisory_sim.engine.clock import ARRIVAL, DEPARTURE
from advisory_sim.record.columns import (
    INTERNATIONAL,
    NEVER,
    ROW_ARRIVE,
    ROW_CLOSE,
    ROW_GO,
    ROW_LEAVE,
    ROW_OPEN,
    ROW_PLAN,
    ROW_WAIT,
    WHY_LEFT,
)

if TYPE_CHECKING:
    from advisory_sim.engine.simulation import Simulation

TOUR, CONTRACT, EARLY, CLOSED = (
    WHY_LEFT.index(why) for why in ("end of tour", "end of contract", "early departure", "post closed")
)


class Post:
    """An authorised place in a team, for a role."""

    __slots__ = (
        "cell", "closed", "closing", "held", "index", "number", "officers", "relief", "role", "search", "searches",
        "sought", "team",
    )  # fmt: skip

    def __init__(self, index: int, cell: int, number: int, team: int, role: RoleRow) -> None:
        self.index, self.cell, self.number, self.team, self.role = index, cell, number, team, role
        self.officers: list[Officer] = []  # two during a handover
        self.search: Process | None = None  # the search under way; whoever else it holds stops
        self.sought = False  # whether a search is under way, even one that finds nobody before the horizon
        self.searches = 0
        self.relief = 0  # when the officer sought is to relieve somebody
        self.held = False  # the officer sought has not set out yet
        self.closing = NEVER
        self.closed = False

    @property
    def planned_departure(self) -> int:
        """When the last of its officers will have left, as far as is known."""
        return max(officer.contract for officer in self.officers)


class Officer:
    """A stint: one person on a post from arrival to departure."""

    __slots__ = (
        "contract", "early", "further_tours", "gone", "index", "post", "process", "relieved", "too_late", "tour_ends",
    )  # fmt: skip

    def __init__(self, index: int, post: Post, process: Process, early: int, further_tours: int) -> None:
        self.index, self.post, self.process = index, post, process
        self.early, self.further_tours = early, further_tours
        self.tour_ends = self.contract = NEVER
        self.relieved = False  # a successor is being, or has been, sought
        self.too_late = False  # an extension came too late to hold him
        self.gone = False


class Posts:
    """All posts of the mission, and the processes that fill and empty them."""

    def __init__(self, mission: Simulation) -> None:
        self.mission = mission
        self.env = mission.env
        self.settings = mission.settings
        self.all: list[Post] = []
        self.opened_by: list[int] = []  # a decision's place in the option, or -1
        self.numbers = [0] * len(self.settings.cells)
        self.stints = 0
        self.deployed = 0  # international staff
        self.extended = Event(self.env)  # the next extension to take effect
        self.write = mission.journal.extend

    # ---- opening and closing

    def open(self, cells: Iterable[int], decision: int = -1) -> None:
        """Open posts, one for each cell named, and start to fill them."""
        opened = []
        for cell in cells:
            row = self.settings.cell_rows[cell]
            post = Post(len(self.all), cell, self.numbers[cell], row.team, self.settings.role_rows[row.role])
            self.numbers[cell] += 1
            self.all.append(post)
            self.opened_by.append(decision)
            self.write((self.env.now, ROW_OPEN, post.index, cell, post.number))
            opened.append(post)
        for post, life in zip(opened, self._lives(opened), strict=True):
            self._start(post, life, 0)

    def draw_down(self, role: int, number: int, leaves_after: int) -> None:
        """Close posts of a role: vacant ones first, then those whose planned departure is soonest."""
        for _ in range(number):
            candidates = [
                post
                for post in self.all
                if not post.closed and post.closing == NEVER and self.settings.cell_rows[post.cell].role == role
            ]
            if not candidates:
                return
            self._close_in(self._next_to_close(candidates), leaves_after)

    def _next_to_close(self, posts: list[Post]) -> Post:
        soonest = min(-1 if not post.officers else post.planned_departure for post in posts)
        equals = [post for post in posts if (-1 if not post.officers else post.planned_departure) == soonest]
        in_team = Counter(post.team for post in equals)
        return max(equals, key=lambda post: (in_team[post.team], post.team, post.number))

    def _close_in(self, post: Post, leaves_after: int) -> None:
        post.search, post.sought = None, False
        if not post.officers or leaves_after == 0:
            self._close(post)
            return
        post.closing = self.env.now + leaves_after
        for officer in post.officers:
            self._plan(officer)
        if post.closing < self.mission.horizon:
            self.env.at(post.closing, DEPARTURE).callbacks.append(lambda _: self._close(post))

    def _close(self, post: Post) -> None:
        if post.closed:
            return
        for officer in list(post.officers):
            self._leave(officer, CLOSED)
        post.closed = True
        post.search, post.sought = None, False
        self.write((self.env.now, ROW_CLOSE, post.index, 0, 0))

    # ---- searching

    def _lives(self, posts: list[Post]) -> list[list[int]]:
        """What each post's next candidate will do: when ready, travel time, early departure after, further tours."""
        whom = np.array([(post.cell, post.number, post.searches) for post in posts], np.int64).reshape(-1, 3)
        lives = np.empty((len(posts), 4), np.int64)
        kernel.searches(self.settings.for_searches, whom, self.env.now, self.mission.horizon, lives)
        return lives.tolist()

    def _start(self, post: Post, life: list[int], relief: int) -> None:
        post.searches += 1
        post.relief = relief
        post.sought, post.held = True, False
        if life[0] < NEVER:
            post.search = Process(self.env, self._search(post, post.searches - 1, *life))

    def _seek(self, post: Post, relief: int) -> None:
        if not post.closed and post.closing == NEVER:
            self._start(post, self._lives([post])[0], relief)

    def _search(
        self, post: Post, search: int, ready: int, travel: int, early: int, further_tours: int
    ) -> Generator[Event, None, None]:
        """From the start of a search to the departure of the officer whom it finds."""
        env, role, mission = self.env, post.role, self.mission
        me = env.active_process
        post.held = True
        # He sets out when ready, but to relieve somebody no earlier than it takes to be there for the handover.
        while (sets_out := max(ready, post.relief - role.handover - travel)) > env.now:
            try:
                yield env.at(sets_out, ARRIVAL)
            except Interrupt:  # the relief has moved
                continue
        if post.search is not me:
            return
        post.held = False
        gate = max(mission.consent, self.settings.deploy_from[post.team])
        if gate > env.now or not mission.worth_travelling(travel, role.minimum_stay):
            self.write((env.now, ROW_WAIT, post.index, 0, 0))
            if gate >= mission.horizon:
                return
            if gate > env.now:
                yield env.at(gate, ARRIVAL)
            while not mission.worth_travelling(travel, role.minimum_stay):
                yield self.extended
            if post.search is not me:
                return
            self.write((env.now, ROW_GO, post.index, 0, 0))
        if travel:
            yield env.at(env.now + travel, ARRIVAL)
            if post.search is not me:
                return
        post.search, post.sought = None, False
        yield from self._stay(self._arrive(post, search, early, further_tours))

    # ---- staying

    def _arrive(self, post: Post, search: int, early: int, further_tours: int) -> Officer:
        now = self.env.now
        assert self.env.active_process is not None
        officer = Officer(self.stints, post, self.env.active_process, now + early, further_tours)
        if post.role.tour:
            officer.tour_ends = now + post.role.tour
        officer.contract = min(officer.tour_ends, self.mission.expiry)
        self.stints += 1
        post.officers.append(officer)
        self.write((now, ROW_ARRIVE, post.index, officer.index, search))
        self._plan(officer)
        if self.settings.cell_rows[post.cell].counts == INTERNATIONAL:
            self.deployed += 1
            self.mission.mandate.deployed(self.deployed)
        return officer

    def _plan(self, officer: Officer) -> None:
        """Note when he is to leave, as far as is known: he checks out before that."""
        planned = min(officer.contract, officer.post.closing)
        if officer.post.role.checkout:
            self.write((self.env.now, ROW_PLAN, officer.post.index, officer.index, planned))

    def _stay(self, officer: Officer) -> Generator[Event, None, None]:
        env, post, role, horizon = self.env, officer.post, officer.post.role, self.mission.horizon
        while True:
            leaves = min(officer.contract, officer.early)
            asked = NEVER
            if officer.tour_ends < NEVER and not officer.relieved and not officer.too_late:
                asked = max(officer.tour_ends - role.sought, env.now)
            next_step = min(asked, leaves)
            if next_step >= horizon and self.mission.expiry < NEVER:
                return
            if next_step > env.now:
                try:
                    yield env.at(next_step, DEPARTURE) if next_step < horizon else Event(env)
                except Interrupt:  # the clock has begun, and binds his contract
                    continue
                if officer.gone:
                    return
            if env.now == asked and not officer.too_late and not officer.relieved:
                self._ask(officer)
            elif env.now >= min(officer.contract, officer.early):
                break
        why = EARLY if env.now < officer.contract else TOUR if officer.contract == officer.tour_ends else CONTRACT
        self._leave(officer, why)
        if post.closing < NEVER and not post.officers:
            self._close(post)
        elif not post.sought and not officer.relieved:
            self._seek(post, 0)

    def _ask(self, officer: Officer) -> None:
        """Whether he stays on for a further tour; if not, his successor is sought from now."""
        if officer.further_tours > 0:
            officer.further_tours -= 1
            officer.tour_ends += officer.post.role.tour
            officer.contract = min(officer.tour_ends, self.mission.expiry)
            self._plan(officer)
        else:
            officer.relieved = True
            if not officer.post.sought:
                self._seek(officer.post, officer.tour_ends)

    def _leave(self, officer: Officer, why: int) -> None:
        officer.gone = True
        officer.post.officers.remove(officer)
        self.write((self.env.now, ROW_LEAVE, officer.post.index, officer.index, why))
        if self.settings.cell_rows[officer.post.cell].counts == INTERNATIONAL:
            self.deployed -= 1

    # ---- the mandate's end in the contracts

    def bound(self, expiry: int) -> None:
        """The clock has begun: no contract in force runs beyond the expiry."""
        for post in self.all:
            for officer in post.officers:
                if officer.contract > expiry:
                    officer.contract = expiry
                    self._plan(officer)
                    if officer.process is not self.env.active_process:
                        officer.process.interrupt()

    def extend(self, old_expiry: int, new_expiry: int) -> None:
        """An extension takes effect: it holds those whom it reaches in time; the others' successors are sought."""
        now = self.env.now
        for post in self.all:
            for officer in list(post.officers):
                if officer.contract != old_expiry or officer.tour_ends <= old_expiry or officer.too_late:
                    continue
                if now + post.role.notice <= officer.contract:
                    officer.contract = min(officer.tour_ends, new_expiry)
                    self._plan(officer)
                else:
                    officer.too_late = True
                    self._replace_at(officer, officer.contract)
        waiting, self.extended = self.extended, Event(self.env)
        waiting.succeed()

    def _replace_at(self, officer: Officer, relief: int) -> None:
        """Seek who relieves an officer at a date; a search under way for his tour's end is for that date now."""
        post = officer.post
        if not post.sought:
            if not officer.relieved:
                officer.relieved = True
                self._seek(post, relief)
            return
        officer.relieved = True
        if post.relief == officer.tour_ends:
            post.relief = relief
            if post.held and post.search is not None:
                post.search.interrupt()
