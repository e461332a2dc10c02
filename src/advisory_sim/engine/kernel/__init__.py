"""Compiled code: keyed draws, searches, and what happens to staff all day. The only room that imports numba.

Time is int64 seconds since day 0; intervals are half-open. Settings and state come as arrays (`arrays.py`); one entry
moves time on: `advance`, which never looks at or beyond its `until`.
"""

from advisory_sim.engine.kernel.applicants import applicants
from advisory_sim.engine.kernel.arrivals import offered, start_streams
from advisory_sim.engine.kernel.cadets import cadets_by_day, sum_cadets
from advisory_sim.engine.kernel.chance import quantile, seconds, uniform
from advisory_sim.engine.kernel.compiling import is_cached
from advisory_sim.engine.kernel.cover import hours_clock, start_units
from advisory_sim.engine.kernel.pool import advance, expire, room_for
from advisory_sim.engine.kernel.search import searches
from advisory_sim.engine.kernel.shifts import start_shifts
from advisory_sim.engine.kernel.tally import reach
from advisory_sim.engine.kernel.work import close_work, do_work

__all__ = [
    "advance",
    "applicants",
    "cadets_by_day",
    "close_work",
    "do_work",
    "expire",
    "hours_clock",
    "is_cached",
    "offered",
    "quantile",
    "reach",
    "room_for",
    "searches",
    "seconds",
    "start_shifts",
    "start_streams",
    "start_units",
    "sum_cadets",
    "uniform",
]
