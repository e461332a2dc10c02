"""Why options differ: lines that add up, intervals, words, and the command."""

import subprocess
import sys
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from advisory_sim import explain_sentence, loads, run
from advisory_sim.experiment.explain import LOST, TOTAL, pair_of, paired_lines
from advisory_sim.experiment.explanation import explanation_text

PLAN = """
format: 1
title: t
start: 2001-01-01
horizon: 120 days
mandate: {length: 60 days, consent: {takes: pert(2 5 20) days}}
roles:
  adviser:
    recruitment: [{fill: exponential(10) days}]
    induction: 3 days
    checkout: 2 days
    notice: 10 days
    tour: 30 days
    handover: 2 days
    successor_sought: 20 days before tour end
    early_departure: 60% per year
    leave: staggered 4 days every 20 days
    sickness: {share: 5%, lasting: 2 days}
    rota: {shifts: [08:00-16:00]}
units: {A: {}, B: {}, C: {}}
teams: {A: {posts: {adviser: 4}}, B: {posts: {adviser: 3}}, C: {posts: {adviser: 2}}}
coverage: {minimum: {adviser: 2}}
activities: {call: {arrivals: {A: 2 per day, other units: 1 per day}, needs: {adviser: 1}, lasting: 3 hours}}
decisions:
  more: {at: day 10, expand: {adviser: 6}}
  longer: {at: day 20, extend: 30 days}
options: {plain: [], more: [more], again: [more], longer: [longer], both: [more, longer]}
runs: {replications: 30}
"""
CALLS = """
format: 1
title: t
start: 2001-01-01
mandate: {length: 90 days}
roles: {adviser: {recruitment: [{call: {every: 30 days, from: 2001-01-01}}, {fill: exponential(5) days}]}}
teams: {A: {posts: {adviser: 3}}}
decisions: {more: {at: day 10, expand: {adviser: 2}}}
options: {soon: [more], late: [{more: day 20}], none: []}
runs: {replications: 12}
"""


@pytest.fixture(scope="module")
def study():
    return run(loads(PLAN), progress=False)


@pytest.fixture(scope="module")
def calls():
    return run(loads(CALLS), progress=False)


@pytest.mark.parametrize("measure", LOST)
def test_lines_add_up_in_every_future(study, measure):
    for a, b in permutations(study.options, 2):
        lines = paired_lines(study, a, b, measure)
        assert lines.names[-1] == TOTAL
        if measure == "served":
            assert lines.names == (TOTAL,)
            continue
        assert lines.difference[:, :-1].sum(axis=1) == pytest.approx(lines.difference[:, -1], abs=1e-9)
        if measure != "covered_days":  # cover's levels lack the line `open`, the same under both
            assert lines.before[:, :-1].sum(axis=1) == pytest.approx(lines.before[:, -1], abs=1e-9)
            assert lines.after[:, :-1].sum(axis=1) == pytest.approx(lines.after[:, -1], abs=1e-9)


def test_the_differences_are_those_of_the_measures(study):
    days = study.scenario.horizon_seconds / 86_400
    frame = study.explain("plain", "both").set_index(["measure", "line"])
    for measure, figure, scale in (
        ("officer_days", "officer_days", 1), ("on_duty_days", "on_duty", days), ("covered_days", "covered_days", 1),
        ("served", "served", 1),
    ):  # fmt: skip
        d = (study.column("both", figure) - study.column("plain", figure)) * scale
        row = frame.loc[(measure, TOTAL)]
        assert row["mean"] == pytest.approx(d.mean())
        low, high = stats.ttest_rel(d, np.zeros(30)).confidence_interval(0.95)
        assert (row["ci_low"], row["ci_high"]) == pytest.approx((low, high))
        assert row["mean"] == pytest.approx(row["after"] - row["before"])
        assert row["share"] == 1
    for cause in LOST["on_duty_days"]:
        lost = [study.column(option, f"officer_days_lost_to_{cause}").mean() for option in ("plain", "both")]
        assert frame.loc[("on_duty_days", cause), "mean"] == pytest.approx(lost[0] - lost[1])
    assert frame.loc[("officer_days", "handover"), "after"] > 0  # days gained


