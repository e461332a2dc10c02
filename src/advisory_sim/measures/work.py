"""What the units got out of it: activities attended, lost, waiting; how busy the staff are."""

from __future__ import annotations

import numpy as np

from advisory_sim.measures.batch import View
from advisory_sim.measures.registry import measured
from advisory_sim.record.columns import DAY, INTERNATIONAL, LOST, ON_DUTY, OPEN_AT_END, SERVED, WAITED


@measured("served", "work")
def served(view: View) -> np.ndarray:
    """Activities that started."""
    return view.work_scopes[:, :, SERVED]


@measured("lost", "work")
def lost(view: View) -> np.ndarray:
    """Activities whose patience ended, or that came when nobody could come any more."""
    return view.work_scopes[:, :, LOST]


@measured("open_at_end", "work")
def open_at_end(view: View) -> np.ndarray:
    """Activities that wait when the mandate, or the time observed, ends."""
    return view.work_scopes[:, :, OPEN_AT_END]


@measured("attended", "work")
def attended(view: View) -> np.ndarray:
    """Share of the activities that were served, of those served or lost."""
    return served(view) / (served(view) + lost(view))


@measured("wait", "work")
def wait(view: View) -> np.ndarray:
    """Mean wait of the served, in days."""
    return view.work_scopes[:, :, WAITED] / DAY / served(view)


@measured("utilisation", "busy")
def utilisation(view: View) -> np.ndarray:
    """Busy time over time on duty: of the mission's international roles, of roles, of a team's role in its own pool."""
    layout = view.batch.layout
    busy, on_duty, own = view.busy, view.cells[:, :, ON_DUTY], list(layout.own_cells)
    busy_by_role, by_role = busy.sum(axis=1), np.zeros((len(busy), len(layout.roles)), np.int64)
    np.add.at(by_role.T, layout.cell_role, on_duty.T)
    international = np.unique(layout.cell_role[layout.cell_counts == INTERNATIONAL])
    mission = busy_by_role[:, international].sum(axis=1) / by_role[:, international].sum(axis=1)
    own_busy = busy[:, layout.pool_of_team[layout.cell_team[own]], layout.cell_role[own]]
    return np.concatenate([mission[:, None], busy_by_role / by_role, own_busy / on_duty[:, own]], axis=1)
