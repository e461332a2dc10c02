"""The map: true to scale, every name legible, nothing left out in silence."""

import itertools
import math
import re

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from advisory_sim import ScenarioError, loads, plots, run
from advisory_sim.cli import main
from advisory_sim.experiment.drawing import figure_names
from advisory_sim.plots.labels import Box, around, places
from advisory_sim.plots.map import diameters, options_shown
from advisory_sim.plots.sight import KM, round_below, sight
from advisory_sim.scenario.boundaries import read_boundaries, shipped_boundaries

PLAN = """
format: 1
title: Units on a map
start: 2001-01-01
mandate: {length: 60 days}
roles: {adviser: {recruitment: [{fill: exponential(9) days}]}}
units:
  Osh: {population: 400000, location: [40.53, 72.80]}
  Uzgen: {population: 100000, location: [40.77, 73.30]}
  Aravan: {location: [40.51, 72.50]}
  Shut: {population: 100000, location: [40.9, 72.9], closed: until day 999}
  Nowhere: {population: 5}
teams: {Osh: {posts: {adviser: 3}}, Rest: {units: [Uzgen, Aravan, Shut, Nowhere], posts: {adviser: 4}}}
decisions: {more: {at: day 10, expand: {adviser: 2}}}
options: {as it is: [], "1": [more], "2": [more], "3": [more], "4": [more], "5": [more]}
"""


@pytest.fixture(scope="module")
def study():
    return run(loads(PLAN), replications=4, progress=False)


def texts(figure):
    return [text.get_text() for ax in figure.axes for text in ax.texts]


def test_names_and_shares_stand_beside_their_signs_and_nothing_covers_anything(study):
    figure = plots.coverage_map(study)
    figure.draw_without_rendering()
    found = texts(figure)
    mean = study.column("as it is", "coverage", "unit", "Osh").mean()
    assert f"Osh\n{100 * mean:.0f} %" in found
    assert "Shut\nnever open" in found
    assert "KYRGYZSTAN" in found
    for ax in figure.axes[:4]:
        boxes = [text.get_window_extent() for text in ax.texts]
        assert len(boxes) == 6  # four units, the country, the scale
        assert not [1 for a, b in itertools.combinations(boxes, 2) if a.overlaps(b)]


def test_what_is_not_on_it_is_said(study):
    said = plots.coverage_map(study).legends[0].get_title().get_text()
    assert "Of 6 options, the first and the 3 that cover most." in said
    assert "Not on the map, as they have no location: Nowhere." in said
    assert "Natural Earth" in said
    legend = [text.get_text() for text in plots.coverage_map(study).legends[0].get_texts()]
    assert legend == ["200,000 people", "50,000 people", "population not given", "never open"]


def test_of_many_options_the_first_and_the_best_are_shown(study):
    shown = options_shown(study)
    covered = {option: study.column(option, "covered_days").mean() for option in study.options}
    assert shown[0] == study.options[0]
    assert min(covered[o] for o in shown[1:]) >= max(covered[o] for o in study.options if o not in shown)


def test_the_scale_is_true(study):
    """A degree of latitude is as long up as the bar says across; one of longitude is shorter by the cosine."""
    figure = plots.coverage_map(study)
    figure.draw_without_rendering()
    ax = figure.axes[0]
    (x0, y0), (x1, y1) = ax.transData.transform([(0, 0), (1, 1)])
    assert x1 - x0 == pytest.approx(y1 - y0, rel=1e-6)
    bar = next(line for line in ax.lines if line.get_linewidth() == 2)
    ends = bar.get_transform().transform(bar.get_xydata())
    label = next(text.get_text() for text in ax.texts if text.get_text().endswith(" km"))
    assert (ends[1, 0] - ends[0, 0]) / (y1 - y0) * KM == pytest.approx(float(label.removesuffix(" km")))
    assert sight([(40.0, 70), (42.0, 71)]).shrink == pytest.approx(math.cos(math.radians(41)))


def test_areas_go_as_populations():
    sizes = diameters([400_000, 100_000, None, 0])
    assert sizes[0] == pytest.approx(2 * sizes[1])
    assert sizes[2] == sizes[3]
    assert (np.array(diameters([1000] * 200)) < diameters([1000])[0]).all()


@given(st.floats(0.001, 1e7))
def test_round_lengths(value):
    step = round_below(value)
    assert step <= value < 2.5 * step * (1 + 1e-9)
    assert f"{step:.0e}"[0] in "125"


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 200), st.floats(0, 15)), max_size=25))
def test_labels_cover_neither_one_another_nor_a_sign(signs):
    frame = Box(0, 0, 300, 200)
    corner = Box(0, 0, 60, 20)
    found = [box for box in places(signs, [(50.0, 14.0)] * len(signs), frame, [corner]) if box]
    covered = [corner, *(around(x, y, 2 * r, 2 * r) for x, y, r in signs)]
    assert not any(a.meets(b) for a, b in itertools.combinations(found, 2))
    assert not any(a.meets(b) for a in found for b in covered)
    assert all(box.within(frame) for box in found)
    if len(signs) == 1:
        assert found


