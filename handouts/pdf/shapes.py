"""Drawings, and paths drawn more than once → form XObjects that pages share (8.10)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, repeat
from operator import mul

from msgspec.structs import replace

from handouts.figures.vector import GRID, Command, Path, Vector
from handouts.layout.brand import Brand
from handouts.layout.items import Page
from handouts.pdf.file import PdfFile
from handouts.pdf.objects import Name, Ref, Stream, Value, compressed
from handouts.pdf.paths import colour_code, grid_code, line_code, paint_operator

_WORTH_IT = 6
"""Paths of fewer commands are no longer than the call of a shared shape."""

_FINEST = 5000
"""Steps that a drawing is divided into: finer than any printer at the size of a page."""

Key = tuple[object, ...]
Box = tuple[float, float, float, float]


class ShapeBook:
    """The shared shapes of one file, found by what they draw wherever they stand."""

    def __init__(self, file: PdfFile, brand: Brand, pages: Sequence[Page]) -> None:
        self._file, self._brand = file, brand
        self._keys = {
            id(item): _key(item)
            for page in pages
            for item in page.items
            if isinstance(item, Path) and len(item.commands) >= _WORTH_IT
        }
        self._paths = Counter(self._keys.values())
        self._made: dict[Key | int, str] = {}
        self.resources: dict[str, Ref] = {}

    def path(self, path: Path) -> str | None:
        """The resource that draws a path with its first point at the origin; None if not shared."""
        key = self._keys.get(id(path))
        if key is None or self._paths[key] == 1:
            return None
        if key not in self._made:
            moved = _at_origin(path)
            self._made[key] = self._add([moved], 100, _bounds(moved.commands, path.width))
        return self._made[key]

    def drawing(self, vector: Vector) -> str:
        """The resource that draws a vector in its own units, y upward."""
        if id(vector) not in self._made:
            left, top, right, bottom = vector.bounds
            box = (left, -bottom, right, -top)
            self._made[id(vector)] = self._add(vector.paths, unit_of(vector), box)
        return self._made[id(vector)]

    def _add(self, paths: Sequence[Path], unit: int, box: Box) -> str:
        roles = {role for path in paths for role in (path.fill, path.stroke) if role}
        colours = tuple((role, self._brand.colour(role)) for role in sorted(roles))
        name = f"X{len(self.resources) + 1}"
        self.resources[name] = self._file.add(_form(tuple(paths), unit, box, colours))
        return name


@lru_cache(maxsize=128)  # handouts of one clinic show the same shapes
def _form(
    paths: tuple[Path, ...], unit: int, box: Box, colours: tuple[tuple[str, str], ...]
) -> Stream:
    """The form that draws paths, compressed; ``colours`` gives ``#rrggbb`` by role.

    ``unit``: steps to a unit. Drawings that are stored in whole steps of their own keep those:
    that is exact, and their numbers are shorter.
    """
    unit = GRID if _is_stored(paths) else unit
    lines = [f"{1 / unit:f} 0 0 {1 / unit:f} 0 0 cm"]
    known = dict(colours)
    for path in paths:
        lines += _code(path, unit, known)
    entries: dict[str, Value] = {"Type": Name("XObject"), "Subtype": Name("Form"), "BBox": box}
    return compressed("\n".join(lines).encode("ascii"), entries)


def _is_stored(paths: tuple[Path, ...]) -> bool:
    numbers = chain.from_iterable([part for path in paths for _, part in path.commands])
    return all(map(float.is_integer, map(mul, numbers, repeat(float(GRID)))))


def _code(path: Path, unit: int, colours: Mapping[str, str]) -> Iterator[str]:
    if path.fill:
        yield colour_code(colours[path.fill], "g", "rg")
    if path.stroke:
        yield colour_code(colours[path.stroke], "G", "RG")
        yield from line_code(path, unit)
    yield f"{grid_code(path.commands, unit)} {paint_operator(path)}"


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
