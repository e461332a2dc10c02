"""The scenario as frozen records: every setting with its sentence, unit and bound.

The manual's tables and the JSON Schema are generated from these records.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

from pydantic import (
    BeforeValidator,
    Field,
    PrivateAttr,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from advisory_sim.scenario import quantities as q
from advisory_sim.scenario import reading
from advisory_sim.scenario.academy import Academy
from advisory_sim.scenario.arrivals import HowTheyCome
from advisory_sim.scenario.calendar import at_middle, duration_from
from advisory_sim.scenario.decision import Bound, Decision
from advisory_sim.scenario.document import Document
from advisory_sim.scenario.fields import (
    MOST_REPLICATIONS,
    NOTHING,
    STEP,
    ADate,
    AHalfWidth,
    AMoment,
    AShare,
    BeforeTourEnd,
    BeginsAt,
    Early,
    Fixed,
    Flag,
    HoursOfDay,
    LeaveRule,
    Money,
    People,
    Random,
    Replications,
    Setting,
    Text,
    named_steps,
    read_whole,
    reader,
    word,
    written,
)
from advisory_sim.scenario.quantities import (
    Begins,
    Moment,
    Share,
)
from advisory_sim.scenario.reentry import Reentry, StageNames


class Consent(Setting):
    """The host's consent; before it nobody arrives."""

    takes: Random = Field(NOTHING, description="time from day 0 until the host agrees")
    chance: AShare = Field(Share(1.0), description="chance that the host agrees at all")


class Mandate(Setting):
    """What the Council decided."""

    length: Fixed = Field(description="from the begin to the expiry; whole months by the calendar")
    begins: BeginsAt = Field(Begins("decision"), description="what starts the mandate's clock")
    consent: Consent | None = Field(None, description="the host's consent; left out: there from day 0")


def stage_body(value: Any) -> Any:
    return value if isinstance(value, dict) else {"takes": value}


class Stage(Setting):
    """One step of recruitment."""

    name: str = Field("", alias=STEP, exclude=True, json_schema_extra={"hidden": True})
    takes: Random = Field(NOTHING, description="time that the step takes")
    every: Fixed | None = Field(None, description="it waits for the next of a series so far apart, then takes its time")
    from_: AMoment | None = Field(None, alias="from", description="the first of the series; left out: day 0")
    fails: AShare = Field(Share(0.0), description="chance that the candidate is lost at its end; below 100%")


def read_stages(value: Any) -> Any:
    """[{call: ..}, {selection: ..}] -> stages with their names."""
    return named_steps(value, stage_body)


Stages = Annotated[tuple[Stage, ...], BeforeValidator(read_stages)]


class Sickness(Setting):
    """Spells of sickness: the time between them, or the share of time that they take."""

    gap: Random | None = Field(None, description="from arrival or recovery to the next spell")
    share: AShare | None = Field(None, description="share of time sick; the gap is then exponential")
    lasting: Random = Field(description="length of a spell")


class Cost(Setting):
    """What a person, or a car, costs; in the file's currency."""

    per_day: Money = Field(0.0, description="a day deployed")
    per_arrival: Money = Field(0.0, description="an arrival")


class Rota(Setting):
    """Shifts and days off; left out: on duty whenever present."""

    shifts: tuple[HoursOfDay, ...] = Field(description="post i of a team's role has shift i mod their number")
    days_off: Annotated[q.DaysOff, reader(reading.read_days_off), written(reading.DAYS_OFF)] = Field(
        q.DaysOff(0), description="days off in seven, one after another, spread over the posts"
    )


class Role(Setting):
    """How posts of a role are filled, and how their holders live."""

    kind: word("international", "local", "equipment") = Field(  # type: ignore[valid-type]
        "international", description="international staff counts as strength"
    )
    recruitment: Stages = Field((), description="steps from the post's opening until somebody is ready; none: at once")
    refill: Stages | None = Field(None, description="steps of every later search; left out: as recruitment")
    travel: Random = Field(NOTHING, description="journey of who is ready and may travel")
    induction: Fixed = Field(NOTHING, description="after arrival, not yet at work")
    checkout: Fixed = Field(NOTHING, description="before a planned departure, no longer at work")
    tour: Fixed | None = Field(None, description="agreed length of a stay; left out: to the mandate's end")
    stays_on: AShare = Field(Share(0.0), description="chance to add a further tour, asked once a tour")
    successor_sought: BeforeTourEnd = Field(NOTHING, description="time before the tour's end at which he is asked")
    handover: Fixed = Field(NOTHING, description="longest overlap of a successor with whom he relieves")
    early_departure: Early | None = Field(None, description="leaving before the end")
    minimum_stay: Fixed = Field(NOTHING, description="nobody travels for less")
    notice: Fixed = Field(NOTHING, description="an extension agreed later before a contract's end no longer holds him")
    leave: LeaveRule | None = Field(None, description="absence after each so long in the mission")
    sickness: Sickness | None = Field(None, description="spells of sickness")
    rota: Rota | None = Field(None, description="shifts and days off; left out: on duty whenever present")
    cost: Cost = Field(Cost(), description="per day deployed and per arrival")


