"""One look for every figure: colours that the colour-blind tell apart, sizes that print on A4."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Line
from matplotlib.ticker import FixedFormatter, FixedLocator, PercentFormatter

from advisory_sim.plots.layout import EDGE, Layout

# Okabe and Ito (2008), 'Color universal design'.
BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE = (
    "#000000",
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#F0E442",
    "#0072B2",
    "#D55E00",
    "#CC79A7",
)
GREY = "#767676"
# Of options, in order: each has a sign of its own, so that colour is never the only cue.
OPTION_COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK)
OPTION_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">")
SERIES_COLOURS = {"authorised": BLACK, "deployed": BLUE, "present": ORANGE, "on_duty": GREEN}

SHARES: dict[str, Any] = {"cmap": "cividis", "vmin": 0, "vmax": 1}  # dark is none, light is all
BESIDE = 0.06  # width of the scale of shares beside panels, of a panel's

WIDTH = 7.2  # inches of a figure: on A4 with its margins (174 mm) it prints at 95 %, so that no text is below 8 pt
SMALL = 8.5  # points, the least

RC: dict[str, Any] = {
    "font.size": 9,
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "axes.titley": 1.0,  # no ticks above to be looked for and made room for
    "axes.labelsize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.bottom": False,  # grid lines say where a label belongs
    "xtick.major.size": 0,
    "xtick.major.pad": 5,
    "ytick.left": False,
    "ytick.major.size": 0,
    "ytick.major.pad": 5,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": SMALL,
    "figure.dpi": 110,
    "savefig.dpi": 150,
    "text.hinting": "no_hinting",  # at print's resolution letters need none, and drawing them takes half of the time
    "svg.fonttype": "none",
    "svg.hashsalt": "advisory_sim",
}


@contextmanager
def styled() -> Iterator[None]:
    """The project's look, for as long as a figure is drawn; titles and names are plain text, never formulas."""
    settings: Any = {**RC, "text.parse_math": False}
    with mpl.rc_context(settings):
        yield


class Shown(Figure):
    """A figure that a notebook shows by itself, whether or not pyplot has been set up there."""

    def _repr_png_(self) -> bytes:
        file = io.BytesIO()
        with styled():
            FigureCanvasAgg(self).print_png(file, metadata={"Software": None})
        return file.getvalue()


def new_figure(width: float, height: float) -> Figure:
    """An empty figure, in inches; its parts make room for their labels."""
    return Shown(figsize=(width, height), layout=Layout())


def broken(text: str, inches: float, size: float) -> str:
    """A text of this size in points, broken into lines that fit."""
    return "\n".join(
        textwrap.fill(line, max(10, int(inches * 110 / size)), break_on_hyphens=False) for line in text.splitlines()
    )


def headed(figure: Figure, text: str, size: float = 10) -> None:
    """Write a figure's title, broken where the figure is too narrow for it; its height is what it stays."""
    width, height = figure.get_size_inches()
    figure.suptitle(broken(text, width, size), y=1 - EDGE / height, fontsize=size)


def legend_below(figure: Figure, ax: Axes) -> None:
    """The legend of a panel below all panels, in as many columns as fit, with room of its own."""
    handles, labels = ax.get_legend_handles_labels()
    wide = 0.5 + 0.075 * max(len(label) for label in labels)  # inches, a sign and its text
    columns = max(1, min(len(labels), int(figure.get_figwidth() / wide)))
    figure.set_figheight(figure.get_figheight() + 0.2 * -(-len(labels) // columns))
    figure.legend(handles, labels, loc="lower center", ncols=columns)


def boxes(left: Any, right: Any, low: Any, high: Any, **look: Any) -> PathPatch:
    """Boxes of one look as one thing to draw: each by itself, as `bar` has them, takes ten times as long."""
    left, right, low, high = np.broadcast_arrays(left, right, low, high)
    corners = np.array([(left, low), (left, high), (right, high), (right, low), (left, low)], float)
    steps = [Line.MOVETO, Line.LINETO, Line.LINETO, Line.LINETO, Line.CLOSEPOLY]
    return PathPatch(Line(corners.transpose(2, 0, 1).reshape(-1, 2), steps * len(left)), **look)


def share_scale(ax: Axes, label: str) -> None:
    """Fill a narrow panel with the colours of shares, none to all, and what they are of."""
    ax.imshow(np.linspace(1, 0, 256)[:, None], extent=(0, 1, 0, 1), aspect="auto", **SHARES)
    ax.xaxis.set_visible(False)
    ax.yaxis.tick_right()
    ax.yaxis.set_label_position("right")
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    ax.set_ylabel(label)


def date_axis(ax: Axes, most: int) -> None:
    """Mark at most so many dates along x, where its limits stand: matplotlib would look for them at every step anew.

    Of an axis that another panel shows, they are that panel's.
    """
    if not ax.xaxis.get_visible():
        return
    locator = mdates.AutoDateLocator(minticks=3, maxticks=most)
    locator.intervald[mdates.MONTHLY] = [1, 2, 3, 4, 6, 12]  # so that few marks can span some years, too
    concise = mdates.ConciseDateFormatter(locator)
    places = locator.tick_values(*mdates.num2date(ax.get_xlim()))
    labels = FixedFormatter(concise.format_ticks(places))
    labels.set_offset_string(concise.get_offset())
    ax.xaxis.set_major_locator(FixedLocator(places))
    ax.xaxis.set_major_formatter(labels)


def option_style(place: int) -> tuple[str, str]:
    """Colour and marker of an option by its place among the options; 63 differ."""
    return OPTION_COLOURS[place % len(OPTION_COLOURS)], OPTION_MARKERS[place % len(OPTION_MARKERS)]


def shortened(text: str, length: int) -> str:
    """A long name cut to fit, with the cut marked."""
    return text if len(text) <= length else text[: length - 1] + "…"


def settle(figure: Figure) -> None:
    """Have axes without a label not look for the label's place: each time they would measure all that they show."""
    for axis in (axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)):
        if not axis.get_label_text():
            axis.set_label_coords(0, 0)


def save(figure: Figure, stem: Path) -> list[Path]:
    """Write a figure as PNG and SVG; equal figures give equal bytes."""
    files = [stem.with_suffix(".png"), stem.with_suffix(".svg")]
    with styled():
        figure.set_dpi(RC["savefig.dpi"])
        settle(figure)
        # `savefig` would draw the figure once more for each file, to lay it out.
        FigureCanvasAgg(figure).print_png(files[0], metadata={"Software": None}, pil_kwargs={"compress_level": 1})
        figure.set_layout_engine("none")
        FigureCanvasSVG(figure).print_svg(files[1], metadata={"Date": None, "Creator": None})
    return files
