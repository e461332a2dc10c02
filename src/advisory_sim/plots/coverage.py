"""Coverage by unit and week, as a heat map."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from advisory_sim.experiment.estimate import mean_of_known
from advisory_sim.plots.layout import named, panels
from advisory_sim.plots.style import (
    BESIDE,
    SHARES,
    WIDTH,
    broken,
    date_axis,
    headed,
    new_figure,
    share_scale,
    shortened,
    styled,
)

if TYPE_CHECKING:
    from advisory_sim.experiment.study import Study


MOST_NAMES = 24  # of units, down a panel
HATCH = "0.75"  # the colour of the lines where nothing is


def coverage_panel(weekly: pd.DataFrame, ax: Axes) -> AxesImage:
    """Units down, weeks across, the mean covered share as colour.

    Parameters
    ----------
    weekly
        Index: units; columns: the first day of each week; values: mean covered share, 0 to 1; nan is hatched.
    """
    starts = mdates.date2num(pd.to_datetime(weekly.columns))
    image = ax.imshow(
        weekly.to_numpy(), extent=(starts[0], starts[-1] + 7, len(weekly), 0), aspect="auto", interpolation="none",
        **SHARES,
    )  # fmt: skip
    ax.patch.set(facecolor="white", edgecolor=HATCH, hatch="////", linewidth=0)
    every = -(-len(weekly) // MOST_NAMES)  # of many units, so many that their names have room
    named(ax.yaxis, np.arange(len(weekly))[::every] + 0.5, [shortened(unit, 24) for unit in weekly.index[::every]])
    ax.tick_params(axis="x", bottom=True, length=3, pad=3)  # there are no lines to follow
    ax.grid(False)
    date_axis(ax, 5)
    return image


def weekly_coverage(study: Study, option: str) -> pd.DataFrame:
    """Mean covered share by unit and week: index units, columns the first day of each week from day 0.

    Of a unit that is closed all the week, in every future, it is nan.
    """
    units, days = len(study.layout.units), len(study.dates)
    total, known = np.zeros((units, days)), np.zeros((units, days))
    for cover in study.blocks.each(f"cover:{study.options.index(option)}"):
        total += np.fmax(cover, 0).sum(axis=0)  # nan counts as nothing
        known += len(cover) - np.isnan(cover).sum(axis=0, dtype=np.int32)
    with np.errstate(invalid="ignore"):
        cover_of_day = total / known
    starts = range(0, days, 7)
    weeks = np.stack([mean_of_known(cover_of_day[:, day : day + 7], axis=1) for day in starts], axis=1)
    return pd.DataFrame(weeks, index=list(study.layout.units), columns=[study.dates[day] for day in starts])


def heat_maps(
    study: Study, weekly: Callable[[Study, str], pd.DataFrame], title: str, colour: str, hatched: str
) -> Figure:
    """Units by week, a panel an option; `weekly` gives an option's shares, `colour` and `hatched` say what they are."""
    options = study.options
    units = max(1, len(study.layout.units))
    across = min(2, len(options))
    down = -(-len(options) // across)
    with styled():
        figure = new_figure(WIDTH, (0.19 * min(units, MOST_NAMES) + 0.5) * down + 0.6)
        *axes, beside = panels(figure, len(options), same_x=True, same_y=True, grid="", beside=BESIDE)
        for option, ax in zip(options, axes, strict=True):
            if study.layout.units:
                shares = weekly(study, option)
                coverage_panel(shares, ax)
                if hatched not in colour and shares.isna().any(axis=None):
                    colour += f"; hatched: {hatched}"
            ax.set_title(broken(shortened(option, 60), 0.75 * WIDTH / across, 9.5))
        share_scale(beside, broken(colour, 0.8 * figure.get_figheight(), 9))
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
    for counted in study.blocks.each(f"work:{study.options.index(option)}"):
        counts = counted.sum(axis=0, dtype=np.int32)  # over its futures
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
