"""What is asked of a run's plan later stays with the run: in its folder, in its report, checked as other tables are."""

import json
import re
import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest

import advisory_sim as sim
from advisory_sim.experiment.asked import name_of, plan_of
from advisory_sim.experiment.store import held

from .conftest import command
from .reading import read, rows, section

PLAN = """\
format: 1
title: small
start: 2001-01-01
mandate: {length: 60 days}
roles: {adviser: {recruitment: [{fill: exponential(5) days}]}}
teams: {A: {posts: {adviser: 3}}, B: {units: none, posts: {adviser: 1}}}
decisions: {more: {at: day 10, expand: {adviser: 2}}, longer: {at: 20 days before expiry, extend: 30 days}}
options: {plain: [], more: [more], longer: [longer]}
targets: {six: {measure: deployed, at_least: 6, on: 2001-02-10}}
runs: {replications: 30, inputs: ranges}
"""
DEADLINE = ("more", "--days", "5,40", "--replications", 30)
SEARCH = ("--over", "decisions.more.expand.adviser=1..3/1", "--option", "more", "--target", "six", "--at-most", 50)


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    file = tmp_path_factory.mktemp("plan") / "plan.yaml"
    file.write_text(PLAN, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def kept(plan, tmp_path_factory):
    """A run with seed 5, of whose plan three things were asked; and what was said."""
    out = tmp_path_factory.mktemp("asked") / "run"
    assert command("run", plan, "--out", out, "--seed", 5).exit_code == 0
    asked = [
        command("deadline", out, *DEADLINE), command("explain", out, "more"), command("search", out, *SEARCH),
    ]  # fmt: skip
    for done in asked:
        assert done.exit_code == 0, done.output
    return out, [done.output for done in asked]


@pytest.fixture
def out(kept, tmp_path):
    return Path(shutil.copytree(kept[0], tmp_path / "run"))


def places(out):
    return sorted(path.name for path in (out / "asked").iterdir())


def test_each_answer_is_kept_and_said_where(kept):
    out, said = kept
    names = places(out)
    assert [name.partition("-")[0] for name in names] == ["deadline", "explain", "search"]
    for name, text in zip(names, said, strict=True):
        assert text.endswith(f"\nKept in {out / 'asked' / name}; advisory-sim report {out} carries it.\n")
        files = {path.name for path in (out / "asked" / name).iterdir()}
        assert files == {"answer.json", "table.csv", "figures.csv"} | (
            set() if name.startswith("search") else {"figure.png", "figure.svg"}
        )


def test_it_is_asked_of_the_futures_of_the_run(kept):
    """The same seed: the figures are those of the plan with the run's seed, not with the file's."""
    out, _ = kept
    plan = sim.load(out / "scenario.yaml").with_setting("runs.seed", 5)
    assert plan_of(out).runs.seed == 5
    found = sim.deadline(plan, "more", days=[5, 40], replications=30, progress=False)
    (file,) = (out / "asked").glob("deadline-*/figures.csv")
    assert file.read_bytes() == found.curve.to_csv(index=False, lineterminator="\n").encode()
    assert "seed 5" in json.loads((file.parent / "answer.json").read_text())["about"]
    of_file = sim.deadline(sim.load(out / "scenario.yaml"), "more", days=[5, 40], replications=30, progress=False)
    assert not pd.read_csv(file)["mean"].equals(of_file.curve["mean"])


def test_the_report_carries_them(kept, tmp_path):
    out, said = kept
    page = tmp_path / "page.html"
    assert command("report", out, "--out", page).exit_code == 0
    found = read(page.read_text(encoding="utf-8"))
    titles = {
        "asked-1": "By when must 'more' be decided?",
        "asked-2": "Why 'more' (after) differs from 'plain' (before)",
        "asked-3": "Which plan is enough?",
    }
    for (name, title), text in zip(titles.items(), said, strict=True):
        part = section(found, name)
        assert part.one("h2").text == title
        sentences = [item.text for item in part.one("ol").all("li")]
        assert sentences
        for sentence in sentences:
            assert sentence in text
        assert len(part.all("svg")) == (name != "asked-3")
        for cells in rows(part.one("table")):
            for cell in cells:
                assert cell.replace("−", "-") in text or cell == "–"
    explained = section(found, "asked-2").one("table")
    assert [row.text for row in explained.all("tr") if row.attributes.get("class") == "heading"] == [
        "Officer-days",
        "Officer-days on duty",
        "Covered unit-days",
    ]


def test_the_same_question_again_takes_its_place_another_stands_beside(out):
    before = places(out)
    place = out / "asked" / before[0]
    (place / "table.csv").write_text("x")
    assert command("deadline", out, *DEADLINE).exit_code == 0
    assert places(out) == before
    assert command("deadline", out, "more", "--days", "5,30", "--replications", 30).exit_code == 0
    assert len(places(out)) == len(before) + 1
    assert command("report", out).exit_code == 0


@pytest.mark.parametrize("name", ["table.csv", "figures.csv", "figure.svg"])
def test_what_has_changed_is_refused(out, name):
    (file,) = (out / "asked").glob(f"deadline-*/{name}")
    file.write_bytes(file.read_bytes() + b" ")
    done = command("report", out)
    state = "has been changed since it was written, or is damaged"
    assert (done.exit_code, done.output) == (2, f"{file} {state}: ask again, or remove {file.parent}\n")
    file.unlink()
    assert command("report", out).output == f"{file} is missing: ask again, or remove {file.parent}\n"
    shutil.rmtree(file.parent)
    assert command("report", out).exit_code == 0


def test_what_is_of_another_run_or_no_answer_is_refused(out):
    (file,) = (out / "asked").glob("deadline-*/answer.json")
    said = json.loads(file.read_text())
    for changes, told in (
        ({"seed": 6}, f"{file.parent}: the answer is not of this run: ask again, or remove it\n"),
        ({"scenario_sha256": "0"}, f"{file.parent}: the answer is not of this run: ask again, or remove it\n"),
        ({"format": 9}, f"{file} has format 9; this version reads format 1: ask again\n"),
        ({"sentences": 1}, f"{file} is not as it was written: ask again, or remove {file.parent}\n"),
    ):
        file.write_text(json.dumps(said | changes))
        done = command("report", out)
        assert (done.exit_code, done.output) == (2, told)
    file.unlink()
    assert command("report", out).output == f"{file} is missing: ask again, or remove {file.parent}\n"


def test_a_figure_that_was_tampered_with_is_no_part_of_the_page(out):
    """Also with its digest set right."""
    import hashlib

    (file,) = (out / "asked").glob("deadline-*/answer.json")
    svg = file.parent / "figure.svg"
    svg.write_text(svg.read_text().replace("<defs>", "<script>alert(1)</script><defs>", 1))
    said = json.loads(file.read_text())
    said["files"]["figure.svg"] = hashlib.sha256(svg.read_bytes()).hexdigest()
    file.write_text(json.dumps(said))
    done = command("report", out)
    assert done.exit_code == 2
    assert "holds <script>" in done.output


@pytest.mark.skipif(sys.platform == "win32", reason="two runs are not told of each other there")
def test_a_folder_in_use_is_left_alone_and_the_answer_given(out):
    before = places(out)
    with held(out):
        done = command("explain", out, "longer")
    assert done.exit_code == 0
    assert "Why 'longer' (after) differs from 'plain' (before)" in done.output
    assert f"not kept: {out}: another run is writing to it\n" in done.output
    assert places(out) == before


def test_a_run_that_is_replaced_takes_its_answers_with_it_one_that_goes_on_keeps_them(out, plan):
    names = places(out)
    assert command("run", plan, "--out", out, "--seed", 5, "--resume", "--replications", 40).exit_code == 0
    assert places(out) == names
    assert command("report", out).exit_code == 0
    assert command("run", plan, "--out", out, "--force").exit_code == 0
    assert not (out / "asked").exists()


def test_a_file_keeps_nothing_and_a_folder_has_its_seed(plan, out):
    done = command("deadline", plan, *DEADLINE)
    assert done.exit_code == 0
    assert "Kept in" not in done.output
    assert sorted(path.name for path in plan.parent.iterdir()) == ["plan.yaml"]
    done = command("search", out, *SEARCH, "--seed", 7)
    assert done.exit_code == 2
    assert f"--seed: {out} is the folder of a run, which has its seed" in done.output
    (out / "run.json").unlink()
    done = command("deadline", out, *DEADLINE)
    assert (done.exit_code, done.output) == (2, f"{out}: no run.json, so its run came to no result\n")


def test_names_of_folders():
    assert re.fullmatch(r"deadline-50-on-day-45-[0-9a-f]{6}", name_of("deadline", {"of": ["+50 on day 45"]}))
    assert re.fullmatch(r"explain-[0-9a-f]{6}", name_of("explain", {"of": ["Ош"]}))
    assert name_of("explain", {"of": ["Ош"]}) != name_of("explain", {"of": ["Жа"]})
    assert len(name_of("search", {"of": ["x" * 500]})) < 60


def test_the_value_on_named_days_in_words(plan):
    """By one table and one sentence a measure: each day's value with its interval, from the curve."""
    found = sim.deadline(sim.load(plan), "more", days=[5, 40, 50], replications=30, progress=False)
    sentence = found.sentences[0]
    assert re.fullmatch(
        r"What 'more' brings in officer-days, by when it is decided: day 5: .*; day 40: .*; day 50: .*\.", sentence
    ), sentence
    curve = found.curve[found.curve["measure"] == "officer_days"].set_index("day")
    told = re.findall(r"day (\d+): ([+-][\d,.]+) \(([+-][\d,.]+) to ([+-][\d,.]+)\)", sentence)
    assert [int(day) for day, *_ in told] == [5, 40, 50]
    for day, *figures in told:
        row = curve.loc[int(day)]
        width = row["ci_high"] - row["ci_low"]
        assert list(map(float, figures)) == pytest.approx(row[["mean", "ci_low", "ci_high"]].to_list(), abs=width / 10)
    unnamed = sim.deadline(sim.load(plan), "longer", replications=5, progress=False)
    assert not any("by when it is decided" in sentence for sentence in unnamed.sentences)
