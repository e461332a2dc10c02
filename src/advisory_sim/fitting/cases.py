"""A table of past deployments -> cases, or everything that is wrong with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from advisory_sim.errors import Problem, ScenarioError
from advisory_sim.record.columns import WHY_LEFT
from advisory_sim.scenario.document import name_problem
from advisory_sim.scenario.reading import found, near, read_date
from advisory_sim.scenario.sheets import LARGEST, Cell, Grid, Refused, read_grid

if TYPE_CHECKING:
    import pandas as pd

STEPS = ("nominated", "selected", "arrived", "left")
OPTIONAL = ("post", "role", "mission", "planned_end", "reason")
DATES = (*STEPS, "planned_end")
END_OF_TOUR, EARLY, WITHDRAWN = "end of tour", "early departure", "withdrawn"
REASONS = (*WHY_LEFT, WITHDRAWN)
UNNAMED = "adviser"  # the role of a table that names none
FRAME = "frame.csv"  # the name in problems of a table that is no file
DATE = "a date such as 2010-07-22"


@dataclass(frozen=True)
class Case:
    """One nomination and what became of it; None: not yet."""

    role: str
    nominated: dt.date
    selected: dt.date | None
    arrived: dt.date | None
    left: dt.date | None  # the mission; of who never arrived, when the candidate was lost
    planned_end: dt.date | None
    why: str  # he left: a reason of the record's, `withdrawn`, or empty: not left, or not told


@dataclass(frozen=True)
class Table:
    """The cases of a table, seen up to a date; what is not there then is open."""

    name: str
    as_of: dt.date
    as_of_given: bool
    cases: tuple[Case, ...]
    tells_how_left: bool  # whether there is a column that tells early departures from ends as planned
    repeated: int  # rows like one before them, where nothing tells whose they are


def read_table(file: str | Path | pd.DataFrame, as_of: dt.date | None = None) -> Table:
    """Read a table of deployments, CSV or Excel.

    Parameters
    ----------
    file
        FILE.csv, FILE.xlsx or FILE.xlsx#SHEET; of a workbook its only sheet, else the one called `deployments`. Or a
        frame, with dates or their text.
    as_of
        The date up to which the table tells what happened; left out, its latest date.

    Raises
    ------
    ScenarioError
        With everything that is wrong with it, each at its line and column, or sheet and cell.
    """
    name, _, sheet = (str(file) if isinstance(file, str | Path) else FRAME).partition("#")
    try:
        if not name.endswith((".csv", ".xlsx")):
            raise Refused("allowed: a table, FILE.csv, FILE.xlsx or FILE.xlsx#SHEET")
        if sheet and name.endswith(".csv"):
            raise Refused("a CSV file has no sheets")
        content = content_of(Path(name)) if isinstance(file, str | Path) else file.to_csv(index=False).encode()
        grid, problems = read_grid(content, name, sheet, "deployments")
    except Refused as why:
        raise ScenarioError([Problem(0, 0, "", str(why), name, "")]) from None
    if grid is None:
        raise ScenarioError(problems)
    columns, problems = columns_of(grid)
    if len(grid.rows) == 1:
        problems.append(grid.problem(grid.header[0], "", "has no row below its header"))
    if problems:
        raise ScenarioError(problems)
    rows = [Row(grid, columns, cells) for cells in grid.rows[1:]]
    latest = max((row.dates[step][1] for row in rows for step in STEPS if step in row.dates), default=None)
    until = as_of or latest or dt.date.min
    for row in rows:
        row.check(until)
        problems += row.problems
    repeated, twice = repeated_rows(grid, columns)
    problems += twice
    if problems:
        raise ScenarioError(problems)
    cases = tuple(row.case() for row in rows)
    called = Path(name).name if isinstance(file, str | Path) else "a frame"
    tells = bool({"planned_end", "reason"} & set(columns))
    return Table(called, until, as_of is not None, cases, tells, repeated)


def content_of(file: Path) -> bytes:
    """The bytes of a file that is not too large."""
    try:
        if file.stat().st_size > LARGEST:
            raise Refused(f"it is too large; at most {LARGEST:,} bytes")
        return file.read_bytes()
    except FileNotFoundError:
        raise Refused("there is no such file") from None
    except OSError as problem:
        raise Refused(f"it cannot be read: {problem.strerror}") from None


def plain_name(cell: Cell) -> str:
    """A header as a column's name: small letters, `_` for blanks."""
    return "_".join(cell.text.casefold().split())


def columns_of(grid: Grid) -> tuple[dict[str, Cell], list[Problem]]:
    """The header's cells by the column that each heads; columns of other names are the table's own affair."""
    columns: dict[str, Cell] = {}
    own, problems = [], []
    for cell in grid.header:
        name = plain_name(cell)
        if name not in (*STEPS, *OPTIONAL):
            own += [cell.text] if cell.text else []
        elif name in columns:
            problems.append(
                grid.problem(cell, "", f"column '{name}' is given twice; first {grid.place(columns[name])}")
            )
        else:
            columns[name] = cell
    for name in STEPS:
        if name not in columns:
            there = ", ".join(cell.text for cell in grid.header if cell.text)
            text = f"has no column '{name}'{near(name, own)}; its columns: {there}"
            problems.append(grid.problem(grid.header[0], "", text))
    return columns, problems


