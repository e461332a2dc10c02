"""The host's police return to their units in stages: day visits, longer hours, round the clock."""

from __future__ import annotations

import re
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field, WithJsonSchema

from advisory_sim.scenario import reading
from advisory_sim.scenario.fields import STEP, AMoment, HoursOfDay, Setting, named_steps, reader, written
from advisory_sim.scenario.quantities import Duration

MOST_ATTENDED = 1_000_000
AFTER = "12 attended NAME (of an activity), or a duration such as 30 days"


class Attended(NamedTuple):
    """So many activities of a name, attended at a unit."""

    number: int
    activity: str

    def __str__(self) -> str:
        return f"{self.number} attended {self.activity}"


def read_after(value: Any) -> Attended | Duration:
    text = reading.text_from(value, AFTER).strip()
    found = re.fullmatch(r"(\d+) +attended +(\S.*)", text)
    if found is None and "attended" in text:
        raise ValueError(f"found {reading.found(value)}; allowed: {AFTER}")
    if found is None:
        return reading.read_fixed(value)
    if not 1 <= int(found[1]) <= MOST_ATTENDED:
        raise ValueError(f"found {reading.found(value)}; 1 to {MOST_ATTENDED:,} are attended")
    return Attended(int(found[1]), found[2])


After = Annotated[Attended | Duration, reader(read_after), written(AFTER)]


class ReentryStage(Setting):
    """One stage of a return; it begins at 00:00, when all that it asks for holds."""

    name: str = Field("", alias=STEP, exclude=True, json_schema_extra={"hidden": True})
    from_: AMoment | None = Field(None, alias="from", description="not before this moment; of the first: it opens then")
    after: After | None = Field(
        None, description="what is to come since the stage before began: `12 attended NAME`, or `30 days`"
    )
    hours: HoursOfDay | None = Field(
        None, description="hours of the day in which the unit is to be covered; left out: coverage.hours"
    )


def read_reentry_stages(value: Any) -> Any:
    return named_steps(value, lambda body: body if isinstance(body, dict) else {"after": body} if body else {})


def names_reader(what: str) -> Any:
    def read(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not value or not all(isinstance(name, str) for name in value):
            raise ValueError(f"found {reading.found(value)}; allowed: a list of {what}s")
        twice = next((name for name in value if value.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"{what} '{twice}' is named twice")
        return tuple(value)

    return reader(read)


LIST = WithJsonSchema({"type": "array", "items": {"type": "string"}})
StageNames = Annotated[tuple[str, ...], names_reader("stage"), LIST]
ReentryUnits = Annotated[tuple[str, ...], names_reader("unit"), LIST]


class Reentry(Setting):
    """A plan of return that units share."""

    units: ReentryUnits = Field((), description="units that return by it; left out: all that no other plan names")
    stages: Annotated[tuple[ReentryStage, ...], BeforeValidator(read_reentry_stages)] = Field(
        description="from the first, in which units open, to the last, in which they are reintegrated"
    )
