"""As many replications as a precision takes: the same number however it is run, and why, or how near it came."""

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import advisory_sim as sim
from advisory_sim.cli import main
from advisory_sim.experiment.precision import known, needed
from advisory_sim.experiment.precision_words import rounded
from advisory_sim.measures import Row
from advisory_sim.scenario.quantities import HalfWidth

PLAN = """\
format: 1
title: small
start: 2001-01-01
mandate: {length: 30 days}
roles: {adviser: {recruitment: [{fill: exponential(5) days}], cost: {per_day: 100}}}
teams: {A: {posts: {adviser: 3}}, B: {units: none, posts: {adviser: 1}}}
decisions: {more: {at: day 10, expand: {adviser: 2}}}
options: {plain: [], more: [more]}
targets: {most: {measure: officer_days, at_least: 100}}
runs: {replications: auto, precision: {officer_days: 1.5, worst_unit: 3%, target_met: 8%, cost: 5%}, at_most: 400}
"""
COMMAND = [sys.executable, "-c", "from advisory_sim.cli import main; main()"]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    place = tmp_path_factory.mktemp("plan") / "plan.yaml"
    place.write_text(PLAN, encoding="utf-8")
    return place


def run(file, out, *more):
    return CliRunner().invoke(main, ["run", str(file), "--out", str(out), *map(str, more)])


@pytest.fixture(scope="module")
def whole(file, tmp_path_factory):
    """The folder of an unbroken run, and what was said."""
    out = tmp_path_factory.mktemp("whole") / "run"
    done = run(file, out, "--workers", 1)
    assert done.exit_code == 0, done.output
    return out, done.output


