"""Faces and the characters used of them → embedded TrueType subsets with their Unicode maps."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from msgspec import Struct, field

from handouts.layout.fonts import face_named
from handouts.layout.truetype import TrueType
from handouts.pdf.file import PdfFile
from handouts.pdf.objects import Name, Ref, Stream, Value, compressed, escaped
from handouts.pdf.subset import subset as subset_of

_CODES = 256
_MAP_BLOCK = 100
"""Entries in one block of a Unicode map (Adobe Technical Note 5411)."""

_SYMBOLIC, _NONSYMBOLIC = 1 << 2, 1 << 5
_FIRST_FORM_CODE = 32


FACES = ("Handout-Regular", "Handout-Bold")
"""The faces that names are set in."""

NAME_LETTERS = "".join(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x2013, 0x2020))))
"""Letters that every plate has fonts for: Latin-1 and typographic signs."""


class UnknownGlyph(ValueError):
    """A character that the face lacks: layout chooses faces, so this is a defect there."""


class _Subset(Struct):
    """Up to 255 characters of a face; code 0 is the missing glyph and never shown."""

    resource: str
    characters: list[int] = field(default_factory=lambda: [0])


class FontBook:
    """The fonts of one file. Characters get their codes in the order of their first use.

    Font resources are named ``prefix`` and a number.
    """

    def __init__(self, prefix: str = "F") -> None:
        self._prefix = prefix
        self._subsets: dict[str, list[_Subset]] = {}
        self._codes: dict[tuple[str, str], tuple[str, str]] = {}
        self._count = 0

    def encode(self, face: str, text: str) -> list[tuple[str, str]]:
        """Return pieces of text as (font resource, inside of a literal string).

        Raises:
            UnknownGlyph: naming the character that the face lacks.
        """
        codes = self._codes
        found = [codes.get((face, char)) or self._assign(face, char) for char in text]
        return [
            (resource, "".join([literal for _, literal in group]))
            for resource, group in groupby(found, key=itemgetter(0))
        ]

    def _assign(self, face: str, char: str) -> tuple[str, str]:
        if not face_named(face).has(char):
            raise UnknownGlyph(f"{face} has no U+{ord(char):04X}")
        subsets = self._subsets.setdefault(face, [])
        if not subsets or len(subsets[-1].characters) == _CODES:
            self._count += 1
            subsets.append(_Subset(f"{self._prefix}{self._count}"))
        subset = subsets[-1]
        code = (subset.resource, escaped(chr(len(subset.characters))))
        subset.characters.append(ord(char))
        self._codes[face, char] = code
        return code

    def reserve(self, face: str, characters: str) -> None:
        """Give codes to those characters of a text that the face has."""
        known = face_named(face).advances
        self.encode(face, "".join(char for char in characters if char in known))

    @property
    def codes(self) -> dict[str, dict[str, tuple[str, str]]]:
        """For a face and a character: the font resource, and the inside of a literal string."""
        codes: dict[str, dict[str, tuple[str, str]]] = {}
        for (face, char), code in self._codes.items():
            codes.setdefault(face, {})[char] = code
        return codes

    def resources(self, file: PdfFile) -> dict[str, Value]:
        """Add all fonts to a file; return the font resources by name."""
        made: dict[str, Value] = {}
        for face, subsets in self._subsets.items():
            for index, subset in enumerate(subsets):
                made[subset.resource] = _embedded(file, face, index, subset.characters)
        return made


def has_all(face: str, text: str) -> bool:
    """Whether a face has every character of a text."""
    return face_named(face).has(text)


def text_width(face: str, text: str, size: float) -> float:
    """Width of a text in points."""
    return face_named(face).width(text, size)


def _embedded(file: PdfFile, name: str, index: int, characters: list[int]) -> Ref:
    """A TrueType subset with its own encoding: a symbolic font (9.6.6.4)."""
    font = face_named(name).font
    base = Name(f"{_tag(index)}+{font.name}")
    program = _program(name, tuple(characters))
    entries: dict[str, Value] = {
        "Type": Name("Font"),
        "Subtype": Name("TrueType"),
        "BaseFont": base,
        "FirstChar": 1,
        "LastChar": len(characters) - 1,
        "Widths": [round(font.widths[code]) for code in characters[1:]],
        "FontDescriptor": _descriptor(file, font, base, program, _SYMBOLIC),
        "ToUnicode": file.add(Stream(_to_unicode(characters))),
    }
    return file.add(entries)


@lru_cache(maxsize=8)
def _program(name: str, characters: tuple[int, ...]) -> Stream:
    """The compressed font file of a subset: handouts of one program often need the same."""
    return _compressed(subset_of(face_named(name).font, characters))


@lru_cache(maxsize=2)
def _whole(name: str) -> Stream:
    return _compressed(face_named(name).font.data)


def _compressed(data: bytes) -> Stream:
    return compressed(data, {"Length1": len(data)})


def _tag(index: int) -> str:
    """Six letters that mark a subset (9.6.4)."""
    return "AAAAA" + chr(ord("A") + index)


def _descriptor(file: PdfFile, font: TrueType, base: Name, program: Stream, flags: int) -> Ref:
    ascent, descent, capitals = font.vertical
    return file.add(
        {
            "Type": Name("FontDescriptor"),
            "FontName": base,
            "Flags": flags,
            "FontBBox": [round(side) for side in font.box],
            "ItalicAngle": 0,
            "Ascent": round(ascent),
            "Descent": round(descent),
            "CapHeight": round(capitals),
            "StemV": _stem(font.weight),
            "FontFile2": file.add(program),
        }
    )


def _stem(weight: int) -> int:
    """About how wide an upright stroke is: every descriptor says it, no font file does.

    The usual estimate; only a reader that cannot use the font itself goes by it.
    """
    return 50 + int((weight / 65) ** 2)


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
    font = face_named(name).font
    base = Name(font.name)
    codes = range(_FIRST_FORM_CODE, _CODES)
    characters = [bytes([code]).decode("cp1252", errors="ignore") or "\0" for code in codes]
    widths = [font.widths.get(ord(char), font.missing_width) for char in characters]
    entries: dict[str, Value] = {
        "Type": Name("Font"),
        "Subtype": Name("TrueType"),
        "BaseFont": base,
        "FirstChar": _FIRST_FORM_CODE,
        "LastChar": _CODES - 1,
        "Widths": [round(width) for width in widths],
        "Encoding": Name("WinAnsiEncoding"),
        "FontDescriptor": _descriptor(file, font, base, _whole(name), _NONSYMBOLIC),
    }
    return file.add(entries)
