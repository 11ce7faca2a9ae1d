"""A vector drawing as data: paths in palette roles, in the drawing's own units."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

GRID: Final = 16
"""Steps to a unit: a sixteenth of a unit is 0.12 pt where a figure is drawn largest."""

Command = tuple[str, tuple[float, ...]]
"""A path command: ``("M", (x, y))``, ``("L", (x, y))``, ``("C", (6 numbers))``, ``("Z", ())``."""


class Path(Struct, frozen=True):
    """A vector path. ``fill`` and ``stroke`` are palette roles or ``#rrggbb``."""

    commands: tuple[Command, ...]
    fill: str | None = None
    stroke: str | None = None
    width: float = 0.8
    dash: tuple[float, ...] = ()
    round_ends: bool = False
    even_odd: bool = False


class Vector(Struct, frozen=True):
    """A drawing in its own units: paths and bounds (left, top, right, bottom), y downward."""

    bounds: tuple[float, float, float, float]
    paths: tuple[Path, ...]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in its own units."""
        left, top, right, bottom = self.bounds
        return right - left, bottom - top

    def mirrored(self) -> Vector:
        """Return the drawing with left and right swapped."""
        left, _, right, _ = self.bounds
        return Vector(self.bounds, tuple(flipped(path, left + right) for path in self.paths))


def flipped(path: Path, total: float) -> Path:
    """Return a path mirrored at the middle of ``total``, its right end seen from its left."""
    commands = tuple(
        [
            (kind, (total - numbers[0], numbers[1]))
            if len(numbers) == 2
            else (kind, tuple([n if i % 2 else total - n for i, n in enumerate(numbers)]))
            for kind, numbers in path.commands
        ]
    )
    return Path(
        commands, path.fill, path.stroke, path.width, path.dash, path.round_ends, path.even_odd
    )
