"""Turn numbers of an SVG into lengths, matrices and windows."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any

from fontTools.misc.transform import Identity, Transform

from handouts.logos import Box, Command, Matrix, Unfit
from handouts.logos.xml import SvgElement

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_PLAIN = re.compile(NUMBER)
_LENGTH = re.compile(rf"({NUMBER})\s*([a-zA-Z%]*)", re.ASCII)
_TRANSFORM = re.compile(r"[\s,]*(\w+)\s*\(([^()]*)\)[\s,]*", re.ASCII)
_UNITS = {
    "": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0,
    "in": 96.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "q": 96 / 101.6,
}  # fmt: skip
_FLAT = 1e-9


def length(text: str, whole: float | None = None) -> float:
    """Return a length in user units; ``whole`` is the length for 100%.

    Raises:
        ValueError: if it is not a length, or its unit depends on a font.
    """
    found = _LENGTH.fullmatch(text.strip())
    if not found:
        raise ValueError(f'"{text[:40]}" is not a length')
    number, unit = finite(found[1]), found[2].lower()
    if unit == "%" and whole is not None:
        return number * whole / 100
    if unit not in _UNITS:
        raise ValueError(f'a length in "{unit}" is not known')
    return number * _UNITS[unit]


def numbers(text: str) -> list[float]:
    """Return plain numbers separated by spaces or commas.

    Raises:
        ValueError: if there is anything else among them.
    """
    return [finite(part) for part in text.replace(",", " ").split()]


def finite(text: str) -> float:
    """Return one plain number.

    Raises:
        ValueError: if it is not a number, or too large.
    """
    if not _PLAIN.fullmatch(text):
        raise ValueError(f'"{text[:40]}" is not a number')
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


# -- matrices


def product(first: Matrix, second: Matrix) -> Matrix:
    """Return the matrix that applies ``second``, then ``first``."""
    matrix: Matrix = Transform(*first).transform(second)
    return matrix


def transform(text: str) -> Matrix:
    """Return the matrix of a list of transforms.

    Raises:
        ValueError: if one is unknown.
    """
    matrix, at = IDENTITY, 0
    if text.strip() in ("", "none"):
        return matrix
    while at < len(text):
        found = _TRANSFORM.match(text, at)
        if not found:
            raise ValueError("a transform cannot be read")
        matrix = product(matrix, _transform(found[1], found[2]))
        at = found.end()
    return matrix


def _transform(name: str, inside: str) -> Matrix:
    parts = [
        finite(part.removesuffix("deg").removesuffix("px"))
        for part in inside.replace(",", " ").split()
    ]
    make = _TRANSFORMS.get((name, len(parts)))
    if make is None:
        raise ValueError(f'the transform "{name[:40]}" is not known or has other numbers')
    matrix: Matrix = make(*parts)
    return matrix


def _turned(angle: float, x: float = 0.0, y: float = 0.0) -> Transform:
    return Identity.translate(x, y).rotate(math.radians(angle)).translate(-x, -y)


_TRANSFORMS: Mapping[tuple[str, int], Callable[..., Any]] = {
    ("matrix", 6): Transform,
    ("translate", 1): Identity.translate,
    ("translate", 2): Identity.translate,
    ("translateX", 1): Identity.translate,
    ("translateY", 1): lambda y: Identity.translate(0, y),
    ("scale", 1): Identity.scale,
    ("scale", 2): Identity.scale,
    ("scaleX", 1): lambda x: Identity.scale(x, 1),
    ("scaleY", 1): lambda y: Identity.scale(1, y),
    ("rotate", 1): _turned,
    ("rotate", 3): _turned,
    ("skewX", 1): lambda angle: Identity.skew(math.radians(angle)),
    ("skewY", 1): lambda angle: Identity.skew(0, math.radians(angle)),
}
"""Matrices by name and number of values."""


def even_scale(matrix: Matrix) -> float | None:
    """Return the scale factor of a matrix; None if it scales one direction more than the other."""
    a, b, c, d, _, _ = matrix
    size = math.hypot(a, b)
    near = 1e-4 * size
    turned = abs(a - d) <= near and abs(b + c) <= near
    mirrored = abs(a + d) <= near and abs(b - c) <= near
    return size if turned or mirrored else None


def is_flat(matrix: Matrix) -> bool:
    """Return whether everything is on one line, and so invisible.

    Raises:
        OverflowError: if numbers are too large.
    """
    a, b, c, d, _, _ = matrix
    area = abs(a * d - b * c)
    if not math.isfinite(area):
        raise OverflowError
    return area <= _FLAT * max(part * part for part in (a, b, c, d))


def moved(commands: Iterable[Command], matrix: Matrix) -> tuple[Command, ...]:
    """Return commands with a matrix applied."""
    place = Transform(*matrix).transformPoints
    return tuple(
        (kind, tuple(chain.from_iterable(place(zip(given[::2], given[1::2], strict=True)))))
        for kind, given in commands
    )


def box_of(commands: Iterable[Command]) -> Box | None:
    """Return a box that contains a path, perhaps with room to spare; None if it has no points."""
    across = [x for _, given in commands for x in given[::2]]
    down = [y for _, given in commands for y in given[1::2]]
    return (min(across), min(down), max(across), max(down)) if across else None


def rectangle(box: Box) -> list[Command]:
    """Return a rectangle, clockwise from its upper left corner."""
    left, top, right, bottom = box
    corners = (left, top), (right, top), (right, bottom), (left, bottom)
    return [("M", corners[0]), *(("L", corner) for corner in corners[1:]), ("Z", ())]


SIZE_HINT = "give <svg> a viewBox, or a width and a height"
_ALIGN = re.compile(r"(?:defer\s+)?x(Min|Mid|Max)Y(Min|Mid|Max)(?:\s+(meet|slice))?")
_SHARES = {"Min": 0.0, "Mid": 0.5, "Max": 1.0}


def canvas(root: SvgElement, declared: Mapping[str, str]) -> tuple[float, float, Matrix]:
    """Return width and height of the drawing in its own units, and the matrix of its viewBox.

    Raises:
        Unfit: if the drawing has no size, or numbers that cannot be read.
    """
    try:
        box = view_box(root)
        width, height = _given(declared, "width"), _given(declared, "height")
        if box is not None:
            ratio = box[2] / box[3]
            if width is None:
                width = box[2] if height is None else height * ratio
            if height is None:
                height = width / ratio
        if width is None or height is None:
            raise Unfit("the SVG does not say how large it is", root.line, SIZE_HINT)
        if not (width > 0 and height > 0):
            raise Unfit("the SVG has no size", root.line, SIZE_HINT)
        return width, height, fitted(root, (width, height))
    except ValueError as error:
        raise Unfit(str(error), root.line, SIZE_HINT) from None


def _given(declared: Mapping[str, str], side: str) -> float | None:
    """Return a side of the drawing; None if it follows from the other or from the viewBox."""
    text = declared.get(side, "auto").strip().lower()
    return None if text in ("auto", "") or text.endswith("%") else length(text)


def view_box(element: SvgElement) -> Box | None:
    """Return left, top, width and height of a viewBox; None if there is none."""
    text = element.attributes.get("viewBox")
    if text is None:
        return None
    found = numbers(text)
    if len(found) != 4 or found[2] <= 0 or found[3] <= 0:
        raise ValueError(f'the viewBox "{text[:40]}" is not four numbers with a size')
    left, top, wide, high = found
    return left, top, wide, high


def fitted(element: SvgElement, size: tuple[float, float]) -> Matrix:
    """Return the matrix that fits a viewBox into a window of a size (SVG 1.1, 7.8)."""
    box = view_box(element)
    if box is None:
        return IDENTITY
    left, top, wide, high = box
    across, down = size[0] / wide, size[1] / high
    text = element.attributes.get("preserveAspectRatio", "xMidYMid").strip()
    if text.split()[:1] == ["none"]:
        return (across, 0, 0, down, -left * across, -top * down)
    found = _ALIGN.fullmatch(text)
    if not found:
        raise ValueError(f'preserveAspectRatio "{text[:40]}" cannot be read')
    scale = max(across, down) if found[3] == "slice" else min(across, down)
    x = (size[0] - wide * scale) * _SHARES[found[1]]
    y = (size[1] - high * scale) * _SHARES[found[2]]
    return (scale, 0, 0, scale, x - left * scale, y - top * scale)


def side_of(text: str, whole: float) -> float:
    """Return a width or height; ``auto`` is the whole."""
    return whole if text.lower() in ("auto", "") else length(text, whole)
