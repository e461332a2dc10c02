"""What all figures share: nothing is cut off, dates are matplotlib's own, files are equal where figures are."""

import matplotlib.dates as mdates
import numpy as np
import pytest
from matplotlib.figure import Figure

from advisory_sim import loads, plots, run
from advisory_sim.plots.style import date_axis, new_figure

LONG = "a name that is much longer than anybody would like to read in a figure, fully so: "
PLAN = f"""
format: 1
title: '{LONG}'
start: 2001-01-01
mandate: {{length: 60 days}}
roles: {{adviser: {{recruitment: [{{fill: exponential(9) days}}]}}, '{LONG}role': {{kind: local}}}}
units:
  '{LONG}unit': {{population: 9000, location: [40.5, 72.8]}}
  B: {{location: [40.7, 73.1]}}
  C: {{population: 100}}
teams:
  '{LONG}team': {{units: ['{LONG}unit', C], posts: {{adviser: 3, '{LONG}role': 1}}}}
  B: {{posts: {{adviser: 2}}}}
activities:
  call: {{arrivals: 4 per day, needs: {{adviser: 1}}, lasting: exponential(9) hours}}
  talk: {{arrivals: 1 per day, needs: {{adviser: 1, '{LONG}role': 1}}, lasting: 5 hours}}
academy:
  places: 30
  class_size: uniform(5 20)
  course: 14 days
  applicants: {{backlog: 40, arrivals: 2 per day, groups: {{'{LONG}group': 60%, B: 40%}}}}
  target: {{graduates: 50, by: 2001-02-20}}
decisions: {{more: {{at: day 10, expand: {{adviser: 2}}, placed: {{B: 2}}}}}}
options: {{as it is: [], '{LONG}option': [more], $x$ & <y>: [more], fourth: [], fifth: [more], sixth: []}}
"""


@pytest.fixture(scope="module")
def study():
    return run(loads(PLAN), replications=5, progress=False)


@pytest.mark.parametrize("number", [6, 2, 1])
@pytest.mark.parametrize("name", plots.FIGURES)
def test_nothing_is_cut_off(study, name, number):
    if number < 6:
        study = run(study.scenario, replications=2, options=list(study.options[:number]), progress=False)
    figure = plots.FIGURES[name](study)
    figure.draw_without_rendering()
    whole, inked = figure.bbox, figure.get_tightbbox().transformed(figure.dpi_scale_trans)
    assert (inked.min >= whole.min - 1).all()
    assert (inked.max <= whole.max + 1).all()


@pytest.mark.parametrize("name", plots.FIGURES)
def test_equal_figures_are_equal_files_and_texts_stay_texts(study, name, tmp_path):
    first = plots.save(plots.FIGURES[name](study), tmp_path / "first")
    second = plots.save(plots.FIGURES[name](study), tmp_path / "second")
    assert [file.suffix for file in first] == [".png", ".svg"]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()
    assert "a name that is much longer" in first[1].read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("first", "last"), [("2001-01-01", "2001-12-31"), ("2010-07-22", "2011-07-22"), ("2001-03-05", "2001-03-19")]
)
def test_dates_are_those_that_matplotlib_would_mark(first, last):
    days = np.arange(first, last, dtype="datetime64[D]")
    found = []
    for fixed in (True, False):
        ax = Figure().add_subplot()
        ax.plot(days, np.zeros(len(days)))
        if fixed:
            date_axis(ax, 7)
        else:
            locator = mdates.AutoDateLocator(minticks=3, maxticks=7)
            ax.xaxis.set_major_locator(locator)
            ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))
        ax.figure.draw_without_rendering()
        ticks = [(tick.get_loc(), tick.label1.get_text()) for tick in ax.xaxis.get_major_ticks()]
        found.append((ticks, ax.xaxis.get_offset_text().get_text(), ax.get_xlim()))
    assert found[0] == found[1]
    assert len(found[0][0]) >= 3


def test_a_saved_figure_is_drawn_once_a_file(study, tmp_path, monkeypatch):
    figure, drawn = new_figure(3, 2), []
    figure.add_subplot()
    draw = Figure.draw
    monkeypatch.setattr(Figure, "draw", lambda self, renderer: (drawn.append(renderer), draw(self, renderer)))
    plots.save(figure, tmp_path / "x")
    assert len(drawn) == 2


def test_a_notebook_shows_a_figure_by_itself():
    picture = new_figure(2, 1)._repr_png_()
    assert picture.startswith(b"\x89PNG")
    assert picture == new_figure(2, 1)._repr_png_()
