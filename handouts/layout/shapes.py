"""Draw shapes and places to write on pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Literal, TypedDict

from msgspec.structs import replace
from typing_extensions import Unpack

from handouts.figures.vector import Command, Path
from handouts.pdf.annotations import Entry, EntryKind
from handouts.pdf.canvas import TaggedCanvas

PEN_LINE = 1.0
"""Thickness of a line for the pen, in points: as thin as a bad copy of it may be."""

_KAPPA = 0.5523
"""Handle length that makes a cubic Bézier curve follow a quarter of a circle of radius 1."""


class Ink(TypedDict, total=False):
    """How a shape is drawn: roles of the palette, and how thick its line is (points)."""

    fill: str
    stroke: str
    line: float


class Shapes:
    """Pages for shapes; top left origin, y downward, in points.

    A page that is ``mirrored`` is read from right to left: blocks draw as if it were read from
    left to right, and all stands as far from the right edge as they say it is from the left.
    Pictures themselves are not mirrored.
    """

    def __init__(self, canvas: TaggedCanvas, *, mirrored: bool = False) -> None:
        self.canvas, self.mirrored = canvas, mirrored
        self._aside = 0.0
        self._spoken: list[Entry] = []

    def left(self, x: float, width: float = 0.0) -> float:
        """Return where the left edge of something stands on paper."""
        return self.canvas.width - x - width if self.mirrored else x + self._aside

    @contextmanager
    def upright(self, x: float, width: float) -> Iterator[None]:
        """Do not mirror what is drawn inside, from ``x`` to ``width`` further on.

        For pictures that are drawn in parts; no text is set inside.
        """
        before, aside = self.mirrored, self._aside
        self._aside, self.mirrored = self.left(x, width) - x, False
        try:
            yield
        finally:
            self.mirrored, self._aside = before, aside

    # -- shapes

    def rect(
        self, x: float, y: float, width: float, height: float, *, radius: float = 0.0,
        corners: Literal["all", "top"] = "all", **ink: Unpack[Ink],
    ) -> None:  # fmt: skip
        """Draw a rectangle, its corners rounded by ``radius``."""
        bottom = radius if corners == "all" else 0.0
        commands = _rounded(round(width, 2), round(height, 2), radius, bottom)
        self.draw_path(_inked(commands, {"line": 0.8, **ink}), x, y)

    def line(  # noqa: PLR0913 - a line is four numbers and its style
        self, x0: float, y0: float, x1: float, y1: float, stroke: str = "rule",
        width: float = 0.8, dash: tuple[float, ...] = (), *, round_ends: bool = False,
    ) -> None:  # fmt: skip
        """Draw a straight line."""
        commands: tuple[Command, ...] = (("M", (x0, y0)), ("L", (x1, y1)))
        path = Path(commands, stroke=stroke, width=width, dash=dash, round_ends=round_ends)
        self.draw_path(path)

    def writing_line(self, x0: float, x1: float, y: float) -> None:
        """Draw a line for the pen: solid and black, as a copier loses dots and grays."""
        self.line(x0, y, x1, y, "box", PEN_LINE)

    def circle(self, x: float, y: float, radius: float, **ink: Unpack[Ink]) -> None:
        """Draw a circle round ``x, y``."""
        commands = _rounded(2 * radius, 2 * radius, radius, radius)
        self.draw_path(_inked(commands, ink), x - radius, y - radius)

    def polygon(self, points: Sequence[tuple[float, float]], **ink: Unpack[Ink]) -> None:
        """Draw a polygon, its corners rounded by its line."""
        lines: list[Command] = [("L", point) for point in points[1:]]
        commands: tuple[Command, ...] = (("M", points[0]), *lines, ("Z", ()))
        self.draw_path(replace(_inked(commands, ink), round_ends=True))

    def draw_path(self, path: Path, x: float = 0.0, y: float = 0.0) -> None:
        """Draw a path from an origin; its colours are roles of the palette."""
        x, path = self.left(x), turned(path) if self.mirrored else path
        self.canvas.shape(path, x, self.canvas.height - y)

    def code(self, x: float, y: float, side: float, content: str, token: str = "") -> None:
        """Draw a code for cameras with its top left corner at ``x, y``.

        ``token``: the end of its content, if it has one.
        """
        x = self.left(x, side)
        self.canvas.code(content, token, x, self.canvas.height - y - side, side)

    def entry(
        self, kind: EntryKind, x: float, y: float, size: tuple[float, float], label: str,
        owner: object, index: int = 0,
    ) -> None:  # fmt: skip
        """Say that something may be entered in a box of width and height ``size``."""
        entry = Entry(kind, self.left(x, size[0]), y, *size, label, owner, index)
        self._spoken.append(entry)
        self.canvas.field(entry)

    def tick_box(
        self, x: float, y: float, side: float, label: str, owner: object, line: float = 1.2
    ) -> None:
        """Draw a box to tick, its top left corner at ``x, y``."""
        self.rect(x, y, side, side, fill="white", stroke="box", line=line, radius=2)
        self.entry(EntryKind.TICK, x, y, (side, side), label, owner)

    def say(self, x: float, y: float, height: float, owner: object) -> None:
        """Say where the words are heard that an owner has in place of boxes."""
        self._spoken.append(Entry(EntryKind.TICK, self.left(x), y, 0.0, height, "", owner))


def _inked(commands: tuple[Command, ...], ink: Ink) -> Path:
    width = ink.get("line", 1.0)
    return Path(commands, fill=ink.get("fill"), stroke=ink.get("stroke"), width=width)


def turned(path: Path) -> Path:
    """Return a path as a mirror beside its origin shows it."""
    commands = (
        (kind, tuple(part if place % 2 else -part for place, part in enumerate(numbers)))
        for kind, numbers in path.commands
    )
    return replace(path, commands=tuple(commands))


@lru_cache(maxsize=1024)
def _rounded(right: float, bottom: float, upper: float, lower: float) -> tuple[Command, ...]:
    """A rectangle from the origin, with corner radii for its upper and lower corners."""
    left = top = 0.0
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
