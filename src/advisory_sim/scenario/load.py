"""A file -> a checked scenario, in visible stages: text, tree, preset, records, rules across records."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from advisory_sim.errors import Problem, ScenarioError
from advisory_sim.scenario import reading
from advisory_sim.scenario.check import check
from advisory_sim.scenario.document import START, Document, Path_, dotted, parse, read_text
from advisory_sim.scenario.model import Scenario
from advisory_sim.scenario.observed import read_columns
from advisory_sim.scenario.options import overlay_problems
from advisory_sim.scenario.presets import preset_tree
from advisory_sim.scenario.salvage import also_wrong
from advisory_sim.scenario.tables import read_tables


def load(path: str | Path) -> Scenario:
    """Read a scenario file.

    Raises
    ------
    ScenarioError
        With everything that is wrong with it, each at its line and column.
    """
    file = Path(path)
    return loads(read_text(file), str(path))


def loads(text: str, name: str = "<text>") -> Scenario:
    """Read a scenario from text; `name` stands for the file in errors, and tables are looked for beside it."""
    document, problems = parse(text, name)
    problems += read_tables(document)
    return build(document, problems)


def build(document: Document, problems: list[Problem]) -> Scenario:
    """A scenario from a document; `problems` are those found so far.

    Raises
    ------
    ScenarioError
        If there are any, or more turn up.
    """
    fill_in(document)
    problems = problems + read_columns(document)
    scenario, wrong = validated(document)
    if scenario is not None:
        wrong = check(scenario, document)
    told = {problem.path for problem in problems + wrong}
    wrong += [problem for problem in nothing_given(document) if problem.path not in told]
    shadowed = {dotted(path[:n]) for path in document.refused for n in range(1, len(path) + 1)}
    unknown = tuple(f"no {path[0][:-1]} '" for path in document.refused if path in (("units",), ("teams",)))
    problems = problems + [
        problem for problem in wrong if problem.path not in shadowed and not problem.problem.startswith(unknown)
    ]
    if scenario is not None and not problems:
        problems = overlay_problems(scenario)
    if problems or scenario is None:
        raise ScenarioError(problems)
    return scenario


def nothing_given(document: Document) -> list[Problem]:
    """Keys without a value."""

    def empty(path: Path_, value: Any) -> Iterator[Path_]:
        if value is None and path:
            yield path
        elif isinstance(value, dict | list):
            for key, inside in value.items() if isinstance(value, dict) else enumerate(value):
                yield from empty((*path, key), inside)

    return [
        document.problem(path, "found nothing; give it a value, or leave it out") for path in empty((), document.tree)
    ]


def validated(document: Document) -> tuple[Scenario | None, list[Problem]]:
    """The document's records, or what is wrong with them one by one."""
    try:
        scenario = Scenario.model_validate(document.tree)
    except ValidationError as wrong:
        return None, translated(document, wrong) + also_wrong(document, wrong, in_file)
    scenario._document = document
    return scenario, []


def fill_in(document: Document) -> None:
    """Add what the file leaves to its preset, and the units that teams sit in without saying so."""
    tree = document.tree
    teams = tree.get("teams")
    if isinstance(teams, dict):
        own = []
        for name, team in teams.items():
            if isinstance(team, dict) and "units" not in team:
                team["units"] = [name]
                own.append(name)
        if "units" not in tree:
            tree["units"] = {name: {} for name in own}
    if tree.get("options") == {}:
        del tree["options"]
    preset = tree.get("preset")
    if isinstance(preset, str):
        fill_from_preset(document, preset)


def fill_from_preset(document: Document, name: str) -> None:
    """Settings of roles that the file leaves open: from the preset's role of that name, else its first of the kind."""
    preset = preset_tree(name)
    if preset is None:
        return
    shipped: dict[str, dict[str, Any]] = preset["roles"]
    roles = document.tree.setdefault("roles", {})
    if not isinstance(roles, dict):
        return
    for role in used_roles(document.tree):
        if role in shipped:
            roles.setdefault(role, {})
    for role, settings in roles.items():
        if not isinstance(settings, dict):
            continue
        kind = settings.get("kind", shipped.get(role, {}).get("kind", "international"))
        same_kind = [name for name, other in shipped.items() if other.get("kind", "international") == kind]
        model = role if role in shipped and role in same_kind else next(iter(same_kind), None)
        if model is None:
            continue
        for key, value in shipped[model].items():
            if key not in settings:
                settings[key] = copy.deepcopy(value)
                document.from_preset["roles", role, key] = f"roles.{model}.{key}"
            elif key == "cost" and isinstance(settings[key], dict):  # its parts do not depend on each other
                for part in value.keys() - settings[key].keys():
                    settings[key][part] = value[part]
                    document.from_preset["roles", role, key, part] = f"roles.{model}.{key}.{part}"


