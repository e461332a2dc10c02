"""The academy: what theory says, what adds up, and that luck is a matter of names."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from scipy.stats import chisquare, norm

from advisory_sim import loads, run
from advisory_sim.record import academy as seen
from advisory_sim.record.columns import DAY, NEVER

PLAN = """
format: 1
title: A school
start: 2008-01-01
horizon: 2 years
mandate: {length: 2 years}
roles: {trainer: {sickness: {share: 10%, lasting: exponential(5) days}}}
teams: {School: {units: none, posts: {trainer: 9}}}
academy:
  places: 100
  class_size: uniform(15 25)
  course: between(8 12) weeks
  field_training: exponential(30) days
  instructors: {trainer: 2}
  applicants: {backlog: 60, arrivals: 1 per day, groups: {majority: 70%, second: 20%, third: 10%}}
  drop_out: between(5% 15%)
  target: {graduates: 600, by: 2009-12-31}
options:
  plan: []
  same: {take: [], set: {academy.places: 100}}
  longer: {take: [], set: {academy.course: 6 months}}
"""


@pytest.fixture(scope="module")
def study():
    return run(loads(PLAN), replications=60, progress=False)


def changed(old, new, text=PLAN):
    assert old in text
    return text.replace(old, new)


STEADY = """
format: 1
title: More applicants than places
start: 2008-01-01
horizon: 12 years
mandate: {length: 12 years}
teams: {}
academy:
  places: 60
  class_size: 20
  course: 3 months
  applicants: {backlog: 60, arrivals: between(2 3) per day}
  drop_out: 10%
