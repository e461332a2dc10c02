"""The random durations that the scenario's file knows, as functions of the numbers that it writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

Numbers = np.ndarray


@dataclass(frozen=True)
class Family:
    """A kind of duration.

    Parameters
    ----------
    survival
        The share that lasts longer than x days, from x and the file's numbers.
    quantile
        The time within which a share ends.
    mean
        Of the file's numbers.
    start
        Some of them to begin a search with, from the ends seen and the longest time seen.
    bounded
        Whether its numbers are bounds of what may happen: then they are found faster than the usual theory says, and
        its intervals come from resampling.
    """

    name: str
    survival: Callable[[Numbers, Numbers], Numbers]
    quantile: Callable[[float, Numbers], float]
    mean: Callable[[Numbers], float]
    start: Callable[[Numbers, float], list[list[float]]]
    bounded: bool

    def inside(self, numbers: Numbers) -> bool:
        """Whether the file allows the numbers."""
        if self.bounded and len(numbers) > 1:
            return numbers[0] >= 0 and numbers[-1] > numbers[0] and all(a <= b for a, b in pairwise(numbers))
        return bool(np.all(numbers > 0))


def _log_moments(numbers: Numbers) -> tuple[float, float]:
    """Mean and standard deviation of the logarithm of a lognormal with this mean and sd."""
    variance = np.log1p((numbers[1] / numbers[0]) ** 2)
    return np.log(numbers[0]) - variance / 2, np.sqrt(variance)


def _lognormal_survival(x: Numbers, numbers: Numbers) -> Numbers:
    from scipy.special import ndtr

    middle, width = _log_moments(numbers)
    return ndtr((middle - np.log(np.maximum(x, 1e-300))) / width)


def _lognormal_quantile(share: float, numbers: Numbers) -> float:
    from scipy.special import ndtri

    middle, width = _log_moments(numbers)
    return float(np.exp(middle + width * ndtri(share)))


def _triangular_survival(x: Numbers, numbers: Numbers) -> Numbers:
    low, likely, high = numbers
    x = np.clip(x, low, high)
    with np.errstate(divide="ignore", invalid="ignore"):
        rising = 1 - (x - low) ** 2 / ((high - low) * (likely - low))
        falling = (high - x) ** 2 / ((high - low) * (high - likely))
    return np.where(x < likely, rising, np.where(x >= high, 0.0, falling))


def _triangular_quantile(share: float, numbers: Numbers) -> float:
    low, likely, high = numbers
    if share * (high - low) < likely - low:
        return low + np.sqrt(share * (high - low) * (likely - low))
    return high - np.sqrt((1 - share) * (high - low) * (high - likely))


def _pert_shape(numbers: Numbers) -> tuple[float, float]:
    low, likely, high = numbers
    place = (likely - low) / (high - low)
    return 1 + 4 * place, 5 - 4 * place


def _pert_survival(x: Numbers, numbers: Numbers) -> Numbers:
    from scipy.special import betainc

    a, b = _pert_shape(numbers)
    return betainc(b, a, np.clip((numbers[2] - x) / (numbers[2] - numbers[0]), 0, 1))


def _pert_quantile(share: float, numbers: Numbers) -> float:
    from scipy.special import betaincinv

    return float(numbers[0] + (numbers[2] - numbers[0]) * betaincinv(*_pert_shape(numbers), share))


def _bounds(ends: Numbers, longest: float) -> tuple[float, float, float]:
    """Somewhat below the shortest, the mean, and somewhat above the longest."""
    low = max(0.0, 0.9 * ends.min() - 0.5)
    high = max(1.1 * longest, ends.max() + 1)
    return low, float(np.clip(ends.mean(), low, high)), high


def _three(ends: Numbers, longest: float) -> list[list[float]]:
    low, likely, high = _bounds(ends, longest)
    return [[low, likely, high], [low, low + (likely - low) / 3, 1.5 * high]]


# What always takes the same time: not a family to be fitted, but what is left where nothing varies.
ALWAYS = Family(
    "constant", lambda x, n: (x < n[0]).astype(float), lambda share, n: n[0], lambda n: n[0],
    lambda ends, _: [[ends[0]]], bounded=True,
)  # fmt: skip
FAMILIES = {
    family.name: family
    for family in (
        Family(
            "lognormal", _lognormal_survival, _lognormal_quantile, lambda n: n[0],
            lambda ends, _: [[max(ends.mean(), 0.5), max(ends.std(), 0.25)]], bounded=False,
        ),
        Family(
            "exponential", lambda x, n: np.exp(-x / n[0]), lambda share, n: -n[0] * np.log1p(-share), lambda n: n[0],
            lambda ends, _: [[max(ends.mean(), 0.5)]], bounded=False,
        ),
        Family("pert", _pert_survival, _pert_quantile, lambda n: (n[0] + 4 * n[1] + n[2]) / 6, _three, bounded=True),
        Family("triangular", _triangular_survival, _triangular_quantile, np.mean, _three, bounded=True),
        Family(
            "uniform", lambda x, n: 1 - np.clip((x - n[0]) / (n[1] - n[0]), 0, 1),
            lambda share, n: n[0] + share * (n[1] - n[0]), np.mean,
            lambda ends, longest: [list(_bounds(ends, longest)[::2])], bounded=True,
        ),
    )
}  # fmt: skip
