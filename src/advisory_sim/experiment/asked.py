"""What was asked of a run's plan later, kept in the run's folder, so that its report carries it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from advisory_sim.errors import FolderError
from advisory_sim.experiment.answer import aligned
from advisory_sim.experiment.opening import read_about, read_scenario
from advisory_sim.experiment.run import write_whole
from advisory_sim.experiment.store import About, held
from advisory_sim.scenario.load import load

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.scenario.model import Scenario

FOLDER = "asked"
SAID, TABLE, FIGURES, PICTURE = "answer.json", "table.csv", "figures.csv", "figure"
ASKED_FORMAT = 1  # of answer.json; a reader refuses any other


@dataclass(frozen=True)
class Told:
    """An answer as a reader meets it: what was asked, of what, a table of texts, notes on it, plain sentences."""

    title: str
    about: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    sentences: tuple[str, ...]
    picture: str = ""  # caption of the figure; empty where there is none

    @property
    def lines(self) -> list[str]:
        """The table as a terminal shows it."""
        return aligned(list(self.head), [list(row) for row in self.rows])


@dataclass(frozen=True)
class Said:
    """What answer.json says: the words, what the answer rests on, and the digests of the files beside it."""

    kind: str
    question: dict[str, Any]
    title: str
    about: str
    notes: tuple[str, ...]
    sentences: tuple[str, ...]
    picture: str
    scenario_sha256: str
    seed: int
    inputs: str
    version: str
    files: dict[str, str]
    format: int = ASKED_FORMAT


@dataclass(frozen=True)
class Asked:
    """An answer read back, with its figure as SVG where it has one."""

    name: str
    told: Told
    figure: str | None


def plan_of(what: Path) -> Scenario:
    """The plan of a scenario file, or of a run folder with the seed and inputs that were run.

    Raises
    ------
    ScenarioError
        For a file that is wrong.
    FolderError
        For a folder that is not that of a run, or whose scenario is not what was run.
    """
    if not what.is_dir():
        return load(what)
    about = read_about(what)
    return read_scenario(what).with_setting("runs.seed", about.seed).with_setting("runs.inputs", about.inputs)


def name_of(kind: str, question: dict[str, Any]) -> str:
    """The folder of an answer: its kind, what it is about, and a word for all that was asked."""
    about = re.sub(r"[^a-z0-9]+", "-", " ".join(map(str, question["of"])).lower()).strip("-")[:40].strip("-")
    whole = json.dumps(question, sort_keys=True, ensure_ascii=False)
    return "-".join(filter(None, (kind, about, hashlib.sha256(whole.encode()).hexdigest()[:6])))


def keep(
    run: Path,
    kind: str,
    question: dict[str, Any],
    told: Told,
    frame: pd.DataFrame,
    draw: Callable[[Path], object] | None = None,
) -> Path:
    """Keep an answer in a run's folder; the same question asked again takes its place.

    Parameters
    ----------
    run
        The run's folder.
    kind
        `deadline`, `search` or `explain`.
    question
        All that was asked, as JSON can hold it; `of` lists what it is about.
    frame
        The figures, in full.
    draw
        Draws the figure to a stem; left out, there is none.

    Returns
    -------
    Path
        The answer's folder.

    Raises
    ------
    FolderError
        Where the run's folder is in use, or takes no files.
    """
    about = read_about(run)
    place = run / FOLDER / name_of(kind, question)
    part = place.with_name(place.name + ".part")
    try:
        with held(run):
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(parents=True)
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows([told.head, *told.rows])
            write_whole(part / TABLE, text.getvalue().encode())
            write_whole(part / FIGURES, frame.to_csv(index=False, lineterminator="\n").encode())
            if draw is not None:
                draw(part / f"{PICTURE}.png")
            files = {file.name: digest_of(file.read_bytes()) for file in sorted(part.iterdir())}
            words = {key: getattr(told, key) for key in ("title", "about", "notes", "sentences", "picture")}
            said = Said(
                kind, question, **words, scenario_sha256=about.files["scenario.yaml"], seed=about.seed,
                inputs=about.inputs, version=about.versions["advisory-sim"], files=files,
            )  # fmt: skip
            write_whole(part / SAID, (json.dumps(asdict(said), indent=2, ensure_ascii=False) + "\n").encode())
            shutil.rmtree(place, ignore_errors=True)
            part.rename(place)
    except OSError as wrong:
        raise FolderError(f"{run}: the answer cannot be kept there: {wrong.strerror}") from None
    return place


def digest_of(content: bytes) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(content).hexdigest()


def read_asked(run: Path, about: About) -> tuple[Asked, ...]:
    """The answers that a run's folder keeps, by name, every file held against its digest.

    Raises
    ------
    FolderError
        Where one is of another run, or one of its files is missing or has changed.
    """
    places = sorted((run / FOLDER).iterdir()) if (run / FOLDER).is_dir() else []
    return tuple(read_one(place, about) for place in places if place.is_dir() and place.suffix != ".part")


def read_one(place: Path, about: About) -> Asked:
    """One answer."""
    file = place / SAID
    if not file.is_file():
        raise FolderError(f"{file} is missing: ask again, or remove {place}")
    try:
        said = TypeAdapter(Said).validate_json(file.read_bytes())
    except ValidationError:
        raise FolderError(f"{file} is not as it was written: ask again, or remove {place}") from None
    if said.format != ASKED_FORMAT:
        raise FolderError(f"{file} has format {said.format}; this version reads format {ASKED_FORMAT}: ask again")
    if (said.scenario_sha256, said.seed, said.inputs) != (about.files["scenario.yaml"], about.seed, about.inputs):
        raise FolderError(f"{place}: the answer is not of this run: ask again, or remove it")
    contents = {}
    for name, digest in said.files.items():
        content = (place / name).read_bytes() if (place / name).is_file() else None
        if content is None or digest_of(content) != digest:
            state = "is missing" if content is None else "has been changed since it was written, or is damaged"
            raise FolderError(f"{place / name} {state}: ask again, or remove {place}")
        contents[name] = content
    head, *rows = csv.reader(io.StringIO(contents[TABLE].decode("utf-8")))
    told = Told(
        said.title, said.about, tuple(head), tuple(map(tuple, rows)), said.notes, said.sentences, said.picture
    )  # fmt: skip
    svg = contents.get(f"{PICTURE}.svg")
    return Asked(place.name, told, None if svg is None else svg.decode("utf-8"))
