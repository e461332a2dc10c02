"""The staffing table: each team's international staff month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from advisory_sim.experiment.estimate import Estimates, estimate
from advisory_sim.record.columns import SERIES

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.experiment.study import Study

SHORT = "short_of_authorised"
UNITS = {"authorised": "people", "deployed": "people", "present": "people", SHORT: "share"}


def staffing(study: Study) -> pd.DataFrame:
    """International staff of the mission and of each team by calendar month; the horizon's first and last may be parts.

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
    groups = {name: cells for scope, name, cells in study.layout.groups if scope == "team"}
    names, parts = [], []
    for place, option in enumerate(study.options):
        teams = {name: study.blocks.daily(place, cells).astype(float) for name, cells in groups.items()}
        mission = sum(teams.values(), study.blocks.daily(place, ()).astype(float))
        for team, daily in {"": mission, **teams}.items():
            authorised, deployed, present = (
                daily[SERIES.index(name)] for name in ("authorised", "deployed", "present")
            )
            sums = {
                name: np.add.reduceat(values, begins, axis=1)
                for name, values in zip(
                    UNITS, (authorised, deployed, present, np.maximum(authorised - deployed, 0)), strict=True
                )
            }
            with np.errstate(invalid="ignore", divide="ignore"):
                sums[SHORT] = sums[SHORT] / sums["authorised"]  # of a month without posts there is none
            for series, values in sums.items():
                names += [(option, team, months[i], series, UNITS[series]) for i in begins]
                parts.append(estimate(values if series == SHORT else values / lengths, study.confidence))
    frame = pd.DataFrame(names, columns=["option", "team", "month", "series", "unit"])
    figures = {name: np.concatenate(of) for name, of in zip(Estimates._fields, zip(*parts, strict=True), strict=True)}
    return frame.assign(**figures)
