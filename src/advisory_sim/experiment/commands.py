"""What `advisory-sim run`, `compare`, `explain` and `deadline` do: from a scenario or a run folder to an answer."""

from __future__ import annotations

import gc
import sys
import time
from concurrent.futures import Executor
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from advisory_sim.errors import FolderError
from advisory_sim.experiment import run as running
from advisory_sim.experiment.answer import answer
from advisory_sim.experiment.api import progress_bar, run
from advisory_sim.experiment.asked import Told, keep, plan_of
from advisory_sim.experiment.blocks import Design, Replications
from advisory_sim.experiment.drawing import draw_figures
from advisory_sim.experiment.opening import open_run
from advisory_sim.experiment.resume import kept_text, run_folder
from advisory_sim.experiment.store import BLOCK_FOLDER, write_about, write_daily, write_frames
from advisory_sim.experiment.study import Study
from advisory_sim.experiment.workers import collect_seldom, executor, usable_cores
from advisory_sim.scenario.load import load

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.scenario.boundaries import Boundaries
    from advisory_sim.scenario.model import Scenario

OK, INTERRUPTED = 0, 130


def run_command(
    scenario: Scenario,
    out: Path,
    options: list[str] | None,
    replications: Replications | None,
    seed: int | None,
    workers: int | None,
    inputs: str | None,
    force: bool,
    resume: bool = False,
    cluster: str | None = None,
    xlsx: bool = False,
    boundaries: Path | None = None,
) -> int:
    """Simulate, print the answer, write the folder; returns the exit code.

    Parameters
    ----------
    workers
        Processes here; of a run on a cluster, for the tables and figures only.
    force, resume
        Whether a run that is there is replaced, or gone on with.
    cluster
        Address of a Dask scheduler whose workers simulate; left out, this machine does.
    boundaries
        GeoJSON file that the map is drawn on; left out, outlines of countries.
    xlsx
        Whether the tables are also written as a workbook.
    """
    if xlsx:
        from advisory_sim import report

        report.require_openpyxl()
    if resume and force:
        raise click.UsageError("--resume goes on with the run that is there, --force replaces it: give one of the two")
    drawn_on = None if boundaries is None else boundaries_of(scenario, boundaries)
    started = time.perf_counter()
    collect_seldom()
    design = running.make_design(scenario, options, replications, seed, inputs)
    code = OK
    with ExitStack() as stack:
        workers = workers or running.suitable_workers(design)
        pool = stack.enter_context(executor(workers))
        simulating = stack.enter_context(connected(cluster)) if cluster else pool
        if simulating is pool and workers == 1:
            from advisory_sim.engine.reading import read_kernel

            read_kernel()
        try:
            kept = stack.enter_context(run_folder(scenario, design, out, force, resume))
        except OSError as problem:
            raise click.BadParameter(str(problem), param_hint="--out") from None
        if kept is not None:
            click.echo(kept_text(kept, design), err=True)
        if kept is None or kept.replications < design.replications:
            compile_at_first()
        read_libraries(design)
        try:
            with progress_bar(design.replications, shown=sys.stderr.isatty()) as done:
                blocks = running.simulate(design, out / BLOCK_FOLDER, simulating, done)
                design = running.as_done(design, blocks)
        except running.Interrupted as stop:
            blocks, code = stop.blocks, INTERRUPTED
            click.echo(
                f"interrupted: {stop.replications} of {'at most ' * bool(design.precision)}{design.replications} "
                "replications an option are done and kept; "
                "the same command with --resume goes on",
                err=True,
            )
            if not stop.replications:
                return code
        elapsed = time.perf_counter() - started
        study = Study(scenario, design, blocks)
        daily = pool.submit(write_daily, design.packed, blocks.files, out)
        figures = draw_figures(study, out, pool, drawn_on)
        click.echo(answer(study, elapsed))
        said = write_frames(study, out, elapsed)
        for job in (daily, *figures):
            job.result()
        write_about(said, out)  # last: it is all there
    if xlsx:
        report.write_workbook(report.of_folder(out), out / "report.xlsx")
    drawn = "figures/ and more" if figures else "and more; a single future has no range to draw, so no figures"
    click.echo(f"\nWritten to {out}: summary.csv, differences.csv, strength.csv, {drawn}.")
    click.echo(f"Next: advisory-sim report {out}")
    return code


def read_libraries(design: Design) -> None:
    """Read the libraries that tables of more than a single future need: they would wait for the workers' anyway."""
    if design.replications > 1:
        import pandas as pd  # noqa: F401
        import pyarrow.parquet  # noqa: F401
        import scipy.special  # noqa: F401

    gc.freeze()  # to be looked through for garbage no more


def connected(address: str) -> AbstractContextManager[Executor]:
    """The executor of the cluster at an address."""
    from advisory_sim.experiment.cluster import cluster

    return cluster(address)


