"""What past deployments say: Kaplan-Meier curves with the fitted durations over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from advisory_sim.plots.layout import panels
from advisory_sim.plots.style import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    broken,
    headed,
    new_figure,
    shortened,
    styled,
)

if TYPE_CHECKING:
    from advisory_sim.fitting.fit import Early, Fit, Stage, Tour

# Colour and dashes of each family: colour is never the only cue.
LOOKS = {
    "lognormal": (BLUE, "-"),
    "exponential": (VERMILION, (0, (5, 2))),
    "pert": (PURPLE, (0, (1, 1.5))),
    "triangular": (ORANGE, (0, (3, 1.5, 1, 1.5))),
    "constant": (BLUE, ":"),
    "uniform": (SKY, (0, (8, 3))),
}
NEAR = 10.0  # of AIC: families farther off are left out
STAGES = ("selection", "arrival")
COUNTED_FROM = {
    "selection": ("nomination", "not yet selected or lost"),
    "arrival": ("selection", "not yet arrived or lost"),
    "early departure": ("arrival", "not left early"),
    "tour": ("arrival", "tour longer"),
}


def fitted_panel(found: Stage | Early | Tour, confidence: float, ax: Axes) -> Axes:
    """One setting: the Kaplan-Meier curve with its band, and over it the families that come near, best first.

    Parameters
    ----------
    found
        A stage of recruitment, early departures or tours, of a fit.
    confidence
        Of the band.
    """
    curve, times = found.curve, found.sample
    days = np.concatenate([[0], curve.days])
    steps = [np.concatenate([[1.0], part]) for part in (curve.share, curve.low, curve.high)]
    ax.fill_between(
        days, steps[1], steps[2], step="post", color=GREY, alpha=0.25, linewidth=0, label=f"its {confidence:.0%} band"
    )
    ax.step(days, steps[0], where="post", color=BLACK, linewidth=1.3, label="Kaplan-Meier")
    x = np.linspace(0, float(times.days.max()) * 1.05 + 1, 400)
    for name, shares in fitted_curves(found, x).items():
        family = name.partition(" ")[0]
        colour, dashes = LOOKS[family]
        ax.plot(x, shares, color=colour, linestyle=dashes, linewidth=1.5, label=name)
    since, what = COUNTED_FROM[found.name]
    ax.set_xlim(0, x[-1])
    ax.set_ylim(0, 1.03)
    ax.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f}")
    ax.set_xlabel(f"days since {since}")
    ax.set_ylabel(broken(f"{what} (% of cases)", 2.3, 9))
    ax.legend(loc="upper right" if found.name in STAGES else "lower left", fontsize=7.5)
    return ax


def fitted_curves(found: Stage | Early | Tour, x: np.ndarray) -> dict[str, np.ndarray]:
    """The curves of the families that come near, by name: the share that lasts longer than x days."""
    from advisory_sim.fitting.fit import YEAR, Early, Stage

    if isinstance(found, Stage):
        best = min(one.aic for one in found.candidates)
        near = [one for i, one in enumerate(found.candidates) if i == 0 or one.aic < best + NEAR]
        return {
            f"{one.family.name} (AIC {one.aic - best:+.1f})": one.family.survival(x, one.values) for one in near
        }  # fmt: skip
    if isinstance(found, Early):
        return {"exponential (constant risk)": (1 - found.share.value) ** (x / YEAR)}
    return {}


def caption(found: Stage | Early | Tour) -> str:
    """What a panel rests on."""
    times = found.sample
    if getattr(found, "planned", False):
        return f"tours as planned: {times.n} cases"
    return f"{found.name}: {times.n} cases, {times.events} ended, {times.censored} censored"


def fitted(fit: Fit) -> Figure:
    """What a table of past deployments says, a panel a role and setting: its Kaplan-Meier curve and its fits."""
    shown = [(role.role, found) for role in fit.roles for found in role.settings]
    across = min(2, len(shown))
    down = -(-len(shown) // across)
    with styled():
        figure = new_figure(max(5.0, 4.6 * across), 2.9 * down + 0.5)
        for (role, found), ax in zip(shown, panels(figure, len(shown)), strict=True):
            fitted_panel(found, fit.confidence, ax)
            ax.set_title(broken(f"{shortened(role, 30)}, {caption(found)}", 4.2, 9))
        headed(figure, f"{shortened(fit.table.name, 60)}: how long it took, seen to {fit.table.as_of}")
    return figure
