"""What files say: the hand-worked cases, the shipped scenarios, defaults, the horizon."""

from __future__ import annotations

import datetime as dt

import pytest

from advisory_sim import load, loads
from advisory_sim.scenario import reading
from advisory_sim.scenario.dump import template
from advisory_sim.scenario.quantities import Between, Duration, Hours, Leave, Moment, Share
from scenario.plans import ROOT, plan, read

DAY = 86_400
CASES = sorted((ROOT / "tests" / "cases").glob("*.yaml"))
SHIPPED = sorted((ROOT / "scenarios").glob("*.yaml"))


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_the_hand_worked_cases(file):
    scenario = load(file)
    assert scenario.start.day == 1  # so that a day of the mandate is easily told
    for option in scenario.options:
        assert len(scenario.for_option(option).taken) == len(scenario.options[option].take)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_the_shipped_scenarios(file):
    scenario = load(file)
    assert scenario.text == file.read_text(encoding="utf-8")
    assert all(scenario.for_option(option) for option in scenario.options)


def test_the_template_is_a_scenario():
    scenario = loads(template(), "new.yaml")
    assert list(scenario.options) == ["as decided", "twelve more", "twelve more, later", "extended"]


def test_kyrgyzstan():
    plan = load(ROOT / "scenarios" / "kyrgyzstan-2010.yaml")
    adviser = plan.roles["adviser"]
    call, clearance, course = adviser.recruitment
    assert plan.horizon == Duration("constant", (12.0,), "month")
    assert str(plan.mandate.begins) == "first arrival"
    assert plan.mandate.consent.takes == Duration("pert", (5.0, 20.0, 60.0), "day")
    assert (call.name, clearance.name, course.name) == ("call", "selection and clearance", "induction course")
    assert call.takes == Duration("constant", (0.0,), "day")
    assert call.every == Duration("constant", (30.0,), "day")
    assert call.from_ == Moment("date", date=dt.date(2010, 8, 8))
    assert call.fails == Share(Between(0.15, 0.4, 0.65))
    assert clearance.takes == Duration("constant", (Between(7.0, 14.0, 35.0),), "day")
    assert clearance.every is None
    assert course.takes == Duration("constant", (5.0,), "day")
    assert [stage.name for stage in adviser.refill] == ["second call"]
    assert adviser.tour == Duration("constant", (6.0,), "month")
    assert adviser.successor_sought == Duration("constant", (60.0,), "day")
    assert adviser.early_departure.share_per_year == Share(0.06)
    assert adviser.leave == Leave(reading.read_fixed("5 days"), reading.read_fixed("42 days"), staggered=True)
    assert adviser.sickness.share == Share(0.025)
    assert adviser.sickness.gap is None
    assert (adviser.cost.per_day, adviser.cost.per_arrival) == (110.0, 4500.0)
    assert {name: role.kind for name, role in plan.roles.items()} == {
        "adviser": "international", "mediator": "local", "interpreter": "local", "vehicle": "equipment"
    }  # fmt: skip
    assert plan.units["Osh city"].location == (40.53, 72.8)
    assert plan.teams["Headquarters"].units == ()
    assert plan.teams["Osh city"].units == ("Osh city",)
    assert sum(team.posts["adviser"] for team in plan.teams.values()) == 52
    assert plan.teams["Aravan"].deploy_from == Moment("date", date=dt.date(2010, 10, 15))
    assert plan.coverage.minimum == {"adviser": 4, "mediator": 1}
    assert plan.coverage.hours == Hours(8 * 3600, DAY)
    assert plan.coverage.count == "present"
    assert plan.decisions["expansion"].expansion == [(None, "adviser", 50)]
    assert plan.decisions["extension"].agreement.chance == Share(0.8)
    assert plan.targets["forty by 1 November"].on == dt.date(2010, 11, 1)
    assert (plan.runs.replications, plan.runs.seed, plan.runs.confidence, plan.runs.inputs) == (
        400, 2010, Share(0.95), "ranges"
    )  # fmt: skip
    assert plan.horizon_seconds == 365 * DAY


def test_what_is_left_out_binds_nothing():
    plan = read()
    role, team = plan.roles["adviser"], plan.teams["T"]
    none = Duration("constant", (0.0,), "day")
    assert (role.kind, role.recruitment, role.refill) == ("international", (), None)
    assert (role.tour, role.early_departure, role.leave, role.sickness) == (None,) * 4
    assert [role.travel, role.induction, role.checkout, role.successor_sought] == [none] * 4
    assert [role.handover, role.minimum_stay, role.notice] == [none] * 3
    assert role.stays_on == Share(0.0)
    assert (role.cost.per_day, role.cost.per_arrival, team.cost.per_day) == (0.0, 0.0, 0.0)
    assert (team.minimum, team.deploy_from) == (None, None)
    assert (plan.coverage.minimum, plan.coverage.hours, plan.coverage.count) == (None, None, "present")
    assert (plan.mandate.begins.kind, plan.mandate.consent) == ("decision", None)
    assert (plan.horizon, plan.currency, plan.preset) == (None, "EUR", "none")
    assert (plan.decisions, plan.targets, plan.sources) == ({}, {}, {})
    assert list(plan.options) == ["plan"]
    assert plan.for_option("plan").taken == ()
    assert (plan.runs.replications, plan.runs.seed, plan.runs.confidence) == (200, 1, Share(0.95))


