"""The command line: arguments, progress, exit codes. Heavy libraries are imported inside commands."""

from __future__ import annotations

import datetime as dt
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from advisory_sim.experiment.blocks import Replications

OK, FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130


class Program(click.Group):
    """The group of commands: a user's mistake ends with 2 and no traceback, ours with 1 and a log."""

    def __call__(self, *args, **kwargs):
        """Run as a program of its own: what Ctrl-C has ended comes to its end, however often it is pressed."""
        try:
            return self.main(*args, **kwargs)
        except (SystemExit, KeyboardInterrupt) as end:
            if isinstance(end, SystemExit) and end.code != INTERRUPTED:
                raise
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            sys.exit(INTERRUPTED)

    def main(self, *args, **kwargs):
        """Run, and turn exceptions into exit codes."""
        from advisory_sim.errors import ClusterError, FolderError, ScenarioError

        try:
            return super().main(*args, **{**kwargs, "standalone_mode": False}) or sys.exit(OK)
        except click.exceptions.Exit as done:
            sys.exit(done.exit_code)
        except click.ClickException as wrong:
            wrong.show()
            sys.exit(WRONG_INPUT)
        except (ScenarioError, FolderError, ClusterError) as wrong:
            click.echo(str(wrong), err=True)
            sys.exit(WRONG_INPUT)
        except (click.Abort, KeyboardInterrupt):
            click.echo("interrupted", err=True)
            sys.exit(INTERRUPTED)
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(OK)
        except Exception as error:
            import tempfile
            import traceback

            with tempfile.NamedTemporaryFile(
                "w", prefix="advisory-sim-", suffix=".log", delete=False, encoding="utf-8"
            ) as log:
                traceback.print_exc(file=log)
            click.echo(
                f"advisory-sim failed: {type(error).__name__}: {error}\nPlease report it with {log.name}",
                err=True,
            )
            sys.exit(FAILED)


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="advisory-sim")
def main() -> None:
    """Plan the deployment of a police advisory group: how many will be at work, when and where; what an expansion or a
    longer mandate brings; and how sure that is.

    Start with `advisory-sim new > plan.yaml`, then `advisory-sim check plan.yaml` and
    `advisory-sim run plan.yaml --out results`.
    """


class Number(click.ParamType):
    """A number of replications, or auto."""

    name = "number"

    def convert(self, value, param, ctx):
        """Read 400, or auto."""
        if value == "auto":
            return value
        number = int(value) if str(value).isdecimal() else 0
        if not 1 <= number <= 1_000_000:
            self.fail(f"found {value!r}; allowed: a whole number, 1 to 1,000,000, or auto", param, ctx)
        return number


def read_ahead(workers: int | None = None, replications: Replications | None = None) -> None:
    """Let what worker processes need be read while this one reads the rest, unless it will surely do all itself."""
    from advisory_sim.experiment import workers as processes

    if replications != 1 and (workers or processes.usable_cores()) > 1:
        processes.read_ahead()


FILE = click.argument("file", type=click.Path(path_type=Path))


def placed(command):
    """The options of commands that simulate many points: where, and what is kept."""
    for option in (
        click.option("--cluster", metavar="ADDRESS", help="Simulate on the Dask cluster at tcp://HOST:PORT."),
        click.option("--workers", type=click.IntRange(1, 256), help="Processes (else as many as pay)."),
        click.option("--resume", is_flag=True, help="Go on with what is in the folder."),
        click.option("--force", is_flag=True, help="Replace the folder of an earlier run."),
        click.option("--out", type=click.Path(path_type=Path), help="Folder to keep the futures and the answer in."),
    ):
        command = option(command)
    return command


