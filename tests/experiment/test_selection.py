"""Selections by hand, and how often they are right: at least as often as promised."""

import numpy as np
import pytest
from scipy import stats

from advisory_sim.experiment.selection import Contender, Stage, select


def listed(*options):
    """A sample of values given option by option; it remembers what was asked for."""
    values = np.array(options, float).T

    def sample(options, replications):
        sample.asked.append((tuple(options), replications))
        return values[replications.start : replications.stop][:, options]

    sample.asked = []
    return sample


def normal(rng, means, correlation, sd=1.0):
    """A sample of normal values whose options are correlated."""
    shared, own = np.sqrt(correlation), np.sqrt(1 - correlation)

    def sample(options, replications):
        n = len(replications)
        values = sd * (shared * rng.normal(size=(n, 1)) + own * rng.normal(size=(n, len(means)))) + means
        return values[:, options]

    return sample


# Three options, three first replications, confidence 90 %, indifference 1:
# eta = ((2 x 0.1 / 2)^(-2/2) - 1) / 2 = 4.5; h2 = 2 x 4.5 x 2 = 18; r W_il(r) = max(0, (18 S2_il - r) / 2).
# Differences of the first three: 0 - 1: 1, -1, 0 (S2 = 1); 0 - 2: 1, 1, 1 (S2 = 0); 1 - 2: 0, 2, 1 (S2 = 1).
# r = 3: sums 12, 12, 9. r W is 7.5, but 0 of the pair 0, 2: option 2 is dropped for 9 < 12 - 0, and for nothing else.
# r = 4: sums 21, 14; 14 < 21 - 7 does not hold. r = 5: sums 26, 19; 19 < 26 - 6.5 does: option 1 is dropped.
BY_HAND = ([3, 5, 4, 9, 5], [2, 6, 4, 2, 5], [2, 4, 3, 0, 0])


def test_by_hand():
    found = select(listed(*BY_HAND), 3, 0.9, 1, first=3, at_most=5)
    assert found.selected == 0
    assert found.proven
    assert found.stages == (Stage(3, (0, 1)), Stage(5, (0,)))
    assert found.replications == (5, 5, 3)
    assert found.means == (5.2, 3.8, 3)
    assert found.contenders == ()
    assert found.sentence(["A", "B", "C"], "days") == "'A' is the best, or within 1 days of it (confidence 90 %)."


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1), (0, 2, 1), (1, 0, 2)])
def test_every_pair_is_read_its_own_variance(order):
    """The same case with its options in any order: another pair's variance would keep the third in play, or drop 1."""
    found = select(listed(*(BY_HAND[i] for i in order)), 3, 0.9, 1, first=3, at_most=5)
    assert order[found.selected] == 0
    assert [found.replications[order.index(i)] for i in range(3)] == [5, 5, 3]


def test_stopped_before_it_is_proven():
    """After 4: the gap is 7 / 4, W is 7 / 4, and the region closes after 18."""
    found = select(listed(*BY_HAND), 3, 0.9, 1, first=3, at_most=4)
    assert not found.proven
    assert found.selected == 0
    assert found.contenders == (Contender(1, 1.75, pytest.approx(1.75)),)
    assert found.needed == 19
    assert found.sentence(["A", "B", "C"], "days") == (
        "Not proven after 4 futures: 'A' is the best so far. Still in play: 'B', 1.75 behind. If one option is more "
        "than 1 days ahead of all others, it is among these (confidence 90 %); at most 19 futures decide it."
    )


def test_the_larger_mean_where_the_region_has_closed():
    """h2 = 18 and S2 = 1 / 10 close it after 1.8 replications: after the first 3 the larger mean is taken."""
    root = np.sqrt(0.1)
    found = select(listed([root, -root, 0.0], [0, 0, 1e-9]), 2, 0.95, 1, first=3)
    assert (found.selected, found.replications) == (1, (3, 3))


@pytest.mark.parametrize("step", [1, 7, 500])
def test_the_step_moves_nothing(step):
    rng = np.random.default_rng(1)
    values = [0.3 * i + rng.normal(size=2000) for i in range(5)]
    one, many = (select(listed(*values), 5, 0.95, 0.2, at_most=2000, step=s) for s in (1, step))
    assert one == many
    assert one.proven
    assert len(one.stages) > 1


