"""What the Council may decide: the decision's record, when it is proposed and how it is agreed."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from advisory_sim.scenario import reading
from advisory_sim.scenario.fields import (
    NOTHING,
    AMoment,
    AShare,
    Fixed,
    Money,
    People,
    Random,
    Setting,
    Text,
    one_of,
    read_people,
    reader,
    word,
    written,
)
from advisory_sim.scenario.quantities import Duration, Share


def read_bound(value: Any) -> float:
    text = reading.text_from(value, "a number, or a share such as 80%").strip()
    number = text.removesuffix("%").strip()
    try:
        bound = float(number) / (100 if text.endswith("%") else 1)
    except ValueError:
        bound = float("nan")
    if bound != bound or bound in (float("inf"), float("-inf")):  # noqa: PLR0124
        raise ValueError(f"found {reading.found(value)}; allowed: a number, or a share such as 80%")
    return bound


Bound = Annotated[float, reader(read_bound), written("a number, or a share such as 80%", numbers=True)]


class When(Setting):
    """What a decision waits for: a missing consent, or a measure at a review."""

    consent: word("missing") | None = Field(None, description="fires where consent is missing")  # type: ignore[valid-type]
    after: AMoment | None = Field(None, description="at this moment")
    measure: Text | None = Field(None, description="or: name of the measure reviewed, at 00:00 over whole days")
    below: Bound | None = Field(None, description="fires when it is strictly below")
    above: Bound | None = Field(None, description="or strictly above")
    over: Fixed | None = Field(None, description="the days reviewed; left out: all since day 0")
    every: Fixed = Field(Duration("constant", (1.0,), "day"), description="days between reviews")
    from_: AMoment | None = Field(None, alias="from", description="the first review; left out: the first after `over`")
    scope: dict[str, str] | None = Field(None, description="as of a target; left out: the mission")


class Agreement(Setting):
    """Whether and when a proposed decision is agreed."""

    takes: Random = Field(NOTHING, description="from the proposal to the answer")
    chance: AShare = Field(Share(1.0), description="chance that it is agreed")


def read_expand(value: Any) -> dict[str, int] | int:
    if isinstance(value, dict):
        return {name: read_people(number) for name, number in value.items()}
    return read_people(value)


def read_placed(value: Any) -> str | dict[str, int]:
    if isinstance(value, dict):
        return {name: read_people(number) for name, number in value.items()}
    return one_of("evenly", "by demand")(value)


PostsOrTeam = Annotated[dict[str, int] | int, reader(read_expand), WithJsonSchema({"type": ["integer", "object"]})]
Placed = Annotated[
    str | dict[str, int],
    reader(read_placed),
    WithJsonSchema({"anyOf": [{"enum": ["evenly", "by demand"]}, {"type": "object"}]}),
]


def read_units(value: Any) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise ValueError(f"found {reading.found(value)}; allowed: a unit, or a list of units")
    if len(set(names)) < len(names):
        raise ValueError("a unit is named twice")
    return tuple(names)


Units = Annotated[tuple[str, ...], reader(read_units), WithJsonSchema({"type": ["string", "array"]})]


class Decision(Setting):
    """Something that the Council may decide; options say which are taken."""

    at: AMoment | None = Field(None, description="when it is proposed")
    when: When | None = Field(None, description="or what it waits for")
    expand: dict[str, PostsOrTeam] | None = Field(None, description="posts to open: {role: n} or {team: {role: n}}")
    replace: dict[str, People] | None = Field(None, description="posts to close, {role: n}, for those of `by`")
    by: dict[str, PostsOrTeam] | None = Field(None, description="posts to open in their place, as of expand")
    placed: Placed = Field("evenly", description="over teams: evenly, by demand, or {team: n}")
    extend: Fixed | None = Field(None, description="time added to the expiry then known")
    draw_down: dict[str, People] | None = Field(None, description="posts to close: {role: n}")
    leaves_after: Fixed = Field(NOTHING, description="time until an officer whose post is to close leaves")
    open_unit: Units = Field((), description="a unit, or a list, to open for good")
    close_unit: Units = Field((), description="a unit, or a list, to close for good")
    agreement: Agreement | None = Field(None, description="left out: agreed at once")
    cost: Money = Field(0.0, description="due when it takes effect")

    @property
    def expansion(self) -> list[tuple[str | None, str, int]]:
        """Posts to open: team (None: to be placed), role, number."""
        posts: list[tuple[str | None, str, int]] = []
        for name, number in (self.expand or self.by or {}).items():
            if isinstance(number, dict):
                posts += [(name, role, n) for role, n in number.items()]
            elif isinstance(self.placed, dict):
                posts += [(team, name, n) for team, n in self.placed.items()]
            else:
                posts.append((None, name, number))
        return posts

    @property
    def reduction(self) -> dict[str, int]:
        """Posts to close, by role."""
        return self.draw_down or self.replace or {}
