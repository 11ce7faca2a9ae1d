"""The embedded fonts: what tools/fonts.py makes, with an open zero and the promised letters."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parents[1]
FONTS = ROOT / "handouts" / "fonts"
TEXT = ("Handout-Regular", "Handout-Bold")
FALLBACK = ("HandoutFallback-Regular", "HandoutFallback-Bold")


@pytest.mark.slow
def test_fonts_are_what_the_tool_makes() -> None:
    built = dict(runpy.run_path(str(ROOT / "tools" / "fonts.py"))["built"]())
    on_disk = {path.name for path in FONTS.iterdir()} - {"README.md"}
    assert set(built) == on_disk
    stale = [name for name, content in built.items() if (FONTS / name).read_bytes() != content]
    assert stale == [], "run python tools/fonts.py"


@pytest.mark.parametrize("face", TEXT)
def test_zero_is_a_ring_and_narrower_than_the_letter_o(face: str) -> None:
    glyphs = TTFont(FONTS / f"{face}.ttf")["glyf"]
    zero, letter, eight = glyphs["zero"], glyphs["O"], glyphs["eight"]
    assert zero.numberOfContours == 2, "a slash would be a third curve"
    assert eight.numberOfContours == 3
    assert zero.xMax - zero.xMin < letter.xMax - letter.xMin
    assert (zero.yMin, zero.yMax) == pytest.approx((letter.yMin, letter.yMax), abs=12)


@pytest.mark.parametrize(
    ("face", "family", "style"),
    [
        ("Handout-Regular", "Handout Hyperlegible", "Regular"),
        ("Handout-Bold", "Handout Hyperlegible", "Bold"),
        ("HandoutFallback-Regular", "Handout Fallback", "Regular"),
        ("HandoutFallback-Bold", "Handout Fallback", "Bold"),
    ],
)
def test_names_are_our_own_and_the_licence_stays(face: str, family: str, style: str) -> None:
    font = TTFont(FONTS / f"{face}.ttf")
    names = {record.nameID: str(record) for record in font["name"].names}
    assert (names[1], names[2]) == (family, style)
    assert names[6] == f"{family.replace(' ', '')}-{style}"
    assert "Open Font License, Version 1.1" in names[13]
    own = [names[number] for number in (1, 3, 4, 6, 16)]
    assert not any(word in name for name in own for word in ("Atkinson", "Noto"))
    assert font["OS/2"].usWeightClass == (700 if style == "Bold" else 400)
    assert font["head"].macStyle == (1 if style == "Bold" else 0)
    assert font["OS/2"].fsType == 0, "embedding must be allowed"


@pytest.mark.parametrize("face", FALLBACK)
@pytest.mark.parametrize(
    "name",
    [
        *("Nguyễn Thị Hương", "Łukasz Żółć", "Иван Ґалаґан", "Ελένη", "₫ № €"),
        *("Əli Həsənov", "Ɓaƙo Ɗan ɓ", "ŋɔɛʋɣʃʒ"),
    ],
)
def test_fallback_has_the_letters_of_names(face: str, name: str) -> None:
    known = TTFont(FONTS / f"{face}.ttf").getBestCmap()
    assert [char for char in name if ord(char) not in known] == []


@pytest.mark.parametrize("face", [*TEXT, *FALLBACK])
def test_combining_marks_are_left_out(face: str) -> None:
    known = TTFont(FONTS / f"{face}.ttf").getBestCmap()
    assert [hex(code) for code in range(0x0300, 0x0370) if code in known] == []


@pytest.mark.parametrize("face", TEXT)
def test_text_face_has_what_handouts_print(face: str) -> None:
    known = TTFont(FONTS / f"{face}.ttf").getBestCmap()
    wanted = "AZaz09áéíóúñçüßøåæœ–—‘’“”·•…°½¼€£$%&@()/:;,.!?"
    assert [char for char in wanted if ord(char) not in known] == []
