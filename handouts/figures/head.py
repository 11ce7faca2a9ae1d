"""Turn a head into parts with hair and face; these and age are layers that a palette shows.

Hair is the cap that a plane cuts from an ellipsoid. It is exact from every side: if the cap faces
the viewer it is the hull of the cap, else the silhouette without the hull of the rest.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from shapely.geometry import LineString

from handouts.figures.geometry import (
    Array,
    Ellipsoid,
    Shape,
    chain,
    chain_links,
    closed,
    curve,
    grown,
    hull,
    largest,
    rot_z,
    rows,
    union,
    unit,
    vec,
)
from handouts.figures.part import INNER, Chain, Mark, Seam, View
from handouts.figures.skeleton import SIGN, Offset

SMILE: Final = 0.35
"""The least distance of the middle of the mouth below its ends, in units."""
_HAIR_CENTRE: Final = (-0.6, 8.15, 0.0)
_HAIR_SIZE: Final = (7.3, 7.2, 6.2)
_CAPS: Final[tuple[tuple[Offset, float], ...]] = (
    ((-0.40, 0.90, 0.16), 0.0),
    ((-1, 0.10, 0), 1.2),
    ((-0.55, 0.12, 0.83), 4.35),
    ((-0.55, 0.12, -0.83), 4.35),
)
"""Planes that cut the hair: top with the parting, back, and both sides: normal, distance."""


def neck(view: View, shirt: Chain) -> Chain:
    """Return the neck, above or below the shirt's collar as the viewer sees it."""
    turn = view.skeleton.frames["s3"][0] @ rot_z(-18)
    collar = view.turned(turn, view.skeleton.point("s3", (0.3, 8.0, 0)), (4.0, 0.05, 4.5))
    part = Chain(
        "neck",
        "skin",
        [
            collar,
            view.ellipsoid("neck", (0, 1.5, 0), 3.3),
            view.ellipsoid("neck", (0.2, 4, 0), 3.1),
            view.ellipsoid("head", (-0.5, 2.2, 0), 3.4),
        ],
        closing=0.5,
        group="neck",
    )
    if float((view.camera.turn @ turn[:, 1])[2]) > 0.02:
        part.over.add(shirt.name)
    else:
        shirt.over.add(part.name)
    return part


def head(view: View) -> Chain:
    """Return the head with hair and face."""
    skull = [
        view.ellipsoid("head", (-0.4, 7.4, 0), (6.8, 6.5, 5.7)),
        view.ellipsoid("head", (1.9, 4.6, 0), (4.9, 4.4, 4.8)),
        view.ellipsoid("head", (2.9, 2.0, 0), (3.2, 2.6, 3.0)),
    ]
    part = Chain("head", "skin", skull, closing=1.2, group="head")
    part.over.add("neck")
    part.seams.append(Seam("neck", view.point("head", (-1.2, 1.0, 0)), 3.6))
    facing = float(view.axis("head", (1, 0, 0))[2])
    if facing > -0.35:
        nose = [
            view.ellipsoid("head", (5.6, 5.9, 0), (0.9, 1.3, 0.8)),
            view.ellipsoid("head", (6.75, 4.7, 0), (0.95, 0.85, 0.95)),
        ]
        joined = union([part.outline, chain(nose, chain_links(2))])
        part.outline = largest(grown(closed(grown(joined, 0.35), -0.35), -0.35))
    caps = union(_cap(view, unit(vec(*normal)), distance) for normal, distance in _CAPS)
    cropped = grown(closed(grown(caps, -0.3), 0.3), 0.3)
    hair = union([cropped, _fringe(view, hull(skull[0].silhouette()))])
    part.outline = largest(closed(union([part.outline, hair]), 0.3))
    inside = grown(part.outline, -0.25)
    part.marks.append(Mark(hair.intersection(part.outline), fill="hair"))
    part.marks.append(Mark(hair.boundary.intersection(inside), line="hair-line"))
    part.marks += _ears(view)
    part.marks += _face(view, facing)
    return part


def bun(view: View, skull: Chain) -> Chain:
    """Return a bun of hair, a layer that most palettes leave out."""
    piece = view.ellipsoid("head", (-7.6, 9.6, 0), (2.9, 2.9, 2.9))
    part = Chain("bun", "bun", [piece], group="bun")
    if float(view.axis("head", (1, 0, 0))[2]) > 0:
        skull.over.add(part.name)
    else:
        part.over.add(skull.name)
    return part


def _fringe(view: View, skull: Shape) -> Shape:
    """Return the hair over the forehead; seen from below, only the part beyond the skull."""
    fringe = hull(view.ellipsoid("head", (2.6, 12.6, 0), (3.6, 2.5, 4.2)).silhouette())
    if float(view.axis("head", (0, 1, 0))[2]) > -0.15:
        return fringe
    return fringe.difference(skull)


