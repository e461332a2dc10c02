"""Types of the records' fields: how each is read from the file, and how an editor is told of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    PlainValidator,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from advisory_sim.scenario import reading
from advisory_sim.scenario.quantities import (
    DAY,
    Begins,
    Duration,
    EarlyDeparture,
    HalfWidth,
    Hours,
    Leave,
    Moment,
    Number,
    Share,
)

MOST_PEOPLE = 100_000
MOST_REPLICATIONS = 1_000_000
LONGEST_HORIZON = 30 * 366 * DAY


T = TypeVar("T")
Steps = tuple[tuple[Moment | None, T], ...]  # from a moment on (None: at all times)


class Setting(BaseModel):
    """A record that refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, arbitrary_types_allowed=True)


def read_steps(value: Any, read: Callable[[Any], T], what: str) -> Steps[T]:
    """One value, or others by date."""
    if not isinstance(value, dict):
        return ((None, read(value)),)
    steps = tuple((reading.read_moment(date), read(inside)) for date, inside in value.items())
    if not steps:
        raise ValueError(f"found no {what}")
    return steps


def reader(read: Callable[[Any], Any]) -> PlainValidator:
    """A validator that says what a `read_..` function says."""

    def validate(value: Any) -> Any:
        try:
            return read(value)
        except ValueError as wrong:
            raise PydanticCustomError("problem", "{sentence}", {"sentence": str(wrong)}) from None

    return PlainValidator(validate)


def written(allowed: str, numbers: bool = False) -> WithJsonSchema:
    """How an editor is told of a quantity."""
    kinds: list[str] | str = ["string", "number"] if numbers else "string"
    return WithJsonSchema({"type": kinds, "description": allowed})


def read_people(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"found {reading.found(value)}; allowed: a whole number of people, 0 to {MOST_PEOPLE:,}")
    if not 0 <= value <= MOST_PEOPLE:
        raise ValueError(f"found {value}; allowed: a whole number of people, 0 to {MOST_PEOPLE:,}")
    return value


def read_text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"found {reading.found(value)}; allowed: text (quote it where it is a number)")
    if not value.isprintable():
        raise ValueError("the text holds a line break or another character that cannot be printed")
    return value.strip()


def one_of(*words: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value in words and isinstance(value, str):
            return value
        hint = reading.near(value, words) if isinstance(value, str) else ""
        raise ValueError(f"found {reading.found(value)}{hint}; allowed: {', '.join(words)}")

    return read


def read_flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"found {reading.found(value)}; allowed: true, false")
    return value


def read_whole(low: int, high: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"found {reading.found(value)}; allowed: a whole number, {low:,} to {high:,}")
        return value

    return read


def read_replications(value: Any) -> int | Literal["auto"]:
    """A number, or `auto`."""
    if value == "auto":
        return "auto"
    try:
        return read_whole(1, MOST_REPLICATIONS)(value)
    except ValueError as wrong:
        hint = reading.near(value, ("auto",)) if isinstance(value, str) else ""
        raise ValueError(str(wrong).replace("; allowed", f"{hint}; allowed") + ", or auto") from None


Text = Annotated[str, reader(read_text), WithJsonSchema({"type": "string"})]
Flag = Annotated[bool, reader(read_flag), WithJsonSchema({"type": "boolean"})]
People = Annotated[int, reader(read_people), WithJsonSchema({"type": "integer", "minimum": 0, "maximum": MOST_PEOPLE})]
Random = Annotated[Duration, reader(reading.read_duration), written(reading.RANDOM)]
Fixed = Annotated[Duration, reader(reading.read_fixed), written(reading.FIXED)]
BeforeTourEnd = Annotated[Duration, reader(reading.read_before_tour_end), written("60 days before tour end")]
AShare = Annotated[Share, reader(reading.read_share), written(reading.SHARE, numbers=True)]
Money = Annotated[Number, reader(reading.read_number), written(reading.NUMBER, numbers=True)]
Early = Annotated[EarlyDeparture, reader(reading.read_early_departure), written(reading.EARLY)]
AMoment = Annotated[Moment, reader(reading.read_moment), written(reading.MOMENT)]
ADate = Annotated[dt.date, reader(reading.read_date), WithJsonSchema({"type": "string", "format": "date"})]
BeginsAt = Annotated[Begins, reader(reading.read_begins), written(reading.BEGINS)]
LeaveRule = Annotated[Leave, reader(reading.read_leave), written(reading.LEAVE)]
Replications = Annotated[
    int | Literal["auto"],
    reader(read_replications),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1, "maximum": MOST_REPLICATIONS}, {"const": "auto"}]}),
]
AHalfWidth = Annotated[HalfWidth, reader(reading.read_half_width), written(reading.HALF_WIDTH, numbers=True)]
HoursOfDay = Annotated[Hours, reader(reading.read_hours), written(reading.HOURS)]

STEP = "(step)"  # where a step's name is put; no file can hold this key without being told


def named_steps(value: Any, body: Callable[[Any], Any]) -> list[Any]:
    """[{call: ..}, {selection: ..}] -> the steps' bodies with their names under STEP.

    Parameters
    ----------
    body
        From what stands under a step's name to its mapping.
    """

    def refused(sentence: str) -> PydanticCustomError:
        return PydanticCustomError("problem", "{sentence}", {"sentence": sentence})

    if not isinstance(value, list):
        raise refused(f"found {reading.found(value)}; allowed: a list of steps, [{{name: duration}}, ..]")
    steps = []
    for item in value:
        if not isinstance(item, dict) or len(item) != 1:
            raise refused(
                f"found {reading.found(item)}; each step is one name with its duration or settings, {{name: 10 days}}"
            )
        ((name, inside),) = item.items()
        steps.append({**body(inside), STEP: name})
    names = [step[STEP] for step in steps]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise refused(f"two steps have the name '{twice}'")
    return steps


NOTHING = Duration("constant", (0.0,), "day")


def word(*words: str) -> Any:
    """A setting that takes one of a few words."""
    return Annotated[str, reader(one_of(*words)), WithJsonSchema({"type": "string", "enum": list(words)})]
