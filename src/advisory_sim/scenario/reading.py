"""Text of the file -> quantities.

Each `read_..` takes what the file holds and returns a frozen value, or raises ValueError with a sentence that says what
was found and what is allowed.
"""

from __future__ import annotations

import datetime as dt
import re
from difflib import get_close_matches
from itertools import pairwise
from typing import Any

from advisory_sim.scenario.quantities import (
    CALENDAR_UNITS,
    DAY,
    UNIT_SECONDS,
    WEEKDAYS,
    Begins,
    Between,
    DaysOff,
    Duration,
    EarlyDeparture,
    HalfWidth,
    Hours,
    Intakes,
    Leave,
    Moment,
    Number,
    Observed,
    Rate,
    Share,
    Size,
    Weekdays,
    highest,
    lowest,
    plain,
)

# Names of the arguments of each kind of random duration.
KINDS = {
    "triangular": ("low", "likely", "high"),
    "pert": ("low", "likely", "high"),
    "uniform": ("low", "high"),
    "exponential": ("mean",),
    "lognormal": ("mean", "sd"),
}
LARGEST_NUMBER = 1e12
MOST_OF_A_SIZE = 100_000
LONGEST = 100 * 365.25 * DAY
TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d*)?|\.\d+)|(?P<word>[A-Za-z_]+)|(?P<mark>[(),%]|\S))")


def found(value: Any) -> str:
    """What the file holds, as an error message shows it."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = text if len(text) <= 60 else text[:59] + "…"
    return f"'{text}'"


def near(word: str, allowed: list[str] | tuple[str, ...]) -> str:
    """' (did you mean ..?)' where something allowed is near, else nothing."""
    lower = {name.lower(): name for name in allowed}
    match = get_close_matches(word.lower(), list(lower), 1, 0.6)
    if not match and len(word) > 2:
        match = [name for name in lower if name.startswith(word.lower())][:1]
    return f" (did you mean '{lower[match[0]]}'?)" if match else ""


class Words:
    """The tokens of a quantity's text, one after another."""

    def __init__(self, text: str, allowed: str) -> None:
        self.text, self.allowed, self.at = text, allowed, 0
        self.tokens: list[tuple[str, str]] = []
        place = 0
        while place < len(text.rstrip()):
            match = TOKEN.match(text, place)
            assert match is not None
            self.tokens.append((str(match.lastgroup), match.group(str(match.lastgroup))))
            place = match.end()

    def wrong(self, why: str = "") -> ValueError:
        """The error of this text."""
        return ValueError(f"found {found(self.text)}{'; ' + why if why else ''}; allowed: {self.allowed}")

    def peek(self, kind: str, *words: str) -> str | None:
        """The next token if it is of this kind (and one of these words)."""
        if self.at < len(self.tokens):
            token_kind, token = self.tokens[self.at]
            if token_kind == kind and (not words or token.lower() in words):
                return token
        return None

    def take(self, kind: str, *words: str) -> str | None:
        """The same, and step on."""
        token = self.peek(kind, *words)
        if token is not None:
            self.at += 1
        return token

    def done(self) -> bool:
        return self.at == len(self.tokens)

    def number(self) -> float | None:
        token = self.take("number")
        return None if token is None else float(token)

    def argument(self, percent: bool) -> Number | None:
        """A number or a `between`; where `percent`, each may carry its own %."""
        if self.take("word", "between"):
            args = self.arguments(percent, nested=False)
            if not 2 <= len(args) <= 3:
                raise self.wrong(f"between takes 2 or 3 numbers, not {len(args)}")
            numbers = [arg for arg in args if not isinstance(arg, Between)]
            low, high, likely = numbers[0], numbers[-1], numbers[1] if len(numbers) == 3 else None
            if sorted(numbers) != numbers or low == high:
                raise self.wrong("the numbers of between must rise: between(low high) or between(low likely high)")
            return Between(low, likely, high)
        number = self.number()
        if number is not None and percent and self.take("mark", "%"):
            number /= 100
        return number

    def arguments(self, percent: bool = False, nested: bool = True) -> list[Number]:
        """Arguments in brackets, with blanks or commas between them."""
        if not self.take("mark", "("):
            raise self.wrong("a bracket is missing")
        args: list[Number] = []
        while not self.take("mark", ")"):
            if args:
                self.take("mark", ",")
            if not nested and self.peek("word", "between"):
                raise self.wrong("a between cannot hold another")
            arg = self.argument(percent)
            if arg is None:
                if self.done():
                    raise self.wrong("unbalanced bracket: use blanks, or quote it")
                raise self.wrong(f"'{self.tokens[self.at][1]}' is not a number")
            args.append(arg)
        return args

    def unit(self) -> str:
        word = self.take("word")
        units = list(UNIT_SECONDS)
        if word is None:
            raise self.wrong("the unit is missing")
        singular = word.lower().removesuffix("s")
        if singular not in units:
            raise self.wrong(f"no unit '{word}'{near(word, [unit + 's' for unit in units])}")
        return singular


