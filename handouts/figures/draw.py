"""Turn a figure into its drawn frames, with arrows for what moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
from msgspec.structs import replace
from shapely.geometry import Polygon, box

from handouts.figures.geometry import (
    Array,
    Camera,
    Shape,
    grown,
    largest,
    length,
    path_length,
    rows,
    smooth,
    union,
    unit,
    vec,
)
from handouts.figures.paint import Painter
from handouts.figures.scene import Scene
from handouts.figures.solve import Motion, solve_figure
from handouts.figures.vector import Vector
from handouts.model.anatomy import PAIRS
from handouts.model.figure import Arrow, Figure, FrameName

VIEWS: Final[dict[str, tuple[float, float]]] = {
    "side": (14, 10),
    "threequarter": (28, 12),
    "front": (0, 6),
    "back": (180, 6),
    "high": (20, 28),
}
"""Yaw and pitch of the named cameras, in degrees."""


def camera_of(figure: Figure) -> Camera:
    """Return the camera that a figure names; the side view if it names none."""
    view = figure.view or "side"
    yaw, pitch = VIEWS[view] if isinstance(view, str) else view
    return Camera(yaw, pitch)


def draw(figure: Figure) -> tuple[Vector, ...]:
    """Return the frames of a figure, each in its own bounds, in palette roles.

    Limbs that miss their target are drawn as near to it as possible: see `handouts.figures.lint`.
    """
    skeletons = solve_figure(figure)
    camera = camera_of(figure)
    scenes = {
        name: Scene(figure, skeleton, tuple(skeletons.values()), camera)
        for name, skeleton in skeletons.items()
    }
    last = tuple(skeletons)[-1]
    motion = Motion(skeletons[FrameName.START], skeletons[last])
    arrows = figure.arrows
    if arrows is None:
        arrows = default_arrows(motion, camera) if figure.has_motion else ()
    lens = _lens(figure, scenes.values())
    frames = [
        _frame(figure, name, scenes, [a for a in arrows if (a.frame or last) == name], motion, lens)
        for name in skeletons
    ]
    # Give all the same lower bound, so that they are level side by side.
    low = max(frame.bounds[3] for frame in frames)
    return tuple(replace(frame, bounds=(*frame.bounds[:3], low)) for frame in frames)


def _lens(figure: Figure, scenes: Iterable[Scene]) -> tuple[Shape | None, float]:
    """Return the window of a close-up, the same in all frames, and its enlargement."""
    if not figure.closeup:
        return None, 1.0
    shown = union(scene.seen(point) for scene in scenes for point in figure.closeup)
    left, low, right, high = grown(shown, CLOSEUP_EDGE).bounds
    zoom = min(CLOSEUP_SIZE[0] / (right - left), CLOSEUP_SIZE[1] / (high - low))
    corners = grown(box(left + 2, low + 2, right - 2, high - 2), 2)
    return corners, max(1.0, zoom)


def _frame(
    figure: Figure,
    name: FrameName,
    scenes: dict[FrameName, Scene],
    arrows: list[Arrow],
    motion: Motion,
    lens: tuple[Shape | None, float],
) -> Vector:
    scene = scenes[name]
    painter = Painter(*lens)
    scene.paint_ground(painter)
    shown = [scene]
    if figure.ghost and name is FrameName.END:
        shown.append(scenes[FrameName.START])
        shown[-1].paint_ghost(painter)
    shapes = [(arrow, arrow_shape(arrow, motion, scene, painter.zoom)) for arrow in arrows]
    _paint_arrows(painter, (shape for arrow, shape in shapes if arrow.behind))
    scene.paint_body(painter)
    painter.frame()
    _paint_arrows(painter, (shape for arrow, shape in shapes if not arrow.behind))
    boxes = [painter.shown() or each.bounds() for each in shown]
    boxes += [grown(shape, HALO).bounds for _, shape in shapes if not shape.is_empty]
    lefts, lows, rights, highs = zip(*boxes, strict=True)
    return painter.vector((min(lefts), min(lows), max(rights), max(highs)))


def _paint_arrows(painter: Painter, shapes: Iterable[Shape]) -> None:
    for shape in shapes:
        painter.fill(union([grown(shape, HALO)]), "halo", whole=True)
        painter.fill(shape, "arrow", whole=True)


CLOSEUP_EDGE: Final = 3.0
"""Space around the parts that a close-up names, in units."""
CLOSEUP_SIZE: Final = (84.0, 64.0)
"""A close-up is enlarged to this width or height in units, about that of a whole person."""

HALO: Final = 1.35
"""White rim of an arrow in units: at least 1.2 pt if a figure is drawn at 0.9 pt a unit."""

_TAIL, _NECK, _HEAD, _BARB = 0.8, 1.6, 5.0, 3.2
"""Half width at the tail and below the head, length of the head, its half width."""


def arrow_shape(arrow: Arrow, motion: Motion, scene: Scene, zoom: float) -> Shape:
    """Return the outline of an arrow on the picture; zoom enlarges its path, not its width."""
    paths = _paths(arrow, motion, scene)
    return union(_arrow(path * zoom, arrow.size, both=arrow.both) for path in paths)


def _paths(arrow: Arrow, motion: Motion, scene: Scene) -> Iterator[Array]:
    if arrow.of is not None:
        yield _along_motion(arrow, arrow.of, motion, scene)
    elif arrow.arc is not None:
        yield _round(arrow, arrow.arc, scene)
    elif arrow.at is not None and arrow.dir is not None:
        yield _straight(arrow, scene.flat(arrow.at) + _pair(arrow.offset), rows(arrow.dir))
    elif arrow.path is not None:
        yield smooth(rows(arrow.path))
    else:
        yield from _across(arrow, scene)


def _pair(offset: float | tuple[float, float]) -> Array:
    return rows(offset) if isinstance(offset, tuple) else vec(0, offset)


def _along_motion(arrow: Arrow, point: str, motion: Motion, scene: Scene) -> Array:
    places = motion.path(point) + vec(*arrow.shift)
    path = resampled(scene.camera.flat(places), 60)
    first, last = arrow.trim
    path = path[int(first * 59) : int(last * 59) + 1]
    if isinstance(arrow.offset, tuple):
        return path + rows(arrow.offset)
    return path + _normals(path) * arrow.offset


def _round(arrow: Arrow, point: str, scene: Scene) -> Array:
    angle = np.radians(np.linspace(arrow.start_angle, arrow.end_angle, 40))
    across, high = arrow.radius, arrow.ry or arrow.radius
    circle = np.stack([across * np.cos(angle), high * np.sin(angle)], 1)
    path: Array = scene.flat(point) + _pair(arrow.offset) + circle
    return path


def _straight(arrow: Arrow, start: Array, way: Array) -> Array:
    if not arrow.bow:
        return rows([start, start + way])
    aside = unit(vec(-way[1], way[0]))
    return smooth(rows([start, start + way / 2 + aside * arrow.bow, start + way]))


def _across(arrow: Arrow, scene: Scene) -> Iterator[Array]:
    """Yield two arrows at a pair of points: pressing together, or pulling apart."""
    pair = arrow.squeeze or arrow.apart or ""
    right, left = (scene.flat(f"{side}_{PAIRS[pair]}") for side in ("right", "left"))
    way = unit(right - left)
    clear, reach = 5.2, 9.0
    for place, out in ((right, way), (left, -way)):
        near, far = place + out * clear, place + out * (clear + reach)
        yield (rows([far, near]) if arrow.squeeze else rows([near, far])) + _pair(arrow.offset)


def resampled(path: Array, count: int) -> Array:
    """Return a path as ``count`` points at even distances; one point if it has no length."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    if along[-1] < 1e-6:
        return path[:1].repeat(count, axis=0)
    at = np.linspace(0, along[-1], count)
    return np.stack([np.interp(at, along, path[:, axis]) for axis in (0, 1)], 1)


