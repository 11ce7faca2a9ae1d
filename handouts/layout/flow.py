"""Turn blocks and the heights of pages into pages of blocks, each with its height."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

from handouts.errors import DoesNotFit
from handouts.layout.block import Block
from handouts.model.layout import POINTS_PER_MM

STRETCH_STEP = 3.0
"""Blocks grow by whole steps (points); the rest goes to the gaps."""

LEAST_GAP = 5.0
"""Gaps are not made smaller than this to gain room (points)."""


_EMPTY = 0.5
"""If less than this share of a page is filled, part of a pinned block fills it."""

_AIR = 0.5
"""The share of its possible stretch that an airy page keeps free instead of being filled up."""

TOLERANCE = 0.01
"""A block that is too high by less than this still fits (points)."""


PagePlan = tuple[Block, ...]
"""The blocks of a page or frame, each with its height and the space above it."""


def does_not_fit(name: str, needed: float, available: float) -> DoesNotFit:
    """Return the error for a block that is higher than a page."""
    return DoesNotFit(
        f"{name} needs {needed / POINTS_PER_MM:.0f} mm of height, the page has "
        f"{max(0.0, available) / POINTS_PER_MM:.0f} mm",
        hint="shorten the text, choose another layout, or give the layout smaller margins",
    )


def paginate(
    blocks: Sequence[Block],
    width: float,
    heights: Sequence[float],
    *,
    pinned: bool = True,
    airy: bool = False,
    count: Callable[[Sequence[PagePlan]], int] = len,
) -> list[PagePlan]:
    """Fill pages from the top, splitting blocks if possible, then spread the room that is left.

    ``heights`` are those of the first page, the second, …; the last is for all later ones.
    A pinned block stays on the page on which it would start if the blocks before it make room:
    they are tightened, or go to the next page (the grid gives way to the pain rule). Room that is
    left is filled with later blocks that are free. If it saves a page, all blocks are tightened.
    ``pinned`` is False to treat no block as pinned. With ``airy``, free blocks do not move to a
    page that could then hardly stretch, if that costs no page. ``count`` returns the number of
    pages.

    Raises:
        DoesNotFit: if a block is higher than an empty page and cannot be split.
    """
    pages = _pages(blocks, width, heights, dense=False, pinned=pinned)
    ways = [blocks, *([_waited(blocks)] if any(block.may_wait for block in blocks) else [])]
    for way in ways if len(pages) > 1 else []:
        fewer = _pages(way, width, heights, dense=True, pinned=pinned)
        pages = min(pages, fewer, key=count)
    if airy and len(pages) > 1:
        aired = _pages(blocks, width, heights, dense=False, pinned=pinned, airy=True)
        pages = min(aired, pages, key=count)
    return pages


def _waited(blocks: Sequence[Block]) -> list[Block]:
    """Return blocks with those that may wait moved, closer, behind no more than two others."""
    made, waiting, passed = list[Block](), list[Block](), 0
    for block in blocks:
        if block.may_wait:
            waiting.append(block.closer())
            continue
        if passed == 2 or (block.free and not block.pinned):
            made, waiting, passed = [*made, *waiting], [], 0
        made.append(block)
        passed += bool(waiting) and not block.free
    return [*made, *waiting]


def _pages(
    blocks: Sequence[Block],
    width: float,
    heights: Sequence[float],
    *,
    dense: bool,
    pinned: bool,
    airy: bool = False,
    most: int | None = None,
) -> list[PagePlan]:
    pages: list[PagePlan] = []
    waiting = list(blocks)
    while waiting:
        height = heights[min(len(pages), len(heights) - 1)]
        if pages:
            waiting = [block.later() for block in waiting]
        following: list[Block] = []
        if pinned:
            waiting, following = _with_pinned(waiting, width, height)
        page, left = _fill(waiting[:most], width, height, dense=dense, airy=airy)
        waiting = [*left, *(waiting[most:] if most else ()), *following]
        free = height - (_air(page, width) if airy else 0.0)
        page, waiting = _topped_up(page, waiting, width, free)
        if (needed := total(page, width)) > height + TOLERANCE:
            # Making no handout is better than cutting one off at the margin.
            raise does_not_fit(page[-1].name, needed, height)
        pages.append(spread(page, width, height))
    return pages


def _air(page: Sequence[Block], width: float) -> float:
    """Return how much room a page keeps for its stretch; none if a block is pinned."""
    limits = [block.stretch(width) for block in page]
    pinned = any(block.pinned for block in page)
    return 0.0 if pinned else _AIR * sum(filter(math.isfinite, limits))


def _fill(
    waiting: list[Block], width: float, height: float, *, dense: bool, airy: bool
) -> tuple[list[Block], list[Block]]:
    """Return the blocks of one page, and those that are left.

    With ``dense`` the blocks on the page are tightened if the next one then fits.
    """
    page: list[Block] = []
    whole = height
    for index, waits in enumerate(waiting):
        block = waits if page else waits.at_top()
        rest = waiting[index + 1 :]
        height = whole - (_air(page, width) if airy and not block.stretch(width) else 0.0)
        fitting = _fitting(block, width, height, page)
        if fitting:
            page.append(fitting)
            continue
        closer = tightened([*page, block], width, height) if dense and page else []
        if closer and total(closer, width) <= height:
            page = closer
            continue
        room = height - total(page, width) - (block.gap if page else 0.0)
        free = (each for each in rest if each.free)
        empty = block.pinned and total([*page, *free], width) < _EMPTY * whole
        if empty or not (page and block.whole):
            parts = block.split(width, room) or _tightest(block).split(width, room)
            if parts:
                return [*page, parts[0]], [parts[1], *rest]
        if not page:
            raise does_not_fit(block.name, block.height_at(width), height)
        if page[-1].keep_with_next and len(page) > 1:
            return page[:-1], [page[-1], waits, *rest]
        return page, [waits, *rest]
    return page, []


def _topped_up(
    page: list[Block], waiting: list[Block], width: float, height: float
) -> tuple[list[Block], list[Block]]:
    """Fill the rest of a page with free blocks."""
    page, left = list(page), []
    for block in waiting:
        fitting = _fitting(block, width, height, page) if block.free and page else None
        if fitting:
            page.append(fitting)
            continue
        room = height - total(page, width) - block.gap
        parts = block.split(width, room) if block.free and not block.whole else []
        page += parts[:1]
        left += parts[1:] or [block]
    return page, left


def _tightest(block: Block) -> Block:
    tighter = block.tighter()
    return _tightest(tighter) if tighter else block


def _fitting(block: Block, width: float, height: float, page: Sequence[Block]) -> Block | None:
    """Return the block in its roomiest form that fits below the others; None if none does."""
    form: Block | None = block
    while form and total([*page, form], width) > height + TOLERANCE:
        form = form.tighter()
    return form


def _with_pinned(
    waiting: list[Block], width: float, height: float
) -> tuple[list[Block], list[Block]]:
    """Make room for pinned blocks; return the blocks for this page and those that follow.

    The blocks up to the last pinned one are tightened. If that is not enough, those that
    ``may_follow`` go to the next page.
    """
    last = max((i for i, block in enumerate(waiting) if block.pinned), default=-1)
    if last < 0:
        return waiting, []
    roomy, after = waiting[: last + 1], waiting[last + 1 :]
    head = tightened(roomy, width, height)
    if total(head, width) <= height:
        return [*head, *after], []
    following: list[Block] = []
    for block in (each for each in roomy if each.may_follow):
        following.append(block)
        kept = tightened([each for each in roomy if each not in following], width, height)
        if total(kept, width) <= height:
            return kept, [*following, *after]
    return waiting, []


def tightened(head: list[Block], width: float, height: float) -> list[Block]:
    """Tighten one block after another, then the gaps, until all fit."""
    head = _forms(head, width, height)
    over = total(head, width) - height
    spare = sum(max(0.0, block.gap - LEAST_GAP) for block in head[1:])
    if not 0 < over <= spare:
        return head
    closer = [head[0]]
    for block in head[1:]:
        # Shrink the part of a gap above the least; it may grow again.
        less = max(0.0, block.gap - LEAST_GAP) * over / spare
        closer.append(block.changed(gap=block.gap - less, gap_stretch=block.gap_stretch + less))
    return closer


def _forms(head: list[Block], width: float, height: float) -> list[Block]:
    """Tighten one block after another until all fit: highest ``gives_way`` first, then topmost."""
    while total(head, width) > height:
        forms = [(index, form) for index, block in enumerate(head) if (form := block.tighter())]
        if not forms:
            break
        index, form = max(forms, key=lambda each: (head[each[0]].gives_way, -each[0]))
        head = [*head[:index], form, *head[index + 1 :]]
    return head


def total(blocks: Sequence[Block], width: float) -> float:
    """Return the least height of blocks below each other, with their gaps."""
    gaps = sum(block.gap for block in blocks[1:])
    return gaps + sum(block.height_at(width) for block in blocks)


def spread(page: Sequence[Block], width: float, height: float) -> PagePlan:
    """Give the room left on a page to stretchable blocks, then gaps, then unlimited blocks."""
    heights = [block.height_at(width) for block in page]
    gaps = [block.gap if index else 0.0 for index, block in enumerate(page)]
    left = height - sum(heights) - sum(gaps)
    limits = [block.stretch(width) for block in page]
    finite = [limit if math.isfinite(limit) else 0.0 for limit in limits]
    left -= _share(heights, finite, left, STRETCH_STEP)
    left -= _share(gaps, [0.0, *(block.gap_stretch for block in page[1:])], left)
    _share(heights, [0.0 if math.isfinite(limit) else left for limit in limits], left)
    placed = zip(page, gaps, heights, strict=True)
    return tuple(block.on_page(gap, height) for block, gap, height in placed)


def _share(amounts: list[float], limits: list[float], left: float, step: float = 0.0) -> float:
    """Add up to ``left`` to amounts in proportion to their limits; return what was given.

    With ``step`` each amount gets whole steps, or all that it can use.
    """
    wanted = sum(limits)
    if left <= 0 or wanted <= 0:
        return 0.0
    part = min(1.0, left / wanted)
    given = [limit * part for limit in limits]
    if step and part < 1:
        given = [more // step * step for more in given]
    for index, more in enumerate(given):
        amounts[index] += more
    return sum(given)


def pack(
    blocks: Sequence[Block], width: float, heights: Sequence[float], per_page: int
) -> list[PagePlan]:
    """Return as few pages as possible, evenly filled, with up to ``per_page`` blocks each.

    ``heights`` are the heights of the first page and of all later ones. A block that is higher
    than a page continues on the next. All get their closer form if that saves a page.

    Raises:
        DoesNotFit: if a part of a block that cannot be split is higher than a page.
    """
    pages = _pages(blocks, width, heights, dense=False, pinned=False, most=per_page)
    if len(pages) > math.ceil(len(blocks) / per_page):
        closer = [block.closer() for block in blocks]
        fewer = _pages(closer, width, heights, dense=False, pinned=False, most=per_page)
        blocks, pages = (closer, fewer) if len(fewer) < len(pages) else (blocks, pages)
    size, more = divmod(len(blocks), len(pages))
    counts = [size + (number < more) for number in range(len(pages))]
    even = [list(blocks[a:b]) for a, b in pairwise(accumulate(counts, initial=0))]
    rooms = [heights[min(number, len(heights) - 1)] for number in range(len(pages))]
    if any(total(page, width) > room for page, room in zip(even, rooms, strict=True)):
        return pages
    return [spread(page, width, room) for page, room in zip(even, rooms, strict=True)]
