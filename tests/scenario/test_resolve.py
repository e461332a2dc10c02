"""`resolve`, the digest and the JSON Schema."""

from __future__ import annotations

import re
from typing import Any

import pytest

from advisory_sim import load, loads
from advisory_sim.scenario.document import parse
from advisory_sim.scenario.dump import digest, resolve, schema, template
from advisory_sim.scenario.figures import figures
from advisory_sim.scenario.model import Scenario, Setting
from scenario.plans import ROOT, plan, read, settings_of

FILES = [
    *(file for file in sorted((ROOT / "tests" / "cases").glob("*.yaml")) if not re.search("need|rota|two", file.stem)),
    *sorted((ROOT / "scenarios").glob("*.yaml")),
]
ODD = [
    'title: "  a: b # c \\"d\\" \'e\' [f] {g} \\u00fc\\u65e5 "',
    'teams: {"a: b": {posts: {adviser: 1}}, "null": {posts: {adviser: 1}}, "12": {}, "- x": {}, "#y": {}, "&z": {}}',
    "roles: {adviser: {stays_on: between(10% 20%), tour: 1 month, travel: 0.5 months}}",
    "roles: {adviser: {early_departure: exponential(between(2 3 5)) years, successor_sought: 3 days before tour end}}",
    "roles: {adviser: {}, vehicle: {kind: equipment, recruitment: [{delivery: between(30 60 120) days}]}}",
    "units: {T: {closed: until day 30, suspension: {gap: exponential(60) days, lasting: 5 days}, location: [1, 2.5]}}",
    "teams: {T: {posts: {adviser: 1}, minimum: {}, deploy_from: 2 months after start, cost: {per_day: between(1 2)}}}",
    "coverage: {minimum: {adviser: 1}, hours: 22:00-06:00, count: on duty}",
    "mandate: {length: 1 year, begins: 10 deployed, consent: {takes: 3 weeks, chance: between(0.5 0.7 0.9)}}",
    "decisions: {e: {when: {consent: missing, after: day 90}, draw_down: {adviser: 1}, leaves_after: 5 days, "
    "cost: 9}}\n"
    "options: {a: [e], b: {take: [e], set: {mandate.length: 50 days}}}",
    "decisions: {e: {at: day 3, expand: {T: {adviser: 2}}}, f: {at: day 5, expand: {adviser: 1}, placed: {T: 1}}}\n"
    "options: {a: [{e: 30 days before expiry}, f]}",
    "targets: {t: {measure: deployed, scope: {team: T, role: adviser}, at_least: 80%, window: mandate},\n"
    "  u: {measure: coverage, at_most: 0.5, on: 2001-02-03}}",
    "runs: {replications: 5, seed: 7, confidence: 90%, inputs: middle}\ncurrency: USD\nhorizon: 2 years",
    "sources: {mandate: {grade: published, source: 'x: y # z'}, roles.adviser: {grade: expert}}",
    "preset: osce-seconded\nroles: {monitor: {}}\nteams: {T: {posts: {monitor: 1, mediator: 1, vehicle: 1}}}",
    "preset: un-police\nsources: {roles.adviser.tour: {grade: measured, source: mine}}",
]
TEXTS = [*(file.read_text(encoding="utf-8") for file in FILES), *map(plan, ODD), template()]


@pytest.mark.parametrize("text", TEXTS)
def test_a_resolved_scenario_is_the_same_scenario(text):
    scenario = loads(text)
    resolved = loads(resolve(scenario), "resolved.yaml")
    assert settings_of(resolved, "preset", "sources") == settings_of(scenario, "preset", "sources")
    assert resolved.preset == "none"
    assert resolved.horizon_seconds == scenario.horizon_seconds
    assert digest(resolved) == digest(scenario)
    assert resolve(resolved) == resolve(scenario)


@pytest.mark.parametrize("text", TEXTS)
def test_a_resolved_figure_is_known_as_before(text):
    scenario = loads(text)
    after = {figure.path: figure for figure in figures(loads(resolve(scenario)))}
    for figure in figures(scenario):
        # A step of one duration becomes one with settings.
        same = after.get(figure.path) or after.get(f"{figure.path}.takes")
        assert same is not None, figure.path
        assert same.grade == figure.grade
        if figure.origin == "preset" or figure.source:
            assert same.source == figure.source


def test_resolve_fills_in_every_default():
    tree = parse(resolve(read()), "resolved.yaml")[0].tree
    assert tree["mandate"] == {"length": "100 days", "begins": "decision"}
    assert tree["units"] == {"T": {"lost_when_closed": False}}
    assert tree["teams"]["T"] == {"units": ["T"], "posts": {"adviser": 1}, "cost": {"per_day": 0}}
    assert tree["coverage"] == {"count": "present"}
    assert tree["options"] == {"plan": []}
    assert tree["runs"]["replications"] == 200
    assert set(tree["roles"]["adviser"]) >= {"kind", "travel", "induction", "checkout", "stays_on", "notice", "cost"}


