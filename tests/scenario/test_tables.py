"""Units and teams in a table: the same records as in the file, and every mistake at its cell."""

from __future__ import annotations

import datetime as dt
import io
import re
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

import advisory_sim as sim
from advisory_sim import ScenarioError
from advisory_sim.scenario import sheets
from advisory_sim.scenario.dump import digest, resolve
from advisory_sim.scenario.load import record_within
from advisory_sim.scenario.model import Team, Unit
from advisory_sim.scenario.tables import COLUMNS

HEAD = """\
format: 1
title: T
start: 2010-07-22
mandate: {length: 4 months}
roles: {adviser: {}, mediator: {kind: local}}
"""
UNITS = "units: {Osh: {}, Uzgen: {}, Aravan: {}}\n"
TEAMS = "teams: {HQ: {units: none, posts: {adviser: 1}}}\n"


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def written(text: str, **tables: str | bytes) -> Path:
    """A plan and the tables beside it, `units` as units.csv."""
    for name, content in tables.items():
        content = content.encode() if isinstance(content, str) else content
        Path(f"{name}.{'xlsx' if content.startswith(b'PK') else 'csv'}").write_bytes(content)
    Path("plan.yaml").write_text(HEAD + text, encoding="utf-8")
    return Path("plan.yaml")


def workbook(*sheets_of_rows: tuple[str, list[list]], change=lambda book: None) -> bytes:
    """An Excel file of sheets, each its name and rows."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets_of_rows:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def refusal(text: str, **tables: str | bytes) -> list[str]:
    """What a plan and its tables are told, without the count at its end."""
    try:
        sim.load(written(text, **tables))
    except ScenarioError as wrong:
        return str(wrong).splitlines()[:-1]
    return []


def units_told(table: str | bytes) -> list[str]:
    return refusal("units: units.csv\n" + TEAMS, units=table)


def teams_told(*rows: list, change=lambda book: None, teams="teams: staffing.xlsx\n") -> list[str]:
    return refusal(UNITS + teams, staffing=workbook(("Teams", list(rows)), change=change))


# ---------------------------------------------------------------- what a table says

FULL = "unit,population,latitude,longitude,closed,suspension gap,suspension lasting,lost_when_closed\n"


def test_a_table_says_what_the_file_would():
    table = (
        FULL + 'Osh,255800,40.53,72.8,,exponential(60) days,"pert(1, 2, 5) days",true\nUzgen,228114,,,until day 30,,,\n'
    )
    inline = (
        "units:\n"
        "  Osh: {population: 255800, location: [40.53, 72.8], lost_when_closed: true,\n"
        "        suspension: {gap: exponential(60) days, lasting: pert(1 2 5) days}}\n"
        "  Uzgen: {population: 228114, closed: until day 30}\n"
    )
    from_table = sim.load(written("units: units.csv\n" + TEAMS, units=table))
    from_file = sim.loads(HEAD + inline + TEAMS)
    assert from_table == from_file
    assert digest(from_table) == digest(from_file)
    assert resolve(from_table) == resolve(from_file)


def test_a_sheet_says_what_the_file_would():
    rows = [
        ["Team", "Units", "Adviser", "Posts mediator", "Minimum adviser", "Deploy from", "Cost per day"],
        ["HQ", "none", 4.0, None, None, None, None],
        [None, None, None, None, None, None, None],
        ["Osh", None, "8", 1, 4, dt.datetime(2010, 10, 15), 12.5],
        ["East", "Uzgen; Aravan", 6, 0, None, "day 30", "between(5 9)"],
    ]
    inline = (
        "teams:\n"
        "  HQ: {units: none, posts: {adviser: 4}}\n"
        "  Osh: {posts: {adviser: 8, mediator: 1}, minimum: {adviser: 4}, deploy_from: 2010-10-15,"
        " cost: {per_day: 12.5}}\n"
        "  East: {units: [Uzgen, Aravan], posts: {adviser: 6, mediator: 0}, deploy_from: day 30,"
        " cost: {per_day: between(5 9)}}\n"
    )
    assert sim.load(written(UNITS + "teams: staffing.xlsx\n", staffing=workbook(("x", rows)))) == sim.loads(
        HEAD + UNITS + inline
    )


def test_every_setting_has_its_column():
    """A setting that is added to the records must be given a column here, or be left out on purpose."""
    by_role = {("posts",), ("minimum",)}
    for section, record in (("units", Unit), ("teams", Team)):
        settings = set()
        for name, field in record.model_fields.items():
            inside = record_within(field.annotation)
            settings |= {(name, key) for key in inside.model_fields} if inside is not None else {(name,)}
        columns = {within if within[0] != "location" else ("location",) for within in COLUMNS[section].values()}
        assert settings - by_role == columns


@pytest.mark.parametrize(
    "table",
    [
        "unit,latitude,longitude\nOsh,40.5,72.8\n",
        "\ufeffunit,latitude,longitude\r\nOsh,40.5,72.8\r\n",
        "unit;latitude;longitude\nOsh;40,5;72,8\n",
        "unit;latitude;longitude\nOsh;40,500;72,800\n",
        "unit\tlatitude\tlongitude\nOsh\t40.5\t72.8\n",
        "\n,,\n Name , LATITUDE,Longitude\n\n  Osh ,40.5,72.8\n,,\n",
        '"unit","latitude","longitude"\n"Osh","40.5","72.8"\n',
    ],
)
def test_the_kinds_of_csv(table):
    plan = sim.load(written("units: units.csv\n" + TEAMS, units=table))
    assert plan.units == {"Osh": Unit(location=[40.5, 72.8])}


def test_a_name_keeps_its_digits_and_letters():
    plan = sim.load(written("units: units.csv\n" + TEAMS, units="unit\n007\nБишкек\nnull\n"))
    assert list(plan.units) == ["007", "Бишкек", "null"]


@pytest.mark.parametrize(("named", "names"), [("staffing.xlsx", ["Osh"]), ("staffing.xlsx#Later plan", ["Uzgen"])])
def test_which_sheet(named, names):
    book = workbook(("Notes", [["hello"]]), ("Teams", [["team"], ["Osh"]]), ("Later plan", [["team"], ["Uzgen"]]))
    assert list(sim.load(written(UNITS + f"teams: '{named}'\n", staffing=book)).teams) == names


def test_a_plan_from_a_table_is_a_plan():
    """Options, settings and sources speak of its rows; errors of an option's value stand in the option."""
    text = (
        "units: units.csv\nteams: {Osh: {posts: {adviser: 2}}}\n"
        "options: {a: [], b: {take: [], set: {units.Osh.population: 9, teams.Osh.posts.adviser: 5}}}\n"
        "sources: {units.Osh: {grade: published}}\n"
    )
    plan = sim.load(written(text, units="unit,population\nOsh,7\n"))
    assert plan.units["Osh"].population == 7
    assert plan.for_option("b").units["Osh"].population == 9
    assert plan.for_option("b").teams["Osh"].posts == {"adviser": 5}
    other = plan.with_setting("units.Osh.population", 11).with_option("c")
    assert (other.units["Osh"].population, list(other.options)) == (11, ["a", "b", "c"])
    assert sim.loads(other.text) == other, "what is written down of it needs no table"
    assert (other.files, list(plan.files)) == ({}, ["units.csv"])
    with pytest.raises(ScenarioError) as wrong:
        sim.load(written(text.replace("population: 9", "population: many"), units="unit,population\nOsh,7\n"))
    assert str(wrong.value).startswith("plan.yaml:8:")


