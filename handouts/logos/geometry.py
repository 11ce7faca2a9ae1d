"""Numbers of an SVG → lengths, matrices, and the commands of simple shapes (SVG 1.1, 7.6 and 9)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping

from handouts.logos.model import Box, Command, Matrix

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_PLAIN = re.compile(NUMBER)
_LENGTH = re.compile(rf"({NUMBER})\s*([a-zA-Z%]*)", re.ASCII)
_TRANSFORM = re.compile(r"[\s,]*(\w+)\s*\(([^()]*)\)[\s,]*", re.ASCII)
_UNITS = {
    "": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0,
    "in": 96.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "q": 96 / 101.6,
}  # fmt: skip
_KAPPA = 4 / 3 * (math.sqrt(2) - 1)


def length(text: str, whole: float | None = None) -> float:
    """Return a length in user units; ``whole`` is what 100% is.

    Raises:
        ValueError: if it is none, or in a unit that depends on a font.
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
    """Return plain numbers parted by spaces or commas.

    Raises:
        ValueError: if something else is among them.
    """
    return [finite(part) for part in text.replace(",", " ").split()]


def finite(text: str) -> float:
    """Return one plain number.

    Raises:
        ValueError: if it is none, or too large.
    """
    if not _PLAIN.fullmatch(text):
        raise ValueError(f'"{text[:40]}" is not a number')
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


# -- matrices


def product(first: Matrix, second: Matrix) -> Matrix:
    """The matrix that applies ``second``, then ``first``."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (
        a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j,
        a * k + c * m + e, b * k + d * m + f,
    )  # fmt: skip


def transform(text: str) -> Matrix:
    """Return the matrix of a list of transforms.

    Raises:
        ValueError: if one is not known.
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
    return make(*parts)


def _rotated(angle: float, x: float = 0.0, y: float = 0.0) -> Matrix:
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return (cosine, sine, -sine, cosine, x - cosine * x + sine * y, y - sine * x - cosine * y)


_TRANSFORMS: Mapping[tuple[str, int], Callable[..., Matrix]] = {
    ("matrix", 6): lambda *parts: parts,
    ("translate", 1): lambda x: (1, 0, 0, 1, x, 0),
    ("translate", 2): lambda x, y: (1, 0, 0, 1, x, y),
    ("translateX", 1): lambda x: (1, 0, 0, 1, x, 0),
    ("translateY", 1): lambda y: (1, 0, 0, 1, 0, y),
    ("scale", 1): lambda x: (x, 0, 0, x, 0, 0),
    ("scale", 2): lambda x, y: (x, 0, 0, y, 0, 0),
    ("scaleX", 1): lambda x: (x, 0, 0, 1, 0, 0),
    ("scaleY", 1): lambda y: (1, 0, 0, y, 0, 0),
    ("rotate", 1): _rotated,
    ("rotate", 3): _rotated,
    ("skewX", 1): lambda angle: (1, 0, math.tan(math.radians(angle)), 1, 0, 0),
    ("skewY", 1): lambda angle: (1, math.tan(math.radians(angle)), 0, 1, 0, 0),
}
"""Matrices by name and how many numbers there are."""


def even_scale(matrix: Matrix) -> float | None:
    """How much larger a matrix makes things; None if more one way than the other."""
    a, b, c, d, _, _ = matrix
    size = math.hypot(a, b)
    near = 1e-4 * size
    turned = abs(a - d) <= near and abs(b + c) <= near
    mirrored = abs(a + d) <= near and abs(b - c) <= near
    return size if turned or mirrored else None


def moved(commands: Iterable[Command], matrix: Matrix) -> tuple[Command, ...]:
    """Return commands with a matrix applied."""
    a, b, c, d, e, f = matrix
    out: list[Command] = []
    for kind, given in commands:
        points: list[float] = []
        for x, y in zip(given[::2], given[1::2], strict=True):
            points += (a * x + c * y + e, b * x + d * y + f)
        out.append((kind, tuple(points)))
    return tuple(out)


def box_of(commands: Iterable[Command]) -> Box | None:
    """A box that surely holds a path; None if it has no points."""
    across = [x for _, given in commands for x in given[::2]]
    down = [y for _, given in commands for y in given[1::2]]
    return (min(across), min(down), max(across), max(down)) if across else None


# -- shapes


def ellipse(x: float, y: float, across: float, down: float) -> list[Command]:
    """An ellipse round ``x, y``, clockwise from its right."""
    h, v = across * _KAPPA, down * _KAPPA
    return [
        ("M", (x + across, y)),
        ("C", (x + across, y + v, x + h, y + down, x, y + down)),
        ("C", (x - h, y + down, x - across, y + v, x - across, y)),
        ("C", (x - across, y - v, x - h, y - down, x, y - down)),
        ("C", (x + h, y - down, x + across, y - v, x + across, y)),
        ("Z", ()),
    ]


def rectangle(box: Box, across: float = 0.0, down: float = 0.0) -> list[Command]:
    """A rectangle with rounded corners, clockwise from the left end of its upper side."""
    left, top, right, bottom = box
    if not across or not down:
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        return [("M", corners[0]), *(("L", corner) for corner in corners[1:]), ("Z", ())]
    h, v = across * (1 - _KAPPA), down * (1 - _KAPPA)
    return [
        ("M", (left + across, top)),
        ("L", (right - across, top)),
        ("C", (right - h, top, right, top + v, right, top + down)),
        ("L", (right, bottom - down)),
        ("C", (right, bottom - v, right - h, bottom, right - across, bottom)),
        ("L", (left + across, bottom)),
        ("C", (left + h, bottom, left, bottom - v, left, bottom - down)),
        ("L", (left, top + down)),
        ("C", (left, top + v, left + h, top, left + across, top)),
        ("Z", ()),
    ]