RANDOM = (
    "a duration such as 45 days, or triangular(a c b), pert(a c b), uniform(a b), exponential(mean), lognormal(mean sd)"
    ", empirical(file.csv column) and a unit; between(a b) or between(a likely b) for a number"
)
FIXED = "a duration such as 45 days, 6 weeks, 4 months or between(3 5) days"
SHARE = "a share such as 10%, 0.1 or between(15% 40% 65%)"
NUMBER = "a number from 0, or between(a b)"
COUNT = "a whole number, or between(a b)"
SIZE = "a whole number, uniform(a b), triangular(a c b), pert(a c b), or between(a b)"
INTAKES = "every 4 weeks, or as places allow"
EARLY = "a share a year such as 6% per year, or a random duration"
HALF_WIDTH = "half of an interval: a number above 0 in the measure's unit, such as 5, or per cent, such as 2%"
MOMENT = "2010-10-20, day 45, 30 days before expiry, or 2 months after start"
BEGINS = f"decision, consent, first arrival, 10 deployed, or a moment ({MOMENT})"
LEAVE = "5 days every 42 days, or staggered 5 days every 42 days"
RATE = "a rate such as 6 per day, 2 per week, between(1 3 6) per day, or 3 per day per 100000 people"
DAYS_OFF = "days off such as 2 in 7"
DAYS = "days of the week such as mon-sat, mon wed fri, or all"
TIME = "a time of day such as 08:00"
HOURS = "hours such as 08:00-24:00"


def text_from(value: Any, allowed: str) -> str:
    """The file's text or number as text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"found {found(value)}; allowed: {allowed}")
    return value if isinstance(value, str) else plain(value)


def _duration(words: Words, fixed: bool) -> Duration:
    kind = words.peek("word")
    if kind is not None and kind.lower() != "between":
        if kind.lower() not in (*KINDS, "empirical"):
            raise words.wrong(f"no kind '{kind}'{near(kind, (*KINDS, 'empirical', 'between'))}")
        if fixed:
            raise words.wrong("it is the same for everybody, so it cannot be random")
        words.take("word")
        kind = kind.lower()
        args = words.arguments() if kind != "empirical" else _observed(words)
        names = KINDS.get(kind, ("values",) * len(args))
        if len(args) != len(names):
            raise words.wrong(
                f"{kind} takes {len(names)} number{'s' * (len(names) > 1)} ({' '.join(names)}), not {len(args)}"
            )
        if kind in ("triangular", "pert", "uniform"):
            for a, b in pairwise(args):
                if lowest(a) > lowest(b) or highest(a) > highest(b):
                    raise words.wrong(f"the numbers of {kind} must rise: {kind}({' '.join(names)})")
        elif kind != "empirical" and lowest(args[0]) <= 0:
            raise words.wrong(f"the mean of {kind} must be above 0")
        result = Duration(kind, tuple(args), words.unit())
    else:
        number = words.argument(percent=False)
        if number is None:
            minus = words.peek("mark", "-") is not None
            raise words.wrong("a duration cannot be negative" if minus else "a number is missing")
        result = Duration("constant", (number,), words.unit())
        if fixed and result.unit in CALENDAR_UNITS and not isinstance(number, Between) and number != int(number):
            raise words.wrong(f"{result.unit}s of a fixed duration are whole: write it in days")
    if max(highest(arg) for arg in result.args) * result.unit_seconds > LONGEST:
        raise words.wrong("longer than 100 years")
    return result


def _observed(words: Words) -> list[Number]:
    """The values of `empirical`, the least first: those of the column that it names, or its arguments."""
    if isinstance(words.text, Observed):
        while not words.take("mark", ")"):
            words.at += 1
        return list(words.text.numbers)
    values = words.arguments()
    if not values or any(isinstance(value, Between) for value in values):
        raise words.wrong("empirical takes the values seen, numbers from 0")
    return sorted(values, key=lowest)


def _complete(words: Words) -> None:
    if not words.done():
        raise words.wrong(f"'{words.tokens[words.at][1]}' is too much")


def read_duration(value: Any, fixed: bool = False) -> Duration:
    """A duration; `fixed`: not a random one."""
    allowed = FIXED if fixed else RANDOM
    words = Words(text_from(value, allowed), allowed)
    result = _duration(words, fixed)
    _complete(words)
    return result


def read_fixed(value: Any) -> Duration:
    """A duration that is nobody's own luck."""
    return read_duration(value, fixed=True)


