"""The command line: arguments, progress, exit codes. Heavy libraries are imported inside commands."""

from __future__ import annotations

import sys
from pathlib import Path

import click

OK, FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130


class Program(click.Group):
    """The group of commands: a user's mistake ends with 2 and no traceback, ours with 1 and a log."""

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


FILE = click.argument("file", type=click.Path(path_type=Path))


@main.command()
@FILE
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write; it must not exist yet.")
@click.option("--option", "options", multiple=True, help="Simulate this option only; may be repeated.")
@click.option("--replications", type=click.IntRange(1, 1_000_000), help="Futures an option (else as in the file).")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Seed of all chance (else as in the file).")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes (else as many as pay).")
@click.option("--inputs", type=click.Choice(["ranges", "middle"]), help="Draw what is uncertain, or take its middle.")
@click.option("--force", is_flag=True, help="Replace the folder of an earlier run.")
@click.option("--resume", is_flag=True, help="Go on with the run in the folder, to more replications if asked.")
@click.option("--cluster", metavar="ADDRESS", help="Simulate on the Dask cluster at tcp://HOST:PORT.")
def run(
    file: Path,
    out: Path,
    options: tuple[str, ...],
    replications: int | None,
    seed: int | None,
    workers: int | None,
    inputs: str | None,
    force: bool,
    resume: bool,
    cluster: str | None,
) -> None:
    """Simulate every option of FILE, print the answer and write it to a folder."""
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
    sys.exit(run_command(scenario, out, only, replications, seed, workers, inputs, force, resume, cluster))


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="File to write (else report.html in DIR).")
def report(folder: Path, out: Path | None) -> None:
    """Write the report of DIR, a folder that `run` left: one HTML page to read, print or hand on."""
    from advisory_sim.report import of_folder, write_report

    file = folder / "report.html" if out is None else out
    write_report(of_folder(folder), file)
    click.echo(f"Written to {file}")


@main.command()
@click.argument("what", type=click.Path(path_type=Path, exists=True))
@click.option("--measure", "measures", multiple=True, help="Compare in this; may be repeated (else covered unit-days).")
@click.option("--scope", help="Of what kind: mission, team, unit .. (else the mission).")
@click.option("--name", help="Of which team, unit ..")
@click.option("--window", help="Over the horizon or the mandate (else the horizon).")
@click.option("--replications", type=click.IntRange(1, 1_000_000), help="Futures an option (else as in the file).")
@click.option("--csv", type=click.Path(path_type=Path, dir_okay=False), help="Write the pairs to this file too.")
def compare(
    what: Path,
    measures: tuple[str, ...],
    scope: str | None,
    name: str | None,
    window: str | None,
    replications: int | None,
    csv: Path | None,
) -> None:
    """Compare every pair of options of WHAT: the folder of a run, or a scenario file, which is simulated first."""
    from advisory_sim.experiment.commands import compare_command, study_of

    figures = [(measure, scope, name, window) for measure in measures]
    compare_command(study_of(what, replications), figures, csv)


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
def new() -> None:
    """Print a commented scenario file to start from."""
    from advisory_sim.scenario.dump import template

    click.echo(template(), nl=False)
