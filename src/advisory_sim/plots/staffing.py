"""Staff by month: what is decided, who is there, who is at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from advisory_sim.plots.layout import named, panels
from advisory_sim.plots.style import (
    SERIES_COLOURS,
    WIDTH,
    boxes,
    broken,
    headed,
    legend_below,
    new_figure,
    shortened,
    styled,
)

if TYPE_CHECKING:
    from advisory_sim.experiment.study import Study

SHOWN = ("authorised", "deployed", "present")
LABELS = {"authorised": "authorised", "deployed": "deployed", "present": "present, not absent"}
MOST_MONTHS = 18  # that have room for a label
HATCHES = {"authorised": "", "deployed": "", "present": "////"}


def staffing_panel(months: pd.DataFrame, ax: Axes) -> Axes:
    """One option's bars, three a month: the middle of the futures, and the range of 9 in 10.

    Parameters
    ----------
    months
        One row a month and series (authorised, deployed, present): month (2010-07), p05, p50, p95 in people.
    """
    names = list(dict.fromkeys(months["month"]))
    for i, series in enumerate(SHOWN):
        mine = months[months["series"] == series].set_index("month").loc[names]
        places = np.arange(len(names)) + (i - 1) * 0.27
        face = "white" if series == "authorised" else SERIES_COLOURS[series]
        ax.add_artist(boxes(
            places - 0.125, places + 0.125, 0, mine["p50"], facecolor=face, hatch=HATCHES[series], linewidth=0.8,
            edgecolor=SERIES_COLOURS[series] if series == "authorised" else "white", label=LABELS[series],
        ))  # fmt: skip
        ax.vlines(places, mine["p05"], mine["p95"], color="#444444", linewidth=1.2)
    month_axis(ax, names)
    ax.yaxis.set_major_locator(MaxNLocator(3, integer=True, steps=[1, 2, 5, 10]))
    ax.set_ylabel("people")
    return ax


def month_axis(ax: Axes, names: list[str]) -> None:
    """Mark months (2010-07) along x, as many as have room; the year stands under the first that is marked of it."""
    every = next(step for step in (1, 2, 3, 6, 12, len(names)) if len(names) / step <= MOST_MONTHS)
    dates = pd.to_datetime(pd.Series(names))
    marked = [i for i, date in enumerate(dates) if every == 1 or (date.month - 1) % every == 0 or every == len(names)]
    years = dates.dt.year
    new_year = [n == 0 or years[i] != years[marked[n - 1]] for n, i in enumerate(marked)]
    labels = [dates[i].strftime("%b\n%Y" if new else "%b") for i, new in zip(marked, new_year, strict=True)]
    named(ax.xaxis, marked, labels)


def staffing(study: Study, *, team: str = "") -> Figure:
    """Authorised, deployed and present by month, a panel an option.

    Parameters
    ----------
    team
        Whose international staff; left out, the mission's.

    Raises
    ------
    KeyError
        Where there is no such team.
    """
    from advisory_sim.experiment.staffing import staffing as by_month

    if team and team not in study.layout.teams:
        raise KeyError(f"no team {team!r}; teams: {', '.join(study.layout.teams)}")
    frame = by_month(study, team)
    frame = frame[frame["series"].isin(SHOWN)]
    options = study.options
    with styled():
        figure = new_figure(WIDTH, 1.5 * len(options) + 1.0)
        axes = panels(figure, len(options), 1, same_x=True, same_y=True, grid="y")
        for option, ax in zip(options, axes, strict=True):
            staffing_panel(frame[frame["option"] == option], ax)
            ax.set_title(broken(shortened(option, 90), 0.88 * WIDTH, 9.5))
        axes[0].set_ylim(0, 1.05 * max(1.0, frame["p95"].max()))
        legend_below(figure, axes[0])
        whose = f", {shortened(team, 40)}" if team else ""
        title = f"{shortened(study.scenario.title, 70)}: staff by month{whose}"
        headed(figure, f"{title}\nmeans of the month: middle and range of 9 in 10 futures")
    return figure
