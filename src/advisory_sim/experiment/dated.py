"""Strength on dates: the table that planners read first."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from advisory_sim.experiment.estimate import quantiles
from advisory_sim.record.columns import DAY, SERIES
from advisory_sim.scenario.calendar import moment_second

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.experiment.study import Study


def month_starts(study: Study) -> list[dt.date]:
    """First days of months within the horizon, day 0 left out."""
    return [date for date in study.dates[1:] if date.day == 1]


def occasions(study: Study) -> dict[dt.date, str]:
    """The dates of strength.csv and what each stands for, in order.

    Month ends; the days on which decisions of an option are proposed at a fixed moment; the middle of the futures'
    mandate ends of each option (the day before the expiry).
    """
    found: dict[dt.date, list[str]] = {}

    def note(day: float, why: str) -> None:
        if 0 <= day < len(study.dates) and why not in found.setdefault(study.dates[int(day)], []):
            found[study.dates[int(day)]].append(why)

    for date in month_starts(study):
        note((date - study.scenario.start).days - 1, "month end")
    for option, variant in study.design.variants:
        for name, decision in variant.taken:
            moment = decision.at
            if moment is not None and moment.kind != "expiry":
                note(moment_second(moment, study.scenario.start) / DAY, f"{name} proposed")
        expiry = np.median(study.clock(option)[:, 1])
        if np.isfinite(expiry):
            note(expiry - 1, f"mandate ends ({option})")
    return {date: ", ".join(whys) for date, whys in sorted(found.items())}


def dated_strength(study: Study, dates: dict[dt.date, str] | None = None) -> pd.DataFrame:
    """Deployed, present and on duty of the mission on dates.

    Parameters
    ----------
    dates
        Dates and what they stand for; left out, those of `occasions`.

    Returns
    -------
    pandas.DataFrame
        One row an option, date and series: occasion, mean, p05, p50, p95 of the day's mean strength, in people.
    """
    import pandas as pd

    dates = occasions(study) if dates is None else dates
    places = [(date - study.scenario.start).days for date in dates]
    rows = []
    for option in study.options:
        daily = study.strength(option)[:, :, places].astype(float)
        for series in ("deployed", "present", "on_duty"):
            values = daily[SERIES.index(series)]
            p05, p50, p95 = quantiles(values)
            for k, (date, occasion) in enumerate(dates.items()):
                rows.append((option, date.isoformat(), occasion, series, values[:, k].mean(), p05[k], p50[k], p95[k]))
    return pd.DataFrame(rows, columns=["option", "date", "occasion", "series", "mean", "p05", "p50", "p95"])
