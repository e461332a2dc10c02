"""Figures, dates, decisions and options as a reader meets them on the page."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pandas as pd

from advisory_sim.experiment.answer import day_month, error_of, percent, whole
from advisory_sim.scenario.calendar import moment_second
from advisory_sim.scenario.catalogue import unit_of
from advisory_sim.scenario.decision import Decision, When
from advisory_sim.scenario.figures import shortened
from advisory_sim.scenario.model import Option, Scenario, Target
from advisory_sim.scenario.quantities import DAY, Between, Moment, Share, plain

NONE = "–"
PLUS_MINUS = re.compile(r"(?<=\d) \+- (?=\d)")


# ---------------------------------------------------------------- figures


def figure(x: float, unit: str = "") -> str:
    """A figure of a unit: shares in per cent, others rounded with thousands marked; a dash where there is none."""
    return signed(percent(x) if unit == "share" else whole(x))


def signed(text: str) -> str:
    """A number with a minus sign, and no figure at all as a dash."""
    return NONE if text == "-" else text.replace("-", "−")


def spread(low: float, high: float) -> str:
    """A range, 28–51; never for infinity."""
    return "–".join("never" if np.isposinf(x) else whole(x) for x in (low, high))


def mean_range(row: pd.Series, scale: float = 1) -> str:
    """A mean with the range of 9 in 10 futures."""
    if row["p05"] == row["p95"] or not np.isfinite(row["mean"]):
        return figure(row["mean"] / scale)
    return f"{figure(row['mean'] / scale)} ({spread(row['p05'] / scale, row['p95'] / scale)})"


def middle_range(row: pd.Series) -> str:
    """The middle of the futures with the range of 9 in 10."""
    middle = "never" if np.isposinf(row["p50"]) else figure(row["p50"])
    return middle if row["p05"] == row["p95"] else f"{middle} ({spread(row['p05'], row['p95'])})"


def share_interval(row: pd.Series) -> str:
    """A share of the futures with its interval, in per cent."""
    low, high = 100 * row["ci_low"], 100 * row["ci_high"]
    return f"{percent(row['mean'])} ({low:.0f}–{high:.0f})"


def difference(row: pd.Series, scale: float = 1) -> str:
    """A mean paired difference with half of its interval."""
    scaled = pd.Series({key: row[key] / scale for key in ("mean", "ci_low", "ci_high")})
    return signed(error_of(scaled).replace("+-", "±"))


def time_of(days: float) -> str:
    """A wait in the unit that suits it."""
    if not np.isfinite(days):
        return NONE
    return f"{days:.1f} days" if days >= 2 else f"{24 * days:.1f} hours" if days >= 1 / 12 else f"{1440 * days:.0f} min"


def sentence(text: str) -> str:
    """A sentence of the answer with its intervals as they are printed."""
    return PLUS_MINUS.sub(" ± ", text)


# ---------------------------------------------------------------- dates


def date_words(date: dt.date) -> str:
    """31 Oct 2010."""
    return f"{day_month(date)} {date.year}"


def iso_words(date: str) -> str:
    """2010-10-31 as 31 Oct 2010."""
    return date_words(dt.date.fromisoformat(date))


def moment_words(moment: Moment, start: dt.date) -> str:
    """A moment, with its date where it has one."""
    if moment.kind == "date" and moment.date is not None:
        return f"on {date_words(moment.date)}"
    if moment.kind == "expiry":
        return str(moment)
    date = start + dt.timedelta(days=moment_second(moment, start) // DAY)
    return f"{'on ' if moment.kind == 'day' else ''}{moment} ({date_words(date)})"


# ---------------------------------------------------------------- what is planned


def share_words(share: Share) -> str:
    """A share in per cent, and what nobody knows as the file says it."""
    value = share.value
    if isinstance(value, Between):
        ends = (value.low, value.likely, value.high)
        return f"between({' '.join(f'{100 * x:g}%' for x in ends if x is not None)})"
    return f"{100 * value:g} %"


def begins_words(scenario: Scenario) -> str:
    """What starts the mandate's clock."""
    begins = scenario.mandate.begins
    if begins.kind == "moment" and begins.moment is not None:
        return moment_words(begins.moment, scenario.start).removeprefix("on ")
    known = {"decision": "the decision", "consent": "the host's consent"}
    return known.get(begins.kind, f"the {begins}" if begins.number == 1 else f"the day with {begins}")


def act_words(decision: Decision) -> str:
    """What a decision does."""
    acts = []
    for team, role, number in decision.expansion:
        where = f"at {team}" if team is not None else f"placed {decision.placed}"
        acts.append(f"{number} more {role} posts, {where}")
    if decision.extend is not None:
        acts.append(f"{decision.extend} longer")
    acts += [f"{number} fewer {role} posts" for role, number in decision.reduction.items()]
    acts += [f"open {listed(list(decision.open_unit))}"] if decision.open_unit else []
    acts += [f"close {listed(list(decision.close_unit))}"] if decision.close_unit else []
    return "; ".join(acts)


def agreement_words(decision: Decision) -> str:
    """Whether and when a decision is agreed."""
    agreement = decision.agreement
    if agreement is None:
        return "at once"
    takes = "at once" if not any(agreement.takes.args) else f"after {shortened(str(agreement.takes))}"
    chance = "" if agreement.chance.value == 1 else f", with chance {share_words(agreement.chance)}"
    return takes + chance


def proposal_words(decision: Decision, start: dt.date) -> str:
    """When a decision is proposed."""
    if decision.at is not None:
        return moment_words(decision.at, start)
    return when_words(decision.when, start) if decision.when is not None else NONE


def when_words(when: When, start: dt.date) -> str:
    """What a decision waits for."""
    if when.consent is not None:
        after = f" {moment_words(when.after, start)}" if when.after is not None else ""
        return f"if consent is missing{after}"
    side, bound = ("below", when.below) if when.below is not None else ("above", when.above)
    over = f" over {when.over}" if when.over is not None else ""
    return f"when {measured(when.measure or '', when.scope)} is {side} {bound_words(when.measure or '', bound)}{over}"


def measured(measure: str, scope: dict[str, str] | None) -> str:
    """A measure and whose."""
    whose = " ".join((scope or {}).values())
    return measure.replace("_", " ") + (f" of {whose}" if whose else "")


def bound_words(measure: str, bound: float | None) -> str:
    """A threshold in the measure's unit."""
    return f"{100 * (bound or 0):g} %" if unit_of(measure) == "share" else plain(bound or 0)


def target_words(target: Target) -> str:
    """What a target asks for."""
    side, bound = ("at least", target.at_least) if target.at_least is not None else ("at most", target.at_most)
    on = "by" if target.measure == "graduates" else "on"
    when = f"{on} {date_words(target.on)}" if target.on is not None else f"over the {target.window or 'horizon'}"
    return f"{measured(target.measure, target.scope)} {side} {bound_words(target.measure, bound)} {when}"


def option_words(option: Option, variant: Scenario) -> str:
    """An option in one line."""
    taken = [
        f"{act_words(decision)}, proposed {proposal_words(decision, variant.start)}" for _, decision in variant.taken
    ]
    changed = [f"{path} = {value}" for path, value in option.set.items()]
    return "; ".join([*taken, *changed]) or "no further decision"


def listed(words: list[str]) -> str:
    """a, b and c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else "none"
