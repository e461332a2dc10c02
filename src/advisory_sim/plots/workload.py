"""Who is overloaded where, and whether people are on duty when the work is."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from advisory_sim.experiment.hours import by_hour
from advisory_sim.experiment.warnings import OVERLOADED
from advisory_sim.plots.layout import EDGE, named, panels
from advisory_sim.plots.style import (
    BLACK,
    BLUE,
    GREY,
    SMALL,
    VERMILION,
    WIDTH,
    broken,
    headed,
    legend_below,
    new_figure,
    option_style,
    shortened,
    styled,
)

if TYPE_CHECKING:
    from advisory_sim.experiment.study import Study

MISSION = "mission"
RATIO, HOUR = "busy time / time on duty", "hour of the day (local time)"


def needed_roles(study: Study) -> list[str]:
    """Roles that an option's activities need, in the file's order.

    Raises
    ------
    ValueError
        For a scenario without activities.
    """
    if not study.scenario.activities:
        raise ValueError("the scenario has no activities")
    activities = [activity for _, variant in study.design.variants for activity in variant.activities.values()]
    return [role for role in study.layout.roles if any(activity.needs.get(role) for activity in activities)]


def utilisation_panel(frame: pd.DataFrame, ax: Axes, options: Sequence[str], places: Sequence[str]) -> Axes:
    """Places down, busy time over time on duty across; in each place a sign and an interval an option.

    Parameters
    ----------
    frame
        One row an option and place: option, place, mean, p05, p95; nan where nobody was on duty.
    options, places
        Their order from top to bottom.
    """
    down = np.arange(len(places))
    for i, option in enumerate(options):
        mine = frame[frame["option"] == option].set_index("place").reindex(places)
        colour, marker = option_style(i)
        y = down + 0.8 * ((i + 0.5) / len(options) - 0.5)
        ax.hlines(y, mine["p05"], mine["p95"], color=colour, linewidth=1.6, alpha=0.65)
        face = np.where(mine["mean"] > OVERLOADED, colour, "white")
        ax.scatter(
            mine["mean"], y, s=17, marker=marker, edgecolors=colour, facecolors=face, linewidths=1, zorder=3,
            label=shortened(option, 40),
        )  # fmt: skip
    known = frame.groupby("place")["mean"].any()
    for place in known.index[~known]:
        ax.annotate("nobody on duty", (0, places.index(place)), xytext=(3, 0), textcoords="offset points", va="center",
                    fontsize=SMALL, color=GREY)  # fmt: skip
    ax.axvline(1, color=BLACK, linewidth=1)
    ax.hlines(down[1:] - 0.5, 0, 1, transform=ax.get_yaxis_transform(), color=GREY, linewidth=0.5)
    named(ax.yaxis, down, [shortened(place, 24) for place in places])
    ax.set_ylim(len(places) - 0.5, -0.5)
    return ax


def utilisation(study: Study, *, window: str = "mandate") -> Figure:
    """Busy time over time on duty of each role that activities need, a panel a role: the mission and its teams.

    Raises
    ------
    ValueError
        For a scenario without activities.
    """
    roles = needed_roles(study)
    found = study.summary("utilisation", window=window)
    found = found[found["scope"].isin(["role", "team-role"])]
    parts = found["name"].str.rpartition("/")
    found = found.assign(place=parts[0].where(found["scope"] == "team-role", MISSION), role=parts[2])
    found = found[found["role"].isin(roles)]
    places = list(dict.fromkeys(found["place"]))
    ends = found[["mean", "p95"]].to_numpy()
    right = 1.05 * max(1.05, ends[np.isfinite(ends)].max(initial=0))
    across = min(4, len(roles))
    down = -(-len(roles) // across)
    with styled():
        height = (0.085 * len(study.options) + 0.17) * len(places)
        figure = new_figure(WIDTH, (height + 0.5) * down + 0.8)
        axes = panels(figure, len(roles), across, same_x=True, same_y=True, grid="x")
        for role, ax in zip(roles, axes, strict=True):
            utilisation_panel(found[found["role"] == role], ax, study.options, places)
            ax.set_xlim(0, right)
            ax.axvspan(OVERLOADED, right, color=VERMILION, alpha=0.08, linewidth=0)
            ax.set_title(broken(shortened(role, 24), 0.8 * WIDTH / across, 9.5))
            ax.xaxis.set_major_locator(MaxNLocator(3))
            ax.set_xlabel(broken(RATIO, 0.75 * WIDTH / across, 9))
        legend_below(figure, axes[0])
        headed(
            figure,
            f"{shortened(study.scenario.title, 80)}: who is overloaded where\n"
            f"over the {window}; sign: mean, filled where above {OVERLOADED:g}; bar: 9 in 10 futures",
            10,
        )
    return figure


def hours_panel(frame: pd.DataFrame, ax: Axes, options: Sequence[str]) -> Axes:
    """People by hour of the day: the first option's on duty and needed, the others' on duty.

    Parameters
    ----------
    frame
        Rows of `Study.by_hour` of one scope, name and role: 24 an option.
    options
        Their order.
    """
    edges = np.arange(25)
    first = frame[frame["option"] == options[0]]
    on_duty, demand = first["on_duty_mean"].to_numpy(), first["demand_mean"].to_numpy()
    ax.stairs(on_duty, edges, baseline=None, color=BLUE, linewidth=2, label=f"on duty: {shortened(options[0], 40)}")
    ax.stairs(
        first["on_duty_p95"], edges, baseline=first["on_duty_p05"], fill=True, color=BLUE, alpha=0.18, linewidth=0,
        label="the same in 9 of 10 futures",
    )  # fmt: skip
    ax.stairs(demand, edges, baseline=None, color=BLACK, linewidth=1.6, linestyle=(0, (4, 1.5)), label="needed")
    ax.stairs(
        np.fmax(on_duty, demand), edges, baseline=on_duty, fill=True, facecolor="none", edgecolor=VERMILION,
        hatch="/////", linewidth=0, label="needed, but not on duty",
    )  # fmt: skip
    for i, option in enumerate(options[1:], 1):
        mine = frame[frame["option"] == option]
        colour, marker = option_style(i)
        ax.plot(
            mine["hour"] + 0.5, mine["on_duty_mean"], drawstyle="steps-mid", color=colour, linewidth=0.9,
            marker=marker, markersize=3.2, markerfacecolor="white", label=f"on duty: {shortened(option, 40)}",
        )  # fmt: skip
    ax.set_xlim(0, 24)
    ax.set_xticks(range(0, 25, 6))
    top = np.nanmax([first["on_duty_p95"].max(), frame["on_duty_mean"].max(), demand.max()])
    ax.set_ylim(0, 1.08 * top if top > 0 else 1)
    return ax


def hours(study: Study, *, team: str | None = None) -> Figure:
    """On duty against needed by hour of the day over the mandate, a panel for each role that activities need.

    Parameters
    ----------
    team
        Whose; left out, of all teams that have a unit.

    Raises
    ------
    ValueError
        For a scenario without activities.
    KeyError
        For a team that is not there or has no unit.
    """
    roles = needed_roles(study)
    layout = study.layout
    if team is not None and team not in itertools.compress(layout.teams, layout.team_has_unit):
        raise KeyError(f"no team {team!r} that has a unit")
    found = by_hour(study, team or "")
    across = min(2, len(roles))
    down = -(-len(roles) // across)
    with styled():
        figure = new_figure(WIDTH, 2.3 * down + 0.9)
        axes = panels(figure, len(roles), same_x=True)
        for role, ax in zip(roles, axes, strict=True):
            hours_panel(found[found["role"] == role], ax, study.options)
            ax.set_title(broken(shortened(role, 44), 0.8 * WIDTH / across, 9.5))
            ax.set_xlabel(HOUR)
        legend_below(figure, axes[0])
        figure.supylabel("people (mean over the mandate)", x=EDGE / WIDTH, fontsize=9)
        whose = "all teams that have a unit" if team is None else team
        headed(
            figure,
            f"{shortened(study.scenario.title, 80)}: are people on duty when they are needed?\n{shortened(whose, 80)}",
            10,
        )
    return figure
