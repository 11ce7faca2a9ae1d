"""PDF objects → the bytes of a file: object streams, cross-reference stream, the same each time."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate, chain

from handouts.pdf.base import Base
from handouts.pdf.objects import Encoded, Name, Raw, Ref, Stream, Value, encode

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
"""Version, and bytes above 127 so that nobody takes the file for text (7.5.2)."""

_FREE = (0, 0, 65535)
"""The first object is free, and leads nowhere (7.5.4)."""

_ROW = 8
"""Bytes of a row of cross references: the predictor's mark, then type, place and index."""

_TWOS = bytes(range(2, 256, 2)) + b"\0"
"""2, 4, 6 and so on, in one byte."""

_PACKED = 1000
"""Objects in one object stream: readers unpack a whole stream to find one of them."""


_LEVEL = 4
"""Of compression: for references, 6 takes twice as long and saves a twentieth of them."""


class PdfFile:
    """A file being made. Objects are numbered from ``first`` on as they are added or reserved."""

    def __init__(self, first: int = 1) -> None:
        self._first = first
        self._objects: list[Value] = []

    def add(self, value: Value) -> Ref:
        """Add an object and return the reference to it."""
        self._objects.append(value)
        return Ref(self._first + len(self._objects) - 1)

    def reserve(self) -> Ref:
        """Return a reference whose object follows."""
        return self.add(None)

    def reserve_many(self, count: int) -> int:
        """Return the number of the first of some references whose objects follow."""
        first = self._first + len(self._objects)
        self._objects += [None] * count
        return first

    def fill(self, ref: Ref, value: Value) -> None:
        """Give a reserved reference its object."""
        self._objects[ref.number - self._first] = value

    def fill_from(self, first: int, values: Iterable[Value]) -> None:
        """Give reserved references that follow each other their objects."""
        some = list(values)
        start = first - self._first
        self._objects[start : start + len(some)] = some

    def objects(self) -> Iterator[tuple[int, Value]]:
        """Yield all objects with their numbers."""
        yield from enumerate(self._objects, self._first)

    def base(self, root: Ref, info: Ref, own: Collection[Ref] = ()) -> Base:
        """Return all objects but ``info`` and those of one's own, which follow in `Base.complete`.

        What is no stream is packed into object streams.
        """
        parts, size = [HEADER], len(HEADER)
        places = [_FREE] * (self._first + len(self._objects))
        packed: list[tuple[int, bytes]] = []
        later = {info.number, *(ref.number for ref in own)}

        def put(number: int, body: bytes) -> None:
            nonlocal size
            places[number] = (1, size, 0)
            parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
            size += len(parts[-1])

        for number, value in self.objects():
            if number in later:
                places[number] = (0, 0, 0)
            elif type(value) is Raw:  # most are, and quicker told so
                packed.append((number, value))
            elif isinstance(value, (Stream, Encoded)):
                put(number, encode(value))
            else:
                packed.append((number, encode(value)))
        last = len(self._objects)
        for start in range(0, len(packed), _PACKED):
            last += 1
            some = packed[start : start + _PACKED]
            for index, (number, _) in enumerate(some):
                places[number] = (2, last, index)
            places.append(_FREE)
            put(last, object_stream(some))
        last += 1
        references = size
        places.append((1, size, 0))
        put(last, _cross_references(places, {"Root": root}))
        return Base(b"".join(parts), references, last + 1, root.number, info.number)


def object_stream(objects: Sequence[tuple[int, bytes]]) -> bytes:
    """Objects packed into one compressed stream (7.5.7)."""
    numbers, bodies = zip(*objects, strict=True)
    offsets = accumulate((len(body) + 1 for body in bodies[:-1]), initial=0)
    index = chain.from_iterable(zip(numbers, offsets, strict=True))
    first = b"%d %d " * len(bodies) % tuple(index)
    entries: dict[str, Value] = {
        "Type": Name("ObjStm"),
        "N": len(bodies),
        "First": len(first),
        "Filter": Name("FlateDecode"),
    }
    return Stream(zlib.compress(first + b"\n".join(bodies), _LEVEL), entries).encoded()


def _cross_references(places: Sequence[tuple[int, int, int]], trailer: dict[str, Value]) -> bytes:
    """Where every object is: type, offset or stream, generation or index (7.5.8)."""
    entries: dict[str, Value] = {
        "Type": Name("XRef"),
        "Size": len(places),
        "W": (1, 4, 2),
        **trailer,
        "Filter": Name("FlateDecode"),
        "DecodeParms": {"Predictor": 12, "Columns": 7},
    }
    return Stream(zlib.compress(_differences(places), 9), entries).encoded()


def _differences(places: Sequence[tuple[int, int, int]]) -> bytes:
    """Rows of bytes as differences from the row above (PNG predictor 2, "up").

    Most are alike and compress to nothing. All bytes are taken from each other at once, as
    one long number; what would be borrowed from the next byte is put back.
    """
    count = len(places)
    cells = struct.pack(">" + "BIH" * count, *chain.from_iterable(places))
    rows = bytearray(_ROW * count)
    # The mark of the predictor is a difference too, from rows that are numbered in twos.
    rows[::_ROW] = (_TWOS * (count // len(_TWOS) + 1))[:count]
    for column in range(1, _ROW):
        rows[column::_ROW] = cells[column - 1 :: _ROW - 1]
    size = len(rows)
    here = int.from_bytes(rows)
    above = int.from_bytes(bytes(_ROW) + rows[:-_ROW])
    high = int.from_bytes(b"\x80" * size)
    less = ((here | high) - (above & ~high)) ^ ((here ^ ~above) & high)
    return less.to_bytes(size)
