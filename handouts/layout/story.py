"""Story: the laid-out handout, pages of items in palette roles; and what must hold for it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property

from msgspec import Struct

from handouts.compose.document import Document
from handouts.compose.text import Text
from handouts.layout.brand import Brand
from handouts.layout.items import Bookmark, Glyphs, Page, PartAt
from handouts.layout.look import Look
from handouts.layout.memory import Form
from handouts.layout.opened import opened


class Story(Struct, frozen=True, dict=True):
    """All pages of one handout, ready to be written. ``brand`` gives roles their colours.

    ``look`` is what it was drawn with; ``asked``: the forms of nodes that were tried.
    ``made`` is the day it is made, the only date in the PDF's metadata.
    """

    document: Document
    composed: tuple[Page, ...]
    brand: Brand
    look: Look
    asked: frozenset[tuple[int, Form]]
    bookmarks: tuple[Bookmark, ...]
    placed: frozenset[int]
    made: dt.date

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """The pages with their parts opened."""
        return tuple(opened(page) for page in self.composed)

    def trace(self) -> Iterator[str]:
        """One line for each placed thing: page, kind, name, x, y, width, height in points."""
        for number, page in enumerate(self.pages, start=1):
            for box in page.placements:
                yield (
                    f"{number} {box.kind} {box.x:.1f} {box.y:.1f} {box.width:.1f} "
                    f"{box.height:.1f} {box.name}"
                )


class LostText(AssertionError):
    """A leaf of the document is on no page, or on two: a defect of the layout, not of content."""


def verify(document: Document, pages: tuple[Page, ...]) -> frozenset[int]:
    """Check that every leaf of the document stands on one page, but for those that are dropped.

    Returns:
        The identities of the leaves that were placed.

    Raises:
        LostText: with the number of leaves lost or doubled (never their words).
    """
    leaves = {id(leaf): leaf for leaf in document.leaves()}
    starts: Counter[int] = Counter()
    dropped: set[int] = set()
    for page in pages:
        starts.update(_standing(page))
        dropped.update(map(id, _dropped(page)))
    lost = [
        leaf
        for key, leaf in leaves.items()
        if not starts[key] and key not in dropped and not _all_blank(leaf)
    ]
    doubled = [key for key, count in starts.items() if count > 1]
    unknown = [key for key in starts if key not in leaves]
    if lost or doubled or unknown:
        raise LostText(
            f"{len(lost)} texts lost, {len(doubled)} on two pages, {len(unknown)} from nowhere"
        )
    return frozenset(starts)


def _standing(page: Page) -> set[int]:
    """The identities of the leaves that stand on a page."""
    seen: set[int] = set()
    for item in page.items:
        if isinstance(item, PartAt):
            seen |= item.part.leaves
        elif isinstance(item, Glyphs) and item.source is not None:
            seen.add(id(item.source))
    return seen


def _dropped(page: Page) -> Iterable[Text]:
    yield from page.dropped
    for item in page.items:
        if isinstance(item, PartAt):
            yield from item.part.dropped


def _all_blank(leaf: Text) -> bool:
    return all(run.blank for run in leaf.runs)
