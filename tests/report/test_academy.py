"""The academy on the page, in the answer and in the folder: the tables say what the study says."""

import re

import pandas as pd
import pytest

from advisory_sim import loads, run

from .conftest import command
from .reading import read, rows, section

PLAN = """
format: 1
title: A school alone
start: 2001-01-01
horizon: 300 days
mandate: {length: 280 days}
teams: {}
academy:
  places: 60
  class_size: 20
  course: {2001-01-01: 30 days, 2001-06-01: 40 days}
  field_training: uniform(5 20) days
  intakes: every 2 weeks
  applicants: {backlog: 100, arrivals: 1 per day, groups: {"<b>women</b>": 30%, men: 70%}}
  drop_out: between(5% 15%)
  target: {graduates: 200, by: 2001-08-01}
options: {plan: [], longer: {take: [], set: {academy.course: 60 days}}}
runs: {replications: 30}
"""


@pytest.fixture(scope="module")
def study():
    return run(loads(PLAN), progress=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("academy")
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    done = command("run", folder / "plan.yaml", "--out", folder / "run")
    assert done.exit_code == 0, done.output
    (folder / "said.txt").write_text(done.output, encoding="utf-8")
    done = command("report", folder / "run")
    assert done.exit_code == 0, done.output
    return folder


def test_the_folder_holds_tables_and_figures(folder, study):
    drawn = {file.stem for file in (folder / "run" / "figures").iterdir()}
    assert drawn == {"graduates", "classes", "differences"}  # nobody is deployed
    table = pd.read_csv(folder / "run" / "academy.csv", keep_default_na=False)
    assert list(table) == ["option", "date", "group", "series", "mean", "p05", "p50", "p95"]
    assert "2001-08-01" in set(table["date"])
    for group in ("", "<b>women</b>", "men"):
        mine = table[(table["group"] == group) & (table["series"] == "graduates") & (table["date"] == "2001-08-01")]
        frame = study.daily("graduates", group=group or None)
        frame = frame[frame["date"] == "2001-08-01"]
        assert mine["mean"].tolist() == pytest.approx(frame["mean"].tolist())
        assert mine["p95"].tolist() == pytest.approx(frame["p95"].tolist())
    daily = pd.read_parquet(folder / "run" / "daily.parquet")
    last = daily[(daily["option"] == "plan") & (daily["series"] == "graduates") & (daily["day"] == 299)]
    assert last[last["scope"] == "academy"]["mean"].tolist() == pytest.approx(
        [study.column("plan", "graduates", "academy").mean()]
    )
    assert set(last[last["scope"] == "group"]["name"]) == {"<b>women</b>", "men"}


def test_the_answer_says_how_many_graduate_when_and_what_holds_up_classes(folder, study):
    said = (folder / "said.txt").read_text(encoding="utf-8")
    assert "Officers deployed" not in said
    days = study.column("plan", "target_met", "target", "academy", "2001-08-01")
    row = study.summary("target_met").iloc[0]
    assert f"200 by 1 August 2001 are reached in {100 * days.mean():.0f} % of futures" in said
    assert f"({100 * row['ci_low']:.0f}-{100 * row['ci_high']:.0f})" in said
    shares = {c: study.column("plan", f"starts_limited_by_{c}", "academy").mean() for c in ("places", "applicants")}
    first, second = sorted(shares, key=lambda c: -shares[c])
    words = {"places": "free places", "applicants": "applicants"}
    assert (
        f"want of {words[first]} ({100 * shares[first]:.0f} % of the time), then of {words[second]} "
        f"({100 * shares[second]:.0f} % of the time)."
    ) in said
    assert re.search(r"'longer' turns out [\d.]+ \+- [\d.]+ graduates fewer\.", said)


def test_the_page_shows_the_academy_and_nothing_of_officers(folder, study):
    text = (folder / "run" / "report.html").read_text(encoding="utf-8")
    assert "<b>women" not in text
    page = read(text)
    kept = [node.attributes["id"] for node in page.all("section")]
    assert kept[:3] == ["question", "answer", "academy"]
    assert not {"strength", "waterfall", "envelope"} & set(kept)
    by_date, totals, held_up = (rows(table) for table in section(page, "academy").all("table"))
    shown = {line[0]: line[1:] for line in held_up}
    for option in study.options:
        classes, held, *limits, days = shown[option]
        assert int(classes) == round(study.column(option, "classes_started", "academy").mean())
        assert held == f"{100 * study.column(option, 'places_use', 'academy').mean():.0f} %"
        for text, cause in zip(limits, ("places", "applicants", "instructors"), strict=True):
            assert text == f"{100 * study.column(option, f'starts_limited_by_{cause}', 'academy').mean():.0f} %"
        assert days
    applied = [line[1] for line in totals if line[0] == "plan"]
    assert int(applied[0]) == round(study.column("plan", "applied", "academy").mean())
    assert len(applied) == 3
    assert len([line for line in by_date if line[0] == "plan"]) == 3


def test_no_class_is_warned_of():
    text = PLAN.replace("backlog: 100, arrivals: 1 per day", "backlog: 19")
    from advisory_sim.experiment.warnings import warnings

    found = warnings(run(loads(text), progress=False))
    assert "'plan': no class of the academy starts in 100 % of the futures." in found
