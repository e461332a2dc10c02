"""Which uncertain inputs move a measure, the strongest on top."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from advisory_sim.plots.layout import panels
from advisory_sim.plots.style import headed, new_figure, styled
from advisory_sim.scenario.catalogue import unit_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LOW, HIGH = "#56B4E9", "#D55E00"


def tornado(frame: pd.DataFrame) -> Figure:
    """A bar an input, from the measure's mean where it is low to that where it is high.

    Parameters
    ----------
    frame
        From `sensitivity`, or the frame of `total_sensitivity`.
    """
    rows = frame.dropna(subset=["low"])
    with styled():
        figure = new_figure(9, 1.8 + 0.5 * len(rows))
        headed(figure, f"What moves {rows['measure'].iloc[0].replace('_', ' ')} under '{rows['option'].iloc[0]}'")
        tornado_panel(rows, *panels(figure, 1, grid="x"))
    return figure


def tornado_panel(rows: pd.DataFrame, ax: Axes) -> Axes:
    """Bars from low to high, with the intervals of both ends.

    Parameters
    ----------
    rows
        One an input: path, first_order, low, low_error, high, high_error, measure; total where a design told it.
    """
    for place, row in enumerate(rows.to_dict("records")):
        ax.plot([row["low"], row["high"]], [place, place], color="0.75", linewidth=9, solid_capstyle="butt", zorder=1)
        for end, colour, marker in (("low", LOW, "v"), ("high", HIGH, "^")):
            ax.errorbar(
                row[end], place, xerr=row[f"{end}_error"], color=colour, marker=marker, capsize=3, zorder=2,
                label=f"{end}est fifth of the input" if place == 0 else None,
            )  # fmt: skip
    ax.set_yticks(range(len(rows)), [
        f"{row['path']}\n{row['value']}, {row['grade']}: {explains(row)} of the variance"
        for row in rows.to_dict("records")
    ], fontsize=7)  # fmt: skip
    ax.invert_yaxis()
    measure = rows["measure"].iloc[0]
    unit = unit_of(measure)
    ax.set_xlabel(f"{measure.replace('_', ' ')}{f' ({unit})' if unit else ''}: mean, and its interval")
    ax.legend(loc="best")
    return ax


def explains(row: dict[str, Any]) -> str:
    """What an input explains of the variance alone and, where that is known, in what it has a part."""
    alone = f"{100 * max(0.0, row['first_order']):.0f} %"
    return f"alone {alone}, with others {100 * max(0.0, row['total']):.0f} %" if "total" in row else alone
