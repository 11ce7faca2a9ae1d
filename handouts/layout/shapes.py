"""Draw shapes and places for the pen on pages."""

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
"""Thickness of a line for the pen, in points: a thinner one may get lost in a bad copy."""

_KAPPA = 0.5523
"""Handle length with which a cubic Bézier curve follows a quarter of a circle of radius 1."""


class Ink(TypedDict, total=False):
    """How a shape is drawn: roles of the palette, and the thickness of its line (points)."""

    fill: str
    stroke: str
    line: float


class Shapes:
    """Pages for shapes; top left origin, y downward, in points.

    A ``mirrored`` page is read from right to left. Blocks draw as if it were read from left to
    right, and their distances from the left edge become distances from the right edge. Pictures
    themselves are not mirrored.
    """

    def __init__(self, canvas: TaggedCanvas, *, mirrored: bool = False) -> None:
        self.canvas, self.mirrored = canvas, mirrored
        self._aside = 0.0
        self._spoken: list[Entry] = []

    def left(self, x: float, width: float = 0.0) -> float:
        """Return the left edge of something on paper."""
        return self.canvas.width - x - width if self.mirrored else x + self._aside

    @contextmanager
    def upright(self, x: float, width: float) -> Iterator[None]:
        """Do not mirror what is drawn in the ``with`` block, from ``x`` to ``x + width``.

        For pictures that are drawn in parts; they must not have text.
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
        """Draw a line for the pen, solid and black because copiers lose dots and grays."""
        self.line(x0, y, x1, y, "box", PEN_LINE)

    def circle(self, x: float, y: float, radius: float, **ink: Unpack[Ink]) -> None:
        """Draw a circle around ``x, y``."""
        commands = _rounded(2 * radius, 2 * radius, radius, radius)
        self.draw_path(_inked(commands, ink), x - radius, y - radius)

    def polygon(self, points: Sequence[tuple[float, float]], **ink: Unpack[Ink]) -> None:
        """Draw a polygon; its line has round corners."""
        lines: list[Command] = [("L", point) for point in points[1:]]
        commands: tuple[Command, ...] = (("M", points[0]), *lines, ("Z", ()))
        self.draw_path(replace(_inked(commands, ink), round_ends=True))

    def draw_path(self, path: Path, x: float = 0.0, y: float = 0.0) -> None:
        """Draw a path from an origin; its colours are roles of the palette."""
        x, path = self.left(x), turned(path) if self.mirrored else path
        self.canvas.shape(path, x, self.canvas.height - y)

    def qr_code(self, x: float, y: float, side: float, content: str, token: str = "") -> None:
        """Draw a QR code with its top left corner at ``x, y``.

        ``token`` is the end of its content that differs by patient, if there is one.
        """
        x = self.left(x, side)
        self.canvas.qr_code(content, token, x, self.canvas.height - y - side, side)

    def entry(
        self, kind: EntryKind, x: float, y: float, size: tuple[float, float], label: str,
        owner: object, index: int = 0,
    ) -> None:  # fmt: skip
        """Add a place for the pen in a box with the width and height ``size``."""
        entry = Entry(kind, self.left(x, size[0]), y, *size, label, owner, index)
        self._spoken.append(entry)
        self.canvas.field(entry)

    def tick_box(
        self, x: float, y: float, side: float, label: str, owner: object, line: float = 1.2
    ) -> None:
        """Draw a box to tick, with its top left corner at ``x, y``."""
        self.rect(x, y, side, side, fill="white", stroke="box", line=line, radius=2)
        self.entry(EntryKind.TICK, x, y, (side, side), label, owner)

    def say(self, x: float, y: float, height: float, owner: object) -> None:
        """Store where to put the words that a screen reader says for an owner without boxes."""
        self._spoken.append(Entry(EntryKind.TICK, self.left(x), y, 0.0, height, "", owner))


def _inked(commands: tuple[Command, ...], ink: Ink) -> Path:
    width = ink.get("line", 1.0)
    return Path(commands, fill=ink.get("fill"), stroke=ink.get("stroke"), width=width)


def turned(path: Path) -> Path:
    """Return a path mirrored left to right at its origin."""
    commands = (
        (kind, tuple(part if place % 2 else -part for place, part in enumerate(numbers)))
        for kind, numbers in path.commands
    )
    return replace(path, commands=tuple(commands))


@lru_cache(maxsize=1024)
def _rounded(right: float, bottom: float, upper: float, lower: float) -> tuple[Command, ...]:
    """Return a rectangle from the origin, with radii for its upper and lower corners."""
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
