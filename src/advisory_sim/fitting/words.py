"""A fit in words, and as a tidy frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from advisory_sim.fitting.fit import Early, Fit, RoleFit, Stage, Tour
from advisory_sim.fitting.likelihood import Estimate, Fitted
from advisory_sim.fitting.snippet import percent, written
from advisory_sim.scenario.reading import KINDS

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.fitting.cases import Table

AS_GOOD, FAR = 2.0, 10.0  # of AIC: Burnham and Anderson (2002), section 2.6


def table_warnings(table: Table) -> list[str]:
    """What to beware of in the table as a whole."""
    found = []
    if not table.as_of_given:
        found.append(
            f"what is open is taken as open on {table.as_of}, the latest date in the table; "
            "if the table was closed later, give that date as --as-of"
        )
    if table.repeated:
        found.append(
            f"{table.repeated} rows have the same dates as one before them; without a column that tells whose they "
            "are (post, or a name) they count as cases of their own"
        )
    return found


def interval(estimate: Estimate, unit: str = "") -> str:
    """`42.1 (39.4-45.0)`, to the places that the error supports."""
    places = 0 if estimate.std_error >= 10 else 1
    low, value, high = (f"{x:.{places}f}" for x in (estimate.low, estimate.value, estimate.high))
    return f"{value} ({low}-{high}){' ' + unit if unit else ''}"


def share_text(share: Estimate) -> str:
    """`8.9% (5.6%-13.7%)`, to the places that the error supports."""
    error = share.std_error or share.high / 4
    return f"{percent(share.value, error)} ({percent(share.low, error)}-{percent(share.high, error)})"


def choice_sentence(stage: Stage) -> str:
    """How near the other families come."""
    chosen = stage.chosen
    if len(stage.candidates) == 1:
        return f"{stage.name}: all took the same time."
    others = sorted(stage.candidates[1:], key=lambda fit: fit.aic)
    groups: dict[str, list[str]] = {"better": [], "as good": [], "less good": [], "far off": []}
    for other in others:
        more = other.aic - chosen.aic
        place = "better" if more < 0 else "as good" if more < AS_GOOD else "less good" if more < FAR else "far off"
        groups[place].append(f"{other.family.name} ({more:+.1f})")
    parts = {
        "better": "better: {}", "as good": "as good: {}", "less good": "less good: {}", "far off": "far off: {}"
    }  # fmt: skip
    named = "; ".join(parts[place].format(", ".join(names)) for place, names in groups.items() if names)
    lead = f"the {chosen.family.name} was asked for" if groups["better"] else f"{chosen.family.name} fits best"
    fit = f"It stays within {100 * chosen.distance:.0f} points of the Kaplan-Meier curve"
    inside = (
        ", within its band throughout."
        if chosen.outside == 0
        else f", outside its band on {chosen.outside:.0%} of the days."
    )
    return f"{stage.name}: {lead} by AIC; {named}. {fit}{inside}"


def row_of(found: Stage | Early | Tour, confidence: float) -> tuple[str, ...]:
    """A line of the table: setting, cases, ended, open, as the file writes it, mean, 9 in 10, lost."""
    counts = (str(found.sample.n), str(found.sample.events), str(found.sample.censored))
    if isinstance(found, Stage):
        fails = found.fails
        lost = share_text(fails)
        chosen = found.chosen
        return (found.name, *counts, written(chosen), interval(chosen.mean), interval(chosen.p90), lost)
    if isinstance(found, Early):
        text = f"{share_text(found.share)} per year"
        return (found.name, *counts, text, "", "", "")
    return (
        found.name,
        *counts,
        f"{found.days.value:.0f} ({found.days.low:.0f}-{found.days.high:.0f}) days",
        "",
        "",
        "",
    )


def role_text(fit: RoleFit, confidence: float) -> str:
    """A role's table and how its families were chosen."""
    head = (fit.role, "cases", "ended", "open", "found", "mean, days", "9 in 10 within, days", "lost at the end")
    rows = [head, *(row_of(found, confidence) for found in fit.settings)]
    wide = [max(len(row[i]) for row in rows) for i in range(len(head))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(wide[0]), *(row[i].rjust(wide[i]) for i in (1, 2, 3)), row[4].ljust(wide[4])]
        cells += [row[i].rjust(wide[i]) for i in (5, 6, 7)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join([*lines, "", *(choice_sentence(stage) for stage in fit.stages)])


def fit_text(fit: Fit) -> str:
    """The answer of `advisory-sim fit`."""
    table = fit.table
    cases = len(table.cases)
    head = f"{table.name}: {cases} cases, seen to {table.as_of}. In brackets: {fit.confidence:.0%} intervals."
    parts = [head, *(role_text(role, fit.confidence) for role in fit.roles if role.settings)]
    if fit.warnings:
        parts.append("\n".join(["Beware:", *(f"- {text}" for text in fit.warnings)]))
    parts.append(f"To paste into the scenario's file (between: what the sample leaves open):\n\n{fit.snippet}")
    return "\n\n".join(parts)


def frame(fit: Fit) -> pd.DataFrame:
    """Every figure; see `Fit.frame`."""
    import pandas as pd

    rows = []
    for role in fit.roles:
        for found in role.settings:
            times = found.sample
            key = {"role": role.role, "setting": found.name, "n": times.n, "ended": times.events,
                   "censored": times.censored}  # fmt: skip
            if isinstance(found, Stage):
                for i, one in enumerate(found.candidates):
                    rows += [{**key, **row} for row in family_rows(one, i == 0)]
                rows.append({**key, **figure_row("fails", "share", found.fails)})
            elif isinstance(found, Early):
                rows.append({**key, **figure_row("share per year", "share", found.share)})
            else:
                rows.append({**key, **figure_row("median", "days", found.days)})
    columns = ["role", "setting", "family", "chosen", "figure", "unit", *Estimate._fields[:2], "ci_low", "ci_high",
               "n", "ended", "censored", "aic", "distance", "outside"]  # fmt: skip
    return pd.DataFrame(rows).reindex(columns=columns)


def figure_row(figure: str, unit: str, estimate: Estimate) -> dict[str, Any]:
    """One figure."""
    return {"figure": figure, "unit": unit, "value": estimate.value, "std_error": estimate.std_error,
            "ci_low": estimate.low, "ci_high": estimate.high}  # fmt: skip


def family_rows(one: Fitted, chosen: bool) -> list[dict[str, Any]]:
    """The figures of one family."""
    figures = [("mean", one.mean), ("p90", one.p90)]
    figures += [
        (f"argument {name}", n) for name, n in zip(KINDS.get(one.family.name, ("days",)), one.numbers, strict=True)
    ]
    of = {"family": one.family.name, "chosen": chosen, "aic": one.aic, "distance": one.distance, "outside": one.outside}
    return [{**of, **figure_row(figure, "days", estimate)} for figure, estimate in figures]
