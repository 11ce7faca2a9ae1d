"""Font files are read as fontTools reads them."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from handouts import Workspace
from handouts.layout.fonts import face_named
from handouts.layout.truetype import TrueType

FACES = (
    "Handout-Regular",
    "Handout-Bold",
    "HandoutFallback-Regular",
    "HandoutFallback-Bold",
)


@cache
def both(face: str) -> tuple[TrueType, Any]:
    path = Workspace().font(f"{face}.ttf")
    return TrueType(path.read_bytes()), TTFont(path)


@pytest.mark.parametrize("face", FACES)
def test_characters_and_advances(face: str) -> None:
    ours, known = both(face)
    order = known.getGlyphOrder()
    glyphs = {code: order[glyph] for code, glyph in ours.glyphs.items()}
    assert glyphs == known.getBestCmap()
    scale = 1000 / known["head"].unitsPerEm
    widths = {code: known["hmtx"][name][0] * scale for code, name in glyphs.items()}
    assert ours.widths == pytest.approx(widths)
    assert ours.missing_width == known["hmtx"][".notdef"][0] * scale
    assert [tuple(pair) for pair in ours.metrics] == [known["hmtx"][name] for name in order]


@pytest.mark.parametrize("face", FACES)
def test_measures_and_name(face: str) -> None:
    ours, known = both(face)
    head, os2 = known["head"], known["OS/2"]
    assert known["head"].unitsPerEm == 1000, "the measures below are in units of the font"
    assert ours.box == (head.xMin, head.yMin, head.xMax, head.yMax)
    assert ours.vertical == (os2.sTypoAscender, os2.sTypoDescender, os2.sCapHeight)
    assert ours.weight == os2.usWeightClass
    assert ours.name == known["name"].getDebugName(6)


def test_a_face_measures_in_points_and_knows_what_it_lacks() -> None:
    face = face_named("Handout-Regular")
    assert face.width("AA", 10) == pytest.approx(2 * 626 * 10 / 1000)
    assert face.has("Añ")
    assert not face.has("A\u0416")
    assert not face.has("\uffff")
    with pytest.raises(KeyError):
        face.width("\u0416", 10)
