"""Three to five plain sentences, each derived from the figures."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from advisory_sim.experiment.estimate import estimate, quantiles
from advisory_sim.experiment.spreadsheet import paper_posts
from advisory_sim.record.columns import DAY, SERIES
from advisory_sim.scenario.calendar import moment_second
from advisory_sim.scenario.figures import figures

if TYPE_CHECKING:
    from advisory_sim.experiment.study import Study
    from advisory_sim.scenario.model import Decision

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
HARDLY = 0.2  # of the proportion in which officer-days grow


def sentences(study: Study) -> list[str]:
    """What the figures say, for whoever reads no table."""
    from advisory_sim.experiment.academy import school_sentences  # it needs what this file has

    found = [*school_sentences(study), present_sentence(study), delivered_sentence(study)]
    found += expansion_sentences(study) + replacement_sentences(study) + extension_sentences(study)
    found.append(return_sentence(study))
    found.append(assumed_sentence(study))
    return [sentence for sentence in found if sentence][:7]


def number(x: float) -> str:
    """A figure in running text: three digits that matter."""
    if abs(x) < 10:
        return f"{x:,.1f}".removesuffix(".0")
    digits = max(0, int(np.floor(np.log10(abs(x)))) - 2) if x else 0
    return f"{round(x, -digits):,.0f}"


def with_error(x: float, half: float) -> str:
    """A mean difference with half of its interval, where there is one."""
    return f"{number(x)} +- {number(half)}" if np.isfinite(half) else number(x)


def present_sentence(study: Study) -> str:
    """How many of the paper strength are there in the middle of the first option's mandate."""
    option = study.options[0]
    paper = paper_posts(study.design.variants[0][1])
    clock = study.clock(option)
    begun = np.isfinite(clock[:, 0])
    if not paper:
        return ""
    if not begun.any():
        return "The mandate's clock begins in none of the futures."
    middle = int(np.median(np.mean(clock[begun, :2], axis=1)))
    daily = study.strength(option)
    if middle >= daily.shape[2]:
        return ""
    date = study.scenario.start + dt.timedelta(days=middle)
    deployed = np.median(daily[SERIES.index("deployed"), :, middle])
    present = np.median(daily[SERIES.index("present"), :, middle])
    year = f" {date.year}" if len(study.dates) > 366 else ""  # a day and month is then no date
    text = (
        f"{paper} on paper {'is' if paper == 1 else 'are'} about {number(deployed)} in the country on {date.day} "
        f"{MONTHS[date.month - 1]}{year} and {number(present)} at work"
    )
    day = np.where(begun, clock[:, 0], 0).astype(int) + 30
    seen = begun & (day < daily.shape[2]) & (clock[:, 0] + 30 < clock[:, 1])
    if seen.any():
        there = daily[SERIES.index("deployed"), np.flatnonzero(seen), day[seen]]
        posts = daily[SERIES.index("authorised"), np.flatnonzero(seen), day[seen]]
        few = float(np.mean(there < posts / 2))
        text += f"; thirty days into the mandate fewer than half are there in {100 * few:.0f} % of futures"
    return text + "."


def delivered_sentence(study: Study) -> str:
    """What the first option's mandate delivers of what was decided, and where the rest went."""
    option = study.options[0]

    def mean(measure: str) -> float:
        return float(study.column(option, measure, window="mandate").mean())

    causes = ("waiting", "vacancy", "suspension", "induction", "checkout", "leave", "sickness", "off_shift", "handover")
    lost = {cause: mean(f"officer_days_lost_to_{cause}") for cause in causes}
    days = mean("officer_days")
    decided = mean("present_days") - lost["off_shift"] + sum(lost.values())
    if decided <= 0:
        return ""
    unfilled = lost["waiting"] + lost["vacancy"]
    away = sum(lost[cause] for cause in ("suspension", "induction", "checkout", "leave", "sickness"))
    length = study.design.variants[0][1].mandate.length
    text = f"The {length} deliver {100 * days / decided:.0f} % of the officer-days decided"
    if unfilled >= 0.5:
        text += f"; unfilled posts cost {number(unfilled)} officer-days"
    if away >= 0.5:
        text += f", induction, checkout, leave and sickness another {number(away)}"
    return text + "."


def mean_more(study: Study, option: str, measure: str, to: str | None = None) -> tuple[float, float]:
    """Mean paired difference and half of its interval."""
    more = study.column(option, measure) - study.column(study.options[0] if to is None else to, measure)
    found = estimate(more[:, None], study.confidence)
    return float(found.mean[0]), float((found.ci_high[0] - found.ci_low[0]) / 2)


def taking(study: Study, act: str) -> list[tuple[str, str, Decision]]:
    """Options that take just one decision, of this act: option, decision, what it is there."""
    found = []
    for option, variant in study.design.variants[1:]:
        if len(variant.taken) == 1 and not variant.options[option].set:
            name, decision = variant.taken[0]
            if getattr(decision, act) is not None:
                found.append((option, name, decision))
    return found


