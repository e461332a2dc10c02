"""What the figures say, where a date could be read in two ways."""

import pytest

from advisory_sim import loads, run
from advisory_sim.experiment.sentences import present_sentence


@pytest.mark.parametrize(("days", "date"), [(100, "20 February"), (800, "5 February 2002")])
def test_the_year_is_said_where_the_horizon_is_longer(days, date):
    plan = "format: 1\ntitle: t\nstart: 2001-01-01\nroles: {adviser: {}}\nteams: {A: {posts: {adviser: 3}}}\n"
    study = run(loads(f"{plan}mandate: {{length: {days} days}}\n"), replications=2, progress=False)
    assert present_sentence(study).startswith(f"3 on paper are about 3 in the country on {date} and 3 at work")
