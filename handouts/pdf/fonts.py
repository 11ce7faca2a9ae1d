"""Faces and the characters used of them → embedded TrueType subsets with their Unicode maps."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from string import ascii_uppercase

from msgspec import Struct

from handouts.layout.fonts import face_named
from handouts.layout.truetype import TrueType
from handouts.pdf.file import PdfFile
from handouts.pdf.letters import BASE, BASE_FONTS, Code, base_codes, joined, shown_in_base
from handouts.pdf.objects import Encoded, Name, Raw, Ref, Value, compressed, encode, escaped
from handouts.pdf.subset import subset as subset_of

_CODES = 256
_MAP_BLOCK = 100
"""Entries in one block of a Unicode map (Adobe Technical Note 5411)."""

_SYMBOLIC, _NONSYMBOLIC = 1 << 2, 1 << 5


class UnknownGlyph(ValueError):
    """A character that the face lacks: layout chooses faces, so this is a defect there."""


class FontBook:
    """The fonts of one file: the base that every file has (`handouts.pdf.letters`), and more.

    Characters beyond the base get codes in the order of their first use, in font resources that
    are named ``prefix`` and a number.
    """

    def __init__(self, prefix: str = "F") -> None:
        self._prefix = prefix
        self._subsets: dict[str, tuple[str, list[int]]] = {}
        self._latest: dict[str, str] = {}
        self.codes: dict[str, dict[str, Code]] = {}
        """For a face and a character beyond the base: its code."""

    def encode(self, face: str, text: str) -> list[Code]:
        """Return pieces of text as (font resource, inside of a literal string).

        Raises:
            UnknownGlyph: naming the character that the face lacks.
        """
        shown = shown_in_base(face, text)
        if shown is not None:
            return shown
        base, more = base_codes(face), self.codes.setdefault(face, {})
        return joined(
            [base.get(char) or more.get(char) or self._assign(face, char) for char in text]
        )

    def _assign(self, face: str, char: str) -> Code:
        if not face_named(face).has(char):
            raise UnknownGlyph(f"{face} has no U+{ord(char):04X}")
        resource = self._latest.get(face)
        if resource is None or len(self._subsets[resource][1]) == _CODES:
            resource = f"{self._prefix}{len(BASE_FONTS) + len(self._subsets) + 1}"
            self._latest[face] = resource
            # Code 0 is the missing glyph and never shown.
            self._subsets[resource] = face, [0]
        characters = self._subsets[resource][1]
        code = (resource, escaped(chr(len(characters))))
        characters.append(ord(char))
        self.codes[face][char] = code
        return code

    def resources(self, file: PdfFile) -> dict[str, Value]:
        """Add all fonts to a file; return the font resources by name."""
        return {**base_fonts(file), **self.added(file)}

    def added(self, file: PdfFile) -> dict[str, Value]:
        """Add the fonts beyond the base to a file; return their resources by name."""
        return {
            resource: _subset(face, self._prefix + ascii_uppercase[index], tuple(chars)).add(file)
            for index, (resource, (face, chars)) in enumerate(self._subsets.items())
        }


def base_fonts(file: PdfFile) -> dict[str, Value]:
    """Add the fonts that every handout has to a file; return their resources by name."""
    return {resource: _base(face).add(file) for face, resource in BASE_FONTS.items()}


def has_all(face: str, text: str) -> bool:
    """Whether a face has every character of a text."""
    return face_named(face).has(text)


def text_width(face: str, text: str, size: float) -> float:
    """Width of a text in points."""
    return face_named(face).width(text, size)


class _Font(Struct, frozen=True):
    """What a font's objects hold but for references: the same in every file."""

    entries: Raw
    descriptor: Raw
    program: Encoded
    to_unicode: Encoded | None = None

    def add(self, file: PdfFile) -> Ref:
        """Add the font to a file."""
        descriptor = file.add(_with(self.descriptor, FontFile2=file.add(self.program)))
        more = {"ToUnicode": file.add(self.to_unicode)} if self.to_unicode else {}
        return file.add(_with(self.entries, FontDescriptor=descriptor, **more))


def _with(dictionary: Raw, **references: Ref) -> Raw:
    """Return a dictionary with more entries."""
    return Raw(dictionary.removesuffix(b">>") + encode(references).removeprefix(b"<<"))


@cache
def _base(face: str) -> _Font:
    """The font of a face that every handout has: made once in a process."""
    return _made(face, "AA", [ord(char) if char else 0 for char in BASE])


@lru_cache(maxsize=8)
def _subset(face: str, mark: str, characters: tuple[int, ...]) -> _Font:
    """A font of further characters: handouts of one program often need the same."""
    return _made(face, mark, characters)


def _made(face: str, mark: str, characters: Sequence[int]) -> _Font:
    """A TrueType subset with its own encoding: a symbolic font (9.6.6.4).

    Two letters of ``mark`` tell it from other subsets of the face in a file (9.6.4).
    """
    font = face_named(face).font
    name = Name(f"AAAA{mark}+{font.name}")
    first = next(code for code, char in enumerate(characters) if char)
    widths = [font.widths.get(char, font.missing_width) for char in characters[first:]]
    return _Font(
        Raw(encode(_entries(name, first, widths))),
        Raw(encode(_descriptor(font, name, _SYMBOLIC))),
        _compressed(subset_of(font, characters)),
        compressed(_to_unicode(characters), {}),
    )


def _entries(name: Name, first: int, widths: Sequence[float]) -> dict[str, Value]:
    return {
        "Type": Name("Font"),
        "Subtype": Name("TrueType"),
        "BaseFont": name,
        "FirstChar": first,
        "LastChar": first + len(widths) - 1,
        "Widths": [round(width) for width in widths],
    }


def _compressed(data: bytes) -> Encoded:
    return compressed(data, {"Length1": len(data)})


def _descriptor(font: TrueType, name: Name, flags: int) -> dict[str, Value]:
    ascent, descent, capitals = font.vertical
    return {
        "Type": Name("FontDescriptor"),
        "FontName": name,
        "Flags": flags,
        "FontBBox": [round(side) for side in font.box],
        "ItalicAngle": 0,
        "Ascent": round(ascent),
        "Descent": round(descent),
        "CapHeight": round(capitals),
        "StemV": _stem(font.weight),
    }


def _stem(weight: int) -> int:
    """About how wide an upright stroke is: every descriptor says it, no font file does.

    The usual estimate; only a reader that cannot use the font itself goes by it.
    """
    return 50 + int((weight / 65) ** 2)


def _to_unicode(characters: Sequence[int]) -> bytes:
    """The map from codes to Unicode; codes of the missing glyph have no place in it."""
    rows = [f"<{code:02X}> <{char:04X}>" for code, char in enumerate(characters) if char]
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
    return _whole(name).add(file)


@cache
def _whole(face: str) -> _Font:
    font = face_named(face).font
    name = Name(font.name)
    first = BASE.index(" ")
    widths = [font.widths[ord(char)] if char else font.missing_width for char in BASE[first:]]
    return _Font(
        Raw(encode({**_entries(name, first, widths), "Encoding": Name("WinAnsiEncoding")})),
        Raw(encode(_descriptor(font, name, _NONSYMBOLIC))),
        _compressed(font.data),
    )
