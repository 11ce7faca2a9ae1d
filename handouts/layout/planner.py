"""Plan the pages of a document: which blocks stand on which page, and how high each is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace
from reportlab.platypus import Flowable

from handouts.compose.document import Block as Node
from handouts.compose.document import Document, ExerciseCard, Notes
from handouts.layout.block import Block, Stock
from handouts.layout.blocks import flowables, groups_of, head_of, joined, no_room
from handouts.layout.flow import PagePlan, pack, paginate, spread, tightened, total
from handouts.layout.foot import Foot, SlotFoot
from handouts.layout.grid import GridTable
from handouts.layout.guidance import PainRuleBlock
from handouts.layout.head import HEADS, DraftBand
from handouts.layout.prose import NotesBlock
from handouts.layout.sheet import PageCanvas, Sheet
from handouts.layout.theme import Theme
from handouts.model.layout import LEAST_WIDTH, POINTS_PER_MM, BlockName, Section
from handouts.model.order import PAPER_SIZES, Order
from handouts.text.brand import Brand

_LEAST_HEIGHT = 70 * POINTS_PER_MM
_MANY_LINES, _FULL = 0.4, 0.85
"""Lines for notes that take more of a page give way; what is less full is no full page."""

_TRIES = 4
"""Pages are planned anew so often, until each page to tick says when to stop."""

_MUCH = 0.13
"""Notes stand below exercises if they leave more than this part of a page."""

_CUT_OUTER, _CUT_INNER = 24.0, 16.0
Added = Mapping[int, Sequence[Flowable]]
"""Flowables of ReportLab's by the section, counted from 0, at whose end they stand."""


class PlannedPage(Struct, frozen=True):
    """What stands in each frame of a page. ``first``: the first page of its section.

    ``opening``: the first of all, which says if it is a draft; ``filed``: it has the code for the
    clinic's files.
    """

    section: Section
    first: bool
    frames: tuple[PagePlan, ...] = ()
    opening: bool = False
    filed: bool = False

    @property
    def is_cut_out(self) -> bool:
        """Whether it is cut into quarters."""
        return self.section.cards.cut_out


class Quarter(Struct, frozen=True):
    """The top left corners of the quarters of a page, their size, and the foot of each."""

    corners: tuple[tuple[float, float], ...]
    width: float
    height: float
    foot: SlotFoot


class _Group(Struct, frozen=True):
    """Blocks that flow together, and flowables after them."""

    blocks: Sequence[Node]
    added: Sequence[Stock] = ()

    @property
    def is_cards(self) -> bool:
        """Whether they are exercise cards, which have pages of their own."""
        return any(isinstance(block, ExerciseCard) for block in self.blocks)

    @property
    def is_notes(self) -> bool:
        """Whether it is nothing but lines for notes, which open no page."""
        return not self.added and all(isinstance(block, Notes) for block in self.blocks)


