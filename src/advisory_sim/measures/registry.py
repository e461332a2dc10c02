"""The one table of measures: each row a name, what it is measured of, in which windows, and its function."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from advisory_sim.measures.batch import WINDOWS, Batch, View
from advisory_sim.record.record import Layout


class Row(NamedTuple):
    """What a column of figures is of: a row of summary.csv."""

    measure: str
    scope: str
    name: str
    window: str


class Kind(NamedTuple):
    """A measure: its function gives (replications, things of `of`) from a view."""

    name: str
    of: str
    windows: tuple[str, ...]
    function: Callable[[View], np.ndarray]


REGISTRY: list[Kind] = []


def measured(name: str, of: str, windows: tuple[str, ...] = WINDOWS) -> Callable:
    """Register a measure of `of`: groups, mission, units, .. as `things` lists them (or several, by ` + `)."""

    def register(function: Callable[[View], np.ndarray]) -> Callable[[View], np.ndarray]:
        REGISTRY.append(Kind(name, of, windows, function))
        return function

    return register


def things(of: str, layout: Layout, decisions: tuple[str, ...]) -> list[tuple[str, str]]:
    """Scope and name of everything that a kind is measured of, in the order of its function's columns."""
    listed = []
    for part in of.split(" + "):
        if part == "groups":
            listed += [(scope, name) for scope, name, _ in layout.groups]
        elif part == "mission":
            listed += [("mission", "")]
        elif part == "units":
            listed += [("unit", unit) for unit in layout.units]
        elif part == "teams":
            listed += [
                ("team", team) for team, served in zip(layout.teams, layout.team_has_unit, strict=True) if served
            ]
        elif part == "work":
            if layout.activities:
                listed += [("mission", "")]
                listed += [("unit", unit) for unit in layout.units]
                listed += [("activity", activity) for activity in layout.activities]
                listed += [("unit-activity", f"{u}/{a}") for u in layout.units for a in layout.activities]
        elif part == "returning":
            listed += [("mission", ""), *[("unit", layout.units[u]) for u in layout.returning]] if layout.stages else []
        elif part == "stages":
            listed += [("stage", stage) for stage in layout.stages]
        elif part == "unit-stages":
            listed += [
                ("unit-stage", f"{layout.units[u]}/{layout.stages[layout.unit_stages[u, k]]}") for u, k in layout.steps
            ]
        elif part == "all returning":
            listed += [("mission", "")] if layout.stages else []
        elif part == "academy":
            listed += [("academy", "")] if layout.school is not None else []
        elif part == "groups of applicants":
            listed += [("group", group) for group in layout.school.groups] if layout.school is not None else []
        elif part == "academy's target":
            listed += [("academy", "")] if layout.school is not None and layout.school.wanted is not None else []
        elif part == "busy":
            if layout.activities:
                listed += [("mission", "")]
                listed += [("role", role) for role in layout.roles]
                listed += [("team-role", layout.cells[cell]) for cell in layout.own_cells]
        else:
            listed += [("decision", decision) for decision in decisions]
    return listed


@lru_cache(maxsize=64)
def rows(layout: Layout, decisions: tuple[str, ...]) -> tuple[Row, ...]:
    """What the columns of `figures` are of, in their order."""
    kinds = dict.fromkeys(kind.of for kind in REGISTRY)
    return listed(tuple((of, tuple(things(of, layout, decisions))) for of in kinds))


@lru_cache(maxsize=64)
def listed(measured_of: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]) -> tuple[Row, ...]:
    """The rows of all layouts with the same names: a sweep has a layout a point, and making rows is slow."""
    found = dict(measured_of)
    return tuple(
        Row(kind.name, scope, name, window)
        for kind in REGISTRY
        for window in kind.windows
        for scope, name in found[kind.of]
    )


@lru_cache(maxsize=64)
def kinds(layout: Layout, decisions: tuple[str, ...]) -> tuple[Kind, ...]:
    """The measures of which there is anything to measure."""
    return tuple(kind for kind in REGISTRY if things(kind.of, layout, decisions))


def figures(batch: Batch) -> np.ndarray:
    """Every measure of every replication, (replications, rows); nan where undefined."""
    views = {window: batch.view(window) for window in WINDOWS}
    with np.errstate(divide="ignore", invalid="ignore"):
        columns = [
            kind.function(views[window]) for kind in kinds(batch.layout, batch.decisions) for window in kind.windows
        ]
        return np.concatenate(columns, axis=1)
