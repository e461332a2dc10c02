"""Maximum likelihood of a family on times of which some are only known to be longer, and how sure its numbers are.

A time of d days between two dates is taken to lie within half a day of d: so a time of 0 days has its place, and equal
times cannot drive a density to infinity. Who has not ended after c days counts with the chance to last longer than c.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from advisory_sim.experiment.estimate import normal_quantile
from advisory_sim.fitting.families import ALWAYS, Family
from advisory_sim.fitting.sample import HALF, Curve, Sample

RESAMPLES = 100
TINY = 1e-300
LARGEST_LOG = 700.0


class Estimate(NamedTuple):
    """A figure with its standard error and its interval."""

    value: float
    std_error: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Fitted:
    """A family on a sample.

    Parameters
    ----------
    numbers
        As the file writes them, in days, each with its standard error and interval.
    mean, p90
        In days: the mean, and the time within which 9 in 10 end.
    aic
        Akaike's criterion: twice the number of numbers, less twice the log-likelihood.
    distance, outside
        Largest distance to the Kaplan-Meier curve on the days on which something ended, and the share of those days
        on which the fitted curve leaves its band.
    """

    family: Family
    numbers: tuple[Estimate, ...]
    mean: Estimate
    p90: Estimate
    aic: float
    distance: float
    outside: float

    @property
    def values(self) -> np.ndarray:
        """The numbers alone."""
        return np.array([number.value for number in self.numbers])


def log_likelihood(family: Family, numbers: np.ndarray, sample: Sample, weights: np.ndarray) -> float:
    """Of numbers, on a sample whose distinct cases count `weights` times."""
    days, ended, _, _ = sample.cells
    if not family.inside(numbers):
        return -np.inf
    longer = family.survival(np.where(ended, np.maximum(days - HALF, 0.0), days), numbers)
    chance = longer - np.where(ended, family.survival(days + HALF, numbers), 0.0)
    return float(weights @ np.log(np.maximum(chance, TINY)))


def best_numbers(
    family: Family, sample: Sample, weights: np.ndarray, starts: list[list[float]], precision: float = 1e-4
) -> np.ndarray:
    """The numbers of the greatest likelihood (Nelder and Mead 1965), from the best of some starts.

    precision: to how many days, or which part of the largest number.
    """
    from scipy.optimize import minimize

    def loss(numbers: np.ndarray) -> float:
        return -log_likelihood(family, numbers, sample, weights)

    def searched(start: np.ndarray) -> np.ndarray:
        options = {"xatol": precision * max(1.0, start.max()), "fatol": precision / 100, "maxfev": 2000}
        return minimize(loss, start, method="Nelder-Mead", options=options).x

    found = [searched(np.array(start)) for start in starts]
    return searched(min(found, key=loss)) if len(found) > 1 else found[0]


def fitted(family: Family, sample: Sample, curve: Curve, confidence: float) -> Fitted:
    """Fit a family; standard errors and intervals of what is not bounded come from the curvature of the likelihood."""
    ends = sample.days[sample.ended].astype(float)
    number = sample.cells[2]
    best = best_numbers(family, sample, number, family.start(ends, float(sample.days.max())))
    shares = family.survival(curve.days + HALF, best)
    ended = np.isin(curve.days, sample.days[sample.ended])
    outside = (shares < curve.low) | (shares > curve.high)
    figures = (*(lambda n, i=i: n[i] for i in range(len(best))), family.mean, lambda n: family.quantile(0.9, n))
    if family.bounded:
        estimates = [Estimate(float(figure(best)), np.nan, np.nan, np.nan) for figure in figures]
    else:
        estimates = _by_curvature(family, sample, best, figures, confidence)
    return Fitted(
        family, tuple(estimates[:-2]), estimates[-2], estimates[-1],
        2 * len(best) - 2 * log_likelihood(family, best, sample, number),
        float(np.abs(shares - curve.share)[ended].max(initial=0.0)), float(outside[ended].mean()),
    )  # fmt: skip


def always(days: float, sample: Sample) -> Fitted:
    """What always took the same time, of a sample of which nothing is open for longer."""
    exact = Estimate(days, 0.0, days, days)
    likelihood = log_likelihood(ALWAYS, np.array([days]), sample, sample.cells[2])
    return Fitted(ALWAYS, (exact,), exact, exact, 2 - 2 * likelihood, 0.0, 0.0)


def resampled(fit: Fitted, sample: Sample, confidence: float) -> Fitted:
    """A bounded family with its standard errors and intervals, from the cases drawn anew with replacement.

    The intervals are symmetric on the log scale with the standard deviation over the resamples; of bounds themselves
    they are rough, as a resample never goes beyond the sample.
    """
    if not fit.family.bounded or fit.family is ALWAYS:
        return fit
    family, best = fit.family, fit.values
    number = sample.cells[2]
    generator = np.random.default_rng(sample.n)  # the same table gives the same intervals
    drawn = generator.multinomial(sample.n, number / sample.n, RESAMPLES)
    numbers = np.array([best_numbers(family, sample, weights, [best.tolist()], 2e-3) for weights in drawn])
    estimates = [_on_log_scale(best[i], np.std(numbers[:, i], ddof=1), confidence) for i in range(len(best))]
    for figure in (family.mean, lambda n: family.quantile(0.9, n)):
        values = np.array([figure(n) for n in numbers])
        estimates.append(_on_log_scale(float(figure(best)), float(np.std(values, ddof=1)), confidence))
    return Fitted(
        family, tuple(estimates[:-2]), estimates[-2], estimates[-1], fit.aic, fit.distance, fit.outside
    )  # fmt: skip


def _on_log_scale(value: float, std_error: float, confidence: float) -> Estimate:
    """A positive figure's interval, symmetric in its logarithm."""
    if value <= 0:
        return Estimate(value, std_error, 0.0, normal_quantile(confidence) * std_error)
    factor = float(np.exp(min(LARGEST_LOG, normal_quantile(confidence) * std_error / value)))
    return Estimate(float(value), float(std_error), float(value / factor), float(value * factor))


def _by_curvature(
    family: Family, sample: Sample, best: np.ndarray, figures: tuple[Callable, ...], confidence: float
) -> list[Estimate]:
    """Figures of the numbers with their errors, from the observed information in the numbers' logarithms."""
    step, k = 1e-3, len(best)
    moves = step * np.eye(k)

    def loss(move: np.ndarray) -> float:
        return -log_likelihood(family, best * np.exp(move), sample, sample.cells[2])

    information = np.array([[
        (loss(a + b) - loss(a - b) - loss(b - a) + loss(-a - b)) / (4 * step * step) for a in moves] for b in moves
    ])  # fmt: skip
    covariance = np.linalg.pinv(information)
    estimates = []
    for figure in figures:
        value = float(figure(best))
        slope = np.array([(figure(best * np.exp(m)) - figure(best * np.exp(-m))) / (2 * step) for m in moves])
        estimates.append(_on_log_scale(value, float(np.sqrt(max(0.0, slope @ covariance @ slope))), confidence))
    return estimates
