"""What a wrong file is told, asserted whole: error_texts.txt holds the files and the texts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from advisory_sim import ScenarioError, loads
from advisory_sim.errors import Problem
from scenario.plans import BASE, plan, refusal

TABLE = (Path(__file__).parent / "error_texts.txt").read_text(encoding="utf-8")


def cases():
    """Title, changed sections, expected text of each entry."""
    for part in TABLE.split("======== ")[1:]:
        title, _, entries = part.partition("\n")
        for i, entry in enumerate(entries.split("\n--------\n")):
            if entry.strip():
                changes, expected = entry.split("\n>>>>>>>>\n")
                yield pytest.param(changes, expected.removesuffix("\n--------"), id=f"{title} {i}")


CASES = list(cases())


def test_the_table_is_whole():
    assert len(CASES) == TABLE.count("\n>>>>>>>>\n") > 250


@pytest.mark.parametrize(("changes", "expected"), CASES)
def test_what_a_wrong_file_is_told(changes, expected):
    assert refusal(plan(changes)) == expected


@pytest.mark.parametrize(("changes", "expected"), CASES)
def test_a_position_is_that_of_what_is_wrong(changes, expected):
    lines = plan(changes).splitlines()
    for told in expected.splitlines()[:-1]:
        row, column, path = re.match(r"plan\.yaml:(\d+):(\d+): (.*?): ", told).groups()
        rest = lines[int(row) - 1][int(column) - 1 :]
        assert rest
        if found := re.search(r": found '([^'…\xa0]+)'[; ]", told):
            # A decision's other moment and a step stand within {..} or [..]; 1e3 is read as 1000.0.
            inside = rest.startswith(("{", "[", "until "))
            assert found[1] in (rest if inside else rest.lstrip("\"'")[: len(found[1])]).replace("1e3", "1000.0")
        elif "set:" in lines[int(row) - 1]:
            continue  # at the option's setting, not at what it sets
        elif name := re.search(r": no (?:role|team|unit|decision|measure) '([^']+)'(?! for)", told):
            assert name[1] in rest[: len(name[1]) + 1]
        elif "unknown key" in told or "given twice" in told:
            assert rest.startswith(path.rpartition(".")[2])
        elif told.endswith(" is missing") and "." in path:
            assert rest.startswith(path.split(".")[-2])


@pytest.mark.parametrize("section", list(BASE))
def test_a_missing_section(section):
    told = refusal(plan(without=section))
    if section == "roles":
        assert told == "plan.yaml:5:21: teams.T.posts.adviser: no role 'adviser'; roles: none\n1 error"
    else:
        assert told == f"plan.yaml:1:1: {section}: is missing\n1 error"


def test_every_problem_can_be_read_one_by_one():
    with pytest.raises(ScenarioError) as wrong:
        loads(plan("mandate: {length: 6 monts, begin: day 3}\nfoo: 1"), "plan.yaml")
    problems = wrong.value.problems
    assert [(p.file, p.line, p.column, p.path) for p in problems] == [
        ("plan.yaml", 4, 19, "mandate.length"),
        ("plan.yaml", 4, 28, "mandate.begin"),
        ("plan.yaml", 7, 1, "foo"),
    ]
    assert str(wrong.value) == "\n".join([*map(str, problems), "3 errors"])


def test_problems_are_told_once_and_in_the_files_order():
    late = Problem(line=9, column=1, path="b", problem="is late", file="f.yaml")
    early = Problem(line=2, column=5, path="a", problem="is early", file="f.yaml")
    whole = Problem(line=0, column=0, path="", problem="is empty", file="f.yaml")
    assert str(ScenarioError([late, early, late, whole])) == (
        "f.yaml: is empty\nf.yaml:2:5: a: is early\nf.yaml:9:1: b: is late\n3 errors"
    )
    assert str(ScenarioError([late])) == "f.yaml:9:1: b: is late\n1 error"
