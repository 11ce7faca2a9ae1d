"""Turn mats, furniture, balls and cushions of a figure into parts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

import numpy as np
from shapely.affinity import translate
from shapely.geometry import LineString

from handouts.figures.contacts import POST, handle, posts
from handouts.figures.geometry import (
    Array,
    Camera,
    Ellipsoid,
    Shape,
    ball,
    disc,
    hull,
    length,
    rot_y,
    rot_z,
    rows,
    unit,
    vec,
)
from handouts.figures.part import Box, Chain, Mark, Part, View
from handouts.figures.points import centre, lowest
from handouts.figures.skeleton import Skeleton
from handouts.model import props as kinds

MAT_THICKNESS = 1.1
_MAT_BEYOND = (13.0, 11.0)
"""How far a mat without a length extends beyond the body, to the left and right in the picture."""

_CORNERS = tuple(product((-1, 1), repeat=2))


def mat(options: kinds.Mat, skeletons: Sequence[Skeleton], camera: Camera) -> list[Part]:
    """Return a mat, by default as long as all frames need."""
    x, z = options.at or (0.0, 0.0)
    length_ = options.length
    if length_ is None:
        across = [
            float(place[0])
            for skeleton in skeletons
            for name, (_, place) in skeleton.frames.items()
            if place[1] < 34 and not name.endswith(("wrist", "elbow"))
        ]
        left, right = min(across) - _MAT_BEYOND[0], max(across) + _MAT_BEYOND[1]
        length_, x = right - left, (left + right) / 2
    middle = vec(x, -MAT_THICKNESS / 2, z)
    size = (length_, MAT_THICKNESS, options.width)
    return [Box("mat", camera, middle, size, material="mat", rounding=0.5)]


def wall(options: kinds.Wall, camera: Camera) -> list[Part]:
    """Return a wall; ``x`` is the face that the person touches."""
    middle = vec(options.x - options.dir * 1.5, options.height / 2 - 2, options.z)
    size = (3.0, options.height, options.width)
    return [Box("wall", camera, middle, size, rounding=0.2)]


def _legs(
    name: str,
    camera: Camera,
    middle: tuple[float, float],
    apart: tuple[float, float],
    size: tuple[float, float],
) -> list[Part]:
    """Return four legs, ``apart`` from the middle along and across, ``size`` thick and high."""
    (x, z), (half, side), (thick, high) = middle, apart, size
    places = [vec(x + along * half, high / 2, z + across * side) for along, across in _CORNERS]
    return [
        Box(f"{name}{number}", camera, place, (thick, high, thick), rounding=0.3)
        for number, place in enumerate(places)
    ]


def chair(options: kinds.Chair, camera: Camera) -> list[Part]:
    """Return a chair with legs, a seat and, if it has one, a back."""
    (x, z), way, height = options.at, options.dir, options.height
    half, side = options.depth / 2, options.width / 2
    parts = _legs("leg", camera, (x + way, z), (half - 1.6, side - 1.5), (1.9, height - 2.4))
    seat = vec(x + way, height - 1.2, z)
    parts.append(Box("seat", camera, seat, (options.depth, 2.4, options.width)))
    if options.back:
        turn = rot_z(way * 6)
        rear = x - way * (half - 1.2)
        for across in (-1, 1):
            place = vec(rear - way * 0.4, height + 7.5, z + across * (side - 2.2))
            parts.append(
                Box(f"post{across}", camera, place, (1.8, 17, 1.9), turn=turn, rounding=0.3)
            )
        place = vec(rear - way * 1.8, height + 19.5, z)
        parts.append(Box("back", camera, place, (2.0, 13, options.width), turn=turn))
    return parts


def couch(options: kinds.Couch, camera: Camera) -> list[Part]:
    """Return a couch with a base, a cushion, a back and the far arm rest."""
    (x, z), way, height = options.at, options.dir, options.height
    deep, wide = options.depth, options.width
    base = vec(x, (height - 7) / 2 + 1.5, z)
    seat = vec(x + way * 0.7, height - 3.4, z)
    back = vec(x - way * (deep / 2 + 3.2), height / 2 + 10, z)
    soft = (deep + 1, 6.8, wide - 1)
    parts: list[Part] = [
        Box("couch_base", camera, base, (deep, height - 10, wide), rounding=1),
        Box("couch_cushion", camera, seat, soft, material="cushion", rounding=2.2),
        Box("couch_back", camera, back, (7.5, height + 17, wide), rounding=2.4),
    ]
    if options.arm:
        place = vec(x - way, height / 2 + 3.5, z - wide / 2 - 2.6)
        parts.append(Box("couch_arm", camera, place, (deep + 7, height + 6, 5.5), rounding=2.2))
    return parts


def bed(options: kinds.Bed, camera: Camera) -> list[Part]:
    """Return a bed: a mattress on a base, and a board at its head end."""
    (x, z), way, height = options.at, options.dir, options.height
    long, wide = options.length, options.width
    base, top = vec(x, (height - 9) / 2 + 2, z), vec(x, height - 4.5, z)
    board = vec(x - way * (long / 2 + 1.5), (height + 12) / 2, z)
    soft = (long - 1, 9, wide - 1)
    return [
        Box("bed_base", camera, base, (long, height - 13, wide), rounding=1),
        Box("mattress", camera, top, soft, material="cushion", rounding=2),
        Box("bed_head", camera, board, (3, height + 12, wide), rounding=1),
    ]


def counter(options: kinds.Counter, camera: Camera) -> list[Part]:
    """Return a kitchen counter: a worktop on a cupboard."""
    (x, z), height = options.at, options.height
    size = (options.depth - 4, height - 3, options.width - 4)
    return [
        Box("cupboard", camera, vec(x, (height - 3) / 2, z), size),
        Box("worktop", camera, vec(x, height - 1.5, z), (options.depth, 3, options.width)),
    ]


def table(options: kinds.Table, camera: Camera) -> list[Part]:
    """Return a table: a top on four legs."""
    (x, z), height = options.at, options.height
    half, side = options.depth / 2 - 2.4, options.width / 2 - 2.4
    parts = _legs("table_leg", camera, options.at, (half, side), (2.2, height - 2.6))
    size = (options.depth, 2.6, options.width)
    parts.append(Box("table_top", camera, vec(x, height - 1.3, z), size))
    return parts


def rail(options: kinds.Rail, camera: Camera) -> list[Part]:
    """Return a hand rail on two posts."""
    (x, z), height, half = options.at, options.height, options.length / 2
    parts: list[Part] = []
    for number, along in enumerate((-1, 1)):
        place = vec(x + along * (half - 4), (height - 2) / 2, z)
        parts.append(Box(f"rail_post{number}", camera, place, (1.8, height - 2, 1.8), rounding=0.3))
    bar = vec(x, height - 1.2, z)
    parts.append(Box("rail_bar", camera, bar, (options.length, 2.4, 2.4), rounding=1))
    return parts


def door_frame(options: kinds.DoorFrame, camera: Camera) -> list[Part]:
    """Return a door frame with two posts and a lintel, and a door in it if asked."""
    height, turn = options.height, rot_y(90 if options.turned else 0)
    parts: list[Part] = []
    for side, foot in posts(options).items():
        place, size = foot + vec(0, height / 2, 0), (POST[0], height, POST[1])
        parts.append(Box(f"post_{side}", camera, place, size, turn=turn, rounding=0.3))
    x, z = options.at
    wide = options.opening + 2 * POST[1]
    top = vec(x, height + POST[1] / 2, z)
    parts.append(Box("lintel", camera, top, (POST[0], POST[1], wide), turn=turn, rounding=0.3))
    if options.door:
        leaf = (1.6, height, options.opening)
        parts.append(Box("door", camera, vec(x, height / 2, z), leaf, turn=turn, rounding=0.2))
        grip = handle(options)
        knob = [ball(camera.see(grip + way), 1.1) for way in (vec(0, 0, 0), vec(0, 0, 3.4))]
        part = Chain("handle", "metal", knob)
        part.over.add("door")
        parts.append(part)
    return parts


def block(name: str, options: kinds.SupportBlock, camera: Camera) -> list[Part]:
    """Return a block or a step."""
    (x, z), size = options.at, options.size
    material = "cushion" if name == "block" else "prop"
    return [Box(name, camera, vec(x, size[1] / 2, z), size, material=material)]


class Ball(Part):
    """A ball, with rings if it is a large one."""

    def __init__(
        self, name: str, camera: Camera, centre: Array, radius: float, *, rings: bool
    ) -> None:
        self.seen_centre, self.radius = camera.see(centre), radius
        outline = hull(ball(self.seen_centre, radius).silhouette())
        super().__init__(name, "ball", outline, depth=float(self.seen_centre[2]))
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


def stability_ball(options: kinds.StabilityBall, camera: Camera) -> list[Part]:
    """Return a large ball."""
    (x, z), radius = options.at, options.radius
    place = vec(x, radius if options.y is None else options.y, z)
    return [Ball("stability_ball", camera, place, radius, rings=True)]


def small_ball(options: kinds.SmallBall, view: View) -> list[Part]:
    """Return a ball between the knees."""
    skeleton = view.skeleton
    right, left = centre(skeleton, "right_knee"), centre(skeleton, "left_knee")
    up = skeleton.axis("right_hip", 1) + skeleton.axis("left_hip", 1)
    radius = options.radius or max(3.5, length(right - left) / 2 - 3.2)
    return [
        Ball(
            "small_ball", view.camera, (right + left) / 2 + up / 2 * options.up, radius, rings=False
        )
    ]


def pillow(options: kinds.Pillow, skeletons: Sequence[Skeleton], camera: Camera) -> list[Part]:
    """Return a pillow under a part of the body, at its place in the first frame.

    The body sinks into it: it is at least ``height`` high, and painted below the body.
    """
    start = skeletons[0]
    middle = centre(start, options.under)
    floor = max(lowest(start, options.under) + 1.0, options.height)
    heading = _along(start, options.under)
    turn = np.stack([heading, vec(0, 1, 0), np.cross(heading, vec(0, 1, 0))], 1)
    half, side = options.length / 2 - 2, options.width / 2 - 2
    pieces = []
    for ahead, aside in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        for height in (1.4, floor - 2.2):
            place = vec(middle[0], height, middle[2]) + turn @ vec(ahead * half, 0, aside * side)
            pieces.append(ball(camera.see(place), 1.6))
    middle[1] = floor / 2
    pieces.append(View(start, camera).turned(turn, middle, (half, floor / 2, side)))
    part = Chain("pillow", "prop-top", pieces, [tuple(range(len(pieces)))])
    shade = part.outline.difference(translate(part.outline, -0.6, 1.3))
    part.marks.append(Mark(shade, fill="prop-side"))
    if options.under == "head":
        part.under |= {"head", "neck", "bun"}
    return [part]


def _along(skeleton: Skeleton, point: str) -> Array:
    """Return the horizontal direction in which the body lies at a point."""
    segment = "s3" if point in ("head", "upper_back", "chest", "forehead") else "pelvis"
    up = skeleton.axis(segment, 1)
    flat = vec(up[0], 0, up[2])
    return unit(flat) if length(flat) > 0.2 else vec(1, 0, 0)


def roll(options: kinds.Roll, skeletons: Sequence[Skeleton], camera: Camera) -> list[Part]:
    """Return a rolled towel that lies across, under a part of the body."""
    start = skeletons[0]
    middle = centre(start, options.under)
    across = np.cross(_along(start, options.under), vec(0, 1, 0))
    level = options.height + options.radius
    ends = []
    for sign in (-1, 1):
        place = vec(middle[0], level, middle[2]) + across * sign * options.width / 2
        ends.append(ball(camera.see(place), options.radius))
    return [Chain("roll", "cushion", ends)]
