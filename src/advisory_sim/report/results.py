"""What a report is made from: the tables of a run, read back from its folder or taken from a study."""

from __future__ import annotations

import hashlib
import io
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from advisory_sim.errors import FolderError
from advisory_sim.experiment.asked import Asked, read_asked
from advisory_sim.experiment.drawing import draw_figures, figure_names
from advisory_sim.experiment.opening import read_about
from advisory_sim.experiment.store import About, about, tables
from advisory_sim.experiment.workers import InProcess
from advisory_sim.scenario.load import loads

if TYPE_CHECKING:
    from advisory_sim.experiment.study import Study
    from advisory_sim.scenario.model import Scenario

NUMBERS = (
    "n", "mean", "std_error", "ci_low", "ci_high", "p05", "p50", "p95", "correlation", "value", "simulated",
    "half_width", "allowed", "hour",
    *(f"{series}_{of}" for series in ("on_duty", "demand") for of in ("mean", "p05", "p50", "p95")),
)  # fmt: skip

Key = tuple[str, str, str, str, str]  # option, measure, scope, name, window


@dataclass(frozen=True)
class Results:
    """A run's tables, its scenario and its figures as SVG by name."""

    scenario: Scenario
    about: About
    summary: pd.DataFrame
    differences: pd.DataFrame
    strength: pd.DataFrame
    staffing: pd.DataFrame
    spreadsheet: pd.DataFrame
    figures: dict[str, str]
    hours: pd.DataFrame | None = None  # of a plan with activities
    academy: pd.DataFrame | None = None  # of a plan with an academy
    asked: tuple[Asked, ...] = ()  # what was asked of the plan later
    precision: pd.DataFrame | None = None  # of a run that took as many replications as it needed

    @property
    def first(self) -> str:
        """The option that the others are compared with."""
        return self.about.options[0]

    @cached_property
    def variants(self) -> dict[str, Scenario]:
        """Each option as a scenario of its own."""
        return {option: self.scenario.for_option(option) for option in self.about.options}

    @cached_property
    def estimates(self) -> dict[Key, pd.Series]:
        """Rows of the summary of what stands in the report."""
        return by_key(self.summary)

    @cached_property
    def gains(self) -> dict[Key, pd.Series]:
        """Rows of the differences, likewise."""
        return by_key(self.differences)

    def of(self, option: str, measure: str, scope: str = "mission", name: str = "", window: str = "horizon"):
        """The estimates of one figure."""
        return self.estimates[option, measure, scope, name, window]


def by_key(frame: pd.DataFrame) -> dict[Key, pd.Series]:
    """Rows of a tidy frame by what they are of; figures of teams and of roles in them, which no report shows, apart."""
    shown = frame[~frame["scope"].isin(["team", "team-role"])]
    keys = zip(*(shown[column] for column in ("option", "measure", "scope", "name", "window")), strict=True)
    return dict(zip(keys, (row for _, row in shown.iterrows()), strict=True))


# ---------------------------------------------------------------- from a study


def of_study(study: Study) -> Results:
    """What a study comes to, as its run folder would hold it."""
    with tempfile.TemporaryDirectory(prefix="advisory-sim-") as folder:
        for job in draw_figures(study, Path(folder), InProcess()):
            job.result()
        drawn = read_figures(Path(folder), figure_names(study.scenario, study.options, study.replications))
    frames = {name.removesuffix(".csv"): frame for name, frame in tables(study).items()}
    return Results(study.scenario, about(study), **frames, figures=drawn)


# ---------------------------------------------------------------- from a folder


def of_folder(folder: Path) -> Results:
    """A run folder read back, every table held against the digest that the run wrote down.

    Raises
    ------
    FolderError
        Where it is not the folder of a run that came to results, or one of its files is missing or has changed.
    ScenarioError
        Where its scenario is not one that this version reads.
    """
    said = read_about(folder)
    scenario = loads(checked(folder, "scenario.yaml", said).decode("utf-8"), str(folder / "scenario.yaml"))
    for name in scenario.files:
        checked(folder, name, said)
    names = ["summary", "differences", "strength", "staffing", "spreadsheet", *optional_tables(scenario)]
    names += ["precision"] if said.precision is not None else []
    frames = {name: read_table(checked(folder, f"{name}.csv", said)) for name in names}
    if said.precision is not None:
        frames["precision"]["met"] = frames["precision"]["met"] == "True"
    known = frames["summary"]["option"].unique().tolist()
    if list(said.options) != known or not set(known) <= set(scenario.options):
        raise FolderError(f"{folder / 'run.json'}: its options are not those of summary.csv and scenario.yaml")
    drawn = read_figures(folder, figure_names(scenario, said.options, said.replications))
    return Results(scenario, said, **frames, figures=drawn, asked=read_asked(folder, said))


def optional_tables(scenario: Scenario) -> list[str]:
    """Tables that only some plans have."""
    return (["hours"] if scenario.activities else []) + (["academy"] if scenario.academy is not None else [])


def checked(folder: Path, name: str, said: About) -> bytes:
    """The content of a file, if it is still what the run wrote."""
    file = folder / name
    if not file.is_file():
        raise FolderError(f"{file} is missing")
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != said.files.get(name):
        raise FolderError(f"{file} is not what the run wrote: it has been changed since, or is damaged")
    return content


def read_table(content: bytes) -> pd.DataFrame:
    """A table as it was written: names are text, whatever they look like, and numbers the same to the last digit."""
    frame = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    numbers = [column for column in frame.columns if column in NUMBERS]
    frame[numbers] = frame[numbers].replace("", "nan").astype(float)  # pandas' own reading may round
    return frame


def read_figures(folder: Path, names: list[str]) -> dict[str, str]:
    """The text of each figure's SVG."""
    found = {}
    for name in names:
        file = folder / "figures" / f"{name}.svg"
        if not file.is_file():
            raise FolderError(f"{file} is missing")
        try:
            found[name] = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise FolderError(f"{file} is not a figure of a run: it is not text") from None
    return found
