"""By when a decision must be taken: its option with the decision on each of many days, over the same futures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from advisory_sim.experiment import deadline_curve as arithmetic
from advisory_sim.experiment import run as running
from advisory_sim.experiment.api import progress_bar
from advisory_sim.experiment.blocks import Design, rows_of
from advisory_sim.experiment.deadline_curve import Known, Last
from advisory_sim.experiment.deadline_days import WITHOUT, Movable, asked_days, movable
from advisory_sim.experiment.study import Study
from advisory_sim.experiment.workers import executor
from advisory_sim.scenario.catalogue import MEASURES, unit_of
from advisory_sim.scenario.quantities import middle
from advisory_sim.scenario.reading import near

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.measures import Row
    from advisory_sim.scenario.model import Scenario

REPLICATIONS = 200
USUAL = ("officer_days", "covered_days")
TOLD = 6  # days asked for whose values are told in a sentence; of more the table alone tells
HALF, TARGET = "half its value", "target"


class Answer(NamedTuple):
    """One question with the day that answers it; places are those of the result's days."""

    question: str
    figure: int
    known: Known  # what must be at least `bound`, by day
    bound: float
    last: Last


@dataclass(frozen=True)
class Question:
    """What is asked, checked; made by `question`."""

    move: Movable
    days: tuple[int, ...]
    figures: tuple[Row, ...]  # the measures, then the target where there is one
    target: str | None
    probability: float
    replications: int
    confidence: float
    named: bool = False  # whether the days were asked for by name: then each has its value in words

    @property
    def first_design(self) -> Design:
        """Without the decision, and with it on each of the days to begin with."""
        return self.move.design(self.days, self.replications, reference=True)


@dataclass(frozen=True)
class Deadline:
    """By when a decision must be taken; shows itself as a table and sentences."""

    question: Question
    days: tuple[int, ...]  # in the order of time
    values: np.ndarray  # (figures, replications, days)
    reference: np.ndarray  # the same futures without the decision, (figures, replications)

    @property
    def decision(self) -> str:
        """The decision that is moved."""
        return self.question.move.decision

    @property
    def option(self) -> str:
        """The option that takes it; its other decisions stay."""
        return self.question.move.option

    @property
    def replications(self) -> int:
        """Futures a day."""
        return self.question.replications

    @cached_property
    def answers(self) -> list[Answer]:
        """Each question's answer: half of the value in each measure, then the target."""
        return answers(self.question, self.values, self.reference)

    @cached_property
    def curve(self) -> pd.DataFrame:
        """What the decision is worth by day.

        Returns
        -------
        pandas.DataFrame
            One row a figure and day, in the order of time: day (from day 0, or before the expiry), moment (as a file
            writes it), date (NaT where nobody knows it on day 0), measure, name, unit; mean of the paired difference to
            the same futures without the decision with ci_low and ci_high (pointwise); delay_cost with delay_low and
            delay_high, what each day's delay since the row above takes away; same_as_before and same_as_without, the
            same to the bit in every future. Of a target, mean is the chance to meet it with Wilson's interval.
        """
        from advisory_sim.experiment.deadline_frames import curve_frame

        return curve_frame(self)

    @cached_property
    def answer(self) -> pd.DataFrame:
        """The last days.

        Returns
        -------
        pandas.DataFrame
            One row a question: question (`half its value` or `target`), measure, name; day, moment, date of the last
            day that will do by the estimate (missing where none does); day_surely and day_perhaps, the last day at
            which the lower and the upper end of the interval will do; verdict (proven, not proven, none).
        """
        from advisory_sim.experiment.deadline_frames import answer_frame

        return answer_frame(self)

    @property
    def sentences(self) -> list[str]:
        """What can be said, in plain words."""
        from advisory_sim.experiment.deadline_words import sentences

        return sentences(self)

    def __str__(self) -> str:
        from advisory_sim.experiment.deadline_words import deadline_text

        return deadline_text(self)


def question(
    plan: Scenario,
    decision: str,
    option: str | None = None,
    days: Iterable[int] | None = None,
    measures: Sequence[str] | str | None = None,
    target: str | None = None,
    probability: float = 0.8,
    replications: int | None = None,
) -> Question:
    """What `deadline` asks, checked before anything is simulated; parameters are its own.

    Raises
    ------
    KeyError
        For a name that the plan does not have.
    ValueError
        For a decision that cannot be moved, or a figure out of its range.
    """
    move = movable(plan, decision, option)
    replications = REPLICATIONS if replications is None else replications
    if replications < 2:
        raise ValueError(f"replications: {replications} is not a number from 2")
    if not 0 < probability < 1:
        raise ValueError(f"probability: {probability} is not between 0 and 1")
    if target is not None and target not in plan.targets:
        listed = f"targets: {', '.join(plan.targets)}" if plan.targets else "the file has none"
        raise KeyError(f"no target '{target}'{near(target, list(plan.targets))}; {listed}")
    found = asked_days(move, days)
    known = rows_of(move.design([], 1, reference=True), 0)
    names = [measures] if isinstance(measures, str) else measures
    rows = [mission_row(known, name) for name in names] if names is not None else usual_rows(known)
    if target is not None:
        rows.append(next(row for row in known if row.measure == "target_met" and row.name == target))
    confidence = middle(plan.runs.confidence.value)
    named = days is not None and len(found) <= TOLD
    return Question(move, tuple(found), tuple(rows), target, probability, replications, confidence, named)


