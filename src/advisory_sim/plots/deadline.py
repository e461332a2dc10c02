"""What a decision is worth by the day on which it is taken, with the last days that will do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from advisory_sim.plots.differences import NAMES
from advisory_sim.plots.layout import panels
from advisory_sim.plots.style import (
    BLACK,
    BLUE,
    GREY,
    SKY,
    SMALL,
    VERMILION,
    WIDTH,
    headed,
    new_figure,
    shortened,
    styled,
)

if TYPE_CHECKING:
    from advisory_sim.experiment.deadline import Deadline


def deadline_panel(frame: pd.DataFrame, answer: pd.Series, bound: float, ax: Axes) -> Axes:
    """Value by day with its interval, and a mark at the last day that will do.

    Parameters
    ----------
    frame
        Rows of `Deadline.curve` of one figure, in the order of time.
    answer
        The row of `Deadline.answer` for it.
    bound
        What must be reached, in the figure's unit: half of the first value, or the asked chance.
    """
    scale = {"share": 100, "money": 1e-3}.get(frame["unit"].iloc[0], 1)
    days = frame["day"].to_numpy()
    x, y = days, frame["mean"].to_numpy() * scale
    ax.fill_between(x, frame["ci_low"] * scale, frame["ci_high"] * scale, color=SKY, alpha=0.35, linewidth=0)
    ax.plot(x, y, color=BLUE, linewidth=0.9, marker="o", markersize=3)
    same = frame["same_as_before"].to_numpy(bool)
    for i in np.flatnonzero(same):  # nothing lies between days that are the same: a step's tread
        ax.plot(x[i - 1 : i + 1], y[i - 1 : i + 1], color=BLUE, linewidth=3, solid_capstyle="round")
    ax.axhline(bound * scale, color=GREY, linewidth=0.9, linestyle="--")
    if pd.notna(answer["day"]):
        day = int(answer["day"])
        ends = [int(answer[key]) for key in ("day_surely", "day_perhaps") if pd.notna(answer[key])]
        if len(ends) == 2 and ends[0] != ends[1]:
            ax.axvspan(min(ends), max(ends), color=VERMILION, alpha=0.15, linewidth=0)
        ax.axvline(day, color=VERMILION, linewidth=1.1)
        ax.plot([day], [y[days == day][0]], color=VERMILION, marker="D", markersize=6, linestyle="none", zorder=5)
        moment = f"last: {answer['moment']}"
        date = answer["date"]
        moment += f", {date.day} {date:%b %Y}" if pd.notna(date) else ""
        late = list(days).index(day) > len(days) / 2 or abs(day - x[0]) > abs(x[-1] - x[0]) / 2
        ax.annotate(f"{moment}\n({answer['verdict']})", (day, 1), xycoords=("data", "axes fraction"),
                    xytext=(-4 if late else 4, -2), textcoords="offset points", va="top",
                    ha="right" if late else "left", color=BLACK, fontsize=SMALL)  # fmt: skip
    if answer["question"] != "target":
        ax.axhline(0, color=BLACK, linewidth=0.8)
    ax.set_xlim(x[0], x[-1])
    ax.margins(y=0.14)
    low, high = ax.get_ylim()
    ax.set_ylim(low, high + 0.12 * (high - low))  # room for the answer's words
    return ax


def deadline(found: Deadline) -> Figure:
    """What a decision is worth by day, a panel a figure."""
    frames = [frame for _, frame in found.curve.groupby(["measure", "name"], sort=False)]
    relative = found.question.move.relative
    with styled():
        figure = new_figure(WIDTH, 1.3 + 2.3 * len(frames))
        axes = panels(figure, len(frames), 1, same_x=True)
        for i, (frame, ax) in enumerate(zip(frames, axes, strict=True)):
            answer, first = found.answer.iloc[i], frame.iloc[0]
            is_target = answer["question"] == "target"
            deadline_panel(frame, answer, found.question.probability if is_target else first["mean"] / 2, ax)
            name = NAMES.get(first["measure"], first["measure"].replace("_", " "))
            title = f"chance to meet '{shortened(first['name'], 32)}' (%)" if is_target else f"more {name}"
            ax.set_title(f"{title}; dashed: {'the chance asked for' if is_target else 'half of its value at first'}")
            if first["unit"] == "share" and is_target:  # room above 100 % is for words alone
                low, _ = ax.get_ylim()
                ax.set_yticks([tick for tick in ax.get_yticks() if max(low, 0) <= tick <= 100])
            ax.yaxis.set_major_formatter(lambda y, _: f"{y:,.0f}" if abs(y) >= 10 or y == int(y) else f"{y:.2g}")
        axes[-1].set_xlabel(f"{'days before the expiry' if relative else 'day'} on which it is decided")
        confidence = f"{100 * found.question.confidence:g} %"
        headed(
            figure,
            f"What '{shortened(found.decision, 40)}' brings by day of decision ('{shortened(found.option, 40)}')\n"
            f"line and band: mean over {found.replications} futures, {confidence} interval; thick: the days make no "
            "difference",
            9.5,
        )
    return figure
