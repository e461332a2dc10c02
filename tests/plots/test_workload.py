"""The figures of work show the frames' own values."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from advisory_sim import loads, plots, run
from advisory_sim.experiment.warnings import OVERLOADED
from advisory_sim.plots.style import option_style

PLAN = """
format: 1
title: t
start: 2001-01-01
mandate: {length: 20 days}
roles: {adviser: {}, mediator: {kind: local}, analyst: {}}
units: {Quiet: {}, Busy: {}}
teams:
  Quiet: {posts: {adviser: 4, mediator: 1}}
  Busy: {posts: {adviser: 1, analyst: 2}}
activities:
  call:
    arrivals: {Quiet: 1 per day, Busy: 11 per day}
    needs: {adviser: 1}
    lasting: exponential(4) hours
  talk: {arrivals: {Quiet: 1 per day, other units: 0 per day}, needs: {mediator: 1}, lasting: 2 hours}
decisions: {more: {at: day 3, expand: {adviser: 3}, placed: {Busy: 3}}}
options: {as it is: [], more: [more], again: []}
"""
PLACES = ["mission", "Quiet", "Busy"]


@pytest.fixture(scope="module")
def study():
    return run(loads(PLAN), replications=8, progress=False)


def panels(figure):
    return {ax.get_title(loc="left"): ax for ax in figure.axes if ax.axison}


def test_utilisation_has_a_panel_for_each_role_that_is_needed(study):
    assert list(panels(plots.utilisation(study))) == ["adviser", "mediator"]


def test_utilisation_shows_mean_and_range_of_each_option_and_place(study):
    figure = plots.utilisation(study)
    first = next(iter(panels(figure).values()))
    assert [label.get_text() for label in first.get_yticklabels()] == PLACES
    summary = study.summary("utilisation", window="mandate").set_index(["option", "scope", "name"])
    for role, ax in panels(figure).items():
        signs = {c.get_label(): c for c in ax.collections if not c.get_label().startswith("_")}
        ranges = [c for c in ax.collections if c.get_label().startswith("_child")]
        assert list(signs) == list(study.options)
        for i, option in enumerate(study.options):
            names = [("role", role), ("team-role", f"Quiet/{role}"), ("team-role", f"Busy/{role}")]
            there = [place for place, name in enumerate(names) if (option, *name) in summary.index]
            rows = [summary.loc[(option, *names[place])] for place in there]
            x, y = signs[option].get_offsets().T
            assert x.compressed() == pytest.approx([row["mean"] for row in rows])
            assert np.round(y.compressed()).tolist() == there  # each in the band of its place
            bars = [segment for segment in ranges[i].get_segments() if len(segment)]
            assert [bar[:, 0].tolist() for bar in bars] == [pytest.approx([row["p05"], row["p95"]]) for row in rows]
            full = [face.tolist() == list(to_rgba(option_style(i)[0])) for face in signs[option].get_facecolors()]
            assert [full[place] for place in there] == [row["mean"] > OVERLOADED for row in rows]


def test_utilisation_marks_where_the_work_exceeds_the_time_on_duty(study):
    ax = panels(plots.utilisation(study))["adviser"]
    assert any(np.allclose(line.get_xdata(), 1) for line in ax.lines)
    low, high = ax.get_xlim()
    summary = study.summary("utilisation", window="mandate")
    assert low == 0
    assert high > summary["p95"].max()
    busy = summary[(summary["name"] == "Busy/adviser")].set_index("option")["mean"]
    assert busy["as it is"] > OVERLOADED > busy["more"]  # the plan is such that both signs are drawn


def test_options_differ_by_more_than_colour():
    markers = [option_style(i)[1] for i in range(9)]
    assert len(set(markers)) == 9
    assert len({option_style(i) for i in range(63)}) == 63


def test_nobody_on_duty_is_said():
    frame = pd.DataFrame(
        {"option": ["a", "a"], "place": ["X", "Y"], "mean": [np.nan, 0.5], "p05": np.nan, "p95": np.nan}
    )
    ax = plots.utilisation_panel(frame, Figure().add_subplot(), ["a"], ["X", "Y"])
    assert [(text.get_text(), text.xy) for text in ax.texts] == [("nobody on duty", (0, 0))]


def with_hours(study, monkeypatch):
    """On duty 2, 3, .. people from 08:00, by option; needed 1 at night and 5 at noon in each unit's pool."""
    layout, number = study.layout, study.replications

    def hours(option):
        people = np.zeros((number, len(layout.cells), 24))
        people[:, :, 8:] = (2 + option) * np.linspace(0.5, 1.5, number)[:, None, None]
        return people

    def needed(option):
        people = np.ones((number, len(layout.teams), len(layout.roles), 24))
        people[..., 12] = 5
        return people

    monkeypatch.setattr(study.blocks, "hours", hours)
    monkeypatch.setattr(study.blocks, "needed", needed)


def test_hours_shows_the_frame(study, monkeypatch):
    with_hours(study, monkeypatch)
    figure = plots.hours(study)
    assert list(panels(figure)) == ["adviser", "mediator"]
    ax = panels(figure)["adviser"]
    stairs = {patch.get_label(): patch.get_data() for patch in ax.patches}
    clock = np.arange(24)
    on_duty, demand = np.where(clock >= 8, 2 * 2.0, 0), np.where(clock == 12, 10.0, 2.0)  # two cells, two pools
    assert stairs["on duty: as it is"].values == pytest.approx(on_duty)
    assert stairs["on duty: as it is"].edges == pytest.approx(np.arange(25))
    assert stairs["needed"].values == pytest.approx(demand)
    band = stairs["the same in 9 of 10 futures"]
    assert band.baseline == pytest.approx(on_duty * 0.55)
    assert band.values == pytest.approx(on_duty * 1.45)
    short = stairs["needed, but not on duty"]
    assert short.values - short.baseline == pytest.approx(np.maximum(demand - on_duty, 0))
    others = {line.get_label(): line for line in ax.lines}
    for option, people in (("more", 3), ("again", 4)):
        line = others[f"on duty: {option}"]
        assert line.get_xdata() == pytest.approx(clock + 0.5)
        assert line.get_ydata() == pytest.approx(np.where(clock >= 8, 2 * people, 0))
    assert ax.get_xlim() == (0, 24)
    assert ax.get_ylim()[1] > 10


def test_hours_of_a_team(study, monkeypatch):
    with_hours(study, monkeypatch)
    ax = panels(plots.hours(study, team="Busy"))["adviser"]
    stairs = {patch.get_label(): patch.get_data() for patch in ax.patches}
    assert stairs["on duty: as it is"].values.max() == pytest.approx(2)
    assert stairs["needed"].values.max() == pytest.approx(5)
    with pytest.raises(KeyError, match="no team 'Elsewhere' that has a unit"):
        plots.hours(study, team="Elsewhere")


@pytest.mark.parametrize("figure", [plots.work, plots.utilisation, plots.hours])
def test_without_activities_there_is_no_figure_of_work(figure):
    plan = loads("format: 1\ntitle: t\nstart: 2001-01-01\nmandate: {length: 9 days}\nteams: {A: {}}\n")
    with pytest.raises(ValueError, match="the scenario has no activities"):
        figure(run(plan, replications=1, progress=False))
