"""Plan the pages of a document: which blocks go on which page, and how high each is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from msgspec.structs import replace
from reportlab.platypus import Flowable

from handouts.compose.document import BlockNode as Node
from handouts.compose.document import ExerciseCard, Notes
from handouts.layout.block import Block, StockFlowable
from handouts.layout.blocks import blocks_of, merged_columns
from handouts.layout.card import Card
from handouts.layout.flow import TOLERANCE, PagePlan, pack, paginate, spread, tightened, total
from handouts.layout.frames import PageFrames, PlannedPage
from handouts.layout.grid import GridTable
from handouts.layout.guidance import PainRuleBlock
from handouts.layout.prose import NotesBlock
from handouts.model.layout import BlockName, LayoutSection

_MANY_LINES, _FULL = 0.4, 0.85
"""Lines for notes with more than this share of a page give way, if the page before stays at least
this full."""

_MUCH = 0.13
"""Notes go below exercises that leave at least this share of a page."""

Added = Mapping[int, Sequence[Flowable | Block]]
"""ReportLab's flowables, or blocks, to put at the end of a section, by its number from 0."""

_Group = list[Node | Block]
"""Neighbours that flow together: nodes of the document, and blocks added after them."""


class Planner:
    """Plans the pages of one document in its ``frames``."""

    def __init__(self, frames: PageFrames, added: Added) -> None:
        self.frames, self._added = frames, added
        self.theme, self.layout, self.document = frames.theme, frames.layout, frames.document
        self._pages: list[PlannedPage] = []
        grids = (BlockName.TRACKING in section.block_names for section in self.layout.sections)
        self._has_grid = any(grids)

    def plan(self) -> tuple[PlannedPage, ...]:
        """Return the pages of all sections.

        Raises:
            DoesNotFit: if something is larger than a page, or the margins leave no room.
        """
        pairs = zip(self.layout.sections, self.document.sections, strict=True)
        sections = [
            (section, _groups([*content.blocks, *self._blocks_added(number)]))
            for number, (section, content) in enumerate(pairs)
            if content.blocks
        ]
        for index, (section, groups) in enumerate(sections):
            if section.cards.cut_out:
                self._cut_out(section, groups)
            else:
                self._section(section, groups, last=index == len(sections) - 1)
        return tuple(self._pages)

    def _blocks_added(self, section: int) -> list[Block]:
        added = self._added.get(section, ())
        return [each if isinstance(each, Block) else StockFlowable(each, section) for each in added]

    def _begun(self, section: LayoutSection) -> PlannedPage:
        """Return the first page of a section, still empty.

        The code for the clinic's files is on the first page of the section with the grid, or on
        the first page of all.
        """
        grid = BlockName.TRACKING in section.block_names
        filed = not any(page.filed for page in self._pages) and (grid or not self._has_grid)
        return PlannedPage(section, first=True, opening=not self._pages, filed=filed)

    # -- a section in whole pages

    def _section(self, section: LayoutSection, groups: Sequence[_Group], *, last: bool) -> None:
        """Plan a section from the top of a new page."""
        begun, later = self._begun(section), PlannedPage(section, first=False)
        heights = [self.frames.height(begun), self.frames.height(later)]
        while True:
            plans = self._plans(section, groups, heights, last=last)
            pages = [
                self._with_plan(page, plan, _from(heights, number)[0])
                for number, plan in enumerate(plans)
                for page in [later if number else begun]
            ]
            full = [number for number, page in enumerate(pages) if page is None]
            if not full:
                break
            # Fill these pages again with room for the strip: blocks give way or go to the next
            # page. A page filled with that room is never full again, so the loop ends.
            heights += heights[-1:] * (full[-1] + 2 - len(heights))
            for number in full:
                striped = (later if number else begun).with_stop_strip()
                heights[number] = self.frames.height(striped)
        self._pages += filter(None, pages)

    def _with_plan(self, page: PlannedPage, plan: PagePlan, room: float) -> PlannedPage | None:
        """Return a page with its blocks; None if they leave no room for the stop strip.

        Every page to tick without the pain rule has the strip. ``room`` is the height that the
        page was filled for.
        """
        if _is_to_tick(plan) and not holds(plan, PainRuleBlock):
            page = page.with_stop_strip()
        width, height = self.frames.width(page.section), self.frames.height(page)
        if height == room:
            return replace(page, frames=(plan,))
        blocks = tightened(list(plan), width, height + TOLERANCE)
        if total(blocks, width) > height + TOLERANCE:
            return None
        return replace(page, frames=(spread(blocks, width, height),))

    def _plans(
        self, section: LayoutSection, groups: Sequence[_Group], heights: list[float], *, last: bool
    ) -> list[PagePlan]:
        """Return the blocks on each page of a section; ``heights`` are those of its pages."""
        plans = self._filled(section, groups, heights, pinned=True, last=last)
        if any(holds(plan, PainRuleBlock) for plan in plans[1:]):
            # The pain rule went to a later page: see whether not pinning it saves a page.
            unpinned = self._filled(section, groups, heights, pinned=False, last=last)
            plans = min(plans, unpinned, key=len)
        if len(plans) > 2:
            rooms = _from(heights, len(plans) - 2)
            plans[-2:] = _evened(plans[-2], plans[-1], self.frames.width(section), rooms)
        return plans

    def _filled(
        self,
        section: LayoutSection,
        groups: Sequence[_Group],
        heights: list[float],
        *,
        pinned: bool,
        last: bool,
    ) -> list[PagePlan]:
        """Return pages filled with one group after another; ``pinned`` is as in `paginate`."""
        width, airy = self.frames.width(section), self.layout.grid.weeks_across == 1
        plans: list[PagePlan] = []
        for group in groups:
            blocks, room = blocks_of(self.theme, section, group), _from(heights, len(plans))
            if plans and _are_notes(group):
                high = _from(heights, len(plans) - 1)[0]
                plans[-1] = _with_notes(plans[-1], blocks, width, high, least=high * _MUCH)
            elif _are_cards(group):
                plans += pack(blocks, width, room, section.cards.per_page)
            else:
                before = len(self._pages) + len(plans)
                ends = group is groups[-1] and not last
                count = partial(_coming_to, before) if ends else len
                plans += paginate(blocks, width, room, pinned=pinned, airy=airy, count=count)
        if not last and _needs_a_back(len(self._pages) + len(plans), plans[-1]):
            plans[-1:] = _with_a_back(plans[-1], width, _from(heights, len(plans) - 1))
        return plans

    # -- a section in quarter pages, to cut out

    def _cut_out(self, section: LayoutSection, groups: Sequence[_Group]) -> None:
        """Plan the blocks before the cards, a quarter for each card, and the blocks after."""
        begun, later = self._begun(section), PlannedPage(section, first=False)
        boxes = [*self.frames.of(begun), self.frames.of(later)[0]]
        heights = [box[3] for box in boxes]
        foot, width = self.frames.quarter_foot, boxes[0][2]
        lower = foot(width, stop=True) - foot(width)
        striped: set[int] = set()
        while True:
            quarters = self._quarters(section, groups, heights, width)
            full = [
                number
                for number, plan in enumerate(quarters)
                if number not in striped and has_strip(section, plan)
            ]
            if not full:
                break
            heights += heights[-1:] * (full[-1] + 2 - len(heights))
            for number in full:
                heights[number] -= lower
            striped.update(full)
        for start in range(0, len(quarters), 4):
            page = later if start else begun
            self._pages.append(replace(page, frames=tuple(quarters[start : start + 4])))

    def _quarters(
        self, section: LayoutSection, groups: Sequence[_Group], heights: list[float], width: float
    ) -> list[PagePlan]:
        """Return the blocks in each quarter; ``heights`` are those of the quarters, in order."""
        quarters: list[PagePlan] = []
        for group in groups:
            if quarters and _are_notes(group) and not len(quarters) % 4:
                notes = blocks_of(self.theme, section, group)
                high = _from(heights, len(quarters) - 1)[0]
                quarters[-1] = _with_notes(quarters[-1], notes, width, high, least=high)
                continue
            for part in [[card] for card in group] if _are_cards(group) else [group]:
                blocks = blocks_of(self.theme, section, part)
                quarters += paginate(blocks, width, _from(heights, len(quarters)))
        return quarters


