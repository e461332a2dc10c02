"""What inputs and chance do alone and together: first-order and total indices, from a design of futures of its own."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from advisory_sim.errors import FolderError
from advisory_sim.experiment.answer import aligned, percent
from advisory_sim.experiment.blocks import rows_at, simulated
from advisory_sim.experiment.estimate import normal_quantile
from advisory_sim.experiment.sensitivity import OTHERS, about, figure, moved
from advisory_sim.experiment.workers import executor
from advisory_sim.measures import Row
from advisory_sim.scenario.figures import Figure, figures
from advisory_sim.scenario.quantities import middle
from advisory_sim.scenario.reading import near

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.engine.settings import Settings
    from advisory_sim.scenario.model import Scenario

FEWEST = 64  # rows of a design
RESAMPLES = 400  # of its rows, for the intervals
JOB = 100  # futures that a worker simulates at once, about
PARTS = ("inputs, each alone", "inputs together", "chance alone", "chance with inputs")


@dataclass(frozen=True)
class TotalSensitivity:
    """What a design of futures says of a measure.

    `frame`: one row an input, the strongest first, then one for chance: option, measure, path, value (as the file
    writes it), grade, source; first_order with ci_low and ci_high; total with total_low and total_high; low and high
    (mean of the measure where the input is in its lowest and highest fifth) with low_error and high_error. `parts`: one
    row a part of the variance, the parts adding up to 1: part, share, ci_low, ci_high.
    """

    frame: pd.DataFrame
    parts: pd.DataFrame
    rows: int
    futures: int

    @property
    def sentence(self) -> str:
        """What drives the measure, and how much of its variance is luck, in plain words."""
        inputs = self.frame[self.frame["path"] != OTHERS]
        first = inputs.iloc[0]
        alone, together, chance, mixed = (percent(max(0.0, share)) for share in self.parts["share"])
        return (
            f"'{first['path']}' drives most: it has a part in {percent(first['total'])} of the variance of "
            f"{first['measure']} under '{first['option']}', and explains {percent(max(0.0, first['first_order']))} "
            f"alone. Of the variance {alone} is what the {len(inputs)} uncertain inputs do each alone, {together} what "
            f"they do together, {chance} each person's and activity's own luck, and {mixed} luck that weighs more or "
            "less with the inputs."
        )

    def __str__(self) -> str:
        measure = self.frame["measure"].iloc[0]
        head = ["input", "as written", "known", "explains alone", "has a part in", "lowest fifth", "highest fifth"]
        cells = []
        for row in self.frame.to_dict("records"):
            ends = [figure(row[end], row[f"{end}_error"], measure) for end in ("low", "high")]
            chance = row["path"] == OTHERS
            cells.append([
                row["path"], *(["", ""] if chance else [row["value"], row["grade"]]),
                ranged(row["first_order"], row["ci_low"], row["ci_high"]),
                ranged(row["total"], row["total_low"], row["total_high"]),
                *(["", ""] if chance else ends),
            ])  # fmt: skip
        parts = [
            [row["part"], ranged(row["share"], row["ci_low"], row["ci_high"])] for row in self.parts.to_dict("records")
        ]
        said = f"{self.futures:,} futures: a design of {self.rows} rows."
        return "\n".join(
            [*aligned(head, cells), "", *aligned(["part of the variance", "share"], parts), "", self.sentence, said]
        )


@dataclass(frozen=True)
class Asked:
    """What is simulated at each row of a design: one option, its uncertain paths, one figure."""

    scenario: Scenario
    cells: tuple[tuple[str, str], ...]
    seed: int
    paths: tuple[str, ...]
    row: Row


def total_sensitivity(
    plan: Scenario,
    measure: str,
    *,
    option: str | None = None,
    rows: int = 512,
    window: str = "horizon",
    seed: int | None = None,
    workers: int = 1,
    progress: Callable[[int], None] = lambda done: None,
) -> TotalSensitivity:
    """First-order and total Sobol indices of every uncertain input, and of chance.

    The design sets the quantile of each input that the file writes with `between`; chance, all of a future's own luck,
    is one more input, whose value is the number of the replication. So luck and interactions are told apart (a seed as
    an input: Marrel, Iooss, Da Veiga and Ribatet 2012, Stat. Comput. 22). Sampling and estimators are those of SALib:
    Saltelli's extension of the Sobol sequence (2010, Comput. Phys. Commun. 181); intervals are the normal quantile
    times the bootstrap's standard error over the rows of the design.

    Parameters
    ----------
    measure, window
        Of the mission.
    option
        The first where left out.
    rows
        Of the design, a power of two; with k inputs, rows x (k + 3) futures are simulated.
    seed
        Of the design and of all chance; as in the file's `runs` where left out.
    workers
        Processes; results are the same for any number.
    progress
        Called with the number of futures done.

    Raises
    ------
    KeyError
        For an option or a measure that there is not.
    ValueError
        Where there is nothing to tell: no uncertain input, a measure that is the same in all futures or not defined in
        some; or rows that are not a power of two.
    FolderError
        Where SALib is not installed.
    """
    with executor(workers) as pool:
        return answered(plan, asked_of(plan, measure, option, window, seed, rows), rows, pool, progress)


def asked_of(plan: Scenario, measure: str, option: str | None, window: str, seed: int | None, rows: int) -> Asked:
    """What is asked, with what is left out as the file says; raises as `total_sensitivity`."""
    from advisory_sim.engine.settings import Settings
    from advisory_sim.scenario.rules_common import all_cells

    option = next(iter(plan.options)) if option is None else option
    if option not in plan.options:
        raise KeyError(f"no option {option!r}{near(option, list(plan.options))}")
    if rows < FEWEST or rows & (rows - 1):
        raise ValueError(f"rows: {rows} is not a power of two from {FEWEST}")
    scenario, cells = plan.for_option(option), all_cells(plan)
    settings = Settings(scenario, cells)
    known = [row.measure for row in rows_at(settings) if (row.scope, row.window) == ("mission", window)]
    if measure not in known:
        raise KeyError(f"no measure {measure!r} of the mission over the {window}{near(measure, known)}")
    seed = plan.runs.seed if seed is None else seed
    paths = tuple(settings.draw(seed, 0).luck.shared_draws)
    if not paths:
        raise ValueError("no input is uncertain: nothing in the file holds `between`")
    return Asked(scenario, tuple(cells), seed, paths, Row(measure, "mission", "", window))


def answered(
    plan: Scenario, asked: Asked, rows: int, pool: Executor, progress: Callable[[int], None] = lambda done: None
) -> TotalSensitivity:
    """Simulate a design of so many rows and say what it comes to; `asked` is of the plan."""
    quantiles, replications = designed(len(asked.paths), rows, asked.seed)
    packed = pickle.dumps(asked)
    parts = [slice(i, i + JOB) for i in range(0, len(quantiles), JOB)]
    jobs = [pool.submit(simulate_rows, packed, quantiles[part], replications[part]) for part in parts]
    found = []
    for job in jobs:
        found.append(job.result())
        progress(sum(map(len, found)))
    values = np.concatenate(found)
    if not np.isfinite(values).all() or np.ptp(values) == 0:
        raise ValueError(f"{asked.row.measure} is the same in all futures, or not a number in some: nothing drives it")
    return told(asked, figures(plan), quantiles, values, rows)


def futures_of(asked: Asked, rows: int) -> int:
    """How many futures a design of so many rows has."""
    return rows * (len(asked.paths) + 3)


def designed(inputs: int, rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Saltelli's design over the inputs and, last, chance.

    Returns
    -------
    (quantiles, replications)
        (rows x (inputs + 3), inputs) in (0, 1), and the replication whose luck each future has: row after row the
        futures A, A with each input of B in turn, A with the luck of B, B.
    """
    try:
        from SALib.sample import sobol
    except ImportError:
        raise FolderError("sensitivity needs SALib: pip install 'advisory-sim[sensitivity]'") from None
    found = sobol.sample(problem_of(inputs), rows, calc_second_order=False, seed=seed)
    mine, others = np.arange(rows), np.arange(rows, 2 * rows)
    luck = np.column_stack([*[mine] * (inputs + 1), others, others])
    return found[:, :inputs], luck.ravel()