# ---------------------------------------------------------------- what is wrong with it


def test_all_at_once_with_the_files_own():
    told = refusal(
        "units: units.csv\nteams: staffing.xlsx\ndecisions: {e: {at: day 5, extend: 4 monts}}\n",
        units="unit,population\nOsh,many\nOsh,3\n",
        staffing=workbook(("Teams", [["team", "adviser", "mediator"], ["Osh", "eigth", -1], ["Nookat", 2, 1]])),
    )
    assert told == [
        "plan.yaml:8:36: decisions.e.extend: found '4 monts'; no unit 'monts' (did you mean 'months'?); "
        "allowed: a duration such as 45 days, 6 weeks, 4 months or between(3 5) days",
        "staffing.xlsx: Teams!B2: teams.Osh.posts.adviser: found 'eigth'; allowed: a whole number of people, "
        "0 to 100,000",
        "staffing.xlsx: Teams!C2: teams.Osh.posts.mediator: found -1; allowed: a whole number of people, 0 to 100,000",
        "staffing.xlsx: Teams!A3: teams.Nookat: no unit 'Nookat' for the team to sit in; "
        "write `units: none`, or a list of: Osh",
        "units.csv:2:2: units.Osh.population: found 'many'; allowed: a whole number, 0 to 2,000,000,000",
        "units.csv:3:1: units.Osh: 'Osh' is given twice; first on line 2",
    ]


