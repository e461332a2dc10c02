"""Total indices: on functions and plans where every part of the variance is known."""

import subprocess
import sys

import numpy as np
import pytest

from advisory_sim import loads, plots, total_sensitivity
from advisory_sim.experiment.total import PARTS, analysed, designed

# One post, filled for good after a course that nobody knows yet and a search that is each officer's own luck:
# cost = rate x (100 - course - search), three independent factors.
PLAN = """
format: 1
title: A rate, a course and luck
start: 2010-07-22
horizon: 100 days
mandate: {length: 100 days}
roles:
  adviser:
    recruitment: [{search: uniform(0 40) days}, {course: between(0 40) days}]
    cost: {per_day: between(50 150), per_arrival: 0}
teams: {Osh: {posts: {adviser: 1}}}
sources: {roles.adviser.cost: {grade: published, source: a tariff}}
"""
COURSE, RATE = "roles.adviser.recruitment.course.takes", "roles.adviser.cost.per_day"
UNIFORM = 1 / 12  # variance of a uniform number, of the square of its range
ROWS = 512
RATES, DAYS, COURSES = 100**2 * UNIFORM, 60, 40**2 * UNIFORM
VARIANCE = (100**2 + RATES) * (DAYS**2 + 2 * COURSES) - (100 * DAYS) ** 2
# Shares of the variance of a product of independent numbers, and of the sum within it.
RATE_ALONE, COURSE_ALONE = RATES * DAYS**2 / VARIANCE, 100**2 * COURSES / VARIANCE
CHANCE_ALONE, TOGETHER = COURSE_ALONE, RATES * COURSES / VARIANCE
# The estimators' standard error of an index is at most about 1.5 / sqrt(rows); four of them.
ERROR = 4 * 1.5 / np.sqrt(ROWS)


@pytest.fixture(scope="module")
def found():
    return total_sensitivity(loads(PLAN), "cost", rows=ROWS, seed=3)


def test_every_part_of_a_product_with_luck_in_it_is_known(found):
    assert pytest.approx(1) == RATE_ALONE + COURSE_ALONE + CHANCE_ALONE + 2 * TOGETHER
    frame = found.frame.set_index("path")
    assert frame.index.tolist() == [RATE, COURSE, "(chance)"]
    expected = {
        RATE: (RATE_ALONE, RATE_ALONE + 2 * TOGETHER),
        COURSE: (COURSE_ALONE, COURSE_ALONE + TOGETHER),
        "(chance)": (CHANCE_ALONE, CHANCE_ALONE + TOGETHER),
    }
    for path, (alone, total) in expected.items():
        assert frame["first_order"][path] == pytest.approx(alone, abs=ERROR)
        assert frame["total"][path] == pytest.approx(total, abs=ERROR)
        assert frame["ci_low"][path] <= frame["first_order"][path] <= frame["ci_high"][path]
    parts = found.parts.set_index("part")["share"]
    assert parts.index.tolist() == list(PARTS)
    assert parts.sum() == pytest.approx(1)
    assert parts.tolist() == pytest.approx([RATE_ALONE + COURSE_ALONE, TOGETHER, CHANCE_ALONE, TOGETHER], abs=2 * ERROR)
    assert found.futures == ROWS * 5
    assert frame["grade"].tolist()[:2] == ["published", "assumed"]


def test_the_ends_are_the_means_of_the_outer_fifths(found):
    rate = found.frame.set_index("path").loc[RATE]
    error = np.sqrt(VARIANCE / (2 * ROWS / 5)) * 4
    assert rate["low"] == pytest.approx(60 * DAYS, abs=error)  # the middle of 50 to 70
    assert rate["high"] == pytest.approx(140 * DAYS, abs=error)


def test_it_is_said_in_words(found):
    text = str(found)
    assert f"'{RATE}' drives most: it has a part in" in text
    assert "(chance)" in text
    assert text.endswith("2,560 futures: a design of 512 rows.")
    shares = [int(word) for word in found.sentence.replace("%", "").split() if word.isdigit()]
    assert len(shares) == 2 + 4 + 1  # two of the input, four parts, the number of inputs


def test_workers_move_nothing_and_the_seed_does(found):
    again = total_sensitivity(loads(PLAN), "cost", rows=ROWS, seed=3, workers=2)
    assert again.frame.equals(found.frame)
    assert again.parts.equals(found.parts)
    assert not total_sensitivity(loads(PLAN), "cost", rows=64, seed=4).frame.equals(
        total_sensitivity(loads(PLAN), "cost", rows=64, seed=3).frame
    )


