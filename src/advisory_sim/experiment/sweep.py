"""A sweep: one option at many design points, under the same futures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from advisory_sim.experiment.estimate import (
    YES_OR_NO,
    Estimates,
    correlation,
    estimate,
    ratio_of_means,
)
from advisory_sim.experiment.points import Points
from advisory_sim.experiment.resume import Begun, asked_of, digest
from advisory_sim.experiment.run import temporary_folder
from advisory_sim.experiment.varied import Varied, blocks_of, settings_at, values_of, varied_plan
from advisory_sim.experiment.workers import executor, usable_cores
from advisory_sim.scenario.catalogue import unit_of
from advisory_sim.scenario.quantities import middle
from advisory_sim.scenario.reading import near

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.measures import Row
    from advisory_sim.scenario.model import Scenario

HEADLINES = ("officer_days", "covered_days", "worst_unit")
WORTH_A_PROCESS = 1000  # futures over all points below which a second process costs more than it saves
RATIO, TOP, BOTTOM = "cost_per_covered_day", "cost", "covered_days"
WITHOUT_DIFFERENCE = ("days_to_", "cost_per_")  # of such measures the mean of paired differences would mislead


@dataclass(frozen=True)
class Sweep:
    """What a sweep came to.

    `frame`: one row a point and measure: a column for each path with the point's value, then measure, scope, name,
    window, unit, n, mean, std_error, ci_low, ci_high, p05, p50, p95; then of the paired difference to the option as the
    file has it: difference, difference_error, difference_low, difference_high, correlation (nan of times and ratios).
    """

    option: str
    paths: tuple[str, ...]
    measures: tuple[str, ...]
    replications: int
    frame: pd.DataFrame


@dataclass(frozen=True)
class SweepAsked:
    """What a sweep is asked: all that its answer depends on."""

    plan: Scenario
    points: Points
    option: str
    measures: tuple[str, ...]
    replications: int
    seed: int
    inputs: str

    @property
    def begun(self) -> Begun:
        """What design.json says of it."""
        question = {"measures": list(self.measures), **points_told(self.points)}
        return asked_of(self.plan, (self.option,), self.seed, self.inputs, self.replications, "sweep", question)

    def prepared(self, pool: Executor) -> Varied:
        """What is simulated at each point, once all of them are checked.

        Raises
        ------
        ScenarioError
            Where a path, or a value at it, is wrong: all of them at once.
        KeyError
            For a measure that the mission does not have.
        """
        plan = varied_plan(self.plan, self.option, self.points, pool)
        figures = figures_asked(Varied(plan, self.seed, self.inputs, ()), self.measures)
        return Varied(plan, self.seed, self.inputs, with_parts(figures))


def sweep(
    plan: Scenario,
    points: Points,
    *,
    option: str | None = None,
    measures: Sequence[str] = HEADLINES,
    replications: int | None = None,
    seed: int | None = None,
    inputs: str | None = None,
    workers: int = 1,
    progress: Callable[[int], None] = lambda done: None,
) -> Sweep:
    """Simulate an option at every point; a future is the same at all points.

    Parameters
    ----------
    points
        From `grid` or `spread`: a value at each path of the file.
    option
        The first of the file where left out.
    measures
        Names of measures, of the mission; over the horizon where they have it, else over the mandate.
    replications, seed, inputs
        As in the file's `runs` where left out.
    workers
        Processes; results are the same for any number.
    progress
        Called with the number of points done.

    Raises
    ------
    ScenarioError
        Where a path, or a value at it, is wrong: all of them at once.
    KeyError
        For an option or a measure that the scenario does not have.
    ValueError
        Where the file says `auto` and no number is given.
    """
    asked = sweep_asked(plan, points, option, measures, replications, seed, inputs)
    with executor(workers) as pool, temporary_folder() as folder:
        return swept(asked, asked.prepared(pool), Path(folder), pool, progress)


def sweep_asked(
    plan: Scenario,
    points: Points,
    option: str | None,
    measures: Sequence[str],
    replications: int | None,
    seed: int | None,
    inputs: str | None,
) -> SweepAsked:
    """What is asked, with what is left out as the file says.

    Raises
    ------
    KeyError
        For an option that the scenario does not have.
    ValueError
        Where the file says `auto` and no number is given.
    """
    option = next(iter(plan.options)) if option is None else option
    if option not in plan.options:
        raise KeyError(f"no option {option!r}{near(option, list(plan.options))}; options: {', '.join(plan.options)}")
    runs = plan.runs
    return SweepAsked(
        plan, points, option, tuple(dict.fromkeys(measures)),
        number_of(plan, replications),
        runs.seed if seed is None else seed, runs.inputs if inputs is None else inputs,
    )  # fmt: skip


def number_of(plan: Scenario, replications: int | None) -> int:
    """Replications a point: as given, else as in the file.

    Raises
    ------
    ValueError
        Where the file says `auto`.
    """
    number = plan.runs.replications if replications is None else replications
    if number == "auto":
        raise ValueError("replications: the file says auto, but every point of a sweep takes the same number: give one")
    return number


def swept(
    asked: SweepAsked,
    varied: Varied,
    folder: Path,
    pool: Executor,
    progress: Callable[[int], None] = lambda done: None,
) -> Sweep:
    """What a sweep comes to, its blocks kept in a folder; those that are whole there stay as they are.

    Parameters
    ----------
    varied
        From `asked.prepared`.
    folder
        Empty, or with blocks of the same sweep, of whatever number of replications.
    """
    import pandas as pd

    figures = varied.figures[: len(asked.measures)]
    points = [{}, *asked.points]  # the option as the file has it, then the points
    groups = [blocks_of(part, range(asked.replications)) for part in ([0], range(1, len(points)))]
    listed = [group for part in groups for group in part]
    values = values_of(varied, points, [block for group in listed for block in group], folder, pool)
    confidence = middle(asked.plan.runs.confidence.value)
    frames, base = [], np.empty(0)
    for group in listed:
        found = np.concatenate([next(values) for _ in group], axis=1)
        places = group[0].points
        if places == (0,):
            base = found[0]
            continue
        frames.append(estimated([points[i] for i in places], found, base, figures, confidence))
        progress(places[-1])
    frame = pd.concat(frames, ignore_index=True)
    return Sweep(asked.option, tuple(asked.points[0]), asked.measures, asked.replications, frame)


def figures_asked(varied: Varied, measures: Sequence[str]) -> tuple[Row, ...]:
    """The mission's figures of these measures, over the horizon where they have it, else over the mandate.

    Raises
    ------
    KeyError
        For a measure that the mission does not have.
    """
    from advisory_sim.experiment.blocks import rows_at

    known: dict[str, Row] = {}
    for row in rows_at(settings_at(varied, {})):
        if row.scope == "mission" and (row.measure not in known or row.window == "horizon"):
            known[row.measure] = row
    for measure in measures:
        if measure not in known:
            raise KeyError(f"no measure {measure!r} of the mission{near(measure, sorted(known))}")
    return tuple(known[measure] for measure in measures)


def with_parts(figures: tuple[Row, ...]) -> tuple[Row, ...]:
    """These figures and what a ratio of means needs besides."""
    parts = [row._replace(measure=part) for row in figures if row.measure == RATIO for part in (TOP, BOTTOM)]
    return tuple(dict.fromkeys([*figures, *parts]))


def estimated(
    points: Points, values: np.ndarray, base: np.ndarray, figures: tuple[Row, ...], confidence: float
) -> pd.DataFrame:
    """Estimates of every figure at some points, and of its paired difference to the base.

    Parameters
    ----------
    values, base
        (points, replications, figures) and (replications, figures), of `with_parts(figures)`.

    Returns
    -------
    pandas.DataFrame
        As `Sweep.frame`.
    """
    import pandas as pd

    count, width = len(points), len(figures)
    mine = values[:, :, :width].transpose(1, 0, 2).reshape(-1, count * width)
    theirs = np.tile(base[:, :width], count)
    found = estimate(mine, confidence, np.tile([row.measure in YES_OR_NO for row in figures], count))
    all_figures = with_parts(figures)
    for k, row in enumerate(figures):
        if row.measure == RATIO:
            parts = [all_figures.index(row._replace(measure=part)) for part in (TOP, BOTTOM)]
            for i in range(count):
                top, bottom = values[i, :, parts].copy()
                at = i * width + k
                ratio = ratio_of_means(top, bottom, confidence)
                found.mean[at], found.std_error[at], found.ci_low[at], found.ci_high[at] = ratio
    comparable = np.tile([not row.measure.startswith(WITHOUT_DIFFERENCE) for row in figures], count)
    difference = estimate(np.where(comparable, mine - theirs, np.nan), confidence)
    columns: dict[str, Any] = {path: [p[path] for p in points for _ in figures] for path in points[0]}
    for i, key in enumerate(("measure", "scope", "name", "window")):
        columns[key] = [row[i] for row in figures] * count
    columns["unit"] = [unit_of(row.measure) for row in figures] * count
    columns |= dict(zip(Estimates._fields, found, strict=True))
    columns["difference"], columns["difference_error"] = difference.mean, difference.std_error
    columns["difference_low"], columns["difference_high"] = difference.ci_low, difference.ci_high
    columns["correlation"] = np.where(comparable, correlation(mine, theirs), np.nan)
    return pd.DataFrame(columns)


def points_told(points: Points) -> dict[str, Any]:
    """What design.json says of the points."""
    return {"points": len(points), "over": list(points[0]), "values_sha256": digest(repr(points))}


def suitable_workers(points: int, replications: int) -> int:
    """As many processes as pay for their start."""
    return usable_cores() if points * replications > WORTH_A_PROCESS else 1
