"""How many: authorised, deployed, present, on duty; posts filled; where the officer-days went; time to strength."""

from __future__ import annotations

import numpy as np

from advisory_sim.measures.batch import View
from advisory_sim.measures.registry import measured
from advisory_sim.record.columns import (
    AUTHORISED,
    CHECKOUT,
    DAY,
    DEPLOYED,
    INDUCTION,
    LEAVE,
    OFF_SHIFT,
    ON_DUTY,
    SICKNESS,
    SUSPENDED,
    VACANT,
    WAITING,
)
from advisory_sim.record.record import never_to_inf

# In the model's order: each authorised post-day not on duty is lost to the first of these.
CAUSES = {
    "waiting": WAITING,
    "vacancy": VACANT,
    "suspension": SUSPENDED,
    "induction": INDUCTION,
    "checkout": CHECKOUT,
    "leave": LEAVE,
    "sickness": SICKNESS,
    "off_shift": OFF_SHIFT,
}
PERCENT = (50, 80, 95)

SERIES_COLUMNS = {
    "authorised": (AUTHORISED,),
    "deployed": (DEPLOYED,),
    "present": (OFF_SHIFT, ON_DUTY),
    "on_duty": (ON_DUTY,),
}


def _register_series(name: str, columns: tuple[int, ...]) -> None:
    @measured(name, "groups")
    def time_mean(view: View) -> np.ndarray:
        return view.strength(*columns) / view.days


for _name, _columns in SERIES_COLUMNS.items():
    _register_series(_name, _columns)


@measured("officer_days", "groups")
def officer_days(view: View) -> np.ndarray:
    """Days of people deployed."""
    return view.strength(DEPLOYED)


@measured("present_days", "groups")
def present_days(view: View) -> np.ndarray:
    """Days of people present."""
    return view.strength(OFF_SHIFT, ON_DUTY)


def _held(view: View) -> np.ndarray:
    """Seconds of posts with a holder."""
    return view.seconds(AUTHORISED) - view.seconds(WAITING, VACANT)


@measured("incumbency", "groups")
def incumbency(view: View) -> np.ndarray:
    """Share of authorised post-time with a holder."""
    return _held(view) / view.seconds(AUTHORISED)


@measured("vacancy_rate", "groups")
def vacancy_rate(view: View) -> np.ndarray:
    """Share of authorised post-time without a holder."""
    return 1 - incumbency(view)


@measured("of_paper_strength", "groups", windows=("mandate",))
def of_paper_strength(view: View) -> np.ndarray:
    """Share of the authorised post-time of the mandate on which somebody was present."""
    return view.seconds(OFF_SHIFT, ON_DUTY) / view.seconds(AUTHORISED)


def _register_cause(cause: str, column: int) -> None:
    @measured(f"officer_days_lost_to_{cause}", "groups")
    def lost(view: View) -> np.ndarray:
        return view.strength(column)


for _cause, _column in CAUSES.items():
    _register_cause(_cause, _column)


@measured("officer_days_lost_to_handover", "groups")
def handover(view: View) -> np.ndarray:
    """Days on which a post had a second officer; negative, so that the causes add up to the authorised."""
    return (_held(view) - view.seconds(DEPLOYED)) / DAY


def _register_reach(i: int, percent: int) -> None:
    @measured(f"days_to_{percent}", "groups + decisions", windows=("horizon",))
    def days_to(view: View) -> np.ndarray:
        days = never_to_inf(view.batch.reach[:, :, i])
        groups = len(view.batch.layout.groups)
        # Where nothing was authorised on day 0 there is nothing to reach.
        days[:, :groups][view.batch.asked[:, :groups] == 0] = np.nan
        return days

    @measured(f"reached_{percent}", "groups + decisions", windows=("horizon",))
    def reached(view: View) -> np.ndarray:
        days = days_to(view)
        return np.where(np.isnan(days), np.nan, np.isfinite(days))


for _i, _percent in enumerate(PERCENT):
    _register_reach(_i, _percent)
