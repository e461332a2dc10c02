"""Files worked by hand come out exactly."""

import csv
from functools import cache
from pathlib import Path

import pytest

from advisory_sim import load, run

FOLDER = Path(__file__).parent / "cases"
EXPECTED = list(csv.DictReader((FOLDER / "expected.csv").open(encoding="utf-8")))


@cache
def study(file):
    return run(load(FOLDER / file), replications=2, progress=False)


@pytest.mark.parametrize("row", EXPECTED, ids=lambda r: "-".join(r.values()))
def test_case(row):
    option = row["option"] or "plan"
    found = study(row["file"]).column(option, row["measure"], row["scope"], row["name"], row["window"])
    assert found == pytest.approx([float(row["value"])] * 2, abs=1e-9)
