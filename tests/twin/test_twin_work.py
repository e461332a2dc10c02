"""The twin's activities and rotas against queueing theory and against sums done by hand."""

import random

import pytest

from .reading import DAY, Rota
from .test_twin import assert_mean, plan, values
from .twin import simulate
from .work import largest_remainder


def work(activities, role=None, posts=1, **others):
    return plan(role or {}, posts=posts, activities=activities, **others)


def once(scenario, option=None):
    return simulate(scenario, option, random.Random(1))


def birth_and_death(rate, servers, served, given_up):
    """(mean queue, mean busy) of Poisson arrivals, some servers, exponential service and patience (rates a day)."""
    weights = [1.0]
    for n in range(1, 400):
        out = min(n, servers) * served + max(0, n - servers) * given_up
        weights.append(weights[-1] * rate / out)
    total = sum(weights)
    queue = sum(w * max(0, n - servers) for n, w in enumerate(weights)) / total
    busy = sum(w * min(n, servers) for n, w in enumerate(weights)) / total
    return queue, busy


def test_several_servers_without_patience():
    """M/M/3: the mean wait is the mean queue over the rate of arrivals."""
    scenario = work(
        {"call": {"arrivals": "10 per day", "needs": {"adviser": 1}, "lasting": "exponential(5) hours"}},
        posts=3,
        length="400 days",
    )
    queue, busy = birth_and_death(10, 3, 4.8, 0)
    assert_mean(values(scenario, "wait", n=60), queue / 10)
    assert_mean(values(scenario, "utilisation", n=60), busy / 3)


def test_who_does_not_wait_at_all():
    """M/M/2 without a queue: Erlang's loss."""
    call = {"arrivals": "9 per day", "needs": {"adviser": 1}, "lasting": "exponential(4) hours", "patience": "0 hours"}
    scenario = work({"call": call}, posts=2, length="300 days")
    offered = 9 / 6
    blocked = (offered**2 / 2) / (1 + offered + offered**2 / 2)
    assert_mean(values(scenario, "attended", "activity", "call", n=60), 1 - blocked)
    assert set(values(scenario, "wait", n=3)) == {0}


def test_patience_by_chance():
    """M/M/2+M, far more asked than can be done: the lost are the queue times the rate of giving up."""
    call = {
        "arrivals": {"rate": "20 per day"},
        "needs": {"adviser": 1},
        "lasting": "exponential(4) hours",
        "patience": "exponential(6) hours",
    }
    scenario = work({"call": call}, posts=2, length="200 days")
    queue, busy = birth_and_death(20, 2, 6, 4)
    assert_mean(values(scenario, "attended", n=60), 1 - 4 * queue / 20)
    assert_mean(values(scenario, "utilisation", "role", "adviser", n=60), busy / 2)


def test_urgent_ones_go_first():
    """M/M/1 with two priorities that do not interrupt: Cobham's waits."""
    kind = {"arrivals": "3 per day", "needs": {"adviser": 1}, "lasting": "exponential(3) hours"}
    scenario = work({"first": kind, "second": {**kind, "priority": 2}}, length="600 days")
    residual, load = 6 / 8 / 8, 3 / 8  # of what is under way; of each kind
    assert_mean(values(scenario, "wait", "activity", "first", n=80), residual / (1 - load))
    assert_mean(values(scenario, "wait", "activity", "second", n=80), residual / (1 - load) / (1 - 2 * load))


def test_weights_keep_the_mean():
    """Twenty-eight days, four whole weeks: the mean of the rate; the staff are there on Saturdays only in part."""
    arrivals = {"rate": "14 per week", "by_hour": [1] * 12 + [3] * 12, "by_weekday": [1, 1, 1, 1, 1, 9, 0]}
    call = {"arrivals": arrivals, "needs": {"adviser": 1}, "lasting": "0 hours", "patience": "0 hours"}
    scenario = work({"call": call}, length="28 days")
    assert_mean(values(scenario, "served", n=300), 56)
    shifted = work({"call": call}, {"rota": {"shifts": ["12:00-24:00"], "days_off": "5 in 7"}}, length="28 days")
    assert_mean(values(shifted, "served", n=300), 56 * 0.75 * 9 / 14)  # off from Monday to Friday


def test_a_rate_by_dates_and_people():
    call = {
        "arrivals": {"2001-01-11": "2 per day per 1000 people", "2001-01-21": "30 per month"},
        "needs": {"adviser": 1},
        "lasting": "1 hour",
        "patience": "0 hours",
    }
    scenario = work({"call": call}, posts=0, length="50 days", units={"U": {"population": 1500}})
    assert_mean(values(scenario, "lost"), 10 * 3 + 30 * 30 / 30.4375)


