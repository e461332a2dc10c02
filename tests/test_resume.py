"""A killed run goes on to the bytes of an unbroken one, or is refused with every reason."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from advisory_sim.cli import main

COMMAND = [sys.executable, "-c", "from advisory_sim.cli import main; main()"]
SMALL = """\
format: 1
title: small
start: 2001-01-01
mandate: {length: 30 days}
roles: {adviser: {recruitment: [{fill: exponential(5) days}]}}
teams: {A: {posts: {adviser: 3}}, B: {units: none, posts: {adviser: 1}}}
decisions: {more: {at: day 10, expand: {adviser: 2}}}
options: {plain: [], more: [more]}
runs: {replications: 60}
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    file = tmp_path_factory.mktemp("plan") / "small.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return file


def run(file, out, *more):
    return CliRunner().invoke(main, ["run", str(file), "--out", str(out), *map(str, more)])


@pytest.fixture(scope="module")
def unbroken(small, tmp_path_factory):
    """Folders of unbroken runs, by replications."""
    folder = tmp_path_factory.mktemp("unbroken")
    for n in (60, 130, 1000):
        assert run(small, folder / str(n), "--replications", n).exit_code == 0
    return folder


@pytest.fixture
def out(unbroken, tmp_path):
    """A complete run of 60."""
    return Path(shutil.copytree(unbroken / "60", tmp_path / "out"))


def content(folder):
    """Every file's bytes, by name, without the seconds that the run took."""
    files = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
    found = {name: file.read_bytes() for name, file in files.items()}
    found["run.json"] = re.sub(rb'"seconds": [0-9.]+', b"", found["run.json"])
    return found


def same(folder, whole):
    """Whether two run folders hold the same; names what differs."""
    a, b = content(folder), content(whole)
    assert a.keys() == b.keys()
    assert [name for name in a if a[name] != b[name]] == []


