"""Lay out a document and draw its pages with ReportLab's document template."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, FrameBreak, PageBreak, PageTemplate
from reportlab.platypus.doctemplate import NextPageTemplate

from handouts.compose.document import Document
from handouts.layout.frames import PageFrames, PlannedPage
from handouts.layout.guidance import RedFlagsBlock
from handouts.layout.planner import Added, Planner, has_strip, page_of
from handouts.layout.prose import PointerBlock
from handouts.layout.sheet import PageCanvas
from handouts.layout.theme import theme_of
from handouts.model.order import Order
from handouts.pdf.elements import Tree
from handouts.text.brand import Brand
from handouts.workspace import Workspace

_SLACK = 1.0
"""Extra height of a frame (points), because sums of heights are not quite exact."""


class LostText(AssertionError):
    """A leaf of the document is on no page or on two: a defect of the layout, not of content."""


_DRAWING = threading.Lock()
"""ReportLab's flowables store the canvas while drawing, so two threads cannot draw the same one."""


class LaidOut(Struct, frozen=True):
    """The planned pages of one handout, ready to draw. ``brand`` gives roles their colours.

    ``made`` is the day it was made, the only date in the PDF's metadata.
    """

    document: Document
    frames: PageFrames
    planned: tuple[PlannedPage, ...]
    brand: Brand
    made: dt.date

    def draw(self, tree: Tree | None = None, only: int | None = None) -> PageCanvas:
        """Return a canvas with all pages drawn, tagged if there is a ``tree``.

        With ``only`` just that page is drawn, counted from 0, as it is among the others.

        Raises:
            LostText: if a text of the document is on no page or on two.
            Untagged: if anything would be shown that no screen reader could find.
            UnknownGlyph: for a character that the chosen face lacks.
        """
        canvas = PageCanvas(self.brand, tree, mirrored=self.document.rtl)
        with _DRAWING:
            HandoutDoc(self.frames, self.planned, only).draw(canvas)
        if only is None:
            verify(self.document, canvas.sheet.placed, canvas.sheet.dropped)
        return canvas


class HandoutDoc(BaseDocTemplate):  # type: ignore[misc]  # ReportLab has no types
    """The pages of a handout: page templates draw heads and feet, and blocks flow in frames.

    The planner has decided before which blocks go on which page, because each page says how many
    there are. With ``only`` just that page is drawn, counted from 0.
    """

    def __init__(
        self, frames: PageFrames, pages: Sequence[PlannedPage], only: int | None = None
    ) -> None:
        self._frames, self._count, self._first = frames, len(pages), only or 0
        self._pages = pages if only is None else pages[only : only + 1]
        templates = {str(page.kind): self._template(page) for page in self._pages}
        super().__init__(
            "", pageTemplates=list(templates.values()), initialFontName="Handout-Regular"
        )

    def draw(self, canvas: PageCanvas) -> None:
        """Draw all pages on a canvas."""
        self.build(list(self._story()), canvasmaker=lambda *_, **__: canvas)

    def _story(self) -> Iterator[Flowable]:
        for number, page in enumerate(self._pages):
            if number:
                yield NextPageTemplate(str(page.kind))
                yield PageBreak()
            for place, plan in enumerate(page.frames):
                if place:
                    yield FrameBreak()
                yield from plan

    def _template(self, page: PlannedPage) -> PageTemplate:
        wide, high = self._frames.size(page.section)
        frames = [
            Frame(x, high - y - height - _SLACK, width, height + _SLACK, 0, 0, 0, 0)
            for x, y, width, height in self._frames.of(page)
        ]
        head, foot = self._head, self._foot
        return PageTemplate(
            str(page.kind), frames, onPage=head, onPageEnd=foot, pagesize=(wide, high)
        )

    def _head(self, canvas: PageCanvas, _: BaseDocTemplate) -> None:
        self._frames.draw_head(canvas.sheet, self._pages[self.page - 1])

    def _foot(self, canvas: PageCanvas, _: BaseDocTemplate) -> None:
        page, frames = self._pages[self.page - 1], self._frames
        if page.is_cut_out:
            for box, plan in zip(frames.of(page), page.frames, strict=False):
                stop = has_strip(page.section, plan)
                frames.draw_quarter_foot(canvas.sheet, box, stop=stop)
        frames.draw_foot(canvas.sheet, page, (self._first + self.page, self._count))


def lay_out(
    document: Document, order: Order, workspace: Workspace, added: Added | None = None
) -> LaidOut:
    """Return the pages of a document in the order's layout, paper, brand and mode.

    ``added`` has ReportLab's flowables, or blocks, to put at the end of sections.

    Raises:
        ContentError: for a letter that no font has, a logo that is not a picture, or brand
            colours that are not legible.
        DoesNotFit: if something is larger than a page.
    """
    theme, brand = theme_of(order, document, workspace)

    def planned(said: Document) -> LaidOut:
        frames = PageFrames(said, order, theme, brand)
        return LaidOut(said, frames, Planner(frames, added or {}).plan(), brand, order.date)

    laid_out = planned(document)
    signs = page_of(laid_out.planned, RedFlagsBlock)
    if signs and page_of(laid_out.planned, PointerBlock) == signs:
        # The reader of the pointer sees the signs on the same page.
        return planned(document.without_pointer())
    if signs and (pointed := document.pointing_to(signs)) is not document:
        return planned(pointed)
    return laid_out


def verify(document: Document, pages: Sequence[set[int]], dropped: set[int]) -> None:
    """Check that every leaf of the document is on exactly one page, except the dropped ones.

    ``pages`` has the ids of the leaves on each page.

    Raises:
        LostText: with the number of leaves lost or doubled (never their words).
    """
    leaves = {id(leaf): leaf for leaf in document.leaves()}
    starts = Counter(leaf for page in pages for leaf in page)
    lost = [
        leaf
        for key, leaf in leaves.items()
        if not starts[key] and key not in dropped and not all(run.blank for run in leaf.runs)
    ]
    doubled = [key for key, count in starts.items() if count > 1]
    unknown = [key for key in starts if key not in leaves]
    if lost or doubled or unknown:
        raise LostText(
            f"{len(lost)} texts lost, {len(doubled)} on two pages, {len(unknown)} from nowhere"
        )
