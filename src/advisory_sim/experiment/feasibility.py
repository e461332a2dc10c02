"""The smallest or the cheapest option whose chance to meet a target is high enough, looked at after every future."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from advisory_sim.experiment.selection import Sample, Selection, drawn, select

MEETS, FAILS, OPEN, UNNEEDED = "meets", "fails", "open", "unneeded"


@dataclass(frozen=True)
class Verdict:
    """What is known of one option's chance to meet the target."""

    verdict: str  # meets, fails, open, or unneeded: another was found before it was decided
    replications: int
    share: float  # of these that met it
    at_least: float  # of the chance: all options' lower bounds hold at once with the asked confidence,
    at_most: float  # and so do the upper ones, whenever one stops


@dataclass(frozen=True)
class Choice:
    """The option chosen; options are numbers from 0."""

    chosen: int | None  # None where no option is known to meet the target
    proven: bool  # whether the promise holds
    bound: float
    slack: float
    confidence: float
    verdicts: tuple[Verdict, ...]
    selection: Selection | None = None  # among those that meet the target, where costs were simulated

    def sentence(self, names: Sequence[str]) -> str:
        """What can be said, in plain words; `names` are the options' in order."""
        sure = f"confidence {100 * self.confidence:g} %"
        known = "meets" if self.proven else "is known to meet"
        least = self.bound if self.chosen is None else self.bound - self.slack
        target = f"{known} the target in at least {100 * least:.4g} % of futures"
        if self.chosen is None:
            text = f"no option {target}"
        else:
            which = "smallest" if self.selection is None else "cheapest"
            text = f"'{names[self.chosen]}' is the {which} that {target}"
            if self.selection is not None and len(self.selection.means) > 1:
                text += f", or within {self.selection.indifference:,g} of it"
            if self.slack and self.selection is None:
                text += f"; no smaller one reaches {100 * self.bound:.4g} %" if self.proven else ""
        if self.proven:
            return f"{text[0].upper()}{text[1:]} ({sure})."
        undecided = ", ".join(
            f"'{names[i]}' ({100 * v.at_least:.0f} to {100 * v.at_most:.0f} %)"
            for i, v in enumerate(self.verdicts)
            if v.verdict == OPEN
        )
        text += f"; undecided at {sure}: {undecided}" if undecided else ""
        if self.selection is not None and not self.selection.proven:
            text += f"; costs do not tell the cheapest at {sure}"
        return f"Not proven: {text}."


