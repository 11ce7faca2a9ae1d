"""A drawing as data: painted paths in palette roles, their operators ready to write."""

from __future__ import annotations

import re
from typing import Annotated, Final

from msgspec import Meta, Struct
from msgspec.structs import replace

GRID: Final = 16
"""Steps to a unit: a sixteenth of a unit is 0.12 pt where a figure is drawn largest."""

Command = tuple[str, tuple[float, ...]]
"""A path command: ``("M", (x, y))``, ``("L", (x, y))``, ``("C", (6 numbers))``, ``("Z", ())``."""


class Path(Struct, frozen=True):
    """A shape on a page. ``fill`` and ``stroke`` are palette roles or ``#rrggbb``."""

    commands: tuple[Command, ...]
    fill: str | None = None
    stroke: str | None = None
    width: float = 0.8
    dash: tuple[float, ...] = ()
    round_ends: bool = False
    even_odd: bool = False


_POINT: Final = "-?[0-9]{1,5}+ -?[0-9]{1,5}+"
_RUN: Final = f"{_POINT} m(?: {_POINT} l)*+(?: h)?+"
_OPERATORS: Final = rf"\A{_RUN}(?: {_RUN})*+\Z"
"""Whole numbers and the operators that begin, continue and close a path; nothing else."""

Role = Annotated[str, Meta(max_length=40)]


class PaintedPath(Struct, frozen=True, array_like=True):
    """A path of a drawing as PDF writes it, in whole steps of 1/16 unit, y downward.

    ``fill`` and ``stroke`` are figure roles, empty for none; lines are ``width`` steps wide with
    round ends, areas are filled by the even-odd rule. What a file gives is checked as it is read:
    the operators go into a PDF as they are.
    """

    fill: Role
    stroke: Role
    width: Annotated[float, Meta(ge=0, le=1000)]
    dash: Annotated[tuple[Annotated[int, Meta(ge=1, le=1000)], ...], Meta(max_length=4)]
    operators: Annotated[str, Meta(pattern=_OPERATORS)]

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles it is painted in."""
        return tuple(role for role in (self.fill, self.stroke) if role)


_SEGMENT: Final = re.compile(r"(\S+) (\S+) ([ml])|h")


class Vector(Struct, frozen=True):
    """A drawing: paths, back to front, and bounds (left, top, right, bottom) in units, y downward.

    ``turned``: it is shown with left and right swapped within its bounds.
    """

    bounds: tuple[float, float, float, float]
    paths: tuple[PaintedPath, ...]
    turned: bool = False

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in its own units."""
        left, top, right, bottom = self.bounds
        return right - left, bottom - top

    @property
    def matrix(self) -> tuple[float, float, float, float, float, float]:
        """What turns steps of its paths into units as they are shown, y downward (8.3.4)."""
        if self.turned:
            return -1 / GRID, 0, 0, 1 / GRID, self.bounds[0] + self.bounds[2], 0
        return 1 / GRID, 0, 0, 1 / GRID, 0, 0

    def mirrored(self) -> Vector:
        """Return the drawing with left and right swapped."""
        return replace(self, turned=not self.turned)

    def commands(self, path: PaintedPath) -> tuple[Command, ...]:
        """Return a path of the drawing in units, as it is shown: for whoever measures it."""
        across, _, _, down, origin, _ = self.matrix
        return tuple(
            (kind.upper(), (int(x) * across + origin, int(y) * down)) if kind else ("Z", ())
            for x, y, kind in _SEGMENT.findall(path.operators)
        )
