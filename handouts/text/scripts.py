"""Shape words in scripts that the handout's own faces lack, with fonts from packages.

This is the only module that uses HarfBuzz, which is imported when a text first needs it. The
fonts come with the extras ``scripts`` and ``cjk``. They are tried in turn until one has all
letters of a word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from importlib.util import find_spec
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import ROUND_XY_TO_GRID, Glyph, GlyphComponent
from msgspec import Struct
from typing_extensions import override

from handouts.text.faces import Face, face_named, in_family

if TYPE_CHECKING:
    import uharfbuzz

_TOOLS = ("uharfbuzz", "bidi", "icu4py")
_NOTO, _CJK = "manimgx_fonts", "justmytype_intl_cjk"
_FILES = {
    _NOTO: (
        "NotoSans", "NotoSansArabic", "NotoSansHebrew", "NotoSansDevanagari", "NotoSansBengali",
        "NotoSansTamil", "NotoSansThai", "NotoSansKhmer", "NotoSansArmenian", "NotoSansGeorgian",
        "NotoSansEthiopic", "NotoSansGujarati", "NotoSansGurmukhi", "NotoSansKannada",
        "NotoSansLao", "NotoSansMalayalam", "NotoSansMyanmar", "NotoSansOriya", "NotoSansSinhala",
        "NotoSansTelugu",
    ),
    _CJK: ("NotoSansSC", "NotoSansTC", "NotoSansJP", "NotoSansKR"),
}  # fmt: skip
"""Font files by package, in the order in which they are tried."""

HAN = re.compile("[\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
"""Han characters, and letters that are written next to them."""

_WEIGHTS = {"Regular": 400, "Bold": 700}
_EM, _ROUNDED = 1000, ROUND_XY_TO_GRID
_UNSEEN = frozenset([0x034F, 0x061C, *range(0x200B, 0x2010), *range(0x2060, 0x2065)])
"""Characters that join, separate or turn others and are invisible themselves."""

_SELECTORS = frozenset([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
"""Characters that select another form of the character before."""

_UNUSED = (b"GSUB", b"GPOS", b"GDEF", b"BASE", b"STAT", b"cmap", b"name", b"vhea", b"vmtx")
"""Tables that PDF readers do not use, because the file has the glyphs' numbers and places."""

