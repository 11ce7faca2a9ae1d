"""Subsets of fonts: the same outlines as the whole font, and only the tables a PDF needs."""

from __future__ import annotations

import io
from array import array
from typing import Any

import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont, newTable

from handouts import Workspace
from handouts.layout.fonts import face_named
from handouts.layout.truetype import TrueType
from handouts.pdf.subset import subset

TABLES = ["cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp"]


def drawn(font: Any, glyph: str) -> list[Any]:
    """Return the outline of a glyph, its parts in place."""
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[glyph].draw(pen)
    outline: list[Any] = pen.value
    return outline


@pytest.mark.parametrize(
    ("face", "text"),
    [
        ("Handout-Regular", "Hold for 10 seconds — breathe: éñüå½"),
        ("Handout-Bold", "A"),
        ("HandoutFallback-Regular", "Nguyễn Thị Hương, Łukasz, Ирина, Ελένη ẽẽ"),
        ("HandoutFallback-Bold", "".join(map(chr, range(0x1EA0, 0x1EFA)))),
    ],
)
def test_codes_show_the_outlines_of_their_characters(face: str, text: str) -> None:
    whole = TTFont(Workspace().font(f"{face}.ttf"))
    characters = [0, *map(ord, dict.fromkeys(text))]
    made = TTFont(io.BytesIO(subset(face_named(face).font, characters)), checkChecksums=2)
    assert sorted(made.reader.keys()) == TABLES
    (codes,) = (table.cmap for table in made["cmap"].tables)
    known = whole.getBestCmap()
    for code, character in enumerate(characters[1:], 1):
        name = codes.get(code, ".notdef")
        assert drawn(made, name) == drawn(whole, known[character]), chr(character)
        assert made["hmtx"][name] == whole["hmtx"][known[character]]
    # The parts of composite letters, and nothing else, come beside what was asked for.
    parts = sum(made["glyf"][name].isComposite() for name in made.getGlyphOrder())
    assert len(made.getGlyphOrder()) <= len(characters) + 2 * parts
    assert made["maxp"].numGlyphs == len(made.getGlyphOrder()) == made["hhea"].numberOfHMetrics


def test_tables_of_instructions_come_along() -> None:
    font = TTFont(Workspace().font("Handout-Regular.ttf"))
    font["cvt "] = newTable("cvt ")
    font["cvt "].values = array("h", [12, -7])
    saved = io.BytesIO()
    font.save(saved)
    made = TTFont(io.BytesIO(subset(TrueType(saved.getvalue()), [0, 65])))
    assert list(made["cvt "].values) == [12, -7]


def test_a_character_that_the_font_lacks_shows_as_missing() -> None:
    made = TTFont(io.BytesIO(subset(face_named("Handout-Regular").font, [0, 0x0416, 0x41])))
    (codes,) = (table.cmap for table in made["cmap"].tables)
    assert codes.get(1, ".notdef") == ".notdef"
    assert codes[2] != ".notdef"


def test_the_same_characters_give_the_same_bytes() -> None:
    font = face_named("Handout-Bold").font
    assert subset(font, [0, 65, 66]) == subset(font, (0, 65, 66)) != subset(font, [0, 66, 65])
