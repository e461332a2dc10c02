"""The figure of a deadline: nothing is cut off, equal figures are equal files."""

import pytest

import advisory_sim as sim
from advisory_sim import plots

LONG = "a name that is much longer than anybody would like to read in a figure, fully so"
PLAN = f"""
format: 1
title: T
start: 2001-01-01
mandate: {{length: 60 days}}
roles: {{adviser: {{recruitment: [{{fill: exponential(9) days}}]}}}}
teams: {{A: {{posts: {{adviser: 3}}}}}}
decisions:
  '{LONG}': {{at: day 10, expand: {{adviser: 2}}}}
  longer: {{at: 20 days before expiry, extend: 30 days}}
options: {{as it is: [], '$x$ {LONG}': ['{LONG}'], extended: [longer]}}
targets: {{'{LONG}, too': {{measure: deployed, at_least: 4, on: 2001-02-10}}}}
"""


@pytest.mark.parametrize(("decision", "target"), [(LONG, f"{LONG}, too"), (LONG, None), ("longer", None)])
def test_nothing_is_cut_off_and_equal_figures_are_equal_files(decision, target, tmp_path):
    found = sim.deadline(sim.loads(PLAN), decision, target=target, replications=6, progress=False)
    figure = plots.deadline(found)
    figure.draw_without_rendering()
    whole, inked = figure.bbox, figure.get_tightbbox().transformed(figure.dpi_scale_trans)
    assert (inked.min >= whole.min - 1).all()
    assert (inked.max <= whole.max + 1).all()
    first = plots.save(plots.deadline(found), tmp_path / "first")
    second = plots.save(plots.deadline(found), tmp_path / "second")
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()
