"""Options x replications on any executor, block by block, in design order."""

from __future__ import annotations

import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from advisory_sim.experiment.blocks import Blocks, Design, Replications, contents, simulate_block
from advisory_sim.experiment.precision import Watch, asked_widths
from advisory_sim.experiment.workers import usable_cores, without_interrupt

if TYPE_CHECKING:
    from advisory_sim.scenario.model import Scenario

WORTH_A_PROCESS = 600  # replications over all options below which a second process costs more than it saves


def suitable_workers(design: Design) -> int:
    """As many workers as pay for their start."""
    if design.replications * len(design.variants) < WORTH_A_PROCESS:
        return 1
    return max(1, min(usable_cores(), len(design.blocks)))


def make_design(
    scenario: Scenario,
    options: list[str] | None = None,
    replications: Replications | None = None,
    seed: int | None = None,
    inputs: str | None = None,
) -> Design:
    """What a run of a scenario simulates; what is left out is as the file says.

    `auto` replications are as many as the file's precision takes, and at most `at_most`.

    Raises
    ------
    KeyError
        For an option that the scenario does not have.
    """
    from advisory_sim.scenario.rules_common import all_cells

    runs = scenario.runs
    names = list(scenario.options) if options is None else [name for name in scenario.options if name in options]
    for name in options or []:
        if name not in scenario.options:
            raise KeyError(name)
    number = runs.replications if replications is None else replications
    return Design(
        variants=tuple((name, scenario.for_option(name)) for name in names),
        cells=tuple(all_cells(scenario)),
        seed=runs.seed if seed is None else seed,
        replications=runs.at_most if number == "auto" else number,
        inputs=runs.inputs if inputs is None else inputs,
        precision=asked_widths(scenario) if number == "auto" else (),
    )


def block_file(folder: Path, replications: range) -> Path:
    """Where a block is kept."""
    return folder / f"block-{replications.start:07d}.arrow"


def write_whole(file: Path, content: bytes) -> None:
    """Write under another name, then rename: a file is there whole or not at all."""
    part = file.with_name(file.name + ".part")
    try:
        part.write_bytes(content)
        os.replace(part, file)
    except BaseException:  # Ctrl-C, too
        part.unlink(missing_ok=True)
        raise


def simulate(
    design: Design, folder: Path, pool: Executor, progress: Callable[[int], None] = lambda done: None
) -> Blocks:
    """Simulate a design, keeping each block in `folder` as it is done; blocks that are whole there stay as they are.

    Where a precision is asked, it ends with the block after which that is reached: since blocks are looked at in design
    order, this depends on nothing but their content.

    Parameters
    ----------
    folder
        Empty, or with blocks of the same design, of whatever number of replications.
    progress
        Called with the number of replications done, after each block.

    Returns
    -------
    Blocks
        The blocks in design order, whatever order they were finished in; `as_done` is what they are of.

    Raises
    ------
    Interrupted
        On Ctrl-C; it holds the blocks that are complete.
    """
    blocks = design.blocks
    futures: deque[Future | None] = deque()
    done: list[Path] = []
    watch = Watch(design) if design.precision else None
    try:
        with without_interrupt():  # the first of them begin processes
            futures.extend(
                None
                if is_whole(block_file(folder, replications), design, replications)
                else pool.submit(simulate_block, design.packed, replications)
                for replications in blocks
            )
        for replications in blocks:
            done.append(keep(folder, replications, futures.popleft()))  # once on disk, its result is let go of
            progress(replications.stop)
            if watch is not None and watch.enough(done[-1]):
                break
        cancel(futures)
    except KeyboardInterrupt:
        cancel(futures)
        raise Interrupted(Blocks(done), blocks[len(done) - 1].stop if done else 0) from None
    return Blocks(done)


def cancel(futures: Iterable[Future | None]) -> None:
    """Let go of work whose result nobody will ask for."""
    for future in futures:
        if future is not None:
            future.cancel()


def as_done(design: Design, blocks: Blocks) -> Design:
    """What was simulated of a design: of one that asks for a precision, as many replications as that took."""
    return replace(design, replications=design.blocks[len(blocks.files) - 1].stop) if design.precision else design


def keep(folder: Path, replications: range, future: Future | None) -> Path:
    """Write a block's result down; without one, it is there."""
    file = block_file(folder, replications)
    if future is not None:
        write_whole(file, future.result())
    return file


def is_whole(file: Path, design: Design, replications: range) -> bool:
    """Whether a file holds a block of these replications, of every option.

    A block is written under another name first, so a killed run leaves none in part; but a machine that lost power may,
    and the last block of a run that goes on to more replications is shorter than it has to be.
    """
    try:
        shapes, _ = contents(file, file.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError):  # pyarrow's errors of a damaged file are among them
        return False
    return all(shapes.get(f"values:{i}", [0])[0] == len(replications) for i in range(len(design.variants)))


class Interrupted(Exception):  # noqa: N818  (not an error: the user asked for it)
    """A run was broken off; what was done is kept."""

    def __init__(self, blocks: Blocks, replications: int) -> None:
        super().__init__(f"interrupted after {replications} replications")
        self.blocks, self.replications = blocks, replications


def temporary_folder() -> tempfile.TemporaryDirectory:
    """Where a study that was not asked to leave a folder keeps its blocks."""
    return tempfile.TemporaryDirectory(prefix="advisory-sim-")
