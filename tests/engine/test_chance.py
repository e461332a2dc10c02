"""Draws: the generator is the published one, and inversion gives the distributions asked for."""

import numpy as np
import pytest
from numba import njit
from scipy import stats

from advisory_sim.engine.arrays import DIST, DIST_KINDS, PURPOSE, name_key
from advisory_sim.engine.kernel import chance, quantile, uniform
from advisory_sim.engine.tables import CDF_STEPS, pert_cdf


@njit
def philox(*words):
    """What only compiled code can call."""
    return chance.philox(*words)


@njit
def normal_quantile(p):
    return chance.normal_quantile(p)


@pytest.mark.parametrize("seed", range(5))
def test_philox_is_numpys(seed):
    words = np.random.default_rng(seed).integers(0, 2**64, size=6, dtype=np.uint64)
    counter, key = words[:4], words[4:]
    ours = philox(*counter, *key)
    # numpy steps the counter on before it makes a block
    before = (sum(int(w) << (64 * i) for i, w in enumerate(counter)) - 1) % 2**256
    theirs = np.random.Philox(
        counter=np.array([(before >> (64 * i)) % 2**64 for i in range(4)], np.uint64), key=key
    ).random_raw(4)
    assert [int(word) for word in ours] == [int(word) for word in theirs]


def test_uniform_is_a_function_of_every_name():
    luck, other = np.array([1, 2], np.uint64), np.array([1, 3], np.uint64)
    a, b = PURPOSE["leave"], PURPOSE["travel"]
    entity, another = name_key("Osh/adviser"), name_key("Uzgen/adviser")
    draws = {
        uniform(luck, a, entity, 0, 0),
        uniform(other, a, entity, 0, 0),
        uniform(luck, b, entity, 0, 0),
        uniform(luck, a, another, 0, 0),
        uniform(luck, a, entity, 1, 0),
        uniform(luck, a, entity, 0, 1),
    }
    assert len(draws) == 6
    assert uniform(luck, a, entity, 0, 0) == uniform(luck, a, entity, 0, 0)


def test_uniform_is_uniform_along_every_axis():
    n = 20_000
    luck, purpose, entity = np.array([7, 0], np.uint64), PURPOSE["leave"], name_key("x")
    along_k = [uniform(luck, purpose, entity, 0, k) for k in range(n)]
    along_who = [uniform(luck, purpose, entity, k << 32, 0) for k in range(n)]
    along_replications = [uniform(np.array([7, r], np.uint64), purpose, entity, 0, 0) for r in range(n)]
    for sample in (along_k, along_who, along_replications):
        assert stats.kstest(sample, "uniform").pvalue > 1e-4
        # neighbours are not related: the lag-1 correlation has a standard error of 1 / sqrt(n)
        assert abs(np.corrcoef(sample[:-1], sample[1:])[0, 1]) < 4.5 / np.sqrt(n)


def test_normal_quantile():
    p = np.concatenate([10.0 ** -np.arange(1, 17), np.linspace(0.001, 0.999, 999), 1 - 10.0 ** -np.arange(1, 12)])
    ours = np.array([normal_quantile(x) for x in p])
    assert ours == pytest.approx(stats.norm.ppf(p), rel=1e-13, abs=1e-15)


def row(kind, a, b=0.0, c=0.0, table=-1):
    return np.array([(DIST_KINDS.index(kind), a, b, c, table)], DIST)


U = np.linspace(0.0005, 0.9995, 1999)


@pytest.mark.parametrize(
    ("dist", "theirs"),
    [
        (row("constant", 5.0), lambda u: np.full_like(u, 5.0)),
        (row("uniform", 2.0, 9.0), stats.uniform(2, 7).ppf),
        (row("triangular", 2.0, 5.0, 9.0), stats.triang(3 / 7, 2, 7).ppf),
        (row("triangular", 2.0, 2.0, 9.0), stats.triang(0, 2, 7).ppf),
        (row("triangular", 2.0, 9.0, 9.0), stats.triang(1, 2, 7).ppf),
        (row("exponential", 3.0), stats.expon(scale=3).ppf),
        (row("lognormal", 1.0, 0.5), stats.lognorm(0.5, scale=np.exp(1.0)).ppf),
    ],
)
def test_quantiles(dist, theirs):
    no_tables = np.empty((0, CDF_STEPS + 1))
    assert [quantile(dist, no_tables, 0, u) for u in U] == pytest.approx(theirs(U), rel=1e-12)


@pytest.mark.parametrize("mode", [0.0, 0.1, 0.273, 0.5, 0.9, 1.0])
def test_pert_is_a_beta_of_shape_4(mode):
    table = pert_cdf(mode)[None]
    ours = np.array([quantile(row("pert", 10.0, 10 + 5 * mode, 15.0, 0), table, 0, u) for u in U])
    theirs = 10 + 5 * stats.beta(1 + 4 * mode, 5 - 4 * mode).ppf(U)
    assert ours == pytest.approx(theirs, abs=5 / CDF_STEPS / 4)  # a quarter of a step of the table
    assert stats.beta(1 + 4 * mode, 5 - 4 * mode).cdf((ours - 10) / 5) == pytest.approx(U, abs=3e-5)
    # The mean is (a + 4 b + c) / 6.
    fine = (np.arange(20_000) + 0.5) / 20_000
    mean = np.mean([quantile(row("pert", 10.0, 10 + 5 * mode, 15.0, 0), table, 0, u) for u in fine])
    assert mean == pytest.approx((10 + 4 * (10 + 5 * mode) + 15) / 6, abs=2e-4)
