"""What can go wrong: the user's scenario, or the program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a file, at a line and column (from 1; 0: of the file as a whole).

    Of a table, `sheet` is not None: the sheet's name, empty where the file has none; `column` is then the cell's.
    """

    line: int
    column: int
    path: str
    problem: str
    file: str
    sheet: str | None = None

    @property
    def order(self) -> tuple:
        """The scenario's problems first, then those of its tables; each file's from its top."""
        in_table = self.sheet is not None
        place = (in_table, self.file if in_table else "", self.sheet or "", self.line, self.column)
        return (*place, self.path, self.problem, self.file)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: " if self.line else f"{self.file}: "
        if self.sheet and self.line:
            place = f"{self.file}: {self.sheet}!{letters(self.column)}{self.line}: "
        return f"{place}{self.path + ': ' if self.path else ''}{self.problem}"


def letters(column: int) -> str:
    """A column as spreadsheets write it: 3 is C, 28 is AB."""
    text = ""
    while column:
        column, place = divmod(column - 1, 26)
        text = chr(ord("A") + place) + text
    return text


class ScenarioError(Exception):
    """The scenario cannot be simulated; `problems` holds everything that is wrong with it, in the file's order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=lambda problem: problem.order))
        super().__init__(self.problems)

    def __str__(self) -> str:
        number = len(self.problems)
        return "\n".join([*map(str, self.problems), f"{number} error{'s' * (number != 1)}"])


class SimulationError(Exception):
    """The program failed."""


class FolderError(Exception):
    """A folder is not what a command needs, or a file may not be written; the text names it."""


class ClusterError(Exception):
    """A cluster cannot be used; the text says why."""
