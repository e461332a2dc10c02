"""A deadline as a table for the terminal and as plain sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from advisory_sim.experiment.answer import day_month, long_date, percent
from advisory_sim.experiment.asked import Told
from advisory_sim.experiment.comparison import capital, figure, what
from advisory_sim.experiment.deadline_curve import runs_of_same
from advisory_sim.experiment.deadline_frames import verdict

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.experiment.deadline import Answer, Deadline


def deadline_text(found: Deadline) -> str:
    """The table and the sentences."""
    said = told(found)
    numbered = [f"{i}. {sentence}" for i, sentence in enumerate(said.sentences, 1)]
    return "\n".join([f"{said.title}     {said.about}", *said.notes, "", *said.lines, "", *numbered])


def told(found: Deadline) -> Told:
    """The answer as a reader meets it."""
    asked, (head, rows) = found.question, table(found)
    return Told(
        title=f"By when must '{found.decision}' be decided?",
        about=f"'{found.option}' with it on each of {len(found.days)} days, over the same {found.replications} "
        f"futures, seed {asked.move.plan.runs.seed}",
        head=tuple(head),
        rows=tuple(map(tuple, rows)),
        notes=(
            f"Value: mean difference to the same futures without '{found.decision}' ({100 * asked.confidence:g} % "
            "interval); a day: what each day's delay since the line above takes away.",
        ),
        sentences=tuple(sentences(found)),
        picture=f"What '{found.decision}' brings by the day on which it is decided: the band is the interval of the "
        "mean; where the line is thick the days make no difference.",
    )


def table(found: Deadline) -> tuple[list[str], list[list[str]]]:
    """Value and cost of delay by day; days that are the same as the one before in all figures share its line."""
    frames = figures_of(found)
    dated = bool(frames[0]["date"].notna().all())
    head = ["decided", *(["date"] if dated else [])]
    for frame in frames:
        head += [heading(frame), "a day"]
    rows = []
    for first, last in lines_of(found):
        one = frames[0].iloc[first]
        cells = [one["moment"] if first == last else span(found, first, last)]
        if dated:
            ends = [day_month(frames[0].iloc[place]["date"]) for place in dict.fromkeys((first, last))]
            cells.append(" to ".join(ends))
        for frame in frames:
            row, scale = frame.iloc[first], 100 if frame["unit"].iloc[0] == "share" else 1
            low, high = scale * row["ci_low"], scale * row["ci_high"]
            sign = "" if row["measure"] == "target_met" else "+"
            interval = f"{figure(low, high - low, sign)} to {figure(high, high - low, sign)}"
            cells.append(f"{figure(scale * row['mean'], high - low, sign)} ({interval})" if high > low
                         else figure(scale * row["mean"], 0, sign))  # fmt: skip
            width = scale * (row["delay_high"] - row["delay_low"])
            same = bool(row["same_as_before"])
            cells.append("" if first == 0 else "same" if same else figure(-scale * row["delay_cost"], width))
        rows.append(cells)
    return head, rows


def figures_of(found: Deadline) -> list[pd.DataFrame]:
    """The curve of each figure."""
    k = len(found.days)
    return [found.curve.iloc[i * k : (i + 1) * k] for i in range(len(found.question.figures))]


def heading(frame: pd.DataFrame) -> str:
    """A figure's column."""
    row = frame.iloc[0]
    text = f"chance of '{row['name']}'" if row["measure"] == "target_met" else words(row)
    return f"{text} (%)" if row["unit"] == "share" else text


def words(row: pd.Series) -> str:
    """A figure in words."""
    return what(row["measure"], row["name"], "horizon")


def lines_of(found: Deadline) -> list[tuple[int, int]]:
    """First and last place of the table's lines."""
    runs = dict(same_days(found))
    lines, place = [], 0
    while place < len(found.days):
        last = runs.get(place, place)
        lines.append((place, last))
        place = last + 1
    return lines


def same_days(found: Deadline) -> list[tuple[int, int]]:
    """Stretches of days that are the same in every future and every figure."""
    same = np.logical_and.reduce([frame["same_as_before"].to_numpy(bool) for frame in figures_of(found)])
    return runs_of_same(same)


def day_text(found: Deadline, day: int) -> str:
    """A day with its date: day 47 (Tue 7 Sep 2010); 30 days before expiry."""
    date = found.question.move.date(day)
    text = str(found.question.move.moment(day))
    return text if date is None else f"{text} ({long_date(date)})"


def span(found: Deadline, first: int, last: int) -> str:
    """Days from one place to another: day 20 to 47; 120 to 60 days before expiry."""
    low, high = found.days[first], found.days[last]
    return f"{low} to {high} days before expiry" if found.question.move.relative else f"day {low} to {high}"


