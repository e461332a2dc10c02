"""How activities come, in every form in which a file may say it."""

from __future__ import annotations

import re
from typing import Annotated, Any, NamedTuple

from pydantic import Field, WithJsonSchema

from advisory_sim.scenario import reading
from advisory_sim.scenario.fields import Setting, reader
from advisory_sim.scenario.quantities import Moment, Rate, Weekdays

OTHERS = "other units"
TIMETABLE, WEIGHTED = ("timetable", "days"), ("rate", "by_hour", "by_weekday")

Rates = tuple[tuple[Moment | None, Rate], ...]  # from a moment on (None: from day 0)


class Timetable(NamedTuple):
    """Times of day at which activities come, and the days on which they do."""

    times: tuple[int, ...]
    days: Weekdays


class Arrivals(Setting):
    """How activities come to each unit: at a rate, or on a timetable."""

    coming: dict[str, Rates | Timetable] = Field(description="by unit; `other units` for those not named, or for all")
    by_hour: tuple[float, ...] | None = Field(None, description="24 weights, scaled to mean 1")
    by_weekday: tuple[float, ...] | None = Field(None, description="7 weights from Monday, scaled to mean 1")

    def at(self, unit: str) -> Rates | Timetable:
        """How they come to a unit; no rate where it is not named."""
        return self.coming.get(unit, self.coming.get(OTHERS, ()))


def only(value: dict[str, Any], allowed: tuple[str, ...]) -> None:
    """Refuse any other key."""
    unknown = next((key for key in value if key not in allowed), None)
    if unknown is not None:
        raise ValueError(f"found a key '{unknown}'{reading.near(unknown, allowed)}; allowed: {', '.join(allowed)}")


def read_timetable(value: dict[str, Any]) -> Timetable:
    only(value, TIMETABLE)
    times = value["timetable"]
    if not isinstance(times, list) or not times:
        raise ValueError(f"found {reading.found(times)}; allowed: a list of times such as [08:00, 14:00]")
    days = reading.read_weekdays(value.get("days", "all"))
    return Timetable(tuple(sorted(reading.read_time(time) for time in times)), days)


def read_coming(value: Any) -> Rates | Timetable:
    """How activities come to one unit: a rate, steps by date, or a timetable."""
    if not isinstance(value, dict):
        return ((None, reading.read_rate(value)),)
    if "timetable" in value:
        return read_timetable(value)
    if any(key in WEIGHTED for key in value):
        raise ValueError("weights by hour or weekday are the same for all units: {rate: {UNIT: ..}, by_hour: [..]}")
    steps = tuple((reading.read_moment(date), reading.read_rate(rate)) for date, rate in value.items())
    if not steps:
        raise ValueError("found no rate")
    return steps


def is_moment(text: str) -> bool:
    return bool(re.match(r"\d{4}-\d|day \d|\d.* after start", text))


def read_weights(value: Any, number: int) -> tuple[float, ...]:
    good = isinstance(value, list) and len(value) == number
    if not good or not all(isinstance(x, int | float) and not isinstance(x, bool) and x >= 0 for x in value):
        raise ValueError(f"found {reading.found(value)}; allowed: a list of {number} weights from 0")
    if sum(value) == 0:
        raise ValueError("the weights are all 0")
    return tuple(float(x) for x in value)


def read_weighted(value: dict[str, Any]) -> Arrivals:
    only(value, WEIGHTED)
    inner = read_arrivals(value["rate"])
    weights = {
        key: read_weights(value[key], number) for key, number in (("by_hour", 24), ("by_weekday", 7)) if key in value
    }
    if weights and any(isinstance(coming, Timetable) for coming in inner.coming.values()):
        raise ValueError("a timetable has its times, and no weights")
    return Arrivals(coming=inner.coming, **weights)


def read_arrivals(value: Any) -> Arrivals:
    """Every form in which a file says how activities come."""
    if isinstance(value, Arrivals):
        return value
    if isinstance(value, dict) and "rate" in value:
        return read_weighted(value)
    if not isinstance(value, dict) or "timetable" in value or (value and all(is_moment(key) for key in value)):
        return Arrivals(coming={OTHERS: read_coming(value)})
    if not value:
        raise ValueError("found no rate")
    return Arrivals(coming={unit: read_coming(inside) for unit, inside in value.items()})


HowTheyCome = Annotated[Arrivals, reader(read_arrivals), WithJsonSchema({"type": ["string", "object"]})]