def used_roles(tree: dict[str, Any]) -> list[str]:
    """Roles that posts, minima or decisions name, in the order in which the file names them."""
    names: list[str] = []

    def take(mapping: Any) -> None:
        for name, value in mapping.items() if isinstance(mapping, dict) else ():
            if isinstance(value, dict):
                take(value)
            elif name not in names:
                names.append(name)

    for section, keys in (("teams", ("posts", "minimum")), ("decisions", ("expand", "draw_down", "replace", "by"))):
        entries = tree.get(section)
        for entry in entries.values() if isinstance(entries, dict) else ():
            for key in keys:
                take(entry.get(key) if isinstance(entry, dict) else None)
    coverage = tree.get("coverage")
    take(coverage.get("minimum") if isinstance(coverage, dict) else None)
    return names


# ---------------------------------------------------------------- what pydantic says, as the file's reader sees it


def in_file(tree: Any, loc: tuple[str | int, ...]) -> Path_:
    """A record's location as a path of the file: steps of recruitment stand under their names there."""
    path: list[str | int] = []
    node = tree
    for part in loc:
        if (isinstance(node, dict) and part in node) or (
            isinstance(node, list) and isinstance(part, int) and part < len(node)
        ):
            path.append(part)
            node = node[part]  # type: ignore[index]
        elif isinstance(node, dict) and len(node) == 1 and path and isinstance(path[-1], int):
            ((name, body),) = node.items()
            path.append(name)
            node = body
            if isinstance(body, dict) and part in body:
                path.append(part)
                node = body[part]
        elif isinstance(node, dict) and isinstance(part, str) and part not in ("[key]",):
            path.append(part)  # a key that is missing
            node = None
    return tuple(path)


def fields_at(loc: tuple[str | int, ...]) -> list[str]:
    """The keys that a record at this location takes."""
    model: Any = Scenario
    for part in loc:
        if not (isinstance(model, type) and hasattr(model, "model_fields")):
            model = record_within(model)
            if model is None:
                return []
            continue
        field = next((f for n, f in model.model_fields.items() if part in {f.alias, n}), None)
        if field is None:
            return []
        model = field.annotation
        if record_within(model) is not None and not holds_many(model):
            model = record_within(model)
    if not hasattr(model, "model_fields"):
        model = record_within(model)
    if model is None:
        return []
    return [f.alias or n for n, f in model.model_fields.items() if not (f.json_schema_extra or {}).get("hidden")]


def holds_many(annotation: Any) -> bool:
    """Whether a field is a mapping or list of records."""
    from typing import get_args, get_origin

    return get_origin(annotation) in (dict, tuple) or any(
        holds_many(arg) for arg in get_args(annotation) if arg is not type(None)
    )


def record_within(annotation: Any) -> Any:
    """The record that a field's annotation holds, if any."""
    from typing import get_args

    if isinstance(annotation, type) and hasattr(annotation, "model_fields"):
        return annotation
    for arg in get_args(annotation):
        inside = record_within(arg)
        if inside is not None:
            return inside
    return None


def translated(document: Document, wrong: ValidationError) -> list[Problem]:
    """Every error of the records at its place in the file."""
    unknown: dict[Path_, list[str]] = {}
    problems = []
    for error in wrong.errors(include_url=False):
        loc = error["loc"]
        path = in_file(document.tree, loc)
        if error["type"] == "extra_forbidden":
            name, allowed = str(loc[-1]), fields_at(loc[:-1])
            hint = reading.near(name, allowed)
            unknown.setdefault(path[:-1], []).append(hint)
            problems.append(document.problem(path, f"unknown key{hint}; allowed: {', '.join(allowed)}", key=True))
    for error in wrong.errors(include_url=False):
        kind, loc = error["type"], error["loc"]
        path = in_file(document.tree, loc)
        if kind == "extra_forbidden":
            continue
        if kind == "missing":
            name = str(loc[-1])
            if any(f"'{name}'" in hint for hint in unknown.get(path[:-1], [])):
                continue  # the misspelt key explains it
            parent = path[:-1]
            at = document.position(parent, key=True) if parent else START
            problems.append(document.problem_at(at, ".".join(map(str, path)), "is missing"))
        elif kind == "problem":
            problems.append(document.problem(path, error["ctx"]["sentence"]))
        elif kind in ("dict_type", "model_type", "model_attributes_type"):
            problems.append(
                document.problem(path, f"found {reading.found(error['input'])}; allowed: a mapping (key: value)")
            )
        elif kind in ("tuple_type", "list_type"):
            problems.append(document.problem(path, f"found {reading.found(error['input'])}; allowed: a list"))
        elif kind == "string_type":
            problems.append(document.problem(path, f"found {reading.found(error['input'])}; allowed: text"))
        else:
            problems.append(document.problem(path, f"found {reading.found(error['input'])}; {error['msg'].lower()}"))
    return problems
