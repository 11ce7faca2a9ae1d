"""A vector drawing as data: paths in palette roles, in the drawing's own units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

Command = tuple[str, tuple[float, ...]]
"""A path command: ``("M", (x, y))``, ``("L", (x, y))``, ``("C", (6 numbers))``, ``("Z", ())``."""


@dataclass(frozen=True, slots=True)
class Path:
    """A vector path. ``fill`` and ``stroke`` are palette roles or ``#rrggbb``."""

    commands: tuple[Command, ...]
    fill: str | None = None
    stroke: str | None = None
    width: float = 0.8
    dash: tuple[float, ...] = ()
    round_ends: bool = False
    even_odd: bool = False


@dataclass(frozen=True, slots=True)
class Vector:
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
        paths = tuple(replace(path, commands=_flipped(path, left + right)) for path in self.paths)
        return Vector(self.bounds, paths)


def _flipped(path: Path, total: float) -> tuple[Command, ...]:
    return tuple((kind, tuple(_mirror(points, total))) for kind, points in path.commands)


def _mirror(points: tuple[float, ...], total: float) -> Iterator[float]:
    for index, number in enumerate(points):
        yield number if index % 2 else total - number
