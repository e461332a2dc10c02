"""The cases worked by hand: the twin gives their exact answers."""

import csv
import random
from pathlib import Path

import pytest

from .twin import simulate

CASES = Path(__file__).parent.parent / "cases"
with open(CASES / "expected.csv", newline="", encoding="utf-8") as lines:
    ROWS = list(csv.DictReader(lines))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(filter(None, list(row.values())[:5])))
def test_case(row):
    figures = simulate(CASES / row["file"], row["option"] or None, random.Random(1))
    value = figures[row["measure"], row["scope"], row["name"], row["window"]]
    assert value == pytest.approx(float(row["value"]), rel=1e-11, abs=1e-9)
