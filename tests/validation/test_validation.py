"""Held against what happened: how inputs are frozen, and that the pages say what the program gives."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from advisory_sim import load, loads

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs"))

import calibration  # noqa: E402
import make_validation  # noqa: E402
from calibration import Ramp, frozen, plan_of, ramps  # noqa: E402
from make_reference import with_part  # noqa: E402

SHIPPED = sorted((ROOT / "scenarios").glob("*.yaml"))
FILLED_AS_FROZEN = {
    "kyrgyzstan-2010-as-it-went.yaml": ["adviser"],
    "skopje-2001.yaml": ["adviser", "community trainer", "school trainer"],
    "kosovo-1999.yaml": ["inspection adviser"],
}
TEN = Ramp("ten", "calibration", dt.date(2001, 1, 1), 10, None, 0, dt.date(2001, 2, 20), 10, "", "")


def test_the_mean_time_to_fill_by_hand():
    assert TEN.mean_days_to_fill == pytest.approx(50 / 2.9289682539682538)  # the tenth harmonic number
    assert replace(TEN, posts=1, deployed=1).mean_days_to_fill == 50
    assert replace(TEN, posts=20_000, deployed=5_000).mean_days_to_fill == pytest.approx(50 / np.log(4 / 3), rel=1e-4)
    stepped = replace(TEN, posts=10, asked_more=dt.date(2001, 1, 31), more_posts=30, deployed=40)
    assert stepped.days == (10 * 50 + 30 * 20) / 40


def test_the_mean_time_to_fill_is_what_fills():
    """Of n posts with exponential times of mean m, the k-th is filled when the formula gives back m, in the mean."""
    times = np.sort(np.random.default_rng(1).exponential(30.0, (4000, 10)), axis=1)
    for k in (1, 5, 10):
        found = times[:, k - 1] * replace(TEN, deployed=k).mean_days_to_fill / TEN.days
        assert abs(found.mean() - 30) < 4.5 * found.std() / np.sqrt(len(found))


def test_frozen_inputs_rest_on_the_calibration_cases_alone(monkeypatch):
    known = ramps()
    use = {use: {ramp.case for ramp in known if ramp.use == use} for use in ("calibration", "prediction")}
    assert not use["calibration"] & use["prediction"]
    assert sum(map(len, use.values())) == len({ramp.case for ramp in known})
    before = frozen()
    other = [replace(r, deployed=1) if r.use == "prediction" else r for r in known]
    monkeypatch.setattr(calibration, "ramps", lambda: other)
    assert frozen() == before
    monkeypatch.setattr(calibration, "ramps", lambda: [replace(r, deployed=r.deployed // 2) for r in known])
    assert frozen() != before


@pytest.mark.parametrize("name", FILLED_AS_FROZEN)
def test_files_that_predict_carry_the_frozen_inputs(name):
    asked = loads(plan_of(TEN)).roles["officer"].recruitment
    plan = load(ROOT / "scenarios" / name)
    for role in FILLED_AS_FROZEN[name]:
        assert plan.roles[role].recruitment == asked
    assert not any("recruitment" in path for option in plan.options.values() for path in option.set)


def test_a_large_ramp_is_simulated_in_shares():
    kosovo = next(ramp for ramp in ramps() if ramp.more_posts)
    plan = loads(plan_of(kosovo))
    posts = plan.teams["Mission"].posts["officer"], plan.decisions["more"].expand
    assert posts[0] == round(300 * kosovo.posts / kosovo.all_posts)
    assert f"officer: {300 - posts[0]}" in plan_of(kosovo)


@pytest.mark.parametrize(
    ("band", "published", "inside"),
    [((27.4, 30, 31.4), 27, "yes"), ((27.4, 30, 31.4), 31, "yes"), ((27.4, 30, 31.4), 32, "**no**")],
)
def test_people_are_counted_whole(band, published, inside):
    cells = make_validation.verdict(band, published, "late")
    assert cells == ["30 (27-31)", inside, "late" if inside != "yes" else ""]


def test_a_miss_needs_its_reason():
    with pytest.raises(ValueError, match=r"32 is outside 27 to 31: say why"):
        make_validation.verdict((27, 30, 31), 32, "")


def test_percentiles_stand_times_that_never_come():
    assert make_validation.percentiles(np.array([1.0, 2.0, np.inf])) == (1, 2, np.inf)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_every_case_says_what_it_shows_and_what_it_rests_on(file):
    plan = load(file)
    assert plan.sources
    if file.name == "minimal.yaml":
        return
    assert file.name in make_validation.CASES
    assert len(plan.options) > 2
    if file.name != "kyrgyzstan-2010.yaml":
        assert "What it shows: " in make_validation.lesson(plan.text)
        unknown = [key for key in ("mandate", "units", "teams", "activities", "decisions", "academy", "coverage")
                   if plan_has(plan, key) and not any(path.split(".")[0] == key for path in plan.sources)]  # fmt: skip
        assert unknown == []


def plan_has(plan, key):
    return f"\n{key}:" in plan.text


def test_the_page_of_backtests_is_fresh():
    page = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    assert page == with_part(page, make_validation.validation()), "run docs/make_validation.py"


@pytest.mark.parametrize("name", list(make_validation.CASES))
def test_the_page_of_cases_is_fresh(name):
    page = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    assert make_validation.case(name) in page, "run docs/make_validation.py"
    assert page.count("\n## ") == len(make_validation.CASES)