class Planner:
    """Plans the pages of one document; holds what all its sections share."""

    def __init__(
        self,
        document: Document,
        order: Order,
        theme: Theme,
        brand: Brand,
        added: Added,
    ) -> None:
        self.document, self.layout, self.paper = document, order.layout, order.paper
        self.theme = theme
        self._scratch = PageCanvas(brand).sheet
        self._added = added
        self.pages: list[PlannedPage] = []
        self._contents: dict[tuple[object, ...], tuple[float, float]] = {}
        self._heads: dict[tuple[object, ...], float] = {}
        grids = (BlockName.TRACKING in section.block_names for section in self.layout.sections)
        self._has_grid = any(grids)

    def plan(self) -> None:
        """Plan the ``pages`` of all sections.

        Raises:
            DoesNotFit: if something is larger than a page, or the margins leave no room.
        """
        pairs = zip(self.layout.sections, self.document.sections, strict=True)
        sections = [
            (section, blocks.blocks, [Stock(each, number) for each in self._added.get(number, ())])
            for number, (section, blocks) in enumerate(pairs)
            if blocks.blocks
        ]
        for index, (section, blocks, added) in enumerate(sections):
            if section.cards.cut_out:
                self._cut_out(section, blocks, added)
            else:
                last = index == len(sections) - 1
                self._section(section, blocks, added, last=last)

    def page_of(self, kind: type[Block]) -> int:
        """Return on which of the planned pages, from 1, a kind of block stands first; 0 on none."""
        for number, page in enumerate(self.pages, start=1):
            if any(_holds(plan, kind) for plan in page.frames):
                return number
        return 0

    # -- one section

    def size(self, section: Section) -> tuple[float, float]:
        """Return width and height of its pages."""
        wide, high = PAPER_SIZES[self.paper]
        return (high, wide) if section.orientation == "landscape" else (wide, high)

    def width(self, section: Section) -> float:
        """Return the width between the margins."""
        width = self.size(section)[0] - 2 * self.layout.margins.side
        if width < LEAST_WIDTH:
            raise no_room("width", LEAST_WIDTH, width)
        return width

    def foot(self, page: PlannedPage) -> Foot:
        """Return the foot of a page."""
        section = page.section
        return Foot(
            self.theme,
            self.document,
            strip=section.stop_strip,
            filed=page.filed,
            halved=section.cards.cut_out,
            discreet=section.head == "banner",
        )

    def content(self, page: PlannedPage) -> tuple[float, float]:
        """Top of the content of a page and its height."""
        section, foot = page.section, self.foot(page)
        head = head_of(section, first=page.first)
        key = (head, section.orientation, page.opening, foot.kind)
        if key not in self._contents:
            width, (_, high) = self.width(section), self.size(section)
            top = self._below_head(page, width)
            below = self.layout.margins.bottom + foot.height_at(width)
            self._contents[key] = top, high - below - top
        top, height = self._contents[key]
        if height < _LEAST_HEIGHT:
            raise no_room("height", _LEAST_HEIGHT, height)
        return top, height

    def _below_head(self, page: PlannedPage, width: float) -> float:
        """Where content may start below the head of a page: it is drawn to know it."""
        key = head_of(page.section, first=page.first), page.opening, width
        if key not in self._heads:
            self._heads[key] = self.draw_head(self._scratch, page)
        return self._heads[key]

    def draw_head(self, sheet: Sheet, page: PlannedPage) -> float:
        """Draw the head of a page; return where content may start below it."""
        margins, draw = self.layout.margins, HEADS[head_of(page.section, first=page.first)]
        x, y, width = margins.side, margins.top, self.width(page.section)
        if page.opening:
            draft = self.draft(width)
            draft.paint(sheet, x, y)
            y += draft.height
        return draw(self.theme, self.document, sheet, x, y, width)

    def draft(self, width: float) -> DraftBand:
        """Return the mark of a draft, which is nothing on a handout that is none."""
        return DraftBand(self.theme, self.document.draft, width)

    def _begun(self, section: Section) -> PlannedPage:
        """Return the first page of a section with nothing on it.

        The code for the clinic's files stands on the page where the grid begins, or the first.
        """
        grid = BlockName.TRACKING in section.block_names
        filed = not any(page.filed for page in self.pages) and (grid or not self._has_grid)
        return PlannedPage(section, first=True, opening=not self.pages, filed=filed)

    def _section(
        self, section: Section, blocks: Sequence[Node], added: Sequence[Stock], *, last: bool
    ) -> None:
        """Lay a section out, from the top of a new page."""
        begun, later = self._begun(section), PlannedPage(section, first=False)
        heights = [self.content(begun)[1], self.content(later)[1]]
        pages: list[PlannedPage] = []
        for _ in range(_TRIES):
            plans = self._plans(section, blocks, added, heights, last=last)
            pages = [
                self._stopping(replace(later if index else begun, frames=(plan,)), ruled=ruled)
                for index, (plan, ruled) in enumerate(zip(plans, _ruled(plans), strict=True))
            ]
            bare = [
                index
                for index, (page, ruled) in enumerate(zip(pages, _ruled(plans), strict=True))
                if _is_bare(page, ruled=ruled)
            ]
            if not bare:
                break
            # What stands there gives way to the strip, or goes to the next page.
            heights += heights[-1:] * (bare[-1] + 2 - len(heights))
            heights[bare[-1]] = self.content(_striped(pages[bare[-1]]))[1]
        self.pages += pages

    def _plans(
        self,
        section: Section,
        blocks: Sequence[Node],
        added: Sequence[Stock],
        heights: list[float],
        *,
        last: bool,
    ) -> list[PagePlan]:
        """Return what stands on each page of a section; ``heights``: of its pages, in order."""
        width = self.width(section)

        def planned(*, pinned: bool) -> list[PagePlan]:
            plans: list[PagePlan] = []
            for group in _groups(blocks, added):
                if plans and group.is_notes:
                    notes = flowables(self.theme, section, group.blocks)
                    high = _from(heights, len(plans) - 1)[0]
                    plans[-1] = _with_notes(plans[-1], notes, width, high, least=high * _MUCH)
                    continue
                room = _from(heights, len(plans))
                plans += self._group(section, group, width, room, pinned=pinned)
            if not last and (len(self.pages) + len(plans)) % 2 and _holds(plans[-1], GridTable):
                plans[-1:] = _with_a_back(plans[-1], width, _from(heights, len(plans) - 1))
            return plans

        plans = planned(pinned=True)
        if any(_holds(plan, PainRuleBlock) for plan in plans[1:]):
            # The pain rule follows on the next page: not if a page is saved without.
            plans = min(plans, planned(pinned=False), key=len)
        if len(plans) > 2:
            plans[-2:] = _evened(plans[-2], plans[-1], width, heights[-1])
        return plans

    def _stopping(self, page: PlannedPage, *, ruled: bool) -> PlannedPage:
        """Give a page to tick before the page with the pain rule the stop strip, if it has room."""
        if not _is_bare(page, ruled=ruled):
            return page
        (plan,) = page.frames
        striped = _striped(page)
        width, height = self.width(page.section), self.content(striped)[1]
        blocks = tightened([item.block for item in plan], width, height)
        if total(blocks, width) > height:
            return page
        return replace(striped, frames=(spread(blocks, width, height),))

    def _group(
        self,
        section: Section,
        group: _Group,
        width: float,
        heights: list[float],
        *,
        pinned: bool,
    ) -> list[PagePlan]:
        made = [*flowables(self.theme, section, group.blocks), *group.added]
        if group.is_cards:
            return pack(made, width, heights, section.cards.per_page)
        airy = self.layout.grid.weeks_across == 1
        return paginate(made, width, heights, pinned=pinned, airy=airy)

    # -- cards to cut out

    def _cut_out(self, section: Section, blocks: Sequence[Node], added: Sequence[Stock]) -> None:
        """Quarter pages: what comes before the cards, the cards, what comes after them."""
        begun, later = self._begun(section), PlannedPage(section, first=False)
        quarter = self.quarter(begun)
        room, more = (each.height - each.foot.height for each in (quarter, self.quarter(later)))
        first = room - self.draft(quarter.width).height if begun.opening else room
        heights = [first, room, room, room, more]
        slots: list[PagePlan] = []
        for group in _groups(blocks, added):
            if slots and group.is_notes and not len(slots) % 4:
                notes = flowables(self.theme, section, group.blocks)
                high = _from(heights, len(slots) - 1)[0]
                slots[-1] = _with_notes(slots[-1], notes, quarter.width, high, least=high)
                continue
            parts = [[block] for block in group.blocks] if group.is_cards else [group.blocks]
            for part in parts:
                made = [*flowables(self.theme, section, part), *group.added]
                slots += paginate(made, quarter.width, _from(heights, len(slots)))
        for start in range(0, len(slots), 4):
            page = later if start else begun
            self.pages.append(replace(page, frames=tuple(slots[start : start + 4])))

    def quarter(self, page: PlannedPage) -> Quarter:
        """Return the room of a quarter page: it is more where the foot has no code."""
        section = page.section
        wide, high = self.size(section)
        width = wide / 2 - _CUT_OUTER - _CUT_INNER
        whole = wide - 2 * self.layout.margins.side
        foot = self.foot(page)
        below = max(_CUT_OUTER, self.layout.margins.bottom + foot.height_at(whole))
        corners = (
            (_CUT_OUTER, _CUT_OUTER),
            (wide / 2 + _CUT_INNER, _CUT_OUTER),
            (_CUT_OUTER, high / 2 + _CUT_INNER),
            (wide / 2 + _CUT_INNER, high / 2 + _CUT_INNER),
        )
        room = high / 2 - below - _CUT_INNER
        return Quarter(corners, width, room, SlotFoot(self.theme, self.document, width))


