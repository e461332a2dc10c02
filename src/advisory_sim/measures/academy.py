"""What the academy comes to: graduates, those on their way, how long applicants wait, what limits its classes."""

from __future__ import annotations

import numpy as np

from advisory_sim.measures.batch import View
from advisory_sim.measures.registry import measured
from advisory_sim.record import academy as seen
from advisory_sim.record.columns import DAY
from advisory_sim.record.record import never_to_inf

EVERYBODY_AND_GROUPS = "academy + groups of applicants"


def _register_number(name: str, column: int) -> None:
    @measured(name, EVERYBODY_AND_GROUPS)
    def number(view: View) -> np.ndarray:
        return view.school[:, :, column].astype(float)


for _name, _column in (
    ("graduates", seen.GRADUATED),
    ("dropped_out", seen.DROPPED_OUT),
    ("applied", seen.APPLIED),
    ("admitted", seen.ADMITTED),
    ("waiting_applicants", seen.WAIT),
    ("in_course", seen.IN_COURSE),
    ("in_field_training", seen.IN_FIELD),
):
    _register_number(_name, _column)


@measured("wait_for_class", EVERYBODY_AND_GROUPS)
def wait_for_class(view: View) -> np.ndarray:
    """Mean wait of those admitted, in days."""
    return view.school[:, :, seen.WAITED] / DAY / view.school[:, :, seen.ADMITTED]


@measured("classes_started", "academy")
def classes_started(view: View) -> np.ndarray:
    """Classes that started."""
    return view.school[:, :1, seen.CLASSES].astype(float)


@measured("places_use", "academy")
def places_use(view: View) -> np.ndarray:
    """Place-time held by classes over place-time that there is; nan where there are no places."""
    return view.school[:, :1, seen.PLACES_HELD] / view.school[:, :1, seen.PLACES]


def _register_limit(cause: str, column: int) -> None:
    @measured(f"starts_limited_by_{cause}", "academy")
    def limited(view: View) -> np.ndarray:
        return view.school[:, :1, column] / view.span[:, None]


for _i, _cause in enumerate(seen.CAUSES):
    _register_limit(_cause, seen.LIMITED + _i)


@measured("days_to_target", "academy's target", windows=("horizon",))
def days_to_target(view: View) -> np.ndarray:
    """When as many had graduated as the academy's target asks; infinite where never."""
    return never_to_inf(view.batch.target_reached)[:, None]