def compile_at_first() -> None:
    """Compile where nothing is compiled yet, and say so."""
    from advisory_sim.engine.kernel import is_cached

    if not is_cached():
        from advisory_sim.experiment.first import compile_kernel

        click.echo("First run of this version here: compiling takes some fifteen seconds, once.", err=True)
        compile_kernel()


def sensitivity_command(
    what: Path, measure: str, option: str | None, replications: Replications | None, csv: Path | None, stem: Path | None
) -> None:
    """Print which uncertain inputs drive a measure, and write the table and the figure where files are named."""
    from advisory_sim.experiment.sensitivity import sensitivity, sensitivity_text

    check_places(csv, stem)
    study = study_of(what, replications)
    try:
        frame = sensitivity(study, measure, option)
    except (KeyError, ValueError) as wrong:
        raise click.UsageError(str(wrong.args[0])) from None
    click.echo(sensitivity_text(frame))
    leave(frame, csv, stem)


def total_command(
    file: Path, measure: str, option: str | None, rows: int, workers: int | None, csv: Path | None, stem: Path | None
) -> None:
    """The same from a design of so many rows, with total indices and the share of luck."""
    from advisory_sim.experiment.total import answered, asked_of, futures_of

    check_places(csv, stem)
    if file.is_dir():
        raise click.UsageError(f"--design simulates futures of its own: give the scenario file, not the folder {file}")
    scenario = load(file)
    try:
        asked = asked_of(scenario, measure, option, "horizon", None, rows)
        compile_at_first()
        total = futures_of(asked, rows)
        cores = usable_cores() if total > running.WORTH_A_PROCESS else 1
        with (
            executor(workers or cores) as pool,
            progress_bar(total, shown=sys.stderr.isatty()) as report,
        ):
            found = answered(scenario, asked, rows, pool, report)
    except (KeyError, ValueError) as wrong:
        raise click.UsageError(str(wrong.args[0])) from None
    click.echo(str(found))
    leave(found.frame, csv, stem)


def leave(frame: pd.DataFrame, csv: Path | None, stem: Path | None) -> None:
    """Write a table of inputs and its tornado picture where files are named."""
    if csv is not None:
        running.write_whole(csv, frame.to_csv(index=False, lineterminator="\n").encode())
    if stem is not None:
        from advisory_sim import plots

        plots.save(plots.tornado(frame), stem)


def check_places(csv: Path | None, figure: Path | None = None, **more: Path | None) -> None:
    """Refuse a file in a folder that is not there: before the work is done, not after."""
    for option, file in {"csv": csv, "figure": figure, **more}.items():
        if file is not None and not file.absolute().parent.is_dir():
            raise click.BadParameter(f"there is no folder {file.parent}", param_hint=f"--{option}")


def study_of(what: Path, replications: Replications | None) -> Study:
    """The study of a run folder, or of a scenario file, simulated now.

    Parameters
    ----------
    replications
        Futures an option; left out, as in the file. A folder's are done already.
    """
    if what.is_dir():
        if replications is not None:
            raise click.UsageError(f"--replications: {what} is the folder of a run, whose futures are done")
        return open_run(what)
    scenario = load(what)
    compile_at_first()
    workers = running.suitable_workers(running.make_design(scenario, replications=replications))
    return run(scenario, replications=replications, workers=workers, progress=sys.stderr.isatty())


def compare_command(
    study: Study, figures: list[tuple[str, str | None, str | None, str | None]], csv: Path | None
) -> None:
    """Print every pair of options in some figures, and write the pairs to a file where one is named.

    Parameters
    ----------
    figures
        Measure, scope, name and window of each; left out, covered unit-days, or officer-days where nothing is covered.
    """
    import pandas as pd

    from advisory_sim.experiment.comparison import comparison_text

    check_places(csv)

    if not figures:
        figures = [("covered_days" if study.layout.units else "officer_days", None, None, None)]
    try:
        frames = [
            study.compare(measure, scope=scope, name=name, window=window) for measure, scope, name, window in figures
        ]
    except KeyError as problem:
        raise click.UsageError(str(problem.args[0])) from None
    click.echo("\n\n".join(comparison_text(study, frame) for frame in frames))
    if csv is not None:
        running.write_whole(csv, pd.concat(frames).to_csv(index=False, lineterminator="\n").encode())


