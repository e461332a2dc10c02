"""The staffing table: each team's international staff month by month."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from advisory_sim.experiment.blocks import daily_of
from advisory_sim.experiment.estimate import Estimates, estimate
from advisory_sim.record.columns import SERIES

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.experiment.study import Study

SHORT = "short_of_authorised"
UNITS = {"authorised": "people", "deployed": "people", "present": "people", SHORT: "share"}


def staffing(study: Study, team: str | None = None) -> pd.DataFrame:
    """International staff of the mission and of each team by calendar month; the horizon's first and last may be parts.

    Parameters
    ----------
    team
        Whose only (empty: the mission's); left out, everybody's.

    Returns
    -------
    pandas.DataFrame
        One row an option, team (empty: the mission), month (2010-07) and series: unit, n, mean, std_error, ci_low,
        ci_high, p05, p50, p95. `authorised`, `deployed` and `present` are the month's daily means; of every day
        `short_of_authorised` counts the posts beyond those deployed, as a share of the month's authorised post-days
        (a vacancy behind a handover elsewhere in the team does not show).
    """
    import pandas as pd

    months = [date.strftime("%Y-%m") for date in study.dates]
    begins = [i for i, month in enumerate(months) if i == 0 or month != months[i - 1]]
    lengths = np.diff([*begins, len(months)])
    names, parts = [], []
    for place, option in enumerate(study.options):
        # Block by block: room for the days of all futures would take longer to make than they to add up.
        by_block = [month_sums(days, begins) for days in daily_by_block(study, place, team)]
        for of in by_block[0]:
            sums = np.concatenate([block[of] for block in by_block], axis=1)
            for series, values in zip(UNITS, sums, strict=True):
                names += [(option, of, months[i], series, UNITS[series]) for i in begins]
                parts.append(estimate(values if series == SHORT else values / lengths, study.confidence))
    frame = pd.DataFrame(names, columns=["option", "team", "month", "series", "unit"])
    figures = {name: np.concatenate(of) for name, of in zip(Estimates._fields, zip(*parts, strict=True), strict=True)}
    return frame.assign(**figures)


def daily_by_block(study: Study, place: int, team: str | None) -> Iterator[dict[str, np.ndarray]]:
    """Of each block of an option, daily authorised, deployed and present by team, (series, replications, days)."""
    groups = {name: cells for scope, name, cells in study.layout.groups if scope == "team" and team in ("", name, None)}
    kept = [SERIES.index(series) for series in UNITS if series != SHORT]
    for file in study.blocks.files:
        *daily, none = daily_of(file, place, [*groups.values(), []])
        mission = none.astype(float)
        for days in daily:
            mission += days
        teams = {name: days[kept].astype(float) for name, days in zip(groups, daily, strict=True) if team != ""}
        yield ({} if team else {"": mission[kept]}) | teams


def month_sums(daily: dict[str, np.ndarray], begins: list[int]) -> dict[str, np.ndarray]:
    """Sums of each team's days over months, (UNITS, replications, months); a short month's is a share already."""
    found = {}
    for team, days in daily.items():
        authorised, deployed, _ = days
        sums = np.add.reduceat([*days, np.maximum(authorised - deployed, 0)], begins, axis=2)
        with np.errstate(invalid="ignore", divide="ignore"):
            sums[-1] /= sums[0]  # of a month without posts there is none
        found[team] = sums
    return found
