"""Why one option differs from another, as a table for the terminal and as one plain sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from advisory_sim.experiment.answer import percent
from advisory_sim.experiment.asked import Told
from advisory_sim.experiment.comparison import capital, figure
from advisory_sim.experiment.explain import OPEN, TOTAL
from advisory_sim.experiment.sentences import HARDLY, number

if TYPE_CHECKING:
    import pandas as pd

MEASURES = {
    "officer_days": "officer-days",
    "on_duty_days": "officer-days on duty",
    "covered_days": "covered unit-days",
    "served": "activities attended",
}
LINES = {
    OPEN: "units open",
    "authorised": "authorised",
    "waiting": "waiting to travel",
    "vacancy": "vacant posts",
    "suspension": "suspension",
    "induction": "induction",
    "checkout": "checkout",
    "leave": "leave",
    "sickness": "sickness",
    "off_shift": "off shift",
    "handover": "handover (two on a post)",
    "posts": "too few posts",
    "no_mandate": "no mandate",
    TOTAL: "difference",
}
LOST_TO = LINES | {"off_shift": "time off shift", "no_mandate": "the end of the mandate"}
MATTERS = 0.1  # of the largest line: what is smaller is not told
TOLD = 2  # causes a measure


def ranged(row: pd.Series) -> str:
    """A difference without its sign, with its interval: 2,200 (2,100 to 2,300)."""
    low, high = sorted(abs(row[end]) for end in ("ci_low", "ci_high"))
    if not high > low:
        return number(abs(row["mean"]))
    mean, *ends = (figure(x, high - low, "") for x in (abs(row["mean"]), low, high))
    return f"{mean} ({' to '.join(ends)})"


def more(x: float) -> str:
    """More or fewer."""
    return "more" if x > 0 else "fewer"


def shows(row: pd.Series) -> bool:
    """Whether a difference stands out from chance; of one future, whether there is any."""
    if np.isnan(row["ci_low"]):
        return row["mean"] != 0
    return row["ci_low"] > 0 or row["ci_high"] < 0


def causes(lines: pd.DataFrame) -> list[pd.Series]:
    """The lines that matter, largest first, of all but authorised posts and the difference itself."""
    rows = [row for _, row in lines.iterrows() if row["line"] not in ("authorised", TOTAL) and shows(row)]
    largest = lines.loc[lines["line"] != TOTAL, "mean"].abs().max()
    told = [row for row in rows if abs(row["mean"]) >= MATTERS * largest]
    return sorted(told, key=lambda row: -abs(row["mean"]))[:TOLD]


def listed(parts: list[str]) -> str:
    """a, b and c."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def posts_reason(lines: pd.DataFrame) -> str:
    """Where the difference in officer-days comes from: posts authorised, and what is lost of them."""
    posts = lines[lines["line"] == "authorised"].iloc[0]
    told = causes(lines)
    if not shows(posts):
        return listed([cause_text(row) for row in told])
    text = f"{number(abs(posts['mean']))} {more(posts['mean'])} authorised"
    # A cause may also take more than is added, and where there are fewer posts nothing is.
    of_these = [row for row in told if row["mean"] < 0 < posts["mean"] and row["line"] != "handover"]
    if -sum(row["mean"] for row in of_these) > posts["mean"]:
        of_these = []
    others = [cause_text(row) for row in told if not any(row is one for one in of_these)]
    if of_these:
        lost = [f"{number(-row['mean'])} are lost to {LOST_TO[row['line']]}" for row in of_these]
        text += f", of which {listed(lost)}"
    return ", ".join([text, *others])


def cause_text(row: pd.Series) -> str:
    """A line's part in a difference: 200 fewer lost to leave."""
    size = number(abs(row["mean"]))
    if row["line"] == "handover":
        return f"{size} {more(row['mean'])} with two on a post"
    if row["line"] == OPEN:
        return f"{size} {more(row['mean'])} open"
    return f"{size} {more(-row['mean'])} lost to {LOST_TO[row['line']]}"


def left_reason(lines: pd.DataFrame) -> str:
    """What keeps units uncovered under the option, whatever it changes."""
    left = lines[~lines["line"].isin((TOTAL, OPEN))]
    left = left[left["after"] < 0].sort_values("after").head(TOLD)
    parts = [f"{number(-row['after'])} to {LOST_TO[row['line']]}" for _, row in left.iterrows()]
    return f"because it still loses {listed(parts)}" if parts else ""


def of(frame: pd.DataFrame, measure: str) -> tuple[pd.DataFrame, pd.Series]:
    """A measure's lines, and the difference they add up to."""
    lines = frame[frame["measure"] == measure]
    return lines, lines.iloc[-1]


def alike_sentence(frame: pd.DataFrame) -> str:
    """What is said where no future tells the two apart."""
    first = frame.iloc[0]
    n = first["n"]
    where = "the one future" if n == 1 else f"all {n} futures"
    text = f"'{first['option']}' and '{first['against']}' bring the same officers on the same days in {where}"
    lines, _ = of(frame, "officer_days")
    posts = lines[lines["line"] == "authorised"].iloc[0]
    if posts["mean"] == 0:
        return f"{text}: nothing tells them apart."
    lost = [LOST_TO[row["line"]] for row in causes(lines)]
    gone = f"are lost to {listed(lost)}" if posts["mean"] > 0 else "would have stood empty"
    return f"{text}: a step, not a slope; the {number(abs(posts['mean']))} {more(posts['mean'])} post-days {gone}."


