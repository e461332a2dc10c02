"""What can still be checked across records when some of them are wrong, so that all problems come in one go."""

from __future__ import annotations

import copy
import re
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from advisory_sim.errors import Problem
from advisory_sim.scenario.check import check
from advisory_sim.scenario.document import Document, Path_
from advisory_sim.scenario.model import Scenario

# What stands in for a setting that must be there.
STAND_IN: dict[Path_, Any] = {
    ("format",): 1,
    ("title",): "-",
    ("start",): "2000-01-01",
    ("mandate",): {"length": "1 day"},
    ("mandate", "length"): "1 day",
}
RECORDS: dict[str, Any] = {
    "roles": {},
    "units": {},
    "teams": {"units": []},
    "reentry": {"stages": [{"-": {}}]},
    "decisions": {},
    "options": [],
}
NUMBERS = ("posts", "minimum", "draw_down", "replace")
TRIES = 5


def also_wrong(document: Document, wrong: ValidationError, in_file) -> list[Problem]:
    """Problems across records, with whatever single records are wrong put out of the way.

    Parameters
    ----------
    in_file
        From a location of pydantic's to a path of the file.
    """
    rest = Document(document.file, document.text, copy.deepcopy(document.tree), document.positions, document.keys)
    removed: set[Path_] = set()
    scenario = None
    for _ in range(TRIES):
        for error in wrong.errors(include_url=False):
            path = in_file(rest.tree, error["loc"])
            if error["type"] == "missing":
                path = path if path in STAND_IN else path[:-1]
            removed.add(path)
            take_out(rest.tree, path)
        try:
            scenario = Scenario.model_validate(rest.tree)
            break
        except ValidationError as still:
            wrong = still
    if scenario is None:
        return []
    dated = not any(path[0] in ("start", "horizon", "mandate") for path in removed if path)
    found = check(scenario, rest, dated=dated)
    shadowed = {".".join(map(str, path[:n])) for path in removed for n in range(1, len(path) + 1)}
    sections = tuple(f"no {path[0][:-1]} '" for path in removed if len(path) == 1 and isinstance(path[0], str))
    if any(path[:1] == ("reentry",) for path in removed):
        sections += ("no stage '",)
    settings = {(".".join(map(str, path[:-1])), str(path[-1])) for path in removed if len(path) > 2}
    return [
        problem
        for problem in found
        if problem.path not in shadowed
        and not problem.problem.startswith(sections)
        and not any(problem.path.startswith(f"{record}.") and tells_of(problem, name) for record, name in settings)
    ]


def tells_of(problem: Problem, name: str) -> bool:
    """Whether a problem is about a setting that was put out of the way, or one that it was misspelt for."""
    return name in problem.problem or bool(get_close_matches(name, re.findall(r"\w+", problem.problem), 1, 0.75))


def take_out(tree: dict[str, Any], path: Path_) -> None:
    """Remove a value, or put a stand-in where something must be."""
    if path in STAND_IN:
        parent: Any = tree if len(path) == 1 else tree.get(str(path[0]))
        if isinstance(parent, dict):
            parent[path[-1]] = copy.deepcopy(STAND_IN[path])
        return
    if not path:
        return
    node: Any = tree
    for part in path[:-1]:
        if (isinstance(node, dict) and part in node) or (isinstance(node, list) and isinstance(part, int)):
            node = node[part]  # type: ignore[index]
        else:
            return
    if isinstance(node, dict) and path[-1] in node:
        if len(path) == 2 and path[0] in RECORDS:
            node[path[-1]] = copy.deepcopy(RECORDS[str(path[0])])
        elif len(path) > 2 and path[-2] in NUMBERS:
            node[path[-1]] = 0
        else:
            del node[path[-1]]
    elif isinstance(node, list) and isinstance(path[-1], int) and path[-1] < len(node):
        del node[path[-1]]