def _cap(view: View, normal: Array, distance: float) -> Shape:
    """Return the outline of the part of the hair's ellipsoid beyond a plane."""
    size = rows(_HAIR_SIZE)
    count = np.arange(420)
    down = np.arccos(1 - 2 * (count + 0.5) / 420)
    round_ = math.pi * (1 + 5**0.5) * count
    sphere = np.stack(
        [np.cos(round_) * np.sin(down), np.sin(round_) * np.sin(down), np.cos(down)], 1
    )
    surface = sphere * size
    height = surface @ normal
    ring = _ring(normal, distance, size)
    turn = view.skeleton.frames["head"][0]

    def seen(points: Array) -> Shape:
        world = (points + rows(_HAIR_CENTRE)) @ turn.T + view.skeleton.point("head")
        return hull(view.camera.flat(world))

    whole = hull(view.ellipsoid("head", _HAIR_CENTRE, _HAIR_SIZE).silhouette())
    if float((view.camera.turn @ turn @ normal)[2]) >= 0:
        beyond = seen(np.concatenate([surface[height >= distance], ring]))
    else:
        beyond = whole.difference(seen(np.concatenate([surface[height <= distance], ring])))
    return beyond.intersection(whole)


def _ring(normal: Array, distance: float, size: Array) -> Array:
    """Return the circle in which a plane cuts the ellipsoid (solved on the unit sphere)."""
    scaled = normal * size
    reach = math.sqrt(float(scaled @ scaled))
    along, off = scaled / reach, distance / reach
    one = unit(np.cross(along, vec(0.3, 0.5, 0.9)))
    other = np.cross(along, one)
    angle = np.linspace(0, 2 * math.pi, 48, endpoint=False)[:, None]
    circle = np.cos(angle) * one + np.sin(angle) * other
    ring: Array = (along * off + math.sqrt(1 - off * off) * circle) * size
    return ring


def _ears(view: View) -> list[Mark]:
    marks = []
    for sign in SIGN.values():
        if float(view.axis("head", (0, 0, sign))[2]) > 0.15:
            ear = hull(
                view.ellipsoid("head", (-1.0, 5.2, 5.0 * sign), (1.35, 1.9, 0.5)).silhouette()
            )
            marks += [Mark(ear, fill="skin"), Mark(ear.boundary, line="line")]
    return marks


def _face(view: View, facing: float) -> list[Mark]:
    marks = []
    for sign in SIGN.values():
        if float(view.axis("head", unit(vec(0.75, 0.05, 0.62 * sign)))[2]) > 0.12:
            marks.append(Mark(_eye(view, sign), fill="face"))
            marks += [Mark(line, line="age", shortest=0.2) for line in _age(view, sign)]
    if facing > -0.2:
        marks.append(Mark(_mouth(view, facing), line="face", width=INNER, shortest=0.2))
    if facing > 0.3:
        nose = _points(view, (6.6, 6.2, 0.6), (7.9, 4.6, 0.9), (7.0, 4.0, -0.1))
        marks.append(Mark(curve(nose), line="face", shortest=0.2))
    return marks


def _eye(view: View, sign: float) -> Shape:
    place = view.point("head", (5.7, 6.3, 2.35 * sign))
    axes = view.camera.turn @ view.skeleton.frames["head"][0] @ np.diag((0.01, 0.78, 0.6))
    return hull(Ellipsoid(place, axes @ axes.T + np.eye(3) * 0.04).silhouette())


def _mouth(view: View, facing: float) -> LineString:
    corners: tuple[Offset, Offset, Offset]
    if facing < 0.35:
        near = 1 if float(view.axis("head", (0, 0, 1))[2]) > 0 else -1
        corners = ((5.95, 2.15, 0), (5.3, 2.1, 0.9 * near), (4.6, 2.7, 1.9 * near))
    else:
        corners = ((5.2, 2.5, -1.7), (5.9, 1.95, 0), (5.2, 2.5, 1.7))
    left, middle, right = _points(view, *corners)
    # Seen from below the chin a smile would turn over, so its middle is kept below its ends.
    up = unit(view.axis("head", (0, 1, 0))[:2])
    drop = float((middle - (left + right) / 2) @ up)
    if drop > -SMILE:
        middle = middle - up * (drop + SMILE)
    return curve(rows([left, middle, right]))


def _age(view: View, sign: float) -> list[LineString]:
    """Return the lines of an older face: from nose to mouth, and beside the eye."""
    cheek = ((6.0, 4.2, 1.5 * sign), (5.5, 3.3, 2.3 * sign), (4.9, 2.2, 2.6 * sign))
    brow = ((5.9, 8.3, 1.2 * sign), (5.7, 8.6, 2.3 * sign), (5.0, 8.2, 3.4 * sign))
    return [curve(_points(view, *line)) for line in (cheek, brow)]


def _points(view: View, *offsets: Offset) -> Array:
    return rows([view.point("head", offset)[:2] for offset in offsets])
