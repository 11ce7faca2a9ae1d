"""Paths of a logo together: opacity of a whole, clips of several shapes, and what is seen."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations

from msgspec.structs import replace

from handouts.logos import geometry
from handouts.logos.model import SIDE, Box, Clip, Command, LogoPath, Unfit, VectorLogo

_FARTHEST = 30 * SIDE
_SPECK = SIDE / 50
_MOST_APART = 50
_WHITE = 0xF8
_CROP = "crop the page to the drawing, then save it again"


def faded(drawn: list[LogoPath], opacity: float, line: int) -> list[LogoPath]:
    """What is drawn, at an opacity as a whole.

    Raises:
        Unfit: if parts of it may lie over one another: each would show through the next.
    """
    if opacity == 1.0 or not drawn:
        return drawn
    if opacity == 0.0:
        return []
    boxes = [path_box(path) for path in drawn]
    both = any(path.fill and path.stroke for path in drawn)
    if both or len(drawn) > _MOST_APART or _any_meet(boxes):
        raise Unfit(
            "opacity of shapes that lie over one another, or of a fill with its outline, "
            "cannot be drawn",
            line,
            "use lighter colours instead, or save it as a PNG at least 1200 pixels wide",
        )
    return [replace(path, alpha=path.alpha * opacity) for path in drawn]


def united(clips: list[Clip], line: int) -> list[Clip]:
    """One clip for all: shapes that lie apart are one path."""
    if len(clips) <= 1:
        return clips or [clip_of((), even_odd=False)]
    boxes = [clip.box for clip in clips if clip.commands]
    rules = {clip.even_odd for clip in clips}
    if len(clips) > _MOST_APART or len(rules) > 1 or _any_meet(boxes):
        raise Unfit("a clip-path of shapes that lie over one another cannot be drawn", line)
    commands = tuple(command for clip in clips for command in clip.commands)
    return [clip_of(commands, even_odd=rules.pop())]


def clip_of(commands: tuple[Command, ...], *, even_odd: bool) -> Clip:
    """A clip of commands in the logo's units; without any it hides everything."""
    return Clip(commands, even_odd, geometry.box_of(commands) or (0.0, 0.0, 0.0, 0.0))


def _any_meet(boxes: list[Box]) -> bool:
    return any(_meet(one, other) for one, other in combinations(boxes, 2))


def _meet(one: Box, other: Box) -> bool:
    return (
        one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    )  # fmt: skip


def path_box(path: LogoPath) -> Box:
    """A box that surely holds what is seen of a path, in the logo's units."""
    box = geometry.box_of(path.commands) or (0.0, 0.0, 0.0, 0.0)
    if path.stroke:
        sharp = path.miter if path.join == "miter" else 1.0
        more = path.width / 2 * max(sharp, math.sqrt(2))
        box = (box[0] - more, box[1] - more, box[2] + more, box[3] + more)
    if path.matrix:
        box = geometry.box_of(geometry.moved(geometry.rectangle(box), path.matrix)) or box
    for clip in path.clips:
        edge = clip.box
        box = (*map(max, box[:2], edge[:2]), *map(min, box[2:], edge[2:]))  # type: ignore[assignment]
    return box


def check_seen(logo: VectorLogo) -> None:
    """Refuse a logo of which nothing, or next to nothing, would be seen on white paper.

    Raises:
        Unfit: also for numbers that are too large for a PDF.
    """
    clips = {id(clip): clip for path in logo.paths for clip in path.clips}
    shapes: list[LogoPath | Clip] = [*logo.paths, *clips.values()]
    for shape in shapes:
        outline: tuple[Command, ...] = shape.commands
        points = [0.0, *(n for _, given in outline for n in given)]
        if isinstance(shape, LogoPath):
            points += [shape.width, shape.dash_from, *shape.dash, *(shape.matrix or ())]
        if not all(map(math.isfinite, points)):
            raise Unfit("the numbers of the SVG are too large")
        if max(map(abs, points)) > _FARTHEST:
            raise Unfit(
                "shapes reach more than 30 times the size of the drawing beyond it",
                hint=_CROP,
            )
    whole = logo.bounds
    boxes = [box for path in logo.paths if _meet(box := path_box(path), whole)]
    if not boxes:
        raise Unfit("nothing of the SVG can be seen", hint=_CROP)
    left, top = (max(0.0, min(box[side] for box in boxes)) for side in (0, 1))
    right, bottom = (min(whole[side], max(box[side] for box in boxes)) for side in (2, 3))
    if right - left < _SPECK and bottom - top < _SPECK:
        raise Unfit(
            "what the SVG draws is no more than a speck of its page",
            hint=_CROP,
        )
    if all(min(_tones(path)) >= _WHITE for path in logo.paths):
        raise Unfit("all of the SVG is white, which paper does not show", hint=_DARK_HINT)


_DARK_HINT = "use the version of the logo that is meant for white paper"


def _tones(path: LogoPath) -> Iterator[int]:
    for shade in (path.fill, path.stroke):
        if shade:
            yield from (int(shade[start : start + 2], 16) for start in (1, 3, 5))
