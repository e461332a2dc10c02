"""Where the officer-days went: from the authorised to those on duty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from advisory_sim.plots.style import (
    BLACK,
    GREEN,
    ORANGE,
    SKY,
    SMALL,
    WIDTH,
    broken,
    headed,
    new_figure,
    shortened,
    styled,
)

if TYPE_CHECKING:
    from advisory_sim.experiment.study import Study

LABELS = {
    "waiting": "waiting to travel",
    "vacancy": "post vacant",
    "suspension": "unit suspended",
    "induction": "induction",
    "checkout": "checkout",
    "leave": "leave",
    "sickness": "sickness",
    "off_shift": "off shift",
    "handover": "handover (twice counted)",
}
OF_NAMES, OF_FIGURES = 1.6, 1.2  # inches that the names of causes take, and the longest figure


def waterfall_panel(steps: pd.DataFrame, ax: Axes, right: float | None = None) -> Axes:
    """Bars from the authorised post-days down to the days on duty.

    Parameters
    ----------
    steps
        One row a bar, in order: label, days, ci_low, ci_high (of the mean). The first is the total, the last what
        remains; those between are losses (a gain is negative).
    right
        Days at the axis's end, beyond which figures do not fit; left out, one and a half times the total.
    """
    level, left = 0.0, []
    days = steps["days"].to_numpy()
    for i in range(len(days)):
        if i in (0, len(days) - 1):
            left.append(0.0)
            level = days[0]
        else:
            level -= days[i]
            left.append(level)
    colours = [
        BLACK if i == 0 else GREEN if i == len(days) - 1 else ORANGE if d >= 0 else SKY for i, d in enumerate(days)
    ]
    places = np.arange(len(days))
    ends = np.array(left) + days
    whiskers = [steps["days"] - steps["ci_low"], steps["ci_high"] - steps["days"]]
    ax.barh(places, days, left=left, color=colours, height=0.7)
    ax.errorbar(
        np.where(places == len(days) - 1, ends, left), places, xerr=np.clip(whiskers, 0, None), fmt="none",
        ecolor="#444444", elinewidth=0.9, capsize=1.5,
    )  # fmt: skip
    for i, place in enumerate(places):
        share = days[i] / days[0] if days[0] else 0
        sign = "−" if 0 < i < len(days) - 1 and days[i] > 0 else "+" if 0 < i < len(days) - 1 and days[i] < 0 else ""
        ax.annotate(
            f"{sign}{abs(days[i]):,.0f} ({abs(share):.0%})", (max(left[i], ends[i]), place),
            xytext=(6, 0), textcoords="offset points", va="center", fontsize=SMALL, in_layout=False,
        )  # fmt: skip
    ax.set_yticks(places, steps["label"])
    ax.set_ylim(len(days) - 0.4, -0.6)
    ax.set_xlim(0, 1.5 * max(1.0, days[0]) if right is None else right)
    ax.grid(axis="y", visible=False)
    ax.xaxis.set_major_locator(MaxNLocator(3))
    ax.xaxis.set_major_formatter(lambda x, _: f"{x:,.0f}")
    ax.set_xlabel("officer-days over the mandate (mean of futures; whiskers: its interval)")
    return ax


def waterfall_steps(study: Study, window: str = "mandate") -> dict[str, pd.DataFrame]:
    """The bars of each option: label, days, ci_low, ci_high; causes that cost less than half a day are left out."""
    lost = {f"officer_days_lost_to_{cause}": label for cause, label in LABELS.items()}
    found = study.summary(["present_days", *lost], scope="mission", window=window)
    found = found.set_index(["option", "measure"])[["mean", "ci_low", "ci_high"]]
    steps = {}
    for option in study.options:
        days = {measure: tuple(found.loc[(option, measure)]) for measure in ("present_days", *lost)}
        rows = [(label, *days[measure]) for measure, label in lost.items() if abs(days[measure][0]) >= 0.5]
        off_shift = days["officer_days_lost_to_off_shift"][0]
        on_duty = [end - off_shift for end in days["present_days"]]
        total = on_duty[0] + sum(row[1] for row in rows)
        steps[option] = pd.DataFrame(
            [("authorised", total, total, total), *rows, ("on duty", *on_duty)],
            columns=["label", "days", "ci_low", "ci_high"],
        )
    return steps


def waterfall(study: Study) -> Figure:
    """Where the officer-days of the mandate went, a panel an option."""
    options = study.options
    across = 1 if len(options) == 1 else 2
    down = -(-len(options) // across)
    with styled():
        figure = new_figure(WIDTH, 2.5 * down + 0.7)
        axes = np.atleast_1d(figure.subplots(down, across, sharex=True, squeeze=False)).ravel()
        steps = waterfall_steps(study)
        widest = max(1.0, *(bars["days"].iloc[0] for bars in steps.values()))
        room = WIDTH / across - OF_NAMES  # inches, of bars and their figures
        for option, ax in zip(options, axes, strict=False):
            waterfall_panel(steps[option], ax, widest * room / (room - OF_FIGURES))
            ax.set_title(broken(shortened(option, 60), 0.8 * WIDTH / across, 9.5))
        for ax in axes[: len(options)]:
            ax.set_xlabel("")
        for ax in axes[len(options) :]:
            ax.set_axis_off()
        figure.supxlabel("officer-days over the mandate (mean of futures; whiskers: its interval)", fontsize=9)
        headed(figure, f"{shortened(study.scenario.title, 80)}: where the officer-days went")
    return figure
