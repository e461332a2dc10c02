"""A block: some replications of every option, simulated together and kept in one file."""

from __future__ import annotations

import gc
import json
import pickle
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from advisory_sim.record.columns import SERIES

if TYPE_CHECKING:
    from pyarrow.ipc import IpcReadOptions, RecordBatchFileReader

    from advisory_sim.engine.drawn import Drawn
    from advisory_sim.engine.settings import Settings
    from advisory_sim.measures import Batch, Row
    from advisory_sim.scenario.model import Scenario
    from advisory_sim.scenario.quantities import HalfWidth

BLOCK = 25  # replications
Replications = int | Literal["auto"]


@dataclass(frozen=True)
class Design:
    """What is to be simulated: each option as a scenario of its own, and the seed that they share."""

    variants: tuple[tuple[str, Scenario], ...]
    cells: tuple[tuple[str, str], ...]
    seed: int
    replications: int  # where `precision` is asked: at most so many, until they are enough
    inputs: str
    precision: tuple[tuple[str, HalfWidth], ...] = ()  # what half of the interval of a measure may be

    @cached_property
    def packed(self) -> bytes:
        """The design as a process takes it in."""
        return pickle.dumps(self)

    @property
    def blocks(self) -> list[range]:
        """The replications of each block."""
        return [range(i, min(i + BLOCK, self.replications)) for i in range(0, self.replications, BLOCK)]


@contextmanager
def few_collections() -> Iterator[None]:
    """Let garbage lie for longer: there is little, and looking for it takes a tenth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(1_000_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@lru_cache(maxsize=16)
def compiled(packed: bytes) -> tuple[Design, list[Settings]]:
    """A packed design and its options' settings: made once in each process."""
    from advisory_sim.engine.settings import Settings

    with few_collections():
        design = pickle.loads(packed)
        return design, [Settings(scenario, list(design.cells)) for _, scenario in design.variants]


@few_collections()
def simulate_block(packed: bytes, replications: range) -> bytes:
    """Simulate every option of a packed design for these replications.

    Returns
    -------
    bytes
        Encoded arrays; for the i-th option: `values:i` (replications, rows); `daily:i:c` for the c-th cell
        (replications, series, days); `work:i` (replications, units x activities, 2, days); `cover:i` (replications,
        units, days), nan where closed; in seconds, `clock:i` (replications, 3: begin, expiry, consent), `effects:i`
        (replications, decisions), `entered:i` (replications, units, stages); over the mandate, in people, `hours:i`
        (replications, cells, hours of the day) on duty and `needed:i` (replications, pools, roles, hours of the day);
        with an academy `academy:i` (replications, 1 + groups, SCHOOL_SERIES, days).
    """
    arrays: dict[str, np.ndarray] = {}
    design, options = compiled(packed)
    for i, settings in enumerate(options):
        draws = (settings.draw(design.seed, r, design.inputs) for r in replications)
        batch, values = simulated(settings, draws)
        arrays |= {f"{name}:{i}": array for name, array in kept(batch).items()}
        arrays |= {f"daily:{i}:{c}": batch.daily[:, c] for c in range(len(batch.layout.cells))}
        arrays[f"values:{i}"] = values
    return encode(arrays)


def kept(batch: Batch) -> dict[str, np.ndarray]:
    """What a block keeps of an option beside its figures and the daily means of its cells."""
    mandate = batch.view("mandate")
    found = {
        "clock": np.stack([batch.begins, batch.expires, batch.consent], axis=1),
        "effects": batch.effects,
        "hours": mandate.people_by_hour(batch.on_duty_by_hour).astype(np.float32),
        "needed": mandate.people_by_hour(batch.demand_by_hour).astype(np.float32),
        "work": batch.work_daily,
        "cover": batch.shares,
        "entered": batch.entered,
    }
    return found if batch.layout.school is None else found | {"academy": batch.school_daily}


def simulated(settings: Settings, draws: Iterable[Drawn]) -> tuple[Batch, np.ndarray]:
    """Replications of an option side by side, and their figures, (replications, rows).

    Parameters
    ----------
    draws
        What each replication runs on, from `settings.draw`.
    """
    from advisory_sim.engine.simulation import replicate
    from advisory_sim.measures import figures, reviewed, stack
    from advisory_sim.measures.targets import targets_met

    with few_collections():
        batch = stack([replicate(drawn, reviewed) for drawn in draws])
    values = figures(batch)
    return batch, np.concatenate([values, targets_met(batch, settings.scenario, values)], axis=1)


def rows_of(design: Design, option: int) -> list[Row]:
    """What the columns of an option's values are of."""
    return rows_at(compiled(design.packed)[1][option])


def rows_at(settings: Settings) -> list[Row]:
    """What the columns of `simulated` are of."""
    from advisory_sim.measures import rows
    from advisory_sim.measures.targets import target_rows

    decisions = tuple(name for name, _ in settings.scenario.taken)
    return [*rows(settings.layout, decisions), *target_rows(settings.scenario)]


