"""A scenario to start from whose teams and posts come from a staffing table."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

from advisory_sim.errors import Problem, ScenarioError
from advisory_sim.scenario.document import Document, name_problem, scalar
from advisory_sim.scenario.presets import preset_tree
from advisory_sim.scenario.sheets import Cell, Grid, Refused, read_beside, read_grid
from advisory_sim.scenario.tables import BY_ROLE, COLUMNS, ENDINGS, NAMES, plain_words, put_rows

PRESET = "osce-seconded"
FIRST = {"format": 1, "title": "-", "start": "2026-01-15", "mandate": {"length": "4 months"}}  # to check it with
PLAIN = re.compile(r"[^\W\d_][\w -]*")


def scenario_from_table(table: str) -> str:
    """A commented scenario whose teams are a table's rows.

    Parameters
    ----------
    table
        A CSV file, an Excel file, or one of its sheets as FILE.xlsx#SHEET. Columns as for `teams`; a column of whole
        numbers that is none of them holds the posts of a role of its name.

    Raises
    ------
    ScenarioError
        With everything that is wrong with the table.
    """
    from advisory_sim.scenario.load import build

    file, _, sheet = table.partition("#")
    try:
        if not file.endswith(ENDINGS):
            raise Refused("allowed: FILE.csv, FILE.xlsx or FILE.xlsx#SHEET")
        grid, problems = read_grid(read_beside(Path(file).parent, Path(file).name), file, sheet, "teams")
    except Refused as why:
        raise ScenarioError([Problem(0, 0, "", str(why), file)]) from None
    shipped = (preset_tree(PRESET) or {})["roles"]
    document = Document(file, "", {**FIRST, "preset": PRESET})
    if grid is not None:
        own = [role for role in roles_of(grid) if role not in shipped]
        document.tree["roles"] = {role: {} for role in own}
        problems += put_rows(document, "teams", grid)
    teams = copy.deepcopy(document.tree.get("teams"))
    if grid is None or teams is None:
        raise ScenarioError(problems)
    units = units_of(teams)
    document.tree["units"] = {unit: {} for unit in units}
    build(document, problems)
    place = f"{Path(file).name}, sheet {grid.sheet}" if grid.sheet else Path(file).name
    return written(teams, units, own, shipped, place, table)


def units_of(teams: dict[str, Any]) -> list[str]:
    """Units in which teams sit, in their order."""
    lists = [team.get("units", [name]) for name, team in teams.items()]
    return list(dict.fromkeys(unit for units in lists if isinstance(units, list) for unit in units))


def roles_of(grid: Grid) -> list[str]:
    """Roles that a staffing table has posts for, in its order."""
    labels = {"name", NAMES["teams"], *map(plain_words, COLUMNS["teams"])}
    shipped = {plain_words(role): role for role in (preset_tree(PRESET) or {})["roles"]}
    roles: dict[str, str] = {}
    for head in grid.header:
        words = plain_words(head.text)
        first, _, rest = words.partition(" ")
        name = head.text
        if first in BY_ROLE and rest:
            words, name = rest, re.split(r"[\s._]+", head.text.strip(), maxsplit=1)[1]
        elif words in labels or not all_whole(grid, head):
            continue
        name = shipped.get(words, name)
        if name_problem(name) is None:
            roles.setdefault(words, name)
    return list(roles.values())


def all_whole(grid: Grid, head: Cell) -> bool:
    """Whether a column holds whole numbers and nothing else."""
    values = [
        grid.value(cell)
        for row in grid.rows[1:]
        for cell in row
        if cell.column == head.column and cell.value is not None
    ]
    return bool(values) and all(isinstance(value, int) and not isinstance(value, bool) for value in values)


def quoted(value: Any) -> str:
    """A value as YAML in one line."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{quoted(key)}: {quoted(inside)}' for key, inside in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(quoted, value))}]"
    if isinstance(value, str) and (not PLAIN.fullmatch(value) or scalar(value, plain=True) != value):
        return json.dumps(value, ensure_ascii=False)
    return str(value).lower() if isinstance(value, bool) else str(value)


def written(
    teams: dict[str, Any], units: list[str], own: list[str], shipped: dict[str, Any], place: str, table: str
) -> str:
    """The scenario's text."""
    posts: dict[str, int] = {}
    for team in teams.values():
        for role, number in team.get("posts", {}).items():
            posts[role] = posts.get(role, 0) + number
    named = any(isinstance(team.get("units"), list) for team in teams.values())
    international = [role for role in posts if shipped.get(role, {}).get("kind", "international") == "international"]
    main = max(international, key=lambda role: posts[role], default=None)
    can_expand = main is not None and any(
        team.get("units") != "none" and team.get("posts", {}).get(main) for team in teams.values()
    )
    lines = [
        "# A plan to start from. `advisory-sim check FILE` says what is wrong with it; "
        "`advisory-sim run FILE --out DIR` answers.",
        "format: 1",
        "title: My police advisory group",
        "start: 2026-01-15                    # day 0: the day of the decision",
        f"preset: {PRESET}                # fills in how posts are filled and held: `advisory-sim presets {PRESET}`",
        "",
        "mandate:",
        "  length: 4 months                   # by the calendar",
        "  begins: first arrival              # or: decision, consent, 10 deployed, 2026-03-01",
        "  # consent: {takes: pert(5 20 60) days, chance: 90%}    # the host's; before it nobody arrives",
        "",
    ]
    if own:
        lines += ["# Roles that the preset does not know: filled as its first of their kind.", "roles:"]
        lines += [f"  {quoted(role)}: {{kind: international}}                # or: local, equipment" for role in own]
        lines += [""]
    if named:
        lines += ["units:                               # population and location may be added: {population: 120000}"]
        lines += [f"  {quoted(unit)}: {{}}" for unit in units]
        lines += [""]
    lines += [
        f"# From {printable(place)}. To keep the table in use, put it beside this file and write "
        f"`teams: {printable(Path(table).name)}`.",
        "# A team sits in the territorial unit of its own name, or in `units: [..]`; a headquarters has `units: none`.",
        "teams:",
        *(f"  {quoted(name)}: {quoted(team)}" for name, team in teams.items()),
        "",
        "# coverage: {minimum: {ROLE: 2}, hours: 08:00-20:00}    # when a unit counts as covered",
        "",
        "decisions:",
        *([f"  expansion: {{at: day 45, expand: {quoted({main: 10})}, placed: evenly}}"] if can_expand else []),
        "  extension: {at: 60 days before expiry, extend: 4 months, "
        "agreement: {takes: pert(3 10 40) days, chance: 80%}}",
        "",
        "# The first option is what the others are compared with.",
        "options:",
        "  as decided: []",
        *(["  ten more: [expansion]"] if can_expand else []),
        "  extended: [extension]",
        "",
        "runs: {replications: 200, seed: 1}",
        "",
        "# How figures are known; a path covers all below it. Without an entry a figure counts as assumed.",
        "sources:",
        f"  teams: {{grade: published, source: {quoted(place)}}}",
    ]
    return "\n".join(lines) + "\n"


def printable(text: str) -> str:
    """A text that fits into a comment."""
    return "".join(c if c.isprintable() else "?" for c in text)
