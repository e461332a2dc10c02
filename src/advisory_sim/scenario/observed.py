"""Columns of seen durations: `empirical(FILE.csv COLUMN)` with the numbers of the column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from advisory_sim.errors import Problem
from advisory_sim.scenario import reading
from advisory_sim.scenario.document import Document, Path_, dotted, scalar
from advisory_sim.scenario.quantities import Observed
from advisory_sim.scenario.sheets import Grid, Refused, read_beside, read_grid

OF_A_FILE = re.compile(r"\s*empirical\s*\(\s*(?P<file>[^\s,()]+)(?:\s*,\s*|\s+)(?P<column>[^()]+?)\s*\)[^()]*")
WORDS = ("title", "currency", "sources")  # hold text, no durations


def read_columns(document: Document) -> list[Problem]:
    """Give every text of the document that names a column its numbers; returns what is wrong with them."""
    problems: list[Problem] = []
    grids: dict[str, Grid] = {}
    settings = {key: value for key, value in document.tree.items() if key not in WORDS}
    for path, holder, key, text in list(named_columns((), settings)):
        match = OF_A_FILE.fullmatch(text)
        if match is None or isinstance(scalar(match["file"], plain=True), int | float):
            continue
        name, column = match["file"], match["column"]
        try:
            if name not in grids:
                grids[name], wrong = grid_of(document, path, name)
                problems += wrong
            numbers, wrong = numbers_of(grids[name], column, path)
            problems += wrong
        except Refused as why:
            problems.append(document.problem(path, f"found {reading.found(text)}; {why}"))
            wrong, numbers = problems, ()
        if wrong or not numbers:
            document.refused.add(path)
            numbers = (1.0,)
        holder[key] = Observed.of(text, numbers)
    return problems


def named_columns(path: Path_, node: Any) -> Iterator[tuple[Path_, Any, Any, str]]:
    """Texts with a column of a file in them that has not been read: path, what holds it, its key in there, itself."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        if isinstance(value, str) and not isinstance(value, Observed) and "empirical" in value:
            yield (*path, key), node, key, value
        else:
            yield from named_columns((*path, key), value)


def grid_of(document: Document, path: Path_, name: str) -> tuple[Grid, list[Problem]]:
    """A file's table.

    Raises
    ------
    Refused
        Where it is none.
    """
    if not name.endswith(".csv"):
        raise Refused("allowed: a column of a CSV file, empirical(FILE.csv COLUMN), or numbers, empirical(12 30 45)")
    folder = Path(document.file).parent
    content = read_beside(folder, name)
    grid, problems = read_grid(content, str(folder / name), "", dotted(path))
    document.beside[Path(name).as_posix()] = content
    return grid or Grid(str(folder / name), "", ()), problems


def numbers_of(grid: Grid, column: str, path: Path_) -> tuple[tuple[float, ...], list[Problem]]:
    """A column's numbers; empty cells are left out.

    Raises
    ------
    Refused
        Where there is no such column, or nothing in it.
    """
    if not grid.rows:
        return (), []
    names = [cell.text for cell in grid.header]
    if names.count(column) != 1:
        why = "no" if column not in names else "more than one"
        hint = "" if column in names else reading.near(column, names)
        raise Refused(f"{grid.file} has {why} column '{column}'{hint}; its columns: {', '.join(names)}")
    place = names.index(column)
    numbers, problems = [], []
    for row in grid.rows[1:]:
        cell = row[place] if place < len(row) else None
        if cell is None or cell.value is None:
            continue
        value = grid.value(cell)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            problems.append(
                grid.problem(cell, dotted(path), f"found {reading.found(value)}; allowed: a number from 0, or nothing")
            )
        else:
            numbers.append(float(value))
    if not numbers and not problems:
        raise Refused(f"column '{column}' of {grid.file} is empty")
    return tuple(numbers), problems