def test_shares_and_means_of_lines_add_up(study):
    frame = study.explain("plain", "more")
    for measure, lines in frame.groupby("measure"):
        if measure != "served":
            assert lines["mean"].iloc[:-1].sum() == pytest.approx(lines["mean"].iloc[-1], abs=1e-9)
            assert lines["share"].iloc[:-1].sum() == pytest.approx(1)


def test_turned_round_every_sign_turns(study):
    there, back = study.explain("plain", "longer"), study.explain("longer", "plain")
    assert (there["mean"] == -back["mean"]).all()
    assert (there["ci_low"] == -back["ci_high"]).all()


def test_units_open_for_longer_are_a_line_of_their_own(study, monkeypatch):
    """As if a unit had been open, and covered, for 7 days more under one option."""
    column = study.column

    def longer(option, measure, *row):
        return column(option, measure, *row) + 7 * (option == "more" and measure == "covered_days")

    monkeypatch.setattr(study, "column", longer)
    lines = paired_lines(study, "plain", "more", "covered_days")
    assert lines.names[0] == "open"
    assert lines.difference[:, 0] == pytest.approx(7)
    assert lines.difference[:, :-1].sum(axis=1) == pytest.approx(lines.difference[:, -1])
    lines = paired_lines(study, "plain", "again", "covered_days")
    assert "open" not in lines.names


def test_options_that_are_the_same_differ_by_exactly_nothing(study):
    frame = study.explain("more", "again")
    assert not frame[["mean", "std_error", "ci_low", "ci_high"]].to_numpy().any()
    assert frame["share"].isna().all()
    assert explain_sentence(frame) == (
        "'again' and 'more' bring the same officers on the same days in all 30 futures: nothing tells them apart."
    )


def test_a_step_not_a_slope(calls):
    """Ten days of two posts more, before the same call: 20 post-days, all vacant."""
    assert explain_sentence(calls.explain("late", "soon")) == (
        "'soon' and 'late' bring the same officers on the same days in all 12 futures: a step, not a slope; the 20 "
        "more post-days are lost to vacant posts."
    )
    assert explain_sentence(calls.explain("soon", "late")).endswith("the 20 fewer post-days would have stood empty.")
    posts = calls.explain("late", "soon").query("measure == 'on_duty_days' and line == 'authorised'").iloc[0]
    assert (posts["mean"], posts["ci_low"], posts["ci_high"]) == (20, 20, 20)


def test_without_activities_nothing_is_said_of_them(calls):
    assert "served" not in set(calls.explain("none", "soon")["measure"])


def frame(**means):
    """A frame of lines with their mean differences, each with an interval of a tenth to both sides."""
    rows = []
    for key, (before, mean) in means.items():
        measure, line = key.split("__")
        half = abs(mean) / 10
        rows.append({
            "option": "B", "against": "A", "measure": measure, "line": line, "n": 100, "before": before,
            "after": before + mean, "mean": mean, "ci_low": mean - half, "ci_high": mean + half, "share": 1.0,
            "alike": 0.0,
        })  # fmt: skip
    return pd.DataFrame(rows)


