"""The figure's measures and the ways it can lie, stand or kneel, in units of 1/100 body height.

Lengths follow the drawing's needs (1 : 7 heads, friendlier than the adult 1 : 7.5), beside those
of Drillis and Contini (1966) in D. A. Winter, Biomechanics and Motor Control of Human Movement
(4th ed., 2009), figure 4.1: thigh 24.5, shank 24.6, upper arm 18.6, forearm 14.6, ankle 3.9 high.
The thigh is theirs, shank and forearm are up to 5 % shorter, the upper arm 11 %; the ankle is
higher by a shoe's sole. The figure was read as reproduced in public code, not in the book.
"""

from __future__ import annotations

from typing import Final

from handouts.figures.space import Array, rows, vec

HIP_WIDTH: Final = 4.5
THIGH: Final = 24.5
SHANK: Final = 23.5
ANKLE_HEIGHT: Final = 4.6
SPINE: Final = (5.5, 6.0, 6.0, 6.2)
"""Pelvis to first spine joint, then from each to the next: two lumbar, two thoracic."""
NECK_BASE: Final = 8.6
NECK: Final = 4.7
SHOULDER_WIDTH: Final = 9.5
SHOULDER_UP: Final = 3.2
UPPER_ARM: Final = 16.6
FOREARM: Final = 14.2
BALL_OF_FOOT: Final = 6.4
"""Distance from the ankle forward to the joint where shoe and toes bend."""

SIDES: Final = ("right", "left")
SIGN: Final = {"right": 1.0, "left": -1.0}
"""Direction of a side along the body's z axis."""
OTHER: Final = {"right": "left", "left": "right"}


def _root(forward: tuple[int, int, int], headward: tuple[int, int, int]) -> Array:
    x, y = rows(forward), rows(headward)
    z = vec(x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0])
    return rows([x, y, z]).T


ROOTS: Final[dict[str, Array]] = {
    "standing": _root((1, 0, 0), (0, 1, 0)),
    "standing_front": _root((0, 0, 1), (0, 1, 0)),
    "standing_back": _root((0, 0, -1), (0, 1, 0)),
    "supine": _root((0, 1, 0), (-1, 0, 0)),
    "supine_feet": _root((0, 1, 0), (0, 0, -1)),
    "prone": _root((0, -1, 0), (1, 0, 0)),
    "side_lying": _root((0, 0, 1), (-1, 0, 0)),
    "side_lying_back": _root((0, 0, -1), (1, 0, 0)),
}
"""Pelvis frames by name. ``side_lying`` lies on its right side, left side up."""
