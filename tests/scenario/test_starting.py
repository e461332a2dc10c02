"""A scenario to start from, out of a staffing table."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

import advisory_sim as sim
from advisory_sim import ScenarioError
from advisory_sim.cli import main
from advisory_sim.scenario.starting import scenario_from_table

CSV = """\
Team,Units,Adviser,mediator,Forensic trainer,Posts interpreter,Deploy from
HQ,none,4,,2,,
"Osh, city",,8,1,,3,2026-10-15
NO,Uzgen; Aravan,8,1,,3,day 60
"""


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def from_csv(text: str) -> str:
    Path("staffing.csv").write_text(text, encoding="utf-8")
    return scenario_from_table("staffing.csv")


def test_its_teams_and_posts_are_the_table_s():
    plan = sim.loads(from_csv(CSV))
    assert {name: (team.units, team.posts, str(team.deploy_from)) for name, team in plan.teams.items()} == {
        "HQ": ((), {"adviser": 4, "Forensic trainer": 2}, "None"),
        "Osh, city": (("Osh, city",), {"adviser": 8, "mediator": 1, "interpreter": 3}, "2026-10-15"),
        "NO": (("Uzgen", "Aravan"), {"adviser": 8, "mediator": 1, "interpreter": 3}, "day 60"),
    }
    assert list(plan.units) == ["Osh, city", "Uzgen", "Aravan"]
    assert list(plan.options) == ["as decided", "ten more", "extended"]
    assert plan.decisions["expansion"].expand == {"adviser": 10}


def test_the_table_beside_it_says_the_same():
    """As the comment advises: `teams:` may name the table in place of its rows."""
    text = from_csv(CSV)
    assert "write `teams: staffing.csv`" in text
    rows = re.search(r"^teams:\n(  .*\n)+", text, re.M)
    linked = text.replace(rows[0], "teams: staffing.csv\n")
    assert linked != text
    assert sim.loads(linked) == sim.loads(text)


def test_the_command_prints_a_file_that_runs(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Now"
    book.active.append(["nothing"])
    later = book.create_sheet("Later on")
    for row in (["team", "adviser"], ["Osh", 2], ["Uzgen", 3]):
        later.append(row)
    book.save("staffing.xlsx")
    done = CliRunner().invoke(main, ["new", "--from-table", "staffing.xlsx#Later on"])
    assert done.exit_code == 0, done.output
    assert "# From staffing.xlsx, sheet Later on." in done.output
    Path("plan.yaml").write_text(done.output, encoding="utf-8")
    done = CliRunner().invoke(main, ["run", "plan.yaml", "--out", "out", "--replications", "2"])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    "rows",
    ["A,none,1,,,,\n", "A,,,1,,,\n", "A,,1,,,,\n\"{x}: [#\",,1,,,,\n'q',,1,,,,\ntrue,,1,,,,\n12,,1,,,,\n1e3,,1,,,,\n"],
)
def test_whatever_its_names_and_however_little_it_holds(rows):
    head = CSV.splitlines()[0].replace("Forensic trainer", "posts trainer")
    plan = sim.loads(from_csv(f"{head}\n{rows}"))
    assert len(plan.teams) == rows.count("\n")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (CSV.replace("8,1,,3,day 60", "8,many,,3,day 60"), [
            "staffing.csv:4:4: teams.NO.posts.mediator: found 'many'; allowed: a whole number of people, 0 to "
            "100,000"]),
        (CSV.replace("Deploy from", "Deploy form"), [
            "staffing.csv:1:7: teams: unknown column 'Deploy form' (did you mean 'deploy_from'?); allowed: team, "
            "units, deploy_from, cost per_day, Forensic trainer, adviser, mediator, interpreter, vehicle, posts ROLE, "
            "minimum ROLE"]),
        ("team,adviser\nA,1\nA,2\n", ["staffing.csv:3:1: teams.A: 'A' is given twice; first on line 2"]),
        ("team,units,adviser\nA,X; Y,1\nB,X,-2\nC,Y,1\n", [
            "staffing.csv:3:2: teams.B.units: shares X with team 'A', but not all of its units: lists must be equal or "
            "apart",
            "staffing.csv:3:3: teams.B.posts.adviser: found -2; allowed: a whole number of people, 0 to 100,000",
            "staffing.csv:4:2: teams.C.units: shares Y with team 'A', but not all of its units: lists must be equal or "
            "apart"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_table(text, told):
    with pytest.raises(ScenarioError) as wrong:
        from_csv(text)
    assert str(wrong.value).splitlines()[:-1] == told


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("none.csv", "none.csv: there is no file none.csv\n1 error\n"),
        ("plan.yaml", "plan.yaml: allowed: FILE.csv, FILE.xlsx or FILE.xlsx#SHEET\n1 error\n"),
    ],
)
def test_no_table(table, told):
    done = CliRunner().invoke(main, ["new", "--from-table", table])
    assert (done.exit_code, done.output) == (2, told)
