"""Durations, moments, shares, rates: frozen values; `str()` gives text that `reading` reads back as the same value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import fsum

DAY = 86_400
UNIT_SECONDS = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": DAY,
    "week": 7 * DAY,
    "month": 30.4375 * DAY,
    "year": 365.25 * DAY,
}
CALENDAR_UNITS = ("month", "year")


@dataclass(frozen=True)
class Between:
    """A number that nobody knows yet: uniform between low and high, or triangular where a likely value is given."""

    low: float
    likely: float | None
    high: float

    @property
    def middle(self) -> float:
        """The likely value, or the mean."""
        return (self.low + self.high) / 2 if self.likely is None else self.likely

    def __str__(self) -> str:
        return f"between({' '.join(plain(x) for x in (self.low, self.likely, self.high) if x is not None)})"


Number = float | Between


def plain(number: float) -> str:
    """A number without needless digits."""
    return repr(int(number)) if number == int(number) else format(Decimal(repr(number)), "f")


def text_of(number: Number) -> str:
    """A number, or a `between`, as the file writes it."""
    return str(number) if isinstance(number, Between) else plain(number)


def lowest(number: Number) -> float:
    """The least that a number may come to."""
    return number.low if isinstance(number, Between) else number


def highest(number: Number) -> float:
    """The most that a number may come to."""
    return number.high if isinstance(number, Between) else number


def middle(number: Number, path: str = "") -> float:
    """The middle of what nobody knows yet; any other number as it is."""
    return number.middle if isinstance(number, Between) else number


class Observed(str):
    """The text of a random duration that names a column of a file, with the column's numbers, the least first."""

    numbers: tuple[float, ...]

    @classmethod
    def of(cls, text: str, numbers: Iterable[float]) -> Observed:
        """A text, and the numbers of the column that it names."""
        observed = cls(text)
        observed.numbers = tuple(sorted(numbers))
        return observed

    @property
    def literal(self) -> str:
        """The same with the numbers in place of the file."""
        return f"empirical({' '.join(map(plain, self.numbers))}){self.rpartition(')')[2]}"


@dataclass(frozen=True)
class Duration:
    """A length of time, fixed (`constant`) or random; the arguments are in `unit`; those of `empirical` rise."""

    kind: str
    args: tuple[Number, ...]
    unit: str

    @property
    def unit_seconds(self) -> float:
        """Seconds of one unit; a month is 30.4375 days and a year 365.25."""
        return UNIT_SECONDS[self.unit]

    @property
    def is_fixed(self) -> bool:
        """Whether nothing about it is anybody's own luck."""
        return self.kind == "constant"

    @property
    def is_calendar(self) -> bool:
        """Whether it counts whole months or years, by the calendar where dates are counted."""
        number = self.args[0]
        return (
            self.is_fixed and self.unit in CALENDAR_UNITS and not isinstance(number, Between) and number == int(number)
        )

    def mean_seconds(self, value=middle) -> float:
        """Mean, with `value(number)` for what is uncertain."""
        args = [value(arg) for arg in self.args]
        weights = {"uniform": (1 / 2, 1 / 2), "triangular": (1 / 3, 1 / 3, 1 / 3), "pert": (1 / 6, 4 / 6, 1 / 6)}
        mean = fsum(args) / len(args) if self.kind == "empirical" else args[0]
        if self.kind in weights:
            mean = sum(weight * arg for weight, arg in zip(weights[self.kind], args, strict=True))
        return mean * self.unit_seconds

    def __str__(self) -> str:
        inside = " ".join(text_of(arg) for arg in self.args)
        unit = self.unit if self.is_fixed and self.args[0] == 1.0 else f"{self.unit}s"
        return f"{inside} {unit}" if self.is_fixed else f"{self.kind}({inside}) {unit}"


