"""Where units are covered: a map, each unit coloured by its coverage and sized by its population."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from advisory_sim.plots.labels import Box, around, places
from advisory_sim.plots.layout import Layout, panels
from advisory_sim.plots.sight import KM, SHAPE, Sight, area_spot, round_below, sight
from advisory_sim.plots.style import (
    BESIDE,
    GREY,
    SHARES,
    broken,
    headed,
    new_figure,
    share_scale,
    shortened,
    styled,
)
from advisory_sim.scenario.boundaries import Area, Boundaries, shipped_boundaries

if TYPE_CHECKING:
    from matplotlib.text import Text

    from advisory_sim.experiment.study import Study

MOST = 4  # panels
ACROSS = 4.6  # inches of a panel
LARGEST, NO_POPULATION = 34.0, 9.0  # diameter of the largest unit's sign, and of one without a population, in points
FULL = 0.08  # of a panel's area at most under signs
LAND, SEA, BORDER = "#f3efe6", "#ffffff", "#8a8175"


def options_shown(study: Study) -> list[str]:
    """All options where they are few; else the first and those that cover most, in the file's order."""
    if len(study.options) <= MOST:
        return list(study.options)
    covered = {option: float(study.column(option, "covered_days").mean()) for option in study.options[1:]}
    best = sorted(covered, key=lambda option: -covered[option])[: MOST - 1]
    return [option for option in study.options if option == study.options[0] or option in best]


def largest(populations: Sequence[int | None]) -> float:
    """Diameter of the largest unit's sign in points: smaller where many would cover one another."""
    people = [population for population in populations if population]
    panel = (72 * ACROSS) ** 2 / SHAPE
    return min(LARGEST, math.sqrt(FULL * panel * 4 / math.pi * max(people) / sum(people)))


def diameters(populations: Sequence[int | None]) -> np.ndarray:
    """Of the units' signs, in points: areas go as populations."""
    people = np.array([population or 0 for population in populations], float)
    if not people.any():
        return np.full(len(people), NO_POPULATION)
    sizes = largest(populations) * np.sqrt(people / people.max())
    return np.where(people > 0, np.maximum(sizes, 3), NO_POPULATION)


def map_panel(
    units: Sequence[tuple[str, tuple[float, float], int | None]],
    coverage: Sequence[float],
    seen: Sight,
    areas: Sequence[Area],
    ax: Axes,
) -> None:
    """One option's units on the boundaries.

    Parameters
    ----------
    units
        Name, location (latitude, longitude) and population of each.
    coverage
        Covered share of each, 0 to 1; nan for a unit that is never open.
    """
    ax.update_datalim([(seen.left, seen.bottom), (seen.right, seen.top)])
    ax.margins(0)
    ax.set_aspect("equal", adjustable="datalim")
    ax.set(xticks=[], yticks=[], facecolor=SEA)
    ax.grid(False)
    ax.spines[:].set(visible=True, color="#c9c4ba")
    rings = [np.array(ring) * (seen.shrink, 1) for area in areas for ring in area.rings]
    ax.add_collection(
        PolyCollection(rings, facecolors=LAND, edgecolors=BORDER, linewidths=0.9, zorder=0), autolim=False
    )
    sizes = diameters([population for _, _, population in units])
    for i in np.argsort(-sizes, kind="stable"):  # small signs above large ones
        _, (latitude, longitude), population = units[i]
        x, y = seen.point(longitude, latitude)
        shape: dict[str, Any] = {
            "marker": "o" if population else "D",
            "s": sizes[i] ** 2,
            "edgecolors": "black",
            "linewidths": 0.8,
        }
        if np.isnan(coverage[i]):
            ax.scatter(x, y, **{**shape, "facecolors": "white"})
            ax.scatter(x, y, marker="x", s=min(sizes[i], 14) ** 2 / 2, color=GREY, linewidths=1.2)
        else:
            ax.scatter(x, y, c=[coverage[i]], **SHARES, **shape)


