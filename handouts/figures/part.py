"""Turn ellipsoids and boxes into parts: painted pieces with a depth towards the viewer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import product
from typing import Final

import numpy as np
from msgspec import Struct
from shapely.geometry import LineString

from handouts.figures.geometry import (
    Array,
    Camera,
    Ellipsoid,
    Links,
    Shape,
    chain,
    chain_links,
    grown,
    hull,
    monotone,
    rows,
    union,
    vec,
)
from handouts.figures.skeleton import BONES, Offset, Skeleton

OUTER: Final = 0.72
INNER: Final = 0.46
PROP: Final = 0.5
THIN: Final = 0.34
"""Line weights in units: round the body, within it, round a prop, and for details."""


class Seam(Struct, frozen=True):
    """A disc round a joint, as seen, where a part joins another without a line."""

    other: str
    centre: Array
    radius: float


class Mark(Struct, frozen=True):
    """A shape painted on a part: filled, or drawn as lines of a width, or both, by roles."""

    shape: Shape
    fill: str | None = None
    line: str | None = None
    width: float = THIN
    shortest: float = 0.5


class Part:
    """A flat piece with an outline, ``depth`` towards the viewer; `Chain` and `Box` have volume.

    ``over`` and ``under`` name parts that it must cover or be covered by. ``mild_over`` names parts
    that it covers unless a measured depth says otherwise. ``group`` is the limb that is shaded as
    one. ``far`` is True if it is on the body's far side.
    """

    def __init__(
        self,
        name: str,
        material: str,
        outline: Shape,
        *,
        group: str = "prop",
        far: bool = False,
        depth: float = 0.0,
    ) -> None:
        self.name, self.material, self.outline = name, material, outline
        self.group, self.far, self.depth = group, far, depth
        self.over: set[str] = set()
        self.under: set[str] = set()
        self.mild_over: set[str] = set()
        self.seams: list[Seam] = []
        self.marks: list[Mark] = []

    def front(self, points: Array) -> Array:
        """Return the distance towards the viewer of its surface at points; nan outside it."""
        return np.full(len(points), self.depth)

    def shadow(self, flatten: Array) -> Shape | None:
        """Return its outline flattened onto the floor; None if it casts no shadow."""
        del flatten
        return None


_QUARTERS = (0, 0.25, 0.5, 0.75, 1.0)
_SHADOW = 0.8
"""Part of the body's covariance in its shadow's: the light comes from all over the ceiling."""


class Chain(Part):
    """A part made of linked ellipsoids."""

    def __init__(
        self,
        name: str,
        material: str,
        ellipsoids: Sequence[Ellipsoid],
        links: Links | None = None,
        closing: float = 0.0,
        *,
        group: str = "prop",
        far: bool = False,
    ) -> None:
        self.ellipsoids = list(ellipsoids)
        self.links = links or chain_links(len(self.ellipsoids))
        outline = chain(self.ellipsoids, self.links, closing)
        depth = float(np.mean([ellipsoid.centre[2] for ellipsoid in self.ellipsoids]))
        super().__init__(name, material, outline, group=group, far=far, depth=depth)

    @cached_property
    def _dense(self) -> tuple[Array, Array]:
        centres, spreads = [], []
        for link in self.links:
            one, other = self.ellipsoids[link[0]], self.ellipsoids[link[-1]]
            for part in _QUARTERS if one is not other else (0,):
                centres.append(one.centre + (other.centre - one.centre) * part)
                spreads.append(one.spread + (other.spread - one.spread) * part)
        return rows(centres), rows(spreads)

    def front(self, points: Array) -> Array:
        """Return the depth of the ellipsoids' surface, sampled densely along the links."""
        centres, spreads = self._dense
        a, b, d = spreads[:, 0, 0], spreads[:, 0, 1], spreads[:, 1, 1]
        determinant = np.maximum(a * d - b * b, 1e-9)
        ia, ib, id_ = d / determinant, -b / determinant, a / determinant
        zx, zy, zz = spreads[:, 2, 0], spreads[:, 2, 1], spreads[:, 2, 2]
        dx = points[:, None, 0] - centres[None, :, 0]
        dy = points[:, None, 1] - centres[None, :, 1]
        inside = ia * dx * dx + 2 * ib * dx * dy + id_ * dy * dy
        slope_x, slope_y = zx * ia + zy * ib, zx * ib + zy * id_
        thick = np.maximum(zz - (zx * slope_x + zy * slope_y), 0)
        height = np.where(inside <= 1.02, np.maximum(1 - inside, 0), -1.0)
        surface = centres[:, 2] + slope_x * dx + slope_y * dy + np.sqrt(np.abs(height) * thick)
        nearest = np.where(height >= 0, surface, -np.inf).max(axis=1)
        result: Array = np.where(np.isfinite(nearest), nearest, np.nan)
        return result

    def shadow(self, flatten: Array) -> Shape | None:
        """Return its outline flattened onto the floor."""
        flat = [
            Ellipsoid(
                flatten @ ellipsoid.centre,
                flatten @ ellipsoid.spread @ flatten.T * _SHADOW + np.eye(3) * 1e-4,
            )
            for ellipsoid in self.ellipsoids
        ]
        return chain(flat, self.links)


