"""Files worked by hand come out exactly."""

import csv
from functools import cache
from pathlib import Path

import pytest

from advisory_sim import load, run

FOLDER = Path(__file__).parent / "cases"
EXPECTED = list(csv.DictReader((FOLDER / "expected.csv").open(encoding="utf-8")))
NOT_YET = {"two-roles.yaml", "rota.yaml", "need-goes-on.yaml"}  # work and rota


@cache
def study(file):
    return run(load(FOLDER / file), replications=2, progress=False)


@pytest.mark.parametrize(
    "row", [row for row in EXPECTED if row["file"] not in NOT_YET], ids=lambda r: "-".join(r.values())
)
def test_case(row):
    option = row["option"] or "plan"
    found = study(row["file"]).column(option, row["measure"], row["scope"], row["name"], row["window"])
    assert found == pytest.approx([float(row["value"])] * 2, abs=1e-9)
