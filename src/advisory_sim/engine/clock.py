"""The order of things at one instant, for SimPy."""

from __future__ import annotations

from simpy import Environment, Event

# At one instant: departures and closings, then consent, begin and arrivals, then decisions in the option's order.
DEPARTURE, ARRIVAL, DECISION = 1, 2, 3


def at(env: Environment, second: int, priority: int) -> Event:
    """An event at a second of the mission (from the present on), in its order among those of the same second."""
    event = Event(env)
    event._ok = True
    event._value = None
    env.schedule(event, priority, second - env.now)
    return event
