"""Turn path data and shape elements into path commands in their own units (SVG 1.1, 8 and 9)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from handouts.logos import Command, Matrix, geometry
from handouts.logos.geometry import NUMBER, finite, length, moved
from handouts.logos.xml import Element

_NEXT_NUMBER = re.compile(rf"[\s,]*({NUMBER})", re.ASCII)
_NEXT_FLAG = re.compile(r"[\s,]*([01])", re.ASCII)
_NEXT_COMMAND = re.compile(r"[\s,]*([MmZzLlHhVvCcSsQqTtAa])", re.ASCII)


def path(text: str, count: Callable[[int], None]) -> list[Command]:
    """Return the commands of path data; ``count`` is told of every piece and may raise.

    Raises:
        ValueError: if it cannot be read to its end.
    """
    if text.strip() in ("", "none"):
        return []
    return _PathReader(text, count).read()


def points(text: str, count: Callable[[int], None], *, closed: bool) -> list[Command]:
    """Return the line through points; ``count`` as for a path.

    Raises:
        ValueError: if they are not pairs of numbers.
    """
    flat: list[float] = []
    at, text = 0, text.rstrip(" \t\r\n,")
    while at < len(text):
        found = _NEXT_NUMBER.match(text, at)
        if not found:
            break
        at = found.end()
        count(len(flat) % 2)
        flat.append(finite(found[1]))
    if at < len(text) or len(flat) % 2:
        raise ValueError("points are not pairs of numbers")
    pairs = zip(flat[::2], flat[1::2], strict=True)
    drawn: list[Command] = [("L" if index else "M", pair) for index, pair in enumerate(pairs)]
    return [*drawn, ("Z", ())] if closed and drawn else drawn


class _PathReader:
    def __init__(self, text: str, count: Callable[[int], None]) -> None:
        self._text, self._count, self._at = text.rstrip(), count, 0
        self._out: list[Command] = []
        self._x = self._y = 0.0
        self._start = (0.0, 0.0)
        self._control: tuple[str, float, float] = ("", 0.0, 0.0)
        self._closed = False

    def read(self) -> list[Command]:
        while self._at < len(self._text):
            found = _NEXT_COMMAND.match(self._text, self._at)
            if not found or (not self._out and found[1] not in "Mm"):
                raise ValueError("path data cannot be read")
            self._at = found.end()
            letter = found[1]
            if letter in "Zz":
                self._close()
                continue
            self._draw(letter)
            letter = {"M": "L", "m": "l"}.get(letter, letter)
            while _NEXT_NUMBER.match(self._text, self._at):
                self._draw(letter)
        return self._out

    def _number(self, pattern: re.Pattern[str] = _NEXT_NUMBER) -> float:
        found = pattern.match(self._text, self._at)
        if not found:
            raise ValueError("path data lacks a number")
        self._at = found.end()
        return finite(found[1])

    def _point(self, *, relative: bool) -> tuple[float, float]:
        x, y = self._number(), self._number()
        return (self._x + x, self._y + y) if relative else (x, y)

    def _close(self) -> None:
        self._out.append(("Z", ()))
        self._x, self._y = self._start
        self._control, self._closed = ("", 0.0, 0.0), True

    def _add(self, kind: str, *points: float) -> None:
        self._count(1)
        if self._closed and kind != "M":
            self._out.append(("M", self._start))
        self._closed = False
        self._out.append((kind, points))
        self._x, self._y = points[-2:]

    def _draw(self, letter: str) -> None:
        kind, relative = letter.upper(), letter.islower()
        before, self._control = self._control, ("", 0.0, 0.0)
        match kind:
            case "M":
                self._start = self._point(relative=relative)
                self._add("M", *self._start)
            case "L":
                self._add("L", *self._point(relative=relative))
            case "H":
                self._add("L", self._number() + (self._x if relative else 0), self._y)
            case "V":
                self._add("L", self._x, self._number() + (self._y if relative else 0))
            case "C" | "S":
                if kind == "C":
                    first = self._point(relative=relative)
                else:
                    first = self._mirrored(before, "C")
                second, end = self._point(relative=relative), self._point(relative=relative)
                self._add("C", *first, *second, *end)
                self._control = ("C", *second)
            case "Q" | "T":
                if kind == "Q":
                    middle = self._point(relative=relative)
                else:
                    middle = self._mirrored(before, "Q")
                self._quadratic(middle, self._point(relative=relative))
                self._control = ("Q", *middle)
            case _:
                self._arc(relative=relative)

    def _mirrored(self, control: tuple[str, float, float], kind: str) -> tuple[float, float]:
        known, x, y = control
        return (2 * self._x - x, 2 * self._y - y) if known == kind else (self._x, self._y)

    def _quadratic(self, middle: tuple[float, float], end: tuple[float, float]) -> None:
        (x, y), (mx, my), (ex, ey) = (self._x, self._y), middle, end
        first = (x + (mx - x) * 2 / 3, y + (my - y) * 2 / 3)
        second = (ex + (mx - ex) * 2 / 3, ey + (my - ey) * 2 / 3)
        self._add("C", *first, *second, ex, ey)

    def _arc(self, *, relative: bool) -> None:
        across, down, angle = abs(self._number()), abs(self._number()), self._number()
        large, sweep = self._number(_NEXT_FLAG) == 1, self._number(_NEXT_FLAG) == 1
        start, end = (self._x, self._y), self._point(relative=relative)
        if start == end:
            return
        if not across or not down:
            self._add("L", *end)
            return
        for curve in arc(start, end, (across, down, math.radians(angle)), large=large, sweep=sweep):
            self._add("C", *curve)


def arc(
    start: tuple[float, float],
    end: tuple[float, float],
    ellipse: tuple[float, float, float],
    *,
    large: bool,
    sweep: bool,
) -> Iterator[tuple[float, ...]]:
    """Yield the curves of an arc; ``ellipse`` is its two radii and turn (SVG 1.1, F.6)."""
    across, down, turn = ellipse
    cosine, sine = math.cos(turn), math.sin(turn)
    half_x, half_y = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    x, y = cosine * half_x + sine * half_y, cosine * half_y - sine * half_x
    grown = math.hypot(x / across, y / down)
    if grown > 1:
        across, down = across * grown, down * grown
    near = (x / across) ** 2 + (y / down) ** 2
    far = math.sqrt(max(0.0, 1 / near - 1)) if near else 0.0
    if large == sweep:
        far = -far
    middle_x, middle_y = far * across * y / down, -far * down * x / across
    first = math.atan2((y - middle_y) / down, (x - middle_x) / across)
    last = math.atan2((-y - middle_y) / down, (-x - middle_x) / across)
    span = last - first
    if sweep and span < 0:
        span += 2 * math.pi
    elif not sweep and span > 0:
        span -= 2 * math.pi
    centre_x = cosine * middle_x - sine * middle_y + (start[0] + end[0]) / 2
    centre_y = sine * middle_x + cosine * middle_y + (start[1] + end[1]) / 2
    matrix: Matrix = (
        cosine * across, sine * across, -sine * down, cosine * down, centre_x, centre_y,
    )  # fmt: skip
    if not math.isfinite(span):
        raise OverflowError
    count = max(1, math.ceil(abs(span) / (math.pi / 2) - 1e-9))
    edges = [first + span * index / count for index in range(count + 1)]
    handle = 4 / 3 * math.tan(span / count / 4)
    for one, other in pairwise(edges):
        c1, s1, c2, s2 = math.cos(one), math.sin(one), math.cos(other), math.sin(other)
        curve = (
            c1 - handle * s1, s1 + handle * c1, c2 + handle * s2, s2 - handle * c2, c2, s2,
        )  # fmt: skip
        ((_, points),) = moved([("C", curve)], matrix)
        yield (*points[:4], *end) if other == edges[-1] else points


def outline(
    element: Element,
    view: tuple[float, float],
    style: Mapping[str, str],
    count: Callable[[int], None],
) -> list[Command]:
    """Return the commands of a shape; ``view`` is 100% of a width and of a height.

    ``count`` is told of every piece and may raise.

    Raises:
        ValueError: if its numbers cannot be read.
    """
    if element.tag == "path":
        return path(element.attributes.get("d", ""), count)
    if element.tag in ("polyline", "polygon"):
        given = element.attributes.get("points", "")
        return points(given, count, closed=element.tag == "polygon")
    commands = _simple(_Numbers(element, view), style)
    count(len(commands))
    return commands


class _Numbers:
    """The lengths of an element."""

    def __init__(self, element: Element, view: tuple[float, float]) -> None:
        self.tag, self._given, self.view = element.tag, element.attributes, view

    def across(self, name: str) -> float:
        return length(self._given.get(name, "0"), self.view[0])

    def down(self, name: str) -> float:
        return length(self._given.get(name, "0"), self.view[1])

    def along(self, name: str) -> float:
        return length(self._given.get(name, "0"), math.hypot(*self.view) / math.sqrt(2))

    def radii(self) -> tuple[float, float]:
        """The radii rx and ry: each is as the other unless given."""
        given = [
            None if text in (None, "auto") else max(0.0, length(text, whole))
            for text, whole in zip(map(self._given.get, ("rx", "ry")), self.view, strict=True)
        ]
        rx, ry = given
        return (ry if rx is None else rx) or 0.0, (rx if ry is None else ry) or 0.0


def _simple(given: _Numbers, style: Mapping[str, str]) -> list[Command]:
    match given.tag:
        case "rect":
            return _rectangle(given, style)
        case "circle" | "ellipse":
            rx, ry = (given.along("r"),) * 2 if given.tag == "circle" else given.radii()
            centre = given.across("cx"), given.down("cy")
            return geometry.ellipse(*centre, rx, ry) if min(rx, ry) > 0 else []
        case _:
            start = given.across("x1"), given.down("y1")
            return [("M", start), ("L", (given.across("x2"), given.down("y2")))]


def _rectangle(given: _Numbers, style: Mapping[str, str]) -> list[Command]:
    wide, high = (
        0.0 if style[side] == "auto" else length(style[side], whole)
        for side, whole in zip(("width", "height"), given.view, strict=True)
    )
    if wide <= 0 or high <= 0:
        return []
    rx, ry = given.radii()
    x, y = given.across("x"), given.down("y")
    return geometry.rectangle((x, y, x + wide, y + high), min(rx, wide / 2), min(ry, high / 2))
