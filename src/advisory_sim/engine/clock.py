"""Whole seconds for SimPy, the order of things at one instant, and processes that begin when they are due."""

from __future__ import annotations

from collections.abc import Generator
from heapq import heappop, heappush

from simpy import Environment, Event

# At one instant: departures and closings, then consent, begin and arrivals, then
# looks back for reviews, then reviews and decisions in the option's order.
DEPARTURE, ARRIVAL, REVIEW, DECISION = 1, 2, 3, 4
INTAKE = 2**30  # after all else: an option takes fewer decisions


class Clock(Environment):
    """SimPy's environment, in whole seconds since day 0; it stops at `end`, which may move."""

    now: int = 0  # the present second; a property in SimPy, which is too slow for what is read so often

    def __init__(self, end: int) -> None:
        super().__init__()
        self.end = end

    def at(self, second: int, priority: int) -> Event:
        """An event at a second from the present on, in its order among those of the same second."""
        event = Moment(self)
        self.hold(event, second, priority)
        return event

    def hold(self, event: Event, second: int, priority: int) -> None:
        """Let an event happen at a second: what Environment.schedule does, for a second in place of a delay."""
        heappush(self._queue, (second, priority, next(self._eid), event))  # type: ignore[misc]

    def start(self, life: Generator[Event, None, None], second: int, priority: int) -> None:
        """Start a process at a second."""
        self.hold(Life(life), second, priority)

    def run_to_end(self) -> None:
        """Let everything happen that is due before the end."""
        queue = self._queue
        while queue and queue[0][0] < self.end:
            self.now, _, _, event = heappop(queue)  # type: ignore[assignment]
            self._now = self.now
            callbacks, event.callbacks = event.callbacks, None  # type: ignore[assignment]
            for callback in callbacks:
                callback(event)

    def forget(self) -> None:
        """Let go of what is due after the end."""
        self._queue.clear()


class Moment(Event):
    """An event that is sure to happen."""

    _ok, _value = True, None


class Life(Moment):
    """The beginning of a process that nobody waits for: unlike SimPy's, it ends without an event of its own."""

    def __init__(self, life: Generator[Event, None, None]) -> None:
        self.life = life

    def go_on(self, _: Event | None = None) -> None:
        """Run to the next event to wait for."""
        for event in self.life:
            event.callbacks.append(self.go_on)
            return

    callbacks = (go_on,)  # type: ignore[assignment]  # of the class: one of its own would refer back to it
