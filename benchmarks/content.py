"""A laid-out handout → its words and pictures as simple blocks, which every peer sets itself.

What a peer is told is what an author of its input would write: text with sizes and colours, tables
with column widths, boxes, pictures, the tracking grid, and where a page ends. Breaking lines,
measuring tables and drawing are its own work. Per-patient words are left open (see `patients`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from benchmarks import blocks as b
from benchmarks.blocks import BODY_WIDTH, Block
from benchmarks.cards import card
from benchmarks.front import (
    bulleted,
    effort,
    letterhead,
    notes,
    panel,
    plan,
    prose,
    red_flags,
    stop,
    strip,
    title,
)
from benchmarks.grid import grid
from benchmarks.teller import Teller
from handouts.compose import document
from handouts.compose.cards import ExerciseCard
from handouts.compose.checklist import TrackingGrid
from handouts.compose.document import (
    Bulleted,
    EffortGuide,
    Notes,
    PatientPanel,
    Plan,
    Prose,
    RedFlags,
    StopRule,
    Title,
)
from handouts.layout.brand import Role
from handouts.layout.story import Story
from handouts.model.order import PAPER_SIZES, Order

Content = dict[str, Any]

_MAKERS: dict[type, Callable[[Teller, Any], Iterator[Block]]] = {
    Title: title,
    PatientPanel: panel,
    Plan: plan,
    EffortGuide: effort,
    StopRule: stop,
    RedFlags: red_flags,
    Bulleted: bulleted,
    Prose: prose,
    ExerciseCard: card,
    TrackingGrid: grid,
    Notes: notes,
}


def content_of(order: Order, story: Story) -> Content:
    """Return what the pages of a story say and show, as data for JSON."""
    teller = Teller(order, story)
    document, furniture = story.document, story.document.furniture
    margins = order.layout.margins
    return {
        "title": document.title,
        "author": document.author,
        "language": document.language,
        "code": document.code,
        "page": list(PAPER_SIZES[order.paper]),
        "margins": [margins.side, margins.top, margins.bottom],
        "palette": {role.value: story.brand.colour(role) for role in Role},
        "pages": _pages(teller),
        "head": {
            "clinic": teller.runs(furniture.clinic, strong=True),
            "right": [
                *(teller.runs(furniture.patient) if furniture.patient else []),
                ["  ", None, "", False],
                *teller.runs(furniture.phone),
            ],
            "logo": "logo",
        },
        "foot": {
            "disclaimer": teller.runs(furniture.disclaimer),
            "made": teller.runs(furniture.made),
            "code": teller.runs(furniture.code),
            "page": furniture.page,
        },
        "pictures": teller.pictures,
    }


def _pages(teller: Teller) -> list[list[Block]]:
    """The blocks of every page, in reading order."""
    pages: list[list[Block]] = [[] for _ in teller.story.pages]
    pages[0] += letterhead(teller)
    for part in teller.parts:
        number = min(teller.pages_of(part))
        pages[number] += _MAKERS[type(part)](teller, part)
        if isinstance(part, ExerciseCard) and part is _last_card(teller, number):
            pages[number] += strip(teller)
    for blocks in pages:
        _side_by_side(blocks)
    return pages


def _last_card(teller: Teller, number: int) -> document.Block:
    """The last exercise on a page, below which the stop rule is repeated."""
    return [part for part in teller.on(number) if isinstance(part, ExerciseCard)][-1]


def _side_by_side(blocks: list[Block]) -> None:
    """Put the two boxes that stand beside each other into one row."""
    places = [index for index, block in enumerate(blocks) if block.pop("half", False)]
    if len(places) == 2:
        one, two = places
        half = (BODY_WIDTH - 12) / 2
        blocks[one] = b.table([half, 12, half], [[[blocks[one]], [], [blocks[two]]]])
        blocks[two] = b.space(8)
