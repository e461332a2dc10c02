"""Pairs of options of a study as a tidy frame, as a table for the terminal and as plain sentences."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np

from advisory_sim.experiment.answer import aligned, percent, short
from advisory_sim.experiment.compare import compare
from advisory_sim.experiment.estimate import YES_OR_NO, ratio_values
from advisory_sim.experiment.warnings import mandates
from advisory_sim.scenario.catalogue import CAUSES, MEASURES, unit_of

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.experiment.study import Study
    from advisory_sim.measures import Row

# What 'more' is said of; of all other measures it is said that they are higher.
COUNTED = {
    "officer_days": "officer-days",
    "present_days": "officer-days present",
    "covered_days": "covered unit-days",
    "served": "activities served",
    "lost": "activities lost",
    "open_at_end": "activities open at the end",
}
WORDS = {  # where a measure's name with spaces is not plain enough; {} is what it is of
    "target_met": "the chance to meet '{}'",
    "agreed": "the chance that '{}' takes effect",
    "mandate_began": "the chance that the mandate begins",
    **{f"reached_{p}": f"the chance to reach {p} % of the posts" for p in (50, 80, 95)},
    **{f"days_to_{p}": f"time to {p} % of the posts" for p in (50, 80, 95)},
    "worst_unit": "coverage of the worst unit",
    "cost_per_covered_day": "cost of a covered unit-day",
    **{f"officer_days_lost_to_{cause}": f"officer-days lost to {cause}" for cause in (*CAUSES, "handover")},
    **{f"uncovered_days_lost_to_{cause}": f"unit-days lost to {cause}" for cause in CAUSES},
    "uncovered_days_lost_to_posts": "unit-days lost to too few posts",
    "uncovered_days_lost_to_no_mandate": "unit-days after the mandate's end",
}


def find_row(study: Study, measure: str, scope: str | None, name: str | None, window: str | None) -> Row:
    """The row of figures that is meant: of what is left out the mission's over the horizon, else the only one there is.

    Raises
    ------
    KeyError
        Where there is none or more than one; it says what there is.
    """
    rows = list(dict.fromkeys(row for option in study.options for row in study.rows(option)))
    of_measure = [row for row in rows if row.measure == measure]
    if not of_measure:
        known = sorted({row.measure for row in rows})
        near = get_close_matches(measure, known, 1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; measures: {', '.join(known)}"
        raise KeyError(f"no measure {measure!r}{hint}")
    found = of_measure
    for place, (asked, usual) in enumerate(((scope, "mission"), (name, ""), (window, "horizon")), 1):
        wanted = [row for row in found if row[place] == (usual if asked is None else asked)]
        found = wanted or (found if asked is None else [])
    if len(found) == 1:
        return found[0]
    places = [
        " ".join(filter(None, (row.scope, row.name and repr(row.name), row.window))) for row in found or of_measure
    ]
    listed = "; ".join(places[:12]) + (f"; and {len(places) - 12} more" if len(places) > 12 else "")
    asked = ", ".join(x for x in (scope, name, window) if x)
    raise KeyError(f"{measure} of {asked or 'what'}? There is: {listed}")


def comparison(study: Study, row: Row) -> pd.DataFrame:
    """All pairs of the options that have a figure: see `Study.compare`."""
    import pandas as pd

    options = [option for option in study.options if row in study.rows(option)]

    def columns(measure: str) -> np.ndarray:
        return np.stack([study.column(option, measure, *row[1:]) for option in options], axis=1)

    ratios = None
    if row.measure == "cost_per_covered_day":
        pairs = zip(columns("cost").T, columns("covered_days").T, strict=True)
        ratios = np.stack([ratio_values(cost, days) for cost, days in pairs], axis=1)
    found = compare(
        columns(row.measure), study.confidence, yes_or_no=row.measure in YES_OR_NO, means_of=ratios
    )._asdict()
    first, second = found.pop("first"), found.pop("second")
    return pd.DataFrame(
        {
            "option": [options[i] for i in second],
            "against": [options[i] for i in first],
            **{key: [value] * len(first) for key, value in row._asdict().items()},
            "unit": unit_of(row.measure),
            **found,
        }
    )


def figure(x: float, width: float, sign: str = "+") -> str:
    """A figure to the second digit of an interval's width."""
    if not np.isfinite(x):
        return "-"
    if not width > 0:
        return "0" if x == 0 else f"{x:{sign},.2f}".removesuffix(".00")
    decimals = int(np.clip(1 - np.floor(np.log10(width)), -9, 9))
    return f"{round(x, decimals):{sign},.{max(decimals, 0)}f}"


def amount(low: float, high: float, unit: str, currency: str = "") -> str:
    """A range of differences in words: 120 to 180; EUR 1,200 to 1,800; 2 to 5 percentage points."""
    low, high = (100 * low, 100 * high) if unit == "share" else (low, high)
    ends = [figure(x, high - low, "") for x in (low, high)]
    text = ends[0] if low == high else f"{ends[0]} to {ends[1]}"
    return {"share": f"{text} percentage points", "money": f"{currency} {text}".strip()}.get(unit, text)


def what(measure: str, name: str, window: str) -> str:
    """A figure in words: covered unit-days of Uzgen over the mandate."""
    text = COUNTED.get(measure) or WORDS.get(measure) or measure.replace("_", " ")
    text = text.format(name) if "{}" in text else text + (f" of {name}" if name else "")
    return text if window == "horizon" or measure == "target_met" else f"{text} over the {window}"


