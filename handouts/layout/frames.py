"""Turn a page into its areas: the head, the foot, and the frames between them."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace
from typing_extensions import override

from handouts.compose.document import Document
from handouts.errors import DoesNotFit
from handouts.layout.flow import PagePlan
from handouts.layout.page_foot import WIDEST, Feet, draw_cut_marks
from handouts.layout.page_head import HEADS, draw_draft
from handouts.layout.sheet import Sheet, trial_canvas
from handouts.layout.theme import Theme
from handouts.model.layout import LEAST_WIDTH, POINTS_PER_MM, LayoutSection
from handouts.model.order import PAPER_SIZES, Order
from handouts.pdf.slot import Align
from handouts.text.brand import Brand
from handouts.text.setting import SetText

_LEAST_HEIGHT = 70 * POINTS_PER_MM
_CUT_OUTER, _CUT_INNER = 24.0, 16.0
"""Space around cards to cut out: at the edges of the page, and along the cuts (points)."""

Box = tuple[float, float, float, float]
"""Left, top, width and height, in points from the top left corner of a page."""


class PlannedPage(Struct, frozen=True):
    """The blocks in each frame of a page. ``first``: it is the first page of its section.

    ``opening``: it is the first page of all, which has the mark of a draft. ``filed``: it has the
    code for the clinic's files.
    """

    section: LayoutSection
    first: bool
    frames: tuple[PagePlan, ...] = ()
    opening: bool = False
    filed: bool = False

    @property
    def head(self) -> str:
        """The name of its head; only a section's first page can have the letterhead."""
        head = self.section.head
        return head if self.first or head != "letterhead" else "running"

    @property
    def is_cut_out(self) -> bool:
        """Whether it is cut into quarters."""
        return self.section.cards.cut_out

    @property
    def kind(self) -> tuple[object, ...]:
        """What its head, foot and frames depend on, apart from the document."""
        section = self.section
        upper = self.head, section.orientation, self.opening
        return *upper, section.stop_strip, self.filed, self.is_cut_out

    def with_stop_strip(self) -> PlannedPage:
        """Return the page with the stop strip above its foot."""
        return replace(self, section=self.section.model_copy(update={"stop_strip": True}))


class _TrialSheet(Sheet):
    """A sheet on which heads and feet are drawn to find their height; nothing shows on it."""

    @override
    def text(
        self, x: float, y: float, block: SetText, colour: str = "text", *, align: Align = "left"
    ) -> float:
        return block.height


class PageFrames:
    """The heads, feet and frames of a document's pages."""

    def __init__(self, document: Document, order: Order, theme: Theme, brand: Brand) -> None:
        self.document, self.layout, self.theme = document, order.layout, theme
        self._paper = PAPER_SIZES[order.paper]
        self._feet = Feet(theme, document)
        self._scratch = _TrialSheet(trial_canvas(brand))
        self._known: dict[tuple[object, ...], tuple[Box, ...]] = {}

    def size(self, section: LayoutSection) -> tuple[float, float]:
        """Return width and height of a section's pages."""
        wide, high = self._paper
        return (high, wide) if section.orientation == "landscape" else (wide, high)

    def width(self, section: LayoutSection) -> float:
        """Return the width between the margins.

        Raises:
            DoesNotFit: if it is too narrow.
        """
        width = self.size(section)[0] - 2 * self.layout.margins.side
        if width < LEAST_WIDTH:
            raise _no_room("width", LEAST_WIDTH, width)
        return width

    def of(self, page: PlannedPage) -> tuple[Box, ...]:
        """Return the frames of a page: one, or four on a page to cut.

        Raises:
            DoesNotFit: if the margins leave too little room.
        """
        if page.kind not in self._known:
            self._known[page.kind] = self._quarters(page) if page.is_cut_out else self._whole(page)
        return self._known[page.kind]

    def height(self, page: PlannedPage) -> float:
        """Return the height of a page's first frame."""
        return self.of(page)[0][3]

    def _whole(self, page: PlannedPage) -> tuple[Box, ...]:
        """Return the frame between head and foot, which a trial drawing measures."""
        width, top = self.width(page.section), self.draw_head(self._scratch, page)
        height = self.draw_foot(self._scratch, page) - top
        if height < _LEAST_HEIGHT:
            raise _no_room("height", _LEAST_HEIGHT, height)
        return ((self.layout.margins.side, top, width, height),)

    def _quarters(self, page: PlannedPage) -> tuple[Box, ...]:
        """Return the frames of cards to cut out, which are higher if the foot has no code."""
        wide, high = self.size(page.section)
        end = min(high - _CUT_OUTER, self.draw_foot(self._scratch, page))
        width = wide / 2 - _CUT_OUTER - _CUT_INNER
        height = end - high / 2 - _CUT_INNER - self.quarter_foot(width)
        lefts, tops = ((_CUT_OUTER, each / 2 + _CUT_INNER) for each in (wide, high))
        boxes = [(left, top, width, height) for top in tops for left in lefts]
        begin = self.draw_head(self._scratch, page)
        boxes[0] = (_CUT_OUTER, begin, width, height + _CUT_OUTER - begin)
        return tuple(boxes)

    # -- heads and feet

    def draw_head(self, sheet: Sheet, page: PlannedPage) -> float:
        """Draw the head of a page; return where content may start below it."""
        margins, document = self.layout.margins, self.document
        wide, high = self.size(page.section)
        x, y, width = margins.side, margins.top, wide - 2 * margins.side
        if page.is_cut_out:
            draw_cut_marks(sheet, wide, high)
            x, y, width = _CUT_OUTER, _CUT_OUTER, wide / 2 - _CUT_OUTER - _CUT_INNER
        if page.opening and document.draft is not None:
            y = draw_draft(self.theme, document.draft, sheet, x, y, width)
        if page.is_cut_out:
            return y
        return HEADS[page.head](self.theme, document, sheet, x, y, width)

    def draw_foot(
        self, sheet: Sheet, page: PlannedPage, numbers: tuple[int, int] = WIDEST
    ) -> float:
        """Draw the foot of a page, with its number and the total; return where it begins."""
        section, margins, (wide, high) = page.section, self.layout.margins, self.size(page.section)
        return self._feet.draw_page(
            sheet,
            (margins.side, high - margins.bottom, wide - 2 * margins.side),
            numbers,
            strip=section.stop_strip and not page.is_cut_out,
            filed=page.filed,
            halved=page.is_cut_out,
            discreet=section.head == "banner",
        )

    def draw_quarter_foot(self, sheet: Sheet, box: Box, *, stop: bool) -> None:
        """Draw the foot below the frame of a card to cut out; with the stop strip if ``stop``."""
        left, top, width, height = box
        bottom = top + height + self.quarter_foot(width)
        self._feet.draw_quarter(sheet, left, bottom, width, stop=stop)

    def quarter_foot(self, width: float, *, stop: bool = False) -> float:
        """Return the height of a foot below a card to cut out."""
        return -self._feet.draw_quarter(self._scratch, 0.0, 0.0, width, stop=stop)


def _no_room(what: str, needed: float, available: float) -> DoesNotFit:
    """Return the error for margins that leave too little; lengths in points."""
    return DoesNotFit(
        f"the margins leave a {what} of {max(0.0, available) / POINTS_PER_MM:.0f} mm, "
        f"a page needs {needed / POINTS_PER_MM:.0f} mm",
        hint="make the layout's margins smaller",
    )
