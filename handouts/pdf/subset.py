"""A face and some of its characters → a TrueType file of their glyphs alone.

It has the tables that a PDF's simple TrueType font needs (ISO 32000-1, 9.9) and no others: name,
licence and measures for typesetting stay in the font file that is shipped.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from handouts.layout.truetype import TrueType

_ONE_POINT_ZERO = 0x00010000
_CHECKSUM = 0xB1B0AFBA
"""What the words of a whole file add up to (OpenType 1.9, head)."""

_MORE, _WORDS, _SCALE, _TWO_SCALES, _MATRIX = 0x20, 0x01, 0x08, 0x40, 0x80
"""Flags of a part of a composite glyph (OpenType 1.9, glyf)."""

_COPIED = ("cvt ", "fpgm", "prep")
"""Tables that the instructions of outlines refer to, in a font that has any."""


def subset(font: TrueType, characters: Sequence[int]) -> bytes:
    """Return a font in which code *n* shows ``characters[n]``; one it lacks shows as missing."""
    glyphs = _Glyphs(font)
    codes = [glyphs.number(font.glyphs.get(character, 0)) for character in characters]
    glyf, places = _joined(glyphs.outlines())
    count = len(glyphs.chosen)
    tables = {
        "cmap": struct.pack(
            f">HHHHLHHHHH{len(codes)}H",
            *(0, 1, 1, 0, 12),
            *(6, 10 + 2 * len(codes), 0, 0, len(codes)),
            *codes,
        ),
        "glyf": glyf,
        # Places of glyphs as halves: a subset is small, whatever its font is.
        "head": _with_short(font.table("head"), 50, 0),
        "hhea": _with_short(font.table("hhea"), 34, count),
        "hmtx": b"".join(struct.pack(">Hh", *font.metrics[glyph]) for glyph in glyphs.chosen),
        "loca": struct.pack(f">{count + 1}H", *(place // 2 for place in places)),
        "maxp": _with_short(font.table("maxp"), 4, count),
        **{tag: table for tag in _COPIED if (table := font.table(tag))},
    }
    return _file(tables)


class _Glyphs:
    """The glyphs of a subset in order, the one for missing characters first."""

    def __init__(self, font: TrueType) -> None:
        self._font = font
        self._numbers = {0: 0}
        self.chosen = [0]

    def number(self, glyph: int) -> int:
        """Choose a glyph; return its number in the subset."""
        if glyph not in self._numbers:
            self._numbers[glyph] = len(self.chosen)
            self.chosen.append(glyph)
        return self._numbers[glyph]

    def outlines(self) -> list[bytes]:
        """Return the outline of each glyph; the parts of composite ones are chosen as well."""
        made = []
        for glyph in self.chosen:
            outline = bytearray(self._font.outline(glyph))
            for place in _parts(outline):
                (part,) = struct.unpack_from(">H", outline, place)
                struct.pack_into(">H", outline, place, self.number(part))
            made.append(bytes(outline))
        return made


def _parts(outline: bytearray) -> Iterator[int]:
    """Yield where a composite outline names its parts."""
    if not outline or struct.unpack_from(">h", outline)[0] >= 0:
        return
    place, flags = 10, _MORE
    while flags & _MORE:
        (flags,) = struct.unpack_from(">H", outline, place)
        yield place + 2
        place += 8 if flags & _WORDS else 6
        if flags & _SCALE:
            place += 2
        elif flags & _TWO_SCALES:
            place += 4
        elif flags & _MATRIX:
            place += 8


def _joined(outlines: Sequence[bytes]) -> tuple[bytes, list[int]]:
    """Outlines one after the other, each from a place that four divides, and the places."""
    places = [0]
    parts = []
    for outline in outlines:
        parts.append(outline + bytes(-len(outline) % 4))
        places.append(places[-1] + len(parts[-1]))
    return b"".join(parts), places


def _with_short(table: bytes, place: int, value: int) -> bytes:
    return table[:place] + struct.pack(">H", value) + table[place + 2 :]


def _file(tables: dict[str, bytes]) -> bytes:
    """Put tables into a file, in the order of their tags, with all checksums."""
    tables["head"] = tables["head"][:8] + bytes(4) + tables["head"][12:]
    count = len(tables)
    power = count.bit_length() - 1
    found = 16 << power
    head = [struct.pack(">LHHHH", _ONE_POINT_ZERO, count, found, power, 16 * count - found)]
    body: list[bytes] = []
    place = 12 + 16 * count
    adjusted = 0
    for tag, table in sorted(tables.items()):
        padded = table + bytes(-len(table) % 4)
        if tag == "head":
            adjusted = place + 8
        head.append(struct.pack(">4sLLL", tag.encode(), _sum(padded), place, len(table)))
        body.append(padded)
        place += len(padded)
    whole = bytearray(b"".join([*head, *body]))
    struct.pack_into(">L", whole, adjusted, (_CHECKSUM - _sum(whole)) % 2**32)
    return bytes(whole)


def _sum(data: bytes | bytearray) -> int:
    return int(sum(struct.unpack(f">{len(data) // 4}L", data)) % 2**32)
