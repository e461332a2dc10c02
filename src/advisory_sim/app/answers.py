"""What the page shows of a plan as it was moved: strength, coverage, measures, differences to the file's own plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from advisory_sim.app.moved import Moved
from advisory_sim.app.parts import ACADEMY, MEASURES, Part, futures
from advisory_sim.experiment.estimate import YES_OR_NO, estimate, quantiles
from advisory_sim.measures import Row
from advisory_sim.record.columns import SERIES
from advisory_sim.report.words import NONE, difference, figure, mean_range, share_interval, spread, target_words
from advisory_sim.scenario.catalogue import unit_of
from advisory_sim.scenario.quantities import middle

if TYPE_CHECKING:
    from advisory_sim.scenario.model import Scenario

FILE, MOVED, DIFFERENCE = "file", "explored", "difference"
NAMES = {
    "officer_days": "officer-days",
    "covered_days": "covered unit-days",
    "worst_unit": "worst unit: covered share",
    "attended": "share of activities served",
    "cost": "cost",
}


class Shown(NamedTuple):
    """A measure of the page: what it is of, and what it is called."""

    row: Row
    name: str


def shown(plan: Scenario, part: Part) -> Iterator[Shown]:
    """The measures that say something of this plan."""
    for measure in MEASURES:
        row = Row(measure, "mission", "", "horizon")
        if (
            row not in part.rows
            or np.isnan(part.column(row)).all()
            or (measure == "cost" and not part.column(row).any())
        ):
            continue
        currency = f" ({plan.currency})" if measure == "cost" else ""
        yield Shown(row, f"{NAMES[measure]}{currency}")
    if ACADEMY in part.rows:
        yield Shown(ACADEMY, "graduates of the academy")
    for row in part.rows:
        if row.scope == "target":
            yield Shown(row, f"target '{row.name}': {target_words(plan.targets[row.name])}")


def table(moved: Moved, file: Part, now: Part) -> pd.DataFrame:
    """Estimates of every measure and unit.

    Returns
    -------
    pandas.DataFrame
        One row a plan (`file`, `explored`, `difference`, which is paired), measure, scope, name and window: unit, n,
        mean, std_error, ci_low, ci_high, p05, p50, p95.
    """
    confidence = middle(moved.plan.runs.confidence.value)
    rows = [row for row, _ in shown(moved.plan, file)] + [row for row in now.rows if row.scope == "unit"]
    frames = []
    before = np.stack([file.column(row) for row in rows], axis=1)
    after = np.stack([now.column(row) for row in rows], axis=1)
    shares = np.array([row.measure in YES_OR_NO for row in rows], bool)
    for which, values in ((FILE, before), (MOVED, after), (DIFFERENCE, after - before)):
        found = estimate(values, confidence, None if which == DIFFERENCE else shares)
        frame = pd.DataFrame(rows, columns=["measure", "scope", "name", "window"])
        frame["unit"] = [unit_of(row.measure) for row in rows]
        frames.append(pd.concat([frame.assign(plan=which), pd.DataFrame(found._asdict())], axis=1))
    joined = pd.concat(frames, ignore_index=True)
    return joined[["plan", *joined.columns.drop("plan")]]


def answer(moved: Moved, file: Part, now: Part) -> dict[str, Any]:
    """An answer as the page takes it in, from the same replications of the file's option and of the explored one."""
    frame = table(moved, file, now)
    keyed = {(r["plan"], r["measure"], r["scope"], r["name"]): r for _, r in frame.iterrows()}
    measures = [
        {"name": name, **{which: words(keyed[which, *row[:3]], which) for which in (FILE, MOVED, DIFFERENCE)}}
        for row, name in shown(moved.plan, file)
    ]  # fmt: skip
    units = [
        {"name": row.name, **{which: number(keyed[which, *row[:3]]["mean"]) for which in (FILE, MOVED)}}
        for row in now.rows
        if row.scope == "unit"
    ]
    return {
        "replications": len(now.values),
        "asked": futures(moved.plan),
        "changes": list(moved.changes),
        "strength": strength(now, file),
        "marks": marks(moved.plan, now),
        "measures": measures,
        "units": units,
    }


def number(x: float) -> float | None:
    """A number of JSON: nothing where it is undefined."""
    return round(float(x), 4) if np.isfinite(x) else None


def words(row: pd.Series, which: str) -> str:
    """An estimate as the page says it: a mean with what holds 9 in 10 futures, a difference with its interval."""
    share = row["unit"] == "share"
    if not np.isfinite(row["mean"]):
        return NONE
    if which == DIFFERENCE:
        return difference(row, 0.01) + " points" if share else difference(row)
    if row["measure"] in YES_OR_NO:
        return share_interval(row)
    if share:
        return f"{figure(row['mean'], 'share')} ({spread(100 * row['p05'], 100 * row['p95'])})"
    return mean_range(row)


def strength(now: Part, file: Part) -> dict[str, Any]:
    """Curves by day: deployed and present with the band that holds 9 in 10 futures, authorised, and the file's own."""
    curves: dict[str, Any] = {}
    for series in ("deployed", "present"):
        bands = quantiles(now.strength[SERIES.index(series)])
        curves[series] = [np.round(band.astype(float), 2).tolist() for band in bands]
    for name, part, series in (("authorised", now, "authorised"), ("file", file, "deployed")):
        (middle_,) = quantiles(part.strength[SERIES.index(series)], (0.5,))
        curves[name] = np.round(middle_.astype(float), 2).tolist()
    return curves


def marks(plan: Scenario, now: Part) -> list[dict[str, Any]]:
    """What happens to the mandate, at the middle of the futures: day, date and name."""
    found = []
    for name, days in now.events.items():
        day = float(np.median(days))
        if np.isfinite(day) and 0 <= day <= now.strength.shape[2]:
            date = plan.start + dt.timedelta(days=day)
            found.append({"day": round(day, 2), "date": date.isoformat(), "name": name})
    return sorted(found, key=lambda mark: mark["day"])
