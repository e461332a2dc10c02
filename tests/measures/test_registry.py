"""The vocabulary, the functions and summary.csv speak of the same measures."""

from pathlib import Path

import numpy as np
import pytest

from advisory_sim import load, loads, run
from advisory_sim.measures import REGISTRY
from advisory_sim.scenario.catalogue import MEASURES

KYRGYZSTAN = Path(__file__).parents[2] / "scenarios" / "kyrgyzstan-2010.yaml"


@pytest.fixture(scope="module")
def study():
    return run(load(KYRGYZSTAN), replications=30, progress=False)


def test_every_measure_has_one_function_and_a_meaning():
    assert [kind.name for kind in REGISTRY] == list(dict.fromkeys(kind.name for kind in REGISTRY))
    assert {kind.name for kind in REGISTRY} | {"target_met"} == set(MEASURES)


WORK = """
format: 1
title: t
start: 2001-01-01
mandate: {length: 20 days}
roles: {adviser: {rota: {shifts: [06:00-14:00, 14:00-22:00], days_off: 2 in 7}}}
units: {A: {}, B: {suspension: {gap: exponential(5) days, lasting: 1 day}, lost_when_closed: true}}
teams: {A: {posts: {adviser: 6}}, B: {posts: {adviser: 4}}}
activities:
  incident:
    arrivals: 5 per day
    needs: {adviser: 2}
    lasting: exponential(3) hours
    patience: 12 hours
    follow_up: {report: 50%}
  report: {needs: {adviser: 1}, lasting: 1 hour}
"""


ACADEMY = """
format: 1
title: t
start: 2001-01-01
mandate: {length: 60 days}
teams: {}
academy:
  places: 20
  class_size: 10
  course: 20 days
  applicants: {backlog: 30, groups: {women: 20%, men: 80%}}
  target: {graduates: 20, by: 2001-02-01}
"""


RETURN = """
format: 1
title: t
start: 2001-01-01
mandate: {length: 20 days}
roles: {adviser: {}}
units: {A: {}, B: {}}
teams: {T: {units: [A, B], posts: {adviser: 2}}}
reentry: {back: {stages: [day visits: {hours: 09:00-15:00}, always: {after: 5 days}]}}
"""


def test_scopes_and_windows_are_those_of_the_vocabulary(study):
    seen: dict[str, set[tuple[str, str]]] = {}
    for one in (study, *(run(loads(text), replications=2, progress=False) for text in (WORK, ACADEMY, RETURN))):
        for option in one.options:
            for row in one.rows(option):
                seen.setdefault(row.measure, set()).add((row.scope, row.window))
    for name, measure in MEASURES.items():
        if name != "target_met":
            assert {scope for scope, _ in seen[name]} == set(measure.scopes), name
            assert {window for _, window in seen[name]} == set(measure.windows), name


@pytest.mark.parametrize("window", ["horizon", "mandate"])
@pytest.mark.parametrize(
    ("scope", "name"),
    [("mission", ""), ("team", "Aravan"), ("role", "mediator"), ("team-role", "Uzgen/adviser")],
)
def test_officer_days_add_up_in_every_replication(study, window, scope, name):
    causes = [m for m in MEASURES if m.startswith("officer_days_lost_to_")]
    for option in study.options:

        def column(measure, option=option):
            return study.column(option, measure, scope, name, window)

        span = 365 if window == "horizon" else np.diff(study.clock(option)[:, :2], axis=1)[:, 0]
        total = column("on_duty") * span + sum(column(cause) for cause in causes)
        assert total == pytest.approx(column("authorised") * span, abs=1e-7)
        assert column("officer_days") == pytest.approx(column("deployed") * span, abs=1e-7)


@pytest.mark.parametrize("window", ["horizon", "mandate"])
def test_unit_days_add_up_in_every_replication(study, window):
    causes = [m for m in MEASURES if m.startswith("uncovered_days_lost_to_")]
    for option in study.options:
        for scope, name, units in (("mission", "", 6), ("unit", "Uzgen", 1)):
            total = sum(study.column(option, m, scope, name, window) for m in ["covered_days", *causes])
            if window == "horizon":
                assert total == pytest.approx(np.full(30, 365.0 * units), abs=1e-7)
            else:
                # On the clock of covered hours a mandate that begins or ends at night is a little off its length.
                span = np.diff(study.clock(option)[:, :2], axis=1)[:, 0] * units
                assert total == pytest.approx(span, abs=units)


def test_wider_scopes_are_sums(study):
    for option in study.options:
        for measure in ("officer_days", "officer_days_lost_to_leave", "authorised"):
            teams = sum(study.column(option, measure, "team", team) for team in study.layout.teams)
            assert teams == pytest.approx(study.column(option, measure), abs=1e-9)
        units = sum(study.column(option, "covered_days", "unit", unit) for unit in study.layout.units)
        assert units == pytest.approx(study.column(option, "covered_days"), abs=1e-9)


def test_daily_means_integrate_to_officer_days(study):
    for i, option in enumerate(study.options):
        daily = study.blocks.daily(i, study.layout.groups[0][2])
        assert daily[1].sum(axis=1) == pytest.approx(study.column(option, "officer_days"), rel=1e-5)
        assert (daily >= 0).all()
        cover = study.blocks.cover(i)
        assert cover.sum(axis=(0, 2)) == pytest.approx(study.column(option, "covered_days"), rel=1e-5)


def test_a_target_on_a_decision_that_an_option_does_not_take_is_not_met():
    plan = loads("""
format: 1
title: t
start: 2001-01-01
mandate: {length: 9 days}
roles: {adviser: {}}
teams: {A: {posts: {adviser: 1}}}
decisions: {more: {at: day 3, expand: {adviser: 1}}}
options: {plain: [], more: [more]}
targets: {decided: {measure: agreed, scope: {decision: more}, at_least: 1}}
""")
    study = run(plan, replications=2, progress=False)
    assert [study.column(o, "target_met", "target", "decided").mean() for o in study.options] == [0, 1]


def test_work_adds_up():
    study = run(loads(WORK), replications=20, progress=False)
    for measure in ("served", "lost", "open_at_end"):
        total = study.column("plan", measure)
        assert total == pytest.approx(sum(study.column("plan", measure, "unit", unit) for unit in "AB"))
        assert total == pytest.approx(
            sum(study.column("plan", measure, "activity", name) for name in ("incident", "report"))
        )
    for name in ("served", "lost"):
        daily = study.blocks.work(0)[:, ("served", "lost").index(name)]
        assert daily.sum(axis=(0, 2)) == pytest.approx(study.column("plan", name))
    # Off shift is a cause of its own, and the accounts close with it.
    causes = [m for m in MEASURES if m.startswith("officer_days_lost_to_")]
    total = 20 * study.column("plan", "on_duty") + sum(study.column("plan", cause) for cause in causes)
    assert total == pytest.approx(np.full(20, 200.0))
    assert study.column("plan", "officer_days_lost_to_off_shift").min() > 0
