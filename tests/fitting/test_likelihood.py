"""Estimates from censored times: held against scipy's, against formulas, and against what the times were drawn from."""

import numpy as np
import pytest
from scipy import stats

from advisory_sim.fitting.families import FAMILIES
from advisory_sim.fitting.likelihood import best_numbers, fitted, log_likelihood, resampled
from advisory_sim.fitting.sample import Curve, Sample, kaplan_meier
from fitting.past import MEAN, SD, log_moments

NUMBERS = {
    "lognormal": (42.0, 18.0),
    "exponential": (30.0,),
    "pert": (5.0, 20.0, 60.0),
    "triangular": (5.0, 20.0, 60.0),
    "uniform": (5.0, 60.0),
}


def scipys(name):
    """The same distribution as scipy has it."""
    low, likely, high = NUMBERS["pert"]
    place = (likely - low) / (high - low)
    middle, width = log_moments(*NUMBERS["lognormal"])
    return {
        "lognormal": stats.lognorm(width, 0, np.exp(middle)),
        "exponential": stats.expon(0, 30),
        "pert": stats.beta(1 + 4 * place, 5 - 4 * place, low, high - low),
        "triangular": stats.triang(place, low, high - low),
        "uniform": stats.uniform(5, 55),
    }[name]


def censored(seed, n=200, mean=MEAN, sd=SD):
    """Times in whole days, somewhat over 30 % of them not ended when last seen."""
    draws = np.random.default_rng([20, seed])
    times, seen = draws.lognormal(*log_moments(mean, sd), n), draws.uniform(10, 110, n)
    return Sample(np.minimum(times, seen).round().astype(np.int64), times <= seen)


def fit_of(name, sample):
    """A family on a sample, where the Kaplan-Meier curve is not asked about."""
    anything = Curve(sample.days[sample.ended][:1], *(np.ones(1) for _ in range(3)))
    return fitted(FAMILIES[name], sample, anything, 0.95)


@pytest.mark.parametrize("name", FAMILIES)
def test_families_are_scipys(name):
    family, numbers, other = FAMILIES[name], np.array(NUMBERS[name]), scipys(name)
    x = np.linspace(0, 90, 181)
    np.testing.assert_allclose(family.survival(x, numbers), other.sf(x), atol=1e-12)
    np.testing.assert_allclose([family.quantile(u, numbers) for u in (0.1, 0.5, 0.9)], other.ppf([0.1, 0.5, 0.9]))
    np.testing.assert_allclose(family.mean(numbers), other.mean())


@pytest.mark.parametrize("name", ["lognormal", "exponential"])
def test_estimates_are_scipys(name):
    sample = censored(1)
    ended, days = sample.ended, sample.days
    intervals = np.stack([np.maximum(days[ended] - 0.5, 0), days[ended] + 0.5], axis=1)
    kind = {"lognormal": stats.lognorm, "exponential": stats.expon}[name]
    theirs = kind(*kind.fit(stats.CensoredData(interval=intervals, right=days[~ended]), floc=0))
    mine = fit_of(name, sample)
    np.testing.assert_allclose([mine.mean.value, mine.p90.value], [theirs.mean(), theirs.ppf(0.9)], rtol=1e-3)


@pytest.mark.parametrize("name", FAMILIES)
def test_no_other_numbers_are_likelier(name):
    family, sample = FAMILIES[name], censored(2)
    weights = sample.cells[2]
    best = fit_of(family.name, sample).values
    most = log_likelihood(family, best, sample, weights)
    draws = np.random.default_rng(3)
    for size in (0.3, 0.05, 0.01):
        for _ in range(200):
            other = best * np.exp(size * draws.standard_normal(len(best)))
            assert log_likelihood(family, other, sample, weights) < most + 0.01


