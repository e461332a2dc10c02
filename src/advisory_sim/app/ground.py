"""What the page's map is drawn on: outlines and signs at their places, in points of the picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisory_sim.plots.labels import Box, places
from advisory_sim.plots.map import diameters, shades
from advisory_sim.plots.sight import KM, SHAPE, Sight, round_below, sight
from advisory_sim.plots.style import shortened
from advisory_sim.scenario.boundaries import Boundaries, Ring, shipped_boundaries

if TYPE_CHECKING:
    from advisory_sim.scenario.model import Scenario

WIDTH = 480.0
LETTER, LINE = 6.4, 12.0  # a letter's mean width and a line's height, at the size that names are written in


@dataclass(frozen=True)
class Sign:
    """A unit's sign, and where its name stands, if there is room for it."""

    unit: str
    x: float
    y: float
    radius: float
    label: tuple[float, float] | None
    short: str


@dataclass(frozen=True)
class Ground:
    """A picture so wide and high: outlines as SVG paths, signs (large ones first), a bar of so many kilometres."""

    width: float
    height: float
    outlines: tuple[str, ...]
    signs: tuple[Sign, ...]
    bar: float
    km: float
    credit: str
    missing: tuple[str, ...]
    shades: tuple[str, ...]


def ground(plan: Scenario, boundaries: Boundaries | None = None) -> Ground:
    """The map of a plan of which a unit has a location."""
    boundaries = boundaries or shipped_boundaries()
    placed = [(name, unit.location, unit.population) for name, unit in plan.units.items() if unit.location]
    seen = sight([location for _, location, _ in placed])
    height = WIDTH / SHAPE
    scale = WIDTH / (seen.right - seen.left)

    def at(longitude: float, latitude: float) -> tuple[float, float]:
        x, y = seen.point(longitude, latitude)
        return round(scale * (x - seen.left), 1), round(scale * (seen.top - y), 1)

    radii = diameters([population for _, _, population in placed]) / 2
    middles = [at(longitude, latitude) for _, (latitude, longitude), _ in placed]
    spots = [(x, y, float(radius) + 1) for (x, y), radius in zip(middles, radii, strict=True)]
    short = [shortened(name, 20) for name, _, _ in placed]
    sizes = [(LETTER * max(len(name), 5) + 4, 2 * LINE) for name in short]
    found = places(spots, sizes, Box(2, 2, WIDTH - 2, height - 2), [Box(0, height - 32, 0.35 * WIDTH, height)])
    signs = [
        Sign(
            name, x, y, radius, None if box is None else ((box.left + box.right) / 2, (box.bottom + box.top) / 2), label
        )
        for (name, _, _), (x, y, radius), box, label in zip(placed, spots, found, short, strict=True)
    ]
    km = round_below((seen.right - seen.left) * KM * 0.25)
    return Ground(
        WIDTH,
        height,
        tuple(outline(ring, at) for area in boundaries.areas for ring in area.rings if near(ring, seen)),
        tuple(sorted(signs, key=lambda sign: -sign.radius)),
        km / KM * scale,
        km,
        boundaries.credit,
        tuple(name for name, unit in plan.units.items() if not unit.location),
        shades(20),
    )


def near(ring: Ring, seen: Sight) -> bool:
    """Whether a ring's extent meets the picture."""
    xs, ys = zip(*(seen.point(*point) for point in ring), strict=True)
    return min(xs) < seen.right and max(xs) > seen.left and min(ys) < seen.top and max(ys) > seen.bottom


def outline(ring: Ring, at: Callable[[float, float], tuple[float, float]]) -> str:
    """A ring as the path of an SVG."""
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in (at(*point) for point in ring)) + "Z"
