"""Turn a page into the room on it: its head, its foot, and the frames between them."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from handouts.compose.document import Document, Draft
from handouts.errors import DoesNotFit
from handouts.layout.flow import PagePlan
from handouts.layout.page_foot import Foot, SlotFoot
from handouts.layout.page_head import HEADS
from handouts.layout.sheet import PageCanvas, Sheet
from handouts.layout.theme import Theme, bold, plain
from handouts.model.layout import LEAST_WIDTH, POINTS_PER_MM, LayoutSection
from handouts.model.order import PAPER_SIZES, Order
from handouts.text.brand import Brand

_LEAST_HEIGHT = 70 * POINTS_PER_MM
_CUT_OUTER, _CUT_INNER = 24.0, 16.0
"""Space round cards to cut out: at the edges of the page, and along the cuts (points)."""

_DRAFT_SPACE, _DRAFT_AFTER = 1.5, 5.0
"""Space within the band that marks a draft, above and below its words; and below the band."""

Box = tuple[float, float, float, float]
"""Left, top, width and height, in points from the top left corner of a page."""


class PlannedPage(Struct, frozen=True):
    """What stands in each frame of a page. ``first``: the first page of its section.

    ``opening``: the first of all, which says if it is a draft; ``filed``: it has the code for the
    clinic's files.
    """

    section: LayoutSection
    first: bool
    frames: tuple[PagePlan, ...] = ()
    opening: bool = False
    filed: bool = False

    @property
    def head(self) -> str:
        """The name of its head: a letterhead stands only on a section's first page."""
        head = self.section.head
        return head if self.first or head != "letterhead" else "running"

    @property
    def is_cut_out(self) -> bool:
        """Whether it is cut into quarters."""
        return self.section.cards.cut_out

    @property
    def kind(self) -> tuple[object, ...]:
        """What its head, its foot and its frames depend on, beside the document."""
        section = self.section
        upper = self.head, section.orientation, self.opening
        return *upper, section.stop_strip, self.filed, self.is_cut_out

    def with_stop_strip(self) -> PlannedPage:
        """Return it with the stop strip above its foot."""
        return replace(self, section=self.section.model_copy(update={"stop_strip": True}))


class DraftBand:
    """The mark of a draft: a frame over the first page; black on white, for every printer."""

    def __init__(self, theme: Theme, draft: Draft | None, width: float) -> None:
        self.draft, self.width, self.height = draft, width, 0.0
        if draft is None:
            return
        setter, style = theme.setter, plain(theme.type.detail)
        self.mark = setter.line(draft.mark, bold(theme.type.detail, style.size * 1.15))
        self.why = setter.set(draft.why, style, width - self.mark.width - 26)
        self.high = max(self.mark.height, self.why.height) + 2 * _DRAFT_SPACE
        self.height = self.high + _DRAFT_AFTER

    def paint(self, sheet: Sheet, x: float, y: float) -> None:
        """Draw with the top left corner at ``x, y``; nothing if it is no draft."""
        if self.draft is None:
            return
        sheet.rect(x, y, self.width, self.high, fill="white", stroke="text", line=1.5, radius=3)
        sheet.text(x + 8, y + (self.high - self.mark.height) / 2, self.mark)
        left = x + self.mark.width + 18
        sheet.text(left, y + (self.high - self.why.height) / 2, self.why)


