"""A fit as YAML, to paste into a scenario's file."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import floor, isfinite, log10, sqrt
from typing import TYPE_CHECKING

import numpy as np

from advisory_sim.fitting.likelihood import Estimate, Fitted
from advisory_sim.scenario.quantities import Between, Duration, plain

if TYPE_CHECKING:
    from advisory_sim.fitting.fit import Early, Fit, RoleFit, Stage

LARGEST_SHARE = 0.99


def decimals(std_error: float, value: float) -> int:
    """Places after the point that an error of this size supports: two digits of it, or else three of the value."""
    if isfinite(std_error) and std_error > 0:
        return max(0, 1 - floor(log10(std_error)))
    return max(0, 2 - floor(log10(value))) if value > 0 else 0


def rounded(estimate: Estimate) -> float:
    """The value, to the places that its error supports."""
    return round(estimate.value, decimals(estimate.std_error, estimate.value))


def ends(estimate: Estimate) -> tuple[float, float]:
    """Ends of a triangular `between` with the estimate's own standard error: sqrt(6) of them, on the log scale."""
    value, error = estimate.value, estimate.std_error
    if value <= 0:
        return 0.0, sqrt(6) * error
    factor = float(np.exp(sqrt(6) * error / value))
    return value / factor, value * factor


def rising(numbers: Sequence[float]) -> list[float]:
    """The numbers, none below one before it."""
    return list(accumulate(numbers, max))


def written(fit: Fitted) -> str:
    """A fitted duration as the file writes it, without its uncertainty."""
    numbers = rising([rounded(number) for number in fit.numbers]) if fit.family.bounded else map(rounded, fit.numbers)
    return str(Duration(fit.family.name, tuple(numbers), "day"))


def written_with_range(fit: Fitted) -> str:
    """The same with what the sample does not tell as `between`."""
    places = [decimals(number.std_error, number.value) for number in fit.numbers]
    triples = [
        [round(x, p) for x in (ends(number)[0], number.value, ends(number)[1])]
        for number, p in zip(fit.numbers, places, strict=True)
    ]
    if fit.family.bounded:
        triples = [list(triple) for triple in zip(*(rising(part) for part in zip(*triples, strict=True)), strict=True)]
    numbers = tuple(Between(low, middle, high) if low < high else middle for low, middle, high in triples)
    return str(Duration(fit.family.name, numbers, "day"))


def percent(share: float, std_error: float) -> str:
    """A share in per cent."""
    return f"{plain(round(100 * share, min(2, decimals(100 * std_error, 100 * share))))}%"


def percent_range(share: Estimate) -> str:
    """A share with what the sample does not tell; where it never occurred, up to the interval's end."""
    low, high = ends(share) if share.value > 0 else (0.0, share.high)
    parts = [percent(x, share.std_error or share.high / 4) for x in (low, share.value, min(high, LARGEST_SHARE))]
    return parts[1] if parts[0] == parts[2] else f"between({' '.join(parts)})"


def early_text(early: Early) -> str:
    """`between(4% 6% 9%) per year`."""
    return f"{percent_range(early.share)} per year"


def stage_line(stage: Stage) -> str:
    """A step of recruitment; beside it the duration without what the sample leaves open."""
    takes, middle = written_with_range(stage.chosen), written(stage.chosen)
    comment = f"  # at its middle {middle}" if takes != middle else ""
    if stage.fails.value > 0:
        takes = f"{{takes: {takes}, fails: {percent_range(stage.fails)}}}"
    return f"      - {stage.name}: {takes}{comment}"


def role_lines(fit: RoleFit) -> list[str]:
    """A role's settings."""
    lines = [f"  {key(fit.role)}:"]
    if fit.stages:
        lines += ["    recruitment:", *map(stage_line, fit.stages)]
    if fit.tour is not None:
        lines.append(f"    tour: {plain(round(fit.tour.days.value))} days")
    if fit.early is not None:
        lines.append(f"    early_departure: {early_text(fit.early)}")
    return lines


def key(name: str) -> str:
    """A name as a key of YAML, quoted where it must be."""
    return name if name.replace(" ", "").replace("-", "").isalpha() else "'" + name.replace("'", "''") + "'"


def source_lines(fit: Fit) -> list[str]:
    """Where the settings come from."""
    lines = ["sources:"]
    for role in fit.roles:
        paths = [("recruitment", bool(role.stages)), ("tour", role.tour), ("early_departure", role.early)]
        name = fit.table.name.replace("'", "''")
        for path, there in paths:
            if there:
                source = f"{name}: {role.cases} cases, seen to {fit.table.as_of}; maximum likelihood"
                lines.append(f"  {key(f'roles.{role.role}.{path}')}: {{grade: measured, source: '{source}'}}")
    return lines


def snippet(fit: Fit) -> str:
    """The settings of every role that has any, and their sources."""
    lines = ["roles:", *(line for role in fit.roles if role.settings for line in role_lines(role))]
    return "\n".join([*lines, *source_lines(fit)]) + "\n"
