"""Turn two open font families from PyPI into the four faces that handouts embed.

Handout Hyperlegible is Atkinson Hyperlegible with an open zero, because readers can take the
slashed zero of the original for an 8 ("10 seconds" for "18 seconds"). Handout Fallback is a static,
unhinted part of Noto Sans, for names in letters that the first family lacks. Run ``python
tools/fonts.py`` with the dev packages installed; equal input gives equal bytes.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import fontpkg
from fontTools import subset
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.reverseContourPen import ReverseContourPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FONTS = Path(__file__).parents[1] / "handouts" / "fonts"
WEIGHTS = {"Regular": 400, "Bold": 700}
TEXT_FAMILY, TEXT_FILE = "Handout Hyperlegible", "Handout"
FALLBACK_FAMILY, FALLBACK_FILE = "Handout Fallback", "HandoutFallback"
CHANGED = "Modifications copyright 2026 the authors of handouts: "

# Latin (with all of Vietnamese, and the phonetic letters in alphabets of Africa, America and the
# Caucasus), Greek, Cyrillic, punctuation, currency signs, letterlike signs and number forms.
FALLBACK_RANGES = (
    (0x0020, 0x02FF),
    (0x0370, 0x052F),
    (0x1E00, 0x1FFF),
    (0x2010, 0x205E),
    (0x2070, 0x218F),
    (0x2C60, 0x2C7F),
    (0xA78B, 0xA78C),
)
FALLBACK_SIGNS = "−≈≠≤≥"
# Horizontal strokes of a zero are a little thinner than those of the wider O.
SIDE_STROKE = 0.96
_BOLD_STYLE, _REGULAR_STYLE, _BOLD_MAC = 1 << 5, 1 << 6, 1 << 0

Contour = list[tuple[str, tuple[tuple[float, float], ...]]]
Box = tuple[float, float, float, float]


def _contours(font: TTFont, glyph: str) -> list[Contour]:
    """Return the closed curves of a glyph, widest first."""
    glyphs = font.getGlyphSet()
    pen = DecomposingRecordingPen(glyphs)
    glyphs[glyph].draw(pen)
    curves: list[Contour] = []
    for verb, points in pen.value:
        if verb == "moveTo":
            curves.append([])
        curves[-1].append((verb, points))
    return sorted(curves, key=lambda curve: _box(curve)[0] - _box(curve)[2])


def _box(curve: Contour) -> Box:
    """Return left, bottom, right and top of a curve's points."""
    xs, ys = zip(*(point for _, points in curve for point in points), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _play(curve: Contour, pen: object) -> None:
    for verb, points in curve:
        getattr(pen, verb)(*points)


def open_zero(font: TTFont) -> None:
    """Redraw the zero as a ring: its own outer curve, with the stroke widths of the letter O.

    The tabular zero uses the same glyph, so both change.
    """
    o_outer, o_inner = (_box(curve) for curve in _contours(font, "O")[:2])
    stem, arch = (o_inner[0] - o_outer[0]) * SIDE_STROKE, o_inner[1] - o_outer[1]
    outer = _contours(font, "zero")[0]
    left, bottom, right, top = _box(outer)
    scale_x, scale_y = 1 - 2 * stem / (right - left), 1 - 2 * arch / (top - bottom)
    centre_x, centre_y = (left + right) / 2, (bottom + top) / 2
    shift = (centre_x * (1 - scale_x), centre_y * (1 - scale_y))
    pen = TTGlyphPen(None)
    _play(outer, pen)
    inner = TransformPen(ReverseContourPen(pen), (scale_x, 0, 0, scale_y, *shift))
    _play(outer, inner)
    font["glyf"]["zero"] = pen.glyph(round=round)


def rename(font: TTFont, family: str, style: str, changes: str) -> None:
    """Give the face its own family name, as OFL 1.1 requires of changed fonts; keep the licence."""
    names = font["name"]
    kept = {number: str(names.getName(number, 3, 1, 0x409)) for number in (0, 5, 13, 14)}
    version = kept[5].split(";")[0]
    post_script = f"{family.replace(' ', '')}-{style}"
    names.names = []
    for number, text in {
        0: f"{kept[0]}. {CHANGED}{changes}.",
        1: family,
        2: style,
        3: f"{version.removeprefix('Version ')};handouts;{post_script}",
        4: family if style == "Regular" else f"{family} {style}",
        5: version,
        6: post_script,
        13: kept[13],
        14: kept[14],
        16: family,
        17: style,
    }.items():
        names.setName(text, number, 3, 1, 0x409)


def mark_style(font: TTFont, style: str) -> None:
    """Set weight and style bits, which an instance of a variable font does not have."""
    bold = style == "Bold"
    font["OS/2"].usWeightClass = WEIGHTS[style]
    plain = font["OS/2"].fsSelection & ~(_BOLD_STYLE | _REGULAR_STYLE)
    font["OS/2"].fsSelection = plain | (_BOLD_STYLE if bold else _REGULAR_STYLE)
    font["head"].macStyle = _BOLD_MAC if bold else 0


def printable(code: int) -> bool:
    """Return whether a character prints well unshaped, unlike marks and format characters.

    Those are left out of the character map, so that they are refused as missing instead of printed
    in a wrong place.
    """
    return unicodedata.category(chr(code)) not in {"Mn", "Me", "Cf", "Cc", "Cn"}


def keep(font: TTFont, codes: set[int]) -> None:
    """Drop all characters except ``codes``, and the hinting, which printers and viewers ignore."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.drop_tables = [*options.drop_tables, "DSIG", "GDEF", "GPOS", "GSUB", "STAT", "gasp"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)


def text_face(style: str) -> TTFont:
    """Return Handout Hyperlegible in ``Regular`` or ``Bold``."""
    # head.modified keeps the date of the source, so that each build gives the same bytes.
    font = TTFont(fontpkg.path("Atkinson Hyperlegible", WEIGHTS[style]), recalcTimestamp=False)
    open_zero(font)
    keep(font, {code for code in font.getBestCmap() if printable(code)})
    rename(font, TEXT_FAMILY, style, "open zero; hinting and combining marks removed")
    mark_style(font, style)
    return font


def fallback_face(style: str) -> TTFont:
    """Return Handout Fallback in ``Regular`` or ``Bold``."""
    font = TTFont(fontpkg.path("Noto Sans"), recalcTimestamp=False)
    instancer.instantiateVariableFont(font, {"wght": WEIGHTS[style], "wdth": 100}, inplace=True)
    wanted = {code for first, last in FALLBACK_RANGES for code in range(first, last + 1)}
    keep(font, {code for code in wanted | set(map(ord, FALLBACK_SIGNS)) if printable(code)})
    rename(font, FALLBACK_FAMILY, style, "static part of a variable font; hinting removed")
    mark_style(font, style)
    return font


def _saved(font: TTFont) -> bytes:
    stream = io.BytesIO()
    font.save(stream)
    return stream.getvalue()


def _licence(family: str) -> bytes:
    return Path(fontpkg.path(family)).parents[1].joinpath("LICENSE").read_bytes()


def built() -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of every file that this tool writes."""
    for style in WEIGHTS:
        yield f"{TEXT_FILE}-{style}.ttf", _saved(text_face(style))
        yield f"{FALLBACK_FILE}-{style}.ttf", _saved(fallback_face(style))
    yield "OFL-AtkinsonHyperlegible.txt", _licence("Atkinson Hyperlegible")
    yield "OFL-NotoSans.txt", _licence("Noto Sans")


if __name__ == "__main__":
    for name, content in built():
        (FONTS / name).write_bytes(content)
        print(f"{FONTS.name}/{name}: {len(content)} bytes")
