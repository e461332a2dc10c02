"""How sure: estimates from replications, each with its interval."""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

import numpy as np

# Measures whose value in a replication is yes or no: their mean is a share of replications.
YES_OR_NO = ("mandate_began", "agreed", "reached_50", "reached_80", "reached_95", "target_met")
AT_ONCE = 2**17  # values of a summary worked on at once: they stay close to the processor


class Estimates(NamedTuple):
    """One entry a column of figures; nan where undefined."""

    n: np.ndarray
    mean: np.ndarray
    std_error: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    p05: np.ndarray
    p50: np.ndarray
    p95: np.ndarray


def t_quantile(confidence: float, degrees: np.ndarray) -> np.ndarray:
    """Two-sided quantile of Student's t; nan without a degree of freedom."""
    if np.all(degrees < 1):  # of a single future: nothing to read a library for
        return np.full(np.shape(degrees), np.nan)
    from scipy.special import stdtrit

    known, places = np.unique(np.maximum(degrees, 1), return_inverse=True)  # few: most figures are always defined
    return stdtrit(known, 0.5 + confidence / 2)[places].reshape(np.shape(degrees))


def normal_quantile(confidence: float) -> float:
    """Two-sided quantile of the normal distribution."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def quantiles(values: np.ndarray, shares: tuple[float, ...] = (0.05, 0.5, 0.95)) -> list[np.ndarray]:
    """Quantiles down the first axis of what is defined, with straight lines between order statistics.

    `values` (replications, columns) may hold infinity; nan is left out.
    """
    ordered = np.sort(values, axis=0)  # nan stands last
    n = values.shape[0] - np.isnan(values).sum(axis=0, dtype=np.int32)
    columns = np.arange(values.shape[1])
    results = []
    for share in shares:
        position = share * np.maximum(n - 1, 0)
        low = np.floor(position).astype(int)
        high = np.minimum(low + 1, np.maximum(n - 1, 0))
        below, above = ordered[low, columns], ordered[high, columns]
        part = position - low
        with np.errstate(invalid="ignore"):
            between = below + part * (above - below)
        results.append(np.where((part == 0) | (below == above), below, between))
    return results


def mean_of_known(values: np.ndarray, axis: int = 0) -> np.ndarray:
    """Mean along an axis of what is defined; nan where nothing is."""
    undefined = np.isnan(values)
    if not undefined.any():
        return values.mean(axis=axis)
    with np.errstate(invalid="ignore"):
        return np.where(undefined, 0, values).sum(axis=axis) / (~undefined).sum(axis=axis, dtype=np.int32)


def wilson(share: np.ndarray, n: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's score interval of a share (Wilson 1927)."""
    z2 = normal_quantile(confidence) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = (share + z2 / (2 * n)) / (1 + z2 / n)
        half = np.sqrt(z2) * np.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # Of none or of all the interval ends there, whatever rounding says.
    return np.where(share == 0, 0, np.maximum(middle - half, 0)), np.where(share == 1, 1, np.minimum(middle + half, 1))


def moments(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Number, mean and standard error of the mean of what is defined, down the first axis.

    `values` (replications, columns): nan is left out; where one is infinite (never reached) there is no mean.
    """
    defined = ~np.isnan(values)
    n = defined.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(defined, values, 0).sum(axis=0) / n
        mean[~np.isfinite(mean)] = np.nan
        variance = (np.where(defined, values - mean, 0) ** 2).sum(axis=0) / (n - 1)
        std_error = np.sqrt(variance / n)
    std_error[n < 2] = np.nan
    return n, mean, std_error


def estimate(values: np.ndarray, confidence: float, yes_or_no: np.ndarray | None = None) -> Estimates:
    """Estimates of each column.

    Parameters
    ----------
    values
        (replications, columns); nan where a replication leaves the measure undefined, infinity for never.
    confidence
        Of the intervals, between 0 and 1.
    yes_or_no
        (columns,) bool: columns of 0 and 1, whose interval is Wilson's; Student's otherwise.
    """
    n, mean, std_error = moments(values)
    half = t_quantile(confidence, n - 1) * std_error
    low, high = mean - half, mean + half
    if yes_or_no is not None and yes_or_no.any():
        low[yes_or_no], high[yes_or_no] = wilson(mean[yes_or_no], n[yes_or_no], confidence)
    return Estimates(n, mean, std_error, low, high, *quantiles(values))


def estimates_of(values: np.ndarray, columns: list[int], confidence: float, yes_or_no: np.ndarray) -> Estimates:
    """Estimates of some columns, of so many at once that they stay close to the processor; else as `estimate`."""
    width = max(1, AT_ONCE // max(1, len(values)))
    parts = (slice(first, first + width) for first in range(0, max(1, len(columns)), width))
    found = [estimate(values[:, columns[part]], confidence, yes_or_no[part]) for part in parts]
    return Estimates(*map(np.concatenate, zip(*found, strict=True)))


def ratio_values(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """Values whose mean is the ratio of two means, and the error of whose mean is the ratio's jackknife error.

    They are the delete-one pseudo-values, shifted to the ratio itself (Cochran 1977, 'Sampling techniques', ch. 6);
    nan where the lower mean is 0, with or without one of the replications.
    """
    n = len(top)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.full(n, top.sum() / bottom.sum())
        left_out = (top.sum() - top) / (bottom.sum() - bottom)
        return ratio if n == 1 else ratio + (n - 1) * (left_out.mean() - left_out)


def ratio_of_means(top: np.ndarray, bottom: np.ndarray, confidence: float) -> tuple[float, float, float, float]:
    """Ratio of two means over the same replications, with its jackknife error and interval.

    Returns
    -------
    (ratio, std_error, ci_low, ci_high)
        nan where the lower mean is 0; of the error, also where it is 0 without one of the replications.
    """
    ratio = float(top.sum() / bottom.sum()) if bottom.sum() else float("nan")
    n, _, error = (float(found[0]) for found in moments(ratio_values(top, bottom)[:, None]))
    half = float(t_quantile(confidence, np.array(n - 1))) * error
    return ratio, error, ratio - half, ratio + half


def correlation(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Correlation down the first axis over the pairs in which both are defined; nan where one does not vary."""
    both = ~np.isnan(a) & ~np.isnan(b)
    n = both.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        da = np.where(both, a - np.where(both, a, 0).sum(axis=0) / n, 0)
        db = np.where(both, b - np.where(both, b, 0).sum(axis=0) / n, 0)
        r = (da * db).sum(axis=0) / np.sqrt((da**2).sum(axis=0) * (db**2).sum(axis=0))
    return np.where(np.isfinite(r), np.clip(r, -1, 1), np.nan)
