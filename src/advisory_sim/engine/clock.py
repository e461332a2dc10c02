"""Whole seconds for SimPy, and the order of things at one instant."""

from __future__ import annotations

from heapq import heappush

from simpy import Environment, Event

# At one instant: departures and closings, then consent, begin and arrivals, then
# looks back for reviews, then reviews and decisions in the option's order.
DEPARTURE, ARRIVAL, REVIEW, DECISION = 1, 2, 3, 4


class Clock(Environment):
    """SimPy's environment, in whole seconds since day 0."""

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