@pytest.mark.skipif(sys.platform == "win32", reason="has no kill -9")
@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_killed_at_random_moments_goes_on_to_the_same_bytes(small, unbroken, tmp_path, workers):
    """Moments range from before the folder is made to after the run's end; a killed resumption is resumed again."""
    out, chance = tmp_path / "out", random.Random()
    asked = ["run", str(small), "--out", str(out), "--replications", "1000", "--workers", str(workers)]
    begun = time.monotonic()
    assert run(small, tmp_path / "once", "--replications", 1000, "--workers", workers).exit_code == 0
    takes = time.monotonic() - begun + 1  # a process of its own starts first
    for _ in range(6):
        process = subprocess.Popen(
            [*COMMAND, *asked, "--resume"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        time.sleep(chance.uniform(0, takes))
        process.send_signal(signal.SIGKILL)
        _, errors = process.communicate(timeout=60)  # workers hold the other end of the pipe: they end, too
        assert process.returncode in (0, -signal.SIGKILL), errors
    done = run(small, out, "--replications", 1000, "--workers", workers, "--resume")
    assert done.exit_code == 0, done.output
    same(out, unbroken / "1000")


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent otherwise there")
def test_an_interrupted_run_goes_on_to_the_same_bytes(small, unbroken, tmp_path):
    out = tmp_path / "out"
    process = subprocess.Popen(
        [*COMMAND, "run", str(small), "--out", str(out), "--replications", "1000", "--workers", "1"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while len(list((out / "blocks").glob("*.arrow"))) < 2:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode in (0, 130), errors
    assert run(small, out, "--replications", 1000, "--resume").exit_code == 0
    same(out, unbroken / "1000")


def test_what_identifies_the_run_is_there_before_the_first_block(small, tmp_path, monkeypatch):
    from advisory_sim.experiment import run as running

    seen = []
    monkeypatch.setattr(running, "simulate", lambda *_: seen.append({f.name for f in out.iterdir()}) or 1 / 0)
    out = tmp_path / "out"
    assert isinstance(run(small, out).exception, SystemExit)
    assert seen == [{"blocks", "design.json", "resolved.yaml", "scenario.yaml"}]
    monkeypatch.undo()
    begun = json.loads((out / "design.json").read_text(encoding="utf-8"))
    assert begun["options"] == ["plain", "more"]
    assert (begun["seed"], begun["inputs"], begun["replications"]) == (1, "ranges", 60)
    assert {"python", "advisory-sim", "numpy", "numba", "pyarrow"} <= begun["versions"].keys()


@pytest.mark.parametrize("left", [[], ["blocks"], ["blocks", "scenario.yaml", "resolved.yaml.part"]])
def test_a_run_killed_before_it_had_begun_begins(small, unbroken, tmp_path, left):
    out = tmp_path / "out"
    out.mkdir()
    for name in left:
        (out / name).mkdir() if name == "blocks" else (out / name).write_text("x")
    assert run(small, out, "--resume").exit_code == 0
    same(out, unbroken / "60")


def test_a_folder_that_does_not_exist_is_simply_run(small, unbroken, tmp_path):
    done = run(small, tmp_path / "out", "--resume")
    assert done.exit_code == 0
    assert "resumed" not in done.output
    same(tmp_path / "out", unbroken / "60")


def simulated(monkeypatch):
    """The blocks that are simulated from now on in this process."""
    from advisory_sim.experiment import run as running

    blocks, simulate = [], running.simulate_block
    monkeypatch.setattr(
        running, "simulate_block", lambda packed, block: blocks.append(block) or simulate(packed, block)
    )
    return blocks


def test_whole_blocks_are_kept_and_stray_parts_removed(small, out, unbroken, monkeypatch):
    (out / "blocks" / "block-0000025.arrow").unlink()
    (out / "blocks" / "block-0000025.arrow.part").write_bytes(b"ARROW1")
    (out / "run.json").rename(out / "run.json.part")
    blocks = simulated(monkeypatch)
    done = run(small, out, "--resume")
    assert "resumed: 35 of 60 replications an option are there\n" in done.output
    assert blocks == [range(25, 50)]
    same(out, unbroken / "60")


@pytest.mark.parametrize("damage", [b"", b"ARROW1\0\0 and no more"])
def test_a_damaged_block_is_simulated_anew(small, out, unbroken, damage):
    """As a machine that lost power may leave it."""
    (out / "blocks" / "block-0000050.arrow").write_bytes(damage)
    assert "resumed: 50 of 60 replications an option are there\n" in run(small, out, "--resume").output
    same(out, unbroken / "60")


def test_more_replications_go_on_from_the_last_whole_block(small, out, unbroken, monkeypatch):
    blocks = simulated(monkeypatch)
    done = run(small, out, "--resume", "--replications", 130)
    assert done.exit_code == 0
    assert "resumed: 60 replications before, 130 now: 50 of 130 replications an option are there\n" in done.output
    assert blocks == [range(50, 75), range(75, 100), range(100, 125), range(125, 130)]
    same(out, unbroken / "130")


def test_a_complete_run_has_its_tables_made_anew(small, out, unbroken, monkeypatch):
    (out / "summary.csv").unlink()
    (out / "figures" / "strength.svg").write_text("x")
    blocks = simulated(monkeypatch)
    done = run(small, out, "--resume")
    assert "resumed: all 60 replications an option are there; only the tables are made\n" in done.output
    assert blocks == []
    same(out, unbroken / "60")


def refused(out, file, *more):
    """What is said, of a command that changes nothing."""
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    done = run(file, out, "--resume", *more)
    assert done.exit_code == 2, done.output
    assert before == {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    return done.output


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (["--seed", 5], "seed: 1 then, 5 now"),
        (["--inputs", "middle"], "inputs: ranges then, middle now"),
        (["--option", "plain"], "options: plain, more then, plain now"),
        (["--replications", 59], "replications: 60 then, only 59 now"),
        (["--seed", 5, "--replications", 2], "seed: 1 then, 5 now\n  replications: 60 then, only 2 now"),
    ],
)
def test_another_design_is_refused(small, out, more, why):
    assert refused(out, small, *more) == f"{out}: its run cannot go on:\n  {why}\n"


def test_a_changed_file_is_refused(small, out, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text(SMALL.replace("adviser: 3", "adviser: 4"), encoding="utf-8")
    assert refused(out, other) == (
        f"{out}: its run cannot go on:\n"
        "  the file has changed since (scenario.yaml in the folder is what was run)\n"
    )  # fmt: skip


def changed(out, **changes):
    file = out / "design.json"
    written = json.loads(file.read_text(encoding="utf-8"))
    written["versions"] |= changes.pop("versions", {})
    file.write_text(json.dumps(written | changes), encoding="utf-8")
    return json.loads(json.dumps(written))["versions"]


def test_another_version_is_refused(small, out):
    from importlib.metadata import version

    changed(out, versions={"advisory-sim": "0.0.1", "numpy": "1.2"}, sources_sha256="x")
    assert refused(out, small) == (
        f"{out}: its run cannot go on:\n"
        f"  advisory-sim: 0.0.1 then, {version('advisory-sim')} now\n"
        f"  numpy: 1.2 then, {version('numpy')} now\n"
    )


def test_other_code_and_defaults_are_refused(small, out):
    from importlib.metadata import version

    changed(out, sources_sha256="x", resolved_sha256="x")
    assert refused(out, small) == (
        f"{out}: its run cannot go on:\n"
        "  the file's defaults or presets have changed since (resolved.yaml in the folder is what was run)\n"
        f"  advisory-sim: the same version {version('advisory-sim')}, but other code\n"
    )


def test_what_is_no_run_is_refused(small, out, tmp_path):
    file = out / "design.json"
    changed(out, format=7)
    assert refused(out, small) == f"{file} has format 7; this version goes on with format 1\n"
    changed(out, format=1, seed="many")
    assert refused(out, small) == f"{file} is not as a run writes it\n"
    file.write_bytes(b"\xff{")
    assert refused(out, small) == f"{file} is not as a run writes it\n"
    file.unlink()
    none = "no design.json, so nothing tells what its run was of; it is left alone"
    assert refused(out, small) == f"{out}: {none}\n"
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "scenario.yaml").write_text("mine")
    assert refused(mine, small) == f"{mine}: {none}\n"
    assert run(small, mine, "--force").exit_code == 2
    assert [path.name for path in mine.iterdir()] == ["scenario.yaml"]
    assert run(small, mine / "scenario.yaml", "--resume").output == f"{mine / 'scenario.yaml'} is not a folder\n"


def test_resume_or_force(small, out):
    assert refused(out, small, "--force").endswith(
        "Error: --resume goes on with the run that is there, --force replaces it: give one of the two\n"
    )


def test_a_killed_run_may_be_replaced(small, out, unbroken):
    (out / "run.json").unlink()
    assert run(small, out, "--force", "--replications", 130).exit_code == 0
    same(out, unbroken / "130")


@pytest.mark.skipif(sys.platform == "win32", reason="two runs are not told of each other there")
@pytest.mark.parametrize("how", ["--resume", "--force"])
def test_a_folder_takes_one_run_at_a_time(small, out, how):
    from advisory_sim.experiment.store import held

    with held(out):
        done = run(small, out, how)
    assert (done.exit_code, done.output) == (2, f"{out}: another run is writing to it\n")
    assert os.path.exists(out / "run.json")
