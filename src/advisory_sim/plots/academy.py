"""The academy: graduates against the target, and the places that its classes hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from advisory_sim.plots.layout import panels
from advisory_sim.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    WIDTH,
    YELLOW,
    boxes,
    broken,
    date_axis,
    headed,
    legend_below,
    new_figure,
    option_style,
    shortened,
    styled,
)

if TYPE_CHECKING:
    from advisory_sim.experiment.study import Study

DASHES = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (6, 1.5, 1.5, 1.5)))
GROUP_COLOURS = (VERMILION, GREEN, PURPLE, ORANGE, SKY, GREY, YELLOW)
SHOWN_GROUPS = 6


def graduates_panel(daily: dict[str, pd.DataFrame], ax: Axes, target: tuple[pd.Timestamp, int] | None = None) -> Axes:
    """One option's graduates since day 0, everybody and by group, against the target.

    Parameters
    ----------
    daily
        By label, everybody first: one row a date, with p05, p50, p95 in people.
    target
        By when how many.
    """
    for i, (label, frame) in enumerate(daily.items()):
        dates = mdates.date2num(frame["date"])
        colour, width = (BLUE, 1.7) if i == 0 else (GROUP_COLOURS[(i - 1) % len(GROUP_COLOURS)], 1.2)
        ax.fill_between(dates, frame["p05"], frame["p95"], color=colour, alpha=0.2, linewidth=0)
        ax.plot(
            dates, frame["p50"], color=colour, linestyle=DASHES[i % len(DASHES)], linewidth=width,
            label=f"{label}: middle, and 9 in 10 futures",
        )  # fmt: skip
    ax.set_xlim(dates[0], dates[-1])
    if target is not None:
        ax.plot(*target, marker="*", markersize=11, color=BLACK, linestyle="none", label=f"target: {target[1]:,}")
        ax.hlines(target[1], ax.get_xlim()[0], target[0], color=BLACK, linewidth=0.8, linestyle=":")
    ax.set_ylim(bottom=0)
    date_axis(ax, 7)
    ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.set_ylabel("graduates since day 0\n(people)")
    return ax


def graduates(study: Study) -> Figure:
    """Graduates by date, a panel an option: everybody and each group, with ranges, against the academy's target.

    Raises
    ------
    ValueError
        For a scenario without an academy.
    """
    academy = academy_of(study)
    groups = list(academy.applicants.groups)[:SHOWN_GROUPS]
    target = None
    if academy.target is not None:
        target = pd.Timestamp(academy.target.by), academy.target.graduates
    frames = {"all graduates": study.daily("graduates")}
    frames |= {shortened(group, 30): study.daily("graduates", group=group) for group in groups}
    with styled():
        figure, found = option_panels(study, 2, 2.5)
        for option, ax in found:
            daily = {label: frame[frame["option"] == option] for label, frame in frames.items()}
            graduates_panel(daily, ax, target)
            ax.set_title(broken(shortened(option, 60), 0.4 * WIDTH, 9.5))
        top = max([frame["p95"].max() for frame in frames.values()] + ([target[1]] if target else []))
        found[0][1].set_ylim(0, max(1.0, top) * 1.06)
        legend_below(figure, found[0][1])
        headed(figure, f"{shortened(study.scenario.title, 80)}: graduates")
    return figure


def pieces(classes: pd.DataFrame) -> Iterator[tuple[int, int, int]]:
    """Where each class sits among the places, the lowest free ones first: (class, lowest place, places), in pieces."""
    held: list[tuple[pd.Timestamp, int, int]] = []  # until, from place, to place
    for i, row in enumerate(classes.itertuples()):
        held = [piece for piece in held if piece[0] > row.start]
        left, bottom = int(row.size), 0
        for _, low, high in [*sorted(held, key=lambda piece: piece[1]), (row.end, bottom + 10**9, 0)]:
            room = min(left, low - bottom)
            if room > 0:
                held.append((row.end, bottom, bottom + room))
                left -= room
                yield i, bottom, room
            bottom = max(bottom, high)
            if not left:
                break


def classes_panel(classes: pd.DataFrame, places: pd.DataFrame, ax: Axes, colour: str = SKY) -> Axes:
    """One future's classes as bars in the places that they hold.

    Parameters
    ----------
    classes
        One row a class: start, end, size; in order of start.
    places
        One row a step: since, places.
    """
    last = ax.get_xlim()[1]
    largest: dict[int, tuple[int, int]] = {}  # where each class's number stands
    starts, ends = mdates.date2num(classes["start"]), mdates.date2num(classes["end"])
    found = list(pieces(classes))
    which, low, high = np.array(found, int).reshape(-1, 3).T
    ax.add_artist(boxes(starts[which], ends[which], low, low + high, facecolor=colour, edgecolor="white", alpha=0.45))
    for i, bottom, height in found:
        if height > largest.get(i, (0, 0))[1]:
            largest[i] = bottom, height
    for i, (bottom, height) in largest.items():
        middle = (starts[i] + min(ends[i], last)) / 2
        ax.text(middle, bottom + height / 2, str(i + 1), ha="center", va="center", fontsize=7, clip_on=True)
    since, numbers = mdates.date2num(places["since"]).tolist(), places["places"].tolist()
    ax.step([*since, last], [*numbers, numbers[-1]], where="post", color=BLACK, linewidth=1.4,
            label="places that there are")  # fmt: skip
    date_axis(ax, 7)
    ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.set_ylabel("places held\n(people)")
    return ax


def classes(study: Study) -> Figure:
    """Classes of the future in the middle, a panel an option: when each holds how many of the places.

    Raises
    ------
    ValueError
        For a scenario without an academy.
    """
    from advisory_sim.experiment.academy import middle_classes

    academy_of(study)
    with styled():
        figure, found = option_panels(study, 1, 1.5)
        ends = mdates.date2num([study.dates[0], study.dates[-1]])
        most = 1
        for place, (option, ax) in enumerate(found):
            table, places = middle_classes(study, option)
            most = max(most, places["places"].max())
            ax.set_xlim(ends[0], ends[1] + 1)
            classes_panel(table, places, ax, option_style(place)[0])
            ax.set_title(broken(shortened(option, 90), 0.88 * WIDTH, 9.5))
        found[0][1].set_ylim(0, 1.08 * most)
        legend_below(figure, found[0][1])
        headed(
            figure,
            f"{shortened(study.scenario.title, 80)}: the academy's classes, by number (the future with the middle "
            "number of graduates)",
        )
    return figure


def academy_of(study: Study):
    """The scenario's academy."""
    if study.scenario.academy is None:
        raise ValueError("the scenario has no academy")
    return study.scenario.academy


def option_panels(study: Study, across: int, height: float) -> tuple[Figure, list[tuple[str, Axes]]]:
    """A figure with a panel an option in rows of `across`, each of a height in inches, on common axes."""
    down = -(-len(study.options) // across)
    figure = new_figure(WIDTH, height * down + 0.6)
    axes = panels(figure, len(study.options), across, same_x=True, same_y=True)
    return figure, list(zip(study.options, axes, strict=True))