def problem_of(inputs: int) -> dict[str, Any]:
    """A design's inputs, with chance, as SALib takes them."""
    names = [*map(str, range(inputs)), OTHERS]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


@lru_cache(maxsize=2)
def unpacked(packed: bytes) -> tuple[Asked, Settings, int]:
    """What is asked, its settings and the place of its figure: made once in each process."""
    from advisory_sim.engine.settings import Settings

    asked = pickle.loads(packed)
    settings = Settings(asked.scenario, list(asked.cells))
    return asked, settings, rows_at(settings).index(asked.row)


def simulate_rows(packed: bytes, quantiles: np.ndarray, replications: np.ndarray) -> np.ndarray:
    """The figure in futures with these quantiles (futures, inputs) and the luck of these replications, (futures,)."""
    asked, settings, place = unpacked(packed)
    draws = (
        settings.draw(asked.seed, int(r), given=dict(zip(asked.paths, map(float, u), strict=True)))
        for u, r in zip(quantiles, replications, strict=True)
    )
    return simulated(settings, draws)[1][:, place]


def analysed(inputs: int, values: np.ndarray, confidence: float) -> tuple[dict[str, np.ndarray], pd.DataFrame]:
    """Indices of each input and, last, of chance, from the figure in every future of a design; and the parts.

    Returns
    -------
    (indices, parts)
        By name (inputs + 1,): S1, S1_conf, ST, ST_conf, as SALib calls them (conf: half of the interval); the parts as
        in `TotalSensitivity`.
    """
    import pandas as pd
    from SALib.analyze import sobol

    found = sobol.analyze(
        problem_of(inputs), values, calc_second_order=False, num_resamples=RESAMPLES, conf_level=confidence,
        keep_resamples=True, seed=1,
    )  # fmt: skip
    shares = parts_of(found["S1"], found["ST"])
    half = normal_quantile(confidence) * parts_of(found["S1_conf_all"], found["ST_conf_all"]).std(axis=0, ddof=1)
    parts = pd.DataFrame({"part": PARTS, "share": shares, "ci_low": clipped(shares - half)})
    parts["ci_high"] = clipped(shares + half)
    return {key: found[key] for key in ("S1", "S1_conf", "ST", "ST_conf")}, parts


