"""Where every officer was: his own clocks, by the functions that compiled code moves them with, run as plain Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from advisory_sim.engine import arrays
from advisory_sim.engine.drawn import Drawn
from advisory_sim.engine.kernel import people
from advisory_sim.record.columns import NEVER, ROW_ARRIVE, ROW_LEAVE, ROW_OPEN, ROW_PLAN, SUSPENDED
from advisory_sim.record.record import Record
from advisory_sim.record.trace import Spell


def plain(function: Callable) -> Callable:
    """A compiled function as Python runs it."""
    return getattr(function, "py_func", function)


begin_stint, turn = plain(people.begin_stint), plain(people.turn)
next_change, whereabouts = plain(people.next_change), plain(people.whereabouts)


def spells(settings: Drawn, record: Record) -> tuple[Spell, ...]:
    """The whereabouts of every officer from arrival on, one entry a change, stint by stint.

    Parameters
    ----------
    record
        Of the replication, with steps: they say when a team was withdrawn.
    """
    luck, cells, roles, dists, cdfs = settings.for_counting
    with_names = (luck, cells.view(np.recarray), roles.view(np.recarray), dists, cdfs)
    rows = record.journal
    post_of = {int(post): (int(cell), int(number)) for _, _, post, cell, number in rows[rows[:, 1] == ROW_OPEN]}
    left = {int(stint): int(second) for second, _, _, stint, _ in rows[rows[:, 1] == ROW_LEAVE]}
    plans: dict[int, list[tuple[int, int]]] = {}
    for second, _, _, stint, value in rows[rows[:, 1] == ROW_PLAN].tolist():
        plans.setdefault(stint, []).append((second, value))
    away = withdrawals(record)
    end = min(record.horizon, record.expires)
    found: list[Spell] = []
    for second, _, post, stint, search in rows[rows[:, 1] == ROW_ARRIVE].tolist():
        cell, number = post_of[post]
        officer = np.zeros(1, arrays.STINT).view(np.recarray)[0]
        officer.post, officer.cell, officer.who = post, cell, (number << 32) | search
        team = settings.cell_rows[cell].team
        role = settings.role_rows[settings.cell_rows[cell].role]
        until = min(left.get(stint, end), end)
        life = spells_of(with_names, officer, second, until, plans.get(stint, []), role.checkout, away[team])
        found += [Spell(stint, at, column) for at, column in life]
    return tuple(found)


def spells_of(
    settings: Any,
    officer: Any,
    arrived: int,
    until: int,
    plans: list[tuple[int, int]],
    checkout: int,
    away: list[tuple[int, bool]],
) -> Iterator[tuple[int, int]]:
    """When an officer's whereabouts change, and to which column.

    plans: when his planned departure became known, and it; away: when his team was withdrawn, and came back.
    """
    begin_stint(settings, officer, arrived)
    due = [(at, 0, value) for at, value in plans] + [(at, 1, value) for at, value in away if at < until]
    due.sort(key=lambda row: row[:2])  # of two plans at one moment the later stands
    withdrawn, before, second = False, -1, arrived
    while second < until:
        turn(settings, officer, second)
        while due and due[0][0] <= second:
            at, kind, value = due.pop(0)
            if kind:
                withdrawn = bool(value)
            else:
                officer.checkout_from = max(at, value - checkout) if checkout else NEVER
        column = whereabouts(officer, second, withdrawn)
        if column != before:
            yield second, column
        before = column
        second = min(int(next_change(officer, second)), due[0][0] if due else NEVER, until)


def withdrawals(record: Record) -> list[list[tuple[int, bool]]]:
    """For each team, when its officers began and ceased to be withdrawn."""
    assert record.steps is not None
    found = []
    for team in range(len(record.layout.teams)):
        mine = record.layout.cell_team[record.steps[:, 0]] == team
        changes: list[tuple[int, bool]] = []
        there: dict[int, int] = {}
        rows = record.steps[mine][:, [0, 1, 2 + SUSPENDED]]
        rows = rows[np.argsort(rows[:, 1], kind="stable")]
        for i, (cell, second, number) in enumerate(rows.tolist()):
            there[cell] = number
            last = i + 1 == len(rows) or rows[i + 1, 1] != second
            now = any(there.values())
            if last and now != (bool(changes) and changes[-1][1]):
                changes.append((second, now))
        found.append(changes)
    return found
