"""Turn objects that many files share, and a few of a single file, into a whole file.

The shared objects come first, as bytes that never change, with their own cross-reference stream.
The objects of a single file are appended as an update (ISO 32000-1, 7.5.6).
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate, chain, pairwise
from operator import sub

from msgspec import Struct

from handouts.model.base import Sealed
from handouts.pdf.objects import DEFLATED, plain_stream

_ROW, IN_FILE, IN_STREAM = "BIH", 1, 2
"""One entry of a cross-reference stream: kind, place, generation (7.5.8.2)."""

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
"""The version, and bytes above 127 so that no program takes the file for text (7.5.2)."""

_FREE = (0, 0, 65535)
"""The entry of object 0, which is always free (7.5.4)."""

_UNUSED = (0, 0, 0)
"""The entry of an object that follows in the update."""

_COLUMNS, _UP = 7, b"\2"
"""Bytes of an entry; the predictor for rows that store the difference from the row above."""

_PACKED = 1000
"""The most objects in an object stream, since readers unpack a whole stream to find one object."""

_TAIL = 40
"""This many last bytes of a file contain the line that gives the place of its cross references."""

_LEVEL = 4
"""The compression level: 6 takes twice as long and makes references only a twentieth smaller."""


class ObjectBlock(Sealed, frozen=True):
    """Objects one after another: their numbers, and where each begins in ``data``."""

    numbers: tuple[int, ...]
    places: tuple[int, ...]
    data: bytes


def block_of(objects: Iterable[tuple[int, bytes]]) -> ObjectBlock:
    """Return objects with their numbers, as in a file."""
    numbers, places, parts = [], [], []
    at = 0
    for number, body in objects:
        part = b"%d 0 obj\n%s\nendobj\n" % (number, body)
        numbers.append(number)
        places.append(at)
        parts.append(part)
        at += len(part)
    return ObjectBlock(tuple(numbers), tuple(places), b"".join(parts))


class Base(Sealed, frozen=True, dict=True):
    """Shared objects: ``body`` ends with their cross references, which begin at ``references``.

    ``size`` is one more than the highest object number. ``root`` and ``info`` are the numbers of
    the catalogue and the Info dictionary.
    """

    body: bytes
    references: int
    size: int
    root: int
    info: int

    @cached_property
    def _digest(self) -> hashlib._Hash:
        return hashlib.sha256(self.body)

    def complete(self, blocks: Iterable[ObjectBlock]) -> Completed:
        """Return the file of the base and a patient's own objects.

        Its ID is a digest of its content, without time or random numbers.
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
        file_id = digest.hexdigest()[:32].encode("ascii")
        reference = (
            b"%d 0 obj\n<</Type /XRef/Size %d/W [1 4 2]/Index [%s]/Prev %d/Root %d 0 R"
            b"/Info %d 0 R/ID [<%s> <%s>]/Length %d>>\nstream\n%s\r\nendstream\nendobj\n"
            b"startxref\n%d\n%%%%EOF\n"
        ) % (
            last, last + 1, table.index, self.references, self.root, self.info, file_id, file_id,
            len(rows), rows, at,
        )  # fmt: skip
        digest.update(reference)
        parts.append(reference)
        return Completed(self.body, b"".join(parts), digest.hexdigest())


def variable_objects(pdf: bytes, shared: int) -> dict[int, bytes]:
    """Return the objects that `Base.complete` added to a base of ``shared`` bytes, by number.

    Raises:
        ValueError: if the file does not end as `Base.complete` wrote it.
    """
    _, _, last = pdf[-_TAIL:].rpartition(b"\nstartxref\n")
    at = int(last.removesuffix(b"\n%%EOF\n"))
    head, _, rows = pdf[at:].partition(b">>\nstream\n")
    index = head.partition(b"/Index [")[2].partition(b"]")[0]
    runs = [int(number) for number in index.split()]
    count = sum(runs[1::2])
    if at < shared or not 0 < count * _COLUMNS <= len(rows):
        raise ValueError("its cross references are not its own")
    numbers = chain.from_iterable(
        range(first, first + following)
        for first, following in zip(runs[::2], runs[1::2], strict=True)
    )
    cells = struct.unpack_from(">" + _ROW * count, rows)
    placed = sorted(zip(cells[1::3], numbers, strict=True))
    objects = {}
    for (place, number), (end, _) in pairwise(placed):
        before, after = b"%d 0 obj\n" % number, b"\nendobj\n"
        whole = pdf.startswith(before, place) and pdf.endswith(after, place, end)
        if place < shared or not whole:
            raise ValueError(f"object {number} is not where it should be")
        objects[number] = pdf[place + len(before) : end - len(after)]
    return objects


