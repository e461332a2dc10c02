"""What a sweep comes to: curves with bands over one path, heat maps over two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import PercentFormatter, StrMethodFormatter

from advisory_sim.experiment.sweeping import path_end
from advisory_sim.plots.layout import panels
from advisory_sim.plots.style import headed, new_figure, styled
from advisory_sim.scenario.catalogue import unit_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from advisory_sim.experiment.sweep import Sweep


def swept(found: Sweep) -> Figure:
    """A panel a measure: over one path a curve, over two a heat map.

    Raises
    ------
    ValueError
        For a sweep over more than two paths: draw parts of its frame with `curve_panel` or `heat_panel`.
    """
    if len(found.paths) > 2:
        raise ValueError(f"a sweep over {len(found.paths)} paths has no picture; draw parts of its frame")
    measures = list(dict.fromkeys(found.frame["measure"]))
    with styled():
        figure = new_figure(4.6 * len(measures), 4.2)
        axes = panels(figure, len(measures), len(measures), grid="xy" if len(found.paths) == 1 else "")
        headed(figure, f"'{found.option}' over {' and '.join(found.paths)}")
        for ax, measure in zip(axes, measures, strict=True):
            rows = found.frame[found.frame["measure"] == measure]
            if len(found.paths) == 1:
                curve_panel(rows, found.paths[0], ax)
            else:
                heat_panel(rows, found.paths, ax)
            ax.set_xlabel(path_end(found.paths[-1], found.paths))
    return figure


def curve_panel(rows: pd.DataFrame, path: str, ax: Axes) -> Axes:
    """Mean, its interval, and the range of 9 in 10 futures over one path.

    Parameters
    ----------
    rows
        Of one measure, one a point: `path`, mean, ci_low, ci_high, p05, p95.
    """
    places, labels = axis_of(rows[path])
    order = np.argsort(places, kind="stable")
    at, rows = places[order], rows.iloc[order]
    ax.fill_between(at, rows["p05"], rows["p95"], alpha=0.18, label="9 in 10 futures")
    ax.fill_between(at, rows["ci_low"], rows["ci_high"], alpha=0.45, label="interval of the mean")
    ax.plot(at, rows["mean"], marker="o", markersize=4, label="mean")
    if labels is not None:
        ax.set_xticks(range(len(labels)), labels, rotation=30, ha="right")
    ax.set_title(measure_label(rows), loc="left")
    ax.legend()
    return ax


def heat_panel(rows: pd.DataFrame, paths: tuple[str, ...], ax: Axes) -> Axes:
    """The mean over two paths, written into its field where there is room."""
    down, across = (list(dict.fromkeys(rows[path])) for path in paths)
    table = np.full((len(down), len(across)), np.nan)
    for (one, other), mean in zip(rows[list(paths)].itertuples(index=False), rows["mean"], strict=True):
        table[down.index(one), across.index(other)] = mean
    share = rows["unit"].iloc[0] == "share"
    image = ax.imshow(table, cmap="cividis", aspect="auto", origin="lower")
    ax.set_xticks(range(len(across)), [str(value) for value in across], rotation=30, ha="right")
    ax.set_yticks(range(len(down)), [str(value) for value in down])
    ax.set_ylabel(path_end(paths[0], paths))
    ax.grid(visible=False)
    if table.size <= 80:
        middle = (np.nanmin(table) + np.nanmax(table)) / 2
        for (i, j), mean in np.ndenumerate(table):
            if np.isfinite(mean):
                text = f"{100 * mean:.1f}%" if share else f"{mean:,.0f}"
                ax.text(j, i, text, ha="center", va="center", fontsize=7, color="black" if mean > middle else "white")
    ax.figure.colorbar(
        image, ax=ax, format=PercentFormatter(1, decimals=1) if share else StrMethodFormatter("{x:,.0f}")
    )
    ax.set_title(measure_label(rows), loc="left")
    return ax


def measure_label(rows: pd.DataFrame) -> str:
    """A measure's name and unit."""
    measure = rows["measure"].iloc[0]
    unit = unit_of(measure)
    return f"{measure.replace('_', ' ')} ({unit})" if unit else measure.replace("_", " ")


def axis_of(values: pd.Series) -> tuple[np.ndarray, list[str] | None]:
    """Places along an axis: numbers where they are numbers or differ by one, else in their order with labels."""
    texts = values.astype(str)
    numbers = texts.str.extract(r"(-?\d+(?:\.\d+)?)")[0]
    around = texts.str.replace(r"-?\d+(?:\.\d+)?", "#", n=1, regex=True)
    if around.nunique() == 1 and numbers.notna().all():
        return numbers.to_numpy(float), None
    labels = list(dict.fromkeys(texts))
    return texts.map(labels.index).to_numpy(float), labels
