"""Panels have one size and room for what stands about them, and say what their axes are once."""

import itertools

import numpy as np
import pytest

from advisory_sim.plots.layout import Grid, gaps, named, panels
from advisory_sim.plots.style import headed, legend_below, new_figure, styled


def drawn(number, across, **how):
    """Panels with titles, labels and long marks, a title above and a legend below."""
    with styled():
        figure = new_figure(7, 5)
        axes = panels(figure, number, across, **how)
        for i, ax in enumerate(axes):
            ax.plot([0, 1e6], [0, 1e5 * (i + 1)], label="a line")
            ax.set(title="a panel", xlabel="across", ylabel="up")
        legend_below(figure, axes[0])
        headed(figure, "a title")
        figure.draw_without_rendering()
    return figure, axes


@pytest.mark.parametrize("same", [False, True])
@pytest.mark.parametrize(("number", "across"), [(1, 2), (2, 2), (5, 2), (6, 3), (3, 1)])
def test_nothing_overlaps_and_panels_have_one_size(number, across, same):
    figure, axes = drawn(number, across, same_x=same, same_y=same)
    boxes = [part.get_tightbbox() for part in (*axes, *figure.texts, *figure.legends)]
    assert not [1 for a, b in itertools.combinations(boxes, 2) if a.overlaps(b)]
    assert all(figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1 for box in boxes)
    assert all(figure.bbox.y0 <= box.y0 and box.y1 <= figure.bbox.y1 for box in boxes)
    sizes = [ax.bbox.size for ax in axes]
    np.testing.assert_allclose(sizes, [sizes[0]] * number)


def test_drawn_again_panels_stay_where_they_are():
    figure, axes = drawn(4, 2)
    before = [ax.bbox.extents for ax in axes]
    figure.draw_without_rendering()
    np.testing.assert_allclose([ax.bbox.extents for ax in axes], before, atol=2)  # pixels: texts begin at whole ones


def test_axes_that_are_the_same_are_written_out_at_the_edge():
    _, axes = drawn(3, 2, same_x=True, same_y=True)
    assert [ax.yaxis.get_visible() for ax in axes] == [True, False, True]
    assert [ax.xaxis.get_visible() for ax in axes] == [False, True, True]  # there is no panel below the second
    assert len({(*ax.get_xlim(), *ax.get_ylim()) for ax in axes}) == 1


def test_lines_are_at_the_marks():
    _, (ax,) = drawn(1, 1, grid="y")
    (lines,) = (part for part in ax.collections if isinstance(part, Grid))
    low, high = ax.get_ylim()
    marks = [place for place in ax.get_yticks() if low <= place <= high]
    assert len(marks) > 2
    assert [segment.tolist() for segment in lines.get_segments()] == [[[0, mark], [1, mark]] for mark in marks]


def test_a_panel_beside_is_as_high_as_all_and_narrow():
    _, (*axes, beside) = drawn(4, 2, beside=0.1)
    assert beside.bbox.width == pytest.approx(0.1 * axes[0].bbox.width)
    assert (beside.bbox.y0, beside.bbox.y1) == pytest.approx((axes[-1].bbox.y0, axes[0].bbox.y1))


def test_axes_in_no_grid_stay():
    figure, _ = drawn(2, 2)
    inset = figure.add_axes((0.4, 0.4, 0.1, 0.1))
    figure.draw_without_rendering()
    assert inset.get_position().bounds == pytest.approx((0.4, 0.4, 0.1, 0.1))


def test_gaps_are_the_largest_that_are_needed():
    needed = [(range(1), 1, 2), (range(1, 2), 3, 4), (range(2), 5, 0)]
    assert gaps(2, needed).tolist() == [5, 5, 4]


def test_names_stand_at_their_places():
    _, (ax,) = drawn(1, 1)
    named(ax.yaxis, [2, 5], ["two", "five"])
    ax.figure.draw_without_rendering()
    assert [(label.get_position()[1], label.get_text()) for label in ax.get_yticklabels()] == [(2, "two"), (5, "five")]
