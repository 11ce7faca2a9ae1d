"""A skeleton and a camera into ellipsoids: what the makers of body parts share."""

from __future__ import annotations

from typing import Final

import numpy as np

from handouts.figures.outline import Camera, Ellipsoid, monotone
from handouts.figures.skeleton import Skeleton
from handouts.figures.space import Array, rows, vec

Offset = tuple[float, float, float]
Radii = float | Offset

# Part of the segment's length, how far forward the middle lies, radius.
PROFILES: Final[dict[str, tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]]] = {
    "thigh": (
        (0, 0.12, 0.35, 0.6, 0.85, 1),
        (-0.2, 0.1, 0.5, 0.5, 0.25, 0.2),
        (4.7, 6.1, 6.0, 5.2, 4.3, 4.0),
    ),
    "shank": (
        (0, 0.1, 0.28, 0.5, 0.75, 0.92, 1),
        (0.2, 0.1, -0.75, -0.6, -0.1, 0.1, 0),
        (4.0, 3.85, 4.1, 3.5, 2.6, 2.3, 2.35),
    ),
    "upper_arm": ((0, 0.2, 0.5, 0.8, 1), (0, 0.05, 0.15, 0.05, 0), (3.5, 3.75, 3.3, 2.9, 2.7)),
    "forearm": ((0, 0.2, 0.5, 0.8, 1), (0, 0.15, 0.1, 0, 0), (2.7, 2.85, 2.5, 1.95, 1.8)),
}


def profile(limb: str, parts: Array) -> tuple[Array, Array]:
    """Return how far forward, and how thick, a limb is at parts of its length."""
    at, forward, radius = PROFILES[limb]
    return monotone(at, forward, parts), monotone(at, radius, parts)


class View:
    """A skeleton as a camera sees it."""

    def __init__(self, skeleton: Skeleton, camera: Camera) -> None:
        self.skeleton, self.camera = skeleton, camera

    def point(self, segment: str, offset: Offset = (0, 0, 0)) -> Array:
        """Return a place of a segment as seen."""
        return self.camera.see(self.skeleton.point(segment, offset))

    def axis(self, segment: str, direction: Offset) -> Array:
        """Return a direction of a segment as seen."""
        return self.camera.see(self.skeleton.frames[segment][0] @ vec(*direction))

    def ellipsoid(self, segment: str, offset: Offset, radii: Radii) -> Ellipsoid:
        """Return an ellipsoid along a segment's axes, as seen."""
        turn = self.skeleton.frames[segment][0]
        return self.turned(turn, self.skeleton.point(segment, offset), radii)

    def turned(self, turn: Array, place: Array, radii: Radii) -> Ellipsoid:
        """Return an ellipsoid along any axes at a place of the world, as seen."""
        sizes = rows((radii,) * 3 if isinstance(radii, int | float) else radii)
        axes = self.camera.turn @ turn @ np.diag(sizes)
        return Ellipsoid(self.camera.see(place), axes @ axes.T)

    def limb(  # noqa: PLR0913 - a limb's piece has two ends, each cut or round
        self,
        segment: str,
        limb: str,
        length: float,
        span: tuple[float, float],
        *,
        wider: float = 0.0,
        cut_top: bool = False,
        cut_bottom: bool = False,
        count: int = 9,
    ) -> list[Ellipsoid]:
        """Return the ellipsoids of a piece of a limb; a cut end is a flat disc, as of a sleeve."""
        first, last = span
        parts = np.linspace(first, last, count)
        pieces = []
        forward, radius = profile(limb, parts)
        for index, (part, ahead, thick) in enumerate(
            zip(parts, forward, radius + wider, strict=True)
        ):
            room = float(thick)
            if cut_bottom:
                room = min(room, (last - part) * length)
            if cut_top:
                room = min(room, (part - first) * length)
            flat = (index == 0 and cut_top) or (index == count - 1 and cut_bottom)
            tall = 0.05 if flat else max(room, 0.05)
            offset = (float(ahead), float(-part * length), 0.0)
            pieces.append(self.ellipsoid(segment, offset, (float(thick), tall, float(thick))))
        return pieces
