"""On duty and needed by hour of the day, from records whose hours are known."""

from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from advisory_sim import loads, run
from advisory_sim.engine import simulation
from advisory_sim.record.columns import HOURS

PLAN = """
format: 1
title: t
start: 2001-01-01
mandate: {length: 12 days}
roles: {adviser: {}, mediator: {kind: local}}
units: {A: {}, B: {}}
teams:
  HQ: {units: none, posts: {adviser: 4}}
  A: {posts: {adviser: 3, mediator: 1}}
  North: {units: [B], posts: {adviser: 2}}
  South: {units: [B], posts: {adviser: 1}}
activities: {talk: {arrivals: 1 per day, needs: {adviser: 1, mediator: 1}, lasting: 1 hour}}
decisions: {more: {at: day 3, expand: {adviser: 3}, placed: evenly}}
options: {as it is: [], more: [more]}
"""


@pytest.fixture
def study(monkeypatch):
    """Two futures an option; on duty in the second, and needed, is three times what it is in the first."""
    made, real = count(), simulation.replicate

    def replicate(*arguments):
        record = real(*arguments)
        over = record.over_mandate
        hour_seconds = (over.ends - over.begins) // 24 * (1, 3)[next(made) % 2]
        hours, cells = np.zeros_like(record.hours), len(record.layout.cells)
        for part in (hours[:cells], hours[cells:]):  # on duty, needed
            part[:, -HOURS:] = np.arange(part.shape[0] * HOURS).reshape(-1, HOURS) * hour_seconds
        return replace(record, hours=hours)

    monkeypatch.setattr(simulation, "replicate", replicate)
    return run(loads(PLAN), replications=2, progress=False)


def by_hour(study, option, scope, name, role, column):
    frame = study.by_hour()
    mine = frame[
        (frame["option"] == option) & (frame["scope"] == scope) & (frame["name"] == name) & (frame["role"] == role)
    ]
    assert mine["hour"].tolist() == list(range(24))
    return mine[column].to_numpy()


def test_one_row_a_scope_role_and_hour(study):
    frame = study.by_hour()
    assert list(frame.columns) == [
        "option", "scope", "name", "role", "hour",
        "on_duty_mean", "on_duty_p05", "on_duty_p50", "on_duty_p95",
        "demand_mean", "demand_p05", "demand_p50", "demand_p95",
    ]  # fmt: skip
    assert not frame.duplicated(["option", "scope", "name", "role", "hour"]).any()
    places = frame[["scope", "name"]].drop_duplicates().to_numpy().tolist()
    assert places == [["mission", ""], ["team", "A"], ["team", "North"], ["team", "South"]]
    assert len(frame) == 2 * 4 * 2 * 24


HOUR = np.arange(24)


@pytest.mark.parametrize(("estimate", "times"), [("mean", 2), ("p05", 1.1), ("p50", 2), ("p95", 2.9)])
def test_a_team_has_its_own_posts_and_its_own_units_demand(study, estimate, times):
    # Cells in order: HQ/adviser, A/adviser, A/mediator, North/adviser, South/adviser; pools: HQ, A, B.
    of = (study, "as it is", "team", "A", "mediator")
    assert by_hour(*of, f"on_duty_{estimate}") == pytest.approx(times * (2 * 24 + HOUR))
    assert by_hour(*of, f"demand_{estimate}") == pytest.approx(times * (3 * 24 + HOUR))  # pool 1, role 1 of 2


def test_the_mission_is_all_teams_that_have_a_unit(study):
    of = (study, "more", "mission", "", "adviser")
    assert by_hour(*of, "on_duty_mean") == pytest.approx(2 * ((1 + 3 + 4) * 24 + 3 * HOUR))
    assert by_hour(*of, "demand_mean") == pytest.approx(2 * ((0 + 2 + 4) * 24 + 3 * HOUR))


def test_the_demand_of_a_team_that_shares_its_units_is_unknown(study):
    for team, cell in (("North", 3), ("South", 4)):
        of = (study, "as it is", "team", team, "adviser")
        assert np.isnan(by_hour(*of, "demand_mean")).all()
        assert by_hour(*of, "on_duty_mean") == pytest.approx(2 * (cell * 24 + HOUR))
    assert (by_hour(study, "as it is", "team", "North", "mediator", "on_duty_mean") == 0).all()


def test_a_mandate_that_never_began_has_no_hours():
    text = PLAN.replace("{length: 12 days}", "{length: 12 days, begins: 100 deployed}") + "horizon: 20 days\n"
    frame = run(loads(text), replications=2, progress=False).by_hour()
    assert frame.filter(regex="^(on_duty|demand)_").isna().all(axis=None)


def test_pools_of_an_option_are_its_own():
    """Two teams apart serve their own units; as one pool neither has a demand of its own."""
    text = (
        PLAN[: PLAN.index("units:")]
        + """
units: {A: {}, B: {}}
teams: {A: {posts: {adviser: 1, mediator: 1}}, B: {posts: {adviser: 1, mediator: 1}}}
activities: {talk: {arrivals: 1 per day, needs: {adviser: 1}, lasting: 1 hour}}
options: {pooled: {set: {teams.A.units: [A, B], teams.B.units: [A, B]}}, apart: []}
"""
    )
    frame = run(loads(text), replications=3, progress=False).by_hour()
    of_advisers = frame[frame["role"] == "adviser"]
    demand = of_advisers.groupby(["option", "name"])["demand_mean"].sum(min_count=1)
    assert np.isnan(demand["pooled", "A"])
    assert demand["pooled", ""] == pytest.approx(demand["apart", "A"] + demand["apart", "B"])
    assert demand["apart", ""] == pytest.approx(demand["pooled", ""])
