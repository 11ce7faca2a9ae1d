"""Drawings, and paths drawn more than once → form XObjects that pages share (8.10)."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from handouts.figures.emit import pdf_operators
from handouts.figures.vector import Command, Path, Vector
from handouts.layout.brand import Brand
from handouts.logos import VectorLogo
from handouts.pdf.canvas import TaggedCanvas
from handouts.pdf.fonts import FontBook
from handouts.pdf.logo import draw_logo
from handouts.pdf.objects import Encoded, Name, Raw, Value, compressed, encode

_WORTH_IT = 6
"""Paths of fewer commands are no longer than the call of a shared shape."""

_KEPT = 512
_DIGITS = 12
"""Hexadecimal digits of a shape's name: two of a thousand shapes meet once in 600 million."""

Key = tuple[object, ...]
Box = tuple[float, float, float, float]


class Shape(Struct, frozen=True):
    """A form XObject, and the name it has in all files: a digest of what it draws."""

    name: str
    form: Encoded


class ShapeBook:
    """The shapes of some items of a page, found by what they draw wherever they stand.

    A path is shared if it stands there more than once: what else is in the file does not matter.
    """

    def __init__(self, brand: Brand, items: Iterable[object]) -> None:
        self._brand = brand
        self._keys = {
            id(item): _key(item)
            for item in items
            if isinstance(item, Path) and len(item.commands) >= _WORTH_IT
        }
        self._counts = Counter(self._keys.values())
        self._paths: dict[Key, str] = {}
        self.used: dict[str, Encoded] = {}
        """The forms of all shapes that were asked for, by their names."""

    def path(self, path: Path) -> str | None:
        """The resource that draws a path with its first point at the origin; None if not shared."""
        key = self._keys.get(id(path))
        if key is None or self._counts[key] == 1:
            return None
        if key not in self._paths:
            colours = [
                self._brand.colour(role) if role else "" for role in (path.fill, path.stroke)
            ]
            self._paths[key] = self._use(_path_shape(_at_origin(path), *colours))
        return self._paths[key]

    def drawing(self, vector: Vector | VectorLogo) -> str:
        """The resource that draws a vector in its own units, y upward."""
        key = (id(vector), id(self._brand))
        known = _drawn.get(key)
        if known is None:
            if len(_drawn) == _KEPT:
                _drawn.clear()
            if isinstance(vector, VectorLogo):
                shape = _logo_shape(vector, self._brand)
            else:
                shape = _drawing_shape(vector, self._brand)
            # Both are kept with it, so that no others have their identities.
            known = _drawn[key] = (vector, self._brand, shape)
        return self._use(known[2])

    def _use(self, shape: Shape) -> str:
        self.used[shape.name] = shape.form
        return shape.name


_drawn: dict[tuple[int, int], tuple[Vector | VectorLogo, Brand, Shape]] = {}
"""Drawings that were written before: handouts of one clinic show the same."""


@lru_cache(maxsize=_KEPT)
def _path_shape(path: Path, fill: str, stroke: str) -> Shape:
    """The form of a path in its colours, empty for what is not painted."""
    canvas = TaggedCanvas(FontBook(), strict=False)
    if fill:
        canvas.fill_colour(fill)
    if stroke:
        canvas.stroke_colour(stroke)
    canvas.path(path)
    return _named(canvas.code(), _bounds(path.commands, path.width))


def _drawing_shape(vector: Vector, brand: Brand) -> Shape:
    left, top, right, bottom = vector.bounds
    code = pdf_operators(vector, brand.colour).encode("ascii")
    return _named(code, (left, -bottom, right, -top))


def _logo_shape(logo: VectorLogo, brand: Brand) -> Shape:
    canvas = TaggedCanvas(FontBook(), strict=False)
    draw_logo(canvas, logo, brand.colour)
    box = (0.0, -logo.height, logo.width, 0.0)
    return _named(canvas.code(), box, canvas.graphics_states())


def _named(code: bytes, box: Box, states: bytes = b"") -> Shape:
    """The form that operators show, named after its content."""
    own: dict[str, Value] = {"BBox": box}
    if states:
        own["Resources"] = {"ExtGState": Raw(states)}
    digest = hashlib.sha256(code + encode(own)).hexdigest()
    entries: dict[str, Value] = {"Type": Name("XObject"), "Subtype": Name("Form"), **own}
    return Shape(f"X{digest[:_DIGITS]}", compressed(code, entries))


def _key(path: Path) -> Key:
    """What is equal for paths that differ only in where they stand."""
    numbers = [number for _, numbers in path.commands for number in numbers]
    left, top = numbers[:2]
    return (
        "".join([kind for kind, _ in path.commands]),
        tuple([round(number - left, 2) for number in numbers[::2]]),
        tuple([round(number - top, 2) for number in numbers[1::2]]),
        (path.fill, path.stroke, path.width, path.dash, path.round_ends, path.even_odd),
    )


def _at_origin(path: Path) -> Path:
    """The path moved so that its first point is the origin."""
    left, top = path.commands[0][1][:2]
    commands = tuple(
        (kind, tuple(round(n - (top if i % 2 else left), 2) for i, n in enumerate(numbers)))
        for kind, numbers in path.commands
    )
    return replace(path, commands=commands)


def _bounds(commands: Sequence[Command], width: float) -> Box:
    """A box round a path and its line, y upward."""
    across = [x for _, numbers in commands for x in numbers[::2]]
    down = [y for _, numbers in commands for y in numbers[1::2]]
    return (
        math.floor(min(across) - width),
        math.floor(-max(down) - width),
        math.ceil(max(across) + width),
        math.ceil(-min(down) + width),
    )
