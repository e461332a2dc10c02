"""Strength over time: how many, with the range of what may happen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from advisory_sim.plots.layout import panels
from advisory_sim.plots.style import (
    GREY,
    SERIES_COLOURS,
    SMALL,
    VERMILION,
    WIDTH,
    broken,
    date_axis,
    headed,
    legend_below,
    new_figure,
    shortened,
    styled,
)

if TYPE_CHECKING:
    from advisory_sim.experiment.study import Study


def strength_panel(daily: dict[str, pd.DataFrame], ax: Axes, marks: Sequence[tuple[pd.Timestamp, str]] = ()) -> Axes:
    """One option's strength.

    Parameters
    ----------
    daily
        By series (`authorised`, `deployed`, `present`): one row a date, with p05, p50, p95 in people.
    marks
        Dates to mark, and what they are.
    """
    for series in ("deployed", "present"):
        frame, colour = daily[series], SERIES_COLOURS[series]
        dates = mdates.date2num(frame["date"])
        ax.fill_between(dates, frame["p05"], frame["p95"], color=colour, alpha=0.16, linewidth=0)
        ax.plot(dates, frame["p95"], color=colour, linewidth=0.6, alpha=0.7)
        ax.plot(dates, frame["p05"], color=colour, linewidth=0.6, alpha=0.7)
        ax.plot(
            dates, frame["p50"], color=colour, linewidth=1.7, label=f"{series}: middle, and 9 in 10 futures",
            linestyle="-" if series == "deployed" else (0, (4, 1.5)),
        )  # fmt: skip
    paper = daily["authorised"]
    ax.step(
        mdates.date2num(paper["date"]),
        paper["p50"],
        where="post",
        color=SERIES_COLOURS["authorised"],
        linewidth=1,
        label="authorised (middle)",
    )
    # Labels of dates near each other stand on lines of their own.
    level, before = 0, None
    span = (paper["date"].iloc[-1] - paper["date"].iloc[0]) / 2
    for date, label in sorted(marks):
        level = level + 1 if before is not None and date - before < span else 0
        before = date
        ax.axvline(date, color=VERMILION if "ends" in label else GREY, linewidth=0.9, linestyle=":")
        late = date - paper["date"].iloc[0] > 1.3 * span  # its label would leave the panel
        ax.annotate(
            label, (date, 1), xycoords=("data", "axes fraction"), xytext=(-2 if late else 2, -2 - 11 * level),
            textcoords="offset points", va="top", ha="right" if late else "left", fontsize=SMALL, color="#444444",
            bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.8},
        )  # fmt: skip
    ax.set_ylim(bottom=0)
    date_axis(ax, 5)
    ax.set_ylabel("international staff (people)")
    return ax


def strength(study: Study, *, team: str | None = None, role: str | None = None) -> Figure:
    """Strength over time, a panel an option: deployed and present with their ranges, authorised, what the Council does.

    Parameters
    ----------
    team, role
        Whose; left out, the mission's international staff.
    """
    options = study.options
    across = min(2, len(options))
    with styled():
        figure = new_figure(WIDTH, 2.6 * -(-len(options) // across) + 0.6)
        axes = panels(figure, len(options), same_x=True, same_y=True)
        frames = {series: study.daily(series, team=team, role=role) for series in ("authorised", "deployed", "present")}
        for option, ax in zip(options, axes, strict=True):
            daily = {series: frame[frame["option"] == option] for series, frame in frames.items()}
            strength_panel(daily, ax, event_marks(study, option))
            ax.set_title(broken(shortened(option, 60), 0.92 * WIDTH / across, 9.5))
        top = max(frame["p95"].max() for frame in frames.values())
        axes[0].set_ylim(0, max(1.0, top) * 1.45)  # room for the labels of the marks
        legend_below(figure, axes[0])
        whose = " ".join(part for part in (team, role) if part)
        headed(figure, f"{shortened(study.scenario.title, 80)}: strength{', ' + whose if whose else ''}")
    return figure


def event_marks(study: Study, option: str) -> list[tuple[pd.Timestamp, str]]:
    """What happens to an option's mandate, at the middle of its futures: consent, begin, decisions, end."""
    marks = []
    for label, days in study.events(option).items():
        middle = float(np.median(days))
        if np.isfinite(middle) and 0 <= middle <= len(study.dates):
            marks.append((pd.Timestamp(study.scenario.start) + pd.Timedelta(days=middle), label))
    return marks
