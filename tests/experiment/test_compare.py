"""All pairs of options: against arithmetic, other programs and what repeats of known differences promise."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from advisory_sim import loads, pair_sentence, run
from advisory_sim.experiment.compare import compare, holm, paired_shares, sign_test
from advisory_sim.experiment.comparison import comparison_text
from advisory_sim.experiment.estimate import ratio_of_means, ratio_values


def three_options(n=40, seed=1):
    rng = np.random.default_rng(seed)
    shared = rng.normal(0, 3, (n, 1))
    return 50 + shared + rng.normal(0, 1, (n, 3)) + [0, 0.2, 2]


def test_pairs_by_hand():
    """D = 2, 4, 3: mean 3, s = 1, error 1 / sqrt 3; t(2) at 97.5 % is 4.3027, so 3 -+ 2.4842."""
    found = compare(np.array([[1.0, 3], [2, 6], [5, 8]]), 0.95)
    assert (found.first[0], found.second[0], found.n[0]) == (0, 1, 3)
    assert found.mean[0] == pytest.approx(3)
    assert found.std_error[0] == pytest.approx(0.5773503)
    assert (found.ci_low[0], found.ci_high[0]) == pytest.approx((0.515862, 5.484138), abs=1e-6)
    assert found.p_value[0] == pytest.approx(0.0351, abs=5e-5)  # t = 5.196 with 2 degrees of freedom
    assert (found.more[0], found.equal[0], found.less[0]) == (1, 0, 0)
    # Var A = 13/3, Var B = 19/3, Var D = 1: independent options would need 32/3 times as many replications.
    assert found.variance_ratio[0] == pytest.approx(32 / 3)
    assert found.correlation[0] == pytest.approx((13 / 3 + 19 / 3 - 1) / 2 / np.sqrt(13 / 3 * 19 / 3))


def test_pairs_are_scipys():
    values = three_options()
    found = compare(values, 0.9)
    assert list(zip(found.first, found.second, strict=True)) == [(0, 1), (0, 2), (1, 2)]
    for i, (a, b) in enumerate(zip(found.first, found.second, strict=True)):
        test = stats.ttest_rel(values[:, b], values[:, a])
        assert found.p_value[i] == pytest.approx(test.pvalue)
        low, high = test.confidence_interval(1 - 0.1 / 3)  # Bonferroni over three pairs
        assert (found.ci_low[i], found.ci_high[i]) == pytest.approx((low, high))
        above = stats.binomtest(int((values[:, b] > values[:, a]).sum()), 40)
        wilson = above.proportion_ci(1 - 0.1 / 3, method="wilson")
        assert (found.more_low[i], found.more_high[i]) == pytest.approx((wilson.low, wilson.high))
    assert found.differ.tolist() == [False, True, True]


def test_holm_by_hand():
    """Holm (1979): 0.01 x 4, 0.02 x 3, then no less than before; at 5 % only the first is decided."""
    assert holm(np.array([0.04, 0.01, 0.5, 0.02])) == pytest.approx([0.08, 0.04, 0.5, 0.06])
    assert holm(np.array([0.03, np.nan])) == pytest.approx([0.06, np.nan], nan_ok=True)
    assert holm(np.array([])).tolist() == []


def test_mcnemar():
    """12 replications only the second says yes in, 3 only the first: 2 sum_{i <= 3} C(15, i) / 2^15 = 1152 / 32768."""
    values = np.array([[0, 1]] * 12 + [[1, 0]] * 3 + [[1, 1]] * 20 + [[0, 0]] * 5, float)
    found = compare(values, 0.95, yes_or_no=True)
    assert found.test[0] == "McNemar"
    assert found.p_value[0] == pytest.approx(1152 / 32768)
    assert found.p_value[0] == pytest.approx(stats.binomtest(3, 15).pvalue)
    assert found.mean[0] == pytest.approx(9 / 40)
    # Bonett and Price: 13/42 - 4/42 -+ 1.959964 sqrt((17/42 - (9/42)^2) / 42) = 0.2142857 -+ 0.1811657.
    assert (found.ci_low[0], found.ci_high[0]) == pytest.approx((0.033120, 0.395451), abs=1e-6)
    assert sign_test(np.array([0, 5]), np.array([0, 5])).tolist() == [1, 1]


def test_yes_in_every_future_is_no_proof():
    """None of 100 futures tells two targets apart: the interval keeps a width, 2/102 sqrt(1/2) x 1.96."""
    found = compare(np.ones((100, 2)), 0.95, yes_or_no=True)
    assert found.test[0] == "identical"
    assert (found.ci_low[0], found.ci_high[0]) == pytest.approx((-0.027175, 0.027175), abs=1e-5)
    assert not found.differ[0]


def test_identical_options_differ_by_exactly_nothing():
    values = three_options()[:, [0, 0, 2]]
    found = compare(values, 0.95)
    assert found.test.tolist() == ["identical", "t", "t"]
    assert (found.mean[0], found.std_error[0], found.ci_low[0], found.ci_high[0]) == (0, 0, 0, 0)
    assert (found.p_value[0], found.equal[0], found.correlation[0]) == (1, 1, pytest.approx(1))
    assert not found.differ[0]


def test_a_difference_that_never_varies_is_certain():
    """1,250 more in every future, but for the rounding of sums."""
    values = three_options()[:, [0, 0]]
    values[:, 1] = values[:, 0] + 1250 + 1e-13 * np.arange(40)
    found = compare(values, 0.95)
    assert (found.ci_low[0], found.ci_high[0]) == (pytest.approx(1250), pytest.approx(1250))
    assert found.ci_low[0] == found.ci_high[0]
    assert found.p_value[0] == 0
    assert found.variance_ratio[0] == np.inf


def test_a_replication_undefined_under_one_is_left_out_of_its_pairs():
    values = three_options()
    values[:7, 1] = np.nan
    found, without = compare(values, 0.95), compare(values[7:], 0.95)
    assert found.n.tolist() == [33, 40, 33]
    for field in ("mean", "ci_low", "more", "correlation", "variance_ratio"):
        assert getattr(found, field)[[0, 2]] == pytest.approx(getattr(without, field)[[0, 2]])
    nothing = compare(np.where([True, False, False], np.nan, values[7:]), 0.95)
    assert nothing.n.tolist() == [0, 0, 33]
    assert np.isnan([nothing.mean[0], nothing.more[0], nothing.more_low[0], nothing.p_value[0]]).all()
    assert nothing.test[0] == ""


def test_never_has_no_mean_but_an_order():
    """Sooner in 7, later in 1, both never in 2: 2 (1 + 8) / 2^8 = 18 / 256."""
    values = np.array([[30, 20]] * 5 + [[np.inf, 25]] * 2 + [[20, np.inf]] + [[np.inf, np.inf]] * 2, float)
    found = compare(values, 0.95)
    assert np.isnan([found.mean[0], found.std_error[0], found.ci_low[0], found.variance_ratio[0]]).all()
    assert (found.more[0], found.equal[0], found.less[0]) == pytest.approx((0.1, 0.2, 0.7))
    assert found.test[0] == "sign"
    assert found.p_value[0] == pytest.approx(18 / 256)


def test_never_in_the_same_futures_has_no_mean_either():
    found = compare(np.array([[np.inf, np.inf], [3, 4], [5, 9]]), 0.95)
    assert np.isnan([found.mean[0], found.ci_low[0]]).all()
    assert found.p_value[0] == pytest.approx(0.5)


@pytest.mark.parametrize("yes_or_no", [False, True])
@pytest.mark.parametrize("n", [0, 1, 2])
@pytest.mark.parametrize("k", [1, 2, 3])
def test_few_replications_and_few_options(n, k, yes_or_no):
    values = np.array([[0.0, 1, 1], [1, 1, 0]])[:n, :k]
    found = compare(values, 0.95, yes_or_no=yes_or_no)
    assert len(found.mean) == k * (k - 1) // 2
    assert (found.n == n).all()
    assert np.isnan(found.mean).all() == (n == 0 or k == 1)
    if n == 1 and not yes_or_no and k > 1:
        assert np.isnan([found.ci_low[0], found.p_value[0]]).all()
        assert not found.differ.any()


def test_ratios_of_means():
    """A cost of a covered day: the difference of ratios of means, with the jackknife's error."""
    rng = np.random.default_rng(5)
    days = rng.uniform(50, 150, (80, 2))
    cost = days * [10, 12] + rng.normal(0, 30, (80, 2))
    ratios = np.stack([ratio_values(cost[:, i], days[:, i]) for i in range(2)], axis=1)
    found = compare(cost / days, 0.95, means_of=ratios)
    ratio = cost.sum(axis=0) / days.sum(axis=0)
    assert found.mean[0] == pytest.approx(ratio[1] - ratio[0])
    left_out = np.array([
        np.delete(cost[:, 1], i).sum() / np.delete(days[:, 1], i).sum()
        - np.delete(cost[:, 0], i).sum() / np.delete(days[:, 0], i).sum()
        for i in range(80)
    ])  # fmt: skip
    assert found.std_error[0] == pytest.approx(np.sqrt(79 / 80 * ((left_out - left_out.mean()) ** 2).sum()))
    assert ratio_of_means(cost[:, 0], days[:, 0], 0.95)[0] == pytest.approx(ratio[0])
    assert found.more[0] == np.mean(cost[:, 1] / days[:, 1] > cost[:, 0] / days[:, 0])


