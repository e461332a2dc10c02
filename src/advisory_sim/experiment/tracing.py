"""One future told one by one: as a frame of events, and to read."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from advisory_sim.experiment.blocks import Design, compiled
from advisory_sim.record.columns import (
    CHECKOUT,
    DAY,
    INDUCTION,
    LEAVE,
    NEVER,
    ON_DUTY,
    ROW_ARRIVE,
    ROW_CLOSE,
    ROW_GO,
    ROW_LEAVE,
    ROW_OPEN,
    ROW_WAIT,
    SICKNESS,
    SUSPENDED,
    WHY_LEFT,
)

if TYPE_CHECKING:
    import pandas as pd

    from advisory_sim.record.record import Layout
    from advisory_sim.record.trace import Search, Trace

WHEREABOUTS = {
    SUSPENDED: "withdrawn", INDUCTION: "induction", CHECKOUT: "checkout", LEAVE: "leave", SICKNESS: "sick",
    ON_DUTY: "present",
}  # fmt: skip
WIDTH = 118


class Event(NamedTuple):
    """Something that happened: to a post (holder 0) or to whom it was sought for or held by (1: its first holder)."""

    second: int
    what: str  # mission, decision, post, officer, activity, academy
    name: str
    holder: int
    event: str
    detail: str
    team: str
    role: str
    unit: str


def trace_of(design: Design, option: str, number: int) -> Trace:
    """A replication of an option of a design, told one by one.

    Raises
    ------
    KeyError
        Where there is no such option; it says what there is.
    IndexError
        Where the number is below 0.
    """
    from advisory_sim.engine.traced import traced
    from advisory_sim.measures import reviewed

    names = [name for name, _ in design.variants]
    if option not in names:
        raise KeyError(f"no option {option!r}; options: {', '.join(names)}")
    if number < 0:
        raise IndexError(f"replication {number}: they are numbered from 0")
    settings = compiled(design.packed)[1][names.index(option)]
    return traced(settings.draw(design.seed, number, design.inputs), reviewed)


def trace_frame(trace: Trace, start: dt.date) -> pd.DataFrame:
    """The events of a replication; see `Study.trace`."""
    import pandas as pd

    frame = pd.DataFrame(events(trace), columns=Event._fields)
    day = frame.pop("second")
    frame.insert(0, "day", day / DAY)
    frame.insert(1, "time", pd.Timestamp(start) + pd.to_timedelta(day, unit="s"))
    return frame


def events(trace: Trace) -> list[Event]:
    """Everything that happened, in order of time."""
    found = [*council(trace), *post_events(trace), *activity_events(trace), *classes(trace)]
    return sorted(found, key=lambda event: event.second)  # what happens at one moment stays in its order


def council(trace: Trace) -> Iterator[Event]:
    """The host's consent, the mandate's begin and end, and the decisions."""
    record = trace.record
    for second, event, name in record.log:
        yield Event(second, "decision" if name else "mission", name, 0, event, "", "", "", "")
    if record.expires <= record.horizon:
        yield Event(record.expires, "mission", "", 0, "mandate ends", "", "", "", "")


def post_events(trace: Trace) -> list[Event]:
    """What happened on every post, post by post: it opens, its holders are sought, come, are absent, leave."""
    record, layout = trace.record, trace.record.layout
    end = min(record.horizon, record.expires)
    rows = record.journal.tolist()
    posts = {post: (cell, number) for _, kind, post, cell, number in rows if kind == ROW_OPEN}
    stints = {stint: (post, search) for _, kind, post, stint, search in rows if kind == ROW_ARRIVE}
    found: list[Event] = []

    def add(second: int, post: int, holder: int, event: str, detail: str = "") -> None:
        found.append(on_post(layout, *posts[post], second, holder, event, detail))

    gates: dict[tuple[int, int], dict[int, int]] = {}  # of each search: when he began and ceased to wait to travel
    searches: dict[int, list[Search]] = {}
    for search in trace.searches:
        searches.setdefault(search.post, []).append(search)
    for second, kind, post, stint, value in rows:
        if kind == ROW_OPEN:
            opener = trace.record.opened_by[post]
            add(second, post, 0, "opens", "" if opener < 0 else record.decisions[opener])
        elif kind == ROW_CLOSE:
            add(second, post, 0, "closes")
        elif kind in (ROW_WAIT, ROW_GO):
            number = max(search.number for search in searches[post] if search.begins <= second)
            gates.setdefault((post, number), {})[kind] = second
        elif kind == ROW_ARRIVE:
            add(second, post, value + 1, "arrives")
        elif kind == ROW_LEAVE:
            add(second, post, stints[stint][1] + 1, "leaves", WHY_LEFT[value])
    for search in trace.searches:
        for second, event in steps_of(search, gates.get((search.post, search.number), {}), end):
            add(second, search.post, search.number + 1, event)
    for stint, second, column in trace.spells:
        post, number = stints[stint]
        add(second, post, number + 1, WHEREABOUTS[column])
    gone = {stint for _, kind, _, stint, _ in rows if kind == ROW_LEAVE}
    if record.expires <= record.horizon:
        for stint, (post, number) in stints.items():
            if stint not in gone:
                add(record.expires, post, number + 1, "leaves", WHY_LEFT[-1])
    order = ["opens", "searching", "ready", "waits to travel", "sets out", "arrives"]
    found.sort(key=lambda one: (one.second, order.index(one.event) if one.event in order else len(order)))
    return found


def steps_of(search: Search, gates: dict[int, int], end: int) -> Iterator[tuple[int, str]]:
    """What became of a search, up to the journey."""
    until = min(search.stops, end)
    yield search.begins, "searching"
    if search.ready < until:
        yield search.ready, "ready"
    if ROW_WAIT in gates:
        yield gates[ROW_WAIT], "waits to travel"
    sets_out = gates.get(ROW_GO, NEVER) if ROW_WAIT in gates else search.sets_out
    if search.travel and sets_out < until:
        yield sets_out, "sets out"
    if search.stops < NEVER:
        yield search.stops, "search stops"


def on_post(layout: Layout, cell: int, number: int, second: int, holder: int, event: str, detail: str) -> Event:
    """An event of a post or of its holder."""
    team, role = layout.teams[layout.cell_team[cell]], layout.roles[layout.cell_role[cell]]
    return Event(
        second, "officer" if holder else "post", f"{team}/{role}/{number}", holder, event, detail, team, role, ""
    )  # fmt: skip


def activity_events(trace: Trace) -> Iterator[Event]:
    """What became of every activity."""
    layout = trace.record.layout
    numbers: dict[tuple[int, int], int] = {}
    for one in trace.activities:
        numbers[one.unit, one.activity] = number = numbers.get((one.unit, one.activity), 0) + 1
        unit, activity = layout.units[one.unit], layout.activities[one.activity]
        needs = ", ".join(f"{n} {layout.roles[role]}" for role, n in trace.needs[one.activity])
        name = f"{unit}/{activity}/{number}"
        last = {"done": "ends", "lost": "lost"}.get(one.outcome, one.outcome)
        end = min(trace.record.horizon, trace.record.expires)
        for second, event, detail in (
            (one.arrived, "arrives", f"needs {needs}" if needs else ""),
            (one.started, "starts", ""),
            (one.ended if one.ended < NEVER else end, last, ""),
        ):
            if second < NEVER:
                yield Event(second, "activity", name, 0, event, detail, "", "", unit)


def classes(trace: Trace) -> Iterator[Event]:
    """When the academy's classes start and end."""
    schooling, horizon = trace.record.schooling, trace.record.horizon
    for number, (starts, ends, size) in enumerate([] if schooling is None else schooling.classes.tolist(), 1):
        yield Event(starts, "academy", f"class {number}", 0, "starts", f"{size} cadets", "", "", "")
        if ends < horizon:
            yield Event(ends, "academy", f"class {number}", 0, "ends", "", "", "", "")