@main.command()
@FILE
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write; it must not exist yet.")
@click.option("--option", "options", multiple=True, help="Simulate this option only; may be repeated.")
@click.option("--replications", type=Number(), help="Futures an option, or auto (else as in the file).")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Seed of all chance (else as in the file).")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes (else as many as pay).")
@click.option("--inputs", type=click.Choice(["ranges", "middle"]), help="Draw what is uncertain, or take its middle.")
@click.option("--force", is_flag=True, help="Replace the folder of an earlier run.")
@click.option("--resume", is_flag=True, help="Go on with the run in the folder, to more replications if asked.")
@click.option("--cluster", metavar="ADDRESS", help="Simulate on the Dask cluster at tcp://HOST:PORT.")
@click.option("--boundaries", type=click.Path(path_type=Path), help="Draw the map on this GeoJSON file's boundaries.")
@click.option("--xlsx", is_flag=True, help="Also write the tables as one Excel workbook, report.xlsx.")
def run(
    file: Path,
    out: Path,
    options: tuple[str, ...],
    replications: Replications | None,
    seed: int | None,
    workers: int | None,
    inputs: str | None,
    force: bool,
    resume: bool,
    cluster: str | None,
    xlsx: bool,
    boundaries: Path | None,
) -> None:
    """Simulate every option of FILE, print the answer and write it to a folder."""
    read_ahead(workers, replications)
    from advisory_sim.experiment.commands import run_command
    from advisory_sim.scenario.load import load

    scenario = load(file)
    unknown = [option for option in options if option not in scenario.options]
    if unknown:
        from difflib import get_close_matches

        near = get_close_matches(unknown[0], scenario.options, 1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise click.BadParameter(
            f"no option {unknown[0]!r} in {file}; options: {', '.join(scenario.options)}.{hint}",
            param_hint="--option",
        )
    only = list(options) or None
    sys.exit(
        run_command(scenario, out, only, replications, seed, workers, inputs, force, resume, cluster, xlsx, boundaries)
    )


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="File to write (else report.html or .xlsx in DIR).")
@click.option("--xlsx", is_flag=True, help="An Excel workbook of the tables in place of the page.")
def report(folder: Path, out: Path | None, xlsx: bool) -> None:
    """Write the report of DIR, a folder that `run` left: one HTML page to read, print or hand on."""
    from advisory_sim.report import of_folder, require_openpyxl, write_report, write_workbook

    if xlsx:
        require_openpyxl()
    file = folder / ("report.xlsx" if xlsx else "report.html") if out is None else out
    (write_workbook if xlsx else write_report)(of_folder(folder), file)
    click.echo(f"Written to {file}")


@main.command()
@click.argument("what", type=click.Path(path_type=Path, exists=True))
@click.option("--measure", "measures", multiple=True, help="Compare in this; may be repeated (else covered unit-days).")
@click.option("--scope", help="Of what kind: mission, team, unit .. (else the mission).")
@click.option("--name", help="Of which team, unit ..")
@click.option("--window", help="Over the horizon or the mandate (else the horizon).")
@click.option("--replications", type=Number(), help="Futures an option, or auto (else as in the file).")
@click.option("--csv", type=click.Path(path_type=Path, dir_okay=False), help="Write the pairs to this file too.")
def compare(
    what: Path,
    measures: tuple[str, ...],
    scope: str | None,
    name: str | None,
    window: str | None,
    replications: Replications | None,
    csv: Path | None,
) -> None:
    """Compare every pair of options of WHAT: the folder of a run, or a scenario file, which is simulated first."""
    from advisory_sim.experiment.commands import compare_command, study_of

    figures = [(measure, scope, name, window) for measure in measures]
    compare_command(study_of(what, replications), figures, csv)


class Days(click.ParamType):
    """Whole days with commas between them."""

    name = "days"

    def convert(self, value, param, ctx):
        """Read 0,10,20."""
        try:
            return [int(part) for part in value.split(",")] if isinstance(value, str) else value
        except ValueError:
            self.fail(f"found {value!r}; allowed: whole days with commas between them, 0,10,20", param, ctx)