class Suspension(Setting):
    """Times in which unarmed staff are withdrawn from a unit."""

    gap: Random = Field(description="from day 0 or the last end to the next suspension")
    lasting: Random = Field(description="its length")


def read_location(value: Any) -> tuple[float, float]:
    numbers = value if isinstance(value, list) else []
    if len(numbers) == 2 and all(isinstance(x, int | float) and not isinstance(x, bool) for x in numbers):
        latitude, longitude = map(float, numbers)
        if -90 <= latitude <= 90 and -180 <= longitude <= 180:
            return latitude, longitude
    raise ValueError(f"found {reading.found(value)}; allowed: [latitude, longitude] in degrees, such as [40.53, 72.80]")


def read_closed(value: Any) -> Moment:
    text = value.strip() if isinstance(value, str) else ""
    if not text.startswith("until "):
        raise ValueError(f"found {reading.found(value)}; allowed: until and a moment, such as until day 30")
    return reading.read_moment(text.removeprefix("until "))


Location = Annotated[
    tuple[float, float], reader(read_location), WithJsonSchema({"type": "array", "items": {"type": "number"}})
]
ClosedUntil = Annotated[Moment, reader(read_closed), written("until day 30")]


Inhabitants = Annotated[int, reader(read_whole(0, 2_000_000_000)), WithJsonSchema({"type": "integer", "minimum": 0})]


class Unit(Setting):
    """A territorial unit of the host's Interior Ministry."""

    population: Inhabitants | None = Field(None, description="people who live there")
    location: Location | None = Field(None, description="[latitude, longitude]")
    closed: ClosedUntil | None = Field(None, description="not open before a moment: `until day 30`")
    suspension: Suspension | None = Field(None, description="times in which staff are withdrawn")
    lost_when_closed: Flag = Field(False, description="whether what arrives while closed or suspended counts as lost")


class TeamCost(Setting):
    """What a team costs while it has an open post."""

    per_day: Money = Field(0.0, description="a day")


def read_units(value: Any) -> tuple[str, ...]:
    if value == "none":
        return ()
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        if len(set(value)) < len(value):
            raise ValueError("a unit is named twice")
        return tuple(value)
    raise ValueError(f"found {reading.found(value)}; allowed: a list of units, or none")


UnitNames = Annotated[
    tuple[str, ...], reader(read_units), WithJsonSchema({"anyOf": [{"const": "none"}, {"type": "array"}]})
]


class Team(Setting):
    """Officers, mediators, interpreters and cars that sit together."""

    units: UnitNames = Field((), description="units served; `none`: headquarters; left out: the unit of its own name")
    posts: dict[str, People] = Field({}, description="posts by role on day 0")
    minimum: dict[str, People] | None = Field(None, description="replaces coverage.minimum for this team")
    deploy_from: AMoment | None = Field(None, description="nobody travels before")
    cost: TeamCost = Field(TeamCost(), description="per day with an open post")


class Activity(Setting):
    """Something that the staff of units do."""

    arrivals: HowTheyCome | None = Field(
        None, description="a rate, a timetable, or these by unit or date; left out: only as a follow-up"
    )
    during: StageNames = Field((), description="stages of a re-entry in which it comes; left out: always")
    needs: dict[str, People] = Field(description="staff by role, at the same time")
    lasting: Random = Field(description="how long it takes them")
    patience: Random | None = Field(None, description="how long it waits before it is lost; left out: for ever")
    priority: Annotated[int, reader(read_whole(1, 1000)), WithJsonSchema({"type": "integer"})] = Field(
        1, description="1 is first in the queue"
    )
    follow_up: dict[str, AShare] = Field(
        {}, description="activities that it gives rise to when it ends, with their chance"
    )


class Coverage(Setting):
    """When a unit counts as covered."""

    minimum: dict[str, People] | None = Field(
        None,
        description="staff by role; left out: 2 international (fewer where a team has fewer posts) and one of each "
        "local role",
    )
    hours: HoursOfDay | None = Field(None, description="hours of the day in which cover counts; left out: all")
    count: word("present", "on duty") = Field("present", description="whom to count")  # type: ignore[valid-type]