SAME = [
    ("title: Another", ""),
    ("# a comment\ntitle: T", ""),
    ("currency: USD", ""),
    ("sources: {mandate: {grade: published}}", ""),
    ("mandate:\n  length: 100 days", ""),
    ("mandate: {begins: decision, length: 100 days}", "mandate: {length: 100 days, begins: decision}"),
    ("roles: {adviser: {tour: 9 days, travel: 2 days}}", "roles: {adviser: {travel: 2 days, tour: 9 days}}"),
    ("roles: {adviser: {stays_on: 10%}}", "roles: {adviser: {stays_on: 0.1}}"),
    ("roles: {adviser: {travel: 'pert(1, 2, 3) days'}}", "roles: {adviser: {travel: pert(1 2 3) days}}"),
    ("units: {T: {}}", ""),
]
OTHER = [
    ("start: 2001-01-02", ""),
    ("mandate: {length: 101 days}", ""),
    ("runs: {seed: 2}", ""),
    ("runs: {replications: 201}", ""),
    ("roles: {adviser: {tour: 9 days}}", ""),
    ("teams: {T: {posts: {adviser: 2}}}", ""),
    ("teams: {V: {posts: {adviser: 1}}}", ""),
    ("teams: {A: {}, B: {}}", "teams: {B: {}, A: {}}"),
    ("options: {a: [], b: {set: {mandate.length: 5 days}}}", "options: {a: []}"),
    ("horizon: 101 days", ""),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_does_not_compute_does_not_move_the_digest(one, other):
    assert digest(read(one)) == digest(read(other))


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_what_computes_moves_the_digest(one, other):
    assert digest(read(one)) != digest(read(other))


def test_the_digest_is_a_sha256():
    assert re.fullmatch("[0-9a-f]{64}", digest(read()))


# ---- JSON Schema


def mismatches(value: Any, rule: dict[str, Any], root: dict[str, Any], path: str = "") -> list[str]:
    """Where a plain value is not what a schema allows: the few keywords that ours uses."""
    if "$ref" in rule:
        rule = {**root["$defs"][rule["$ref"].rpartition("/")[2]], **{k: v for k, v in rule.items() if k != "$ref"}}
    if "anyOf" in rule:
        tried = [mismatches(value, one, root, path) for one in rule["anyOf"]]
        return [] if [] in tried else min(tried, key=len)
    kinds = {
        "object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool,
        "null": type(None),
    }  # fmt: skip
    wanted = rule.get("type", [])
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if wanted and not any(isinstance(value, kinds[kind]) for kind in wanted):
        return [f"{path}: {value!r} is not {wanted}"]
    if "const" in rule and value != rule["const"]:
        return [f"{path}: {value!r} is not {rule['const']!r}"]
    if "enum" in rule and value not in rule["enum"]:
        return [f"{path}: {value!r} is none of {rule['enum']}"]
    found = []
    if isinstance(value, dict):
        known, rest = rule.get("properties", {}), rule.get("additionalProperties", True)
        found += [f"{path}: no {name}" for name in rule.get("required", []) if name not in value]
        for name, inside in value.items():
            if name in known:
                found += mismatches(inside, known[name], root, f"{path}.{name}")
            elif rest is False:
                found.append(f"{path}: {name} is not allowed")
            elif isinstance(rest, dict):
                found += mismatches(inside, rest, root, f"{path}.{name}")
    if isinstance(value, list) and "items" in rule:
        for i, inside in enumerate(value):
            found += mismatches(inside, rule["items"], root, f"{path}[{i}]")
    return found


@pytest.mark.parametrize("text", TEXTS)
def test_the_schema_allows_what_loads(text):
    rules = schema()
    assert mismatches(parse(text, "plan.yaml")[0].tree, rules, rules) == []
    assert mismatches(parse(resolve(loads(text)), "plan.yaml")[0].tree, rules, rules) == []


@pytest.mark.parametrize(
    "changes",
    [
        "titel: x", "format: 2", "title: 3", "mandate: {lenght: 5 days}", "roles: {adviser: {tuor: 5 days}}",
        "roles: {adviser: {kind: locl}}", "teams: {T: {posts: {adviser: eight}}}", "coverage: {count: onduty}",
        "runs: {inputs: range}", "sources: {mandate: {grade: publised}}", "preset: osce", "units: {T: {population: x}}",
        "roles: {adviser: {recruitment: [{a: {take: 3 days}}]}}", "decisions: {e: {at: day 3, exspand: {adviser: 3}}}",
    ],
)  # fmt: skip
def test_the_schema_refuses_what_an_editor_should_mark(changes):
    rules = schema()
    assert mismatches(parse(plan(changes), "plan.yaml")[0].tree, rules, rules)


def test_the_schema_says_what_every_setting_is():
    rules = schema()
    assert rules["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(rules["required"]) == {"format", "title", "start", "mandate", "teams"}
    for name, record in {"Scenario": rules, **rules["$defs"]}.items():
        assert record["additionalProperties"] is False, name
        assert record["description"], name
        for key, setting in record["properties"].items():
            assert setting.get("description"), f"{name}.{key}"
    assert "from" in rules["$defs"]["Stage"]["properties"]
    assert "name" not in rules["$defs"]["Stage"]["properties"]


def records(record: type[Setting], seen: set[type[Setting]]) -> set[type[Setting]]:
    """A record and those within it."""
    from advisory_sim.scenario.load import record_within

    seen.add(record)
    for field in record.model_fields.values():
        inside = record_within(field.annotation)
        if inside is not None and inside not in seen:
            records(inside, seen)
    return seen


def test_every_setting_has_one_sentence():
    found = records(Scenario, set())
    assert len(found) > 12
    for record in found:
        for name, field in record.model_fields.items():
            if (field.json_schema_extra or {}).get("hidden"):
                continue
            assert field.description, f"{record.__name__}.{name}"
            assert not field.description.endswith("."), f"{record.__name__}.{name}"


def test_resolving_the_case_keeps_its_sources():
    scenario = load(ROOT / "scenarios" / "kyrgyzstan-2010.yaml")
    resolved = loads(resolve(scenario))
    assert resolved.sources == scenario.sources
