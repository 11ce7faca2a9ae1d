"""Lay out two documents that say the same in two languages, with the same content on each page.

One of them is laid out as usual, and the other follows its pages.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from handouts.compose.document import Document, Notes, Pointer
from handouts.errors import DoesNotFit
from handouts.layout.block import Block
from handouts.layout.blocks import blocks_of
from handouts.layout.doc import LaidOut, lay_out
from handouts.layout.flow import TOLERANCE, PagePlan, does_not_fit, spread, tightened, total
from handouts.layout.frames import PageFrames, PlannedPage
from handouts.layout.guidance import RedFlagsBlock
from handouts.layout.planner import page_of
from handouts.layout.prose import NotesBlock
from handouts.layout.sheet import Sheet, trial_canvas
from handouts.layout.theme import theme_of
from handouts.model.order import Order
from handouts.workspace import Workspace

_STEP = 3.0
"""The step of the search for the place at which to split a block, in points."""
Leaves = frozenset[int]
"""Texts by their number in the document, which is the same in both languages."""


def lay_out_bilingual(
    documents: tuple[Document, Document], orders: tuple[Order, Order], workspace: Workspace
) -> tuple[LaidOut, LaidOut]:
    """Return the pages of two documents, with the same blocks, steps and weeks on each.

    Raises:
        DoesNotFit: if something is larger than a page, or neither fits on the other's pages.
    """
    asked = tuple(zip(documents, orders, strict=True))
    first, second = (lay_out(document, order, workspace) for document, order in asked)
    if same_pages(first, second):
        return first, second
    # Try the longer one first: the shorter one is likely to fit on its pages.
    ways = [(first, *asked[1]), (second, *asked[0])]
    for guide, document, order in sorted(ways, key=lambda way: -len(way[0].planned)):
        try:
            other = _following(guide, document, order, workspace)
        except DoesNotFit:
            continue
        return (guide, other) if guide is first else (other, guide)
    languages = " and ".join(document.language for document in documents)
    raise DoesNotFit(
        f"the pages of {languages} cannot be the same",
        hint="make a handout of each, with --language, or choose another layout",
    )


def same_pages(first: LaidOut, second: LaidOut) -> bool:
    """Return whether two documents that say the same have the same content on each page."""
    return _places(first) == _places(second)


def _numbers(document: Document) -> dict[int, int]:
    """Return the number of each text of a document, by its id."""
    return {id(leaf): number for number, leaf in enumerate(document.leaves())}


def _places(laid_out: LaidOut) -> list[Leaves]:
    """Return the texts on each page, except the notes, which go wherever room is left."""
    numbers, sections = _numbers(laid_out.document), laid_out.document.sections
    for notes in (node for each in sections for node in each.blocks if isinstance(node, Notes)):
        del numbers[id(notes.heading)], numbers[id(notes.prompt)]
    pages = laid_out.draw().sheet.placed
    return [frozenset(numbers[leaf] for leaf in page if leaf in numbers) for page in pages]


def _following(guide: LaidOut, document: Document, order: Order, workspace: Workspace) -> LaidOut:
    """Lay out a document on the pages of another.

    Raises:
        DoesNotFit: if a page has no room for the content of the same page of the other.
    """
    signs = page_of(guide.planned, RedFlagsBlock)
    document = document.pointing_to(signs) if signs else document
    pointers = (node for section in guide.document.sections for node in section.blocks)
    if not any(isinstance(node, Pointer) for node in pointers):
        document = document.without_pointer()
    theme, brand = theme_of(order, document, workspace)
    follower = _Follower(guide, PageFrames(document, order, theme, brand))
    return LaidOut(document, follower.frames, tuple(follower.pages()), brand, order.date)


class _Follower:
    """Plans the pages of one document to match those of another."""

    def __init__(self, guide: LaidOut, frames: PageFrames) -> None:
        self.guide, self.frames = guide, frames
        self._guide_numbers, self._own_numbers = _numbers(guide.document), _numbers(frames.document)
        self._scratch = Sheet(trial_canvas(guide.brand))

    def pages(self) -> Iterator[PlannedPage]:
        """Yield the planned pages.

        Raises:
            DoesNotFit: if a page has no room for its content.
        """
        waiting: list[Block] = []
        sections = iter(
            (section, blocks.blocks)
            for section, blocks in zip(
                self.frames.layout.sections, self.frames.document.sections, strict=True
            )
            if blocks.blocks
        )
        for page in self.guide.planned:
            if page.first:
                section, nodes = next(sections)
                waiting = blocks_of(self.frames.theme, section, nodes)
            frames = tuple(
                self._frame(page, number, plan, waiting) for number, plan in enumerate(page.frames)
            )
            yield replace(page, frames=frames)

    def _frame(
        self, page: PlannedPage, number: int, plan: PagePlan, waiting: list[Block]
    ) -> PagePlan:
        _, _, width, height = self.frames.of(page)[number]
        blocks: list[Block] = []
        for placed in plan:
            wanted = self._leaves(placed, width, self._guide_numbers)
            block = self._take(waiting, placed, wanted, width)
            block = block if page.first else block.later()
            blocks.append(block if blocks else block.at_top())
        blocks = tightened(blocks, width, height)
        if (needed := total(blocks, width)) > height + TOLERANCE:
            raise does_not_fit(blocks[-1].name, needed, height)
        return spread(blocks, width, height)

    def _leaves(self, block: Block, width: float, numbers: dict[int, int]) -> Leaves:
        """Return the texts that a block shows, which a trial drawing finds."""
        sheet = self._scratch
        sheet.placed.append(set())
        block.paint(sheet, 0.0, 0.0, width, block.height_at(width))
        return frozenset(numbers[leaf] for leaf in sheet.placed.pop() if leaf in numbers)

    def _take(self, waiting: list[Block], like: Block, wanted: Leaves, width: float) -> Block:
        """Take the block with the wanted texts off the waiting ones; split it if it has more."""
        if isinstance(like, NotesBlock):
            return self._notes(waiting, wanted)
        for number, block in enumerate(waiting):
            found = self._leaves(block, width, self._own_numbers)
            if found == wanted and type(block) is type(like):
                return waiting.pop(number)
            if wanted and wanted < found:
                part, rest = self._part_after(block, wanted, width)
                waiting[number] = rest
                return part
        raise DoesNotFit(f"{like.name} is parted otherwise")

    def _notes(self, waiting: list[Block], wanted: Leaves) -> Block:
        """Take the lines for notes, or their empty form if the guide has no room for them."""
        number = next(n for n, block in enumerate(waiting) if isinstance(block, NotesBlock))
        notes = waiting.pop(number)
        return notes if wanted else notes.tighter() or notes

    def _part_after(self, block: Block, wanted: Leaves, width: float) -> tuple[Block, Block]:
        """Split a block after the wanted texts."""
        form: Block | None = block
        while form is not None:
            room = form.height_at(width)
            while room > 0:
                parts = form.split(width, room)
                if parts and self._leaves(parts[0], width, self._own_numbers) == wanted:
                    return parts[0], parts[1]
                room -= _STEP
            form = form.tighter()
        raise DoesNotFit(f"{block.name} is parted otherwise")
