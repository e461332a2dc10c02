"""What can go wrong: the user's scenario, or the program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in a file, at a line and column (from 1; 0: of the file as a whole)."""

    line: int
    column: int
    path: str
    problem: str
    file: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: " if self.line else f"{self.file}: "
        return f"{place}{self.path + ': ' if self.path else ''}{self.problem}"


class ScenarioError(Exception):
    """The scenario cannot be simulated; `problems` holds everything that is wrong with it, in the file's order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
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
