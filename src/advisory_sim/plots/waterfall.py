"""Where the officer-days went: from the authorised to those on duty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from advisory_sim.plots.layout import EDGE, named, panels
from advisory_sim.plots.style import (
    BLACK,
    GREEN,
    ORANGE,
    SKY,
    SMALL,
    WIDTH,
    boxes,
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
DAYS = "officer-days over the mandate (mean of futures; whiskers: its interval)"
OF_NAMES, OF_FIGURES = 1.8, 1.2  # inches that the names of causes take, and the longest figure


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
    places = np.arange(len(days))
    begins, ends = np.array(left), np.array(left) + days
    total, rest = places == 0, places == len(days) - 1
    lost = ~(total | rest) & (days >= 0)
    for bars, colour in ((total, BLACK), (rest, GREEN), (lost, ORANGE), (~(total | rest | lost), SKY)):
        ax.add_artist(
            boxes(begins[bars], ends[bars], places[bars] - 0.35, places[bars] + 0.35, facecolor=colour, linewidth=0)
        )
    whiskers = [steps["days"] - steps["ci_low"], steps["ci_high"] - steps["days"]]
    at, (below, above) = np.where(rest, ends, begins), np.clip(whiskers, 0, None)
    ax.hlines(places, at - below, at + above, color="#444444", linewidth=1.2)
    for i in range(len(days)):
        share = days[i] / days[0] if days[0] else 0
        sign = "−" if 0 < i < len(days) - 1 and days[i] > 0 else "+" if 0 < i < len(days) - 1 and days[i] < 0 else ""
        ax.text(
            max(left[i], ends[i]), i, f"  {sign}{abs(days[i]):,.0f} ({abs(share):.0%})", va="center",
            fontsize=SMALL, in_layout=False,
        )  # fmt: skip
    named(ax.yaxis, places, list(steps["label"]))
    ax.set_ylim(len(days) - 0.4, -0.6)
    ax.set_xlim(0, 1.5 * max(1.0, days[0]) if right is None else right)
    ax.xaxis.set_major_locator(MaxNLocator(3))
    ax.xaxis.set_major_formatter(lambda x, _: f"{x:,.0f}")
    ax.set_xlabel(DAYS)
    return ax


def waterfall_steps(study: Study, window: str = "mandate") -> dict[str, pd.DataFrame]:
    """The bars of each option: label, days, ci_low, ci_high.

    Causes that cost less than half a day are none, and left out where they are so in every option.
    """
    lost = {f"officer_days_lost_to_{cause}": label for cause, label in LABELS.items()}
    found = study.summary(["present_days", *lost], scope="mission", window=window)
    found = found.set_index(["option", "measure"])[["mean", "ci_low", "ci_high"]]
    large = found["mean"].abs() >= 0.5
    causes = [measure for measure in lost if large.xs(measure, level="measure").any()]
    found[~large] = 0.0
    steps = {}
    for option in study.options:
        days = {measure: tuple(found.loc[(option, measure)]) for measure in ("present_days", *lost)}
        rows = [(lost[measure], *days[measure]) for measure in causes]
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
    across = min(2, len(options))
    steps = waterfall_steps(study)
    with styled():
        figure = new_figure(WIDTH, (0.21 * len(steps[options[0]]) + 0.5) * -(-len(options) // across) + 0.7)
        widest = max(1.0, *(bars["days"].iloc[0] for bars in steps.values()))
        room = (WIDTH - OF_NAMES) / across  # inches, of bars and their figures
        for option, ax in zip(options, panels(figure, len(options), same_x=True, same_y=True, grid="x"), strict=True):
            waterfall_panel(steps[option], ax, widest * room / (room - OF_FIGURES))
            ax.set_title(broken(shortened(option, 60), 0.8 * WIDTH / across, 9.5))
            ax.set_xlabel("")
        figure.supxlabel(DAYS, y=EDGE / figure.get_figheight(), fontsize=9)
        headed(figure, f"{shortened(study.scenario.title, 80)}: where the officer-days went")
    return figure
