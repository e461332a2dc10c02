"""The figure of one future shows its stints, absences and vacancy; the months show the staffing table."""

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
import pytest

import advisory_sim as sim
from advisory_sim.experiment.staffing import staffing
from advisory_sim.plots.gantt import bars
from advisory_sim.record.columns import DAY

PLAN = """\
format: 1
title: months
start: 2010-07-22
horizon: 6 months
mandate: {length: 100 days, begins: first arrival}
roles:
  adviser:
    recruitment: [{search: uniform(5 40) days}]
    induction: 3 days
    checkout: 4 days
    notice: 4 days
    tour: 60 days
    successor_sought: 30 days before tour end
    handover: 2 days
    early_departure: exponential(90) days
    leave: 5 days every 20 days
    sickness: {share: 5%, lasting: 3 days}
  mediator: {kind: local}
teams:
  Osh: {posts: {adviser: 3, mediator: 1}}
  Uzgen: {posts: {adviser: 2}}
decisions:
  more: {at: day 30, expand: {adviser: 2}, placed: evenly}
  fewer: {at: day 70, draw_down: {adviser: 1}}
options: {as it is: [], changed: [more, fewer]}
runs: {replications: 6, seed: 7}
"""


@pytest.fixture(scope="module")
def study():
    return sim.run(sim.loads(PLAN), progress=False)


def test_spans_are_the_post_days(study):
    record, events = study.replication("changed", 2), study.trace("changed", 2)
    end = pd.Timestamp(study.scenario.start) + pd.Timedelta(seconds=study.scenario.horizon_seconds)
    spans = bars(events, end)
    days = ((spans["to"] - spans["from"]).dt.total_seconds() / DAY).groupby(spans["state"]).sum()
    assert (spans["to"] >= spans["from"]).all()
    cells = record.layout.part(record.over_horizon.totals, "cells").sum(axis=0) / DAY
    assert days["vacant"] == pytest.approx(cells[2] + cells[3])  # waiting to travel, vacancy
    for state, column in (("induction", 5), ("checkout", 6), ("leave", 7), ("sick", 8)):
        assert days[state] == pytest.approx(cells[column])
    assert days["present"] == pytest.approx(cells[9] + cells[10])
    assert set(spans["post"]) == set(events.loc[events["event"] == "opens", "name"])


def test_bars_are_the_spans(study):
    figure = sim.plots.gantt(study, "changed", 2)
    (ax,) = figure.axes
    end = pd.Timestamp(study.scenario.start) + pd.Timedelta(seconds=study.scenario.horizon_seconds)
    spans = bars(study.trace("changed", 2), end)
    spans = spans[spans["post"].str.contains("adviser")]  # international staff
    drawn = sorted((round(bar.get_x(), 6), round(bar.get_width(), 6)) for bar in ax.patches)
    told = sorted(
        (round(a, 6), round(b - a, 6))
        for a, b in zip(mdates.date2num(spans["from"]), mdates.date2num(spans["to"]), strict=True)
    )
    np.testing.assert_allclose(drawn, told, atol=2e-6)
    labels = [text.get_text() for text in ax.texts]
    assert labels[0] == "mandate begins" or "mandate begins" in labels
    assert {"more", "fewer", "mandate ends"} <= set(labels)
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["Osh, adviser", "Uzgen, adviser"]
    assert ax.get_ylabel() == f"{spans['post'].nunique()} posts, one a row"


def test_a_team_and_a_role_alone(study):
    (ax,) = sim.plots.gantt(study, "as it is", 0, team="Osh", role="mediator").axes
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["Osh, mediator"]
    with pytest.raises(KeyError, match="no posts of team 'Uzgen' and role 'mediator'"):
        sim.plots.gantt(study, "as it is", 0, team="Uzgen", role="mediator")


@pytest.mark.parametrize("team", ["", "Osh"])
def test_months_are_the_staffing_table(study, team):
    figure = sim.plots.staffing(study, team=team)
    frame = staffing(study)
    pd.testing.assert_frame_equal(staffing(study, team), frame[frame["team"] == team].reset_index(drop=True))
    for ax, option in zip(figure.axes, study.options, strict=True):
        mine = frame[(frame["option"] == option) & (frame["team"] == team)]
        shown = {bars.get_label(): bars.get_path().vertices.reshape(-1, 5, 2)[:, 1, 1].tolist() for bars in ax.patches}
        for series, label in (("authorised", "authorised"), ("deployed", "deployed")):
            assert shown[label] == mine.loc[mine["series"] == series, "p50"].tolist()
        assert shown["present, not absent"] == mine.loc[mine["series"] == "present", "p50"].tolist()
        assert ax.get_ylim()[1] >= mine.loc[mine["series"].isin(["authorised", "deployed"]), "p95"].max()
        assert ax.get_title(loc="left") == option
    with pytest.raises(KeyError, match="no team 'Osch'; teams: Osh, Uzgen"):
        sim.plots.staffing(study, team="Osch")
