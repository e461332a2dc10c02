"""Which option is the best: Kim and Nelson's fully sequential selection, with common random numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

# Values of some options in some replications, (len(replications), len(options)); larger is better. A replication is the
# same future under every option, and always the same one.
Sample = Callable[[list[int], range], np.ndarray]


@dataclass(frozen=True)
class Stage:
    """After how many replications options were dropped, and which were left."""

    replications: int
    survivors: tuple[int, ...]


@dataclass(frozen=True)
class Contender:
    """An option that may still be the best when the selection had to stop."""

    option: int
    behind: float  # its mean is this far below that of the best so far
    dropped_at: float  # it would have been dropped had it been further behind than this


@dataclass(frozen=True)
class Selection:
    """What a selection came to; options are numbers from 0."""

    selected: int
    proven: bool  # whether the promise holds: else `selected` is the best so far
    confidence: float
    indifference: float
    stages: tuple[Stage, ...]  # the first is the first look
    replications: tuple[int, ...]  # that each option was looked at in
    means: tuple[float, ...]  # over these
    contenders: tuple[Contender, ...]  # the others that are left where it is not proven
    needed: int  # replications after which it is decided whatever they bring

    def sentence(self, names: Sequence[str], unit: str = "") -> str:
        """What can be said, in plain words.

        Parameters
        ----------
        names
            Of the options, in order.
        unit
            Of the values.
        """
        best, margin = f"'{names[self.selected]}'", f"{self.indifference:,g} {unit}".strip()
        sure = f"{100 * self.confidence:g} %"
        if len(names) == 1:
            return f"{best} is the only option."
        if self.proven:
            return f"{best} is the best, or within {margin} of it (confidence {sure})."
        left = "; ".join(f"'{names[c.option]}', {c.behind:,.3g} behind" for c in self.contenders)
        return (
            f"Not proven after {max(self.replications)} futures: {best} is the best so far. Still in play: {left}. "
            f"If one option is more than {margin} ahead of all others, it is among these (confidence {sure}); at most "
            f"{self.needed} futures decide it."
        )


def select(
    sample: Sample,
    k: int,
    confidence: float,
    indifference: float,
    *,
    first: int = 20,
    at_most: int = 10_000,
    step: int = 1,
) -> Selection:
    """Select the option with the largest mean (Kim and Nelson 2001, 'A fully sequential procedure for
    indifference-zone selection in simulation', ACM TOMACS 11(3), with c = 1).

    Where the best mean is at least `indifference` above all others, the best is selected with the asked confidence, for
    normal values, independent from one replication to the next and however correlated across options.

    Parameters
    ----------
    sample
        Values of some options in some replications.
    k
        Number of options.
    confidence
        Of a correct selection; more than 1 / k.
    indifference
        Difference of means, above 0 and in the measure's unit, that is worth telling apart.
    first
        Replications before the first look, from 2; the variance of every pair's difference is that of these.
    at_most
        Replications after which to stop in any case.
    step
        Replications to ask for at once: it moves no result, and some replications are drawn in vain.

    Raises
    ------
    ValueError
        For a setting out of its range (all are told at once), or a value that is nan or infinite.
    """
    check_settings(k, confidence, indifference, first, at_most, step)
    if k == 1:
        return Selection(0, True, confidence, indifference, (Stage(0, (0,)),), (0,), (float("nan"),), (), 0)
    left, r = list(range(k)), first
    start = drawn(sample, left, range(first))
    # The variance of each pair's difference, of that very pair: [i, l] is of X_i - X_l.
    variances = np.var(start[:, :, None] - start[:, None, :], axis=0, ddof=1)
    eta = ((2 * (1 - confidence) / (k - 1)) ** (-2 / (first - 1)) - 1) / 2
    closes = 2 * eta * (first - 1) * variances / indifference**2  # h2 S2 / delta2: where the pair's region closes

    sums, used = start.sum(axis=0), np.full(k, first)
    stages: list[Stage] = []
    waiting = np.empty((0, k))  # drawn, not looked at yet
    while True:
        # r W_il(r) = max(0, delta / 2 (h2 S2_il / delta2 - r))
        margin = indifference / 2 * np.maximum(0, closes[np.ix_(left, left)] - r)
        beaten = (sums[left][:, None] < sums[left] - margin).any(axis=1)
        survivors = [option for option, out in zip(left, beaten, strict=True) if not out]
        if not stages or len(survivors) < len(left):
            stages.append(Stage(r, tuple(survivors)))
        left = survivors
        needed = int(closes[np.ix_(left, left)].max()) + 1
        proven = len(left) == 1 or r >= needed
        if proven or r >= at_most:
            break
        if not len(waiting):
            waiting = np.full((min(step, at_most - r), k), np.nan)
            waiting[:, left] = drawn(sample, left, range(r, r + len(waiting)))
        sums[left] += waiting[0, left]
        waiting, r = waiting[1:], r + 1
        used[left] = r
    means = sums / used
    best = max(left, key=lambda i: means[i])
    contenders = () if proven else tuple(
        Contender(i, float(means[best] - means[i]), float(indifference / 2 * max(0, closes[i, best] / r - 1)))
        for i in sorted(left, key=lambda i: -means[i]) if i != best
    )  # fmt: skip
    return Selection(
        best, proven, confidence, indifference, tuple(stages), tuple(used.tolist()), tuple(means.tolist()), contenders,
        r if proven else needed,
    )  # fmt: skip


def drawn(sample: Sample, options: list[int], replications: range) -> np.ndarray:
    """Values that can be averaged, in the shape that was asked for."""
    values = np.asarray(sample(options, replications), float)
    if values.shape != (len(replications), len(options)):
        raise ValueError(f"sample: shape {values.shape} is not ({len(replications)}, {len(options)})")
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        row, column = bad[0]
        raise ValueError(
            f"option {options[column]} in replication {replications[row]}: {values[row, column]} has no mean; "
            "select by a measure that every future defines"
        )
    return values


def check_settings(k: int, confidence: float, indifference: float, first: int, at_most: int, step: int) -> None:
    """Refuse what is out of its range, all at once."""
    wrong = []
    if k < 1:
        wrong.append(f"k: {k} options; there must be at least one")
    if not 1 / max(k, 2) < confidence < 1:
        wrong.append(f"confidence: {confidence} is not between 1/{max(k, 2)} (a blind choice) and 1")
    if not 0 < indifference < np.inf:
        wrong.append(f"indifference: {indifference} is not above 0")
    if first < 2:
        wrong.append(f"first: {first} replications have no variance; at least 2")
    if at_most < first:
        wrong.append(f"at_most: {at_most} is fewer than the first {first}")
    if step < 1:
        wrong.append(f"step: {step} is not a number from 1")
    if wrong:
        raise ValueError("; ".join(wrong))
