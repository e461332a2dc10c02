"""The command as its user meets it: in a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

SCENARIOS = Path(__file__).parent.parent / "scenarios"
COMMAND = [sys.executable, "-c", "from advisory_sim.cli import main; main()"]
SMALL = """\
format: 1
title: 'A <script>alert(1)</script> "plan", Полиция'
start: 2001-01-01
mandate: {length: 30 days}
roles: {adviser: {recruitment: [{fill: exponential(5) days}]}}
teams: {A: {posts: {adviser: 3}}, B: {units: none, posts: {adviser: 1}}}
decisions: {more: {at: day 10, expand: {adviser: 2}}}
options: {as it is: [], 'more, $x$ & _y_': [more]}
runs: {replications: 20}
"""


def command(*arguments, **more):
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, text=True, encoding="utf-8", check=False, **more
    )


@pytest.fixture
def small(tmp_path):
    file = tmp_path / "small.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return file


def test_help():
    done = command("--help")
    assert done.returncode == 0
    for name in (
        "run",
        "report",
        "compare",
        "explain",
        "deadline",
        "sweep",
        "search",
        "check",
        "resolve",
        "schema",
        "presets",
        "new",
    ):
        assert name in done.stdout


def test_a_misspelt_command_is_named():
    done = command("rnu")
    assert done.returncode == 2
    assert "No such command 'rnu'. Did you mean 'run'?" in done.stderr


@pytest.mark.parametrize("file", sorted(SCENARIOS.glob("*.yaml")), ids=lambda f: f.stem)
def test_shipped_scenarios_check_resolve_and_run(file, tmp_path):
    assert command("check", file).returncode == 0
    resolved = tmp_path / "resolved.yaml"
    resolved.write_text(command("resolve", file).stdout, encoding="utf-8")
    assert command("check", resolved).returncode == 0
    done = command("run", file, "--out", tmp_path / "out", "--replications", 4)
    assert done.returncode == 0, done.stderr


def test_new_is_a_plan(tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text(command("new").stdout, encoding="utf-8")
    assert command("check", plan).returncode == 0


def test_presets():
    assert command("presets").stdout.split() == ["osce-seconded", "un-police", "none"]
    assert "adviser:" in command("presets", "osce-seconded").stdout
    done = command("presets", "osce")
    assert done.returncode == 2
    assert "no preset 'osce'; presets: osce-seconded, un-police, none" in done.stderr


def test_schema_is_json():
    schema = json.loads(command("schema").stdout)
    assert schema["required"] == ["format", "title", "start", "mandate", "teams"]


def test_errors_end_with_2_and_write_nothing(tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text(SMALL.replace("posts: {adviser: 3}", "posts: {advisor: 3}"), encoding="utf-8")
    done = command("run", file, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        f"{file}:6:21: teams.A.posts.advisor: no role 'advisor' (did you mean 'adviser'?); roles: adviser\n1 error\n"
    )
    assert not (tmp_path / "out").exists()


def test_the_folder(small, tmp_path):
    out = tmp_path / "deep" / "out"
    done = command("run", small, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "Officers deployed" in done.stdout
    names = {file.name for file in out.iterdir()}
    assert names == {
        "summary.csv", "differences.csv", "strength.csv", "staffing.csv", "spreadsheet.csv",
        "replications.parquet", "daily.parquet",
        "scenario.yaml", "resolved.yaml", "design.json", "run.json", "figures", "blocks",
    }  # fmt: skip
    assert {f.name for f in (out / "figures").iterdir()} == {
        f"{name}.{kind}"
        for name in ("strength", "staffing", "coverage", "waterfall", "differences")
        for kind in ("png", "svg")
    }
    assert (out / "scenario.yaml").read_text(encoding="utf-8") == SMALL
    about = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert about["complete"]
    assert about["replications"] == 20
    summary = pd.read_csv(out / "summary.csv", keep_default_na=False)
    assert list(summary.columns) == [
        "option", "measure", "scope", "name", "window", "unit", "n", "mean", "std_error", "ci_low", "ci_high",
        "p05", "p50", "p95",
    ]  # fmt: skip
    every = pd.read_parquet(out / "replications.parquet")
    mine = every[(every["measure"] == "officer_days") & (every["scope"] == "mission") & (every["window"] == "horizon")]
    row = summary[
        (summary["measure"] == "officer_days") & (summary["scope"] == "mission") & (summary["window"] == "horizon")
    ]
    for option, values in mine.groupby("option", observed=True):
        assert float(row.loc[row["option"] == option, "mean"].iloc[0]) == pytest.approx(values["value"].mean())
    daily = pd.read_parquet(out / "daily.parquet")
    assert set(daily.columns) == {"option", "day", "scope", "name", "series", "mean", "p05", "p50", "p95"}
    # The title is text, in a figure too.
    assert "&lt;script&gt;" in (out / "figures" / "strength.svg").read_text(encoding="utf-8")


def test_a_single_future_has_no_range_to_draw(small, tmp_path):
    out = tmp_path / "out"
    done = command("run", small, "--out", out, "--replications", "1")
    assert done.returncode == 0, done.stderr
    assert "x 1 replication, seed" in done.stdout
    assert "a single future has no range to draw, so no figures" in done.stdout
    assert not any((out / "figures").iterdir())
    assert command("report", out).returncode == 0
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<svg" not in page
    assert "Officer-days of the mandate" in page


def test_a_plan_with_activities_leaves_what_they_come_to(small, tmp_path):
    out, work = tmp_path / "out", "activities: {call: {arrivals: 1 per day, needs: {adviser: 1}, lasting: 1 hour}}\n"
    small.write_text(SMALL + work, encoding="utf-8")
    done = command("run", small, "--out", out)
    assert done.returncode == 0, done.stderr
    for name in ("work", "utilisation", "hours"):
        assert {(out / "figures" / f"{name}.{kind}").exists() for kind in ("png", "svg")} == {True}
    hours = pd.read_csv(out / "hours.csv", keep_default_na=False)
    assert list(hours.columns[:6]) == ["option", "scope", "name", "role", "hour", "on_duty_mean"]
    assert len(hours) == 2 * 2 * 24  # options, the mission and the team that has a unit, hours
    assert set(hours["scope"] + hours["name"]) == {"mission", "teamA"}


def test_a_folder_is_not_overwritten_unless_asked(small, tmp_path):
    out = tmp_path / "out"
    assert command("run", small, "--out", out).returncode == 0
    before = (out / "summary.csv").read_bytes()
    done = command("run", small, "--out", out)
    assert done.returncode == 2
    assert f"{out} exists; --force replaces it" in done.stderr
    done = command("run", small, "--out", out, "--force", "--seed", 5)
    assert done.returncode == 0
    assert (out / "summary.csv").read_bytes() != before


def test_what_is_no_run_is_left_alone(small, tmp_path):
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("x")
    done = command("run", small, "--out", precious, "--force")
    assert done.returncode == 2
    assert "is not the folder of a run; it is left alone" in done.stderr
    assert (precious / "thesis.txt").exists()


def test_a_misspelt_option_is_named(small, tmp_path):
    done = command("run", small, "--out", tmp_path / "out", "--option", "as it was")
    assert done.returncode == 2
    assert "no option 'as it was'" in done.stderr
    assert "Did you mean 'as it is'?" in done.stderr
    assert not (tmp_path / "out").exists()


def test_equal_seeds_give_equal_bytes(small, tmp_path):
    for name, workers in (("a", 1), ("b", 2)):
        assert command("run", small, "--out", tmp_path / name, "--workers", workers).returncode == 0
    for file in ("summary.csv", "differences.csv", "strength.csv", "replications.parquet", "daily.parquet"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    for figure in (tmp_path / "a" / "figures").iterdir():
        assert figure.read_bytes() == (tmp_path / "b" / "figures" / figure.name).read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent otherwise there")
@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupted_run_keeps_what_was_done(small, tmp_path, workers):
    out = tmp_path / "out"
    process = subprocess.Popen(
        [*COMMAND, "run", str(small), "--out", str(out), "--replications", "200000", "--workers", str(workers)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    while len(list((out / "blocks").glob("*.arrow"))) < 3:
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert "replications an option are done and kept" in errors
    about = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert not about["complete"]
    assert 75 <= about["replications"] < 200_000
    assert "Officers deployed" in output
    assert not list(out.rglob("*.part"))


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent otherwise there")
@pytest.mark.parametrize("after", [0.02, 0.2])
def test_a_second_ctrl_c_ends_it_at_once(small, tmp_path, after):
    out = tmp_path / "out"
    process = subprocess.Popen(
        [*COMMAND, "run", str(small), "--out", str(out), "--replications", "200000", "--workers", "2"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    while not (out / "design.json").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    time.sleep(after)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert "interrupted" in errors
    assert not list(out.rglob("*.part"))
