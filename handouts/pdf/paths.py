"""Path commands → path operators (ISO 32000-1, 8.5), rectangles in their short form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from handouts.figures.vector import Command, Path
from handouts.pdf.objects import number

_PAINT = {
    (True, False, False): "f",
    (True, False, True): "f*",
    (False, True, False): "S",
    (False, True, True): "S",
    (True, True, False): "B",
    (True, True, True): "B*",
}
"""Painting operators by fill, stroke, even-odd rule."""

_OPERATORS = {"M": "m", "L": "l", "C": "c"}
_RECTANGLE = ["M", "L", "L", "L", "Z"]


@lru_cache(maxsize=1024)
def path_code(commands: tuple[Command, ...], bottom: float) -> str:
    """Return the operators that make a path; y is turned upward from ``bottom``.

    Lines of heads and feet stand in the same place on every page.
    """
    return " ".join(_pieces(commands, bottom, number))


def grid_code(commands: Sequence[Command], unit: int) -> str:
    """Return the operators that make a path in whole steps, ``unit`` of them to a point.

    Whole numbers are shorter and quicker to write; who shows them scales them back.
    """
    return " ".join(_steps(commands, unit))


def _steps(commands: Sequence[Command], unit: int) -> Iterator[str]:
    """As `_pieces`, for drawings: they are thousands of straight steps."""
    skip = 0
    for index, (kind, numbers) in enumerate(commands):
        if skip:
            skip -= 1
        elif kind == "L":
            x, y = numbers
            yield f"{round(x * unit)} {round(-y * unit)} l"
        elif kind == "Z":
            yield "h"
        elif kind == "M" and (box := _box(commands[index : index + 5])):
            left, top, width, height = box
            corner = f"{round(left * unit)} {round((-top - height) * unit)}"
            yield f"{corner} {round(width * unit)} {round(height * unit)} re"
            skip = 4
        else:
            turned = (
                round(-value * unit if place % 2 else value * unit)
                for place, value in enumerate(numbers)
            )
            yield f"{' '.join(map(str, turned))} {_OPERATORS[kind]}"


def _pieces(
    commands: Sequence[Command], bottom: float, show: Callable[[float], str]
) -> Iterator[str]:
    index = 0
    while index < len(commands):
        kind, numbers = commands[index]
        if kind == "C":
            x0, y0, x1, y1, x2, y2 = numbers
            first = f"{show(x0)} {show(bottom - y0)} {show(x1)} {show(bottom - y1)}"
            yield f"{first} {show(x2)} {show(bottom - y2)} c"
        elif kind == "Z":
            yield "h"
        elif kind == "M" and (box := _box(commands[index : index + 5])):
            left, top, width, height = box
            yield f"{show(left)} {show(bottom - top - height)} {show(width)} {show(height)} re"
            index += 4
        else:
            x, y = numbers
            yield f"{show(x)} {show(bottom - y)} {_OPERATORS[kind]}"
        index += 1


def _box(commands: Sequence[Command]) -> tuple[float, float, float, float] | None:
    """Left, top, width and height if five commands draw a rectangle along the axes."""
    if len(commands) < len(_RECTANGLE) or commands[1][0] != "L" or commands[4][0] != "Z":
        return None
    if [kind for kind, _ in commands] != _RECTANGLE:
        return None
    (left, top), (right, y1), (x2, bottom), (x3, y3) = (points for _, points in commands[:4])
    if (y1, x2, x3, y3) != (top, right, left, bottom):
        return None
    return left, top, right - left, bottom - top


def paint_operator(path: Path) -> str:
    """Return the operator that fills and strokes a path as it asks for."""
    return _PAINT[bool(path.fill), bool(path.stroke), path.even_odd]


def line_code(path: Path, scale: float = 1.0) -> Iterator[str]:
    """Operators for width, dashes and ends of a path's line; three of them."""
    yield f"{number(path.width * scale)} w"
    yield f"[{' '.join(number(part * scale) for part in path.dash)}] 0 d"
    yield f"{int(path.round_ends)} J {int(path.round_ends)} j"


@lru_cache(maxsize=256)
def colour_code(colour: str, gray: str, rgb: str) -> str:
    """Operators of a colour ``#rrggbb``, never CMYK: the output intent is sRGB."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    shown = [f"{part:.3f}".rstrip("0").rstrip(".") for part in parts]
    if len(set(shown)) == 1:
        return f"{shown[0]} {gray}"
    return f"{' '.join(shown)} {rgb}"
