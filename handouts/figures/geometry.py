"""Turn vectors, rotations and ellipsoids in space into outlines on the picture.

World axes: x to the right of the picture, y up, z towards the viewer. Coordinates as a camera sees
them have the same axes. A frame is a rotation whose columns are the axes of a body segment:
forward, headward, and the person's right. Angles are in degrees.

Under parallel projection the silhouette of an ellipsoid with covariance Q = A Aᵀ is exactly the
ellipse of the upper left 2 by 2 of Q. The outline of a chain of ellipsoids is the union of the
convex hulls of neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Final, TypeAlias

import numpy as np
import shapely
from msgspec import Struct
from numpy.typing import NDArray
from shapely.affinity import translate
from shapely.geometry import LineString, Polygon
from shapely.ops import linemerge, unary_union

Array = NDArray[np.float64]
"""A vector, a rotation, or rows of points."""


def vec(*numbers: float) -> Array:
    """Return numbers as a vector."""
    return np.array(numbers, dtype=np.float64)


def rows(values: Any) -> Array:
    """Return nested numbers or vectors as one array of rows."""
    return np.asarray(values, dtype=np.float64)


def rot_x(degrees: float) -> Array:
    """Return the rotation about x (side bending, abduction)."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return rows([[1, 0, 0], [0, c, -s], [0, s, c]])


def rot_y(degrees: float) -> Array:
    """Return the rotation about y (turning about the long axis)."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return rows([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def rot_z(degrees: float) -> Array:
    """Return the rotation about z (flexion)."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return rows([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def length(vector: Array) -> float:
    """Return the Euclidean length."""
    return math.sqrt(float(vector @ vector))


def path_length(path: Array) -> float:
    """Return the length of a path through rows of places."""
    return float(np.sqrt((np.diff(path, axis=0) ** 2).sum(1)).sum())


def unit(vector: Array) -> Array:
    """Return the direction of a vector; the zero vector stays zero."""
    size = length(vector)
    return vector / size if size > 1e-9 else vector * 0


def about(axis: Array, degrees: float) -> Array:
    """Return the rotation about any axis (Rodrigues' formula)."""
    x, y, z = unit(axis)
    cross = rows([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    turn = math.radians(degrees)
    turned: Array = np.eye(3) + math.sin(turn) * cross + (1 - math.cos(turn)) * (cross @ cross)
    return turned


def frame(headward: Array, forward: Array) -> Array:
    """Return the frame with this headward axis and the nearest possible forward axis."""
    y = unit(headward)
    x = unit(forward - y * float(forward @ y))
    return np.stack([x, y, np.cross(x, y)], 1)


def level_heading(vector: Array) -> Array:
    """Return the horizontal direction of a vector; if it is upright, the picture's right."""
    flat = vec(vector[0], 0, vector[2])
    return unit(flat) if length(flat) > 0.03 else vec(1, 0, 0)


def angle_between(one: Array, other: Array) -> float:
    """Return the angle between two vectors in degrees."""
    return degrees_of(float(unit(one) @ unit(other)))


def degrees_of(cosine: float) -> float:
    """Return the angle of a cosine in degrees, although rounding may have taken it beyond 1."""
    return math.degrees(math.acos(max(-1.0, min(1.0, cosine))))


def turned_part(start: Array, end: Array, part: float) -> Array:
    """Return the rotation ``part`` (0 to 1) of the shortest way from one to another."""
    difference = start.T @ end
    angle = degrees_of((float(np.trace(difference)) - 1) / 2)
    if angle < 1e-4:
        return start
    axis = vec(
        difference[2, 1] - difference[1, 2],
        difference[0, 2] - difference[2, 0],
        difference[1, 0] - difference[0, 1],
    )
    if length(axis) < 1e-4:
        axis = vec(0, 0, 1)
    result: Array = start @ about(axis, angle * part)
    return result


Shape: TypeAlias = Any
"""A polygon, lines, or several of them, on the picture plane (shapely publishes no types)."""

NO_SHAPE: Final[Shape] = Polygon()

_ANGLES = np.linspace(0, 2 * math.pi, 40, endpoint=False)
_CIRCLE = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)])


class Camera:
    """A parallel projection: ``yaw`` turns the viewer to the right, ``pitch`` lifts the viewer."""

    def __init__(self, yaw: float, pitch: float) -> None:
        self.turn: Array = rot_x(pitch) @ rot_y(-yaw)

    def see(self, places: Array) -> Array:
        """Return a place, or rows of places, of the world as seen."""
        seen: Array = places @ self.turn.T
        return seen

    def flat(self, place: Array) -> Array:
        """Return the position on the picture of a place of the world."""
        return self.see(place)[..., :2]


class Ellipsoid(Struct, frozen=True):
    """An ellipsoid as seen: centre and covariance."""

    centre: Array
    spread: Array

    def silhouette(self) -> Array:
        """Return 40 points of its outline."""
        a, b, d = self.spread[0, 0], self.spread[0, 1], self.spread[1, 1]
        l11 = math.sqrt(max(a, 1e-9))
        l21 = b / l11
        l22 = math.sqrt(max(d - l21 * l21, 1e-9))
        x = self.centre[0] + l11 * _CIRCLE[0]
        y = self.centre[1] + l21 * _CIRCLE[0] + l22 * _CIRCLE[1]
        return np.stack([x, y], 1)


