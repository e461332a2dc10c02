"""The page says what the tables say."""

import json
import re

import numpy as np
import pandas as pd
import pytest

import advisory_sim as sim

from .conftest import HOSTILE, command
from .reading import read, rows, section

PLAN = sim.load(HOSTILE)
OPTIONS = list(PLAN.options)
ORDER = [
    "question", "answer", "strength", "options", "figures", "waterfall", "decisions", "work", "warnings", "assumptions",
    "envelope", "limits", "standard", "run",
]  # fmt: skip


def table(folder, name):
    return pd.read_csv(folder / f"{name}.csv", keep_default_na=False, na_values={"mean": "", "p95": ""})


def figure(frame, option, measure, window="horizon", scope="mission", name=""):
    keys = {"option": option, "measure": measure, "window": window, "scope": scope, "name": name}
    (found,) = frame[np.logical_and.reduce([frame[key] == value for key, value in keys.items()])].to_dict("records")
    return found


def number(text):
    return float(text.replace("−", "-").replace(",", "").rstrip("%* "))


def test_sections_stand_in_their_order(page):
    assert [node.attributes["id"] for node in page.all("section")] == ORDER


def test_options_are_those_of_the_summary(page, kept_run):
    summary, differences = table(kept_run, "summary"), table(kept_run, "differences")
    shown = rows(section(page, "options").all("table")[0])
    assert [line[0] for line in shown] == OPTIONS
    for option, days, covered, worst, cost in shown:
        for text, measure, scale in ((days, "officer_days", 1), (covered, "covered_days", 1), (cost, "cost", 1000)):
            mean, low, high, more = re.fullmatch(r"([\d,]+) \(([\d,]+)–([\d,]+)\) (.+)", text).groups()
            row = figure(summary, option, measure)
            for said, column in ((mean, "mean"), (low, "p05"), (high, "p95")):
                assert number(said) == pytest.approx(row[column] / scale, abs=0.5)
            if option == OPTIONS[0]:
                assert more == "the first"
            else:
                row = figure(differences, option, measure)
                parts = [number(part) for part in more.split("±")]
                assert parts[0] == pytest.approx(row["mean"] / scale, abs=0.5)
                half = (row["ci_high"] - row["ci_low"]) / 2 / scale
                assert len(parts) == 1 or parts[1] == pytest.approx(half, abs=0.5)
        assert number(worst) == pytest.approx(100 * figure(summary, option, "worst_unit", "mandate")["mean"], abs=0.5)


def test_strength_is_that_of_the_table(page, kept_run):
    strength = table(kept_run, "strength").set_index(["series", "date", "option"])
    shown = section(page, "strength").one("table")
    dates = [pd.Timestamp(cell.text).date().isoformat() for cell in shown.one("thead").all("th")[1:]]
    bodies = shown.all("tbody")
    assert len(bodies) == 2, "without a rota, being on duty is being present"
    for series, body in zip(("deployed", "present"), bodies, strict=True):
        lines = [[cell.text for cell in line.all("th", "td")] for line in body.all("tr")[1:]]
        assert [line[0] for line in lines] == OPTIONS
        for option, *cells in lines:
            for date, cell in zip(dates, cells, strict=True):
                row = strength.loc[series, date, option]
                said = [number(part) for part in re.findall(r"[\d,]+", cell)]
                assert said[0] == pytest.approx(row["p50"], abs=0.5)
                assert said[1:] in ([], [pytest.approx(row["p05"], abs=0.5), pytest.approx(row["p95"], abs=0.5)])


def test_the_waterfall_adds_up(page, kept_run):
    summary = table(kept_run, "summary")
    for option, authorised, *parts in rows(section(page, "waterfall").one("table")):
        days = [number(part.split()[0]) for part in parts if part != "–"]
        assert number(authorised) + sum(days[:-1]) == pytest.approx(days[-1], abs=len(days))
        assert days[-1] == pytest.approx(figure(summary, option, "present_days", "mandate")["mean"], abs=0.5)