@main.command()
@click.argument("what", type=click.Path(path_type=Path, exists=True))
@click.argument("decision")
@click.option("--option", help="Move the decision in this option (else the first that takes it).")
@click.option(
    "--days", type=Days(), help="Look at these first: 0,10,.. from day 0, or before the expiry (else every 10)."
)
@click.option("--measure", "measures", multiple=True, help="Its value in this; may be repeated.")
@click.option("--target", help="Also the last day on which this target is met.")
@click.option(
    "--probability", type=click.FloatRange(0, 1, True, True), default=0.8, help="With this chance (else 0.8)."
)
@click.option("--replications", type=click.IntRange(2, 1_000_000), help="Futures a day (else 200).")
@click.option("--csv", type=click.Path(path_type=Path, dir_okay=False), help="Write the curve to this file too.")
@click.option("--figure", type=click.Path(path_type=Path, dir_okay=False), help="Draw it: STEM.png and STEM.svg.")
def deadline(
    what: Path,
    decision: str,
    option: str | None,
    days: list[int] | None,
    measures: tuple[str, ...],
    target: str | None,
    probability: float,
    replications: int | None,
    csv: Path | None,
    figure: Path | None,
) -> None:
    """By when must DECISION be taken? An option of WHAT, a scenario file, deciding on each of many days, over the same
    futures. Of the folder of a run it keeps the answer there, and the run's report carries it.
    """
    read_ahead()
    from advisory_sim.experiment.commands import deadline_command

    deadline_command(
        what, decision, option, days, list(measures) or None, target, probability, replications, csv, figure
    )


@main.command()
@click.argument("what", type=click.Path(path_type=Path, exists=True))
@click.argument("options", metavar="[A] B", nargs=-1, required=True)
@click.option("--replications", type=Number(), help="Futures an option, or auto (else as in the file).")
@click.option("--csv", type=click.Path(path_type=Path, dir_okay=False), help="Write the lines to this file too.")
@click.option("--figure", "stem", metavar="STEM", type=click.Path(path_type=Path), help="Draw STEM.png and STEM.svg.")
def explain(
    what: Path, options: tuple[str, ...], replications: Replications | None, csv: Path | None, stem: Path | None
) -> None:
    """Say why option B differs from option A (left out: the first) of WHAT: the folder of a run, or a scenario file."""
    from advisory_sim.experiment.commands import explain_command

    if len(options) > 2:
        raise click.UsageError(f"two options are explained at a time, not {len(options)}")
    explain_command(what, options, replications, csv, stem)


@main.command()
@FILE
@click.option(
    "--over",
    multiple=True,
    required=True,
    metavar="PATH=VALUES",
    help="A path of the file and its values: '0..50/10', 'day 20 | day 45'; may be repeated.",
)
@click.option("--points", type=click.IntRange(1, 1_000_000), help="So many points spread over ranges 'day 10..60'.")
@click.option("--spread", type=click.Choice(["latin", "sobol"]), default="latin", help="How points are spread (latin).")
@click.option("--option", help="The option that is swept (else the first).")
@click.option("--measure", "measures", multiple=True, help="Of the mission; may be repeated (else three headlines).")
@click.option("--replications", type=click.IntRange(1, 1_000_000), help="Futures a point (else as in the file).")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Seed of all chance (else as in the file).")
@placed
@click.option("--csv", type=click.Path(path_type=Path, dir_okay=False), help="Write every estimate to this file.")
@click.option("--figure", type=click.Path(path_type=Path, dir_okay=False), help="Draw to this name (.png and .svg).")
def sweep(
    file: Path,
    over: tuple[str, ...],
    points: int | None,
    spread: str,
    option: str | None,
    measures: tuple[str, ...],
    replications: int | None,
    seed: int | None,
    **place,
) -> None:
    """Simulate an option of FILE at many design points: other values at paths of the file, the same futures."""
    read_ahead(place["workers"])
    from advisory_sim.experiment.sweeping import Place, sweep_command
    from advisory_sim.scenario.load import load

    sweep_command(load(file), list(over), points, spread, option, list(measures), replications, seed, Place(**place))


