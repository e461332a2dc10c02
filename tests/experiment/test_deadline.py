"""By when a decision must be taken: plans whose deadline is known exactly, mistakes, the command."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import advisory_sim as sim
from advisory_sim.experiment.deadline_curve import (
    Known,
    half_kept,
    last,
    runs_of_same,
    same_as_before,
    wide_gaps,
)

HEAD = "format: 1\ntitle: T\nstart: 2001-01-01\n"
PLAIN = f"""{HEAD}
mandate: {{length: 100 days}}
roles: {{adviser: {{recruitment: [{{fill: 10 days}}]}}}}
teams: {{T: {{posts: {{adviser: 2}}}}}}
decisions:
  expansion: {{at: day 30, expand: {{adviser: 3}}}}
  other: {{at: day 0, expand: {{adviser: 1}}}}
  waits: {{when: {{measure: deployed, below: 1, over: 20 days}}, expand: {{adviser: 1}}}}
options: {{as it is: [], more: [expansion, other], watched: [waits]}}
targets:
  five on day 60: {{measure: deployed, at_least: 5, on: 2001-03-02}}
  two on day 60: {{measure: deployed, at_least: 2, on: 2001-03-02}}
  nine on day 60: {{measure: deployed, at_least: 9, on: 2001-03-02}}
"""
CALLS = PLAIN.replace("[{fill: 10 days}]", "[{call: {every: 30 days, from: day 0}}, {fill: 10 days}]")
CLIFF = f"""{HEAD}
horizon: 200 days
mandate: {{length: 100 days}}
roles: {{adviser: {{recruitment: [{{fill: 10 days}}], refill: [{{fill: 80 days}}], notice: 20 days}}}}
teams: {{T: {{posts: {{adviser: 1}}}}}}
decisions: {{extension: {{at: 30 days before expiry, extend: 100 days}}}}
options: {{never: [], extended: [extension]}}
"""


def asked(text, decision="expansion", **more):
    return sim.deadline(sim.loads(text), decision, replications=4, progress=False, **more)


@pytest.fixture(scope="module")
def plain():
    return asked(PLAIN, target="five on day 60")


def test_the_deadline_of_a_plan_without_chance(plain):
    """Three come ten days after the decision and stay to day 100: 3 (90 - day); 135 of 270 are left on day 45."""
    curve = plain.curve[plain.curve["measure"] == "officer_days"]
    assert curve["mean"].to_numpy() == pytest.approx(3 * np.maximum(90 - curve["day"], 0))
    assert curve["ci_low"].to_numpy() == pytest.approx(curve["mean"].to_numpy())
    assert {0, 10, 30, 100} < set(curve["day"])
    before = curve[(curve["day"] > 0) & (curve["day"] <= 90)]
    assert before["delay_cost"].to_numpy() == pytest.approx(3)
    assert plain.option == "more"
    half = plain.answer.iloc[0]
    assert (half["day"], half["day_surely"], half["day_perhaps"], half["verdict"]) == (45, 45, 45, "proven")
    assert half["date"] == pd.Timestamp("2001-02-15")
    assert "is day 45 (Thu 15 Feb 2001); proven" in plain.sentences[0]


def test_the_deadline_of_a_target(plain):
    """Two there, one by the other decision, three more by the end of day 60's begin: decided by day 50."""
    found = plain.answer.iloc[-1]
    assert (found["question"], found["name"], found["day"]) == ("target", "five on day 60", 50)
    # Four futures of four: Wilson's interval, 51 to 100 %, does not prove 80 %.
    assert found["verdict"] == "not proven"
    assert pd.isna(found["day_surely"])
    surer = asked(PLAIN, target="five on day 60", probability=0.5).answer.iloc[-1]
    assert (surer["day"], surer["day_surely"], surer["verdict"]) == (50, 50, "proven")


def test_targets_that_are_met_on_any_day_or_on_none():
    always = asked(PLAIN, target="two on day 60", probability=0.5, days=[0, 50])
    assert "is met with a chance of at least 50 % on any day and even without 'expansion'" in " ".join(always.sentences)
    never = asked(PLAIN, target="nine on day 60", probability=0.5, days=[0, 50])
    assert never.answer.iloc[-1]["verdict"] == "none"
    assert "on no day looked at" in " ".join(never.sentences)


def test_other_decisions_stay(plain):
    """The other expansion brings its post whatever happens to this one: 2 x 90 + 90."""
    assert plain.reference[0] == pytest.approx(270)


def test_calls_make_steps():
    """A call every 30 days, ten more to come: days 1 to 30 catch the call of day 30; 3 x (90, 60, 30, 0)."""
    found = asked(CALLS, days=[0, 10, 20, 30, 40, 60, 80, 95])
    curve = found.curve[found.curve["measure"] == "officer_days"].set_index("day")
    assert curve["mean"][[0, 10, 20, 30, 40, 60, 80, 95]].tolist() == pytest.approx(
        [270, 180, 180, 180, 90, 90, 0, 0], abs=1e-6
    )
    assert curve["same_as_before"][[20, 30, 40, 60, 95]].all()
    assert not curve["same_as_before"][[10, 31, 80]].any()  # days around the answers were added
    assert curve["same_as_without"][[80, 95]].all()
    assert found.answer.iloc[0]["day"] == 30  # half of 270 is 135
    text = " ".join(found.sentences)
    assert "It makes no difference when it is decided from day 10 to 30" in text
    assert "(they catch the same 'call')" in text
    assert "or later it brings nothing in any future" in text
    assert "day 31 to 60 " in str(found)  # a tread is one line of the table