def test_only_what_is_in_play_is_asked_for():
    sample = listed(*BY_HAND)
    select(sample, 3, 0.9, 1, first=3, at_most=5)
    assert sample.asked == [((0, 1, 2), range(3)), ((0, 1), range(3, 4)), ((0, 1), range(4, 5))]


def test_options_identical_to_the_bit_are_told_at_once():
    """No variance between two of them, and a third that is clearly worse: nothing more need be drawn."""
    shared = np.random.default_rng(2).normal(size=100)
    found = select(listed(shared, shared, shared - 5), 3, 0.95, 0.5, first=10, at_most=100)
    assert found.proven
    assert found.selected == 0
    assert found.stages == (Stage(10, (0, 1)),)
    constant = select(listed([1] * 20, [3] * 20, [2] * 20), 3, 0.95, 0.5)
    assert (constant.selected, constant.proven, constant.replications) == (1, True, (20, 20, 20))


def test_one_option():
    found = select(listed([1, 2]), 1, 0.95, 1)
    assert (found.selected, found.proven, found.replications) == (0, True, (0,))
    assert found.sentence(["A"]) == "'A' is the only option."


@pytest.mark.parametrize("correlation", [0, 0.9])
@pytest.mark.parametrize("k", [2, 3, 5, 10])
def test_right_as_often_as_promised(k, correlation):
    """500 selections of one option that is ahead by just the indifference, the hardest case: wrong in at most 10 %."""
    rng = np.random.default_rng([3, k, int(10 * correlation)])
    wrong = looked = 0
    for i in range(500):
        means = np.zeros(k)
        means[i % k] = 0.5
        found = select(
            normal(rng, means, correlation, sd=1.5 / np.sqrt(1 - correlation)), k, 0.9, 0.5, first=10, step=50
        )
        assert found.proven
        wrong += found.selected != i % k
        looked += sum(found.replications)
    assert stats.binomtest(wrong, 500, 0.1, "greater").pvalue > 1e-3
    assert looked / 500 / k > 10  # it had to look on


def test_ties_within_the_indifference_are_as_good():
    """The best two are 0.1 apart, the third 1 below: with an indifference of 0.5 either of the two is right."""
    rng = np.random.default_rng(4)
    chosen = [select(normal(rng, [0, 1, 0.9], 0.5), 3, 0.9, 0.5, first=10, step=50).selected for _ in range(500)]
    assert stats.binomtest(chosen.count(0), 500, 0.1, "greater").pvalue > 1e-3
    assert chosen.count(2) > 25  # each of the two happens


def test_common_random_numbers_save_replications():
    rng = np.random.default_rng(5)
    means = [0.0, 0.3, 0.6]
    used = [
        np.mean([sum(select(normal(rng, means, c), 3, 0.95, 0.3, first=10, step=50).replications) for _ in range(40)])
        for c in (0, 0.9)
    ]
    assert used[1] < used[0] / 2


def test_wrong_settings_are_told_together():
    with pytest.raises(ValueError, match=r"^confidence: 0\.5 is not between 1/2") as caught:
        select(listed([1, 2]), 1, 0.5, 0, first=1, at_most=0, step=0)
    assert str(caught.value) == (
        "confidence: 0.5 is not between 1/2 (a blind choice) and 1; indifference: 0 is not above 0; "
        "first: 1 replications have no variance; at least 2; at_most: 0 is fewer than the first 1; "
        "step: 0 is not a number from 1"
    )
    with pytest.raises(ValueError, match="k: 0 options; there must be at least one"):
        select(listed([1, 2]), 0, 0.95, 1)


def test_values_without_a_mean_are_refused():
    with pytest.raises(ValueError, match="option 1 in replication 2: inf has no mean; select by a measure that every"):
        select(listed([1] * 20, [1, 2, np.inf, *[3] * 17]), 2, 0.95, 1)
    with pytest.raises(ValueError, match=r"sample: shape \(20, 3\) is not \(20, 2\)"):
        select(lambda options, replications: np.zeros((20, 3)), 2, 0.95, 1)