def sentences(found: Deadline) -> list[str]:
    """What can be said: each answer, then the days between which nothing changes."""
    said = [value_sentence(found, frame) for frame in figures_of(found)] if found.question.named else []
    said += [half_sentence(found, a) if a.bound == 0 else target_sentence(found, a) for a in found.answers]
    frames = figures_of(found)
    without = np.logical_and.reduce([frame["same_as_without"].to_numpy(bool) for frame in frames])
    call = waited_for(found)
    dead = None
    for first, last in same_days(found):
        if without[first]:
            continue
        text = f"It makes no difference when it is decided from {span(found, first, last)}: "
        text += "every day looked at there comes to the same in every future"
        said.append(f"{text} (they catch the same '{call}')." if call else f"{text}.")
    for place in range(len(without) - 1, -1, -1):
        if not without[place]:
            break
        dead = place
    if dead is not None:
        said.append(f"Decided {day_text(found, found.days[dead])} or later it brings nothing in any future.")
    return said


def waited_for(found: Deadline) -> str:
    """The first step of recruitment that waits for the next of a series, of the posts that the decision opens."""
    variant = found.question.move.variant
    decision = dict(variant.taken)[found.decision]
    for role in dict.fromkeys(role for _, role, _ in decision.expansion):
        for stage in variant.roles[role].recruitment:
            if stage.every is not None:
                return stage.name
    return ""


def value_sentence(found: Deadline, frame: pd.DataFrame) -> str:
    """What the decision is worth on each of the days that were asked for."""
    row, parts = frame.iloc[0], []
    is_target = row["measure"] == "target_met"
    scale, sign = 100 if row["unit"] == "share" else 1, "" if is_target else "+"
    for _, one in frame[frame["day"].isin(found.question.days)].iterrows():
        low, high = scale * one["ci_low"], scale * one["ci_high"]
        mean, *ends = (figure(x, high - low, sign) for x in (scale * one["mean"], low, high))
        parts.append(f"{one['moment']}: {mean}" + (f" ({' to '.join(ends)})" if high > low else ""))
    points = " (percentage points)" if row["unit"] == "share" else ""
    what = f"{capital(words(row))} (%)" if is_target else f"What '{found.decision}' brings in {words(row)}{points}"
    return f"{what}, by when it is decided: {'; '.join(parts)}."


def half_sentence(found: Deadline, answer: Answer) -> str:
    """The last day on which it keeps half of its value in a measure."""
    row = figures_of(found)[answer.figure].iloc[0]
    about, first = words(row), day_text(found, found.days[0])
    if answer.last.place is None:
        return f"'{found.decision}' has no value in {about} to lose: decided {first} it brings no gain that is proven."
    day = found.days[answer.last.place]
    again = (
        " (not on every day before)" if not (answer.known.mean[: answer.last.place + 1] >= answer.bound).all() else ""
    )
    text = f"The last day on which '{found.decision}' keeps at least half of its value in {about} is "
    text += f"{day_text(found, day)}{again}"
    if answer.last.place == len(found.days) - 1:
        return f"{text}, the last that was looked at."
    return f"{text}; {sure(found, answer)}."


def target_sentence(found: Deadline, answer: Answer) -> str:
    """The last day on which a target is met with the asked chance."""
    asked = found.question
    target, bound = f"the target '{asked.target}'", f"at least {percent(answer.bound)}"
    without = float(found.reference[answer.figure].mean())
    if answer.last.place is None:
        best = int(np.argmax(answer.known.mean))
        proof = "proven" if answer.known.high.max() < answer.bound else "not proven"
        return (
            f"{capital(target)} is met with a chance of {bound} on no day looked at; the best is "
            f"{percent(answer.known.mean[best])}, {day_text(found, found.days[best])} ({proof})."
        )
    place = answer.last.place
    low, high = 100 * answer.known.low[place], 100 * answer.known.high[place]
    share = f"{percent(answer.known.mean[place])} of futures, {low:.0f} to {high:.0f} %"
    if without >= answer.bound and place == len(found.days) - 1:
        state = "proven" if answer.last.proven else sure(found, answer)
        text = f"{capital(target)} is met with a chance of {bound} on any day and even without '{found.decision}'"
        return f"{text} ({percent(without)} of futures); {state}."
    text = f"The last day on which {target} is met with a chance of {bound} is {day_text(found, found.days[place])}"
    return f"{text} ({share}); {sure(found, answer)}. Without '{found.decision}' the chance is {percent(without)}."


def sure(found: Deadline, answer: Answer) -> str:
    """How surely the day is known."""
    confidence = f"{100 * found.question.confidence:g} %"
    surely, place, perhaps = answer.last
    if verdict(answer.last) == "proven" and perhaps == place:
        return f"proven, and the next day is shown not to do ({confidence} interval)"
    ends = [None if p is None else found.days[p] for p in (surely, perhaps)]
    state = "proven" if answer.last.proven else "not proven"
    low = "on no day surely" if ends[0] is None else f"surely {found.question.move.moment(ends[0])}"
    high = "" if ends[1] is None else f", perhaps {found.question.move.moment(ends[1])}"
    high += " or later" if perhaps == len(found.days) - 1 else ""
    return f"{state}: {low}{high} ({confidence} interval)"