def test_an_extension_counts_back_from_the_expiry():
    """In time for his notice he stays: 100 days more. Later, his successor comes 80 days on: 20 and the days left."""
    found = asked(CLIFF, "extension", measures="officer_days")
    curve = found.curve.set_index("day")
    assert found.curve["day"].is_monotonic_decreasing
    assert curve["mean"][[100, 30, 20, 10]].tolist() == pytest.approx([100, 100, 100, 30])
    answer = found.answer.iloc[0]
    assert (answer["day"], answer["moment"], answer["verdict"]) == (20, "20 days before expiry", "proven")
    assert answer["date"] == pd.Timestamp("2001-03-22")  # day 80
    assert curve["mean"][19] == pytest.approx(39)


def test_half_of_the_value_is_one_contrast():
    """x - (first + reference) / 2: 3 - (4 + 0) / 2 = 1 and 5 - (8 + 2) / 2 = 0, so the mean is 1/2 and s 1/sqrt 2."""
    found = half_kept(np.array([[4.0, 3], [8, 5]]), np.array([0.0, 2]), 0.95)
    assert found.mean.tolist() == [2.5, 0.5]
    assert found.high[1] - found.mean[1] == pytest.approx(12.7062 / 2, abs=1e-4)


def test_last_days_and_the_gaps_around_them():
    known = Known(np.array([2.0, 1, -1, -2]), np.array([1.0, -1, -2, -3]), np.array([3.0, 2, 1, -1]))
    found = last(known, 0)
    assert tuple(found) == (0, 1, 2)
    assert not found.proven
    assert wide_gaps(found, [0, 10, 11, 20]) == [(0, 10), (11, 20)]
    same = same_as_before(np.array([[1.0, 1, 1, 2, 2], [3, 3, 3, 3, 3]]))
    assert same.tolist() == [False, True, True, False, True]
    assert runs_of_same(same) == [(0, 2), (3, 4)]


def test_a_decision_that_no_option_takes():
    text = PLAIN.replace("more: [expansion, other], ", "")
    found = asked(text, measures="officer_days", days=[0, 50])
    assert found.option == "only expansion"
    assert found.answer.iloc[0]["day"] == 45


def test_no_value_to_lose():
    found = asked(PLAIN, measures="longest_gap", days=[0, 50])
    assert found.answer.iloc[0]["verdict"] == "none"
    assert "has no value in longest gap to lose" in found.sentences[1]


def test_workers_do_not_matter(plain):
    found = asked(PLAIN, target="five on day 60", workers=2)
    assert found.values.tobytes() == plain.values.tobytes()


@pytest.mark.parametrize(
    ("decision", "more", "kind", "text"),
    [
        ("expantion", {}, KeyError, "no decision 'expantion' (did you mean 'expansion'?); decisions: expansion, other"),
        ("expansion", {"option": "mroe"}, KeyError, "no option 'mroe' (did you mean 'more'?); options: as it is, more"),
        ("expansion", {"option": "as it is"}, ValueError, "'expansion'; options that do: more"),
        ("waits", {}, ValueError, "decision 'waits' waits for something (`when`): it cannot be moved to a day"),
        ("expansion", {"target": "five on day 6"}, KeyError, "'five on day 6' (did you mean 'five on day 60'?)"),
        ("expansion", {"measures": ["oficer_days"]}, KeyError, "(did you mean 'officer_days'?)"),
        ("expansion", {"days": [0, 101]}, ValueError, "found 101; allowed: whole days from day 0, 0 to 100"),
        ("expansion", {"days": [3]}, ValueError, "at least two"),
        ("expansion", {"probability": 1.0}, ValueError, "not between 0 and 1"),
    ],
)  # fmt: skip
def test_mistakes_are_named(decision, more, kind, text):
    with pytest.raises(kind) as wrong:
        sim.deadline(sim.loads(PLAIN), decision, progress=False, **more)
    assert text in wrong.value.args[0]


def test_the_command(tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text(PLAIN, encoding="utf-8")

    def command(*arguments):
        program = [sys.executable, "-c", "from advisory_sim.cli import main; main()", "deadline", str(file)]
        return subprocess.run([*program, *arguments], capture_output=True, text=True, encoding="utf-8", check=False)

    stem = tmp_path / "curve"
    done = command(
        "expansion", "--days", "0,40,60", "--replications", "3", "--csv", f"{stem}.csv", "--figure", str(stem)
    )
    assert done.returncode == 0, done.stderr
    assert "is day 45 (Thu 15 Feb 2001)" in done.stdout
    assert "the same 3 futures" in done.stdout
    assert stem.with_suffix(".png").exists()
    assert stem.with_suffix(".svg").exists()
    assert {"day", "date", "measure", "mean", "ci_low", "ci_high", "delay_cost"} < set(pd.read_csv(f"{stem}.csv"))
    for wrong, text in ((("expantion",), "did you mean"), (("waits",), "waits for something"),
                        (("expansion", "--csv", str(tmp_path / "no" / "x.csv")), "no folder"),
                        (("expansion", "--days", "0,x"), "whole days with commas")):  # fmt: skip
        done = command(*wrong)
        assert done.returncode == 2
        assert text in done.stderr
        assert "Traceback" not in done.stderr
