"""The academy as frozen records: places, classes, instructors, applicants, and what it is to reach."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from advisory_sim.scenario import reading
from advisory_sim.scenario.fields import (
    NOTHING,
    ADate,
    AShare,
    People,
    Random,
    Setting,
    Steps,
    read_steps,
    read_whole,
    reader,
    written,
)
from advisory_sim.scenario.quantities import Duration, Intakes, Rate, Share, Size


def by_date(read: Any, what: str, allowed: str) -> tuple[Any, Any]:
    """How a setting is read, and shown to editors, that may differ from a date on."""
    schema = {"type": ["string", "number", "object"], "description": f"{allowed}; or by date, {{2026-03-01: ..}}"}
    return reader(lambda value: read_steps(value, read, what)), WithJsonSchema(schema)


Places = Annotated[Steps[Size], *by_date(reading.read_count, "number of places", reading.COUNT)]
ClassSize = Annotated[Steps[Size], *by_date(reading.read_size, "size", reading.SIZE)]
Course = Annotated[Steps[Duration], *by_date(reading.read_fixed, "course", reading.FIXED)]
Arrivals = Annotated[Steps[Rate], *by_date(reading.read_rate, "rate", reading.RATE)]
Count = Annotated[Size, reader(reading.read_count), written(reading.COUNT, numbers=True)]
Series = Annotated[Intakes, reader(reading.read_intakes), written(reading.INTAKES)]
Number = Annotated[int, reader(read_whole(1, reading.MOST_OF_A_SIZE)), WithJsonSchema({"type": "integer"})]


class Applicants(Setting):
    """Who wants to be a police officer; they wait for a class in the order in which they came."""

    backlog: Count = Field(Size("constant", (0.0,)), description="waiting on day 0")
    arrivals: Arrivals | None = Field(None, description="a rate, or steps by date (0 before the first)")
    groups: dict[str, AShare] = Field({}, description="{name: share}, which add up to 100%; left out: not told apart")


class AcademyTarget(Setting):
    """What the academy should reach; it stands among the targets as `academy`."""

    graduates: Number = Field(description="at least so many")
    by: ADate = Field(description="by the end of this day")


class Academy(Setting):
    """A police school: classes of cadets, in so many places, taught by instructors of the mission."""

    places: Places = Field(description="cadets in course at one time; by date: none before the first")
    class_size: ClassSize = Field(description="cadets who start a class: full classes only; random: each class its own")
    course: Course = Field(description="from a class's start to its end; whole months by the calendar")
    field_training: Random = Field(NOTHING, description="from the course's end to graduation, without a place")
    intakes: Series = Field(Intakes(), description="`every 4 weeks` from day 0, or `as places allow`")
    instructors: dict[str, People] = Field({}, description="held for each class: {role: n}; left out: nobody")
    applicants: Applicants = Field(description="who applies")
    drop_out: AShare = Field(Share(0.0), description="chance of each cadet to leave, at a uniform moment of the course")
    target: AcademyTarget | None = Field(None, description="graduates to reach by a date; left out: none")
