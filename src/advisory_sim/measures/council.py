"""What the Council's side comes to: cost, whether the mandate began, whether decisions took effect."""

from __future__ import annotations

import numpy as np

from advisory_sim.measures.batch import View
from advisory_sim.measures.coverage import covered_days
from advisory_sim.measures.registry import measured
from advisory_sim.record.columns import ARRIVALS, DAY, DEPLOYED, NEVER


@measured("cost", "groups + decisions")
def cost(view: View) -> np.ndarray:
    """People's days and arrivals, teams' days while open, decisions: local staff and equipment included."""
    batch, layout = view.batch, view.batch.layout
    cells = view.cells[:, :, DEPLOYED] / DAY * batch.per_day + view.cells[:, :, ARRIVALS] * batch.per_arrival
    teams = view.teams[:, :, 0] / DAY * batch.team_per_day
    start = 0 if view.window == "horizon" else batch.begins
    end = batch.horizon if view.window == "horizon" else np.minimum(batch.expires, batch.horizon)
    within = (batch.effects >= np.reshape(start, (-1, 1))) & (batch.effects < np.reshape(end, (-1, 1)))
    decisions = within * batch.decision_cost
    roles = np.zeros((len(cells), len(layout.roles)))
    for group, place in ((teams, layout.cell_team), (roles, layout.cell_role)):
        np.add.at(group.T, place, cells.T)
    mission = teams.sum(axis=1, keepdims=True) + decisions.sum(axis=1, keepdims=True)
    return np.concatenate([mission, teams, roles, cells, decisions], axis=1)  # in the order of the layout's groups


@measured("cost_per_covered_day", "mission")
def cost_per_covered_day(view: View) -> np.ndarray:
    """Cost over covered unit-days of one replication; over many it is the ratio of their means."""
    return cost(view)[:, :1] / covered_days(view)[:, :1]


@measured("mandate_began", "mission", windows=("horizon",))
def mandate_began(view: View) -> np.ndarray:
    """1 where the mandate's clock began within the horizon."""
    return (view.batch.begins < view.batch.horizon)[:, None].astype(float)


@measured("agreed", "decisions", windows=("horizon",))
def agreed(view: View) -> np.ndarray:
    """1 where the decision took effect."""
    return (view.batch.effects < NEVER).astype(float)
