"""A search: the smallest, cheapest or best of some design points, simulating only those that are still in play."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from advisory_sim.experiment.feasibility import Choice, cheapest, smallest
from advisory_sim.experiment.points import Points
from advisory_sim.experiment.resume import Begun, asked_of
from advisory_sim.experiment.run import temporary_folder
from advisory_sim.experiment.selection import Sample, Selection, select
from advisory_sim.experiment.sweep import figures_asked, points_told
from advisory_sim.experiment.varied import Varied, blocks_of, values_of, varied_plan
from advisory_sim.experiment.workers import executor
from advisory_sim.measures import Row
from advisory_sim.scenario.catalogue import MEASURES
from advisory_sim.scenario.quantities import middle
from advisory_sim.scenario.reading import near

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.scenario.model import Scenario

STEP = 50  # replications that are asked for at once
SLACK = 0.05  # how far below the asked chance a plan may be and still count as good enough


@dataclass(frozen=True)
class Search:
    """What a search came to; `frame` has a row a point: its values at the paths, and what is known of it."""

    option: str
    points: Points
    found: Choice | Selection
    frame: pd.DataFrame

    @property
    def chosen(self) -> dict | None:
        """The values of the point found; None where there is none."""
        place = self.found.chosen if isinstance(self.found, Choice) else self.found.selected
        return None if place is None else self.points[place]

    @property
    def sentence(self) -> str:
        """What was found, and how sure that is, in plain words."""
        return self.found.sentence([described(point) for point in self.points])


@dataclass(frozen=True)
class SearchAsked:
    """What a search is asked: all that its answer depends on."""

    plan: Scenario
    points: Points
    option: str
    target: str | None
    probability: float
    cheap: bool
    best: str | None
    indifference: float | None
    confidence: float
    at_most: int
    seed: int
    inputs: str

    @property
    def begun(self) -> Begun:
        """What design.json says of it."""
        question = {
            "target": self.target, "probability": self.probability, "cheapest": self.cheap, "best": self.best,
            "indifference": self.indifference, "confidence": self.confidence, **points_told(self.points),
        }  # fmt: skip
        return asked_of(self.plan, (self.option,), self.seed, self.inputs, self.at_most, "search", question)

    def prepared(self, pool: Executor) -> Varied:
        """What is simulated at each point, once all of them are checked; raises as `search`."""
        plan = varied_plan(self.plan, self.option, self.points, pool)
        return Varied(plan, self.seed, self.inputs, figures_sought(plan, self))


class Futures:
    """Figures of design points, simulated when they are asked for; a future is the same at every point."""

    def __init__(
        self, varied: Varied, points: Points, folder: Path, pool: Executor, progress: Callable[[int], None]
    ) -> None:
        self.varied, self.points, self.folder, self.pool, self.progress = varied, points, folder, pool, progress
        self.known = {i: np.empty((0, len(varied.figures))) for i in range(len(points))}
        self.done = 0

    def of(self, row: Row) -> Sample:
        """The values of a figure, as selections ask for them."""
        column = self.varied.figures.index(row)

        def sample(options: list[int], replications: range) -> np.ndarray:
            self.extend(options, replications.stop)
            return np.stack([self.known[i][replications.start : replications.stop, column] for i in options], axis=1)

        return sample

    def extend(self, options: list[int], stop: int) -> None:
        """Simulate these points up to a replication, each from where it is."""
        known = {i: len(self.known[i]) for i in options if len(self.known[i]) < stop}
        blocks = [
            block
            for start in sorted(set(known.values()))
            for group in blocks_of([i for i in options if known.get(i) == start], range(start, stop))
            for block in group
        ]
        found = values_of(self.varied, self.points, blocks, self.folder, self.pool)
        for block, values in zip(blocks, found, strict=True):
            for i, mine in zip(block.points, values, strict=True):
                self.known[i] = np.concatenate([self.known[i], mine])
            self.done += values.shape[0] * values.shape[1]
            self.progress(self.done)


def search(
    plan: Scenario,
    points: Points,
    *,
    target: str | None = None,
    probability: float = 0.8,
    best: str | None = None,
    indifference: float | None = None,
    cheap: bool = False,
    option: str | None = None,
    confidence: float | None = None,
    at_most: int = 2000,
    seed: int | None = None,
    inputs: str | None = None,
    workers: int = 1,
    progress: Callable[[int], None] = lambda done: None,
) -> Search:
    """Find the point that does what is asked.

    Parameters
    ----------
    points
        From `grid` or `spread`; where the smallest is sought, in the order of their size.
    target, probability
        Of the file, to be met with this chance at least: the first point that does so is found.
    cheap
        The cheapest point that meets the target, in place of the first; `indifference` is then in money.
    best, indifference
        A measure whose mean is to be best, over the horizon; differences up to `indifference` do not matter.
    option
        The first of the file where left out.
    confidence
        Of the answer; as in the file's `runs` where left out.
    at_most
        Replications a point after which to stop in any case.

    Raises
    ------
    ScenarioError
        Where a path, or a value at it, is wrong.
    KeyError
        For an option, target or measure that there is not.
    ValueError
        For a setting out of its range, or where it is not said what is sought.
    """
    asked = search_asked(
        plan, points, target=target, probability=probability, best=best, indifference=indifference, cheap=cheap,
        option=option, confidence=confidence, at_most=at_most, seed=seed, inputs=inputs,
    )  # fmt: skip
    with executor(workers) as pool, temporary_folder() as folder:
        return searched(asked, asked.prepared(pool), Path(folder), pool, progress)


def search_asked(
    plan: Scenario,
    points: Points,
    *,
    target: str | None,
    probability: float,
    best: str | None,
    indifference: float | None,
    cheap: bool,
    option: str | None,
    at_most: int,
    seed: int | None,
    confidence: float | None = None,
    inputs: str | None = None,
) -> SearchAsked:
    """What is asked, with what is left out as the file says; parameters and what is raised as of `search`."""
    option = next(iter(plan.options)) if option is None else option
    known(option, plan.options, "option")
    if (target is None) == (best is None):
        raise ValueError(
            "a search is for a target that is to be met, or for the best of a measure: give one of the two"
        )
    if (best is not None or cheap) and (indifference is None or indifference <= 0):
        raise ValueError("indifference: say what difference does not matter, in the measure's unit, above 0")
    if target is not None:
        known(target, plan.targets, "target")
    if best is not None:
        known(best, MEASURES, "measure")
    runs = plan.runs
    return SearchAsked(
        plan, points, option, target, probability, cheap, best, indifference,
        middle(runs.confidence.value) if confidence is None else confidence, at_most,
        runs.seed if seed is None else seed, runs.inputs if inputs is None else inputs,
    )  # fmt: skip


def searched(
    asked: SearchAsked,
    varied: Varied,
    folder: Path,
    pool: Executor,
    progress: Callable[[int], None] = lambda done: None,
) -> Search:
    """What a search comes to, its blocks kept in a folder; those that are whole there stay as they are.

    Parameters
    ----------
    varied
        From `asked.prepared`.
    folder
        Empty, or with blocks of the same search.
    progress
        Called with the number of futures done.
    """
    points, figures = asked.points, varied.figures
    futures = Futures(varied, points, folder, pool, progress)
    values, sure, at_most, chance = futures.of(figures[0]), asked.confidence, asked.at_most, asked.probability
    indifference = asked.indifference or 0.0
    found: Choice | Selection
    if asked.best is not None:
        sign = -1 if MEASURES[asked.best].better == "less" else 1
        found = select(
            lambda options, replications: sign * values(options, replications), len(points), sure, indifference,
            first=STEP, at_most=at_most, step=STEP,
        )  # fmt: skip
    elif asked.cheap:
        found = cheapest(
            values, futures.of(figures[1]), len(points), chance, sure, indifference, slack=SLACK, at_most=at_most,
            step=STEP,
        )  # fmt: skip
    else:
        found = smallest(values, range(len(points)), chance, sure, slack=SLACK, at_most=at_most, step=STEP)
    return Search(asked.option, points, found, told(points, found))


def figures_sought(plan: Scenario, asked: SearchAsked) -> tuple[Row, ...]:
    """The figure that decides, and the cost where it does too."""
    if asked.target is None:
        return figures_asked(Varied(plan, asked.seed, asked.inputs, ()), [str(asked.best)])
    aim = plan.targets[asked.target]
    met = Row("target_met", "target", asked.target, aim.on.isoformat() if aim.on else aim.window or "horizon")
    return (met, Row("cost", "mission", "", "horizon")) if asked.cheap else (met,)


def told(points: Points, found: Choice | Selection) -> pd.DataFrame:
    """A row a point: what is known of it."""
    import pandas as pd

    if isinstance(found, Choice):
        rows = [
            {"verdict": v.verdict, "replications": v.replications, "share": v.share, "at_least": v.at_least,
             "at_most": v.at_most}
            for v in found.verdicts
        ]  # fmt: skip
    else:
        left = {found.selected, *(contender.option for contender in found.contenders)}
        rows = [
            {"verdict": "in play" if i in left else "dropped", "replications": n, "mean": mean}
            for i, (n, mean) in enumerate(zip(found.replications, found.means, strict=True))
        ]
    return pd.DataFrame([{**point, **row} for point, row in zip(points, rows, strict=True)])


def described(point: dict) -> str:
    """A point in words: the ends of its paths and their values."""
    return ", ".join(f"{path.rsplit('.', 1)[-1]} {value}" for path, value in point.items())


def known(name: str, names, what: str) -> None:
    """Refuse a name that is not among those that there are."""
    if name not in names:
        raise KeyError(f"no {what} {name!r}{near(name, list(names))}")
