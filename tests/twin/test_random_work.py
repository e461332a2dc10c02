"""On small plans of work without chance, put together at random, the package and the twin agree to the digit."""

from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .test_agreement import assert_same_figures, assert_without_chance
from .test_random_plans import START, days, dumped, reentries, unit_changes

QUARTERS = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 15, 30, 45)]
SHIFTS = [
    ["08:00-16:00"],
    ["06:00-14:00", "14:00-22:00"],
    ["06:00-14:00", "14:00-22:00", "22:00-06:00"],
    ["19:30-07:30", "07:30-19:30"],
]


def durations(low, high):
    """In quarters of an hour, so that things happen at the same instant."""
    return st.integers(low * 4, high * 4).map(lambda n: f"{n * 15} minutes")


@st.composite
def roles(draw, kind):
    role = {} if kind == "international" else {"kind": kind}
    if draw(st.booleans()):
        role["recruitment"] = [{"fill": draw(durations(0, 240))}]
    if kind != "equipment":
        if draw(st.booleans()):
            role["rota"] = {"shifts": draw(st.sampled_from(SHIFTS)), "days_off": f"{draw(st.integers(0, 3))} in 7"}
        if draw(st.booleans()):
            role["leave"] = f"{draw(durations(12, 72))} every {draw(durations(60, 200))}"
        if draw(st.booleans()):
            role["sickness"] = {"gap": draw(durations(40, 200)), "lasting": draw(durations(5, 60))}
        if draw(st.booleans()):
            role |= {"tour": draw(days(6, 15)), "refill": [{"again": draw(durations(0, 60))}]}
    return role


@st.composite
def activities(draw, kinds):
    made = {}
    names = ["patrol", "visit", "talk", "report"][: draw(st.integers(1, 4))]
    for name in names:
        needed = draw(st.lists(st.sampled_from(sorted(kinds)), min_size=1, max_size=3, unique=True))
        made[name] = {
            "needs": {role: draw(st.integers(1, 2)) for role in needed},
            "lasting": draw(st.integers(1, 80).map(lambda n: f"{n * 15} minutes")),
        }
        if name == "patrol" or draw(st.integers(0, 3)):
            clocks = draw(st.lists(st.sampled_from(QUARTERS[24:88:2]), min_size=1, max_size=4, unique=True))
            made[name]["arrivals"] = {"timetable": sorted(clocks)}
            if draw(st.booleans()):
                made[name]["arrivals"]["days"] = draw(st.sampled_from(["mon-fri", "mon-sat", "sat-sun", "tue-wed"]))
        if draw(st.integers(0, 2)):
            made[name]["patience"] = draw(durations(0, 30))
        if draw(st.booleans()):
            made[name]["priority"] = draw(st.integers(1, 3))
        later = names[names.index(name) + 1 :]
        if later and draw(st.booleans()):
            made[name]["follow_up"] = {draw(st.sampled_from(later)): draw(st.sampled_from([1, 1, 0]))}
    followers = {kind for activity in made.values() for kind in activity.get("follow_up", {})}
    for name, activity in made.items():
        if name not in followers:
            activity.setdefault("arrivals", {"timetable": ["10:00"]})
    return made


@st.composite
def decisions(draw, kinds):
    what = draw(st.sampled_from(["by demand", "evenly", "extend", "draw_down", "units", "units"]))
    decision = {"at": f"day {draw(st.integers(0, 20))}"}
    if draw(st.booleans()):
        measure, limit = draw(
            st.sampled_from(
                [
                    ("attended", 0.7),
                    ("served", 15),
                    ("lost", 8),
                    ("present", 2),
                    ("on_duty", 1.5),
                    ("deployed", 2.5),
                    ("coverage", 0.5),
                    ("covered_days", 6),
                    ("vacancy_rate", 0.2),
                ]
            )
        )
        when = {"measure": measure, draw(st.sampled_from(["below", "above"])): limit}
        if draw(st.booleans()):
            when["over"] = draw(days(1, 10))
        if draw(st.booleans()):
            when["every"] = draw(days(1, 7))
        if draw(st.booleans()):
            when["from"] = f"day {draw(st.integers(10, 15))}"
        if draw(st.booleans()):
            scopes = {"vacancy_rate": [{"team": "A"}, {"role": "adviser"}], "coverage": [{"unit": "U"}]}
            scopes |= {key: [{"unit": "U"}] for key in ("covered_days", "served", "lost")}
            scopes["attended"] = [{"unit": "U"}, {"activity": "patrol"}]
            when["scope"] = draw(st.sampled_from(scopes.get(measure, [{"team": "A"}, {"role": "adviser"}])))
        decision = {"when": when}
    role = draw(st.sampled_from(sorted(kinds)))
    if what == "extend":
        decision["extend"] = draw(days(2, 9))
    elif what == "units":
        decision |= draw(unit_changes())
    elif what == "draw_down":
        decision["draw_down"] = {role: draw(st.integers(1, 2))}
    else:
        decision |= {"expand": {role: draw(st.integers(1, 4))}, "placed": what}
    return decision


