"""What a figure draws is what the frames say."""

from itertools import pairwise

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import advisory_sim as sim
from advisory_sim import plots
from advisory_sim.plots.coverage import weekly_coverage
from advisory_sim.plots.waterfall import waterfall_steps

PLAN = """
format: 1
title: t
start: 2001-01-01
horizon: 90 days
mandate: {length: 70 days}
roles:
  adviser:
    recruitment: [{fill: exponential(between(5 9 20)) days}]
    leave: 5 days every 20 days
    cost: {per_day: 9}
teams: {A: {posts: {adviser: 4}}, B: {posts: {adviser: 3}}}
decisions: {more: {at: day 20, expand: {adviser: 4}, placed: evenly}}
options: {plain: [], larger: [more]}
runs: {replications: 100, seed: 3}
"""


@pytest.fixture(scope="module")
def study():
    return sim.run(sim.loads(PLAN), progress=False)


@pytest.fixture
def ax():
    return Figure().subplots()


def test_strength_draws_the_daily_middle_and_range(study):
    figure = plots.strength(study)
    for option, ax in zip(study.options, figure.axes, strict=False):
        lines = {line.get_label(): line for line in ax.get_lines()}
        for series in ("deployed", "present"):
            daily = study.daily(series)
            daily = daily[daily["option"] == option]
            middle = lines[f"{series}: middle, and 9 in 10 futures"]
            np.testing.assert_array_equal(middle.get_ydata(), daily["p50"])
            drawn = {tuple(line.get_ydata()) for line in ax.get_lines() if len(line.get_ydata()) == len(daily)}
            assert {tuple(daily["p05"]), tuple(daily["p95"])} <= drawn
        paper = study.daily("authorised")
        np.testing.assert_array_equal(lines["authorised (middle)"].get_ydata(), paper[paper["option"] == option]["p50"])


def test_coverage_colours_each_week_by_its_share(study, ax):
    shares = weekly_coverage(study, "larger")
    image = plots.coverage_panel(shares, ax)
    np.testing.assert_allclose(image.get_array(), shares.to_numpy())
    begin = mdates.date2num(pd.Timestamp("2001-01-01"))
    assert image.get_extent() == [begin, begin + 7 * shares.shape[1], len(shares), 0]  # the first unit on top
    cover = study.blocks.cover(1)[:, :, :7]  # units, futures, the first week's days
    np.testing.assert_allclose(shares.iloc[:, 0], cover.mean(axis=(1, 2)), rtol=1e-6)


def test_the_waterfall_goes_from_the_authorised_to_those_on_duty(study, ax):
    steps = waterfall_steps(study)["larger"]
    plots.waterfall_panel(steps, ax)
    corners = np.concatenate([bars.get_path().vertices.reshape(-1, 5, 2) for bars in ax.patches])
    corners = corners[np.argsort(corners[:, 0, 1])]  # from the top down
    bars = corners[:, [0, 2], 0].tolist()  # from where to where
    np.testing.assert_allclose([end - begin for begin, end in bars], steps["days"])
    total, *losses, rest = steps["days"]
    assert total - sum(losses) == pytest.approx(rest)
    # Each loss begins where the one before has ended, and the last ends at those on duty.
    for before, bar in pairwise(bars[1:-1]):
        assert bar[1] == pytest.approx(before[0])
    assert bars[-2][0] == pytest.approx(rest)
    authorised = study.summary("authorised", scope="mission", window="mandate").set_index("option")["mean"]["larger"]
    assert total == pytest.approx(70 * authorised)


def test_differences_draw_mean_interval_and_range(study, ax):
    frame = study.differences("officer_days", scope="mission", window="horizon")
    plots.differences_panel(frame, ax)
    segments = [segment for lines in ax.collections for segment in lines.get_segments()]
    drawn = {tuple(np.round(segment[:, 0], 6)) for segment in segments}
    for low, high in (("p05", "p95"), ("ci_low", "ci_high")):
        assert tuple(np.round(frame[[low, high]].iloc[0], 6)) in drawn
    assert any(np.allclose(line.get_xdata(), frame["mean"]) for line in ax.get_lines())


def test_a_sweep_draws_its_curve_and_its_fields(study, ax):
    plan, at, more = study.scenario, "decisions.more.at", "decisions.more.expand.adviser"
    found = sim.sweep(
        plan, sim.grid({at: ["day 5", "day 30"], more: [2, 6]}), option="larger", measures=["officer_days"],
        replications=20,
    )  # fmt: skip
    rows = found.frame
    plots.heat_panel(rows, (at, more), ax)
    np.testing.assert_allclose(np.asarray(ax.images[0].get_array()).ravel(), rows["mean"])
    assert [text.get_text() for text in ax.texts] == [f"{mean:,.0f}" for mean in rows["mean"]]
    curve = Figure().subplots()
    of_day = rows[rows[at] == "day 5"]
    plots.curve_panel(of_day, more, curve)
    (line,) = curve.get_lines()
    np.testing.assert_allclose(line.get_ydata(), of_day["mean"])
    np.testing.assert_allclose(line.get_xdata(), [2, 6])


def test_a_tornado_goes_from_the_lowest_to_the_highest_fifth(study, ax):
    rows = sim.sensitivity(study, "officer_days").dropna(subset=["low"])
    plots.tornado_panel(rows, ax)
    bars = [line for line in ax.get_lines() if to_hex(line.get_color()) == "#bfbfbf"]
    np.testing.assert_allclose([bar.get_xdata() for bar in bars], rows[["low", "high"]])
