"""What is printed on A4 can be read: no figure has text below 8 points there."""

import json
import re

import pytest

from .conftest import command

TEXT_WIDTH = 174 / 25.4 * 72  # points: A4 less the margins that the page asks for


def test_the_page_has_these_margins(text):
    assert "@page { size: A4; margin: 17mm 18mm 19mm;" in text
    assert 210 - 2 * 18 == 174


@pytest.mark.parametrize(
    "name", ["strength", "coverage", "waterfall", "work", "utilisation", "hours", "differences"]
)  # fmt: skip
def test_text_in_figures_is_legible_in_print(kept_run, name):
    svg = (kept_run / "figures" / f"{name}.svg").read_text(encoding="utf-8")
    width, height = map(float, re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups())
    sizes = [float(size) for size in re.findall(r"font(?:-size)?: ([\d.]+)px", svg)]
    assert sizes
    scale = min(1, TEXT_WIDTH / width, 225 / 25.4 * 72 / height)  # 225 mm: the page's own limit to a figure
    assert min(sizes) * scale >= 8


def test_a_kept_answers_figure_too(run):
    assert command("explain", run, *options_of(run)[:2]).exit_code == 0
    (svg,) = (run / "asked").glob("*/figure.svg")
    text = svg.read_text(encoding="utf-8")
    width = float(re.search(r'viewBox="0 0 ([\d.]+)', text).group(1))
    assert min(map(float, re.findall(r"font(?:-size)?: ([\d.]+)px", text))) * min(1, TEXT_WIDTH / width) >= 8


def options_of(run):
    return json.loads((run / "run.json").read_text(encoding="utf-8"))["options"]
