"""The workbook: what it holds, that text stays text, and that equal runs make equal bytes."""

import datetime as dt
import io
import re
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

import advisory_sim as sim
from advisory_sim.report import of_folder, of_study
from advisory_sim.report.sheets import Formatted, number
from advisory_sim.report.workbook import printable, workbook

from .conftest import command

PLAN = """\
format: 1
title: '=HYPERLINK("http://x","y")'
start: 2001-01-20
mandate: {length: 45 days}
roles:
  adviser: {recruitment: [{fill: exponential(9) days}]}
  '-role': {kind: local}
units: {'=1+1': {population: 5}, '@unit': {}}
teams:
  '=1+1': {posts: {adviser: 3, '-role': 1}}
  '@unit': {posts: {adviser: 2}}
decisions: {'+more': {at: day 10, expand: {adviser: 2}}}
options: {'=cmd|A0': [], '+5': ['+more'], '@more': [{'+more': day 20}]}
runs: {replications: 40}
sources: {roles: {grade: assumed, source: '=2+3'}}
"""
SHEETS = ["Answer", "Summary", "Differences", "Strength", "Staffing by month", "Assumptions"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A run whose every name looks like a formula, with its workbook."""
    place = tmp_path_factory.mktemp("hostile")
    (place / "plan.yaml").write_text(PLAN, encoding="utf-8")
    done = command("run", place / "plan.yaml", "--out", place / "run", "--xlsx")
    assert done.exit_code == 0, done.output
    return place / "run"


@pytest.fixture(scope="module")
def book(folder):
    return openpyxl.load_workbook(folder / "report.xlsx")


def rows(sheet):
    """Rows under the header, as mappings."""
    lines = list(sheet.iter_rows(values_only=True))
    head = int(re.match(r"\$(\d+)", sheet.print_title_rows)[1]) - 1
    return [dict(zip(lines[head], line, strict=True)) for line in lines[head + 1 :]]


def test_its_sheets_are_ready_to_read_and_to_print(book):
    assert book.sheetnames == SHEETS
    for sheet in book:
        head = int(re.match(r"\$(\d+)", sheet.print_title_rows)[1])
        assert sheet.freeze_panes.endswith(str(head + 1))
        assert sheet.auto_filter.ref == f"A{head}:{sheet.cell(1, sheet.max_column).column_letter}{sheet.max_row}"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        for column, name in enumerate((cell for cell in sheet[head]), 1):
            assert name.value
            assert name.font.bold
            letter = sheet.cell(head, column).column_letter
            assert 8 <= sheet.column_dimensions[letter].width <= 61


def test_no_text_is_a_formula(book, folder):
    texts = 0
    for sheet in book:
        for line in sheet.iter_rows():
            for cell in line:
                assert cell.data_type != "f", (sheet.title, cell.coordinate)
                if isinstance(cell.value, str) and cell.value[:1] in "=+-@":
                    texts += 1
                    assert cell.quotePrefix, "so that it stays text when somebody edits it"
    assert texts > 100
    with zipfile.ZipFile(folder / "report.xlsx") as parts:
        for name in parts.namelist():
            assert b"<f>" not in parts.read(name)
            assert b"<f " not in parts.read(name)
    answers = {row["what"]: row["text"] for row in rows(book["Answer"])}
    assert answers["plan"] == '=HYPERLINK("http://x","y")'


def test_its_figures_are_those_of_the_tables_to_the_last_digit(book, folder):
    frame = pd.read_csv(folder / "summary.csv", keep_default_na=False, dtype={"name": str, "option": str})
    frame = frame[~frame["scope"].isin(["team-role", "unit-activity"])]
    told = {tuple(row[key] or "" for key in ("option", "measure", "scope", "name", "window")): row
            for row in rows(book["Summary"])}  # fmt: skip
    assert len(told) == len(frame)
    labels = {"mean": "mean", "ci_low": "mean, 95 % interval from", "ci_high": "mean, 95 % interval to",
              "p05": "5th percentile of futures", "p50": "middle of futures",
              "p95": "95th percentile of futures"}  # fmt: skip
    for row in frame.to_dict("records"):
        mine = told[row["option"], row["measure"], row["scope"], row["name"], row["window"]]
        assert mine["unit"] == row["unit"]
        for column, label in labels.items():
            text = {"": None, "inf": "never"}.get(str(row[column]), row[column])
            assert mine[label] == (text if text in (None, "never") else float(text)), (row, column)


def test_the_mission_comes_first_and_shares_are_in_per_cent(book):
    scopes = [row["scope"] for row in rows(book["Summary"])]
    assert scopes[: scopes.count("mission")] == ["mission"] * scopes.count("mission")
    sheet = book["Summary"]
    for line in sheet.iter_rows(min_row=3):
        if line[5].value == "share" and line[6].data_type == "n" and line[6].value is not None:
            assert line[6].number_format == "0.0%"


def test_staffing_by_month(book, folder):
    """Held against the daily means of the run: authorised, deployed, present, and what is short, by team and month."""
    study = sim.open_run(folder)
    told = rows(book["Staffing by month"])
    months = [dt.datetime(2001, 1, 1), dt.datetime(2001, 2, 1), dt.datetime(2001, 3, 1)]
    assert [row["month"] for row in told[:3]] == months
    assert {row["team"] for row in told} == {"mission", "=1+1", "@unit"}
    assert len(told) == 3 * 3 * 3
    cells = {name: cells for scope, name, cells in study.layout.groups if scope == "team"}
    days = {months[0]: slice(0, 12), months[1]: slice(12, 40), months[2]: slice(40, 45)}
    for row in told:
        if row["team"] == "mission":
            continue
        daily = study.blocks.daily(study.options.index(row["option"]), cells[row["team"]]).astype(float)
        authorised, deployed, present = daily[:3, :, days[row["month"]]]
        for name, values in (("authorised", authorised), ("deployed", deployed), ("present", present)):
            means = values.mean(axis=1)
            assert row[f"{name}, mean (people)"] == pytest.approx(means.mean(), rel=1e-6, abs=1e-9)
            assert row[f"{name}, 95th percentile (people)"] == pytest.approx(
                np.quantile(means, 0.95), rel=1e-6, abs=1e-9
            )
        with np.errstate(invalid="ignore"):
            short = np.maximum(authorised - deployed, 0).sum(axis=1) / authorised.sum(axis=1)
        found = row["short of authorised, mean (%)"]
        assert (found is None) if np.isnan(short).all() else found == pytest.approx(short.mean(), rel=1e-6, abs=1e-9)
    of_teams = sum(row["deployed, mean (people)"] for row in told[3:9] if row["month"] == months[1])
    assert told[1]["deployed, mean (people)"] == pytest.approx(of_teams, rel=1e-6)


def test_what_is_assumed_comes_first(book):
    grades = [row["grade"] for row in rows(book["Assumptions"])]
    assert grades == sorted(grades, key=["assumed", "expert", "published", "measured"].index)
    assert "=2+3" in {row["source"] for row in rows(book["Assumptions"])}


def test_equal_runs_make_equal_bytes(folder, tmp_path):
    first = workbook(of_folder(folder))
    time.sleep(2.1)  # a file's times are kept to two seconds
    assert workbook(of_folder(folder)) == first == (folder / "report.xlsx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"1980-01-01T00:00:00Z" in parts.read("docProps/core.xml")


def test_a_study_makes_the_same_but_for_its_title(folder):
    study = sim.open_run(folder)
    made = openpyxl.load_workbook(io.BytesIO(workbook(of_study(study))))
    again = openpyxl.load_workbook(folder / "report.xlsx")
    for name in SHEETS:
        assert list(made[name].values) == list(again[name].values)


def test_where_it_is_written(folder, tmp_path):
    file = tmp_path / "deep" / "book.xlsx"
    done = command("report", folder, "--xlsx", "--out", file)
    assert (done.exit_code, done.output) == (0, f"Written to {file}\n")
    assert file.read_bytes() == (folder / "report.xlsx").read_bytes()
    assert command("report", folder, "--xlsx", "--out", file).exit_code == 0, "an earlier one is replaced"
    mine = tmp_path / "mine.xlsx"
    openpyxl.Workbook().save(mine)
    before = mine.read_bytes()
    refused = command("report", folder, "--xlsx", "--out", mine)
    assert (refused.exit_code, refused.output) == (
        2, f"{mine} is there and is no workbook of a run; it is left alone\n",
    )  # fmt: skip
    assert mine.read_bytes() == before
    assert command("report", folder, "--xlsx", "--out", tmp_path).output == f"{tmp_path} is a folder; name a file\n"


def test_without_openpyxl_nothing_is_begun(folder, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    for arguments in (
        ("run", tmp_path / "plan.yaml", "--out", tmp_path / "new", "--xlsx"),
        ("report", folder, "--xlsx"),
    ):
        refused = command(*arguments)
        assert (refused.exit_code, refused.output) == (
            2, "--xlsx needs openpyxl: pip install 'advisory-sim[excel]'\n",
        )  # fmt: skip
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\x00b\x0bc", "a\ufffdb\ufffdc"), ("a\nb\tc", "a\nb\tc"), ("\ud800", "\ufffd"),
        ("x" * 40_000, "x" * 32_766 + "…"), ("Полиция", "Полиция"),
    ],
)  # fmt: skip
def test_what_a_cell_cannot_hold(text, kept):
    assert printable(text) == kept


@pytest.mark.parametrize(
    ("x", "unit", "shown"),
    [
        (float("nan"), "days", None), (float("inf"), "days", "never"), (0.12345, "share", Formatted(0.12345, "0.0%")),
        (12345.678, "days", Formatted(12345.678, "#,##0")), (12.345, "days", Formatted(12.345, "0.0")),
        (-1.2345, "people", Formatted(-1.2345, "0.00")),
    ],
)  # fmt: skip
def test_a_number_is_shown_as_its_size_suggests_and_kept_whole(x, unit, shown):
    assert number(x, unit) == shown


def test_the_plain_tables_hold_names_as_they_are(folder):
    """A CSV file has no way to say that a cell is text; docs/scenario-file.md says so."""
    lines = (Path(folder) / "strength.csv").read_text(encoding="utf-8").splitlines()
    assert any(line.startswith("=cmd|A0,") for line in lines)
