"""How many replications a run takes: until half of every interval is as narrow as was asked, and stays so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from advisory_sim.experiment.blocks import Design, decode, rows_of
from advisory_sim.experiment.estimate import YES_OR_NO
from advisory_sim.experiment.stopping import half_widths, narrow, narrow_since
from advisory_sim.scenario.catalogue import unit_of
from advisory_sim.scenario.quantities import HalfWidth, middle

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.experiment.study import Study
    from advisory_sim.measures import Row
    from advisory_sim.scenario.model import Scenario

FRAME = [
    "option", "against", "measure", "scope", "name", "window", "unit", "n", "mean", "half_width", "allowed", "met",
]  # fmt: skip
Widths = tuple[tuple[str, HalfWidth], ...]
USUAL = HalfWidth(5.0, True)


def asked_widths(scenario: Scenario) -> Widths:
    """What a run of `auto` is to know: the file's `precision`, else 5 % of officer-days and of covered unit-days."""
    if scenario.runs.precision is not None:
        return tuple(scenario.runs.precision.items())
    return (("officer_days", USUAL), *((("covered_days", USUAL),) if scenario.units else ()))


class Known(NamedTuple):
    """How well a figure is known after each replication: arrays (replications,)."""

    option: str
    against: str  # of a paired difference, the first option; else empty
    row: Row
    mean: np.ndarray
    half: np.ndarray
    allowed: np.ndarray

    @property
    def narrow(self) -> np.ndarray:
        """Whether half of the interval is as narrow as asked."""
        return narrow(self.mean, self.half, self.allowed)


def asked_rows(rows: Sequence[Row], measure: str) -> list[Row]:
    """The figures that a measure of `precision` is of: the mission's over the horizon; of targets, every one."""
    if measure == "target_met":
        return [row for row in rows if row.measure == measure]
    return [row for row in rows if row[:2] == (measure, "mission") and row.window == "horizon"]


def known(widths: Widths, options: Sequence[str], columns: Sequence[dict[Row, np.ndarray]], confidence: float):
    """How well each figure is known: of every option its mean, and its paired difference to the first option.

    Parameters
    ----------
    widths
        What is asked.
    columns
        Of each option, its figures by row, (replications,) each.

    Returns
    -------
    list[Known]
        By measure, option, and mean before difference.
    """
    found = []
    for measure, width in widths:
        relative = width.percent and unit_of(measure) not in ("share", "ratio")
        size = width.number / 100 if width.percent else width.number
        for row in asked_rows(list(columns[0]), measure):
            first, _ = half_widths(columns[0][row], confidence, yes_or_no=measure in YES_OR_NO)
            for option, mine in zip(options, columns, strict=True):
                mean, half = half_widths(mine[row], confidence, yes_or_no=measure in YES_OR_NO)
                allowed = size * np.abs(mean) if relative else np.full(len(mean), size)
                found.append(Known(option, "", row, mean, half, allowed))
                if option == options[0]:
                    continue
                # A difference may be near 0: it is held to a share of the larger of the means that it is between.
                allowed = size * np.maximum(np.abs(mean), np.abs(first)) if relative else allowed
                more, half = half_widths(mine[row] - columns[0][row], confidence)
                found.append(Known(option, options[0], row, more, half, allowed))
    return found


@dataclass(frozen=True)
class Needed:
    """How many replications it took; `since` is None where the most that were allowed did not do."""

    since: int | None
    replications: int
    figures: list[Known]

    @property
    def worst(self) -> Known:
        """The figure that is farthest from what was asked, as a multiple of it."""
        return max(self.figures, key=multiple)


def multiple(figure: Known) -> float:
    """Half of a figure's interval, as a multiple of what is allowed, after the last replication."""
    half, allowed = float(figure.half[-1]), float(figure.allowed[-1])
    if not np.isfinite(half) or not np.isfinite(figure.mean[-1]):
        return np.inf
    return half / allowed if allowed > 0 else (0.0 if half == 0 else np.inf)


def needed(figures: list[Known]) -> Needed:
    """How many replications some figures took."""
    all_narrow = np.logical_and.reduce([figure.narrow for figure in figures])
    return Needed(narrow_since(all_narrow), len(all_narrow), figures)


class Watch:
    """Takes in blocks in design order, and says when they are enough."""

    def __init__(self, design: Design) -> None:
        self.design = design
        self.options = [name for name, _ in design.variants]
        self.confidence = middle(design.variants[0][1].runs.confidence.value)
        self.rows = [rows_of(design, i) for i in range(len(self.options))]
        self.kept = [
            [row for measure, _ in design.precision for row in asked_rows(rows, measure)] for rows in self.rows
        ]
        self.parts: list[list[np.ndarray]] = [[] for _ in self.options]

    def enough(self, block: Path) -> bool:
        """Take in the next block; whether no more are needed."""
        for i, (rows, kept) in enumerate(zip(self.rows, self.kept, strict=True)):
            values = decode(block, [f"values:{i}"])[f"values:{i}"]
            self.parts[i].append(values[:, [rows.index(row) for row in kept]])
        columns = [dict(zip(kept, np.concatenate(parts).T, strict=True))
                   for kept, parts in zip(self.kept, self.parts, strict=True)]  # fmt: skip
        return needed(known(self.design.precision, self.options, columns, self.confidence)).since is not None


def needed_by(study: Study) -> Needed:
    """How many replications a study took, and how well what it asked for is known."""
    widths = study.design.precision
    columns = []
    for option in study.options:
        rows = [row for measure, _ in widths for row in asked_rows(study.rows(option), measure)]
        columns.append({row: study.column(option, *row) for row in rows})
    return needed(known(widths, study.options, columns, study.confidence))


def precision_frame(study: Study) -> pd.DataFrame:
    """How well what was asked for is known: see `Study.precision`."""
    import pandas as pd

    figures = needed_by(study).figures if study.design.precision else []
    return pd.DataFrame(
        [
            {
                **{"option": figure.option, "against": figure.against, **figure.row._asdict()},
                "unit": unit_of(figure.row.measure),
                "n": study.replications,
                "mean": figure.mean[-1],
                "half_width": figure.half[-1],
                "allowed": figure.allowed[-1],
                "met": bool(figure.narrow[-1]),
            }
            for figure in figures
        ],
        columns=FRAME,
    )
