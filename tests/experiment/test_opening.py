"""A run folder comes back as the study that it was, or is refused with the reason."""

import json
import shutil

import pytest
from click.testing import CliRunner

from advisory_sim import FolderError, load, open_run, run
from advisory_sim.cli import main

PLAN = """\
format: 1
title: t
start: 2001-01-01
mandate: {length: 30 days}
roles: {adviser: {recruitment: [{fill: exponential(5) days}]}}
teams: {A: {posts: {adviser: 3}}, B: {units: none, posts: {adviser: 1}}}
decisions: {more: {at: day 10, expand: {adviser: 2}}}
options: {plain: [], more: [more], also: [more]}
runs: {replications: 40}
"""


def command(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    file = tmp_path_factory.mktemp("plan") / "plan.yaml"
    file.write_text(PLAN, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def finished(plan, tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "out"
    asked = ("--option", "plain", "--option", "more", "--seed", 7, "--replications", 30, "--inputs", "middle")
    assert command("run", plan, "--out", out, *asked).exit_code == 0
    return out


@pytest.fixture
def folder(finished, tmp_path):
    return shutil.copytree(finished, tmp_path / "copy")


def test_a_folder_is_the_study_that_it_was(plan, finished):
    opened = open_run(finished)
    done = run(load(plan), options=["plain", "more"], replications=30, seed=7, inputs="middle", progress=False)
    assert opened.options == ("plain", "more")
    assert opened.summary().to_csv() == done.summary().to_csv()
    assert opened.daily().to_csv() == done.daily().to_csv()
    assert opened.replication("more", 29).stints.equals(done.replication("more", 29).stints)
    assert str(opened) == str(done)


def changed_about(folder, **changes):
    file = folder / "run.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | changes), encoding="utf-8")


def test_a_run_that_was_broken_off_is_what_was_done(folder):
    """After 25 of 30 replications: the second block is not there."""
    whole = open_run(folder)
    first = whole.values("more")[:25]
    from advisory_sim.experiment.blocks import Blocks
    from advisory_sim.experiment.store import digest_of
    from advisory_sim.experiment.study import Study

    part = Study(whole.scenario, whole.design, Blocks(whole.blocks.files[:1]))
    changed_about(folder, replications=25, complete=False, results_sha256=digest_of(part))
    (folder / "blocks" / "block-0000025.arrow").unlink()
    opened = open_run(folder)
    assert opened.replications == 25
    assert opened.values("more").tobytes() == first.tobytes()


def damage(folder, how):
    if how == "no folder":
        shutil.rmtree(folder)
    elif how == "a file":
        shutil.rmtree(folder)
        folder.write_text("x")
    elif how == "unfinished":
        (folder / "run.json").unlink()
    elif how == "no json":
        (folder / "run.json").write_text("{")
    elif how == "keys":
        (folder / "run.json").write_text('{"seed": 1, "versions": {}}')
    elif how == "version":
        changed_about(folder, versions={"advisory-sim": "0.0.1"})
    elif how == "scenario":
        file = folder / "scenario.yaml"
        file.write_text(PLAN.replace("exponential(5)", "exponential(6)"), encoding="utf-8")
    elif how == "option":
        changed_about(folder, options=["plain", "less"])
    elif how == "blocks":
        shutil.rmtree(folder / "blocks")
    elif how == "swapped":
        files = [folder / "blocks" / f"block-{i:07d}.arrow" for i in (0, 25)]
        files[1].write_bytes(files[0].read_bytes())
    elif how == "cut":
        file = folder / "blocks" / "block-0000000.arrow"
        file.write_bytes(file.read_bytes()[:2000])


@pytest.mark.parametrize(("how", "text"), [
    ("no folder", " is not a folder"),
    ("a file", " is not a folder"),
    ("unfinished", ": no run.json, so its run came to no result"),
    ("no json", "/run.json is not as a run writes it: Invalid JSON: EOF while parsing an object at line 1 column 1"),
    ("keys", "/run.json: tables of format none; this version reads format 3: run the scenario again"),
    ("version", ": written by advisory-sim 0.0.1, this is 0.1.0: run the scenario again"),
    ("scenario", ": scenario.yaml is not what was run (resolved.yaml): run the scenario again"),
    ("option", ": run.json has an option 'less' that scenario.yaml has not: run the scenario again"),
    ("blocks", ": blocks/block-0000000.arrow and 1 more missing: run the scenario again"),
    ("swapped", ": the figures in blocks/ are not those that run.json tells of: run the scenario again"),
    ("cut", ": the figures in blocks/ are not those that run.json tells of: run the scenario again"),
])  # fmt: skip
def test_what_does_not_fit_is_refused(folder, how, text):
    damage(folder, how)
    with pytest.raises(FolderError) as caught:
        open_run(folder)
    from importlib.metadata import version

    assert str(caught.value) == f"{folder}{text.replace('0.1.0', version('advisory-sim'))}"


def test_compare_a_folder(finished, tmp_path):
    done = command("compare", finished, "--measure", "officer_days", "--measure", "incumbency", "--csv", tmp_path / "c")
    assert done.exit_code == 0, done.stderr
    assert "Officer-days, every pair of options over 30 futures" in done.stdout
    assert "Incumbency (percentage points), every pair" in done.stdout
    assert "1. 'more' brings " in done.stdout
    lines = (tmp_path / "c").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[:3] for line in lines] == [
        ["option", "against", "measure"], ["more", "plain", "officer_days"], ["more", "plain", "incumbency"]
    ]  # fmt: skip


def test_compare_a_file(plan, tmp_path):
    done = command("compare", plan, "--replications", 12, "--measure", "covered_days", "--scope", "unit")
    assert done.exit_code == 0, done.stderr
    assert "Covered unit-days of A, every pair of options over 12 futures" in done.stdout
    assert "Intervals hold for all 3 pairs at once" in done.stdout
    assert "3. No future tells 'also' and 'more' apart" in done.stdout


@pytest.mark.parametrize(("arguments", "text"), [
    (["--measure", "officer_dais"], "no measure 'officer_dais'; did you mean 'officer_days'?"),
    (["--replications", "9"], "is the folder of a run, whose futures are done"),
])  # fmt: skip
def test_mistakes_end_with_2(finished, arguments, text):
    done = command("compare", finished, *arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert text in done.stderr
    done = command("compare", finished.parent)
    assert (done.exit_code, done.stderr) == (2, f"{finished.parent}: no run.json, so it is not the folder of a run\n")
