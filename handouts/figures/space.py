"""Angles in degrees into rotations of space: the small vector algebra of the skeleton.

World axes: x to the right of the picture, y up, z towards the viewer. A frame is a rotation
whose columns are the axes of a body segment: forward, headward, and the person's right.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
"""A vector, a rotation, or rows of points."""


def vec(*numbers: float) -> Array:
    """Return numbers as a vector."""
    return np.array(numbers, dtype=np.float64)


def rows(values: Any) -> Array:
    """Return nested numbers or vectors as one array of rows."""
    return np.asarray(values, dtype=np.float64)


def rot_x(degrees: float) -> Array:
    """Rotation about x (side bending, abduction)."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return rows([[1, 0, 0], [0, c, -s], [0, s, c]])


def rot_y(degrees: float) -> Array:
    """Rotation about y (turning about the long axis)."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return rows([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def rot_z(degrees: float) -> Array:
    """Rotation about z (flexion)."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return rows([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def length(vector: Array) -> float:
    """Euclidean length."""
    return math.sqrt(float(vector @ vector))


def path_length(path: Array) -> float:
    """Length of the way through rows of places."""
    return float(np.sqrt((np.diff(path, axis=0) ** 2).sum(1)).sum())


def unit(vector: Array) -> Array:
    """Return the direction of a vector; the zero vector stays zero."""
    size = length(vector)
    return vector / size if size > 1e-9 else vector * 0


def about(axis: Array, degrees: float) -> Array:
    """Rotation about any axis (Rodrigues' formula)."""
    x, y, z = unit(axis)
    cross = rows([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    turn = math.radians(degrees)
    turned: Array = np.eye(3) + math.sin(turn) * cross + (1 - math.cos(turn)) * (cross @ cross)
    return turned


def frame(headward: Array, forward: Array) -> Array:
    """Return the frame with this headward axis and a forward axis as near as can be."""
    y = unit(headward)
    x = unit(forward - y * float(forward @ y))
    return np.stack([x, y, np.cross(x, y)], 1)


def level_heading(vector: Array, fallback: tuple[float, float, float] = (1, 0, 0)) -> Array:
    """Return the horizontal direction of a vector; ``fallback`` for an upright one."""
    flat = vec(vector[0], 0, vector[2])
    return unit(flat) if length(flat) > 0.03 else vec(*fallback)


def angle_between(one: Array, other: Array) -> float:
    """Angle between two vectors in degrees."""
    return degrees_of(float(unit(one) @ unit(other)))


def degrees_of(cosine: float) -> float:
    """Angle of a cosine in degrees; rounding may have taken it a little beyond 1."""
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
