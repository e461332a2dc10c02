"""Chance as a pure function of names: counter-based draws, and distributions by inversion."""

import numpy as np

from advisory_sim.engine.arrays import CONSTANT, EMPIRICAL, EXPONENTIAL, PERT, TRIANGULAR, UNIFORM
from advisory_sim.engine.kernel.compiling import compiled, compiled_apart, entry

LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
DROP = np.uint64(11)
M0, M1 = np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157)
W0, W1 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B)


@compiled
def high_word(a, b):
    """Upper 64 bits of the product of two 64-bit words."""
    a_low, a_high, b_low, b_high = a & LOW, a >> HALF, b & LOW, b >> HALF
    cross, other = a_high * b_low, a_low * b_high
    carry = ((a_low * b_low) >> HALF) + (cross & LOW) + (other & LOW)
    return a_high * b_high + (cross >> HALF) + (other >> HALF) + (carry >> HALF)


@compiled_apart
def philox(c0, c1, c2, c3, k0, k1):
    """A Philox-4x64-10 block of four words (Salmon et al. 2011, 'Parallel random numbers: as easy as 1, 2, 3')."""
    for _ in range(10):
        high0, low0 = high_word(M0, c0), M0 * c0
        high1, low1 = high_word(M1, c2), M1 * c2
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
        k0, k1 = k0 + W0, k1 + W1
    return c0, c1, c2, c3


@compiled
def unit(word):
    """A random word as u in (0, 1)."""
    return (np.float64(word >> DROP) + 0.5) * (1.0 / 9007199254740992.0)


@entry
def uniform(luck, purpose, entity, who, k):
    """u in (0, 1) as a pure function of names: seed and replication (luck), purpose, entity, who of it, k-th."""
    return unit(philox(np.uint64(k), np.uint64(who), purpose, entity, luck[0], luck[1])[0])


@compiled_apart
def normal_quantile(p):
    """Inverse of the standard normal distribution function (Wichura 1988, AS 241, PPND16)."""
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = 2509.0809287301226727
        for c in (
            33430.575583588128105,
            67265.770927008700853,
            45921.953931549871457,
            13731.693765509461125,
            1971.5909503065514427,
            133.14166789178437745,
            3.387132872796366608,
        ):
            top = top * r + c
        low = 5226.495278852545925
        for c in (
            28729.085735721942674,
            39307.89580009271061,
            21213.794301586595867,
            5394.1960214247511077,
            687.1870074920579083,
            42.313330701600911252,
            1.0,
        ):
            low = low * r + c
        return q * top / low
    r = np.sqrt(-np.log(min(p, 1.0 - p)))
    if r <= 5.0:
        r -= 1.6
        top = 7.7454501427834140764e-4
        for c in (
            0.0227238449892691845833,
            0.24178072517745061177,
            1.27045825245236838258,
            3.64784832476320460504,
            5.7694972214606914055,
            4.6303378461565452959,
            1.42343711074968357734,
        ):
            top = top * r + c
        low = 1.05075007164441684324e-9
        for c in (
            5.475938084995344946e-4,
            0.0151986665636164571966,
            0.14810397642748007459,
            0.68976733498510000455,
            1.6763848301838038494,
            2.05319162663775882187,
            1.0,
        ):
            low = low * r + c
    else:
        r -= 5.0
        top = 2.01033439929228813265e-7
        for c in (
            2.71155556874348757815e-5,
            0.0012426609473880784386,
            0.026532189526576123093,
            0.29656057182850489123,
            1.7848265399172913358,
            5.4637849111641143699,
            6.6579046435011037772,
        ):
            top = top * r + c
        low = 2.04426310338993978564e-15
        for c in (
            1.4215117583164458887e-7,
            1.8463183175100546818e-5,
            7.868691311456132591e-4,
            0.0148753612908506148525,
            0.13692988092273580531,
            0.59983220655588793769,
            1.0,
        ):
            low = low * r + c
    return top / low if q > 0 else -top / low


@compiled_apart
def inverse(kind, a, b, c, u):
    """u-quantile of a distribution that has a formula."""
    if kind == CONSTANT:
        return a
    if kind == UNIFORM:
        return a + u * (b - a)
    if kind == TRIANGULAR:
        if u * (c - a) < b - a:
            return a + np.sqrt(u * (c - a) * (b - a))
        return c - np.sqrt((1.0 - u) * (c - a) * (c - b))
    if kind == EXPONENTIAL:
        return -a * np.log(1.0 - u)  # twice as fast as log1p, and as good: u is at least 2**-54
    return np.exp(a + b * normal_quantile(u))


@compiled_apart
def tabled(cdfs, table, a, c, u):
    """u-quantile of a PERT: its distribution function is tabled at equal steps, and straight between them."""
    row = cdfs[table]
    low, high = 0, row.size - 1
    while high - low > 1:
        middle = (low + high) // 2
        if row[middle] <= u:
            low = middle
        else:
            high = middle
    return a + (c - a) * (low + (u - row[low]) / (row[high] - row[low])) / (row.size - 1)


@compiled_apart
def seen(cdfs, table, number, u):
    """u-quantile of a number of values, each as likely: they stand in a row from a row of the tables on."""
    i = min(np.int64(u * number), np.int64(number) - 1)
    return cdfs[table + i // cdfs.shape[1], i % cdfs.shape[1]]


@entry
def quantile(dists, cdfs, i, u):
    """u-quantile of distribution i, in its own unit (seconds for durations)."""
    dist = dists[i]
    if dist.kind == PERT:
        return tabled(cdfs, dist.table, dist.a, dist.c, u)
    if dist.kind == EMPIRICAL:
        return seen(cdfs, dist.table, dist.b, u)
    return inverse(dist.kind, dist.a, dist.b, dist.c, u)


@entry
def seconds(dists, cdfs, i, u):
    """The same, rounded to the nearest whole second."""
    return np.int64(np.floor(quantile(dists, cdfs, i, u) + 0.5))


@compiled
def drawn_seconds(dists, cdfs, i, word):
    """The same from a random word; what is constant needs none."""
    if dists[i].kind == CONSTANT:
        return np.int64(np.floor(dists[i].a + 0.5))
    return seconds(dists, cdfs, i, unit(word))


@compiled
def drawn_for(dists, cdfs, i, luck, purpose, entity, who, k):
    """The same by names, see `uniform`; what is constant is not drawn."""
    if dists[i].kind == CONSTANT:
        return np.int64(np.floor(dists[i].a + 0.5))
    return seconds(dists, cdfs, i, uniform(luck, purpose, entity, who, k))