def test_a_plan_without_locations_has_no_map(study, tmp_path):
    plain = loads(
        re.sub(
            r"location: \[.*?\]",
            "population: 7",
            PLAN.replace("population: 400000, ", "").replace("population: 100000, ", ""),
        )
    )
    assert "map" not in figure_names(plain, ["as it is"], 2)
    assert "map" in figure_names(study.scenario, ["as it is"], 2)
    with pytest.raises(ValueError, match="no unit of the scenario has a location"):
        plots.coverage_map(run(plain, options=["as it is"], replications=2, progress=False))
    file = tmp_path / "plain.yaml"
    file.write_text(plain.text)
    done = CliRunner().invoke(main, ["run", str(file), "--out", str(tmp_path / "out"), "--boundaries", "b.geojson"])
    assert done.exit_code == 2
    assert "no unit of the scenario has a location, so there is no map" in done.output
    assert not (tmp_path / "out").exists()


# ---------------------------------------------------------------- boundaries


def test_shipped_outlines_are_countries():
    names = {area.name for area in shipped_boundaries().areas}
    assert {"Kyrgyzstan", "Tajikistan", "Kosovo"} <= names


SOUTH = """{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "South"}, "geometry":
{"type": "Polygon", "coordinates": [[[70, 39], [75, 39], [75, 42], [70, 42], [70, 39]]]}}]}"""


def test_own_boundaries(study, tmp_path):
    file = tmp_path / "districts.geojson"
    file.write_text(SOUTH)
    figure = plots.coverage_map(study, boundaries=read_boundaries(file))
    assert "SOUTH" in texts(figure)
    assert "KYRGYZSTAN" not in texts(figure)
    assert "Boundaries: districts.geojson" in figure.legends[0].get_title().get_text()


def test_a_run_draws_its_map_on_them(tmp_path):
    plan, file, out = tmp_path / "plan.yaml", tmp_path / "districts.geojson", tmp_path / "out"
    plan.write_text(PLAN)
    file.write_text(SOUTH)
    ask = [
        "run",
        str(plan),
        "--option",
        "as it is",
        "--replications",
        "2",
        "--out",
        str(out),
        "--boundaries",
        str(file),
    ]
    done = CliRunner().invoke(main, ask)
    assert done.exit_code == 0, done.output
    assert "SOUTH" in (out / "figures" / "map.svg").read_text(encoding="utf-8")
    assert (out / "figures" / "map.png").stat().st_size > 5000
    file.write_text("{}")
    again = CliRunner().invoke(main, [*ask, "--force"])
    assert again.exit_code == 2
    assert f"{file}: type: found nothing; allowed: FeatureCollection" in again.output
    assert "SOUTH" in (out / "figures" / "map.svg").read_text(encoding="utf-8")  # the earlier run is left alone


def refused(tmp_path, text):
    file = tmp_path / "b.geojson"
    file.write_text(text)
    with pytest.raises(ScenarioError) as wrong:
        read_boundaries(file)
    return str(wrong.value).replace(str(file), "b.geojson")


FEATURE = '{"type": "FeatureCollection", "features": [%s]}'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "b.geojson:1:2: is not JSON: Expecting property name enclosed in double quotes\n1 error"),
        ("[" * 100_000, "b.geojson: is not JSON: nested too deep\n1 error"),
        ("[]", "b.geojson: type: found a list; allowed: FeatureCollection\n1 error"),
        ('{"type": "Topology"}', "b.geojson: type: found 'Topology'; allowed: FeatureCollection\n1 error"),
        (FEATURE % "", "b.geojson: features: found a list; allowed: a list of features\n1 error"),
        (
            FEATURE % '{"geometry": {"type": "Point", "coordinates": [1, 2]}}, 5, '
            '{"geometry": {"type": "Polygon", "coordinates": [[[500000, 4000000], [1, 1], [1, 2], [1, 1]]]}}, '
            '{"geometry": {"type": "Polygon", "coordinates": [[[1, 1], [2, 2]]]}}, '
            '{"geometry": {"type": "MultiPolygon", "coordinates": 7}}',
            "b.geojson: features[0].geometry: found 'Point'; allowed: Polygon, MultiPolygon\n"
            "b.geojson: features[1].geometry: found nothing; allowed: Polygon, MultiPolygon\n"
            "b.geojson: features[2].geometry.coordinates: found [500000, 4e+06]; allowed: [longitude, latitude] in "
            "degrees (WGS 84)\n"
            "b.geojson: features[3].geometry.coordinates: a ring has 2 points; allowed: at least 4, the last being the "
            "first\n"
            "b.geojson: features[4].geometry.coordinates: is not a list of rings of [longitude, latitude]\n"
            "5 errors",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_boundaries_is_said_at_once(tmp_path, text, said):
    assert refused(tmp_path, text) == said
