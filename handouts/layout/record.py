"""Hold notes of what was placed on pages, as it stands on paper: what tests look at."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from handouts.compose.text import Text
from handouts.figures.vector import Path, Vector
from handouts.logos import VectorLogo
from handouts.pdf.annotations import Entry

Kind = Literal["block", "text", "furniture"]


class TextRun(Struct, frozen=True):
    """Characters of one face on one baseline; points from the top left corner, y downward.

    ``colour`` is a palette role; ``source`` is the leaf it belongs to, None for what repeats on
    pages, which has its leaf in ``repeats``. ``line_end``: its leaf goes on in another line,
    ``last``: it does not go on. ``lang`` is the language if it is another than the document's.
    ``blank``: a space over a line for the pen.
    """

    x: float
    y: float
    text: str
    face: str
    size: float
    colour: str
    width: float
    source: Text | None = None
    line_end: bool = False
    last: bool = False
    repeats: Text | None = None
    lang: str | None = None
    blank: bool = False


class Drawing(Struct, frozen=True):
    """A vector drawing with its top left corner at ``x, y``, ``scale`` points a unit.

    Without ``source``, the node of the document that it pictures, it only decorates.
    """

    x: float
    y: float
    scale: float
    vector: Vector | VectorLogo
    source: object | None = None


class MatrixCode(Struct, frozen=True):
    """A code for cameras of ``side`` points. ``token``: the end of its content, if it has one."""

    x: float
    y: float
    side: float
    content: str
    token: str = ""


Item = TextRun | Path | Drawing | MatrixCode


class Placement(Struct, frozen=True):
    """A named box on a page."""

    kind: Kind
    name: str
    x: float
    y: float
    width: float
    height: float


class Page(Struct):
    """One page: what was drawn in its order, places to write, boxes that were placed."""

    width: float
    height: float
    margin: tuple[float, float, float, float]
    items: list[Item] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    placements: list[Placement] = field(default_factory=list)
