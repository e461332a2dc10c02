"""Figures: which a plan rests on, and how each is known."""

from __future__ import annotations

from collections import Counter

from advisory_sim import load
from advisory_sim.scenario.figures import Figure, figures
from advisory_sim.scenario.outline import outline
from scenario.plans import ROOT, read

PLAN = """\
mandate: {length: 100 days, begins: first arrival, consent: {takes: pert(5 20 60) days, chance: 90%}}
roles:
  adviser:
    kind: international
    recruitment: [{call: {every: 30 days, fails: between(15% 40% 65%)}}, {clearance: 9 days}]
    stays_on: 0.5
    cost: {per_day: 110}
units: {District 9: {population: 5000, location: [40.5, 72.8], lost_when_closed: true}}
teams: {T: {units: [District 9], posts: {adviser: 4}}}
decisions: {ten more: {at: day 45, expand: {adviser: 10}, placed: evenly}}
sources:
  mandate: {grade: published, source: the decision}
  mandate.consent: {grade: assumed, source: unsigned}
  roles.adviser.recruitment: {grade: expert, source: desk officers}
  roles.adviser.recruitment.call.fails: {grade: measured, source: vacancy lists}
  units: {grade: published}
"""


def test_every_figure_with_its_grade():
    assert figures(read(PLAN)) == [
        Figure("mandate.length", "100 days", "file", "published", "the decision", False),
        Figure("mandate.consent.takes", "pert(5 20 60) days", "file", "assumed", "unsigned", False),
        Figure("mandate.consent.chance", "90%", "file", "assumed", "unsigned", False),
        Figure("roles.adviser.recruitment.call.every", "30 days", "file", "expert", "desk officers", False),
        Figure(
            "roles.adviser.recruitment.call.fails", "between(15% 40% 65%)", "file", "measured", "vacancy lists", True
        ),
        Figure("roles.adviser.recruitment.clearance", "9 days", "file", "expert", "desk officers", False),
        Figure("roles.adviser.stays_on", "0.5", "file", "assumed", None, False),
        Figure("roles.adviser.cost.per_day", "110", "file", "assumed", None, False),
        Figure("units.District 9.population", "5000", "file", "published", None, False),
        Figure("teams.T.posts.adviser", "4", "file", "assumed", None, False),
        Figure("decisions.ten more.at", "day 45", "file", "assumed", None, False),
        Figure("decisions.ten more.expand.adviser", "10", "file", "assumed", None, False),
    ]


def test_the_presets_figures_are_known_as_the_preset_says():
    plan = load(ROOT / "scenarios" / "minimal.yaml")
    found = {figure.path: figure for figure in figures(plan)}
    assert found["roles.adviser.tour"].origin == "preset"
    assert found["roles.adviser.tour"].grade == "expert"
    assert found["roles.adviser.recruitment.call.fails"].source.startswith("43 % of OSCE seconded vacancies")
    assert found["mandate.length"].origin == "file"
    assert Counter(figure.origin for figure in found.values()) == {"preset": 27, "file": 10}


def test_a_role_of_another_name_has_the_presets_sources_under_its_own_path():
    plan = read("preset: un-police\nroles: {monitor: {tour: 3 months}}\nteams: {T: {posts: {monitor: 1}}}")
    found = {figure.path: figure for figure in figures(plan)}
    assert (found["roles.monitor.tour"].origin, found["roles.monitor.tour"].grade) == ("file", "assumed")
    assert (found["roles.monitor.leave"].origin, found["roles.monitor.leave"].grade) == ("preset", "published")


def test_the_outline_counts_them():
    lines = outline(load(ROOT / "scenarios" / "minimal.yaml")).splitlines()
    assert lines[0] == "Police Advisory Group, Kyrgyzstan 2010"
    assert "  strength  52 international in 3 teams, 2 of them with units; 52 adviser, 6 mediator" in lines
    assert "            +50 on day 45: expansion" in lines
    assert (
        "  figures   37: 10 published, 1 expert, 26 assumed; 27 from the preset 'osce-seconded', 5 as a range" in lines
    )
    assert lines[-1] == "  runs      200 replications an option, seed 1, inputs as ranges"


def test_a_plan_shows_itself_in_a_notebook():
    shown = read('title: "<b>A & B</b>"')._repr_html_()
    assert shown.startswith("<pre>&lt;b&gt;A &amp; B&lt;/b&gt;\n")
    assert shown.endswith("</table></details>")
