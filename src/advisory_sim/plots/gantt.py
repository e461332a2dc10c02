"""One future, post by post: who held it when, and when nobody did."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import matplotlib.dates as mdates
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from advisory_sim.plots.layout import named, panels
from advisory_sim.plots.style import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    VERMILION,
    date_axis,
    headed,
    legend_below,
    new_figure,
    shortened,
    styled,
)
from advisory_sim.record.columns import INTERNATIONAL

if TYPE_CHECKING:
    from advisory_sim.experiment.study import Study

# How each state of a post looks: face colour and hatch; absences are lighter than presence, vacancy is what strikes.
LOOKS = {
    "present": (BLUE, ""),
    "induction": ("#a9d3ee", "...."),
    "leave": ("#cfe3f1", ""),
    "sick": ("#f7efa0", ""),
    "checkout": ("#a9d3ee", "////"),
    "withdrawn": (ORANGE, "xxxx"),
    "vacant": ("#f3b391", ""),
}
MARKED = ("consent", "mandate begins", "takes effect", "mandate ends")
ROW = 0.11  # inches of a post


def bars(events: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """What every post goes through, as spans of time.

    Parameters
    ----------
    events
        As `Study.trace` gives them.
    end
        Of what is observed.

    Returns
    -------
    pandas.DataFrame
        One row a span: post, team, holder (0: nobody), state (a key of LOOKS), from, to. The spans of a post's holders
        follow each other, two at once in a handover; where nobody is there, the post is vacant while it is open.
    """
    found = []
    posts = events[events["what"].isin(["post", "officer"])]
    expiry = events.loc[events["event"] == "mandate ends", "time"]
    for name, mine in posts.groupby("name", sort=False):
        team = mine["team"].iloc[0]
        opens = mine.loc[mine["event"] == "opens", "time"].iloc[0]
        closes = min([*mine.loc[mine["event"] == "closes", "time"], *expiry, end])
        stays = []
        for holder, his in mine[mine["holder"] > 0].groupby("holder"):
            states = his[his["event"].isin([*LOOKS, "leaves"])]
            if states.empty:
                continue
            times = [*states["time"], closes]
            for i, state in enumerate(states["event"]):
                if state != "leaves":
                    found.append((name, team, holder, state, times[i], times[i + 1]))
            left = states.loc[states["event"] == "leaves", "time"]
            stays.append((times[0], left.iloc[0] if len(left) else closes))
        at = opens
        for arrived, left in [*sorted(stays), (closes, closes)]:
            if arrived > at:
                found.append((name, team, 0, "vacant", at, arrived))
            at = max(at, left)
    return pd.DataFrame(found, columns=["post", "team", "holder", "state", "from", "to"])


def gantt_panel(spans: pd.DataFrame, ax: Axes) -> Axes:
    """Posts as rows, those of a team and role together; a line marks each arrival.

    Parameters
    ----------
    spans
        As `bars` gives them; posts stand in their order, the first on top. In a handover the newcomer covers whom he
        relieves.
    """
    posts = list(dict.fromkeys(spans["post"]))
    place = {post: i for i, post in enumerate(posts)}
    rows = spans["post"].map(place)
    begin, end = mdates.date2num(spans["from"]), mdates.date2num(spans["to"])
    for state, (face, hatch) in LOOKS.items():
        mine = (spans["state"] == state).to_numpy()
        if mine.any():
            ax.barh(
                rows[mine], end[mine] - begin[mine], left=begin[mine], height=0.86, color=face, hatch=hatch,
                edgecolor="white", linewidth=0, label=state,
            )  # fmt: skip
    held = spans[spans["holder"] > 0]
    arrivals = held.groupby(["post", "holder"], sort=False)["from"].min().reset_index()
    at = arrivals["post"].map(place).to_numpy()
    ax.vlines(mdates.date2num(arrivals["from"]), at - 0.43, at + 0.43, color=BLACK, linewidth=1, label="arrival")
    groups = [post.rsplit("/", 1)[0] for post in posts]
    firsts = [i for i, group in enumerate(groups) if i == 0 or group != groups[i - 1]]
    ax.hlines([first - 0.5 for first in firsts[1:]], 0, 1, GREY, linewidth=0.6, transform=ax.get_yaxis_transform())
    middles = [(first + after - 1) / 2 for first, after in pairwise([*firsts, len(posts)])]
    named(ax.yaxis, middles, [shortened(groups[first].replace("/", ", "), 34) for first in firsts])
    ax.set_ylim(len(posts) - 0.5, -0.5)
    ax.set_ylabel(f"{len(posts)} posts, one a row")
    return ax


def mark(above: pd.DataFrame, near: pd.Timedelta, ax: Axes) -> None:
    """Mark what happens to the mandate; labels nearer to each other than `near` stand on lines of their own."""
    level, before = 0, None
    for row in above.itertuples():
        level = level + 1 if before is not None and row.time - before < near else 0
        before = row.time
        ax.axvline(mdates.date2num(row.time), color=VERMILION, linewidth=0.9, linestyle=":")
        ax.annotate(
            above.at[row.Index, "name"] or row.event, (mdates.date2num(row.time), 1),
            xycoords=("data", "axes fraction"), xytext=(1, 2 + 9 * level), textcoords="offset points", fontsize=7,
            color="#444444",
        )  # fmt: skip


def gantt(study: Study, option: str, number: int, *, team: str | None = None, role: str | None = None) -> Figure:
    """One future, post by post: its holders and their absences, vacancy, what the Council does.

    Parameters
    ----------
    option, number
        The future: the option's name, the replication's number from 0.
    team, role
        Whose posts; left out, those of all international staff.

    Raises
    ------
    KeyError
        Where there are no such posts.
    """
    layout = study.layout
    international = {
        name for name, counts in zip(layout.cells, layout.cell_counts, strict=True) if counts == INTERNATIONAL
    }
    events = study.trace(option, number)
    end = pd.Timestamp(study.scenario.start) + pd.Timedelta(seconds=study.scenario.horizon_seconds)
    spans = bars(events, end)
    roles = spans["post"].str.split("/").str[1]
    kept = roles == role if role is not None else spans["post"].str.rsplit("/", n=1).str[0].isin(international)
    spans = spans[kept & (team is None or spans["team"] == team)]
    if spans.empty:
        raise KeyError(f"no posts of team {team!r} and role {role!r}")
    # Posts that a decision opened stand with those of their team.
    order = {name: i for i, name in enumerate(layout.cells)}
    keys = spans["post"].str.rsplit("/", n=1)
    spans = spans.assign(cell=keys.str[0].map(order), number=keys.str[1].astype(int))
    spans = spans.sort_values(["cell", "number"], kind="stable")
    with styled():
        figure = new_figure(8.6, max(2.2, ROW * spans["post"].nunique()) + 1.3)
        (ax,) = panels(figure, 1, grid="x")
        gantt_panel(spans, ax)
        ax.set_xlim(mdates.date2num(study.scenario.start), mdates.date2num(end))
        mark(events[events["event"].isin(MARKED)], (end - pd.Timestamp(study.scenario.start)) / 6, ax)
        date_axis(ax, 8)
        legend_below(figure, ax)
        headed(figure, f"{shortened(study.scenario.title, 60)}: {shortened(option, 40)}, future {number}", size=10)
    return figure
