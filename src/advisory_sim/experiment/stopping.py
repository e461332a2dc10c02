"""How many replications are enough: until the interval is narrow, and stays so for a while."""

from __future__ import annotations

import numpy as np

from advisory_sim.experiment.estimate import t_quantile, wilson


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


def look_ahead(n: np.ndarray | int, limit: int = 5) -> np.ndarray | int:
    """Replications for which an interval must stay narrow: `limit`, in proportion beyond 100 of them."""
    return limit * np.maximum(n, 100) // 100


def enough(
    values: np.ndarray,
    confidence: float,
    *,
    half_width: float | None = None,
    relative: float | None = None,
    yes_or_no: bool = False,
    first: int = 20,
    limit: int = 5,
) -> int | None:
    """The number of replications after which the mean is known as well as asked, if these values get so far.

    The first n from `first` at which half of the interval is as narrow as asked, and stays so for the next
    floor(limit max(n, 100) / 100) replications (Hoad, Robinson and Davies 2010, 'Automated selection of the number of
    replications for a discrete-event simulation', J. Oper. Res. Soc. 61). Call it again as the values grow: what it
    answers once it answers still when more values follow.

    Parameters
    ----------
    values
        (replications,) of a measure, or of the paired difference of two options; nan where undefined, infinity for
        never, as which it is never enough.
    confidence
        Of the interval.
    half_width
        What half of the interval may be, in the measure's unit; for what may be near 0, as differences are.
    relative
        What the error may be as a share of the true mean: half of the interval over the estimated mean is then held to
        relative / (1 + relative) (Law 2015, 'Simulation Modeling and Analysis', sec. 9.4.1). One of the two is given.
    yes_or_no
        Whether the values are 0 and 1.
    first
        Replications before which it is never enough: after very few the variance is often by chance too small, and the
        interval then misses more often than it promises.
    limit
        Of the look-ahead.

    Returns
    -------
    int | None
        None where it is not enough yet.

    Raises
    ------
    ValueError
        For settings out of their range, all at once.
    """
    wrong = []
    if (half_width is None) == (relative is None):
        wrong.append("give either half_width or relative")
    for name, asked in (("half_width", half_width), ("relative", relative)):
        if asked is not None and not 0 < asked < np.inf:
            wrong.append(f"{name}: {asked} is not above 0")
    if not 0 < confidence < 1:
        wrong.append(f"confidence: {confidence} is not between 0 and 1")
    if first < 2:
        wrong.append(f"first: {first} replications have no variance; at least 2")
    if limit < 0:
        wrong.append(f"limit: {limit} is below 0")
    if wrong:
        raise ValueError("; ".join(wrong))

    mean, half = half_widths(np.asarray(values, float), confidence, yes_or_no=yes_or_no)
    allowed = half_width if relative is None else relative / (1 + relative) * np.abs(mean)
    n = np.arange(1, len(half) + 1)
    with np.errstate(invalid="ignore"):
        narrow = (half <= allowed) & np.isfinite(mean)
    # The first n that is narrow itself and up to the next replication that is not, far enough away.
    wide = np.where(narrow, len(n) + 1, n)
    next_wide = np.minimum.accumulate(wide[::-1])[::-1]
    until = n + look_ahead(n, limit)
    found = np.flatnonzero((n >= first) & (next_wide > until) & (until <= len(n)))
    return int(n[found[0]]) if len(found) else None
