"""A run folder read back into a study."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from advisory_sim.errors import FolderError, ScenarioError
from advisory_sim.experiment.blocks import Blocks, Replications
from advisory_sim.experiment.run import block_file, make_design
from advisory_sim.experiment.store import BLOCK_FOLDER, TABLES_FORMAT, About, digest_of, versions
from advisory_sim.experiment.study import Study

if TYPE_CHECKING:
    from advisory_sim.scenario.model import Scenario

AGAIN = "run the scenario again"


def open_run(folder: str | Path) -> Study:
    """The study of a folder that `advisory-sim run` has written, also of a run that was broken off.

    Parameters
    ----------
    folder
        What was given as `--out`.

    Returns
    -------
    Study
        As if the run had just been done: the same figures to the bit.

    Raises
    ------
    FolderError
        Where the folder is not that of a run, or its parts do not belong together; the text says which.
    """
    folder = Path(folder)
    about = read_about(folder)
    written, here = about.versions["advisory-sim"], versions()["advisory-sim"]
    if written != here:
        raise FolderError(f"{folder}: written by advisory-sim {written}, this is {here}: {AGAIN}")
    scenario = read_scenario(folder)
    unknown = [option for option in about.options if option not in scenario.options]
    if unknown:
        raise FolderError(f"{folder}: run.json has an option {unknown[0]!r} that scenario.yaml has not: {AGAIN}")
    number: Replications = "auto" if about.precision is not None else about.replications
    design = make_design(scenario, list(about.options), number, about.seed, about.inputs)
    design = replace(design, replications=about.replications)
    blocks = Blocks([block_file(folder / BLOCK_FOLDER, replications) for replications in design.blocks])
    missing = [file.name for file in blocks.files if not file.exists()]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise FolderError(f"{folder}: {BLOCK_FOLDER}/{missing[0]}{more} missing: {AGAIN}")
    study = Study(scenario, design, blocks)
    try:
        fits = all(study.values(option).shape[1] == len(study.rows(option)) for option in study.options)
        same = fits and digest_of(study) == about.results_sha256
    except (KeyError, OSError, ValueError):  # pyarrow's errors of a damaged file are among them
        same = False
    if not same:
        raise FolderError(f"{folder}: the figures in {BLOCK_FOLDER}/ are not those that run.json tells of: {AGAIN}")
    return study


def read_about(folder: Path) -> About:
    """What run.json says."""
    file = folder / "run.json"
    if not folder.is_dir():
        raise FolderError(f"{folder} is not a folder")
    if not file.is_file():
        begun = (folder / "scenario.yaml").is_file()
        why = "its run came to no result" if begun else "it is not the folder of a run"
        raise FolderError(f"{folder}: no run.json, so {why}")
    content = file.read_bytes()
    try:
        written: Any = TypeAdapter(dict[str, Any]).validate_json(content)
        if written.get("format") != TABLES_FORMAT:
            found = written.get("format", "none")
            raise FolderError(
                f"{file}: tables of format {found}; this version reads format {TABLES_FORMAT}: run the scenario again"
            )
        return TypeAdapter(About).validate_json(content)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise FolderError(f"{file} is not as a run writes it: {where + ': ' if where else ''}{first['msg']}") from None


def read_scenario(folder: Path) -> Scenario:
    """The folder's scenario, which must still say what was run."""
    from advisory_sim.scenario.dump import resolve
    from advisory_sim.scenario.load import load

    try:
        scenario = load(folder / "scenario.yaml")
        if resolve(scenario) == (folder / "resolved.yaml").read_text(encoding="utf-8"):
            return scenario
    except (OSError, ScenarioError):
        pass
    raise FolderError(f"{folder}: scenario.yaml is not what was run (resolved.yaml): {AGAIN}")
