"""The parts that a report is built from: frozen, and nothing in them but text."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

LONG = 24  # rows that a page holds for certain; a longer table may break between rows


@dataclass(frozen=True)
class Cell:
    """A figure or a few words, and what stands below it in small print."""

    text: str
    small: str = ""


@dataclass(frozen=True)
class Group:
    """Rows under a heading of their own, or under none; the first cell of a row is its name."""

    rows: tuple[tuple[Cell, ...], ...]
    heading: Cell | None = None


@dataclass(frozen=True)
class Table:
    """A table with its caption; `kind` is `figures` (numbers to the right) or `words`."""

    caption: str
    columns: tuple[Cell, ...]
    groups: tuple[Group, ...]
    notes: tuple[str, ...] = ()
    kind: str = "figures"

    @property
    def is_long(self) -> bool:
        """Whether it may need more than a page."""
        return sum(len(group.rows) + (group.heading is not None) for group in self.groups) > LONG


@dataclass(frozen=True)
class Picture:
    """A figure with its caption; the drawing itself carries what it says for whoever does not see it."""

    drawing: Markup
    caption: str


@dataclass(frozen=True)
class Section:
    """A part of the page under a heading: paragraphs, numbered sentences, points, tables, pictures, in this order."""

    name: str
    title: str
    paragraphs: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class Report:
    """A whole report."""

    title: str
    dateline: str
    alerts: tuple[str, ...]
    sections: tuple[Section, ...]
    version: str


def table(caption: str, head: str, *groups: Group, notes: tuple[str, ...] = (), kind: str = "figures") -> Table:
    """A table whose column headings are written in one line, with bars between them."""
    return Table(caption, tuple(Cell(text.strip()) for text in head.split("|")), groups, notes, kind)


def row(*cells: str | Cell) -> tuple[Cell, ...]:
    """A row of cells, or of their texts."""
    return tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in cells)
