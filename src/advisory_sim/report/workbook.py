"""The workbook: a run's results as one Excel file, figures in full, text as text, equal bytes for equal runs."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from advisory_sim.errors import FolderError
from advisory_sim.experiment.run import write_whole
from advisory_sim.report.results import Results
from advisory_sim.report.sheets import sheets_of

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from advisory_sim.report.sheets import Sheet, Value

CREATOR = "advisory-sim"  # by which an earlier workbook is known
LONGEST_TEXT = 32_767  # characters that a cell holds
EPOCH = (1980, 1, 1, 0, 0, 0)  # of all parts of the file, so that equal runs make equal bytes
STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
NARROWEST, WIDEST = 8, 60  # characters of a column
AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how texts begin that a spreadsheet may take for a formula


def write_workbook(results: Results, file: Path) -> None:
    """Write the workbook of a run's results.

    Raises
    ------
    FolderError
        Where openpyxl is missing, or the file may not be written: it is there and no workbook of a run, or the place
        takes no file.
    """
    require_openpyxl()
    refuse_what_is_no_workbook(file)
    content = workbook(results)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, content)
    except OSError as wrong:
        raise FolderError(f"{file} cannot be written: {wrong.strerror}") from None


def require_openpyxl() -> None:
    """Refuse, before the work, what cannot be written."""
    try:
        import openpyxl  # noqa: F401
    except ImportError:
        raise FolderError("--xlsx needs openpyxl: pip install 'advisory-sim[excel]'") from None


def refuse_what_is_no_workbook(file: Path) -> None:
    """An earlier workbook of a run may be replaced, nothing else."""
    if file.is_dir():
        raise FolderError(f"{file} is a folder; name a file")
    if not file.exists():
        return
    try:
        with zipfile.ZipFile(file) as parts:
            ours = f">{CREATOR}<".encode() in parts.read("docProps/core.xml")
    except (zipfile.BadZipFile, KeyError, OSError):
        ours = False
    if not ours:
        raise FolderError(f"{file} is there and is no workbook of a run; it is left alone")


def workbook(results: Results) -> bytes:
    """The workbook's bytes."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = CREATOR
    book.properties.title = printable(results.about.title)
    for sheet in sheets_of(results):
        set_sheet(book.create_sheet(sheet.name), sheet)
    stream = io.BytesIO()
    book.save(stream)
    return without_time(stream.getvalue())


def set_sheet(page: Worksheet, sheet: Sheet) -> None:
    """Write a sheet: its notes, the header, its rows; frozen, filtered and made ready to print below the header."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for note in sheet.notes:
        page.append([None])
        put(page, page.max_row, 1, note)
        page.cell(page.max_row, 1).font = Font(italic=True)
    head = len(sheet.notes) + 1
    for column, name in enumerate(sheet.columns, 1):
        put(page, head, column, name)
        cell = page.cell(head, column)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE6EE")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for line, row in enumerate(sheet.rows, head + 1):
        for column, value in enumerate(row, 1):
            put(page, line, column, value)
            if isinstance(value, str) and len(value) > WIDEST:
                page.cell(line, column).alignment = Alignment(wrap_text=True, vertical="top")
    last = get_column_letter(len(sheet.columns))
    for column, name in enumerate(sheet.columns):
        longest = max((len(shown(row[column])) for row in sheet.rows), default=0)
        widest_word = max(map(len, name.split()), default=0)
        width = min(max(longest, widest_word + 3, NARROWEST), WIDEST)
        page.column_dimensions[get_column_letter(column + 1)].width = width + 1
    page.freeze_panes = f"{get_column_letter(sheet.names + 1)}{head + 1}"
    if sheet.rows:
        page.auto_filter.ref = f"A{head}:{last}{head + len(sheet.rows)}"
    page.print_title_rows = f"{head}:{head}"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.oddFooter.center.text = "&A, page &P of &N"


def put(page: Worksheet, line: int, column: int, value: Value) -> None:
    """Write a cell: a text stays text whatever it begins with, a number keeps all its digits."""
    cell = page.cell(line, column)
    if isinstance(value, str):
        cell.value = printable(value)
        cell.data_type = "s"
        if value.startswith(AS_FORMULA):
            cell.quotePrefix = True
    elif value is not None:
        cell.value = value.value
        if isinstance(value.value, float):
            cell.value, cell.data_type = repr(value.value), "n"  # all 17 digits, where the library would write 16
        cell.number_format = value.format


def shown(value: Value) -> str:
    """About as much text as a cell shows."""
    if value is None or isinstance(value, str):
        return value or ""
    return f"{value.value:,.1f}" if isinstance(value.value, int | float) else "31 Dec 2010"


def printable(text: str) -> str:
    """A text without the characters that a workbook cannot hold, and no longer than a cell."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    clean = re.sub(r"[\ud800-\udfff\ufffe\uffff]", "\ufffd", ILLEGAL_CHARACTERS_RE.sub("\ufffd", text))
    return clean if len(clean) <= LONGEST_TEXT else clean[: LONGEST_TEXT - 1] + "…"


def without_time(content: bytes) -> bytes:
    """A workbook's bytes with nothing in them of when they were made."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as made, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as parts:
        for name in made.namelist():
            part = made.read(name)
            if name == "docProps/core.xml":
                part = STAMP.sub(rb"\g<1>1980-01-01T00:00:00Z", part)
            about = zipfile.ZipInfo(name, EPOCH)
            about.compress_type = zipfile.ZIP_DEFLATED
            parts.writestr(about, part)
    return stream.getvalue()
