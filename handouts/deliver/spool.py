"""Turn PDF objects into a file as they come: memory does not grow with the number of objects."""

from __future__ import annotations

import hashlib
import tempfile
from typing import BinaryIO, Self

from handouts.errors import DeliveryError
from handouts.pdf.file import HEADER, PdfFile
from handouts.pdf.objects import Ref, Stream, Value, encode

_OFFSET = 8
"""Bytes that keep where an object begins."""
_LARGEST = 10**10
"""A table of cross references has ten digits for a place (ISO 32000-1, 7.5.4)."""
_BLOCK = 8192


class Spool(PdfFile):
    """A PDF file that is written to a stream object by object.

    The places of objects wait in a temporary file for the table at the end.
    """

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream, self._size, self._last = stream, 0, 0
        self._digest = hashlib.sha256()
        self._places = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
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
            DeliveryError: if the file becomes larger than its table can say.
        """
        if self._size >= _LARGEST:
            raise DeliveryError("the print run is over 10 GB", "make it in parts")
        self._places.seek(ref.number * _OFFSET)
        self._places.write(self._size.to_bytes(_OFFSET))
        body = value.encoded() if isinstance(value, Stream) else encode(value)
        self._put(b"%d 0 obj\n%s\nendobj\n" % (ref.number, body))

    def close(self, root: Ref, info: Ref) -> None:
        """Write the table of cross references and the trailer."""
        start = self._size
        self._put(b"xref\n0 %d\n0000000000 65535 f \n" % (self._last + 1))
        self._places.seek(_OFFSET)
        left = self._last
        while left:
            block = self._places.read(min(left, _BLOCK) * _OFFSET)
            offsets = range(0, len(block), _OFFSET)
            self._put(
                b"".join(
                    b"%010d 00000 n \n" % int.from_bytes(block[at : at + _OFFSET]) for at in offsets
                )
            )
            left -= len(offsets)
        digest = self._digest.digest()[:16]
        trailer: dict[str, Value] = {
            "Size": self._last + 1,
            "Root": root,
            "Info": info,
            "ID": (digest, digest),
        }
        self._put(b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (encode(trailer), start))
