"""The answer as a planner reads it: tables of strength and of options, then what they say in plain sentences."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from advisory_sim.experiment.dated import dated_strength, month_starts
from advisory_sim.experiment.sentences import sentences
from advisory_sim.experiment.warnings import warnings
from advisory_sim.scenario.figures import figures

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.experiment.study import Study
    from advisory_sim.scenario.model import Scenario

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NAME_WIDTH = 34
DATES = 7


def day_month(date: dt.date) -> str:
    """1 Nov."""
    return f"{date.day} {MONTHS[date.month - 1]}"


def long_date(date: dt.date) -> str:
    """Thu 22 Jul 2010."""
    return f"{WEEKDAYS[date.weekday()]} {day_month(date)} {date.year}"


def shown_dates(study: Study) -> list[dt.date]:
    """At most seven dates on which strength is shown: months' first days, the first of them one by one."""
    dates = month_starts(study)
    if len(dates) < 3:
        step = max(1, len(study.dates) // 6)
        dates = study.dates[step::step]
    # Nothing is there after the last mandate has ended in nearly every future.
    ends = max(np.quantile(study.clock(option)[:, 1], 0.95, method="lower") for option in study.options)
    if np.isfinite(ends):
        last = study.scenario.start + dt.timedelta(days=int(ends))
        dates = [date for date in dates if date <= last] or dates
    return thinned(dates)


def thinned(dates: list[Any]) -> list[Any]:
    """At most seven of them: the first one by one, as that is when posts fill, the others evenly."""
    if len(dates) <= DATES:
        return dates
    first = dates[: DATES // 2]
    rest = dates[DATES // 2 :]
    places = np.linspace(0, len(rest) - 1, DATES - len(first)).round().astype(int)
    return first + [rest[i] for i in dict.fromkeys(places.tolist())]


def whole(x: float) -> str:
    """A rounded figure with thousands marked; a dash where there is none."""
    return "-" if not np.isfinite(x) else f"{x:,.0f}"


def spread(row: pd.Series, figure: str = "p50") -> str:
    """A figure and the range of outcomes, where there is one: 42 (28-51)."""
    if row["p05"] == row["p95"]:
        return whole(row[figure])
    return f"{whole(row[figure])} ({whole(row['p05'])}-{whole(row['p95'])})"


def error_of(row: pd.Series) -> str:
    """A mean difference with its half-interval, rounded as the interval supports."""
    half = (row["ci_high"] - row["ci_low"]) / 2
    if not np.isfinite(half):
        return f"{row['mean']:+,.0f}" if np.isfinite(row["mean"]) else "-"
    if half == 0:
        return f"{row['mean']:+,.0f}"
    digits = max(0, min(2, -int(np.floor(np.log10(half)))))
    return f"{row['mean']:+,.{digits}f} +- {half:,.{digits}f}"


def percent(x: float) -> str:
    """63 %."""
    return "-" if not np.isfinite(x) else f"{100 * x:.0f} %"


def aligned(head: list[str], rows: list[list[str]]) -> list[str]:
    """A table as lines: the first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    rest = range(1, len(head))
    return [
        "  ".join([row[0].ljust(widths[0]), *(row[i].rjust(widths[i]) for i in rest)]).rstrip() for row in [head, *rows]
    ]


def short(name: str) -> str:
    """An option's name, cut where it would burst the table."""
    return name if len(name) <= NAME_WIDTH else name[: NAME_WIDTH - 1] + "…"


def strength_rows(study: Study) -> tuple[list[str], list[list[str]]]:
    """Officers deployed on dates, an option a row."""
    dates = shown_dates(study)
    frame = dated_strength(study, dict.fromkeys(dates, ""))
    frame = frame[frame["series"] == "deployed"]
    rows = []
    for option in study.options:
        mine = frame[frame["option"] == option]
        rows.append([short(option), *(spread(row) for _, row in mine.iterrows())])
    years = len({date.year for date in dates}) > 2
    return ["", *(day_month(date) + (f" {date.year % 100:02d}" if years else "") for date in dates)], rows


def option_rows(study: Study) -> tuple[list[str], list[list[str]]]:
    """What each option comes to, and what it brings more than the first."""
    measures = ["officer_days", "covered_days", "cost"]
    summary = study.summary(measures, scope="mission", window="horizon").set_index(["option", "measure"])
    worst = study.summary("worst_unit", window="mandate").set_index("option")["mean"]
    more = study.differences(measures, scope="mission", window="horizon").set_index(["option", "measure"])
    units = bool(study.layout.units)
    costs = summary.xs("cost", level="measure")["mean"].max() > 0
    head = ["", "officer-days (9 in 10)", "more than the first"]
    head += ["covered unit-days", "more than the first", "worst unit in the mandate"] if units else []
    head += [f"cost ({study.scenario.currency} 1,000)", "more than the first"] if costs else []
    rows = []
    for i, option in enumerate(study.options):

        def difference(measure: str, scale: float = 1, option: str = option, first: bool = i == 0) -> str:
            if first:
                return "-"
            row = more.loc[(option, measure)]
            return error_of(row[["mean", "ci_low", "ci_high"]].astype(float) / scale)

        days = summary.loc[(option, "officer_days")]
        cells = [short(option), spread(days, "mean")]
        cells.append(difference("officer_days"))
        if units:
            cells += [whole(summary.loc[(option, "covered_days"), "mean"]), difference("covered_days")]
            cells.append(percent(worst[option]))
        if costs:
            cells += [whole(summary.loc[(option, "cost"), "mean"] / 1000), difference("cost", 1000)]
        rows.append(cells)
    return head, rows


def target_rows(study: Study) -> tuple[list[str], list[list[str]]]:
    """Share of futures that meet each target, with its interval."""
    found = study.summary("target_met") if study.scenario.targets else None
    if found is None:
        return [], []
    names = list(study.scenario.targets)
    rows = []
    for option in study.options:
        mine = found[found["option"] == option].set_index("name")
        ends = 100 * mine[["ci_low", "ci_high"]]
        cells = [
            f"{percent(mine.loc[n, 'mean'])} ({ends.loc[n, 'ci_low']:.0f}-{ends.loc[n, 'ci_high']:.0f})" for n in names
        ]
        rows.append([short(option), *cells])
    return ["", *(short(name) for name in names)], rows


def work_rows(study: Study) -> tuple[list[str], list[list[str]]]:
    """Share of each activity's calls that were served over the mandate, and how many; how busy the staff were."""
    found = study.summary(["attended", "served", "utilisation"], window="mandate")
    activities = list(study.scenario.activities)
    head = ["", *(short(name) for name in activities), "busy of time on duty"]
    rows = []
    for option in study.options:
        mine = found[found["option"] == option].set_index(["measure", "scope", "name"])["mean"]
        cells = [
            f"{percent(mine['attended', 'activity', name])} ({whole(mine['served', 'activity', name])})"
            for name in activities
        ]
        rows.append([short(option), *cells, percent(mine["utilisation", "mission", ""])])
    return head, rows


def academy_tables(study: Study) -> list[tuple[str, list[str], list[list[str]]]]:
    """Title, head and rows of what the academy comes to; none where there is no academy."""
    from advisory_sim.experiment.academy import graduates_rows, school_rows  # they need what this file has

    if study.scenario.academy is None:
        return []
    return [
        ("Graduates by the end of: middle (range of 9 in 10 futures)", *graduates_rows(study)),
        ("The academy over the time observed; held up: share of the time in which no further class could start for "
         "want of ..", *school_rows(study)),
    ]  # fmt: skip


def covered_means(scenario: Scenario) -> str:
    """What makes a unit covered, in words."""
    coverage = scenario.coverage
    if coverage.minimum is not None:
        who = " and ".join(f"{number} {role}" for role, number in coverage.minimum.items())
    else:
        who = "two international officers (one where a team has but one post) and one of each local role"
    hours = f", between {coverage.hours}" if coverage.hours is not None else ""
    return f"covered: {who} {coverage.count} at once in one of the unit's teams{hours}."


def on_paper(study: Study) -> str:
    """The officer-days that the decision's text promises."""
    from advisory_sim.experiment.spreadsheet import days, paper_posts

    scenario = study.design.variants[0][1]
    posts, length = paper_posts(scenario), days(scenario.mandate.length)
    return f"On paper, {posts} for {length:.0f} days: {posts * length:,.0f} officer-days."


def inputs_line(scenario: Scenario) -> str:
    """How many figures the file rests on, and how they are known."""
    found = figures(scenario)
    grades = {grade: sum(f.grade == grade for f in found) for grade in ("measured", "published", "expert", "assumed")}
    ranges = sum(f.is_range for f in found)
    listed = ", ".join(f"{number} {grade}" for grade, number in grades.items() if number)
    as_range = f" ({ranges} as a range)" if ranges else ""
    return f"{len(found)} inputs: {listed}{as_range}."


def heading(study: Study, elapsed: float | None) -> list[str]:
    """Title, size of the study, time."""
    scenario, options = study.scenario, len(study.options)
    futures = f"{study.replications} replication{'s' * (study.replications != 1)}"
    size = f"{options} option{'s' * (options != 1)} x {futures}, seed {study.design.seed}"
    time = "" if elapsed is None else f", {elapsed:.1f} s"
    middle = " Uncertain inputs at their middle." if study.design.inputs == "middle" else ""
    last = study.dates[-1] + dt.timedelta(days=1)
    note = f", {scenario.horizon_note}" if scenario.horizon is None else ""
    return [
        f"{scenario.title}     {size}{time}",
        f"Day 0 is {long_date(scenario.start)}; observed to {day_month(last)} {last.year}{note}. "
        f"{inputs_line(scenario)}{middle}",
        *replications_taken(study),
    ]


def replications_taken(study: Study) -> list[str]:
    """How many replications were needed, where they were not given."""
    from advisory_sim.experiment.precision_words import precision_sentence

    return [precision_sentence(study)] if study.design.precision else []


def answer(study: Study, elapsed: float | None = None) -> str:
    """The whole answer as text.

    Parameters
    ----------
    elapsed
        Seconds that the simulation took; left out of the heading where None.
    """
    confidence = f"{100 * study.confidence:g}"
    lines = heading(study, elapsed)
    for title, head, rows in academy_tables(study):
        lines += ["", title, *aligned(head, rows)]
    if study.layout.cells:
        lines += ["", "Officers deployed: middle (range of 9 in 10 futures)", *aligned(*strength_rows(study))]
        lines += ["", *aligned(*option_rows(study))]
        lines.append(
            f"{covered_means(study.scenario)} +- : {confidence} % interval of the mean difference. {on_paper(study)}"
        )
    if study.scenario.activities:
        lines += ["", "Served over the mandate: share of those served or lost (number)", *aligned(*work_rows(study))]
    if study.scenario.targets:
        lines += ["", f"Futures that meet the target ({confidence} % interval)", *aligned(*target_rows(study))]
    lines.append("")
    lines += [f"{i}. {sentence}" for i, sentence in enumerate(sentences(study), 1)]
    for warning in warnings(study):
        lines.append(f"! {warning}")
    return "\n".join(lines)


def answer_html(study: Study) -> str:
    """The answer as a notebook shows it."""
    from html import escape

    def table(head: list[str], rows: list[list[str]]) -> str:
        cells = "".join(f"<th>{escape(cell)}</th>" for cell in head)
        body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        return f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"

    title, *about = heading(study, None)
    parts = [f"<h4>{escape(title)}</h4>", *(f"<p>{escape(line)}</p>" for line in about)]
    parts += [f"<p>{escape(title)}</p>" + table(head, rows) for title, head, rows in academy_tables(study)]
    if study.layout.cells:
        parts.append("<p>Officers deployed: middle (range of 9 in 10 futures)</p>" + table(*strength_rows(study)))
        parts.append(table(*option_rows(study)))
    if study.scenario.activities:
        parts.append(
            "<p>Served over the mandate: share of those served or lost (number)</p>" + table(*work_rows(study))
        )
    if study.scenario.targets:
        parts.append("<p>Futures that meet the target</p>" + table(*target_rows(study)))
    parts.append("<ol>" + "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences(study)) + "</ol>")
    parts += [f"<p>⚠ {escape(warning)}</p>" for warning in warnings(study)]
    return "".join(parts)
