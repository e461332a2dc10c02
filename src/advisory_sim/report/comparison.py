"""The options side by side: strength on dates, totals, targets."""

from __future__ import annotations

import numpy as np
import pandas as pd

from advisory_sim.experiment.answer import covered_means, thinned
from advisory_sim.experiment.warnings import mandate_length
from advisory_sim.report.parts import Cell, Group, Section, Table, row, table
from advisory_sim.report.results import Results
from advisory_sim.report.words import (
    NONE,
    difference,
    figure,
    iso_words,
    listed,
    mean_range,
    middle_range,
    share_interval,
    share_words,
    target_words,
)

LARGE = 10_000  # money from which it is told in thousands


def strength(results: Results) -> Section:
    """How many are there, and at work, on dates."""
    frame = results.strength.set_index(["series", "option", "date"]).sort_index()
    dates = shown_dates(results.strength)
    series = {
        "deployed": "Deployed: in the mission, on leave or not",
        "present": "Present: at work, or off shift",
        "on_duty": "On duty: present and within their shift",
    }
    if np.array_equal(frame.loc["present", ["mean", "p05", "p95"]], frame.loc["on_duty", ["mean", "p05", "p95"]]):
        del series["on_duty"]  # there is no rota
    groups = [
        Group(
            tuple(
                row(option, *(middle_range(frame.loc[name, option, date]) for date in dates))
                for option in results.about.options
            ),
            Cell(heading),
        )
        for name, heading in series.items()
    ]
    return Section(
        "strength",
        "Strength, date by date",
        tables=(
            table(
                "International staff: middle of the futures, and the range of 9 in 10 of them",
                " | ".join(["option", *map(iso_words, dates)]),
                *groups,
                notes=(*mandate_ends(results), "More dates are in strength.csv."),
            ),
        ),
    )


def shown_dates(frame: pd.DataFrame) -> list[str]:
    """Ends of months on which somebody may be there, at most seven; every date of the table where months are few."""
    there = frame[(frame["series"] == "deployed")].groupby("date").agg({"p95": "max", "occasion": "first"})
    months = there[there["occasion"].str.split(", ").str[0] == "month end"]
    dates = months if len(months) > 2 else there
    peopled = dates[dates["p95"] >= 0.5]
    return thinned(list((peopled if len(peopled) else dates).index))


def mandate_ends(results: Results) -> tuple[str, ...]:
    """The last day of each option's mandate, in the middle of the futures."""
    on: dict[str, list[str]] = {}
    frame = results.strength.drop_duplicates(["date", "occasion"])
    for option in results.about.options:
        for date, occasion in zip(frame["date"], frame["occasion"], strict=True):
            if f"mandate ends ({option})" in occasion:
                on.setdefault(date, []).append(f"'{option}'")
    ends = [f"{iso_words(date)} ({listed(names)})" for date, names in sorted(on.items())]
    return (f"Last day of the mandate, in the middle of the futures: {'; '.join(ends)}.",) if ends else ()


def options(results: Results) -> Section:
    """What each option comes to, and what it brings more than the first."""
    scenario, of = results.scenario, results.of
    units, scale = bool(scenario.units), money_scale(results)
    several = len({mandate_length(variant) for variant in results.variants.values()}) > 1
    rows = []
    for option in results.about.options:
        cells: list[str | Cell] = [option, total(results, option, "officer_days")]
        if units:
            cells += [total(results, option, "covered_days")]
            cells += [figure(of(option, "worst_unit", window="mandate")["mean"], "share")]
        if scale:
            cells += [total(results, option, "cost", scale)]
        rows.append(row(*cells))
    head = ["option", "officer-days"]
    head += ["covered unit-days", "coverage of the worst unit" + "*" * several] if units else []
    head += [f"cost ({scenario.currency}{' 1,000' if scale == 1000 else ''})"] if scale else []
    confidence = confidence_words(results)
    notes = [
        f"Mean, with the range of 9 in 10 futures. Below it: more or less than '{results.first}' in the same futures, "
        f"on average, ± half of its {confidence} interval."
    ]
    if units:
        notes.append(covered_means(scenario)[0].upper() + covered_means(scenario)[1:])
    if units and several:
        notes.append(
            "* A share over each option's own mandate. The mandates differ in length, so these shares do not compare "
            "between them; officer-days, unit-days and costs do: all options are observed over the same span."
        )
    totals = table("Totals over the whole span observed", " | ".join(head), Group(tuple(rows)), notes=tuple(notes))
    tables = [totals] if scenario.teams else []
    if scenario.targets:
        tables.append(targets(results, confidence))
    return Section("options", "The options side by side", tables=tuple(tables))


def confidence_words(results: Results) -> str:
    """The confidence of the intervals."""
    return share_words(results.scenario.runs.confidence)


def total(results: Results, option: str, measure: str, scale: float = 1) -> Cell:
    """A figure with its range, and its difference to the first option's."""
    found = mean_range(results.of(option, measure), scale)
    return Cell(found, more(results, (option, measure, "mission", "", "horizon"), scale))


def more(results: Results, key: tuple[str, str, str, str, str], scale: float = 1) -> str:
    """A difference to the first option, which has none itself."""
    if len(results.about.options) == 1:
        return ""
    return difference(results.gains[key], scale) if key in results.gains else "the first"


def money_scale(results: Results) -> float:
    """What money is divided by: 1, or 1,000 for large sums; 0 where nothing costs anything."""
    costs = [results.of(option, "cost")["mean"] for option in results.about.options]
    return 0 if not max(costs) > 0 else 1000 if max(costs) >= LARGE else 1


def targets(results: Results, confidence: str) -> Table:
    """Futures that meet each target."""
    groups = []
    for name, target in results.scenario.targets.items():
        window = next(key[4] for key in results.estimates if key[1:4] == ("target_met", "target", name))
        rows = []
        for option in results.about.options:
            key = (option, "target_met", "target", name, window)
            rows.append(row(option, share_interval(results.estimates[key]), points(more(results, key, 0.01))))
        groups.append(Group(tuple(rows), Cell(name, target_words(target))))
    return table(
        f"Futures that meet each target, of 100, with the {confidence} interval",
        "option | futures that meet it | more than the first (points)",
        *groups,
    )


def points(text: str) -> str:
    """A difference, or a dash for the first option."""
    return text if text not in ("", "the first") else NONE