def test_exponential_mean_is_time_by_ends():
    days = np.array([10, 20, 30, 40, 50, 60, 70])
    sample = Sample(days, np.array([1, 1, 1, 1, 1, 0, 0], bool))
    mine = fitted(FAMILIES["exponential"], sample, kaplan_meier(sample, 0.95), 0.95)
    assert mine.mean.value == pytest.approx(280 / 5, rel=1e-3)  # half a day's width moves it by a part in ten thousand
    assert mine.mean.std_error == pytest.approx(280 / 5 / np.sqrt(5), rel=1e-3)


def test_a_day_of_zero_length_has_its_place():
    sample = Sample(np.array([0, 0, 1, 1, 2, 3, 5, 8]), np.ones(8, bool))
    for family in FAMILIES.values():
        assert np.isfinite(fit_of(family.name, sample).aic), family.name


def test_kaplan_meier_by_hand():
    sample = Sample(np.array([3, 5, 5, 7, 9]), np.array([1, 1, 0, 1, 0], bool))
    curve = kaplan_meier(sample, 0.95)
    assert curve.days.tolist() == [3, 5, 7, 9]
    np.testing.assert_allclose(curve.share, [4 / 5, 4 / 5 * 3 / 4, 4 / 5 * 3 / 4 * 1 / 2, 4 / 5 * 3 / 4 * 1 / 2])
    # Greenwood's variance on the log-log scale, at day 5.
    share, greenwood = 0.6, 1 / (5 * 4) + 1 / (4 * 3)
    half = stats.norm.ppf(0.975) * np.sqrt(greenwood) / abs(np.log(share))
    np.testing.assert_allclose([curve.low[1], curve.high[1]], [share ** np.exp(half), share ** np.exp(-half)])


def test_two_hundred_delays_censored_recover_mean_and_ninetieth_percentile():
    repeats, confidence = 200, 0.95
    middle, width = log_moments()
    truth = np.array([MEAN, np.exp(middle + width * stats.norm.ppf(0.9))])
    samples = [censored(seed) for seed in range(repeats)]
    assert 0.28 < np.mean([sample.censored / sample.n for sample in samples]) < 0.35
    found = [fit_of("lognormal", sample) for sample in samples]
    value, error, low, high = np.array([[fit.mean, fit.p90] for fit in found]).transpose(2, 0, 1)
    bias, spread = value.mean(axis=0) - truth, value.std(axis=0, ddof=1)
    assert np.all(np.abs(bias) < stats.norm.ppf(0.9995) * spread / np.sqrt(repeats))
    # The stated standard errors are the estimates' own spread, which is itself known to 1 / sqrt(2 n).
    np.testing.assert_allclose(error.mean(axis=0), spread, rtol=stats.norm.ppf(0.9995) / np.sqrt(2 * repeats))
    covered = ((low <= truth) & (truth <= high)).sum(axis=0)
    for number in covered:
        assert stats.binomtest(int(number), repeats, confidence).pvalue > 0.001


def test_bounded_families_have_errors_by_resampling():
    draws = np.random.default_rng(5)
    days = draws.triangular(10, 20, 45, 300).round().astype(np.int64)
    sample = Sample(days, np.ones(300, bool))
    fit = fit_of("triangular", sample)
    assert np.isnan(fit.mean.std_error)
    first, again = resampled(fit, sample, 0.95), resampled(fit, sample, 0.95)
    assert first.mean == again.mean  # the same table, the same interval
    # The mean's error is that of any sample's mean, to the sampling error of a standard deviation of 100.
    assert first.mean.std_error == pytest.approx(days.std() / np.sqrt(300), rel=3 / np.sqrt(200))
    assert first.mean.low < 25 < first.mean.high


def test_equal_cases_count_together():
    sample = censored(4)
    family = FAMILIES["pert"]
    alone = Sample(np.repeat(sample.days, 3), np.repeat(sample.ended, 3))
    start = [[5.0, 30.0, 150.0]]
    np.testing.assert_allclose(
        best_numbers(family, sample, 3 * sample.cells[2], start), best_numbers(family, alone, alone.cells[2], start)
    )
