"""The twin itself against what theory knows, and against its own sums."""

import copy
import math
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from .figures import CAUSES
from .reading import load, option_names
from .test_random_plans import plans
from .twin import simulate

DAY_ZERO = "2001-01-01"


def plan(role, posts=1, length="100 days", **others):
    return {
        "format": 1,
        "title": "Theory",
        "start": DAY_ZERO,
        "mandate": {"length": length},
        "roles": {"adviser": role},
        "units": {"U": {}},
        "teams": {"T": {"units": ["U"], "posts": {"adviser": posts}}},
    } | others


def values(scenario, measure, scope="mission", name="", *, window="horizon", n=400, inputs="ranges"):
    return [
        simulate(scenario, None, random.Random(f"theory/{i}"), inputs)[measure, scope, name, window] for i in range(n)
    ]


def assert_mean(column, expected, z=4):
    mean = sum(column) / len(column)
    error = math.sqrt(sum((x - mean) ** 2 for x in column) / (len(column) - 1) / len(column))
    assert abs(mean - expected) < z * error + 1e-9, f"{mean} +- {error}, expected {expected}"


def test_expected_fill_is_the_distribution_of_the_search():
    """Officer-days of a post filled after an exponential time: T - m (1 - exp(-T / m))."""
    column = values(plan({"recruitment": [{"fill": "exponential(30) days"}]}, posts=5), "officer_days")
    assert_mean(column, 5 * (100 - 30 * (1 - math.exp(-100 / 30))))


def test_failed_calls_are_geometric():
    """Calls on day 0, 20, .. 80 that fail with 0.4: filled from the k-th with 0.4^(k-1) 0.6."""
    column = values(
        plan({"recruitment": [{"call": {"every": "20 days", "from": "day 0", "fails": "40%"}}]}), "officer_days", n=1000
    )
    assert_mean(column, sum(0.4**k * 0.6 * (100 - 20 * k) for k in range(5)))


def test_lost_candidates_multiply_the_search():
    """A stage of 5 days that loses half its candidates takes 10 days in the mean, a later stage starts it anew."""
    column = values(
        plan({"recruitment": [{"a": "5 days"}, {"b": {"takes": "0 days", "fails": 0.5}}]}, length="400 days"),
        "officer_days",
        n=1000,
    )
    assert_mean(column, 390)


def test_sickness_takes_its_share_of_time():
    """Healthy at first: the share is reached but for a start of about one spell."""
    role = {"sickness": {"share": "20%", "lasting": "exponential(2) days"}}
    column = values(plan(role, length="400 days"), "officer_days_lost_to_sickness", n=200)
    rate = 1 / 8 + 1 / 2
    assert_mean(column, 0.2 * (400 - (1 - math.exp(-400 * rate)) / rate))


def test_staggered_leave_starts_evenly():
    """The first leave falls between half and one and a half of the period."""
    column = values(plan({"leave": "staggered 10 days every 40 days"}, length="40 days"), "officer_days_lost_to_leave")
    assert_mean(column, (10 * 10 + 10 * 10 / 2) / 40)


def test_yearly_share_that_leaves_early():
    """With 60 % a year leaving and nobody replaced in time: days = (1 - 0.4^(t)) / hazard."""
    role = {"early_departure": "60% per year", "refill": [{"never": "3000 days"}]}
    hazard = -math.log(0.4) / 365.25
    assert_mean(values(plan(role, length="365 days"), "officer_days"), (1 - math.exp(-365 * hazard)) / hazard)


def test_relief_factor():
    """Tours of 50 days, refills of 25: two thirds of the time there is a holder."""
    role = {"tour": "50 days", "refill": [{"search": "exponential(25) days"}]}
    column = values(plan(role, length="3000 days"), "incumbency", n=100)
    assert abs(sum(column) / 100 - 2 / 3) < 0.01


