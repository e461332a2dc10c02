"""Searches: the smallest, the cheapest, the best; only what is in play is simulated; the command."""

import subprocess
import sys

import pytest

from advisory_sim import loads, run
from advisory_sim.experiment.points import grid
from advisory_sim.experiment.search import STEP, search

PLAN = """
format: 1
title: One team
start: 2010-07-22
mandate: {length: 60 days}
roles: {adviser: {recruitment: [{selection: exponential(20) days}], cost: {per_day: 100, per_arrival: 2000}}}
teams: {Osh: {posts: {adviser: 4}}}
decisions: {more: {at: day 0, expand: {adviser: 4}, placed: evenly}}
options: {more: [more]}
targets: {four there: {measure: deployed, at_least: 4, on: 2010-08-21}}
runs: {replications: 30, seed: 3}
"""
SIZE = "decisions.more.expand.adviser"
SIZES = [0, 2, 4, 6, 8]
# Day 30 is whole before 31 days are over; deployed on it means at least four there throughout: each is with a chance
# of 1 - exp(-30 / 20) before it begins. By the binomial: 0.36, 0.88, 0.99 of futures for 4, 6, 8 posts.


def test_the_smallest_that_meets_a_target():
    found = search(loads(PLAN), grid({SIZE: SIZES}), target="four there", probability=0.8, seed=5)
    assert found.chosen == {SIZE: 2}
    assert found.sentence == (
        "'adviser 2' is the smallest that meets the target in at least 75 % of futures; no smaller one reaches 80 % "
        "(confidence 95 %)."
    )
    assert found.frame["verdict"].tolist()[:2] == ["fails", "meets"]
    study = run(loads(PLAN), replications=400, progress=False)  # four more: eight posts
    share = study.summary(["target_met"])["mean"].item()
    assert found.frame["at_least"][2] <= share <= found.frame["at_most"][2]


def test_the_cheapest_that_meets_a_target():
    points = grid({SIZE: [6, 8, 4, 2, 0]})
    found = search(loads(PLAN), points, target="four there", cheap=True, indifference=1000, seed=5)
    assert found.chosen == {SIZE: 2}
    assert found.found.proven


def test_the_best_of_a_measure_and_of_one_that_is_to_be_small():
    points = grid({SIZE: SIZES})
    assert search(loads(PLAN), points, best="officer_days", indifference=30).chosen == {SIZE: 8}
    assert search(loads(PLAN), points, best="vacancy_rate", indifference=0.5).found.proven
    assert search(loads(PLAN), points, best="cost", indifference=3000).chosen == {SIZE: 0}


def test_workers_move_nothing_and_what_is_decided_is_not_simulated():
    points = grid({SIZE: SIZES})
    told: list[int] = []
    one = search(loads(PLAN), points, target="four there", progress=told.append)
    two = search(loads(PLAN), points, target="four there", workers=2)
    assert one.frame.equals(two.frame)
    used = one.frame["replications"]
    assert told[-1] == sum(-(-n // STEP) * STEP for n in used)
    assert used.min() < used.max()


@pytest.mark.parametrize(("asked", "error", "text"), [
    ({}, ValueError, "give one of the two"),
    ({"target": "four there", "best": "cost"}, ValueError, "give one of the two"),
    ({"best": "officer_days"}, ValueError, "indifference: say what difference does not matter"),
    ({"target": "for there"}, KeyError, "no target 'for there' .did you mean 'four there'"),
    ({"best": "officer_dais", "indifference": 1}, KeyError, "no measure 'officer_dais' .did you mean 'officer_days'"),
    ({"target": "four there", "option": "mor"}, KeyError, "no option 'mor' .did you mean 'more'"),
])  # fmt: skip
def test_what_cannot_be_searched_for_is_refused(asked, error, text):
    with pytest.raises(error, match=text):
        search(loads(PLAN), grid({SIZE: [1]}), **asked)


def command(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-c", "from advisory_sim.cli import main; main()", "search", *map(str, arguments)],
        cwd=cwd, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_command(tmp_path):
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    done = command(
        "plan.yaml", "--over", f"{SIZE}=0..4/2", "--target", "four there", "--csv", "found.csv", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1].startswith("'adviser 2' is the smallest that meets the target in at least 75 % of futures")
    assert [line.split()[1] for line in lines[1:3]] == ["fails", "meets"]
    assert (tmp_path / "found.csv").read_text(encoding="utf-8").startswith(f"{SIZE},verdict,replications,share,")
    same = command(
        "plan.yaml", "--over", "decisions.more.cost=1 | 2", "--best", "officer_days", "--indifference", 3, cwd=tmp_path
    )
    assert "No point differs from another" in same.stdout
    wrong = command("plan.yaml", "--over", f"{SIZE}=1", "--target", "for there", cwd=tmp_path)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "no target 'for there' (did you mean 'four there'?)" in wrong.stderr
