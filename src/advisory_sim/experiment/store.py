"""The run folder: what a run leaves for people, spreadsheets and later commands."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from advisory_sim.errors import FolderError
from advisory_sim.experiment.academy import school_table
from advisory_sim.experiment.blocks import Blocks
from advisory_sim.experiment.dated import dated_strength
from advisory_sim.experiment.parquet import daily_table, replications_tables, write_tables
from advisory_sim.experiment.precision import needed_by
from advisory_sim.experiment.precision_words import precision_sentence
from advisory_sim.experiment.run import write_whole
from advisory_sim.experiment.sentences import sentences
from advisory_sim.experiment.spreadsheet import spreadsheet
from advisory_sim.experiment.staffing import staffing
from advisory_sim.experiment.warnings import warnings

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.experiment.study import Study

BLOCK_FOLDER = "blocks"
DESIGN_FILE = "design.json"
OWN = (
    "scenario.yaml", "resolved.yaml", "run.json", DESIGN_FILE, "report.html", "report.xlsx", BLOCK_FOLDER, "figures",
    "summary.csv", "differences.csv", "strength.csv", "staffing.csv", "spreadsheet.csv", "hours.csv", "academy.csv",
    "precision.csv", "replications.parquet", "daily.parquet", "sweep.csv", "search.csv", "answer.txt",
)  # fmt: skip
FIRST = {BLOCK_FOLDER, "scenario.yaml", "resolved.yaml", DESIGN_FILE}  # what a run begins with
TABLES_FORMAT = 3  # of the tables' columns, of run.json and of the blocks' arrays; a reader refuses any other


@dataclass(frozen=True)
class Precision:
    """What half of the intervals was allowed to be, by measure; since how many replications it holds; in words."""

    asked: dict[str, str]
    at_most: int
    since: int | None
    sentence: str


@dataclass(frozen=True)
class About:
    """What run.json says: the run, what it comes to in words, and the digests of the files that go with it."""

    title: str
    options: tuple[str, ...]
    seed: int
    inputs: str
    replications: int
    replications_asked: int
    complete: bool
    seconds: float | None
    results_sha256: str
    versions: dict[str, str]
    sentences: tuple[str, ...]
    warnings: tuple[str, ...]
    files: dict[str, str]
    precision: Precision | None = None  # of a run that took as many replications as it needed
    format: int = TABLES_FORMAT


def refuse_own_names(names: Iterable[str]) -> None:
    """Refuse tables of a scenario that would stand, in the run folder, where the run writes.

    Raises
    ------
    FolderError
        With the name.
    """
    for name in names:
        if name.split("/")[0].casefold() in OWN:
            raise FolderError(f"{name}: a run writes a file of this name into its folder; give the table another")


def begin_folder(out: Path, force: bool, beside: Iterable[str] = ()) -> None:
    """Make the run folder.

    Parameters
    ----------
    beside
        Names of the scenario's tables, which the run copies into it.

    Raises
    ------
    FileExistsError
        If it is there and may not be replaced, or is not a run folder.
    """
    if out.exists():
        if not force:
            raise FileExistsError(f"{out} exists; --force replaces it")
        if not is_barely_begun(out, beside) and not any((out / name).is_file() for name in ("run.json", DESIGN_FILE)):
            raise FileExistsError(f"{out} is not the folder of a run; it is left alone")
        with held(out):
            clear(out)
    (out / BLOCK_FOLDER).mkdir(parents=True)


def is_barely_begun(out: Path, beside: Iterable[str] = ()) -> bool:
    """Whether a folder holds nothing, or only what a run that ended at its very begin leaves.

    Parameters
    ----------
    beside
        Names of the scenario's tables, which are copied then.
    """
    if not out.is_dir() or (out / DESIGN_FILE).exists():
        return False
    names = {file.name.removesuffix(".part") for file in out.iterdir()}
    blocks = out / BLOCK_FOLDER  # made first: a folder with somebody's scenario.yaml alone is not a run's
    known = FIRST | {name.split("/")[0] for name in beside}
    return not names or (names <= known and blocks.is_dir() and not any(blocks.iterdir()))


def clear(out: Path) -> None:
    """Empty a run's folder: blocks first and what names the run last, so that what is left at any moment is a run's."""
    if (out / BLOCK_FOLDER).is_dir():
        shutil.rmtree(out / BLOCK_FOLDER)
    for file in sorted(out.iterdir(), key=lambda file: file.name in ("run.json", DESIGN_FILE)):
        if file.is_dir() and not file.is_symlink():
            shutil.rmtree(file)
        else:
            file.unlink()


@contextmanager
def held(out: Path) -> Iterator[None]:
    """Keep a folder to this run; a killed run lets go of it by itself.

    Raises
    ------
    FolderError
        If another run has it.
    """
    try:
        import fcntl
    except ImportError:  # not on Windows, where two runs in one folder are not told of each other
        yield
        return
    folder = os.open(out, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderError(f"{out}: another run is writing to it") from None
        except OSError:  # a file system that cannot
            pass
        yield
    finally:
        os.close(folder)


def digest_of(study: Study) -> str:
    """A word for the results: equal where every figure of every replication is equal."""
    digest = hashlib.sha256()
    for option in study.options:
        digest.update(option.encode())
        digest.update(np.ascontiguousarray(study.values(option)).data)
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """Of this program and the libraries that its figures rest on."""
    import platform
    from importlib.metadata import version

    names = ("advisory-sim", "simpy", "numpy", "numba", "scipy")
    return {"python": platform.python_version(), **{name: version(name) for name in names}}


def write_inputs(study_scenario, out: Path) -> None:
    """The file as given with its tables beside it, and with every default and preset filled in."""
    from advisory_sim.scenario.dump import resolve

    for name, content in study_scenario.files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        write_whole(out / name, content)
    write_whole(out / "scenario.yaml", study_scenario.text.encode())
    write_whole(out / "resolved.yaml", resolve(study_scenario).encode())


def tables(study: Study) -> dict[str, pd.DataFrame]:
    """The frames that a run leaves as CSV, by file name."""
    return {
        "summary.csv": study.summary(),
        "differences.csv": study.differences(),
        "strength.csv": dated_strength(study),
        "staffing.csv": staffing(study),
        "spreadsheet.csv": spreadsheet(study),
        **({"precision.csv": study.precision} if study.design.precision else {}),
        **({"hours.csv": study.by_hour()} if study.scenario.activities else {}),
        **({"academy.csv": school_table(study)} if study.scenario.academy is not None else {}),
    }


def about(study: Study, elapsed: float | None = None, files: dict[str, str] | None = None) -> About:
    """What is to be said about a run.

    Parameters
    ----------
    elapsed
        Seconds that the simulation took, where they were counted.
    files
        SHA-256 of the files that the run wrote, by name.
    """
    return About(
        title=study.scenario.title,
        options=study.options,
        seed=study.design.seed,
        inputs=study.design.inputs,
        replications=study.replications,
        replications_asked=study.design.replications,
        complete=study.replications == study.design.replications,
        seconds=None if elapsed is None else round(elapsed, 2),
        results_sha256=digest_of(study),
        versions=versions(),
        sentences=tuple(sentences(study)),
        warnings=tuple(warnings(study)),
        files=files or {},
        precision=precision_said(study) if study.design.precision else None,
    )


def precision_said(study: Study) -> Precision:
    """What run.json says of how many replications were needed."""
    return Precision(
        asked={measure: str(width) for measure, width in study.design.precision},
        at_most=study.scenario.runs.at_most,
        since=needed_by(study).since,
        sentence=precision_sentence(study),
    )


def write_daily(packed: bytes, files: list[Path], out: Path) -> None:
    """Write daily.parquet (work for a worker)."""
    from advisory_sim.experiment.blocks import compiled

    design, settings = compiled(packed)
    blocks = Blocks(files)
    write_tables(
        (daily_table(design, blocks, i, option.layout) for i, option in enumerate(settings)), out / "daily.parquet"
    )


def write_frames(study: Study, out: Path, elapsed: float) -> About:
    """Write every table but the daily one; returns what is to be said of the run.

    Parameters
    ----------
    elapsed
        Seconds that the simulation took.
    """
    futures = (replications_tables(study, option) for option in study.options)
    write_tables(chain.from_iterable(futures), out / "replications.parquet")
    frames = tables(study)
    for name, frame in frames.items():
        write_whole(out / name, frame.to_csv(index=False, lineterminator="\n").encode())
    written = ("scenario.yaml", *study.scenario.files, *frames)
    files = {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in written}
    return about(study, elapsed, files)


def write_about(said: About, out: Path) -> None:
    """Write run.json: the run is all there."""
    write_whole(out / "run.json", (json.dumps(asdict(said), indent=2, ensure_ascii=False) + "\n").encode())
