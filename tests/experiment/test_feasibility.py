"""The smallest option that meets a target: by hand, and how often it is right."""

import numpy as np
import pytest
from scipy import integrate, stats
from scipy.special import ndtri

from advisory_sim.experiment.feasibility import bounds, cheapest, evidence, smallest


def chances(rng, shares, correlation, n=4000):
    """1 and 0 of options that meet the target with these chances, correlated; always the same of a replication."""
    luck = np.sqrt(correlation) * rng.normal(size=(n, 1)) + np.sqrt(1 - correlation) * rng.normal(size=(n, len(shares)))
    met = (luck < ndtri(shares)).astype(float)
    return lambda options, replications: met[replications.start : replications.stop][:, options]


def listed(*options):
    values = np.array(options, float).T
    return lambda options, replications: values[replications.start : replications.stop][:, options]


def test_evidence_is_a_likelihood_ratio():
    """7 of 9 against a bound of 0.6: the mean of p^7 q^2 over p above (below) 0.6, over 0.6^7 0.4^2."""
    above, below = evidence(np.array(7.0), np.array(9), 0.6)
    against = 0.6**7 * 0.4**2
    mean_above = integrate.quad(lambda p: p**7 * (1 - p) ** 2, 0.6, 1)[0] / 0.4
    mean_below = integrate.quad(lambda p: p**7 * (1 - p) ** 2, 0, 0.6)[0] / 0.6
    assert np.exp(above) == pytest.approx(mean_above / against)
    assert np.exp(below) == pytest.approx(mean_below / against)


def test_successes_only_by_hand():
    """n of n: the evidence for p >= b is (1 - b^(n+1)) / ((n + 1) (1 - b) b^n). With b = 0.5: 2 (2^n - 1/2) / (n + 1).

    One option at 90 % needs 10: after 5, 2 x 31.5 / 6 = 10.5; after 4, 2 x 15.5 / 5 = 6.2.
    """
    found = smallest(listed([1] * 30), [1], 0.5, 0.9)
    assert (found.chosen, found.proven) == (0, True)
    assert found.verdicts[0].replications == 5
    # Two options need 20 each: after 7, 2 x 127.5 / 8 = 31.9; after 6, 2 x 63.5 / 7 = 18.1.
    found = smallest(listed([1] * 30, [0] * 30), [2, 1], 0.5, 0.9)
    assert found.chosen == 0
    assert [v.verdict for v in found.verdicts] == ["meets", "fails"]
    assert [v.replications for v in found.verdicts] == [7, 7]


def test_expected_evidence_is_one_at_the_bound():
    """It is a martingale there: its mean over all outcomes of 12 futures is 1, and less than 1 beyond the bound."""
    met = np.arange(13)
    above, below = evidence(met, np.full(13, 12), 0.7)
    at = stats.binom.pmf(met, 12, 0.7)
    assert (at * np.exp(above)).sum() == pytest.approx(1)
    assert (at * np.exp(below)).sum() == pytest.approx(1)
    assert (stats.binom.pmf(met, 12, 0.6) * np.exp(above)).sum() < 1
    assert (stats.binom.pmf(met, 12, 0.8) * np.exp(below)).sum() < 1


def test_bounds_are_where_the_evidence_is_enough():
    met, n, enough = np.array([0.0, 45, 50, 0]), np.array([50, 50, 50, 0]), np.log(20)
    low, high = bounds(met, n, enough)
    assert low[[0, 3]].tolist() == [0, 0]
    assert high[[2, 3]].tolist() == [1, 1]
    assert evidence(met[1:3], n[1:3], low[1:3])[0] == pytest.approx(enough)
    assert evidence(met[:2], n[:2], high[:2])[1] == pytest.approx(enough)


def test_what_larger_options_do_is_not_needed():
    """The second meets the target after 5 futures and the first fails as soon; the third is not asked for again."""
    asked = []

    def sample(options, replications):
        asked.append((options, replications))
        return np.array([[0, 1, r % 2] for r in replications], float)[:, options]

    found = smallest(sample, [10, 20, 30], 0.5, 0.9, step=1)
    assert (found.chosen, found.proven) == (1, True)
    assert [v.verdict for v in found.verdicts] == ["fails", "meets", "unneeded"]
    assert all(len(replications) == 1 for _, replications in asked)
    assert asked[-1][1].stop == found.verdicts[1].replications
    assert found.sentence(["A", "B", "C"]) == (
        "'B' is the smallest that meets the target in at least 50 % of futures (confidence 90 %)."
    )


def test_nothing_meets_the_target():
    found = smallest(listed([0] * 50, [0] * 50), [1, 2], 0.5, 0.9)
    assert (found.chosen, found.proven) == (None, True)
    assert found.sentence(["A", "B"]) == "No option meets the target in at least 50 % of futures (confidence 90 %)."


def test_stopped_before_it_is_proven():
    """The larger option meets it; of the smaller, which does in every other future, 40 are too few to tell."""
    found = smallest(listed([0, 1] * 20, [1] * 40), [1, 2], 0.5, 0.9, at_most=40)
    assert (found.chosen, found.proven) == (1, False)
    verdict = found.verdicts[0]
    assert (verdict.verdict, verdict.replications, verdict.share) == ("open", 40, 0.5)
    assert verdict.at_least < 0.5 < verdict.at_most
    assert found.sentence(["A", "B"]) == (
        "Not proven: 'B' is the smallest that is known to meet the target in at least 50 % of futures; undecided at "
        f"confidence 90 %: 'A' ({100 * verdict.at_least:.0f} to {100 * verdict.at_most:.0f} %)."
    )
    assert (
        smallest(listed([0, 1] * 20), [1], 0.5, 0.9, at_most=40)
        .sentence(["A"])
        .startswith("Not proven: no option is known to meet the target in at least 50 % of futures; undecided")
    )


