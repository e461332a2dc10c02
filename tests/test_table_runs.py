"""Runs of plans with tables: the folder holds them, can be run again, and a changed table is noticed."""

import json
import shutil
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

import advisory_sim as sim
from advisory_sim.cli import main

PLAN = """\
format: 1
title: tables
start: 2001-01-01
mandate: {length: 30 days}
roles: {adviser: {recruitment: [{fill: empirical(seen/delays.csv days) days}]}}
units: units.csv
teams: staffing.xlsx
runs: {replications: 20}
"""


def command(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A plan's folder, and that of its run."""
    folder = tmp_path_factory.mktemp("plan")
    (folder / "seen").mkdir()
    (folder / "seen" / "delays.csv").write_text("days\n1\n5\n9\n")
    (folder / "units.csv").write_text("unit,population\nA,7\nB,9\n")
    book = openpyxl.Workbook()
    for row in (["team", "adviser"], ["A", 3], ["B", 2]):
        book.active.append(row)
    book.save(folder / "staffing.xlsx")
    (folder / "plan.yaml").write_text(PLAN)
    done = command("run", folder / "plan.yaml", "--out", folder / "out")
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def plan(made, tmp_path):
    return Path(shutil.copytree(made, tmp_path / "plan"))


TABLES = ("units.csv", "staffing.xlsx", "seen/delays.csv")


def test_the_folder_holds_the_tables_and_can_be_run_again(plan):
    out = plan / "out"
    for name in TABLES:
        assert (out / name).read_bytes() == (plan / name).read_bytes()
    said = json.loads((out / "run.json").read_text())
    assert {*TABLES, "scenario.yaml"} <= said["files"].keys()
    assert command("run", out / "scenario.yaml", "--out", plan / "again").exit_code == 0
    assert command("run", out / "resolved.yaml", "--out", plan / "resolved").exit_code == 0
    for folder in ("again", "resolved"):
        assert (plan / folder / "summary.csv").read_bytes() == (out / "summary.csv").read_bytes()
        assert json.loads((plan / folder / "run.json").read_text())["results_sha256"] == said["results_sha256"]
    assert sim.open_run(out).scenario == sim.load(plan / "plan.yaml")


@pytest.mark.parametrize(
    ("name", "content"), [("units.csv", "unit,population\nA,8\nB,9\n"), ("seen/delays.csv", "days\n1\n5\n9\n\n")]
)
def test_a_changed_table_is_noticed(plan, name, content):
    """Also one that says the same in other bytes: what is kept beside the run would not be what was given."""
    (plan / name).write_text(content)
    refused = command("run", plan / "plan.yaml", "--out", plan / "out", "--resume")
    assert (refused.exit_code, refused.output) == (
        2,
        f"{plan / 'out'}: its run cannot go on:\n  {name} has changed since (as it was run, it is in the folder)\n",
    )
    (plan / "out" / name).write_text(content)
    refused = command("report", plan / "out")
    assert refused.exit_code == 2
    assert refused.output == (
        f"{plan / 'out' / name} is not what the run wrote: it has been changed since, or is damaged\n"
    )


def test_an_unbroken_run_goes_on_with_its_tables(plan):
    done = command("run", plan / "plan.yaml", "--out", plan / "out", "--resume", "--replications", 30)
    assert done.exit_code == 0, done.output
    assert (plan / "out" / "units.csv").exists()


def test_a_run_that_ended_when_it_had_copied_tables_goes_on(plan):
    out = plan / "begun"
    (out / "blocks").mkdir(parents=True)
    (out / "seen").mkdir()
    (out / "units.csv.part").write_text("unit")
    done = command("run", plan / "plan.yaml", "--out", out, "--resume")
    assert done.exit_code == 0, done.output
    assert (out / "summary.csv").read_bytes() == (plan / "out" / "summary.csv").read_bytes()


def test_a_table_called_like_a_file_of_the_run(plan):
    (plan / "Summary.csv").write_text("unit\nA\nB\n")
    (plan / "plan.yaml").write_text(PLAN.replace("units.csv", "Summary.csv"))
    refused = command("run", plan / "plan.yaml", "--out", plan / "new")
    assert (refused.exit_code, refused.output) == (
        2,
        "Summary.csv: a run writes a file of this name into its folder; give the table another\n",
    )
    assert not (plan / "new").exists()


def test_every_file_of_a_run_is_a_name_that_no_table_may_have(plan):
    from advisory_sim.experiment.store import OWN

    shutil.rmtree(plan / "out" / "seen")
    done = command("report", plan / "out")
    assert done.exit_code == 2, "a missing table is noticed"
    assert {file.name for file in (plan / "out").iterdir()} - {"units.csv", "staffing.xlsx"} <= set(OWN)


def test_a_sweep_over_a_table_s_cell(plan):
    """More posts in a row of the sheet are more officer-days, none is none of it."""
    points = sim.grid({"teams.A.posts.adviser": [0, 3], "units.A.population": [5]})
    frame = sim.sweep(sim.load(plan / "plan.yaml"), points, measures=["authorised"], replications=5).frame
    assert frame["mean"].tolist() == [2, 5]


def test_a_wrong_table_ends_with_2_and_writes_nothing(plan):
    (plan / "units.csv").write_text("unit,population\nA,x\nB,9\n")
    refused = command("run", plan / "plan.yaml", "--out", plan / "new")
    assert refused.exit_code == 2
    assert refused.output == (
        f"{plan / 'units.csv'}:2:2: units.A.population: found 'x'; allowed: a whole number, 0 to 2,000,000,000\n"
        "1 error\n"
    )
    assert not (plan / "new").exists()