def test_staying_on_is_geometric():
    """Tours of 10 days with 0.5 to stay: 20 days in the mean."""
    role = {"tour": "10 days", "stays_on": 0.5, "refill": [{"never": "3000 days"}]}
    assert_mean(values(plan(role, length="1000 days"), "officer_days", n=600), 20)


def test_ranges_are_shared_by_posts():
    """What nobody knows yet is the same for all posts; in the middle there is nothing left of it."""
    scenario = plan({"recruitment": [{"fill": "between(10 20 60) days"}]}, posts=4)
    column = values(scenario, "officer_days")
    assert_mean(column, 4 * (100 - 30))
    spread = sum((x - sum(column) / 400) ** 2 for x in column) / 399
    assert spread == pytest.approx(16 * (100 + 400 + 3600 - 200 - 600 - 1200) / 18, rel=0.2)
    assert values(scenario, "officer_days", n=1, inputs="middle") == [4 * 80]


def test_agreement_and_consent_have_their_chance():
    scenario = plan(
        {},
        decisions={"more": {"at": "day 10", "expand": {"adviser": 1}, "agreement": {"chance": "30%"}}},
        options={"more": ["more"]},
    )
    scenario["mandate"]["consent"] = {"takes": "20 days", "chance": "80%"}
    assert_mean(values(scenario, "agreed", "decision", "more"), 0.3)
    assert_mean(values(scenario, "officer_days", n=1000), 0.8 * 80 * 1.3)


def test_pert_and_lognormal_have_their_means():
    assert_mean(values(plan({"recruitment": [{"fill": "pert(5 20 60) days"}]}), "officer_days"), 100 - 145 / 6)
    assert_mean(
        values(plan({"recruitment": [{"fill": "lognormal(20 10) days"}]}, length="900 days"), "officer_days"), 880
    )


def test_a_column_of_observations(tmp_path):
    (tmp_path / "seen.csv").write_text("officer,days\n1,10\n2,30\n3,50\n", encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(
        "format: 1\nstart: 2001-01-01\nmandate: {length: 100 days}\nunits: {U: {}}\n"
        "roles: {adviser: {recruitment: [{fill: empirical(seen.csv days) days}]}}\n"
        "teams: {T: {units: [U], posts: {adviser: 1}}}\n",
        encoding="utf-8",
    )
    column = values(tmp_path / "plan.yaml", "officer_days")
    assert set(column) == {90, 70, 50}
    assert_mean(column, 70)


def check_sums(figures, scenario):
    """The accounts of posts and of unit-days close."""
    for (measure, scope, name, window), length in list(figures.items()):
        if measure != "authorised":
            continue

        def of(measure, scope=scope, name=name, window=window):
            return figures[measure, scope, name, window]

        lost = sum(of(f"officer_days_lost_to_{cause}") for cause in (*CAUSES, "handover"))
        if not math.isnan(length) and length:
            span = of("officer_days") / of("deployed") if of("deployed") else None
            if span:
                assert of("authorised") * span == pytest.approx(of("on_duty") * span + lost)
    for unit in scenario.get("units", []):
        lost = sum(
            figures[f"uncovered_days_lost_to_{cause}", "unit", unit, "horizon"]
            for cause in (*CAUSES, "posts", "no_mandate")
        )
        covered, share = (figures[measure, "unit", unit, "horizon"] for measure in ("covered_days", "coverage"))
        if share and not math.isnan(share):
            assert covered / share == pytest.approx(covered + lost)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(scenario=plans())
def test_accounts_close(scenario):
    before = copy.deepcopy(scenario)
    check_sums(simulate(scenario, None, random.Random(1)), scenario)
    assert scenario == before


SCENARIOS = sorted((Path(__file__).parent / "scenarios").glob("*.yaml"))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_accounts_close_in_the_scenarios(path):
    scenario, _ = load(path)
    for option in option_names(scenario):
        for seed in range(5):
            check_sums(simulate(path, option or None, random.Random(seed)), scenario)
