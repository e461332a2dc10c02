"""Sweeps: points from texts, the same futures at every point, the command."""

import csv
import subprocess
import sys
import warnings

import numpy as np
import pytest

from advisory_sim import ScenarioError, loads, run
from advisory_sim.experiment.points import grid, spread, values
from advisory_sim.experiment.sweep import sweep
from advisory_sim.experiment.sweeping import sweep_text

PLAN = """
format: 1
title: Two teams
start: 2010-07-22
mandate: {length: 60 days}
roles: {adviser: {recruitment: [{selection: exponential(10) days}], leave: 5 days every 20 days}}
teams:
  Osh: {posts: {adviser: 3}}
  Uzgen: {posts: {adviser: 3}}
decisions:
  more: {at: day 20, expand: {adviser: 4}, placed: evenly}
  longer: {at: day 20, extend: 20 days}
options: {as it is: [], more: [more], longer: [longer]}
runs: {replications: 30, seed: 3}
"""
DAY, SIZE = "decisions.more.at", "decisions.more.expand.adviser"


@pytest.mark.parametrize(("text", "expected"), [
    ("0..20/10", [0, 10, 20]),
    ("0..25/10", [0, 10, 20]),
    ("0.5..1.5/0.5", ["0.5", 1, "1.5"]),
    ("day 10..30/10", ["day 10", "day 20", "day 30"]),
    ("60..20/20 days", None),
    ("5 | 7", [5, 7]),
    ("day 20 | 2010-09-01", ["day 20", "2010-09-01"]),
    ("exponential(10) days", ["exponential(10) days"]),
])  # fmt: skip
def test_values_that_a_text_stands_for(text, expected):
    if expected is None:
        with pytest.raises(ValueError, match="holds nothing"):
            values(text)
    else:
        assert [str(value) for value in values(text)] == [str(value) for value in expected]


def test_a_range_without_a_step_is_refused():
    with pytest.raises(ValueError, match=r"has no step: 'day 10\.\.60/10', or spread points over it"):
        values("day 10..60")


def test_a_grid_is_every_combination():
    assert grid({"a": [1, 2], "b": ["x", "y"]}) == [
        {"a": 1, "b": "x"}, {"a": 1, "b": "y"}, {"a": 2, "b": "x"}, {"a": 2, "b": "y"}
    ]  # fmt: skip


@pytest.mark.parametrize("how", ["latin", "sobol"])
def test_points_are_spread_evenly(how):
    points = spread({"a": "1..16", "b": "0.0..1.0 days"}, 16, how, seed=4)
    assert sorted(point["a"] for point in points) == list(range(1, 17))
    shares = sorted(float(str(point["b"]).removesuffix(" days")) for point in points)
    assert all(i / 16 <= share <= (i + 1) / 16 for i, share in enumerate(shares))
    assert points == spread({"a": "1..16", "b": "0.0..1.0 days"}, 16, how, seed=4)
    assert points != spread({"a": "1..16", "b": "0.0..1.0 days"}, 16, how, seed=5)


def test_any_number_of_points_is_spread_without_a_word():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(spread({"a": "1..16"}, 5, "sobol", seed=4)) == 5


def test_points_that_fall_together_are_told_one_by_one():
    points = [{SIZE: 4}, {SIZE: 2}, {SIZE: 4}]
    lines = sweep_text(sweep(loads(PLAN), points, option="more", measures=["officer_days"], replications=2)).split("\n")
    assert lines[0].startswith("'more' at 3 points x 2 replications")
    assert [line.split()[0] for line in lines[3:6]] == ["4", "2", "4"]
    assert lines[3] == lines[5]


def test_each_point_is_the_option_with_these_values():
    points = grid({SIZE: [0, 4], DAY: ["day 10", "day 20"]})
    found = sweep(loads(PLAN), points, option="more", measures=["officer_days", "covered_days"])
    assert found.frame[[SIZE, DAY]].drop_duplicates().to_dict("records") == points
    study = run(loads(PLAN), progress=False)
    for option, size in (("more", 4), ("as it is", 0)):
        expected = study.summary(["officer_days"], scope="mission", window="horizon")
        expected = expected[expected["option"] == option].iloc[0]
        mine = found.frame[
            (found.frame[SIZE] == size) & (found.frame[DAY] == "day 20") & (found.frame["measure"] == "officer_days")
        ]
        # The horizon of the file is that of its longest option; a sweep's that of its longest point.
        assert mine["mean"].item() == pytest.approx(expected["mean"], rel=1e-12)
        assert mine["n"].item() == 30


