"""The spreadsheet answer: what the back of an envelope gives, beside the simulated figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from advisory_sim.record.columns import DAY
from advisory_sim.scenario.quantities import Duration, middle

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.experiment.study import Study
    from advisory_sim.scenario.model import Role, Scenario, Stage

YEAR_DAYS = 365.25


def days(duration: Duration | None) -> float:
    """Mean of a duration, in days, at the middle of what is uncertain."""
    return 0.0 if duration is None else duration.mean_seconds() / DAY


def stage_days(stages: tuple[Stage, ...]) -> float:
    """Mean length of a search: time taken, half an interval's wait for each series, and failed attempts."""
    total = 0.0
    for stage in stages:
        once = total + days(stage.takes) + days(stage.every) / 2
        fails = middle(stage.fails.value)
        total = once / (1 - fails)
    return total


def availability(role: Role) -> float:
    """Share of a stay, between induction and checkout, that is spent at work."""
    leave = 1.0
    if role.leave is not None:
        every, lasting = days(role.leave.every), days(role.leave.lasting)
        leave = every / (every + lasting) if every + lasting else 1.0
    sick = 0.0
    if role.sickness is not None:
        if role.sickness.share is not None:
            sick = middle(role.sickness.share.value)
        else:
            gap, lasting = days(role.sickness.gap), days(role.sickness.lasting)
            sick = lasting / (gap + lasting) if gap + lasting else 0.0
    return leave * (1 - sick)


def leaving_rate(role: Role) -> float:
    """Departures a post and year that leave a gap: early ones, and tours' ends without a successor in time."""
    early = 0.0
    if role.early_departure is not None:
        if role.early_departure.after is not None:
            early = YEAR_DAYS / days(role.early_departure.after)
        else:
            early = middle(role.early_departure.share_per_year.value)
    tours = YEAR_DAYS / days(role.tour) * (1 - middle(role.stays_on.value)) if role.tour else 0.0
    return early + tours


def lag(role: Role) -> float:
    """Days that a vacated post stays vacant on average, after what is sought ahead of a tour's end."""
    search = stage_days(role.recruitment if role.refill is None else role.refill) + days(role.travel)
    early = (
        middle(role.early_departure.share_per_year.value)
        if (role.early_departure is not None and role.early_departure.share_per_year is not None)
        else 0.0
    )
    if not role.tour or leaving_rate(role) == 0:
        return search
    late = max(0.0, search - days(role.successor_sought))
    part = early / leaving_rate(role)
    return part * search + (1 - part) * late


def international_posts(scenario: Scenario) -> dict[str, int]:
    """International posts of day 0, by role."""
    posts: dict[str, int] = {}
    for team in scenario.teams.values():
        for role, number in team.posts.items():
            if scenario.roles[role].kind == "international":
                posts[role] = posts.get(role, 0) + number
    return posts


def paper_posts(scenario: Scenario) -> int:
    """International posts of day 0."""
    return sum(international_posts(scenario).values())


def spreadsheet(study: Study) -> pd.DataFrame:
    """Back-of-an-envelope figures of each option's international staff, with their formula in words.

    Returns
    -------
    pandas.DataFrame
        One row an option and figure: quantity, value, unit, formula, simulated (mean over the mandate).
    """
    import pandas as pd

    rows = []
    for option, variant in study.design.variants:
        length = days(variant.mandate.length)
        posts = international_posts(variant)
        paper = paper_posts(variant)
        added = 0.0
        for _, decision in variant.taken:
            for _, role, number in decision.expansion:
                if variant.roles[role].kind == "international":
                    added += number
        term = length + sum(days(decision.extend) for _, decision in variant.taken)

        def simulated(measure: str, option: str = option) -> float:
            values = study.column(option, measure, window="mandate")
            return float(np.nanmean(values)) if not np.isnan(values).all() else float("nan")

        rows.append(
            (option, "officer-days on paper", (paper + added) * term, "days",
             f"{paper + added:g} posts x {term:.0f} days of mandate, all filled from its first day to its last",
             simulated("officer_days"))
        )  # fmt: skip
        if not paper:
            continue
        at_work = sum(n * availability(variant.roles[role]) for role, n in posts.items()) / paper
        rows.append(
            (option, "relief factor", 1 / at_work if at_work else float("inf"), "people a post",
             "1 / ((1 - leave / (leave + time between leaves)) x (1 - share of time sick)); no induction, no vacancy",
             simulated("deployed") / simulated("present") if simulated("present") else float("nan"))
        )  # fmt: skip
        rows.append(
            (option, "present on an average day", (paper + added) * at_work, "people",
             f"{paper + added:g} posts / relief factor", simulated("present"))
        )  # fmt: skip
        vacant = sum(
            n * leaving_rate(variant.roles[role]) * lag(variant.roles[role]) / YEAR_DAYS for role, n in posts.items()
        ) / paper  # fmt: skip
        rows.append(
            (option, "vacancy rate", min(1.0, vacant), "share",
             "Little's law: departures a post and year x years to replace; no first filling", simulated("vacancy_rate"))
        )  # fmt: skip
    return pd.DataFrame(rows, columns=["option", "quantity", "value", "unit", "formula", "simulated"])
