"""Which inputs drive a measure: on plans where the answer is known."""

import subprocess
import sys

import numpy as np
import pytest

from advisory_sim import loads, run, sensitivity

# Everybody is there from the drawn day on: officer-days fall with it in a straight line, and nothing else is random.
PLAN = """
format: 1
title: Two unknown delays
start: 2010-07-22
horizon: 100 days
mandate: {length: 100 days}
roles:
  adviser: {recruitment: [{selection: between(0 40) days}, {course: between(0 20) days}]}
teams: {Osh: {posts: {adviser: 10}}}
sources: {roles.adviser.recruitment.course: {grade: published, source: a calendar}}
"""
SELECTION, COURSE = "roles.adviser.recruitment.selection.takes", "roles.adviser.recruitment.course.takes"
N = 600


@pytest.fixture(scope="module")
def study():
    return run(loads(PLAN), replications=N, seed=8, progress=False)


def test_variance_of_a_sum_is_shared_by_the_squares_of_its_ranges(study):
    frame = sensitivity(study, "officer_days").set_index("path")
    assert frame.index.tolist() == [SELECTION, COURSE, "(chance)"]
    # Uniform inputs: variances as 40^2 to 20^2. The index of 600 futures has a standard error of some 0.03.
    assert frame["first_order"][SELECTION] == pytest.approx(0.8, abs=0.12)
    assert frame["first_order"][COURSE] == pytest.approx(0.2, abs=0.12)
    assert frame["first_order"]["(chance)"] < 0.1
    assert frame["grade"].tolist()[:2] == ["assumed", "published"]
    assert frame["value"][SELECTION] == "between(0 40) days"


def test_the_ends_are_the_means_of_the_outer_fifths(study):
    row = sensitivity(study, "officer_days").iloc[0]
    # Lowest fifth of the delay: 4 days in the mean, and 10 of the course; highest: 36 and 10.
    error = 10 * 20 / np.sqrt(12 * N / 5) * 4
    assert row["low"] == pytest.approx(10 * (100 - 4 - 10), abs=error)
    assert row["high"] == pytest.approx(10 * (100 - 36 - 10), abs=error)
    assert 0 < row["low_error"] < error


def test_what_has_no_answer_is_refused(study):
    with pytest.raises(KeyError, match=r"no measure 'officer_dais' .did you mean 'officer_days'"):
        sensitivity(study, "officer_dais")
    with pytest.raises(KeyError, match=r"no option 'pla' .did you mean 'plan'"):
        sensitivity(study, "officer_days", "pla")
    with pytest.raises(ValueError, match="same in all futures"):
        sensitivity(study, "authorised")
    with pytest.raises(ValueError, match="20 futures are too few"):
        sensitivity(run(loads(PLAN), replications=20, progress=False), "officer_days")
    with pytest.raises(ValueError, match="no input is uncertain"):
        sensitivity(run(loads(PLAN), replications=100, inputs="middle", progress=False), "officer_days")


def test_the_figure_shows_both_ends(study):
    from advisory_sim import plots

    frame = sensitivity(study, "officer_days")
    (ax,) = plots.tornado(frame).axes
    bars = [line.get_xdata() for line in ax.lines if line.get_linewidth() == 9]
    assert [list(bar) for bar in bars] == frame.dropna(subset=["low"])[["low", "high"]].to_numpy().tolist()
    assert "officer days (days)" in ax.get_xlabel()


def test_the_command(tmp_path):
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "from advisory_sim.cli import main; main()", "sensitivity", "plan.yaml",
         "--measure", "officer_days", "--replications", "200", "--csv", "s.csv", "--figure", "s"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f"'{SELECTION}' drives most: alone it explains " in done.stdout
    assert (tmp_path / "s.csv").read_text(encoding="utf-8").startswith("option,measure,path,value,grade,source,")
    assert (tmp_path / "s.svg").exists()
