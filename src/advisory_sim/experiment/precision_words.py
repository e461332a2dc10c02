"""How many replications a run took, and why, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from advisory_sim.experiment.comparison import figure, what
from advisory_sim.experiment.precision import Known, Needed, Widths, multiple, needed_by
from advisory_sim.scenario.catalogue import unit_of
from advisory_sim.scenario.quantities import HalfWidth, plain

if TYPE_CHECKING:
    from advisory_sim.experiment.study import Study


def asked_words(widths: Widths, currency: str) -> str:
    """What was asked: 2 % of the mean in officer-days and 5 in covered unit-days."""
    if len({str(width) for _, width in widths}) == 1 and len({unit_of(measure) for measure, _ in widths}) == 1:
        return f"{size_words(*widths[0], currency)} in {listed([figure_words(measure) for measure, _ in widths])}"
    return listed([f"{size_words(measure, width, currency)} in {figure_words(measure)}" for measure, width in widths])


def listed(words: list[str]) -> str:
    """a, b and c."""
    return ", ".join(words[:-1]) + (" and " if len(words) > 1 else "") + words[-1]


def size_words(measure: str, width: HalfWidth, currency: str) -> str:
    """A half-width in words."""
    unit = unit_of(measure)
    number = plain(width.number if width.percent or unit != "share" else 100 * width.number)
    if unit == "share" or (unit == "ratio" and width.percent):
        return f"{number} percentage points"
    if width.percent:
        return f"{number} % of the mean"
    return f"{currency} {number}" if unit == "money" else number


def figure_words(measure: str) -> str:
    """A measure in words; of targets, all."""
    return "the chance of each target" if measure == "target_met" else measure_words(measure)


def measure_words(measure: str, name: str = "") -> str:
    """A measure of the mission, or of a target, in words."""
    return what(measure, name, "horizon")


def width_words(known: Known, currency: str) -> str:
    """How near a figure came: covered unit-days of 'a' less 'b', where half of the interval is 34 instead of 20."""
    unit, half, allowed = unit_of(known.row.measure), known.half[-1], known.allowed[-1]
    scale = 100 if unit == "share" else 1
    half, allowed = (figure(scale * x, scale * min(x, allowed) / 2, "") if np.isfinite(x) else "not known"
                     for x in (half, allowed))  # fmt: skip
    of = f"'{known.option}'" + (f" less '{known.against}'" if known.against else "")
    after = {"share": " percentage points", "days": " days", "people": " people"}.get(unit, "")
    before = f"{currency} " if unit == "money" else ""
    return (
        f"{measure_words(known.row.measure, known.row.name)} of {of}, where half of the interval is {before}{half} and "
        f"{before}{allowed}{after} are allowed"
    )


def precision_sentence(study: Study) -> str:
    """How many replications a run with a precision took, and why; how near it came where its limit came first."""
    found, currency = needed_by(study), study.scenario.currency
    confidence = f"{100 * study.confidence:g} %"
    others = " and for its difference to the first" if len(study.options) > 1 else ""
    asked = f"half of the {confidence} interval at most {asked_words(study.design.precision, currency)}"
    if found.since is not None:
        return (
            f"{found.replications:,} replications an option, as many as it took: {asked}, for each option{others}, as "
            f"holds from the {ordinal(found.since)} on. Least sure: {width_words(found.worst, currency)}."
        )
    if study.replications < study.design.replications:
        return f"Interrupted after {found.replications:,} replications an option, before what was asked held: {asked}."
    return limit_sentence(found, f"{asked}, for each option{others}", currency)


def limit_sentence(found: Needed, asked: str, currency: str) -> str:
    """How near a run came whose limit came first."""
    wide = [known for known in found.figures if not known.narrow[-1]]
    most = f"{found.replications:,} an option"
    text = f"The most replications that are allowed, {most}, were not enough for what was asked: {asked}."
    if not wide:
        return f"{text} It holds after the last of them, but not for long enough before to be relied on."
    times = multiple(found.worst)
    text += f" Of {len(found.figures)} figures {len(wide)} {'is' if len(wide) == 1 else 'are'} less sure. Farthest: "
    text += width_words(found.worst, currency)
    if not np.isfinite(times):
        return f"{text}."
    return f"{text}: about {rounded(found.replications * times**2):,} replications would do."


def rounded(number: float) -> int:
    """A number upwards to two digits."""
    step = 10 ** max(int(np.floor(np.log10(number))) - 1, 0)
    return int(np.ceil(number / step) * step)


def ordinal(number: int) -> str:
    """21st, 112th."""
    last = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number % 100 not in (11, 12, 13) else "th"
    return f"{number:,}{last}"
