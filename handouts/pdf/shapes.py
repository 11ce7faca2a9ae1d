"""Drawings, and paths drawn more than once → form XObjects that pages share (8.10)."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, repeat
from operator import mul

from msgspec import Struct
from msgspec.structs import replace

from handouts.figures.vector import GRID, Command, Path, Vector
from handouts.layout.brand import Brand
from handouts.logos import VectorLogo
from handouts.pdf.canvas import TaggedCanvas
from handouts.pdf.fonts import FontBook
from handouts.pdf.logo import draw_logo
from handouts.pdf.objects import Encoded, Name, Raw, Value, compressed, encode

_WORTH_IT = 6
"""Paths of fewer commands are no longer than the call of a shared shape."""

_FINEST = 5000
"""Steps that a drawing is divided into: finer than any printer at the size of a page."""

_KEPT = 512
_DIGITS = 12
"""Hexadecimal digits of a shape's name: two of a thousand shapes meet once in 600 million."""

Key = tuple[object, ...]
Colours = tuple[tuple[str, str], ...]
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
            self._paths[key] = self._use(_path_shape(_at_origin(path), self._colours([path])))
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
                shape = _drawing_shape(vector, self._colours(vector.paths))
            # Both are kept with it, so that no others have their identities.
            known = _drawn[key] = (vector, self._brand, shape)
        return self._use(known[2])

    def _use(self, shape: Shape) -> str:
        self.used[shape.name] = shape.form
        return shape.name

    def _colours(self, paths: Sequence[Path]) -> Colours:
        roles = {role for path in paths for role in (path.fill, path.stroke) if role}
        return tuple((role, self._brand.colour(role)) for role in sorted(roles))


_drawn: dict[tuple[int, int], tuple[Vector | VectorLogo, Brand, Shape]] = {}
"""Drawings that were written before: handouts of one clinic show the same."""


@lru_cache(maxsize=_KEPT)
def _path_shape(path: Path, colours: Colours) -> Shape:
    return _shape([path], 100, _bounds(path.commands, path.width), colours)


def _drawing_shape(vector: Vector, colours: Colours) -> Shape:
    left, top, right, bottom = vector.bounds
    return _shape(vector.paths, unit_of(vector), (left, -bottom, right, -top), colours)


def _shape(paths: Sequence[Path], unit: int, box: Box, colours: Colours) -> Shape:
    """The form that draws paths, compressed; ``colours`` gives ``#rrggbb`` by role.

    ``unit``: steps to a unit. Drawings that are stored in whole steps of their own keep those:
    that is exact, and their numbers are shorter.
    """
    unit, known = GRID if _is_stored(paths) else unit, dict(colours)
    canvas = TaggedCanvas(FontBook(), strict=False)
    canvas.scale(1 / unit, 1 / unit)
    for path in paths:
        if path.fill:
            canvas.fill_colour(known[path.fill])
        if path.stroke:
            canvas.stroke_colour(known[path.stroke])
        canvas.path(path, unit=unit)
    return _named(canvas, box)


def _logo_shape(logo: VectorLogo, brand: Brand) -> Shape:
    canvas = TaggedCanvas(FontBook(), strict=False)
    draw_logo(canvas, logo, brand.colour)
    return _named(canvas, (0.0, -logo.height, logo.width, 0.0))


def _named(canvas: TaggedCanvas, box: Box) -> Shape:
    """What a canvas shows as a form, named after its content."""
    own: dict[str, Value] = {"BBox": box}
    states = canvas.graphics_states()
    if states:
        own["Resources"] = {"ExtGState": Raw(states)}
    code = canvas.code()
    digest = hashlib.sha256(code + encode(own)).hexdigest()
    entries: dict[str, Value] = {"Type": Name("XObject"), "Subtype": Name("Form"), **own}
    return Shape(f"X{digest[:_DIGITS]}", compressed(code, entries))


def _is_stored(paths: Sequence[Path]) -> bool:
    numbers = chain.from_iterable([part for path in paths for _, part in path.commands])
    return all(map(float.is_integer, map(mul, numbers, repeat(float(GRID)))))


def unit_of(vector: Vector) -> int:
    """Steps to one of a drawing's own units: more in a drawing that is one unit high."""
    return int(10 ** max(2, math.ceil(math.log10(_FINEST / max(vector.size)))))


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
