"""The mission with this package: from a loaded file to its summary, every measure and daily series included."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from mission import Figures

from advisory_sim.experiment.blocks import Blocks, simulate_block
from advisory_sim.experiment.run import block_file, make_design, write_whole
from advisory_sim.experiment.study import Study

if TYPE_CHECKING:
    from advisory_sim.scenario.model import Scenario

OF_FIGURES = ("officer_days", "present_days", "served", "lost", "wait")


def simulate(scenario: Scenario, replications: int, seed: int) -> list[Figures]:
    """Figures of each replication; the summary of all measures is made too."""
    design = make_design(scenario, replications=replications, seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for block in design.blocks:
            files.append(block_file(Path(folder), block))
            write_whole(files[-1], simulate_block(design.packed, block))
        study = Study(scenario, design, Blocks(files))
        study.summary()
        (option,) = study.options
        columns = [study.column(option, measure) for measure in OF_FIGURES]
    return [Figures(*map(float, row)) for row in zip(*columns, strict=True)]
