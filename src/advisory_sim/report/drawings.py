"""The figures of the run, each with its caption and with what it says for whoever does not see it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from advisory_sim.plots.waterfall import LABELS
from advisory_sim.report.academy import classes_message, graduates_message
from advisory_sim.report.comparison import more
from advisory_sim.report.parts import Cell, Group, Picture, Section, row, table
from advisory_sim.report.pictures import inline
from advisory_sim.report.results import Results
from advisory_sim.report.words import NONE, figure, iso_words, middle_range, signed
from advisory_sim.scenario.catalogue import CAUSES


def figures(results: Results) -> Section | None:
    """The figures of the run but the waterfall, which stands with its table; nothing where none was drawn."""
    names = [name for name in results.figures if name != "waterfall"]
    if not names:
        return None
    return Section("figures", "Figures", pictures=tuple(picture(results, name) for name in names))


def picture(results: Results, name: str) -> Picture:
    """A figure with its caption and what it says."""
    caption, message = PICTURES[name]
    return Picture(inline(name, results.figures[name], message(results)), caption)


def by_option(results: Results, said: Iterable[str]) -> str:
    """What is said of each option, in one text."""
    return "; ".join(f"'{option}': {text}" for option, text in zip(results.about.options, said, strict=True)) + "."


def strength_message(results: Results) -> str:
    """How high deployed strength comes, and when."""
    frame = results.strength[results.strength["series"] == "deployed"]
    said = []
    for option in results.about.options:
        top = frame.loc[frame[frame["option"] == option]["p50"].idxmax()]
        said.append(f"at most {middle_range(top)} deployed, on {iso_words(top['date'])}")
    return f"Strength over time, a panel an option. {by_option(results, said)}"


def extremes(results: Results, measure: str, window: str = "mandate") -> list[str]:
    """The units with the least and the most of a share, for each option."""
    said = []
    for option in results.about.options:
        shares = {unit: results.of(option, measure, "unit", unit, window)["mean"] for unit in results.scenario.units}
        known = {unit: share for unit, share in shares.items() if np.isfinite(share)}
        if not known:
            said.append("none")
            continue
        low, high = min(known, key=known.__getitem__), max(known, key=known.__getitem__)
        said.append(f"from {figure(known[low], 'share')} ({low}) to {figure(known[high], 'share')} ({high})")
    return said


def staffing_message(results: Results) -> str:
    """The month with most deployed."""
    frame = results.staffing[(results.staffing["series"] == "deployed") & (results.staffing["team"] == "")]
    said = []
    for option in results.about.options:
        top = frame.loc[frame[frame["option"] == option]["p50"].idxmax()]
        said.append(f"most deployed in {top['month']}, {figure(top['p50'], 'people')}")
    return f"Staff by month, a panel an option. Middle of the futures: {by_option(results, said)}"


def coverage_message(results: Results) -> str:
    """The least and the most covered units."""
    said = by_option(results, extremes(results, "coverage"))
    return f"Coverage by unit and week, a panel an option. Mean over the mandate, {said}"


def map_message(results: Results) -> str:
    """The least and the most covered units on the map."""
    placed = [name for name, unit in results.scenario.units.items() if unit.location]
    said = by_option(results, extremes(results, "coverage", "horizon"))
    return f"Map of {len(placed)} units, a panel an option. Covered share of the whole span, {said}"


def work_message(results: Results) -> str:
    """The units served least and most."""
    said = by_option(results, extremes(results, "attended"))
    return f"Share of activities served by unit and week, a panel an option. Over the mandate, {said}"


def utilisation_message(results: Results) -> str:
    """The role that is busiest."""
    needed = {role for activity in results.scenario.activities.values() for role in activity.needs}
    said = []
    for option in results.about.options:
        busy = {role: results.of(option, "utilisation", "role", role, "mandate")["mean"] for role in needed}
        known = {role: share for role, share in busy.items() if np.isfinite(share)}
        role = max(sorted(known), key=known.__getitem__, default=None)
        said.append("nobody on duty" if role is None else f"{role} busy {figure(known[role], 'share')} of time on duty")
    busiest = by_option(results, said)
    return f"Busy time over time on duty, a panel a role, mission and teams. Busiest over the mandate: {busiest}"


def hours_message(results: Results) -> str:
    """The hour at which most people are missing."""
    assert results.hours is not None
    said = []
    for option in results.about.options:
        rows = results.hours[(results.hours["option"] == option) & (results.hours["scope"] == "mission")]
        missing = (rows["demand_mean"] - rows["on_duty_mean"]).fillna(0)
        if missing.empty or missing.max() <= 0:
            said.append("enough on duty at every hour")
            continue
        worst = rows.loc[missing.idxmax()]
        said.append(
            f"{figure(missing.max(), 'people')} {worst['role']} short from {worst['hour']:02.0f}:00 to "
            f"{worst['hour'] + 1:02.0f}:00"
        )
    return f"On duty and needed by hour of the day, a panel a role. Means over the mandate: {by_option(results, said)}"


def differences_message(results: Results) -> str:
    """What each option brings more than the first."""
    said = "; ".join(
        f"'{option}' {more(results, (option, 'officer_days', 'mission', '', 'horizon'))} officer-days and "
        f"{more(results, (option, 'covered_days', 'mission', '', 'horizon'))} covered unit-days"
        for option in results.about.options[1:]
    )
    return f"Mean differences to '{results.first}' with their intervals. {said}."


def waterfall_message(results: Results) -> str:
    """The share that is on duty, and the largest loss."""
    said = []
    for option in results.about.options:
        authorised, lost, on_duty = steps(results, option)
        cause = max(lost, key=lost.__getitem__)
        share = f" ({figure(on_duty / authorised, 'share')})" if authorised else ""
        said.append(
            f"{figure(on_duty)} of {figure(authorised)} authorised officer-days on duty{share}; most lost to "
            f"{LABELS[cause]}, {figure(lost[cause])}"
        )
    return f"Where the officer-days of the mandate went, a panel an option. {by_option(results, said)}"


PICTURES = {
    "staffing": (
        "Authorised, deployed and present by month, means of the month: bars are the middle of the futures, lines hold "
        "9 in 10 of them.",
        staffing_message,
    ),
    "graduates": (
        "Graduates since day 0: middle of the futures, and the band that holds 9 in 10 of them; the star is the "
        "target.",
        graduates_message,
    ),
    "classes": (
        "The academy's classes in the future with the middle number of graduates: each bar is a class, as wide as its "
        "course is long and as high as the places that it holds (in pieces where free places lie apart).",
        classes_message,
    ),
    "strength": (
        "Strength over time: middle of the futures, and the band that holds 9 in 10 of them. Dotted lines mark what "
        "happens to the mandate.",
        strength_message,
    ),
    "coverage": ("Coverage by unit and week: light is covered, dark is not.", coverage_message),
    "map": (
        "Where units are covered over the whole span: colour is the covered share, size the population. Of more than "
        "four options, the first and the three that cover most.",
        map_message,
    ),
    "work": ("What the units get out of it: the share of activities served, by unit and week.", work_message),
    "utilisation": (
        "Who is overloaded where: busy time over time on duty over the mandate; the sign is the mean, the bar holds "
        "9 in 10 futures.",
        utilisation_message,
    ),
    "hours": ("On duty and needed by hour of the day, means over the mandate.", hours_message),
    "differences": (
        "Differences to the first option over the whole span: the dot is the mean, its whiskers the interval of the "
        "mean; the bar holds 9 in 10 futures.",
        differences_message,
    ),
    "waterfall": ("From the officer-days authorised to those on duty, over the mandate.", waterfall_message),
}


def steps(results: Results, option: str) -> tuple[float, dict[str, float], float]:
    """Officer-days of the mandate: authorised, lost by cause, on duty; they add up."""
    lost = {
        cause: float(results.of(option, f"officer_days_lost_to_{cause}", window="mandate")["mean"]) for cause in LABELS
    }
    on_duty = float(results.of(option, "present_days", window="mandate")["mean"]) - lost["off_shift"]
    return on_duty + sum(lost.values()), lost, on_duty


def waterfall(results: Results) -> Section:
    """Where the officer-days went: one row an option, from the authorised to those on duty."""
    found = {option: steps(results, option) for option in results.about.options}
    causes = [cause for cause in LABELS if any(abs(lost[cause]) >= 0.5 for _, lost, _ in found.values())]

    def part(days: float, of: float) -> Cell:
        return Cell(signed(f"{days:,.0f}") if abs(days) >= 0.5 else NONE, share_of(days, of))

    rows = tuple(
        row(option, figure(paper), *(part(-lost[cause], paper) for cause in causes), part(on_duty, paper))
        for option, (paper, lost, on_duty) in found.items()
    )
    handover = ("Handover: two officers on one post for some days; they are counted twice elsewhere.",)
    return Section(
        "waterfall",
        "Where the officer-days went",
        tables=(
            table(
                "Officer-days of the mandate, mean of the futures: authorised, less what each cause takes, leaves "
                "those on duty",
                " | ".join(["option", "authorised", *(LABELS[c].split(" (")[0] for c in causes), "on duty"]),
                Group(rows),
                notes=(
                    f"Each day is put down to the first cause that holds, in this order. Waiting to travel: "
                    f"{CAUSES['waiting'].partition(' (')[2].removesuffix(')')}.",
                    *(handover if "handover" in causes else ()),
                ),
            ),
        ),
        pictures=(picture(results, "waterfall"),) if "waterfall" in results.figures else (),
    )


def share_of(days: float, of: float) -> str:
    """A part in per cent of the whole; nothing where there is none."""
    return signed(f"{100 * days / of:.0f} %") if of and abs(days) >= 0.5 else ""