def test_points_are_observed_alike():
    points = grid({"mandate.length": ["30 days", "60 days"]})
    frame = sweep(loads(PLAN), points, measures=["uncovered_days_lost_to_no_mandate"]).frame
    assert frame["mean"].tolist() == [2 * 30, 0]


def test_workers_and_groups_move_nothing(monkeypatch):
    points = grid({SIZE: [0, 2, 4], DAY: ["day 10", "day 20"]})
    one = sweep(loads(PLAN), points, option="more", replications=6).frame
    monkeypatch.setattr("advisory_sim.experiment.varied.POINTS", 4)
    monkeypatch.setattr("advisory_sim.experiment.varied.REPLICATIONS", 5)
    monkeypatch.setattr("advisory_sim.experiment.varied.AHEAD", 1)
    other = sweep(loads(PLAN), points, option="more", replications=6, workers=2).frame
    assert one.equals(other)
    assert np.isfinite(one["mean"]).all()


def test_everything_wrong_at_any_point_comes_at_once():
    points = grid({"decisions.mroe.at": ["day 10"], SIZE: [-1, 4]})
    with pytest.raises(ScenarioError) as caught:
        sweep(loads(PLAN), points, option="more")
    assert [(p.path, p.problem) for p in caught.value.problems] == [
        ("decisions.mroe.at", "no 'mroe' in decisions (did you mean 'more'?)")
    ]
    with pytest.raises(ScenarioError) as caught:
        sweep(loads(PLAN), grid({SIZE: [-1, 2.5]}), option="more")
    assert {p.path for p in caught.value.problems} == {SIZE}
    assert len(caught.value.problems) == 2
    with pytest.raises(KeyError, match=r"no option 'mor' \(did you mean 'more'"):
        sweep(loads(PLAN), grid({SIZE: [1]}), option="mor")


def command(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-c", "from advisory_sim.cli import main; main()", "sweep", *map(str, arguments)],
        cwd=cwd, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_command(tmp_path):
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    done = command(
        "plan.yaml", "--over", f"{SIZE}=0..4/2", "--over", f"{DAY}=day 10..30/10", "--option", "more",
        "--replications", 5, "--csv", "sweep.csv", "--figure", "sweep", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("'more' at 9 points x 5 replications, the same futures at each: mean")
    assert lines[2].split() == ["adviser", "at", "officer_days", "covered_days", "worst_unit"]
    assert len(lines) == 3 + 9
    with (tmp_path / "sweep.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 9 * 3
    assert rows[0][DAY] == "day 10"
    assert (tmp_path / "sweep.png").stat().st_size > 10_000
    assert (tmp_path / "sweep.svg").exists()


@pytest.mark.parametrize(("arguments", "text"), [
    (["--over", "decisions"], "--over 'decisions' is not PATH=VALUES"),
    (["--over", f"{DAY}=day 10..60"], "'day 10..60' has no step"),
    (["--over", f"{DAY}=day 10", "--points", 4], f"{DAY}: 'day 10' is not a range"),
    (["--over", f"{SIZE}=1", "--option", "mor"], "no option 'mor'"),
    (["--over", f"{SIZE}=1", "--csv", "nowhere/sweep.csv"], "there is no folder nowhere"),
    (["--over", f"{SIZE}=1", "--figure", "nowhere/sweep"], "there is no folder nowhere"),
    (["--over", "decisions.mroe.at=day 3"], "decisions.mroe.at: no 'mroe' in decisions (did you mean 'more'?)"),
])  # fmt: skip
def test_mistakes_end_with_2(tmp_path, arguments, text):
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    done = command("plan.yaml", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert text in done.stderr
    assert done.stdout == ""
