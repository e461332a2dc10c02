"""Writes the figures of validation.md and scenarios.md from runs of the files; a test holds the pages against it.

.venv/bin/python docs/make_validation.py
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from calibration import FOLDER, Ramp, frozen, plan_of, ramps
from make_reference import with_part

from advisory_sim import load, loads, run
from advisory_sim.experiment.study import Study
from advisory_sim.scenario.catalogue import MEASURES

REPLICATIONS = 200  # of what is held against published figures
FUTURES = 50  # of each option in scenarios.md
SCENARIOS = FOLDER.parent / "scenarios"
Band = tuple[float, float, float]  # the 5th, 50th and 95th percentile of futures

# What each file is asked in scenarios.md: heading -> measure, scope, name, window
CASES: dict[str, dict[str, tuple[str, str, str, str]]] = {
    "kyrgyzstan-2010.yaml": {
        "officer-days": ("officer_days", "mission", "", "horizon"),
        "covered unit-days": ("covered_days", "mission", "", "horizon"),
        "incidents attended": ("attended", "activity", "incident", "horizon"),
    },
    "kyrgyzstan-2010-as-it-went.yaml": {
        "officer-days": ("officer_days", "mission", "", "horizon"),
        "covered unit-days": ("covered_days", "mission", "", "horizon"),
        "cost (EUR 1,000)": ("cost", "mission", "", "horizon"),
    },
    "croatia-1998.yaml": {
        "officer-days": ("officer_days", "mission", "", "horizon"),
        "covered unit-days": ("covered_days", "mission", "", "horizon"),
        "returns visited": ("attended", "activity", "return of a family", "mandate"),
        "patrols carried out": ("attended", "activity", "joint patrol", "mandate"),
    },
    "skopje-2001.yaml": {
        "officer-days": ("officer_days", "mission", "", "horizon"),
        "days to 80 % of villages": ("days_to_reintegrated_80", "mission", "", "horizon"),
        "patrols escorted": ("served", "activity", "escorted patrol", "horizon"),
        "cadets trained": ("graduates", "academy", "", "horizon"),
    },
    "kosovo-1999.yaml": {
        "graduates": ("graduates", "academy", "", "horizon"),
        "classes": ("classes_started", "academy", "", "horizon"),
        "held up by instructors": ("starts_limited_by_instructors", "academy", "", "horizon"),
        "complaints taken up": ("attended", "activity", "complaint against an officer", "mandate"),
    },
    "azerbaijan-2008.yaml": {
        "graduates": ("graduates", "academy", "", "horizon"),
        "places in use": ("places_use", "academy", "", "horizon"),
        "held up by instructors": ("starts_limited_by_instructors", "academy", "", "horizon"),
        "wait for a class (days)": ("wait_for_class", "academy", "", "horizon"),
    },
    "small-programmes.yaml": {
        "officer-days": ("officer_days", "mission", "", "horizon"),
        "covered unit-days": ("covered_days", "mission", "", "horizon"),
        "worst office": ("worst_unit", "mission", "", "mandate"),
        "long courses held": ("attended", "activity", "long course", "mandate"),
        "advice given": ("attended", "activity", "advice", "mandate"),
    },
}


def number(x: float) -> str:
    """Whole, with thousands."""
    return "never" if np.isinf(x) else f"{round(x):,}"


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Lines of a Markdown table."""
    head = list(header)
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)) + "\n"


def percentiles(values: np.ndarray) -> Band:
    """Of futures, by order statistics, so that a time that never comes may stand among them."""
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95), method="inverted_cdf")
    return float(low), float(middle), float(high)


# ---- validation.md


def verdict(band: Band, published: int, why_not: str) -> list[str]:
    """The band, whether what was published is inside, and why where it is not; people are counted whole."""
    low, middle, high = (round(x) for x in band)
    inside = low <= published <= high
    if not inside and not why_not:
        raise ValueError(f"{published} is outside {low} to {high}: say why")
    return [f"{middle:,} ({low:,}-{high:,})", "yes" if inside else "**no**", "" if inside else why_not]


def on_day(study: Study, date: dt.date, series: str = "deployed", role: str | None = None) -> Band:
    """A daily series of the first option on a date."""
    daily = study.daily(series, role=role)
    row = daily[(daily["option"] == study.options[0]) & (daily["date"].astype(str) == str(date))].iloc[0]
    return float(row["p05"]), float(row["p50"]), float(row["p95"])


def villages(study: Study, date: dt.date) -> Band:
    """Units in the last stage of their return on a date."""
    option = study.options[0]
    last = study.scenario.reentry["return"].stages[-1].name
    columns = [
        i for i, row in enumerate(study.rows(option)) if row.measure == "days_to_stage" and row.name.endswith(last)
    ]
    reached = study.values(option)[:, columns] <= (date - study.scenario.start).days
    return percentiles(reached.sum(axis=1))


FIGURES = {
    "deployed": on_day,
    "deployed advisers": lambda study, date: on_day(study, date, role="adviser"),
    "graduates": lambda study, date: on_day(study, date, "graduates"),
    "villages": villages,
}


