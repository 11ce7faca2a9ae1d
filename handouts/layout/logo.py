"""A clinic's logo file → vector paths (SVG) or a raster picture (PNG, JPEG)."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

from reportlab.graphics import shapes
from svglib.svglib import svg2rlg

from handouts.errors import ContentError, Location, Problem
from handouts.figures.vector import Command, Path, Vector
from handouts.layout.look import Logo
from handouts.model.clinic import Clinic
from handouts.workspace import Workspace

Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
_KAPPA = 0.5523


def read_logo(clinic: Clinic, workspace: Workspace) -> Logo | None:
    """Return the logo of a clinic, None if it has none.

    Raises:
        ContentError: if the file cannot be drawn. (That it is a picture of sane size is checked
            when the clinic is loaded.)
    """
    found = workspace.logo(clinic)
    if found is None:
        return None
    path, data = found
    if data[:8] == b"\x89PNG\r\n\x1a\n" or data[:3] == b"\xff\xd8\xff":
        return _bitmap(data, workspace.display(path))
    return Logo(vector=read_svg(data, workspace.display(path)))


def _bitmap(data: bytes, name: str) -> Logo:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - only clinics with a raster logo need it

    try:
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
            wide, high = picture.size
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise ContentError(_unreadable(name)) from None
    return Logo(bitmap=data, proportion=wide / high)


def _unreadable(name: str) -> Problem:
    return Problem(
        "the logo cannot be read as a picture",
        Location(name),
        "save it again as SVG, PNG or JPEG",
    )


def read_svg(data: bytes, name: str) -> Vector:
    """Return an SVG drawing as filled and stroked paths, y downward, in its own units.

    Raises:
        ContentError: for text, embedded pictures or gradients, or a file that is no SVG.
    """
    try:
        drawing = svg2rlg(io.BytesIO(data))
    except Exception:  # noqa: BLE001 - the parser raises many kinds on damaged files
        drawing = None
    if drawing is None or not drawing.width or not drawing.height:
        raise ContentError(_unreadable(name))
    paths = tuple(_paths(drawing, _IDENTITY, drawing.height, name))
    if not paths:
        raise ContentError(_unreadable(name))
    return Vector((0.0, 0.0, float(drawing.width), float(drawing.height)), paths)


def _paths(node: Any, matrix: Matrix, height: float, name: str) -> Iterator[Path]:
    if isinstance(node, shapes.Group | shapes.Drawing):
        inner = _times(matrix, tuple(node.transform))
        for child in node.contents:
            yield from _paths(child, inner, height, name)
        return
    commands = _commands(node)
    if commands is None:
        raise ContentError(
            Problem(
                f"the logo holds a {type(node).__name__.lower()}, only shapes can be drawn",
                Location(name),
                "turn text into outlines and remove embedded pictures",
            )
        )
    fill, stroke = _colour(node, "fillColor"), _colour(node, "strokeColor")
    if not (fill or stroke):
        return
    scale = abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]) ** 0.5
    yield Path(
        tuple(_moved(command, matrix, height) for command in commands),
        fill=fill,
        stroke=stroke,
        width=float(getattr(node, "strokeWidth", 0) or 0) * scale,
        round_ends=getattr(node, "strokeLineCap", 0) == 1,
        even_odd=getattr(node, "fillMode", None) == 0,
    )


def _colour(node: Any, attribute: str) -> str | None:
    colour = getattr(node, attribute, None)
    if colour is None or getattr(colour, "alpha", 1) == 0:
        return None
    red, green, blue = (round(255 * part) for part in colour.rgb())
    return f"#{red:02x}{green:02x}{blue:02x}"


def _commands(node: Any) -> list[Command] | None:
    """A reportlab shape as path commands in its own coordinates; None if it is no path."""
    make = _SHAPES.get(type(node))
    return make(node) if make else None


def _rectangle(node: Any) -> list[Command]:
    left, low, right, top = node.x, node.y, node.x + node.width, node.y + node.height
    return _polygon([left, low, right, low, right, top, left, top], closed=True)


def _path_commands(node: Any) -> Iterator[Command]:
    points, at = node.points, 0
    for operator in node.operators:
        kind, count = (("M", 2), ("L", 2), ("C", 6), ("Z", 0))[operator]
        yield kind, tuple(float(number) for number in points[at : at + count])
        at += count


def _polygon(points: list[float], *, closed: bool) -> list[Command]:
    pairs = list(zip(points[::2], points[1::2], strict=True))
    commands: list[Command] = [("M", pairs[0]), *(("L", pair) for pair in pairs[1:])]
    return [*commands, ("Z", ())] if closed else commands


def _ellipse(x: float, y: float, wide: float, high: float) -> list[Command]:
    a, b = wide * _KAPPA, high * _KAPPA
    return [
        ("M", (x + wide, y)),
        ("C", (x + wide, y + b, x + a, y + high, x, y + high)),
        ("C", (x - a, y + high, x - wide, y + b, x - wide, y)),
        ("C", (x - wide, y - b, x - a, y - high, x, y - high)),
        ("C", (x + a, y - high, x + wide, y - b, x + wide, y)),
        ("Z", ()),
    ]


def _times(outer: Matrix, inner: Matrix) -> Matrix:
    a, b, c, d, e, f = outer
    g, h, i, j, k, m = inner
    return (
        a * g + c * h,
        b * g + d * h,
        a * i + c * j,
        b * i + d * j,
        a * k + c * m + e,
        b * k + d * m + f,
    )


def _moved(command: Command, matrix: Matrix, height: float) -> Command:
    """Transform a command's points, and turn y downward."""
    a, b, c, d, e, f = matrix
    kind, numbers = command
    moved: list[float] = []
    for x, y in zip(numbers[::2], numbers[1::2], strict=True):
        moved += [round(a * x + c * y + e, 3), round(height - (b * x + d * y + f), 3)]
    return kind, tuple(moved)


_SHAPES: dict[type, Callable[[Any], list[Command]]] = {
    shapes.Path: lambda node: list(_path_commands(node)),
    shapes.Rect: _rectangle,
    shapes.Circle: lambda node: _ellipse(node.cx, node.cy, node.r, node.r),
    shapes.Ellipse: lambda node: _ellipse(node.cx, node.cy, node.rx, node.ry),
    shapes.Line: lambda node: _polygon([node.x1, node.y1, node.x2, node.y2], closed=False),
    shapes.PolyLine: lambda node: _polygon(list(node.points), closed=False),
    shapes.Polygon: lambda node: _polygon(list(node.points), closed=True),
}
