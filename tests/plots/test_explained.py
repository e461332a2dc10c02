"""The waterfall of a difference ends at the difference."""

from itertools import pairwise

import numpy as np
import pytest

from advisory_sim import loads, plots, run
from advisory_sim.plots.explained import explained_panel, shown_lines
from advisory_sim.plots.style import new_figure

PLAN = """
format: 1
title: t
start: 2001-01-01
mandate: {length: 40 days}
roles: {adviser: {recruitment: [{fill: exponential(10) days}], induction: 3 days, rota: {shifts: [08:00-16:00]}}}
teams: {A: {posts: {adviser: 3}}, B: {posts: {adviser: 2}}}
decisions: {more: {at: day 5, expand: {adviser: 4}}}
options: {plain: [], 'more, a name that is long enough to be cut and then some': [more], again: []}
runs: {replications: 10}
"""


@pytest.fixture(scope="module")
def study():
    return run(loads(PLAN), progress=False)


def steps(ax):
    return [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches]


@pytest.mark.parametrize("measure", ["officer_days", "on_duty_days", "covered_days"])
def test_each_bar_begins_where_the_last_one_ends(study, measure):
    frame = study.explain(*study.options[:2])
    frame = frame[frame["measure"] == measure]
    ax = explained_panel(frame, new_figure(5, 4).subplots())
    bars = steps(ax)
    sizes = shown_lines(frame)["mean"].to_numpy()
    assert [end - begin for begin, end in bars] == pytest.approx(list(sizes))
    small = 0.005 * len(frame) * np.abs(frame["mean"]).max()  # of the lines that have no bar
    for (_, end), (begin, _) in pairwise(bars[:-1]):
        assert begin == pytest.approx(end, abs=small)
    assert bars[-1] == pytest.approx((0, frame["mean"].iloc[-1]))
    assert bars[-2][1] == pytest.approx(bars[-1][1], abs=small)


def test_nothing_is_cut_off(study):
    """Also of options that are the same: a panel of nothing."""
    for a, b in (study.options[:2], (study.options[0], "again")):
        figure = plots.explained(study, a, b)
        assert len(figure.axes) == 2
        figure.draw_without_rendering()
        width, height = figure.bbox.size
        for ax in figure.axes:
            box = ax.get_tightbbox()
            assert box.x0 >= -1
            assert box.y0 >= -1
            assert box.x1 <= width + 1
            assert box.y1 <= height + 1
            for text in ax.texts:
                assert text.get_window_extent().x1 <= ax.bbox.x1 + 1


def test_colours_tell_gains_from_losses(study):
    frame = study.explain(*study.options[:2])
    frame = frame[frame["measure"] == "on_duty_days"]
    ax = explained_panel(frame, new_figure(5, 4).subplots())
    colours = {tuple(bar.get_facecolor()) for bar in ax.patches}
    assert len(colours) == 3
    assert all(text.get_text()[0] in "+\N{MINUS SIGN}0" for text in ax.texts)
