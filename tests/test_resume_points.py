"""A killed sweep or search goes on to the bytes of an unbroken one, or is refused with every reason."""

import json
import random
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
targets: {five there: {measure: deployed, at_least: 5, on: 2001-01-25}}
runs: {replications: 60}
"""
SIZE = "decisions.more.expand.adviser"
SWEEP = ["--option", "more", "--over", f"{SIZE}=0..12/1", "--over", "decisions.more.at=day 5 | day 10"]
SEARCH = ["--option", "more", "--over", f"{SIZE}=0..6/1", "--target", "five there", "--probability", "0.9"]
ASKED = {"sweep": [*SWEEP, "--replications", "110"], "search": [*SEARCH, "--at-most", "400"]}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    file = tmp_path_factory.mktemp("plan") / "small.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return file


def ask(command, file, out, *more):
    asked = [command, str(file), "--out", str(out), *ASKED[command], "--workers", "1", *map(str, more)]
    return CliRunner().invoke(main, asked)


@pytest.fixture(scope="module")
def unbroken(small, tmp_path_factory):
    """A folder of each command, unbroken, of one worker."""
    folder = tmp_path_factory.mktemp("unbroken")
    for command in ASKED:
        done = ask(command, small, folder / command)
        assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def out(unbroken, tmp_path):
    """A complete sweep."""
    return Path(shutil.copytree(unbroken / "sweep", tmp_path / "out"))


def content(folder):
    """Every file's bytes, by name."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def same(folder, whole):
    """Whether two folders hold the same; names what differs."""
    a, b = content(folder), content(whole)
    assert a.keys() == b.keys()
    assert [name for name in a if a[name] != b[name]] == []


def test_what_is_left(unbroken):
    names = {"design.json", "scenario.yaml", "resolved.yaml", "answer.txt"}
    for command in ASKED:
        left = {file.name for file in (unbroken / command).iterdir()}
        assert left == names | {"blocks", f"{command}.csv"}
    # The option as the file has it, then 26 points by 25; 110 replications by 100.
    assert len(list((unbroken / "sweep" / "blocks").iterdir())) == (1 + 2) * 2
    told = json.loads((unbroken / "sweep" / "design.json").read_text(encoding="utf-8"))
    assert (told["command"], told["options"], told["replications"]) == ("sweep", ["more"], 110)
    assert told["question"]["points"] == 26
    assert told["question"]["over"] == [SIZE, "decisions.more.at"]


