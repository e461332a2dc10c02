"""Estimates against known values and other programs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from advisory_sim.experiment.estimate import correlation, estimate, quantiles, ratio_of_means, t_quantile, wilson


def test_t_interval():
    rng = np.random.default_rng(1)
    values = rng.normal(10, 2, size=(37, 3))
    found = estimate(values, 0.9)
    for i in range(3):
        low, high = stats.t.interval(0.9, 36, values[:, i].mean(), stats.sem(values[:, i]))
        assert (found.ci_low[i], found.ci_high[i]) == pytest.approx((low, high))
    assert t_quantile(0.95, np.array(9)) == pytest.approx(2.26215716)


def test_wilson():
    # Newcombe (1998), table I: 81 of 263 and 0 of 20.
    low, high = wilson(np.array([81 / 263, 0.0]), np.array([263, 20]), 0.95)
    assert low == pytest.approx([0.2553, 0.0], abs=5e-5)
    assert high == pytest.approx([0.3662, 0.1611], abs=5e-5)


def test_what_is_undefined_is_left_out():
    values = np.array([[1.0, np.nan], [3.0, np.nan], [np.nan, np.nan]])
    found = estimate(values, 0.95)
    assert found.n.tolist() == [2, 0]
    assert found.mean[0] == 2
    assert np.isnan([found.mean[1], found.p50[1], found.ci_low[1]]).all()


def test_never_is_infinite_and_has_no_mean():
    found = estimate(np.array([[1.0], [2.0], [np.inf], [np.inf], [np.inf]]), 0.95)
    assert np.isnan(found.mean[0])
    assert found.p05[0] == pytest.approx(1.2)
    assert found.p50[0] == np.inf
    assert found.p95[0] == np.inf


def test_one_replication_has_no_interval():
    found = estimate(np.array([[4.0]]), 0.95)
    assert found.mean[0] == 4
    assert np.isnan(found.ci_low[0])


@given(hnp.arrays(float, st.tuples(st.integers(1, 40), st.integers(1, 3)), elements=st.floats(-1e6, 1e6)))
def test_quantiles_are_numpys(values):
    for ours, share in zip(quantiles(values), (0.05, 0.5, 0.95), strict=True):
        assert ours == pytest.approx(np.quantile(values, share, axis=0), abs=1e-6)


def test_ratio_of_means_and_its_jackknife():
    rng = np.random.default_rng(2)
    bottom = rng.uniform(1, 3, 200)
    top = 5 * bottom + rng.normal(0, 0.1, 200)
    ratio, error, low, high = ratio_of_means(top, bottom, 0.95)
    assert low < 5 < high
    # The error of a ratio by linearisation.
    linear = np.std(top - ratio * bottom, ddof=1) / np.sqrt(200) / bottom.mean()
    assert error == pytest.approx(linear, rel=0.02)
    assert np.isnan(ratio_of_means(top, 0 * bottom, 0.95)[0])


def test_correlation():
    rng = np.random.default_rng(3)
    a = rng.normal(size=(50, 2))
    b = a + rng.normal(size=(50, 2))
    b[:, 1] = 4
    assert correlation(a, b)[0] == pytest.approx(np.corrcoef(a[:, 0], b[:, 0])[0, 1])
    assert np.isnan(correlation(a, b)[1])


# Intervals cover what they promise: in 1,000 repeats the number of misses is binomial.
REPEATS = 1000


def assert_misses(missed, share, confidence):
    """Misses of so many repeats fit the share that an interval may miss."""
    assert stats.binomtest(int(missed.sum()), len(missed), share).pvalue > 1e-3, (missed.mean(), share, confidence)


@pytest.mark.parametrize("confidence", [0.8, 0.9, 0.95, 0.99])
@pytest.mark.parametrize("n", [2, 5, 60, 200])
def test_t_intervals_cover(n, confidence):
    """Of normal values exactly, for any number of replications."""
    rng = np.random.default_rng(4)
    found = estimate(rng.normal(3, 2, size=(n, REPEATS)), confidence)
    assert_misses((found.ci_low > 3) | (found.ci_high < 3), 1 - confidence, confidence)


def test_t_intervals_of_skewed_values_cover_with_many_replications():
    """Exponential values, 400 replications: the error of the normal approximation is of the order of 1 / n."""
    rng = np.random.default_rng(5)
    found = estimate(rng.exponential(2, size=(400, REPEATS)), 0.95)
    assert_misses((found.ci_low > 2) | (found.ci_high < 2), 0.05, 0.95)


@pytest.mark.parametrize("n", [200, 400])
@pytest.mark.parametrize("share", [0.2, 0.35, 0.5, 0.65, 0.8])
@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_wilson_intervals_cover(n, share, confidence):
    """Counts are whole, so what Wilson's interval covers is a sum of binomial chances, within 1.5 points of what is
    promised; repeats agree with that sum."""
    met = np.arange(n + 1)
    low, high = wilson(met / n, np.full(n + 1, n), confidence)
    covers = stats.binom.pmf(met[(low <= share) & (share <= high)], n, share).sum()
    assert covers == pytest.approx(confidence, abs=0.015)
    rng = np.random.default_rng(6)
    drawn = (rng.random((n, REPEATS)) < share).astype(float)
    found = estimate(drawn, confidence, np.ones(REPEATS, bool))
    assert_misses((found.ci_low > share) | (found.ci_high < share), 1 - covers, confidence)


@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_jackknife_intervals_cover(confidence):
    """A cost of 100 a covered day, with days that vary much and costs that follow them; 200 replications."""
    rng = np.random.default_rng(7)
    missed = np.zeros(REPEATS, bool)
    for i in range(REPEATS):
        days = rng.gamma(4, 25, 200)
        cost = 100 * days + rng.normal(0, 2000, 200)
        _, _, low, high = ratio_of_means(cost, days, confidence)
        missed[i] = not low <= 100 <= high
    assert_misses(missed, 1 - confidence, confidence)


@pytest.mark.parametrize("n", range(1, 200))
def test_the_interval_of_none_and_of_all_ends_there(n):
    low, high = wilson(np.array([0.0, 1.0]), np.array([n, n]), 0.95)
    assert low[0] == 0
    assert high[1] == 1
