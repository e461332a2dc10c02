"""What `advisory-sim sweep` does: points from its arguments, a table of means, a file, a picture."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from advisory_sim.experiment.answer import aligned, percent, whole
from advisory_sim.experiment.points import Points, grid, spread, values
from advisory_sim.experiment.run import write_whole
from advisory_sim.experiment.sweep import HEADLINES, Sweep, suitable_workers, sweep

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.scenario.model import Scenario

MOST_LINES = 60  # of the table on the terminal


def sweep_command(
    scenario: Scenario,
    over: list[str],
    number: int | None,
    how: str,
    option: str | None,
    measures: list[str],
    replications: int | None,
    seed: int | None,
    workers: int | None,
    csv: Path | None,
    figure: Path | None,
) -> None:
    """Simulate, print the table, and write what is asked for."""
    from advisory_sim.experiment.api import progress_bar

    points = points_of(over, number, how, scenario.runs.seed if seed is None else seed)
    asked = scenario.runs.replications if replications is None else replications
    with progress_bar(len(points), shown=sys.stderr.isatty()) as report:
        try:
            found = sweep(
                scenario,
                points,
                option=option,
                measures=measures or HEADLINES,
                replications=replications,
                seed=seed,
                workers=workers or suitable_workers(points, asked),
                progress=report,
            )
        except KeyError as unknown:
            raise click.UsageError(str(unknown.args[0])) from None
    click.echo(sweep_text(found))
    if csv is not None:
        write_whole(csv, found.frame.to_csv(index=False, lineterminator="\n").encode())
    if figure is not None:
        from advisory_sim import plots

        plots.save(plots.swept(found), figure)


def points_of(over: list[str], number: int | None, how: str, seed: int) -> Points:
    """The design points that the arguments `PATH=VALUES` ask for.

    Raises
    ------
    UsageError
        Where one of them is not of that form.
    """
    space = {}
    for text in over:
        path, equals, what = text.partition("=")
        if not equals or not path.strip() or not what.strip():
            raise click.UsageError(
                f"--over {text!r} is not PATH=VALUES, such as 'decisions.expansion.at=day 10..60/10'"
            )
        space[path.strip()] = what.strip()
    try:
        if number is not None:
            return spread(space, number, how, seed)
        return grid({path: values(text) for path, text in space.items()})
    except ValueError as wrong:
        raise click.UsageError(f"--over: {wrong}") from None


def sweep_text(found: Sweep) -> str:
    """A table for people: a line a point, a column a measure, mean and 9 in 10 futures."""
    frame = found.frame
    measures = list(dict.fromkeys(frame["measure"]))
    head = [*(path_end(path, found.paths) for path in found.paths), *measures]
    keys = list(found.paths)
    rows = []
    for point, of_point in frame.groupby(keys, sort=False, dropna=False):
        cells = {row["measure"]: cell(row) for _, row in of_point.iterrows()}
        rows.append([*(str(value) for value in point), *(cells.get(measure, "-") for measure in measures)])
    points = len(rows)
    lines = aligned(head, rows[:MOST_LINES])
    if points > MOST_LINES:
        lines.append(f"... and {points - MOST_LINES} points more: --csv FILE has all")
    count = f"{found.replications} replication{'s' if found.replications > 1 else ''}"
    what = f"'{found.option}' at {points} points x {count}, the same futures at each: mean (range of 9 in 10 futures)"
    return "\n".join([what, "", *lines])


def path_end(path: str, paths: tuple[str, ...]) -> str:
    """The end of a path that tells it from the others."""
    parts = path.split(".")
    for n in range(1, len(parts)):
        end = ".".join(parts[-n:])
        if sum(other.endswith("." + end) for other in paths) == 1:
            return end
    return path


def cell(row: pd.Series) -> str:
    """Mean and range of a measure."""
    say = percent if row["unit"] == "share" else whole
    return f"{say(row['mean'])} ({say(row['p05'])}-{say(row['p95'])})"
