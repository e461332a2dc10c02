"""Arithmetic of a deadline: what a decision is worth by day, what delay costs, and where an answer lies."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from advisory_sim.experiment.compare import paired_shares
from advisory_sim.experiment.estimate import moments, t_quantile, wilson

ROUNDING = 1e-9  # of the values: a contrast below it is 0


class Known(NamedTuple):
    """A mean by day with its pointwise interval, (days,) each."""

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


class Last(NamedTuple):
    """Places of the last days that satisfy something, from 0; None where no day does."""

    surely: int | None  # the lower end of the interval does,
    place: int | None  # the estimate does,
    perhaps: int | None  # the upper end does

    @property
    def proven(self) -> bool:
        """Whether the interval at the answer lies wholly on the good side."""
        return self.place is not None and self.surely == self.place


def mean_interval(values: np.ndarray, confidence: float, size: float = 0.0) -> Known:
    """Student's interval of each column's mean.

    Parameters
    ----------
    size
        Of the values that the columns are differences of: what is small beside it is rounding, and is 0.
    """
    n, mean, error = moments(np.where(np.abs(values) <= ROUNDING * size, 0.0, values))
    half = t_quantile(confidence, n - 1) * error
    return Known(mean, mean - half, mean + half)


def worth(values: np.ndarray, reference: np.ndarray, confidence: float) -> Known:
    """Mean paired difference of each day, (replications, days), to the same futures without the decision."""
    return mean_interval(values - reference[:, None], confidence)


def half_kept(values: np.ndarray, reference: np.ndarray, confidence: float, sign: int = 1) -> Known:
    """Value of each day less half of the first day's, as one contrast in each future.

    Parameters
    ----------
    sign
        -1 where less of the measure is better.
    """
    contrast = values - (values[:, :1] + reference[:, None]) / 2
    return mean_interval(sign * contrast, confidence, float(np.nanmax(np.abs(values), initial=0)))


def chance_above(met: np.ndarray, confidence: float) -> Known:
    """Share of futures that meet a target by day, with Wilson's interval."""
    n = np.full(met.shape[1], len(met))
    share = met.mean(axis=0)
    return Known(share, *wilson(share, n, confidence))


def delay(values: np.ndarray, gaps: np.ndarray, confidence: float, yes_or_no: bool = False) -> Known:
    """What each day's delay takes away between neighbouring days, a day; nan of the first.

    Parameters
    ----------
    values
        (replications, days), in the order of time.
    gaps
        Days from each to the next, (days - 1,).
    """
    lost = values[:, :-1] - values[:, 1:]
    found = mean_interval(lost, confidence)
    if yes_or_no:
        n = np.full(lost.shape[1], len(lost))
        found = Known(found.mean, *paired_shares((lost > 0).sum(axis=0), (lost < 0).sum(axis=0), n, confidence))
    return Known(*(np.concatenate([[np.nan], end / gaps]) for end in found))


def same_as_before(values: np.ndarray) -> np.ndarray:
    """Whether a day is the same to the bit as the one before in every future, (days,)."""
    same = (values[:, 1:] == values[:, :-1]) | (np.isnan(values[:, 1:]) & np.isnan(values[:, :-1]))
    return np.concatenate([[False], same.all(axis=0)])


def last(known: Known, bound: float) -> Last:
    """The last days on which something is at least `bound`: surely, by the estimate, perhaps."""

    def place(values: np.ndarray) -> int | None:
        found = np.flatnonzero(values >= bound)
        return int(found[-1]) if len(found) else None

    return Last(place(known.low), place(known.mean), place(known.high))


def wide_gaps(places: Last, days: list[int]) -> list[tuple[int, int]]:
    """Neighbouring days with others between them, at which an answer changes."""
    ends = {place for place in places if place is not None and place + 1 < len(days)}
    return [(days[i], days[i + 1]) for i in sorted(ends) if abs(days[i + 1] - days[i]) > 1]


def runs_of_same(same: np.ndarray) -> list[tuple[int, int]]:
    """First and last place of each stretch of days that are the same."""
    runs: list[tuple[int, int]] = []
    for place in np.flatnonzero(same).tolist():
        if runs and runs[-1][1] == place - 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place - 1, place))
    return runs