def ball(centre: Array, radius: float) -> Ellipsoid:
    """Return a sphere whose centre is given as seen."""
    return Ellipsoid(centre, np.eye(3) * radius**2)


def hull(points: Array) -> Shape:
    """Return the convex hull of rows of points."""
    shape: Shape = shapely.convex_hull(shapely.multipoints(points))
    return shape


Links = Sequence[tuple[int, ...]]


def chain_links(count: int) -> Links:
    """Return links from each to the next."""
    return [(index, index + 1) for index in range(count - 1)] or [(0, 0)]


def chain(ellipsoids: Sequence[Ellipsoid], links: Links, closing: float = 0.0) -> Shape:
    """Return the union of linked ellipsoids' hulls, with creases below ``closing`` rounded."""
    edges = [ellipsoid.silhouette() for ellipsoid in ellipsoids]
    shape = union(hull(np.concatenate([edges[index] for index in link])) for link in links)
    return largest(closed(shape, closing) if closing else shape)


def closed(shape: Shape, radius: float) -> Shape:
    """Grow and shrink a shape, which fills creases."""
    return grown(grown(shape, radius), -radius)


def grown(shape: Shape, by: float) -> Shape:
    """Return a shape grown (or shrunk, below 0) on all sides."""
    result: Shape = shape.buffer(by, quad_segs=8)
    return result


def union(shapes: Iterable[Shape]) -> Shape:
    """Return the union of shapes."""
    result: Shape = unary_union(list(shapes))
    return result


def moved(shape: Shape, x: float, y: float) -> Shape:
    """Return a shape moved; if rounding makes a sliver cross itself, the shape is repaired."""
    result: Shape = translate(shape, x, y)
    return result if result.is_valid else shapely.make_valid(result)


def largest(shape: Shape) -> Shape:
    """Return the largest polygon of a shape; an empty one if it has none."""
    return max(polygons(shape), key=lambda polygon: float(polygon.area), default=NO_SHAPE)


def polygons(shape: Shape, least: float = 0.0) -> list[Any]:
    """Return the polygons of a shape that are larger than ``least`` square units."""
    parts = getattr(shape, "geoms", [shape])
    return [part for part in parts if part.geom_type == "Polygon" and part.area > least]


def lines(shape: Shape, shortest: float) -> Iterator[LineString]:
    """Yield the lines of a shape, joined at their ends, that are at least this long."""
    if shape.is_empty:
        return
    parts = [
        part
        for part in getattr(shape, "geoms", [shape])
        if part.geom_type in ("LineString", "LinearRing")
    ]
    merged = linemerge(parts) if len(parts) > 1 else (parts[0] if parts else LineString())
    for part in getattr(merged, "geoms", [merged]):
        if part.length >= shortest:
            yield part


def disc(centre: Array, radius: float) -> Shape:
    """Return a circle on the picture."""
    circle: Shape = shapely.Point(float(centre[0]), float(centre[1])).buffer(radius, quad_segs=10)
    return circle


def curve(points: Array) -> LineString:
    """Return the parabola through three points on the picture."""
    first, middle, last = points
    control = 2 * middle - (first + last) / 2
    part = np.linspace(0, 1, 9)[:, None]
    return LineString((1 - part) ** 2 * first + 2 * part * (1 - part) * control + part**2 * last)


def smooth(points: Array) -> Array:
    """Return a curve through points (Catmull-Rom)."""
    if len(points) == 2:
        return points
    ends = [2 * points[0] - points[1], *points, 2 * points[-1] - points[-2]]
    curve = []
    for index in range(1, len(ends) - 2):
        before, one, other, after = ends[index - 1 : index + 3]
        t = np.linspace(0, 1, 40 // (len(points) - 1), endpoint=False)[:, None]
        bow = 2 * before - 5 * one + 4 * other - after
        twist = 3 * one - 3 * other + after - before
        curve.extend((2 * one + (other - before) * t + bow * t**2 + twist * t**3) / 2)
    return rows([*curve, points[-1]])


def stepped(places: Sequence[Array], step: float = 1.0) -> list[Array]:
    """Return places on the way through others, each at most about a ``step`` from the next."""
    out = [places[0]]
    for one, other in pairwise(places):
        count = max(1, math.ceil(length(other - one) / step))
        out += [one + (other - one) * part / count for part in range(1, count + 1)]
    return out


def monotone(at: Sequence[float], values: Sequence[float], wanted: Array) -> Array:
    """Interpolate without overshoot (Fritsch-Carlson cubic, harmonic mean slopes)."""
    x, y = rows(at), rows(values)
    width = np.diff(x)
    slope = np.diff(y) / width
    tangent = np.zeros(len(x))
    for index in range(1, len(x) - 1):
        before, after = slope[index - 1], slope[index]
        if before * after > 0:
            tangent[index] = 2 * before * after / (before + after)
    tangent[0], tangent[-1] = slope[0], slope[-1]
    k = np.clip(np.searchsorted(x, wanted, "right") - 1, 0, len(width) - 1)
    u = (wanted - x[k]) / width[k]
    result: Array = (
        (1 + 2 * u) * (1 - u) ** 2 * y[k]
        + u * (1 - u) ** 2 * width[k] * tangent[k]
        + u * u * (3 - 2 * u) * y[k + 1]
        + u * u * (u - 1) * width[k] * tangent[k + 1]
    )
    return result