def read_before_tour_end(value: Any) -> Duration:
    """`60 days before tour end`, or `60 days`."""
    allowed = f"{FIXED}, with or without 'before tour end'"
    words = Words(text_from(value, allowed), allowed)
    result = _duration(words, fixed=True)
    if words.take("word", "before") and not (words.take("word", "tour") and words.take("word", "end")):
        raise words.wrong()
    _complete(words)
    return result


def _share(words: Words, most: float = 1) -> Share:
    number = words.argument(percent=True)
    if number is None:
        minus = words.peek("mark", "-") is not None
        raise words.wrong("a share cannot be negative" if minus else "a number is missing")
    if isinstance(number, Between) and words.take("mark", "%"):
        likely = None if number.likely is None else number.likely / 100
        number = Between(number.low / 100, likely, number.high / 100)
    if highest(number) > most:
        raise words.wrong("a share is at most 100%")
    return Share(number)


def read_share(value: Any) -> Share:
    """A share from 0 to 1."""
    words = Words(text_from(value, SHARE), SHARE)
    share = _share(words)
    _complete(words)
    return share


def read_number(value: Any) -> Number:
    """A number from 0, such as a cost."""
    words = Words(text_from(value, NUMBER), NUMBER)
    number = words.argument(percent=False)
    if number is None:
        minus = words.peek("mark", "-") is not None
        raise words.wrong("it cannot be negative" if minus else "")
    _complete(words)
    if highest(number) > LARGEST_NUMBER:
        raise words.wrong(f"more than {LARGEST_NUMBER:,.0f}")
    return number


def read_size(value: Any, fixed: bool = False) -> Size:
    """So many people, the same for all or (unless `fixed`) a random number within bounds."""
    allowed = COUNT if fixed else SIZE
    words = Words(text_from(value, allowed), allowed)
    kind, kinds = words.peek("word"), () if fixed else ("uniform", "triangular", "pert")
    if kind is None or kind.lower() == "between":
        number = words.argument(percent=False)
        if number is None:
            raise words.wrong("it cannot be negative" if words.peek("mark", "-") else "")
        size = Size("constant", (number,))
    else:
        if kind.lower() not in kinds:
            raise words.wrong(f"no kind '{kind}'{near(kind, (*kinds, 'between'))}")
        words.take("word")
        args, names = words.arguments(), KINDS[kind.lower()]
        if len(args) != len(names):
            raise words.wrong(f"{kind} takes {len(names)} numbers ({' '.join(names)}), not {len(args)}")
        if any(lowest(a) > lowest(b) or highest(a) > highest(b) for a, b in pairwise(args)):
            raise words.wrong(f"the numbers of {kind} must rise: {kind}({' '.join(names)})")
        size = Size(kind.lower(), tuple(args))
    _complete(words)
    if any(not isinstance(arg, Between) and arg != int(arg) for arg in size.args):
        raise words.wrong("people are whole")
    if size.most > MOST_OF_A_SIZE:
        raise words.wrong(f"more than {MOST_OF_A_SIZE:,}")
    return size


