"""The order of things at one instant, for SimPy."""

from __future__ import annotations

from heapq import heappush

from simpy import Environment, Event

# At one instant: departures and closings, then consent, begin and arrivals, then decisions in the option's order.
DEPARTURE, ARRIVAL, DECISION = 1, 2, 3


def at(env: Environment, second: int, priority: int) -> Event:
    """An event at a second of the mission (from the present on), in its order among those of the same second."""
    event = Event(env)
    event._ok = True
    event._value = None
    # What Environment.schedule does, for a second in place of a delay.
    heappush(env._queue, (second, priority, next(env._eid), event))
    return event
