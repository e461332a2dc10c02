"""Care: what is easily accepted without a word, told twice, told in the wrong place or lost on the way."""

from __future__ import annotations

import warnings

import pytest

from advisory_sim import ScenarioError, load, loads
from advisory_sim.scenario.dump import digest, resolve, schema
from advisory_sim.scenario.figures import figures
from scenario.plans import ROOT, plan, read, refusal, settings_of


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            "roles: {adviser: {recruitment: [{a: {name: b}}]}}", id="an unknown key of a step that renames it"
        ),
        pytest.param("roles: {adviser: {tour: }}", id="a tour without a value"),
        pytest.param("mandate: {length: 9 days, consent: }", id="consent without a value"),
        pytest.param("roles: {adviser: {cost: {per_day: " + "9" * 400 + "}}}", id="an infinite cost"),
        pytest.param("roles: {adviser: {cost: {per_day: 1e308}}}", id="a cost that overflows when it is summed"),
        pytest.param('title: "two\\nlines"', id="a title of two lines"),
        pytest.param("roles: {adviser: {early_departure: 0 days}}", id="leaving on arrival: the run never ends"),
        pytest.param(
            "roles: {adviser: {sickness: {gap: 0 days, lasting: 0 days}}}", id="sick all the time, for no time"
        ),
        pytest.param(
            "units: {T: {suspension: {gap: 0 days, lasting: 0 days}}}", id="suspended all the time, for no time"
        ),
        pytest.param("decisions: {e: {at: day 3, draw_down: {}}}", id="drawing down nobody"),
        pytest.param("options: {a: {set: {mandate.length: 40 years}}}", id="an option of more than 30 years"),
        pytest.param("targets: {t: {measure: coverage, at_least: 80}}", id="a share of 8,000 %"),
        pytest.param(
            "roles: {adviser: {}, mediator: {kind: local}}\n"
            "targets: {t: {measure: deployed, scope: {team: T, role: mediator}, at_least: 1}}",
            id="a target on posts that no option opens: the run fails",
        ),
    ],
)
def test_what_should_be_refused(changes):
    assert refusal(plan(changes)) != "nothing wrong"


@pytest.mark.parametrize(
    ("changes", "only"),
    [
        ("teams: {T.x: {posts: {adviser: 1}}}", "a name holds a dot"),
        ("teams: {T/x: {posts: {adviser: 1}}}", "a name holds a slash"),
        ("teams: staffing.xlsx", "found 'staffing.xlsx'; there is no file staffing.xlsx"),
        ("decisions: {e: {at: day 5, by: {adviser: 1}}}", "`by` needs `replace`"),
        ("decisions: {e: {at: day 5, open_unit: U}}", "no unit 'U'"),
        (
            "reentry: {r: {}}\n"
            "activities: {a: {during: [x], arrivals: 1 per day, needs: {adviser: 1}, lasting: 1 day}}",
            "is missing",
        ),
        ("roles: {adviser: {checkout: 5 days, notice: 5}}", "the unit is missing"),
        ("units: []", "found a list; allowed: a mapping (key: value)"),
        ("options: {a: {sets: {mandate.length: 3 days}}}", "unknown key (did you mean 'set'?)"),
    ],
)
def test_one_mistake_is_told_once(changes, only):
    told = refusal(plan(changes))
    assert only in told
    assert told.endswith("\n1 error")


@pytest.mark.parametrize("section", ["mandate", "teams"])
def test_a_section_without_a_value_is_told_where_it_stands(section):
    row = 4 if section == "mandate" else 6
    text = plan(f"{section}:") + "currency: EUR\n"
    assert refusal(text).startswith(f"plan.yaml:{row}:")


@pytest.mark.parametrize(
    "changes", ['title: "x', "title: @x", 'title: "\\q"', "roles: {adviser: {recruitment: [{a: 3 days}}"]
)
def test_a_hint_is_of_the_mistake(changes):
    assert "colon" not in refusal(plan(changes))


@pytest.mark.parametrize(
    ("changes", "near"),
    [
        ("roles: {adviser: {leave: staggred 5 days every 42 days}}", "staggered"),
        ("preset: osce", "osce-seconded"),
        ("targets: {t: {measure: deployed, at_least: 1, scope: {tam: T}}}", "team"),
        ("decisions: {e: {at: 3 days before exipry, extend: 3 days}}", "expiry"),
    ],
)
def test_a_near_word_is_named(changes, near):
    assert f"did you mean '{near}'" in refusal(plan(changes))


@pytest.mark.parametrize("start", ["9999-12-31", "9999-09-01"])
def test_a_start_at_the_end_of_the_calendar(start):
    assert "start" in refusal(plan(f"start: {start}\nmandate: {{length: 4 months}}"))


@pytest.mark.parametrize("seed", [10**15, 2**62, 2**63 - 1])
def test_every_seed_that_is_allowed(seed):
    assert read(f"runs: {{seed: {seed}}}").runs.seed == seed


