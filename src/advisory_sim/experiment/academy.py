"""What the academy comes to: graduates by date, what its classes waited for, in tables and sentences."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from advisory_sim.experiment.answer import day_month, error_of, percent, short, spread, whole
from advisory_sim.experiment.dated import month_starts
from advisory_sim.experiment.estimate import estimate, quantiles
from advisory_sim.experiment.sentences import MONTHS, number, with_error
from advisory_sim.record.academy import CAUSES, SCHOOL_SERIES
from advisory_sim.scenario.model import ACADEMY

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.experiment.study import Study

DATES = 6  # shown in the answer
WAITED_FOR = {"places": "free places", "applicants": "applicants", "instructors": "instructors"}


def school_dates(study: Study) -> list[dt.date]:
    """Month ends, the day of the academy's target, the last day observed."""
    dates = {date - dt.timedelta(days=1) for date in month_starts(study)} | {study.dates[-1]}
    academy = study.scenario.academy
    if academy is not None and academy.target is not None:
        dates.add(academy.target.by)
    return sorted(dates)


def school_table(study: Study) -> pd.DataFrame:
    """The academy on dates, as it stands at the end of each.

    Returns
    -------
    pandas.DataFrame
        One row an option, date, group (empty: everybody) and series (graduates since day 0, waiting_applicants,
        in_course, in_field_training): mean, p05, p50, p95 in people.
    """
    import pandas as pd

    dates = school_dates(study)
    places = [(date - study.scenario.start).days for date in dates]
    assert study.layout.school is not None
    rows = []
    for option in study.options:
        daily = study.academy(option)[:, :, :, places].astype(float)
        for g, group in enumerate(("", *study.layout.school.groups)):
            for s, series in enumerate(SCHOOL_SERIES):
                values = daily[g, s]
                p05, p50, p95 = quantiles(values)
                for k, date in enumerate(dates):
                    rows.append((option, date.isoformat(), group, series, values[:, k].mean(), p05[k], p50[k], p95[k]))
    return pd.DataFrame(rows, columns=["option", "date", "group", "series", "mean", "p05", "p50", "p95"])


def school_sentences(study: Study) -> list[str]:
    """How many graduate, whether in time, what classes wait for, and what other options bring."""
    if study.scenario.academy is None:
        return []
    return [text for text in (graduates_sentence(study), limits_sentence(study), more_sentence(study)) if text]


def date_words(date: dt.date) -> str:
    """6 September 2001."""
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def graduates_sentence(study: Study) -> str:
    """How many graduate under the first option, and how often in time."""
    option, target = study.options[0], study.scenario.academy.target  # type: ignore[union-attr]
    graduates = study.column(option, "graduates", "academy")
    low, middle, high = np.quantile(graduates, (0.05, 0.5, 0.95))
    spread = f" ({number(low)} to {number(high)} in 9 of 10 futures)" if low < high else ""
    text = f"The academy turns out {number(middle)} graduates{spread} in the time observed"
    if target is None:
        return f"{text}."
    found = study.summary("target_met", name=ACADEMY)
    row = found[found["option"] == option].iloc[0]
    met = f"{100 * row['mean']:.0f} % of futures ({100 * row['ci_low']:.0f}-{100 * row['ci_high']:.0f})"
    text += f"; {number(target.graduates)} by {date_words(target.by)} are reached in {met}"
    days = float(np.median(study.column(option, "days_to_target", "academy")))
    if not np.isfinite(days):
        return f"{text}, and in most futures not at all."
    return f"{text}, in the middle of the futures on {date_words(study.scenario.start + dt.timedelta(days=int(days)))}."


def limits_sentence(study: Study) -> str:
    """What a further class waits for under the first option, of the time of the mandate."""
    option = study.options[0]
    shares = {cause: study.column(option, f"starts_limited_by_{cause}", "academy").mean() for cause in WAITED_FOR}
    ordered = sorted((c for c in shares if shares[c] >= 0.005), key=lambda c: -shares[c])
    if not ordered:
        return ""
    parts = [f"{WAITED_FOR[cause]} ({100 * shares[cause]:.0f} % of the time)" for cause in ordered]
    return f"What holds up the next class is want of {', then of '.join(parts)}."


