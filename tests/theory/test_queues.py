"""The units' work where a formula knows the answer too. Tolerances come from the sample size: 4.5 standard errors."""

from math import factorial

import numpy as np
import pytest

from advisory_sim import loads, run

HEAD = "format: 1\ntitle: t\nstart: 2001-01-01\nroles: {officer: {}}\nunits: {A: {}}\n"


def study_of(days, officers, activities, n=60):
    teams = f"{{A: {{posts: {{officer: {officers}}}}}}}"
    text = f"mandate: {{length: {days} days}}\nteams: {teams}\nactivities: {activities}\n"
    return run(loads(HEAD + text), replications=n, progress=False)


def agree(values, expected, slack=0.0):
    error = values.std(ddof=1) / np.sqrt(len(values))
    assert abs(values.mean() - expected) < 4.5 * error + slack, f"{values.mean()} +- {error}, expected {expected}"


def erlang_c(servers, load):
    """Chance to wait in M/M/c (Erlang 1917); 3 servers at load 2 give 4/9."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return servers * blocked / (servers - load * (1 - blocked))


def test_erlang_c_itself():
    assert erlang_c(3, 2.0) == pytest.approx(4 / 9)
    assert erlang_c(14, 10.0) == pytest.approx(0.17413, abs=5e-6)


def test_mm3_wait():
    """M/M/3, load 2: mean wait C / (c mu - lambda). From an empty start the first days are a little better."""
    study = study_of(400, 3, "{a: {arrivals: 16 per day, needs: {officer: 1}, lasting: exponential(3) hours}}")
    expected = erlang_c(3, 2.0) / (3 * 8 - 16)  # days
    agree(study.column("plan", "wait"), expected, slack=expected * 2 / 400)
    agree(study.column("plan", "utilisation"), 2 / 3, slack=2 / 400)


def test_littles_law():
    """Mean number waiting is rate times mean wait: here, all who came are served or open at the end."""
    study = study_of(200, 2, "{a: {arrivals: 10 per day, needs: {officer: 1}, lasting: exponential(3) hours}}")
    came = study.column("plan", "served") + study.column("plan", "open_at_end")
    agree(came, 2000.0)


def test_loss_with_no_patience():
    """M/M/c/c: whoever finds no officer free is lost (Erlang B); 2 servers at load 1: 1/5."""
    activity = "{a: {arrivals: 12 per day, needs: {officer: 1}, lasting: exponential(2) hours, patience: 0 days}}"
    study = study_of(300, 2, activity)
    blocked = (1 / factorial(2)) / sum(1 / factorial(k) for k in range(3))
    agree(1 - study.column("plan", "attended"), blocked, slack=1 / 300)


def test_two_officers_at_once():
    """Pairs from four officers, no patience: M/M/2/2 of pairs."""
    activity = "{a: {arrivals: 12 per day, needs: {officer: 2}, lasting: exponential(2) hours, patience: 0 days}}"
    study = study_of(300, 4, activity)
    agree(1 - study.column("plan", "attended"), 0.2, slack=1 / 300)


def test_enough_officers_is_a_poisson_crowd():
    """M/G/infinity: busy officers are rate times mean duration, whatever the distribution."""
    study = study_of(300, 40, "{a: {arrivals: 24 per day, needs: {officer: 1}, lasting: lognormal(4 6) hours}}")
    agree(study.column("plan", "utilisation") * 40, 4.0, slack=4.0 * 2 / 300)
    assert study.column("plan", "lost").sum() == 0


def test_priorities():
    """Two classes, one server, non-preemptive (Cobham 1954)."""
    study = study_of(
        600, 1,
        "{urgent: {arrivals: 4 per day, needs: {officer: 1}, lasting: exponential(2) hours},"
        " other: {arrivals: 4 per day, needs: {officer: 1}, lasting: exponential(2) hours, priority: 2}}",
    )  # fmt: skip
    mu, rate = 12.0, 4.0
    residual = 2 * rate / mu**2  # sum of rate E[S^2] / 2
    first, both = rate / mu, 2 * rate / mu
    agree(study.column("plan", "wait", "activity", "urgent"), residual / (1 - first), slack=0.001)
    agree(study.column("plan", "wait", "activity", "other"), residual / ((1 - first) * (1 - both)), slack=0.003)


def test_patience_that_ends():
    """One officer, exponential patience (M/M/1 + M, Erlang A), by its birth-death chain."""
    timing = "lasting: exponential(1) hours, patience: exponential(2) hours"
    activity = f"{{a: {{arrivals: 24 per day, needs: {{officer: 1}}, {timing}}}}}"
    study = study_of(300, 1, activity)
    rate, mu, theta = 24.0, 24.0, 12.0
    weights = [1.0]
    for n in range(1, 200):
        weights.append(weights[-1] * rate / (mu + (n - 1) * theta))
    queue = sum(max(n - 1, 0) * w for n, w in enumerate(weights)) / sum(weights)
    agree(1 - study.column("plan", "attended"), theta * queue / rate, slack=1 / 300)


def test_weights_keep_the_mean():
    weights = "[" + ", ".join(["0"] * 8 + ["2"] * 12 + ["1"] * 4) + "]"
    activity = (
        f"{{a: {{arrivals: {{rate: 5 per day, by_hour: {weights}}}, needs: {{officer: 1}}, lasting: 1 minutes}}}}"
    )
    study = study_of(200, 5, activity)
    agree(study.column("plan", "served"), 1000.0)
    assert study.column("plan", "wait").max() < 1e-3
