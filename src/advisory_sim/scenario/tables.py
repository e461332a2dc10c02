"""Units and teams that stand in a table: its rows become what the file would hold in their place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from advisory_sim.errors import Problem
from advisory_sim.scenario import reading
from advisory_sim.scenario.document import LONGEST_NAME, Document, Path_, Position, dotted, name_problem
from advisory_sim.scenario.presets import preset_tree
from advisory_sim.scenario.sheets import Cell, Grid, Refused, read_beside, read_grid

ENDINGS = (".csv", ".xlsx")
NAMES = {"units": "unit", "teams": "team"}  # the column that names a row; `name` does too
DEGREES = {"latitude": 90, "longitude": 180}
# Columns of each table, and where their cells stand in a row's settings; teams have columns by role besides.
COLUMNS: dict[str, dict[str, tuple[str, ...]]] = {
    "units": {
        "population": ("population",),
        "latitude": ("location", "latitude"),
        "longitude": ("location", "longitude"),
        "closed": ("closed",),
        "suspension gap": ("suspension", "gap"),
        "suspension lasting": ("suspension", "lasting"),
        "lost_when_closed": ("lost_when_closed",),
    },
    "teams": {
        "units": ("units",),
        "deploy_from": ("deploy_from",),
        "cost per_day": ("cost", "per_day"),
    },
}
BY_ROLE = ("posts", "minimum")
Columns = list[tuple[Cell, tuple[str, ...]]]  # the header's cell, and where its column stands


def read_tables(document: Document) -> list[Problem]:
    """Put the rows of tables where the document names a file; returns what is wrong with them."""
    problems = []
    for section in NAMES:
        value = document.tree.get(section)
        if isinstance(value, str):
            wrong = read_table(document, section, value)
            problems += wrong
            if document.tree[section] is value:  # nothing could be read in its place
                document.refused.add((section,))
                del document.tree[section]
    return problems


def read_table(document: Document, section: str, value: str) -> list[Problem]:
    """Put one table's rows in place."""
    name, mark, sheet = value.partition("#")
    try:
        if not name.endswith(ENDINGS):
            raise Refused("allowed: a mapping (name: settings), or a table: FILE.csv, FILE.xlsx or FILE.xlsx#SHEET")
        if mark and name.endswith(".csv"):
            raise Refused("a CSV file has no sheets")
        folder = Path(document.file).parent
        content = read_beside(folder, name)
        grid, problems = read_grid(content, str(folder / name), sheet, section)
    except Refused as why:
        return [document.problem((section,), f"found {reading.found(value)}; {why}")]
    document.beside[Path(name).as_posix()] = content
    if grid is not None:
        problems += put_rows(document, section, grid)
    return problems


def put_rows(document: Document, section: str, grid: Grid) -> list[Problem]:
    """A grid's rows as the section's records, their cells' positions noted."""
    label, columns, problems = header(grid, section, known_roles(document.tree))
    if label is None:
        return problems
    rows: dict[str, Any] = {}
    seen: dict[str, Cell] = {}
    for row in grid.rows[1:]:
        cells = {cell.column: cell for cell in row if cell.value is not None}
        named = cells.get(label.column)
        if named is None:
            problems.append(grid.problem(Cell(None, row[0].line, label.column), section, "a row without a name"))
            continue
        name = named.text
        wrong = name_problem(name) or (
            f"'{name}' is given twice; first {grid.place(seen[name])}" if name in seen else None
        )
        if wrong is not None:
            shown = repr(name)[1:-1] if not name.isprintable() else name
            problems.append(grid.problem(named, f"{section}.{shown[:LONGEST_NAME]}", wrong))
            if name in seen:
                continue
        seen[name] = named
        document.positions[section, name] = document.keys[section, name] = grid.position(named)
        rows[name], found = record(document, grid, section, name, columns, cells)
        problems += found
        last = max(cell.column for cell in grid.header)
        problems += [
            grid.problem(cell, f"{section}.{name}", f"found {reading.found(cell.text)} in a column without a name")
            for column, cell in cells.items()
            if column > last or not any(head.column == column and head.text for head in grid.header)
        ]
    document.tree[section] = rows
    return problems