def _groups(blocks: Sequence[Node], added: Sequence[Stock]) -> list[_Group]:
    """Return blocks that flow together; what is added flows on after the last, but for cards."""
    groups = [_Group(group) for group in groups_of(blocks)]
    if added and (groups[-1].is_cards or groups[-1].is_notes):
        groups.append(_Group(()))
    groups[-1] = _Group(groups[-1].blocks, added)
    return groups


def _holds(plan: PagePlan, kind: type[Block]) -> bool:
    return any(isinstance(item.block, kind) for item in plan)


def _from(heights: list[float], page: int) -> list[float]:
    """Return the heights of a page and those after it, counted from 0; the last holds for more."""
    return heights[min(page, len(heights) - 1) :]


def _ruled(plans: Sequence[PagePlan]) -> list[bool]:
    """Whether the pain rule stands on a page or one before, for each page."""
    holds = [_holds(plan, PainRuleBlock) for plan in plans]
    return [any(holds[: index + 1]) for index in range(len(plans))]


def _is_bare(page: PlannedPage, *, ruled: bool) -> bool:
    """Whether a page has boxes to tick, and nothing that says when to stop."""
    blocks = [item.block for plan in page.frames for item in plan]
    boxes = any(isinstance(block, GridTable) and block.boxes for block in blocks)
    return boxes and not ruled and not page.section.stop_strip


