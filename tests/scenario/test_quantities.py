"""Quantities: their text reads back as the same value; what they mean; the calendar."""

import datetime as dt

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from advisory_sim.scenario import quantities as q
from advisory_sim.scenario import reading
from advisory_sim.scenario.calendar import add_months, at_middle, duration_from, moment_second
from advisory_sim.scenario.quantities import Begins, Between, Duration, EarlyDeparture, Hours, Leave, Moment, Share

DAY = 86_400
START = dt.date(2010, 7, 22)

numbers = st.one_of(
    st.integers(0, 300).map(float),
    st.floats(0, 300, allow_nan=False).map(lambda x: round(x, 3)),
    st.floats(0.001, 300, allow_nan=False),  # below 0.0001 see test_known_gaps.py
)
units = st.sampled_from(["second", "minute", "hour", "day", "week"])


@st.composite
def betweens(draw, values=numbers):
    three = sorted(draw(st.lists(values, min_size=3, max_size=3)))
    if three[0] == three[2]:
        three[0] /= 2
        three[2] += 0.25
    return Between(three[0], draw(st.sampled_from([None, three[1]])), three[2])


maybe_between = st.one_of(numbers, betweens())


@st.composite
def fixed_durations(draw):
    return Duration("constant", (draw(maybe_between),), draw(units))


@st.composite
def random_durations(draw):
    kind = draw(st.sampled_from(list(reading.KINDS)))
    n = len(reading.KINDS[kind])
    if kind in ("exponential", "lognormal"):
        args = [draw(st.floats(0.001, 300).map(lambda x: round(x, 3))) for _ in range(n)]
    else:
        args = sorted(draw(st.lists(numbers, min_size=n, max_size=n)))
    return Duration(kind, tuple(args), draw(units))


dates = st.dates(dt.date(1950, 1, 1), dt.date(2100, 12, 31))
moments = st.one_of(
    dates.map(lambda date: Moment("date", date=date)),
    st.integers(0, 4000).map(lambda day: Moment("day", day=float(day))),
    st.builds(
        lambda kind, n, unit: Moment(kind, offset=Duration("constant", (float(n),), unit)),
        st.sampled_from(["start", "expiry"]), st.integers(0, 60), st.sampled_from(["day", "week", "month", "year"]),
    ),
)  # fmt: skip
parts = st.one_of(st.integers(0, 100).map(lambda n: n / 200), st.floats(0.001, 0.5, allow_nan=False))
shares = st.one_of(parts, parts.map(lambda part: part * 2), betweens(parts)).map(Share)
leaves = st.builds(
    lambda a, b, staggered: Leave(
        Duration("constant", (a,), "day"), Duration("constant", (b,), "day"), staggered
    ),
    st.integers(0, 30).map(float), st.integers(1, 90).map(float), st.booleans(),
)  # fmt: skip
clock = st.integers(0, 24 * 60).map(lambda minute: minute * 60)
hours = (
    st.tuples(clock.filter(lambda s: s < DAY), clock).filter(lambda ends: ends[0] != ends[1]).map(lambda e: Hours(*e))
)


@given(st.one_of(fixed_durations(), random_durations()))
def test_a_duration_reads_back(duration):
    assert reading.read_duration(str(duration)) == duration


@given(fixed_durations())
def test_a_fixed_duration_reads_back(duration):
    assert reading.read_fixed(str(duration)) == duration
    assert (
        reading.read_before_tour_end(f"{duration} before tour end")
        == reading.read_before_tour_end(str(duration))
        == duration
    )


@given(maybe_between)
def test_a_number_reads_back(number):
    assert reading.read_number(q.text_of(number)) == number


@given(shares)
def test_a_share_reads_back(share):
    assert reading.read_share(str(share)) == share


@given(shares.filter(lambda share: q.highest(share.value) < 1))
def test_a_share_a_year_reads_back(share):
    early = EarlyDeparture(share)
    assert reading.read_early_departure(str(early)) == early


@given(random_durations())
def test_an_early_departure_reads_back(duration):
    early = reading.read_early_departure(str(duration))
    assert early.after == duration
    assert str(early) == str(duration)


@given(moments)
def test_a_moment_reads_back(moment):
    assert reading.read_moment(str(moment)) == moment


@given(moments.filter(lambda moment: moment.kind != "expiry"), st.integers(1, 999))
def test_a_begin_reads_back(moment, number):
    for begins in (Begins("moment", moment=moment), Begins("deployed", number), Begins("decision"), Begins("consent")):
        assert reading.read_begins(str(begins)) == begins


@given(leaves)
def test_a_leave_reads_back(leave):
    assert reading.read_leave(str(leave)) == leave


