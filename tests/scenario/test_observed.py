"""Durations seen: `empirical` over a column of a file, or over the numbers themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import advisory_sim as sim
from advisory_sim import ScenarioError
from advisory_sim.engine.arrays import DIST, DIST_KINDS
from advisory_sim.engine.kernel import quantile
from advisory_sim.engine.tables import CDF_STEPS
from advisory_sim.scenario.dump import resolve
from advisory_sim.scenario.figures import figures
from advisory_sim.scenario.quantities import Duration

PLAN = """\
format: 1
title: T
start: 2001-01-01
mandate: {length: 100 days}
roles: {adviser: {recruitment: [{fill: SEEN}]}}
teams: {T: {posts: {adviser: 1}}}
"""


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def plan(seen: str = "empirical(delays.csv days) days", table: str | None = None) -> sim.load:
    """The plan, with a table of delays beside it."""
    if table is not None:
        Path("delays.csv").write_text(table, encoding="utf-8")
    Path("plan.yaml").write_text(PLAN.replace("SEEN", seen), encoding="utf-8")
    return sim.load("plan.yaml")


def fill(scenario) -> Duration:
    return scenario.roles["adviser"].recruitment[0].takes


@pytest.mark.parametrize(
    ("seen", "table"),
    [
        ("empirical(delays.csv days) days", "who,days\na,30\nb,4.5\nc,\nd,30\n"),
        ("empirical(delays.csv time to fill) days", "time to fill;who\n30;a\n4,5;b\n\n30;d\n"),
        ("'empirical(delays.csv, days) days'", "\ufeffdays\n4.5\n30\n30\n"),
        ("empirical(30 4.5 30) days", None),
        ("'empirical(30, 4.5, 30) days'", None),
    ],
)
def test_how_it_is_written(seen, table):
    """The order of rows moves nothing; values that come twice are twice as likely."""
    assert fill(plan(seen, table)) == Duration("empirical", (4.5, 30.0, 30.0), "day")
    assert fill(plan(seen, table)).mean_seconds() == 86_400 * 64.5 / 3


def test_it_is_kept_without_its_file():
    scenario = plan("empirical(delays.csv days) days", "days\n30\n4.5\n30\n")
    text = resolve(scenario)
    assert "takes: empirical(4.5 30 30) days\n" in text
    assert sim.loads(text) == scenario
    assert [f.text for f in figures(scenario) if "fill" in f.path] == ["empirical(delays.csv days) days"]


def test_an_option_and_a_changed_plan_may_name_a_column():
    options = "options: {a: [], b: {take: [], set: {roles.adviser.travel: empirical(delays.csv days) days}}}\n"
    Path("delays.csv").write_text("days\n2\n1\n")
    scenario = sim.loads(PLAN.replace("SEEN", "3 days") + options, "plan.yaml")
    seen = Duration("empirical", (1.0, 2.0), "day")
    assert scenario.for_option("b").roles["adviser"].travel == seen
    assert "roles.adviser.travel: empirical(1 2) days\n" in resolve(scenario)
    changed = scenario.with_setting("roles.adviser.travel", "empirical(delays.csv days) days")
    assert changed.roles["adviser"].travel == seen
    assert sim.loads(changed.text) == changed


PLACE = "plan.yaml:5:40: roles.adviser.recruitment[0].fill: "
ALLOWED = (
    "; allowed: a duration such as 45 days, or triangular(a c b), pert(a c b), uniform(a b), exponential(mean), "
    "lognormal(mean sd), empirical(file.csv column) and a unit; between(a b) or between(a likely b) for a number"
)


@pytest.mark.parametrize(
    ("seen", "table", "told"),
    [
        ("empirical(delays.csv day) days", "days\n1\n", [
            PLACE + "found 'empirical(delays.csv day) days'; delays.csv has no "
            "column 'day' (did you mean 'days'?); its columns: days"]),
        ("empirical(delays.csv days) days", "days,days\n1,2\n", [
            PLACE + "found 'empirical(delays.csv days) days'; delays.csv has "
            "more than one column 'days'; its columns: days, days"]),
        ("empirical(delays.csv days) days", "days,who\n,a\n", [
            PLACE + "found 'empirical(delays.csv days) days'; column 'days' of "
            "delays.csv is empty"]),
        ("empirical(delays.csv days) days", "who,days\na,-1\nb,soon\nc,3\n", [
            "delays.csv:2:2: roles.adviser.recruitment[0].fill: found '-1'; allowed: a number from 0, or nothing",
            "delays.csv:3:2: roles.adviser.recruitment[0].fill: found 'soon'; allowed: a number from 0, or nothing"]),
        ("empirical(none.csv days) days", "", [
            PLACE + "found 'empirical(none.csv days) days'; there is no file "
            "none.csv"]),
        ("empirical(../delays.csv days) days", "", [
            PLACE + "found 'empirical(../delays.csv days) days'; it lies outside "
            "the scenario's folder; put it beside the scenario"]),
        ("empirical(delays.xlsx days) days", "", [
            PLACE + "found 'empirical(delays.xlsx days) days'; allowed: a column "
            "of a CSV file, empirical(FILE.csv COLUMN), or numbers, empirical(12 30 45)"]),
        ("empirical(delays.csv days) dayz", "days\n1\n", [
            PLACE + "found 'empirical(delays.csv days) dayz'; no unit 'dayz' "
            "(did you mean 'days'?)" + ALLOWED]),
        ("empirical(delays.csv days) years", "days\n101\n", [
            PLACE + "found 'empirical(delays.csv days) years'; longer than 100 "
            "years" + ALLOWED]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_it(seen, table, told):
    with pytest.raises(ScenarioError) as wrong:
        plan(seen, table)
    assert str(wrong.value).splitlines()[:-1] == told


@pytest.mark.parametrize("number", [1, 7, CDF_STEPS + 1, CDF_STEPS + 2, 10_000])
def test_its_quantiles(number):
    """The quantile function of so many values, each as likely, also where they fill more than one row of the tables."""
    values = np.sort(np.random.default_rng(1).exponential(size=number))
    table = np.zeros((2 + number // (CDF_STEPS + 1) + 1, CDF_STEPS + 1))
    table[2:].ravel()[:number] = values
    dist = np.array([(DIST_KINDS.index("empirical"), 0.0, number, 0.0, 2)], DIST)
    middles = (np.arange(number) + 0.5) / number
    assert [quantile(dist, table, 0, u) for u in middles] == values.tolist()
    assert quantile(dist, table, 0, 2.0**-54) == values[0]
    assert quantile(dist, table, 0, 1 - 2.0**-54) == values[-1]


def test_its_frequencies_in_a_run():
    """Each value comes as often as in the column: a chi-square test at one in ten thousand, over one draw a future."""
    seen = [3, 10, 10, 30, 50, 50, 50, 77]
    scenario = plan(table="days\n" + "\n".join(map(str, seen)) + "\n")
    scenario = scenario.with_setting("mandate.consent", {"takes": "pert(0 1 2) days"})  # a table before it
    n = 2000
    days = 100 - sim.run(scenario, replications=n, progress=False).column("plan", "officer_days")
    values, counts = np.unique(days.round().astype(int), return_counts=True)
    assert values.tolist() == sorted(set(seen))
    expected = [n * seen.count(value) / len(seen) for value in values]
    assert stats.chisquare(counts, expected).pvalue > 1e-4