@main.command()
@click.argument("what", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--over",
    multiple=True,
    required=True,
    metavar="PATH=VALUES",
    help="A path of the file and its values, smallest first: '0..50/10'; may be repeated.",
)
@click.option("--target", help="The first point that meets this target of the file.")
@click.option(
    "--probability",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.8,
    help="Chance to meet the target (0.8).",
)
@click.option("--cheapest", is_flag=True, help="The cheapest point that meets the target, not the first.")
@click.option("--best", help="Or the point with the best mean of this measure, over the horizon.")
@click.option("--indifference", type=float, help="Of the measure, or of the cost: a difference that does not matter.")
@click.option("--option", help="The option that is varied (else the first).")
@click.option("--at-most", type=click.IntRange(1, 1_000_000), default=2000, help="Futures a point (2000).")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Seed of all chance (else as in the file).")
@placed
@click.option("--csv", type=click.Path(path_type=Path, dir_okay=False), help="Write what is known of each point.")
def search(
    what: Path,
    over: tuple[str, ...],
    target: str | None,
    probability: float,
    cheapest: bool,
    best: str | None,
    indifference: float | None,
    option: str | None,
    at_most: int,
    seed: int | None,
    **place,
) -> None:
    """Find the smallest, the cheapest or the best plan among values at paths of WHAT, a scenario file, and say how sure
    that is. Of the folder of a run it keeps the answer there, and the run's report carries it.
    """
    read_ahead(place["workers"])
    from advisory_sim.experiment.sweeping import Place, search_command

    search_command(
        what, list(over), Place(**place), target=target, probability=probability, cheap=cheapest, best=best,
        indifference=indifference, option=option, at_most=at_most, seed=seed,
    )  # fmt: skip


@main.command()
@click.argument("what", type=click.Path(path_type=Path, exists=True))
@click.option("--measure", default="covered_days", help="Of the mission, over the horizon (covered_days).")
@click.option("--option", help="Of which option (else the first).")
@click.option("--replications", type=Number(), help="Futures an option, or auto (else as in the file).")
@click.option(
    "--design",
    "rows",
    metavar="ROWS",
    type=click.IntRange(1, 2**20),
    help="Simulate a Saltelli design of so many rows, such as 512: total indices, and luck told from interactions.",
)
@click.option("--workers", type=click.IntRange(1, 256), help="Processes of a design (else as many as pay).")
@click.option("--csv", type=click.Path(path_type=Path, dir_okay=False), help="Write the table to this file.")
@click.option("--figure", type=click.Path(path_type=Path, dir_okay=False), help="Draw to this name (.png and .svg).")
def sensitivity(
    what: Path,
    measure: str,
    option: str | None,
    replications: Replications | None,
    rows: int | None,
    workers: int | None,
    csv: Path | None,
    figure: Path | None,
) -> None:
    """Say which uncertain inputs drive a measure of WHAT: the folder of a run, or a scenario file.

    Read from a run's own futures: what each input explains alone. With --design, from futures of its own, of a file:
    also in what each has a part, and how much is luck.
    """
    from advisory_sim.experiment.commands import sensitivity_command, total_command

    if rows is None:
        if workers is not None:
            raise click.UsageError("--workers is of --design")
        sensitivity_command(what, measure, option, replications, csv, figure)
    elif replications is not None:
        raise click.UsageError("--replications is of a run's futures, --design of its own: give one of the two")
    else:
        total_command(what, measure, option, rows, workers, csv, figure)


@main.command()
@FILE
@click.option("--port", type=click.IntRange(0, 65535), default=8717, show_default=True, help="0: any that is free.")
@click.option("--no-browser", is_flag=True, help="Only say where the page is.")
@click.option("--boundaries", type=click.Path(path_type=Path), help="Draw the map on this GeoJSON file's boundaries.")
def explore(file: Path, port: int, no_browser: bool, boundaries: Path | None) -> None:
    """Open a page on which FILE's settings are moved and answered at once; on this machine only, without a network."""
    from advisory_sim.app.commands import explore_command

    explore_command(file, port, not no_browser, boundaries)


