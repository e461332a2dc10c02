"""All pairs of options under common random numbers: how far apart, how surely, how often one is above the other."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np

from advisory_sim.experiment.estimate import correlation, moments, normal_quantile, t_quantile, wilson

ROUNDING = 1e-12  # of the values: a difference that varies by less does not vary


class Pairs(NamedTuple):
    """One entry a pair of options; nan where undefined."""

    first: np.ndarray  # the option compared with, and
    second: np.ndarray  # the option compared, as columns of the values
    n: np.ndarray  # replications in which both are defined
    mean: np.ndarray  # of second - first
    std_error: np.ndarray
    ci_low: np.ndarray  # simultaneous over the pairs, as are those of `more`
    ci_high: np.ndarray
    more: np.ndarray  # share of replications in which the second is above the first; Wilson's interval
    more_low: np.ndarray
    more_high: np.ndarray
    equal: np.ndarray  # the two are the same to the bit
    less: np.ndarray
    correlation: np.ndarray
    variance_ratio: (
        np.ndarray
    )  # of independent options over paired ones: as many times more replications they would need
    test: np.ndarray  # t, McNemar, sign; identical where no replication tells the two apart; '' where there is none
    p_value: np.ndarray
    p_holm: np.ndarray  # adjusted for the number of pairs
    differ: np.ndarray  # whether it is below 1 - confidence


def compare(
    values: np.ndarray, confidence: float, *, yes_or_no: bool = False, means_of: np.ndarray | None = None
) -> Pairs:
    """Compare every pair of options, each replication being the same future under both.

    Parameters
    ----------
    values
        (replications, options); nan where a replication leaves the measure undefined, infinity for never.
    confidence
        That all intervals of mean differences hold at once, and that no two options are said to differ that do not;
        between 0 and 1.
    yes_or_no
        Whether the values are 0 and 1.
    means_of
        (replications, options): what means are taken of where that is not the values themselves (`ratio_values`).

    Returns
    -------
    Pairs
        In the order (0, 1), (0, 2), .., (1, 2), ..; the m pairs' intervals are at the level 1 - (1 - confidence) / m
        (Bonferroni), decisions are Holm's.
    """
    places = list(combinations(range(values.shape[1]), 2))
    first, second = np.array(places, int).reshape(-1, 2).T
    level = 1 - (1 - confidence) / max(len(places), 1)
    a, b = both_defined(values[:, first], values[:, second])
    n = (~np.isnan(a)).sum(axis=0)
    more, equal, less = ((sign(a, b) == side).sum(axis=0) for side in (1, 0, -1))
    low, high = wilson(share(more, n), n, level)

    c, d = (a, b) if means_of is None else both_defined(means_of[:, first], means_of[:, second])
    with np.errstate(invalid="ignore"):
        _, mean, error = moments(d - c)
        size = np.maximum(np.fmax.reduce(np.abs(c), initial=0), np.fmax.reduce(np.abs(d), initial=0))
    error[error < ROUNDING * size] = 0
    never = np.isinf(a).any(axis=0) | np.isinf(b).any(axis=0)
    mean[never] = error[never] = np.nan  # also where the two never reach it in the same futures
    if yes_or_no:
        ci_low, ci_high = paired_shares(more, less, n, level)
    else:
        half = t_quantile(level, n - 1) * error
        ci_low, ci_high = mean - half, mean + half
    errors = [moments(x)[2] for x in (c, d)]
    with np.errstate(divide="ignore", invalid="ignore"):
        variance_ratio = np.where(never, np.nan, (errors[0] ** 2 + errors[1] ** 2) / error**2)

    test = np.where(yes_or_no, "McNemar", np.where(never, "sign", np.where(error >= 0, "t", ""))).astype(object)
    p = np.where(np.isin(test, ("McNemar", "sign")), sign_test(more, less), t_test(mean, error, n))
    identical = (equal == n) & (n > 0)
    test[identical], p[identical] = "identical", 1.0
    test[n == 0], p[n == 0] = "", np.nan
    p_holm = holm(p)
    return Pairs(
        first, second, n, mean, error, ci_low, ci_high,
        share(more, n), low, high, share(equal, n), share(less, n),
        correlation(c, d), variance_ratio, test, p, p_holm, p_holm <= 1 - confidence,
    )  # fmt: skip


def both_defined(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two arrays with nan in both where it is in one."""
    undefined = np.isnan(a) | np.isnan(b)
    return np.where(undefined, np.nan, a), np.where(undefined, np.nan, b)


def sign(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """1 where b is above a, 0 where they are equal (two infinities are), -1 where it is below; nan where undefined."""
    return np.where(np.isnan(a), np.nan, (b > a).astype(float) - (b < a))


def share(count: np.ndarray, n: np.ndarray) -> np.ndarray:
    """A count as a share; nan of none."""
    return np.where(n > 0, count / np.maximum(n, 1), np.nan)


def paired_shares(more: np.ndarray, less: np.ndarray, n: np.ndarray, confidence: float):
    """Interval of the difference of two paired shares, (low, high).

    `more` and `less` are the counts of replications that only the second and only the first says yes in, of `n`. It has
    a width where no replication tells them apart (Bonett and Price 2012, 'Adjusted Wald confidence interval for a
    difference of binomial proportions based on paired data', J. Educ. Behav. Stat. 37).
    """
    p, q = (more + 1) / (n + 2), (less + 1) / (n + 2)
    half = normal_quantile(confidence) * np.sqrt((p + q - (p - q) ** 2) / (n + 2))
    low, high = np.maximum(p - q - half, -1), np.minimum(p - q + half, 1)
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def t_test(mean: np.ndarray, error: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Two-sided p value of Student's test that a mean difference is 0; 0 of one that never varies."""
    from scipy.special import stdtr

    with np.errstate(divide="ignore", invalid="ignore"):
        return 2 * stdtr(np.maximum(n - 1, 1), -np.abs(mean / error))


def sign_test(more: np.ndarray, less: np.ndarray) -> np.ndarray:
    """Two-sided exact p value that above is as likely as below, of those replications that tell the two apart.

    Of yes and no it is McNemar's exact test (McNemar 1947; exact: Liddell 1976).
    """
    from scipy.special import bdtr

    apart = more + less
    return np.where(apart > 0, np.minimum(2 * bdtr(np.minimum(more, less), np.maximum(apart, 1), 0.5), 1), 1.0)


def holm(p: np.ndarray) -> np.ndarray:
    """p values adjusted so that 1 - confidence bounds the chance of any false decision (Holm 1979).

    nan stays nan and counts as one of the decisions.
    """
    order = np.argsort(np.where(np.isnan(p), np.inf, p), kind="stable")
    steps = np.fmax.accumulate(np.minimum((len(p) - np.arange(len(p))) * p[order], 1)) if len(p) else p
    adjusted = np.empty(len(p))
    adjusted[order] = steps
    return np.where(np.isnan(p), np.nan, adjusted)
