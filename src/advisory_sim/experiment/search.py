"""A search: the smallest, cheapest or best of some design points, simulating only those that are still in play."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from advisory_sim.experiment.blocks import Design, rows_of, values_of
from advisory_sim.experiment.feasibility import Choice, cheapest, smallest
from advisory_sim.experiment.points import Points, named
from advisory_sim.experiment.run import executor
from advisory_sim.experiment.selection import Sample, Selection, select
from advisory_sim.experiment.sweep import design_of, observed_alike
from advisory_sim.measures import Row
from advisory_sim.scenario.catalogue import MEASURES
from advisory_sim.scenario.options import with_variants
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


class Futures:
    """Figures of design points, simulated when they are asked for; a future is the same at every point."""

    def __init__(self, designs: list[Design], pool: Executor, progress: Callable[[int], None]) -> None:
        self.designs, self.pool, self.progress = designs, pool, progress
        self.kept: dict[tuple[int, int, int], np.ndarray] = {}
        self.columns = [{row: i for i, row in enumerate(rows_of(design, 0))} for design in designs]
        self.done = 0

    def of(self, row: Row) -> Sample:
        """The values of a figure, as selections ask for them."""

        def sample(options: list[int], replications: range) -> np.ndarray:
            keys = [(option, replications.start, replications.stop) for option in options]
            jobs = {
                key: self.pool.submit(values_of, self.designs[key[0]].packed, replications)
                for key in keys
                if key not in self.kept
            }
            for key, job in jobs.items():
                (self.kept[key],) = job.result()
                self.done += len(replications)
                self.progress(self.done)
            return np.stack([self.kept[key][:, self.columns[key[0]][row]] for key in keys], axis=1)

        return sample


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
    option = next(iter(plan.options)) if option is None else option
    known(option, plan.options, "option")
    if (target is None) == (best is None):
        raise ValueError(
            "a search is for a target that is to be met, or for the best of a measure: give one of the two"
        )
    if (best is not None or cheap) and (indifference is None or indifference <= 0):
        raise ValueError("indifference: say what difference does not matter, in the measure's unit, above 0")
    sure = middle(plan.runs.confidence.value) if confidence is None else confidence
    names = named(points)
    plan = observed_alike(plan, option, [names])
    varied = with_variants(plan, option, names)
    designs = [design_of(varied, [name], 1, seed, inputs) for name in names]
    with executor(workers) as pool:
        futures = Futures(designs, pool, progress)
        found: Choice | Selection
        if target is not None:
            known(target, plan.targets, "target")
            aim = plan.targets[target]
            met = futures.of(
                Row("target_met", "target", target, aim.on.isoformat() if aim.on else aim.window or "horizon")
            )
            if cheap:
                cost = futures.of(Row("cost", "mission", "", "horizon"))
                found = cheapest(
                    met, cost, len(points), probability, sure, indifference or 0.0, slack=SLACK, at_most=at_most,
                    step=STEP,
                )  # fmt: skip
            else:
                found = smallest(met, range(len(points)), probability, sure, slack=SLACK, at_most=at_most, step=STEP)
        else:
            known(str(best), MEASURES, "measure")
            values = futures.of(Row(str(best), "mission", "", "horizon"))
            sign = -1 if MEASURES[str(best)].better == "less" else 1
            found = select(
                lambda options, replications: sign * values(options, replications), len(points), sure,
                indifference or 0.0, first=STEP, at_most=at_most, step=STEP,
            )  # fmt: skip
    return Search(option, points, found, told(points, found))


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
