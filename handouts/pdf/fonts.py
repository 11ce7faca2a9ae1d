"""Embed faces with ReportLab; Latin letters have the same codes in every document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from string import ascii_uppercase
from typing import TYPE_CHECKING

from msgspec import Struct
from reportlab.pdfbase import pdfdoc, pdfmetrics, ttfonts

from handouts.pdf.document import Document
from handouts.pdf.objects import Encoded, Ref, compressed, escaped, unicode_map
from handouts.pdf.slot import BASE, BASE_FONTS, Code, Shown, as_strings, shown_in_base
from handouts.text.fonts import FACES, face_named, in_family

if TYPE_CHECKING:
    from handouts.pdf.script_fonts import ScriptBook

_BASE_CODES = tuple(ord(char) if char else 0 for char in BASE)
_BASE_LETTERS = {letter: code for code, letter in enumerate(_BASE_CODES) if letter}


class UnknownGlyph(ValueError):
    """A character that the face lacks: layout chooses faces, so this is a defect there."""


class HandoutFont(ttfonts.TTFont):  # type: ignore[misc]  # ReportLab has no types
    """A face as ReportLab knows fonts; what a document shows of it is embedded in that document.

    ReportLab gives codes in the order of use, up to 255 in a font. In a `Document` a main face
    begins with a font that is full: Windows Latin 1, each letter under the code it has there.
    """

    def __init__(self, name: str, path: str) -> None:
        super().__init__(name, path, asciiReadable=False, shapable=False)

    def begin(self, document: Document, prefix: str) -> None:
        """Take a document's codes from here on; ``prefix`` begins the names of its resources."""
        if document in self.state:
            return
        state = self._assignState(document)
        if self.fontName in BASE_FONTS and prefix == "F":
            state.subsets = [list(_BASE_CODES)]
            state.assignments = dict(_BASE_LETTERS)
            state.nextCode = len(_BASE_CODES)
        state.internalName = f"{prefix}{FACES.index(self.fontName) + 1}"
        document.fontMapping[self.fontName] = f"/{state.internalName}"
        document.delayedFonts.append(self)

    def splitString(  # noqa: N802 - ReportLab's name
        self, text: str, doc: pdfdoc.PDFDocument, encoding: str = "utf-8"
    ) -> list[tuple[int, bytes]]:
        """Return a text in pieces of one font each: the font's number, and codes."""
        if isinstance(doc, Document):
            self.begin(doc, "F")
        pieces: list[tuple[int, bytes]] = super().splitString(text, doc, encoding)
        return pieces

    def codes(self, document: Document) -> dict[str, Code]:
        """Return the code of each character that a document has beyond the base."""
        state = self.state[document]
        found = (
            (chr(letter), f"{state.internalName}+{code >> 8}", code & 0xFF)
            for letter, code in state.assignments.items()
            if letter
        )
        base = BASE_FONTS.get(self.fontName)
        return {char: (name, escaped(chr(code))) for char, name, code in found if name != base}

    def fonts(self, document: Document) -> dict[str, Sequence[int]]:
        """Return the fonts that a document has of the face by resource: the letter of each code."""
        name, subsets = self.state[document].internalName, self.state[document].subsets
        return {f"{name}+{number}": subset for number, subset in enumerate(subsets)}

    def addObjects(self, doc: pdfdoc.PDFDocument) -> None:  # noqa: N802 - ReportLab's name
        """Add the fonts that a document has of the face, under the names of their resources."""
        if not isinstance(doc, Document):
            super().addObjects(doc)
            return
        for number, (resource, letters) in enumerate(self.fonts(doc).items()):
            mark = resource[0] + ascii_uppercase[number]
            font = _font(self.fontName, mark, tuple(letters))
            program, to_unicode = doc.add(font.program), doc.add(font.to_unicode)
            made = _described(doc, self.face, font.name, font.widths, program)
            made.ToUnicode = _at(to_unicode)
            doc.add_object(made, resource)


