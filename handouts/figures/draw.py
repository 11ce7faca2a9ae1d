"""Draw a figure's frames and their arrows: the engine's front door."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from shapely.geometry import Polygon, box

from handouts.figures.between import Motion, default_arrows
from handouts.figures.geometry import (
    Array,
    Camera,
    Shape,
    grown,
    largest,
    rows,
    smooth,
    union,
    unit,
    vec,
)
from handouts.figures.paint import Painter
from handouts.figures.scene import Scene
from handouts.figures.solve import solve_figure
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

    Limbs that miss their target are drawn as near as they come: see `handouts.figures.lint`.
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
    return _on_one_floor(frames)


class Lens(Struct, frozen=True):
    """What of the picture is shown, and how many times as large."""

    window: Shape | None = None
    zoom: float = 1.0

    def bounds(self) -> tuple[float, float, float, float] | None:
        """Return left, low, right and high of the window as drawn; None for all."""
        if self.window is None:
            return None
        left, low, right, high = (float(edge) * self.zoom for edge in self.window.bounds)
        return left, low, right, high


def _lens(figure: Figure, scenes: Iterable[Scene]) -> Lens:
    """Return the window of a close-up: the same in all frames, so that what moves is seen."""
    if not figure.closeup:
        return Lens()
    shown = union(scene.seen(point) for scene in scenes for point in figure.closeup)
    left, low, right, high = grown(shown, CLOSEUP_EDGE).bounds
    zoom = min(CLOSEUP_SIZE[0] / (right - left), CLOSEUP_SIZE[1] / (high - low))
    corners = grown(box(left + 2, low + 2, right - 2, high - 2), 2)
    return Lens(corners, max(1.0, zoom))


def _on_one_floor(frames: list[Vector]) -> tuple[Vector, ...]:
    """Give all frames the same lower bound, so that they stand level side by side."""
    low = max(frame.bounds[3] for frame in frames)
    return tuple(replace(frame, bounds=(*frame.bounds[:3], low)) for frame in frames)


def _frame(
    figure: Figure,
    name: FrameName,
    scenes: dict[FrameName, Scene],
    arrows: list[Arrow],
    motion: Motion,
    lens: Lens,
) -> Vector:
    scene = scenes[name]
    painter = Painter(lens.window, lens.zoom)
    scene.paint_ground(painter)
    boxes = [lens.bounds() or scene.bounds()]
    if figure.ghost and name is FrameName.END:
        ghost = scenes[FrameName.START]
        ghost.paint_ghost(painter)
        boxes.append(lens.bounds() or ghost.bounds())
    shapes = [
        (arrow, arrow_shape(arrow, motion, scenes.get(arrow.on or name, scene), lens.zoom))
        for arrow in arrows
    ]
    for arrow, shape in shapes:
        if arrow.behind:
            _paint_arrow(painter, shape)
    scene.paint_body(painter)
    for arrow, shape in shapes:
        if not arrow.behind:
            _paint_arrow(painter, shape)
    boxes += [grown(shape, HALO).bounds for _, shape in shapes if not shape.is_empty]
    return painter.vector(_around(boxes))


def _paint_arrow(painter: Painter, shape: Shape) -> None:
    painter.fill(union([grown(shape, HALO)]), "halo", whole=True)
    painter.fill(shape, "arrow", whole=True)


def _around(boxes: list[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    lefts, lows, rights, highs = zip(*boxes, strict=True)
    return min(lefts), min(lows), max(rights), max(highs)


CLOSEUP_EDGE: Final = 3.0
"""Room round the parts that a close-up names, in units."""
CLOSEUP_SIZE: Final = (84.0, 64.0)
"""A close-up is enlarged to this width or height in units: about that of a whole person."""

HALO: Final = 1.35
"""White rim of an arrow in units: at least 1.2 pt where a figure is drawn at 0.9 pt a unit."""

_TAIL, _NECK, _HEAD, _BARB = 0.8, 1.6, 5.0, 3.2
"""Half width at the tail and below the head, length of the head, its half width."""


def arrow_shape(arrow: Arrow, motion: Motion, scene: Scene, zoom: float) -> Shape:
    """Return the outline of an arrow on the picture; its way is enlarged, not its width."""
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
