"""A measure at a review: the same function as for the summary, on one replication's window."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from advisory_sim.measures.batch import Batch, View
from advisory_sim.measures.registry import REGISTRY, Kind, Row, things
from advisory_sim.record.record import Layout, Window


@lru_cache(maxsize=64)
def place(layout: Layout, row: Row) -> tuple[Kind, int]:
    """The measure's function, and the column of its result that a row is."""
    kind = next(kind for kind in REGISTRY if kind.name == row.measure)
    return kind, things(kind.of, layout, ()).index((row.scope, row.name))


@lru_cache(maxsize=64)
def nothing_but(layout: Layout) -> Batch:
    """A batch of one replication that knows only the names: what a window needs."""
    none, nothing = np.zeros((1, 0)), np.zeros((1, 0), np.int64)
    return Batch(
        layout=layout, decisions=(), consent=nothing, begins=nothing, expires=nothing, horizon=0,
        effects=nothing, asked=nothing, reach=nothing, windows={}, per_day=none, per_arrival=none, team_per_day=none,
        decision_cost=none, daily=none, cover=(), opened=(), work_daily=none, hours=nothing, school_daily=none,
        target_reached=nothing,
    )  # fmt: skip


def reviewed(layout: Layout, window: Window, row: tuple[str, str, str, str]) -> float:
    """The value of a measure over a window; nan where undefined."""
    kind, column = place(layout, Row(*row))
    view = View(nothing_but(layout), "horizon", Window(*(np.asarray(each)[None] for each in window)))
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(kind.function(view)[0, column])
