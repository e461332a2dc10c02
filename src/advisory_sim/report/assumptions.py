"""Every figure that the plan rests on, the least known first."""

from __future__ import annotations

from dataclasses import dataclass

from advisory_sim.report.parts import Cell, Group, Section, row, table
from advisory_sim.report.results import Results
from advisory_sim.scenario.figures import Figure, figures

GRADES = {
    "assumed": "Assumed: no source gives it",
    "expert": "Expert: judgement of somebody who knows the field",
    "published": "Published: read in a source",
    "measured": "Measured: counted in this mission or in one like it",
}


@dataclass(frozen=True)
class Known:
    """How a figure is known."""

    grade: str
    source: str


@dataclass(frozen=True)
class Entry:
    """A line of the table: what stands in one record of the file, or alike in several."""

    known: Known
    values: str
    paths: tuple[str, ...]
    is_range: bool


def entries(found: list[Figure], preset: str) -> list[Entry]:
    """Figures put together by the record in which they stand, and records that say the same."""
    records: dict[tuple[Known, str], dict[str, list[str]]] = {}
    for figure in found:
        path, _, key = figure.path.rpartition(".")
        source = figure.source or "no source given"
        known = Known(figure.grade, f"{source} (preset '{preset}')" if figure.origin == "preset" else source)
        records.setdefault((known, path), {}).setdefault(key, []).append(figure.text)
    alike: dict[tuple[Known, str], list[str]] = {}
    for (known, path), values in records.items():
        text = "; ".join(f"{key} {', '.join(texts)}" for key, texts in values.items())
        alike.setdefault((known, text), []).append(path)
    return [Entry(known, text, tuple(paths), "between" in text) for (known, text), paths in alike.items()]


def assumptions(results: Results) -> Section:
    """The figures by grade: assumed first, and of each grade first what is a range."""
    found = figures(results.scenario)
    lines = entries(found, results.scenario.preset)
    groups = []
    for grade, meaning in GRADES.items():
        mine = sorted((line for line in lines if line.known.grade == grade), key=lambda line: not line.is_range)
        if mine:
            number = sum(figure.grade == grade for figure in found)
            ranges = sum(figure.grade == grade and figure.is_range for figure in found)
            drawn = f", {ranges} as a range" if ranges else ""
            heading = Cell(f"{meaning}. {number} figure{'s' * (number != 1)}{drawn}")
            rows = tuple(row(", ".join(line.paths), line.values, line.known.source) for line in mine)
            groups.append(Group(rows, heading))
    return Section(
        "assumptions",
        "What it rests on",
        paragraphs=(
            f"The plan rests on {len(found)} figures, here as the file writes them and under its own names.",
            "between(least most) or between(least likeliest most) is what nobody knows yet: it is drawn once a future "
            "and shared by all whom it concerns. triangular and pert(least likeliest most), uniform(least most), "
            "exponential(mean) and lognormal(mean, standard deviation) are the luck of each by himself.",
        ),
        tables=(
            table("Figures by how they are known, the least known first", "setting | value | source", *groups,
                  kind="words"),
        ),
    )  # fmt: skip