@given(hours)
def test_hours_read_back(some):
    assert reading.read_hours(str(some)) == some


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("45 days", Duration("constant", (45.0,), "day")),
        ("1 day", Duration("constant", (1.0,), "day")),
        ("0.5 days", Duration("constant", (0.5,), "day")),
        ("8 hours", Duration("constant", (8.0,), "hour")),
        ("30 minutes", Duration("constant", (30.0,), "minute")),
        ("6 weeks", Duration("constant", (6.0,), "week")),
        ("pert(5 20 60) days", Duration("pert", (5.0, 20.0, 60.0), "day")),
        ("pert(5, 20, 60) days", Duration("pert", (5.0, 20.0, 60.0), "day")),
        ("pert( 5,20 , 60 )  days", Duration("pert", (5.0, 20.0, 60.0), "day")),
        ("triangular(2 5 9) days", Duration("triangular", (2.0, 5.0, 9.0), "day")),
        ("uniform(1 3) weeks", Duration("uniform", (1.0, 3.0), "week")),
        ("lognormal(30 10) days", Duration("lognormal", (30.0, 10.0), "day")),
        ("exponential(between(2 3 5)) hours", Duration("exponential", (Between(2.0, 3.0, 5.0),), "hour")),
        ("pert(5 between(10 20) 60) days", Duration("pert", (5.0, Between(10.0, None, 20.0), 60.0), "day")),
        ("between(7 14 35) days", Duration("constant", (Between(7.0, 14.0, 35.0),), "day")),
        ("between(3 5) months", Duration("constant", (Between(3.0, None, 5.0),), "month")),
        ("triangular(0.5 1 2) months", Duration("triangular", (0.5, 1.0, 2.0), "month")),
    ],
)
def test_durations_as_planners_write_them(text, value):
    assert reading.read_duration(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10%", 0.1), ("10 %", 0.1), ("2.5%", 0.025), (0.1, 0.1), ("0.1", 0.1), (0, 0.0), (1, 1.0), ("100%", 1.0),
        ("between(15% 40% 65%)", Between(0.15, 0.4, 0.65)), ("between(10 20)%", Between(0.1, None, 0.2)),
        ("between(0.1 0.3)", Between(0.1, None, 0.3)), ("between(10, 15, 20)%", Between(0.1, 0.15, 0.2)),
    ],
)  # fmt: skip
def test_shares_as_planners_write_them(text, value):
    assert reading.read_share(text) == Share(value)


def test_what_a_quantity_knows_of_itself():
    assert Between(2.0, None, 5.0).middle == 3.5
    assert Between(2.0, 3.0, 5.0).middle == 3.0
    assert Duration("constant", (1.0,), "month").unit_seconds == 30.4375 * DAY
    assert Duration("constant", (1.0,), "year").unit_seconds == 365.25 * DAY
    assert reading.read_duration("4 months").is_calendar
    assert not reading.read_duration("4 weeks").is_calendar
    assert not reading.read_duration("between(3 5) months").is_calendar
    assert not reading.read_duration("uniform(3 5) months").is_calendar
    assert reading.read_duration("between(3 5) months").is_fixed
    assert not reading.read_duration("uniform(3 5) months").is_fixed
    assert reading.read_hours("22:00-06:00") == Hours(22 * 3600, 6 * 3600)
    assert reading.read_begins("first arrival") == Begins("deployed", 1)
    assert reading.read_begins("10 deployed") == Begins("deployed", 10)
    assert reading.read_early_departure("6% per year") == EarlyDeparture(Share(0.06))
    with pytest.raises(AttributeError):
        reading.read_hours("22:00-06:00").to_second = 0


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("3 days", 3), ("uniform(2 4) days", 3), ("triangular(1 2 10) days", 13 / 3), ("pert(5 20 60) days", 145 / 6),
        ("exponential(12) hours", 0.5), ("lognormal(30 10) days", 30), ("between(2 3 10) days", 3),
    ],
)  # fmt: skip
def test_means(text, days):
    assert reading.read_duration(text).mean_seconds() == pytest.approx(days * DAY)


@given(dates, st.integers(0, 20 * 366 * DAY), st.integers(-240, 240))
def test_months_go_by_the_calendar(start, second, months):
    begin = dt.datetime.combine(start, dt.time())
    moment = begin + dt.timedelta(seconds=second) + relativedelta(months=months)
    passed = moment - begin
    assert add_months(second, months, start) == passed.days * DAY + passed.seconds


@pytest.mark.parametrize(
    ("start", "months", "day"),
    [
        (dt.date(2010, 7, 22), 4, 123), (dt.date(2001, 1, 31), 1, 28), (dt.date(2004, 1, 31), 1, 29),
        (dt.date(2001, 1, 31), 2, 59), (dt.date(2001, 12, 31), 2, 59), (dt.date(2001, 3, 31), -1, -31),
    ],
)  # fmt: skip
def test_the_31st_becomes_the_months_last_day(start, months, day):
    assert add_months(0, months, start) == day * DAY


def test_the_time_of_day_stays():
    # 31 January, 01:01:01 -> 28 February, 01:01:01, which is day 29 from 30 January
    assert add_months(DAY + 3661, 1, dt.date(2001, 1, 30)) == 29 * DAY + 3661


@pytest.mark.parametrize(
    ("text", "sign", "second"),
    [
        ("45 days", 1, 45 * DAY), ("45 days", -1, -45 * DAY), ("4 months", 1, 123 * DAY), ("1 year", 1, 365 * DAY),
        ("0.5 days", 1, DAY // 2), ("1 month", -1, -30 * DAY), ("2 weeks", 1, 14 * DAY),
    ],
)  # fmt: skip
def test_lengths_from_day_0(text, sign, second):
    assert duration_from(0, reading.read_duration(text), START, sign) == second


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("2010-07-22", 0), ("2010-10-20", 90 * DAY), ("day 45", 45 * DAY), ("day 0.5", DAY // 2),
        ("2 months after start", 62 * DAY), ("30 days after start", 30 * DAY),
    ],
)  # fmt: skip
def test_moments(text, second):
    assert moment_second(reading.read_moment(text), START) == second


def test_the_middle_of_a_range_of_months_is_no_calendar_length():
    length = at_middle(reading.read_duration("between(3 4.5) months"))
    assert duration_from(0, length, START) == round(3.75 * 30.4375 * DAY)
