"""What `advisory-sim sweep` and `search` do: points from their arguments, a table, a file, a picture."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from advisory_sim.experiment.answer import aligned, percent, whole
from advisory_sim.experiment.asked import Told, plan_of
from advisory_sim.experiment.commands import check_places, compile_at_first, connected, keep_and_say
from advisory_sim.experiment.points import Points, grid, spread, values
from advisory_sim.experiment.resume import begun_folder
from advisory_sim.experiment.run import temporary_folder, write_whole
from advisory_sim.experiment.store import BLOCK_FOLDER
from advisory_sim.experiment.sweep import HEADLINES, Sweep, suitable_workers, sweep_asked, swept
from advisory_sim.experiment.workers import executor

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.experiment.resume import Begun
    from advisory_sim.experiment.search import Search
    from advisory_sim.scenario.model import Scenario

MOST_LINES = 60  # of the table on the terminal
FUTURES_OF_A_SEARCH = 1000  # a point, about
NO_DIFFERENCE = "No point differs from another: an option that moves a decision itself leaves no say to its `at`."


@dataclass(frozen=True)
class Place:
    """Where a command simulates and what it leaves: the options that `sweep` and `search` share.

    `workers` are processes here, `cluster` the address of a Dask scheduler; `out` is a folder to keep everything in,
    which `force` replaces and `resume` goes on with; `csv` and `figure` are files written besides.
    """

    workers: int | None = None
    cluster: str | None = None
    out: Path | None = None
    force: bool = False
    resume: bool = False
    csv: Path | None = None
    figure: Path | None = None

    def check(self) -> None:
        """Refuse what does not go together, or cannot be written, before the work is done.

        Raises
        ------
        UsageError
            With the reason.
        """
        check_places(self.csv, self.figure)
        if self.resume and self.force:
            raise click.UsageError(
                "--resume goes on with the run that is there, --force replaces it: give one of the two"
            )
        if self.out is None and (self.resume or self.force):
            raise click.UsageError(f"{'--resume' if self.resume else '--force'} needs --out, the folder")
        if self.workers is not None and self.cluster is not None:
            raise click.UsageError("--workers simulates here, --cluster there: give one of the two")

    @contextmanager
    def simulating(self, suitable: int) -> Iterator[Executor]:
        """The executor: of the cluster, else of processes here, `suitable` where their number is left out."""
        with connected(self.cluster) if self.cluster else executor(self.workers or suitable) as pool:
            yield pool

    @contextmanager
    def blocks(self, scenario: Scenario, begun: Begun) -> Iterator[Path]:
        """The folder of the blocks, closed to other commands meanwhile; without `out` one that is gone afterwards.

        Raises
        ------
        FolderError
            Where the folder's blocks are not of what is asked now.
        BadParameter
            Where the folder is there and may not be used, or cannot be made.
        """
        with ExitStack() as stack:
            if self.out is None:
                yield Path(stack.enter_context(temporary_folder()))
                return
            try:
                there = stack.enter_context(begun_folder(scenario, begun, self.out, self.force, self.resume))
            except OSError as problem:
                raise click.BadParameter(str(problem), param_hint="--out") from None
            folder = self.out / BLOCK_FOLDER
            if there is not None:
                count = len(list(folder.glob("*.arrow")))
                click.echo(f"resumed: {count} block{'s' if count != 1 else ''} of futures there", err=True)
            try:
                yield folder
            except KeyboardInterrupt:
                click.echo("what is done is kept; the same command with --resume goes on", err=True)
                raise

    def write(self, name: str, frame: pd.DataFrame, text: str) -> None:
        """Print the answer; leave it and the table in the folder, and the table where a file is named."""
        click.echo(text)
        table = frame.to_csv(index=False, lineterminator="\n").encode()
        if self.csv is not None:
            write_whole(self.csv, table)
        if self.out is not None:
            write_whole(self.out / f"{name}.csv", table)
            write_whole(self.out / "answer.txt", f"{text}\n".encode())
            click.echo(f"\nWritten to {self.out}: {name}.csv, answer.txt, and the futures in {BLOCK_FOLDER}/.")


def sweep_command(
    scenario: Scenario,
    over: list[str],
    number: int | None,
    how: str,
    option: str | None,
    measures: list[str],
    replications: int | None,
    seed: int | None,
    place: Place,
) -> None:
    """Simulate, print the table, and write what is asked for."""
    from advisory_sim.experiment.api import progress_bar

    place.check()
    points = points_of(over, number, how, scenario.runs.seed if seed is None else seed)
    with refusing():
        asked = sweep_asked(scenario, points, option, measures or HEADLINES, replications, seed, None)
    compile_at_first()
    with place.simulating(suitable_workers(len(points), asked.replications)) as pool:
        with refusing():
            varied = asked.prepared(pool)
        with (
            place.blocks(scenario, asked.begun) as folder,
            progress_bar(len(points), shown=sys.stderr.isatty()) as report,
        ):
            found = swept(asked, varied, folder, pool, report)
            place.write("sweep", found.frame, sweep_text(found))
    if place.figure is not None:
        from advisory_sim import plots

        plots.save(plots.swept(found), place.figure)


def search_command(what: Path, over: list[str], place: Place, **sought: Any) -> None:
    """Search, print what is known of each point and the answer, and write the table where it is asked for.

    Parameters
    ----------
    what
        A scenario file, or a run folder, which then keeps the answer.
    """
    from advisory_sim.experiment.search import search_asked, searched

    place.check()
    scenario = plan_of(what)
    if what.is_dir() and sought.get("seed") is not None:
        raise click.UsageError(f"--seed: {what} is the folder of a run, which has its seed")
    points = points_of(over, None, "", 0)
    with refusing():
        asked = search_asked(scenario, points, **sought)
    compile_at_first()
    with place.simulating(suitable_workers(len(points), FUTURES_OF_A_SEARCH)) as pool:
        with refusing():
            varied = asked.prepared(pool)
        with place.blocks(scenario, asked.begun) as folder:
            with refusing():
                found = searched(asked, varied, folder, pool)
            place.write("search", found.frame, search_text(found))
    if what.is_dir():
        keep_and_say(what, "search", {"of": over, **sought}, told(found), found.frame)


@contextmanager
def refusing() -> Iterator[None]:
    """What cannot be asked is the user's mistake."""
    try:
        yield
    except (KeyError, ValueError) as wrong:
        raise click.UsageError(str(wrong.args[0])) from None


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
    points = len(frame) // len(measures)  # one after another, each with all measures
    rows = []
    for point in range(min(points, MOST_LINES)):
        of_point = frame.iloc[point * len(measures) : (point + 1) * len(measures)]
        cells = {row["measure"]: cell(row) for _, row in of_point.iterrows()}
        values = (str(of_point[path].iloc[0]) for path in found.paths)
        rows.append([*values, *(cells.get(measure, "-") for measure in measures)])
    lines = aligned(head, rows)
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
