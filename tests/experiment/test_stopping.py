"""When replications are enough: by hand, by the rule spelt out, and how often the interval then holds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from advisory_sim.experiment.estimate import estimate, wilson
from advisory_sim.experiment.stopping import half_widths, look_ahead, narrow, narrow_since

# Half of the 95 % interval of 1, 3, 2, 2, 2, 2 after
#   3: 4.3027 sqrt(1 / 3)      = 2.4841    4: 3.1824 sqrt(2/3 / 4) = 1.2992
#   5: 2.7764 sqrt(0.5 / 5)    = 0.8780    6: 2.5706 sqrt(0.4 / 6) = 0.6637
BY_HAND = np.array([1.0, 3, 2, 2, 2, 2])


def enough(values, confidence, *, half_width=None, relative=None, yes_or_no=False, first=20, limit=5, every=1):
    """The number after which it is enough, looked at after every so many replications; None where it is not."""
    mean, half = half_widths(np.asarray(values, float), confidence, yes_or_no=yes_or_no)
    is_narrow = narrow(mean, half, half_width if relative is None else relative * np.abs(mean))
    looks = (narrow_since(is_narrow[:k], first, limit) for k in range(every, len(values) + 1, every))
    return next((n for n in looks if n is not None), None)


def test_half_widths_by_hand():
    mean, half = half_widths(BY_HAND, 0.95)
    assert mean == pytest.approx([1, 2, 2, 2, 2, 2])
    assert half == pytest.approx([np.nan, 12.7062, 2.4841, 1.2992, 0.8780, 0.6637], abs=5e-5, nan_ok=True)


def test_enough_by_hand():
    """1.3 is reached after 4, and stays for the two more that are looked at; 1.2991 is reached after 5."""
    asked = {"first": 3, "limit": 2}
    assert enough(BY_HAND, 0.95, half_width=1.3, **asked) == 4
    assert enough(BY_HAND[:5], 0.95, half_width=1.3, **asked) is None  # not looked far enough ahead
    assert enough(BY_HAND, 0.95, half_width=1.2991, **asked) is None
    assert enough(BY_HAND, 0.95, half_width=1.2991, first=3, limit=1) == 5
    assert enough(BY_HAND, 0.95, half_width=1.3, first=5, limit=1) == 5
    assert enough(BY_HAND, 0.95, half_width=0.1, **asked) is None


def test_a_relapse_within_the_look_ahead_starts_it_anew():
    """The sixth value, 8, widens it: half is 2.5706 sqrt(6.4 / 6) = 2.65. Narrow again only from the eleventh on."""
    values = np.array([1.0, 3, 2, 2, 2, 8, *[3] * 30])
    _, half = half_widths(values, 0.95)
    assert half[5] == pytest.approx(2.6549, abs=1e-4)
    again = int(np.flatnonzero(half > 1.3)[-1]) + 2
    assert enough(values, 0.95, half_width=1.3, first=3, limit=2) == again == 11
    assert enough(values, 0.95, half_width=1.3, first=3, limit=1) == 4


def test_a_share_of_the_mean():
    """A third of 2 is above 0.6637, half of the interval after 6."""
    asked = {"first": 3, "limit": 0}
    assert enough(BY_HAND, 0.95, relative=1 / 3, **asked) == 6
    assert enough(BY_HAND[:5], 0.95, relative=1 / 3, **asked) is None
    assert enough(-BY_HAND, 0.95, relative=1 / 3, **asked) == 6  # of a negative mean too
    assert enough(np.array([-1.0, 1] * 10), 0.95, relative=0.5, **asked) is None  # of 0 there is no share


def test_the_look_ahead_grows_beyond_100():
    assert [look_ahead(n) for n in (3, 100, 119, 120, 150, 1000)] == [5, 5, 5, 6, 7, 50]
    assert look_ahead(400, limit=2) == 8


def test_shares():
    """Yes in every replication is not certainty: Wilson's half-width is z^2 / (n + z^2) / 2, 5 % after 35."""
    yes = np.ones(60)
    assert enough(yes, 0.95, half_width=0.05, yes_or_no=True) == 35
    assert enough(yes, 0.95, half_width=0.05) == 20
    drawn = np.array([0.0, 1, 1, 0, 1, 1])
    low, high = wilson(np.array([4 / 6]), np.array([6]), 0.95)
    assert half_widths(drawn, 0.95, yes_or_no=True)[1][-1] == pytest.approx((high[0] - low[0]) / 2)


def test_what_is_undefined_is_left_out_and_never_is_never_enough():
    values = np.array([np.nan, 1, 3, np.nan, 2, 2, 2, 2])
    assert half_widths(values, 0.95)[1][[4, 5, 6, 7]] == pytest.approx([2.4841, 1.2992, 0.8780, 0.6637], abs=5e-5)
    assert enough(values, 0.95, half_width=1.3, first=3, limit=2) == 6
    assert enough(np.full(50, np.nan), 0.95, half_width=1) is None
    assert enough(np.array([*[1.0] * 10, np.inf, *[1.0] * 50]), 0.95, half_width=1) is None
    assert enough(np.array([]), 0.95, half_width=1) is None


