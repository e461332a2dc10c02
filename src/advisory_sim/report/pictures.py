"""Figures as a page takes them in: nothing but shapes and text, and names of their own within the page."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from markupsafe import Markup

from advisory_sim.errors import FolderError

SHAPES = {
    "svg", "g", "defs", "clipPath", "pattern", "linearGradient", "radialGradient", "stop", "path", "rect", "circle",
    "ellipse", "line", "polyline", "polygon", "use", "image", "text", "tspan",
}  # fmt: skip
LEFT_OUT = {"metadata", "style", "title", "desc"}  # about the file, not of the picture
LARGER = 1.25  # a figure is drawn for paper; a screen has room for more
PICTURE = "data:image/png;base64,"
REFERENCE = re.compile(r"url\(\s*['\"]?#?")


def inline(name: str, svg: str, alt: str) -> Markup:
    """An SVG as an element of a page.

    Parameters
    ----------
    name
        Of the figure; it stands before every id, so that figures do not clash.
    alt
        What the picture says, for whoever does not see it.

    Raises
    ------
    FolderError
        Where it holds what no figure of a run holds: a script, a link, anything from elsewhere.
    """
    try:
        root = ET.fromstring(svg)
    except ET.ParseError as wrong:
        raise FolderError(f"figures/{name}.svg is damaged: {wrong}") from None
    if local(root.tag) != "svg":
        raise FolderError(f"figures/{name}.svg is not an SVG")
    take_in(root, name)
    width = float(root.attrib.get("viewBox", "0 0 720 0").split()[2])
    root.attrib = {
        "viewBox": root.attrib.get("viewBox", ""),
        "role": "img",
        "aria-label": alt,
        "style": f"max-width: {LARGER * width:.0f}pt",
    }
    return Markup(ET.tostring(root, encoding="unicode"))  # every part was looked at


def local(name: str) -> str:
    """A tag or attribute without its namespace, as HTML writes it."""
    return name.rpartition("}")[2]


def take_in(element: ET.Element, name: str) -> None:
    """Make an element and all within it fit for a page, or refuse it."""
    element.tag = local(element.tag)
    if element.tag not in SHAPES:
        raise FolderError(f"figures/{name}.svg holds <{element.tag}>, which no figure of a run does")
    element.attrib = {
        local(key): own_name(local(key), " ".join(value.split()), element.tag, name)
        for key, value in element.attrib.items()
    }
    if element.tag == "image":
        element.attrib.pop("id", None)  # it goes by the content: that of two equal panels is the same
    if element.tag not in ("text", "tspan"):
        element.text = None
    for child in list(element):
        if local(child.tag) in LEFT_OUT:
            element.remove(child)
            continue
        take_in(child, name)
        if element.tag not in ("text", "tspan"):
            child.tail = None


def own_name(key: str, value: str, tag: str, name: str) -> str:
    """An attribute's value, with ids made the figure's own; refused where it runs or fetches something."""
    if key == "id":
        return f"{name}-{value}"
    if key == "href" and value.startswith("#"):
        return f"#{name}-{value[1:]}"
    if key == "href" and not (tag == "image" and value.startswith(PICTURE)):
        raise FolderError(f"figures/{name}.svg refers to something outside it")
    if key.lower().startswith("on"):
        raise FolderError(f"figures/{name}.svg holds '{key}', which no figure of a run does")
    elsewhere = any(not reference.endswith("#") for reference in REFERENCE.findall(value))
    if elsewhere or (key != "href" and ("//" in value or "\\" in value)):
        raise FolderError(f"figures/{name}.svg refers to something outside it")
    return REFERENCE.sub(lambda found: f"{found[0]}{name}-", value)
