"""Cases -> times, some of them only known to be longer; the Kaplan-Meier curve of such times."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from advisory_sim.fitting.cases import EARLY, END_OF_TOUR, Case

HALF = 0.5  # a time between two dates is known to half a day


@dataclass(frozen=True, eq=False)
class Sample:
    """Times in whole days; `ended` says which have ended, the others have lasted so long by now."""

    days: np.ndarray  # (cases,) int64, >= 0
    ended: np.ndarray  # (cases,) bool

    @property
    def n(self) -> int:
        """Number of cases."""
        return len(self.days)

    @property
    def events(self) -> int:
        """How many have ended."""
        return int(self.ended.sum())

    @property
    def censored(self) -> int:
        """How many had not ended when last seen."""
        return self.n - self.events

    @cached_property
    def cells(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Days, whether ended, number of cases, and which of them each case belongs to: equal cases together."""
        keys, place, number = np.unique(
            np.stack([self.days, self.ended.astype(np.int64)]), axis=1, return_inverse=True, return_counts=True
        )
        return keys[0], keys[1].astype(bool), number, place.ravel()


class Curve(NamedTuple):
    """A Kaplan-Meier curve with its pointwise band: from each day on, the share that has not ended."""

    days: np.ndarray
    share: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def first_at_most(self, level: float, shares: np.ndarray) -> float:
        """The first day on which a curve (share, low or high) is at most `level`; infinity where it never is."""
        below = np.flatnonzero(shares <= level)
        return float(self.days[below[0]]) if below.size else np.inf


def kaplan_meier(sample: Sample, confidence: float) -> Curve:
    """The product-limit estimate (Kaplan and Meier 1958), its band on the log-log scale (Greenwood 1926)."""
    from scipy.stats import CensoredData, ecdf

    seen = CensoredData.right_censored(sample.days, ~sample.ended)
    survival = ecdf(seen).sf
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # of where the band has no width
        band = survival.confidence_interval(confidence, method="log-log")
    days, share = survival.quantiles, survival.probabilities
    # Before the first end the band has no width; where nothing is left it ends at 0.
    low = np.where(np.isnan(band.low.probabilities), share, band.low.probabilities)
    high = np.where(np.isnan(band.high.probabilities), share, band.high.probabilities)
    return Curve(days, share, low, high)


def sample_of(times: Iterable[tuple[dt.date, dt.date, bool]]) -> Sample:
    """A sample from begins, ends and whether each is an end."""
    rows = [((end - begin).days, ended) for begin, end, ended in times]
    return Sample(np.array([days for days, _ in rows], np.int64), np.array([ended for _, ended in rows], bool))


def selection(cases: Iterable[Case], as_of: dt.date) -> tuple[Sample, np.ndarray]:
    """From nomination to the stage's end, by selection or loss; and which of the ended were lost."""
    return _stage([(c.nominated, c.selected, None if c.selected else c.left) for c in cases], as_of)


def arrival(cases: Iterable[Case], as_of: dt.date) -> tuple[Sample, np.ndarray]:
    """From selection to the stage's end, by arrival or loss; and which of the ended were lost."""
    return _stage([(c.selected, c.arrived, None if c.arrived else c.left) for c in cases if c.selected], as_of)


def _stage(steps: list, as_of: dt.date) -> tuple[Sample, np.ndarray]:
    sample = sample_of((begin, done or lost or as_of, bool(done or lost)) for begin, done, lost in steps)
    return sample, np.array([lost is not None for _, _, lost in steps], bool)


def stays(cases: Iterable[Case], as_of: dt.date) -> tuple[Sample, Sample]:
    """Of who arrived: the time to an early departure, and the time to the end of the tour.

    What ended otherwise says of either only that it was longer. Where nothing tells how he left, it was the tour's end.
    """
    there = [(c.arrived, c.left or as_of, c.left is not None, c.why) for c in cases if c.arrived]
    early = sample_of((begin, end, why == EARLY) for begin, end, _, why in there)
    tours = sample_of((begin, end, left and why in (END_OF_TOUR, "")) for begin, end, left, why in there)
    return early, tours


def planned_tours(cases: Iterable[Case]) -> np.ndarray:
    """Lengths in days of the tours that were planned, of who arrived."""
    return np.array([(c.planned_end - c.arrived).days for c in cases if c.arrived and c.planned_end], np.int64)