@pytest.mark.parametrize(
    "setting",
    [
        "stays_on: 0.001%",
        "early_departure: 0.005% per year",
        "travel: 0.00001 days",
        "cost: {per_day: between(0.00001 1)}",
    ],
)
def test_a_small_number_resolves_to_what_loads(setting):
    scenario = read(f"roles: {{adviser: {{{setting}}}}}")
    assert settings_of(loads(resolve(scenario)), "preset") == settings_of(scenario, "preset")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("roles: {adviser: {}, b: {}}", "roles: {b: {}, adviser: {}}"),
        ("units: {T: {}, V: {}}", "units: {V: {}, T: {}}"),
        (
            "roles: {adviser: {}, b: {}}\nteams: {T: {posts: {adviser: 1, b: 1}}}",
            "roles: {adviser: {}, b: {}}\nteams: {T: {posts: {b: 1, adviser: 1}}}",
        ),
        (
            "decisions: {e: {at: day 3, extend: 1 day}, f: {at: day 4, extend: 1 day}}",
            "decisions: {f: {at: day 4, extend: 1 day}, e: {at: day 3, extend: 1 day}}",
        ),
        (
            "options: {a: {set: {mandate.length: 9 days, teams.T.posts.adviser: 2}}}",
            "options: {a: {set: {teams.T.posts.adviser: 2, mandate.length: 9 days}}}",
        ),
    ],
)
def test_the_order_of_names_does_not_move_the_digest(one, other):
    assert digest(read(one)) == digest(read(other))


def test_scenarios_that_say_the_same_are_equal():
    assert loads("# why\n" + plan(), "a.yaml") == loads(plan(), "b.yaml")


def test_a_section_that_the_file_leaves_out_can_be_set():
    assert str(read().with_setting("coverage.hours", "08:00-20:00").coverage.hours) == "08:00-20:00"
    option = read("options: {a: {set: {coverage.hours: 08:00-20:00}}}").for_option("a")
    assert str(option.coverage.hours) == "08:00-20:00"


@pytest.mark.parametrize(
    ("path", "value"),
    [("title", "Another"), ("runs.replications", 10), ("horizon", "90 days"), ("start", "2002-01-01")],
)
def test_a_plan_may_have_another_title_or_horizon(path, value):
    assert read().with_setting(path, value) != read()


@pytest.mark.parametrize("name", ["a.b", "", "a\nb", "x" * 101])
def test_a_new_option_has_a_name_that_a_file_could_have(name):
    with pytest.raises(ScenarioError):
        read().with_option(name)


@pytest.mark.parametrize(
    "change",
    [
        lambda scenario: scenario.with_option("later", "e"),
        lambda scenario: scenario.with_setting("mandate.length", "9 days"),
    ],
)
def test_the_text_of_a_changed_plan_is_that_plan(change):
    changed = change(read("decisions: {e: {at: day 4, extend: 1 day}}"))
    assert settings_of(loads(changed.text)) == settings_of(changed)


def test_a_changed_figure_is_no_longer_the_presets():
    changed = load(ROOT / "scenarios" / "minimal.yaml").with_setting("roles.adviser.recruitment.call.fails", "10%")
    found = {figure.path: figure for figure in figures(changed)}
    assert found["roles.adviser.recruitment.call.fails"].origin == "file"


def test_the_horizon_when_an_option_begins_by_chance():
    scenario = read("options: {a: [], b: {set: {mandate.begins: first arrival}}}")
    assert scenario.horizon_seconds > 250 * 86_400


def test_days_are_told_in_full():
    assert "e+" not in refusal(plan("mandate: {length: 31 years}"))


def test_the_schemas_defaults_are_as_the_file_writes_them():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rules = schema()
    assert rules["$defs"]["Role"]["properties"]["travel"]["default"] == "0 days"


def test_a_cost_keeps_what_the_file_leaves_to_its_preset():
    scenario = read("preset: osce-seconded\nroles: {adviser: {cost: {per_day: 1}}}")
    assert (scenario.roles["adviser"].cost.per_day, scenario.roles["adviser"].cost.per_arrival) == (1, 4500)


def test_too_many_posts_with_an_expansion():
    assert "100,001 posts in all with these" in refusal(plan("decisions: {e: {at: day 3, expand: {adviser: 100000}}}"))


def test_the_scenario_of_one_option_is_not_changed():
    with pytest.raises(ValueError, match="change the plan that it is of"):
        read().for_option("plan").with_option("other")


def test_a_misspelt_setting_is_not_missed_too():
    """The rule that would ask for it where it is misspelt says nothing: the misspelling is the one thing to mend."""
    text = (ROOT / "scenarios" / "kyrgyzstan-2010.yaml").read_text(encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        loads(text.replace("    notice: 21 days", "    notcie: 21 days"))
    assert [problem.path for problem in caught.value.problems] == ["roles.adviser.notcie"]