def record(
    document: Document, grid: Grid, section: str, name: str, columns: Columns, cells: dict[int, Cell]
) -> tuple[dict[str, Any], list[Problem]]:
    """A row's settings, as the scenario's file would hold them."""
    settings: dict[str, Any] = {}
    problems = []

    def place(within: tuple[str, ...], value: Any, head: Cell, at: Position) -> None:
        path: Path_ = (section, name, *within)
        node = settings
        for part in within[:-1]:
            node = node.setdefault(part, {})
            document.positions.setdefault((section, name, part), at)
        node[within[-1]] = value
        document.positions[path] = at
        document.keys[path] = grid.position(head)

    degrees: dict[str, Any] = {}
    for head, within in columns:
        cell = cells.get(head.column)
        if cell is None:
            continue
        at = grid.position(cell)
        if within[0] == "location":
            value = grid.value(cell, comma=True)
            most = DEGREES[within[1]]
            degrees[within[1]] = value
            document.positions.setdefault((section, name, "location"), at)
            if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > most:
                text = f"found {reading.found(value)}; allowed: degrees from -{most} to {most}, such as 40.53"
                problems.append(grid.problem(cell, dotted((section, name, within[1])), text))
                degrees[within[1]] = 0
        elif within == ("units",):
            parts = [part.strip() for part in re.split(r"[,;\n]", cell.text)]
            place(within, "none" if parts == ["none"] else [part for part in parts if part], head, at)
        else:
            place(within, grid.value(cell), head, at)
    if len(degrees) == 1:
        (given,) = degrees
        at_cell = next(cells[head.column] for head, within in columns if within[-1] == given)
        other = next(one for one in DEGREES if one != given)
        problems.append(grid.problem(at_cell, dotted((section, name, given)), f"found without a {other}"))
    elif degrees:
        settings["location"] = [degrees["latitude"], degrees["longitude"]]
    return settings, problems


def header(grid: Grid, section: str, roles: Iterable[str]) -> tuple[Cell | None, Columns, list[Problem]]:
    """The cell that heads the names, the other columns, and what is wrong with the first row."""
    labels = ("name", NAMES[section])
    known = {plain_words(text): within for text, within in COLUMNS[section].items()}
    by_role = {plain_words(role): role for role in roles} if section == "teams" else {}
    allowed = [NAMES[section], *COLUMNS[section]]
    if section == "teams":
        allowed += [*by_role.values(), "posts ROLE", "minimum ROLE"]
    label: Cell | None = None
    columns: Columns = []
    seen: dict[tuple[str, ...], Cell] = {}
    problems, unknown = [], []
    for cell in grid.header:
        if cell.value is None:
            continue
        words = plain_words(cell.text)
        first, _, rest = words.partition(" ")
        if words in labels:
            within: tuple[str, ...] | None = ()
        elif words in known:
            within = known[words]
        elif section == "teams" and first in BY_ROLE and rest:
            within = (first, by_role.get(rest, ""))
            if not within[1]:
                role = re.split(r"[\s._]+", cell.text.strip(), maxsplit=1)[1]
                hint = reading.near(role, list(by_role.values()))
                text = f"no role '{role}'{hint}; roles: {', '.join(by_role.values()) or 'none'}"
                problems.append(grid.problem(cell, section, text))
                continue
        elif words in by_role:
            within = ("posts", by_role[words])
        else:
            within = None
        if within is None:
            hint = reading.near(cell.text, [*allowed[: len(allowed) - 2 * (section == "teams")], "name"])
            unknown.append(hint)
            problems.append(
                grid.problem(cell, section, f"unknown column '{cell.text}'{hint}; allowed: {', '.join(allowed)}")
            )
        elif within in seen:
            problems.append(
                grid.problem(
                    cell, section, f"column '{cell.text}' is given twice; first {column_place(grid, seen[within])}"
                )
            )
        else:
            seen[within] = cell
            if within:
                columns.append((cell, within))
            else:
                label = cell
    if label is None and not any(f"'{name}'" in hint for name in labels for hint in unknown):
        found = ", ".join(cell.text for cell in grid.header if cell.value is not None)
        text = f"has no column '{NAMES[section]}'; its columns: {found}"
        problems.append(grid.problem(grid.header[0], section, text))
    return label, columns, problems


def column_place(grid: Grid, cell: Cell) -> str:
    """Where a column's header stands, in words."""
    return grid.place(cell) if grid.sheet else f"as column {cell.column}"


def plain_words(text: str) -> str:
    """A header's words: small letters, with a blank for each dot, underscore and row of blanks."""
    return " ".join(re.split(r"[\s._]+", text.strip().casefold()))


def known_roles(tree: dict[str, Any]) -> list[str]:
    """Roles that the scenario declares, and those of its preset."""
    roles = tree.get("roles")
    preset = preset_tree(tree["preset"]) if isinstance(tree.get("preset"), str) else None
    return list(dict.fromkeys([*(roles if isinstance(roles, dict) else ()), *(preset["roles"] if preset else ())]))
