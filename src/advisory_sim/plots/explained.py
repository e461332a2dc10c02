"""Why one option differs from another: a waterfall of the difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from advisory_sim.experiment.explain import TOTAL
from advisory_sim.experiment.explanation import LINES
from advisory_sim.plots.layout import named, panels
from advisory_sim.plots.style import BLACK, BLUE, GREY, ORANGE, SMALL, WIDTH, headed, new_figure, shortened, styled

if TYPE_CHECKING:
    from advisory_sim.experiment.study import Study

TITLES = {"on_duty_days": "Officer-days on duty", "covered_days": "Covered unit-days"}


def shown_lines(frame: pd.DataFrame) -> pd.DataFrame:
    """The lines that are worth a bar, and always the difference itself."""
    large = frame["mean"].abs() >= 0.005 * max(frame["mean"].abs().max(), 1e-9)
    return frame[large & (frame["mean"] != 0) | (frame["line"] == TOTAL)]


def explained_panel(frame: pd.DataFrame, ax: Axes) -> Axes:
    """Bars from nothing to the difference: each line begins where the one above it ends.

    Parameters
    ----------
    frame
        Rows of `Study.explain` of one measure.
    """
    # Lines too small for a bar still move the next one on, so that the last step ends at the difference.
    steps = frame.iloc[:-1]["mean"].cumsum().reindex(frame.index).shift(fill_value=0.0)
    steps.iloc[-1] = 0.0
    rows = shown_lines(frame)
    left, size = steps[rows.index].to_numpy(), rows["mean"].to_numpy()
    ends = np.concatenate([left, left + size, [0.0]])
    reach = max(ends.max() - ends.min(), 1e-9)
    places = np.arange(len(rows))
    signs = zip(rows["line"], size, strict=True)
    colours = [BLACK if line == TOTAL else BLUE if x > 0 else ORANGE for line, x in signs]
    ax.barh(places, size, left=left, color=colours, height=0.66)
    for i in places[:-1]:
        end = left[i] + size[i]
        if i + 1 < len(rows) - 1:
            ax.plot([end, end], [i, i + 1], color=GREY, linewidth=0.7)
    half = ((rows["ci_high"] - rows["ci_low"]) / 2).to_numpy()
    for i in places:
        ax.annotate(
            label(size[i], half[i]), (max(left[i], left[i] + size[i]), i), xytext=(4, 0), textcoords="offset points",
            va="center", fontsize=SMALL, bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.6},
        )  # fmt: skip
    ax.axvline(0, color=BLACK, linewidth=0.8)
    named(ax.yaxis, places, [LINES[line] for line in rows["line"]])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(ends.min() - 0.03 * reach, ends.max() + 0.32 * reach)
    if not size.any():
        ax.set_xlim(-1, 1)
        ax.set_xticks([0])
        return ax
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.xaxis.set_major_formatter(lambda x, _: "0" if x == 0 else f"{x:+,.0f}" if abs(x) >= 1 else f"{x:+.2g}")
    return ax


def label(size: float, half: float) -> str:
    """A bar's difference with half of its interval."""
    decimals = 0 if abs(size) >= 100 else 1
    text = f"{size:+,.{decimals}f}".replace("-", "\N{MINUS SIGN}") if size else "0"
    return text + (f" ± {half:,.{decimals}f}" if half >= 0.5 * 10**-decimals else "")


def explained(study: Study, a: str, b: str) -> Figure:
    """Why `b` differs from `a` over the horizon, a panel of officer-days on duty and one of covered unit-days."""
    frame = study.explain(a, b)
    shown = [measure for measure in TITLES if (frame["measure"] == measure).any()]
    bars = max(len(shown_lines(frame[frame["measure"] == measure])) for measure in shown)
    with styled():
        figure = new_figure(WIDTH, 0.9 + (0.6 + 0.25 * max(4, bars)) * len(shown))
        for measure, ax in zip(shown, panels(figure, len(shown), 1, grid="x"), strict=True):
            explained_panel(frame[frame["measure"] == measure], ax)
            ax.set_title(TITLES[measure])
        confidence = f"{100 * study.confidence:g} %"
        headed(
            figure,
            f"Why '{shortened(b, 50)}' differs from '{shortened(a, 50)}', over the horizon\n"
            f"mean of futures, ± half of its {confidence} interval; blue adds, orange takes away",
            9.5,
        )
    return figure
