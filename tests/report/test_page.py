"""The page is whole, can be read by everybody, and takes no text for anything else."""

import re

import pytest

import advisory_sim as sim

from .conftest import HOSTILE
from .reading import section

PLAN = sim.load(HOSTILE)
HTML = {
    "html", "head", "meta", "title", "style", "body", "header", "nav", "main", "footer", "section", "h1", "h2", "p",
    "ul", "ol", "li", "a", "div", "span", "table", "caption", "thead", "tbody", "tr", "th", "td", "small", "bdi",
    "figure", "figcaption",
}  # fmt: skip
SVG = {"svg", "g", "defs", "path", "use", "text", "tspan", "rect", "image", "clippath", "pattern"}


def test_hostile_text_is_text(page, text):
    assert {node.tag for node in page.all()} <= HTML | SVG
    assert not [key for node in page.all() for key in node.attributes if key.startswith("on")]
    assert page.one("h1").text == PLAN.title
    assert page.one("title").text == f"{PLAN.title}: deployment plan, simulated"
    names = [cell.text for cell in page.all("th")]
    assert set(PLAN.options) <= set(names)
    assert "&lt;script&gt;alert(4)&lt;/script&gt;" in text  # the source
    drawn = {label.text for label in page.all("text")}
    assert {option for option in PLAN.options if len(option) <= 60} <= drawn
    assert any(label.startswith(PLAN.title) for label in drawn)


def test_nothing_comes_from_elsewhere(page, text):
    for node in page.all():
        assert node.attributes.get("href", "#").startswith(("#", "data:image/png;base64,"))
        assert not {"src", "action", "srcset", "data", "xlink:href"} & node.attributes.keys()
        assert "//" not in node.attributes.get("style", "")
    css = page.one("style").text
    assert "url(" not in css
    assert "@import" not in css
    assert "http" not in re.sub(r">[^<]*<", "><", text).split("</style>")[1]  # in text only


def test_ids_are_unique_and_referred_to(page):
    ids = [node.attributes["id"] for node in page.all() if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    for node in page.all():
        for value in (node.attributes.get("aria-labelledby", ""), node.attributes.get("href", "").removeprefix("#")):
            assert value in {"", *ids} or value.startswith("data:")
        for value in node.attributes.values():
            assert set(re.findall(r"url\(#([^)]+)\)", value)) <= set(ids)


def test_structure(page):
    html = page.one("html")
    assert html.attributes["lang"] == "en"
    for landmark in ("header", "nav", "main", "footer"):
        page.one(landmark)
    headings = [node.tag for node in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert headings[0] == "h1"
    assert set(headings[1:]) == {"h2"}
    for part in page.all("section"):
        assert part.one("h2").attributes["id"] == part.attributes["aria-labelledby"]
    links = [link.attributes["href"] for link in page.one("nav").all("a")]
    assert links == [f"#{part.attributes['id']}" for part in page.all("section")]


def test_tables_have_captions_and_heads(page):
    tables = page.all("table")
    assert len(tables) > 8
    for table in tables:
        assert table.one("caption").text
        width = len(table.one("thead").all("th"))
        assert {head.attributes["scope"] for head in table.one("thead").all("th")} == {"col"}
        for line in [line for body in table.all("tbody") for line in body.all("tr")]:
            (head,) = line.all("th")
            assert head.attributes["scope"] in ("row", "rowgroup")
            assert 1 + len(line.all("td")) == (width if head.attributes["scope"] == "row" else 1)


def test_figures_say_their_message(page):
    figures = page.all("figure")
    assert len(figures) == 9
    for figure in figures:
        assert figure.one("figcaption").text
        drawing = figure.one("svg")
        assert drawing.attributes["role"] == "img"
        for option in PLAN.options:
            if "differ" not in drawing.attributes["aria-label"]:
                assert f"'{option}':" in drawing.attributes["aria-label"]
        assert re.search(r"\d", drawing.attributes["aria-label"])


def test_every_figure_of_a_run_has_its_words():
    from advisory_sim.plots import FIGURES
    from advisory_sim.report.drawings import PICTURES

    assert PICTURES.keys() == FIGURES.keys()


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.03928 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", ["ink", "quiet", "accent", "alert"])
@pytest.mark.parametrize("ground", ["#ffffff", "band"])
def test_text_stands_out(page, name, ground):
    colours = dict(re.findall(r"--(\w+): (#\w{6})", page.one("style").text))
    light, dark = luminance(colours.get(ground, ground)), luminance(colours[name])
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_colour_is_in_the_named_ones_alone(page):
    css = page.one("style").text
    used = set(re.findall(r"(?<!-)color: ([^;]+);", css))
    assert used <= {"var(--ink)", "var(--quiet)", "var(--accent)", "var(--alert)", "#4b5866"}


def test_long_words_may_break(page):
    css = page.one("style").text
    assert "overflow-wrap: anywhere" in css
    assert "@page { size: A4" in css
    assert "break-inside: avoid" in css


def test_names_keep_their_own_direction(page):
    assert page.one("h1").attributes["dir"] == "auto"
    for cell in section(page, "options").all("th", "td"):
        assert cell.all("bdi")