def content(folder):
    """Every file's bytes, by name, without the seconds that the run took."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    found["run.json"] = re.sub(rb'"seconds": [0-9.]+', b"", found["run.json"])
    return found


def same(folder, other):
    a, b = content(folder), content(other)
    assert a.keys() == b.keys()
    assert [name for name in a if a[name] != b[name]] == []


def said(out):
    return json.loads((out / "run.json").read_text(encoding="utf-8"))


def test_it_ends_with_the_block_after_which_all_is_known(whole):
    """Held against the tables: every interval as narrow as asked, and not so one block before."""
    out, _ = whole
    about, n = said(out), len(list((out / "blocks").iterdir())) * 25
    assert about["replications"] == about["replications_asked"] == n
    assert about["complete"]
    assert about["precision"]["asked"] == {"officer_days": "1.5", "worst_unit": "3%", "target_met": "8%", "cost": "5%"}
    assert n - 25 < about["precision"]["since"] + max(5, about["precision"]["since"] * 5 // 100) <= n
    allowed = {"officer_days": 1.5, "worst_unit": 0.03, "target_met": 0.08}
    summary = pd.read_csv(out / "summary.csv").query("window == 'horizon' and scope in ('mission', 'target')")
    gains = pd.read_csv(out / "differences.csv").query("window == 'horizon' and scope in ('mission', 'target')")
    for frame in (summary, gains):
        for measure, most in allowed.items():
            mine = frame[frame["measure"] == measure]
            assert len(mine) == (2 if frame is summary else 1)
            assert ((mine["ci_high"] - mine["ci_low"]) / 2 <= most).all()
    cost = summary[summary["measure"] == "cost"]
    assert ((cost["ci_high"] - cost["ci_low"]) / 2 <= 0.05 * cost["mean"]).all()

    shorter = sim.run(sim.load(out / "scenario.yaml"), replications=n - 25, progress=False)
    widths = tuple(shorter.scenario.runs.precision.items())
    columns = [{row: shorter.column(option, *row) for row in shorter.rows(option)} for option in shorter.options]
    assert needed(known(widths, shorter.options, columns, 0.95)).since is None


def test_the_table_is_that_of_the_others(whole):
    out, _ = whole
    table = pd.read_csv(out / "precision.csv", keep_default_na=False)
    assert table["met"].all()
    assert list(table["measure"]) == [m for m in ("officer_days", "worst_unit", "target_met", "cost") for _ in range(3)]
    assert list(table["against"]) == ["", "", "plain"] * 4
    summary = pd.read_csv(out / "summary.csv", keep_default_na=False).set_index(
        ["option", "measure", "scope", "name", "window"]
    )
    gains = pd.read_csv(out / "differences.csv", keep_default_na=False).set_index(
        ["option", "measure", "scope", "name", "window"]
    )
    for _, row in table.iterrows():
        key = tuple(row[["option", "measure", "scope", "name", "window"]])
        other = (gains if row["against"] else summary).loc[key]
        assert row["mean"] == pytest.approx(float(other["mean"]))
        assert row["half_width"] == pytest.approx((float(other["ci_high"]) - float(other["ci_low"])) / 2)
    cost = table[table["measure"] == "cost"].set_index(["option", "against"])
    means = cost["mean"][[("plain", ""), ("more", "")]].to_numpy()
    assert cost["allowed"].to_numpy() == pytest.approx(0.05 * np.array([*means, means.max()]))


def test_what_is_said(whole):
    out, output = whole
    sentence = said(out)["precision"]["sentence"]
    assert sentence in output
    n, since = said(out)["replications"], said(out)["precision"]["since"]
    asked = (
        "half of the 95 % interval at most 1.5 in officer-days, 3 percentage points in coverage of the worst unit, 8 "
        "percentage points in the chance of each target and 5 % of the mean in cost, for each option and for its "
        "difference to the first"
    )
    assert sentence.startswith(f"{n} replications an option, as many as it took: {asked}, as holds from the {since}")
    least = r"Least sure: .*, where half of the interval is (EUR )?[\d.,]+ and (EUR )?[\d.,]+.* are allowed\."
    assert re.search(rf"from the {since}(st|nd|rd|th) on\. {least}$", sentence), sentence


@pytest.mark.parametrize("more", [["--workers", 2], ["--replications", "auto"]])
def test_any_number_of_workers_take_as_many(file, whole, tmp_path, more):
    assert run(file, tmp_path / "out", *more).exit_code == 0
    same(tmp_path / "out", whole[0])


def test_the_notebook_takes_as_many(whole, file):
    study = sim.run(sim.load(file), workers=1, progress=False)
    assert study.replications == study.design.replications == said(whole[0])["replications"]
    assert (
        study.precision.to_csv(index=False, lineterminator="\n").encode() == (whole[0] / "precision.csv").read_bytes()
    )
    assert said(whole[0])["precision"]["sentence"] in study._repr_html_().replace("&#x27;", "'")
    fixed = sim.run(sim.load(file), replications=30, progress=False)
    assert fixed.replications == 30
    assert fixed.precision.empty
    with pytest.raises(ValueError, match=r"^replications: some is not a number from 1, or auto$"):
        sim.run(sim.load(file), replications="some")


def test_the_folder_is_read_back(whole):
    out, _ = whole
    study = sim.open_run(out)
    assert study.replications == study.design.replications
    assert study.precision["met"].all()


@pytest.mark.parametrize("kept", [0, 2])
def test_a_broken_run_goes_on_to_the_same_bytes(file, whole, tmp_path, kept):
    out = Path(shutil.copytree(whole[0], tmp_path / "out"))
    (out / "run.json").unlink()
    for block in sorted((out / "blocks").iterdir())[kept:]:
        block.unlink()
    done = run(file, out, "--resume")
    assert f"resumed: {25 * kept} replications an option are there, of as many as it takes\n" in done.output
    same(out, whole[0])


@pytest.mark.skipif(sys.platform == "win32", reason="has no kill -9")
@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_run_goes_on_to_the_same_bytes(file, whole, tmp_path, workers):
    out = tmp_path / "out"
    process = subprocess.Popen(
        [*COMMAND, "run", str(file), "--out", str(out), "--workers", str(workers)], stdout=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while not list(out.glob("blocks/*.arrow")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait(60)
    assert run(file, out, "--resume").exit_code == 0
    same(out, whole[0])


def test_more_may_follow_but_not_fewer(file, whole, tmp_path):
    """A number after `auto` adds to what is there; `auto` after a number would not know where it would have ended."""
    out = Path(shutil.copytree(whole[0], tmp_path / "out"))
    n = said(out)["replications"]
    fewer = run(file, out, "--resume", "--replications", n - 1)
    assert (fewer.exit_code, fewer.output) == (
        2,
        f"{out}: its run cannot go on:\n  replications: {n} then, only {n - 1} now\n",
    )
    same(out, whole[0])
    more = run(file, out, "--resume", "--replications", n + 30)
    assert f"resumed: {n} replications before, {n + 30} now: {n} of {n + 30} replications" in more.output
    assert run(file, tmp_path / "unbroken", "--replications", n + 30).exit_code == 0
    same(out, tmp_path / "unbroken")
    back = run(file, out, "--resume")
    assert back.output == f"{out}: its run cannot go on:\n  replications: {n + 30} then, auto now\n"


@pytest.fixture(scope="module")
def limited(file, tmp_path_factory):
    """A run that must end before it knows enough, after a block that is not full."""
    out = tmp_path_factory.mktemp("limited") / "run"
    plan = PLAN.replace("at_most: 400", "at_most: 60").replace("officer_days: 1.5", "officer_days: 0.2")
    place = out.parent / "plan.yaml"
    place.write_text(plan, encoding="utf-8")
    return out, run(place, out)


def test_the_limit_is_said_with_how_near_it_came(limited):
    out, done = limited
    assert done.exit_code == 0, done.output
    about = said(out)
    assert (about["replications"], about["precision"]["since"], about["precision"]["at_most"]) == (60, None, 60)
    assert about["complete"]
    sentence = about["precision"]["sentence"]
    table = pd.read_csv(out / "precision.csv", keep_default_na=False)
    wide = table[~table["met"]]
    worst = wide.loc[(wide["half_width"] / wide["allowed"]).idxmax()]
    assert worst["measure"] == "officer_days"
    assert sentence.startswith(
        "The most replications that are allowed, 60 an option, were not enough for what was asked: half of the 95 % "
        "interval at most 0.2 in officer-days, "
    )
    assert f" Of 12 figures {len(wide)} are less sure. Farthest: officer-days of '{worst['option']}'" in sentence
    do = rounded(60 * (worst["half_width"] / worst["allowed"]) ** 2)
    assert sentence.endswith(f"and 0.20 days are allowed: about {do:,} replications would do.")
    assert sentence in done.output
    warning = "Figures are not known as well as was asked; --replications with a larger number and --resume goes on."
    assert f"! {warning}" in done.output
    assert warning in about["warnings"]


def test_the_report_says_how_many_and_why(whole, limited, tmp_path):
    from report.reading import read

    for out in (whole[0], limited[0]):
        page = tmp_path / f"{out.parent.name}.html"
        assert CliRunner().invoke(main, ["report", str(out), "--out", str(page)]).exit_code == 0
        text = page.read_text(encoding="utf-8")
        found = read(text)
        assert "How many futures, and why so many" in str(found)
        assert ("Not as sure as was asked: the most futures that are allowed, 60 an option" in text) == (
            out == limited[0]
        )
        assert "<td><bdi>yes</bdi>" in text
        assert ("<td><bdi>no</bdi>" in text) == (out == limited[0])


def test_a_changed_table_is_no_report(whole, tmp_path):
    out = Path(shutil.copytree(whole[0], tmp_path / "out"))
    (out / "precision.csv").write_text((out / "precision.csv").read_text().replace("True", "False"))
    done = CliRunner().invoke(main, ["report", str(out)])
    assert done.exit_code == 2
    assert (
        done.output == f"{out / 'precision.csv'} is not what the run wrote: it has been changed since, or is damaged\n"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent otherwise there")
def test_an_interrupted_run_says_that_it_is_not_done(file, tmp_path, monkeypatch):
    from advisory_sim.experiment import run as running

    keep = running.keep

    def broken_off(folder, replications, future):
        if replications.start == 25:
            raise KeyboardInterrupt
        return keep(folder, replications, future)

    monkeypatch.setattr(running, "keep", broken_off)
    done = run(file, tmp_path / "out", "--workers", 1)
    assert done.exit_code == 130
    assert "interrupted: 25 of at most 400 replications an option are done and kept" in done.output
    assert "Interrupted after 25 replications an option, before what was asked held: half of the 95 %" in done.output
    assert "! Figures are not known" not in done.output


def test_what_is_asked_where_nothing_is_said(tmp_path):
    """5 % of officer-days, and of covered unit-days where there are units."""
    plan = re.sub("runs: .*", "runs: {replications: auto}", PLAN)
    study = sim.run(sim.loads(plan), progress=False)
    assert list(study.precision["measure"].unique()) == ["officer_days", "covered_days"]
    means = study.precision[study.precision["against"] == ""]
    assert means["allowed"].to_numpy() == pytest.approx(0.05 * means["mean"].to_numpy())
    assert study.design.replications < 2000
    no_units = re.sub("teams: .*", "teams: {A: {units: none, posts: {adviser: 3}}}\nunits: {}", plan)
    no_units = re.sub("decisions: .*", "decisions: {more: {at: day 10, expand: {A: {adviser: 2}}}}", no_units)
    no_units = re.sub("targets: .*\n", "", no_units)
    assert list(sim.run(sim.loads(no_units), progress=False).precision["measure"].unique()) == ["officer_days"]


def test_a_wrong_number_and_a_sweep(file, tmp_path):
    done = run(file, tmp_path / "out", "--replications", "some")
    assert done.exit_code == 2
    assert "found 'some'; allowed: a whole number, 1 to 1,000,000, or auto" in done.output
    swept = CliRunner().invoke(main, ["sweep", str(file), "--over", "decisions.more.expand.adviser=1..2/1"])
    assert swept.exit_code == 2
    assert (
        "replications: the file says auto, but every point of a sweep takes the same number: give one" in swept.output
    )


# ---------------------------------------------------------------- an artificial source

ROW = Row("officer_days", "mission", "", "horizon")


def taken(first, second, width, at_most=2000):
    """Replications that two options of known values take, looked at after every 25; and what is known then."""
    for n in range(25, at_most + 1, 25):
        found = needed(known((("officer_days", width),), ("a", "b"), [{ROW: first[:n]}, {ROW: second[:n]}], 0.95))
        if found.since is not None:
            return found
    raise AssertionError("never enough")


def test_intervals_hold_where_a_run_of_two_options_ends():
    """400 repeats of correlated options: misses of each mean and of their difference are binomial with 5 %.

    The difference, of sd 0.6, is less uncertain than the means, of sd 1: those end the run.
    """
    rng = np.random.default_rng(7)
    missed, numbers = np.zeros(3), []
    for _ in range(400):
        shared = rng.normal(size=300)
        own = rng.normal(size=(2, 300))
        a, b = (np.sqrt(0.82) * shared + np.sqrt(0.18) * mine for mine in own)
        found = taken(a + 10, b + 12, HalfWidth(0.2, False))
        numbers.append(found.replications)
        truth = (10, 12, 2)
        for i, (figure, mean) in enumerate(zip(found.figures, truth, strict=True)):
            assert figure.half[-1] <= 0.2
            missed[i] += abs(figure.mean[-1] - mean) > figure.half[-1]
    from scipy import stats

    for number in missed:
        assert stats.binomtest(int(number), 400, 0.05).pvalue > 1e-3
    # 1.96^2 / 0.2^2 = 96 futures know one mean well; two of them, looked ahead for and in whole blocks, take some more.
    assert 96 < np.mean(numbers) < 150


def test_a_difference_is_held_to_the_larger_mean():
    """Means of 100 and 0: 5 % of the difference's own mean, or of the smaller mean, would be otherwise."""
    values = np.array([-1.0, 1] * 20)
    a, b = 0 * values, 100 + values
    figures = known((("officer_days", HalfWidth(5, True)),), ("a", "b"), [{ROW: a}, {ROW: b}], 0.95)
    assert [(f.option, f.against, round(float(f.allowed[-1]), 9)) for f in figures] == [
        ("a", "", 0),
        ("b", "", 5),
        ("b", "a", 5),
    ]
    assert needed(figures).since == 20  # what is always 0 is known
    turned = known((("officer_days", HalfWidth(5, True)),), ("a", "b"), [{ROW: b}, {ROW: a}], 0.95)
    assert [round(float(f.allowed[-1]), 9) for f in turned] == [5, 0, 5]


def test_every_figure_must_hold_at_once():
    """One that is narrow only early and one only late are never enough together."""
    values = np.array([*[0.0] * 40, *[9.0, -9.0] * 5])
    early = known((("officer_days", HalfWidth(0.5, False)),), ("a",), [{ROW: values}], 0.95)
    assert needed(early).since is None
    steady = known((("officer_days", HalfWidth(0.5, False)),), ("a",), [{ROW: 0 * values}], 0.95)
    assert needed(steady).since == 20
    assert needed([*steady, *early]).since is None


@pytest.mark.parametrize(("number", "up"), [(7, 7), (99, 99), (101, 110), (626.2, 630), (1234, 1300)])
def test_rounded(number, up):
    assert rounded(number) == up
