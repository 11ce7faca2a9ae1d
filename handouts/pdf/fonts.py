"""Faces and the characters used of them → embedded TrueType subsets with their Unicode maps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from reportlab.pdfbase import pdfmetrics

from handouts.pdf.file import PdfFile
from handouts.pdf.objects import Name, Ref, Stream, Value, escaped

_CODES = 256
_MAP_BLOCK = 100
"""Entries in one block of a Unicode map (Adobe Technical Note 5411)."""

_SYMBOLIC, _NONSYMBOLIC = 1 << 2, 1 << 5
_FIRST_FORM_CODE = 32


class UnknownGlyph(ValueError):
    """A character that the face lacks: layout chooses faces, so this is a defect there."""


@dataclass(slots=True)
class _Subset:
    """Up to 255 characters of a face; code 0 is the missing glyph and never shown."""

    resource: str
    characters: list[int] = field(default_factory=lambda: [0])


class FontBook:
    """The fonts of one file. Characters get their codes in the order of their first use."""

    def __init__(self) -> None:
        self._subsets: dict[str, list[_Subset]] = {}
        self._codes: dict[tuple[str, str], tuple[str, str]] = {}
        self._count = 0

    def encode(self, face: str, text: str) -> list[tuple[str, str]]:
        """Return pieces of text as (font resource, inside of a literal string).

        Raises:
            UnknownGlyph: naming the character that the face lacks.
        """
        pieces: list[tuple[str, str]] = []
        codes = self._codes
        for char in text:
            found = codes.get((face, char)) or self._assign(face, char)
            if pieces and pieces[-1][0] == found[0]:
                pieces[-1] = (found[0], pieces[-1][1] + found[1])
            else:
                pieces.append(found)
        return pieces

    def _assign(self, face: str, char: str) -> tuple[str, str]:
        if ord(char) not in pdfmetrics.getFont(face).face.charToGlyph:
            raise UnknownGlyph(f"{face} has no U+{ord(char):04X}")
        subsets = self._subsets.setdefault(face, [])
        if not subsets or len(subsets[-1].characters) == _CODES:
            self._count += 1
            subsets.append(_Subset(f"F{self._count}"))
        subset = subsets[-1]
        code = (subset.resource, escaped(chr(len(subset.characters))))
        subset.characters.append(ord(char))
        self._codes[face, char] = code
        return code

    def resources(self, file: PdfFile) -> dict[str, Value]:
        """Add all fonts to a file; return the font resources by name."""
        made: dict[str, Value] = {}
        for face, subsets in self._subsets.items():
            for index, subset in enumerate(subsets):
                made[subset.resource] = _embedded(file, face, index, subset.characters)
        return made


def has_all(face: str, text: str) -> bool:
    """Whether a face has every character of a text."""
    glyphs = pdfmetrics.getFont(face).face.charToGlyph
    return all(ord(char) in glyphs for char in text)


def text_width(face: str, text: str, size: float) -> float:
    """Width of a text in points."""
    advance = pdfmetrics.getFont(face).face.getCharWidth
    return float(sum(advance(ord(char)) for char in text) * size / 1000)


def _embedded(file: PdfFile, name: str, index: int, characters: list[int]) -> Ref:
    """A TrueType subset with its own encoding: a symbolic font (9.6.6.4)."""
    face: Any = pdfmetrics.getFont(name).face
    base = Name(f"{_tag(index)}+{face.name.decode('ascii')}")
    data: bytes = face.makeSubset(characters)
    descriptor = _descriptor(file, face, base, data, _SYMBOLIC)
    font: dict[str, Value] = {
        "Type": Name("Font"),
        "Subtype": Name("TrueType"),
        "BaseFont": base,
        "FirstChar": 1,
        "LastChar": len(characters) - 1,
        "Widths": [round(face.getCharWidth(code)) for code in characters[1:]],
        "FontDescriptor": descriptor,
        "ToUnicode": file.add(Stream(_to_unicode(characters))),
    }
    return file.add(font)


def _tag(index: int) -> str:
    """Six letters that mark a subset (9.6.4)."""
    return "AAAAA" + chr(ord("A") + index)


def _descriptor(file: PdfFile, face: Any, base: Name, data: bytes, flags: int) -> Ref:
    return file.add(
        {
            "Type": Name("FontDescriptor"),
            "FontName": base,
            "Flags": flags,
            "FontBBox": [round(side) for side in face.bbox],
            "ItalicAngle": face.italicAngle,
            "Ascent": round(face.ascent),
            "Descent": round(face.descent),
            "CapHeight": round(face.capHeight),
            "StemV": round(face.stemV),
            "FontFile2": file.add(Stream(data, {"Length1": len(data)})),
        }
    )


def _to_unicode(characters: list[int]) -> bytes:
    """The map from codes to Unicode; code 0, the missing glyph, has no place in it."""
    rows = [f"<{code:02X}> <{char:04X}>" for code, char in enumerate(characters) if code]
    blocks = [rows[start : start + _MAP_BLOCK] for start in range(0, len(rows), _MAP_BLOCK)]
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo <</Registry(Adobe)/Ordering(UCS)/Supplement 0>> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <00> <FF> endcodespacerange",
        *(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar" for b in blocks),
        "endcmap CMapName currentdict /CMap defineresource pop end end",
    ]
    return "\n".join(lines).encode("ascii")


def form_font(file: PdfFile, name: str) -> Ref:
    """Add a whole face in Windows Latin 1, for what is typed into form fields."""
    face: Any = pdfmetrics.getFont(name).face
    base = Name(face.name.decode("ascii"))
    data: bytes = face._ttf_data  # noqa: SLF001 - the file as it was read; reportlab has no door
    codes = range(_FIRST_FORM_CODE, _CODES)
    characters = [bytes([code]).decode("cp1252", errors="ignore") or "\0" for code in codes]
    font: dict[str, Value] = {
        "Type": Name("Font"),
        "Subtype": Name("TrueType"),
        "BaseFont": base,
        "FirstChar": _FIRST_FORM_CODE,
        "LastChar": _CODES - 1,
        "Widths": [round(face.getCharWidth(ord(char))) for char in characters],
        "Encoding": Name("WinAnsiEncoding"),
        "FontDescriptor": _descriptor(file, face, base, data, _NONSYMBOLIC),
    }
    return file.add(font)
