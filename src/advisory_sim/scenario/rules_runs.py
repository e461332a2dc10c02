"""Rules across records: how the scenario is simulated."""

from __future__ import annotations

from advisory_sim.scenario.catalogue import COVER, MEASURES, Measure
from advisory_sim.scenario.model import Scenario
from advisory_sim.scenario.quantities import HalfWidth
from advisory_sim.scenario.rules_common import Found, no_such

OF_COVER = ("population_coverage", "worst_unit", "operational")


def precision(scenario: Scenario, tree: dict) -> Found:
    """What is wrong with the figures that are to be known so well."""
    asked = scenario.runs.precision
    given = tree.get("runs", {})
    for key in ("precision", "at_most"):
        if key in given and "replications" not in given:
            yield ("runs", key), "it is of `replications: auto`: write that beside it"
    if asked is None:
        return
    if not asked:
        yield ("runs", "precision"), "found nothing; name a measure, or leave it out"
    for name, width in asked.items():
        why = unfit(scenario, name, width)
        if why:
            yield ("runs", "precision", name), why


def unfit(scenario: Scenario, name: str, width: HalfWidth) -> str:
    """Why the interval of a measure cannot be held to a width; empty where it can."""
    measure = MEASURES.get(name)
    if measure is None:
        return no_such("measure", name, [known.name for known in MEASURES.values() if fits(known)])
    if name.startswith("days_to_"):
        return f"'{name}' may never come, so it has no mean; ask for 'reached_{name.removeprefix('days_to_')}'"
    if name == "cost_per_covered_day":
        return f"'{name}' is a ratio of two means; ask for 'cost' and 'covered_days'"
    if not fits(measure):
        return f"'{name}' is not measured of the mission over the horizon"
    if measure.of_work and not scenario.activities:
        return f"'{name}' is of activities, and there are none"
    if (measure.scopes == COVER or name in OF_COVER) and not scenario.units:
        return f"'{name}' is of units, and there are none"
    if name == "target_met" and not scenario.targets:
        return "'target_met' is of targets, and there are none"
    if measure.unit == "share" and (width.number / 100 if width.percent else width.number) >= 1:
        return f"found '{width}'; '{name}' is a share: half of its interval is below 100%, such as 2%"
    return ""


def fits(measure: Measure) -> bool:
    """Whether a measure has a mean of the mission, or of each target, over the horizon."""
    of_all = "mission" in measure.scopes or measure.name == "target_met"
    never = measure.name.startswith("days_to_") or measure.name == "cost_per_covered_day"
    return of_all and "horizon" in measure.windows and not never
