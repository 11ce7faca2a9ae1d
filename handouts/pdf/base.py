"""Objects that many files share, and a few of one's own → a whole file.

The shared ones come first, as bytes that are never changed, with a cross-reference stream of
their own; what one file has of its own is appended as an update of it (ISO 32000-1, 7.5.6).
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable
from functools import cached_property, lru_cache

from msgspec import Struct
from typing_extensions import override

_ROW, IN_FILE = "BIH", 1
"""One entry of a cross-reference stream: kind, place, generation (7.5.8.2)."""


DEFLATED = b"/Filter /FlateDecode"
"""The entries of a stream that is only deflated, but for its length."""


class Sealed(Struct, frozen=True):
    """A record that shows nothing of what it holds: pages, and a patient's words on them."""

    @override
    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class Block(Sealed, frozen=True):
    """Objects one after the other: their numbers, and where each begins in ``data``."""

    numbers: tuple[int, ...]
    places: tuple[int, ...]
    data: bytes


def block_of(objects: Iterable[tuple[int, bytes]]) -> Block:
    """Return objects with their numbers as they stand in a file."""
    numbers, places, parts = [], [], []
    at = 0
    for number, body in objects:
        part = b"%d 0 obj\n%s\nendobj\n" % (number, body)
        numbers.append(number)
        places.append(at)
        parts.append(part)
        at += len(part)
    return Block(tuple(numbers), tuple(places), b"".join(parts))


class Base(Sealed, frozen=True, dict=True):
    """Shared objects: ``body`` ends with their cross references, which begin at ``references``.

    ``size``: one more than the highest number of an object; ``root``, ``info``: theirs.
    """

    body: bytes
    references: int
    size: int
    root: int
    info: int

    @cached_property
    def _digest(self) -> hashlib._Hash:
        return hashlib.sha256(self.body)

    def complete(self, blocks: Iterable[Block]) -> Completed:
        """Return the file that a patient's own objects make of the base.

        Its ID is a digest of its content: no clock, no chance.
        """
        numbers: list[int] = []
        places: list[int] = []
        parts = []
        at = len(self.body)
        for block in blocks:
            numbers += block.numbers
            places += [at + place for place in block.places]
            parts.append(block.data)
            at += len(block.data)
        last = max(self.size, max(numbers) + 1)
        table = _table((*numbers, last))
        rows = table.rows([*places, at])
        digest = self._digest.copy()
        digest.update(b"".join(parts))
        mark = digest.hexdigest()[:32].encode("ascii")
        reference = (
            b"%d 0 obj\n<</Type /XRef/Size %d/W [1 4 2]/Index [%s]/Prev %d/Root %d 0 R"
            b"/Info %d 0 R/ID [<%s> <%s>]/Length %d>>\nstream\n%s\r\nendstream\nendobj\n"
            b"startxref\n%d\n%%%%EOF\n"
        ) % (
            last, last + 1, table.index, self.references, self.root, self.info, mark, mark,
            len(rows), rows, at,
        )  # fmt: skip
        digest.update(reference)
        parts.append(reference)
        return Completed(self.body, b"".join(parts), digest.hexdigest())


class Completed(Sealed, frozen=True):
    """A whole file in two parts: what it shares with others, and its own. ``sha256`` of both."""

    shared: bytes
    own: bytes
    sha256: str

    @property
    def parts(self) -> tuple[bytes, ...]:
        """The file in parts, to be written one after the other."""
        return self.shared, self.own

    @property
    def pdf(self) -> bytes:
        """The file."""
        return self.shared + self.own


class _Table(Struct, frozen=True):
    """Cross references to objects whose numbers are known (7.5.8.2).

    ``cells`` are the entries one after the other, ``slots`` the cells for the places of objects;
    ``index``: which numbers follow each other.
    """

    cells: tuple[int, ...]
    slots: tuple[int, ...]
    index: bytes
    layout: struct.Struct

    def rows(self, places: Iterable[int]) -> bytes:
        """Return the entries, by the place of each object."""
        cells = list(self.cells)
        for slot, place in zip(self.slots, places, strict=True):
            cells[slot] = place
        return self.layout.pack(*cells)


@lru_cache(maxsize=256)
def _table(numbers: tuple[int, ...]) -> _Table:
    """Handouts from one plate have objects of the same numbers."""
    ordered = sorted(numbers)
    row = {number: index for index, number in enumerate(ordered)}
    runs: list[list[int]] = []
    for number in ordered:
        if runs and sum(runs[-1]) == number:
            runs[-1][1] += 1
        else:
            runs.append([number, 1])
    return _Table(
        (IN_FILE, 0, 0) * len(ordered),
        tuple(3 * row[number] + 1 for number in numbers),
        b" ".join(b"%d %d" % (first, count) for first, count in runs),
        struct.Struct(">" + _ROW * len(ordered)),
    )


def plain_stream(data: bytes, entries: bytes = b"") -> bytes:
    """Return a stream that is not compressed: it is short, and made for one file only."""
    return b"<<%s/Length %d>>\nstream\n%s\r\nendstream" % (entries, len(data), data)
