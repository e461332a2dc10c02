"""A part of an answer: some replications of one option, and of them only what the page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from advisory_sim.experiment.blocks import Design, compiled, rows_of, simulated
from advisory_sim.measures import Row
from advisory_sim.record.columns import SERIES
from advisory_sim.record.record import never_to_inf

if TYPE_CHECKING:
    from advisory_sim.scenario.model import Scenario

ACADEMY = Row("graduates", "academy", "", "horizon")
MOST = 400  # futures
MEASURES = ("officer_days", "covered_days", "worst_unit", "attended", "cost")


@dataclass(frozen=True)
class Part:
    """Replications of an option side by side.

    `rows` are what the columns of `values` (replications, rows) are of; `strength` holds daily means of the mission's
    international staff, (series, replications, days); `events` the days on which things happen, infinity for never.
    """

    rows: tuple[Row, ...]
    values: np.ndarray
    strength: np.ndarray
    events: dict[str, np.ndarray]

    def column(self, row: Row) -> np.ndarray:
        """One figure in every replication."""
        return self.values[:, self.rows.index(row)]


def is_shown(row: Row) -> bool:
    """Whether a figure stands on the page."""
    if row.scope == "target" or row == ACADEMY:
        return True
    of_mission = row.scope == "mission" and row.measure in MEASURES
    return row.window == "horizon" and (of_mission or (row.scope == "unit" and row.measure == "coverage"))


def simulate_part(packed: bytes, replications: range) -> Part:
    """Simulate the one option of a packed design for these replications (work for a worker)."""
    design, (settings,) = compiled(packed)
    batch, values = simulated(settings, [settings.draw(design.seed, r, design.inputs) for r in replications])
    rows = rows_of(design, 0)
    kept = [i for i, row in enumerate(rows) if is_shown(row)]
    international = batch.layout.groups[0][2]
    strength = np.zeros((len(SERIES), len(replications), batch.daily.shape[3]), np.float32)
    for cell in international:
        strength += batch.daily[:, cell].transpose(1, 0, 2)
    (_, variant) = design.variants[0]
    events = {"consent": never_to_inf(batch.consent)} if variant.mandate.consent else {}
    events["mandate begins"] = never_to_inf(batch.begins)
    events |= {name: never_to_inf(days) for name, days in zip(batch.decisions, batch.effects.T, strict=True)}
    events["mandate ends"] = never_to_inf(batch.expires)
    return Part(tuple(rows[i] for i in kept), values[:, kept], strength, events)


def joined(parts: Sequence[Part]) -> Part:
    """Parts of one option, one after another."""
    first = parts[0]
    return Part(
        first.rows,
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.strength for part in parts], axis=1),
        {name: np.concatenate([part.events[name] for part in parts]) for name in first.events},
    )


def futures(plan: Scenario) -> int:
    """As many as the file asks for, and no more than answers a question in a meeting."""
    asked = plan.runs.replications
    return MOST if asked == "auto" else min(asked, MOST)


def design_of(plan: Scenario, option: str) -> Design:
    """The design of one option of a plan, as `run` would simulate it, of as many futures as the page shows."""
    from advisory_sim.scenario.rules_common import cells_of

    runs, variant = plan.runs, plan.for_option(option)
    return Design(((option, variant),), tuple(cells_of([variant])), runs.seed, futures(plan), runs.inputs)