def scale_bar(ax: Axes) -> None:
    """A round length of about a fifth of the width, in the lower left corner."""
    width = ax.get_xlim()[1] - ax.get_xlim()[0]
    length = round_below(width * KM * 0.25)
    ax.plot(
        [0.03, 0.03 + length / KM / width], [0.05, 0.05], transform=ax.transAxes, color="black", linewidth=2,
        solid_capstyle="butt",
    )  # fmt: skip
    ax.text(0.03, 0.07, f"{length:g} km", transform=ax.transAxes, fontsize=7.5, va="bottom")


def shades(steps: int) -> tuple[str, ...]:
    """Colours of coverage from none to all, as a page writes them."""
    return tuple(to_hex(colormaps[SHARES["cmap"]](i / steps)) for i in range(steps + 1))


def coverage_map(study: Study, *, boundaries: Boundaries | None = None) -> Figure:
    """Covered share of each unit over the horizon on a map, a panel an option; of many options the first and the best.

    Parameters
    ----------
    boundaries
        From `read_boundaries`; left out, outlines of countries from Natural Earth.

    Raises
    ------
    ValueError
        For a scenario whose units have no location.
    """
    placed = [(name, unit.location, unit.population) for name, unit in study.scenario.units.items() if unit.location]
    if not placed:
        raise ValueError("no unit of the scenario has a location")
    boundaries = boundaries or shipped_boundaries()
    seen = sight([location for _, location, _ in placed])
    options = options_shown(study)
    across = min(2, len(options))
    down = -(-len(options) // across)
    with styled():
        figure = new_figure(ACROSS * across + 1.2, (ACROSS / SHAPE + 0.25) * down + 1.2)
        *axes, beside = panels(figure, len(options), grid="", beside=BESIDE)
        shares = {option: [unit_coverage(study, option, name) for name, _, _ in placed] for option in options}
        for option, ax in zip(options, axes, strict=True):
            map_panel(placed, shares[option], seen, boundaries.areas, ax)
            ax.set_title(shortened(option, 60))
        label = "covered share of the whole span's hours (mean of futures)"
        share_scale(beside, broken(label, 0.8 * figure.get_figheight(), 9))
        headed(figure, f"{shortened(study.scenario.title, 80)}: where units are covered")
        said = notes(study, options, boundaries, [name for name, _, _ in placed])
        never = any(np.isnan(share) for found in shares.values() for share in found)
        legend(figure, [population for _, _, population in placed], never, said)
        label_all(figure, axes, placed, shares, seen, boundaries.areas)
    return figure


def unit_coverage(study: Study, option: str, unit: str) -> float:
    """Mean covered share of a unit's open time over the horizon; nan if it is never open."""
    found = study.column(option, "coverage", "unit", unit)
    return float(np.nanmean(found)) if np.isfinite(found).any() else float("nan")


def legend(figure: Figure, populations: Sequence[int | None], never: bool, said: Sequence[str]) -> None:
    """What the signs' sizes and shapes mean, below the panels, under what is said of the map."""
    people = [population for population in populations if population]
    shape: dict[str, Any] = {
        "linestyle": "",
        "markerfacecolor": "white",
        "markeredgecolor": "black",
        "markeredgewidth": 0.8,
    }
    marks = []
    if people:
        high = round_below(max(people))
        for step in (high, round_below(high / 4)) if high > 4 else (high,):
            size = largest(people) * math.sqrt(step / max(people))
            marks.append(Line2D([], [], marker="o", markersize=size, label=f"{step:,.0f} people", **shape))
    if len(people) < len(populations):
        marks.append(Line2D([], [], marker="D", markersize=NO_POPULATION, label="population not given", **shape))
    if never:
        marks.append(Line2D([], [], marker="x", linestyle="", color=GREY, label="never open"))
    room = max(mark.get_markersize() for mark in marks) / 8  # in sizes of the text
    figure.legend(
        handles=marks, loc="lower left", ncols=int(figure.get_figwidth() / 2), handleheight=room,
        handlelength=room, alignment="left",
        title=broken("\n".join(said), figure.get_figwidth(), 7.5), title_fontsize=7.5,
    )  # fmt: skip


def notes(study: Study, options: Sequence[str], boundaries: Boundaries, placed: Sequence[str]) -> list[str]:
    """What the map leaves out, and where its boundaries are from."""
    said = []
    if len(options) < len(study.options):
        said.append(f"Of {len(study.options)} options, the first and the {MOST - 1} that cover most.")
    missing = [shortened(name, 40) for name in study.layout.units if name not in placed]
    if missing:
        more = f" and {len(missing) - 20} more" if len(missing) > 20 else ""
        said.append(f"Not on the map, as they have no location: {', '.join(missing[:20])}{more}.")
    said.append(f"Boundaries: {shortened(boundaries.credit, 60)}; they say nothing on the status of any territory.")
    return said


def label_all(
    figure: Figure,
    axes: Sequence[Axes],
    placed: Sequence[tuple[str, tuple[float, float], int | None]],
    shares: dict[str, list[float]],
    seen: Sight,
    areas: Sequence[Area],
) -> None:
    """Name units and areas in every panel at the same places; a unit for whose name there is no room has none."""
    canvas = FigureCanvasAgg(figure)
    Layout().execute(figure)
    figure.set_layout_engine("none")  # they stay where they are now
    seen = seen.within(axes[0].bbox.width / axes[0].bbox.height)
    for ax in axes:
        ax.set(xlim=(seen.left, seen.right), ylim=(seen.bottom, seen.top), aspect="auto")
    points = 72 / figure.dpi

    def extent(text: Text) -> tuple[float, float]:
        box = text.get_window_extent(canvas.get_renderer())
        text.remove()
        return points * box.width + 5, points * box.height + 2

    ax = axes[0]
    names = [shortened(name, 22) for name, _, _ in placed]
    sizes = [extent(ax.text(0, 0, f"{name}\n100 %", fontsize=7.5)) for name in names]
    at = np.array([seen.point(longitude, latitude) for _, (latitude, longitude), _ in placed])
    x, y = (points * ax.transData.transform(at)).T
    radii = diameters([population for _, _, population in placed]) / 2 + 1
    box = ax.get_window_extent()
    frame = Box(*(points * edge for edge in (box.x0, box.y0, box.x1, box.y1)))
    corner = Box(frame.left, frame.bottom, frame.left + 0.35 * (frame.right - frame.left), frame.bottom + 28)
    signs = list(zip(x, y, radii, strict=True))
    found = places(signs, sizes, frame, [corner])
    taken = [corner, *(around(i, j, 2 * r, 2 * r) for i, j, r in signs), *filter(None, found)]
    spots = []
    for area in areas:
        text = shortened(area.name, 30).upper()
        size = extent(ax.text(0, 0, text, fontsize=8)) if text else (0.0, 0.0)
        spot = area_spot(area, seen, size, frame, taken) if text else None
        if spot is not None:
            taken.append(spot)
            spots.append((text, spot))
    for ax, found_shares in zip(axes, shares.values(), strict=True):
        scale_bar(ax)
        for i, (name, label) in enumerate(zip(names, found, strict=True)):
            if label is not None:
                share = "never open" if np.isnan(found_shares[i]) else f"{100 * found_shares[i]:.0f} %"
                name_unit(
                    ax, tuple(at[i]), (label.left - x[i], label.bottom - y[i]), label, f"{name}\n{share}", radii[i]
                )
        for text, spot in spots:
            middle = ((spot.left + spot.right) / 2 - frame.left, (spot.bottom + spot.top) / 2 - frame.bottom)
            ax.annotate(
                text, (0, 0), xycoords="axes fraction", xytext=middle, textcoords="offset points", fontsize=8,
                color="#6b6359", ha="center", va="center", zorder=0.5,
            ).set_in_layout(False)  # fmt: skip


def name_unit(
    ax: Axes, at: tuple[float, float], offset: tuple[float, float], box: Box, text: str, radius: float
) -> None:
    """Write a unit's label at its place, with a line to it from afar."""
    middle = (offset[0] + (box.right - box.left) / 2, offset[1] + (box.top - box.bottom) / 2)
    away = max(abs(middle[0]) - (box.right - box.left) / 2, abs(middle[1]) - (box.top - box.bottom) / 2) - radius
    ax.annotate(
        text, at, xytext=middle, textcoords="offset points", fontsize=7.5, ha="center", va="center", linespacing=1.05,
        arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.6, "shrinkA": 0, "shrinkB": radius}
        if away > 5 else None,
    ).set_in_layout(False)  # fmt: skip
