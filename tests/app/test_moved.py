"""A plan as the controls have it: the file's own words, its own errors, a file that can be kept."""

import pytest

from advisory_sim import ScenarioError, load, loads
from advisory_sim.app.controls import controls
from advisory_sim.app.moved import moved

FIRST = "\"as\" it 'is' & <b>"
EXPAND = '"><img src=x onerror=alert(2)>'


def test_controls_are_what_the_file_has(plan):
    found = {control.key: (control.group, control.text) for control in controls(plan, "more")}
    assert found["mandate.length"] == ("Mandate", "60 days")
    assert found["teams.Ош.posts.adviser"] == ("Team sizes", "3")
    assert found['roles.adviser.recruitment."call" <b>.fails'] == ("Role: adviser", "between(10% 20% 30%)")
    assert found["roles.adviser.leave"] == ("Role: adviser", "5 days every 42 days")
    assert found[f"taken.{EXPAND}"] == (f"Decision: {EXPAND}", "yes")
    assert found[f"decisions.{EXPAND}.at"] == (f"Decision: {EXPAND}", "day 12")  # as the option moves it
    assert found["taken.later"] == ("Decision: later", "no")
    assert {"decisions.later.extend", "decisions.later.agreement.chance", "mandate.consent.takes"} <= found.keys()
    assert not [key for key in found if "travel" in key]  # the file has none
    with pytest.raises(KeyError):
        controls(plan, "another")


@pytest.mark.parametrize(
    ("key", "slider"),
    [
        ("mandate.length", ("number", 60, 0, 120, 1)),
        ("decisions.later.agreement.chance", ("number", 50, 0, 100, 1)),
        ("teams.Ош.posts.adviser", ("number", 3, 0, 20, 1)),
        ("roles.adviser.recruitment.clearance", ("all", 100, 10, 300, 5)),
        ("roles.adviser.leave", None),  # its two lengths have no common scale
        ("taken.later", None),
    ],
)
def test_sliders(plan, key, slider):
    control = next(control for control in controls(plan, FIRST) if control.key == key)
    assert control.slider == slider


def test_nothing_moved_is_the_option_itself(plan):
    for option in plan.options:
        found = moved(plan, option, {control.key: control.text for control in controls(plan, option)})
        assert found.changes == ()
        own, explored = found.plan.for_option(option), found.plan.for_option(found.name)
        assert own.taken == explored.taken
        assert own.roles == explored.roles


def test_a_file_to_keep(plan):
    values = {
        f"decisions.{EXPAND}.at": "day 20",
        f"decisions.{EXPAND}.expand.adviser": "9",
        "taken.later": "yes",
        'roles.adviser.recruitment."call" <b>.every': "7 days",
        "teams.Ош.posts.adviser": "5",
    }
    found = moved(plan, "more", values)
    again = loads(found.text)
    assert again == found.plan
    assert list(again.options) == [*plan.options, "as explored"]
    explored = again.for_option("as explored")
    assert [(name, str(decision.at)) for name, decision in explored.taken] == [
        (EXPAND, "day 20"),
        ("later", "20 days before expiry"),
    ]
    assert explored.teams["Ош"].posts["adviser"] == 5
    assert found.text.splitlines()[0] == (
        f"# 'more' as explored: decisions.{EXPAND}.at = day 20 (the file: day 12); "
        f"decisions.{EXPAND}.expand.adviser = 9 (the file: 6); decision later taken; "
        'roles.adviser.recruitment."call" <b>.every = 7 days (the file: 10 days); '
        "teams.Ош.posts.adviser = 5 (the file: 3)"
    )
    assert "# Every name is hostile; this comment stays." in found.text
    assert "# so that checkout may not be longer" in found.text
    twice = moved(again, "as explored", {"mandate.length": "70 days"})
    assert twice.name == "as explored again"
    assert loads(twice.text).for_option(twice.name).mandate.length != plan.mandate.length


def test_the_file_without_options_gets_its_own_too():
    plain = loads("format: 1\ntitle: x\nstart: 2001-01-01\nmandate: {length: 9 days}\nteams: {A: {}}\n")
    found = moved(plain, "plan", {"mandate.length": "8 days"})
    assert loads(found.text) == found.plan
    assert list(found.plan.options) == ["plan", "as explored"]


def test_a_plan_with_a_table_beside_it(tmp_path):
    (tmp_path / "units.csv").write_text("name,population\nA,500\n")
    file = tmp_path / "plan.yaml"
    file.write_text(
        "format: 1\ntitle: x\nstart: 2001-01-01\nmandate: {length: 9 days}\nunits: units.csv\n"
        "roles: {adviser: {}}\nteams: {A: {posts: {adviser: 2}}}\n"
    )
    found = moved(load(file), "plan", {"teams.A.posts.adviser": "3"})
    assert "units: units.csv" in found.text
    assert found.text.splitlines()[1] == "# Keep this file beside units.csv."
    assert loads(found.text, str(file)) == found.plan


@pytest.mark.parametrize(
    ("key", "value", "written", "instead"),
    [
        ("mandate.length", "60", "length: 60 days", "length: 60"),
        ("teams.Ош.posts.adviser", "-3", "{adviser: 3", "{adviser: -3"),
        ('roles.adviser.recruitment."call" <b>.fails', "120%", "between(10% 20% 30%)", "120%"),
        (f"decisions.{EXPAND}.at", "dya 3", "day 12", "dya 3"),
        ("mandate.length", " ", "length: 60 days", "length: "),
        ("roles.adviser.leave", "often", "5 days every 42 days", "often"),
        ("decisions.later.extend", "0 days", "extend: 20 days", "extend: 0 days"),
    ],
)
def test_what_is_wrong_is_said_as_check_says_it(plan, key, value, written, instead):
    """The problem of the page is, word for word, that of the file with the same value."""
    with pytest.raises(ScenarioError) as here:
        moved(plan, "more", {key: value})
    assert plan.text.count(written) == 1
    with pytest.raises(ScenarioError) as there:
        loads(plan.text.replace(written, instead))
    place = next(control.place for control in controls(plan, "more") if control.key == key)
    assert {problem.path for problem in here.value.problems} == {place}
    assert {problem.problem for problem in here.value.problems} <= {problem.problem for problem in there.value.problems}


def test_controls_that_are_not_there(plan):
    with pytest.raises(KeyError, match=r"no control 'runs\.seed'"):
        moved(plan, "more", {"runs.seed": "5"})
