"""What the command refuses, by name, writing nothing; and what it writes."""

import json

import pytest

import advisory_sim as sim
from advisory_sim.errors import FolderError
from advisory_sim.experiment.run import make_design, simulate
from advisory_sim.experiment.store import begin_folder, write_about, write_frames, write_inputs
from advisory_sim.experiment.study import Study
from advisory_sim.experiment.workers import InProcess

from .conftest import HOSTILE, command
from .reading import read


def refused(*arguments):
    done = command("report", *arguments)
    assert done.exit_code == 2, done.output
    assert "Traceback" not in done.output
    return done.output.strip()


def test_the_page_is_written_into_the_folder(run):
    done = command("report", run)
    assert done.exit_code == 0
    assert done.output == f"Written to {run / 'report.html'}\n"
    again = (run / "report.html").read_bytes()
    assert command("report", run).exit_code == 0, "an earlier report is replaced"
    assert (run / "report.html").read_bytes() == again
    assert not list(run.rglob("*.part"))


def test_or_where_one_says(run, tmp_path):
    file = tmp_path / "deep" / "page.html"
    assert command("report", run, "--out", file).exit_code == 0
    assert file.exists()
    assert not (run / "report.html").exists()


def test_what_is_no_report_is_left_alone(run, tmp_path):
    thesis = tmp_path / "thesis.html"
    thesis.write_text("<!doctype html>mine")
    assert refused(run, "--out", thesis) == f"{thesis} is there and is no report; it is left alone"
    assert thesis.read_text() == "<!doctype html>mine"
    assert refused(run, "--out", tmp_path) == f"{tmp_path} is a folder; name a file"
    assert refused(run, "--out", thesis / "x.html").startswith(f"{thesis / 'x.html'} cannot be written: ")


def test_no_run_folder(tmp_path):
    assert refused(tmp_path / "none") == f"{tmp_path / 'none'} is not a folder"
    assert refused(tmp_path) == f"{tmp_path}: no run.json, so it is not the folder of a run"
    (tmp_path / "scenario.yaml").write_text("format: 1")
    assert refused(tmp_path) == f"{tmp_path}: no run.json, so its run came to no result"
    assert not (tmp_path / "report.html").exists()


@pytest.mark.parametrize(
    "name", ["scenario.yaml", "summary.csv", "differences.csv", "strength.csv", "spreadsheet.csv", "figures/work.svg"]
)
def test_a_file_is_missing(run, name):
    (run / name).unlink()
    assert refused(run) == f"{run / name} is missing"
    assert not (run / "report.html").exists()


@pytest.mark.parametrize("name", ["scenario.yaml", "summary.csv", "differences.csv", "strength.csv", "spreadsheet.csv"])
def test_a_file_has_changed(run, name):
    content = (run / name).read_bytes()
    (run / name).write_bytes(content[: len(content) // 2])
    assert refused(run) == f"{run / name} is not what the run wrote: it has been changed since, or is damaged"


def test_a_figure_is_damaged(run):
    (run / "figures" / "strength.svg").write_bytes(b"\xff\xfe")
    assert refused(run) == f"{run / 'figures' / 'strength.svg'} is not a figure of a run: it is not text"
    (run / "figures" / "strength.svg").write_text("<svg")
    assert refused(run).startswith("figures/strength.svg is damaged: ")
    assert not (run / "report.html").exists()


def changed(run, **values):
    said = json.loads((run / "run.json").read_text(encoding="utf-8")) | values
    (run / "run.json").write_text(json.dumps(said), encoding="utf-8")


def test_tables_of_another_format(run):
    file = run / "run.json"
    changed(run, format=1)
    assert refused(run) == f"{file}: tables of format 1; this version reads format 3: run the scenario again"
    said = json.loads(file.read_text(encoding="utf-8"))
    del said["format"]
    file.write_text(json.dumps(said), encoding="utf-8")
    assert "tables of format none" in refused(run)


def test_run_json_is_damaged(run):
    file = run / "run.json"
    changed(run, seed="many")
    assert refused(run).startswith(f"{file} is not as a run writes it: seed: ")
    changed(run, seed=1, options=["another"])
    assert refused(run) == f"{file}: its options are not those of summary.csv and scenario.yaml"
    file.write_text("{")
    assert refused(run).startswith(f"{file} is not as a run writes it: ")
    file.write_bytes(b"\xff\xff")
    assert refused(run).startswith(f"{file} is not as a run writes it: ")


def test_an_interrupted_run_says_so_on_top(tmp_path):
    from advisory_sim.experiment.drawing import draw_figures

    plan, out = sim.load(HOSTILE), tmp_path / "run"
    done, asked = (make_design(plan, replications=n) for n in (25, 100))
    begin_folder(out, force=False)
    write_inputs(plan, out)
    study = Study(plan, asked, simulate(done, out / "blocks", InProcess()))
    for figure in draw_figures(study, out, InProcess()):
        figure.result()
    write_about(write_frames(study, out, 1.0), out)
    assert command("report", out).exit_code == 0
    page = read((out / "report.html").read_text(encoding="utf-8"))
    assert page.one("header").one("p", role="note").text == (
        "Not finished: the run was interrupted after 25 of 100 replications an option. Every figure below rests on "
        "those alone."
    )


def test_middle_inputs_are_said_on_top(tmp_path):
    study = sim.run(sim.load(HOSTILE), replications=2, inputs="middle", progress=False)
    study.report(tmp_path / "report.html")
    page = read((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert page.one("p", role="note").text.startswith("Uncertain inputs were taken at their middle")
    with pytest.raises(FolderError, match="is a folder"):
        study.report(tmp_path)