def _striped(page: PlannedPage) -> PlannedPage:
    return replace(page, section=page.section.model_copy(update={"stop_strip": True}))


def _with_notes(
    plan: PagePlan, notes: Sequence[Block], width: float, height: float, *, least: float
) -> PagePlan:
    """Put lines for notes below the last exercises, where these leave at least so much room."""
    cards = [item.block for item in plan]
    left = height - total(cards, width) - sum(card.stretch(width) for card in cards)
    if left < least:
        notes = [block.tighter() or block for block in notes]
    return spread([*cards, *notes], width, height)


def _anew(block: Block) -> Block:
    return NotesBlock(block.theme, block.block) if isinstance(block, NotesBlock) else block


def _evened(before: PagePlan, last: PagePlan, width: float, height: float) -> list[PagePlan]:
    """Let what stands below the boxes of a page go on to a last page that is mostly lines.

    The boxes then are higher. Nothing moves if that leaves an empty piece on the page before.
    """
    lines = sum(item.height for item in last if isinstance(item.block, NotesBlock))
    if lines < _MANY_LINES * height or not _holds(before, GridTable):
        return [before, last]
    blocks, rest = ([item.block for item in plan] for plan in (before, last))
    first = max(i for i, block in enumerate(blocks) if isinstance(block, GridTable)) + 1
    for cut in range(first, len(blocks)):
        front = spread(blocks[:cut], width, height)
        used = sum(item.gap + item.height for item in front)
        after = joined([*blocks[cut:], *rest])
        if total(after, width) <= height and used >= _FULL * height:
            return [front, spread(after, width, height)]
    return [before, last]


def _with_a_back(plan: PagePlan, width: float, heights: Sequence[float]) -> list[PagePlan]:
    """Part a page to tick from what stands below its boxes, which becomes its back.

    A page to tick hangs on a door: exercises are not read from its back.
    """
    blocks = [item.block for item in plan]
    cut = max(i for i, block in enumerate(blocks) if isinstance(block, GridTable)) + 1
    front, back = blocks[:cut], list(map(_anew, blocks[cut:]))
    if not back:
        return [plan]
    return [spread(front, width, heights[0]), *paginate(back, width, heights[-1:])]
