"""Turn pages and bookmarks that come one by one into the trees of a PDF, keeping only the edge."""

from __future__ import annotations

from handouts.deliver.spool import Spool
from handouts.pdf.objects import Name, Raw, Ref, Value, text_string

_KIDS = 64
"""Pages, or groups of pages, in one group of the page tree."""


class PageTree:
    """A balanced tree (ISO 32000-1, 7.7.3): one open group at each level."""

    def __init__(self, file: Spool) -> None:
        self._file = file
        self._levels: list[tuple[Ref, list[Ref], list[int]]] = []

    def add(self, entries: bytes) -> Ref:
        """Write a page, whose other entries are in PDF's notation, and return its reference."""
        ref = self._file.reserve()
        page = b"<</Type /Page%s/Parent %d 0 R>>" % (entries, self._parent(0).number)
        self._file.fill(ref, Raw(page))
        self._hang(0, ref, 1)
        return ref

    def _parent(self, level: int) -> Ref:
        if level == len(self._levels):
            self._levels.append((self._file.reserve(), [], []))
        return self._levels[level][0]

    def _hang(self, level: int, kid: Ref, pages: int) -> None:
        _, kids, counts = self._levels[level]
        kids.append(kid)
        counts.append(pages)
        if len(kids) == _KIDS:
            self._shut(level)
            self._levels[level] = (self._file.reserve(), [], [])

    def _shut(self, level: int) -> None:
        """Write a group and hang it in the level above."""
        ref, kids, counts = self._levels[level]
        self._write(ref, kids, counts, self._parent(level + 1))
        self._hang(level + 1, ref, sum(counts))

    def _write(self, ref: Ref, kids: list[Ref], counts: list[int], parent: Ref | None) -> None:
        group: dict[str, Value] = {"Type": Name("Pages"), "Kids": kids, "Count": sum(counts)}
        self._file.fill(ref, {**group, "Parent": parent} if parent else group)

    def close(self) -> Ref:
        """Write what is open and return the root."""
        self._parent(0)
        level = 0
        while level < len(self._levels) - 1:
            self._shut(level)
            level += 1
        ref, kids, counts = self._levels[-1]
        self._write(ref, kids, counts, None)
        return ref


class Bookmarks:
    """A flat outline (ISO 32000-1, 12.3.3): each entry is written when the next is known."""

    def __init__(self, file: Spool) -> None:
        self._file = file
        self._root: Ref | None = None
        self._first: Ref | None = None
        self._open: tuple[Ref, bytes] | None = None
        self._count = 0

    def add(self, title: str, page: Ref) -> None:
        """Add an entry that leads to the top of a page."""
        if self._root is None:
            self._root = self._file.reserve()
        ref = self._file.reserve()
        before = b""
        if self._open is None:
            self._first = ref
        else:
            last, entry = self._open
            before = b"/Prev %d 0 R" % last.number
            self._file.fill(last, Raw(entry + b"/Next %d 0 R>>" % ref.number))
        entry = b"<</Title %s/Parent %d 0 R/Dest [%d 0 R/Fit]%s" % (
            text_string(title), self._root.number, page.number, before,
        )  # fmt: skip
        self._open = (ref, entry)
        self._count += 1

    def close(self) -> Ref | None:
        """Write what is open; return the outline, None if it has no entry."""
        if self._root is None or self._open is None or self._first is None:
            return None
        last, entry = self._open
        self._file.fill(last, Raw(entry + b">>"))
        self._file.fill(
            self._root,
            {"Type": Name("Outlines"), "First": self._first, "Last": last, "Count": self._count},
        )
        return self._root
