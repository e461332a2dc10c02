"""A traced replication is the untraced one, and what it tells adds up to what was counted."""

from pathlib import Path

import numpy as np
import pytest

import advisory_sim as sim
from advisory_sim.engine.simulation import replicate
from advisory_sim.engine.traced import traced
from advisory_sim.experiment.blocks import compiled
from advisory_sim.experiment.run import make_design
from advisory_sim.measures import reviewed
from advisory_sim.record.columns import (
    CHECKOUT,
    INDUCTION,
    LEAVE,
    LOST,
    OFF_SHIFT,
    ON_DUTY,
    OPEN_AT_END,
    ROW_ARRIVE,
    ROW_LEAVE,
    ROW_OPEN,
    SERVED,
    SICKNESS,
    SUSPENDED,
    WAITED,
)

ROOT = Path(__file__).parents[2]
# Everything that a trace tells: suspensions, a closed unit, rotas, follow-ups, work that takes no time, a draw-down.
BUSY = """\
format: 1
title: busy
start: 2010-07-22
horizon: 4 months
mandate:
  length: 2 months
  begins: first arrival
  consent: {takes: uniform(2 9) days}
roles:
  adviser:
    recruitment: [{call: {every: 20 days, from: day 3, fails: 30%}}, {clearance: uniform(2 9) days}]
    refill: [{second call: uniform(3 9) days}]
    travel: triangular(1 2 4) days
    induction: 2 days
    checkout: 4 days
    tour: 40 days
    stays_on: 40%
    successor_sought: 15 days before tour end
    handover: 2 days
    early_departure: exponential(60) days
    minimum_stay: 10 days
    notice: 10 days
    leave: staggered 3 days every 12 days
    sickness: {gap: exponential(9) days, lasting: uniform(0 3) days}
    rota: {shifts: [06:00-14:00, 14:00-24:00], days_off: 2 in 7}
  driver: {kind: local, recruitment: [{hiring: uniform(1 5) days}]}
units:
  A: {suspension: {gap: exponential(20) days, lasting: uniform(1 5) days}, lost_when_closed: true}
  B: {closed: until day 30}
  C: {suspension: {gap: exponential(20) days, lasting: uniform(1 5) days}}
teams:
  Both: {units: [A, B], posts: {adviser: 5, driver: 1}}
  C: {posts: {adviser: 3, driver: 1}}
activities:
  patrol:
    arrivals: 5 per day
    needs: {adviser: 2, driver: 1}
    lasting: exponential(4) hours
    patience: exponential(5) hours
  report:
    arrivals: {timetable: [09:00, 09:00, 15:00], days: mon-sat}
    needs: {adviser: 1}
    lasting: uniform(0 2) seconds
    patience: 8 hours
    follow_up: {visit: 20%}
    priority: 2
  visit: {needs: {adviser: 1}, lasting: exponential(100) hours}
decisions:
  more: {at: day 40, expand: {adviser: 3}, placed: evenly}
  fewer: {at: day 50, draw_down: {adviser: 3}, leaves_after: 6 days}
  longer: {at: 20 days before expiry, extend: 1 month}
options: {plan: [more, fewer, longer]}
"""
PLANS = [BUSY, *(file.read_text(encoding="utf-8") for file in sorted((ROOT / "tests" / "cases").glob("*.yaml")))]


def futures(text, replications):
    """Of every option: the untraced record and the trace, replication by replication."""
    design = make_design(sim.loads(text))
    for settings in compiled(design.packed)[1]:
        for number in range(replications):
            drawn = settings.draw(design.seed, number, design.inputs)
            yield replicate(drawn, reviewed, steps=True), traced(drawn, reviewed)


@pytest.fixture(scope="module", params=range(len(PLANS)))
def pairs(request):
    text = PLANS[request.param]
    return list(futures(text, 4 if text is BUSY else 1))


