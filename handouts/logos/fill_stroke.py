"""Turn a shape and its style into filled and stroked paths, and check that they can be seen."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from msgspec.structs import replace

from handouts.logos import SIDE, Box, Clip, Command, LogoPath, Matrix, Unfit, VectorLogo
from handouts.logos.coordinates import box_of, even_scale, length, moved, rectangle
from handouts.logos.style import colour, keyword, share

_DOT = 0.02
"""Length of the line for a dot, which round or square ends turn into a dot."""

Lines = Mapping[str, Any]


def painted(
    commands: list[Command],
    style: Mapping[str, str],
    matrix: Matrix,
    clips: tuple[Clip, ...],
    view: tuple[float, float],
) -> list[LogoPath]:
    """Return the paths of a shape: its fill and its line, in the order in which they are painted.

    Raises:
        ValueError: for a value that cannot be read or drawn.
    """
    for name in ("marker-start", "marker-mid", "marker-end"):
        if style[name].lower() not in ("none", ""):
            raise ValueError(f'{name} "{style[name][:40]}" cannot be drawn')
    if not commands:
        return []
    fill = _paint("fill", style)
    stroke = _paint("stroke", style)
    rule = keyword(style, "fill-rule", "nonzero", "evenodd") == "evenodd"
    over = _line_first(style["paint-order"])
    lines = _lines(style, view) if stroke else {}
    paths: list[LogoPath] = []
    if fill and (filled := _filled(commands)):
        paths.append(LogoPath(moved(filled, matrix), fill[0], alpha=fill[1]))
    if stroke and lines and (line := _line(commands, stroke, lines, matrix)):
        paths.insert(0 if over else len(paths), line)
    return [replace(path, even_odd=rule, clips=clips) for path in paths]


def _line(
    commands: list[Command], stroke: tuple[str, float], lines: Lines, matrix: Matrix
) -> LogoPath | None:
    """Return the line of a shape in the logo's units; None if it shows nothing."""
    scale = even_scale(matrix)
    own: Matrix | None = None
    if scale is None:
        # The line is wider in one direction: draw it in units of its own, which are as fine.
        scale = max(map(abs, matrix[:4]))
        own = tuple(part / scale for part in matrix[:4]) + matrix[4:]  # type: ignore[assignment]
        placed = moved(commands, (scale, 0, 0, scale, 0, 0))
    else:
        placed = moved(commands, matrix)
    stroked = tuple(_stroked(placed, dots=lines["cap"] != "butt"))
    if not stroked:
        return None
    return LogoPath(
        stroked,
        stroke=stroke[0],
        width=lines["width"] * scale,
        dash=tuple(part * scale for part in lines["dash"]),
        dash_from=lines["dash_from"] * scale,
        cap=lines["cap"],
        join=lines["join"],
        miter=lines["miter"],
        alpha=stroke[1],
        matrix=own,
    )


def _paint(name: str, style: Mapping[str, str]) -> tuple[str, float] | None:
    """Return colour and alpha of a fill or line, None if there is none."""
    text = style[name].strip()
    if text.lower() == "none":
        return None
    if text.lower().startswith("url("):
        raise ValueError(f"a {name} with a gradient or pattern cannot be drawn")
    if text.lower().startswith("context-"):
        raise ValueError(f'{name} "{text[:40]}" cannot be drawn')
    shade, alpha = colour(style["color"] if text.lower() == "currentcolor" else text)
    alpha *= share(style[f"{name}-opacity"])
    return (shade, alpha) if alpha else None


def _line_first(text: str) -> bool:
    """Return whether the line is painted before the fill."""
    order = [part for part in text.lower().split() if part != "markers"]
    if order in ([], ["normal"], ["fill"], ["fill", "stroke"]):
        return False
    if order in (["stroke"], ["stroke", "fill"]):
        return True
    raise ValueError(f'paint-order "{text[:40]}" cannot be read')


def _lines(style: Mapping[str, str], view: tuple[float, float]) -> Lines:
    """Return width, dashes, ends and joins in the shape's own units; empty if invisible."""
    diagonal = math.hypot(*view) / math.sqrt(2)
    width = length(style["stroke-width"], diagonal)
    if width < 0:
        raise ValueError("a stroke-width is below 0")
    cap = keyword(style, "stroke-linecap", "butt", "round", "square")
    join = keyword(style, "stroke-linejoin", "miter", "round", "bevel")
    miter = length(style["stroke-miterlimit"])
    if miter < 1:
        raise ValueError("a stroke-miterlimit is below 1")
    dash: list[float] = []
    if style["stroke-dasharray"].lower() != "none":
        parts = style["stroke-dasharray"].replace(",", " ").split()
        if len(parts) > 100:
            raise ValueError("a stroke-dasharray has more than 100 numbers")
        dash = [length(part, diagonal) for part in parts]
        if any(part < 0 for part in dash):
            raise ValueError("a stroke-dasharray has a number below 0")
        dash *= 1 + len(dash) % 2
    if not sum(dash):
        dash = []
    start = length(style["stroke-dashoffset"], diagonal)
    if dash:
        if sum(dash) * 2000 < diagonal:
            raise ValueError("a stroke-dasharray is too fine to be drawn")
        start %= sum(dash)
    if not width:
        return {}
    return {
        "width": width, "cap": cap, "join": join, "miter": miter, "dash": dash,
        "dash_from": start,
    }  # fmt: skip


