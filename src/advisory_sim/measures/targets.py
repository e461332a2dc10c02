"""Whether a replication meets the scenario's targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from advisory_sim.measures.batch import Batch
from advisory_sim.measures.coverage import mean_of_defined
from advisory_sim.measures.registry import Row, rows
from advisory_sim.measures.returns import on_a_day
from advisory_sim.record.academy import SCHOOL_SERIES
from advisory_sim.record.columns import SERIES
from advisory_sim.scenario.rules_common import scope_of

if TYPE_CHECKING:
    from advisory_sim.scenario.model import Scenario, Target


def target_row(target: Target) -> Row:
    """The row of figures that a target over a window looks at."""
    scope, name = scope_of(target.measure, target.scope)
    return Row(target.measure, scope, name, target.window or "horizon")


def on_date(batch: Batch, target: Target, day: int) -> np.ndarray:
    """A target's measure as the mean of one day (of the academy: at its end), (replications,)."""
    scope, name = scope_of(target.measure, target.scope)
    if target.measure in SCHOOL_SERIES:
        assert batch.layout.school is not None
        row = 1 + batch.layout.school.groups.index(name) if scope == "group" else 0
        return batch.school_daily[:, row, SCHOOL_SERIES.index(target.measure), day].astype(float)
    if target.measure in SERIES:
        members = next(cells for s, n, cells in batch.layout.groups if (s, n) == (scope, name))
        return batch.daily[:, members, SERIES.index(target.measure), day].astype(float).sum(axis=1)
    if target.measure == "coverage":
        units = [batch.layout.units.index(name)] if scope == "unit" else slice(None)
        cover, opened = (
            np.stack([days[units, day] for days in each]).astype(float) for each in (batch.cover, batch.opened)
        )
        with np.errstate(invalid="ignore"):
            return mean_of_defined(cover / opened)[:, 0]
    return on_a_day(batch.layout, batch.entered, day, scope, name)


def targets_met(batch: Batch, scenario: Scenario, values: np.ndarray) -> np.ndarray:
    """1 where a replication meets a target, (replications, targets); what is undefined is not met."""
    known = rows(batch.layout, batch.decisions)
    met = np.zeros((len(values), len(scenario.targets)))
    for i, target in enumerate(scenario.targets.values()):
        if target.on is not None:
            reached = on_date(batch, target, (target.on - scenario.start).days)
        else:
            row = target_row(target)  # of a decision that the option does not take there is none: not met
            reached = values[:, known.index(row)] if row in known else np.full(len(values), np.nan)
        if target.at_least is not None:
            met[:, i] = reached >= target.at_least
        else:
            met[:, i] = reached <= target.at_most
    return met


def target_rows(scenario: Scenario) -> list[Row]:
    """What the columns of `targets_met` are of."""
    return [
        Row("target_met", "target", name, target.on.isoformat() if target.on else target.window or "horizon")
        for name, target in scenario.targets.items()
    ]
