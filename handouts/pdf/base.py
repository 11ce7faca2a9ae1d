"""Objects that many files share, and a few of one's own → a whole file.

The shared ones come first, as bytes that are never changed, with a cross-reference stream of
their own; what one file has of its own is appended as an update of it (ISO 32000-1, 7.5.6).
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable
from functools import cached_property

from handouts.records import Sealed

_ROW = struct.Struct(">BIH")
"""One entry of a cross-reference stream: kind, place, generation (7.5.8.2)."""


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

    def complete(self, objects: Iterable[tuple[int, bytes]]) -> Completed:
        """Return the file that own objects make of the base, by their numbers.

        Its ID is a digest of its content: no clock, no chance.
        """
        places, parts = [], []
        at = len(self.body)
        for number, body in objects:
            part = b"%d 0 obj\n%s\nendobj\n" % (number, body)
            places.append((number, at))
            parts.append(part)
            at += len(part)
        last = max(self.size, max(number for number, _ in places) + 1)
        places.append((last, at))
        rows, index = _rows(places)
        digest = self._digest.copy()
        digest.update(b"".join(parts))
        mark = digest.hexdigest()[:32].encode("ascii")
        reference = (
            b"%d 0 obj\n<</Type /XRef/Size %d/W [1 4 2]/Index [%s]/Prev %d/Root %d 0 R"
            b"/Info %d 0 R/ID [<%s> <%s>]/Length %d>>\nstream\n%s\r\nendstream\nendobj\n"
            b"startxref\n%d\n%%%%EOF\n"
        ) % (
            last, last + 1, index, self.references, self.root, self.info, mark, mark, len(rows),
            rows, at,
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


def _rows(places: list[tuple[int, int]]) -> tuple[bytes, bytes]:
    """Return the entries for objects in the order of their numbers, and which numbers follow."""
    places = sorted(places)
    runs: list[list[int]] = []
    for number, _ in places:
        if runs and sum(runs[-1]) == number:
            runs[-1][1] += 1
        else:
            runs.append([number, 1])
    rows = b"".join(_ROW.pack(1, at, 0) for _, at in places)
    return rows, b" ".join(b"%d %d" % (first, count) for first, count in runs)


def plain_stream(data: bytes, entries: bytes = b"") -> bytes:
    """Return a stream that is not compressed: it is short, and made for one file only."""
    return b"<<%s/Length %d>>\nstream\n%s\r\nendstream" % (entries, len(data), data)
