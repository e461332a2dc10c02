"""A table beside the scenario, a CSV file or an Excel sheet -> rows of cells, each where it stands."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from advisory_sim.errors import Problem, letters
from advisory_sim.scenario.document import Position, scalar

LARGEST = 8 * 2**20  # bytes of a file
LARGEST_UNPACKED = 64 * 2**20  # bytes of a workbook's parts together
MOST_ROWS = 10_000
MOST_COLUMNS = 200
OLE = b"\xd0\xcf\x11\xe0"  # how an encrypted workbook begins, and one of Excel 97
DECIMAL_COMMA = re.compile(r"([-+]?\d+),(\d+)")


class Refused(Exception):  # noqa: N818  (caught where it is raised)
    """A file that cannot be read as a table; the text says why."""


class Cell(NamedTuple):
    """A cell's content, None where it is empty, and where it stands."""

    value: Any
    line: int
    column: int

    @property
    def text(self) -> str:
        """Its content as text."""
        return "" if self.value is None else str(self.value).strip()


@dataclass(frozen=True)
class Grid:
    """A table as it was read: its rows that hold something, the first of them the header."""

    file: str
    sheet: str  # empty for a CSV file
    rows: tuple[tuple[Cell, ...], ...]
    decimal_comma: bool = False

    @property
    def header(self) -> tuple[Cell, ...]:
        """The first row."""
        return self.rows[0]

    def position(self, cell: Cell) -> Position:
        """Where a cell stands."""
        return Position(cell.line, cell.column, self.file, self.sheet)

    def place(self, cell: Cell) -> str:
        """The same in words."""
        return f"in {letters(cell.column)}{cell.line}" if self.sheet else f"on line {cell.line}"

    def problem(self, cell: Cell, path: str, text: str) -> Problem:
        """A problem at a cell."""
        return Problem(cell.line, cell.column, path, text, self.file, self.sheet)

    def value(self, cell: Cell, comma: bool = False) -> Any:
        """A cell's content as a scenario's file would hold it: a number, true or false, else text.

        Parameters
        ----------
        comma
            Whether a comma before three digits, too, can only be a decimal one (of degrees).
        """
        if not isinstance(cell.value, str):
            return cell.value
        text = cell.text
        number = DECIMAL_COMMA.fullmatch(text) if self.decimal_comma else None
        if number is not None and (comma or len(number[2]) != 3):  # 1,200 may be a thousand and more
            text = f"{number[1]}.{number[2]}"
        found = scalar(text, plain=True)
        return text if found is None else found


def read_beside(folder: Path, name: str) -> bytes:
    """The content of a file in the scenario's folder or below it.

    Raises
    ------
    Refused
        If it lies elsewhere, is not there, not a file, not readable, or too large.
    """
    file = folder / name
    try:
        if Path(name).is_absolute() or not file.resolve().is_relative_to(folder.resolve()):
            raise Refused("it lies outside the scenario's folder; put it beside the scenario")
        if file.is_dir():
            raise Refused("it is a folder")
        size = file.stat().st_size
        if size > LARGEST:
            raise Refused(f"it is too large ({size:,} bytes; at most {LARGEST:,})")
        with file.open("rb") as stream:
            return stream.read(LARGEST + 1)
    except FileNotFoundError:
        raise Refused(f"there is no file {file}") from None
    except (OSError, ValueError, RuntimeError) as problem:
        raise Refused(f"it cannot be read: {getattr(problem, 'strerror', None) or problem}") from None


def read_grid(content: bytes, file: str, sheet: str, section: str) -> tuple[Grid | None, list[Problem]]:
    """A table's rows, or what is wrong with the file.

    Parameters
    ----------
    content
        Of a file that ends in .csv or .xlsx.
    file
        Its name in problems.
    sheet
        Of a workbook; empty: its only one, else the one called like the section.
    section
        Of the scenario: what the table is of.

    Raises
    ------
    Refused
        Where the file as a whole is not such a table.
    """
    grid, problems = (
        csv_grid(content, file, section) if file.endswith(".csv") else xlsx_grid(content, file, sheet, section)
    )
    if grid is not None and not grid.rows:
        raise Refused(f"{'sheet ' + grid.sheet if grid.sheet else 'it'} is empty")
    if grid is not None and len(grid.rows) - 1 > MOST_ROWS:
        raise Refused(f"it has {len(grid.rows) - 1:,} rows; at most {MOST_ROWS:,}")
    return (None if problems else grid), problems


def filled(rows: Iterable[tuple[Cell, ...]]) -> tuple[tuple[Cell, ...], ...]:
    """Rows that hold something."""
    return tuple(row for row in rows if any(cell.value is not None for cell in row))


