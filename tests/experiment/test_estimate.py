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


def test_intervals_cover_what_they_promise():
    """1,000 repeats of 60 values: the number of misses is binomial."""
    rng = np.random.default_rng(4)
    found = estimate(rng.normal(0, 1, size=(60, 1000)), 0.9)
    missed = np.sum((found.ci_low > 0) | (found.ci_high < 0))
    assert stats.binomtest(int(missed), 1000, 0.1).pvalue > 1e-4