@pytest.mark.skipif(sys.platform == "win32", reason="has no kill -9")
@pytest.mark.parametrize(("command", "workers"), [("sweep", 2), ("search", 1)])
def test_one_killed_at_random_moments_goes_on_to_the_same_bytes(small, unbroken, tmp_path, command, workers):
    """Moments range from before the folder is made to after the end; a killed resumption is resumed again."""
    out, chance = tmp_path / "out", random.Random()
    asked = [command, str(small), "--out", str(out), *ASKED[command], "--workers", str(workers)]
    begun = time.monotonic()
    assert ask(command, small, tmp_path / "once", "--workers", workers).exit_code == 0
    takes = time.monotonic() - begun + 1  # a process of its own starts first
    same(tmp_path / "once", unbroken / command)
    for _ in range(4):
        process = subprocess.Popen(
            [*COMMAND, *asked, "--resume"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        time.sleep(chance.uniform(0, takes))
        process.send_signal(signal.SIGKILL)
        _, errors = process.communicate(timeout=60)  # workers hold the other end of the pipe: they end, too
        assert process.returncode in (0, -signal.SIGKILL), errors
    done = ask(command, small, out, "--resume", "--workers", workers)
    assert done.exit_code == 0, done.output
    same(out, unbroken / command)


def simulated(monkeypatch):
    """The points and replications that are simulated from now on in this process."""
    from advisory_sim.experiment import varied

    blocks, simulate = [], varied.simulate_points
    monkeypatch.setattr(
        varied,
        "simulate_points",
        lambda packed, points, block: blocks.append((len(points), block)) or simulate(packed, points, block),
    )
    return blocks


def test_whole_blocks_are_kept_and_others_simulated_anew(small, out, unbroken, monkeypatch):
    (out / "blocks" / "block-0000000-0000026.arrow").unlink()
    (out / "blocks" / "block-0000100-0000000.arrow").write_bytes(b"ARROW1\0\0 and no more")
    (out / "blocks" / "block-0000100-0000000.arrow.part").write_bytes(b"")
    (out / "sweep.csv").unlink()
    blocks = simulated(monkeypatch)
    done = ask("sweep", small, out, "--resume")
    assert done.exit_code == 0, done.output
    assert "resumed: 5 blocks of futures there\n" in done.output
    assert blocks == [(1, range(100, 110)), (1, range(100))]
    same(out, unbroken / "sweep")


def test_a_block_of_other_points_is_not_taken_for_one_of_these(small, out, unbroken, monkeypatch):
    blocks = out / "blocks"
    shutil.copy(blocks / "block-0000000-0000001.arrow", blocks / "block-0000000-0000026.arrow")
    seen = simulated(monkeypatch)
    assert ask("sweep", small, out, "--resume").exit_code == 0
    assert seen == [(1, range(100))]
    same(out, unbroken / "sweep")


def test_more_replications_are_added_to_those_that_are_there(small, out, tmp_path, monkeypatch):
    assert ask("sweep", small, tmp_path / "more", "--replications", 205).exit_code == 0
    blocks = simulated(monkeypatch)
    assert ask("sweep", small, out, "--resume", "--replications", 205).exit_code == 0
    assert {block for _, block in blocks} == {range(100, 200), range(200, 205)}
    same(out, tmp_path / "more")


def test_a_complete_search_has_only_its_answer_made_anew(small, unbroken, tmp_path, monkeypatch):
    out = Path(shutil.copytree(unbroken / "search", tmp_path / "out"))
    (out / "answer.txt").unlink()
    blocks = simulated(monkeypatch)
    assert ask("search", small, out, "--resume").exit_code == 0
    assert blocks == []
    same(out, unbroken / "search")


def refused(command, file, out, *more):
    """What is said, of a command that changes nothing."""
    before = content(out)
    done = ask(command, file, out, "--resume", *more)
    assert done.exit_code == 2, done.output
    assert content(out) == before
    return done.output


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (["--seed", 5], "seed: 1 then, 5 now"),
        (["--replications", 59], "replications: 110 then, only 59 now"),
        (["--measure", "cost"], "measures: officer_days, covered_days, worst_unit then, cost now"),
        (["--option", "plain"], "options: more then, plain now"),
    ],
)
def test_another_question_is_refused(small, out, more, why):
    assert refused("sweep", small, out, *more) == f"{out}: its run cannot go on:\n  {why}\n"


def test_other_points_are_refused(small, out):
    said = refused("sweep", small, out, "--over", "mandate.length=30 days | 40 days")
    assert f"  points: 26 then, 52 now\n  over: {SIZE}, decisions.more.at then" in said


def test_a_changed_file_and_another_command_are_refused(small, out, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text(SMALL.replace("exponential(5)", "exponential(6)"), encoding="utf-8")
    assert "  the file has changed since" in refused("sweep", other, out)
    assert refused("search", small, out) == (
        f"{out}: its run cannot go on:\n  it is of `advisory-sim sweep`, not of `advisory-sim search`\n"
    )
    done = CliRunner().invoke(main, ["run", str(small), "--out", str(out), "--resume"])
    assert (done.exit_code, done.output) == (
        2, f"{out}: its run cannot go on:\n  it is of `advisory-sim sweep`, not of `advisory-sim run`\n",
    )  # fmt: skip


def test_another_version_is_refused(small, out):
    file = out / "design.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    told["versions"]["numpy"], told["sources_sha256"] = "1.0", "0"
    file.write_text(json.dumps(told), encoding="utf-8")
    said = refused("sweep", small, out)
    assert "  numpy: 1.0 then, " in said
    assert "but other code\n" in said


def test_nothing_is_written_where_a_point_or_a_measure_is_wrong(small, tmp_path):
    for more in (["--over", f"{SIZE}=-1"], ["--measure", "officer_dais"]):
        done = ask("sweep", small, tmp_path / "out", *more)
        assert done.exit_code == 2
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--resume"], "--resume needs --out, the folder"),
        (["--force"], "--force needs --out, the folder"),
        (["--out", "x", "--resume", "--force"], "--resume goes on with the run that is there, --force replaces it"),
        (["--workers", "2", "--cluster", "tcp://x:1"], "--workers simulates here, --cluster there"),
        (["--out", "."], ". exists; --force replaces it"),
    ],
)
def test_what_does_not_go_together_is_refused(small, monkeypatch, tmp_path, arguments, why):
    monkeypatch.chdir(tmp_path)
    for command, asked in ASKED.items():
        done = CliRunner().invoke(main, [command, str(small), *asked, *arguments])
        assert done.exit_code == 2
        assert why in done.output
