"""Chance is a function of names: options share it, and nothing else moves it."""

from pathlib import Path

import numpy as np
import pytest

from advisory_sim import load, loads, run
from advisory_sim.experiment.blocks import simulate_block
from advisory_sim.experiment.run import executor, make_design, simulate

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
