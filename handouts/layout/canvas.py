"""Calls for lines and shapes → paths of one page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from handouts.figures.vector import Command, Path
from handouts.layout.items import Page

_KAPPA = 0.5523
"""Handle length that makes a cubic Bézier curve follow a quarter of a circle of radius 1."""


class Canvas:
    """A page for shapes; the origin is its top left corner, y runs downward, in points."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def path(self, commands: Sequence[Command], **style: object) -> None:
        """Place a path; ``style`` as in `Path`."""
        self.page.items.append(Path(tuple(commands), **style))  # type: ignore[arg-type]

    def rect(  # noqa: PLR0913 - a box is four numbers and its style
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str | None = None,
        stroke: str | None = None,
        line: float = 0.8,
        radius: float = 0.0,
        corners: Literal["all", "top"] = "all",
    ) -> None:
        """Place a rectangle, its corners rounded by ``radius``."""
        bottom = radius if corners == "all" else 0.0
        commands = _rounded(x, y, x + width, y + height, radius, bottom)
        self.path(commands, fill=fill, stroke=stroke, width=line)

    def line(  # noqa: PLR0913 - a line is four numbers and its style
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        stroke: str = "rule",
        width: float = 0.8,
        dash: tuple[float, ...] = (),
        *,
        round_ends: bool = False,
    ) -> None:
        """Place a straight line."""
        self.path(
            (("M", (x0, y0)), ("L", (x1, y1))),
            stroke=stroke,
            width=width,
            dash=dash,
            round_ends=round_ends,
        )

    def writing_line(self, x0: float, x1: float, y: float) -> None:
        """Place a dotted line for the pen."""
        self.line(x0, y, x1, y, "box", 0.8, (0.01, 2.2), round_ends=True)

    def circle(
        self,
        x: float,
        y: float,
        radius: float,
        *,
        fill: str | None = None,
        stroke: str | None = None,
        line: float = 1.0,
    ) -> None:
        """Place a circle round ``x, y``."""
        commands = _rounded(x - radius, y - radius, x + radius, y + radius, radius, radius)
        self.path(commands, fill=fill, stroke=stroke, width=line)

    def polygon(
        self,
        points: Sequence[tuple[float, float]],
        *,
        fill: str | None = None,
        stroke: str | None = None,
        line: float = 1.0,
        closed: bool = True,
    ) -> None:
        """Place a polygon, or an open line through points."""
        commands: list[Command] = [("M", points[0])]
        commands += [("L", point) for point in points[1:]]
        if closed:
            commands.append(("Z", ()))
        self.path(commands, fill=fill, stroke=stroke, width=line, round_ends=True)


def _rounded(
    left: float, top: float, right: float, bottom: float, upper: float, lower: float
) -> tuple[Command, ...]:
    """A rectangle with corner radii for its upper and lower corners."""
    if not upper and not lower:
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        moves: list[Command] = [("M", corners[0])]
        return (*moves, *(("L", corner) for corner in corners[1:]), ("Z", ()))
    up, low = upper * (1 - _KAPPA), lower * (1 - _KAPPA)
    return (
        ("M", (left + upper, top)),
        ("L", (right - upper, top)),
        ("C", (right - up, top, right, top + up, right, top + upper)),
        ("L", (right, bottom - lower)),
        ("C", (right, bottom - low, right - low, bottom, right - lower, bottom)),
        ("L", (left + lower, bottom)),
        ("C", (left + low, bottom, left, bottom - low, left, bottom - lower)),
        ("L", (left, top + upper)),
        ("C", (left, top + up, left + up, top, left + upper, top)),
        ("Z", ()),
    )
