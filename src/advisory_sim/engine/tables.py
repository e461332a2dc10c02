"""Figures of the file as rows of arrays, with what nobody knows yet drawn once a replication."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Generic, TypeVar

import numpy as np

from advisory_sim.engine import kernel
from advisory_sim.engine.arrays import PURPOSE, name_key
from advisory_sim.scenario.quantities import Between, Number, middle

Built = TypeVar("Built")
Value = Callable[[Number, str], float]  # a number of the file, at its path, as this replication has it
CDF_STEPS = 2048
NOTHING: Mapping[str, float] = MappingProxyType({})


class Luck:
    """The draws of one replication that Python code asks for.

    `given`: u in (0, 1) of paths that nobody knows yet, in place of the draw.
    """

    def __init__(self, seed: int, replication: int, given: Mapping[str, float] = NOTHING) -> None:
        self.words, self.given = np.array([seed, replication], np.uint64), given
        self.dists: np.ndarray = np.empty(0)
        self.cdfs: np.ndarray = np.empty(0)
        self.shared_draws: dict[str, float] = {}  # u in (0, 1) of each path that nobody knows yet

    def uniform(self, purpose: str, name: str) -> float:
        """u in (0, 1) for a purpose of a named thing."""
        return kernel.uniform(self.words, PURPOSE[purpose], name_key(name), 0, 0)

    def seconds(self, purpose: str, name: str, dist: int) -> int:
        """A random duration of a named thing, in whole seconds."""
        return kernel.seconds(self.dists, self.cdfs, dist, self.uniform(purpose, name))

    def shared(self, number: Number, path: str) -> float:
        """A number of the file; what nobody knows yet is drawn once for its path."""
        if not isinstance(number, Between):
            return number
        low, likely, high = number.low, number.likely, number.high
        u = self.given[path] if path in self.given else self.uniform("shared uncertainty", path)
        self.shared_draws[path] = u
        if likely is None:
            return low + u * (high - low)
        if u * (high - low) < likely - low:
            return low + (u * (high - low) * (likely - low)) ** 0.5
        return high - ((1 - u) * (high - low) * (high - likely)) ** 0.5


def pert_cdf(mode: float) -> np.ndarray:
    """Distribution function of PERT(0, mode, 1), shape 4, at CDF_STEPS equal steps (Gauss-Legendre in each)."""
    nodes, weights = np.polynomial.legendre.leggauss(5)
    x = (np.arange(CDF_STEPS)[:, None] + (nodes + 1) / 2) / CDF_STEPS
    mass = (x ** (4 * mode) * (1 - x) ** (4 * (1 - mode))) @ weights
    total = np.concatenate([[0.0], np.cumsum(mass)])
    return total / total[-1]


def watched(build: Callable[[Value], Built]) -> tuple[Built, bool]:
    """What is built with the middle of what nobody knows yet, and whether there is anything of the kind in it."""
    uncertain = False

    def watch(number: Number, path: str) -> float:
        nonlocal uncertain
        uncertain = uncertain or isinstance(number, Between)
        return middle(number, path)

    return build(watch), uncertain


class Figures(Generic[Built]):
    """Something built from figures of the file: anew for each replication if there is shared uncertainty in it."""

    def __init__(self, build: Callable[[Value], Built]) -> None:
        self.build = build
        self.middle, self.uncertain = watched(build)

    def drawn(self, value: Value) -> Built:
        """The same with one replication's figures."""
        return self.build(value) if self.uncertain else self.middle


class Table:
    """Rows of a structured array, each built from its figures.

    Rows that hold shared uncertainty are built anew for each replication; the others once.
    """

    def __init__(self, dtype: np.dtype) -> None:
        self.dtype = dtype
        self.builders: list[Callable[[Value], tuple]] = []
        self.shared: list[int] = []
        self.rows: list[tuple] = []

    def add(self, build: Callable[[Value], tuple]) -> int:
        """Add a row; returns its place."""
        row, uncertain = watched(build)
        self.rows.append(row)
        self.builders.append(build)
        if uncertain:
            self.shared.append(len(self.rows) - 1)
        return len(self.rows) - 1

    @cached_property
    def template(self) -> np.ndarray:
        return np.array(self.rows, self.dtype)

    def drawn(self, value: Value) -> np.ndarray:
        """The rows of one replication."""
        if not self.shared:
            return self.template
        table = self.template.copy()
        for i in self.shared:
            table[i] = self.builders[i](value)
        return table
