"""A deadline as tidy frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from advisory_sim.experiment.deadline import Deadline, unit
from advisory_sim.experiment.deadline_curve import chance_above, delay, same_as_before, worth

if TYPE_CHECKING:
    from advisory_sim.experiment.deadline_curve import Last


def curve_frame(found: Deadline) -> pd.DataFrame:
    """What the decision is worth by day: see `Deadline.curve`."""
    return pd.concat([figure_frame(found, i) for i in range(len(found.question.figures))], ignore_index=True)


def figure_frame(found: Deadline, i: int) -> pd.DataFrame:
    """The rows of one figure."""
    asked, move = found.question, found.question.move
    row, values, reference = asked.figures[i], found.values[i], found.reference[i]
    is_target = row.measure == "target_met"
    known = chance_above(values, asked.confidence) if is_target else worth(values, reference, asked.confidence)
    lost = delay(values, np.abs(np.diff(found.days)), asked.confidence, yes_or_no=is_target)
    both_undefined = np.isnan(values) & np.isnan(reference)[:, None]
    without = ((values == reference[:, None]) | both_undefined).all(axis=0)
    return pd.DataFrame(
        {
            "day": found.days,
            "moment": [str(move.moment(day)) for day in found.days],
            "date": pd.to_datetime([move.date(day) for day in found.days]),
            "measure": row.measure,
            "name": row.name,
            "unit": unit(row),
            "n": (~np.isnan(values - reference[:, None])).sum(axis=0),
            **{"mean": known.mean, "ci_low": known.low, "ci_high": known.high},
            **{"delay_cost": lost.mean, "delay_low": lost.low, "delay_high": lost.high},
            "same_as_before": same_as_before(values),
            "same_as_without": without,
        }
    )


def answer_frame(found: Deadline) -> pd.DataFrame:
    """The last days: see `Deadline.answer`."""
    move = found.question.move
    rows: list[dict[str, Any]] = []
    for answer in found.answers:
        row = found.question.figures[answer.figure]
        surely, day, perhaps = (None if place is None else found.days[place] for place in answer.last)
        rows.append(
            {
                "question": answer.question,
                "measure": row.measure,
                "name": row.name,
                "day": day,
                "moment": "" if day is None else str(move.moment(day)),
                "date": None if day is None else move.date(day),
                "day_surely": surely,
                "day_perhaps": perhaps,
                "verdict": verdict(answer.last),
            }
        )
    frame = pd.DataFrame(rows).astype(dict.fromkeys(("day", "day_surely", "day_perhaps"), "Int64"))
    frame["date"] = pd.to_datetime(frame["date"])
    return frame


def verdict(last: Last) -> str:
    """What is known of an answer."""
    return "none" if last.place is None else "proven" if last.proven else "not proven"