def explain_command(
    what: Path, names: tuple[str, ...], replications: Replications | None, csv: Path | None, stem: Path | None
) -> None:
    """Print why one option differs from another; write the lines and draw the figure where a file is named.

    Parameters
    ----------
    what
        A run folder, or a scenario file, of which only the two options are simulated.
    names
        One option, held against the first, or two.
    """
    from advisory_sim.experiment.explain import pair_of
    from advisory_sim.experiment.explanation import explanation_text, told

    check_places(csv, stem)
    study = study_of(what, replications) if what.is_dir() else None
    scenario = load(what) if study is None else study.scenario
    try:
        a, b = pair_of(tuple(scenario.options) if study is None else study.options, names)
    except KeyError as problem:
        raise click.UsageError(str(problem.args[0])) from None
    if study is None:
        compile_at_first()
        workers = running.suitable_workers(running.make_design(scenario, [a, b], replications))
        study = run(scenario, options=[a, b], replications=replications, workers=workers, progress=sys.stderr.isatty())
    frame = study.explain(a, b)
    click.echo(explanation_text(frame, study.confidence))
    if csv is not None:
        running.write_whole(csv, frame.to_csv(index=False, lineterminator="\n").encode())
    if stem is not None:
        from advisory_sim import plots

        # A dot in the stem is no ending.
        stem = stem if stem.suffix in (".png", ".svg") else stem.with_name(f"{stem.name}.png")
        plots.save(plots.explained(study, a, b), stem)
    if what.is_dir():

        def draw(file: Path) -> None:
            from advisory_sim import plots

            plots.save(plots.explained(study, a, b), file)

        keep_and_say(what, "explain", {"of": [a, b]}, told(frame, study.confidence), frame, draw)


def keep_and_say(run: Path, kind: str, question: dict[str, Any], said: Told, frame: pd.DataFrame, draw=None) -> None:
    """Keep an answer in a run's folder and say where, or why it could not be; parameters are those of `keep`."""
    try:
        place = keep(run, kind, question, said, frame, draw)
    except FolderError as wrong:
        click.echo(f"not kept: {wrong}", err=True)
        return
    click.echo(f"\nKept in {place}; advisory-sim report {run} carries it.")


def deadline_command(
    what: Path,
    decision: str,
    option: str | None,
    days: list[int] | None,
    measures: list[str] | None,
    target: str | None,
    probability: float,
    replications: int | None,
    csv: Path | None,
    figure: Path | None,
) -> None:
    """Say by when a decision must be taken, and write the curve and its figure where files are named.

    Parameters
    ----------
    what
        A scenario file, or a run folder, which then keeps the answer.
    """
    from advisory_sim.experiment.deadline import answered, question
    from advisory_sim.experiment.deadline_words import told

    check_places(csv, figure)
    scenario = plan_of(what)
    try:
        asked = question(scenario, decision, option, days, measures, target, probability, replications)
    except (KeyError, ValueError) as problem:
        raise click.UsageError(str(problem.args[0])) from None
    compile_at_first()
    with executor(running.suitable_workers(asked.first_design)) as pool:
        found = answered(asked, pool, sys.stderr.isatty())
    click.echo(str(found))
    if csv is not None:
        running.write_whole(csv, found.curve.to_csv(index=False, lineterminator="\n").encode())
    if figure is not None:
        from advisory_sim import plots

        plots.save(plots.deadline(found), figure)
    if what.is_dir():

        def draw(file: Path) -> None:
            from advisory_sim import plots

            plots.save(plots.deadline(found), file)

        wanted = {
            "of": [decision, *([option] if option else [])], "days": days, "measures": measures, "target": target,
            "probability": probability, "replications": replications,
        }  # fmt: skip
        keep_and_say(what, "deadline", wanted, told(found), found.curve, draw)


def trace_command(
    scenario: Scenario, option: str | None, number: int, seed: int | None, only: str | None, out: Path | None
) -> None:
    """Print one future, post by post and activity by activity, and write its events where a file is named.

    Parameters
    ----------
    option
        Left out, the first.
    only
        A team, role, unit, activity, post or decision: nothing else is printed, but its activities one by one.
    """
    from advisory_sim.experiment.tracing import kept, trace_frame, trace_of, trace_text

    check_places(None, out=out)
    design = running.make_design(scenario, seed=seed)
    chosen = next(iter(scenario.options)) if option is None else option
    compile_at_first()
    try:
        frame = trace_frame(trace_of(design, chosen, number), scenario.start)
        shown = frame if only is None else kept(frame, only)
    except KeyError as problem:
        raise click.UsageError(str(problem.args[0])) from None
    head = f"{scenario.title}: {chosen}, replication {number} of seed {design.seed}; day 0 is {scenario.start}"
    click.echo(trace_text(shown, head, one_by_one=only is not None))
    if out is not None:
        running.write_whole(out, frame.to_csv(index=False, lineterminator="\n").encode())
    elif only is None:
        click.echo("\n--only NAME: a team, role, unit, activity or post, its activities one by one; --out FILE: all")


def boundaries_of(scenario: Scenario, file: Path) -> Boundaries:
    """The boundaries of a file that a scenario's map is drawn on."""
    from advisory_sim.scenario.boundaries import read_boundaries

    if not scenario.is_mapped:
        why = "no unit of the scenario has a location, so there is no map"
        raise click.BadParameter(why, param_hint="--boundaries")
    return read_boundaries(file)