def test_intervals_hold_all_at_once():
    """1,000 repeats of four options that share much of their luck: all six intervals hold in at least 90 %.

    Bonferroni errs on the safe side, so the misses are at most binomial with 0.1; each pair's own misses are binomial
    with 0.1 / 6.
    """
    rng = np.random.default_rng(6)
    means = np.array([0, 0.3, 0.6, 0.6])
    missed = np.zeros((1000, 6), bool)
    for i in range(1000):
        found = compare(rng.normal(0, 2, (30, 1)) + rng.normal(0, 1, (30, 4)) + means, 0.9)
        truth = means[found.second] - means[found.first]
        missed[i] = (found.ci_low > truth) | (found.ci_high < truth)
    assert stats.binomtest(int(missed.any(axis=1).sum()), 1000, 0.1, "greater").pvalue > 1e-3
    for misses in missed.sum(axis=0):
        assert stats.binomtest(int(misses), 1000, 0.1 / 6).pvalue > 1e-3


def test_no_more_false_decisions_than_promised():
    """Of 1,000 repeats of three equal options and one better, the equal ones are told apart in at most 10 %."""
    rng = np.random.default_rng(7)
    false = found_better = 0
    for _ in range(1000):
        found = compare(rng.normal(0, 2, (25, 1)) + rng.normal(0, 1, (25, 4)) + [0, 0, 0, 1.5], 0.9)
        equal = found.second < 3
        false += found.differ[equal].any()
        found_better += found.differ[~equal].all()
    assert stats.binomtest(int(false), 1000, 0.1, "greater").pvalue > 1e-3
    assert found_better > 900


