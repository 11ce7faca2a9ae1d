"""Turn path data and shape elements into path commands in their own units (SVG 1.1, 8 and 9)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping

from fontTools.svgLib.path.arc import EllipticalArc
from fontTools.svgLib.path.parser import parse_path

from handouts.logos import Command
from handouts.logos.coordinates import NUMBER, finite, length
from handouts.logos.xml import SvgElement

_COMMAND = re.compile(r"([MmZzLlHhVvCcSsQqTtAa])")
_ONE = re.compile(f"({NUMBER})")
_A_NUMBER = f"((?>{NUMBER}))"
_ARC = re.compile(" ?".join([_A_NUMBER] * 3 + ["([01])"] * 2 + [_A_NUMBER] * 2))
_NUMBERS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7}
"""How many numbers a command has; further numbers repeat it."""
_FLAGS = (3, 4)
"""Which numbers of an arc are flags, which need no space before the next number."""

Point = tuple[float, float]


def path(text: str, count: Callable[[int], None]) -> list[Command]:
    """Return the commands of path data; ``count`` is called with numbers of pieces, and may raise.

    Raises:
        ValueError: if it cannot be read to its end.
    """
    if text.strip() in ("", "none"):
        return []
    pen = _Pen()
    parse_path(" ".join(_words(text, count)), pen)
    return pen.commands


def _words(text: str, count: Callable[[int], None]) -> Iterator[str]:
    """Yield letters and checked plain numbers: the parser ignores what it does not know."""
    before, *parts = _COMMAND.split(text)
    if before.strip(" \t\r\n,") or parts[:1] not in (["M"], ["m"]):
        raise ValueError("path data cannot be read")
    for letter, rest in zip(parts[::2], parts[1::2], strict=True):
        given = " ".join(rest.replace(",", " ").split())
        pattern = _ARC if letter in "Aa" else _ONE
        found = pattern.findall(given)
        if pattern.sub("", given).strip():
            raise ValueError(f"path data lacks a number, or cannot be read, after {letter}")
        numbers = [n for each in found for n in each] if letter in "Aa" else found
        each = _NUMBERS.get(letter.upper(), 0)
        count(len(numbers) // each if each else 1)
        if (len(numbers) % each or not numbers) if each else numbers:
            raise ValueError("path data lacks a number")
        yield letter
        for at, number in enumerate(numbers):
            is_flag = letter in "Aa" and at % each in _FLAGS
            yield number if is_flag else repr(finite(number))


class _Pen:
    """Records the commands of a path; every curve becomes a cubic one."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self._start = self._here = (0.0, 0.0)

    def _add(self, kind: str, *points: Point) -> None:
        self.commands.append((kind, tuple(number for point in points for number in point)))
        self._here = points[-1]

    def moveTo(self, point: Point) -> None:  # noqa: N802 - as the parser calls it
        self._add("M", point)
        self._start = point

    def lineTo(self, point: Point) -> None:  # noqa: N802 - as above
        self._add("L", point)

    def curveTo(self, first: Point, second: Point, end: Point) -> None:  # noqa: N802 - as above
        self._add("C", first, second, end)

    def qCurveTo(self, middle: Point, end: Point) -> None:  # noqa: N802 - as above
        (x, y), (mx, my), (ex, ey) = self._here, middle, end
        first = (x + (mx - x) * 2 / 3, y + (my - y) * 2 / 3)
        self._add("C", first, (ex + (mx - ex) * 2 / 3, ey + (my - ey) * 2 / 3), end)

    def arcTo(  # noqa: N802 - as above
        self,
        across: float,
        down: float,
        turn: float,
        large: bool,  # noqa: FBT001
        sweep: bool,  # noqa: FBT001
        end: Point,
    ) -> None:
        if self._here == end:
            return
        if not across or not down:
            self.lineTo(end)
            return
        start, stop = complex(*self._here), complex(*end)
        EllipticalArc(start, across, down, turn, large, sweep, stop).draw(self)

    def closePath(self) -> None:  # noqa: N802 - as above
        if self.commands[-1] == ("L", self._start):
            # The parser draws the last line itself, but Z draws it too, with a join at its end.
            self.commands.pop()
        self.commands.append(("Z", ()))

    def endPath(self) -> None:  # noqa: N802 - as above
        pass


