"""A table of past deployments: what is read, and everything that is wrong with one, at once."""

import datetime as dt

import pandas as pd
import pytest

import advisory_sim as sim
from advisory_sim.fitting.cases import read_table
from fitting.past import past

HEAD = "post,role,nominated,selected,arrived,left,planned_end,reason\n"
GOOD = HEAD + (
    "A1,adviser,2010-01-01,2010-01-20,2010-02-10,2010-08-10,2010-08-10,\n"
    "A2,adviser,2010-01-01,2010-01-22,2010-02-10,2010-06-01,2010-08-10,\n"
    "A3,adviser,2010-01-05,2010-02-01,2010-03-01,2010-07-01,2010-09-01,end of mandate\n"
    "A4,adviser,2010-02-01,,,2010-03-01,,\n"
    "A5,adviser,2010-06-01,,,,,\n"
)


def written(tmp_path, text, name="past.csv"):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return file


def refusal(tmp_path, text, **more):
    with pytest.raises(sim.ScenarioError) as wrong:
        read_table(written(tmp_path, text), **more)
    return str(wrong.value).replace(str(tmp_path) + "/", "")


def test_why_people_left(tmp_path):
    table = read_table(written(tmp_path, GOOD))
    assert [case.why for case in table.cases] == ["end of tour", "early departure", "end of mandate", "withdrawn", ""]
    assert table.as_of == dt.date(2010, 8, 10)  # the latest that happened; what is only planned has not
    assert table.cases[4].selected is None
    assert read_table(written(tmp_path, GOOD), as_of=dt.date(2010, 12, 31)).as_of == dt.date(2010, 12, 31)


def test_delimiters_and_headers_as_people_write_them(tmp_path):
    text = "\ufeff" + GOOD.replace(",", ";").replace("planned_end", "Planned end").replace("nominated", "NOMINATED")
    assert read_table(written(tmp_path, text)).cases == read_table(written(tmp_path, GOOD, "other.csv")).cases


def test_everything_wrong_with_a_table_at_once(tmp_path):
    text = HEAD + (
        "A,adviser,2010-01-01,2009-12-01,,,,\n"
        "B,adviser,,2010-01-05,soon,,,\n"
        "C,adviser,2010-01-01,,2010-02-01,2010-03-01,,\n"
        "D,ad.viser,2010-01-01,2010-01-02,2010-02-01,2010-03-01,2010-01-01,end of tuor\n"
        "E,,2010-01-01,2010-13-02,,2010-03-01,,end of tour\n"
        "F,adviser,2010-01-01,2010-01-02,2010-02-01,,,end of tour\n"
        "G,adviser,2010-01-01,2010-01-02,2010-02-01,2010-09-09,2010-08-01,withdrawn\n"
        "H,adviser,2010-01-01,2010-01-02,,,,\n"
        "H,adviser,2010-01-01,2010-01-02,,,,\n"
    )
    assert refusal(tmp_path, text, as_of=dt.date(2010, 9, 1)) == (
        "past.csv:2:4: selected: 2009-12-01 is before nominated, 2010-01-01\n"
        "past.csv:3:3: nominated: is empty; a case begins with its nomination\n"
        "past.csv:3:5: arrived: found 'soon'; allowed: a date such as 2010-07-22\n"
        "past.csv:4:4: selected: is empty, though arrived is given\n"
        "past.csv:4:8: reason: is empty, though left is given: whether he left early cannot be told\n"
        "past.csv:5:2: role: a name holds a dot, which paths are written with\n"
        "past.csv:5:7: planned_end: 2010-01-01 is not after arrived, 2010-02-01\n"
        "past.csv:5:8: reason: found 'end of tuor' (did you mean 'end of tour'?); allowed: end of tour, end of "
        "contract, early departure, post closed, end of mandate, withdrawn, and after a colon what you like\n"
        "past.csv:6:2: role: is empty; every case has a role, or the table no such column\n"
        "past.csv:6:4: selected: found '2010-13-02'; there is no such date\n"
        "past.csv:6:8: reason: found 'end of tour', though arrived is empty; allowed: withdrawn\n"
        "past.csv:7:8: reason: found 'end of tour', though left is empty\n"
        "past.csv:8:6: left: 2010-09-09 is after 2010-09-01, up to which the table is read\n"
        "past.csv:8:8: reason: found 'withdrawn', though arrived is given\n"
        "past.csv:10:1: the row is the same as that on line 9\n"
        "15 errors"
    )


