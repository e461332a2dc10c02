"""Whole seconds for SimPy, and the order of things at one instant."""

from __future__ import annotations

from collections.abc import Generator
from heapq import heappush

from simpy import Environment, Event, Process

# At one instant: departures and closings, then consent, begin and arrivals, then
# looks back for reviews, then reviews and decisions in the option's order.
DEPARTURE, ARRIVAL, REVIEW, DECISION = 1, 2, 3, 4


class Clock(Environment):
    """SimPy's environment, in whole seconds since day 0; it stops at `end`, which may move."""

    def __init__(self, end: int) -> None:
        super().__init__()
        self.end = end

    @property
    def now(self) -> int:
        """The present second."""
        return self._now  # type: ignore[return-value]  # whatever is scheduled here is scheduled at a whole second

    def at(self, second: int, priority: int) -> Event:
        """An event at a second from the present on, in its order among those of the same second."""
        event = Event(self)
        event._ok = True
        event._value = None
        # What Environment.schedule does, for a second in place of a delay.
        heappush(self._queue, (second, priority, next(self._eid), event))  # type: ignore[misc]
        return event

    def start(self, life: Generator[Event, None, None], second: int, priority: int) -> Process:
        """A process that begins at a second."""
        return Life(self, life, self.at(second, priority))

    def run_to_end(self) -> None:
        """Let everything happen that is due before the end."""
        queue, step = self._queue, self.step
        while queue and queue[0][0] < self.end:
            step()


class Life(Process):
    """A process that begins with an event of its choice, where SimPy's begins at once with one of its own."""

    def __init__(self, env: Clock, life: Generator[Event, None, None], begin: Event) -> None:
        self.env, self.callbacks = env, []  # what Process.__init__ does, but for the event to begin with
        self._generator = life
        self._target = begin
        begin.callbacks.append(self._resume)
