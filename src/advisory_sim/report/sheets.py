"""What a workbook's sheets hold: rows of texts, and of numbers and dates with their formats."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from advisory_sim.experiment.staffing import SHORT
from advisory_sim.report.assumptions import GRADES, entries
from advisory_sim.report.content import alerts, dateline
from advisory_sim.report.results import Results
from advisory_sim.report.words import sentence
from advisory_sim.scenario.figures import figures

MISSION = "mission"
DETAILS = ("team-role", "unit-activity")  # scopes that are in summary.csv alone
RANGE = ("p05", "p50", "p95")
ESTIMATES = ("mean", "ci_low", "ci_high", *RANGE)


@dataclass(frozen=True)
class Formatted:
    """A number or date, whole, and how it is shown."""

    value: float | int | dt.date
    format: str


Value = str | Formatted | None


@dataclass(frozen=True)
class Sheet:
    """A table with notes above it; its first `names` columns say what a row is of."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    names: int = 1
    notes: tuple[str, ...] = ()


def sheets_of(results: Results) -> tuple[Sheet, ...]:
    """The sheets in their order."""
    made = (answer, summary, differences, strength, staffing, assumptions)
    return tuple(sheet for make in made if (sheet := make(results)) is not None)


def number(x: float, unit: str = "") -> Value:
    """A number as its unit and size suggest; `never` for infinity, nothing where there is none."""
    x = float(x)
    if math.isnan(x):
        return None
    if math.isinf(x):
        return "never" if x > 0 else "–"
    if unit == "share":
        return Formatted(x, "0.0%")
    return Formatted(x, "#,##0" if abs(x) >= 100 else "0.0" if abs(x) >= 10 else "0.00")


def count(n: Any) -> Value:
    """A whole number."""
    return None if pd.isna(n) else Formatted(int(n), "#,##0")


def headed(unit: str, names: Iterable[str], confidence: str = "") -> tuple[str, ...]:
    """Headings of estimates; `unit` empty where each row has its own."""
    words = {
        "mean": "mean",
        "ci_low": f"mean, {confidence} interval from",
        "ci_high": f"mean, {confidence} interval to",
        "p05": "5th percentile of futures",
        "p50": "middle of futures",
        "p95": "95th percentile of futures",
    }
    return tuple(words[name] + (f" ({unit})" if unit else "") for name in names)


def confidence_of(results: Results) -> str:
    """How sure intervals are."""
    return f"{100 * float(results.scenario.runs.confidence.value):g} %"  # type: ignore[arg-type]


def answer(results: Results) -> Sheet:
    """What was run, what it says and what to be warned of."""
    about = results.about
    lines = [
        ("plan", about.title),
        ("run", dateline(results)),
        *(("note", text) for text in alerts(results)),
        *((f"answer {i}", sentence(text)) for i, text in enumerate(about.sentences, 1)),
        *((f"warning {i}", sentence(text)) for i, text in enumerate(about.warnings, 1)),
        ("seed", str(about.seed)),
        ("versions", ", ".join(f"{name} {version}" for name, version in about.versions.items())),
        ("digest of the results (SHA-256)", about.results_sha256),
    ]
    return Sheet("Answer", ("what", "text"), tuple(lines))


def estimates(results: Results, name: str, frame: pd.DataFrame, more: tuple[str, ...], note: str) -> Sheet:
    """A frame of estimates as a sheet."""
    columns = ("option", "measure", "scope", "name", "window", "unit")
    shown = frame[~frame["scope"].isin(DETAILS)]
    ordered = pd.concat([shown[shown["scope"] == MISSION], shown[shown["scope"] != MISSION]])
    rows = tuple(
        (
            *(str(row[column]) for column in columns),
            *(number(row[column], row["unit"]) for column in ESTIMATES),
            count(row["n"]),
            *(number(row[column]) for column in more),
        )
        for row in ordered.to_dict("records")
    )
    heads = headed("", ESTIMATES, confidence_of(results))
    heads = (*heads, "futures (number)", *(f"{column} of the pairs (-1 to 1)" for column in more))
    return Sheet(name, (*columns, *heads), rows, 2, (note,))


def summary(results: Results) -> Sheet:
    """Every measure of the mission, its teams, units, roles, activities and decisions."""
    note = "The mission first. Shares are in per cent. summary.csv also has team by role, and unit by activity."
    return estimates(results, "Summary", results.summary, (), note)


def differences(results: Results) -> Sheet | None:
    """The other options' differences; none where there is one option."""
    if results.differences.empty:
        return None
    note = (
        f"Paired differences to '{results.first}': each future is the same under both. Of shares, in per cent points."
    )
    return estimates(results, "Differences", results.differences, ("correlation",), note)


def strength(results: Results) -> Sheet:
    """International staff on dates."""
    rows = tuple(
        (
            row["option"],
            date(row["date"], "d mmm yyyy"),
            row["occasion"],
            row["series"].replace("_", " "),
            *(number(row[column]) for column in ("mean", *RANGE)),
        )
        for row in results.strength.to_dict("records")
    )
    heads = headed("people", ("mean", *RANGE))
    note = "International staff; means of the day."
    return Sheet("Strength", ("option", "date", "occasion", "series", *heads), rows, 2, (note,))


def date(text: str, form: str) -> Formatted:
    """A date of the tables, 2010-10-31 or 2010-10."""
    parts = [int(part) for part in text.split("-")]
    return Formatted(dt.date(parts[0], parts[1], parts[2] if len(parts) == 3 else 1), form)


def staffing(results: Results) -> Sheet:
    """Each team month by month: one row an option, team and month."""
    series = {"authorised": "people", "deployed": "people", "present": "people", SHORT: "share"}
    shown = ("mean", "p05", "p95")
    by_row: dict[tuple[str, str, str], dict[str, dict[str, Any]]] = {}
    for row in results.staffing.to_dict("records"):
        by_row.setdefault((row["option"], row["team"], row["month"]), {})[row["series"]] = row
    rows = tuple(
        (
            option,
            team or MISSION,
            date(month, "mmm yyyy"),
            *(number(found[name][column], unit) for name, unit in series.items() for column in shown),
        )
        for (option, team, month), found in by_row.items()
    )
    labels = {"mean": "mean", "p05": "5th percentile", "p95": "95th percentile"}
    heads = tuple(
        f"{name.replace('_', ' ')}, {labels[column]} ({'people' if unit == 'people' else '%'})"
        for name, unit in series.items()
        for column in shown
    )
    note = (
        "International staff, means of the month's days. Short of authorised: posts beyond those deployed; it is the "
        "month's vacancy rate, but for posts that stand empty while another of the team is held twice in a handover."
    )
    return Sheet("Staffing by month", ("option", "team", "month", *heads), rows, 3, (note,))


def assumptions(results: Results) -> Sheet:
    """Every figure that the plan rests on, the least known first."""
    lines = entries(figures(results.scenario), results.scenario.preset)
    ordered = sorted(lines, key=lambda line: (list(GRADES).index(line.known.grade), not line.is_range))
    rows = tuple(
        (line.known.grade, "yes" if line.is_range else "no", ", ".join(line.paths), line.values, line.known.source)
        for line in ordered
    )
    return Sheet("Assumptions", ("grade", "a range", "setting", "value (as the file writes it)", "source"), rows)
