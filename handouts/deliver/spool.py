"""Turn PDF objects into a file as they come: memory does not grow with the number of objects."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zlib
from typing import BinaryIO, Self

from handouts.errors import DeliveryError
from handouts.pdf.file import HEADER, PdfFile, object_stream
from handouts.pdf.objects import Name, Ref, Stream, Value, encode

_ROW = 8
"""Bytes that keep where an object is: its kind, its place or stream, its index (1, 5 and 2)."""
_LARGEST = 1 << 40
"""Places have five bytes."""
_PLAIN, _PACKED = 1 << 56, 2 << 56
_GROUP = 100
"""Objects in one object stream: readers unpack all of it to find one, and list them first."""
_BLOCK = 1 << 16


class Spool(PdfFile):
    """A PDF file that is written to a stream object by object.

    What is no stream is packed into object streams (ISO 32000-1, 7.5.7): pages resemble each
    other. The places of objects wait in a temporary file for the cross references at the end.
    """

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream, self._size, self._last = stream, 0, 0
        self._digest = hashlib.sha256()
        self._places = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._rows = {0: 0xFFFF}
        self._waiting: list[tuple[int, bytes]] = []
        self._put(HEADER)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._places.close()

    def _put(self, data: bytes) -> None:
        self._stream.write(data)
        self._digest.update(data)
        self._size += len(data)

    def reserve(self) -> Ref:
        """Return a reference whose object follows."""
        self._last += 1
        return Ref(self._last)

    def add(self, value: Value) -> Ref:
        """Write an object and return the reference to it."""
        ref = self.reserve()
        self.fill(ref, value)
        return ref

    def fill(self, ref: Ref, value: Value) -> None:
        """Write the object of a reserved reference.

        Raises:
            DeliveryError: if the file becomes larger than its cross references can say.
        """
        if isinstance(value, Stream):
            self._write(ref.number, value.encoded())
            return
        self._waiting.append((ref.number, encode(value)))
        if len(self._waiting) == _GROUP:
            self._pack()

    def copy(self, body: bytes) -> Ref:
        """Write a stream that is already in PDF's notation, and return the reference to it."""
        ref = self.reserve()
        self._write(ref.number, body)
        return ref

    def _write(self, number: int, body: bytes) -> None:
        if self._size >= _LARGEST:
            raise DeliveryError("the print run is over 1000 GB", "make it in parts")
        self._rows[number] = _PLAIN | self._size << 16
        self._put(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    def _pack(self) -> None:
        """Write what waits as one object stream, and note where all is."""
        if self._waiting:
            packed = self.reserve()
            for index, (number, _) in enumerate(self._waiting):
                self._rows[number] = _PACKED | packed.number << 16 | index
            self._write(packed.number, object_stream(self._waiting))
            self._waiting = []
        follows = -1
        for number, row in sorted(self._rows.items()):
            if number != follows:
                self._places.seek(number * _ROW)
            self._places.write(row.to_bytes(_ROW))
            follows = number + 1
        self._rows = {}

    def close(self, root: Ref, info: Ref) -> None:
        """Write the cross references as a stream (7.5.8), which is packed on the disk too."""
        self._pack()
        own, start = self.reserve(), self._size
        self._rows[own.number] = _PLAIN | start << 16
        self._pack()
        digest = self._digest.digest()[:16]
        entries: dict[str, Value] = {
            "Type": Name("XRef"),
            "Size": self._last + 1,
            "W": (1, 5, 2),
            "Root": root,
            "Info": info,
            "ID": (digest, digest),
            "Filter": Name("FlateDecode"),
        }
        with tempfile.TemporaryFile() as packed:
            squeeze = zlib.compressobj()
            self._places.seek(0)
            while block := self._places.read(_BLOCK):
                packed.write(squeeze.compress(block))
            packed.write(squeeze.flush())
            head = encode({**entries, "Length": packed.tell()})
            self._put(b"%d 0 obj\n%s\nstream\n" % (own.number, head))
            packed.seek(0)
            shutil.copyfileobj(packed, self._stream)
        self._put(b"\r\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start)
