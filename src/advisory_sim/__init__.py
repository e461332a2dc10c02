"""Deployment-planning simulator for police advisory groups.

The public API: `load` a scenario, `run` it, read the study's frames, plot them with `plots`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from advisory_sim.errors import FolderError, ScenarioError, SimulationError

if TYPE_CHECKING:
    from advisory_sim import plots
    from advisory_sim.experiment.api import measure, run
    from advisory_sim.experiment.comparison import pair_sentence
    from advisory_sim.experiment.deadline import deadline
    from advisory_sim.experiment.explanation import explain_sentence
    from advisory_sim.experiment.opening import open_run
    from advisory_sim.experiment.points import grid, spread
    from advisory_sim.experiment.search import search
    from advisory_sim.experiment.sensitivity import sensitivity
    from advisory_sim.experiment.study import Study
    from advisory_sim.experiment.sweep import sweep
    from advisory_sim.experiment.total import total_sensitivity
    from advisory_sim.fitting.fit import Fit, fit
    from advisory_sim.scenario.boundaries import read_boundaries
    from advisory_sim.scenario.load import load, loads

__all__ = [
    "Fit",
    "FolderError",
    "ScenarioError",
    "SimulationError",
    "Study",
    "deadline",
    "explain_sentence",
    "fit",
    "grid",
    "load",
    "loads",
    "measure",
    "open_run",
    "pair_sentence",
    "plots",
    "read_boundaries",
    "run",
    "search",
    "sensitivity",
    "spread",
    "sweep",
    "total_sensitivity",
]

_PLACES = {
    "Fit": "advisory_sim.fitting.fit",
    "fit": "advisory_sim.fitting.fit",
    "Study": "advisory_sim.experiment.study",
    "grid": "advisory_sim.experiment.points",
    "explain_sentence": "advisory_sim.experiment.explanation",
    "deadline": "advisory_sim.experiment.deadline",
    "load": "advisory_sim.scenario.load",
    "loads": "advisory_sim.scenario.load",
    "measure": "advisory_sim.experiment.api",
    "open_run": "advisory_sim.experiment.opening",
    "pair_sentence": "advisory_sim.experiment.comparison",
    "read_boundaries": "advisory_sim.scenario.boundaries",
    "run": "advisory_sim.experiment.api",
    "search": "advisory_sim.experiment.search",
    "sensitivity": "advisory_sim.experiment.sensitivity",
    "spread": "advisory_sim.experiment.points",
    "sweep": "advisory_sim.experiment.sweep",
    "total_sensitivity": "advisory_sim.experiment.total",
}


def __getattr__(name: str) -> Any:
    # Libraries are imported when they are first used: `import advisory_sim` stays quick.
    from importlib import import_module

    if name == "plots":
        return import_module("advisory_sim.plots")
    if name in _PLACES:
        return getattr(import_module(_PLACES[name]), name)
    raise AttributeError(f"module 'advisory_sim' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
