"""A measure at a review: the same function as for the summary, on one replication's window."""

from __future__ import annotations

from functools import cache

import numpy as np

from advisory_sim.measures.batch import Batch, View
from advisory_sim.measures.registry import REGISTRY, Kind, Row, things
from advisory_sim.record.record import Layout, Window


@cache
def kind_of(measure: str) -> Kind:
    return next(kind for kind in REGISTRY if kind.name == measure)


def reviewed(layout: Layout, window: Window, row: tuple[str, str, str, str]) -> float:
    """The value of a measure over a window; nan where undefined."""
    _, scope, name, _ = row
    none, nothing = np.zeros((1, 0)), np.zeros((1, 0), np.int64)
    batch = Batch(
        layout=layout, decisions=(), consent=nothing, begins=nothing, expires=nothing, horizon=window.span,
        effects=nothing, asked=nothing, reach=nothing, windows={}, per_day=none, per_arrival=none, team_per_day=none,
        decision_cost=none, daily=none, cover=none, work_daily=none,
    )  # fmt: skip
    view = View(
        batch, "horizon", np.array([window.span]), window.cells[None], window.teams[None], window.units[None],
        window.longest[None], window.work[None], window.busy[None], window.on_duty_by_hour[None],
        window.demand_by_hour[None],
    )  # fmt: skip
    kind = kind_of(Row(*row).measure)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = kind.function(view)[0]
    return float(values[things(kind.of, layout, ()).index((scope, name))])