def expansion_sentences(study: Study) -> list[str]:
    """What more officers bring: officer-days, cover, and the price of delay."""
    if study.design.variants[0][1].taken or not taking(study, "expand"):
        return []
    option, name, decision = taking(study, "expand")[0]
    days, half = mean_more(study, option, "officer_days")
    covered, covered_half = mean_more(study, option, "covered_days")
    base_days = float(study.column(study.options[0], "officer_days").mean())
    base_covered = float(study.column(study.options[0], "covered_days").mean())
    people = sum(n for _, role, n in decision.expansion if study.scenario.roles[role].kind == "international")
    text = f"'{option}' ({people} more) brings {with_error(days, half)} officer-days"
    if study.layout.units and base_days and base_covered:
        few = covered / base_covered < HARDLY * days / base_days
        more = f"{with_error(covered, covered_half)} covered unit-days"
        text += f" but hardly more cover ({more}): it thickens teams" if few else f" and {more}"
    same = [(o, d) for o, n, d in taking(study, "expand") if n == name]
    text += "."
    moved = timing_sentence(study, same)
    return [text + (f" {moved}" if moved else "")]


def timing_sentence(study: Study, same: list[tuple[str, Decision]]) -> str:
    """What the moment of one decision is worth, from options that differ in nothing else."""
    timed = sorted(
        (moment_second(decision.at, study.scenario.start) / DAY, option)
        for option, decision in same
        if decision.at is not None and decision.at.kind != "expiry"
    )
    if len(timed) < 2 or timed[0][0] == timed[-1][0]:
        return ""
    (first, early), (last, late) = timed[0], timed[-1]
    lost, half = mean_more(study, early, "officer_days", to=late)
    if not abs(lost) > max(np.nan_to_num(half), 1e-9):
        return f"Whether it is decided on day {first:g} or day {last:g} makes no difference that shows."
    return (
        f"Each day's delay from day {first:g} to day {last:g} costs about {number(lost / (last - first))} officer-days."
    )


def extension_sentences(study: Study) -> list[str]:
    """What a longer term brings, and what asking late costs."""
    if study.design.variants[0][1].taken or not taking(study, "extend"):
        return []
    found = taking(study, "extend")
    parts = []
    for option, _, decision in found[:3]:
        days, half = mean_more(study, option, "officer_days")
        asked = f", asked {decision.at}," if decision.at is not None else ""
        parts.append(f"'{option}'{asked} brings {with_error(days, half)} officer-days")
    text = "; ".join(parts) + "."
    expansions = taking(study, "expand")
    if expansions and study.layout.units:
        longer = mean_more(study, found[0][0], "covered_days")[0]
        more = mean_more(study, expansions[0][0], "covered_days")[0]
        if longer > more:
            pair = f"{number(longer)} unit-days against {number(more)}"
            text = f"A longer term adds more cover than more officers do ({pair}): {text}"
    return [text]


def replacement_sentences(study: Study) -> list[str]:
    """What other posts in the place of some bring."""
    if study.design.variants[0][1].taken or not taking(study, "replace"):
        return []
    option, _, decision = taking(study, "replace")[0]
    old, new = sum(decision.reduction.values()), sum(n for *_, n in decision.expansion)
    days, half = mean_more(study, option, "officer_days")
    text = f"'{option}' puts {new} new posts in the place of {old}: {with_error(days, half)} officer-days"
    if study.layout.units:
        text += f" and {with_error(*mean_more(study, option, 'covered_days'))} covered unit-days"
    return [f"{text} against '{study.options[0]}'."]


def return_sentence(study: Study) -> str:
    """How many of the units that return in stages come to the last one under the first option, and by when half do."""
    layout = study.layout
    if not layout.stages:
        return ""
    units = list(layout.returning)
    last = study.blocks.entered(0)[:, units, layout.last_stages[units]]
    reached = (last < study.scenario.horizon_seconds).sum(axis=1)
    low, middle, high = (x[0] for x in quantiles(reached[:, None].astype(float)))
    spread = f" ({low:.0f} to {high:.0f} in 9 of 10 futures)" if high > low else ""
    text = f"Of {len(units)} units that return in stages {middle:.0f} come to the last{spread}"
    half = float(np.median(study.column(study.options[0], "days_to_reintegrated_50")))
    if not np.isfinite(half):
        return f"{text}; fewer than half in most futures."
    date = study.scenario.start + dt.timedelta(days=half)
    return f"{text}; half of them by {date.day} {MONTHS[date.month - 1]} {date.year} (day {half:.0f}) in the middle."


def assumed_sentence(study: Study) -> str:
    """What the answer rests on that nobody knows."""
    found = [f for f in figures(study.scenario) if f.grade == "assumed" and f.is_range]
    if not found:
        return ""
    names = [
        figure.path.removeprefix("roles.").replace(".", ", ", 1).replace(".", " ").replace("_", " ") for figure in found
    ]
    named = "; ".join(f"{name} ({figure.text})" for name, figure in list(zip(names, found, strict=True))[:4])
    more = f"; and {len(found) - 4} more" if len(found) > 4 else ""
    return f"Assumed, not known, and so drawn anew in every future: {named}{more}."
