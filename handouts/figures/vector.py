"""Turn a drawing (painted paths in palette roles) into PDF operators, and into its file and back.

A path in a file is ``[fill, stroke, width, dash, operators]``: the operators with which PDF draws
it, and roles instead of colours. Reading needs neither numpy nor shapely.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

GRID: Final = 16
"""Steps in a unit: a sixteenth of a unit is 0.12 pt where a figure is drawn largest."""

NONE: Final = "none"
"""The colour of a layer that is not drawn."""

Command = tuple[str, tuple[float, ...]]
"""A path command: ``("M", (x, y))``, ``("L", (x, y))``, ``("C", (6 numbers))``, ``("Z", ())``."""


class Path(Struct, frozen=True):
    """A shape on a page. ``fill`` and ``stroke`` are palette roles or ``#rrggbb``."""

    commands: tuple[Command, ...]
    fill: str | None = None
    stroke: str | None = None
    width: float = 0.8
    dash: tuple[float, ...] = ()
    round_ends: bool = False
    even_odd: bool = False


_POINT: Final = "-?[0-9]{1,5} -?[0-9]{1,5}"
_RUN: Final = f"{_POINT} m(?: {_POINT} l)*(?: h)?"
_OPERATORS: Final = rf"\A{_RUN}(?: {_RUN})*\Z"
"""Whole numbers and the operators that begin, continue and close a path; nothing else.

No repetition is possessive, because Python before 3.11.5 rejects text that such a pattern should
match.
"""

Role = Annotated[str, Meta(max_length=40)]


class PaintedPath(Struct, frozen=True, array_like=True):
    """A path of a drawing as PDF writes it, in whole steps of 1/16 unit, y downward.

    ``fill`` and ``stroke`` are figure roles, empty for none. Lines are ``width`` steps wide with
    round ends; areas are filled by the even-odd rule. Data from a file is validated when it is
    read, because the operators go into a PDF unchanged.
    """

    fill: Role
    stroke: Role
    width: Annotated[float, Meta(ge=0, le=1000)]
    dash: Annotated[tuple[Annotated[int, Meta(ge=1, le=1000)], ...], Meta(max_length=4)]
    operators: Annotated[str, Meta(pattern=_OPERATORS)]

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that it is painted in."""
        return tuple(role for role in (self.fill, self.stroke) if role)


_SEGMENT: Final = re.compile(r"(\S+) (\S+) ([ml])|h")

Bounds = tuple[float, float, float, float]
"""Left, top, right and bottom in units, y downward."""


class Vector(Struct, frozen=True, cache_hash=True):
    """A drawing: paths, back to front, and its bounds.

    ``turned``: it is shown with left and right swapped within its bounds.
    """

    bounds: Bounds
    paths: tuple[PaintedPath, ...]
    turned: bool = False

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in its own units."""
        left, top, right, bottom = self.bounds
        return right - left, bottom - top

    @property
    def matrix(self) -> tuple[float, float, float, float, float, float]:
        """The matrix from steps of its paths to units as shown, y downward (ISO 32000-1, 8.3.4)."""
        if self.turned:
            return -1 / GRID, 0, 0, 1 / GRID, self.bounds[0] + self.bounds[2], 0
        return 1 / GRID, 0, 0, 1 / GRID, 0, 0

    def commands(self, path: PaintedPath) -> tuple[Command, ...]:
        """Return a path of the drawing in units, as shown, for code that measures it."""
        across, _, _, down, origin, _ = self.matrix
        return tuple(
            (kind.upper(), (int(x) * across + origin, int(y) * down)) if kind else ("Z", ())
            for x, y, kind in _SEGMENT.findall(path.operators)
        )


def dressed(vector: Vector, palette: Mapping[str, str], *, mirrored: bool = False) -> Vector:
    """Return a drawing without the layers that a palette leaves out, mirrored if asked.

    Roles stay roles, which the layout's brand colours. Bounds are drawn round the body without a
    bun; if the palette shows hair that extends beyond them, they grow.
    """
    paths = tuple(
        path for path in vector.paths if any(palette[role] != NONE for role in path.roles)
    )
    return Vector(_with_bun(vector.bounds, paths), paths, vector.turned != mirrored)


def _with_bun(bounds: Bounds, paths: tuple[PaintedPath, ...]) -> Bounds:
    left, top, right, bottom = bounds
    plain = Vector(bounds, ())
    for path in paths:
        if "figure-bun" in path.roles or "figure-bun-line" in path.roles:
            edge = path.width / 2 / GRID if path.stroke else 0.0
            points = [point for _, point in plain.commands(path) if point]
            left = min(left, *(x - edge for x, _ in points))
            top = min(top, *(y - edge for _, y in points))
            right = max(right, *(x + edge for x, _ in points))
            bottom = max(bottom, *(y + edge for _, y in points))
    return left, top, right, bottom


