"""Options: what they take, what they set; plans changed in a notebook."""

from __future__ import annotations

import pytest

from advisory_sim import ScenarioError, load
from advisory_sim.scenario.quantities import Duration, Moment, Share
from advisory_sim.scenario.reading import read_moment
from scenario.plans import ROOT, read, settings_of

DECISIONS = "decisions: {e: {at: day 45, expand: {adviser: 3}}, x: {at: 5 days before expiry, extend: 10 days}}\n"
RECRUITED = "roles: {adviser: {recruitment: [{call: {every: 30 days, fails: 40%}}, {clearance: 9 days}]}}\n"


def first_step(plan):
    return plan.roles["adviser"].recruitment[0]


def second_step(plan):
    return plan.roles["adviser"].recruitment[1]


def test_an_option_takes_decisions_in_its_order():
    plan = read(DECISIONS + "options: {none: [], both: [x, e], moved: [{e: day 20}, x]}")
    assert plan.taken == ()
    assert plan.for_option("none").taken == ()
    assert plan.for_option("both").taken == (("x", plan.decisions["x"]), ("e", plan.decisions["e"]))
    (name, moved), (_, kept) = plan.for_option("moved").taken
    assert name == "e"
    assert moved.at == Moment("day", day=20.0)
    assert moved.expand == {"adviser": 3}
    assert kept == plan.decisions["x"]
    assert plan.decisions["e"].at == Moment("day", day=45.0)


@pytest.mark.parametrize("moment", ["2001-02-03", "day 20", "30 days before expiry", "2 months after start"])
def test_a_decision_may_move_to_any_moment(moment):
    plan = read(DECISIONS + f"options: {{a: [{{x: {moment}}}]}}")
    assert plan.for_option("a").taken[0][1].at == read_moment(moment)


@pytest.mark.parametrize("option", ["[e]", "{take: [e]}", "{take: [e], set: {}}"])
def test_an_option_is_a_list_or_a_mapping(option):
    assert [name for name, _ in read(DECISIONS + f"options: {{a: {option}}}").for_option("a").taken] == ["e"]


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        ("roles.adviser.tour", "30 days", lambda s: s.roles["adviser"].tour == Duration("constant", (30.0,), "day")),
        ("roles.adviser.stays_on", "20%", lambda s: s.roles["adviser"].stays_on == Share(0.2)),
        ("roles.adviser.cost.per_day", "12", lambda s: s.roles["adviser"].cost.per_day == 12),
        ("roles.adviser.recruitment.call.fails", "10%", lambda s: first_step(s).fails.value == 0.1),
        ("roles.adviser.recruitment.0.call.fails", "10%", lambda s: first_step(s).fails.value == 0.1),
        ("roles.adviser.recruitment.clearance", "2 days", lambda s: second_step(s).takes.args == (2.0,)),
        ("teams.T.posts.adviser", "4", lambda s: s.teams["T"].posts == {"adviser": 4}),
        ("teams.T.deploy_from", "day 9", lambda s: s.teams["T"].deploy_from == Moment("day", day=9.0)),
        ("mandate.length", "20 days", lambda s: s.mandate.length.args == (20.0,)),
        ("mandate.begins", "first arrival", lambda s: s.mandate.begins.kind == "deployed"),
        ("decisions.e.expand.adviser", "9", lambda s: s.taken[0][1].expand == {"adviser": 9}),
        ("units.T.population", "9", lambda s: s.units["T"].population == 9),
    ],
)  # fmt: skip
def test_an_option_sets_what_stands_at_a_path(path, value, found):
    plan = read(RECRUITED + DECISIONS + f"options: {{first: [e], a: {{take: [e], set: {{{path}: {value}}}}}}}")
    variant = plan.for_option("a")
    assert found(variant)
    assert not found(plan.for_option("first"))
    assert variant.title == plan.title


def test_an_option_may_set_several_things():
    plan = read("options: {a: {set: {mandate.length: 20 days, teams.T.posts.adviser: 7}}}").for_option("a")
    assert plan.mandate.length == Duration("constant", (20.0,), "day")
    assert plan.teams["T"].posts == {"adviser": 7}


def test_an_option_that_is_not_there():
    with pytest.raises(KeyError, match="no option 'b'; options: plan"):
        read().for_option("b")


def test_running_one_option_alone_is_the_same_scenario():
    plan = load(ROOT / "scenarios" / "kyrgyzstan-2010.yaml")
    variant = plan.for_option("extended, asked late")
    assert settings_of(variant, "options") == settings_of(plan, "options")
    assert str(variant.taken[0][1].at) == "30 days before expiry"


# ---- in a notebook


