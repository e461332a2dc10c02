"""The long tables of a run as Parquet files: every figure of every future, and daily means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from advisory_sim.experiment.blocks import Blocks, Design, daily_of
from advisory_sim.experiment.estimate import mean_of_known, quantiles
from advisory_sim.experiment.study import KEYS
from advisory_sim.record.academy import SCHOOL_SERIES
from advisory_sim.record.columns import DAY, SERIES

if TYPE_CHECKING:
    import pyarrow as pa

    from advisory_sim.experiment.study import Study
    from advisory_sim.record.record import Layout

ROWS_AT_ONCE, ROOM = 2**20, 2**27  # so many rows, or bytes, of a table are worked on at once: not all replications


def write_tables(tables: Iterable[pa.Table], file: Path) -> None:
    """Options' tables of the same columns as one Parquet file (zstd), there whole or not at all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    part, writer = file.with_name(file.name + ".part"), None
    try:
        for table in tables:
            if writer is None:
                labels = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
                # Numbers seldom repeat, so a dictionary of them would cost more than it saves; and tables differ in
                # their options alone, so bounds of anything else would let no reader skip one.
                writer = pq.ParquetWriter(
                    part, table.schema, compression="zstd", use_dictionary=labels, write_statistics=["option"]
                )
            writer.write_table(table)
        if writer is not None:
            writer.close()
        part.replace(file)
    except BaseException:  # Ctrl-C, too
        if writer is not None:
            writer.close()
        part.unlink(missing_ok=True)
        raise


def repeated(labels: list[str], places: np.ndarray) -> pa.Array:
    """A text column of few different values."""
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32)), pa.array(labels, pa.string()))


def replications_tables(study: Study, option: str) -> Iterator[pa.Table]:
    """One row a replication and figure of an option: option, replication, measure, scope, name, window, value.

    Some replications at a time.
    """
    import pyarrow as pa

    rows, values = study.rows(option), study.values(option)
    words = [list(dict.fromkeys(row[i] for row in rows)) for i in range(len(KEYS))]
    places = []
    for i, labels in enumerate(words):
        known = {label: k for k, label in enumerate(labels)}
        places.append(np.array([known[row[i]] for row in rows], np.int32))
    n = max(1, ROWS_AT_ONCE // len(rows))
    for first in range(0, len(values), n):
        some = values[first : first + n]
        columns = {"option": repeated([option], np.zeros(some.size, np.int32))}
        columns["replication"] = pa.array(np.repeat(np.arange(first, first + len(some), dtype=np.int32), len(rows)))
        for key, labels, place in zip(KEYS, words, places, strict=True):
            columns[key] = repeated(labels, np.tile(place, len(some)))
        columns["value"] = pa.array(some.ravel())
        yield pa.table(columns)


def daily_table(design: Design, blocks: Blocks, option: int, layout: Layout) -> pa.Table:
    """One row a day, scope, name and series of an option: option, day, scope, name, series, mean, p05, p50, p95."""
    import pyarrow as pa

    labels: list[tuple[str, str, str]] = []
    found: list[np.ndarray] = []

    def take(scope: str, name: str, series: str, days: np.ndarray) -> None:
        labels.append((scope, name, series))
        found.append(np.stack([mean_of_known(days), *quantiles(days)]))

    # Blocks stay apart: room for all of them at once takes long to make.
    groups = [group for group in layout.groups if group[0] != "team-role"]
    size = 4 * blocks.replications * -(-design.variants[option][1].horizon_seconds // DAY)  # bytes of one series
    for some in parts(groups, ROOM // (size * len(SERIES))):
        strengths = [daily_of(file, option, [cells for _, _, cells in some]) for file in blocks.files]
        for (scope, name, _), of_blocks in zip(some, zip(*strengths, strict=True), strict=True):
            daily = np.concatenate(of_blocks, axis=1)
            for i, series in enumerate(SERIES):
                if series == "on_duty" and np.array_equal(daily[i], daily[i - 1]):  # no rota
                    labels.append((scope, name, series))
                    found.append(found[-1])
                else:
                    take(scope, name, series, daily[i])
    cover = f"cover:{option}"
    if layout.units:
        take(
            "mission",
            "",
            "coverage",
            np.concatenate([mean_of_known(days.transpose(1, 0, 2)) for days in blocks.each(cover)]),
        )
    for units in parts(range(len(layout.units)), ROOM // size):
        covers = [days[:, units[0] : units[-1] + 1] for days in blocks.each(cover)]
        for i, unit in enumerate(units):
            take("unit", layout.units[unit], "coverage", np.concatenate([days[:, i] for days in covers]))
    if layout.school is not None:
        academy = blocks.academy(option)
        for g, group in enumerate(("", *layout.school.groups)):
            for s, series in enumerate(SCHOOL_SERIES):
                take("group" if group else "academy", group, series, academy[g, s])
    days = found[0].shape[1]
    columns = {
        "option": repeated([design.variants[option][0]], np.zeros(days * len(labels), np.int32)),
        "day": pa.array(np.tile(np.arange(days, dtype=np.int32), len(labels))),
    }
    for i, key in enumerate(("scope", "name", "series")):
        words = list(dict.fromkeys(label[i] for label in labels))
        columns[key] = repeated(words, np.repeat([words.index(label[i]) for label in labels], days))
    for i, key in enumerate(("mean", "p05", "p50", "p95")):
        columns[key] = pa.array(np.concatenate([values[i] for values in found]).astype(np.float32))
    return pa.table(columns)


def parts(whole: Sequence, size: int) -> Iterator[Sequence]:
    """So many of a sequence at a time, at least one."""
    size = max(1, size)
    return (whole[first : first + size] for first in range(0, len(whole), size))