def outline(
    element: SvgElement,
    view: tuple[float, float],
    style: Mapping[str, str],
    count: Callable[[int], None],
) -> list[Command]:
    """Return the commands of a shape; ``view`` is 100% of a width and of a height.

    ``count`` is called with the number of pieces, and may raise.

    Raises:
        ValueError: if its numbers cannot be read.
    """
    given, (wide, high) = element.attributes, view

    def along(name: str, whole: float) -> float:
        return length(given.get(name, "0"), whole)

    match element.tag:
        case "path":
            text = given.get("d", "")
        case "polyline" | "polygon":
            text = _points(given.get("points", ""), closed=element.tag == "polygon")
        case "rect":
            text = _rectangle(
                along("x", wide),
                along("y", high),
                _radii(element, view),
                *(
                    0.0 if style[side] == "auto" else length(style[side], whole)
                    for side, whole in zip(("width", "height"), view, strict=True)
                ),
            )
        case "circle":
            radius = along("r", math.hypot(*view) / math.sqrt(2))
            text = _ellipse(along("cx", wide), along("cy", high), radius, radius)
        case "ellipse":
            text = _ellipse(along("cx", wide), along("cy", high), *_radii(element, view))
        case _:
            text = (
                f"M{along('x1', wide)} {along('y1', high)}L{along('x2', wide)} {along('y2', high)}"
            )
    return path(text, count)


def _points(text: str, *, closed: bool) -> str:
    given = " ".join(text.replace(",", " ").split())
    found = _ONE.findall(given)
    if len(found) % 2 or _ONE.sub("", given).strip():
        raise ValueError("points are not pairs of numbers")
    return f"M{' '.join(found)}{'Z' if closed else ''}" if found else ""


def _radii(element: SvgElement, view: tuple[float, float]) -> tuple[float, float]:
    """Return the radii rx and ry; if only one is given, the other is the same."""
    rx, ry = (
        None if text in (None, "auto") else max(0.0, length(text, whole))
        for text, whole in zip(map(element.attributes.get, ("rx", "ry")), view, strict=True)
    )
    return (ry if rx is None else rx) or 0.0, (rx if ry is None else ry) or 0.0


def _ellipse(x: float, y: float, rx: float, ry: float) -> str:
    """Return an ellipse round ``x, y``, clockwise from its right."""
    if min(rx, ry) <= 0:
        return ""
    ends = ((x, y + ry), (x - rx, y), (x, y - ry), (x + rx, y))
    arcs = "".join(f"A{rx} {ry} 0 0 1 {a} {b}" for a, b in ends)
    return f"M{x + rx} {y}{arcs}Z"


def _rectangle(x: float, y: float, radii: tuple[float, float], wide: float, high: float) -> str:
    """Return a rectangle with rounded corners, clockwise from the left end of its upper side."""
    if wide <= 0 or high <= 0:
        return ""
    rx, ry = min(radii[0], wide / 2), min(radii[1], high / 2)
    if not rx or not ry:
        return f"M{x} {y}h{wide}v{high}h{-wide}Z"
    right, bottom = x + wide, y + high
    turn = f"A{rx} {ry} 0 0 1"
    return (
        f"M{x + rx} {y}H{right - rx}{turn} {right} {y + ry}V{bottom - ry}"
        f"{turn} {right - rx} {bottom}H{x + rx}{turn} {x} {bottom - ry}V{y + ry}"
        f"{turn} {x + rx} {y}Z"
    )
