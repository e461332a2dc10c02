"""On small plans without chance, put together at random, the package and the twin agree to the digit."""

import io
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from .test_agreement import assert_same_figures, assert_without_chance

START = date(2001, 1, 1)
HOURS = ["00:00-24:00", "09:00-15:00", "06:00-22:00", "20:00-05:30"]


def days(low, high):
    return st.integers(low, high).map(lambda n: f"{n} days")


def lengths(low, high):
    """A length in one of the units in which a planner writes it."""
    return st.one_of(
        days(low, high),
        st.integers(low * 24, high * 24).map(lambda n: f"{n} hours"),
        st.integers(-(-low // 7), high // 7).map(lambda n: f"{n} weeks"),
    )


def moments(low, high):
    on_date = st.integers(low, high).map(lambda n: START + timedelta(days=n))
    return st.one_of(st.integers(low, high).map(lambda n: f"day {n}"), on_date)


@st.composite
def steps(draw):
    found = []
    for name in draw(st.sampled_from([[], ["fill"], ["fill"], ["call", "fill"], ["fill", "course"]])):
        takes = draw(lengths(0, 40))
        if name == "fill":
            found.append({name: takes})
        else:
            every = draw(st.one_of(days(7, 40), st.sampled_from(["1 month", "2 months"])))
            found.append({name: {"every": every, "from": draw(moments(0, 30)), "takes": takes}})
    return found


@st.composite
def roles(draw, kind):
    role = {} if kind == "international" else {"kind": kind}

    def perhaps(key, strategy):
        if draw(st.booleans()):
            role[key] = draw(strategy)

    perhaps("recruitment", steps())
    perhaps("refill", steps())
    perhaps("travel", lengths(0, 9))
    perhaps("minimum_stay", lengths(0, 40))
    if kind != "equipment":
        perhaps("induction", lengths(0, 8))
        perhaps("leave", st.builds("{} every {}".format, lengths(1, 9), lengths(10, 45)))
        perhaps("sickness", st.fixed_dictionaries({"gap": lengths(5, 50), "lasting": lengths(1, 9)}))
        if draw(st.booleans()):
            checkout = draw(st.integers(1, 7))
            role |= {"checkout": f"{checkout} days", "notice": f"{draw(st.integers(checkout, 30))} days"}
        else:
            perhaps("notice", days(0, 30))
        if draw(st.booleans()):
            role["tour"] = draw(lengths(25, 90))
            perhaps("successor_sought", st.integers(8, 40).map(lambda n: f"{n} days before tour end"))
            perhaps("handover", lengths(0, 6))
            perhaps("stays_on", st.sampled_from([0, 1]))
        perhaps("early_departure", lengths(10, 120))
    perhaps("cost", st.fixed_dictionaries({"per_day": st.integers(0, 200), "per_arrival": st.integers(0, 900)}))
    return role


@st.composite
def decisions(draw, kinds):
    decision = {"at": draw(st.one_of(moments(0, 110), days(1, 60).map(lambda d: f"{d} before expiry")))}
    if draw(st.integers(0, 9)) == 0:
        decision = {"when": {"consent": "missing", "after": f"day {draw(st.integers(1, 60))}"}}
    what = draw(
        st.sampled_from(["expand", "place", "by team", "extend", "extend", "draw_down", "replace", "move", "units"])
    )
    role = draw(st.sampled_from(sorted(kinds)))
    number = draw(st.integers(1, 3))
    if what == "expand":
        decision |= {"expand": {role: number}, "placed": "evenly"}
    elif what == "place":
        decision |= {"expand": {role: number + 1}, "placed": {"A": number, "B": 1}}
    elif what == "by team":
        decision["expand"] = {"B": {role: number}}
    elif what == "extend":
        decision["extend"] = draw(st.one_of(days(10, 90), st.sampled_from(["1 month", "2 months"])))
    elif what == "units":
        decision |= draw(unit_changes())
    else:
        if what == "draw_down":
            decision["draw_down"] = {role: number}
        else:
            other = draw(st.sampled_from(sorted({*kinds, "newcomer"})))
            decision |= {"replace": {role: number}, "by": {other: number}}
            if what == "move":
                decision["placed"] = {"New": number}
        if draw(st.booleans()):
            decision["leaves_after"] = draw(lengths(0, 20))
    if draw(st.booleans()):
        decision["agreement"] = {"takes": draw(lengths(0, 30)), "chance": draw(st.sampled_from([1, 1, 1, 0]))}
    if draw(st.booleans()):
        decision["cost"] = draw(st.integers(1, 5000))
    return decision


@st.composite
def unit_changes(draw):
    """Units to open, to close, or both, as a name or a list."""
    opens = draw(st.lists(st.sampled_from("UVW"), max_size=2, unique=True))
    closes = draw(st.lists(st.sampled_from([unit for unit in "UVW" if unit not in opens]), max_size=1))
    found = {"open_unit": opens or ["U"]} if opens or not closes else {}
    return found | ({"close_unit": closes[0]} if closes else {})


@st.composite
def stages(draw, first, kinds):
    """A plan's stages; `kinds` are activities that a stage may wait for."""
    found = [{"visits": {"hours": draw(st.sampled_from(HOURS))}}]
    if first and draw(st.booleans()):
        found[0]["visits"]["from"] = f"day {draw(st.integers(0, 20))}"
    for name in ("longer", "always")[: draw(st.integers(0, 2))]:
        body = {"hours": draw(st.sampled_from(HOURS))} if draw(st.booleans()) else {}
        after = st.one_of(lengths(1, 25), st.builds("{} attended {}".format, st.integers(1, 9), st.sampled_from(kinds)))
        which = draw(st.sampled_from(["from", "after", "after", "both"]))
        if which != "after":
            body["from"] = f"day {draw(st.integers(0, 30))}"
        if which != "from":
            body["after"] = draw(after if kinds else lengths(1, 25))
        found.append({name: body})
    return found


@st.composite
def reentries(draw, units, kinds=()):
    """Plans of return of some units, or of all."""
    closed = any("closed" in unit for unit in units.values())
    made = {"plan": {"stages": draw(stages(not closed, kinds))}}
    if draw(st.booleans()):
        made["plan"]["units"] = draw(st.lists(st.sampled_from("UVW"), min_size=1, max_size=2, unique=True))
        made["others"] = {"stages": draw(stages(not closed, kinds))}
    return made


@st.composite
def plans(draw):
    kinds = {"adviser": "international"}
    for name, kind in (("expert", "international"), ("mediator", "local"), ("car", "equipment")):
        if draw(st.booleans()):
            kinds[name] = kind
    mandate = {"length": draw(st.one_of(days(50, 130), st.sampled_from(["2 months", "3 months", "4 months"])))}
    if draw(st.booleans()):
        mandate["begins"] = draw(
            st.one_of(st.sampled_from(["decision", "consent", "first arrival", "2 deployed"]), moments(0, 40))
        )
    if draw(st.booleans()):
        mandate["consent"] = {"takes": draw(lengths(0, 50)), "chance": draw(st.sampled_from([1, 1, 1, 0]))}
    units = {}
    for name in "UVW":
        units[name] = {"population": draw(st.integers(1, 9))}
        if draw(st.integers(0, 2)) == 0:
            units[name]["closed"] = f"until day {draw(st.integers(1, 60))}"
        if draw(st.integers(0, 2)) == 0:
            units[name]["suspension"] = {"gap": draw(lengths(8, 50)), "lasting": draw(lengths(1, 12))}
    shared = ["U", "V"]
    teams = {"A": {"units": draw(st.sampled_from([shared, ["U"], ["U", "V", "W"]]))}}
    teams["B"] = {
        "units": draw(
            st.sampled_from(
                {2: [shared, ["W"], "none"], 1: [["V"], ["V", "W"], "none"], 3: [["U", "V", "W"], "none"]}[
                    len(teams["A"]["units"])
                ]
            )
        )
    }
    for team in teams.values():
        team["posts"] = {role: draw(st.integers(1 if role == "adviser" else 0, 3)) for role in kinds}
        if draw(st.booleans()):
            team["deploy_from"] = draw(moments(0, 50))
        if draw(st.integers(0, 3)) == 0:
            team["minimum"] = {"adviser": draw(st.integers(1, 3))}
        if draw(st.integers(0, 3)) == 0:
            team["cost"] = {"per_day": draw(st.integers(1, 50))}
    made = {name: draw(decisions(kinds)) for name in ["first", "second", "third"][: draw(st.integers(0, 3))]}
    plan = {
        "format": 1,
        "title": "A random plan",
        "start": START,
        "horizon": f"{draw(st.integers(90, 260))} days",
        "mandate": mandate,
        "roles": {name: draw(roles(kind)) for name, kind in kinds.items()},
        "units": units,
        "teams": teams,
    }
    if draw(st.booleans()):
        plan["coverage"] = {}
        if draw(st.booleans()):
            plan["coverage"]["minimum"] = {role: draw(st.integers(0, 2)) for role in kinds} | {"adviser": 1}
        if draw(st.booleans()):
            plan["coverage"]["hours"] = draw(st.sampled_from(["08:00-24:00", "22:00-06:00", "06:30-18:15"]))
    if draw(st.booleans()):
        plan["reentry"] = draw(reentries(units))
    if made:
        plan["roles"]["newcomer"] = {"recruitment": [{"fill": "20 days"}]}  # has no post on day 0
        teams["New"] = {"units": "none"}  # nor has this team
        moved = [
            {name: draw(moments(0, 110))} if "at" in made[name] and draw(st.booleans()) else name
            for name in reversed(made)
        ]
        plan |= {"decisions": made, "options": {"as they stand": list(made), "moved": moved}}
    return plan


def dumped(plan):
    text = io.StringIO()
    yaml = YAML()
    yaml.representer.ignore_aliases = lambda _: True
    yaml.dump(plan, text)
    return text.getvalue()


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(plan=plans())
def test_same_figures(tmp_path_factory, plan):
    path = tmp_path_factory.mktemp("plan") / "plan.yaml"
    path.write_text(dumped(plan), encoding="utf-8")
    assert_same_figures(path, plan)


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(plan=plans(), first=st.integers(), second=st.integers())
def test_the_twin_has_no_chance_in_such_plans(plan, first, second):
    assert_without_chance(plan, first, second)
