"""The days on which a decision of an option could be taken, and the design that takes it on each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisory_sim.experiment.blocks import Design
from advisory_sim.scenario.calendar import at_middle, duration_from
from advisory_sim.scenario.quantities import DAY, Duration, Moment, lowest
from advisory_sim.scenario.quantities import highest as most
from advisory_sim.scenario.reading import near

if TYPE_CHECKING:
    from advisory_sim.scenario.model import Scenario

WITHOUT = "without"
STEP, GRID = 10, 40  # days between those looked at first; about as many of them at most


@dataclass(frozen=True)
class Movable:
    """A decision of an option that can be moved; days count from day 0, or back from the expiry where `relative`."""

    plan: Scenario
    option: str
    decision: str
    relative: bool
    variant: Scenario  # of the option

    @property
    def last(self) -> int:
        """The most days that can be asked for: to the horizon's end, or back from the expiry to the mandate's begin."""
        if not self.relative:
            return self.variant.horizon_seconds // DAY
        return duration_from(0, at_middle(self.variant.mandate.length), self.variant.start) // DAY

    @property
    def own(self) -> int | None:
        """The day on which the option itself takes it, where that is a whole day of the same kind."""
        moment = dict(self.variant.taken)[self.decision].at
        assert moment is not None
        if self.relative:
            assert moment.offset is not None
            second = moment.offset.mean_seconds()
        elif moment.kind == "date" and moment.date is not None:
            second = (moment.date - self.variant.start).days * DAY
        elif moment.kind == "day" and moment.day is not None:
            second = moment.day * DAY
        else:
            assert moment.offset is not None
            second = duration_from(0, moment.offset, self.variant.start)
        return int(second // DAY) if second % DAY == 0 and second // DAY <= self.last else None

    @property
    def grid(self) -> list[int]:
        """The days to look at first, the earliest first."""
        step = max(1, self.last // 6) if self.last < 6 * STEP else STEP * max(1, -(-self.last // (GRID * STEP)))
        days = {*range(0, self.last + 1, step)} | ({self.own} if self.own is not None else set())
        return self.ordered(days)

    def ordered(self, days: Iterable[int]) -> list[int]:
        """Days in the order of time, each once."""
        return sorted(set(days), reverse=self.relative)

    def moment(self, day: int) -> Moment:
        """A day as the file would write it."""
        if self.relative:
            return Moment("expiry", offset=Duration("constant", (float(day),), "day"))
        return Moment("day", day=float(day))

    def date(self, day: int) -> dt.date | None:
        """The date of a day; None where it depends on an expiry that is a matter of chance or of other decisions."""
        start, mandate = self.variant.start, self.variant.mandate
        if not self.relative:
            return start + dt.timedelta(days=day)
        others = any(d.extend is not None for name, d in self.variant.taken if name != self.decision)
        uncertain = lowest(mandate.length.args[0]) != most(mandate.length.args[0])
        if mandate.begins.kind != "decision" or others or uncertain:
            return None
        expiry = duration_from(0, at_middle(mandate.length), start)
        return start + dt.timedelta(days=expiry // DAY - day)

    def design(self, days: Sequence[int], replications: int, *, reference: bool) -> Design:
        """The option with the decision on each of the days as options of one design, which share their futures.

        Parameters
        ----------
        reference
            Whether the option without the decision comes first.
        """
        from advisory_sim.scenario.rules_common import all_cells

        runs = self.plan.runs
        variants = [(WITHOUT, self._with(None))] if reference else []
        variants += [(str(day), self._with(self.moment(day))) for day in days]
        return Design(tuple(variants), tuple(all_cells(self.plan)), runs.seed, replications, runs.inputs)

    def _with(self, moment: Moment | None) -> Scenario:
        """The option with the decision at a moment, or without it; its other decisions stay."""
        moved = self.variant.model_copy()
        moved._taken = tuple(
            (name, decision.model_copy(update={"at": moment}) if name == self.decision else decision)
            for name, decision in self.variant.taken
            if name != self.decision or moment is not None
        )
        return moved


def movable(plan: Scenario, decision: str, option: str | None = None) -> Movable:
    """A decision of an option, to be moved.

    Parameters
    ----------
    option
        Left out, the first that takes the decision, or one that takes nothing else.

    Raises
    ------
    KeyError
        For an option or a decision that the plan does not have.
    ValueError
        For a decision that the option does not take, or that waits for something.
    """
    if decision not in plan.decisions:
        listed = f"decisions: {', '.join(plan.decisions)}" if plan.decisions else "the file has none"
        raise KeyError(f"no decision '{decision}'{near(decision, list(plan.decisions))}; {listed}")
    if option is not None and option not in plan.options:
        raise KeyError(f"no option '{option}'{near(option, list(plan.options))}; options: {', '.join(plan.options)}")
    taking = [name for name, one in plan.options.items() if decision in [take.decision for take in one.take]]
    if option is not None and option not in taking:
        listed = f"options that do: {', '.join(taking)}" if taking else "no option does; leave the option out"
        raise ValueError(f"option '{option}' does not take the decision '{decision}'; {listed}")
    if plan.decisions[decision].when is not None:
        raise ValueError(f"decision '{decision}' waits for something (`when`): it cannot be moved to a day")
    if not taking:
        taking = [f"only {decision}"]
        plan = plan.with_option(taking[0], decision)
    option = taking[0] if option is None else option
    variant = plan.for_option(option)
    moment = dict(variant.taken)[decision].at
    if moment is None:  # an option may set what a decision waits for
        raise ValueError(f"decision '{decision}' waits for something (`when`): it cannot be moved to a day")
    return Movable(plan, option, decision, moment.kind == "expiry", variant)


def asked_days(move: Movable, days: Iterable[int] | None) -> list[int]:
    """The days to look at first, as asked for or as is sensible.

    Raises
    ------
    ValueError
        For fewer than two, or a day out of range.
    """
    if days is None:
        return move.grid
    found = list(days)
    wrong = [day for day in found if day != int(day) or not 0 <= day <= move.last]
    if wrong:
        of = "days before the expiry" if move.relative else "days from day 0"
        raise ValueError(f"days: found {wrong[0]}; allowed: whole {of}, 0 to {move.last}")
    if len(set(found)) < 2:
        raise ValueError("days: at least two are needed")
    return move.ordered(int(day) for day in found)
