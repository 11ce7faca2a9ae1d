"""Words for cameras → a QR code (ISO/IEC 18004) as one bit a module, and as a PDF image.

The mask is fixed. Readers take any; choosing the prettiest of the eight for each patient costs
most of the time, and under one mask a code is a linear function of its characters' bits: the code
of other words as long is found by exclusive or, without making it anew.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import count

from msgspec import Struct

from handouts.pdf.base import plain_stream
from handouts.pdf.objects import Name, Stream, Value, encode

_MASK = 3
_GROUP_BITS, _SINGLE_BITS, _BASE, _LEAST = 11, 6, 45, 4
_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""Two of these characters make a number of eleven bits: 45 times the first, and the second.

One left over at the end makes one of six bits.
"""
_FILLER = "A"
"""Not a digit: digits alone are encoded in another way, whatever becomes of one pair."""
_WORTH = 90
"""Codes that are made in the time that it takes to learn how a token changes those of a length."""
_ASKED = count()


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
    matrix = modules_of(content)
    side = len(matrix)
    fill = -side % 8
    value = 0
    for row in matrix:
        for module in row:
            value = value << 1 | module
        value <<= fill
    return Bits(side, value)


def modules_of(content: str) -> list[list[bool]]:
    """Return the modules of the smallest code of level M, and in that of the highest that fits."""
    # Not needed for a handout whose code was made before.
    from qrcodegen import QrCode, QrSegment  # noqa: PLC0415

    segments = QrSegment.make_segments(content)
    code = QrCode.encode_segments(segments, QrCode.Ecc.MEDIUM, mask=_MASK)
    side = range(code.get_size())
    return [[code.get_module(x, y) for x in side] for y in side]


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


def code_of(prefix: str, token: str) -> Bits:
    """Return the code of a prefix that many patients have and a token, in the quickest way."""
    if next(_ASKED) < _WORTH:
        return bits_of(prefix + token)
    try:
        return composed(prefix, token)
    except ValueError:
        return bits_of(prefix + token)


def composed(prefix: str, token: str) -> Bits:
    """Return the code of a prefix and a token, put together from those of others as long.

    Raises:
        ValueError: for words that are not encoded as alphanumeric in the standard's sense.
    """
    shared = len(prefix) - len(prefix) % 2
    start, rest = prefix[:shared], prefix[shared:] + token
    length = len(prefix) + len(token)
    if length < _LEAST or (prefix + token).isdecimal():
        raise ValueError("codes of digits alone, or of little, come about otherwise")
    begun = _begun(start, length)
    return Bits(begun.side, begun.value ^ _change(length, shared, rest))


@lru_cache(maxsize=1024)
def _begun(start: str, length: int) -> Bits:
    """The code that begins with ``start`` and goes on with `_FILLER`."""
    return bits_of(start.ljust(length, _FILLER))


def _change(length: int, place: int, words: str) -> int:
    """Return what changes in a code with other words than `_FILLER` from an even place on."""
    value = 0
    for index in range(0, len(words), 2):
        value ^= _change_of_pair(length, place + index, words[index : index + 2])
    return value


@lru_cache(maxsize=16_384)  # tokens have 1024 pairs in 8 places
def _change_of_pair(length: int, place: int, pair: str) -> int:
    changes, value = _changes(length, place), 0
    bits = _number(pair) ^ _number(_FILLER * len(pair))
    while bits:
        low = bits & -bits
        value ^= changes[low.bit_length() - 1]
        bits ^= low
    return value


@lru_cache(maxsize=1024)
def _changes(length: int, place: int) -> tuple[int, ...]:
    """What each bit of a pair's number, or of a single one's at the end, changes in a code."""
    words = _FILLER * length
    pair = words[place : place + 2]
    bits = _GROUP_BITS if len(pair) == 2 else _SINGLE_BITS
    others = (_characters(_number(pair) ^ 1 << bit, len(pair)) for bit in range(bits))
    base = bits_of(words).value
    return tuple(
        base ^ bits_of(words[:place] + other + words[place + 2 :]).value for other in others
    )


def _number(pair: str) -> int:
    """The number of a pair, or of a single character."""
    number = 0
    for char in pair:
        number = number * _BASE + _ALPHANUMERIC.index(char)
    return number


def _characters(number: int, length: int) -> str:
    digits = divmod(number, _BASE) if length > 1 else (number,)
    return "".join(_ALPHANUMERIC[digit] for digit in digits)
