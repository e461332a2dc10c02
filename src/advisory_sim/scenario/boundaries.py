"""Boundaries that a map is drawn on: the shipped outlines of countries, or a GeoJSON file of the planner's own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from advisory_sim.errors import Problem, ScenarioError
from advisory_sim.scenario import reading
from advisory_sim.scenario.document import read_text

LARGEST = 50 * 2**20  # bytes

Ring = tuple[tuple[float, float], ...]  # (longitude, latitude) in degrees, closed


@dataclass(frozen=True)
class Area:
    """A country, a region or a district: its name, if it has one, and its rings."""

    name: str
    rings: tuple[Ring, ...]


@dataclass(frozen=True)
class Boundaries:
    """Areas, and whose they are."""

    areas: tuple[Area, ...]
    credit: str


def shipped_boundaries() -> Boundaries:
    """Outlines of some countries in which such groups have worked, from Natural Earth (public domain)."""
    text = files("advisory_sim").joinpath("presets/outlines.geojson").read_text(encoding="utf-8")
    areas, _ = areas_of(json.loads(text), "outlines.geojson")
    return Boundaries(areas, "Natural Earth 1:10m (public domain)")


def read_boundaries(file: Path) -> Boundaries:
    """Boundaries from a GeoJSON file.

    Parameters
    ----------
    file
        A FeatureCollection of Polygons and MultiPolygons in degrees (WGS 84), each with a `name` if it has one.

    Raises
    ------
    ScenarioError
        With everything that is wrong with it.
    """
    text = read_text(file, "boundaries", LARGEST)
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        line, column = getattr(wrong, "lineno", 0), getattr(wrong, "colno", 0)
        why = getattr(wrong, "msg", "nested too deep")
        raise ScenarioError([Problem(line, column, "", f"is not JSON: {why}", str(file))]) from None
    areas, problems = areas_of(tree, str(file))
    if problems:
        raise ScenarioError(problems)
    return Boundaries(areas, file.name)


def areas_of(tree: Any, file: str) -> tuple[tuple[Area, ...], list[Problem]]:
    """The areas of a GeoJSON tree, and what is wrong with it."""

    def problem(path: str, what: str) -> Problem:
        return Problem(0, 0, path, what, file)

    if not isinstance(tree, dict) or tree.get("type") != "FeatureCollection":
        found = reading.found(tree.get("type") if isinstance(tree, dict) else tree)
        return (), [problem("type", f"found {found}; allowed: FeatureCollection")]
    features = tree.get("features")
    if not isinstance(features, list) or not features:
        return (), [problem("features", f"found {reading.found(features)}; allowed: a list of features")]
    areas, problems = [], []
    for i, found in enumerate(features):
        feature = found if isinstance(found, dict) else {}
        geometry = feature.get("geometry")
        shape: dict[str, Any] = geometry if isinstance(geometry, dict) else {"type": geometry}
        kind = shape.get("type")
        if kind not in ("Polygon", "MultiPolygon"):
            allowed = "Polygon, MultiPolygon"
            problems.append(problem(f"features[{i}].geometry", f"found {reading.found(kind)}; allowed: {allowed}"))
            continue
        parts: Any = shape.get("coordinates")
        try:
            polygons: Any = parts if kind == "MultiPolygon" else [parts]
            rings = tuple(ring_of(ring) for polygon in polygons for ring in polygon)
        except (TypeError, ValueError, LookupError) as wrong:
            why = str(wrong) if isinstance(wrong, RingError) else "is not a list of rings of [longitude, latitude]"
            problems.append(problem(f"features[{i}].geometry.coordinates", why))
            continue
        properties = feature.get("properties")
        name = properties.get("name") if isinstance(properties, dict) else None
        areas.append(Area(name if isinstance(name, str) else "", rings))
    return tuple(areas), problems


class RingError(ValueError):
    """Points that are no ring; the text says why."""


def ring_of(points: Any) -> Ring:
    """A ring's points, longitude first.

    Raises
    ------
    RingError
        Where they are too few, or not in degrees.
    TypeError, ValueError, LookupError
        Where they are no points at all.
    """
    ring = tuple((float(point[0]), float(point[1])) for point in points)
    if len(ring) < 4:
        raise RingError(f"a ring has {len(ring)} points; allowed: at least 4, the last being the first")
    outside = next(((x, y) for x, y in ring if not (-180 <= x <= 180 and -90 <= y <= 90)), None)
    if outside is not None:
        raise RingError(f"found [{outside[0]:g}, {outside[1]:g}]; allowed: [longitude, latitude] in degrees (WGS 84)")
    return ring