Colour = Callable[[str], str]
"""A role to ``#rrggbb``, or to `NONE` for a layer that is not drawn."""

_PAINT: Final = {(True, True): "B*", (True, False): "f*", (False, True): "S"}


def pdf_operators(vector: Vector, colour: Colour) -> str:
    """Return the content stream of a drawing, for a form or between ``q`` and ``Q``.

    One unit of the drawing is one unit of the stream, the origins are the same, and y goes up.
    """
    a, b, c, d, e, f = vector.matrix
    out = [" ".join(map(short_number, (a, -b, c, -d, e, -f))) + " cm 1 J 1 j"]
    now: dict[str, str] = {}

    def change(what: str, code: str) -> None:
        """Write a setting unless it is already in effect."""
        if now.get(what, "") != code:
            now[what] = code
            out.append(code)

    for path in vector.paths:
        fill, stroke = paint_of(path, colour)
        if not fill and not stroke:
            continue
        if fill:
            change("fill", colour_code(fill))
        if stroke:
            change("stroke", colour_code(stroke, line=True))
            change("width", f"{path.width:g} w")
            if path.dash or "dash" in now:
                change("dash", f"[{' '.join(map(str, path.dash))}] 0 d")
        out += path.operators, _PAINT[bool(fill), bool(stroke)]
    return "\n".join(out)


def paint_of(path: PaintedPath, colour: Colour) -> tuple[str, str]:
    """Return the colours of a path's area and line, empty if not painted."""
    fill, stroke = (colour(role) if role else NONE for role in (path.fill, path.stroke))
    return "" if fill == NONE else fill, "" if stroke == NONE else stroke


def short_number(value: float) -> str:
    """Return a number of sixteenths as text, for which four decimals are exact."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def to_rgb(colour: str) -> tuple[float, float, float]:
    """Return ``#rrggbb`` as three numbers from 0 to 1."""
    return (int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255)


@lru_cache(maxsize=256)
def device_colour(colour: str) -> tuple[float, ...]:
    """Return the parts of a colour, one for a gray; never CMYK: the output intent is sRGB."""
    parts = tuple(round(part, 3) for part in to_rgb(colour))
    return parts[:1] if len(set(parts)) == 1 else parts


def colour_code(colour: str, *, line: bool = False) -> str:
    """Return the operator that sets the colour of fills and text, or of lines, to ``#rrggbb``."""
    parts = device_colour(colour)
    operator = "g" if len(parts) == 1 else "rg"
    return f"{' '.join(f'{part:g}' for part in parts)} {operator.upper() if line else operator}"


class Drawing(Struct, frozen=True):
    """The frames of a figure, and the digest of the figure that they were drawn from."""

    digest: str
    frames: tuple[Vector, ...]


_FORMAT: Final = 2
_Step = Annotated[int, Meta(ge=-99_999, le=99_999)]


class _Frame(Struct):
    bounds: tuple[_Step, _Step, _Step, _Step]
    paths: tuple[PaintedPath, ...]


class _File(Struct):
    format: Literal[2]
    figure: str
    frames: Annotated[tuple[_Frame, ...], Meta(min_length=1, max_length=3)]


_FILE: Final = msgspec.json.Decoder(_File)


def write_drawing(drawing: Drawing) -> bytes:
    """Return the file of a drawing, one path a line; the same drawing gives the same bytes."""
    encode = msgspec.json.encode
    frames = [
        b'{"bounds":%s,"paths":[\n%s]}'
        % (
            encode([round(number * GRID) for number in vector.bounds]),
            b",\n".join(map(encode, vector.paths)),
        )
        for vector in drawing.frames
    ]
    head = b'{"format":%d,"figure":%s,"frames":[' % (_FORMAT, encode(drawing.digest))
    return b"%s\n%s\n]}\n" % (head, b",\n".join(frames))


@lru_cache(maxsize=128)  # a batch shows the same drawings all night
def read_drawing(data: bytes, roles: frozenset[str]) -> Drawing | None:
    """Return the drawing in a file; None if it has another format, is broken, or is not ours.

    A clinic's own drawings are files in its folder. Whatever they contain, the result has only
    paths in the ``roles`` of figures.
    """
    try:
        found = _FILE.decode(data)
    except msgspec.DecodeError:
        return None
    frames = tuple(_vector(frame) for frame in found.frames)
    used = {role for frame in frames for path in frame.paths for role in path.roles}
    if not used <= roles or not all(min(frame.size) > 0 for frame in frames):
        return None
    return Drawing(found.figure, frames)


def _vector(frame: _Frame) -> Vector:
    left, top, right, bottom = (number / GRID for number in frame.bounds)
    return Vector((left, top, right, bottom), frame.paths)
