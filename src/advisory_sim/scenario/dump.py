"""Scenario -> text: every default filled in (`resolve`), the digest of what computes, the JSON Schema, a template."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import warnings
from importlib.resources import files
from typing import Any

from pydantic import BaseModel

from advisory_sim.scenario.academy import Academy, Applicants
from advisory_sim.scenario.arrivals import OTHERS, Arrivals, Rates, Timetable
from advisory_sim.scenario.fields import STEP, Setting, Steps
from advisory_sim.scenario.figures import figures
from advisory_sim.scenario.model import ACADEMY, Option, Scenario, Stage, Take, Team
from advisory_sim.scenario.quantities import Between, HalfWidth, Size, time_text
from advisory_sim.scenario.reentry import Attended, ReentryStage

BY_DATE = ("places", "class_size", "course", "arrivals")  # of the academy
NAMES = ("open_unit", "close_unit", "during", "units")  # lists that bind nothing where they are empty


def as_written(value: Any) -> Any:
    """A record as the mappings, lists and scalars of a file."""
    if isinstance(value, Stage | ReentryStage):
        body = {key: inside for key, inside in fields(value).items() if inside is not None}
        return {value.name: body}
    if isinstance(value, Option):
        take = [as_written(take) for take in value.take]
        return {"take": take, "set": value.set} if value.set else take
    if isinstance(value, Take):
        return value.decision if value.moment is None else {value.decision: str(value.moment)}
    if isinstance(value, Arrivals):
        return arrivals_written(value)
    if isinstance(value, Academy | Applicants):
        stepped = {name: steps for name in BY_DATE if (steps := getattr(value, name, None)) is not None}
        return {**fields(value), **{name: steps_written(steps) for name, steps in stepped.items()}}
    if isinstance(value, Size):
        number = value.args[0]
        return int(number) if isinstance(number, float) and value.kind == "constant" else str(value)
    if isinstance(value, Team):
        body = fields(value)
        return {**body, "units": body.get("units", "none")}
    if isinstance(value, Attended):
        return str(value)
    if isinstance(value, BaseModel):
        return fields(value)
    if isinstance(value, dict):
        return {key: as_written(inside) for key, inside in value.items()}
    if isinstance(value, tuple | list):
        return [as_written(inside) for inside in value]
    if isinstance(value, HalfWidth) and not value.percent:
        return as_written(value.number)
    if isinstance(value, float) and value == int(value):
        return int(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dt.date | Between):
        return str(value)
    return str(value)


def steps_written(steps: Steps) -> Any:
    """What may differ from a date on, as a file says it."""
    if steps[0][0] is None:
        return as_written(steps[0][1])
    return {str(moment): as_written(value) for moment, value in steps}


def coming_written(coming: Rates | Timetable) -> Any:
    """How activities come to a unit, as a file says it."""
    if isinstance(coming, Timetable):
        return {"timetable": [time_text(second) for second in coming.times], "days": str(coming.days)}
    return steps_written(coming)


def arrivals_written(arrivals: Arrivals) -> Any:
    """How activities come, as a file says it."""
    coming = {unit: coming_written(coming) for unit, coming in arrivals.coming.items()}
    written: Any = coming[OTHERS] if list(coming) == [OTHERS] else coming
    weights = {"by_hour": arrivals.by_hour, "by_weekday": arrivals.by_weekday}
    given = {key: list(value) for key, value in weights.items() if value is not None}
    return {"rate": written, **given} if given else written


def fields(record: BaseModel) -> dict[str, Any]:
    """A record's settings under their names in the file; those that bind nothing are left out."""
    written = {}
    for name, field in type(record).model_fields.items():
        if (field.json_schema_extra or {}).get("hidden"):  # type: ignore[union-attr]
            continue
        value = as_written(getattr(record, name))
        if value is not None and not (value == [] and name in NAMES):
            written[field.alias or name] = f"until {value}" if name == "closed" else value
    return written


def resolved_tree(scenario: Scenario) -> dict[str, Any]:
    """The scenario with every default and preset in it, as a tree; the preset's figures keep their sources."""
    tree = fields(scenario)
    tree["preset"] = "none"
    if "target" in tree.get("academy", {}):
        tree["targets"].pop(ACADEMY)
    for record in ("roles", "units", "reentry", "decisions", "targets", "sources"):
        if tree.get(record) == {}:
            del tree[record]
    for role in tree.get("roles", {}).values():
        if role["kind"] == "equipment":
            for key in ("induction", "checkout"):
                role.pop(key, None)
    for decision in tree.get("decisions", {}).values():
        opened = decision.get("expand") or decision.get("by")
        if not opened or any(isinstance(n, dict) for n in opened.values()):
            decision.pop("placed", None)
        if "draw_down" not in decision and "replace" not in decision:
            decision.pop("leaves_after", None)
    sources = {path: fields(source) for path, source in scenario.sources.items()}
    for figure in figures(scenario):
        if figure.origin == "preset":
            source = {"grade": figure.grade, **({"source": figure.source} if figure.source else {})}
            sources[figure.path] = source
    if sources:
        tree["sources"] = sources
    return tree


def resolve(scenario: Scenario) -> str:
    """The scenario's file with every default and preset filled in; it loads to an equal scenario."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.allow_unicode = True
    yaml.width = 4096
    stream = io.StringIO()
    yaml.dump(resolved_tree(scenario), stream)
    return stream.getvalue()


def digest(scenario: Scenario) -> str:
    """A word for what computes: titles, comments, sources and the order of keys within records move nothing."""
    tree = resolved_tree(scenario)
    for label in ("title", "sources", "currency"):
        tree.pop(label, None)
    ordered = [list(tree.get("teams", {})), list(tree.get("options", {}))]  # of keys, only their order matters
    return hashlib.sha256(json.dumps([tree, ordered], ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def schema() -> dict[str, Any]:
    """JSON Schema of the scenario file, for editors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # about defaults, which are written anew below
        found = Scenario.model_json_schema(by_alias=True)
    records: list[type[Setting]] = [Scenario, *Setting.__subclasses__()]
    for record in records:
        properties = (found if record is Scenario else found["$defs"].get(record.__name__, {})).get("properties", {})
        for name, field in record.model_fields.items():
            if "default" in properties.get(field.alias or name, {}):
                properties[field.alias or name]["default"] = as_written(field.default)
    for step in ("Stage", "ReentryStage"):
        found["$defs"][step]["properties"].pop(STEP, None)
    role = found["$defs"]["Role"]["properties"]
    steps = {"type": "array", "items": {"type": "object", "minProperties": 1, "maxProperties": 1}}
    steps["items"]["additionalProperties"] = {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Stage"}]}  # type: ignore[index]
    for key in ("recruitment", "refill"):
        role[key] = {**steps, "description": role[key]["description"]}
    stages = found["$defs"]["Reentry"]["properties"]["stages"]
    stages["items"] = {**steps["items"], "additionalProperties": {"$ref": "#/$defs/ReentryStage"}}  # type: ignore[dict-item]
    option = {"anyOf": [{"type": "array"}, {"$ref": "#/$defs/Option"}]}
    found["properties"]["options"]["additionalProperties"] = option
    for section in ("units", "teams"):
        by_name = found["properties"][section]
        table = {"type": "string", "description": "a table beside the file: FILE.csv, FILE.xlsx or FILE.xlsx#SHEET"}
        found["properties"][section] = {"anyOf": [by_name, table], "description": by_name["description"]}
    found["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return found


def template() -> str:
    """A commented scenario to start from."""
    return (files("advisory_sim") / "presets" / "template.yaml").read_text(encoding="utf-8")
