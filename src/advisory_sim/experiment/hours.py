"""On duty and needed by hour of the day: whether people are there when the work is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from advisory_sim.experiment.estimate import estimate
from advisory_sim.record.columns import HOURS

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.experiment.study import Study
    from advisory_sim.record.record import Layout

ESTIMATES = ("mean", "p05", "p50", "p95")


def mission_and_teams(
    layout: Layout, hours: np.ndarray, needed: np.ndarray, team: str | None = None
) -> Iterator[tuple[str, str, np.ndarray, np.ndarray]]:
    """Scope, name, and by role on duty and needed, each (replications, roles, hours), of teams that have a unit.

    Parameters
    ----------
    hours
        People on duty, (replications, cells, hours of the day).
    needed
        People needed, (replications, pools, roles, hours of the day); of a team that shares its pool it is unknown.
    team
        Whose only (empty: the mission's); left out, everybody's.
    """
    of_role = layout.cell_role == np.arange(len(layout.roles))[:, None]

    def by_role(cells: np.ndarray) -> np.ndarray:
        return (of_role & cells).astype(float) @ hours

    if not team:
        yield "mission", "", by_role(layout.team_has_unit[layout.cell_team]), needed.sum(axis=1)
    for t in np.flatnonzero(layout.team_has_unit):
        if team not in (None, layout.teams[t]):
            continue
        of_team = needed[:, layout.pool_of_team[t]]
        unknown = np.full_like(of_team, np.nan)
        yield "team", layout.teams[t], by_role(layout.cell_team == t), of_team if layout.team_alone[t] else unknown


def by_hour(study: Study, team: str | None = None) -> pd.DataFrame:
    """On duty and needed by hour of the day: see `Study.by_hour`; with a team (empty: the mission) its rows only."""
    import pandas as pd

    roles = study.layout.roles
    frames = []
    for i, option in enumerate(study.options):
        found = mission_and_teams(study.layout_of(option), study.blocks.hours(i), study.blocks.needed(i), team)
        for scope, name, on_duty, demand in found:
            columns = {
                "option": option, "scope": scope, "name": name, "role": np.repeat(roles, HOURS),
                "hour": np.tile(np.arange(HOURS), len(roles)),
            }  # fmt: skip
            for series, people in (("on_duty", on_duty), ("demand", demand)):
                estimates = estimate(people.reshape(len(people), -1), study.confidence)
                columns |= {f"{series}_{key}": getattr(estimates, key) for key in ESTIMATES}
            frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)
