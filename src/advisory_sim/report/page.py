"""The page: a report set in HTML, and written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from advisory_sim.errors import FolderError
from advisory_sim.experiment.run import write_whole
from advisory_sim.report.content import report_of
from advisory_sim.report.parts import Report
from advisory_sim.report.results import Results

MARK = '<meta name="generator" content="advisory-sim'  # by which an earlier report is known


def page(report: Report) -> str:
    """A report as one HTML file that needs nothing else."""
    environment = Environment(
        loader=PackageLoader("advisory_sim", "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html").render(report=report)


def write_report(results: Results, file: Path) -> None:
    """Write the report of a run's results.

    Raises
    ------
    FolderError
        Where the file may not be written: it is there and is no report, or the place takes no file.
    """
    refuse_what_is_no_report(file)
    content = page(report_of(results)).encode("utf-8")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, content)
    except OSError as wrong:
        raise FolderError(f"{file} cannot be written: {wrong.strerror}") from None


def refuse_what_is_no_report(file: Path) -> None:
    """An earlier report may be replaced, nothing else."""
    if file.is_dir():
        raise FolderError(f"{file} is a folder; name a file")
    if file.exists() and MARK.encode() not in file.read_bytes()[:2000]:
        raise FolderError(f"{file} is there and is no report; it is left alone")
