"""Panels in rows: axes shared where they are the same, grid lines, and room for what stands about them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from matplotlib.layout_engine import LayoutEngine
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator

EDGE, APART = 0.06, 0.13  # inches: at the figure's edge, and between panels with all that belongs to them


class Layout(LayoutEngine):
    """Panels as large as their labels, the title above and the legend below leave room for; all have one size.

    What `constrained` comes to for such a grid, but each panel is measured once and nothing is to be solved.
    """

    _adjust_compatible = True
    _colorbar_gridspec = True

    def execute(self, fig: Figure) -> None:
        """Move the panels to where they have room; where there is none they stay, as do axes that stand in no grid."""
        found = [
            (spec.get_topmost_subplotspec(), whole)
            for ax in fig.axes
            if ax.get_visible() and (spec := ax.get_subplotspec()) and (whole := ax.get_tightbbox(for_layout_only=True))
        ]
        if not found:
            return
        rows, columns = found[0][0].get_gridspec().get_geometry()
        measured = [(spec, spec.get_position(fig).transformed(fig.transFigure), whole) for spec, whole in found]
        across = gaps(columns, ((spec.colspan, at.x0 - whole.x0, whole.x1 - at.x1) for spec, at, whole in measured))
        down = gaps(rows, ((spec.rowspan, whole.y1 - at.y1, at.y0 - whole.y0) for spec, at, whole in measured))
        beside, above, below = taken(fig)
        left, right, wide = shares(fig.bbox.width, across, beside, 0, fig.dpi)
        top, bottom, high = shares(fig.bbox.height, down, above, below, fig.dpi)
        if wide >= 0 and high >= 0:
            fig.subplots_adjust(left=left, right=right, wspace=wide, bottom=1 - bottom, top=1 - top, hspace=high)


def gaps(number: int, needed: Iterable[tuple[range, float, float]]) -> np.ndarray:
    """What is needed before, between and after so many places in a row.

    Parameters
    ----------
    needed
        Of each thing the places that it has, and what it needs before and after them.
    """
    before, after = np.zeros(number + 1), np.zeros(number + 1)
    for span, left, right in needed:
        before[span.start] = max(before[span.start], left)
        after[span.stop] = max(after[span.stop], right)
    return before + after


def shares(whole: float, needed: np.ndarray, before: float, after: float, dpi: float) -> tuple[float, float, float]:
    """Where places in a row begin and end, as shares of the whole, and their gap as a share of one (negative: no room).

    Parameters
    ----------
    needed
        Pixels before, between and after them.
    before, after
        Pixels at the figure's edges that something else has.
    """
    begin, end = EDGE * dpi + before + needed[0], whole - EDGE * dpi - after - needed[-1]
    gap, number = APART * dpi + needed[1:-1].max(initial=0), len(needed) - 1
    size = (end - begin - gap * (number - 1)) / number
    return begin / whole, end / whole, gap / size if size else -1


def taken(fig: Figure) -> tuple[float, float, float]:
    """Pixels that a figure's own texts and legends take at the left, above and below."""
    beside = above = below = 0.0
    for thing in (*fig.texts, *fig.legends):
        box = thing.get_window_extent()
        if isinstance(thing, Text) and thing.get_rotation():
            beside = max(beside, box.x1)
        elif box.y0 > fig.bbox.height / 2:
            above = max(above, fig.bbox.height - box.y0)
        else:
            below = max(below, box.y1)
    return beside, above, below


class Grid(LineCollection):
    """Lines across a panel at the marks of one of its axes, as one thing to draw."""

    def __init__(self, ax: Axes, axis: Axis) -> None:
        """Lines in the look of the settings that hold."""
        super().__init__([], colors=rcParams["grid.color"], linewidths=rcParams["grid.linewidth"], zorder=0.5)
        self.set_label("_grid")
        self.across = axis is ax.yaxis
        self.marks = axis
        self.set_transform(ax.get_yaxis_transform() if self.across else ax.get_xaxis_transform())
        self.set_in_layout(False)
        ax.add_collection(self, autolim=False)

    def draw(self, renderer: RendererBase) -> None:
        """Draw a line at each mark that is in sight."""
        low, high = sorted(self.marks.get_view_interval())
        marks = [place for place in self.marks.get_majorticklocs() if low <= place <= high]
        self.set_segments([[(0, place), (1, place)] if self.across else [(place, 0), (place, 1)] for place in marks])
        super().draw(renderer)


def panels(
    figure: Figure,
    number: int,
    across: int = 2,
    *,
    same_x: bool = False,
    same_y: bool = False,
    grid: str = "xy",
    beside: float = 0,
) -> list[Axes]:
    """So many panels in rows of `across`, with grid lines; axes that are the same are written out at the edge only.

    Marks, their labels and lines each have their price: of an axis that another panel shows, none are made.

    Parameters
    ----------
    same_x, same_y
        Whether all panels have the same axis.
    grid
        Of which axes there are lines.
    beside
        Width of one more panel at the right, beside all rows, as a share of a panel's; it comes last.
    """
    across = max(1, min(across, number))
    down = -(-number // across)
    places = GridSpec(down, across + bool(beside), figure, width_ratios=[1] * across + [beside] * bool(beside))
    found: list[Axes] = []
    for i in range(number):
        first = found[0] if found else None
        ax = figure.add_subplot(
            places[divmod(i, across)], sharex=first if same_x else None, sharey=first if same_y else None
        )
        ax.xaxis.set_visible(not same_x or i + across >= number)
        ax.yaxis.set_visible(not same_y or i % across == 0)
        for name in grid:
            Grid(ax, ax.xaxis if name == "x" else ax.yaxis)
        for axis in (ax.xaxis, ax.yaxis):  # not as many as its length allows: it is measured before it has its length
            axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
        found.append(ax)
    return [*found, figure.add_subplot(places[:, -1])] if beside else found


def named(axis: Axis, places: Iterable[float], names: Sequence[str]) -> None:
    """Names at places of an axis; `set_ticks` would make every mark at once, of axes too that show none."""
    axis.set_major_locator(FixedLocator(list(places)))
    axis.set_major_formatter(FixedFormatter(names))
