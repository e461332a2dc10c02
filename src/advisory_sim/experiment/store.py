"""The run folder: what a run leaves for people, spreadsheets and later commands."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from advisory_sim.errors import FolderError
from advisory_sim.experiment.academy import school_table
from advisory_sim.experiment.blocks import Blocks, Design, daily_of
from advisory_sim.experiment.dated import dated_strength
from advisory_sim.experiment.estimate import mean_of_known, quantiles
from advisory_sim.experiment.precision import needed_by
from advisory_sim.experiment.precision_words import precision_sentence
from advisory_sim.experiment.run import write_whole
from advisory_sim.experiment.sentences import sentences
from advisory_sim.experiment.spreadsheet import spreadsheet
from advisory_sim.experiment.staffing import staffing
from advisory_sim.experiment.warnings import warnings
from advisory_sim.record.academy import SCHOOL_SERIES
from advisory_sim.record.columns import DAY, SERIES

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from advisory_sim.experiment.study import Study
    from advisory_sim.record.record import Layout

BLOCK_FOLDER = "blocks"
DESIGN_FILE = "design.json"
OWN = (
    "scenario.yaml", "resolved.yaml", "run.json", DESIGN_FILE, "report.html", "report.xlsx", BLOCK_FOLDER, "figures",
    "summary.csv", "differences.csv", "strength.csv", "staffing.csv", "spreadsheet.csv", "hours.csv", "academy.csv",
    "precision.csv", "replications.parquet", "daily.parquet", "sweep.csv", "search.csv", "answer.txt",
)  # fmt: skip
FIRST = {BLOCK_FOLDER, "scenario.yaml", "resolved.yaml", DESIGN_FILE}  # what a run begins with
KEYS = ("measure", "scope", "name", "window")
ROWS_AT_ONCE, ROOM = 2**20, 2**27  # so many rows, or bytes, of a table are worked on at once: not all replications
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


def write_tables(tables: Iterable[pa.Table], file: Path) -> None:
    """Options' tables of the same columns as one Parquet file (zstd), there whole or not at all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    part, writer = file.with_name(file.name + ".part"), None
    try:
        for table in tables:
            if writer is None:
                labels = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
                # Numbers seldom repeat, so a dictionary of them would cost more than it saves; and tables differ in
                # their options alone, so bounds of anything else would let no reader skip one.
                writer = pq.ParquetWriter(
                    part, table.schema, compression="zstd", use_dictionary=labels, write_statistics=["option"]
                )
            writer.write_table(table)
        if writer is not None:
            writer.close()
        part.replace(file)
    except BaseException:  # Ctrl-C, too
        if writer is not None:
            writer.close()
        part.unlink(missing_ok=True)
        raise


def repeated(labels: list[str], places: np.ndarray) -> pa.Array:
    """A text column of few different values."""
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32)), pa.array(labels, pa.string()))


def replications_tables(study: Study, option: str) -> Iterator[pa.Table]:
    """One row a replication and figure of an option: option, replication, measure, scope, name, window, value.

    Some replications at a time.
    """
    import pyarrow as pa

    rows, values = study.rows(option), study.values(option)
    words = [list(dict.fromkeys(row[i] for row in rows)) for i in range(len(KEYS))]
    places = []
    for i, labels in enumerate(words):
        known = {label: k for k, label in enumerate(labels)}
        places.append(np.array([known[row[i]] for row in rows], np.int32))
    n = max(1, ROWS_AT_ONCE // len(rows))
    for first in range(0, len(values), n):
        some = values[first : first + n]
        columns = {"option": repeated([option], np.zeros(some.size, np.int32))}
        columns["replication"] = pa.array(np.repeat(np.arange(first, first + len(some), dtype=np.int32), len(rows)))
        for key, labels, place in zip(KEYS, words, places, strict=True):
            columns[key] = repeated(labels, np.tile(place, len(some)))
        columns["value"] = pa.array(some.ravel())
        yield pa.table(columns)


def daily_table(design: Design, blocks: Blocks, option: int, layout: Layout) -> pa.Table:
    """One row a day, scope, name and series of an option: option, day, scope, name, series, mean, p05, p50, p95."""
    import pyarrow as pa

    labels: list[tuple[str, str, str]] = []
    found: list[np.ndarray] = []

    def take(scope: str, name: str, series: str, days: np.ndarray) -> None:
        labels.append((scope, name, series))
        found.append(np.stack([mean_of_known(days), *quantiles(days)]))

    # Blocks stay apart: room for all of them at once takes long to make.
    groups = [group for group in layout.groups if group[0] != "team-role"]
    size = 4 * blocks.replications * -(-design.variants[option][1].horizon_seconds // DAY)  # bytes of one series
    for some in parts(groups, ROOM // (size * len(SERIES))):
        strengths = [daily_of(file, option, [cells for _, _, cells in some]) for file in blocks.files]
        for (scope, name, _), of_blocks in zip(some, zip(*strengths, strict=True), strict=True):
            daily = np.concatenate(of_blocks, axis=1)
            for i, series in enumerate(SERIES):
                if series == "on_duty" and np.array_equal(daily[i], daily[i - 1]):  # no rota
                    labels.append((scope, name, series))
                    found.append(found[-1])
                else:
                    take(scope, name, series, daily[i])
    cover = f"cover:{option}"
    if layout.units:
        take(
            "mission",
            "",
            "coverage",
            np.concatenate([mean_of_known(days.transpose(1, 0, 2)) for days in blocks.each(cover)]),
        )
    for units in parts(range(len(layout.units)), ROOM // size):
        covers = [days[:, units[0] : units[-1] + 1] for days in blocks.each(cover)]
        for i, unit in enumerate(units):
            take("unit", layout.units[unit], "coverage", np.concatenate([days[:, i] for days in covers]))
    if layout.school is not None:
        academy = blocks.academy(option)
        for g, group in enumerate(("", *layout.school.groups)):
            for s, series in enumerate(SCHOOL_SERIES):
                take("group" if group else "academy", group, series, academy[g, s])
    days = found[0].shape[1]
    columns = {
        "option": repeated([design.variants[option][0]], np.zeros(days * len(labels), np.int32)),
        "day": pa.array(np.tile(np.arange(days, dtype=np.int32), len(labels))),
    }
    for i, key in enumerate(("scope", "name", "series")):
        words = list(dict.fromkeys(label[i] for label in labels))
        columns[key] = repeated(words, np.repeat([words.index(label[i]) for label in labels], days))
    for i, key in enumerate(("mean", "p05", "p50", "p95")):
        columns[key] = pa.array(np.concatenate([values[i] for values in found]).astype(np.float32))
    return pa.table(columns)


def parts(whole: Sequence, size: int) -> Iterator[Sequence]:
    """So many of a sequence at a time, at least one."""
    size = max(1, size)
    return (whole[first : first + size] for first in range(0, len(whole), size))


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
