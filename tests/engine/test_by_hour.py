"""Sums by hour of the day against a count minute by minute."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from advisory_sim import load, loads, run
from advisory_sim.engine.kernel import tally
from advisory_sim.record.columns import BY_HOUR, DAY, HOUR, ON_DUTY
from advisory_sim.record.record import seconds_by_hour

ROOT = Path(__file__).parents[2]
MOMENT = st.integers(0, 5 * DAY)


@njit
def add_by_hour(table, row, number, since, second):
    """What only compiled code can call."""
    tally.add_by_hour(table, row, number, since, second)


@settings(deadline=None)  # the first call compiles
@given(st.lists(st.tuples(st.integers(1, 60), MOMENT, MOMENT), min_size=1, max_size=5))
def test_sums_by_hour_are_what_each_hour_of_each_day_holds(spells):
    sums, expected = np.zeros((2, BY_HOUR), np.int64), np.zeros(24, np.int64)
    for number, one, other in spells:
        since, until = sorted((one, other))
        add_by_hour(sums, 1, number, since, until)
        for hour in range(5 * 24 + 1):
            overlap = min(until, (hour + 1) * HOUR) - max(since, hour * HOUR)
            expected[hour % 24] += number * max(0, overlap)
    assert (sums[0] == 0).all()
    assert seconds_by_hour(sums[1]).tolist() == expected.tolist()


PLAN = """
format: 1
title: Two shifts
start: 2010-07-22
horizon: 20 days
mandate: {length: 10 days, begins: day 2}
roles: {adviser: {rota: {shifts: [06:00-14:30, 22:00-06:00]}}}
teams: {Osh: {posts: {adviser: 3}}}
activities:
  patrol: {arrivals: {timetable: [10:15], days: mon-sun}, needs: {adviser: 2}, lasting: 90 minutes}
options: {as it is: []}
"""


def test_on_duty_and_demand_of_a_plan_without_chance():
    hours = run(loads(PLAN), replications=1, progress=False).by_hour()
    mission = hours[hours["scope"] == "mission"].set_index("hour")
    # Posts 0 and 2 have the day shift, post 1 the night shift.
    on_duty = [1.0] * 6 + [2.0] * 8 + [1.0] + [0.0] * 7 + [1.0] * 2
    assert mission["on_duty_mean"].tolist() == pytest.approx(on_duty)
    demand = [0.0] * 24
    demand[10], demand[11] = 2 * 45 / 60, 2 * 45 / 60  # 10:15 to 11:45
    assert mission["demand_mean"].tolist() == pytest.approx(demand)


def test_hours_of_the_day_add_up_to_the_mean_on_duty():
    study = run(load(ROOT / "scenarios" / "kyrgyzstan-2010.yaml"), replications=5, progress=False)
    for option in study.options:
        for replication in range(5):
            record = study.replication(option, replication)
            by_cell = record.layout.part(record.over_mandate.totals, "cells")[:, ON_DUTY]
            assert record.on_duty_by_hour.sum(axis=1).tolist() == by_cell.tolist()