def ramp_row(ramp: Ramp) -> list[str]:
    """A ramp, its posts filled by the frozen inputs."""
    study = run(loads(plan_of(ramp)), replications=REPLICATIONS, progress=False)
    authorised = on_day(study, ramp.counted, "authorised")[1]
    low, middle, high = (ramp.all_posts * x / authorised for x in on_day(study, ramp.counted))
    return [
        ramp.case, str(ramp.counted), f"{ramp.deployed:,} of {ramp.all_posts:,}",
        *verdict((low, middle, high), ramp.deployed, ramp.why_not), ramp.source,
    ]  # fmt: skip


def backtests() -> Iterator[tuple[str, list[str]]]:
    """Use and row of each figure that a shipped file is held against; the first option is as it went."""
    studies: dict[str, Study] = {}
    with (FOLDER / "backtests.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = row["scenario"]
            if name not in studies:
                plan = load(SCENARIOS / name)
                studies[name] = run(plan, replications=REPLICATIONS, options=[next(iter(plan.options))], progress=False)
            band = FIGURES[row["figure"]](studies[name], dt.date.fromisoformat(row["date"]))
            published = int(row["published"])
            of = f" of {row['of']}" if row["of"] else ""
            yield row["use"], [
                f"{row['case']} ([file](../scenarios/{name}))", f"{published:,}{of}",
                *verdict(band, published, row["why_not"]), row["source"],
            ]  # fmt: skip


def range_of(calibrated: list[Ramp]) -> str:
    """How wide the frozen inputs are, and what of it one case makes."""
    fast, next_fast, *_, slow = sorted(calibrated, key=lambda ramp: ramp.mean_days_to_fill)
    return (
        f"Half of the posts are filled after {np.log(2) * fast.mean_days_to_fill:.0f} days in a mission like the "
        f"fastest ({fast.case}) and after {np.log(2) * slow.mean_days_to_fill:.0f} in one like the slowest "
        f"({slow.case}). Without the fastest the range would begin at m = {next_fast.mean_days_to_fill:.0f} days."
    )


def validation() -> str:
    """The generated part of validation.md."""
    known = ramps()
    calibrated = [ramp for ramp in known if ramp.use == "calibration"]
    fill = [
        [ramp.case, f"{ramp.all_posts:,}", str(ramp.counted), f"{ramp.deployed:,}", f"{ramp.days:.0f}",
         f"{ramp.mean_days_to_fill:.0f}", ramp.source]
        for ramp in calibrated
    ]  # fmt: skip
    rows = list(backtests())
    told = [row for use, row in rows if use == "told"]
    predicted = [row for use, row in rows if use == "prediction"]
    band = ["published", "simulated, middle (5-95 %)", "inside", "why not", "source"]
    ramp_rows = {use: [ramp_row(r) for r in known if r.use == use] for use in ("calibration", "prediction")}
    hits = [row[-3] for row in predicted + ramp_rows["prediction"]]
    return "\n".join(
        [
            "## Calibration\n",
            table(["case", "posts", "counted on", "people", "days since asked", "mean days to fill m", "source"], fill),
            f"Frozen from these: `recruitment: [{{fill: {frozen()}}}]`. {range_of(calibrated)}\n",
            "## Predictions of shipped files\n",
            table(["what", *band], predicted),
            "## Predictions of other ramps\n",
            table(["case", "on", *band], ramp_rows["prediction"]),
            f"Inside the band: {hits.count('yes')} of {len(hits)} predictions.\n",
            "## The calibration cases again\n",
            table(["case", "on", *band], ramp_rows["calibration"]),
            "## What files were told\n",
            table(["what", *band], told),
        ]
    )


# ---- scenarios.md


def lesson(text: str) -> str:
    """The comment at the head of a file, as a paragraph."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").strip())
    return " ".join(lines)


def case(name: str) -> str:
    """A file of scenarios.md: what it shows, and its options in figures."""
    plan = load(SCENARIOS / name)
    study = run(plan, replications=FUTURES, progress=False)
    rows = []
    for option in study.options:
        cells = [option]
        for heading, key in CASES[name].items():
            values = study.column(option, *key)
            values = values[~np.isnan(values)]
            share = MEASURES[key[0]].unit == "share"
            scale = 100 if share else 0.001 if "1,000" in heading else 1
            low, middle, high = (scale * x for x in percentiles(values)) if len(values) else (np.nan,) * 3
            sign = " %" if share else ""
            cells.append("-" if np.isnan(middle) else f"{number(middle)}{sign} ({number(low)}-{number(high)})")
        rows.append(cells)
    about = f"[{name}](../scenarios/{name}). {lesson(plan.text)}\n"
    return "\n".join([f"## {plan.title}\n", about, table(["option", *CASES[name]], rows)])


def scenarios() -> str:
    """The generated part of scenarios.md."""
    return "\n".join(case(name) for name in CASES)


PARTS = {"validation.md": validation, "scenarios.md": scenarios}

if __name__ == "__main__":
    for name, make in PARTS.items():
        file = Path(FOLDER / name)
        file.write_text(with_part(file.read_text(encoding="utf-8"), make()), encoding="utf-8")