_FORCING = frozenset([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Characters that force an order on others, which could turn a dose into another number."""


class Cluster(Struct, frozen=True):
    """Characters that are drawn together: their advance, and their glyphs with places.

    Lengths are in units of the font.
    """

    text: str
    advance: int
    glyphs: tuple[tuple[int, int, int], ...]


class ScriptFace(Face):
    """A font for other scripts in one weight and direction; its name says all three."""

    def __init__(self, name: str, path: Path, weight: int | None, *, rtl: bool = False) -> None:
        super().__init__(name, path)
        self.weight, self.rtl = weight, rtl

    @cached_property
    def _font(self) -> uharfbuzz.Font:
        import uharfbuzz as hb  # noqa: PLC0415 - only where a text needs it

        font = hb.Font(_font_file(self.path))
        if self.weight is not None:
            font.set_variations({"wght": self.weight})
        return font

    @cached_property
    def _codes(self) -> Any:
        return self._font.face.unicodes

    @property
    @override
    def postscript_name(self) -> str:
        return self.name.partition("_")[0]

    @override
    def has(self, text: str) -> bool:
        before = 0
        for char in text:
            code = ord(char)
            if code in _SELECTORS:
                if self._font.get_variation_glyph(before, code) is None:
                    return False
            elif code not in _UNSEEN:
                if code not in self._codes:
                    return False
                before = code
        return True

    @override
    def width(self, text: str, size: float) -> float:
        return sum(cluster.advance for cluster in self.shaped(text)) * size / self.units

    @property
    def units(self) -> int:
        """The font's units per em."""
        units: int = self._font.face.upem
        return units

    def shaped(self, text: str) -> tuple[Cluster, ...]:
        """Return the clusters of a text, from left to right."""
        import uharfbuzz as hb  # noqa: PLC0415 - only where a text needs it

        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction = "rtl" if self.rtl else "ltr"
        buffer.language = "und"
        buffer.flags = hb.BufferFlags.REMOVE_DEFAULT_IGNORABLES
        # The handout's own faces are set without kerning everywhere.
        hb.shape(self._font, buffer, {"kern": False} if self.weight is None else None)
        infos, places = buffer.glyph_infos, buffer.glyph_positions or ()
        starts = sorted({info.cluster for info in infos})
        ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
        made: list[Cluster] = []
        shown = zip(infos, places, strict=True)
        for start, group in groupby(shown, lambda one: int(one[0].cluster)):
            at, glyphs = 0, []
            for info, place in group:
                glyphs.append((info.codepoint, at + place.x_offset, place.y_offset))
                at += place.x_advance
            # Characters before the first visible one belong to it.
            begin = 0 if start == starts[0] else start
            whole = Cluster(text[begin : ends[start]], at, tuple(glyphs))
            made += _by_letter(whole) if self.rtl else [whole]
        return tuple(made)

    def subset(self, clusters: Sequence[Cluster]) -> FontProgram:
        """Return a font to embed, with a glyph for each cluster after the missing glyph."""
        import uharfbuzz as hb  # noqa: PLC0415 - only where a text needs it

        face, wanted = self._font.face, hb.SubsetInput()
        wanted.flags = hb.SubsetFlags.NO_LAYOUT_CLOSURE | hb.SubsetFlags.NO_HINTING
        wanted.glyph_set.update(glyph for cluster in clusters for glyph, _, _ in cluster.glyphs)
        wanted.drop_table_tag_set.update(int.from_bytes(tag) for tag in _UNUSED)
        if self.weight is not None:
            wanted.pin_all_axes_to_default(face)
            wanted.pin_axis_location(face, "wght", self.weight)
        plan = hb.SubsetPlan(face, wanted)
        font = TTFont(BytesIO(plan.execute().blob.data), recalcTimestamp=False)
        _compose(font, clusters, plan.old_to_new_glyph_mapping)
        data, head, share = BytesIO(), font["head"], _EM / self.units
        font.save(data)
        return FontProgram(
            data.getvalue(),
            tuple(cluster.advance * share for cluster in clusters),
            tuple(side * share for side in (head.xMin, head.yMin, head.xMax, head.yMax)),
            font["hhea"].ascent * share,
            font["hhea"].descent * share,
        )


class FontProgram(Struct, frozen=True):
    """A subset of a font: its bytes, the widths of its clusters, and its bounds, in 1/1000 em."""

    data: bytes
    widths: tuple[float, ...]
    box: tuple[float, ...]
    ascent: float
    descent: float


def _by_letter(cluster: Cluster) -> list[Cluster]:
    """Split a right-to-left cluster into one cluster for each letter, from left to right.

    The rightmost is read first and shows all glyphs. The others are empty slivers at its left:
    Poppler reverses letters one by one, and MuPDF reads anything wider as a space.
    """
    first, *others = list(cluster.text)
    moved = tuple((glyph, x - len(others), y) for glyph, x, y in cluster.glyphs)
    slivers = [Cluster(letter, 1, ()) for letter in reversed(others)]
    return [*slivers, Cluster(first, cluster.advance - len(others), moved)]


def _compose(font: TTFont, clusters: Sequence[Cluster], numbers: Mapping[int, int]) -> None:
    """Add a glyph for each cluster after the missing glyph, composed of the font's own glyphs.

    Readers extract the text of a whole glyph, wherever marks and vowel signs stand in it.
    """
    missing, *parts = font.getGlyphOrder()
    names = [missing, *parts]
    made = {f"cluster{number}": cluster for number, cluster in enumerate(clusters, 1)}
    outlines, metrics = font["glyf"], font["hmtx"]
    for name, cluster in made.items():
        glyph = outlines[name] = Glyph()
        glyph.numberOfContours, glyph.components = (-1, []) if cluster.glyphs else (0, [])
        for number, x, y in cluster.glyphs:
            part = GlyphComponent()
            part.glyphName, part.x, part.y = names[numbers[number]], x, y
            part.flags = _ROUNDED
            glyph.components.append(part)
        glyph.recalcBounds(outlines)
        metrics[name] = (cluster.advance, glyph.xMin)
    font.setGlyphOrder([missing, *made, *parts])
    outlines.glyphOrder = font.getGlyphOrder()


@cache
def _font_file(path: Path) -> uharfbuzz.Face:
    import uharfbuzz as hb  # noqa: PLC0415 - only where a text needs it

    return hb.Face(hb.Blob.from_file_path(str(path)))


# -- finding a face


def face_for(word: str, *, bold: bool) -> ScriptFace | None:
    """Return the first font for other scripts that has all of a word; None if none has.

    Han characters differ by country. The font of the country that the word most likely comes from
    is tried first.
    """
    if not is_installed() or not _FORCING.isdisjoint(map(ord, word)):
        return None
    weight = "Bold" if bold else "Regular"
    first, files = _country(word), list(_paths())
    for file in [first, *files] if first in files else files:
        face = script_face(f"{file}-{weight}")
        if face.has(word):
            return face
    return None


def _country(word: str) -> str:
    """Return the font whose forms of Han characters a text most likely means."""
    if HAN.search(word) is None:
        return ""
    if any("\u3040" <= char <= "\u30ff" for char in word):
        return "NotoSansJP"
    if any("\uac00" <= char <= "\ud7ff" or "\u1100" <= char <= "\u11ff" for char in word):
        return "NotoSansKR"
    for codec, file in (("gb2312", "SC"), ("big5", "TC"), ("shift_jis", "JP")):
        try:
            word.encode(codec)
        except UnicodeEncodeError:
            continue
        return f"NotoSans{file}"
    return "NotoSansSC"


@cache
def script_face(name: str) -> ScriptFace:
    """Return a face by its name: file and weight, and ``_rtl`` for right-to-left text.

    Right-to-left faces mirror brackets.
    """
    known, _, direction = name.partition("_")
    rtl = direction == "rtl"
    if in_family(known):
        return ScriptFace(name, face_named(known).path, None, rtl=rtl)
    file, _, weight = known.partition("-")
    return ScriptFace(name, _paths()[file], _WEIGHTS[weight], rtl=rtl)


def is_installed() -> bool:
    """Return whether the packages for other scripts and at least one font are installed."""
    return has_tools() and bool(_paths())


@cache
def has_tools() -> bool:
    """Return whether the packages that shape, order and break other scripts are installed."""
    return all(find_spec(tool) is not None for tool in _TOOLS)


@cache
def _paths() -> dict[str, Path]:
    """Return the font files of the installed packages by name."""
    found: dict[str, Path] = {}
    for package, files in _FILES.items():
        spec = find_spec(package)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            by_name = {path.name.partition("[")[0]: path for path in Path(folder).rglob("*.ttf")}
            found |= {file: by_name[file] for file in files if file in by_name}
    return found


# -- what to install

_EXTRAS = (
    (0x0300, 0x036F, "scripts"), (0x0530, 0x10FF, "scripts"), (0x1200, 0x139F, "scripts"),
    (0x1780, 0x17FF, "scripts"), (0x19E0, 0x19FF, "scripts"), (0x1C90, 0x1CBF, "scripts"),
    (0x1D00, 0x20CF, "scripts"), (0x20F0, 0x2DFF, "scripts"), (0xA640, 0xA69F, "scripts"),
    (0xA720, 0xA7FF, "scripts"), (0xA8E0, 0xA8FF, "scripts"), (0xFB13, 0xFDFF, "scripts"),
    (0xFE70, 0xFEFE, "scripts"),
    (0x1100, 0x11FF, "cjk"), (0x2E80, 0x9FFF, "cjk"), (0xA960, 0xA97F, "cjk"),
    (0xAC00, 0xD7FF, "cjk"), (0xF900, 0xFAFF, "cjk"), (0xFE00, 0xFE4F, "cjk"),
    (0xFF00, 0xFFEF, "cjk"), (0x20000, 0x3FFFF, "cjk"), (0xE0100, 0xE01EF, "cjk"),
)  # fmt: skip
"""Ranges of characters, each with the extra whose fonts have them."""


def extra_for(char: str) -> str | None:
    """Return the extra to install for a character; None if none would help."""
    code = ord(char)
    extra = next((extra for low, high, extra in _EXTRAS if low <= code <= high), None)
    if extra is None:
        return None
    files = _FILES[_NOTO if extra == "scripts" else _CJK]
    return extra if not has_tools() or files[0] not in _paths() else None
