"""What replacements, units that open and close, and returns in stages leave in tables, figures and sentences."""

import datetime as dt
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from advisory_sim import explain_sentence, load, loads, run
from advisory_sim.experiment.explain import LOST, OPEN, TOTAL, paired_lines
from advisory_sim.experiment.sentences import sentences
from advisory_sim.plots.coverage import weekly_coverage
from advisory_sim.report.words import act_words
from advisory_sim.scenario.dump import resolve

CASES = Path(__file__).parents[1] / "cases"
FILES = ("replace", "open-and-close", "new-team", "return")
RETURN = """
format: 1
title: Return, with visits by chance
start: 2001-01-01
mandate: {length: 90 days}
roles: {officer: {recruitment: [{fill: exponential(5) days}], leave: staggered 3 days every 20 days}}
units: {U: {}, V: {suspension: {gap: exponential(20) days, lasting: 2 days}}, W: {}}
teams: {T: {units: [U, V, W], posts: {officer: 4}}}
activities:
  visit: {during: [visits], arrivals: 1 per day, needs: {officer: 2}, lasting: exponential(6) hours, patience: 1 day}
  patrol: {during: [always], arrivals: 2 per day, needs: {officer: 1}, lasting: 2 hours}
reentry: {home: {stages: [{visits: {hours: 09:00-15:00}}, {always: 10 attended visit}]}}
decisions:
  never: {when: {measure: reintegrated, above: 3.5}, expand: {officer: 1}}
  never, weekly: {when: {measure: at_stage, scope: {stage: always}, above: 4, over: 7 days}, expand: {officer: 1}}
options: {plain: [], watched: [never], watched closely: [never, 'never, weekly']}
targets:
  two: {measure: reintegrated, at_least: 2, on: 2001-01-17}
  U: {measure: reintegrated, scope: {unit: U}, at_least: 1, on: 2001-01-17}
  stage: {measure: at_stage, scope: {stage: always}, at_least: 2, on: 2001-01-17}
"""


@cache
def study(name):
    return run(load(CASES / f"{name}.yaml"), replications=2, progress=False)


@cache
def returning():
    return run(loads(RETURN), replications=30, progress=False)


@pytest.mark.parametrize("name", FILES)
def test_why_options_differ_adds_up(name):
    found = study(name)
    for option in found.options[1:]:
        for measure in LOST.keys() - {"served"}:
            lines = paired_lines(found, found.options[0], option, measure)
            assert lines.names[-1] == TOTAL
            assert lines.difference[:, :-1].sum(axis=1) == pytest.approx(lines.difference[:, -1], abs=1e-9)
        assert explain_sentence(found.explain(found.options[0], option)).startswith("'")


def test_units_that_are_open_longer_are_a_line_of_their_own():
    lines = paired_lines(study("open-and-close"), "as it is", "moved", "covered_days")
    # U is open 10 days in place of 30, V 20 in place of 5.
    assert lines.difference[0, lines.names.index(OPEN)] == -20 + 15
    assert lines.difference[0, -1] == -10 + 10


def test_coverage_of_a_closed_unit_is_undefined_by_day_and_week():
    found = study("open-and-close")
    days = found.daily("coverage", unit="U").query("option == 'moved'")["mean"].to_numpy()
    assert days[:10].tolist() == [0] * 4 + [1] * 6
    assert np.isnan(days[10:]).all()
    mission = found.daily("coverage").query("option == 'moved'")["mean"].to_numpy()
    assert mission[9] == mission[10] == 1  # U and W; then W and V
    half = found.daily("coverage", unit="U").query("option == 'moved at noon'")["mean"].to_numpy()
    assert half[10] == 1  # of half a day
    weeks = weekly_coverage(found, "moved")
    assert np.isnan(weeks.loc["U"].to_numpy()).tolist() == [False, False, True, True, True]
    assert weeks.loc["U"].iloc[1] == 1
    assert np.isnan(weeks.loc["V"].iloc[0])


def test_reviews_change_nothing_of_a_return():
    """Daily reviews of a measure that never fires give the same bytes as none."""
    found = returning()
    plain = found.rows("plain")
    assert 0 < found.column("plain", "days_to_stage", "unit-stage", "U/always").std() < np.inf
    for i, option in enumerate(found.options):
        kept = [k for k, row in enumerate(found.rows(option)) if row in plain]
        assert found.values(option)[:, kept].tobytes() == found.values("plain").tobytes()
        assert found.blocks.entered(i).tobytes() == found.blocks.entered(0).tobytes()
        assert found.blocks.cover(i).tobytes() == found.blocks.cover(0).tobytes()


def test_a_return_on_a_date_is_that_of_its_stages():
    found = returning()
    on = (dt.date(2001, 1, 17) - found.scenario.start).days
    there = [found.column("plain", "days_to_stage", "unit-stage", f"{unit}/always") <= on for unit in "UVW"]
    met = {name: found.column("plain", "target_met", "target", name, "2001-01-17") for name in ("two", "U", "stage")}
    assert (met["two"] == (np.sum(there, axis=0) >= 2)).all()
    assert (met["stage"] == met["two"]).all()
    assert (met["U"] == there[0]).all()
    assert 0 < met["two"].mean() < 1


def test_stages_begin_at_midnight_when_enough_has_been_attended():
    """The number served at a unit before the day of its stage is enough; before the day before it is not."""
    found = returning()
    units, kinds = found.layout.units, found.layout.activities
    served = found.blocks.work(0)[:, 0]
    for unit in ("U", "W"):  # never suspended, so that nothing else holds them up
        entered = found.blocks.entered(0)[:, units.index(unit), 1]
        assert (entered % 86_400 == 0).all()
        visits = served[units.index(unit) * len(kinds) + kinds.index("visit")]
        for future, second in enumerate(entered):
            day = int(second) // 86_400
            assert visits[future, :day].sum() >= 10 > visits[future, : day - 1].sum()


@pytest.mark.parametrize("name", FILES)
def test_the_resolved_file_is_the_same_plan(name):
    plan = load(CASES / f"{name}.yaml")
    assert loads(resolve(plan)) == plan


def test_decisions_in_words():
    words = {
        name: act_words(decision) for file in FILES for name, decision in load(CASES / f"{file}.yaml").decisions.items()
    }
    assert words["training"] == "2 more trainer posts, placed evenly; 5 fewer adviser posts"
    assert words["move"] == "open V; close U"
    assert words["second"] == "1 more officer posts, at New; 2 more expert posts, at New"


def test_sentences_of_a_replacement_and_of_a_return():
    replaced = sentences(study("replace"))
    assert replaced[2].startswith("'replaced' puts 2 new posts in the place of 5: -154 +- 0 officer-days and -4 +- 0 ")
    assert sentences(study("return"))[2] == (
        "Of 3 units that return in stages 3 come to the last; half of them by 26 January 2001 (day 25) in the middle."
    )
