"""What `advisory-sim sweep` and `search` do: points from their arguments, a table, a file, a picture."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from advisory_sim.experiment.answer import aligned, percent, whole
from advisory_sim.experiment.asked import Told, plan_of
from advisory_sim.experiment.commands import announce_compiling, check_places, keep_and_say
from advisory_sim.experiment.points import Points, grid, spread, values
from advisory_sim.experiment.run import write_whole
from advisory_sim.experiment.sweep import HEADLINES, Sweep, number_of, suitable_workers, sweep

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.experiment.search import Search
    from advisory_sim.scenario.model import Scenario

MOST_LINES = 60  # of the table on the terminal
NO_DIFFERENCE = "No point differs from another: an option that moves a decision itself leaves no say to its `at`."


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

    check_places(csv, figure)
    points = points_of(over, number, how, scenario.runs.seed if seed is None else seed)
    try:
        asked = number_of(scenario, replications)
    except ValueError as wrong:
        raise click.UsageError(str(wrong)) from None
    announce_compiling()
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


def search_command(what: Path, over: list[str], csv: Path | None, workers: int | None, **asked: Any) -> None:
    """Search, print what is known of each point and the answer, and write the table where it is asked for.

    Parameters
    ----------
    what
        A scenario file, or a run folder, which then keeps the answer.
    """
    from advisory_sim.experiment.search import search

    check_places(csv)
    scenario = plan_of(what)
    if what.is_dir() and asked.get("seed") is not None:
        raise click.UsageError(f"--seed: {what} is the folder of a run, which has its seed")
    points = points_of(over, None, "", 0)
    announce_compiling()
    try:
        found = search(scenario, points, workers=workers or suitable_workers(points, 1000), **asked)
    except (KeyError, ValueError) as wrong:
        raise click.UsageError(str(wrong.args[0])) from None
    click.echo(search_text(found))
    if csv is not None:
        write_whole(csv, found.frame.to_csv(index=False, lineterminator="\n").encode())
    if what.is_dir():
        keep_and_say(what, "search", {"of": over, **asked}, told(found), found.frame)


def search_text(found: Search) -> str:
    """What is known of each point, and the answer."""
    said = told(found)
    return "\n".join([*said.lines, "", *said.sentences])


def told(found: Search) -> Told:
    """The answer as a reader meets it."""
    frame, paths = found.frame, tuple(found.points[0])
    head = [*(path_end(path, paths) for path in paths), "", "futures"]
    shares = "share" in frame
    head += ["met in", "chance between"] if shares else ["mean"]
    rows = []
    for row in frame.to_dict("records"):
        cells = [*(str(row[path]) for path in paths), row["verdict"], f"{row['replications']:,}"]
        if shares:
            cells += [percent(row["share"]), f"{percent(row['at_least'])} and {percent(row['at_most'])}"]
        else:
            cells += [f"{row['mean']:,.4g}"]
        rows.append(cells)
    sentences = [found.sentence]
    if len(rows) > 1 and not shares and frame["mean"].nunique() == 1:
        sentences.append(NO_DIFFERENCE)
    return Told(
        title="Which plan is " + ("enough?" if shares else "best?"),
        about=f"'{found.option}' with other values at {', '.join(paths)}, the same futures for all",
        head=tuple(head),
        rows=tuple(map(tuple, rows)),
        notes=(),
        sentences=tuple(sentences),
    )


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
    if points > 1 and (frame.groupby("measure")["mean"].nunique() <= 1).all():
        lines += ["", NO_DIFFERENCE]
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