def _normals(path: Array) -> Array:
    tangent = np.gradient(path, axis=0)
    tangent /= np.maximum(np.hypot(*tangent.T), 1e-9)[:, None]
    return np.stack([-tangent[:, 1], tangent[:, 0]], 1)


def _arrow(path: Array, size: float, *, both: bool) -> Shape:
    """Return a tapered arrow along a path."""
    path = resampled(path, 48)
    long = float(np.hypot(*np.diff(path, axis=0).T).sum())
    head = min(_HEAD * size, long * 0.55)
    barb = min(_BARB * size, head * 0.72)
    neck = min(_NECK * size, barb * 0.55)
    along = np.linspace(0, long, len(path))
    cut = long - head
    base = rows([np.interp(cut, along, path[:, axis]) for axis in (0, 1)])
    shaft = np.concatenate([path[along <= cut], [base]])
    width = np.linspace(_TAIL * size, neck, len(shaft))[:, None]
    side = _normals(shaft) * width
    way = unit(path[-1] - base)
    aside = vec(-way[1], way[0]) * barb
    notch = base - way * 0.5
    tip: Sequence[Array] = [notch + aside, path[-1], notch - aside]
    ring = np.concatenate([shaft + side, tip, (shaft - side)[::-1]])
    shape: Shape = grown(Polygon(ring), 0)
    if both:
        shape = union([shape, _arrow(path[::-1], size, both=False)])
    return largest(grown(grown(shape, -0.12), 0.3))