def explain_sentence(frame: pd.DataFrame) -> str:
    """What a frame of `Study.explain` says, for whoever reads no table.

    Parameters
    ----------
    frame
        Of one pair of options.

    Returns
    -------
    str
        'B' brings 2,200 (2,100 to 2,300) more officer-days than 'A': 5,100 more authorised, of which 2,400 are lost to
        vacant posts; but only 11 (7 to 15) more covered unit-days, because it still loses 1,100 to the end of the
        mandate and 400 to vacant posts.
    """
    first = frame.iloc[0]
    if first["alike"] == 1:
        return alike_sentence(frame)
    lines, days = of(frame, "officer_days")
    if shows(days):
        text = f"'{days['option']}' brings {ranged(days)} {more(days['mean'])} officer-days than '{days['against']}'"
    else:
        text = f"'{days['option']}' and '{days['against']}' cannot be told apart in officer-days"
        text += f" ({span(days)})" if np.isfinite(days["ci_low"]) else ""
    reason = posts_reason(lines)
    parts = [f"{text}: {reason}" if reason else text]
    if (frame["measure"] == "covered_days").any():
        parts.append(cover_part(frame, days))
    if (frame["measure"] == "served").any():
        _, work = of(frame, "served")
        if shows(work):
            parts.append(f"{ranged(work)} {more(work['mean'])} activities are attended")
    same = f"; in {percent(first['alike'])} of the futures both are the same" if first["alike"] >= 0.005 else ""
    return "; ".join(parts) + same + "."


def span(row: pd.Series) -> str:
    """An interval around nothing: -20 to 30."""
    width = row["ci_high"] - row["ci_low"]
    return f"{figure(row['ci_low'], width, '-')} to {figure(row['ci_high'], width, '-')}"


def cover_part(frame: pd.DataFrame, days: pd.Series) -> str:
    """The sentence's part on cover: how much it changes, and why; why so little, where officers bring hardly more."""
    lines, cover = of(frame, "covered_days")
    if not shows(cover):
        around = f" ({span(cover)})" if np.isfinite(cover["ci_low"]) and cover["ci_high"] > cover["ci_low"] else ""
        hint = left_reason(lines) if shows(days) and days["mean"] > 0 else ""
        return f"cover is not seen to change{around}" + (f", {hint}" if hint else "")
    size = f"{ranged(cover)} {more(cover['mean'])} covered unit-days"
    grown = days["mean"] > 0 and days["before"] > 0 and cover["before"] > 0
    if grown and 0 < cover["mean"] / cover["before"] < HARDLY * days["mean"] / days["before"]:
        reason = left_reason(lines)
        return f"but only {size}" + (f", {reason}" if reason else "")
    reason = listed([cause_text(row) for row in causes(lines)])
    return f"{size}, with {reason}" if reason else size


def explanation_text(frame: pd.DataFrame, confidence: float) -> str:
    """A frame of `Study.explain` as a table, and its sentence.

    Parameters
    ----------
    frame
        Of one pair of options; lines that are nothing under both are left out.
    confidence
        Of the intervals.
    """
    said = told(frame, confidence)
    text = [
        f"{said.title}, {said.about}",
        *said.lines,
        *said.notes,
        "",
        *said.sentences,
    ]
    return "\n".join(text)


def told(frame: pd.DataFrame, confidence: float) -> Told:
    """The answer as a reader meets it; parameters are those of `explanation_text`."""
    first = frame.iloc[0]
    head = ["", "before", "after", "difference", f"{100 * confidence:g} % interval", "share"]
    rows = []
    for measure in dict.fromkeys(frame["measure"]):
        rows.append([capital(MEASURES[measure]), *[""] * (len(head) - 1)])
        lines = frame[frame["measure"] == measure]
        decimals = 0 if lines["mean"].abs().max() >= 1000 else 1
        rows += [
            cells(line, decimals)
            for _, line in lines.iterrows()
            if line["line"] == TOTAL or line["before"] or line["after"]
        ]
    return Told(
        title=f"Why '{first['option']}' (after) differs from '{first['against']}' (before)",
        about=f"over the horizon, mean of {first['n']} futures",
        head=tuple(head),
        rows=tuple(map(tuple, rows)),
        notes=(
            "Lines add up to the difference; what is lost is negative. Officers are the mission's international staff.",
        ),
        sentences=(explain_sentence(frame),),
        picture="What the difference is made of, line by line: a bar is a mean, its whisker the interval of the mean.",
    )


def cells(line: pd.Series, decimals: int) -> list[str]:
    """A line of the table, in as many decimals as its neighbours, so that a reader can add them up."""

    def text(x: float, sign: str = "") -> str:
        rounded = round(x, decimals) + 0.0  # never -0
        return "-" if not np.isfinite(x) else f"{rounded:{sign if rounded else ''},.{decimals}f}"

    low, high = line["ci_low"], line["ci_high"]
    return [
        f"  {LINES[line['line']]}",
        text(line["before"]),
        text(line["after"]),
        text(line["mean"], "+"),
        f"{text(low, '+')} to {text(high, '+')}" if np.isfinite(low) else "-",
        percent(round(line["share"], 2) + 0.0),
    ]
