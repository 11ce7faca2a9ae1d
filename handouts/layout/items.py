"""Items: what stands where on a page. Pure data, points from the top left corner, y downward."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from msgspec import Struct, field

from handouts.compose.text import Text
from handouts.figures.vector import Path, Vector
from handouts.layout.text import SetText
from handouts.logos import VectorLogo


class Glyphs(Struct, frozen=True):
    """Characters of one face on one baseline.

    ``colour`` is a palette role; ``source`` is the leaf it belongs to, None for what repeats on
    pages, which has its leaf in ``repeats``. ``lang`` is the language if it is another than the
    document's. ``blank``: a space over a line for the pen.
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
    repeats: Text | None = None
    lang: str | None = None
    blank: bool = False


class Bitmap(Struct, frozen=True):
    """A raster picture (a clinic's PNG or JPEG logo), scaled into a box.

    Without ``source``, the node of the document that it pictures, it only decorates.
    """

    x: float
    y: float
    width: float
    height: float
    data: bytes
    source: object | None = None


class Drawing(Struct, frozen=True):
    """A vector drawing placed with its top left corner at ``x, y``, ``scale`` points a unit.

    Without ``source``, the node of the document that it pictures, it only decorates.
    """

    x: float
    y: float
    scale: float
    vector: Vector | VectorLogo
    source: object | None = None


class MatrixCode(Struct, frozen=True):
    """A code for cameras (QR, ISO/IEC 18004) of ``side`` points; it holds no patient data.

    ``own`` is the end of its content that is the patient's own: the token, if nothing else.
    """

    x: float
    y: float
    side: float
    content: str
    own: str = ""


Item = Glyphs | Path | Bitmap | Drawing | MatrixCode


Align = Literal["left", "right", "centre"]


class Slot(Struct, frozen=True):
    """Where a leaf of the patient's own is set: the items from ``start`` up to ``stop``.

    ``x`` is where its left, right or middle stands, ``base`` its first baseline. Another
    patient's text may take its place, and nothing else on the page would be different, if it
    keeps the shape of what was set there: ``block`` says when.
    """

    block: SetText
    start: int
    stop: int
    x: float
    base: float
    align: Align
    colour: str


class EntryKind(StrEnum):
    """What may be entered: a tick, a number from 0 to 10, a line of text, or several."""

    TICK = "tick"
    NUMBER = "number"
    LINE = "line"
    LINES = "lines"


class Entry(Struct, frozen=True):
    """A place for the pen: a form field if the handout is to be filled in on a screen.

    Its box or line is drawn as items beside it. ``label`` says in words what belongs there;
    ``owner`` is the node of the document it belongs to, ``index`` counts within that node.
    """

    kind: EntryKind
    x: float
    y: float
    width: float
    height: float
    label: str
    owner: object
    index: int = 0
    value: str = ""


class Placement(Struct, frozen=True):
    """A named box on a page, for the layout trace: kind ``block``, ``text`` or ``furniture``."""

    kind: Literal["block", "text", "furniture"]
    name: str
    x: float
    y: float
    width: float
    height: float


class Page(Struct):
    """One page: its items in drawing order, places to write, the trace of what was placed.

    ``slots``: which items are the patient's own, in their order; ``dropped``: leaves that found
    no room.
    """

    width: float
    height: float
    margin: tuple[float, float, float, float]
    items: list[Item] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    placements: list[Placement] = field(default_factory=list)
    dropped: list[Text] = field(default_factory=list)


class Bookmark(Struct, frozen=True):
    """An entry of the PDF's outline: page index from 0, y from the top."""

    title: str
    page: int
    y: float
    level: int = 0