def test_teams_sit_in_the_unit_of_their_own_name():
    plan = read("teams: {HQ: {units: none}, Osh: {}, Uzgen: {}}")
    assert list(plan.units) == ["Osh", "Uzgen"]
    assert [team.units for team in plan.teams.values()] == [(), ("Osh",), ("Uzgen",)]
    plan = read("teams: {Osh: {}, Both: {units: [Osh]}}\nunits: {Osh: {}, Uzgen: {}}")
    assert [team.units for team in plan.teams.values()] == [("Osh",), ("Osh",)]
    assert list(plan.units) == ["Osh", "Uzgen"]


def test_two_teams_may_share_all_their_units_in_any_order():
    plan = read("teams: {A: {units: [U, V]}, B: {units: [V, U]}}\nunits: {U: {}, V: {}}")
    assert [set(team.units) for team in plan.teams.values()] == [{"U", "V"}] * 2


@pytest.mark.parametrize(
    ("expand", "placed", "expansion"),
    [
        ("{adviser: 3}", "", [(None, "adviser", 3)]),
        ("{adviser: 3}", ", placed: evenly", [(None, "adviser", 3)]),
        ("{adviser: 3}", ", placed: by demand", [(None, "adviser", 3)]),
        ("{adviser: 3, mediator: 1}", "", [(None, "adviser", 3), (None, "mediator", 1)]),
        ("{adviser: 3}", ", placed: {T: 2, V: 1}", [("T", "adviser", 2), ("V", "adviser", 1)]),
        ("{T: {adviser: 3}, V: {mediator: 1}}", "", [("T", "adviser", 3), ("V", "mediator", 1)]),
    ],
)
def test_where_an_expansion_opens_posts(expand, placed, expansion):
    plan = read(
        "roles: {adviser: {}, mediator: {kind: local}}\nteams: {T: {posts: {adviser: 1}}, V: {}}\n"
        f"decisions: {{e: {{at: day 3, expand: {expand}{placed}}}}}"
    )
    assert plan.decisions["e"].expansion == expansion


EXTENSIONS = (
    "decisions: {more: {at: 60 days before expiry, extend: 4 months}, again: {at: day 200, extend: 30 days}}\n"
    "options: {a: [], b: [more], c: [more, again]}\n"
)


@pytest.mark.parametrize(
    ("changes", "days", "note"),
    [
        ("horizon: 12 months", 365, "as the file says"),
        ("horizon: 90 days", 90, "as the file says"),
        ("", 100, "the mandate with all its extensions"),
        ("mandate: {length: 4 months}\n" + EXTENSIONS, 243 + 30, "the mandate with all its extensions"),
        ("mandate: {length: 4 months, begins: 2001-02-28}", 58 + 120, "the mandate with all its extensions"),
        ("mandate: {length: 10 days, begins: day 5}", 15, "the mandate with all its extensions"),
        (
            "mandate: {length: 1 month, begins: first arrival}",
            31 + 181,
            "the mandate with all its extensions and 6 months, as nobody knows when it begins",
        ),
        (
            "mandate: {length: 1 month, begins: consent, consent: {takes: 5 days}}",
            31 + 181,
            "the mandate with all its extensions and 6 months, as nobody knows when it begins",
        ),
        ("mandate: {length: between(10 20) days}", 15, "the mandate with all its extensions"),
        ("mandate: {length: between(10 12 20) days}", 12, "the mandate with all its extensions"),
        ("options: {a: {set: {mandate.length: 150 days}}, b: []}", 150, "the mandate with all its extensions"),
    ],
)
def test_the_horizon_is_the_same_for_every_option(changes, days, note):
    plan = read(changes)
    assert plan.horizon_seconds == days * DAY
    assert plan.horizon_note == note
    for option in plan.options:
        assert plan.for_option(option).horizon_seconds == days * DAY


def test_records_cannot_be_changed():
    plan = read()
    for record in (plan, plan.mandate, plan.roles["adviser"], plan.teams["T"], plan.runs):
        with pytest.raises(ValueError, match="frozen"):
            setattr(record, next(iter(type(record).model_fields)), None)


def test_a_scenario_goes_to_another_process():
    import pickle

    scenario = load(ROOT / "scenarios" / "kyrgyzstan-2010.yaml")
    other = pickle.loads(pickle.dumps(scenario))
    variant = pickle.loads(pickle.dumps(scenario.for_option("+50 on day 20")))
    assert other == scenario
    assert variant.taken == scenario.for_option("+50 on day 20").taken
    assert variant.horizon_seconds == scenario.horizon_seconds


def test_text_is_kept():
    text = "# why\n" + plan()
    assert loads(text).text == text
