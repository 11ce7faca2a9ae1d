"""Pages with parts → the same pages with every part's items in their places."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from msgspec.structs import replace

from handouts.figures.vector import Path
from handouts.layout.items import Entry, Item, Page, Part, PartAt, Placement

_Boxed = TypeVar("_Boxed", Entry, Placement)


def opened(page: Page, stays: Callable[[Part], bool] = lambda _part: False) -> Page:
    """Return a page with its parts opened but for those that stay; itself if none is opened."""
    if all(not isinstance(item, PartAt) or stays(item.part) for item in page.items):
        return page
    flat = Page(page.width, page.height, page.margin, dropped=[*page.dropped])
    flat.entries += page.entries
    flat.placements += page.placements
    slots = list(page.slots)
    for index, item in enumerate(page.items):
        while slots and slots[0].start <= index:
            slot = slots.pop(0)
            start = len(flat.items)
            flat.slots.append(replace(slot, start=start, stop=start + slot.stop - slot.start))
        if isinstance(item, PartAt) and not stays(item.part):
            _open(flat, item)
        else:
            flat.items.append(item)
    return flat


def _open(page: Page, placed: PartAt) -> None:
    part, x, y = placed.part, placed.x, placed.y
    first = len(page.items)
    page.items += [moved(item, x, y) for item in part.items]
    page.entries += [_moved_box(entry, x, y) for entry in part.entries]
    page.placements += [_moved_box(box, x, y) for box in part.placements]
    page.dropped += part.dropped
    for slot in part.slots:
        start, stop = slot.start + first, slot.stop + first
        page.slots.append(replace(slot, start=start, stop=stop, x=slot.x + x, base=slot.base + y))


def moved(item: Item, x: float, y: float) -> Item:
    """Return an item moved by ``x`` to the right and ``y`` down."""
    if not isinstance(item, Path):
        return replace(item, x=item.x + x, y=item.y + y)
    commands = tuple(
        (kind, tuple(number + (y if place % 2 else x) for place, number in enumerate(numbers)))
        for kind, numbers in item.commands
    )
    return replace(item, commands=commands)


def _moved_box(box: _Boxed, x: float, y: float) -> _Boxed:
    return replace(box, x=box.x + x, y=box.y + y)