class FontBook:
    """The fonts of one document: the base of every handout (`handouts.pdf.slot`), and more.

    With another ``prefix`` than "F" there is no base: those are fonts beside a handout's.
    """

    def __init__(self, document: Document | None = None, prefix: str = "F") -> None:
        self.document, self._prefix = document or Document(), prefix
        self._scripts: ScriptBook | None = None
        if prefix == "F":
            for face in BASE_FONTS:
                font(face).begin(self.document, prefix)

    def encode(self, face: str, text: str) -> Sequence[Shown]:
        """Return pieces of text to be shown one after the other.

        Raises:
            UnknownGlyph: naming a character that the face lacks.
        """
        return self.letters(face, text) if in_family(face) else self._shaped(face, text)

    def letters(self, face: str, text: str) -> list[Code]:
        """Return pieces of text in one of the handout's own faces.

        Raises:
            UnknownGlyph: naming a character that the face lacks.
        """
        if self._prefix == "F":
            shown = shown_in_base(face, text)
            if shown is not None:
                return shown
        if not face_named(face).has(text):
            lacking = next(char for char in text if not face_named(face).has(char))
            raise UnknownGlyph(f"{face} has no U+{ord(lacking):04X}")
        made = font(face)
        made.begin(self.document, self._prefix)
        pieces = made.splitString(text, self.document)
        return as_strings(
            (
                made.getSubsetInternalName(number, self.document)[1:],
                escaped(codes.decode("latin-1")),
            )
            for number, codes in pieces
        )

    def _shaped(self, face: str, text: str) -> Sequence[Shown]:
        if self._scripts is None:
            # Most handouts are in Latin letters.
            from handouts.pdf.script_fonts import ScriptBook  # noqa: PLC0415

            self._scripts = ScriptBook(self.document, self._prefix)
        return self._scripts.encode(face, text)

    @property
    def codes(self) -> Mapping[str, Mapping[str, Code]]:
        """For a face and a character beyond the base: its code."""
        found = {made.fontName: made.codes(self.document) for made in self.document.delayedFonts}
        return {face: codes for face, codes in found.items() if codes}

    def resources(self) -> dict[str, Ref]:
        """Add all fonts to the document; return their resources by name."""
        names: dict[str, Ref] = {}
        for made in self.document.delayedFonts:
            made.addObjects(self.document)
            names |= {
                name: Ref(self.document.idToObjectNumberAndVersion[name][0])
                for name in made.fonts(self.document)
            }
        return names | (self._scripts.resources() if self._scripts else {})


@cache
def font(face: str) -> HandoutFont:
    """Return the font of a face, which ReportLab's canvases know by the face's name."""
    made = HandoutFont(face, str(face_named(face).path))
    pdfmetrics.registerFont(made)
    return made


def register_fonts() -> None:
    """Let ReportLab's flowables be set in the faces of handouts, bold where they say so."""
    for face in FACES:
        font(face)
    regular, bold = FACES[:2]
    pdfmetrics.registerFontFamily(regular, regular, bold, regular, bold)


def form_font(document: Document, face: str) -> Ref:
    """Add a whole face in Windows Latin 1, for what is typed into form fields."""
    known, name = font(face).face, face_named(face).postscript_name
    program, widths = document.add(_whole(face)), _widths(known, _BASE_CODES)
    made = _described(document, known, name, widths, program, symbolic=False)
    made.Encoding = pdfdoc.PDFName("WinAnsiEncoding")
    return document.add_object(made)


@cache
def _whole(face: str) -> Encoded:
    data = face_named(face).path.read_bytes()
    return compressed(data, {"Length1": len(data)})


class _Font(Struct, frozen=True):
    """What is the same in every document that has the same letters of a face."""

    name: str
    widths: tuple[int, int, str]
    program: Encoded
    to_unicode: Encoded


@lru_cache(maxsize=16)
def _font(face: str, mark: str, letters: tuple[int, ...]) -> _Font:
    """Return the font that shows letters, or nothing, by code.

    Two letters of ``mark`` tell it from other subsets of the face in a file (9.6.4).
    """
    known = font(face).face
    data: bytes = known.makeSubset(list(letters))
    return _Font(
        f"AAAA{mark}+{face_named(face).postscript_name}",
        _widths(known, letters),
        compressed(data, {"Length1": len(data)}),
        compressed(unicode_map(enumerate(map(chr, letters)), 2), {}),
    )


def _widths(face: ttfonts.TTFontFace, letters: Sequence[int]) -> tuple[int, int, str]:
    """Return the first code that shows a letter, the last, and the widths from one to the other."""
    first = next(code for code, letter in enumerate(letters) if letter)
    widths = (f"{face.getCharWidth(letter):g}" for letter in letters[first:])
    return first, len(letters) - 1, f"[{' '.join(widths)}]"


def _described(
    document: Document,
    face: ttfonts.TTFontFace,
    name: str,
    widths: tuple[int, int, str],
    program: Ref,
    *,
    symbolic: bool = True,
) -> pdfdoc.PDFTrueTypeFont:
    """Return a font whose descriptor is in the document; subsets are symbolic fonts (9.6.6.4).

    ``widths``: the first and the last code, and the widths of all of them.
    """
    flags = face.flags & ~(ttfonts.FF_SYMBOLIC | ttfonts.FF_NONSYMBOLIC)
    described = {
        "Type": "/FontDescriptor",
        "FontName": pdfdoc.PDFName(name),
        "Flags": flags | (ttfonts.FF_SYMBOLIC if symbolic else ttfonts.FF_NONSYMBOLIC),
        "FontBBox": pdfdoc.PDFArrayCompact(face.bbox),
        "ItalicAngle": face.italicAngle,
        "Ascent": face.ascent,
        "Descent": face.descent,
        "CapHeight": face.capHeight,
        "StemV": face.stemV,
        "FontFile2": _at(program),
    }
    made = pdfdoc.PDFTrueTypeFont()
    made.BaseFont = name
    made.FirstChar, made.LastChar, made.Widths = widths
    descriptor = document.add_object(pdfdoc.PDFDictionary(described))
    made.FontDescriptor = _at(descriptor)
    return made


def _at(ref: Ref) -> str:
    return f"{ref.number} 0 R"
