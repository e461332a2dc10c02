"""Where a formula knows the answer too. Tolerances come from the sample size: 4.5 standard errors."""

import numpy as np
import pytest

from advisory_sim import loads, run

HEAD = "format: 1\ntitle: t\nstart: 2001-01-01\n"


def mean_of(text, measure, scope="mission", name="", window="horizon", n=300, option="plan"):
    """Mean and standard error of a figure."""
    study = run(loads(HEAD + text), replications=n, progress=False)
    values = study.column(option, measure, scope, name, window)
    return values.mean(), values.std(ddof=1) / np.sqrt(n)


def agree(found, expected):
    mean, error = found
    assert abs(mean - expected) < 4.5 * error, f"{mean} +- {error}, expected {expected}"


def test_exponential_filling():
    """Posts filled after an exponential time of mean m: m (1 - exp(-T / m)) days of T are lost a post."""
    text = """
mandate: {length: 100 days}
roles: {adviser: {recruitment: [{fill: exponential(40) days}]}}
teams: {A: {posts: {adviser: 10}}}
"""
    agree(mean_of(text, "officer_days_lost_to_vacancy"), 10 * 40 * (1 - np.exp(-100 / 40)))


@pytest.mark.parametrize(
    ("distribution", "mean"),
    [
        ("triangular(2 5 11)", 6.0),
        ("pert(2 5 20)", (2 + 20 + 20) / 6),
        ("uniform(3 9)", 6.0),
        ("lognormal(7 4)", 7.0),
        ("between(3 9)", 6.0),
        ("between(2 5 11)", 6.0),
        ("triangular(between(1 3) 5 11)", 6.0),
    ],
)
def test_means_of_distributions(distribution, mean):
    text = f"""
mandate: {{length: 400 days}}
roles: {{adviser: {{recruitment: [{{fill: '{distribution} days'}}]}}}}
teams: {{A: {{posts: {{adviser: 20}}}}}}
"""
    agree(mean_of(text, "officer_days_lost_to_vacancy"), 20 * mean)


def test_failed_calls_are_geometric():
    """Calls every 10 days that fail with chance p: filled on day 10 k with chance (1 - p) p^k."""
    text = """
mandate: {length: 200 days}
roles: {adviser: {recruitment: [{call: {every: 10 days, fails: 60%}}]}}
teams: {A: {posts: {adviser: 10}}}
"""
    expected = sum(min(10 * k, 200) * 0.4 * 0.6**k for k in range(200))
    agree(mean_of(text, "officer_days_lost_to_vacancy"), 10 * expected)


def test_early_departure_a_share_a_year():
    """Nobody replaced within the horizon: (1 - exp(-h T)) / h days a post, h = -ln(1 - p) a year."""
    text = """
mandate: {length: 2 years}
roles: {adviser: {early_departure: 30% per year, refill: [{never: 9 years}]}}
teams: {A: {posts: {adviser: 20}}}
"""
    hazard = -np.log(0.7) / 365.25
    agree(mean_of(text, "officer_days"), 20 * (1 - np.exp(-hazard * 730)) / hazard)


def test_staying_on_is_geometric():
    """A stay of tours of 30 days, each further one with chance 1/2, cut at day 300."""
    text = """
mandate: {length: 300 days}
roles: {adviser: {tour: 30 days, stays_on: 50%, refill: [{never: 9 years}]}}
teams: {A: {posts: {adviser: 20}}}
"""
    expected = sum(min(30 * k, 300) * 0.5**k for k in range(1, 200))
    agree(mean_of(text, "officer_days"), 20 * expected)


def test_share_of_time_sick():
    """An alternating renewal process started well: exponential gaps, spells of fixed length."""
    text = """
mandate: {length: 1000 days}
roles: {adviser: {sickness: {share: 10%, lasting: exponential(3) days}}}
teams: {A: {posts: {adviser: 20}}}
"""
    gap, spell = 27.0, 3.0  # 3 / (27 + 3) = 10 %
    rate = 1 / gap + 1 / spell
    sick = spell / (gap + spell) * (1000 - (1 - np.exp(-rate * 1000)) / rate)
    agree(mean_of(text, "officer_days_lost_to_sickness"), 20 * sick)


def test_consent_and_agreement_by_chance():
    text = """
mandate: {length: 50 days, begins: consent, consent: {takes: 10 days, chance: 70%}}
horizon: 100 days
teams: {A: {posts: {adviser: 1}}}
roles: {adviser: {}}
decisions: {more: {at: day 20, expand: {adviser: 1}, agreement: {chance: 40%}}}
options: {plan: [more]}
"""
    agree(mean_of(text, "mandate_began", n=600), 0.7)
    agree(mean_of(text, "agreed", "decision", "more", n=600), 0.4)  # the need goes on whether the clock begins or not


def test_staggered_leave_starts_between_half_and_one_and_a_half():
    text = """
mandate: {length: 85 days}
roles: {adviser: {leave: staggered 10 days every 60 days}}
teams: {A: {posts: {adviser: 30}}}
"""
    # The first leave begins at 30 + 60 u, u uniform; a second would begin 70 days later, after the end.
    u = (np.arange(100_000) + 0.5) / 100_000
    start = 30 + 60 * u
    expected = np.clip(85 - start, 0, 10).mean()
    agree(mean_of(text, "officer_days_lost_to_leave"), 30 * expected)


def test_both_of_two_needed():
    """Two officers present with chance a each, independently: covered a^2 of the time in the long run."""
    text = """
mandate: {length: 2000 days}
roles: {adviser: {sickness: {share: 20%, lasting: exponential(5) days}}}
teams: {A: {posts: {adviser: 2}}}
coverage: {minimum: {adviser: 2}}
"""
    mean, error = mean_of(text, "coverage")
    # From full health the first weeks are a little better: allow the relaxation time (4 days) over 2,000.
    assert abs(mean - 0.8**2) < 4.5 * error + 2 * 4 / 2000


def test_suspensions():
    """Gaps and suspensions of fixed length: suspended 5 of every 20 days from day 15 on."""
    text = """
mandate: {length: 100 days}
roles: {adviser: {}}
units: {A: {suspension: {gap: 15 days, lasting: 5 days}}}
teams: {A: {posts: {adviser: 2}}}
"""
    study = run(loads(HEAD + text), replications=1, progress=False)
    assert study.column("plan", "officer_days_lost_to_suspension")[0] == 2 * 25
    assert study.column("plan", "uncovered_days_lost_to_suspension")[0] == 25
    assert study.column("plan", "longest_gap")[0] == 5