def has_strip(section: LayoutSection, plan: PagePlan) -> bool:
    """Return whether a quarter has the stop strip, because of boxes to tick or its section.

    A quarter with the pain rule or a card, which has a stop line, does not need it.
    """
    wanted = section.stop_strip or _is_to_tick(plan)
    return wanted and not holds(plan, PainRuleBlock) and not holds(plan, Card)


def page_of(pages: Sequence[PlannedPage], kind: type[Block]) -> int:
    """Return the number of the first page, from 1, with a kind of block; 0 if there is none."""
    for number, page in enumerate(pages, start=1):
        if any(holds(plan, kind) for plan in page.frames):
            return number
    return 0


def _groups(parts: Sequence[Node | Block]) -> list[_Group]:
    """Return the groups that flow together: cards are separate, and so are blocks after notes."""
    groups: list[_Group] = []
    for part in parts:
        before = groups[-1] if groups else []
        is_same = _are_cards(before) == _are_cards([part])
        if before and is_same and not (isinstance(part, Block) and _are_notes(before)):
            before.append(part)
        else:
            groups.append([part])
    return groups


def _are_cards(group: _Group) -> bool:
    """Return whether they are exercise cards, which have their own pages."""
    return any(isinstance(part, ExerciseCard) for part in group)


def _are_notes(group: _Group) -> bool:
    """Return whether they are only lines for notes, which do not start a page."""
    return all(isinstance(part, Notes) for part in group)


