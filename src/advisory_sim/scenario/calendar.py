"""The calendar: seconds since day 0 <-> dates; whole months and years between dates."""

from __future__ import annotations

import calendar
import datetime as dt

from advisory_sim.scenario.quantities import DAY, Between, Duration, Moment, middle


def whole(seconds: float) -> int:
    """The nearest whole second."""
    return int(seconds + 0.5)


def add_months(second: int, months: int, start: dt.date) -> int:
    """The same day of the month (or its last) and time of day, so many months on.

    Parameters
    ----------
    second
        Seconds since day 0, 00:00.
    months
        May be negative.
    start
        The date of day 0.
    """
    days, rest = divmod(second, DAY)
    date = start + dt.timedelta(days=days)
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    day = min(date.day, calendar.monthrange(year, month + 1)[1])
    return (dt.date(year, month + 1, day) - start).days * DAY + rest


def duration_from(second: int, duration: Duration, start: dt.date, sign: int = 1) -> int:
    """A fixed duration after a moment (before it where `sign` is -1); whole months and years by the calendar.

    Returns
    -------
    int
        Seconds since day 0.
    """
    number = duration.args[0]
    assert not isinstance(number, Between)
    if duration.is_calendar:
        return add_months(second, sign * int(number) * (12 if duration.unit == "year" else 1), start)
    return second + sign * whole(number * duration.unit_seconds)


def moment_second(moment: Moment, start: dt.date) -> int:
    """A moment that does not depend on the expiry, in seconds since day 0."""
    if moment.kind == "date":
        assert moment.date is not None
        return (moment.date - start).days * DAY
    if moment.kind == "day":
        assert moment.day is not None
        return whole(moment.day * DAY)
    assert moment.offset is not None
    return duration_from(0, moment.offset, start)


def at_middle(duration: Duration) -> Duration:
    """A fixed duration with the middle of what is uncertain."""
    return Duration(duration.kind, tuple(middle(arg) for arg in duration.args), duration.unit)
