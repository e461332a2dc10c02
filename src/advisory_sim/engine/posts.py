"""The lives of posts: searches for candidates, arrivals, tours, successors, departures, closings."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from simpy import Event

from advisory_sim.engine import kernel
from advisory_sim.engine.clock import ARRIVAL, DEPARTURE, Life, Moment
from advisory_sim.engine.officers import Officer, Post
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


class Arrival(Moment):
    """Whom a search has found is there; `happens` is what that means, the same for all."""

    def __init__(self, happens: tuple[Callable[[Arrival], None]], post: Post, ticket: int) -> None:
        self.callbacks, self.post, self.ticket = happens, post, ticket  # type: ignore[assignment]


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
        self.holders = [0] * len(self.settings.cells)  # those deployed, of each cell
        self.extended = Event(self.env)  # the next extension to take effect
        self.arrival = (self._arrive,)
        self.write = mission.journal.extend

    def forget(self) -> None:
        """Let go of everybody."""
        del self.extended, self.arrival
        for post in self.all:
            post.officers.clear()

    def deployed_in(self, cells: Iterable[int]) -> int:
        """How many of these cells are deployed."""
        return sum(self.holders[cell] for cell in cells)

    # ---- opening and closing

    def open(self, cells: Iterable[int], decision: int = -1) -> None:
        """Open posts, one for each cell named, and start to fill them."""
        settings, numbers, now = self.settings, self.numbers, self.env.now
        opened: list[Post] = []
        journal: list[int] = []
        for index, cell in enumerate(cells, len(self.all)):
            row, number = settings.cell_rows[cell], numbers[cell]
            opened.append(Post(index, cell, number, row, settings.role_rows[row.role]))
            journal += (now, ROW_OPEN, index, cell, number)
            numbers[cell] = number + 1
        self.write(journal)
        self.all += opened
        self.opened_by += [decision] * len(opened)
        self._search(opened, self._candidates(opened, 2), 0)

    def draw_down(self, role: int, number: int, leaves_after: int) -> None:
        """Close posts of a role: vacant ones first, then those whose planned departure is soonest."""
        planned: dict[int, list[Post]] = {}
        for post in self.all:
            if not post.closed and post.closing == NEVER and post.row.role == role:
                departure = max((self._contract(officer) for officer in post.officers), default=-1)
                planned.setdefault(departure, []).append(post)
        turns = (post for departure in sorted(planned) for post in last_of_the_largest(planned[departure]))
        for post in islice(turns, number):
            self._close_in(post, leaves_after)

    def _close_in(self, post: Post, leaves_after: int) -> None:
        self._stop_search(post)
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
        self._stop_search(post)
        self.write((self.env.now, ROW_CLOSE, post.index, 0, 0))

    # ---- searching

    def _candidates(self, posts: list[Post], number: int) -> list[list[int]]:
        """Whom the next search on each post finds, as kernel/search.py draws; for dated stages, as from now.

        With a number of 2, whom the search after that finds is kept with the post: most need no third.
        """
        cells, numbers = [post.cell for post in posts], [post.number for post in posts]
        whom = np.array([cells, numbers, [post.searches for post in posts]], np.int64)
        drawn = np.empty((number, len(posts), 4), np.int64)
        kernel.searches(self.settings.for_searches, whom, self.env.now, self.mission.horizon, drawn)
        spare = drawn[1] if number > 1 else None
        for place, post in enumerate(posts):
            post.spare, post.place = spare, place
        return drawn[0].tolist()

    def _search(self, posts: list[Post], candidates: list[list[int]], relief: int) -> None:
        """Start a search on each post that finds a candidate: one who is to relieve somebody then (0: nobody)."""
        now = self.env.now
        for post, (takes, travel, early, tours) in zip(posts, candidates, strict=True):
            post.travel, post.early, post.tours = travel, early, tours
            post.ready = now + takes
            post.searches += 1
            post.relief = relief
            post.sought = True
        self._send(posts)

    def _seek(self, post: Post, relief: int) -> None:
        if post.closed or post.closing < NEVER:
            return
        if post.spare is None or self.settings.refill_dated[post.row.role]:
            candidates = self._candidates([post], 1)
        else:
            candidates, post.spare = [post.spare[post.place].tolist()], None
        self._search([post], candidates, relief)

    def _send(self, posts: list[Post]) -> None:
        """Let whom the searches find set out when ready, but no earlier than to be there for the handover."""
        env, now, arrival, deploy_from = self.env, self.env.now, self.arrival, self.settings.deploy_from
        horizon, expiry, consent = self.mission.horizon, self.mission.expiry, self.mission.consent
        for post in posts:
            sets_out, travel, role = post.ready, post.travel, post.role
            if post.relief:
                sets_out = max(sets_out, post.relief - role.handover - travel, now)
            post.sets_out = sets_out
            post.ticket = ticket = post.ticket + 1
            if sets_out >= horizon:
                continue
            arrives, gate = sets_out + travel, deploy_from[post.row.team]
            if consent <= sets_out >= gate and arrives + role.minimum_stay <= expiry < NEVER:
                # Unhindered, since an expiry only moves away: he need not be looked at before he arrives.
                if arrives < horizon:
                    env.hold(Arrival(arrival, post, ticket), arrives, ARRIVAL)
            else:
                env.start(self._travel(post, ticket, max(consent, gate)), sets_out, ARRIVAL)

    def _stop_search(self, post: Post) -> None:
        post.ticket += 1
        post.sought = False

    def _travel(self, post: Post, ticket: int, gate: int) -> Generator[Event, None, None]:
        """From when he would set out to his arrival: he travels as soon as he may."""
        env, mission, role, travel = self.env, self.mission, post.role, post.travel
        if post.ticket != ticket:
            return
        if gate > env.now or not mission.worth_travelling(travel, role.minimum_stay):
            self.write((env.now, ROW_WAIT, post.index, 0, 0))
            if gate >= mission.horizon:
                return
            if gate > env.now:
                yield env.at(gate, ARRIVAL)
            while not mission.worth_travelling(travel, role.minimum_stay):
                yield self.extended
            if post.ticket != ticket:
                return
            self.write((env.now, ROW_GO, post.index, 0, 0))
        if travel:
            yield env.at(env.now + travel, ARRIVAL)
        self._arrive(Arrival(self.arrival, post, ticket))

    # ---- staying

    def _arrive(self, arrival: Arrival) -> None:
        """Whom a search has found takes up the post, unless another search was begun; he stays until he leaves."""
        post = arrival.post
        if post.ticket != arrival.ticket:
            return
        env, index, role = self.env, self.stints, post.role
        self.stints = index + 1
        post.sought = False
        officer = Officer(index, post, env.now)
        post.officers.append(officer)
        self.holders[post.cell] += 1
        self.write((env.now, ROW_ARRIVE, post.index, index, post.searches - 1))
        if role.checkout:
            self._plan(officer)
        if post.row.counts == INTERNATIONAL:
            self.deployed += 1
            if self.mission.expiry == NEVER:
                self.mission.mandate.deployed(self.deployed)
        # Most have nothing due before the mandate ends: they need no process.
        officer.rests = officer.looks_to - role.sought >= env.end and officer.early >= env.end
        if not officer.rests:
            Life(self._remain(officer)).go_on()

    def _contract(self, officer: Officer) -> int:
        """The end of his contract, as far as is known."""
        officer.stay_on(self.env.now)
        return min(officer.tour_ends, officer.bound, self.mission.expiry)

    def _plan(self, officer: Officer) -> None:
        """Note when he is to leave: he checks out before that."""
        post = officer.post
        if post.role.checkout:
            planned = min(officer.looks_to, officer.bound, self.mission.expiry, post.closing)
            self.write((self.env.now, ROW_PLAN, post.index, officer.index, planned))

    def _due(self, officer: Officer) -> tuple[int, int]:
        """When he is asked next whether he stays on, and when he leaves if nothing changes."""
        asked = NEVER if officer.relieved or officer.bound < NEVER else officer.looks_to - officer.post.role.sought
        return asked, min(officer.looks_to, officer.early, officer.bound, self.mission.expiry)

    def _remain(self, officer: Officer) -> Generator[Event, None, None]:
        """Until departure: whether he stays on is asked, his successor sought."""
        env, post, ticket = self.env, officer.post, officer.ticket
        while True:
            asked, leaves = self._due(officer)
            step = min(asked, leaves)
            if step > env.now:
                # What is not due before the mandate ends can come about by an extension only.
                if step >= env.end:
                    officer.rests = True
                    return
                yield env.at(step, DEPARTURE)
                if officer.ticket != ticket:
                    return
            elif asked <= env.now:
                self._ask(officer)
            else:
                break
        contract = self._contract(officer)
        self._leave(officer, EARLY if env.now < contract else TOUR if contract == officer.tour_ends else CONTRACT)
        if post.closing < NEVER and not post.officers:
            self._close(post)
        elif not post.sought and not officer.relieved:
            self._seek(post, 0)

    def _go_on(self, officer: Officer) -> None:
        """Look at an officer's stay again, now that the mandate's end has changed."""
        officer.rests = False
        self.env.start(self._remain(officer), self.env.now, DEPARTURE)

    def _ask(self, officer: Officer) -> None:
        """Whether he stays on for a further tour; if not, his successor is sought from now."""
        officer.stay_on(self.env.now)
        if officer.tour_ends - officer.post.role.sought > self.env.now:
            self._plan(officer)
        else:
            officer.relieved = True
            if not officer.post.sought:
                self._seek(officer.post, officer.tour_ends)

    def _leave(self, officer: Officer, why: int) -> None:
        officer.ticket += 1
        officer.post.officers.remove(officer)
        self.holders[officer.post.cell] -= 1
        self.write((self.env.now, ROW_LEAVE, officer.post.index, officer.index, why))
        if officer.post.row.counts == INTERNATIONAL:
            self.deployed -= 1

    # ---- the mandate's end in the contracts

    def bind(self, expiry: int) -> None:
        """The clock has begun: no contract in force runs beyond the expiry."""
        for post in self.all:
            for officer in post.officers:
                if officer.looks_to > expiry:
                    self._plan(officer)
                    officer.ticket += 1
                    self._go_on(officer)

    def extend(self, old_expiry: int) -> None:
        """An extension takes effect: it holds those whom it reaches in time; the others' successors are sought."""
        now = self.env.now
        for post in self.all:
            for officer in list(post.officers):
                officer.stay_on(now)
                if officer.rests:
                    self._go_on(officer)
                if officer.bound < NEVER:
                    continue
                if officer.tour_ends <= old_expiry or now + post.role.notice <= old_expiry:
                    self._plan(officer)
                else:
                    officer.bound = old_expiry
                    self._replace_at(officer, old_expiry)
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
            if self.env.now < post.sets_out:
                self._send([post])


def last_of_the_largest(posts: list[Post]) -> Iterator[Post]:
    """Posts in turn: each time the last one of the team that has most left, of equal teams the later."""
    teams: dict[int, list[Post]] = {}
    for post in posts:  # in order of their numbers
        teams.setdefault(post.row.team, []).append(post)
    largest = [(-len(left), -team) for team, left in teams.items()]
    heapify(largest)
    while largest:
        left, team = heappop(largest)
        yield teams[-team].pop()
        if left + 1:
            heappush(largest, (left + 1, team))
