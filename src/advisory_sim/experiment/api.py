"""What a notebook calls: run a scenario, make a measure of one's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from advisory_sim.experiment.blocks import Replications
from advisory_sim.experiment.run import as_done, make_design, simulate, temporary_folder
from advisory_sim.experiment.study import Study
from advisory_sim.experiment.workers import executor

if TYPE_CHECKING:
    from advisory_sim.record.record import Record
    from advisory_sim.scenario.model import Scenario


def run(
    scenario: Scenario,
    *,
    replications: Replications | None = None,
    options: Sequence[str] | None = None,
    seed: int | None = None,
    inputs: str | None = None,
    workers: int = 1,
    progress: bool = True,
) -> Study:
    """Simulate a scenario's options.

    Parameters
    ----------
    scenario
        From `load`.
    replications, seed, inputs
        As in the file's `runs` where left out; replications may be `auto`, as many as the file's precision takes;
        inputs is `ranges` or `middle`.
    options
        Names of the options to simulate; all where left out.
    workers
        Processes; results are the same for any number. A script that asks for more than one must do so under
        `if __name__ == "__main__":`, as processes are started afresh.
    progress
        Whether to show a progress bar.

    Returns
    -------
    Study
        Shows itself as tables; its frames are tidy.
    """
    if replications not in (None, "auto") and not (isinstance(replications, int) and replications >= 1):
        raise ValueError(f"replications: {replications} is not a number from 1, or auto")
    design = make_design(scenario, None if options is None else list(options), replications, seed, inputs)
    folder = temporary_folder()
    with executor(workers) as pool, progress_bar(design.replications, shown=progress) as report:
        blocks = simulate(design, Path(folder.name), pool, report)
    return Study(scenario, as_done(design, blocks), blocks, keep=folder)


class progress_bar:  # noqa: N801  (used as a function)
    """A bar of replications done, on standard error; silent where that is not a terminal or a notebook."""

    def __init__(self, total: int, shown: bool = True) -> None:
        self.total, self.shown = total, shown

    def __enter__(self) -> Callable[[int], None]:
        if not self.shown:
            return lambda done: None
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self.bar = Progress(
            TextColumn("replications"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self.bar.start()
        task = self.bar.add_task("", total=self.total)
        return lambda done: self.bar.update(task, completed=done)

    def __exit__(self, *_: object) -> None:
        if self.shown:
            self.bar.stop()


def measure(unit: str = "") -> Callable[[Callable[[Record], float]], Callable[[Record], float]]:
    """Mark a function of a record as a measure with a unit, for `Study.measure`."""

    def mark(function: Callable[[Record], float]) -> Callable[[Record], float]:
        function.unit = unit  # type: ignore[attr-defined]
        return function

    return mark