def test_what_follows():
    """Every third leads to one more, and that again: 1 / (1 - 1/3) for each."""
    call = {"arrivals": "2 per day", "needs": {"adviser": 1}, "lasting": "1 hour", "follow_up": {"call": "33.3333%"}}
    scenario = work({"call": call}, posts=3, length="200 days")
    assert_mean(values(scenario, "served", n=100), 400 * 1.5)


def test_day_and_night_shifts():
    """The night shift of the fourth post belongs to the day it starts on; its day off is the second of the week."""
    rota = Rota([(8 * 3600, 20 * 3600), (20 * 3600, 32 * 3600)], 1)
    monday = 0
    there = [hour for hour in range(24 * 7) if rota.on_shift(3, hour * 3600, monday)]
    nights = [0, 2, 3, 4, 5, 6]
    hours = {day * 24 + hour for day in (*nights, -1) for hour in range(20, 32)}
    assert there == sorted(hour for hour in hours if 0 <= hour < 24 * 7)
    assert rota.edges(DAY) >= {8 * 3600, 20 * 3600}


def test_he_finishes_first():
    """Two officers by shifts; a long activity keeps the first beyond his shift, and none of the second's is free."""
    role = {"rota": {"shifts": ["08:00-16:00", "16:00-24:00"]}}
    clock = {"needs": {"adviser": 1}}
    scenario = work(
        {
            "long": {**clock, "arrivals": {"timetable": ["15:00"]}, "lasting": "3 hours"},
            "short": {**clock, "arrivals": {"timetable": ["16:30"]}, "lasting": "1 hour"},
        },
        role,
        posts=2,
        length="1 day",
    )
    figures = once(scenario)
    assert figures["wait", "activity", "short", "horizon"] * 24 == pytest.approx(1.5)
    assert figures["utilisation", "role", "adviser", "horizon"] == pytest.approx(4 / 16)
    assert figures["on_duty", "role", "adviser", "horizon"] == pytest.approx(16 / 24)


def test_patience_ends_after_the_queue_is_looked_at():
    """Who can start just when his patience ends starts; what stood in others' way is gone when it is lost."""
    clock = {"needs": {"adviser": 1}, "lasting": "2 hours"}
    scenario = work(
        {
            "first": {**clock, "arrivals": {"timetable": ["08:00"]}},
            "second": {**clock, "arrivals": {"timetable": ["09:00"]}, "patience": "1 hour"},
            "both": {**clock, "arrivals": {"timetable": ["13:00"]}, "needs": {"adviser": 2}, "patience": "2 hours"},
            "last": {**clock, "arrivals": {"timetable": ["14:00"]}},
        },
        length="1 day",
    )
    figures = once(scenario)
    assert figures["wait", "activity", "second", "horizon"] * 24 == pytest.approx(1)
    assert figures["lost", "activity", "both", "horizon"] == 1
    assert figures["wait", "activity", "last", "horizon"] * 24 == pytest.approx(1)


def test_closed_and_suspended_units():
    """Days 0 to 3 closed, day 5 to 7 suspended: lost in one unit, not there in the other."""
    visit = {"arrivals": {"timetable": ["12:00"]}, "needs": {"adviser": 1}, "lasting": "1 hour"}
    unit = {"closed": "until day 3", "suspension": {"gap": "5 days", "lasting": "2 days"}}
    scenario = work(
        {"visit": visit},
        posts=2,
        length="10 days",
        units={"U": {**unit, "lost_when_closed": True}, "V": unit},
        teams={"T": {"units": ["U", "V"], "posts": {"adviser": 2}}},
    )
    figures = once(scenario)
    assert [figures[m, "unit", "U", "horizon"] for m in ("served", "lost")] == [5, 5]
    assert [figures[m, "unit", "V", "horizon"] for m in ("served", "lost")] == [5, 0]


def test_reviews():
    """Attended half: a fortnight after the start one more is there, and from then on all is done."""
    visit = {
        "arrivals": {"timetable": ["12:00", "13:00"]},
        "needs": {"adviser": 1},
        "lasting": "2 hours",
        "patience": "30 minutes",
    }
    more = {
        "when": {"measure": "attended", "below": 0.6, "over": "14 days", "every": "7 days"},
        "expand": {"adviser": 1},
    }
    scenario = work({"visit": visit}, length="30 days", decisions={"more": more}, options={"more": ["more"]})
    figures = once(scenario)
    assert figures["served", "mission", "", "horizon"] == 14 + 2 * 16
    assert figures["officer_days", "mission", "", "horizon"] == 30 + 16


def test_largest_remainder():
    assert largest_remainder(5, {"a": 3, "b": 3, "c": 1}) == {"a": 2, "b": 2, "c": 1}
    assert largest_remainder(1, {"a": 1, "b": 1}) == {"a": 1, "b": 0}