OFFICERS = {
    "officer_days__authorised": (5000, 5100), "officer_days__waiting": (-200, -100),
    "officer_days__vacancy": (-1000, -2400), "officer_days__handover": (0, 0),
    "officer_days__difference": (3800, 2600),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "text"), [
    (OFFICERS | {"covered_days__vacancy": (-400, -3), "covered_days__induction": (-20, 14),
                 "covered_days__no_mandate": (-1100, 0), "covered_days__difference": (500, 11)},
     "'B' brings 2,600 (2,340 to 2,860) more officer-days than 'A': 5,100 more authorised, of which 2,400 are lost to "
     "vacant posts; but only 11.0 (9.9 to 12.1) more covered unit-days, because it still loses 1,100 to the end of the "
     "mandate and 403 to vacant posts."),
    (OFFICERS | {"covered_days__vacancy": (-400, 30), "covered_days__no_mandate": (-1100, 500),
                 "covered_days__difference": (500, 530), "served__difference": (90, -20)},
     "'B' brings 2,600 (2,340 to 2,860) more officer-days than 'A': 5,100 more authorised, of which 2,400 are lost to "
     "vacant posts; 530 (480 to 580) more covered unit-days, with 500 fewer lost to the end of the mandate; 20.0 (18.0 "
     "to 22.0) fewer activities are attended."),
    ({"officer_days__authorised": (5000, 0), "officer_days__waiting": (-200, 150), "officer_days__vacancy": (-900, 800),
      "officer_days__handover": (10, -5), "officer_days__difference": (3910, 945)},
     "'B' brings 940 (850 to 1,040) more officer-days than 'A': 800 fewer lost to vacant posts and 150 fewer lost to "
     "waiting to travel."),
    ({"officer_days__authorised": (5000, 100), "officer_days__waiting": (-200, 0), "officer_days__vacancy": (-90, -300),
      "officer_days__handover": (0, 0), "officer_days__difference": (4710, -200)},
     "'B' brings 200 (180 to 220) fewer officer-days than 'A': 100 more authorised, 300 more lost to vacant posts."),
])  # fmt: skip
def test_sentences(lines, text):
    assert explain_sentence(frame(**lines)) == text


def test_one_future_has_a_difference_and_no_interval():
    one = run(loads(PLAN), replications=1, options=["plain", "more"], progress=False).explain("plain", "more")
    assert one["ci_low"].isna().any()
    text = explanation_text(one, 0.95)
    assert "nan" not in text
    assert "more officer-days than 'plain'" in text


def test_the_table_leaves_out_what_is_nothing_under_both(study):
    text = explanation_text(study.explain("plain", "more"), study.confidence)
    assert text.startswith("Why 'more' (after) differs from 'plain' (before), over the horizon, mean of 30 futures\n")
    assert "handover (two on a post)" in text
    assert "suspension" not in text
    assert "-0 " not in text
    assert text.splitlines()[-1] == explain_sentence(study.explain("plain", "more"))


def test_one_name_is_held_against_the_first():
    options = ("plain", "more", "longer")
    assert pair_of(options, ("more",)) == ("plain", "more")
    assert pair_of(options, ("more", "plain")) == ("more", "plain")


@pytest.mark.parametrize(("names", "text"), [
    (("mor",), "no option 'mor'; options: plain, more. Did you mean 'more'?"),
    (("plain",), "'plain', the first option, does not differ from itself; name another: more"),
    (("more", "more"), "'more' does not differ from itself; name another: plain"),
])  # fmt: skip
def test_mistakes_are_named(names, text):
    with pytest.raises(KeyError) as caught:
        pair_of(("plain", "more"), names)
    assert caught.value.args[0] == text


def command(*arguments):
    code = "from advisory_sim.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "explain", *map(str, arguments)], capture_output=True, text=True, check=False
    )


def test_the_command_explains_a_file(tmp_path):
    file, lines = tmp_path / "plan.yaml", tmp_path / "lines.csv"
    file.write_text(CALLS, encoding="utf-8")
    done = command(file, "late", "soon", "--replications", 6, "--csv", lines, "--figure", tmp_path / "v1.2")
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(
        "in all 6 futures: a step, not a slope; the 20 more post-days are lost to vacant posts.\n"
    )
    assert pd.read_csv(lines)["line"].tolist().count(TOTAL) == 3
    assert (tmp_path / "v1.2.png").exists()
    assert (tmp_path / "v1.2.svg").exists()


@pytest.mark.parametrize(("arguments", "text"), [
    (["sone"], "no option 'sone'; options: soon, late, none. Did you mean 'soon'?"),
    (["soon"], "does not differ from itself; name another: late, none"),
    (["late", "late"], "'late' does not differ from itself"),
    (["soon", "late", "none"], "two options are explained at a time, not 3"),
    ([], "Missing argument"),
    (["late", "--csv", "nowhere/lines.csv"], "there is no folder nowhere"),
])  # fmt: skip
def test_a_mistake_ends_with_2(tmp_path, arguments, text):
    file = tmp_path / "plan.yaml"
    file.write_text(CALLS, encoding="utf-8")
    done = command(file, *arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert text in done.stderr
