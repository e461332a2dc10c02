"""Which units are covered, how long, and why not; how long teams are operational."""

from __future__ import annotations

import numpy as np

from advisory_sim.measures.batch import View
from advisory_sim.measures.registry import measured
from advisory_sim.measures.strength import CAUSES
from advisory_sim.record.columns import COVERED, NO_MANDATE, WITHOUT_POSTS

UNIT_CAUSES = {**CAUSES, "posts": WITHOUT_POSTS, "no_mandate": NO_MANDATE}


def _shares(view: View) -> np.ndarray:
    """Covered share of each unit's open time; nan for a unit that was never open."""
    return view.units[:, :, COVERED] / view.units.sum(axis=2)


def mean_of_defined(shares: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Mean over the second axis of what is defined, (replications, 1)."""
    defined = ~np.isnan(shares)
    weights = defined * (1.0 if weights is None else weights)
    return (np.where(defined, shares, 0) * weights).sum(axis=1, keepdims=True) / weights.sum(axis=1, keepdims=True)


def largest_defined(values: np.ndarray) -> np.ndarray:
    """Largest over the second axis of what is defined, (replications, 1); nan where nothing is."""
    largest = np.where(np.isnan(values), -np.inf, values).max(axis=1, keepdims=True, initial=-np.inf)
    return np.where(np.isfinite(largest), largest, np.nan)


@measured("operational", "mission + teams")
def operational(view: View) -> np.ndarray:
    """Share of a team's open time with its minimum present; the mission's is the mean over teams with a unit."""
    served = view.teams[:, view.batch.layout.team_has_unit]
    shares = served[:, :, 1] / served[:, :, 0]
    return np.concatenate([mean_of_defined(shares), shares], axis=1)


@measured("covered_days", "mission + units")
def covered_days(view: View) -> np.ndarray:
    """Covered unit-days."""
    return view.unit_days[:, :, COVERED]


@measured("coverage", "mission + units")
def coverage(view: View) -> np.ndarray:
    """Covered share of open unit-time within the hours; the mission's is the mean over units."""
    shares = _shares(view)
    return np.concatenate([mean_of_defined(shares), shares], axis=1)


@measured("population_coverage", "mission")
def population_coverage(view: View) -> np.ndarray:
    """Coverage weighted by the population of the units whose population is given."""
    people = view.batch.layout.population
    known = ~np.isnan(people)
    return mean_of_defined(_shares(view)[:, known], people[known])


@measured("worst_unit", "mission")
def worst_unit(view: View) -> np.ndarray:
    """Coverage of the least covered unit."""
    return -largest_defined(-_shares(view))


@measured("longest_gap", "mission + units")
def longest_gap(view: View) -> np.ndarray:
    """Longest time on end without cover, in days; the mission's is its units' longest; nan if never open."""
    gaps = np.where(view.units.sum(axis=2) > 0, view.longest / view.batch.layout.day_parts, np.nan)
    return np.concatenate([largest_defined(gaps), gaps], axis=1)


def _register_cause(cause: str, column: int) -> None:
    @measured(f"uncovered_days_lost_to_{cause}", "mission + units")
    def lost(view: View) -> np.ndarray:
        return view.unit_days[:, :, column]


for _cause, _column in UNIT_CAUSES.items():
    _register_cause(_cause, _column)
