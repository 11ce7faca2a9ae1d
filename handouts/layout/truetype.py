"""The bytes of a TrueType file → its tables, characters, advances and measures.

Only what our own fonts need (OpenType 1.9, chapters cmap, head, hhea, hmtx, loca, name, OS/2):
outlines in ``glyf`` with short offsets, characters of the basic plane in a ``cmap`` of format 4.
"""

from __future__ import annotations

import struct
from functools import cached_property

_DIRECTORY, _RECORD = 12, 16
_WINDOWS, _UNICODE_BMP = 3, 1
_POSTSCRIPT_NAME = 6


class TrueType:
    """One font file, read as it is asked for. Measures are in 1/1000 em."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        (count,) = struct.unpack_from(">H", data, 4)
        places = (_DIRECTORY + _RECORD * index for index in range(count))
        records = (struct.unpack_from(">4s4xLL", data, place) for place in places)
        self._tables = {tag.decode("latin-1"): (start, size) for tag, start, size in records}

    def table(self, tag: str) -> bytes:
        """Return a table's bytes; empty if the file has none of that tag."""
        start, size = self._tables.get(tag, (0, 0))
        return self.data[start : start + size]

    def _shorts(self, tag: str, start: int, count: int = 1) -> tuple[int, ...]:
        return struct.unpack_from(f">{count}h", self.data, self._tables[tag][0] + start)

    def _scaled(self, value: int) -> float:
        return value * 1000 / self.units if self.units != 1000 else value

    @cached_property
    def units(self) -> int:
        """Units to an em."""
        return self._shorts("head", 18)[0]

    # -- characters and glyphs

    @cached_property
    def glyphs(self) -> dict[int, int]:
        """The glyph of every character that the font has."""
        cmap = self.table("cmap")
        (count,) = struct.unpack_from(">H", cmap, 2)
        records = (struct.unpack_from(">HHL", cmap, 4 + 8 * index) for index in range(count))
        (start,) = (at for where, kind, at in records if (where, kind) == (_WINDOWS, _UNICODE_BMP))
        return _format_4(cmap[start:])

    @cached_property
    def metrics(self) -> tuple[tuple[int, int], ...]:
        """Advance and left side bearing of every glyph, in units of the font."""
        (full,) = self._shorts("hhea", 34)
        (count,) = self._shorts("maxp", 4)
        pairs = struct.iter_unpack(">Hh", self.table("hmtx")[: 4 * full])
        made = [(advance, bearing) for advance, bearing in pairs]
        last = made[-1][0]
        rest = self._shorts("hmtx", 4 * full, count - full)
        return (*made, *((last, bearing) for bearing in rest))

    @cached_property
    def widths(self) -> dict[int, float]:
        """The advance of every character."""
        metrics = self.metrics
        return {code: self._scaled(metrics[glyph][0]) for code, glyph in self.glyphs.items()}

    @cached_property
    def missing_width(self) -> float:
        """The advance of the glyph that stands for a missing character."""
        return self._scaled(self.metrics[0][0])

    @cached_property
    def places(self) -> tuple[int, ...]:
        """Where the outline of each glyph starts in ``glyf``, and the end of the last."""
        loca = self.table("loca")
        if self._shorts("head", 50)[0]:
            return struct.unpack(f">{len(loca) // 4}L", loca)
        return tuple(2 * half for half in struct.unpack(f">{len(loca) // 2}H", loca))

    def outline(self, glyph: int) -> bytes:
        """Return the outline of a glyph as it stands in ``glyf``; empty for a space."""
        start = self._tables["glyf"][0]
        return self.data[start + self.places[glyph] : start + self.places[glyph + 1]]

    # -- what a PDF says of a font

    @cached_property
    def name(self) -> str:
        """The PostScript name."""
        table = self.table("name")
        count, strings = struct.unpack_from(">2xHH", table)
        for index in range(count):
            record = struct.unpack_from(">HHHHHH", table, 6 + 12 * index)
            if record[0] == _WINDOWS and record[3] == _POSTSCRIPT_NAME:
                start = strings + record[5]
                return table[start : start + record[4]].decode("utf-16-be")
        raise ValueError("the font has no PostScript name")

    @cached_property
    def box(self) -> tuple[float, ...]:
        """Left, bottom, right and top of all glyphs together."""
        return tuple(map(self._scaled, self._shorts("head", 36, 4)))

    @cached_property
    def vertical(self) -> tuple[float, float, float]:
        """Ascent, descent and height of capitals."""
        ascent, descent = self._shorts("OS/2", 68, 2)
        (capitals,) = self._shorts("OS/2", 88)
        return self._scaled(ascent), self._scaled(descent), self._scaled(capitals)

    @cached_property
    def weight(self) -> int:
        """400 for regular, 700 for bold."""
        return self._shorts("OS/2", 4)[0]


def _format_4(table: bytes) -> dict[int, int]:
    """Read a map of segments: each adds to its characters or looks their glyphs up."""
    count = struct.unpack_from(">6xH", table)[0] // 2
    arrays = struct.unpack_from(f">{count}H2x{count}H{count}H{count}H", table, 14)
    ends, starts, deltas, offsets = (arrays[count * n : count * (n + 1)] for n in range(4))
    glyphs: dict[int, int] = {}
    for index, (first, last, delta, offset) in enumerate(
        zip(starts, ends, deltas, offsets, strict=True)
    ):
        # An offset counts from its own place, which is `16 + 6 * count + 2 * index`.
        listed = 16 + 6 * count + 2 * index + offset
        for code in range(first, last + 1):
            glyph = code
            if offset:
                (glyph,) = struct.unpack_from(">H", table, listed + 2 * (code - first))
            if glyph and (glyph + delta) % 65536:
                glyphs[code] = (glyph + delta) % 65536
    return glyphs