def read_count(value: Any) -> Size:
    """So many, the same for all."""
    return read_size(value, fixed=True)


def read_intakes(value: Any) -> Intakes:
    """`every 4 weeks`, `as places allow`."""
    text = text_from(value, INTAKES).strip()
    if text == "as places allow":
        return Intakes()
    words = Words(text, INTAKES)
    if not words.take("word", "every"):
        raise words.wrong()
    every = _duration(words, fixed=True)
    _complete(words)
    return Intakes(every)


def read_half_width(value: Any) -> HalfWidth:
    """`5`, or `2%`."""
    words = Words(text_from(value, HALF_WIDTH), HALF_WIDTH)
    number = words.number()
    percent = words.take("mark", "%") is not None
    if number is None or not 0 < number <= LARGEST_NUMBER or not words.done():
        raise words.wrong()
    return HalfWidth(number, percent)


def read_early_departure(value: Any) -> EarlyDeparture:
    """`6% per year`, or a random duration."""
    text = text_from(value, EARLY)
    words = Words(text, EARLY)
    if re.search(r"\bper\b", text):
        share = _share(words)
        if not (words.take("word", "per") and words.take("word", "year")):
            raise words.wrong()
        _complete(words)
        if highest(share.value) >= 1:
            raise words.wrong("a share a year is below 100%")
        return EarlyDeparture(share)
    if re.search(r"%\s*$", text):
        raise words.wrong("of which time?")
    after = _duration(words, fixed=False)
    _complete(words)
    return EarlyDeparture(Share(0.0), after)


def read_date(value: Any) -> dt.date:
    """A date such as 2010-07-22."""
    text = text_from(value, "a date such as 2010-07-22")
    match = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text)
    if not match:
        raise ValueError(f"found {found(value)}; allowed: a date such as 2010-07-22")
    year, month, day = map(int, match.groups())
    if not 1900 <= year <= 2200:
        raise ValueError(f"found {found(value)}; allowed: a date of the years 1900 to 2200")
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise ValueError(f"found {found(value)}; there is no such date") from None


def read_moment(value: Any) -> Moment:
    """A point in time."""
    text = text_from(value, MOMENT).strip()
    if re.fullmatch(r"\d+-\d+-\d+", text):
        return Moment("date", date=read_date(text))
    words = Words(text, MOMENT)
    if words.take("word", "day"):
        day = words.number()
        if day is None:
            minus = words.peek("mark", "-") is not None
            raise words.wrong("before day 0" if minus else "the number of the day is missing")
        _complete(words)
        if day > LONGEST / DAY:
            raise words.wrong("later than 100 years")
        return Moment("day", day=day)
    if words.peek("number") is None:
        raise words.wrong()
    offset = _duration(words, fixed=True)
    if isinstance(offset.args[0], Between):
        raise words.wrong("a moment cannot be a range")
    before, after = words.take("word", "before"), words.take("word", "after")
    anchor = words.take("word", "expiry") if before else words.take("word", "start") if after else None
    if anchor is None:
        other = words.peek("word")
        anchors = ("expiry",) if before else ("start",) if after else ("before", "after")
        raise words.wrong(f"'{other}' is not known here{near(other, anchors)}" if other else "")
    _complete(words)
    return Moment("expiry" if before else "start", offset=offset)


def read_begins(value: Any) -> Begins:
    """What starts the mandate's clock."""
    text = text_from(value, BEGINS).strip()
    if text in ("decision", "consent"):
        return Begins(text)
    if text == "first arrival":
        return Begins("deployed", 1)
    deployed = re.fullmatch(r"(\d{1,6}) deployed", text)
    if deployed:
        if int(deployed.group(1)) == 0:
            raise ValueError(f"found {found(value)}; at least 1 must be deployed")
        return Begins("deployed", int(deployed.group(1)))
    if not re.search(r"\d", text):
        hint = near(text, ("decision", "consent", "first arrival"))
        raise ValueError(f"found {found(value)}{hint}; allowed: {BEGINS}")
    moment = read_moment(value)
    if moment.kind == "expiry":
        raise ValueError(f"found {found(value)}; the expiry is counted from the begin, not the other way round")
    return Begins("moment", moment=moment)


