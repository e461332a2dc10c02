"""Chance is a function of names: options share it, and nothing else moves it."""

from pathlib import Path

import numpy as np
import pytest

from advisory_sim import load, loads, run
from advisory_sim.experiment.blocks import simulate_block
from advisory_sim.experiment.run import make_design, simulate
from advisory_sim.experiment.workers import executor

KYRGYZSTAN = Path(__file__).parents[2] / "scenarios" / "kyrgyzstan-2010.yaml"


@pytest.fixture(scope="module")
def plan():
    return load(KYRGYZSTAN)


@pytest.fixture(scope="module")
def study(plan):
    return run(plan, replications=20, progress=False)


def test_one_option_alone_gives_the_same_bytes(plan, study):
    alone = run(plan, options=["extended"], replications=20, progress=False)
    assert alone.values("extended").tobytes() == study.values("extended").tobytes()
    everything, one = study.summary(), alone.summary()
    mine = everything[everything["option"] == "extended"].reset_index(drop=True)
    assert mine.to_csv() == one.to_csv()


def test_a_team_that_an_option_leaves_alone_keeps_its_figures(study):
    """Headquarters gets none of the expansion; where a newcomer is not the first to arrive the mandate is the same."""
    first, second = "52 for four months", "+50 on day 45"
    same = (study.clock(first) == study.clock(second)).all(axis=1)
    assert same.sum() > 10
    for kind, name in (("team", "Headquarters"), ("team-role", "Headquarters/adviser"), ("role", "mediator")):
        for measure in ("officer_days", "present_days", "officer_days_lost_to_sickness", "vacancy_rate"):
            a, b = (study.column(option, measure, kind, name)[same] for option in (first, second))
            assert a.tobytes() == b.tobytes()


def test_the_officer_on_a_post_lives_the_same_life(study):
    a = study.replication("52 for four months", 3).stints.set_index("post")
    b = study.replication("+50 on day 45", 3).stints.set_index("post")
    assert len(b) > len(a)
    assert b.loc[a.index].equals(a)


def test_workers_do_not_matter(plan, study, tmp_path):
    design = make_design(plan, replications=60)
    files = {}
    for workers in (1, 2):
        folder = tmp_path / str(workers)
        folder.mkdir()
        with executor(workers) as pool:
            blocks = simulate(design, folder, pool)
        files[workers] = [file.read_bytes() for file in blocks.files]
    assert files[1] == files[2]
    assert len(files[1]) == 3


def test_replications_do_not_depend_on_their_block(plan):
    design = make_design(plan, ["extended"], replications=4)
    one = simulate_block(design.packed, range(0, 4))
    assert one == simulate_block(design.packed, range(0, 4))
    longer = run(plan, options=["extended"], replications=8, progress=False)
    shorter = run(plan, options=["extended"], replications=4, progress=False)
    assert longer.values("extended")[:4].tobytes() == shorter.values("extended").tobytes()


def test_another_seed_gives_other_futures(plan, study):
    other = run(plan, options=["extended"], replications=20, seed=1, progress=False)
    assert not np.array_equal(other.column("extended", "officer_days"), study.column("extended", "officer_days"))


def test_titles_comments_and_the_order_of_keys_move_nothing(plan, study):
    text = KYRGYZSTAN.read_text(encoding="utf-8")
    changed = text.replace("title: Police Advisory Group, Kyrgyzstan 2010", "title: Another name").replace(
        "    travel: triangular(2 5 9) days    # nobody travels before consent\n", ""
    )
    changed = changed.replace("    induction: 5 days ", "    travel: triangular(2 5 9) days\n    induction: 5 days ")
    other = run(loads("# a comment\n" + changed), replications=20, progress=False)
    for option in study.options:
        assert other.values(option).tobytes() == study.values(option).tobytes()


def test_inputs_at_their_middle_are_narrower(plan):
    ranges = run(plan, options=["extended"], replications=150, progress=False)
    middle = run(plan, options=["extended"], replications=150, inputs="middle", progress=False)
    assert middle.column("extended", "officer_days").std() < ranges.column("extended", "officer_days").std()


def test_pairing_pays(plan):
    """Paired differences vary less than independent ones would."""
    study = run(plan, options=["52 for four months", "extended, asked late"], replications=150, progress=False)
    a, b = (study.column(option, "officer_days") for option in study.options)
    assert (b - a).std() < np.hypot(a.std(), b.std())
    row = study.differences("officer_days", scope="mission", window="horizon").iloc[0]
    assert row["correlation"] == pytest.approx(np.corrcoef(a, b)[0, 1])
    assert row["mean"] == pytest.approx((b - a).mean())


WATCHED = """
format: 1
title: t
start: 2001-01-01
mandate: {length: 60 days}
roles: {adviser: {recruitment: [{fill: exponential(10) days}], sickness: {share: 10%, lasting: 3 days}}}
units: {A: {}, B: {}}
teams: {A: {posts: {adviser: 4}}, B: {posts: {adviser: 4}}}
activities: {incident: {arrivals: 4 per day, needs: {adviser: 2}, lasting: exponential(4) hours, patience: 1 day}}
decisions:
  never: {when: {measure: present, below: 0}, extend: 30 days}
  weekly: {when: {measure: attended, below: 0, over: 14 days, every: 7 days}, extend: 30 days}
options: {plain: [], watched: [never], watched weekly: [weekly]}
"""


def test_reviews_change_nothing():
    """Daily reviews of a measure that never fires give the same bytes as none."""
    study = run(loads(WATCHED), replications=10, progress=False)
    plain = study.rows("plain")
    for option in study.options[1:]:
        kept = [i for i, row in enumerate(study.rows(option)) if row in plain]
        assert study.values(option)[:, kept].tobytes() == study.values("plain").tobytes()
        place = study.options.index(option)
        everyone = range(len(study.layout.cells))
        assert study.blocks.daily(place, everyone).tobytes() == study.blocks.daily(0, everyone).tobytes()


def test_a_review_looks_back_over_its_own_days():
    """Three deployed throughout are never fewer than 2.9 over any seven days, reviewed every day or every ten."""
    text = """
format: 1
title: t
start: 2001-01-01
mandate: {length: 60 days}
roles: {adviser: {}}
teams: {A: {posts: {adviser: 3}}}
decisions:
  daily: {when: {measure: deployed, below: 2.9, over: 7 days}, expand: {adviser: 1}}
  seldom: {when: {measure: deployed, below: 2.9, over: 7 days, every: 10 days}, expand: {adviser: 1}}
  above: {when: {measure: deployed, above: 2.9, over: 7 days, every: 10 days, from: day 20}, expand: {adviser: 1}}
options: {daily: [daily], seldom: [seldom], above: [above]}
"""
    study = run(loads(text), replications=1, progress=False)
    assert study.column("daily", "agreed", "decision", "daily")[0] == 0
    assert study.column("seldom", "agreed", "decision", "seldom")[0] == 0
    assert study.column("above", "officer_days")[0] == 3 * 60 + 40
