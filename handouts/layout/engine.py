"""Document and layout → Story: sections become pages, with heads, feet and page numbers."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from msgspec import Struct

from handouts.compose.cards import ExerciseCard
from handouts.compose.document import Block, Document
from handouts.compose.document import Section as DocumentSection
from handouts.errors import DoesNotFit
from handouts.layout.blocks import flowables, groups_of
from handouts.layout.card import Card
from handouts.layout.cards import pack_cards, pack_rows
from handouts.layout.cutout import SlotFoot, draw_cut_marks
from handouts.layout.flow import PagePlan, paginate, spread, total
from handouts.layout.flowable import Flowable
from handouts.layout.foot import Folio, Foot
from handouts.layout.head import HEADS
from handouts.layout.items import Bookmark, Page
from handouts.layout.look import Look
from handouts.layout.looks import look_of
from handouts.layout.row import RowCard
from handouts.layout.sections import head_of, joined, later, may_go_on, no_room
from handouts.layout.sheet import Sheet
from handouts.layout.stacked import StackedCard
from handouts.layout.story import Story, verify
from handouts.model.clinic import Paper
from handouts.model.layout import LEAST_WIDTH, POINTS_PER_MM, Layout, Section
from handouts.model.order import PAPER_SIZES, Order
from handouts.workspace import Workspace

_LEAST_HEIGHT = 70 * POINTS_PER_MM
_CUT_OUTER, _CUT_INNER = 30.0, 25.0
_AFTER_CARRIED = 22.0
_NEARLY_EMPTY = 0.4
"""A last page filled less than this goes on with the next section."""


class _Made(Struct, frozen=True):
    """A page without its foot, and the foot that goes on it."""

    page: Page
    foot: Foot
    width: float


class _Carried(Struct, frozen=True):
    """A nearly empty page that the next section goes on with, and the section it came from."""

    plan: PagePlan
    section: Section


class Engine:
    """Lays one document out; holds what all its sections share."""

    def __init__(self, document: Document, layout: Layout, paper: Paper, look: Look) -> None:
        self.document, self.layout, self.paper, self.look = document, layout, paper, look
        self.made: list[_Made] = []
        self.bookmarks: list[Bookmark] = []
        self._contents: dict[tuple[object, ...], tuple[float, float]] = {}
        self._heads: dict[tuple[str, float], tuple[Sheet, float]] = {}

    def run(self) -> tuple[Page, ...]:
        """Lay out every section and number the pages.

        Raises:
            DoesNotFit: if something is larger than a page, or the margins leave no room.
        """
        sections = [
            (section, blocks)
            for section, blocks in zip(self.layout.sections, self.document.sections, strict=True)
            if blocks.blocks
        ]
        carried: _Carried | None = None
        for index, (section, blocks) in enumerate(sections):
            if section.cards.form == "cut-out":
                self._cut_out(section, blocks)
                continue
            following = sections[index + 1][0] if index + 1 < len(sections) else None
            carried = self._section(section, blocks, carried, following)
        for number, made in enumerate(self.made, start=1):
            bottom = made.page.height - self.layout.margins.bottom
            folio = Folio(number, len(self.made))
            made.foot.draw(Sheet(made.page), self.layout.margins.side, bottom, made.width, folio)
        return tuple(made.page for made in self.made)

    # -- one section

    def _size(self, section: Section) -> tuple[float, float]:
        wide, high = PAPER_SIZES[self.paper]
        return (high, wide) if section.orientation == "landscape" else (wide, high)

    def _width(self, section: Section) -> float:
        width = self._size(section)[0] - 2 * self.layout.margins.side
        if width < LEAST_WIDTH:
            raise no_room("width", LEAST_WIDTH, width)
        return width

    def _foot(self, section: Section) -> Foot:
        return Foot(
            self.look,
            self.document,
            full=section.foot == "full",
            strip=section.stop_strip,
            halved=section.cards.form == "cut-out",
        )

    def _content(self, section: Section, *, first: bool) -> tuple[float, float]:
        """Top of the content and its height, on the first page of a section or a later one."""
        key = (head_of(section, first=first), section.orientation, self._foot(section).kind)
        if key not in self._contents:
            width, (_, high) = self._width(section), self._size(section)
            top = self._head(section, width, first=first)[1]
            below = self.layout.margins.bottom + self._foot(section).height(width)
            self._contents[key] = top, high - below - top
        top, height = self._contents[key]
        if height < _LEAST_HEIGHT:
            raise no_room("height", _LEAST_HEIGHT, height)
        return top, height

    def _head(self, section: Section, width: float, *, first: bool) -> tuple[Sheet, float]:
        """The head of a page on a sheet of its own, and where content may start below it."""
        margins, name = self.layout.margins, head_of(section, first=first)
        if (name, width) not in self._heads:
            sheet = Sheet(Page(0, 0, (0, 0, 0, 0)))
            top = HEADS[name](self.look, self.document, sheet, margins.side, margins.top, width)
            self._heads[name, width] = sheet, top
        return self._heads[name, width]

    def _section(
        self,
        section: Section,
        blocks: DocumentSection,
        carried: _Carried | None,
        following: Section | None,
    ) -> _Carried | None:
        """Lay a section out; a last page that is nearly empty is left to the next section."""
        start = joined(carried.section, section) if carried else section
        width = self._width(section)
        heights = [self._content(start, first=True)[1], self._content(section, first=False)[1]]
        plans: list[PagePlan] = [carried.plan] if carried else []
        for number, group in enumerate(groups_of(blocks.blocks)):
            if carried and not number:
                plans = self._go_on(section, group, width, plans[0], heights)
            else:
                plans += self._group(section, group, width, heights[1:] if plans else heights)
        last = plans[-1]
        if (
            following
            and may_go_on(section, following)
            and _least(last, width) < _NEARLY_EMPTY * heights[-1]
        ):
            plans.pop()
        else:
            last = ()
        for index, plan in enumerate(plans):
            self._draw_page(section if index else start, plan, width, first=index == 0)
        return _Carried(last, later(section) if plans else start) if last else None

    def _go_on(
        self,
        section: Section,
        group: Sequence[Block],
        width: float,
        carried: PagePlan,
        heights: list[float],
    ) -> list[PagePlan]:
        """Lay a group out below what was carried over; on a page of its own if it does not fit."""
        above = [item.flowable for item in carried]
        try:
            room = heights[0] - total(above, width) - _AFTER_CARRIED
            first, *more = self._group(section, group, width, [room, *heights[1:]])
        except DoesNotFit:
            return [carried, *self._group(section, group, width, heights[1:])]
        below = [item.flowable for item in first]
        below[0] = copy(below[0])
        below[0].gap = _AFTER_CARRIED
        return [spread([*above, *below], width, heights[0]), *more]

    def _group(
        self, section: Section, group: Sequence[Block], width: float, heights: list[float]
    ) -> list[PagePlan]:
        cards = [block for block in group if isinstance(block, ExerciseCard)]
        if cards:
            return self._card_pages(section, cards, width, heights)
        made = flowables(self.look, section, group)
        return paginate(made, width, heights)

    def _card_pages(
        self,
        section: Section,
        cards: Sequence[ExerciseCard],
        width: float,
        heights: list[float],
    ) -> list[PagePlan]:
        form, per_page = section.cards.form, section.cards.per_page
        if form == "row":
            return pack_rows([RowCard(self.look, card) for card in cards], width, heights)
        if form == "stacked":
            pages: list[PagePlan] = []
            for card in cards:
                pages += paginate(
                    [StackedCard(self.look, card)],
                    width,
                    heights[-1:] if pages else heights,
                )
            return pages
        made = [Card(self.look, card) for card in cards]
        return pack_cards(made, width, heights, per_page)

    def _draw_page(self, section: Section, plan: PagePlan, width: float, *, first: bool) -> None:
        page = self._new_page(section)
        sheet = Sheet(page)
        sheet.take(self._head(section, width, first=first)[0])
        y = self._content(section, first=first)[0]
        x = self.layout.margins.side
        for placed in plan:
            y += placed.gap
            self._mark(placed.flowable, y)
            if isinstance(placed.flowable, Card) and placed.gap:
                sheet.line(
                    x, y - placed.gap / 2 - 2, x + width, y - placed.gap / 2 - 2, "divider", 2.5
                )
            sheet.place("block", placed.flowable.name, x, y, width, placed.height)
            placed.flowable.draw(sheet, x, y, width, placed.height)
            y += placed.height
        self.made.append(_Made(page, self._foot(section), width))

    def _new_page(self, section: Section) -> Page:
        wide, high = self._size(section)
        margins = self.layout.margins
        return Page(wide, high, (margins.side, margins.top, margins.side, margins.bottom))

    def _mark(self, flowable: Flowable, y: float) -> None:
        """Give the flowable its place in the PDF's outline."""
        if flowable.bookmark:
            self.bookmarks.append(Bookmark(flowable.bookmark, len(self.made), y))

    # -- cards to cut out

    def _cut_out(self, section: Section, blocks: DocumentSection) -> None:
        """Quarter pages: what comes before the cards, the cards, what comes after them."""
        wide, high = self._size(section)
        foot = self._foot(section)
        width = wide / 2 - _CUT_OUTER - _CUT_INNER
        whole = wide - 2 * self.layout.margins.side
        below = max(_CUT_OUTER, self.layout.margins.bottom + foot.height(whole))
        room = high / 2 - below - _CUT_INNER
        slot_foot = SlotFoot(self.look, self.document, width)
        slots: list[PagePlan] = []
        for group in groups_of(blocks.blocks):
            parts = [[block] for block in group] if isinstance(group[0], ExerciseCard) else [group]
            for part in parts:
                made = flowables(self.look, section, part)
                slots += paginate(made, width, [room - slot_foot.height])
        for start in range(0, len(slots), 4):
            page = self._new_page(section)
            sheet = Sheet(page)
            draw_cut_marks(sheet, wide, high)
            for index, plan in enumerate(slots[start : start + 4]):
                x = (wide / 2 + _CUT_INNER) if index % 2 else _CUT_OUTER
                y = (high / 2 + _CUT_INNER) if index // 2 else _CUT_OUTER
                self._draw_slot(sheet, plan, x, y, width)
                slot_foot.draw(sheet, x, y + room, plan)
            self.made.append(_Made(page, foot, whole))

    def _draw_slot(self, sheet: Sheet, plan: PagePlan, x: float, y: float, width: float) -> None:
        for placed in plan:
            y += placed.gap
            self._mark(placed.flowable, y)
            sheet.place("block", placed.flowable.name, x, y, width, placed.height)
            placed.flowable.draw(sheet, x, y, width, placed.height)
            y += placed.height


def _least(plan: PagePlan, width: float) -> float:
    return total([item.flowable for item in plan], width)


def lay_out(document: Document, order: Order, workspace: Workspace) -> Story:
    """Return the pages of a document in the order's layout, paper, brand and mode.

    Raises:
        ContentError: for a letter that no font has, a logo that is no picture, or brand colours
            that cannot be read.
        DoesNotFit: if something is larger than a page.
        LostText: if a text of the document is on no page (a defect of the layout).
    """
    look, brand = look_of(order, document, workspace)
    engine = Engine(document, order.layout, order.paper, look)
    pages = engine.run()
    placed = verify(document, pages)
    return Story(document, pages, brand, tuple(engine.bookmarks), placed, order.date)
