"""A shape and its style → what is filled and stroked, in the logo's units (SVG 1.1, 11)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from handouts.logos import geometry
from handouts.logos.geometry import even_scale, length, moved
from handouts.logos.model import Clip, Command, LogoPath, Matrix
from handouts.logos.style import colour

_DOT = 0.02
"""Length of the line that stands for a dot: round and square ends make it one."""

Lines = Mapping[str, Any]


def painted(
    commands: list[Command],
    style: Mapping[str, str],
    matrix: Matrix,
    clips: tuple[Clip, ...],
    view: tuple[float, float],
) -> list[LogoPath]:
    """Return the paths of a shape: one if a PDF paints it in one, else fill and line apart.

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
    rule = _one_of("fill-rule", style, ("nonzero", "evenodd")) == "evenodd"
    over = _line_first(style["paint-order"])
    lines = _lines(style, view) if stroke else {}
    if not lines:
        stroke = None
    filled = _filled(commands) if fill else ()
    paths: list[LogoPath] = []
    if fill and filled:
        paths.append(
            LogoPath(moved(filled, matrix), fill[0], even_odd=rule, alpha=fill[1], clips=clips)
        )
    if stroke:
        scale = even_scale(matrix)
        if scale is None:
            # The line is wider one way than the other: drawn in units of its own, as fine.
            size = max(map(abs, matrix[:4]))
            own: Matrix = tuple(part / size for part in matrix[:4]) + matrix[4:]  # type: ignore[assignment]
            placed, at = geometry.moved(commands, (size, 0, 0, size, 0, 0)), own
            scale = size
        else:
            placed, at = moved(commands, matrix), None
        stroked = tuple(_stroked(placed, dots=lines["cap"] != "butt"))
        if stroked:
            line = LogoPath(
                stroked,
                stroke=stroke[0],
                even_odd=rule,
                width=lines["width"] * scale,
                dash=tuple(part * scale for part in lines["dash"]),
                dash_from=lines["dash_from"] * scale,
                cap=lines["cap"],
                join=lines["join"],
                miter=lines["miter"],
                alpha=stroke[1],
                clips=clips,
                matrix=at,
            )
            paths.insert(0 if over else len(paths), line)
    return paths


def _paint(name: str, style: Mapping[str, str]) -> tuple[str, float] | None:
    """Colour and alpha of a fill or line, None if there is none."""
    text = style[name].strip()
    if text.lower() == "none":
        return None
    if text.lower().startswith("url("):
        raise ValueError(f"a {name} with a gradient or pattern cannot be drawn")
    if text.lower().startswith("context-"):
        raise ValueError(f'{name} "{text[:40]}" cannot be drawn')
    shade, alpha = colour(style["color"] if text.lower() == "currentcolor" else text)
    alpha *= min(1.0, max(0.0, length(style[f"{name}-opacity"], 1.0)))
    return (shade, alpha) if alpha else None


def _one_of(name: str, style: Mapping[str, str], known: tuple[str, ...]) -> str:
    value = style[name].lower()
    if value not in known:
        raise ValueError(f'{name} "{value[:40]}" cannot be drawn')
    return value


def _line_first(text: str) -> bool:
    """Whether the line is painted before the fill."""
    order = [part for part in text.lower().split() if part != "markers"]
    if order in ([], ["normal"], ["fill"], ["fill", "stroke"]):
        return False
    if order in (["stroke"], ["stroke", "fill"]):
        return True
    raise ValueError(f'paint-order "{text[:40]}" cannot be read')


def _lines(style: Mapping[str, str], view: tuple[float, float]) -> Lines:
    """Width, dashes, ends and joins in the shape's own units; empty if no line is seen."""
    diagonal = math.hypot(*view) / math.sqrt(2)
    width = length(style["stroke-width"], diagonal)
    if width < 0:
        raise ValueError("a stroke-width is below 0")
    cap = _one_of("stroke-linecap", style, ("butt", "round", "square"))
    join = _one_of("stroke-linejoin", style, ("miter", "round", "bevel"))
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
    """The pieces of a path, each from its start."""
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
    """Without what no line shows; a piece of no length becomes a dot if its ends show."""
    for part in _parts(commands):
        if len(part) == 1:
            continue
        start = part[0][1]
        if any(given != start * (len(given) // 2) for kind, given in part if kind != "Z"):
            yield from part
        elif dots:
            yield from (("M", start), ("L", (start[0] + _DOT, start[1])))
