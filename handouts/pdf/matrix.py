"""Words for cameras → a QR code (ISO/IEC 18004) as one bit a module, and as a PDF image.

The mask is fixed. Readers take any; choosing the prettiest of the eight for each patient costs
most of the time, and under one mask a code is a linear function of its characters' bits: the code
of another token is found by exclusive or, without making it anew (`Codes`).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from msgspec import Struct

from handouts.pdf.base import plain_stream
from handouts.pdf.objects import Name, Stream, Value, encode

_MASK = 3
_PARTS = "handouts_segno"
"""The name under which parts of segno are imported."""
_GROUP_BITS = 11
_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""Two of these characters make a number of eleven bits: 45 times the first, and the second."""


class Bits(Struct, frozen=True):
    """A code of ``side`` modules a side; rows from the top, each filled up to whole bytes."""

    side: int
    value: int

    @property
    def rows(self) -> bytes:
        """The rows, a dark module a one."""
        return self.value.to_bytes(self.side * -(-self.side // 8))


@lru_cache(maxsize=64)
def bits_of(content: str) -> Bits:
    """Return the code of some words, error correction at least level M."""
    matrix = _encoder().encode(content, error="m", micro=False, mask=_MASK).matrix
    side = len(matrix)
    fill = -side % 8
    value = 0
    for row in matrix:
        for module in row:
            value = value << 1 | module
        value <<= fill
    return Bits(side, value)


@cache
def _encoder() -> ModuleType:
    """Return the encoder of segno, imported without the rest of it.

    The package also imports what writes codes as pictures, and with it all that opens addresses of
    the web: that takes as long as setting the text of a handout. So its modules are found where
    they are, under a package of another name, which has no code of its own.
    """
    found = find_spec("segno")
    if found is None or found.submodule_search_locations is None:
        raise ModuleNotFoundError("segno is not installed", name="segno")
    package = ModuleType(_PARTS)
    package.__path__ = found.submodule_search_locations
    sys.modules.setdefault(_PARTS, package)
    return import_module(f"{_PARTS}.encoder")


def stencil(bits: Bits) -> Stream:
    """Return a code as an image that paints the current colour through it (8.9.6.2).

    In hexadecimal digits: rows may end in the byte of a line end, which some writers take away.
    """
    return Stream(_digits(bits), _entries(bits.side), plain=True)


def stencil_code(bits: Bits) -> bytes:
    """Return the same in PDF's notation."""
    return plain_stream(_digits(bits), _notation(bits.side))


def _digits(bits: Bits) -> bytes:
    return b"%s>" % bits.rows.hex().encode("ascii")


@lru_cache(maxsize=8)
def _notation(side: int) -> bytes:
    return encode(_entries(side)).removeprefix(b"<<").removesuffix(b">>")


def _entries(side: int) -> dict[str, Value]:
    return {
        "Type": Name("XObject"),
        "Subtype": Name("Image"),
        "Width": side,
        "Height": side,
        "ImageMask": True,
        "BitsPerComponent": 1,
        "Decode": [1, 0],
        "Filter": Name("ASCIIHexDecode"),
    }


class Codes(Struct, frozen=True):
    """All codes of ``prefix`` and a token of a known length.

    ``base`` is that of a token of noughts; ``changes`` says, for the place of a pair of
    characters and a bit of its number, or for a single place and its character, what changes.
    """

    prefix: str
    length: int
    base: Bits
    changes: Mapping[tuple[int, int], int]

    def bits(self, token: str) -> Bits:
        """Return the code of ``prefix`` and a token.

        Raises:
            ValueError: for a character that is not alphanumeric in the standard's sense.
        """
        value, start = self.base.value, len(self.prefix)
        for place in _places(start, self.length):
            pair = token[max(place - start, 0) : place - start + 2]
            group = 0
            for char in pair:
                group = group * 45 + _ALPHANUMERIC.index(char)
            if len(pair) == 1:
                value ^= self.changes[place, group] if group else 0
                continue
            bit = 0
            while group:
                if group & 1:
                    value ^= self.changes[place, bit]
                group >>= 1
                bit += 1
        return Bits(self.base.side, value)


def _places(start: int, length: int) -> range:
    """Where pairs of characters begin that hold any of the token."""
    return range(start - start % 2, start + length, 2)


@lru_cache(maxsize=16)
def codes_of(prefix: str, length: int) -> Codes:
    """Return how the codes of a prefix and any token of a length come about.

    Raises:
        ValueError: if the prefix is not alphanumeric in the standard's sense.
    """
    if any(char not in _ALPHANUMERIC for char in prefix):
        raise ValueError("only capitals, digits and a few signs make a compact code")
    start, zero = len(prefix), "0" * length
    base = bits_of(prefix + zero)
    changes: dict[tuple[int, int], int] = {}

    def change(place: int, part: str) -> int:
        at = max(place - start, 0)
        return base.value ^ bits_of(prefix + zero[:at] + part + zero[at + len(part) :]).value

    for place in _places(start, length):
        if start <= place < start + length - 1:
            for bit in range(_GROUP_BITS):
                first, second = divmod(1 << bit, 45)
                changes[place, bit] = change(place, _ALPHANUMERIC[first] + _ALPHANUMERIC[second])
        else:
            for index, char in enumerate(_ALPHANUMERIC[1:], 1):
                changes[place, index] = change(place, char)
    return Codes(prefix, length, base, changes)
