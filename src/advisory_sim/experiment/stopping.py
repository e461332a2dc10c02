"""How many replications are enough: until the interval is narrow, and stays so for a while."""

from __future__ import annotations

import numpy as np

from advisory_sim.experiment.estimate import t_quantile, wilson

FIRST = 20  # replications before which it is never enough
LIMIT = 5  # replications to look ahead, of each 100


def half_widths(values: np.ndarray, confidence: float, *, yes_or_no: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Mean and half of its interval after each replication, two arrays (replications,).

    Parameters
    ----------
    values
        (replications,): nan where a replication leaves the measure undefined: it is left out.
    confidence
        Of the interval.
    yes_or_no
        Whether the values are 0 and 1: half of Wilson's interval, which has a width also where all are equal; else
        Student's.
    """
    defined = ~np.isnan(values)
    n = defined.cumsum()
    # Sums of distances from the first value: sums of large values would lose the small differences.
    origin = values[defined.argmax()] if defined.any() else 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        distances = np.where(defined, values - origin, 0)
        shift = distances.cumsum() / n
        if yes_or_no:
            low, high = wilson(origin + shift, n, confidence)
            return origin + shift, (high - low) / 2
        variance = np.maximum((distances**2).cumsum() - n * shift**2, 0) / (n - 1)
        half = t_quantile(confidence, n - 1) * np.sqrt(variance / n)
    return origin + shift, np.where(n > 1, half, np.nan)


def look_ahead(n: int, limit: int = LIMIT) -> int:
    """Replications for which an interval must stay narrow: `limit`, in proportion beyond 100 of them."""
    return limit * max(n, 100) // 100


def narrow(mean: np.ndarray, half: np.ndarray, allowed: np.ndarray | float) -> np.ndarray:
    """Whether half of an interval is as narrow as is allowed, after each replication; never where there is no mean."""
    with np.errstate(invalid="ignore"):
        return (half <= allowed) & np.isfinite(mean)


def narrow_since(is_narrow: np.ndarray, first: int = FIRST, limit: int = LIMIT) -> int | None:
    """The number of replications since which everything is known as well as asked, if that is long enough.

    The least n from `first` such that it is narrow after n, and still after every later one up to the last, and the
    last is at least floor(limit max(n, 100) / 100) later. Looked at after every replication, it first answers where the
    rule of Hoad, Robinson and Davies does (2010, 'Automated selection of the number of replications for a
    discrete-event simulation', J. Oper. Res. Soc. 61); looked at after some more, a relapse among these starts it anew.

    Parameters
    ----------
    is_narrow
        (replications,) bool: whether all that is asked holds after each.
    first
        Replications before which it is never enough: after very few the variance is often by chance too small, and the
        interval then misses more often than it promises.
    limit
        Of the look-ahead.

    Returns
    -------
    int | None
        None where it is not enough yet.
    """
    wide = np.flatnonzero(~is_narrow)
    n = max(first, int(wide[-1]) + 2 if len(wide) else 1)
    return n if n + look_ahead(n, limit) <= len(is_narrow) else None