@st.composite
def work_plans(draw):
    kinds = {"adviser": "international"}
    for name, kind in (("expert", "international"), ("mediator", "local"), ("car", "equipment")):
        if draw(st.booleans()):
            kinds[name] = kind
    units = {}
    for name in "UVW":
        units[name] = {"population": draw(st.integers(1, 9))}
        if draw(st.integers(0, 3)) == 0:
            units[name]["closed"] = f"until day {draw(st.integers(1, 12))}"
        if draw(st.integers(0, 3)) == 0:
            units[name]["suspension"] = {"gap": draw(durations(48, 200)), "lasting": draw(durations(10, 60))}
        if draw(st.booleans()):
            units[name]["lost_when_closed"] = True
    served = draw(st.sampled_from([(["U", "V"], ["U", "V"]), (["U", "V"], ["W"]), (["U"], "none")]))
    teams = {name: {"units": units_of} for name, units_of in zip("AB", served, strict=True)}
    for team in teams.values():
        team["posts"] = {role: draw(st.integers(1 if role == "adviser" else 0, 3)) for role in kinds}
    plan = {
        "format": 1,
        "title": "Random work",
        "start": START + draw(st.integers(0, 6)) * (START.resolution),
        "horizon": f"{draw(st.integers(18, 30))} days",
        "mandate": {"length": draw(st.one_of(days(10, 28), durations(300, 600)))},
        "roles": {name: draw(roles(kind)) for name, kind in kinds.items()},
        "units": units,
        "teams": teams,
        "activities": draw(activities(kinds)),
        "coverage": {"minimum": {"adviser": 1}, "count": draw(st.sampled_from(["present", "on duty"]))},
    }
    if draw(st.booleans()):
        plan["coverage"]["hours"] = draw(st.sampled_from(["08:00-24:00", "22:00-06:00"]))
    if draw(st.booleans()):
        plan["reentry"] = draw(reentries(units, sorted(plan["activities"])))
        known = sorted({name for about in plan["reentry"].values() for stage in about["stages"] for name in stage})
        for activity in plan["activities"].values():
            if draw(st.booleans()):
                activity["during"] = draw(st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True))
        for about in plan["reentry"].values():  # what a stage waits for comes in the stage before, else it is refused
            for before, stage in pairwise(about["stages"]):
                ((name, _),), ((_, body),) = before.items(), stage.items()
                kind = str(body.get("after", "")).rpartition(" attended ")[2]
                during = plan["activities"].get(kind, {}).get("during", [name])
                if name not in during:
                    during.append(name)
    if draw(st.booleans()):
        plan["mandate"]["begins"] = draw(st.sampled_from(["2 deployed", "first arrival", "day 3"]))
    if draw(st.booleans()):
        names = ["first", "second"][: draw(st.integers(1, 2))]
        plan["decisions"] = {name: draw(decisions(kinds)) for name in names}
        if "reentry" in plan and draw(st.booleans()):
            plan["decisions"]["first"] = {"when": {"measure": "reintegrated", "above": 0.2}} | draw(unit_changes())
        plan["options"] = {"none": [], "all": names}
    return plan


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(plan=work_plans())
def test_same_figures(tmp_path_factory, plan):
    path = tmp_path_factory.mktemp("work") / "plan.yaml"
    path.write_text(dumped(plan), encoding="utf-8")
    assert_same_figures(path, plan)


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(plan=work_plans(), first=st.integers(), second=st.integers())
def test_the_twin_has_no_chance_in_such_work(plan, first, second):
    assert_without_chance(plan, first, second)
