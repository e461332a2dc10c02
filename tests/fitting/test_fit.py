"""From a table to settings: the truth is recovered, competing ends are told apart, and what is printed loads."""

import datetime as dt
import io
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import advisory_sim as sim
from advisory_sim.experiment.estimate import wilson
from fitting.past import AS_OF, LEAVE_EARLY, LOST, MEAN, SD, TOUR, past

PLAN = """\
format: 1
title: pasted
start: 2011-01-01
mandate: {length: 6 months}
teams: {A: {posts: {adviser: 4}}}
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    file = tmp_path_factory.mktemp("past") / "past.csv"
    file.write_text(past(n=400), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def found(file):
    return sim.fit(file, as_of=AS_OF)


def test_the_truth_is_within_the_intervals(found):
    (role,) = found.roles
    selection, arrival = role.stages
    assert selection.chosen.family.name == "lognormal"
    assert arrival.chosen.family.name in ("triangular", "pert")
    wide = stats.norm.ppf(0.9995)
    for estimate, truth in (
        (selection.chosen.numbers[0], MEAN),
        (selection.chosen.numbers[1], SD),
        (arrival.chosen.mean, 25.0),
        (selection.fails, LOST),
        (role.early.share, LEAVE_EARLY),
    ):
        assert abs(estimate.value - truth) < wide * estimate.std_error
    assert role.tour.days.value == TOUR
    assert arrival.fails.value == 0


def test_ends_are_told_apart(found, file):
    frame = pd.read_csv(file)
    (role,) = found.roles
    gone = frame["left"].notna() & frame["arrived"].isna()
    selection, arrival = role.stages
    # Whoever is selected or lost has ended the stage; the lost are its failures.
    assert selection.sample.events == int((frame["selected"].notna() | gone).sum())
    assert selection.fails.value == gone.sum() / selection.sample.events
    np.testing.assert_allclose(
        [selection.fails.low, selection.fails.high],
        wilson(np.array(selection.fails.value), np.array(selection.sample.events), 0.95),
    )
    assert arrival.sample.n == int(frame["selected"].notna().sum())
    # A tour that ended as planned, or has not ended, is censored for early departure.
    early = frame["reason"].fillna("").str.startswith("early departure")
    assert role.early.sample.events == int(early.sum())
    assert role.early.sample.censored == int(frame["arrived"].notna().sum() - early.sum())
    stays = pd.to_datetime(frame["left"].fillna(str(AS_OF))) - pd.to_datetime(frame["arrived"])
    years = stays.dt.days.sum() / 365.25
    assert role.early.person_years == pytest.approx(years)
    assert role.early.share.value == pytest.approx(1 - np.exp(-early.sum() / years))
    # Garwood's interval of a Poisson mean, by chi-square.
    low, high = stats.chi2.ppf([0.025, 0.975], [2 * early.sum(), 2 * early.sum() + 2]) / 2
    np.testing.assert_allclose(
        [role.early.share.low, role.early.share.high], [1 - np.exp(-low / years), 1 - np.exp(-high / years)]
    )


def test_without_planned_ends_the_tour_is_the_curves_median():
    rows = [
        ("2009-01-01", "2009-01-10", "2009-02-01", left, reason)
        for left, reason in [("2009-08-01", "end of tour")] * 6 + [("2009-04-01", "early departure: ill")] * 2
        + [("2009-05-01", "end of mandate")] * 2
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["nominated", "selected", "arrived", "left", "reason"])
    (role,) = sim.fit(frame).roles
    assert role.tour.days.value == 181  # the two early ones and the mandate's end are no ends of tours
    assert (role.tour.sample.events, role.tour.sample.censored) == (6, 4)


def test_where_nothing_tells_early_departures_none_are_given(file):
    frame = pd.read_csv(file).drop(columns=["planned_end", "reason"])
    (role,) = sim.fit(frame, as_of=AS_OF).roles
    assert role.early is None
    assert "adviser: no column planned_end or reason: early departures cannot be told from ends of tours" in (
        role.all_warnings
    )


def test_roles_have_their_own(file):
    frame = pd.read_csv(file)
    frame.loc[frame.index % 2 == 0, "role"] = "UN police-2"
    fit = sim.fit(frame, as_of=AS_OF)
    assert sorted(role.role for role in fit.roles) == ["UN police-2", "adviser"]
    assert sum(role.cases for role in fit.roles) == 400
    sim.loads(PLAN + fit.snippet)


def test_the_order_of_rows_moves_nothing(found, file):
    turned = sim.fit(pd.read_csv(file).iloc[::-1], as_of=AS_OF)
    pd.testing.assert_frame_equal(turned.frame, found.frame)


def test_the_snippet_loads_as_what_was_found(found):
    plan = sim.loads(PLAN + found.snippet)
    role, adviser = found.roles[0], plan.roles["adviser"]
    for stage, step in zip(role.stages, adviser.recruitment, strict=True):
        assert step.name == stage.name
        assert step.takes.kind == stage.chosen.family.name
        for number, estimate in zip(step.takes.args, stage.chosen.numbers, strict=True):
            # What nobody knows yet has the estimate's own standard error: a triangular's is its width by sqrt(24).
            assert number.middle == pytest.approx(estimate.value, abs=0.1 * estimate.std_error)
            assert (number.high - number.low) / np.sqrt(24) == pytest.approx(estimate.std_error, rel=0.25)
    assert adviser.recruitment[0].fails.value.middle == pytest.approx(role.stages[0].fails.value, abs=0.005)
    assert adviser.early_departure.share_per_year.value.middle == pytest.approx(role.early.share.value, abs=0.005)
    assert str(adviser.tour) == f"{TOUR} days"
    assert {path: source.grade for path, source in plan.sources.items()} == {
        "roles.adviser.recruitment": "measured",
        "roles.adviser.tour": "measured",
        "roles.adviser.early_departure": "measured",
    }
    assert "past.csv: 400 cases, seen to 2010-06-30" in plan.sources["roles.adviser.tour"].source


@pytest.mark.parametrize("family", ["lognormal", "exponential", "pert", "triangular", "uniform"])
def test_every_family_can_be_asked_for_and_pasted(family):
    fit = sim.fit(pd.read_csv(io.StringIO(past(n=60))), family=family)
    for stage in fit.roles[0].stages:
        assert stage.chosen.family.name == family
        assert np.isfinite(stage.chosen.mean.std_error)
    assert sim.loads(PLAN + fit.snippet).roles["adviser"].recruitment[0].takes.kind == family


def test_warnings():
    frame = pd.DataFrame(
        [(f"2010-01-{day:02d}", f"2010-02-{day:02d}" if day <= 8 else None, None, None) for day in range(1, 21)],
        columns=["nominated", "selected", "arrived", "left"],
    )
    frame.loc[0, "selected"] = "2010-01-05"
    said = sim.fit(frame, as_of=dt.date(2010, 2, 15)).warnings
    assert said[:2] == [
        "adviser: arrival has ended in 0 cases only, fewer than 5: nothing is fitted",
        "adviser, selection: 8 cases have ended, fewer than 30: the intervals are rough",
    ]
    assert said[2] == "adviser, selection: 12 of 20 cases have not ended: the longer times are told by few"
    assert re.fullmatch(
        r"adviser, selection: the time within which 9 in 10 end, \d+ days, lies beyond the longest seen to end, "
        r"31 days: it rests on the shape of the \w+ alone",
        said[3],
    )


def test_lost_candidates_that_took_another_time_are_told():
    rows = [(f"2010-01-{1 + i % 28:02d}", None, None, f"2010-02-{1 + i % 28:02d}") for i in range(20)]
    rows += [(f"2010-01-{1 + i % 28:02d}", f"2010-04-{1 + i % 28:02d}", None, None) for i in range(40)]
    fit = sim.fit(pd.DataFrame(rows, columns=["nominated", "selected", "arrived", "left"]))
    assert any("candidates were lost after other times" in text for text in fit.warnings)


def test_nobody_left_early():
    rows = [("2010-01-01", "2010-02-01", "2010-03-01", None, "2010-09-01")] * 10
    frame = pd.DataFrame(rows, columns=["nominated", "selected", "arrived", "left", "planned_end"])
    fit = sim.fit(frame, as_of=dt.date(2010, 6, 1))
    years = 10 * 92 / 365.25
    assert fit.roles[0].early.share.high == pytest.approx(1 - np.exp(np.log(0.025) / years))
    assert re.search(r"early_departure: between\(0% 0% \d+%\) per year", fit.snippet)
    sim.loads(PLAN + fit.snippet)


@pytest.mark.parametrize("days", [0, 5])
def test_what_always_took_the_same_time_is_no_distribution(days):
    rows = [("2010-01-01", f"2010-01-{1 + days:02d}", None, None)] * 20 + [("2010-01-29", None, None, None)] * (
        days > 3
    )
    frame = pd.DataFrame(rows, columns=["nominated", "selected", "arrived", "left"])
    fit = sim.fit(frame, as_of=dt.date(2010, 2, 1))
    assert f"- selection: {days} days" in fit.snippet
    step = sim.loads(PLAN + fit.snippet).roles["adviser"].recruitment[0]
    assert (step.takes.kind, step.takes.args) == ("constant", (days,))
    assert "selection: all took the same time." in str(fit)
    assert not fit.frame.query("figure == 'mean'").empty
    sim.plots.fitted(fit)


def test_nothing_to_fit(tmp_path):
    file = tmp_path / "past.csv"
    file.write_text("nominated,selected,arrived,left\n2010-01-01,2010-02-01,,\n", encoding="utf-8")
    with pytest.raises(sim.ScenarioError, match="nothing to fit"):
        sim.fit(file)


def command(*arguments, folder):
    done = [sys.executable, "-c", "from advisory_sim.cli import main; main()", "fit", *map(str, arguments)]
    return subprocess.run(done, capture_output=True, text=True, encoding="utf-8", check=False, cwd=folder)


def test_the_command(file, found, tmp_path):
    done = command(
        file, "--as-of", AS_OF, "--yaml", "s.yaml", "--csv", "f.csv", "--figure", "f", folder=tmp_path
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == str(found)
    assert (tmp_path / "s.yaml").read_text(encoding="utf-8") == found.snippet
    assert len(pd.read_csv(tmp_path / "f.csv")) == len(found.frame)
    assert (tmp_path / "f.png").exists()
    assert (tmp_path / "f.svg").exists()


def test_the_command_writes_nothing_of_a_bad_table(tmp_path):
    (tmp_path / "past.csv").write_text("nominated,selected,arrived\n2010-01-01,,\n", encoding="utf-8")
    done = command("past.csv", "--yaml", "s.yaml", "--figure", "f", folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        "past.csv:1:1: has no column 'left'; its columns: nominated, selected, arrived\n1 error\n"
    )  # fmt: skip
    assert [file.name for file in tmp_path.iterdir()] == ["past.csv"]