def test_the_record_is_the_untraced_one(pairs):
    for record, trace in pairs:
        for name in ("journal", "daily", "cover", "work_daily", "hours", "reach"):
            np.testing.assert_array_equal(getattr(trace.record, name), getattr(record, name), err_msg=name)
        assert trace.record.log == record.log
        # The steps of one team after another's, here over shorter times.
        mine, theirs = (one.steps[np.lexsort(one.steps[:, 1::-1].T)] for one in (trace.record, record))
        np.testing.assert_array_equal(mine, theirs)
        for window in ("over_horizon", "over_mandate"):
            mine, theirs = getattr(trace.record, window), getattr(record, window)
            for name in ("begins", "ends", "totals", "longest", "entered"):
                np.testing.assert_array_equal(getattr(mine, name), getattr(theirs, name), err_msg=name)


def test_whereabouts_add_up_to_what_was_counted(pairs):
    for record, trace in pairs:
        rows = record.journal.tolist()
        cell_of = {post: cell for _, kind, post, cell, _ in rows if kind == ROW_OPEN}
        post_of = {stint: post for _, kind, post, stint, _ in rows if kind == ROW_ARRIVE}
        end = min(record.horizon, record.expires)
        left = {stint: second for second, kind, _, stint, _ in rows if kind == ROW_LEAVE}
        counted = record.layout.part(record.over_horizon.totals, "cells").copy()
        told = np.zeros_like(counted)
        for spell, after in zip(trace.spells, (*trace.spells[1:], None), strict=False):
            same = after is not None and after.stint == spell.stint
            until = after.second if same else min(left.get(spell.stint, end), end)
            assert until >= spell.second
            told[cell_of[post_of[spell.stint]], spell.column] += until - spell.second
        counted[:, ON_DUTY] += counted[:, OFF_SHIFT]  # present, on shift or not
        for column in (SUSPENDED, INDUCTION, CHECKOUT, LEAVE, SICKNESS, ON_DUTY):
            np.testing.assert_array_equal(told[:, column], counted[:, column])


def test_activities_add_up_to_what_was_counted(pairs):
    for record, trace in pairs:
        end = min(record.horizon, record.expires)
        counted_work, counted_busy = (record.layout.part(record.over_horizon.totals, name) for name in ("work", "busy"))
        work, busy = np.zeros_like(counted_work), np.zeros_like(counted_busy)
        kinds, layout = max(1, len(record.layout.activities)), record.layout
        for one in trace.activities:
            row = one.unit * kinds + one.activity
            if one.outcome == "lost":
                work[row, LOST] += 1
            elif one.outcome == "waiting at the end":
                work[row, OPEN_AT_END] += 1
            else:
                work[row, SERVED] += 1
                work[row, WAITED] += one.started - one.arrived
                pool = layout.pool_of_team[POOL_OF_UNIT[one.unit]] if kinds == len(POOL_OF_UNIT) else 0
                for role, number in trace.needs[one.activity]:
                    busy[pool, role] += number * (min(one.ended, end) - one.started)
        np.testing.assert_array_equal(work, counted_work)
        if kinds == len(POOL_OF_UNIT):
            np.testing.assert_array_equal(busy, counted_busy)


POOL_OF_UNIT = (0, 0, 1)  # of the busy plan: a team that serves each


def test_the_busy_plan_shows_all_that_can_happen():
    traces = [trace for _, trace in futures(BUSY, 3)]
    columns = {spell.column for trace in traces for spell in trace.spells}
    assert columns == {SUSPENDED, INDUCTION, CHECKOUT, LEAVE, SICKNESS, ON_DUTY}
    outcomes = {one.outcome for trace in traces for one in trace.activities}
    assert outcomes == {"done", "lost", "waiting at the end", "under way at the end"}
    activities = [one for trace in traces for one in trace.activities]
    assert any(one.outcome == "done" and one.started == one.ended > one.arrived for one in activities)
    assert any(one.outcome == "done" and one.started == one.ended == one.arrived for one in activities)
    assert any(search.stops < search.ready for trace in traces for search in trace.searches)


def test_searches_find_those_who_arrive():
    for _, trace in futures(BUSY, 2):
        searches = {(search.post, search.number): search for search in trace.searches}
        arrivals = [row for row in trace.record.journal.tolist() if row[1] == ROW_ARRIVE]
        assert arrivals
        for second, _, post, _, number in arrivals:
            search = searches[post, number]
            assert search.begins <= search.ready <= search.sets_out <= second - search.travel
