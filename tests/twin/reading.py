"""Reads a scenario file into plain numbers for one replication (whole seconds from day 0, 00:00)."""

import csv
import math
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

DAY = 86400
FOREVER = math.inf
SECONDS = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": DAY,
    "week": 7 * DAY,
    "month": 2629800,
    "year": 31557600,
}  # a month counted from a person's own moment: 30.4375 days


# ---------------------------------------------------------------------------------------- words of the file
@cache
def call(text):
    """`name(a b c) rest` -> (name, [a, b, c], rest); None where the text is no such call."""
    found = re.fullmatch(r"\s*([a-z]+)\((.*)\)([^()]*)", text)
    if not found:
        return None
    name, inside, rest = found.groups()
    words, depth, word = [], 0, ""
    for letter in inside + " ":
        depth += (letter == "(") - (letter == ")")
        if letter in " ," and depth == 0:
            if word:
                words.append(word)
            word = ""
        else:
            word += letter
    return name, words, rest.strip()


@cache
def unit_seconds(word):
    """The seconds of a unit's name, singular or plural."""
    return SECONDS[word.strip().removesuffix("s")]


def after_calendar(start, second, months):
    """The second that lies so many calendar months after (before, if negative) another one."""
    moment = datetime(start.year, start.month, start.day) + timedelta(seconds=second)
    index = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(index, 12)
    last = (datetime(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    moved = moment.replace(year=year, month=month + 1, day=min(moment.day, last))
    passed = moved - datetime(start.year, start.month, start.day)
    return passed.days * DAY + passed.seconds


@dataclass(frozen=True)
class Length:
    """A length between dates: calendar months, or seconds."""

    months: int
    seconds: int

    def after(self, start, second):
        return after_calendar(start, second, self.months) + self.seconds

    def before(self, start, second):
        return after_calendar(start, second, -self.months) - self.seconds


@dataclass(frozen=True)
class Moment:
    """A fixed second, or a length before the expiry."""

    second: int | None
    before_expiry: Length | None = None

    def worked_out(self, start, expiry):
        """The second it falls on; None while it hangs on an expiry not yet known."""
        if self.before_expiry is None:
            return self.second
        return None if expiry is None else self.before_expiry.before(start, expiry)


# ----------------------------------------------------------------------------------------------- chance
class Luck:
    """What nobody knows yet: one uniform draw for each path of the file; or the middle of each range."""

    def __init__(self, rng, inputs):
        self.rng, self.inputs, self.uniforms = rng, inputs, {}

    def between(self, words, path):
        numbers = [plain_number(word) for word in words]
        low, high = numbers[0], numbers[-1]
        likely = numbers[1] if len(numbers) == 3 else None
        if self.inputs == "middle":
            return (low + high) / 2 if likely is None else likely
        if path not in self.uniforms:
            self.uniforms[path] = self.rng.random()
        u = self.uniforms[path]
        if likely is None or low == high:
            return low + u * (high - low)
        if u < (likely - low) / (high - low):
            return low + math.sqrt(u * (high - low) * (likely - low))
        return high - math.sqrt((1 - u) * (high - low) * (high - likely))

    def number(self, text, path):
        """A number or a share, which may be a between(..)."""
        found = call(str(text))
        if found is None:
            return plain_number(str(text))
        name, words, rest = found
        assert name == "between", text
        return self.between(words, path) * (0.01 if rest == "%" else 1)

    def lasting(self, text, path, folder=None):
        """A (random) duration, its between(..) settled."""
        text = str(text).strip()
        found = call(text)
        if found is None:
            number, unit = text.split()
            return Lasting("fixed", (float(number),), unit_seconds(unit))
        name, words, rest = found
        if name == "between":
            return Lasting("fixed", (self.between(words, path),), unit_seconds(rest))
        if name == "empirical":
            with open(Path(folder or ".") / words[0], newline="", encoding="utf-8") as lines:
                column = tuple(float(row[words[1]]) for row in csv.DictReader(lines) if row[words[1]])
            return Lasting(name, column, unit_seconds(rest))
        return Lasting(name, tuple(self.number(word, path) for word in words), unit_seconds(rest))

    def seconds(self, text, path):
        """A duration without a distribution."""
        lasting = self.lasting(text, path)
        assert lasting.kind == "fixed", text
        return lasting.draw(self.rng)

    def length(self, text, path):
        """A length between dates: whole months and years by the calendar."""
        text = str(text).strip()
        found = call(text)
        if found is None and (months := re.fullmatch(r"(\d+) (month|year)s?", text)):
            return Length(int(months[1]) * (12 if months[2] == "year" else 1), 0)
        return Length(0, self.seconds(text, path))


def plain_number(text):
    text = text.strip()
    return float(text[:-1]) / 100 if text.endswith("%") else float(text)


@dataclass(frozen=True)
class Lasting:
    """A duration's distribution; draws are whole seconds."""

    kind: str
    numbers: tuple
    unit: int

    def draw(self, rng):
        n = self.numbers
        if self.kind == "fixed":
            value = n[0]
        elif self.kind == "uniform":
            value = rng.uniform(*n)
        elif self.kind == "triangular":
            value = rng.triangular(n[0], n[2], n[1])
        elif self.kind == "pert":
            low, likely, high = n
            value = (
                low
                if low == high
                else low
                + (high - low)
                * rng.betavariate(1 + 4 * (likely - low) / (high - low), 1 + 4 * (high - likely) / (high - low))
            )
        elif self.kind == "exponential":
            value = rng.expovariate(1 / n[0]) if n[0] else 0
        elif self.kind == "lognormal":
            spread = math.log(1 + (n[1] / n[0]) ** 2)
            value = rng.lognormvariate(math.log(n[0]) - spread / 2, math.sqrt(spread))
        elif self.kind == "empirical":
            value = rng.choice(n)
        else:
            raise ValueError(self.kind)
        return round(value * self.unit)

    def mean(self):
        """The mean in seconds."""
        n = self.numbers
        if self.kind == "triangular":
            value = sum(n) / 3
        elif self.kind == "pert":
            value = (n[0] + 4 * n[1] + n[2]) / 6
        elif self.kind in ("uniform", "empirical"):
            value = sum(n) / len(n)
        else:
            value = n[0]
        return value * self.unit


# ------------------------------------------------------------------------------------------- the plan
@dataclass
class Stage:
    takes: Lasting
    fails: float
    every: Length | None  # of a series of dates
    first: int  # the series' first date

    def next_date(self, start, earliest, used):
        """The series' first date from `earliest` on that this search has not used yet."""
        k = 0
        while True:
            months, seconds = self.every.months * k, self.every.seconds * k
            day = after_calendar(start, self.first, months) + seconds if months else self.first + seconds
            if day >= earliest and day > used:
                return day
            k += 1


@dataclass
class Rota:
    shifts: list  # (from, to) in seconds of the day on which a shift starts
    off: int  # days in seven

    def on_shift(self, number, second, weekday):
        """Whether the post of this number is within its shift; `weekday` is that of day 0."""
        first, last = self.shifts[number % len(self.shifts)]
        off_from = number // len(self.shifts) % 7
        today = second // DAY
        return any(
            first <= second - day * DAY < last and (weekday + day - off_from) % 7 >= self.off
            for day in (today - 1, today)
        )

    def edges(self, horizon):
        """Every second at which a shift starts or ends."""
        return {day * DAY + edge for day in range(-1, horizon // DAY + 1) for shift in self.shifts for edge in shift}


@dataclass
class Role:
    kind: str
    recruitment: list
    refill: list
    travel: Lasting
    induction: int
    checkout: int
    tour: float
    stays_on: float
    sought: int  # before the tour's end
    handover: int
    early: object  # None, a hazard a second, or a Lasting
    minimum_stay: int
    notice: int
    leave: tuple | None  # (staggered, away, every)
    sickness: tuple | None  # (gap, lasting)
    rota: Rota | None
    per_day: float
    per_arrival: float


@dataclass
class Unit:
    population: float | None
    opens: int
    suspension: tuple | None  # (gap, lasting)
    lost_when_closed: bool = False


@dataclass
class Rate:
    """Arrivals by chance: a rate a second from each date on, and what hours and weekdays weigh."""

    steps: list  # (from, rate), in order of time
    by_hour: list
    by_weekday: list

    def weighted(self, by_hour, by_weekday):
        """The same rate with weights, each scaled to mean 1."""
        by_hour, by_weekday = by_hour or [1] * 24, by_weekday or [1] * 7
        return Rate(self.steps, [w * 24 / sum(by_hour) for w in by_hour], [w * 7 / sum(by_weekday) for w in by_weekday])

    def a_day(self, second):
        """Arrivals a day at a moment, averaged over hours and weekdays."""
        return DAY * max((step for step in self.steps if step[0] <= second), default=(0, 0))[1]

    def moments(self, rng, horizon, weekday):
        most = max(rate for _, rate in self.steps) * max(self.by_hour) * max(self.by_weekday)
        second = 0
        while most:
            second += round(rng.expovariate(most))
            if second >= horizon:
                return
            hour, day = second % DAY // 3600, (weekday + second // DAY) % 7
            rate = self.a_day(second) / DAY * self.by_hour[hour] * self.by_weekday[day]
            if rng.random() * most < rate:
                yield second


@dataclass
class Timetable:
    clocks: list  # seconds of the day
    days: set  # 0 is Monday

    def a_day(self, second):
        return len(self.clocks) * len(self.days) / 7

    def moments(self, rng, horizon, weekday):
        for day in range(-(-horizon // DAY)):
            if (weekday + day) % 7 in self.days:
                yield from (day * DAY + clock for clock in self.clocks if day * DAY + clock < horizon)


@dataclass
class Activity:
    arrivals: dict  # unit -> Rate or Timetable
    needs: dict
    lasting: Lasting
    patience: Lasting | None
    priority: int
    follow_up: dict
    during: list  # stages in which it comes; empty: always


@dataclass
class Step:
    """A stage of a return: not before a second, after so many of an activity or so long in the stage before."""

    name: str
    first: int
    attended: tuple | None  # (number, activity)
    lasting: int
    hours: tuple


@dataclass
class When:
    """A reviewed measure that crosses a threshold."""

    measure: str
    scope: tuple
    below: float | None
    above: float | None
    over: int | None
    every: Length
    first: int


@dataclass
class Team:
    units: list
    posts: dict
    minimum: dict | None
    deploy_from: int
    per_day: float


@dataclass
class Decision:
    name: str
    at: Moment | None  # None: when consent is missing at `missing_at`, or at a review
    missing_at: int | None
    when: When | None
    expand: dict
    placed: object
    extend: Length | None
    draw_down: dict
    leaves_after: int
    takes: Lasting
    chance: float
    cost: float
    open_unit: list
    close_unit: list


@dataclass
class Plan:
    """One option of a scenario in one replication's world."""

    start: date
    horizon: int
    length: Length
    begins: tuple  # ("decision",), ("consent",), ("deployed", n) or ("moment", second)
    consent: tuple | None  # (takes, chance)
    roles: dict
    units: dict
    teams: dict
    decisions: list
    minimum: dict | None
    hours: tuple
    count: str
    activities: dict
    returns: dict  # unit -> its stages
    academy: tuple | None  # what the file says of it, with the luck and the folder that it is read by

    @property
    def weekday(self):
        """That of day 0; 0 is Monday."""
        return self.start.weekday()


def load(scenario):
    """A scenario as a plain mapping, and the folder in which its tables lie."""
    if isinstance(scenario, dict):
        return scenario, None
    path = Path(scenario)
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")), path.parent


def option_names(scenario):
    """The names of a file's options; one empty name where it has none."""
    return list(scenario.get("options") or {"": []})


def option_of(scenario, option):
    """The steps an option takes, and the scenario with what it sets."""
    options = scenario.get("options") or {"": []}
    chosen = options[option if option is not None else next(iter(options))]
    if isinstance(chosen, dict):
        for path, value in (chosen.get("set") or {}).items():
            scenario = with_value(scenario, str(path).split("."), value)
        chosen = chosen.get("take") or []
    return [step if isinstance(step, dict) else {step: None} for step in chosen], scenario


def with_value(tree, path, value):
    if not path:
        return value
    if isinstance(tree, list):
        return [with_value(x, path[1:], value) if i == int(path[0]) else x for i, x in enumerate(tree)]
    tree = dict(tree or {})
    tree[path[0]] = with_value(tree.get(path[0]), path[1:], value)
    return tree


def read(scenario, option, rng, inputs="ranges", folder=None):
    """The plan of one option, every between(..) settled by this replication's luck."""
    whole = scenario
    steps, scenario = option_of(scenario, option)
    start = date.fromisoformat(str(scenario["start"]))
    luck = Luck(rng, inputs)

    def moment(text):
        return read_moment(start, text)

    mandate = scenario["mandate"]
    begins = read_begins(start, mandate.get("begins", "decision"))
    roles = {
        name: read_role(start, luck, f"roles.{name}", spec or {}, folder)
        for name, spec in (scenario.get("roles") or {}).items()
    }
    teams = {}
    for name, given in scenario["teams"].items():
        spec = given or {}
        units = spec.get("units", [name])
        teams[name] = Team(
            units=[] if units == "none" else list(units),
            posts=dict(spec.get("posts") or {}),
            minimum=spec.get("minimum"),
            deploy_from=moment(spec["deploy_from"]).second if "deploy_from" in spec else 0,
            per_day=luck.number((spec.get("cost") or {}).get("per_day", 0), f"teams.{name}.cost"),
        )
    units = {}
    for name, given in (scenario.get("units") or {n: {} for n, t in teams.items() if t.units == [n]}).items():
        spec = given or {}
        opens = moment(str(spec["closed"]).removeprefix("until ")).second if "closed" in spec else 0
        suspension = None
        if "suspension" in spec:
            suspension = tuple(
                luck.lasting(spec["suspension"][key], f"units.{name}.suspension.{key}", folder)
                for key in ("gap", "lasting")
            )
        units[name] = Unit(spec.get("population"), opens, suspension, spec.get("lost_when_closed", False))
    coverage = scenario.get("coverage") or {}
    hours = read_hours(coverage.get("hours", "00:00-24:00"))
    returns = read_returns(start, luck, scenario.get("reentry") or {}, list(units), hours)
    for name, steps_of_return in returns.items():
        units[name].opens = max(units[name].opens, steps_of_return[0].first)
    consent = None
    if "consent" in mandate:
        consent = (
            luck.lasting(mandate["consent"].get("takes", "0 days"), "mandate.consent.takes", folder),
            luck.number(mandate["consent"].get("chance", 1), "mandate.consent.chance"),
        )
    return Plan(
        start=start,
        horizon=read_horizon(whole, start),
        length=luck.length(mandate["length"], "mandate.length"),
        begins=begins,
        consent=consent,
        roles=roles,
        units=units,
        teams=teams,
        decisions=[
            read_decision(start, luck, name, scenario["decisions"][name], moved=moved, folder=folder)
            for step in steps
            for name, moved in step.items()
        ],
        minimum=coverage.get("minimum"),
        hours=hours,
        count=coverage.get("count", "present"),
        activities={
            name: read_activity(start, luck, f"activities.{name}", spec, units, folder)
            for name, spec in (scenario.get("activities") or {}).items()
        },
        returns=returns,
        academy=(scenario["academy"], luck, folder) if "academy" in scenario else None,
    )


def read_moment(start, text):
    text = str(text).strip()
    if found := re.fullmatch(r"day (\S+)", text):
        return Moment(round(float(found[1]) * DAY))
    if found := re.fullmatch(r"(.+) before expiry", text):
        return Moment(None, Luck(None, "middle").length(found[1], ""))
    if found := re.fullmatch(r"(.+) after start", text):
        return Moment(Luck(None, "middle").length(found[1], "").after(start, 0))
    return Moment((date.fromisoformat(text[:10]) - start).days * DAY)


def read_begins(start, text):
    text = str(text).strip()
    if text in ("decision", "consent"):
        return (text,)
    if text == "first arrival":
        return ("deployed", 1)
    if found := re.fullmatch(r"(\d+) deployed", text):
        return ("deployed", int(found[1]))
    return ("moment", read_moment(start, text).second)


def read_hours(text):
    """(from, to) in seconds of the day."""
    first, last = str(text).split("-")

    def clock(word):
        hour, minute = word.strip().split(":")
        return int(hour) * 3600 + int(minute) * 60

    return clock(first), clock(last)


def read_horizon(scenario, start):
    """The horizon given; else the latest expiry over the options, and 6 months where the begin is random."""
    middle = Luck(None, "middle")
    if "horizon" in scenario:
        return middle.length(scenario["horizon"], "").after(start, 0)
    latest = 0
    for option in scenario.get("options") or {None: []}:
        steps, changed = option_of(scenario, option)
        begins = read_begins(start, changed["mandate"].get("begins", "decision"))
        second = begins[1] if begins[0] == "moment" else 0
        second = middle.length(changed["mandate"]["length"], "").after(start, second)
        for step in steps:
            for name in step:
                if "extend" in changed["decisions"][name]:
                    second = middle.length(changed["decisions"][name]["extend"], "").after(start, second)
        if begins[0] in ("consent", "deployed"):
            second = after_calendar(start, second, 6)
        latest = max(latest, second)
    return latest


def read_stages(start, luck, path, spec, folder):
    stages = []
    for index, entry in enumerate(spec):
        ((name, value),) = entry.items()
        where = f"{path}.{index}.{name}"
        if not isinstance(value, dict):
            value = {"takes": value}
        stages.append(
            Stage(
                takes=luck.lasting(value.get("takes", "0 days"), f"{where}.takes", folder),
                fails=luck.number(value.get("fails", 0), f"{where}.fails"),
                every=luck.length(value["every"], f"{where}.every") if "every" in value else None,
                first=read_moment(start, value["from"]).second if "from" in value else 0,
            )
        )
    return stages


def read_role(start, luck, path, spec, folder):
    def seconds(key, default="0 days"):
        return luck.seconds(spec.get(key, default), f"{path}.{key}")

    early = None
    if "early_departure" in spec:
        text = str(spec["early_departure"]).strip()
        if text.endswith("per year"):
            share = luck.number(text.removesuffix("per year").strip(), f"{path}.early_departure")
            early = -math.log(1 - share) / (365.25 * DAY) if share else None
        else:
            early = luck.lasting(text, f"{path}.early_departure", folder)
    leave = None
    if "leave" in spec:
        staggered, away, every = re.fullmatch(r"(staggered\s+)?(.+?)\s+every\s+(.+)", str(spec["leave"])).groups()
        leave = (bool(staggered), luck.seconds(away, f"{path}.leave"), luck.seconds(every, f"{path}.leave"))
    sickness = None
    if "sickness" in spec:
        lasting = luck.lasting(spec["sickness"]["lasting"], f"{path}.sickness.lasting", folder)
        if "gap" in spec["sickness"]:
            sickness = (luck.lasting(spec["sickness"]["gap"], f"{path}.sickness.gap", folder), lasting)
        else:
            share = luck.number(spec["sickness"]["share"], f"{path}.sickness.share")
            if share:
                sickness = (Lasting("exponential", (lasting.mean() * (1 - share) / share,), 1), lasting)
    recruitment = read_stages(start, luck, f"{path}.recruitment", spec.get("recruitment") or [], folder)
    refill = recruitment
    if "refill" in spec:
        refill = read_stages(start, luck, f"{path}.refill", spec["refill"], folder)
    rota = None
    if "rota" in spec:
        shifts = []
        for shift in spec["rota"].get("shifts", ["00:00-24:00"]):
            first, last = read_hours(shift)
            shifts.append((first, last if last > first else last + DAY))
        rota = Rota(shifts, int(str(spec["rota"].get("days_off", "0 in 7")).split()[0]))
    cost = spec.get("cost") or {}
    return Role(
        kind=spec.get("kind", "international"),
        recruitment=recruitment,
        refill=refill,
        travel=luck.lasting(spec.get("travel", "0 days"), f"{path}.travel", folder),
        induction=seconds("induction"),
        checkout=seconds("checkout"),
        tour=seconds("tour") if "tour" in spec else FOREVER,
        stays_on=luck.number(spec.get("stays_on", 0), f"{path}.stays_on"),
        sought=luck.seconds(
            str(spec.get("successor_sought", "0 days")).removesuffix("before tour end"), f"{path}.successor_sought"
        ),
        handover=seconds("handover"),
        early=early,
        minimum_stay=seconds("minimum_stay"),
        notice=seconds("notice"),
        leave=leave,
        sickness=sickness,
        rota=rota,
        per_day=luck.number(cost.get("per_day", 0), f"{path}.cost.per_day"),
        per_arrival=luck.number(cost.get("per_arrival", 0), f"{path}.cost.per_arrival"),
    )


def read_decision(start, luck, name, spec, *, moved, folder):
    path = f"decisions.{name}"
    at = missing_at = when = None
    if moved is not None:
        at = read_moment(start, moved)
    elif "at" in spec:
        at = read_moment(start, spec["at"])
    elif "consent" in spec["when"]:
        missing_at = read_moment(start, spec["when"]["after"]).second
    else:
        when = read_when(start, luck, f"{path}.when", spec["when"])
    agreement = spec.get("agreement") or {}
    return Decision(
        name=name,
        at=at,
        missing_at=missing_at,
        when=when,
        expand=spec.get("expand") or spec.get("by") or {},
        placed=spec.get("placed", "evenly"),
        extend=luck.length(spec["extend"], f"{path}.extend") if "extend" in spec else None,
        draw_down=spec.get("draw_down") or spec.get("replace") or {},
        leaves_after=luck.seconds(spec.get("leaves_after", "0 days"), f"{path}.leaves_after"),
        takes=luck.lasting(agreement.get("takes", "0 days"), f"{path}.agreement.takes", folder),
        chance=luck.number(agreement.get("chance", 1), f"{path}.agreement.chance"),
        cost=luck.number(spec.get("cost", 0), f"{path}.cost"),
        open_unit=one_or_more(spec.get("open_unit")),
        close_unit=one_or_more(spec.get("close_unit")),
    )


def one_or_more(names):
    return list(names) if isinstance(names, list) else [] if names is None else [names]


def read_returns(start, luck, plans, units, hours):
    """{unit: its stages}; a plan without units is of all that no other names."""
    named = {unit for spec in plans.values() for unit in spec.get("units") or []}
    found = {}
    for plan, spec in plans.items():
        steps = []
        for entry in spec["stages"]:
            ((name, body),) = entry.items()
            body = body if isinstance(body, dict) else {"after": body} if body else {}
            attended = re.fullmatch(r"(\d+) attended (.+)", str(body.get("after", "")))
            lasting = 0
            if "after" in body and not attended:
                lasting = luck.seconds(body["after"], f"reentry.{plan}.stages.{name}.after")
            steps.append(
                Step(
                    name,
                    read_moment(start, body["from"]).second if "from" in body else 0,
                    (int(attended[1]), attended[2]) if attended else None,
                    lasting,
                    read_hours(body["hours"]) if "hours" in body else hours,
                )
            )
        for unit in spec.get("units") or [unit for unit in units if unit not in named]:
            found[unit] = steps
    return found


def read_when(start, luck, path, spec):
    over = luck.seconds(spec["over"], f"{path}.over") if "over" in spec else None
    every = luck.length(spec.get("every", "1 day"), f"{path}.every")
    ((scope, name),) = (spec.get("scope") or {"mission": ""}).items()
    return When(
        measure=spec["measure"],
        scope=(scope, name),
        below=luck.number(spec["below"], f"{path}.below") if "below" in spec else None,
        above=luck.number(spec["above"], f"{path}.above") if "above" in spec else None,
        over=over,
        every=every,
        first=read_moment(start, spec["from"]).second if "from" in spec else over or every.after(start, 0),
    )


def read_activity(start, luck, path, spec, units, folder):
    arrivals = {}
    for name, unit in units.items():
        found = read_arrivals(start, luck, f"{path}.arrivals", spec.get("arrivals"), name, unit)
        if found is not None:
            arrivals[name] = found
    return Activity(
        arrivals=arrivals,
        needs=dict(spec["needs"]),
        lasting=luck.lasting(spec["lasting"], f"{path}.lasting", folder),
        patience=luck.lasting(spec["patience"], f"{path}.patience", folder) if "patience" in spec else None,
        priority=spec.get("priority", 1),
        follow_up={
            name: luck.number(share, f"{path}.follow_up.{name}")
            for name, share in (spec.get("follow_up") or {}).items()
        },
        during=spec.get("during") or [],
    )


def read_arrivals(start, luck, path, spec, name, unit):
    """What arrives at one unit: a rate in words, or a mapping by date, by unit, with weights, or a timetable."""
    if spec is None:
        return None
    if not isinstance(spec, dict):
        return Rate([(-FOREVER, read_rate(luck, path, str(spec), unit))], [1] * 24, [1] * 7)
    if "timetable" in spec:
        return Timetable([read_clock(text) for text in spec["timetable"]], read_days(spec.get("days", "mon-sun")))
    if "rate" in spec:
        plain = read_arrivals(start, luck, f"{path}.rate", spec["rate"], name, unit)
        return plain and plain.weighted(spec.get("by_hour"), spec.get("by_weekday"))
    if all(re.fullmatch(r"\d{4}-\d\d-\d\d", str(key)) for key in spec):
        steps = [
            (read_moment(start, key).second, read_rate(luck, f"{path}.{key}", str(text), unit))
            for key, text in spec.items()
        ]
        return Rate(sorted(steps), [1] * 24, [1] * 7)
    key = name if name in spec else "other units"
    return read_arrivals(start, luck, f"{path}.{key}", spec.get(key), name, unit)


def read_rate(luck, path, text, unit):
    """Arrivals a second."""
    number, per, *people = re.split(r"\bper\b", text)
    rate = luck.number(number.strip(), path) / unit_seconds(per)
    if people:
        rate *= unit.population / float(people[0].split()[0])
    return rate


def read_clock(text):
    hour, minute = str(text).split(":")
    return int(hour) * 3600 + int(minute) * 60


def read_days(text):
    week, found = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], set()
    for part in text if isinstance(text, list) else re.split(r"[ ,]+", text):
        first, last = (week.index(word[:3]) for word in (part.split("-") * 2)[:2])
        found |= {day % 7 for day in range(first, last + (7 if last < first else 0) + 1)}
    return found