def capital(text: str) -> str:
    """With a capital letter first."""
    return text[:1].upper() + text[1:]


def pair_sentence(pair: pd.Series, currency: str = "") -> str:
    """What a row of `Study.compare` says, for whoever reads no table.

    Parameters
    ----------
    pair
        One row.
    currency
        The scenario's, for measures of money.

    Returns
    -------
    str
        'B' brings 120 to 180 more covered unit-days than 'A'; it does better in 83 % of the futures. It speaks of the
        better option first (of a measure of which neither more nor less is wished, of the one with more).
    """
    option, against, words = (
        f"'{pair['option']}'",
        f"'{pair['against']}'",
        what(pair["measure"], pair["name"], pair["window"]),
    )
    if pair["n"] == 0:
        return f"{option} and {against} do not compare: no future has {words} of both."
    if pair["test"] == "identical":
        return f"No future tells {option} and {against} apart in {words}: they are the same in all {pair['n']}."
    better = MEASURES[pair["measure"]].better
    above = (pair["mean"] if np.isfinite(pair["mean"]) else pair["more"] - pair["less"]) > 0
    one, other = (option, against) if above == (better != "less") else (against, option)
    ahead, behind = (pair["more"], pair["less"]) if above else (pair["less"], pair["more"])
    low, high = (pair["ci_low"], pair["ci_high"]) if above else (-pair["ci_high"], -pair["ci_low"])
    counted = pair["measure"] in COUNTED or "_days_lost_to_" in pair["measure"]

    who = one
    if not pair["differ"]:
        span = f" (mean difference {amount(low, high, pair['unit'], currency)})" if np.isfinite(low) else ""
        text = f"{one} and {other} cannot be told apart in {words}{span}"
    elif pair["test"] == "sign":
        text = f"{capital(words)}: {'lower' if better == 'less' else 'higher'} under {one} than under {other}"
        text += ", without a mean, as some futures never reach it"
    else:
        size = amount(max(low, 0), high, pair["unit"], currency)
        if counted:
            text = f"{one} {'has' if better == 'less' else 'brings'} {size} {'fewer' if better == 'less' else 'more'}"
            text, who = f"{text} {words} than {other}", "it"
        else:
            size += f" {pair['unit']}" if pair["unit"] in ("days", "people") else ""
            text = f"{capital(words)} is {size} {'lower' if better == 'less' else 'higher'} under {one}"
            text += f" than under {other}"
    if pair["test"] == "McNemar":
        return f"{text}; in {percent(ahead)} of the futures only {one} makes it, in {percent(behind)} only {other}."
    same = f", the same in {percent(pair['equal'])}" if pair["equal"] >= 0.005 else ""
    verb = "has more" if better == "neither" else "does better"
    return f"{text}; {who} {verb} in {percent(ahead)} of the futures{same}."


def comparison_text(study: Study, frame: pd.DataFrame) -> str:
    """A frame of `Study.compare` as a table, with a sentence for each pair and what the reader should know of it."""
    if frame.empty:
        return "There is one option only: nothing to compare."
    row, confidence = frame.iloc[0], f"{100 * study.confidence:g} %"
    unit = {"share": "percentage points", "money": study.scenario.currency}.get(row["unit"], row["unit"])
    scale = 100 if row["unit"] == "share" else 1
    head = ["", "against", "mean difference", f"{confidence} interval", "more in", "the same in", "less in",
            "correlation", "saves", "test", "p (Holm)"]  # fmt: skip
    lines = []
    for _, pair in frame.iterrows():
        low, high = scale * pair["ci_low"], scale * pair["ci_high"]
        lines.append([
            short(pair["option"]), short(pair["against"]), figure(scale * pair["mean"], high - low),
            f"{figure(low, high - low)} to {figure(high, high - low)}" if np.isfinite(low) else "-",
            f"{percent(pair['more'])} ({100 * pair['more_low']:.0f}-{100 * pair['more_high']:.0f})",
            percent(pair["equal"]), percent(pair["less"]),
            f"{pair['correlation']:.2f}" if np.isfinite(pair["correlation"]) else "-",
            f"{pair['variance_ratio']:,.1f} x" if np.isfinite(pair["variance_ratio"]) else "-",
            pair["test"] or "-",
            "-" if np.isnan(pair["p_holm"]) else "< 0.001" if pair["p_holm"] < 0.001 else f"{pair['p_holm']:.3f}",
        ])  # fmt: skip
    of = "" if row["measure"] in COUNTED else f" ({unit})"
    held = "" if len(frame) == 1 else f"Intervals hold for all {len(frame)} pairs at once with {confidence}. "
    named = capital(what(row["measure"], row["name"], row["window"]))
    text = [f"{named}{of}, every pair of options over {study.replications} futures",
            *aligned(head, lines),
            f"{held}saves: as many times more futures "
            "would be needed without common random numbers.", ""]  # fmt: skip
    text += [f"{i}. {pair_sentence(pair, study.scenario.currency)}" for i, (_, pair) in enumerate(frame.iterrows(), 1)]
    if row["window"] == "mandate":
        text += [f"! {warning}" for warning in mandates(study)]
    return "\n".join(text)