ALLOWED_UNITS = "unit, population, latitude, longitude, closed, suspension gap, suspension lasting, lost_when_closed"


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("population\n3\n", ["units.csv:1:1: units: has no column 'unit'; its columns: population"]),
        ("unti\nOsh\n", [
            f"units.csv:1:1: units: unknown column 'unti' (did you mean 'unit'?); allowed: {ALLOWED_UNITS}"]),
        (
            "unit,populaton\nOsh,3\n",
            [
                "units.csv:1:2: units: unknown column 'populaton' (did you mean 'population'?); "
                f"allowed: {ALLOWED_UNITS}"
            ],
        ),
        ("unit,Population,population\nOsh,3,4\n", [
            "units.csv:1:3: units: column 'population' is given twice; first as column 2"]),
        ("unit,name\nOsh,Osh\n", ["units.csv:1:2: units: column 'name' is given twice; first as column 1"]),
        ("unit,population\n,3\n", ["units.csv:2:1: units: a row without a name"]),
        ("unit\nA.B\n", ["units.csv:2:1: units.A.B: a name holds a dot, which paths are written with"]),
        ("unit\nOsh,3\n", ["units.csv:2:2: units.Osh: found '3' in a column without a name"]),
        ("unit,latitude\nOsh,40\n", ["units.csv:2:2: units.Osh.latitude: found without a longitude"]),
        (
            "unit,latitude,longitude\nOsh,91,x\n",
            [
                "units.csv:2:2: units.Osh.latitude: found '91'; allowed: degrees from -90 to 90, such as 40.53",
                "units.csv:2:3: units.Osh.longitude: found 'x'; allowed: degrees from -180 to 180, such as 40.53",
            ],
        ),
        ("unit,closed\nOsh,day 3\n", [
            "units.csv:2:2: units.Osh.closed: found 'day 3'; allowed: until and a moment, such as until day 30"]),
        ("unit,lost when closed\nOsh,yes\n", [
            "units.csv:2:2: units.Osh.lost_when_closed: found 'yes'; allowed: true, false"]),
        ("unit,suspension gap\nOsh,60 days\n", ["units.csv:2:2: units.Osh.suspension.lasting: is missing"]),
        # Thousands or a decimal comma? Nobody knows, so neither.
        ("unit;population\nOsh;255,800\n", [
            "units.csv:2:2: units.Osh.population: found '255,800'; allowed: a whole number, 0 to 2,000,000,000"]),
        ('unit,population\nOsh,"255,800"\n', [
            "units.csv:2:2: units.Osh.population: found '255,800'; allowed: a whole number, 0 to 2,000,000,000"]),
        ("", ["plan.yaml:6:8: units: found 'units.csv'; it is empty"]),
        ("unit\n'Osh\"\n\"open\n", ["units.csv:3:1: units: is not CSV: unexpected end of data"]),
        ("unit\n\xd6sh\n".encode("latin-1"), [
            "units.csv:2:1: units: is not UTF-8 text: save the table as 'CSV UTF-8'"]),
        ("unit\nOsh\n".encode("utf-16"), [
            "plan.yaml:6:8: units: found 'units.csv'; it is not UTF-8 text: save it as 'CSV UTF-8'"]),
    ],
)  # fmt: skip
def test_a_wrong_csv(table, told):
    assert units_told(table) == told


