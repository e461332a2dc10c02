"""A run folder read back into a study."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisory_sim.errors import FolderError, ScenarioError
from advisory_sim.experiment.blocks import Blocks
from advisory_sim.experiment.run import block_file, make_design
from advisory_sim.experiment.store import BLOCK_FOLDER, digest_of, versions
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
    written, here = about["versions"]["advisory-sim"], versions()["advisory-sim"]
    if written != here:
        raise FolderError(f"{folder}: written by advisory-sim {written}, this is {here}: {AGAIN}")
    scenario = read_scenario(folder)
    unknown = [option for option in about["options"] if option not in scenario.options]
    if unknown:
        raise FolderError(f"{folder}: run.json has an option {unknown[0]!r} that scenario.yaml has not: {AGAIN}")
    design = make_design(scenario, about["options"], about["replications"], about["seed"], about["inputs"])
    blocks = Blocks([block_file(folder / BLOCK_FOLDER, replications) for replications in design.blocks])
    missing = [file.name for file in blocks.files if not file.exists()]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise FolderError(f"{folder}: {BLOCK_FOLDER}/{missing[0]}{more} missing: {AGAIN}")
    study = Study(scenario, design, blocks)
    try:
        fits = all(study.values(option).shape[1] == len(study.rows(option)) for option in study.options)
        same = fits and digest_of(study) == about["results_sha256"]
    except (KeyError, OSError, ValueError):  # pyarrow's errors of a damaged file are among them
        same = False
    if not same:
        raise FolderError(f"{folder}: the figures in {BLOCK_FOLDER}/ are not those that run.json tells of: {AGAIN}")
    return study


def read_about(folder: Path) -> dict[str, Any]:
    """What run.json says."""
    if not folder.is_dir():
        raise FolderError(f"{folder}: {'is no folder' if folder.exists() else 'there is no such folder'}")
    try:
        about = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        lacks = {"versions", "options", "replications", "seed", "inputs", "results_sha256"} - about.keys()
    except FileNotFoundError:
        raise FolderError(f"{folder}: holds no finished run (no run.json)") from None
    except (ValueError, AttributeError):
        raise FolderError(f"{folder}: run.json cannot be read: {AGAIN}") from None
    if lacks:
        raise FolderError(f"{folder}: run.json lacks {', '.join(sorted(lacks))}: {AGAIN}")
    return about


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