def mission_row(known: list[Row], measure: str) -> Row:
    """The mission's figure of a measure over the horizon."""
    rows = {
        row.measure: row
        for row in known
        if row.scope == "mission" and row.window == "horizon" and not row.measure.startswith(("days_to_", "cost_per_"))
    }
    if measure not in rows:
        raise KeyError(
            f"no measure '{measure}' of the mission over the horizon{near(measure, list(rows))}; "
            f"measures: {', '.join(rows)}"
        )
    return rows[measure]


def usual_rows(known: list[Row]) -> list[Row]:
    """The measures that are looked at unless told otherwise: units that there are not cannot be covered."""
    there = {row.measure for row in known}
    return [mission_row(known, measure) for measure in USUAL if measure in there]


def deadline(
    plan: Scenario,
    decision: str,
    option: str | None = None,
    days: Iterable[int] | None = None,
    measures: Sequence[str] | str | None = None,
    target: str | None = None,
    probability: float = 0.8,
    replications: int | None = None,
    *,
    workers: int = 1,
    progress: bool = True,
) -> Deadline:
    """By when must a decision be taken?

    Parameters
    ----------
    plan
        From `load`.
    decision, option
        One of the plan's decisions, and the option in which it is moved; its other decisions stay. Left out, the first
        option that takes it.
    days
        To look at first: from day 0, or before the expiry for a decision that counts from it; left out, every tenth.
        Days around each answer are added until it is known to the day.
    measures
        In which the decision's value is looked at, of the mission over the horizon; left out, officer_days and
        covered_days.
    target, probability
        A target of the file, and the chance with which it is to be met.
    replications
        Futures a day; 200 where left out.
    workers, progress
        As of `run`.

    Raises
    ------
    KeyError
        For a name that the plan does not have.
    ValueError
        For a decision that cannot be moved, or a figure out of its range.
    """
    asked = question(plan, decision, option, days, measures, target, probability, replications)
    with executor(workers) as pool:
        return answered(asked, pool, progress)


def answered(asked: Question, pool: Executor, progress: bool) -> Deadline:
    """Simulate the first days, then halve the spans in which an answer lies until it is known to the day."""
    reference, found = simulated(asked, list(asked.days), pool, progress, first=True)
    while True:
        days = asked.move.ordered(found)
        values = np.stack([found[day] for day in days], axis=-1)
        spans = {
            span for answer in answers(asked, values, reference) for span in arithmetic.wide_gaps(answer.last, days)
        }
        between = [(low + high) // 2 for low, high in sorted(spans)]
        if not between:
            return Deadline(asked, tuple(days), values, reference)
        found |= simulated(asked, between, pool, progress)[1]


def simulated(
    asked: Question, days: list[int], pool: Executor, progress: bool, first: bool = False
) -> tuple[np.ndarray, dict[int, np.ndarray]]:
    """Figures of the decision on some days, (figures, replications) each; first those of the futures without it."""
    design = asked.move.design(days, asked.replications, reference=first)
    with running.temporary_folder() as folder:
        try:
            with progress_bar(design.replications, shown=progress) as report:
                blocks = running.simulate(design, Path(folder), pool, report)
        except running.Interrupted:
            raise KeyboardInterrupt from None
        study = Study(asked.move.plan, design, blocks)

        def figures(option: str) -> np.ndarray:
            return np.stack([study.column(option, *row) for row in asked.figures])

        return figures(WITHOUT) if first else np.empty(0), {day: figures(str(day)) for day in days}


def answers(asked: Question, values: np.ndarray, reference: np.ndarray) -> list[Answer]:
    """The last day for each question, of what is known so far; no day keeps half of what is no gain at first."""
    found = []
    for i, row in enumerate(asked.figures):
        if row.measure == "target_met":
            known, bound = arithmetic.chance_above(values[i], asked.confidence), asked.probability
            found.append(Answer(TARGET, i, known, bound, arithmetic.last(known, bound)))
            continue
        sign = better(row)
        known = arithmetic.half_kept(values[i], reference[i], asked.confidence, sign)
        gained = arithmetic.worth(sign * values[i][:, :1], sign * reference[i], asked.confidence).low[0] > 0
        found.append(Answer(HALF, i, known, 0.0, arithmetic.last(known, 0.0) if gained else Last(None, None, None)))
    return found


def better(row: Row) -> int:
    """-1 where less of a measure is better, else 1."""
    return -1 if MEASURES[row.measure].better == "less" else 1


def unit(row: Row) -> str:
    """The unit of a figure."""
    return unit_of(row.measure)