def read_leave(value: Any) -> Leave:
    """`[staggered] 5 days every 42 days`."""
    words = Words(text_from(value, LEAVE), LEAVE)
    staggered = words.take("word", "staggered") is not None
    other = words.peek("word")
    if other is not None and other.lower() != "between":
        raise words.wrong(f"'{other}' is not known here{near(other, ('staggered',))}")
    lasting = _duration(words, fixed=True)
    if not words.take("word", "every"):
        raise words.wrong()
    every = _duration(words, fixed=True)
    _complete(words)
    if lowest(every.args[0]) == 0:
        raise words.wrong("the time between leaves must be above 0")
    return Leave(lasting, every, staggered)


def read_hours(value: Any) -> Hours:
    """`08:00-24:00`; may run past midnight."""
    text = text_from(value, HOURS)
    match = re.fullmatch(r"\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*", text)
    if match:
        hours = [int(match.group(1)), int(match.group(3))]
        minutes = [int(match.group(2)), int(match.group(4))]
        ends = [hour * 3600 + minute * 60 for hour, minute in zip(hours, minutes, strict=True)]
        if max(minutes) < 60 and max(ends) <= DAY and ends[0] < DAY:
            if ends[0] == ends[1]:
                raise ValueError(f"found {found(value)}; the hours begin and end at the same time")
            return Hours(*ends)
    raise ValueError(f"found {found(value)}; allowed: {HOURS}")


def read_rate(value: Any) -> Rate:
    """`6 per day`, `3 per day per 100000 people`."""
    words = Words(text_from(value, RATE), RATE)
    number = words.argument(percent=False)
    if number is None:
        minus = words.peek("mark", "-") is not None
        raise words.wrong("a rate cannot be negative" if minus else "a number is missing")
    if not words.take("word", "per"):
        raise words.wrong("per which time?")
    unit, people = words.unit(), None
    if words.take("word", "per"):
        inhabitants = words.number()
        if not inhabitants or inhabitants != int(inhabitants) or not words.take("word", "people"):
            raise words.wrong("per how many people?")
        people = int(inhabitants)
    _complete(words)
    if highest(number) > LARGEST_NUMBER:
        raise words.wrong(f"more than {LARGEST_NUMBER:,.0f}")
    return Rate(number, unit, people)


def read_days_off(value: Any) -> DaysOff:
    """`2 in 7`."""
    match = re.fullmatch(r"\s*([0-6])\s+in\s+7\s*", text_from(value, DAYS_OFF))
    if not match:
        raise ValueError(f"found {found(value)}; allowed: {DAYS_OFF}, 0 to 6")
    return DaysOff(int(match.group(1)))


def read_weekdays(value: Any) -> Weekdays:
    """`mon-sat`, `mon wed fri`, `all`."""
    text = text_from(value, DAYS).lower().strip()
    if text == "all":
        return Weekdays(tuple(range(7)))
    days: set[int] = set()
    for part in re.split(r"[,\s]+", text):
        ends = part.split("-")
        if not 1 <= len(ends) <= 2 or any(end not in WEEKDAYS for end in ends):
            raise ValueError(f"found {found(value)}; no day '{part}'{near(part, WEEKDAYS)}; allowed: {DAYS}")
        first, last = WEEKDAYS.index(ends[0]), WEEKDAYS.index(ends[-1])
        days |= {(first + i) % 7 for i in range((last - first) % 7 + 1)}
    return Weekdays(tuple(sorted(days)))


def read_time(value: Any) -> int:
    """`08:00` as seconds from midnight."""
    match = re.fullmatch(r"\s*(\d{1,2}):(\d{2})\s*", text_from(value, TIME))
    if match:
        hour, minute = int(match.group(1)), int(match.group(2))
        if hour < 24 and minute < 60:
            return hour * 3600 + minute * 60
    raise ValueError(f"found {found(value)}; allowed: {TIME}")
