"""A sweep: one option at many design points, under the same futures."""

from __future__ import annotations

import re
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisory_sim.errors import Problem, ScenarioError
from advisory_sim.experiment.blocks import BLOCK, Blocks, Design, simulate_block
from advisory_sim.experiment.points import Points, named
from advisory_sim.experiment.run import block_file, executor, usable_cores, write_whole
from advisory_sim.experiment.study import Study
from advisory_sim.record.columns import DAY
from advisory_sim.scenario.options import with_variants
from advisory_sim.scenario.reading import near

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.scenario.model import Scenario

HEADLINES = ("officer_days", "covered_days", "worst_unit")
AT_ONCE = 20  # points that are simulated and kept together


@dataclass(frozen=True)
class Sweep:
    """What a sweep came to.

    `frame`: one row a point and measure: a column for each path with the point's value, then measure, scope, name,
    window, unit, n, mean, std_error, ci_low, ci_high, p05, p50, p95.
    """

    option: str
    paths: tuple[str, ...]
    measures: tuple[str, ...]
    replications: int
    frame: pd.DataFrame


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
        For an option that the scenario does not have.
    ValueError
        Where the file says `auto` and no number is given.
    """
    import pandas as pd

    option = next(iter(plan.options)) if option is None else option
    if option not in plan.options:
        raise KeyError(f"no option {option!r}{near(option, list(plan.options))}; options: {', '.join(plan.options)}")
    names = named(points)
    groups = [dict(group) for group in batched(list(names.items()), AT_ONCE)]
    asked = number_of(plan, replications)
    plan = observed_alike(plan, option, groups)
    designs = (design_of(with_variants(plan, option, group), list(group), asked, seed, inputs) for group in groups)
    frames, done = [], 0
    with executor(workers) as pool:
        for group, study in zip(groups, studies(plan, designs, pool, 2 * workers), strict=True):
            frames.append(headline(study, measures))
            done += len(group)
            progress(done)
    frame = pd.concat(frames, ignore_index=True)
    settings = pd.DataFrame(points, index=pd.Index(names, name="option")).reset_index()
    joined = settings.merge(frame, on="option", how="right", validate="one_to_many").drop(columns="option")
    return Sweep(option, tuple(points[0]), tuple(measures), asked, joined)


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


def observed_alike(plan: Scenario, option: str, groups: list[dict[str, dict[str, Any]]]) -> Scenario:
    """The plan with a horizon that all points share; each point is checked on the way.

    Raises
    ------
    ScenarioError
        With everything that is wrong at any point.
    """
    longest, problems = 0, list[Problem]()
    for group in groups:
        try:
            longest = max(longest, with_variants(plan, option, group).horizon_seconds)
        except ScenarioError as wrong:
            problems += [pathwise(problem) for problem in wrong.problems]
    if problems:
        raise ScenarioError(problems)
    return plan if plan.horizon is not None else plan.with_setting("horizon", f"{longest // DAY} days")


def pathwise(problem: Problem) -> Problem:
    """A problem of a point as one of the path that is swept: it stands nowhere in the file."""
    path = re.sub(r"^options\.point \d+\.(set\.)?", "", problem.path)
    return Problem(0, 0, path, problem.problem, problem.file)


def design_of(varied: Scenario, names: list[str], replications: int, seed: int | None, inputs: str | None) -> Design:
    """What is simulated of some points: their own cells, since the luck of each goes by its name."""
    from advisory_sim.engine.settings import cells_of

    variants = [(name, varied.for_option(name)) for name in names]
    runs = varied.runs
    return Design(
        variants=tuple(variants),
        cells=tuple(cells_of(variant for _, variant in variants)),
        seed=runs.seed if seed is None else seed,
        replications=replications,
        inputs=runs.inputs if inputs is None else inputs,
    )


def headline(study: Study, measures: Sequence[str]) -> pd.DataFrame:
    """Each measure of the mission, over the horizon where it has it, else over the mandate."""
    frame = study.summary(list(measures), scope="mission")
    over_horizon = frame[frame["window"] == "horizon"]
    rest = frame[~frame["measure"].isin(over_horizon["measure"])]
    import pandas as pd

    return pd.concat([over_horizon, rest], ignore_index=True)


def studies(plan: Scenario, designs: Iterator[Design], pool: Executor, ahead: int) -> Iterator[Study]:
    """A study of each design in turn; few are under way at once, and none is kept, so that memory does not grow."""
    under_way: deque = deque()
    waiting = iter(designs)
    while True:
        while len(under_way) < ahead and (design := next(waiting, None)) is not None:
            jobs = [pool.submit(simulate_block, design.packed, block) for block in design.blocks]
            under_way.append((design, jobs))
        if not under_way:
            return
        design, jobs = under_way.popleft()
        with tempfile.TemporaryDirectory(prefix="advisory-sim-") as folder:
            files = [block_file(Path(folder), block) for block in design.blocks]
            for file, job in zip(files, jobs, strict=True):
                write_whole(file, job.result())
            yield Study(plan, design, Blocks(files))


def batched(items: list, size: int) -> Iterator[list]:
    """Parts of a list, of so many each."""
    for i in range(0, len(items), size):
        yield items[i : i + size]


def suitable_workers(points: Points, replications: int) -> int:
    """As many processes as pay for their start."""
    return usable_cores() if len(points) * max(replications, BLOCK) > 1000 else 1