def test_work_and_targets_are_those_of_the_summary(page, kept_run):
    summary = table(kept_run, "summary")
    (activity,) = PLAN.activities
    shown = rows(section(page, "work").all("table")[0])
    for option, (name, attended, served, lost, waiting, _) in zip(OPTIONS, shown, strict=True):
        assert name == activity
        for text, measure, scale in (
            (attended, "attended", 100), (served, "served", 1), (lost, "lost", 1), (waiting, "open_at_end", 1)
        ):  # fmt: skip
            row = figure(summary, option, measure, "mandate", "activity", activity)
            assert number(text) == pytest.approx(scale * row["mean"], abs=0.5)
    met = summary[summary["measure"] == "target_met"].set_index("option")["mean"]
    for option, share, _ in rows(section(page, "options").all("table")[1]):
        assert number(share.split("(")[0]) == pytest.approx(100 * met[option], abs=0.5)


def test_the_envelope_is_that_of_the_table(page, kept_run):
    shown = rows(section(page, "envelope").one("table"))
    frame = table(kept_run, "spreadsheet")
    frame = pd.concat([mine for _, mine in frame.groupby("quantity", sort=False)])
    for (name, value, simulated, _), row in zip(shown, frame.to_dict("records"), strict=True):
        assert name.startswith(row["option"])
        scale = 100 if row["unit"] == "share" else 1
        assert number(value) == pytest.approx(scale * row["value"], abs=0.5)
        assert number(simulated) == pytest.approx(scale * row["simulated"], abs=0.5)


def test_every_figure_of_the_file_is_among_the_assumptions(page):
    from advisory_sim.scenario.figures import figures

    shown = section(page, "assumptions").one("table")
    text = shown.text
    for known in figures(PLAN):
        path, _, key = known.path.rpartition(".")
        assert path in text
        assert f"{key} {known.text}" in text
        assert (known.source or "no source given") in text
    grades = [line.text.split(":")[0] for line in shown.all("tr") if line.attributes.get("class") == "heading"]
    assert grades == ["Assumed", "Published"]
    assert "between" in shown.all("tbody")[0].all("tr")[1].text, "what is a range stands first"


def test_sentences_and_warnings_are_those_of_the_run(page, kept_run):
    said = json.loads((kept_run / "run.json").read_text(encoding="utf-8"))
    shown = [item.text for item in section(page, "answer").all("li")]
    assert shown == [sentence.replace(" +- ", " ± ") for sentence in said["sentences"]]
    assert [item.text for item in section(page, "warnings").all("li")] == said["warnings"]


def test_the_run_can_be_made_again_from_the_page(page, kept_run):
    said = json.loads((kept_run / "run.json").read_text(encoding="utf-8"))
    facts = dict(rows(section(page, "run").one("table")))
    assert facts["seed"] == str(said["seed"])
    assert facts["replications an option"] == "20"
    assert facts["digest of the results (SHA-256)"] == said["results_sha256"]
    for name, version in said["versions"].items():
        assert f"{name} {version}" in facts["versions"]


def test_the_standard_is_filled(page):
    items = dict(rows(section(page, "standard").one("table")))
    assert len(items) == 24
    assert all(items.values())


def test_what_a_plan_does_not_have_is_left_out(tmp_path):
    plan = sim.loads(
        "format: 1\ntitle: T\nstart: 2001-01-01\nmandate: {length: 100 days, consent: {chance: 0%}, begins: consent}\n"
        "roles: {adviser: {}}\nteams: {Headquarters: {units: none, posts: {adviser: 2}}}\n"
    )
    sim.run(plan, replications=2, progress=False).report(tmp_path / "report.html")
    found = read((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert [node.attributes["id"] for node in found.all("section")] == [
        name for name in ORDER if name not in ("decisions", "work")
    ]
    words = {word.strip("().,") for cell in found.all("td", "p", "li") for word in cell.text.split()}
    assert not words & {"nan", "inf", "-inf", "nan%", "None"}


@pytest.mark.parametrize("option", OPTIONS)
def test_a_study_and_its_folder_give_the_same_page(option, tmp_path):
    assert command("run", HOSTILE, "--out", tmp_path / "run", "--option", option).exit_code == 0
    assert command("report", tmp_path / "run").exit_code == 0
    sim.run(PLAN, options=[option], progress=False).report(tmp_path / "study.html")
    pages = [read((tmp_path / name).read_text(encoding="utf-8")) for name in ("run/report.html", "study.html")]
    left_out = ("run", "standard")  # what took how long, and the digests of files
    one, other = ([s.text for s in page.all("section") if s.attributes["id"] not in left_out] for page in pages)
    assert one == other
