"""Leaves that lead somewhere → link annotations over their lines (12.5.6.5)."""

from __future__ import annotations

from collections.abc import Iterator

from handouts.compose.text import Text
from handouts.layout.items import Glyphs, Page
from handouts.pdf.objects import Name, Ref, Value

_ABOVE, _BELOW = 0.95, 0.29
"""From the baseline to the top and the bottom of a line, against the size of type."""

_PRINT = 1 << 2

Box = tuple[float, float, float, float]


def linked_leaves(page: Page) -> Iterator[tuple[Text, list[Box]]]:
    """Each leaf of a page that is a link, with a box for each of its pieces, y upward."""
    found: dict[int, tuple[Text, list[Box]]] = {}
    for item in page.items:
        if isinstance(item, Glyphs) and item.source is not None and item.source.link:
            low = page.height - item.y - _BELOW * item.size
            high = page.height - item.y + _ABOVE * item.size
            box = (item.x, low, item.x + item.width, high)
            found.setdefault(id(item.source), (item.source, []))[1].append(box)
    yield from found.values()


def link_annotation(leaf: Text, boxes: list[Box], page: Ref, key: int) -> dict[str, Value]:
    """Return the annotation; ``key`` is its place in the structure's parent tree.

    ``Contents`` says where it leads, as PDF/UA asks (7.18.5).
    """
    lefts, lows, rights, tops = zip(*boxes, strict=True)
    corners = [
        number
        for left, low, right, top in boxes
        for number in (left, low, right, low, right, top, left, top)
    ]
    return {
        "Type": Name("Annot"),
        "Subtype": Name("Link"),
        "Rect": (min(lefts), min(lows), max(rights), max(tops)),
        "QuadPoints": corners,
        "Border": (0, 0, 0),
        "F": _PRINT,
        "P": page,
        "A": {"S": Name("URI"), "URI": leaf.link},
        "Contents": leaf.plain,
        "StructParent": key,
    }