def test_with_option_leaves_the_first_plan_alone():
    plan = load(ROOT / "scenarios" / "kyrgyzstan-2010.yaml")
    before = list(plan.options)
    more = plan.with_option("+50 on day 60", expansion="day 60")
    assert list(plan.options) == before
    assert list(more.options) == [*before, "+50 on day 60"]
    assert more.for_option("+50 on day 60").taken[0][1].at == Moment("day", day=60.0)
    assert settings_of(more, "options") == settings_of(plan, "options")
    both = plan.with_option("both", "expansion", extension="20 days before expiry")
    assert [name for name, _ in both.for_option("both").taken] == ["expansion", "extension"]


def test_with_option_may_replace_one():
    plan = read(DECISIONS + "options: {a: [e], b: []}").with_option("a", "x")
    assert list(plan.options) == ["a", "b"]
    assert [name for name, _ in plan.for_option("a").taken] == ["x"]


def test_with_option_beside_the_plan_without_decisions():
    plan = read(DECISIONS).with_option("more", "e")
    assert list(plan.options) == ["plan", "more"]


def test_a_name_with_blanks_is_moved_by_a_mapping():
    plan = read("decisions: {ten more: {at: day 9, expand: {adviser: 10}}}").with_option("a", **{"ten more": "day 3"})
    assert str(plan.for_option("a").taken[0][1].at) == "day 3"


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        ("roles.adviser.tour", "30 days", lambda s: str(s.roles["adviser"].tour) == "30 days"),
        ("roles.adviser.cost.per_day", 12, lambda s: s.roles["adviser"].cost.per_day == 12),
        ("roles.adviser.cost", {"per_day": 12}, lambda s: s.roles["adviser"].cost.per_day == 12),
        ("roles.adviser.recruitment.call.fails", 0.1, lambda s: first_step(s).fails.value == 0.1),
        ("teams.T.posts.adviser", 0, lambda s: s.teams["T"].posts == {"adviser": 0}),
        ("mandate.length", "4 months", lambda s: s.mandate.length.unit == "month"),
    ],
)
def test_with_setting_makes_a_new_plan(path, value, found):
    plan = read(RECRUITED)
    changed = plan.with_setting(path, value)
    assert found(changed)
    assert not found(plan)
    assert changed.with_setting(path, value) == changed or found(changed.with_setting(path, value))


def test_with_setting_reaches_what_the_preset_filled_in():
    plan = load(ROOT / "scenarios" / "minimal.yaml")
    changed = plan.with_setting("roles.adviser.recruitment.call.fails", "10%")
    assert changed.roles["adviser"].recruitment[0].fails == Share(0.1)
    assert changed.roles["adviser"].recruitment[1:] == plan.roles["adviser"].recruitment[1:]
    assert settings_of(changed, "roles") == settings_of(plan, "roles")


def test_an_option_sets_what_the_preset_filled_in():
    text = (
        "preset: osce-seconded\n"
        "options: {a: [], b: {set: {roles.adviser.tour: 9 months, roles.adviser.recruitment.call.fails: 0%}}}"
    )
    plan = read(text)
    assert str(plan.for_option("a").roles["adviser"].tour) == "6 months"
    assert str(plan.for_option("b").roles["adviser"].tour) == "9 months"
    assert plan.for_option("b").roles["adviser"].recruitment[0].fails == Share(0.0)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda plan: plan.with_option("a", "nope"), "options.a[0]: no decision 'nope'; decisions: e, x"),
        (lambda plan: plan.with_option("a", "e", "e"), "options.a[1]: decision 'e' is taken twice"),
        (
            lambda plan: plan.with_option("a", e="dya 60"),
            "options.a[0]: found 'dya 60'; allowed: 2010-10-20, day 45, 30 days before expiry, or 2 months after start",
        ),
        (
            lambda plan: plan.with_setting("roles.advisor.tour", "9 days"),
            "no 'advisor' in roles (did you mean 'adviser'?)",
        ),
        (
            lambda plan: plan.with_setting("mandate.lenght", "9 days"),
            "mandate.lenght: unknown key (did you mean 'length'?); allowed: length, begins, consent",
        ),
        (
            lambda plan: plan.with_setting("mandate.length", "9 dayz"),
            "mandate.length: found '9 dayz'; no unit 'dayz' (did you mean 'days'?); "
            "allowed: a duration such as 45 days, 6 weeks, 4 months or between(3 5) days",
        ),
        (
            lambda plan: plan.with_setting("teams.T.posts.advisor", 3),
            "teams.T.posts.advisor: no role 'advisor' (did you mean 'adviser'?); roles: adviser",
        ),
    ],
)
def test_a_wrong_change_is_told(change, problem):
    with pytest.raises(ScenarioError) as wrong:
        change(read(DECISIONS))
    assert [str(told).split(": ", 1)[1] for told in wrong.value.problems] == [problem]