def test_the_indices_of_ishigami_with_luck_are_those_of_its_formula():
    """Ishigami and Homma 1990, a = 7, b = 0.1: V1 = (1 + b pi^4 / 5)^2 / 2, V2 = a^2 / 8, V13 = 8 b^2 pi^8 / 225;
    and luck that adds variance of its own."""
    rows, a, b, luck = 4096, 7, 0.1, 4.0
    u, replications = designed(3, rows, seed=5)
    x = np.pi * (2 * u - 1)
    noise = np.random.default_rng(1).normal(0, np.sqrt(luck), 2 * rows)[replications]
    values = np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0]) + noise
    one, two, both = (1 + b * np.pi**4 / 5) ** 2 / 2, a**2 / 8, b**2 * np.pi**8 * (1 / 18 - 1 / 50)
    variance = one + two + both + luck
    indices, parts = analysed(3, values, 0.95)
    error = 4 * 1.5 / np.sqrt(rows)
    assert indices["S1"] == pytest.approx(np.array([one, two, 0, luck]) / variance, abs=error)
    assert indices["ST"] == pytest.approx(np.array([one + both, two, both, luck]) / variance, abs=error)
    assert parts["share"].tolist() == pytest.approx(
        [(one + two) / variance, both / variance, luck / variance, 0], abs=2 * error
    )


def test_a_design_changes_one_thing_at_a_time():
    u, luck = designed(2, 64, seed=1)
    u, luck = u.reshape(64, 5, 2), luck.reshape(64, 5)
    assert (np.sort(np.unique(luck)) == np.arange(128)).all()
    assert (luck[:, :3] == luck[:, :1]).all()
    assert (luck[:, 3] == luck[:, 4]).all()
    first, second, chance = (u[:, i] == u[:, 0] for i in (1, 2, 3))
    assert not first[:, 0].any()
    assert first[:, 1].all()
    assert second[:, 0].all()
    assert not second[:, 1].any()
    assert chance.all()


def test_what_is_given_takes_the_place_of_the_draw_and_moves_no_luck():
    from advisory_sim.engine.settings import Settings
    from advisory_sim.scenario.rules_common import all_cells

    plan = loads(PLAN)
    settings = Settings(plan.for_option("plan"), all_cells(plan))
    drawn, given = settings.draw(3, 7), settings.draw(3, 7, given={COURSE: 0.25})
    assert given.luck.shared_draws == {**drawn.luck.shared_draws, COURSE: 0.25}
    assert given.prices.per_day == drawn.prices.per_day
    assert given.luck.uniform("consent", "") == drawn.luck.uniform("consent", "")


@pytest.mark.parametrize(("asked", "error", "text"), [
    ({"measure": "coost"}, KeyError, "no measure 'coost' of the mission over the horizon .did you mean 'cost'"),
    ({"option": "pla"}, KeyError, "no option 'pla' .did you mean 'plan'"),
    ({"rows": 100}, ValueError, "rows: 100 is not a power of two from 64"),
    ({"rows": 32}, ValueError, "rows: 32 is not a power of two from 64"),
    ({"measure": "authorised", "rows": 64}, ValueError, "authorised is the same in all futures"),
])  # fmt: skip
def test_what_has_no_answer_is_refused(asked, error, text):
    with pytest.raises(error, match=text):
        total_sensitivity(loads(PLAN), **{"measure": "cost", **asked})


def test_a_plan_without_uncertain_inputs_is_refused():
    with pytest.raises(ValueError, match="no input is uncertain"):
        total_sensitivity(loads(PLAN.replace("between", "uniform").replace("uniform(50 150)", "100")), "cost")


def test_the_picture_says_both_shares(found):
    (ax,) = plots.tornado(found.frame).axes
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels[0].startswith(f"{RATE}\nbetween(50 150), published: alone ")
    assert ", with others " in labels[0]
    assert len(labels) == 2


def command(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-c", "from advisory_sim.cli import main; main()", "sensitivity", *map(str, arguments)],
        cwd=cwd, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_command(tmp_path):
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    done = command("plan.yaml", "--measure", "cost", "--design", 64, "--csv", "t.csv", "--figure", "t", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "320 futures: a design of 64 rows." in done.stdout
    assert (tmp_path / "t.csv").read_text(encoding="utf-8").startswith("option,measure,path,value,grade,source,")
    assert (tmp_path / "t.svg").exists()
    (tmp_path / "run").mkdir()
    for arguments, text in [
        (["run", "--design", 64], "--design simulates futures of its own: give the scenario file, not the folder run"),
        (["plan.yaml", "--design", 64, "--replications", 9], "give one of the two"),
        (["plan.yaml", "--workers", 2], "--workers is of --design"),
        (["plan.yaml", "--design", 65], "rows: 65 is not a power of two from 64"),
    ]:
        wrong = command(*arguments, cwd=tmp_path)
        assert (wrong.returncode, wrong.stdout) == (2, "")
        assert text in wrong.stderr
