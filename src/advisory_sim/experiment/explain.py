"""Why one option differs from another: paired differences, line by line, that add up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from advisory_sim.experiment.compare import ROUNDING
from advisory_sim.experiment.estimate import estimate
from advisory_sim.measures.coverage import UNIT_CAUSES
from advisory_sim.measures.strength import CAUSES
from advisory_sim.record.columns import DAY

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.experiment.study import Study

TOTAL, OPEN = "difference", "open"
# What each measure is lost to, in the model's order; a handover is days gained, so its loss is negative.
LOST = {
    "officer_days": ("waiting", "vacancy", "handover"),
    "on_duty_days": (*CAUSES, "handover"),
    "covered_days": tuple(UNIT_CAUSES),
    "served": (),
}
UNITS = {"served": "activities"}
# Where these are the same there are the same officers, at the same work.
OUTCOMES = ("officer_days", "present_days", "on_duty", "covered_days", "served")


class Lines(NamedTuple):
    """What makes up the difference of two options in a measure; (replications, lines), in the measure's unit."""

    names: tuple[str, ...]  # the last is the difference itself
    before: np.ndarray
    after: np.ndarray
    difference: np.ndarray


def measures_of(study: Study) -> list[str]:
    """The measures there is something to say of: no cover without units, no work without activities."""
    there = {row.measure for row in study.rows(study.options[0])} | {"on_duty_days"}
    return [m for m in LOST if m in there and (m != "covered_days" or study.layout.units)]


def whole(values: np.ndarray, per_unit: float) -> np.ndarray:
    """Values as the whole seconds (or activities) that they were counted in, so that sums are exact."""
    return np.rint(values * per_unit)


def levels(study: Study, option: str, measure: str) -> tuple[dict[str, np.ndarray], float]:
    """An option's lines of a measure, losses negative, in whole seconds (or activities); and these to the unit.

    Of cover there is no line `open` in the record: it is the sum of what is covered and what is not.
    """
    if measure == "served":
        return {TOTAL: whole(study.column(option, "served"), 1)}, 1
    per_unit = study.layout.day_parts if measure == "covered_days" else DAY
    days = study.scenario.horizon_seconds / DAY
    kind = "uncovered_days" if measure == "covered_days" else "officer_days"
    lost = {c: 0.0 - whole(study.column(option, f"{kind}_lost_to_{c}"), per_unit) for c in LOST[measure]}
    if measure == "covered_days":
        total = whole(study.column(option, measure), per_unit)
        return {OPEN: total - sum(lost.values()), **lost, TOTAL: total}, per_unit
    posts = whole(study.column(option, "authorised") * days, per_unit)
    total = study.column(option, "on_duty") * days if measure == "on_duty_days" else study.column(option, measure)
    return {"authorised": posts, **lost, TOTAL: whole(total, per_unit)}, per_unit


def paired_lines(study: Study, a: str, b: str, measure: str) -> Lines:
    """What makes up `b` - `a` in every future: the lines before the last add up to the last.

    Parameters
    ----------
    a, b
        Options; each replication is the same future under both.
    measure
        A key of `LOST`.
    """
    before, per_unit = levels(study, a, measure)
    after, _ = levels(study, b, measure)
    if OPEN in before and (before[OPEN] == after[OPEN]).all():
        del before[OPEN], after[OPEN]
    first, second = (np.stack(list(lines.values()), axis=1) for lines in (before, after))
    return Lines(tuple(before), first / per_unit, second / per_unit, (second - first) / per_unit)


def alike(study: Study, a: str, b: str) -> np.ndarray:
    """Futures in which both have the same officers on the same days and get the same out of it, to the bit."""
    rows = [row for row in study.rows(a) if row.measure in OUTCOMES and row.window == "horizon"]
    same = np.ones(study.replications, bool)
    for row in rows:
        same &= study.column(a, *row) == study.column(b, *row)
    # The first daily series is the authorised, which nobody sees at work.
    return same & (study.strength(a)[1:] == study.strength(b)[1:]).all(axis=(0, 2))


def explain(study: Study, a: str, b: str) -> pd.DataFrame:
    """Why `b` differs from `a`: see `Study.explain`."""
    import pandas as pd

    same = float(alike(study, a, b).mean())
    parts = []
    for measure in measures_of(study):
        lines = paired_lines(study, a, b, measure)
        found = estimate(lines.difference, study.confidence)
        error = found.std_error.copy()
        # A difference that varies by rounding only does not vary.
        error[error < ROUNDING * np.abs(lines.difference).max(axis=0)] = 0
        exact = error == 0
        total = found.mean[-1]
        parts.append(
            pd.DataFrame(
                {
                    "option": b,
                    "against": a,
                    "measure": measure,
                    "line": lines.names,
                    "unit": UNITS.get(measure, "days"),
                    "n": found.n,
                    "before": lines.before.mean(axis=0),
                    "after": lines.after.mean(axis=0),
                    "mean": found.mean,
                    "std_error": error,
                    "ci_low": np.where(exact, found.mean, found.ci_low),
                    "ci_high": np.where(exact, found.mean, found.ci_high),
                    "share": found.mean / total if total else np.full(len(found.mean), np.nan),
                    "alike": same,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def pair_of(options: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, str]:
    """The options meant by one or two names: one alone is held against the first.

    Raises
    ------
    KeyError
        Where a name is unknown, or both are the same; it says what there is.
    """
    from difflib import get_close_matches

    for name in names:
        if name not in options:
            near = get_close_matches(name, options, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise KeyError(f"no option {name!r}; options: {', '.join(options)}.{hint}")
    a, b = names if len(names) == 2 else (options[0], names[0])
    if a == b:
        others = [option for option in options if option != a]
        more = f"name another: {', '.join(others)}" if others else "there is no other"
        first = ", the first option," if len(names) == 1 else ""
        raise KeyError(f"{a!r}{first} does not differ from itself; {more}")
    return a, b
