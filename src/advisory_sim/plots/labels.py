"""Where labels of signs may stand without covering one another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

AROUND = ((1, 0), (-1, 0), (0, 1), (0, -1), (0.7, 0.7), (-0.7, 0.7), (0.7, -0.7), (-0.7, -0.7))
GAPS = (2.0, 9.0, 20.0, 34.0)  # points between a sign and its label


class Box(NamedTuple):
    """A rectangle, in points."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: Box) -> bool:
        """Whether two rectangles share an area."""
        across = self.left < other.right and other.left < self.right
        return across and self.bottom < other.top and other.bottom < self.top

    def within(self, other: Box) -> bool:
        """Whether it lies in another one."""
        across = other.left <= self.left and self.right <= other.right
        return across and other.bottom <= self.bottom and self.top <= other.top


def around(x: float, y: float, width: float, height: float) -> Box:
    """A rectangle about its middle."""
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def places(
    signs: Sequence[tuple[float, float, float]],
    sizes: Sequence[tuple[float, float]],
    frame: Box,
    taken: Iterable[Box] = (),
) -> list[Box | None]:
    """A place for each sign's label: the nearest that is free, sign by sign.

    Parameters
    ----------
    signs
        x, y and radius of each, in points; no label covers one.
    sizes
        Width and height of each label, in points.
    frame
        Where labels may stand.
    taken
        What they may not cover besides.

    Returns
    -------
    list
        One place a label, None where there is no room for it.
    """
    covered = [*taken, *(around(x, y, 2 * radius, 2 * radius) for x, y, radius in signs)]
    found: list[Box | None] = []
    for (x, y, radius), (width, height) in zip(signs, sizes, strict=True):
        candidates = (
            around(x + to_x * (radius + gap + width / 2), y + to_y * (radius + gap + height / 2), width, height)
            for gap in GAPS
            for to_x, to_y in AROUND
        )
        place = next((box for box in candidates if box.within(frame) and not any(map(box.meets, covered))), None)
        if place is not None:
            covered.append(place)
        found.append(place)
    return found
