"""Coverage by unit and week, as a heat map."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator

from advisory_sim.experiment.blocks import Blocks
from advisory_sim.experiment.estimate import mean_of_known
from advisory_sim.plots.style import WIDTH, broken, date_axis, headed, new_figure, shortened, styled

if TYPE_CHECKING:
    from advisory_sim.experiment.study import Study


MOST_NAMES = 40  # of units, down a panel
HATCH = "0.75"  # the colour of the lines where nothing is


def coverage_panel(weekly: pd.DataFrame, ax: Axes):
    """Units down, weeks across, the mean covered share as colour.

    Parameters
    ----------
    weekly
        Index: units; columns: the first day of each week; values: mean covered share, 0 to 1; nan is hatched.
    """
    starts = mdates.date2num(pd.to_datetime(weekly.columns))
    edges = np.append(starts, starts[-1] + 7)
    mesh = ax.pcolormesh(
        edges, np.arange(len(weekly) + 1), weekly.to_numpy(), cmap="cividis", vmin=0, vmax=1, rasterized=True
    )
    ax.patch.set(facecolor="white", edgecolor=HATCH, hatch="////", linewidth=0)
    every = -(-len(weekly) // MOST_NAMES)  # of many units, so many that their names have room
    # `set_yticks` would make every mark at once, of panels too that show none.
    ax.yaxis.set_major_locator(FixedLocator((np.arange(len(weekly))[::every] + 0.5).tolist()))
    ax.yaxis.set_major_formatter(FixedFormatter([shortened(unit, 24) for unit in weekly.index[::every]]))
    ax.set_ylim(len(weekly), 0)
    ax.grid(False)
    date_axis(ax, 5)
    return mesh


def weekly_coverage(study: Study, option: str) -> pd.DataFrame:
    """Mean covered share by unit and week: index units, columns the first day of each week from day 0.

    Of a unit that is closed all the week, in every future, it is nan.
    """
    units, days = len(study.layout.units), len(study.dates)
    total, known = np.zeros((units, days)), np.zeros((units, days))
    for block in one_by_one(study.blocks):
        cover = block.cover(study.options.index(option))
        closed = np.isnan(cover)
        total += np.where(closed, 0, cover).sum(axis=1)
        known += cover.shape[1] - closed.sum(axis=1, dtype=np.int32)
    with np.errstate(invalid="ignore"):
        cover_of_day = total / known
    starts = range(0, days, 7)
    weeks = np.stack([mean_of_known(cover_of_day[:, day : day + 7], axis=1) for day in starts], axis=1)
    return pd.DataFrame(weeks, index=list(study.layout.units), columns=[study.dates[day] for day in starts])


def one_by_one(blocks: Blocks) -> Iterator[Blocks]:
    """Each block by itself: of what is added up, room for all of them at once would take longer to make."""
    return (Blocks([file]) for file in blocks.files)


def heat_maps(
    study: Study, weekly: Callable[[Study, str], pd.DataFrame], title: str, colour: str, hatched: str
) -> Figure:
    """Units by week, a panel an option; `weekly` gives an option's shares, `colour` and `hatched` say what they are."""
    options = study.options
    units = max(1, len(study.layout.units))
    across = 1 if len(options) == 1 else 2
    down = -(-len(options) // across)
    with styled():
        figure = new_figure(WIDTH, (0.24 * min(units, MOST_NAMES) + 0.75) * down + 0.9)
        axes = np.atleast_1d(figure.subplots(down, across, sharex=True, sharey=True, squeeze=False)).ravel()
        mesh = None
        for i, (option, ax) in enumerate(zip(options, axes, strict=False)):
            if study.layout.units:
                shares = weekly(study, option)
                mesh = coverage_panel(shares, ax)
                if hatched not in colour and shares.isna().any(axis=None):
                    colour += f"; hatched: {hatched}"
            ax.set_title(broken(shortened(option, 60), 0.75 * WIDTH / across, 9.5))
            # Of many units marks take long to draw: they stand at the left and below.
            ax.yaxis.set_visible(i % across == 0)
            ax.xaxis.set_visible(i // across == down - 1)
        for ax in axes[len(options) :]:
            ax.set_axis_off()
        if mesh is not None:
            figure.colorbar(mesh, ax=list(axes), label=broken(colour, 0.8 * figure.get_figheight(), 9), shrink=0.8)
        headed(figure, f"{shortened(study.scenario.title, 80)}: {title}")
    return figure


def coverage(study: Study) -> Figure:
    """Coverage by unit and week, a panel an option; weeks in which a unit is closed are hatched."""
    return heat_maps(
        study,
        weekly_coverage,
        "which units are covered, week by week",
        "covered share of the week's hours (mean of futures)",
        "closed",
    )


def weekly_work(study: Study, option: str) -> pd.DataFrame:
    """Share served of the activities that were served or lost, by unit and week; nan where there were none."""
    units, activities = len(study.layout.units), len(study.layout.activities)
    starts = range(0, len(study.dates), 7)
    weeks = np.zeros((units, 2, len(starts)))
    for block in one_by_one(study.blocks):
        counts = block.work(study.options.index(option)).sum(axis=2, dtype=np.int32)  # over its futures
        weeks += np.add.reduceat(counts.reshape(units, activities, 2, -1).sum(axis=1), starts, axis=2)
    with np.errstate(invalid="ignore"):
        shares = weeks[:, 0] / weeks.sum(axis=1)
    return pd.DataFrame(shares, index=list(study.layout.units), columns=[study.dates[day] for day in starts])


def work(study: Study) -> Figure:
    """Work by unit and week, a panel an option.

    Raises
    ------
    ValueError
        For a scenario without activities.
    """
    if not study.scenario.activities:
        raise ValueError("the scenario has no activities")
    return heat_maps(
        study,
        weekly_work,
        "what the units get out of it, week by week",
        "share of activities served (of those served or lost, all futures)",
        "none",
    )