ENDS: Final = (
    "left_palm", "right_palm", "left_foot", "right_foot", "left_knee", "right_knee", "pelvis",
    "head",
)  # fmt: skip
LEAST_WAY: Final = 6.0
"""A point that moves less than this many units gets no arrow."""
MOST: Final = 2
"""The most arrows that are drawn by default: more would confuse."""
HIPS_LEAD: Final = 0.6
"""The pelvis gets the arrow, not the head, if it moves at least this fraction of the head's way."""
_CLEAR: Final = {"palm": 5.0, "foot": 6.0, "knee": 8.0, "head": 11.0}
"""Distance between the path of a point and its arrow, in units."""
_BEHIND_PELVIS: Final = 9.0
_PUSH: Final = (8.0, 14.0)
"""The arrow behind the pelvis: shortest and longest, in units."""


def travel(motion: Motion, point: str) -> float:
    """Return how far a point travels in space, in units; 0 if it ends where it started."""
    path = motion.path(point)
    if length(path[-1] - path[0]) < LEAST_WAY / 2:
        return 0.0
    return path_length(path)


def default_arrows(motion: Motion, camera: Camera) -> tuple[Arrow, ...]:
    """Return arrows for the points that move most: at most one for a limb, two in all."""
    ways = {point: travel(motion, point) for point in ENDS}
    if ways["pelvis"] >= HIPS_LEAD * ways["head"]:
        ways["head"] = 0.0
    chosen: list[str] = []
    for point in sorted(ENDS, key=lambda point: (-ways[point], ENDS.index(point))):
        if ways[point] < max(LEAST_WAY, 0.4 * max(ways.values())) or len(chosen) == MOST:
            break
        if not any(_as_one(point, other) for other in chosen):
            chosen.append(point)
    return tuple(_default_arrow(point, motion, camera) for point in chosen)


def _as_one(one: str, other: str) -> bool:
    """Return whether two points move together: of one leg, or the trunk with anything else."""
    legs = all(point.endswith(("foot", "knee")) for point in (one, other))
    side = one.partition("_")[0] == other.partition("_")[0]
    return (legs and side) or bool({"head", "pelvis"} & {one, other})


def _default_arrow(point: str, motion: Motion, camera: Camera) -> Arrow:
    path = camera.flat(motion.path(point))
    way = path[-1] - path[0]
    if length(way) < 1e-6:
        return Arrow(of=point)
    if point == "pelvis":
        return _push(way)
    return _beside(point, path, way, camera.flat(motion.path("pelvis")).mean(0))


def _push(way: Array) -> Arrow:
    """Put the arrow behind the pelvis, as if it pushed the pelvis on its way."""
    across, up = way / length(way)
    long = float(np.clip(length(way), *_PUSH))
    back = _BEHIND_PELVIS + long
    return Arrow(
        at="pelvis",
        offset=(float(-across * back), float(-up * back)),
        dir=(float(across * long), float(up * long)),
    )


def _beside(point: str, path: Array, way: Array, middle: Array) -> Arrow:
    """Put the arrow on the side of the path that faces away from the body's middle."""
    out = path.mean(0) - middle
    left_of_way = float(-way[1] * out[0] + way[0] * out[1])
    clear = _CLEAR[point.rpartition("_")[2]]
    return Arrow(of=point, offset=clear if left_of_way >= 0 else -clear, trim=(0.1, 0.9))
