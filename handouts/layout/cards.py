"""Exercise cards and a page height → pages of cards: a ladder of fits, never smaller type."""

from __future__ import annotations

from collections.abc import Sequence

from handouts.layout.card import ALONE, LADDER, Card
from handouts.layout.flow import PagePlan, does_not_fit, spread, total
from handouts.layout.flowable import Flowable
from handouts.layout.row import RowCard


def pack_cards(
    cards: Sequence[Card], width: float, heights: Sequence[float], per_page: int
) -> list[PagePlan]:
    """Return pages of up to ``per_page`` cards: as many as fit at some rung of the ladder.

    ``heights`` are the heights of the first page and of all later ones. A card that shares its
    page with nothing is laid out for a page of its own.

    Raises:
        DoesNotFit: if one card alone is higher than a page.
    """
    pages: list[PagePlan] = []
    waiting = list(cards)
    while waiting:
        height = heights[min(len(pages), len(heights) - 1)]
        page = _page(waiting, width, height, per_page)
        pages.append(spread(page, width, height))
        waiting = waiting[len(page) :]
    return pages


def _page(waiting: list[Card], width: float, height: float, per_page: int) -> list[Card]:
    for count in range(min(per_page, len(waiting)), 1, -1):
        for fit in LADDER:
            page = [card.at(fit) for card in waiting[:count]]
            if total(page, width) <= height:
                return page
    for fit in (ALONE, *LADDER) if per_page > 1 else LADDER:
        card = waiting[0].at(fit)
        if card.height(width) <= height:
            return [card]
    card = waiting[0].at(LADDER[-1])
    raise does_not_fit(card.name, card.height(width), height)


def pack_rows(rows: Sequence[RowCard], width: float, heights: Sequence[float]) -> list[PagePlan]:
    """Return pages of dense rows, as few as hold them and evenly filled.

    Raises:
        DoesNotFit: if one row is higher than a page.
    """
    least = min(heights)
    tallest = max(rows, key=lambda row: row.height(width))
    if tallest.height(width) > least:
        raise does_not_fit(tallest.name, tallest.height(width), least)
    for count in range(1, len(rows) + 1):
        parts = _even(rows, count)
        if all(total(part, width) <= least for part in parts):
            return [spread(part, width, least) for part in parts]
    return [spread([row], width, least) for row in rows]


def _even(rows: Sequence[RowCard], count: int) -> list[list[Flowable]]:
    """Rows in ``count`` parts whose sizes differ by one at most, the larger first."""
    size, more = divmod(len(rows), count)
    parts, start = [], 0
    for part in range(count):
        end = start + size + (1 if part < more else 0)
        parts.append(list(rows[start:end]))
        start = end
    return [list(part) for part in parts if part]