def test_no_variance_is_enough_at_once():
    assert enough(np.full(30, 7.1), 0.95, half_width=1e-6) == 20
    assert enough(np.full(24, 7.1), 0.95, half_width=1e-6) is None  # five more are looked at


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=60))
def test_half_widths_are_those_of_the_estimate(values):
    """Also of large values that differ by little."""
    values = np.array(values) / 1e6 + 1e6
    mean, half = half_widths(values, 0.9)
    found = estimate(values[:, None], 0.9)
    assert mean[-1] == pytest.approx(found.mean[0])
    assert half[-1] == pytest.approx((found.ci_high - found.ci_low)[0] / 2, abs=1e-7)


@given(st.lists(st.sampled_from([0.0, 1, 2, 9]), max_size=80), st.floats(0.2, 3), st.integers(2, 12), st.integers(0, 6))
def test_the_rule_spelt_out(values, half_width, first, limit):
    values = np.array(values)
    _, half = half_widths(values, 0.9)
    expected = None
    for n in range(first, len(values) - limit + 1):
        if all(half[m - 1] <= half_width for m in range(n, n + limit + 1)):
            expected = n
            break
    found = enough(values, 0.9, half_width=half_width, first=first, limit=limit)
    assert found == expected
    if found is not None:  # known as soon as it has been looked so far ahead
        assert enough(values[: found + limit], 0.9, half_width=half_width, first=first, limit=limit) == found


@pytest.mark.parametrize(("half_width", "expected"), [(0.5, 20), (0.25, 64)])
def test_intervals_hold_where_one_stops(half_width, expected):
    """1,000 repeats of normal values: the misses after stopping are binomial with 5 %."""
    rng = np.random.default_rng(1)
    missed, used = 0, []
    for values in rng.normal(size=(1000, 250)):
        n = enough(values, 0.95, half_width=half_width)
        mean, half = half_widths(values[:n], 0.95)
        missed += abs(mean[-1]) > half[-1]
        used.append(n)
    assert stats.binomtest(missed, 1000, 0.05).pvalue > 1e-3
    assert np.mean(used) == pytest.approx(expected, rel=0.1)


def test_a_relapse_before_the_next_look_starts_it_anew():
    """Narrow from 20 to 40, and then not until 44: looked at after 25 it is enough, after 50 only since 45."""
    is_narrow = np.array([True] * 40 + [False] * 4 + [True] * 16)
    assert narrow_since(is_narrow[:25]) == 20
    assert narrow_since(is_narrow[:44]) is None
    assert narrow_since(is_narrow[:50]) == 45
    assert narrow_since(is_narrow[:49]) is None


@pytest.mark.parametrize("half_width", [0.4, 0.25])
def test_intervals_hold_where_one_looks_after_every_25(half_width):
    """1,000 repeats of skewed values, as a run looks at them: misses of the interval after the last look.

    Student's interval of 25 to 100 gamma values of shape 4 itself misses some 5 to 6 %.
    """
    rng = np.random.default_rng(5)
    missed = 0
    for values in rng.gamma(4, 0.5, (1000, 250)) - 2:
        n = enough(values, 0.95, half_width=half_width, every=25)
        done = -(-(n + look_ahead(n)) // 25) * 25
        mean, half = half_widths(values[:done], 0.95)
        assert half[-1] <= half_width
        missed += abs(mean[-1]) > half[-1]
    assert stats.binomtest(missed, 1000, 0.06, "greater").pvalue > 1e-3
    assert stats.binomtest(missed, 1000, 0.04, "less").pvalue > 1e-3


def test_why_it_does_not_begin_after_three():
    """From 3 replications, without looking ahead, the interval misses more often than it promises."""
    rng = np.random.default_rng(2)
    missed = 0
    for values in rng.normal(size=(1000, 120)):
        mean, half = half_widths(values[: enough(values, 0.95, half_width=0.5, first=3, limit=0)], 0.95)
        missed += abs(mean[-1]) > half[-1]
    assert stats.binomtest(missed, 1000, 0.05, "greater").pvalue < 1e-3


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_intervals_of_shares_hold_where_one_stops(share):
    """1,000 repeats; Wilson's interval errs on either side of 5 % by up to 2 points, as counts are whole."""
    rng = np.random.default_rng(3)
    missed = 0
    for values in (rng.random((1000, 200)) < share).astype(float):
        n = enough(values, 0.95, half_width=0.08, yes_or_no=True)
        low, high = wilson(np.array([values[:n].mean()]), np.array([n]), 0.95)
        missed += not low[0] <= share <= high[0]
    assert stats.binomtest(missed, 1000, 0.07, "greater").pvalue > 1e-3
    assert stats.binomtest(missed, 1000, 0.03, "less").pvalue > 1e-3


def test_a_relative_error_is_kept():
    """1,000 repeats of a mean of 10: an estimate is more than 10 % off in at most 5 %."""
    rng = np.random.default_rng(4)
    off = 0
    for values in rng.normal(10, 3, (1000, 150)):
        off += abs(values[: enough(values, 0.95, relative=0.1)].mean() - 10) > 1
    assert stats.binomtest(off, 1000, 0.05, "greater").pvalue > 1e-3
    assert off > 5
