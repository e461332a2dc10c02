"""What a map shows, in which projection, and where on it the name of a country may stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.path import Path

from advisory_sim.plots.labels import Box, around
from advisory_sim.scenario.boundaries import Area

KM = 6371.0 * math.pi / 180  # of a degree of latitude, on a sphere of the earth's mean radius
SHAPE = 1.45  # a panel's width by its height


@dataclass(frozen=True)
class Sight:
    """What a map shows: x is the longitude shrunk by the middle's cosine, y the latitude, both in degrees of latitude.

    The projection is equirectangular, true to scale along the middle's parallel and along meridians.
    """

    shrink: float
    left: float
    bottom: float
    right: float
    top: float

    def point(self, longitude: float, latitude: float) -> tuple[float, float]:
        """A place on the map."""
        return longitude * self.shrink, latitude

    def within(self, shape: float) -> Sight:
        """The same with so much more about it that its width is this many times its height."""
        wide = max(self.right - self.left, shape * (self.top - self.bottom)) / 2
        x, y = (self.left + self.right) / 2, (self.bottom + self.top) / 2
        return Sight(self.shrink, x - wide, y - wide / shape, x + wide, y + wide / shape)


def sight(locations: Sequence[tuple[float, float]]) -> Sight:
    """The extent of some places (latitude, longitude) with a margin, in the shape of a panel; at least 30 km across."""
    latitudes, longitudes = zip(*locations, strict=True)
    shrink = math.cos(math.radians((min(latitudes) + max(latitudes)) / 2))
    width, height = shrink * (max(longitudes) - min(longitudes)), max(latitudes) - min(latitudes)
    height = 1.5 * max(height, width / SHAPE, 30 / SHAPE / KM)
    x, y = shrink * (max(longitudes) + min(longitudes)) / 2, (max(latitudes) + min(latitudes)) / 2
    return Sight(shrink, x - SHAPE * height / 2, y - height / 2, x + SHAPE * height / 2, y + height / 2)


def round_below(value: float) -> float:
    """The largest of 1, 2, 5, 10, .. that is not above a value."""
    ten = 10.0 ** math.floor(math.log10(value))
    return next(ten * step for step in (5, 2, 1, 0.5) if ten * step <= value)  # the logarithm may round up


def area_spot(area: Area, seen: Sight, size: tuple[float, float], frame: Box, taken: Sequence[Box]) -> Box | None:
    """Where an area's name may stand: within its outline in the picture, as far from its edges as can be."""
    steps = np.linspace(0.06, 0.94, 23)
    grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    scale = (frame.right - frame.left, frame.top - frame.bottom)
    width, height = size[0] / 2 / scale[0], size[1] / 2 / scale[1]
    corner, extent = (seen.left, seen.bottom), (seen.right - seen.left, seen.top - seen.bottom)
    rings = [(np.array(ring) * (seen.shrink, 1) - corner) / extent for ring in area.rings]

    def inside(points: np.ndarray) -> np.ndarray:
        return np.sum([Path(ring).contains_points(points) for ring in rings], axis=0) % 2 == 1

    good = np.all([inside(grid + np.array((dx, dy))) for dx in (-width, 0, width) for dy in (-height, height)], axis=0)
    best, spot = -1.0, None
    for x, y in grid[good]:
        box = around(frame.left + x * scale[0], frame.bottom + y * scale[1], *size)
        if not box.within(frame) or any(map(box.meets, taken)):
            continue
        gaps = [max(b.left - box.right, box.left - b.right, b.bottom - box.top, box.bottom - b.top) for b in taken]
        if min(gaps, default=0) > best:
            best, spot = min(gaps, default=0), box
    return spot