def evidence(met: np.ndarray, n: np.ndarray, bound: float | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logarithms of the evidence that a chance is at least, and that it is below, `bound`, after n futures.

    Each is a likelihood ratio: chances spread evenly over the side that is to be shown, against `bound` itself. Where
    the chance is on the other side it is a supermartingale that starts at 1, so that it ever exceeds 1 / a with a
    chance of at most a (Ville 1939; of the shares of a binomial: Robbins 1970, 'Statistical methods related to the law
    of the iterated logarithm', Ann. Math. Stat. 41). One may therefore look after every future and stop at any.

    Parameters
    ----------
    met, n
        Futures that met the target, and all of them.
    bound
        Between 0 and 1.
    """
    from scipy.special import betainc, betaincc, betaln

    missed = n - met
    ratio = betaln(met + 1, missed + 1) - met * np.log(bound) - missed * np.log1p(-bound)
    with np.errstate(divide="ignore"):
        above = ratio + np.log(betaincc(met + 1, missed + 1, bound)) - np.log1p(-bound)
        below = ratio + np.log(betainc(met + 1, missed + 1, bound)) - np.log(bound)
    return above, below


def bounds(met: np.ndarray, n: np.ndarray, enough: float) -> tuple[np.ndarray, np.ndarray]:
    """The largest chance that is shown to be reached, and the smallest that is shown not to be."""
    share = np.divide(met, n, out=np.full(len(n), 0.5), where=n > 0)
    found = []
    for side, end in ((0, 0.0), (1, 1.0)):
        outer, inner = np.full(len(n), end), share.copy()
        for _ in range(50):  # halve the span in which the evidence comes to be enough
            middle = np.clip((outer + inner) / 2, 1e-15, 1 - 1e-15)
            shown = evidence(met, n, middle)[side] >= enough
            outer, inner = np.where(shown, middle, outer), np.where(shown, inner, middle)
        found.append(outer)
    return found[0], found[1]


def smallest(
    sample: Sample,
    sizes: Sequence[float],
    bound: float,
    confidence: float,
    *,
    slack: float = 0.0,
    at_most: int = 10_000,
    step: int = 25,
) -> Choice:
    """The smallest option whose chance to meet a target is at least `bound`.

    With the asked confidence the chance of the option chosen is at least `bound - slack`, and that of every smaller one
    is below `bound`: whatever the chances, however correlated the options; no order of chances is assumed. Without
    slack an option whose chance is close to `bound` is decided late or never; a choice that is not proven says what is
    known.

    Parameters
    ----------
    sample
        1 and 0 (met or not) of some options in some replications.
    sizes
        Of each option, known beforehand: officers, money; of equal ones the first counts as the smaller.
    bound
        Chance to meet the target, between 0 and 1.
    confidence
        Between 0 and 1.
    slack
        How far below `bound` a chance may be and still count as good enough.
    at_most, step
        Replications after which to stop in any case, and to ask for at once.

    Raises
    ------
    ValueError
        For a setting out of its range (all are told at once), or a value that is neither 0 nor 1.
    """
    order = np.argsort(np.asarray(sizes, float), kind="stable").tolist()
    counts = Counts(sample, len(order), bound, slack, confidence, at_most, step)

    def answer() -> tuple[int | None, list[int]]:
        """The smallest that is known to meet it, and the open ones that are smaller."""
        found = next((i for i in order if counts.verdicts[i] == MEETS), None)
        smaller = order if found is None else order[: order.index(found)]
        return found, [i for i in smaller if counts.verdicts[i] == OPEN]

    found, undecided = answer()
    while undecided and counts.more(undecided):
        found, undecided = answer()
    if found is not None:
        for i in order[order.index(found) + 1 :]:
            if counts.verdicts[i] == OPEN:
                counts.verdicts[i] = UNNEEDED
    return Choice(found, not undecided, bound, slack, confidence, counts.told())


def cheapest(
    met: Sample,
    cost: Sample,
    k: int,
    bound: float,
    confidence: float,
    indifference: float,
    *,
    slack: float = 0.0,
    first: int = 20,
    at_most: int = 10_000,
    step: int = 25,
) -> Choice:
    """The option of the least mean cost among those whose chance to meet a target is at least `bound`.

    Half of what may go wrong is spent on telling which options meet the target, half on Kim and Nelson's selection
    among these; so with the asked confidence the option chosen meets it, and no other that does is cheaper by
    `indifference` or more in the mean (under the conditions of `select`).

    Parameters
    ----------
    met, cost
        1 and 0, and the cost, of some options in some replications; the two may be of the same futures.
    k
        Number of options.
    bound, confidence, slack, at_most, step
        As for `smallest`.
    indifference, first
        As for `select`, in units of cost.

    Raises
    ------
    ValueError
        As `smallest` and `select`.
    """
    half = (1 + confidence) / 2
    counts = Counts(met, k, bound, slack, half, at_most, step)
    while OPEN in counts.verdicts and counts.more([i for i in range(k) if counts.verdicts[i] == OPEN]):
        pass
    meeting = [i for i in range(k) if counts.verdicts[i] == MEETS]
    decided = OPEN not in counts.verdicts
    if not meeting:
        return Choice(None, decided, bound, slack, confidence, counts.told())
    found = select(
        lambda options, replications: -np.asarray(cost([meeting[i] for i in options], replications), float),
        len(meeting), half, indifference, first=first, at_most=at_most, step=step,
    )  # fmt: skip
    return Choice(meeting[found.selected], decided and found.proven, bound, slack, confidence, counts.told(), found)


class Counts:
    """How often each option met the target so far, and what that tells."""

    def __init__(
        self, sample: Sample, k: int, bound: float, slack: float, confidence: float, at_most: int, step: int
    ) -> None:
        wrong = []
        if k < 1:
            wrong.append("no options; there must be at least one")
        if not 0 < bound < 1:
            wrong.append(f"bound: {bound} is not between 0 and 1")
        if not 0 <= slack < bound:
            wrong.append(f"slack: {slack} is not between 0 and the bound")
        if not 0 < confidence < 1:
            wrong.append(f"confidence: {confidence} is not between 0 and 1")
        if at_most < 1:
            wrong.append(f"at_most: {at_most} is not a number from 1")
        if step < 1:
            wrong.append(f"step: {step} is not a number from 1")
        if wrong:
            raise ValueError("; ".join(wrong))
        self.sample, self.bound, self.slack, self.at_most, self.step = sample, bound, slack, at_most, step
        # An option can be misjudged in one way only, so each side may spend the option's whole share.
        self.enough = np.log(k / (1 - confidence))
        self.met, self.n = np.zeros(k), np.zeros(k, int)
        self.verdicts = [OPEN] * k

    def more(self, options: list[int]) -> bool:
        """Ask for more replications of these, and judge after each; False where no more may be asked for."""
        done = int(self.n[options[0]])  # what is open has been asked for throughout
        replications = range(done, min(done + self.step, self.at_most))
        if not replications:
            return False
        values = drawn(self.sample, options, replications)
        if not np.isin(values, (0, 1)).all():
            raise ValueError("sample: a value is neither 0 (target missed) nor 1 (met)")
        met = self.met[options] + values.cumsum(axis=0)
        n = np.arange(replications.start + 1, replications.stop + 1)[:, None]
        above, below = evidence(met, n, self.bound - self.slack)[0], evidence(met, n, self.bound)[1]
        for column, i in enumerate(options):
            crossed = np.flatnonzero(np.maximum(above, below)[:, column] >= self.enough)
            last = int(crossed[0]) if len(crossed) else len(replications) - 1
            self.met[i], self.n[i] = met[last, column], n[last, 0]
            if len(crossed):
                self.verdicts[i] = MEETS if above[last, column] >= self.enough else FAILS
        return True

    def told(self) -> tuple[Verdict, ...]:
        """The verdicts with what they rest on."""
        low, high = bounds(self.met, self.n, self.enough)
        return tuple(
            Verdict(verdict, int(n), float(met / n) if n else float("nan"), float(a), float(b))
            for verdict, n, met, a, b in zip(self.verdicts, self.n, self.met, low, high, strict=True)
        )