@main.command()
@FILE
@click.option("--option", help="Of this option (else the first).")
@click.option("--replication", type=click.IntRange(0), default=0, help="The future with this number, from 0 (0).")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Seed of all chance (else as in the file).")
@click.option("--only", metavar="NAME", help="Print a team, role, unit, activity, post or decision alone.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write every event to this CSV file.")
def trace(
    file: Path, option: str | None, replication: int, seed: int | None, only: str | None, out: Path | None
) -> None:
    """Tell one future of FILE: every post, everybody who held it, every activity, every decision."""
    from advisory_sim.experiment.commands import trace_command
    from advisory_sim.scenario.load import load

    trace_command(load(file), option, replication, seed, only, out)


@main.command()
@click.argument("table", type=click.Path())
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Up to this date it is told (else the latest in it).")
@click.option("--family", help="Take this kind of duration (else the one that fits best).")
@click.option("--csv", type=click.Path(path_type=Path, dir_okay=False), help="Write every figure to this file.")
@click.option("--yaml", type=click.Path(path_type=Path, dir_okay=False), help="Write what to paste to this file.")
@click.option("--figure", type=click.Path(path_type=Path, dir_okay=False), help="Draw to this name (.png and .svg).")
def fit(
    table: str, as_of: dt.datetime | None, family: str | None, csv: Path | None, yaml: Path | None, figure: Path | None
) -> None:
    """Say what TABLE, of past deployments, tells of recruitment, tours and early departures; as settings to paste.

    TABLE is FILE.csv, FILE.xlsx or FILE.xlsx#SHEET: a row a nomination, with columns nominated, selected, arrived and
    left; an empty cell is not yet.
    """
    from advisory_sim.fitting.command import fit_command

    fit_command(table, None if as_of is None else as_of.date(), family, csv, yaml, figure)


@main.command()
@FILE
def check(file: Path) -> None:
    """Check FILE: a summary of the plan, or all its errors."""
    from advisory_sim.scenario.load import load
    from advisory_sim.scenario.outline import outline

    click.echo(outline(load(file)))


@main.command()
@FILE
def resolve(file: Path) -> None:
    """Print FILE with every default and preset filled in."""
    from advisory_sim.scenario.dump import resolve as resolved
    from advisory_sim.scenario.load import load

    click.echo(resolved(load(file)), nl=False)


@main.command()
def schema() -> None:
    """Print the JSON Schema of the scenario file, for editors."""
    import json

    from advisory_sim.scenario.dump import schema as json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@main.command()
@click.argument("name", required=False)
def presets(name: str | None) -> None:
    """List the shipped presets, or print one."""
    from advisory_sim.scenario.presets import NAMES, preset_text

    if name is None:
        click.echo("\n".join(NAMES))
    elif name in NAMES:
        click.echo(preset_text(name), nl=False)
    else:
        raise click.BadParameter(f"no preset {name!r}; presets: {', '.join(NAMES)}", param_hint="NAME")


@main.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes SHELL complete commands and options.

    Bash: `eval "$(advisory-sim completion bash)"` in ~/.bashrc; zsh likewise in ~/.zshrc; fish:
    `advisory-sim completion fish > ~/.config/fish/completions/advisory-sim.fish`.
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(main, {}, "advisory-sim", "_ADVISORY_SIM_COMPLETE").source())


@main.command()
@click.option("--from-table", "table", metavar="FILE", help="With the teams of a table: .csv, .xlsx or .xlsx#SHEET.")
def new(table: str | None) -> None:
    """Print a commented scenario file to start from."""
    from advisory_sim.scenario.dump import template
    from advisory_sim.scenario.starting import scenario_from_table

    click.echo(template() if table is None else scenario_from_table(table), nl=False)