# ---------------------------------------------------------------- CSV


def csv_grid(content: bytes, file: str, section: str) -> tuple[Grid | None, list[Problem]]:
    """A CSV file's rows; UTF-8, with commas, semicolons or tabs between cells, whichever its first line has most of."""

    def at(line: int, text: str) -> tuple[None, list[Problem]]:
        return None, [Problem(line, 1, section, text, file, "")]

    try:
        if b"\0" in content:
            raise Refused("it is not UTF-8 text: save it as 'CSV UTF-8'")
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        return at(content[: wrong.start].count(b"\n") + 1, "is not UTF-8 text: save the table as 'CSV UTF-8'")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=re.sub(r'"[^"]*"', "", first).count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)

    def rows() -> Iterator[tuple[Cell, ...]]:
        line = 1
        for number, row in enumerate(reader):
            if number > 2 * MOST_ROWS:
                raise Refused(f"it has more than {2 * MOST_ROWS:,} lines; at most {MOST_ROWS:,} rows")
            yield tuple(Cell(text.strip() or None, line, i + 1) for i, text in enumerate(row))
            line = reader.line_num + 1

    try:
        return Grid(file, "", filled(rows()), decimal_comma=delimiter == ";"), []
    except csv.Error as wrong:
        return at(reader.line_num, f"is not CSV: {wrong}")


# ---------------------------------------------------------------- Excel


def xlsx_grid(content: bytes, file: str, sheet: str, section: str) -> tuple[Grid | None, list[Problem]]:
    """A sheet's rows. Formulas, error values and merged cells are problems: what they stand for is not in the file."""
    sheets = {found.title: found for found in workbook(content).worksheets}
    if not sheet:
        same = [name for name in sheets if name.casefold() == section]
        if len(sheets) > 1 and len(same) != 1:
            raise Refused(f"it has the sheets {', '.join(sheets)}: say which, {Path(file).name}#SHEET")
        sheet = same[0] if len(sheets) > 1 else next(iter(sheets), "")
    if sheet not in sheets:
        from advisory_sim.scenario.reading import near

        raise Refused(f"it has no sheet '{sheet}'{near(sheet, list(sheets))}; sheets: {', '.join(sheets)}")
    found = sheets[sheet]
    if found.max_row > 2 * MOST_ROWS or found.max_column > MOST_COLUMNS:
        corner = f"{letters(found.max_column)}{found.max_row}"
        raise Refused(
            f"sheet {sheet} reaches to {corner}; at most {MOST_ROWS:,} rows and {MOST_COLUMNS} columns "
            "(delete the empty ones after the table)"
        )
    problems = [
        Problem(
            area.min_row, area.min_col, section, f"{area.coord} is merged; give each row its own cells", file, sheet
        )
        for area in found.merged_cells.ranges
    ]
    rows = []
    for row in found.iter_rows():
        cells = []
        for cell in row:
            if cell.data_type in ("f", "e"):
                what = "a formula; put its value there" if cell.data_type == "f" else f"the error {cell.value}"
                problems.append(Problem(cell.row, cell.column, section, f"holds {what}", file, sheet))
            cells.append(Cell(plain_value(cell.value), cell.row, cell.column))
        rows.append(tuple(cells))
    return Grid(file, sheet, filled(rows)), problems


def workbook(content: bytes) -> Any:
    """A workbook, if it is one, and not more than it seems."""
    if content.startswith(OLE):
        raise Refused("it has a password, or is of an old kind (.xls): save it as .xlsx without a password")
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise Refused("Excel files need openpyxl: pip install 'advisory-sim[excel]'") from None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > LARGEST_UNPACKED:
                raise Refused(f"it unpacks to more than {LARGEST_UNPACKED:,} bytes")
            for part in parts.infolist():
                if b"<!DOCTYPE" in parts.read(part):
                    raise Refused("it holds a document type, which no workbook does")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that hold no cells
            return load_workbook(io.BytesIO(content), keep_links=False)
    except zipfile.BadZipFile:
        raise Refused("it is not an Excel workbook") from None
    except Refused:
        raise
    except Exception as wrong:  # whatever a damaged file makes the library stumble over
        raise Refused(f"it is not an Excel workbook that can be read ({type(wrong).__name__}: {wrong})") from None


def plain_value(value: Any) -> Any:
    """A cell's content as YAML would hold it: whole numbers whole, dates as text; None where there is only blank."""
    if isinstance(value, float) and value == int(value):
        return int(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value).strip() or None