def _parts(commands: tuple[Command, ...] | list[Command]) -> Iterator[list[Command]]:
    """Yield the pieces of a path, each from its start."""
    part: list[Command] = []
    for command in commands:
        if command[0] == "M" and part:
            yield part
            part = []
        part.append(command)
    if part:
        yield part


def _filled(commands: list[Command]) -> tuple[Command, ...]:
    return tuple(
        command for part in _parts(commands) if len(part) > 2 or part[-1][0] == "C"
        for command in part
    )  # fmt: skip


def _stroked(commands: tuple[Command, ...], *, dots: bool) -> Iterator[Command]:
    """Yield commands without pieces that show no line; a piece without length may become a dot."""
    for part in _parts(commands):
        if len(part) == 1:
            continue
        start = part[0][1]
        if any(given != start * (len(given) // 2) for kind, given in part if kind != "Z"):
            yield from part
        elif dots:
            yield from (("M", start), ("L", (start[0] + _DOT, start[1])))


_FARTHEST = 30 * SIDE
_SPECK = SIDE / 50
_MOST_APART = 50
_WHITE = 0xF8
_CROP = "crop the page to the drawing, then save it again"


def faded(drawn: list[LogoPath], opacity: float, line: int) -> list[LogoPath]:
    """Return the drawn paths with one opacity for all of them together.

    Raises:
        Unfit: if some may overlap, because each would show through the next.
    """
    if opacity == 1.0 or not drawn:
        return drawn
    if opacity == 0.0:
        return []
    boxes = [path_box(path) for path in drawn]
    if len(drawn) > _MOST_APART or _any_meet(boxes):
        raise Unfit(
            "opacity of overlapping shapes, or of a fill with its outline, cannot be drawn",
            line,
            "use lighter colours instead, or save it as a PNG at least 1200 pixels wide",
        )
    return [replace(path, alpha=path.alpha * opacity) for path in drawn]


def united(clips: list[Clip], line: int) -> list[Clip]:
    """Return one clip for all; shapes that do not touch become one path."""
    if len(clips) <= 1:
        return clips or [clip_of((), even_odd=False)]
    boxes = [clip.box for clip in clips if clip.commands]
    rules = {clip.even_odd for clip in clips}
    if len(clips) > _MOST_APART or len(rules) > 1 or _any_meet(boxes):
        raise Unfit("a clip-path of overlapping shapes cannot be drawn", line)
    commands = tuple(command for clip in clips for command in clip.commands)
    return [clip_of(commands, even_odd=rules.pop())]


def clip_of(commands: tuple[Command, ...], *, even_odd: bool) -> Clip:
    """Return a clip of commands in the logo's units; without commands it hides everything."""
    return Clip(commands, even_odd, box_of(commands) or (0.0, 0.0, 0.0, 0.0))


def _any_meet(boxes: list[Box]) -> bool:
    return any(_meet(one, other) for one, other in combinations(boxes, 2))


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def path_box(path: LogoPath) -> Box:
    """Return a box that contains the visible part of a path, in the logo's units."""
    box = box_of(path.commands) or (0.0, 0.0, 0.0, 0.0)
    if path.stroke:
        sharp = path.miter if path.join == "miter" else 1.0
        more = path.width / 2 * max(sharp, math.sqrt(2))
        box = (box[0] - more, box[1] - more, box[2] + more, box[3] + more)
    if path.matrix:
        box = box_of(moved(rectangle(box), path.matrix)) or box
    for clip in path.clips:
        edge = clip.box
        box = (*map(max, box[:2], edge[:2]), *map(min, box[2:], edge[2:]))  # type: ignore[assignment]
    return box


def check_seen(logo: VectorLogo) -> None:
    """Refuse a logo of which nothing, or next to nothing, would be visible on white paper.

    Raises:
        Unfit: also if numbers are too large for a PDF.
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
            message = "shapes reach more than 30 times the size of the drawing beyond it"
            raise Unfit(message, hint=_CROP)
    whole = logo.bounds
    boxes = [box for path in logo.paths if _meet(box := path_box(path), whole)]
    if not boxes:
        raise Unfit("nothing of the SVG can be seen", hint=_CROP)
    left, top = (max(0.0, min(box[side] for box in boxes)) for side in (0, 1))
    right, bottom = (min(whole[side], max(box[side] for box in boxes)) for side in (2, 3))
    if right - left < _SPECK and bottom - top < _SPECK:
        raise Unfit("the drawing is only a speck on the page of the SVG", hint=_CROP)
    if all(min(_tones(path)) >= _WHITE for path in logo.paths):
        raise Unfit("all of the SVG is white, which paper does not show", hint=_DARK_HINT)


_DARK_HINT = "use the version of the logo that is meant for white paper"


def _tones(path: LogoPath) -> Iterator[int]:
    for shade in (path.fill, path.stroke):
        if shade:
            yield from (int(shade[start : start + 2], 16) for start in (1, 3, 5))