def parts_of(first: np.ndarray, total: np.ndarray) -> np.ndarray:
    """The parts of the variance, (.., parts), from indices (.., inputs + 1), those of chance last."""
    alone, chance, with_chance = first[..., :-1].sum(axis=-1), first[..., -1], total[..., -1]
    return np.stack([alone, 1 - with_chance - alone, chance, with_chance - chance], axis=-1)


def clipped(values: np.ndarray) -> np.ndarray:
    """Ends of an interval of a share: none is outside 0 and 1."""
    return np.clip(values, 0, 1)


def told(asked: Asked, known: list[Figure], quantiles: np.ndarray, values: np.ndarray, rows: int) -> TotalSensitivity:
    """The answer, from the figure in every future of a design; `known` is how the file knows its figures."""
    import pandas as pd

    scenario, k = asked.scenario, len(asked.paths)
    confidence = middle(scenario.runs.confidence.value)
    found, parts = analysed(k, values, confidence)
    independent = np.r_[0 : len(values) : k + 3, k + 2 : len(values) : k + 3]  # A and B: the others repeat their inputs
    ((option, _),) = scenario.options.items()
    lines = [
        about(path, known) | moved(quantiles[independent, i], values[independent], confidence)
        for i, path in enumerate(asked.paths)
    ]
    frame = pd.DataFrame([*lines, {"path": OTHERS}])
    frame.insert(0, "option", option)
    frame.insert(1, "measure", asked.row.measure)
    for name, low, high, key in (
        ("first_order", "ci_low", "ci_high", "S1"),
        ("total", "total_low", "total_high", "ST"),
    ):
        frame[name], half = found[key], found[f"{key}_conf"]
        frame[low], frame[high] = clipped(found[key] - half), clipped(found[key] + half)
    inputs = frame.iloc[:-1].sort_values("total", ascending=False, kind="stable")
    frame = pd.concat([inputs, frame.iloc[-1:]], ignore_index=True)
    return TotalSensitivity(frame, parts, rows, len(values))


def ranged(share: float, low: float, high: float) -> str:
    """A share and its interval."""
    return f"{percent(max(0.0, share))} ({percent(low)}-{percent(high)})"
