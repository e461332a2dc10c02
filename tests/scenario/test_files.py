"""Files that are no scenario at all, hostile ones, and what YAML 1.2 makes of plain text."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from advisory_sim import ScenarioError, load, loads
from advisory_sim.scenario.document import LARGEST, parse
from scenario.plans import plan, read, refusal


def told(path) -> str:
    with pytest.raises(ScenarioError) as wrong:
        load(path)
    return str(wrong.value).replace(str(path), "FILE")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "FILE: is empty\n1 error"),
        (b"\n   \n\n", "FILE: is empty\n1 error"),
        (b"# only a comment\n", "FILE: is empty\n1 error"),
        (b"\xef\xbb\xbf", "FILE: is empty\n1 error"),
        (b"format: 1\n\0", "FILE: is not text (it holds null bytes)\n1 error"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "FILE: is not text (it holds null bytes)\n1 error"),
        ("format: 1\n".encode("utf-16"), "FILE: is not text (it holds null bytes)\n1 error"),
        (b"format: 1\ntitle: caf\xe9\n", "FILE:2:1: is not UTF-8 text\n1 error"),
        (
            b"#" * (LARGEST + 1),
            "FILE: is too large for a scenario (2,097,153 bytes; at most 2,097,152)\n1 error",
        ),
        (
            b"- a\n- b\n",
            "FILE:1:1: a scenario is a mapping of settings (key: value), not a list\n1 error",
        ),
        (
            b"\n\nhello\n",
            "FILE:3:1: a scenario is a mapping of settings (key: value), not a single value\n1 error",
        ),
        (
            b"null\n",
            "FILE:1:1: a scenario is a mapping of settings (key: value), not a single value\n1 error",
        ),
    ],
)
def test_a_file_that_is_no_scenario(tmp_path, content, expected):
    file = tmp_path / "plan.yaml"
    file.write_bytes(content)
    assert told(file) == expected


def test_a_file_that_is_not_there(tmp_path):
    assert told(tmp_path / "plan.yaml") == "FILE: there is no such file\n1 error"
    assert told(tmp_path) == "FILE: is a folder, not a file\n1 error"
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert told(tmp_path / "loop").startswith("FILE: ")
    (tmp_path / "file").write_text("x")
    assert told(tmp_path / "file" / "plan.yaml").startswith("FILE: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read(tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text(plan())
    file.chmod(0)
    assert told(file) == "FILE: cannot be read: Permission denied\n1 error"


def test_a_name_that_no_file_can_have():
    with pytest.raises(ScenarioError, match="cannot be read: embedded null byte"):
        load("a\0b")


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks(tmp_path, line_end, mark):
    file = tmp_path / "plan.yaml"
    file.write_bytes((mark + plan().replace("\n", line_end)).encode())
    assert load(file).title == "T"
    file.write_bytes((mark + plan("mandate: {}").replace("\n", line_end)).encode())
    assert told(file) == "FILE:4:1: mandate.length: is missing\n1 error"


WHOLE = [
    ("roles: {adviser: &a {}}", "plan.yaml:5:18: roles: anchors (&) are not allowed\n1 error"),
    (
        "title: &t x\ncurrency: *t",
        "plan.yaml:2:8: anchors (&) are not allowed\n"
        "plan.yaml:7:11: aliases (*) are not allowed; write the value again\n2 errors",
    ),
    (
        "title: !!python/object/apply:os.system [ls]",
        "plan.yaml:2:8: tags (tag:yaml.org,2002:python/object/apply:os.system) are not allowed\n1 error",
    ),
    ("title: !!str 5", "plan.yaml:2:8: tags (tag:yaml.org,2002:str) are not allowed\n1 error"),
    ("title: !mine x", "plan.yaml:2:8: tags (!mine) are not allowed\n1 error"),
    (
        "teams: {? [a]: {posts: {adviser: 1}}}",
        "plan.yaml:6:11: teams: a key must be text, not a mapping or a list\n1 error",
    ),
    (
        "teams: {T: {posts: {adviser: 1}, '': 3}}",
        "plan.yaml:6:34: teams.T: a key is empty\n1 error",
    ),
    (
        "teams: {T: {posts: {adviser: 1}}, ' V': {posts: {adviser: 1}}}",
        "plan.yaml:6:35: teams. V: a name begins or ends with a blank\n1 error",
    ),
    (
        "teams: {T: {posts: {adviser: 1}}, V.x: {}}",
        "plan.yaml:6:35: teams.V.x: a name holds a dot, which paths are written with\n1 error",
    ),
    (
        "teams: {T: {posts: {adviser: 1}}, " + "x" * 101 + ": {}}",
        "plan.yaml:6:35: teams.xxxxxxxxxxxxxxxxxxxx…: a name is longer than 100 characters\n1 error",
    ),
    (
        'teams: {T: {posts: {adviser: 1}}, "a\\nb": {}}',
        "plan.yaml:6:35: teams.a\\nb: a name holds a character that cannot be printed\n1 error",
    ),
    (
        'teams: {T: {posts: {adviser: 1}}, "a\\u202eb": {}}',
        "plan.yaml:6:35: teams.a\\u202eb: a name holds a character that cannot be printed\n1 error",
    ),
    (
        'teams: {T: {posts: {adviser: 1}}, "a\\u2028b": {}}',
        "plan.yaml:6:35: teams.a\\u2028b: a name holds a character that cannot be printed\n1 error",
    ),
    (
        "teams:\n  T:\n    posts: {adviser: 1}\n    posts: {adviser: 2}",
        "plan.yaml:9:5: teams.T.posts: the key is given twice; first on line 8\n1 error",
    ),
]


@pytest.mark.parametrize(("changes", "expected"), WHOLE)
def test_what_yaml_may_hold_and_a_scenario_may_not(changes, expected):
    assert refusal(plan(changes)) == expected


def test_a_second_document():
    assert refusal(plan() + "---\nformat: 1\n") == (
        "plan.yaml:7:1: a second document ('---'); a file holds one scenario\n1 error"
    )
    assert loads("---\n" + plan() + "...\n").title == "T"


@pytest.mark.parametrize(
    "text",
    [
        plan("title: Police: Osh"), plan("title: @x"), plan("title: `x"), plan('title: "x'), plan('title: "\\q"'),
        plan("roles: {adviser: {tour: 6 months}"), plan("roles: [}"), "format: 1\n\ttitle: x\n",
        "format: 1\n title: x\n",
        "a: b\n- c\n", "%BAD\n", plan("title: a\x07b"), "{a: b}}", "'", "? ", "a: 'b' c", "&", "*a", "|", "!", "- &",
    ],
)  # fmt: skip
def test_text_that_is_no_yaml_is_refused_with_a_place(text):
    first, *_, last = refusal(text).splitlines()
    assert first.startswith("plan.yaml:") or first.startswith("plan.yaml: is empty")
    assert last.endswith(("error", "errors"))


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 100_000, "{a: " * 50_000, "a:\n- " + "- " * 100_000, "? " * 50_000,
        "".join(" " * i + "a:\n" for i in range(1000)), "a: " + "[" * 40 + "]" * 40,
    ],
)  # fmt: skip
def test_depth_is_refused_at_once(text):
    before = time.perf_counter()
    told = refusal(text)
    assert "nested more than 20 levels deep" in told or "a key must be text" in told
    assert time.perf_counter() - before < 5


@pytest.mark.parametrize(
    "value",
    [
        "pert(" * 5000, "between(" * 5000, "(" * 100_000, "1 " * 100_000, "pert(" + "1 " * 100_000 + ") days",
        "day " * 50_000, "9" * 100_000, "9" * 100_000 + " days", "%" * 100_000, "-" * 100_000, "é" * 100_000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("setting", ["tour", "travel", "stays_on", "early_departure", "leave", "successor_sought"])
def test_endless_values_are_refused_shortly(setting, value):
    before = time.perf_counter()
    told = refusal(plan(f'roles: {{adviser: {{{setting}: "{value}"}}}}'))
    assert told.startswith(f"plan.yaml:5:{21 + len(setting)}: roles.adviser.{setting}: ")
    assert len(told) < 1000
    assert time.perf_counter() - before < 5


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"), ("yes", "yes"), ("off", "off"), ("22:30", "22:30"), ("2010-07-22", "2010-07-22"),
        ("1_000", "1_000"),
        ("true", True), ("False", False), ("null", None), ("~", None), ("", None), ("12", 12), ("-3", -3), ("010", 10),
        ("1.10", 1.1), ("1e3", 1000.0), (".5", 0.5), (".inf", ".inf"), (".nan", ".nan"), ("1e999", "1e999"),
        ("0x1F", "0x1F"),
        ("'12'", "12"), ('"true"', "true"), ("''", ""), ("pert(5 20 60) days", "pert(5 20 60) days"), ("10%", "10%"),
        ("<<", "<<"), ("=", "="),
    ],
)  # fmt: skip
def test_plain_text_by_yaml_1_2(text, value):
    document, problems = parse(f"key: {text}\n", "plan.yaml")
    assert not problems
    found = document.tree["key"]
    assert found == value
    assert type(found) is type(value)


def test_where_things_stand():
    text = "a: 1\nb:\n  c: [x, {d: 2}]\n  'e f': |\n    text\n"
    document, _ = parse(text, "plan.yaml")
    assert document.tree == {"a": 1, "b": {"c": ["x", {"d": 2}], "e f": "text\n"}}
    assert document.position(("a",))[:2] == (1, 4)
    assert document.position(("b", "c", 0))[:2] == (3, 7)
    assert document.position(("b", "c", 1, "d"))[:2] == (3, 14)
    assert document.position(("b", "c"), key=True)[:2] == (3, 3)
    assert document.position(("b", "e f"), key=True)[:2] == (4, 3)
    assert document.position(("b", "c", 1, "d", "beyond"))[:2] == (3, 14)
    assert document.position(())[:2] == (1, 1)


@pytest.mark.parametrize("name", ["=cmd|'calc'!A0", "a{b}", "%s", "<b>", "日本", "O'Neill", "__class__", "-", "NO"])
def test_names_are_kept_as_written(name):
    scenario = read(f'teams: {{"{name}": {{posts: {{adviser: 1}}}}}}')
    assert list(scenario.teams) == [name]
    assert scenario.teams[name].units == (name,)


def test_reading_is_quick_and_light():
    code = (
        "import sys, time; before = time.process_time(); import advisory_sim.scenario.load\n"
        "heavy = {'numpy', 'pandas', 'simpy', 'numba', 'scipy', 'matplotlib'} & set(sys.modules)\n"
        "print(time.process_time() - before, *heavy)"
    )
    fastest = min(
        (subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())
        for _ in range(4)
    )
    assert fastest[1:] == []
    assert float(fastest[0]) < 0.25
