"""Items: what stands where on a page. Pure data, points from the top left corner, y downward."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from handouts.compose.document import FieldName, Text
from handouts.figures.vector import Path, Vector


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Characters of one face on one baseline.

    ``colour`` is a palette role; ``field`` marks a per-patient string; ``source`` is the leaf it
    belongs to, None for what repeats on pages.
    """

    x: float
    y: float
    text: str
    face: str
    size: float
    colour: str
    width: float
    field: FieldName | None = None
    source: Text | None = None
    line_end: bool = False


@dataclass(frozen=True, slots=True)
class Bitmap:
    """A raster picture (a clinic's PNG or JPEG logo), scaled into a box."""

    x: float
    y: float
    width: float
    height: float
    data: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A vector drawing placed with its top left corner at ``x, y``, ``scale`` points a unit."""

    x: float
    y: float
    scale: float
    vector: Vector
    alt: str | None = None


Item = Glyphs | Path | Bitmap | Drawing


@dataclass(frozen=True, slots=True)
class Placement:
    """A named box on a page, for the layout trace: kind ``block``, ``text`` or ``furniture``."""

    kind: Literal["block", "text", "furniture"]
    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(slots=True)
class Page:
    """One page: its items in drawing order and the trace of what was placed."""

    width: float
    height: float
    margin: tuple[float, float, float, float]
    items: list[Item] = field(default_factory=list)
    placements: list[Placement] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the PDF's outline: page index from 0, y from the top."""

    title: str
    page: int
    y: float
    level: int = 0
