"""The bytes of a logo file → vector paths (SVG) or a raster picture (PNG, JPEG)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

import svgelements as svg

from handouts.errors import ContentError, Location, Problem
from handouts.figures.vector import Command, Path, Vector
from handouts.layout.look import Logo


def read_file(data: bytes, name: str) -> Logo:
    """Return the logo that a file holds; ``name`` is the file's in messages.

    Raises:
        ContentError: if it cannot be drawn.
    """
    if data[:8] == b"\x89PNG\r\n\x1a\n" or data[:3] == b"\xff\xd8\xff":
        return _bitmap(data, name)
    return Logo(vector=read_svg(data, name))


def _bitmap(data: bytes, name: str) -> Logo:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - only raster logos need it

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
        drawing = svg.SVG.parse(io.BytesIO(data))
        bounds = (0.0, 0.0, float(drawing.width), float(drawing.height))
        elements = list(drawing.elements())
    except (ParseError, ValueError, TypeError, AttributeError):
        raise ContentError(_unreadable(name)) from None
    paths = tuple(path for element in elements for path in _path(element, name))
    if not paths or bounds[2] <= 0 or bounds[3] <= 0:
        raise ContentError(_unreadable(name))
    return Vector(bounds, paths)


def _path(element: Any, name: str) -> Iterator[Path]:
    if isinstance(element, svg.Text | svg.Image) or _is_gradient(element):
        kind = "gradient" if _is_gradient(element) else type(element).__name__.lower()
        raise ContentError(
            Problem(
                f"the logo holds a {kind}, only shapes in plain colours can be drawn",
                Location(name),
                "turn text into outlines, and remove gradients and embedded pictures",
            )
        )
    if not isinstance(element, svg.Shape):
        return
    fill, stroke = _colour(element.fill), _colour(element.stroke)
    if fill or stroke:
        shape = svg.Path(element)
        shape.reify()
        shape.approximate_arcs_with_cubics()
        yield Path(
            tuple(_commands(shape)),
            fill=fill,
            stroke=stroke,
            width=float(shape.stroke_width or 0),
            round_ends=element.values.get("stroke-linecap") == "round",
            even_odd=element.values.get("fill-rule") == "evenodd",
        )


def _is_gradient(element: Any) -> bool:
    values = getattr(element, "values", None) or {}
    return any(str(values.get(key, "")).startswith("url(") for key in ("fill", "stroke"))


def _colour(colour: Any) -> str | None:
    if colour is None or colour.value is None or colour.opacity == 0:
        return None
    return f"#{colour.red:02x}{colour.green:02x}{colour.blue:02x}"


def _commands(shape: Any) -> Iterator[Command]:
    for segment in shape:
        if isinstance(segment, svg.Close):
            yield "Z", ()
        elif isinstance(segment, svg.CubicBezier):
            yield "C", _points(segment.control1, segment.control2, segment.end)
        elif isinstance(segment, svg.QuadraticBezier):
            one = segment.start + (segment.control - segment.start) * (2 / 3)
            other = segment.end + (segment.control - segment.end) * (2 / 3)
            yield "C", _points(one, other, segment.end)
        else:
            yield "M" if isinstance(segment, svg.Move) else "L", _points(segment.end)


def _points(*points: Any) -> tuple[float, ...]:
    return tuple(round(float(number), 3) for point in points for number in (point.x, point.y))