# ---------------------------------------------------------------- to read


def kept(frame: pd.DataFrame, only: str) -> pd.DataFrame:
    """The events of a team, role, unit, activity, post or decision.

    Raises
    ------
    KeyError
        Where nothing is called so; it says what is near.
    """
    parts = frame["name"].str.split("/")
    known = {*frame["team"], *frame["role"], *frame["unit"], *frame["name"]} - {""}
    known |= {"/".join(name[:2]) for name in parts if len(name) > 1} | {name[1] for name in parts if len(name) > 1}
    if only not in known:
        near = get_close_matches(only, known, 1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise KeyError(f"nothing is called {only!r}{hint}; give a team, role, unit, activity, post or decision")
    found = (frame["team"] == only) | (frame["role"] == only) | (frame["unit"] == only) | (frame["name"] == only)
    return frame[found | frame["name"].str.startswith(f"{only}/") | (parts.str[1] == only)]


def trace_text(frame: pd.DataFrame, head: str, one_by_one: bool) -> str:
    """A trace to read: the Council, then post by post, then the activities.

    Parameters
    ----------
    one_by_one
        Whether every activity has a line; else they are counted by unit and kind.
    """
    parts = [head]
    above = frame[frame["what"].isin(["mission", "decision"])]
    if len(above):
        lines = [f"  {stamp(row.time)}  {row.event}{': ' + row.name_ if row.name_ else ''}" for row in named(above)]
        parts.append("\n".join(["The Council and the host", *lines]))
    posts = frame[frame["what"].isin(["post", "officer"])]
    if len(posts):
        parts.append("\n".join(["Post by post", *post_lines(posts)]))
    taught = frame[frame["what"] == "academy"]
    if len(taught):
        lines = [
            f"  {stamp(row.time)}  {row.name_} {row.event}{f' ({row.detail})' if row.detail else ''}"
            for row in named(taught)
        ]
        parts.append("\n".join(["The academy", *lines]))
    activities = frame[frame["what"] == "activity"]
    if len(activities):
        lines = list(activity_lines(activities) if one_by_one else activity_counts(activities))
        parts.append("\n".join(["Activities", *lines]))
    return "\n\n".join(parts)


def named(frame: pd.DataFrame) -> Iterator:
    """Rows, with `name` under a name that named tuples allow."""
    return frame.rename(columns={"name": "name_"}).itertuples(index=False)


def stamp(time: dt.datetime) -> str:
    """2010-09-03 14:20; without midnight's hour."""
    return f"{time:%Y-%m-%d %H:%M}" if (time.hour, time.minute) != (0, 0) else f"{time:%Y-%m-%d}".ljust(16)


def post_lines(frame: pd.DataFrame) -> Iterator[str]:
    """Each post, and a paragraph for each of its holders."""
    for name, post in frame.groupby("name", sort=False):
        for holder, mine in post.groupby("holder", sort=True):
            told = ", ".join(
                # A hard blank keeps an event and its date on one line.
                f"{row.event} {stamp(row.time).strip()}{f' ({row.detail})' if row.detail else ''}".replace(" ", "\xa0")
                for row in named(mine)
            )
            if holder:
                lead = f"    {holder}: "
                yield textwrap.fill(told, WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead)).replace(
                    "\xa0", " "
                )
            else:
                yield f"  {name}: {told}".replace("\xa0", " ")


def activity_lines(frame: pd.DataFrame) -> Iterator[str]:
    """Each activity: when it came, what it needed, what became of it."""
    for name, mine in frame.groupby("name", sort=False):
        first, *others = list(named(mine))
        told = ", ".join(f"{row.event} {stamp(row.time).strip()}" for row in others)
        yield f"  {stamp(first.time)}  {name}{' ' + first.detail if first.detail else ''}: {told}"


def activity_counts(frame: pd.DataFrame) -> Iterator[str]:
    """How many of each kind came at each unit, and what became of them."""
    kinds = frame["name"].str.rsplit("/", n=1).str[0]
    table = frame.groupby([kinds, "event"], sort=False).size().unstack(fill_value=0)
    wide = max(len(name) for name in table.index)
    for name, row in table.iterrows():
        told = ", ".join(f"{row[event]} {event}" for event in table.columns if row[event])
        yield f"  {name:<{wide}}  {told}"