options: {three months: [], six months: {take: [], set: {academy.course: 6 months}}}
"""


def test_twice_the_course_is_half_the_output():
    """With places always full, graduates a year are places / course x (1 - drop-out)."""
    study = run(loads(STEADY), replications=40, progress=False)
    for option, classes in (("three months", 47), ("six months", 23)):  # those that end within 12 years
        graduates = study.column(option, "graduates", "academy")
        trials = classes * 60 * len(graduates)
        z = norm.ppf(1 - 1e-4 / 2)
        error = z * np.sqrt(0.1 * 0.9 / trials)
        assert abs(graduates.sum() / trials - 0.9) < error
        assert (study.column(option, "starts_limited_by_places", "academy") > 0.99).all()
    # In years 2 to 11 nothing of the begin or the end shows.
    by_day = {option: study.academy(option)[0, 0].astype(float) for option in study.options}
    first, last = (dt.date(year, 1, 1) - dt.date(2008, 1, 1) for year in (2009, 2019))
    yearly = {option: (days[:, last.days] - days[:, first.days]).sum() for option, days in by_day.items()}
    ratio = yearly["three months"] / yearly["six months"]
    assert abs(ratio - 2) < norm.ppf(1 - 1e-4 / 2) * 2 * np.sqrt(0.1 / 0.9 * sum(1 / n for n in yearly.values()))


@pytest.mark.parametrize("scope", ["academy", "group"])
def test_nobody_is_lost(study, scope):
    for option in study.options:
        for name in [""] if scope == "academy" else study.layout.school.groups:
            for window in ("horizon", "mandate"):

                def number(measure, option=option, name=name, window=window):
                    return study.column(option, measure, scope, name, window)

                where = sum(number(m) for m in ("waiting_applicants", "in_course", "in_field_training", "graduates"))
                assert (where + number("dropped_out") == number("applied")).all()
                assert (number("admitted") + number("waiting_applicants") == number("applied")).all()
                assert number("applied").sum() > number("graduates").sum() > 0


def test_groups_add_up_and_are_drawn_by_their_shares(study):
    assert study.layout.school.groups == ("majority", "second", "third")
    for measure in ("graduates", "applied", "dropped_out", "in_course"):
        groups = [study.column("plan", measure, "group", name) for name in study.layout.school.groups]
        assert (sum(groups) == study.column("plan", measure, "academy")).all()
    applied = [study.column("plan", "applied", "group", name).sum() for name in study.layout.school.groups]
    assert chisquare(applied, np.array([0.7, 0.2, 0.1]) * sum(applied)).pvalue > 1e-4
    daily = study.academy("plan")
    assert (daily[0] == daily[1:].sum(axis=0)).all()
    assert (daily[0, 0, :, -1] == study.column("plan", "graduates", "academy")).all()
    assert (daily[0, 2, :, -1] == study.column("plan", "in_course", "academy")).all()


def test_shares_of_time_add_up_to_one(study):
    for option in study.options:
        for window in ("horizon", "mandate"):
            shares = [study.column(option, f"starts_limited_by_{c}", "academy", "", window) for c in seen.CAUSES]
            assert sum(shares) == pytest.approx(np.ones(60))
            assert (shares[2] > 0).any()


def test_drop_outs_leave_at_uniform_moments():
    text = changed("between(5% 15%)", "40%", changed("between(8 12) weeks", "70 days"))
    cadets = [run_one(text, r).cadets for r in range(10)]
    left = [c[c[:, seen.DROPPED_AT] < NEVER] for c in cadets]
    moments = np.concatenate([c[:, seen.DROPPED_AT] - c[:, seen.ADMITTED_AT] for c in left])
    admitted = sum((c[:, seen.ADMITTED_AT] < NEVER).sum() for c in cadets)
    assert len(moments) > 1000
    assert abs(len(moments) / admitted - 0.4) < 4 * np.sqrt(0.24 / admitted)
    counts, _ = np.histogram(moments / (70 * DAY), 10, (0, 1))
    assert counts.sum() == len(moments)
    assert chisquare(counts).pvalue > 1e-4


def run_one(text, replication, option="plan"):
    study = run(loads(text), replications=replication + 1, progress=False, options=[option])
    return study.replication(option, replication).schooling


def test_people_apply_as_poisson():
    """Numbers of applicants: mean and variance are the rate times the time."""
    text = changed("backlog: 60, arrivals: 1 per day", "arrivals: {2008-02-01: 3 per day, 2009-02-01: 0.5 per day}")
    applied = run(loads(text), options=["plan"], replications=200, progress=False).column("plan", "applied", "academy")
    expected = 3 * 366 + 0.5 * 333
    assert abs(applied.mean() - expected) < 4 * np.sqrt(expected / 200)
    assert 0.65 < applied.var(ddof=1) / expected < 1.45  # chi-square of 199, beyond 1 in 10,000


def test_classes_are_full_and_keep_to_places_and_instructors(study):
    for r in range(10):
        schooling = study.replication("plan", r).schooling
        starts, ends, sizes = schooling.classes.T
        assert len(starts) > 10
        assert (sizes >= 15).all()
        assert (sizes <= 25).all()
        assert len(set(sizes.tolist())) > 3
        for second in starts:
            running = (starts <= second) & (second < ends)
            assert sizes[running].sum() <= 100
            assert 2 * running.sum() <= 9
        admitted = schooling.cadets[:, seen.ADMITTED_AT]
        assert [(admitted == second).sum() for second in np.unique(starts)] == [
            sizes[starts == second].sum() for second in np.unique(starts)
        ]
        assert (np.diff(admitted) >= 0).all()  # who came first starts first
        assert (admitted >= schooling.cadets[:, seen.APPLIED_AT]).all()


def test_a_class_waits_for_instructors_who_are_held_even_if_one_falls_ill():
    """Two of two trainers are held for 30 days, sick or not; the second class starts when they are free and well."""
    text = """
format: 1
title: t
start: 2001-01-01
mandate: {length: 100 days}
roles: {trainer: {leave: 10 days every 35 days}}
teams: {School: {units: none, posts: {trainer: 2}}}
academy:
  places: 100
  class_size: 10
  course: 20 days
  instructors: {trainer: 2}
  applicants: {backlog: 100}
"""
    # At work days 0-35, 45-80, 90-100: a class on day 0, on day 20 (both go on leave on day 35), on day 45, 65, 90.
    starts = run_one(text, 0).classes[:, 0] / DAY
    assert starts.tolist() == [0, 20, 45, 65, 90]


def test_instructors_who_come_at_midday_are_counted_at_the_next_midnight():
    text = """