@pytest.mark.parametrize(("both", "only_one", "only_other"), [(0.5, 0.2, 0.1), (0.9, 0.04, 0.01), (0.3, 0.1, 0.1)])
def test_intervals_of_paired_shares_cover(both, only_one, only_other):
    """4,000 repeats of 200 replications; the method is slightly conservative, so only too many misses count."""
    rng = np.random.default_rng(8)
    drawn = rng.multinomial(200, [both, only_one, only_other, 1 - both - only_one - only_other], 4000)
    low, high = paired_shares(drawn[:, 1], drawn[:, 2], np.full(4000, 200), 0.95)
    missed = (low > only_one - only_other) | (high < only_one - only_other)
    assert stats.binomtest(int(missed.sum()), 4000, 0.05, "greater").pvalue > 1e-3
    assert missed.mean() > 0.02


PLAN = """
format: 1
title: t
start: 2001-01-01
horizon: 100 days
mandate: {length: 60 days}
roles: {adviser: {recruitment: [{fill: exponential(20) days}], cost: {per_day: 100}}}
teams: {A: {posts: {adviser: 6}}, B: {units: none, posts: {adviser: 2}}}
decisions:
  more: {at: day 10, expand: {adviser: 4}}
  longer: {at: day 20, extend: 30 days}
options: {plain: [], more: [more], again: [more], longer: [longer]}
targets: {five at once: {measure: deployed, at_least: 5, on: 2001-01-20}}
runs: {replications: 60}
"""


@pytest.fixture(scope="module")
def study():
    return run(loads(PLAN), progress=False)


def test_a_study_compares_every_pair(study):
    frame = study.compare("officer_days")
    assert list(zip(frame["option"], frame["against"], strict=True)) == [
        ("more", "plain"), ("again", "plain"), ("longer", "plain"), ("again", "more"), ("longer", "more"),
        ("longer", "again"),
    ]  # fmt: skip
    assert set(frame["window"]) == {"horizon"}
    row = frame.iloc[2]
    d = study.column("longer", "officer_days") - study.column("plain", "officer_days")
    assert (row["mean"], row["more"]) == (pytest.approx(d.mean()), (d > 0).mean())
    assert row["ci_low"] == pytest.approx(d.mean() - stats.t.ppf(1 - 0.025 / 6, 59) * stats.sem(d))
    again = frame[(frame["option"] == "again") & (frame["against"] == "more")].iloc[0]
    assert (again["test"], again["mean"], again["differ"]) == ("identical", 0, False)


def test_what_is_left_out_is_the_only_one_there_is(study):
    assert study.compare("target_met")["name"].unique().tolist() == ["five at once"]
    assert study.compare("of_paper_strength")["window"].unique().tolist() == ["mandate"]
    # A figure of a decision is compared among the options that take it.
    agreed = study.compare("agreed", name="more")
    assert list(zip(agreed["option"], agreed["against"], strict=True)) == [("again", "more")]
    assert study.compare("agreed", name="longer").empty


