"""A post, and whoever is on it: what the processes that fill and empty posts know of them."""

from __future__ import annotations

import numpy as np

from advisory_sim.engine.arrays import CellRow, RoleRow
from advisory_sim.record.columns import NEVER


class Post:
    """An authorised place in a team, for a role."""

    # Slots, here and below: there are many, and all are looked at often.
    __slots__ = (
        "cell", "closed", "closing", "early", "index", "number", "officers", "place", "ready", "relief",
        "role", "row", "searches", "sets_out", "sought", "spare", "ticket", "tours", "travel",
    )  # fmt: skip

    # Of whom the search under way, or the last one, finds:
    travel: int
    early: int  # time to his early departure
    tours: int  # further ones that he will be asked for, and will stay
    ready: int  # when he is
    relief: int  # when he is to relieve somebody
    sets_out: int  # when he sets out, if he may
    # Whom the search after it finds: a place in what was drawn with him (None: not drawn yet).
    spare: np.ndarray | None
    place: int

    def __init__(self, index: int, cell: int, number: int, row: CellRow, role: RoleRow) -> None:
        self.index, self.cell, self.number, self.row, self.role = index, cell, number, row, role
        self.officers: list[Officer] = []  # two during a handover
        self.closed = False
        self.closing = NEVER
        self.searches = 0
        self.sought = False  # whether a search is under way, even one that finds nobody before the horizon
        self.ticket = 0  # of the officer sought: one whose ticket is not the post's any more does not come


class Officer:
    """A stint: one person on a post from arrival to departure."""

    __slots__ = (
        "bound", "early", "further_tours", "index", "looks_to", "post", "relieved", "rests", "ticket", "tour_ends"
    )  # fmt: skip

    def __init__(self, index: int, post: Post, arrived: int) -> None:
        self.index, self.post = index, post
        self.relieved = False  # a successor is being, or has been, sought
        self.bound = NEVER  # when his contract ends, where an extension came too late to move it
        self.rests = False  # whether nothing is due of him before the mandate ends, unless an extension moves that
        self.ticket = 0  # of the process that he follows, one that has another has been set aside
        self.further_tours = post.tours  # for which he will yet be asked
        self.early = arrived + post.early
        role = post.role
        self.tour_ends = self.looks_to = arrived + role.tour if role.tour else NEVER
        # He looks to the end of his last tour; where a checkout would begin before he is asked, of the present one.
        if post.tours and role.checkout <= role.sought:
            self.looks_to += self.further_tours * role.tour

    def stay_on(self, now: int) -> None:
        """Add the tours for which he has been asked by now."""
        role = self.post.role
        while self.further_tours and self.tour_ends - role.sought <= now and self.bound == NEVER:
            self.further_tours -= 1
            self.tour_ends += role.tour
        self.looks_to = max(self.looks_to, self.tour_ends)