def test_columns_that_are_missing_or_given_twice(tmp_path):
    assert refusal(tmp_path, "nominated,selectd,arrived,Arrived\n2010-01-01,,,\n") == (
        "past.csv:1:1: has no column 'left'; its columns: nominated, selectd, arrived, Arrived\n"
        "past.csv:1:1: has no column 'selected' (did you mean 'selectd'?); its columns: nominated, selectd, arrived, "
        "Arrived\n"
        "past.csv:1:4: column 'arrived' is given twice; first on line 1\n"
        "3 errors"
    )
    assert refusal(tmp_path, "nominated,selected,arrived,left\n").startswith(
        "past.csv:1:1: has no row below its header"
    )


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("past.txt", "x", "past.txt: allowed: a table, FILE.csv, FILE.xlsx or FILE.xlsx#SHEET"),
        ("past.csv", "", "past.csv: it is empty"),
        ("past.xlsx", "x", "past.xlsx: it is not an Excel workbook"),
    ],
)
def test_files_that_are_no_tables(tmp_path, name, text, why):
    with pytest.raises(sim.ScenarioError) as wrong:
        read_table(written(tmp_path, text, name))
    assert str(wrong.value).replace(str(tmp_path) + "/", "") == f"{why}\n1 error"


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(sim.ScenarioError, match=r"none\.csv: there is no such file"):
        read_table(tmp_path / "none.csv")


def test_excel_says_sheet_and_cell(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Officers"
    sheet.append(["nominated", "selected", "arrived", "left"])
    sheet.append([dt.date(2010, 1, 1), dt.datetime(2010, 1, 20), None, None])
    sheet.append([dt.date(2010, 1, 1), "2010-01-05", 40390, None])
    book.create_sheet("Notes")
    file = tmp_path / "past.xlsx"
    book.save(file)

    def refused(name):
        with pytest.raises(sim.ScenarioError) as wrong:
            read_table(name)
        return str(wrong.value).replace(str(tmp_path) + "/", "")

    assert refused(file) == "past.xlsx: it has the sheets Officers, Notes: say which, past.xlsx#SHEET\n1 error"
    assert refused(f"{file}#Oficers") == (
        "past.xlsx: it has no sheet 'Oficers' (did you mean 'Officers'?); sheets: Officers, Notes\n1 error"
    )
    assert refused(f"{file}#Officers") == (
        "past.xlsx: Officers!C3: arrived: found '40390'; allowed: a date such as 2010-07-22\n1 error"
    )
    sheet["C3"] = "=A3+30"
    book.save(file)
    assert refused(f"{file}#Officers") == (
        "past.xlsx: Officers!C3: deployments: holds a formula; put its value there\n1 error"
    )
    sheet["C3"] = None
    book.save(file)
    assert [case.selected for case in read_table(f"{file}#Officers").cases] == [
        dt.date(2010, 1, 20),
        dt.date(2010, 1, 5),
    ]


def test_equal_rows_are_refused_only_where_the_table_says_whose_they_are(tmp_path):
    rows = "nominated,selected,arrived,left\n" + 3 * "2010-01-01,2010-01-20,,\n"
    assert read_table(written(tmp_path, rows)).repeated == 2
    named = "\n".join(
        f"{line},{'name' if i == 0 else 'Smith'}" for i, line in enumerate(rows.strip().splitlines())
    )  # fmt: skip
    assert "past.csv:3:1: the row is the same as that on line 2" in refusal(tmp_path, named)


def test_a_frame_is_read_as_its_file(tmp_path):
    file = written(tmp_path, past())
    dates = ["nominated", "selected", "arrived", "left", "planned_end"]
    for frame in (pd.read_csv(file), pd.read_csv(file, parse_dates=dates)):
        assert read_table(frame).cases == read_table(file).cases


def test_ten_thousand_rows(tmp_path):
    table = read_table(written(tmp_path, past(n=10_000)))
    assert len(table.cases) == 10_000
    assert "rows; at most 10,000" in refusal(tmp_path, past(n=10_001))
