"""The figures of a run, each drawn as a job of its own."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisory_sim.experiment.study import Study

if TYPE_CHECKING:
    from advisory_sim.scenario.boundaries import Boundaries
    from advisory_sim.scenario.model import Scenario


def draw_figures(study: Study, out: Path, pool: Executor, boundaries: Boundaries | None = None) -> list[Future]:
    """Draw every figure into the folder, each as a job of its own.

    Parameters
    ----------
    boundaries
        What the map is drawn on; left out, outlines of countries.
    """
    folder = out / "figures"
    folder.mkdir(exist_ok=True)
    return [
        pool.submit(draw_figure, name, study, folder / name, **{"boundaries": boundaries} if name == "map" else {})
        for name in figure_names(study.scenario, study.options, study.replications)
    ]


def figure_names(scenario: Scenario, options: Sequence[str], replications: int) -> list[str]:
    """The figures of a run of these options: none of a single future, as each shows a range of futures."""
    if replications == 1:
        return []
    names = ["graduates", "classes"] if scenario.academy is not None else []
    names += ["strength", "staffing", "coverage", "waterfall"] if scenario.teams else []
    names += ["map"] if scenario.is_mapped and scenario.teams else []
    names += ["work", "utilisation", "hours"] if scenario.activities else []
    names += ["differences"] if len(options) > 1 else []
    return names


def draw_figure(name: str, study: Study, stem: Path, **settings: Any) -> None:
    """Draw one figure with settings of its own (work for a worker)."""
    from advisory_sim import plots

    plots.save(plots.FIGURES[name](study, **settings), stem)
