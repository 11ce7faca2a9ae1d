"""Draw a figure's frames: the engine's front door."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from handouts.figures.arrows import HALO, Scenery, arrow_shape
from handouts.figures.between import Motion, default_arrows
from handouts.figures.outline import Camera, Shape, grown, union
from handouts.figures.paint import Painter
from handouts.figures.scene import Scene
from handouts.figures.skeleton import Skeleton
from handouts.figures.solve import solve_figure
from handouts.figures.vector import Vector
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
    frames = [
        _frame(figure, name, scenes, [a for a in arrows if (a.frame or last) == name], motion)
        for name in skeletons
    ]
    return _on_one_floor(frames)


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
) -> Vector:
    scene = scenes[name]
    painter = Painter()
    scene.paint_ground(painter)
    boxes = [scene.bounds()]
    if figure.ghost and name is FrameName.END:
        ghost = scenes[FrameName.START]
        ghost.paint_ghost(painter)
        boxes.append(ghost.bounds())
    shapes = [(arrow, _shape(arrow, scenes, name, motion)) for arrow in arrows]
    for arrow, shape in shapes:
        if arrow.behind:
            _paint_arrow(painter, shape)
    scene.paint_body(painter)
    for arrow, shape in shapes:
        if not arrow.behind:
            _paint_arrow(painter, shape)
    boxes += [grown(shape, HALO).bounds for _, shape in shapes if not shape.is_empty]
    return painter.vector(_around(boxes))


def _shape(arrow: Arrow, scenes: dict[FrameName, Scene], name: FrameName, motion: Motion) -> Shape:
    scene = scenes.get(arrow.on or name, scenes[name])
    skeleton: Skeleton = scene.view.skeleton
    return arrow_shape(arrow, Scenery(motion, skeleton, scene.camera))


def _paint_arrow(painter: Painter, shape: Shape) -> None:
    painter.fill(union([grown(shape, HALO)]), "halo")
    painter.fill(shape, "arrow")


def _around(boxes: list[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    lefts, lows, rights, highs = zip(*boxes, strict=True)
    return min(lefts), min(lows), max(rights), max(highs)