def test_a_quoted_line_break_moves_the_lines_below():
    table = 'unit,closed\n"O\nsh",\nUzgen,soon\n'
    assert units_told(table) == [
        "units.csv:2:1: units.O\\nsh: a name holds a character that cannot be printed",
        "units.csv:4:2: units.Uzgen.closed: found 'soon'; allowed: until and a moment, such as until day 30",
    ]


def merged(book):
    book["Teams"].merge_cells("A2:A3")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["team", "advisor"], ["Osh", 3]], [
            "staffing.xlsx: Teams!B1: teams: unknown column 'advisor' (did you mean 'adviser'?); allowed: team, units, "
            "deploy_from, cost per_day, adviser, mediator, posts ROLE, minimum ROLE"]),
        ([["team", "posts advisor"], ["Osh", 3]], [
            "staffing.xlsx: Teams!B1: teams: no role 'advisor' (did you mean 'adviser'?); roles: adviser, mediator"]),
        ([["team", "adviser", "posts adviser"], ["Osh", 3, 4]], [
            "staffing.xlsx: Teams!C1: teams: column 'posts adviser' is given twice; first in B1"]),
        ([["team"], ["Osh"], ["Osh"]], ["staffing.xlsx: Teams!A3: teams.Osh: 'Osh' is given twice; first in A2"]),
        ([["team", "adviser"], ["Osh", "=1+1"]], [
            "staffing.xlsx: Teams!B2: teams: holds a formula; put its value there"]),
        ([["team", "adviser"], ["Osh", "#N/A"]], ["staffing.xlsx: Teams!B2: teams: holds the error #N/A"]),
        ([["team", "adviser"], ["Osh", True]], [
            "staffing.xlsx: Teams!B2: teams.Osh.posts.adviser: found 'true'; allowed: a whole number of people, "
            "0 to 100,000"]),
        ([["team", "adviser"], ["Osh", 2.5]], [
            "staffing.xlsx: Teams!B2: teams.Osh.posts.adviser: found '2.5'; allowed: a whole number of people, "
            "0 to 100,000"]),
        ([["team", "deploy from"], ["Osh", dt.datetime(2010, 10, 15, 9, 30)]], [
            "staffing.xlsx: Teams!B2: teams.Osh.deploy_from: found '2010-10-15 09:30:00'; the unit is missing; "
            "allowed: 2010-10-20, day 45, 30 days before expiry, or 2 months after start"]),
        ([["team", "units"], ["Osh", "Osh, Oshh"]], [
            "staffing.xlsx: Teams!B2: teams.Osh.units[1]: no unit 'Oshh' (did you mean 'Osh'?); units: Osh, Uzgen, "
            "Aravan"]),
        ([[]], ["plan.yaml:7:8: teams: found 'staffing.xlsx'; sheet Teams is empty"]),
    ],
)  # fmt: skip
def test_a_wrong_sheet(rows, told):
    assert teams_told(*rows) == told


