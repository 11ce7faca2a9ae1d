"""Turn a finished handout into its shared part and its own objects (`handouts.pdf.base`).

The cross references at the end of a file tell its own objects; the first of them begins where
the shared part ends. Read as they are written: any other file has no parts.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, pairwise
from operator import add

from handouts.pdf.base import DEFLATED, IN_FILE

_END = re.compile(rb"startxref\n(\d{1,10})\n%%EOF\n\Z")
_TAIL = 64
_REFERENCES = re.compile(
    rb"(?P<number>\d{1,10}) 0 obj\n<</Type /XRef/Size \d+/W \[1 4 2\]"
    rb"/Index \[(?P<index>[\d ]{1,4000})\]/Prev (?P<prev>\d{1,10})"
    rb"/Root \d+ 0 R/Info (?P<info>\d{1,10}) 0 R"
    rb"/ID \[<[0-9a-f]+> <[0-9a-f]+>\]/Length (?P<length>\d{1,10})>>\nstream\n"
)
_OBJECT = re.compile(rb"(\d{1,10}) 0 obj\n")
_ENDOBJ = b"\nendobj\n"
_STREAM = re.compile(rb"<<(.*?)/Length (\d{1,10})>>\nstream\n", re.DOTALL)
_ENDSTREAM = b"\r\nendstream"
_ROW = struct.Struct(">BIH")


@dataclass(frozen=True, slots=True)
class Parts:
    """A file in parts.

    ``shared``: the SHA-256 of the shared part, whose objects have numbers below ``first``;
    ``own``: the bodies of its own objects by number, but for the cross references; ``info``: the
    number of the one that describes the file.
    """

    shared: bytes
    first: int
    own: Mapping[int, bytes]
    info: int


class SharedDigest:
    """Tells the SHA-256 of shared parts; that of the last one is known."""

    def __init__(self) -> None:
        self._shared, self._digest = b"", hashlib.sha256().digest()

    def of(self, pdf: bytes, end: int) -> bytes:
        """Return the digest of a file up to ``end``."""
        if end != len(self._shared) or not pdf.startswith(self._shared):
            self._shared = pdf[:end]
            self._digest = hashlib.sha256(self._shared).digest()
        return self._digest


def parts_of(pdf: bytes, digest: SharedDigest | None = None) -> Parts | None:
    """Return the parts of a file, None if it is of another make.

    ``digest`` knows the shared part of the file that was read before.
    """
    end = _END.search(pdf, max(len(pdf) - _TAIL, 0))
    found = _REFERENCES.match(pdf, int(end[1])) if end else None
    if end is None or found is None:
        return None
    places = _places(found["index"], pdf[found.end() : found.end() + int(found["length"])])
    last = _OBJECT.match(pdf, int(found["prev"]))
    if last is None or places[-1:] != [(found.start(), int(found["number"]))]:
        return None
    own = {}
    for (at, number), (until, _) in pairwise(places):
        head = b"%d 0 obj\n" % number
        if not (pdf.startswith(head, at) and pdf.endswith(_ENDOBJ, at, until)):
            return None
        own[number] = pdf[at + len(head) : until - len(_ENDOBJ)]
    shared = (digest or SharedDigest()).of(pdf, places[0][0])
    return Parts(shared, int(last[1]) + 1, own, int(found["info"]))


def _places(index: bytes, rows: bytes) -> list[tuple[int, int]]:
    """Return where objects begin, with their numbers: runs of (first, count) (7.5.8.2).

    Those in object streams, elements that screen readers need, have no place of their own.
    """
    runs = [int(digits) for digits in index.split()]
    firsts, counts = runs[::2], runs[1::2]
    if len(firsts) != len(counts) or sum(counts) * _ROW.size != len(rows):
        return []
    numbers = chain.from_iterable(map(range, firsts, map(add, firsts, counts)))
    found = zip(_ROW.iter_unpack(rows), numbers, strict=True)
    return sorted((at, number) for (kind, at, _), number in found if kind == IN_FILE)


def stream_of(body: bytes) -> tuple[bytes | None, bytes]:
    """Return a stream's entries but for its length, and its data; no entries if it is none."""
    found = _STREAM.match(body)
    data = body[found.end() : -len(_ENDSTREAM)] if found else b""
    if found is None or len(data) != int(found[2]) or not body.endswith(_ENDSTREAM):
        return None, b""
    return found[1], data


def inflated(body: bytes) -> bytes | None:
    """Return the data of a stream that was only deflated, None if it is another."""
    entries, data = stream_of(body)
    try:
        return zlib.decompress(data) if entries == DEFLATED else None
    except zlib.error:
        return None
