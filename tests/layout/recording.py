"""Draw the pages of a handout and note what stands where on paper, for tests to look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct, field
from msgspec.structs import replace
from reportlab.platypus import BaseDocTemplate, Flowable
from typing_extensions import override

from handouts.figures.vector import Path, Vector
from handouts.layout.block import Block
from handouts.layout.doc import HandoutDoc, LaidOut, verify
from handouts.layout.shapes import turned
from handouts.layout.sheet import PageCanvas, Sheet, TextRun
from handouts.logos import VectorLogo
from handouts.pdf.annotations import Entry
from handouts.pdf.slot import SHARE
from handouts.text.brand import Brand
from handouts.text.setting import SetText

Kind = Literal["block", "text", "furniture"]


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


class _RecordingSheet(Sheet):
    """Notes what it draws on its page."""

    page = Page(0.0, 0.0, (0.0, 0.0, 0.0, 0.0))

    def place(self, kind: Kind, name: str, x: float, y: float, size: tuple[float, float]) -> None:
        box = Placement(kind, name, self.left(x, size[0]), y, *size)
        self.page.placements.append(box)

    @override
    def text(
        self, x: float, y: float, block: SetText, colour: str = "text", *, align: Any = "left"
    ) -> float:
        kind: Kind = "furniture" if self._artifact else "text"
        size = block.width, block.height
        self.place(kind, block.source.plain, x - SHARE[align] * block.width, y, size)
        return super().text(x, y, block, colour, align=align)

    @override
    def _place_run(self, run: TextRun) -> None:
        self.page.items.append(run)
        super()._place_run(run)

    @override
    def drawing(
        self, vector: Vector | VectorLogo, x: float, y: float, scale: float,
        source: object | None = None,
    ) -> None:  # fmt: skip
        left, top, _, _ = vector.bounds
        edge = self.left(x + left * scale, vector.size[0] * scale)
        shown = None if self._artifact else source
        self.page.items.append(Drawing(edge, y + top * scale, scale, vector, shown))
        super().drawing(vector, x, y, scale, source)

    @override
    def draw_path(self, path: Path, x: float = 0.0, y: float = 0.0) -> None:
        shown = turned(path) if self.mirrored else path
        self.page.items.append(_moved(shown, self.left(x), y))
        super().draw_path(path, x, y)

    @override
    def qr_code(self, x: float, y: float, side: float, content: str, token: str = "") -> None:
        self.page.items.append(MatrixCode(self.left(x, side), y, side, content, token))
        super().qr_code(x, y, side, content, token)

    @override
    def entry(self, *args: Any) -> None:
        super().entry(*args)
        self.page.entries.append(self._spoken[-1])


class RecordingCanvas(PageCanvas):
    """A canvas without tags that keeps what was drawn on each of its pages."""

    def __init__(self, brand: Brand, *, mirrored: bool = False) -> None:
        super().__init__(brand, mirrored=mirrored)
        self.sheet: _RecordingSheet = _RecordingSheet(self, mirrored=mirrored)
        self.recorded: list[Page] = []

    def begin(self, margin: tuple[float, float, float, float]) -> None:
        """Begin a page whose size is set."""
        self.sheet.page = Page(self.width, self.height, margin)
        self.recorded.append(self.sheet.page)


class _RecordingDoc(HandoutDoc):
    @override
    def _head(self, canvas: Any, doc: BaseDocTemplate) -> None:
        margins = self._frames.layout.margins
        canvas.begin((margins.side, margins.top, margins.side, margins.bottom))
        super()._head(canvas, doc)

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 - ReportLab's name
        """Note where a block stands: the frame goes on below it."""
        if isinstance(flowable, Block):
            top = self.canv.height - self.frame._y - flowable.height
            size = flowable.width, flowable.height
            self.canv.sheet.place("block", flowable.name, self.frame._x, top, size)


def drawn(story: LaidOut) -> RecordingCanvas:
    """Return the canvas on which the pages of a handout were drawn, once for all tests."""
    known, canvas = _drawn.get(id(story), (None, None))
    if known is not story or canvas is None:
        canvas = RecordingCanvas(story.brand, mirrored=story.document.rtl)
        _RecordingDoc(story.frames, story.planned).draw(canvas)
        verify(story.document, canvas.sheet.placed, canvas.sheet.dropped)
        if len(_drawn) > _KEPT:
            _drawn.pop(next(iter(_drawn)))
        _drawn[id(story)] = story, canvas
    return canvas


_KEPT = 48
_drawn: dict[int, tuple[LaidOut, RecordingCanvas]] = {}


def pages_of(story: LaidOut) -> Sequence[Page]:
    """Return what was drawn on each page."""
    return drawn(story).recorded


def placed(story: LaidOut) -> frozenset[int]:
    """Return the identities of the leaves that stand on a page."""
    return frozenset().union(*drawn(story).sheet.placed)


def _moved(path: Path, x: float, y: float) -> Path:
    """Return a path with its origin elsewhere."""
    commands = (
        (kind, tuple(part + (y if place % 2 else x) for place, part in enumerate(numbers)))
        for kind, numbers in path.commands
    )
    return replace(path, commands=tuple(commands))