def test_merged_cells():
    assert teams_told(["team", "adviser"], ["Osh", 3], [None, 4], change=merged) == [
        "staffing.xlsx: Teams!A2: teams: A2:A3 is merged; give each row its own cells"
    ]


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ("staffing.xlsx#Team", "it has no sheet 'Team' (did you mean 'Teams'?); sheets: Notes, Teams"),
        ("units.csv#Teams", "a CSV file has no sheets"),
        ("none.csv", "there is no file none.csv"),
        ("../staffing.xlsx", "it lies outside the scenario's folder; put it beside the scenario"),
        ("folder.csv", "it is a folder"),
        ("text.xlsx", "it is not an Excel workbook"),
        ("locked.xlsx", "it has a password, or is of an old kind (.xls): save it as .xlsx without a password"),
        ("archive.xlsx", "it is not an Excel workbook that can be read (KeyError: "),
        ("bomb.xlsx", "it unpacks to more than 67,108,864 bytes"),
        ("entities.xlsx", "it holds a document type, which no workbook does"),
        ("large.csv", "it is too large (9,000,000 bytes; at most 8,388,608)"),
        ("staffing.ods", "allowed: a mapping (name: settings), or a table: FILE.csv, FILE.xlsx or FILE.xlsx#SHEET"),
    ],
)
def test_a_file_that_is_no_table(named, why):
    def archive(name: str, **parts: bytes) -> None:
        with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as file:
            for part, content in parts.items():
                file.writestr(f"{part}.xml", content)

    Path("folder.csv").mkdir()
    Path("text.xlsx").write_text("hello")
    Path("locked.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    Path("large.csv").write_bytes(b"unit\n" + b"a" * 8_999_995)
    archive("archive.xlsx", hello=b"<a/>")
    archive("bomb.xlsx", a=bytes(40 * 2**20), b=bytes(40 * 2**20))
    archive("entities.xlsx", a=b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    book = workbook(("Notes", [["a"]]), ("Teams", [["team"], ["Osh"]]))
    (told,) = refusal(UNITS + f"teams: '{named}'\n", staffing=book, units="unit\nOsh\n")
    assert re.sub(r"\(KeyError: .*", "(KeyError: ", told) == f"plan.yaml:7:8: teams: found '{named}'; {why}"


def test_an_absolute_path(tmp_path):
    file = tmp_path / "units.csv"
    file.write_text("unit\nOsh\n")
    (told,) = refusal(f"units: {file}\n" + TEAMS)
    assert told.endswith("; it lies outside the scenario's folder; put it beside the scenario")


def test_a_link_that_leads_out(tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "units.csv"
    outside.write_text("unit\nOsh\n")
    Path("units.csv").symlink_to(outside)
    assert refusal("units: units.csv\n" + TEAMS) == [
        "plan.yaml:6:8: units: found 'units.csv'; it lies outside the scenario's folder; put it beside the scenario"
    ]


def test_two_sheets_of_which_none_is_called_so():
    book = workbook(("A", [["team"]]), ("B", [["team"]]))
    assert refusal(UNITS + "teams: staffing.xlsx\n", staffing=book) == [
        "plan.yaml:7:8: teams: found 'staffing.xlsx'; it has the sheets A, B: say which, staffing.xlsx#SHEET"
    ]


def test_without_openpyxl(monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    Path("staffing.xlsx").write_bytes(b"PK\x03\x04")
    assert refusal(UNITS + "teams: staffing.xlsx\n") == [
        "plan.yaml:7:8: teams: found 'staffing.xlsx'; Excel files need openpyxl: pip install 'advisory-sim[excel]'"
    ]


def test_a_table_that_cannot_be_read_brings_no_other_errors():
    """What speaks of its rows may be right."""
    told = refusal("units: none.csv\nteams: {East: {units: [Osh], posts: {adviser: 1}}}\n")
    assert told == ["plan.yaml:6:8: units: found 'none.csv'; there is no file none.csv"]


def test_the_most_rows():
    rows = "".join(f"U{i},{i}\n" for i in range(sheets.MOST_ROWS))
    plan = sim.load(written("units: units.csv\n" + TEAMS, units="unit,population\n" + rows))
    assert len(plan.units) == sheets.MOST_ROWS
    assert units_told("unit,population\n" + rows + "one more,1\n") == [
        "plan.yaml:6:8: units: found 'units.csv'; it has 10,001 rows; at most 10,000"
    ]


def test_a_cell_far_below_the_table():
    def far(book):
        book["Teams"]["C900000"] = 1

    assert teams_told(["team"], ["Osh"], change=far) == [
        "plan.yaml:7:8: teams: found 'staffing.xlsx'; sheet Teams reaches to C900000; at most 10,000 rows and 200 "
        "columns (delete the empty ones after the table)"
    ]