format: 1
title: t
start: 2001-01-01
mandate: {length: 100 days}
roles: {trainer: {recruitment: [{found: 2.5 days}]}}
teams: {School: {units: none, posts: {trainer: 2}}}
academy: {places: 100, class_size: 10, course: 20.25 days, instructors: {trainer: 2}, applicants: {backlog: 30}}
"""
    assert (run_one(text, 0).classes[:, 0] / DAY).tolist() == [3, 23.25, 43.5]


def test_no_class_starts_after_the_mandate_but_courses_go_on():
    text = changed("mandate: {length: 2 years}", "mandate: {length: 5 months}")
    study = run(loads(text), options=["plan"], replications=20, progress=False)
    expiry = 152 * DAY
    for r in range(20):
        schooling = study.replication("plan", r).schooling
        assert (schooling.classes[:, 0] < expiry).all()
        assert (schooling.cadets[:, seen.GRADUATED_AT][schooling.cadets[:, seen.GRADUATED_AT] < NEVER] > expiry).any()
    assert (
        study.column("plan", "graduates", "academy").sum()
        > study.column("plan", "graduates", "academy", "", "mandate").sum()
    )
    assert study.column("plan", "starts_limited_by_no_mandate", "academy") == pytest.approx((731 - 152) / 731)


def test_options_share_their_luck(study):
    """An option that sets what is set already is the same to the bit; a longer course moves no applicant's luck."""
    assert study.values("plan").tobytes() == study.values("same").tobytes()
    plan, longer = (study.replication(option, 3).schooling.cadets for option in ("plan", "longer"))
    assert (plan[:, :2] == longer[:, :2]).all()  # groups, and when they apply
    of_field = [c[:, seen.GRADUATED_AT] - c[:, seen.FINISHED_AT] for c in (plan, longer)]
    both = (plan[:, seen.FINISHED_AT] < NEVER) & (longer[:, seen.FINISHED_AT] < NEVER)
    assert both.sum() > 50
    assert (of_field[0][both] == of_field[1][both]).all()
    admitted = (plan[:, seen.ADMITTED_AT] < NEVER) & (longer[:, seen.ADMITTED_AT] < NEVER)
    assert ((plan[:, seen.DROPPED_AT] < NEVER)[admitted] == (longer[:, seen.DROPPED_AT] < NEVER)[admitted]).all()
    assert (study.column("longer", "graduates", "academy") < study.column("plan", "graduates", "academy")).all()


def test_more_waiting_on_day_0_move_nobody_else():
    """Applicants have names of their own: those of a longer backlog push no other's luck aside."""
    few, many = run_one(PLAN, 2).cadets, run_one(changed("backlog: 60", "backlog: 90"), 2).cadets
    assert (few[60:, :2] == many[90:, :2]).all()
    assert (few[:60, 0] == many[:60, 0]).all()


def test_equal_bytes_alone_on_two_workers_and_whatever_the_order_of_keys(study):
    alone = run(loads(PLAN), options=["longer"], replications=60, progress=False, workers=2)
    assert alone.values("longer").tobytes() == study.values("longer").tobytes()
    text = changed("{majority: 70%, second: 20%, third: 10%}", "{third: 10%, majority: 70%, second: 20%}")
    other = run(loads(text), options=["plan"], replications=60, progress=False)
    for name in study.layout.school.groups:
        assert (
            other.column("plan", "graduates", "group", name) == study.column("plan", "graduates", "group", name)
        ).all()


def test_an_academy_without_instructors_moves_no_figure_of_the_mission(study):
    """Looks at who is present move no byte of the staff's figures; nor does the academy itself."""
    without = "\n".join(line for line in PLAN.split("academy:", maxsplit=1)[0].splitlines())
    mission = run(loads(without), replications=60, progress=False)
    kept = [i for i, row in enumerate(study.rows("plan")) if row in mission.rows("plan")]
    assert len(kept) == len(mission.rows("plan"))
    assert study.values("plan")[:, kept].tobytes() == mission.values("plan").tobytes()


def test_the_target_is_met_where_so_many_have_graduated_by_the_days_end(study):
    met = study.column("plan", "target_met", "target", "academy", "2009-12-31")
    days = study.column("plan", "days_to_target", "academy")
    assert (met == (days < 731)).all()
    assert 0 < met.mean() < 1
    row = study.summary("target_met").iloc[0]
    assert row["ci_low"] < row["mean"] < row["ci_high"]
    by_date = study.academy("plan")[0, 0]
    reached = np.array([np.argmax(futures >= 600) if futures[-1] >= 600 else np.inf for futures in by_date])
    assert (np.floor(days) == reached).all()


def test_a_decision_may_wait_for_graduates():
    text = changed(
        "options:\n  plan: []",
        "decisions:\n  more:\n    when: {measure: graduates, above: 99, scope: {group: majority}}\n"
        "    expand: {School: {trainer: 4}}\noptions:\n  plan: [more]",
    )
    study = run(loads(text), options=["plan"], replications=10, progress=False)
    effects = study.effects("plan")[:, 0]
    by_date = study.academy("plan")[1, 0]
    assert np.isfinite(effects).all()
    for day, futures in zip(effects.astype(int), by_date, strict=True):
        assert futures[day - 1] > 99 >= futures[day - 2]