@pytest.mark.parametrize(("asked", "text"), [
    ({"measure": "officer_dais"}, "no measure 'officer_dais'; did you mean 'officer_days'?"),
    ({"measure": "agreed"}, "agreed of what? There is: decision 'more' horizon; decision 'longer' horizon"),
    ({"measure": "worst_unit", "scope": "unit"},
     "worst_unit of unit? There is: mission horizon; mission mandate"),
])  # fmt: skip
def test_what_is_not_there_is_named(study, asked, text):
    with pytest.raises(KeyError) as caught:
        study.compare(**asked)
    assert caught.value.args[0] == text


def pair(measure="covered_days", unit="days", **figures):
    usual = {
        "option": "B", "against": "A", "measure": measure, "scope": "mission", "name": "", "window": "horizon",
        "unit": unit, "n": 200, "mean": 150.0, "ci_low": 120.4, "ci_high": 179.6, "more": 0.83, "equal": 0.0,
        "less": 0.17, "test": "t", "p_value": 0.001, "differ": True,
    }  # fmt: skip
    return pd.Series(usual | figures)


@pytest.mark.parametrize(("row", "text"), [
    (pair(), "'B' brings 120 to 180 more covered unit-days than 'A'; it does better in 83 % of the futures."),
    (pair(name="Uzgen", scope="unit", window="mandate", mean=-150, ci_low=-179.6, ci_high=-120.4, more=0.1, equal=0.3,
          less=0.6),
     "'A' brings 120 to 180 more covered unit-days of Uzgen over the mandate than 'B'; it does better in 60 % of the "
     "futures, the same in 30 %."),
    (pair("cost", "money", mean=5e5, ci_low=4e5, ci_high=6e5),
     "Cost is EUR 400,000 to 600,000 lower under 'A' than under 'B'; 'A' does better in 83 % of the futures."),
    (pair("officer_days_lost_to_vacancy", mean=-5, ci_low=-8, ci_high=-2, more=0.2, less=0.8),
     "'B' has 2.0 to 8.0 fewer officer-days lost to vacancy than 'A'; it does better in 80 % of the futures."),
    (pair("worst_unit", "share", mean=0.1, ci_low=0.08, ci_high=0.12),
     "Coverage of the worst unit is 8.0 to 12.0 percentage points higher under 'B' than under 'A'; 'B' does better in "
     "83 % of the futures."),
    (pair("authorised", "people", mean=4, ci_low=4, ci_high=4, more=1, less=0),
     "Authorised is 4 people higher under 'B' than under 'A'; 'B' has more in 100 % of the futures."),
    (pair("target_met", "share", scope="target", name="forty", window="2010-11-01", mean=0.2, ci_low=0.1, ci_high=0.3,
          more=0.22, less=0.02, equal=0.76, test="McNemar"),
     "The chance to meet 'forty' is 10 to 30 percentage points higher under 'B' than under 'A'; in 22 % of the futures "
     "only 'B' makes it, in 2 % only 'A'."),
    (pair(mean=5, ci_low=-3.2, ci_high=13.2, more=0.52, less=0.48, differ=False),
     "'B' and 'A' cannot be told apart in covered unit-days (mean difference -3 to 13); 'B' does better in 52 % of the "
     "futures."),
    (pair(ci_low=-1.2, ci_high=301.2),
     "'B' brings 0 to 300 more covered unit-days than 'A'; it does better in 83 % of the futures."),
    (pair("days_to_80", mean=np.nan, ci_low=np.nan, ci_high=np.nan, more=0.1, less=0.7, equal=0.2, test="sign"),
     "Time to 80 % of the posts: lower under 'B' than under 'A', without a mean, as some futures never reach it; 'B' "
     "does better in 70 % of the futures, the same in 20 %."),
    (pair(test="identical"), "No future tells 'B' and 'A' apart in covered unit-days: they are the same in all 200."),
    (pair(n=0, test=""), "'B' and 'A' do not compare: no future has covered unit-days of both."),
])  # fmt: skip
def test_sentences(row, text):
    assert pair_sentence(row, "EUR") == text


def test_the_table_for_the_terminal(study):
    text = comparison_text(study, study.compare("incumbency", window="mandate"))
    assert text.startswith("Incumbency over the mandate (percentage points), every pair of options over 60 futures\n")
    assert "Intervals hold for all 6 pairs at once with 95 %." in text
    assert "4. No future tells 'again' and 'more' apart in incumbency over the mandate" in text
    assert "! Options have mandates of different lengths" in text
    for measure in dict.fromkeys(row.measure for row in study.rows("plain")):
        if measure != "agreed":
            assert comparison_text(study, study.compare(measure)).count("\n") >= 14
    assert comparison_text(study, study.compare("agreed", name="longer")).startswith("There is one option only")
