"""Staff by month: what is decided, who is there, who is at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from advisory_sim.plots.style import SERIES_COLOURS, headed, legend_below, new_figure, shortened, styled

if TYPE_CHECKING:
    from advisory_sim.experiment.study import Study

SHOWN = ("authorised", "deployed", "present")
LABELS = {"authorised": "authorised", "deployed": "deployed", "present": "present, not absent"}
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
        ax.bar(
            places, mine["p50"], width=0.25, color=face, hatch=HATCHES[series], linewidth=0.8,
            edgecolor=SERIES_COLOURS[series] if series == "authorised" else "white", label=LABELS[series],
        )  # fmt: skip
        ax.errorbar(
            places, mine["p50"], yerr=[mine["p50"] - mine["p05"], mine["p95"] - mine["p50"]], fmt="none",
            ecolor="#444444", elinewidth=0.9, capsize=1.5,
        )  # fmt: skip
    labels = pd.to_datetime(pd.Series(names)).dt.strftime("%b\n%Y").tolist()
    years = [label.split("\n")[1] for label in labels]
    # The year stands under its first month alone.
    ax.set_xticks(
        range(len(names)),
        [label if i == 0 or years[i] != years[i - 1] else label.split("\n")[0] for i, label in enumerate(labels)],
    )
    ax.tick_params(axis="x", labelsize=7.5, length=0)
    ax.grid(axis="x", visible=False)
    ax.set_ylabel("people, mean of the month")
    return ax


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

    frame = by_month(study)
    frame = frame[(frame["team"] == team) & frame["series"].isin(SHOWN)]
    if frame.empty:
        raise KeyError(f"no team {team!r}; teams: {', '.join(study.layout.teams)}")
    options = study.options
    across = 1 if len(options) == 1 else 2
    down = -(-len(options) // across)
    with styled():
        figure = new_figure(max(5.0, 0.42 * frame["month"].nunique()) * across + 0.4, 2.5 * down + 0.6)
        axes = figure.subplots(down, across, sharey=True, squeeze=False).ravel()
        for option, ax in zip(options, axes, strict=False):
            staffing_panel(frame[frame["option"] == option], ax)
            ax.set_title(shortened(option, 60))
        for i, ax in enumerate(axes[: len(options)]):
            if i % across:
                ax.set_ylabel("")
        axes[0].set_ylim(0, 1.05 * max(1.0, frame["p95"].max()))
        for ax in axes[len(options) :]:
            ax.set_axis_off()
        legend_below(figure, axes[0])
        whose = f", {shortened(team, 40)}" if team else ""
        headed(
            figure, f"{shortened(study.scenario.title, 70)}: staff by month{whose}\nmiddle and range of 9 in 10 futures"
        )
    return figure