def holds(plan: Sequence[Block], kind: type[Block]) -> bool:
    """Return whether a kind of block is among them, or inside one of them."""
    return any(isinstance(block, kind) or holds(block.inside, kind) for block in plan)


def _is_to_tick(plan: PagePlan) -> bool:
    return any(isinstance(block, GridTable) and block.boxes for block in plan)


def _from(heights: list[float], page: int) -> list[float]:
    """Return the heights of a page, counted from 0, and later ones; the last is for all after."""
    return heights[min(page, len(heights) - 1) :]


def _with_notes(
    plan: PagePlan, notes: Sequence[Block], width: float, height: float, *, least: float
) -> PagePlan:
    """Put lines for notes below the last exercises, if these leave at least ``least`` points."""
    left = height - total(plan, width) - sum(block.usual_stretch(width) for block in plan)
    if left < least:
        notes = [block.tighter() or block for block in notes]
    return spread([*plan, *notes], width, height)


def _below_grid(blocks: Sequence[Block]) -> int:
    """Return the index of the first block below the last boxes of a page."""
    return max(i for i, block in enumerate(blocks) if isinstance(block, GridTable)) + 1


def _evened(
    before: PagePlan, last: PagePlan, width: float, heights: Sequence[float]
) -> list[PagePlan]:
    """Move blocks from below the boxes of a page to a last page that is mostly lines for notes.

    That makes the boxes higher. Nothing moves if it would leave a gap on the page before.
    """
    lines = sum(block.height for block in last if isinstance(block, NotesBlock))
    high, low = heights[0], heights[min(1, len(heights) - 1)]
    if lines < _MANY_LINES * low or not holds(before, GridTable):
        return [before, last]
    for cut in range(_below_grid(before), len(before)):
        front = spread(before[:cut], width, high)
        used = sum(block.space_above + block.height for block in front)
        after = merged_columns([*before[cut:], *last])
        if total(after, width) <= low and used >= _FULL * high:
            return [front, spread(after, width, low)]
    return [before, last]


def _needs_a_back(number: int, plan: PagePlan) -> bool:
    """Return whether a page has boxes to tick and would have exercises on its back."""
    return number % 2 == 1 and holds(plan, GridTable)


def _coming_to(before: int, pages: Sequence[PagePlan]) -> int:
    """Return the number of pages, with a back for the last if needed; ``before``: pages before."""
    return len(pages) + _needs_a_back(before + len(pages), pages[-1])


def _with_a_back(plan: PagePlan, width: float, heights: Sequence[float]) -> list[PagePlan]:
    """Move what is below the boxes of a page to tick to a new page, which becomes its back.

    A page to tick hangs on a door, where nobody reads exercises on its back.
    """
    cut = _below_grid(plan)
    if cut == len(plan):
        return [plan]
    back = [
        NotesBlock(block.theme, block.block) if isinstance(block, NotesBlock) else block
        for block in plan[cut:]
    ]
    return [spread(plan[:cut], width, heights[0]), *paginate(back, width, heights[-1:])]
