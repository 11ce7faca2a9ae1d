"""An SVG's shape elements → path commands in their own units (SVG 1.1, 9)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from handouts.logos import geometry
from handouts.logos.geometry import length
from handouts.logos.model import Command
from handouts.logos.path_data import path, points
from handouts.logos.xml import Element


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