def encode(arrays: dict[str, np.ndarray]) -> bytes:
    """Arrays as one compressed Arrow stream of a single row; each can be read without the others."""
    import pyarrow as pa

    shapes = {name: array.shape for name, array in arrays.items()}
    columns = []
    for array in arrays.values():
        # From its buffer: what makes an array of a sequence reads pandas first, a third of a second.
        buffer, kind = pa.py_buffer(np.ascontiguousarray(array)), pa.from_numpy_dtype(array.dtype)
        flat = pa.Array.from_buffers(kind, array.size, [None, buffer])
        # A list of fixed length has no offsets, which would be packed as a buffer of their own.
        columns.append(pa.Array.from_buffers(pa.list_(kind, array.size), 1, [None], children=[flat]))
    batch = pa.RecordBatch.from_arrays(columns, names=list(arrays), metadata={"shapes": json.dumps(shapes)})
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)  # other workers have the other cores
    with pa.ipc.new_file(sink, batch.schema, options=options) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def decode(file: Path, names: Iterable[str]) -> dict[str, np.ndarray]:
    """The named arrays of a block's file, to be read only."""
    import pyarrow as pa

    names = list(names)
    shapes, places = contents(file, file.stat().st_mtime_ns)
    wanted = sorted(places[name] for name in names)
    options = pa.ipc.IpcReadOptions(included_fields=wanted, use_threads=len(wanted) > 1)
    batch = opened(file, options).get_batch(0)
    return {name: batch.column(name).values.to_numpy(zero_copy_only=False).reshape(shapes[name]) for name in names}


def daily_of(file: Path, option: int, groups: Iterable[Iterable[int]]) -> list[np.ndarray]:
    """Daily means of some groups of cells in one block, each (series, replications, days)."""
    groups = [list(cells) for cells in groups]
    names = {c: f"daily:{option}:{c}" for cells in groups for c in cells}
    arrays = decode(file, names.values())
    count, _, days = contents(file, file.stat().st_mtime_ns)[0][f"cover:{option}"]
    none = np.zeros((count, len(SERIES), days), np.float32)
    sums = (reduce(np.add, (arrays[names[c]] for c in cells)) if cells else none for cells in groups)
    return [each.transpose(1, 0, 2) for each in sums]


def opened(file: Path, options: IpcReadOptions | None = None) -> RecordBatchFileReader:
    """A block's file, to be read from memory.

    Not from the file: a reader of files asks another thread for each part, which takes longer than to read them all;
    and mapped, a file in use could not go everywhere.
    """
    import pyarrow as pa

    return pa.ipc.open_file(pa.py_buffer(file.read_bytes()), options=options)


@lru_cache(maxsize=4096)
def contents(file: Path, written: int) -> tuple[dict[str, list[int]], dict[str, int]]:
    """Shape and place of each array of a block's file, as it was `written` (nanoseconds)."""
    schema = opened(file).schema
    return json.loads(schema.metadata[b"shapes"]), {name: place for place, name in enumerate(schema.names)}


class Blocks:
    """The files of a design's blocks, in design order."""

    def __init__(self, files: list[Path]) -> None:
        self.files = files

    @property
    def replications(self) -> int:
        """How many there are of each option."""
        return sum(contents(file, file.stat().st_mtime_ns)[0]["values:0"][0] for file in self.files)

    def values(self, option: int) -> np.ndarray:
        """(replications, rows) of an option."""
        return self._joined(f"values:{option}")

    def clock(self, option: int) -> np.ndarray:
        """Begin, expiry and consent, (replications, 3) in seconds."""
        return self._joined(f"clock:{option}")

    def effects(self, option: int) -> np.ndarray:
        """When each decision took effect, (replications, decisions) in seconds."""
        return self._joined(f"effects:{option}")

    def entered(self, option: int) -> np.ndarray:
        """When each unit entered each stage of its plan of return, (replications, units, stages) in seconds."""
        return self._joined(f"entered:{option}")

    def hours(self, option: int) -> np.ndarray:
        """Mean number on duty by hour of the day over the mandate, (replications, cells, hours)."""
        return self._joined(f"hours:{option}")

    def needed(self, option: int) -> np.ndarray:
        """Mean number that activities need by hour of the day over the mandate, (replications, pools, roles, hours)."""
        return self._joined(f"needed:{option}")

    def _joined(self, name: str, dtype: type | None = None) -> np.ndarray:
        joined, done = np.empty(0), 0
        for array in self.each(name):  # each into its place: all of them beside their sum would take twice the room
            if not done:
                joined = np.empty((self.replications, *array.shape[1:]), dtype or array.dtype)
            joined[done : done + len(array)] = array
            done += len(array)
        return joined

    def each(self, name: str) -> Iterator[np.ndarray]:
        """An array block by block, as `simulate_block` keeps it: of what is added up, room for all takes long to make.

        It is not to be written to.
        """
        return (decode(file, [name])[name] for file in self.files)

    def daily(self, option: int, cells: Iterable[int]) -> np.ndarray:
        """Daily means of some cells together, (series, replications, days)."""
        cells = list(cells)
        return np.concatenate([daily_of(file, option, [cells])[0] for file in self.files], axis=1)

    def work(self, option: int) -> np.ndarray:
        """Served and lost by day, (units x activities, 2, replications, days)."""
        return self._joined(f"work:{option}", np.int32).transpose(1, 2, 0, 3)

    def academy(self, option: int) -> np.ndarray:
        """The academy at each day's end, (1 + groups, SCHOOL_SERIES, replications, days)."""
        return self._joined(f"academy:{option}").transpose(1, 2, 0, 3)

    def cover(self, option: int) -> np.ndarray:
        """Covered share of each day, (units, replications, days); nan where the unit was closed."""
        return self._joined(f"cover:{option}").transpose(1, 0, 2)
