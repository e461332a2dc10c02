"""What a figure may not hold when it is taken into a page."""

import pytest

from advisory_sim.errors import FolderError
from advisory_sim.report.pictures import inline

from .reading import read

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 72 36">'


def test_ids_become_the_figures_own():
    svg = (
        f'{HEAD}<defs><clipPath id="a"><rect width="1"/></clipPath></defs><path clip-path="url(#a)" d="M 0 0&#10;z"/>'
        '<use xlink:href="#a" style="fill: url( #a)"/></svg>'
    )
    drawing = read(inline("work", svg, "message")).one("svg")
    assert drawing.one("clippath").attributes["id"] == "work-a"
    assert drawing.one("path").attributes == {"clip-path": "url(#work-a)", "d": "M 0 0 z"}
    assert drawing.one("use").attributes == {"href": "#work-a", "style": "fill: url( #work-a)"}
    assert drawing.attributes["aria-label"] == "message"


def test_equal_images_do_not_share_an_id():
    image = '<image id="image1" href="data:image/png;base64,AA"/>'
    assert "id=" not in inline("work", f"{HEAD}{image}{image}</svg>", "")


def test_text_stays_text_and_what_is_about_the_file_goes():
    svg = f"{HEAD}<metadata><a/></metadata><style>*{{}}</style><text>a &lt;b> &amp; c</text></svg>"
    drawing = inline("x", svg, '"<message>"')
    assert "<text>a &lt;b&gt; &amp; c</text>" in drawing
    assert 'aria-label="&quot;&lt;message&gt;&quot;"' in drawing
    assert [node.tag for node in read(drawing).all()] == ["svg", "text"]


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ("<script>alert(1)</script>", "holds <script>"),
        ("<g><foreignObject/></g>", "holds <foreignObject>"),
        ('<a xlink:href="#x"><path/></a>', "holds <a>"),
        ('<animate attributeName="href"/>', "holds <animate>"),
        ('<path onclick="alert(1)"/>', "holds 'onclick'"),
        ('<path ONLOAD="alert(1)"/>', "holds 'ONLOAD'"),
        ('<use xlink:href="http://example.org/x.svg#a"/>', "refers to something outside it"),
        ('<use href="data:image/svg+xml,x"/>', "refers to something outside it"),
        ('<image href="data:text/html;base64,x"/>', "refers to something outside it"),
        ('<path style="fill: url(http://example.org/a)"/>', "refers to something outside it"),
        ("<path style=\"fill: url('//example.org/a')\"/>", "refers to something outside it"),
        ('<path style="fill: u\\72l(x)"/>', "refers to something outside it"),
        ("<g>", "is damaged"),
    ],
)
def test_what_runs_or_fetches_is_refused(inside, told):
    with pytest.raises(FolderError, match=r"figures/work\.svg") as wrong:
        inline("work", f"{HEAD}{inside}</svg>", "")
    assert told in str(wrong.value)


def test_what_is_no_drawing_is_refused():
    with pytest.raises(FolderError, match="is not an SVG"):
        inline("work", "<html/>", "")
