"""One future told one by one: what a traced replication leaves besides its record. Times are seconds since day 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from advisory_sim.record.record import Record


class Search(NamedTuple):
    """A search for somebody for a post."""

    post: int
    number: int  # of the post's searches, from 0: whom it finds has the same
    begins: int
    relief: int  # when whom it finds is to relieve the incumbent; 0: nobody is relieved
    ready: int
    sets_out: int  # if nothing holds him up
    travel: int
    stops: int  # when it was given up, NEVER where it was not


class Spell(NamedTuple):
    """Where an officer was, from a moment on: the column that counted him (ON_DUTY: present, on shift or not)."""

    stint: int
    second: int
    column: int


class Activity(NamedTuple):
    """An activity: when it came, started, and ended or was lost; NEVER for what did not happen."""

    unit: int
    activity: int
    arrived: int
    started: int
    ended: int
    outcome: str  # done, lost, waiting or under way at the end


@dataclass(frozen=True, eq=False)
class Trace:
    """A replication's record, with its searches, the whereabouts of its officers and its activities."""

    record: Record
    searches: tuple[Search, ...]
    spells: tuple[Spell, ...]
    activities: tuple[Activity, ...]  # in order of arrival
    needs: tuple[tuple[tuple[int, int], ...], ...]  # of each activity: role, number
