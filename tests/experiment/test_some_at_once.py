"""Tables of many replications are made some at a time: they are the same."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from advisory_sim import loads, run
from advisory_sim.experiment import estimate, parquet

PLAN = """
format: 1
title: t
start: 2001-01-01
horizon: 12 days
mandate: {length: 10 days, begins: day 1}
roles:
  adviser: {recruitment: [{selection: exponential(3) days}], sickness: {share: 20%, lasting: 1 day}}
  mediator: {kind: local}
units: {A: {}, B: {}, C: {closed: until day 4}}
teams: {A: {posts: {adviser: 3, mediator: 1}}, B: {posts: {adviser: 2}}, C: {posts: {adviser: 2}}}
activities: {visit: {arrivals: 2 per day, needs: {adviser: 1}, lasting: 3 hours}}
decisions: {more: {at: day 3, expand: {adviser: 2}, placed: evenly}}
options: {as it is: [], more: [more]}
"""


@pytest.fixture(scope="module")
def study():
    return run(loads(PLAN), replications=30, progress=False)  # more than a block


def assert_same(one, other):
    assert one.schema == other.schema
    pd.testing.assert_frame_equal(one.to_pandas(), other.to_pandas(), check_exact=True)


def daily(study):
    return parquet.daily_table(study.design, study.blocks, 1, study.layout)


def test_daily_means_of_a_group_and_of_a_unit_at_a_time(study, monkeypatch):
    whole = daily(study)
    monkeypatch.setattr(parquet, "ROOM", 1)
    assert_same(daily(study), whole)


@pytest.mark.parametrize("rows", [1, 3000])
def test_replications_some_at_a_time(study, monkeypatch, rows):
    (whole,) = parquet.replications_tables(study, "more")
    monkeypatch.setattr(parquet, "ROWS_AT_ONCE", rows)
    parts = list(parquet.replications_tables(study, "more"))
    assert len(parts) == 30 if rows == 1 else 1 < len(parts) < 30
    assert_same(pa.concat_tables(parts), whole)
    assert whole.column("value").to_numpy().tobytes() == study.values("more").tobytes()


def test_columns_of_a_summary_some_at_a_time(study, monkeypatch):
    whole = study.summary()
    monkeypatch.setattr(estimate, "AT_ONCE", 30 * 7)
    pd.testing.assert_frame_equal(study.summary(), whole, check_exact=True)
    assert len(study.summary("served", scope="role")) == 0  # no column at all
    assert np.isfinite(whole["mean"]).any()
