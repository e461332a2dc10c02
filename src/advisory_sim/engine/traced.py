"""A replication told one by one.

The same compiled code runs as in any replication, in steps so short that nothing can both begin and end unseen between
two looks at its state; so the record is that of the untraced replication, to the bit.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from advisory_sim.engine.count import Count, nothing_taught
from advisory_sim.engine.drawn import Drawn
from advisory_sim.engine.kernel import shifts
from advisory_sim.engine.kernel.work import RUNS, WAITS
from advisory_sim.engine.lives import plain, spells
from advisory_sim.engine.officers import Post
from advisory_sim.engine.posts import Posts
from advisory_sim.engine.simulation import Measure, Simulation, simulated
from advisory_sim.record.columns import DAY, LOST, NEVER, SERVED
from advisory_sim.record.trace import Activity, Search, Trace

next_toggle = plain(shifts.next_toggle)


def traced(settings: Drawn, measure: Measure | None = None) -> Trace:
    """One future of a mission, told one by one; the parameters are those of `replicate`."""
    record, simulation = simulated(TracedSimulation, settings, measure, steps=True)
    assert isinstance(simulation, TracedSimulation)
    needs, streams, kinds = settings.work[1], settings.work[3], settings.work[0]
    return Trace(
        record,
        tuple(simulation.searches.values()),
        spells(settings, record),
        tuple(sorted(simulation.count.told, key=lambda one: (one.arrived, one.unit, one.activity))),
        tuple(
            tuple((int(role), int(number)) for role, number in needs[row["needs_first"] : row["needs_last"]])
            for row in streams[:kinds]
        ),
    )


class TracedPosts(Posts):
    """Posts whose searches are noted."""

    mission: TracedSimulation

    def _send(self, posts: list[Post]) -> None:
        super()._send(posts)
        for post in posts:
            key = (post.index, post.searches - 1)
            before = self.mission.searches.get(key)
            begins = self.env.now if before is None else before.begins
            self.mission.searches[key] = Search(
                *key, begins, post.relief, post.ready, post.sets_out, post.travel, NEVER
            )

    def _stop_search(self, post: Post) -> None:
        key = (post.index, post.searches - 1)
        if post.sought:
            self.mission.searches[key] = self.mission.searches[key]._replace(stops=self.env.now)
        super()._stop_search(post)


class TracedCount(Count):
    """A count that looks at the activities after every moment at which one may have come, started or ended."""

    def __init__(
        self, settings: Drawn, items: int = 0, steps: int = 0, taught: Callable[[int], np.ndarray] = nothing_taught
    ) -> None:
        super().__init__(settings, items, steps, taught)
        self.kinds = settings.work[0]
        self.role_rows = settings.for_counting[2].view(np.recarray)
        self.toggle = -1  # when a shift begins or ends next
        self.told: list[Activity] = []
        # What waits or is under way, by the number of its birth: stream, arrived, lasts, state, when that changes.
        self.seen: dict[int, tuple[int, int, int, int, int]] = {}
        self.noted = np.zeros((len(self.stream_state), 2), np.int64)  # served and lost, by stream

    def advance(self, journal: list[int], until: int) -> None:
        """Take in the journal and count, step by step."""
        if not len(self.items):
            super().advance(journal, until)
            return
        while self.now < until and not self.overflow:
            second = min(self._next_of_work(), self._next_of_staff(journal))
            super().advance(journal, min(until, second + 1))
            if second < until:
                self._look(second)

    def _next_of_work(self) -> int:
        """When an activity comes, ends or gives up next."""
        changes = [change for *_, change in self.seen.values()]
        return min(int(self.stream_state["next"].min()), min(changes, default=NEVER))

    def _next_of_staff(self, journal: list[int]) -> int:
        """When the staff of a pool may change next, which may start what waits."""
        if not any(state == WAITS for _, _, _, state, _ in self.seen.values()):
            return NEVER
        units, stints = self.unit_state, self.stints
        changes = [self.now] if self.pool_state["fresh"].any() else []
        changes += journal[:1]
        changes += stints["change"][stints["active"] == 1].tolist() + units["change"].tolist()
        changes += units["opens"][units["open"] == 0].tolist()
        changes.append(-(-self.now // DAY) * DAY)  # at midnights units enter the stages of their return
        if self.toggle < self.now and not self.expired:
            toggles, _, pointer, week, _ = self.shifts
            self.toggle = min(
                (next_toggle(self.role_rows, toggles, pointer, week, p, role) for p, role in np.ndindex(pointer.shape)),
                default=NEVER,
            )  # fmt: skip
        return max(self.now, min([*changes, self.toggle if not self.expired else NEVER]))

    def _look(self, second: int) -> None:
        """Note what has changed at this second."""
        now: dict[int, tuple[int, int, int, int, int]] = {}
        for i in np.flatnonzero(self.items["state"][: self.book[4]]).tolist():
            item = self.items[i]
            now[int(item["born"])] = (
                int(item["stream"]), int(item["arrived"]), int(item["lasts"]), int(item["state"]), int(item["change"])
            )  # fmt: skip
        for born, (stream, _, _, state, _) in now.items():
            if state == RUNS and (born not in self.seen or self.seen[born][3] == WAITS):
                self.noted[stream, 0] += 1
        for born, (stream, arrived, lasts, state, change) in reversed(self.seen.items()):
            if born in now:
                continue
            if state == RUNS:
                self._tell(stream, arrived, change - lasts, change, "done")
            elif change == second and (lasts or self.work_tally[stream, LOST] > self.noted[stream, 1]):
                self._tell(stream, arrived, NEVER, second, "lost")
                self.noted[stream, 1] += 1
            else:  # it lasts no time; where some of a kind are lost at this second, it is the last to come
                self._tell(stream, arrived, second, second, "done")
                self.noted[stream, 0] += 1
        self.seen = dict(sorted(now.items()))
        # What was lost, or done in no time, as soon as it came was never there to be seen.
        unseen = self.work_tally[:, [SERVED, LOST]] - self.noted
        for stream, column in np.argwhere(unseen).tolist():
            for _ in range(int(unseen[stream, column])):
                started = NEVER if column else second
                self._tell(stream, second, started, second, "lost" if column else "done")
        self.noted += unseen

    def end(self) -> None:
        """What is there at the mandate's end, or at the end of what is observed, stays unfinished."""
        for stream, arrived, lasts, state, change in self.seen.values():
            if state == RUNS:
                self._tell(stream, arrived, change - lasts, NEVER, "under way at the end")
            else:
                self._tell(stream, arrived, NEVER, NEVER, "waiting at the end")
        self.seen = {}
        super().end()

    def _tell(self, stream: int, arrived: int, started: int, ended: int, outcome: str) -> None:
        unit, activity = divmod(stream, self.kinds)
        self.told.append(Activity(unit, activity, arrived, started, ended, outcome))


class TracedSimulation(Simulation):
    """A simulation whose searches and activities are noted."""

    count_of, posts_of = TracedCount, TracedPosts
    count: TracedCount

    def __init__(self, settings: Drawn, measure: Measure | None, items: int, steps: int) -> None:
        self.searches: dict[tuple[int, int], Search] = {}
        super().__init__(settings, measure, items, steps)
