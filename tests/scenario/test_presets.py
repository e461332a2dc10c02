"""Presets: what they fill in, and that what the file says itself wins."""

from __future__ import annotations

import pytest

from advisory_sim.scenario.document import parse
from advisory_sim.scenario.figures import figures
from advisory_sim.scenario.presets import NAMES, preset_text
from advisory_sim.scenario.quantities import Duration, Share
from scenario.plans import read, refusal

FILLED = ["osce-seconded", "un-police"]


def with_preset(name: str, roles: str = "roles: {}", posts: str = "{adviser: 1}", more: str = ""):
    return read(f"{roles}\npreset: {name}\nteams: {{T: {{posts: {posts}}}}}\n{more}")


def test_none_fills_in_nothing():
    assert read("preset: none").roles == read().roles


@pytest.mark.parametrize("preset", FILLED)
def test_roles_that_posts_name_come_from_the_preset(preset):
    plan = with_preset(preset, posts="{adviser: 1, vehicle: 2}")
    assert list(plan.roles) == ["adviser", "vehicle"]
    assert plan.roles["adviser"].recruitment
    assert plan.roles["vehicle"].kind == "equipment"


@pytest.mark.parametrize(
    "more",
    [
        "decisions: {e: {at: day 3, expand: {mediator: 1}}}",
        "decisions: {e: {at: day 3, expand: {T: {mediator: 1}}}}",
        "decisions: {e: {at: day 3, draw_down: {mediator: 1}}}",
        "coverage: {minimum: {mediator: 1}}",
    ],
)
def test_roles_that_decisions_or_minima_name_come_too(more):
    assert list(with_preset("osce-seconded", more=more).roles) == ["adviser", "mediator"]


def test_what_the_file_says_wins_setting_by_setting():
    shipped = with_preset("osce-seconded").roles["adviser"]
    plan = with_preset("osce-seconded", "roles: {adviser: {tour: 12 months, recruitment: [{fill: 9 days}]}}")
    role = plan.roles["adviser"]
    assert str(role.tour) == "12 months"
    assert [stage.name for stage in role.recruitment] == ["fill"]
    for setting in ("refill", "travel", "induction", "checkout", "stays_on", "notice", "leave", "sickness", "cost"):
        assert getattr(role, setting) == getattr(shipped, setting)


def test_another_role_takes_the_first_of_its_kind():
    plan = with_preset(
        "un-police",
        "roles: {monitor: {}, helper: {kind: local}, lorry: {kind: equipment, cost: {per_day: 3}}, "
        "adviser: {kind: local}}",
        posts="{monitor: 1}",
    )
    shipped = with_preset("un-police", posts="{adviser: 1, mediator: 1, vehicle: 1}").roles
    assert plan.roles["monitor"] == shipped["adviser"]
    assert plan.roles["helper"] == shipped["mediator"]
    assert plan.roles["lorry"].recruitment == shipped["vehicle"].recruitment
    assert plan.roles["lorry"].cost.per_day == 3
    assert plan.roles["adviser"] == shipped["mediator"]


def test_a_role_that_no_preset_has_is_not_there():
    assert (
        refusal(
            "format: 1\ntitle: T\nstart: 2001-01-01\npreset: un-police\nmandate: {length: 9 days}\n"
            "teams: {T: {posts: {adviser: 1, dog: 1}}}\n"
        )
        == "plan.yaml:6:33: teams.T.posts.dog: no role 'dog'; roles: adviser\n1 error"
    )


def test_a_rule_that_file_and_preset_break_together_stands_at_the_file():
    told = refusal(
        "format: 1\ntitle: T\nstart: 2001-01-01\npreset: osce-seconded\nmandate: {length: 9 days}\n"
        "roles: {adviser: {notice: 2 days}}\nteams: {T: {posts: {adviser: 1}}}\n"
    )
    assert told == (
        "plan.yaml:6:27: roles.adviser.notice: notice (2 days) is shorter than checkout (7 days): "
        "an officer who has begun to check out could not be held\n1 error"
    )


@pytest.mark.parametrize("preset", FILLED)
def test_a_shipped_preset_is_sound(preset):
    document, problems = parse(preset_text(preset), preset)
    assert not problems
    assert set(document.tree) == {"title", "roles", "sources"}
    assert list(document.tree["roles"]) == ["adviser", "mediator", "interpreter", "vehicle"]
    plan = with_preset(preset, posts="{adviser: 1, mediator: 1, interpreter: 1, vehicle: 1}")
    found = [figure for figure in figures(plan) if figure.origin == "preset"]
    assert len(found) > 20
    known = {figure.path: figure for figure in found}
    for path, entry in document.tree["sources"].items():
        assert entry["grade"] in ("measured", "published", "expert", "assumed")
        covered = [figure for figure in found if f"{figure.path}.".startswith(f"{path}.")]
        assert covered, f"{path} covers no figure"
        assert any(figure.source == entry["source"] for figure in covered)
    assert all(figure.source for figure in known.values() if figure.grade != "assumed")


def test_the_presets_by_name():
    assert NAMES == ("osce-seconded", "un-police", "none")
    assert preset_text("osce-seconded").startswith("#")
    adviser = with_preset("osce-seconded").roles["adviser"]
    assert adviser.tour == Duration("constant", (6.0,), "month")
    assert adviser.early_departure.share_per_year != Share(0.0)
    assert adviser.recruitment[0].from_.kind == "day"