@dataclass(frozen=True)
class Size:
    """So many people or places: fixed (`constant`), or a random number of people."""

    kind: str
    args: tuple[Number, ...]

    @property
    def least(self) -> float:
        """The least that it may come to."""
        return lowest(self.args[0])

    @property
    def most(self) -> float:
        """The most that it may come to."""
        return highest(self.args[-1])

    def __str__(self) -> str:
        inside = " ".join(text_of(arg) for arg in self.args)
        return inside if self.kind == "constant" else f"{self.kind}({inside})"


@dataclass(frozen=True)
class Intakes:
    """When classes may start: on the dates of a series, or (without one) as soon as they can."""

    every: Duration | None = None

    def __str__(self) -> str:
        return "as places allow" if self.every is None else f"every {self.every}"


@dataclass(frozen=True)
class Share:
    """A share, 0 to 1."""

    value: Number

    def __str__(self) -> str:
        return text_of(self.value)


@dataclass(frozen=True)
class HalfWidth:
    """What half of an interval may be: in the measure's unit, or in per cent (points of a share, else of a mean)."""

    number: float
    percent: bool

    def __str__(self) -> str:
        return plain(self.number) + "%" * self.percent


@dataclass(frozen=True)
class EarlyDeparture:
    """Leaving before the end: a share a year, or (where `after` is given) a random time after arrival."""

    share_per_year: Share
    after: Duration | None = None

    def __str__(self) -> str:
        return str(self.after) if self.after is not None else f"{self.share_per_year} per year"


@dataclass(frozen=True)
class Moment:
    """A point in time: a `date`, a `day` (from day 0), an offset after the `start`, or before the `expiry`."""

    kind: str
    date: dt.date | None = None
    day: float | None = None
    offset: Duration | None = None

    def __str__(self) -> str:
        if self.kind == "date":
            return str(self.date)
        if self.kind == "day":
            return f"day {plain(self.day or 0)}"
        return f"{self.offset} {'before expiry' if self.kind == 'expiry' else 'after start'}"


@dataclass(frozen=True)
class Begins:
    """What starts the mandate's clock: decision, consent, so many deployed, or a moment."""

    kind: str
    number: int = 1
    moment: Moment | None = None

    def __str__(self) -> str:
        if self.kind == "deployed":
            return "first arrival" if self.number == 1 else f"{self.number} deployed"
        return str(self.moment) if self.kind == "moment" else self.kind


@dataclass(frozen=True)
class Leave:
    """Away for `lasting` after every `every` in the mission; staggered: the first after 0.5 to 1.5 of it."""

    lasting: Duration
    every: Duration
    staggered: bool

    def __str__(self) -> str:
        return f"{'staggered ' if self.staggered else ''}{self.lasting} every {self.every}"


@dataclass(frozen=True)
class Rate:
    """So many in a unit of time, at each unit, or for so many people of it."""

    number: Number
    unit: str
    people: int | None = None

    @property
    def unit_seconds(self) -> float:
        """Seconds of the unit of time."""
        return UNIT_SECONDS[self.unit]

    def __str__(self) -> str:
        per = f" per {self.people} people" if self.people is not None else ""
        return f"{text_of(self.number)} per {self.unit}{per}"


@dataclass(frozen=True)
class DaysOff:
    """So many days in seven."""

    days: int

    def __str__(self) -> str:
        return f"{self.days} in 7"


@dataclass(frozen=True)
class Weekdays:
    """Days of the week, 0 is Monday."""

    days: tuple[int, ...]

    def __str__(self) -> str:
        return " ".join(WEEKDAYS[day] for day in self.days)


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Hours:
    """Hours of the day, in seconds from midnight; they may run past it."""

    from_second: int
    to_second: int

    def __str__(self) -> str:
        return "-".join(
            f"{second // 3600:02d}:{second % 3600 // 60:02d}" for second in (self.from_second, self.to_second)
        )


def time_text(second: int) -> str:
    """08:00."""
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}"
