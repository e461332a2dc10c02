"""How far the host's police have returned: which units have reached which stage of their plan, and when."""

from __future__ import annotations

import numpy as np

from advisory_sim.measures.batch import View
from advisory_sim.measures.registry import measured
from advisory_sim.measures.strength import PERCENT
from advisory_sim.record.columns import DAY
from advisory_sim.record.record import Layout, never_to_inf


def at_last(layout: Layout, values: np.ndarray) -> np.ndarray:
    """Of values (replications, units, stages) those of each returning unit's last stage."""
    units = list(layout.returning)
    return values[:, units, layout.last_stages[units]]


def at_named(layout: Layout, values: np.ndarray) -> np.ndarray:
    """Sums of values (replications, units, stages) over the units that have a stage, (replications, stage names)."""
    sums = [np.where(layout.unit_stages == i, values, 0).sum(axis=(1, 2)) for i in range(len(layout.stages))]
    return np.stack(sums, axis=1)


@measured("reintegrated", "returning")
def reintegrated(view: View) -> np.ndarray:
    """Mean number of units in the last stage of their plan."""
    units = at_last(view.batch.layout, view.stages) / view.span[:, None]
    return np.concatenate([units.sum(axis=1, keepdims=True), units], axis=1)


@measured("at_stage", "stages")
def at_stage(view: View) -> np.ndarray:
    """Mean number of units that have reached a stage."""
    return at_named(view.batch.layout, view.stages) / view.span[:, None]


@measured("days_to_stage", "unit-stages", windows=("horizon",))
def days_to_stage(view: View) -> np.ndarray:
    """When a unit entered a stage of its plan, in days since day 0; infinite where never."""
    units, places = np.array(view.batch.layout.steps, np.int64).reshape(-1, 2).T
    return never_to_inf(view.batch.entered[:, units, places])


def _register_share(percent: int) -> None:
    @measured(f"days_to_reintegrated_{percent}", "all returning", windows=("horizon",))
    def days_to(view: View) -> np.ndarray:
        entered = np.sort(at_last(view.batch.layout, view.batch.entered), axis=1)
        least = -(-percent * entered.shape[1] // 100)
        return never_to_inf(entered[:, [least - 1]])

    @measured(f"reached_reintegrated_{percent}", "all returning", windows=("horizon",))
    def reached(view: View) -> np.ndarray:
        return np.isfinite(days_to(view)).astype(float)


for _percent in PERCENT:
    _register_share(_percent)


def on_a_day(layout: Layout, entered: np.ndarray, day: int, scope: str, name: str) -> np.ndarray:
    """`reintegrated`, or of a stage `at_stage`, as the mean of a day, (replications,)."""
    there = np.clip((day + 1) * DAY - entered, 0, DAY) / DAY
    if scope == "stage":
        return at_named(layout, there)[:, layout.stages.index(name)]
    units = at_last(layout, there)
    return units[:, layout.returning.index(layout.units.index(name))] if scope == "unit" else units.sum(axis=1)
