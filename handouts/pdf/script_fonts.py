"""Embed what a document shows of fonts for more scripts: composite fonts with glyphs as shaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handouts.pdf.document import Document
from handouts.pdf.objects import Name, Raw, Ref, Stream, number
from handouts.pdf.slot import GlyphRun, Shown, shown_in_base
from handouts.text.fonts import face_named
from handouts.text.scripts import Glyph, Program, ScriptFace, script_face

_SILENT = "\u200b"
"""What a glyph is read as that only completes the one before: a place without width."""

_MAP_BLOCK = 100
"""Entries in one block of a Unicode map (Adobe Technical Note 5411)."""

_SPACE_FACE = "Handout-Regular"
_EM, _NEAR = 1000, 0.01
_SYMBOLIC, _STEM = 4, 80


class ScriptBook:
    """The composite fonts of one document.

    A code stands for a glyph and for what it is read as: one glyph may show several letters.
    """

    def __init__(self, document: Document, prefix: str) -> None:
        self._document, self._prefix = document, prefix
        self._fonts: dict[str, tuple[str, ScriptFace, dict[tuple[int, str], int]]] = {}

    def encode(self, face_name: str, text: str) -> Sequence[Shown]:
        """Return the glyphs that show a text, and the space after it, where its line ends."""
        word, face = text.rstrip(" "), script_face(face_name)
        # Both directions of a face are one font.
        known = face_name.partition("_")[0]
        if known not in self._fonts:
            self._fonts[known] = (f"{self._prefix}s{len(self._fonts) + 1}", face, {})
        resource, _, codes = self._fonts[known]
        parts: list[tuple[str, float, str]] = []
        at = 0.0
        for left, said, glyphs in _in_reading_order(face, word):
            for glyph in glyphs:
                code = codes.setdefault((glyph.number, glyph.text or _SILENT), len(codes) + 1)
                array = _move(at - left - glyph.x) + f"<{code:04X}>"
                at, left = left + glyph.x + glyph.natural, left + glyph.advance
                if parts and parts[-1][:2] == (said, glyph.y):
                    parts[-1] = (said, glyph.y, parts[-1][2] + array)
                else:
                    parts.append((said, glyph.y, array))
        if word == text:
            return [GlyphRun(resource, tuple(parts))]
        end = face.width(word, _EM)
        if face.rtl:
            end = -face_named(_SPACE_FACE).width(" ", _EM)
        parts.append(("", 0.0, _move(at - end) or "<>"))
        return [GlyphRun(resource, tuple(parts)), *(shown_in_base(_SPACE_FACE, " ") or ())]

    def resources(self) -> dict[str, Ref]:
        """Add all fonts to the document; return their resources by name."""
        return {
            resource: self._add(face, list(codes), f"{self._prefix}{number}")
            for number, (resource, face, codes) in enumerate(self._fonts.values(), 1)
        }

    def _add(self, face: ScriptFace, codes: list[tuple[int, str]], mark: str) -> Ref:
        add = self._document.add
        program = face.subset([glyph for glyph, _ in codes])
        tag = "".join(chr(ord("A") + int(sign)) if sign.isdigit() else sign for sign in mark)
        name = Name(f"{tag:A>6}+{face.postscript_name}")
        descendant = {
            "Type": Name("Font"),
            "Subtype": Name("CIDFontType2"),
            "BaseFont": name,
            "CIDSystemInfo": {"Registry": "Adobe", "Ordering": "Identity", "Supplement": 0},
            "FontDescriptor": self._descriptor(name, program),
            "CIDToGIDMap": add(Stream(_map(program))),
            "W": Raw(f"[1[{' '.join(number(width) for width in program.widths)}]]".encode()),
        }
        return add(
            {
                "Type": Name("Font"),
                "Subtype": Name("Type0"),
                "BaseFont": name,
                "Encoding": Name("Identity-H"),
                "DescendantFonts": [add(descendant)],
                "ToUnicode": add(Stream(_to_unicode([said for _, said in codes]))),
            }
        )

    def _descriptor(self, name: Name, program: Program) -> Ref:
        add = self._document.add
        return add(
            {
                "Type": Name("FontDescriptor"),
                "FontName": name,
                "Flags": _SYMBOLIC,
                "FontBBox": program.box,
                "ItalicAngle": 0,
                "Ascent": program.ascent,
                "Descent": program.descent,
                "CapHeight": program.ascent,
                "StemV": _STEM,
                "FontFile2": add(Stream(program.data, {"Length1": len(program.data)})),
            }
        )


def _in_reading_order(face: ScriptFace, text: str) -> Iterator[tuple[float, str, list[Glyph]]]:
    """Yield what is read as one: its left, what it says if no glyph of it can, its glyphs."""
    found: list[tuple[float, str, list[Glyph]]] = []
    left = 0.0
    for glyph in face.shaped(text):
        if glyph.text or not found:
            found.append((left, "", [glyph]))
        else:
            start, _, glyphs = found[-1]
            glyphs.append(glyph)
            said = (b"\xfe\xff" + glyphs[0].text.encode("utf-16-be")).hex().upper()
            found[-1] = (start, said, glyphs)
        left += glyph.advance
    yield from reversed(found) if face.rtl else found


def _move(back: float) -> str:
    """Return an entry of an array of glyphs that moves the next to the left, 1/1000 em."""
    return "" if abs(back) < _NEAR else f"{number(back)} "


def _map(program: Program) -> bytes:
    """Return the place of each code's glyph in the font program."""
    return b"".join(place.to_bytes(2) for place in (0, *program.numbers))


def _to_unicode(said: list[str]) -> bytes:
    """Return the map from codes, which begin with 1, to Unicode."""
    rows = [
        f"<{code:04X}> <{text.encode('utf-16-be').hex().upper()}>"
        for code, text in enumerate(said, 1)
    ]
    blocks = [rows[start : start + _MAP_BLOCK] for start in range(0, len(rows), _MAP_BLOCK)]
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo <</Registry(Adobe)/Ordering(UCS)/Supplement 0>> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000> <FFFF> endcodespacerange",
        *(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar" for b in blocks),
        "endcmap CMapName currentdict /CMap defineresource pop end end",
    ]
    return "\n".join(lines).encode("ascii")