def shared_base(
    bodies: Iterable[tuple[int, bytes, bool]], later: Collection[int], root: int, info: int
) -> Base:
    """Return objects as a base; each has a number, its notation, and whether it is a stream.

    ``later`` are the numbers of the objects that follow in `Base.complete`.
    """
    parts, size = [HEADER], len(HEADER)
    places = dict.fromkeys(later, _UNUSED) | {0: _FREE}
    packed: list[tuple[int, bytes]] = []

    def put(number: int, body: bytes) -> None:
        nonlocal size
        places[number] = (IN_FILE, size, 0)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        size += len(parts[-1])

    for number, body, is_stream in bodies:
        if is_stream:
            put(number, body)
        else:
            places[number] = _UNUSED
            packed.append((number, body))
    last = max(places)
    for start in range(0, len(packed), _PACKED):
        last += 1
        some = packed[start : start + _PACKED]
        places |= {number: (IN_STREAM, last, index) for index, (number, _) in enumerate(some)}
        put(last, object_stream(some))
    last += 1
    references = size
    places[last] = (IN_FILE, size, 0)
    put(last, _cross_references([places[number] for number in range(last + 1)], root))
    return Base(b"".join(parts), references, last + 1, root, info)


def object_stream(objects: Sequence[tuple[int, bytes]]) -> bytes:
    """Return objects packed into one compressed stream (7.5.7)."""
    numbers, bodies = zip(*objects, strict=True)
    offsets = accumulate((len(body) + 1 for body in bodies[:-1]), initial=0)
    index = chain.from_iterable(zip(numbers, offsets, strict=True))
    first = b"%d %d " * len(bodies) % tuple(index)
    entries = b"/Type /ObjStm/N %d/First %d%s" % (len(bodies), len(first), DEFLATED)
    return plain_stream(zlib.compress(first + b"\n".join(bodies), _LEVEL), entries)


def _cross_references(places: Sequence[tuple[int, int, int]], root: int) -> bytes:
    """Return the place of every object: kind, offset or stream, generation or index (7.5.8)."""
    cells = struct.pack(">" + _ROW * len(places), *chain.from_iterable(places))
    # Most rows differ little from the row above, and the differences compress to almost nothing.
    above = bytes(_COLUMNS) + cells
    rows = bytes([step & 255 for step in map(sub, cells, above)])
    starts = range(0, len(rows), _COLUMNS)
    table = b"".join(_UP + rows[start : start + _COLUMNS] for start in starts)
    entries = b"/Type /XRef/Size %d/W [1 4 2]/Root %d 0 R%s" % (len(places), root, DEFLATED)
    entries += b"/DecodeParms <</Predictor 12/Columns %d>>" % _COLUMNS
    return plain_stream(zlib.compress(table, 9), entries)


class Completed(Sealed, frozen=True):
    """A whole file in two parts: the shared one and its own. ``sha256`` is that of the whole."""

    shared: bytes
    update: bytes
    sha256: str

    @property
    def parts(self) -> tuple[bytes, ...]:
        """The parts of the file, to write one after another."""
        return self.shared, self.update

    @property
    def pdf(self) -> bytes:
        """The bytes of the file."""
        return self.shared + self.update


class _Table(Struct, frozen=True):
    """Cross references to objects whose numbers are known (7.5.8.2).

    ``cells`` are the entries one after another, ``slots`` the indexes of the cells for the places
    of objects. ``index`` lists the runs of consecutive numbers.
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
    """Return the table for objects; cached, since handouts from one plate have the same numbers."""
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