class Take(NamedTuple):
    """A decision as an option takes it, moved where a moment is given."""

    decision: str
    moment: Moment | None


def read_take(value: Any) -> Take:
    if isinstance(value, str):
        return Take(value, None)
    if isinstance(value, dict) and len(value) == 1:
        ((name, moment),) = value.items()
        return Take(name, reading.read_moment(moment))
    raise ValueError(f"found {reading.found(value)}; allowed: the name of a decision, or {{name: moment}}")


def read_option(value: Any) -> Any:
    if isinstance(value, list):
        return {"take": value}
    if isinstance(value, dict | Option):
        return value
    sentence = f"found {reading.found(value)}; allowed: a list of decisions, or {{take: [..], set: {{path: value}}}}"
    raise PydanticCustomError("problem", "{sentence}", {"sentence": sentence})


def with_numbers(value: Any) -> Any:
    """Settings with a column's numbers in place of its file, so that they can be written down."""
    if isinstance(value, dict):
        return {key: with_numbers(inside) for key, inside in value.items()}
    if isinstance(value, list):
        return [with_numbers(inside) for inside in value]
    return value.literal if isinstance(value, q.Observed) else value


class Option(Setting):
    """A course that the Council may take."""

    take: tuple[Annotated[Take, reader(read_take), WithJsonSchema({"type": ["string", "object"]})], ...] = Field(
        (), description="decisions taken, in order"
    )
    set: Annotated[dict[str, Any], BeforeValidator(with_numbers)] = Field(
        {}, description="settings that differ: {path: value}"
    )


class Target(Setting):
    """What a plan should reach."""

    measure: Text = Field(description="name of a measure")
    scope: dict[str, str] | None = Field(None, description="{unit: ..}, {team: ..}, {role: ..}, {team: .., role: ..}")
    at_least: Bound | None = Field(None, description="the least that meets it")
    at_most: Bound | None = Field(None, description="the most that meets it")
    window: word("horizon", "mandate") | None = Field(None, description="left out: horizon")  # type: ignore[valid-type]
    on: ADate | None = Field(None, description="the mean of this day")


def read_confidence(value: Any) -> Share:
    share = reading.read_share(value)
    if not isinstance(share.value, float) or not 0.5 <= share.value <= 0.999:
        raise ValueError(f"found {reading.found(value)}; allowed: a share from 50% to 99.9%")
    return share


class Runs(Setting):
    """How a scenario is simulated unless the command says otherwise."""

    replications: Replications = Field(
        200, description="futures an option; `auto`: as many as the figures of `precision` take"
    )
    precision: dict[str, AHalfWidth] | None = Field(
        None,
        description="of `auto`: {measure: half of its interval}; left out: 5% of officer_days, and of covered_days",
    )
    at_most: Annotated[int, reader(read_whole(1, MOST_REPLICATIONS)), WithJsonSchema({"type": "integer"})] = Field(
        2000, description="of `auto`: the most futures an option"
    )
    seed: Annotated[int, reader(read_whole(0, 2**63 - 1)), WithJsonSchema({"type": "integer"})] = Field(
        1, description="seed of all chance"
    )
    confidence: Annotated[Share, reader(read_confidence), written(reading.SHARE, numbers=True)] = Field(
        Share(0.95), description="of intervals; 50% to 99.9%"
    )
    inputs: word("ranges", "middle") = Field(  # type: ignore[valid-type]
        "ranges", description="draw what nobody knows yet, or take its middle"
    )


class Source(Setting):
    """How a figure is known."""

    grade: word("measured", "published", "expert", "assumed") = Field(  # type: ignore[valid-type]
        description="measured, published, expert or assumed"
    )
    source: Text | None = Field(None, description="where it stands")


def read_format(value: Any) -> int:
    if value == 1 and not isinstance(value, bool):
        return 1
    raise ValueError(f"found {reading.found(value)}; this program reads format 1")


ACADEMY = "academy"  # the target that the academy brings with it