def more_sentence(study: Study) -> str:
    """The option that moves the number of graduates most."""
    first, best = study.column(study.options[0], "graduates", "academy"), None
    for option in study.options[1:]:
        found = estimate((study.column(option, "graduates", "academy") - first)[:, None], study.confidence)
        mean, half = float(found.mean[0]), float(found.ci_high[0] - found.ci_low[0]) / 2
        if best is None or abs(mean) > abs(best[1]):
            best = option, mean, half
    if best is None or not abs(best[1]) > max(np.nan_to_num(best[2]), 1e-9):
        return ""
    option, mean, half = best
    return f"'{option}' turns out {with_error(abs(mean), half)} graduates {'more' if mean > 0 else 'fewer'}."


def school_rows(study: Study) -> tuple[list[str], list[list[str]]]:
    """What each option's academy comes to, an option a row."""
    groups = study.layout.school.groups if study.layout.school is not None else ()
    found = study.summary(window="horizon").set_index(["option", "measure", "scope", "name"])
    more = study.differences("graduates", scope="academy").set_index(["option", "window"])
    head = ["", "graduates (9 in 10)", "more than the first", *groups, "classes", "wait (days)", "places in use"]
    head += ["held up by places", "applicants", "instructors"]
    rows = []
    for i, option in enumerate(study.options):
        mine = found.loc[option]["mean"]
        rows.append(
            [
                short(option),
                spread(found.loc[(option, "graduates", "academy", "")]),
                "-" if i == 0 else error_of(more.loc[(option, "horizon")]),
                *(whole(mine["graduates", "group", group]) for group in groups),
                *(whole(mine[measure, "academy", ""]) for measure in ("classes_started", "wait_for_class")),
                percent(mine["places_use", "academy", ""]),
                *(percent(mine[f"starts_limited_by_{cause}", "academy", ""]) for cause in CAUSES[:3]),
            ]
        )
    return head, rows


def graduates_rows(study: Study) -> tuple[list[str], list[list[str]]]:
    """Graduates by the end of dates, an option a row."""
    every = school_dates(study)
    places = np.linspace(0, len(every) - 1, DATES).round().astype(int)
    target = study.scenario.academy.target  # type: ignore[union-attr]
    shown = {every[i] for i in places} | ({target.by} if target is not None else set())
    dates = [date.isoformat() for date in sorted(shown)]
    frame = school_table(study)
    frame = frame[(frame["series"] == "graduates") & (frame["group"] == "")].set_index(["option", "date"])
    rows = [[short(option), *(spread(frame.loc[(option, date)]) for date in dates)] for option in study.options]
    years = len({date[:4] for date in dates}) > 2
    return ["", *(day_month(dt.date.fromisoformat(d)) + (f" {d[2:4]}" if years else "") for d in dates)], rows


def middle_future(study: Study, option: str) -> int:
    """The replication whose number of graduates is nearest to the middle."""
    graduates = study.column(option, "graduates", "academy")
    return int(np.argmin(np.abs(graduates - np.median(graduates))))


def middle_classes(study: Study, option: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The classes of the middle future, and its places.

    Returns
    -------
    (pandas.DataFrame, pandas.DataFrame)
        One row a class, in order of start: start, end (dates) and size (cadets); one row a step: since (date), places.
    """
    import pandas as pd

    schooling = study.replication(option, middle_future(study, option)).schooling
    assert schooling is not None

    def dates(seconds: np.ndarray) -> pd.Series:
        return pd.Timestamp(study.scenario.start) + pd.Series(pd.to_timedelta(seconds, unit="s"))

    start, end, size = schooling.classes.T
    since, number = schooling.places.T
    classes = pd.DataFrame({"start": dates(start), "end": dates(end), "size": size})
    return classes, pd.DataFrame({"since": dates(since), "places": number})
