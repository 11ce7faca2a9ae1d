"""Story: the laid-out handout, pages of items in palette roles; and what must hold for it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from handouts.compose.document import Document
from handouts.compose.text import Text
from handouts.layout.brand import Brand
from handouts.layout.items import Bookmark, Glyphs, Page


class Story(Struct, frozen=True):
    """All pages of one handout, ready to be written. ``brand`` gives roles their colours.

    ``made`` is the day it is made, the only date in the PDF's metadata.
    """

    document: Document
    pages: tuple[Page, ...]
    brand: Brand
    bookmarks: tuple[Bookmark, ...]
    placed: frozenset[int]
    made: dt.date

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
        dropped.update(map(id, page.dropped))
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
    return {
        id(item.source)
        for item in page.items
        if isinstance(item, Glyphs) and item.source is not None
    }


def _all_blank(leaf: Text) -> bool:
    return all(run.blank for run in leaf.runs)
