"""A run that was broken off, even at once and without a word, goes on where it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from advisory_sim.errors import FolderError
from advisory_sim.experiment.blocks import Design, Replications, contents
from advisory_sim.experiment.run import block_file, is_whole, write_whole
from advisory_sim.experiment.store import (
    BLOCK_FOLDER,
    DESIGN_FILE,
    begin_folder,
    held,
    is_barely_begun,
    refuse_own_names,
    versions,
    write_inputs,
)

if TYPE_CHECKING:
    from advisory_sim.scenario.model import Scenario

DESIGN_FORMAT = 1  # of design.json; a reader refuses any other
BLOCKS_COME_FROM = ("experiment/blocks.py", "experiment/varied.py")
ROOMS = ("errors.py", "scenario", "record", "engine", "measures", *BLOCKS_COME_FROM)


@dataclass(frozen=True)
class Begun:
    """What design.json says: all that a block's bytes depend on, and how many replications were asked for.

    `question` is what else a command was asked, in words of its own.
    """

    title: str
    options: tuple[str, ...]
    seed: int
    inputs: str
    replications: Replications
    scenario_sha256: str
    resolved_sha256: str
    versions: dict[str, str]
    sources_sha256: str
    command: str = "run"
    question: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)  # SHA-256 of the scenario's tables, by name
    format: int = DESIGN_FORMAT


@dataclass(frozen=True)
class Kept:
    """What a resumed run found: replications asked for before, and replications (an option) in whole blocks."""

    asked: Replications
    replications: int


def digest(text: str | bytes) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


@cache
def sources_digest() -> str:
    """A word for the code that blocks come from, whatever its version is called."""
    package = Path(__file__).parent.parent
    found = hashlib.sha256()
    for name in ROOMS:
        place = package / name
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            found.update(file.relative_to(package).as_posix().encode() + b"\0")
            found.update(file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return found.hexdigest()


def block_versions() -> dict[str, str]:
    """Of everything that may move a bit of a block: this program, Python, the numbers' libraries, the file's."""
    return {**versions(), "pyarrow": version("pyarrow")}


def begun(scenario: Scenario, design: Design) -> Begun:
    """What design.json says of a run of a scenario."""
    options = tuple(name for name, _ in design.variants)
    replications: Replications = "auto" if design.precision else design.replications
    return asked_of(scenario, options, design.seed, design.inputs, replications)


def asked_of(
    scenario: Scenario,
    options: tuple[str, ...],
    seed: int,
    inputs: str,
    replications: Replications,
    command: str = "run",
    question: dict[str, Any] | None = None,
) -> Begun:
    """What design.json says of a command on a scenario.

    Parameters
    ----------
    question
        What else it was asked, by name: plain figures, texts and lists of them.
    """
    from advisory_sim.scenario.dump import resolve

    return Begun(
        title=scenario.title,
        options=options,
        seed=seed,
        inputs=inputs,
        replications=replications,
        scenario_sha256=digest(scenario.text),
        resolved_sha256=digest(resolve(scenario)),
        versions=block_versions(),
        sources_sha256=sources_digest(),
        command=command,
        question=question or {},
        tables={name: digest(content) for name, content in scenario.files.items()},
    )


def write_design(what: Begun, out: Path) -> None:
    """Write design.json."""
    write_whole(out / DESIGN_FILE, (json.dumps(asdict(what), indent=2, ensure_ascii=False) + "\n").encode())


def read_design(out: Path) -> Begun:
    """What design.json says.

    Raises
    ------
    FolderError
        Where it is missing, or not as a run writes it.
    """
    file = out / DESIGN_FILE
    if not out.is_dir():
        raise FolderError(f"{out} is not a folder")
    if not file.is_file():
        raise FolderError(f"{out}: no {DESIGN_FILE}, so nothing tells what its run was of; it is left alone")
    try:
        written = json.loads(file.read_bytes())
        if isinstance(written, dict) and written.get("format") != DESIGN_FORMAT:
            found = written.get("format", "none")
            raise FolderError(f"{file} has format {found}; this version goes on with format {DESIGN_FORMAT}")
        return TypeAdapter(Begun).validate_python(written)
    except ValueError:  # pydantic's too
        raise FolderError(f"{file} is not as a run writes it") from None


def refusals(there: Begun, asked: Begun) -> list[str]:
    """Why a run cannot go on as what is asked now; empty where it can.

    Parameters
    ----------
    there
        What the folder's blocks are of.
    asked
        What is to be run now.
    """
    if there.command != asked.command:
        return [f"it is of `advisory-sim {there.command}`, not of `advisory-sim {asked.command}`"]
    why = []
    if there.scenario_sha256 != asked.scenario_sha256:
        why.append("the file has changed since (scenario.yaml in the folder is what was run)")
    changed = [name for name in {**there.tables, **asked.tables} if there.tables.get(name) != asked.tables.get(name)]
    why += [f"{name} has changed since (as it was run, it is in the folder)" for name in changed]
    if not why and there.resolved_sha256 != asked.resolved_sha256:
        why.append("the file's defaults or presets have changed since (resolved.yaml in the folder is what was run)")
    for name in ("options", "seed", "inputs"):
        before, now = getattr(there, name), getattr(asked, name)
        if before != now:
            why.append(f"{name}: {shown(before)} then, {shown(now)} now")
    for name in {**there.question, **asked.question}:
        before, now = there.question.get(name), asked.question.get(name)
        if before != now:
            why.append(f"{name}: {shown(before)} then, {shown(now)} now")
    if isinstance(there.replications, int) and isinstance(asked.replications, int):
        if asked.replications < there.replications:
            why.append(f"replications: {there.replications} then, only {asked.replications} now")
    elif there.replications != asked.replications:
        why.append(f"replications: {there.replications} then, {asked.replications} now")
    different = version_differences(there.versions, asked.versions, "then", "now")
    if there.sources_sha256 != asked.sources_sha256 and not any(line.startswith("advisory-sim") for line in different):
        different.append(f"advisory-sim: the same version {asked.versions['advisory-sim']}, but other code")
    return why + different


def version_differences(first: dict[str, str], second: dict[str, str], here: str, there: str) -> list[str]:
    """A line for each library whose version is not the same on both sides.

    Parameters
    ----------
    here, there
        What the sides are called.
    """
    names = [name for name in {**first, **second} if first.get(name) != second.get(name)]
    return [f"{name}: {first.get(name, 'none')} {here}, {second.get(name, 'none')} {there}" for name in names]


def shown(value: object) -> str:
    """A setting in words."""
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else "none" if value is None else str(value)


@contextmanager
def run_folder(scenario: Scenario, design: Design, out: Path, force: bool, resume: bool) -> Iterator[Kept | None]:
    """The folder of a run of a design; `begun_folder` with what is there of a run that goes on, counted."""
    with begun_folder(scenario, begun(scenario, design), out, force, resume) as there:
        if there is None:
            yield None
        else:
            blocks = out / BLOCK_FOLDER
            whole = (block for block in design.blocks if is_whole(block_file(blocks, block), design, block))
            yield Kept(there.replications, sum(map(len, whole)))


@contextmanager
def begun_folder(scenario: Scenario, asked: Begun, out: Path, force: bool, resume: bool) -> Iterator[Begun | None]:
    """A command's folder, ready to take blocks, and closed to other runs meanwhile.

    Parameters
    ----------
    force
        Whether a run that is there may be replaced.
    resume
        Whether a run that is there is to be gone on with.

    Yields
    ------
    Begun | None
        What was asked before, of a run that goes on.

    Raises
    ------
    FileExistsError
        If the folder is there and neither may be.
    FolderError
        If its run cannot go on, with every reason; nothing has been changed then.
    """
    refuse_own_names(scenario.files)
    if resume and out.exists():
        with held(out):
            if is_barely_begun(out, scenario.files):
                (out / BLOCK_FOLDER).mkdir(exist_ok=True)
                begin(scenario, asked, out)
                yield None
            else:
                yield go_on(scenario, read_design(out), asked, out)
        return
    begin_folder(out, force, scenario.files)
    with held(out):
        begin(scenario, asked, out)
        yield None


def begin(scenario: Scenario, asked: Begun, out: Path) -> None:
    """Write down what the run is of; design.json comes last, so where it is, the rest is."""
    write_inputs(scenario, out)
    write_design(asked, out)


def go_on(scenario: Scenario, there: Begun, asked: Begun, out: Path) -> Begun:
    """Make a folder ready for the rest of its run; what its blocks are of, with the number that `auto` came to.

    Parameters
    ----------
    there, asked
        What its blocks are of, and what is to be run now.

    Raises
    ------
    FolderError
        If these do not go together.
    """
    if there.replications == "auto" and asked.replications != "auto":  # what it took is there; more may follow
        there = replace(there, replications=replications_in(out))
    why = refusals(there, asked)
    if why:
        raise FolderError("\n  ".join([f"{out}: its run cannot go on:", *why]))
    (out / BLOCK_FOLDER).mkdir(exist_ok=True)
    for folder in (out, out / BLOCK_FOLDER):
        for part in folder.glob("*.part"):
            part.unlink()
    if asked.replications != there.replications:
        for name in ("run.json", "precision.csv"):  # they tell of a last block that will be another
            (out / name).unlink(missing_ok=True)
    begin(scenario, asked, out)
    return there


def replications_in(out: Path) -> int:
    """Replications an option up to the end of the last block in a run folder."""
    last = max((out / BLOCK_FOLDER).glob("block-*.arrow"), default=None)
    if last is None:
        return 0
    begin = int(last.stem.rpartition("-")[2])
    try:
        shapes, _ = contents(last, last.stat().st_mtime_ns)
    except (OSError, ValueError):  # damaged: it will be simulated anew
        return begin
    return begin + shapes["values:0"][0]


def kept_text(kept: Kept, design: Design) -> str:
    """What is said of a run that goes on."""
    if design.precision:
        return f"resumed: {kept.replications} replications an option are there, of as many as it takes"
    more = f"{kept.asked} replications before, {design.replications} now: " if kept.asked != design.replications else ""
    if kept.replications == design.replications:
        return f"resumed: {more}all {design.replications} replications an option are there; only the tables are made"
    return f"resumed: {more}{kept.replications} of {design.replications} replications an option are there"
