"""Coverage by unit and week, as a heat map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from advisory_sim.plots.style import new_figure, shortened, styled

if TYPE_CHECKING:
    from advisory_sim.experiment.study import Study


def coverage_panel(weekly: pd.DataFrame, ax: Axes):
    """Units down, weeks across, the mean covered share as colour.

    Parameters
    ----------
    weekly
        Index: units; columns: the first day of each week; values: mean covered share, 0 to 1.
    """
    starts = mdates.date2num(pd.to_datetime(weekly.columns))
    edges = np.append(starts, starts[-1] + 7)
    mesh = ax.pcolormesh(
        edges, np.arange(len(weekly) + 1), weekly.to_numpy(), cmap="cividis", vmin=0, vmax=1, rasterized=True
    )
    ax.set_yticks(np.arange(len(weekly)) + 0.5, [shortened(unit, 24) for unit in weekly.index])
    ax.set_ylim(len(weekly), 0)
    ax.grid(False)
    ax.xaxis_date()
    locator = mdates.AutoDateLocator(minticks=3, maxticks=8)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))
    return mesh


def weekly_coverage(study: Study, option: str) -> pd.DataFrame:
    """Mean covered share by unit and week: index units, columns the first day of each week from day 0."""
    cover = study.blocks.cover(study.options.index(option)).mean(axis=1)
    starts = range(0, cover.shape[1], 7)
    weeks = np.stack([cover[:, day : day + 7].mean(axis=1) for day in starts], axis=1)
    return pd.DataFrame(weeks, index=list(study.layout.units), columns=[study.dates[day] for day in starts])


def coverage(study: Study) -> Figure:
    """Coverage by unit and week, a panel an option."""
    options = study.options
    units = max(1, len(study.layout.units))
    across = 1 if len(options) == 1 else 2
    down = -(-len(options) // across)
    with styled():
        figure = new_figure(4.9 * across + 1.2, (0.24 * min(units, 40) + 0.75) * down + 0.9)
        axes = np.atleast_1d(figure.subplots(down, across, sharex=True, sharey=True, squeeze=False)).ravel()
        mesh = None
        for option, ax in zip(options, axes, strict=False):
            if study.layout.units:
                mesh = coverage_panel(weekly_coverage(study, option), ax)
            ax.set_title(shortened(option, 60))
            ax.label_outer()
        for ax in axes[len(options) :]:
            ax.set_axis_off()
        if mesh is not None:
            figure.colorbar(
                mesh, ax=list(axes), label="covered share of the week's hours (mean of futures)", shrink=0.8
            )
        figure.suptitle(f"{shortened(study.scenario.title, 80)}: which units are covered, week by week", fontsize=11)
    return figure