class Row:
    """One row while it is read: its cells, its dates, what is wrong with them."""

    def __init__(self, grid: Grid, columns: dict[str, Cell], cells: tuple[Cell, ...]) -> None:
        self.grid, self.line = grid, cells[0].line
        by_column = {cell.column: cell for cell in cells}
        self.cells = {
            name: by_column.get(head.column, Cell(None, self.line, head.column)) for name, head in columns.items()
        }
        self.problems: list[Problem] = []
        self.unread: set[str] = set()
        self.dates = dict(self._read_dates())

    def text(self, name: str) -> str:
        """A cell's text; empty where the table has no such column."""
        return self.cells[name].text if name in self.cells else ""

    def date(self, name: str) -> dt.date | None:
        """The date of a column, if it is there."""
        return self.dates[name][1] if name in self.dates else None

    def wrong(self, name: str, text: str) -> None:
        """Note a problem with the cell of a column."""
        self.problems.append(self.grid.problem(self.cells[name], name, text))

    def _read_dates(self) -> Iterator[tuple[str, tuple[Cell, dt.date]]]:
        for name in DATES:
            cell = self.cells.get(name)
            if cell is None or not cell.text:
                continue
            try:
                if isinstance(cell.value, bool):
                    raise ValueError(f"found {found(cell.value)}; allowed: {DATE}")
                yield name, (cell, read_date(cell.text))
            except ValueError as problem:
                self.unread.add(name)
                self.wrong(name, str(problem))

    def check(self, as_of: dt.date) -> None:
        """Note what the row's cells contradict."""
        lost = "left" in self.dates and "arrived" not in self.dates | dict.fromkeys(self.unread)
        if "nominated" not in self.dates and "nominated" not in self.unread:
            self.wrong("nominated", "is empty; a case begins with its nomination")
        if "arrived" in self.dates and "selected" not in self.dates and "selected" not in self.unread:
            self.wrong("selected", "is empty, though arrived is given")
        there = [name for name in STEPS if name in self.dates]
        for before, name in pairwise(there):
            if self.dates[name][1] < self.dates[before][1]:
                self.wrong(name, f"{self.date(name)} is before {before}, {self.date(before)}")
        arrived, planned = self.date("arrived"), self.date("planned_end")
        if arrived is not None and planned is not None and planned <= arrived:
            self.wrong("planned_end", f"{planned} is not after arrived, {arrived}")
        for name in there:
            if self.dates[name][1] > as_of:
                self.wrong(name, f"{self.date(name)} is after {as_of}, up to which the table is read")
        self._check_reason(lost)
        role = self.text("role")
        if "role" in self.cells:
            why = name_problem(role) if role else "is empty; every case has a role, or the table no such column"
            if why is not None:
                self.wrong("role", why)

    def _check_reason(self, lost: bool) -> None:
        reason = self.reason
        if reason and reason not in REASONS:
            hint = near(reason, REASONS)
            self.wrong("reason", f"found {found(self.text('reason'))}{hint}; allowed: {', '.join(REASONS)}, and after "
                                 "a colon what you like")  # fmt: skip
        elif reason and "left" not in self.dates and "left" not in self.unread:
            self.wrong("reason", f"found {found(reason)}, though left is empty")
        elif reason == WITHDRAWN and not lost and "arrived" in self.dates:
            self.wrong("reason", f"found {found(reason)}, though arrived is given")
        elif reason and reason != WITHDRAWN and lost:
            self.wrong("reason", f"found {found(reason)}, though arrived is empty; allowed: {WITHDRAWN}")
        elif (
            not reason and {"left", "arrived"} <= set(self.dates)
            and {"planned_end", "reason"} & set(self.cells) and not {"planned_end"} & (set(self.dates) | self.unread)
        ):  # fmt: skip
            column = "reason" if "reason" in self.cells else "planned_end"
            self.wrong(column, "is empty, though left is given: whether he left early cannot be told")

    @property
    def reason(self) -> str:
        """Why he left, without what the table adds after a colon."""
        return self.text("reason").partition(":")[0].strip().casefold()

    def case(self) -> Case:
        """The case, once nothing is wrong with the row."""
        left, planned, why = self.date("left"), self.date("planned_end"), self.reason
        if left is not None and not why and self.date("arrived") is None:
            why = WITHDRAWN
        elif left is not None and not why and planned is not None:
            why = EARLY if left < planned else END_OF_TOUR
        nominated = self.date("nominated")
        assert nominated is not None
        return Case(
            self.text("role") or UNNAMED, nominated, self.date("selected"), self.date("arrived"), left, planned, why
        )


def repeated_rows(grid: Grid, columns: dict[str, Cell]) -> tuple[int, list[Problem]]:
    """How many rows are like one before them; problems where a column says whose they are: a post, a name."""
    first: dict[tuple[str, ...], Cell] = {}
    twice, problems = 0, []
    tells = "post" in columns or any(cell.text and plain_name(cell) not in columns for cell in grid.header)
    for row in grid.rows[1:]:
        content = tuple(cell.text for cell in row)
        if content not in first:
            first[content] = row[0]
        elif tells:
            problems.append(grid.problem(row[0], "", f"the row is the same as that {grid.place(first[content])}"))
        else:
            twice += 1
    return twice, problems
