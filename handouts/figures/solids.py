"""Turn boxes, balls and straps into parts that can be painted in depth order with the body."""

from __future__ import annotations

import math
from itertools import product
from typing import Final

import numpy as np
from shapely.geometry import LineString

from handouts.figures.geometry import (
    Array,
    Camera,
    Ellipsoid,
    Shape,
    ball,
    disc,
    grown,
    hull,
    rot_z,
    rows,
    union,
)
from handouts.figures.part import Mark, Part

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
        super().__init__(name, material, outline if smaller.is_empty else grown(smaller, rounding))
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

    @property
    def depth(self) -> float:
        """Distance of its middle towards the viewer."""
        return float(self.seen_centre[2])

    def front(self, points: Array) -> Array:
        """Return where lines of sight enter the box (slab method)."""
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
        """Return its corners' hull on the floor."""
        return hull((self.corners @ flatten.T)[:, :2])


class Ball(Part):
    """A ball, with rings if it is a large one."""

    def __init__(
        self, name: str, camera: Camera, centre: Array, radius: float, *, rings: bool
    ) -> None:
        self.seen_centre, self.radius = camera.see(centre), radius
        super().__init__(name, "ball", hull(ball(self.seen_centre, radius).silhouette()))
        light = self.seen_centre[:2] + rows([-radius * 0.16, radius * 0.18])
        self.marks.append(
            Mark(self.outline.difference(disc(light, radius * 1.02)), fill="ball-shade")
        )
        if rings:
            self.marks += [
                Mark(LineString(run), line="ball-line")
                for part in (-0.45, 0.0, 0.45)
                for run in self._ring(camera, part)
            ]

    def _ring(self, camera: Camera, part: float) -> list[Array]:
        """Return the visible runs of a circle round the ball."""
        radius = math.sqrt(1 - part * part) * self.radius
        angle = np.linspace(0, 2 * math.pi, 60)
        ring = (
            np.stack(
                [radius * np.cos(angle), np.full(60, part * self.radius), radius * np.sin(angle)], 1
            )
            @ (camera.turn @ rot_z(18)).T
        )
        front = ring[:, 2] > 0
        start = int(np.argmin(front)) if not front.all() else 0
        order = np.roll(np.arange(60), -start)
        runs: list[list[Array]] = [[]]
        for index in order:
            if front[index]:
                runs[-1].append(ring[index, :2] + self.seen_centre[:2])
            elif runs[-1]:
                runs.append([])
        return [rows(run) for run in runs if len(run) > 2]

    @property
    def depth(self) -> float:
        """Distance of its middle towards the viewer."""
        return float(self.seen_centre[2])

    def front(self, points: Array) -> Array:
        """Return the depth of the sphere."""
        height = self.radius**2 - ((points - self.seen_centre[:2]) ** 2).sum(1)
        result: Array = np.where(
            height >= 0, self.seen_centre[2] + np.sqrt(np.maximum(height, 0)), np.nan
        )
        return result

    def shadow(self, flatten: Array) -> Shape | None:
        """Return a shadow somewhat smaller than the ball."""
        spread = flatten @ (np.eye(3) * (self.radius * 0.75) ** 2) @ flatten.T + np.eye(3) * 1e-4
        return hull(Ellipsoid(flatten @ self.seen_centre, spread).silhouette())


class Strip(Part):
    """A flat strap at one depth."""

    def __init__(self, name: str, outline: Shape, depth: float, material: str = "band") -> None:
        super().__init__(name, material, outline)
        self._depth = depth

    @property
    def depth(self) -> float:
        """Its distance towards the viewer."""
        return self._depth

    def front(self, points: Array) -> Array:
        """Return the same depth everywhere."""
        return np.full(len(points), self._depth)