class Scenario(Setting):
    """A plan, and the options that it leaves open."""

    format: Annotated[int, reader(read_format), WithJsonSchema({"const": 1})] = Field(description="of the file: 1")
    title: Text = Field(description="what the plan is called")
    start: ADate = Field(description="day 0: the decision")
    horizon: Fixed | None = Field(None, description="how long every option is observed; at most 30 years")
    currency: Text = Field("EUR", description="a label")
    preset: word("osce-seconded", "un-police", "none") = Field(  # type: ignore[valid-type]
        "none", description="fills in roles that the file leaves open"
    )
    mandate: Mandate = Field(description="length, begin, consent")
    roles: dict[str, Role] = Field({}, description="how posts are filled and held, by role")
    units: dict[str, Unit] = Field({}, description="territorial units; left out: one for each team, of its name")
    teams: dict[str, Team] = Field(description="who sits where")
    coverage: Coverage = Field(Coverage(), description="when a unit counts as covered")
    activities: dict[str, Activity] = Field({}, description="what the staff of units do")
    reentry: dict[str, Reentry] = Field({}, description="plans by which the host's police return to units in stages")
    academy: Academy | None = Field(None, description="the police school; left out: none")
    decisions: dict[str, Decision] = Field({}, description="what the Council may decide")
    options: dict[str, Annotated[Option, BeforeValidator(read_option)]] = Field(
        {"plan": Option()}, description="courses; the first is what the others are compared with"
    )
    targets: dict[str, Target] = Field({}, description="what the plan should reach")
    runs: Runs = Field(Runs(), description="replications, seed, confidence")
    sources: dict[str, Source] = Field({}, description="path -> how the figures below it are known")

    _document: Document | None = PrivateAttr(None)
    _taken: tuple[tuple[str, Decision], ...] = PrivateAttr(())
    _horizon: int | None = PrivateAttr(None)  # of all options, in the scenario of one of them

    @model_validator(mode="after")
    def _with_academy_target(self) -> Scenario:
        """What the academy is to reach stands among the targets, under its name."""
        aim = self.academy.target if self.academy is not None else None
        if aim is not None and ACADEMY not in self.targets:
            target = {"measure": "graduates", "at_least": aim.graduates, "on": str(aim.by)}
            self.targets[ACADEMY] = Target.model_validate(target)
        return self

    @property
    def taken(self) -> tuple[tuple[str, Decision], ...]:
        """Decisions of the option that this scenario is of (`for_option`), in its order, moved as it says."""
        return self._taken

    @property
    def text(self) -> str:
        """The file as it was given; of a plan changed since, the plan with every default in it."""
        from advisory_sim.scenario.dump import resolve

        return self._document.text if self._document is not None and self._document.text else resolve(self)

    @property
    def files(self) -> dict[str, bytes]:
        """The tables that `text` speaks of, by their names beside it, as they were read."""
        return self._document.beside if self._document is not None and self._document.text else {}

    def __eq__(self, other: object) -> bool:
        """Whether two scenarios say the same, wherever they were read from."""
        return isinstance(other, Scenario) and all(
            getattr(self, name) == getattr(other, name) for name in type(self).model_fields
        )

    __hash__ = None  # type: ignore[assignment]

    def for_option(self, name: str) -> Scenario:
        """The scenario of one option: its settings applied, its decisions in `taken`."""
        from advisory_sim.scenario.options import for_option

        return for_option(self, name)

    def with_option(self, name: str, *decisions: str, **moved: str) -> Scenario:
        """A scenario with one option more (or another in its place).

        Parameters
        ----------
        decisions
            Names of decisions that it takes as they stand.
        moved
            Decisions with another moment: `expansion="day 60"`.
        """
        from advisory_sim.scenario.options import with_option

        return with_option(self, name, [*decisions, *({key: moment} for key, moment in moved.items())])

    def with_setting(self, path: str, value: Any) -> Scenario:
        """A scenario with another value at a dotted path."""
        from advisory_sim.scenario.options import with_setting

        return with_setting(self, path, value)

    @property
    def begins_by_chance(self) -> bool:
        """Whether nobody knows on day 0 when the mandate begins."""
        return self.mandate.begins.kind in ("consent", "deployed")

    @property
    def is_mapped(self) -> bool:
        """Whether a unit has a location."""
        return any(unit.location is not None for unit in self.units.values())

    @property
    def horizon_seconds(self) -> int:
        """How long every option is observed, in seconds from day 0."""
        from advisory_sim.scenario.options import latest_expiry

        if self._horizon is not None:
            return self._horizon
        if self.horizon is not None:
            return duration_from(0, at_middle(self.horizon), self.start)
        return latest_expiry(self)

    @property
    def horizon_note(self) -> str:
        """Where the horizon comes from."""
        if self.horizon is not None:
            return "as the file says"
        more = " and 6 months, as nobody knows when it begins" if self.begins_by_chance else ""
        return f"the mandate with all its extensions{more}"

    def _repr_html_(self) -> str:
        from advisory_sim.scenario.outline import outline_html

        return outline_html(self)
