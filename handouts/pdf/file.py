"""PDF objects → the bytes of a file: object streams, cross-reference stream, the same each time."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator, Sequence

from handouts.pdf.base import Base
from handouts.pdf.objects import Name, Ref, Stream, Value, encode

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
"""Version, and bytes above 127 so that nobody takes the file for text (7.5.2)."""

_PACKED = 1000
"""Objects in one object stream: readers unpack a whole stream to find one of them."""


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

    def fill(self, ref: Ref, value: Value) -> None:
        """Give a reserved reference its object."""
        self._objects[ref.number - self._first] = value

    def objects(self) -> Iterator[tuple[int, Value]]:
        """Yield all objects with their numbers."""
        yield from enumerate(self._objects, self._first)

    def base(self, root: Ref, info: Ref, own: Collection[Ref] = ()) -> Base:
        """Return all objects but ``info`` and those of one's own, which follow in `Base.complete`.

        What is no stream is packed into object streams.
        """
        parts, places = [HEADER], {0: (0, 0, 65535)}
        size = len(HEADER)
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
            elif isinstance(value, Stream):
                put(number, value.encoded())
            else:
                packed.append((number, encode(value)))
        last = len(self._objects)
        for start in range(0, len(packed), _PACKED):
            last += 1
            some = packed[start : start + _PACKED]
            places.update({number: (2, last, i) for i, (number, _) in enumerate(some)})
            put(last, object_stream(some))
        last += 1
        references = size
        places[last] = (1, size, 0)
        put(last, _cross_references(places, {"Root": root}))
        return Base(b"".join(parts), references, last + 1, root.number, info.number)


def object_stream(objects: Sequence[tuple[int, bytes]]) -> bytes:
    """Objects packed into one compressed stream (7.5.7)."""
    index, offset = [], 0
    for number, body in objects:
        index.append(b"%d %d" % (number, offset))
        offset += len(body) + 1
    first = b" ".join(index) + b"\n"
    data = first + b"\n".join(body for _, body in objects)
    entries: dict[str, Value] = {"Type": Name("ObjStm"), "N": len(objects), "First": len(first)}
    return Stream(data, entries).encoded()


def _cross_references(places: dict[int, tuple[int, int, int]], trailer: dict[str, Value]) -> bytes:
    """Where every object is: type, offset or stream, generation or index (7.5.8)."""
    rows, above = bytearray(), bytes(7)
    for number in range(len(places)):
        kind, where, index = places[number]
        row = bytes([kind]) + where.to_bytes(4) + index.to_bytes(2)
        # Differences from the row above (PNG predictor 2): most are alike and compress to nothing.
        rows += b"\x02" + bytes((a - b) & 255 for a, b in zip(row, above, strict=True))
        above = row
    entries: dict[str, Value] = {
        "Type": Name("XRef"),
        "Size": len(places),
        "W": (1, 4, 2),
        **trailer,
        "Filter": Name("FlateDecode"),
        "DecodeParms": {"Predictor": 12, "Columns": 7},
    }
    return Stream(zlib.compress(rows, 9), entries).encoded()