class PageFrames:
    """The heads, feet and frames of a document's pages."""

    def __init__(self, document: Document, order: Order, theme: Theme, brand: Brand) -> None:
        self.document, self.layout, self.theme = document, order.layout, theme
        self._paper = PAPER_SIZES[order.paper]
        self._scratch = PageCanvas(brand).sheet
        self._known: dict[tuple[object, ...], tuple[Box, ...]] = {}

    def size(self, section: LayoutSection) -> tuple[float, float]:
        """Return width and height of a section's pages."""
        wide, high = self._paper
        return (high, wide) if section.orientation == "landscape" else (wide, high)

    def width(self, section: LayoutSection) -> float:
        """Return the width between the margins.

        Raises:
            DoesNotFit: if it is too little.
        """
        width = self.size(section)[0] - 2 * self.layout.margins.side
        if width < LEAST_WIDTH:
            raise _no_room("width", LEAST_WIDTH, width)
        return width

    def of(self, page: PlannedPage) -> tuple[Box, ...]:
        """Return the frames of a page: one, or four on a page that is cut.

        Raises:
            DoesNotFit: if the margins leave too little.
        """
        if page.kind not in self._known:
            self._known[page.kind] = self._quarters(page) if page.is_cut_out else self._whole(page)
        return self._known[page.kind]

    def height(self, page: PlannedPage) -> float:
        """Return the height of a page's first frame."""
        return self.of(page)[0][3]

    def _whole(self, page: PlannedPage) -> tuple[Box, ...]:
        """The frame between head and foot: the head is drawn to know where it ends."""
        width = self.width(page.section)
        top = self.draw_head(self._scratch, page)
        below = self.layout.margins.bottom + self.foot(page).height_at(width)
        height = self.size(page.section)[1] - below - top
        if height < _LEAST_HEIGHT:
            raise _no_room("height", _LEAST_HEIGHT, height)
        return ((self.layout.margins.side, top, width, height),)

    def _quarters(self, page: PlannedPage) -> tuple[Box, ...]:
        """The frames of cards to cut out: they are higher where the foot has no code."""
        wide, high = self.size(page.section)
        whole = wide - 2 * self.layout.margins.side
        below = max(_CUT_OUTER, self.layout.margins.bottom + self.foot(page).height_at(whole))
        width = self.quarter_width(page.section)
        height = high / 2 - below - _CUT_INNER - self.slot_foot(page.section).height
        lefts, tops = ((_CUT_OUTER, each / 2 + _CUT_INNER) for each in (wide, high))
        boxes = [(left, top, width, height) for top in tops for left in lefts]
        if page.opening:
            draft = self.draft(width).height
            boxes[0] = (_CUT_OUTER, _CUT_OUTER + draft, width, height - draft)
        return tuple(boxes)

    def quarter_width(self, section: LayoutSection) -> float:
        """Return the width of a card to cut out."""
        return self.size(section)[0] / 2 - _CUT_OUTER - _CUT_INNER

    # -- what stands above and below

    def draw_head(self, sheet: Sheet, page: PlannedPage) -> float:
        """Draw the head of a page; return where content may start below it."""
        margins, width = self.layout.margins, self.width(page.section)
        x, y = margins.side, margins.top
        if page.opening:
            draft = self.draft(width)
            draft.paint(sheet, x, y)
            y += draft.height
        return HEADS[page.head](self.theme, self.document, sheet, x, y, width)

    def draft(self, width: float) -> DraftBand:
        """Return the mark of a draft, which is nothing on a handout that is none."""
        return DraftBand(self.theme, self.document.draft, width)

    def foot(self, page: PlannedPage) -> Foot:
        """Return the foot of a page."""
        section = page.section
        return Foot(
            self.theme,
            self.document,
            strip=section.stop_strip and not page.is_cut_out,
            filed=page.filed,
            halved=section.cards.cut_out,
            discreet=section.head == "banner",
        )

    def slot_foot(self, section: LayoutSection) -> SlotFoot:
        """Return the foot below each card to cut out."""
        return SlotFoot(self.theme, self.document, self.quarter_width(section))


def _no_room(what: str, needed: float, available: float) -> DoesNotFit:
    """Return the error for margins that leave too little; points."""
    return DoesNotFit(
        f"the margins leave a {what} of {max(0.0, available) / POINTS_PER_MM:.0f} mm, "
        f"a page needs {needed / POINTS_PER_MM:.0f} mm",
        hint="make the layout's margins smaller",
    )
