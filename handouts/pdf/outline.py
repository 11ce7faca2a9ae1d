"""Bookmarks → the outline of a PDF (ISO 32000-1, 12.3.3)."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from handouts.layout.items import Bookmark
from handouts.pdf.file import PdfFile
from handouts.pdf.objects import Name, Ref, Value


class _Entry(Struct):
    ref: Ref
    mark: Bookmark | None = None
    kids: list[_Entry] = field(default_factory=list)


def add_outline(
    file: PdfFile, bookmarks: Sequence[Bookmark], pages: Sequence[Ref], heights: Sequence[float]
) -> Ref | None:
    """Add the outline; bookmarks of a deeper level go under the one before. None without any."""
    if not bookmarks:
        return None
    top = _Entry(file.reserve())
    open_entries = [top]
    for mark in bookmarks:
        entry = _Entry(file.reserve(), mark)
        del open_entries[min(mark.level, len(open_entries) - 1) + 1 :]
        open_entries[-1].kids.append(entry)
        open_entries.append(entry)
    _fill(file, top, None, pages, heights)
    return top.ref


def _fill(
    file: PdfFile,
    entry: _Entry,
    neighbours: dict[str, Value] | None,
    pages: Sequence[Ref],
    heights: Sequence[float],
) -> int:
    """Write an entry and all below it; return how many entries are below it."""
    below = 0
    for index, kid in enumerate(entry.kids):
        links: dict[str, Value] = {"Parent": entry.ref}
        if index:
            links["Prev"] = entry.kids[index - 1].ref
        if index + 1 < len(entry.kids):
            links["Next"] = entry.kids[index + 1].ref
        below += 1 + _fill(file, kid, links, pages, heights)
    made: dict[str, Value] = {"Type": Name("Outlines")} if neighbours is None else {**neighbours}
    if entry.mark is not None:
        page = entry.mark.page
        top = heights[page] - entry.mark.y
        made["Title"] = entry.mark.title
        made["Dest"] = [pages[page], Name("XYZ"), 0, top, None]
    if entry.kids:
        made |= {"First": entry.kids[0].ref, "Last": entry.kids[-1].ref, "Count": below}
    file.fill(entry.ref, made)
    return below
