"""A future told one by one: its words, its order, and what the command prints of it."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import advisory_sim as sim
from advisory_sim.experiment.run import make_design
from advisory_sim.experiment.tracing import kept, trace_frame, trace_of
from advisory_sim.record.columns import DAY

PLAN = """\
format: 1
title: told
start: 2010-07-22
horizon: 6 months
mandate: {length: 100 days, consent: {takes: 9 days}}
roles:
  adviser:
    recruitment: [{search: 5 days}]
    travel: 2 days
    induction: 3 days
    checkout: 4 days
    notice: 4 days
    tour: 60 days
    successor_sought: 20 days before tour end
    handover: 1 day
    leave: 5 days every 20 days
teams: {Osh: {posts: {adviser: 1}}}
activities:
  patrol: {arrivals: {timetable: [09:00], days: wed}, needs: {adviser: 1}, lasting: 2 hours, patience: 1 hour}
decisions:
  more: {at: day 30, expand: {adviser: 1}, agreement: {takes: 3 days}}
options: {plan: [more]}
runs: {replications: 2, seed: 7}
"""


def frame_of(text=PLAN, option="plan", number=0):
    scenario = sim.loads(text)
    return trace_frame(trace_of(make_design(scenario), option, number), scenario.start)


def test_a_post_by_hand():
    frame = frame_of()
    mine = frame[frame["name"] == "Osh/adviser/0"]
    told = [(row.holder, row.event, row.day) for row in mine.itertuples()]
    # Found on day 5, waits for the host's consent on day 9, travels 2 days, is inducted for 3, on leave after 20 in the
    # mission; his tour of 60 days ends on day 71, his checkout begins 4 before; the second comes 1 day earlier.
    first = [
        (0, "opens", 0), (1, "searching", 0), (1, "ready", 5), (1, "waits to travel", 5), (1, "sets out", 9),
        (1, "arrives", 11), (1, "induction", 11), (1, "present", 14), (1, "leave", 31), (1, "present", 36),
    ]  # fmt: skip
    assert told[: len(first)] == first
    assert {(2, "searching", 51), (2, "ready", 56), (2, "sets out", 68), (2, "arrives", 70)} <= set(told)
    assert (1, "checkout", 67) in told
    assert (1, "leaves", 71) in told
    assert told[-1] == (2, "leaves", 100)
    assert mine["detail"].iloc[-1] == "end of mandate"
    assert set(mine["team"]) == {"Osh"}
    assert set(mine["role"]) == {"adviser"}


def test_the_council_by_hand():
    frame = frame_of()
    above = frame[frame["what"].isin(["mission", "decision"])]
    assert [(row.event, row.name_, row.day) for row in above.rename(columns={"name": "name_"}).itertuples()] == [
        ("mandate begins", "", 0),
        ("consent", "", 9),
        ("proposed", "more", 30),
        ("takes effect", "more", 33),
        ("mandate ends", "", 100),
    ]
    opened = frame[(frame["name"] == "Osh/adviser/1") & (frame["event"] == "opens")]
    assert opened["detail"].tolist() == ["more"]


def test_an_activity_by_hand():
    frame = frame_of()
    # The first Wednesday is 28 July, day 6: nobody is there yet, and patience is an hour.
    first = frame[frame["name"] == "Osh/patrol/1"]
    assert [(row.event, str(row.time)) for row in first.itertuples()] == [
        ("arrives", "2010-07-28 09:00:00"),
        ("lost", "2010-07-28 10:00:00"),
    ]
    assert first["detail"].iloc[0] == "needs 1 adviser"
    third = frame[frame["name"] == "Osh/patrol/3"]  # day 20
    assert [(row.event, str(row.time)) for row in third.itertuples()] == [
        ("arrives", "2010-08-11 09:00:00"),
        ("starts", "2010-08-11 09:00:00"),
        ("ends", "2010-08-11 11:00:00"),
    ]


def test_classes_of_an_academy():
    text = (Path(__file__).parents[1] / "cases" / "academy-as-places-allow.yaml").read_text(encoding="utf-8")
    study = sim.run(sim.loads(text), replications=2, progress=False)
    option = study.options[0]
    told = study.trace(option, 1).query("what == 'academy'")
    classes = study.replication(option, 1).schooling.classes
    assert len(classes)
    starts = told[told["event"] == "starts"]
    assert (starts["day"] * DAY).tolist() == classes[:, 0].tolist()
    assert starts["detail"].tolist() == [f"{size} cadets" for size in classes[:, 2]]
    assert (told["event"] == "ends").sum() == (classes[:, 1] < study.scenario.horizon_seconds).sum()


def test_a_study_tells_the_same():
    study = sim.run(sim.loads(PLAN), progress=False)
    pd.testing.assert_frame_equal(study.trace("plan", 1), frame_of(number=1))
    stints = study.replication("plan", 1).stints
    arrivals = study.trace("plan", 1).query("event == 'arrives' and what == 'officer'")
    assert arrivals["day"].tolist() == stints["arrived"].tolist()
    with pytest.raises(KeyError, match="no option 'other'; options: plan"):
        study.trace("other", 0)
    with pytest.raises(IndexError, match="numbered from 0"):
        study.trace("plan", -1)


def test_what_is_kept():
    frame = frame_of()
    assert set(kept(frame, "patrol")["what"]) == {"activity"}
    assert set(kept(frame, "Osh/adviser")["name"]) == {"Osh/adviser/0", "Osh/adviser/1"}
    assert set(kept(frame, "more")["what"]) == {"decision"}
    assert len(kept(frame, "adviser")) == len(kept(frame, "Osh/adviser"))
    with pytest.raises(KeyError, match=r"nothing is called 'Osch' \(did you mean 'Osh'\?\)"):
        kept(frame, "Osch")


def command(*arguments, folder):
    return subprocess.run(
        [sys.executable, "-c", "from advisory_sim.cli import main; main()", "trace", *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", check=False, cwd=folder,
    )  # fmt: skip


def test_the_command(tmp_path):
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    done = command("plan.yaml", "--option", "plan", "--replication", "1", "--out", "t.csv", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(
        "told: plan, replication 1 of seed 7; day 0 is 2010-07-22\n\nThe Council and the host\n"
    )
    assert "  Osh/adviser/0: opens 2010-07-22\n    1: searching 2010-07-22, ready 2010-07-27, " in done.stdout
    assert "  Osh/patrol  26 arrives, " in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 120
    written = pd.read_csv(tmp_path / "t.csv", keep_default_na=False, parse_dates=["time"])
    pd.testing.assert_frame_equal(written, frame_of(number=1), check_dtype=False)
    one = command("plan.yaml", "--only", "patrol", folder=tmp_path)
    assert "  2010-08-11 09:00  Osh/patrol/3 needs 1 adviser: starts 2010-08-11 09:00, ends 2010-08-11 11:00" in (
        one.stdout.splitlines()
    )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--option", "pan"], "no option 'pan'; options: plan"),
        (["--only", "Osch"], "nothing is called 'Osch' (did you mean 'Osh'?)"),
        (["--out", "none/t.csv"], "there is no folder none"),
        (["--replication", "-1"], "-1 is not in the range x>=0"),
    ],
)
def test_wrong_input(tmp_path, more, said):
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    done = command("plan.yaml", *more, folder=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["plan.yaml"]