_CORNERS: Final = rows(list(product((-1, 1), repeat=3)))


class Box(Part):
    """A box, turned or not; its top, front and ends have their own tones."""

    def __init__(
        self,
        name: str,
        camera: Camera,
        centre: Array,
        size: tuple[float, float, float],
        *,
        turn: Array | None = None,
        material: str = "prop",
        rounding: float = 0.8,
    ) -> None:
        axes = np.eye(3) if turn is None else turn
        self.half = rows(size) / 2
        self.seen_axes: Array = camera.turn @ axes
        self.seen_centre = camera.see(centre)
        self.corners: Array = self.seen_centre + (_CORNERS * self.half) @ self.seen_axes.T
        outline = hull(self.corners[:, :2])
        smaller = grown(outline, -rounding)
        rounded = outline if smaller.is_empty else grown(smaller, rounding)
        super().__init__(name, material, rounded, depth=float(self.seen_centre[2]))
        self.top: Shape = LineString()
        self._paint(axes, rounding)

    def _paint(self, axes: Array, rounding: float) -> None:
        edges = []
        for axis, sign in product(range(3), (-1, 1)):
            if float(self.seen_axes[2, axis] * sign) <= 1e-3:
                continue
            face = hull(self.corners[_CORNERS[:, axis] == sign][:, :2])
            edges.append(face.boundary)
            upward, sideways = axes[1, axis] * sign, abs(axes[0, axis])
            tone = "-top" if upward > 0.5 else "-side" if sideways > 0.5 else ""
            if upward > 0.5:
                self.top = face
            if tone:
                self.marks.append(Mark(face.intersection(self.outline), fill=self.material + tone))
        rim = grown(self.outline.boundary, rounding * 0.8 + 0.05)
        self.marks.append(Mark(union(edges).difference(rim), line="line"))

    def front(self, points: Array) -> Array:
        """Return the depth at which lines of sight enter the box (slab method)."""
        origin = np.concatenate([points - self.seen_centre[:2], np.zeros((len(points), 1))], 1)
        local = origin @ self.seen_axes
        sight = self.seen_axes[2, :]
        enter = np.full(len(points), -1e9)
        leave = np.full(len(points), 1e9)
        for axis in range(3):
            if abs(sight[axis]) < 1e-9:
                leave = np.where(np.abs(local[:, axis]) > self.half[axis], -1e9, leave)
                continue
            one = (-self.half[axis] - local[:, axis]) / sight[axis]
            other = (self.half[axis] - local[:, axis]) / sight[axis]
            enter = np.maximum(enter, np.minimum(one, other))
            leave = np.minimum(leave, np.maximum(one, other))
        result: Array = np.where(leave >= enter, self.seen_centre[2] + leave, np.nan)
        return result

    def shadow(self, flatten: Array) -> Shape | None:
        """Return the hull of its corners on the floor."""
        return hull((self.corners @ flatten.T)[:, :2])


Radii = float | Offset

# Fraction of the segment's length, how far forward the middle is, radius.
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
    """Return how far forward, and how thick, a limb is at fractions of its length."""
    at, forward, radius = PROFILES[limb]
    return monotone(at, forward, parts), monotone(at, radius, parts)


class View:
    """A skeleton as a camera sees it."""

    def __init__(self, skeleton: Skeleton, camera: Camera) -> None:
        self.skeleton, self.camera = skeleton, camera

    def point(self, segment: str, offset: Offset | Array = (0, 0, 0)) -> Array:
        """Return a place of a segment as seen."""
        return self.camera.see(self.skeleton.point(segment, offset))

    def axis(self, segment: str, direction: Offset | Array) -> Array:
        """Return a direction of a segment as seen."""
        return self.camera.see(self.skeleton.frames[segment][0] @ vec(*direction))

    def ellipsoid(self, segment: str, offset: Offset | Array, radii: Radii) -> Ellipsoid:
        """Return an ellipsoid along a segment's axes, as seen."""
        turn = self.skeleton.frames[segment][0]
        return self.turned(turn, self.skeleton.point(segment, offset), radii)

    def turned(self, turn: Array, place: Array, radii: Radii) -> Ellipsoid:
        """Return an ellipsoid along any axes at a place of the world, as seen."""
        sizes = rows((radii,) * 3 if isinstance(radii, int | float) else radii)
        axes = self.camera.turn @ turn @ np.diag(sizes)
        return Ellipsoid(self.camera.see(place), axes @ axes.T)

    def limb(
        self,
        side: str,
        bone: str,
        span: tuple[float, float],
        *,
        wider: float = 0.0,
        cut_top: bool = False,
        cut_bottom: bool = False,
        count: int = 9,
    ) -> list[Ellipsoid]:
        """Return the ellipsoids of a piece of a limb; a cut end is a flat disc, as in a sleeve."""
        joint, length = BONES[bone]
        first, last = span
        parts = np.linspace(first, last, count)
        pieces = []
        forward, radius = profile(bone, parts)
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
            pieces.append(
                self.ellipsoid(f"{side}_{joint}", offset, (float(thick), tall, float(thick)))
            )
        return pieces
