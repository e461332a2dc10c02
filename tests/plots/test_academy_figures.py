"""The figures of the academy show the frames' own values."""

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
import pytest

from advisory_sim import loads, plots, run
from advisory_sim.experiment.academy import middle_classes, middle_future
from advisory_sim.plots.academy import pieces

PLAN = """
format: 1
title: t
start: 2001-01-01
horizon: 200 days
mandate: {length: 200 days}
teams: {}
academy:
  places: {2001-01-01: 40, 2001-03-01: 60}
  class_size: uniform(10 20)
  course: {2001-01-01: 20 days, 2001-03-01: 30 days}
  field_training: 10 days
  applicants: {backlog: 80, arrivals: 1 per day, groups: {women: 30%, men: 70%}}
  drop_out: 10%
  target: {graduates: 150, by: 2001-06-01}
options: {plan: [], longer: {take: [], set: {academy.course: 40 days}}}
"""


@pytest.fixture(scope="module")
def study():
    return run(loads(PLAN), replications=8, progress=False)


def panels(figure):
    return {ax.get_title(loc="left"): ax for ax in figure.axes if ax.axison}


def test_graduates_shows_middle_and_range_of_everybody_and_each_group_and_the_target(study):
    found = panels(plots.graduates(study))
    assert list(found) == list(study.options)
    for option, ax in found.items():
        lines = {line.get_label().split(":")[0]: line for line in ax.lines}
        assert set(lines) == {"all graduates", "women", "men", "target"}
        for label, group in (("all graduates", None), ("women", "women"), ("men", "men")):
            frame = study.daily("graduates", group=group)
            frame = frame[frame["option"] == option]
            assert lines[label].get_ydata() == pytest.approx(frame["p50"].to_numpy())
        star = lines["target"]
        assert pd.Timestamp(star.get_xdata()[0]) == pd.Timestamp("2001-06-01")
        assert star.get_ydata()[0] == 150
        assert ax.get_ylim()[1] >= max(150, study.daily("graduates")["p95"].max())


def test_classes_are_bars_of_the_middle_future(study):
    for option, ax in panels(plots.classes(study)).items():
        table, places = middle_classes(study, option)
        (drawn,) = ax.patches
        bars = drawn.get_path().vertices.reshape(-1, 5, 2)[:, [0, 2]].reshape(-1, 4)  # two corners of each
        area = sum((right - left) * (high - low) for left, low, right, high in bars)
        days = (table["end"] - table["start"]) / pd.Timedelta(days=1)
        assert area == pytest.approx((days * table["size"]).sum())
        (line,) = ax.lines
        assert line.get_label() == "places that there are"
        assert set(line.get_ydata()) == set(places["places"])
        for left, _, _, high in bars:  # none above the places of its start
            since = mdates.date2num(places["since"])
            there = places["places"][since <= left].iloc[-1]
            assert high <= there
        graduates = study.column(option, "graduates", "academy")
        assert abs(graduates[middle_future(study, option)] - np.median(graduates)) == min(
            abs(graduates - np.median(graduates))
        )


def test_a_class_is_drawn_in_pieces_where_free_places_lie_apart():
    def day(number):
        return pd.Timestamp("2001-01-01") + pd.Timedelta(days=number)

    rows = [(0, 10, 20), (0, 30, 10), (0, 10, 10), (10, 20, 25)]
    table = pd.DataFrame({"start": [day(a) for a, _, _ in rows], "end": [day(b) for _, b, _ in rows],
                          "size": [n for _, _, n in rows]})  # fmt: skip
    assert list(pieces(table)) == [(0, 0, 20), (1, 20, 10), (2, 30, 10), (3, 0, 20), (3, 30, 5)]


def test_without_an_academy_there_is_no_figure():
    plan = run(loads(PLAN.split("teams:", maxsplit=1)[0] + "teams: {T: {}}\n"), replications=2, progress=False)
    for draw in (plots.graduates, plots.classes):
        with pytest.raises(ValueError, match="no academy"):
            draw(plan)
