"""Differences against one option, as a forest plot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from advisory_sim.plots.layout import named, panels
from advisory_sim.plots.style import BLACK, BLUE, GREY, SKY, WIDTH, headed, new_figure, shortened, styled

if TYPE_CHECKING:
    from advisory_sim.experiment.study import Study

NAMES = {
    "officer_days": "officer-days",
    "present_days": "days present",
    "covered_days": "covered unit-days",
    "worst_unit": "coverage of the worst unit (points)",
    "longest_gap": "longest gap (days)",
    "cost": "cost (thousands)",
}
MEASURES = ("officer_days", "covered_days", "worst_unit", "cost")


def differences_panel(frame: pd.DataFrame, ax: Axes) -> Axes:
    """Mean paired difference with its interval, over the range of 9 in 10 futures.

    Parameters
    ----------
    frame
        Rows of `Study.differences` of one measure, one an option.
    """
    scale = {"share": 100, "money": 1e-3}.get(frame["unit"].iloc[0], 1)
    places = np.arange(len(frame))
    ax.hlines(places, frame["p05"] * scale, frame["p95"] * scale, color=SKY, linewidth=5, alpha=0.6)
    error = np.abs(frame[["ci_low", "ci_high"]].to_numpy().T - frame["mean"].to_numpy()) * scale
    ax.errorbar(frame["mean"] * scale, places, xerr=error, fmt="o", color=BLUE, markersize=4, capsize=3, linewidth=1.3)
    ax.axvline(0, color=BLACK, linewidth=0.8)
    named(ax.yaxis, places, [shortened(option, 36) for option in frame["option"]])
    ax.set_ylim(len(frame) - 0.4, -0.6)
    measure = frame["measure"].iloc[0]
    ax.set_xlabel(NAMES.get(measure, measure.replace("_", " ")))
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.xaxis.set_major_formatter(lambda x, _: "0" if x == 0 else f"{x:+,.0f}" if abs(x) >= 1 else f"{x:+.2g}")
    return ax


def differences(study: Study, measures: str | Sequence[str] = MEASURES, *, to: str | None = None) -> Figure:
    """Differences of every option against one (left out: the first), a panel a measure, over the horizon."""
    measures = [measures] if isinstance(measures, str) else list(measures)
    to = study.options[0] if to is None else to
    with styled():
        frame = study.differences(measures, to=to, scope="mission", window="horizon")
        shown = [
            m for m in measures if not (of := frame[frame["measure"] == m]).empty and of[["p05", "p95"]].any().any()
        ]
        down = max(1, -(-len(shown) // 2))
        figure = new_figure(WIDTH, 0.9 + (0.7 + 0.3 * max(1, len(study.options) - 1)) * down)
        axes = panels(figure, max(1, len(shown)), same_y=True, grid="x")
        for measure, ax in zip(shown, axes, strict=False):
            differences_panel(frame[frame["measure"] == measure], ax)
        if not shown:
            axes[0].set_axis_off()
            axes[0].annotate("nothing to compare: the options do not differ", (0.5, 0.5), xycoords="axes fraction",
                             ha="center", color=GREY)  # fmt: skip
        confidence = f"{100 * study.confidence:g} %"
        headed(
            figure,
            f"Difference to '{shortened(to, 50)}' over the horizon\n"
            f"dot and whiskers: mean and its {confidence} interval; bar: 9 in 10 futures",
            9.5,
        )
    return figure