@pytest.mark.parametrize("step", [1, 7, 400])
def test_the_step_moves_no_choice(step):
    """A larger option may be looked at for longer, as it is dropped at the end of a step only."""
    sample = chances(np.random.default_rng(1), [0.6, 0.9, 0.95], 0.5)
    found, other = (smallest(sample, [1, 2, 3], 0.8, 0.95, step=s) for s in (25, step))
    assert (found.chosen, found.proven, found.verdicts[:2]) == (other.chosen, other.proven, other.verdicts[:2])


@pytest.mark.parametrize("correlation", [0, 0.9])
@pytest.mark.parametrize("shares", [[0.5, 0.7, 0.9, 0.95], [0.79, 0.9, 0.5], [0.8, 0.8, 0.8], [0.9]])
def test_wrong_as_seldom_as_promised(shares, correlation):
    """250 choices, in no order of chances, with chances at the bound too; a proven choice is wrong in at most 10 %."""
    rng = np.random.default_rng([2, len(shares), int(10 * correlation)])
    first = next(i for i, share in enumerate(shares) if share >= 0.8)
    proven = wrong = 0
    for _ in range(250):
        found = smallest(chances(rng, shares, correlation, n=500), range(len(shares)), 0.8, 0.9, at_most=500, step=50)
        proven += found.proven
        wrong += found.proven and found.chosen != first
    assert stats.binomtest(wrong, 250, 0.1, "greater").pvalue > 1e-3
    if min(abs(share - 0.8) for share in shares) >= 0.1:
        assert proven > 225


def test_bounds_hold_whenever_one_stops():
    """500 options of a chance of 0.3, stopped at the worst moment of 300 futures: a bound fails in at most 5 % each."""
    rng = np.random.default_rng(3)
    met = (rng.random((300, 500)) < 0.3).cumsum(axis=0)
    above, below = evidence(met, np.arange(1, 301)[:, None], 0.3)
    for against in (above, below):
        ever = int((against.max(axis=0) >= np.log(20)).sum())
        assert stats.binomtest(ever, 500, 0.05, "greater").pvalue > 1e-3
        assert ever > 3  # nor is it idle


def test_slack_ends_what_would_never_end():
    """A chance at the bound itself is good enough with a slack of 5 points, and is found to be so."""
    rng = np.random.default_rng(4)
    found = [smallest(chances(rng, [0.6, 0.8], 0), [1, 2], 0.8, 0.9, slack=0.05, at_most=4000) for _ in range(60)]
    assert all(choice.proven for choice in found)
    assert stats.binomtest(sum(choice.chosen != 1 for choice in found), 60, 0.1, "greater").pvalue > 1e-3
    assert found[0].sentence(["A", "B"]) == (
        "'B' is the smallest that meets the target in at least 75 % of futures; no smaller one reaches 80 % "
        "(confidence 90 %)."
    )


def test_the_cheapest_that_meets_a_target():
    """The first is cheaper and misses the target; of the others the third is the cheapest."""
    rng = np.random.default_rng(5)
    met = chances(rng, [0.2, 0.95, 0.97, 0.99], 0.5)
    money = rng.normal([10, 30, 20, 40], 5, (4000, 4))
    found = cheapest(met, lambda o, r: money[r.start : r.stop][:, o], 4, 0.8, 0.9, 2)
    assert (found.chosen, found.proven) == (2, True)
    assert [v.verdict for v in found.verdicts] == ["fails", "meets", "meets", "meets"]
    assert found.selection.confidence == 0.95
    assert found.sentence(["A", "B", "C", "D"]) == (
        "'C' is the cheapest that meets the target in at least 80 % of futures, or within 2 of it (confidence 90 %)."
    )
    short = cheapest(met, lambda o, r: 100 * money[r.start : r.stop][:, o], 4, 0.8, 0.9, 0.01, at_most=60)
    assert not short.proven
    assert short.sentence(["A", "B", "C", "D"]).endswith("; costs do not tell the cheapest at confidence 90 %.")


def test_the_cheapest_is_right_as_often_as_promised():
    rng = np.random.default_rng(6)
    wrong = 0
    for _ in range(500):
        met = chances(rng, [0.6, 0.92, 0.92], 0.5, n=1500)
        money = rng.normal(0, 3, (1500, 1)) + rng.normal([0, 2, 1], 1, (1500, 3))
        found = cheapest(met, lambda o, r, m=money: m[r.start : r.stop][:, o], 3, 0.8, 0.9, 1, at_most=1500)
        assert found.proven
        wrong += found.chosen != 2
    assert stats.binomtest(wrong, 500, 0.1, "greater").pvalue > 1e-3


def test_nothing_to_choose_the_cheapest_from():
    found = cheapest(listed([0] * 40), listed([1] * 40), 1, 0.5, 0.9, 1)
    assert (found.chosen, found.proven, found.selection) == (None, True, None)


def test_wrong_settings_are_told_together():
    with pytest.raises(ValueError, match="no options") as caught:
        smallest(listed([1]), [], 1.2, 0, slack=2, at_most=0, step=0)
    assert str(caught.value) == (
        "no options; there must be at least one; bound: 1.2 is not between 0 and 1; slack: 2 is not between 0 and the "
        "bound; confidence: 0 is not between 0 and 1; at_most: 0 is not a number from 1; step: 0 is not a number from 1"
    )
    with pytest.raises(ValueError, match="neither 0"):
        smallest(listed([0.5] * 30), [1], 0.5, 0.9)
