"""What `advisory-sim run` does, from a checked scenario to a folder and an answer."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING

import click

from advisory_sim.engine.kernel import is_cached
from advisory_sim.experiment import run as running
from advisory_sim.experiment.answer import answer
from advisory_sim.experiment.api import progress_bar
from advisory_sim.experiment.store import BLOCK_FOLDER, begin_folder, finish_folder, write_inputs, write_results
from advisory_sim.experiment.study import Study

if TYPE_CHECKING:
    from advisory_sim.scenario.model import Scenario

OK, INTERRUPTED = 0, 130


def run_command(
    scenario: Scenario,
    out: Path,
    options: list[str] | None,
    replications: int | None,
    seed: int | None,
    workers: int | None,
    inputs: str | None,
    force: bool,
) -> int:
    """Simulate, print the answer, write the folder; returns the exit code."""
    started = time.perf_counter()
    running.collect_seldom()
    design = running.make_design(scenario, options, replications, seed, inputs)
    try:
        begin_folder(out, force)
    except OSError as problem:
        raise click.BadParameter(str(problem), param_hint="--out") from None
    write_inputs(scenario, out)
    if not is_cached():
        click.echo("First run of this version here: compiling takes some fifteen seconds, once.", err=True)
    workers = workers or running.suitable_workers(design)
    code = OK
    with running.executor(workers) as pool:
        try:
            with progress_bar(design.replications, shown=sys.stderr.isatty()) as report:
                blocks = running.simulate(design, out / BLOCK_FOLDER, pool, report)
        except running.Interrupted as stop:
            blocks, code = stop.blocks, INTERRUPTED
            click.echo(
                f"interrupted: {stop.replications} of {design.replications} replications an option are done and kept",
                err=True,
            )
            if not stop.replications:
                return code
        elapsed = time.perf_counter() - started
        study = Study(scenario, design, blocks)
        figures = draw_figures(study, out, pool)
        write_results(study, out, pool, elapsed)
        click.echo(answer(study, elapsed))
        for job in figures:
            job.result()
    if code == OK:
        finish_folder(out)
    click.echo(f"\nWritten to {out}: summary.csv, differences.csv, strength.csv, figures/ and more.")
    click.echo(f"Next: advisory-sim report {out}")
    return code


def draw_figures(study: Study, out: Path, pool: Executor) -> list:
    """Draw every figure into the folder, each as a job of its own."""
    folder = out / "figures"
    folder.mkdir(exist_ok=True)
    return [
        pool.submit(draw_figure, name, study.scenario, study.design, study.blocks, folder / name)
        for name in figure_names(study.scenario, study.options)
    ]


def figure_names(scenario: Scenario, options: Sequence[str]) -> list[str]:
    """The figures of a run of these options."""
    names = ["strength", "coverage", "waterfall"]
    names += ["work", "utilisation", "hours"] if scenario.activities else []
    names += ["differences"] if len(options) > 1 else []
    return names


def draw_figure(name: str, scenario: Scenario, design: running.Design, blocks: running.Blocks, stem: Path) -> None:
    """Draw one figure (work for a worker)."""
    from advisory_sim import plots

    plots.save(plots.FIGURES[name](Study(scenario, design, blocks)), stem)
