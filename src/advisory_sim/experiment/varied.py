"""An option at many design points: what workers simulate, and the blocks in which it is kept."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from advisory_sim.errors import Problem, ScenarioError
from advisory_sim.experiment.blocks import contents, decode, encode, rows_at, simulated
from advisory_sim.experiment.run import write_whole
from advisory_sim.measures import Row
from advisory_sim.record.columns import DAY
from advisory_sim.scenario.options import at_point, with_only

if TYPE_CHECKING:
    from advisory_sim.engine.settings import Settings
    from advisory_sim.experiment.points import Points
    from advisory_sim.scenario.model import Scenario

POINTS, REPLICATIONS = 25, 100  # of a block at most: some seconds of work, and results of some kilobytes
CHECKED = 200  # points that are checked by one job
AHEAD = 64  # jobs that are under way at once at most


@dataclass(frozen=True)
class Varied:
    """What is simulated at each point: the only option of a plan, and which figures are kept of it."""

    plan: Scenario
    seed: int
    inputs: str
    figures: tuple[Row, ...]

    @cached_property
    def packed(self) -> bytes:
        """This as a process takes it in."""
        return pickle.dumps(self)


@dataclass(frozen=True)
class PointBlock:
    """Some points (their places among all) in some replications, simulated together and kept in one file."""

    points: tuple[int, ...]
    replications: range

    def file(self, folder: Path) -> Path:
        """Where it is kept."""
        return folder / f"block-{self.replications.start:07d}-{self.points[0]:07d}.arrow"

    def is_whole(self, folder: Path) -> bool:
        """Whether its file is there and holds these points in these replications."""
        file = self.file(folder)
        try:
            shapes, _ = contents(file, file.stat().st_mtime_ns)
            return shapes["values"][1] == len(self.replications) and self.points == self.kept_points(folder)
        except (OSError, ValueError, KeyError, TypeError):  # pyarrow's errors of a damaged file are among them
            return False

    def kept_points(self, folder: Path) -> tuple[int, ...]:
        """The points that its file holds."""
        return tuple(decode(self.file(folder), ["points"])["points"].tolist())


def blocks_of(points: Iterable[int], replications: range) -> list[list[PointBlock]]:
    """The blocks of some points in some replications: a list a group of points, in the order of replications.

    Their bounds do not depend on the number of replications, so more can be added to those that are there.
    """
    places = list(points)
    groups = [tuple(places[i : i + POINTS]) for i in range(0, len(places), POINTS)]
    return [
        [
            PointBlock(group, range(start, min(start + REPLICATIONS, replications.stop)))
            for start in range(replications.start, replications.stop, REPLICATIONS)
        ]
        for group in groups
    ]


def varied_plan(plan: Scenario, option: str, points: Points, pool: Executor) -> Scenario:
    """The plan with the option alone and a horizon that all points share; each point is checked on the way.

    Raises
    ------
    ScenarioError
        With everything that is wrong at any point.
    """
    plan = with_only(plan, option)
    packed = pickle.dumps(plan)
    parts = [points[i : i + CHECKED] for i in range(0, len(points), CHECKED)]
    longest, problems = plan.horizon_seconds, list[Problem]()
    for job in [pool.submit(checked, packed, part) for part in parts]:
        found, wrong = job.result()
        longest = max(longest, found)
        problems += wrong
    if problems:
        raise ScenarioError(problems)
    return plan if plan.horizon is not None else plan.with_setting("horizon", f"{-(-longest // DAY)} days")


def checked(packed: bytes, points: Points) -> tuple[int, list[Problem]]:
    """The longest horizon that some points need, in seconds, and what is wrong with them (work for a worker)."""
    plan, longest, problems = pickle.loads(packed), 0, list[Problem]()
    for point in points:
        try:
            longest = max(longest, at_point(plan, point).horizon_seconds)
        except ScenarioError as wrong:
            problems += wrong.problems
    return longest, problems


@lru_cache(maxsize=4)
def unpacked(packed: bytes) -> Varied:
    """What `Varied.packed` holds: read once in each process."""
    return pickle.loads(packed)


def settings_at(varied: Varied, point: dict[str, Any]) -> Settings:
    """The engine's settings at a point.

    Only its own cells: the luck of each goes by its name.
    """
    from advisory_sim.engine.settings import Settings
    from advisory_sim.scenario.rules_common import cells_of

    scenario = at_point(varied.plan, point)
    return Settings(scenario, cells_of([scenario]))


def simulate_points(packed: bytes, points: Points, replications: range) -> np.ndarray:
    """The kept figures of some points in some replications, (points, replications, figures) (work for a worker)."""
    varied = unpacked(packed)
    found = []
    for point in points:
        settings = settings_at(varied, point)
        draws = (settings.draw(varied.seed, r, varied.inputs) for r in replications)
        found.append(kept(varied.figures, settings, simulated(settings, draws)[1]))
    return np.stack(found)


def kept(figures: tuple[Row, ...], settings: Settings, values: np.ndarray) -> np.ndarray:
    """The columns of these figures, (replications, figures); nan of a figure that a point does not have."""
    columns = {row: i for i, row in enumerate(rows_at(settings))}
    places = np.array([columns.get(row, -1) for row in figures])
    return np.where(places >= 0, values[:, places], np.nan)


def values_of(
    varied: Varied, points: Points, blocks: list[PointBlock], folder: Path, pool: Executor
) -> Iterator[np.ndarray]:
    """Each block's figures in turn, (points, replications, figures): read where it is whole, else simulated and kept.

    Few are under way at once and none stays in memory, so that it does not grow with the number of points.
    """
    under_way: deque[tuple[PointBlock, Future | None]] = deque()
    waiting = iter(blocks)
    try:
        while True:
            while len(under_way) < AHEAD and (block := next(waiting, None)) is not None:
                job = None
                if not block.is_whole(folder):
                    job = pool.submit(
                        simulate_points, varied.packed, [points[i] for i in block.points], block.replications
                    )
                under_way.append((block, job))
            if not under_way:
                return
            block, job = under_way.popleft()
            if job is not None:
                arrays = {"points": np.array(block.points, np.int64), "values": job.result()}
                write_whole(block.file(folder), encode(arrays))
            yield decode(block.file(folder), ["values"])["values"]
    finally:  # of an interrupted command: nobody waits for the rest
        for _, job in under_way:
            if job is not None:
                job.cancel()
