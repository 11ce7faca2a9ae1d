"""Embed faces with ReportLab; Latin letters have the same codes in every document.

Faces for other scripts, which ReportLab cannot shape, become composite fonts of shaped glyphs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, cached_property, lru_cache
from string import ascii_uppercase
from threading import Lock
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace
from reportlab.pdfbase import pdfdoc, pdfmetrics, ttfonts

from handouts.pdf.objects import (
    Encoded,
    Name,
    Raw,
    Ref,
    Stream,
    Value,
    compressed,
    encode,
    escaped,
    number,
    unicode_map,
)
from handouts.pdf.pdf_document import PdfDocument
from handouts.pdf.slot import (
    BASE,
    BASE_FONTS,
    Code,
    Lettering,
    as_strings,
    base_codes,
    shown_in_base,
)
from handouts.text.faces import FACES, face_named, in_family

if TYPE_CHECKING:
    from handouts.text.scripts import Cluster, ScriptFace

_BASE_CODES = tuple(ord(char) if char else 0 for char in BASE)
_BASE_LETTERS = {letter: code for code, letter in enumerate(_BASE_CODES) if letter}

_SPACE_FACE = "Handout-Regular"
_EM, _STEM = 1000, 80


Codes = Mapping[str, Mapping[str, Code]]
"""Codes by face and character."""


class UnknownGlyph(ValueError):
    """A character that the face lacks. Layout chooses faces, so this is a defect there."""


class HandoutFont(ttfonts.TTFont):  # type: ignore[misc]  # ReportLab has no types
    """A face as a ReportLab font; a document embeds the letters that it shows.

    ReportLab assigns codes in the order of use, up to 255 in a font. In a `PdfDocument` the first
    font of a main face is full from the start: Windows Latin 1, each letter with its code there.
    """

    def __init__(self, name: str, path: str) -> None:
        super().__init__(name, path, asciiReadable=False, shapable=False)

    def begin(self, document: PdfDocument, prefix: str) -> None:
        """Start giving codes in a document; ``prefix`` begins the names of its font resources."""
        if document in self.state:
            return
        state = self._assignState(document)
        if self.fontName in BASE_FONTS and prefix == "F":
            state.subsets = [list(_BASE_CODES)]
            state.assignments = dict(_BASE_LETTERS)
            state.nextCode = len(_BASE_CODES)
        state.internalName = f"{prefix}{FACES.index(self.fontName) + 1}"
        document.delayedFonts.append(self)

    def splitString(  # noqa: N802 - ReportLab's name
        self, text: str, doc: pdfdoc.PDFDocument, encoding: str = "utf-8"
    ) -> list[tuple[int, bytes]]:
        """Return a text in pieces of one font each: the font's number, and the codes."""
        if isinstance(doc, PdfDocument):
            self.begin(doc, "F")
        pieces: list[tuple[int, bytes]] = super().splitString(text, doc, encoding)
        return pieces

    def add_to(self, document: PdfDocument) -> dict[str, Ref]:
        """Add the fonts that a document uses of the face; return them by their resource names."""
        state, made = self.state[document], {}
        for subset, letters in enumerate(state.subsets):
            resource = f"{state.internalName}+{subset}"
            tag = resource[0] + ascii_uppercase[subset]
            made[resource] = _font(self.fontName, tag, tuple(letters)).add_to(document)
        return made


class FontBook:
    """The fonts of one document: the base of every handout (`handouts.pdf.slot`), and more.

    With a ``prefix`` other than "F" these are more fonts for a handout that has the base, and
    ``letters``: the codes that it has beyond the base. ``first`` is the number of their first
    object. Fonts get the letters that `encode` needs, so nobody has to list them beforehand.
    """

    def __init__(self, first: int = 1, prefix: str = "F", letters: Codes | None = None) -> None:
        self._first, self._prefix, self._letters = first, prefix, letters or {}
        self._scripts: dict[str, tuple[str, ScriptFace, dict[Cluster, int]]] = {}
        self.codes: dict[str, dict[str, Code]] = {}
        """The codes of its own letters, beyond the base and ``letters``."""
        self.further = 0
        """How often the base and ``letters`` lacked a letter or a text."""
        if prefix == "F":
            for face in BASE_FONTS:
                font(face).begin(self.document, prefix)

    @cached_property
    def document(self) -> PdfDocument:
        """The document of the fonts."""
        return PdfDocument(self._first)

    def encode(self, face: str, text: str) -> Sequence[Lettering]:
        """Return a text in pieces to show one after the other.

        Raises:
            UnknownGlyph: naming a character that the face lacks.
        """
        shown = shown_in_base(face, text)
        if shown is not None:
            return shown
        if in_family(face):
            return as_strings([self.code(face, char) for char in text])
        self.further += 1
        return self._shaped(face, text)

    def code(self, face: str, char: str) -> Code:
        """Return the code of a character in one of the handout's own faces.

        Raises:
            UnknownGlyph: if the face lacks it.
        """
        known = base_codes(face).get(char) or self._letters.get(face, {}).get(char)
        if known is not None:
            return known
        self.further += 1
        codes = self.codes.setdefault(face, {})
        if char not in codes:
            codes[char] = self._new_code(face, char)
        return codes[char]

    def _new_code(self, face: str, char: str) -> Code:
        if not face_named(face).has(char):
            raise UnknownGlyph(f"{face} has no U+{ord(char):04X}")
        made, document = font(face), self.document
        made.begin(document, self._prefix)
        ((number, code),) = made.splitString(char, document)
        name: str = made.getSubsetInternalName(number, document)
        return name.removeprefix("/"), escaped(code.decode("latin-1"))

    def _shaped(self, face_name: str, text: str) -> Sequence[Lettering]:
        """Return the pieces that show a shaped text in reading order, with its final space."""
        from handouts.text.scripts import script_face  # noqa: PLC0415 - most texts are in Latin letters

        word, face = text.rstrip(" "), script_face(face_name)
        # Both directions of a face are one font; a code stands for a cluster as drawn.
        known = face_name.partition("_")[0]
        if known not in self._scripts:
            self._scripts[known] = f"{self._prefix}s{len(self._scripts) + 1}", face, {}
        resource, _, codes = self._scripts[known]
        strings = [
            (f"<{codes.setdefault(cluster, len(codes) + 1):04X}>", cluster.advance)
            for cluster in face.shaped(word)
        ]
        spaced = shown_in_base(_SPACE_FACE, " ") if word != text else None
        if not face.rtl:
            array = "".join(string for string, _ in strings)
            return [(resource, f"[{array}]TJ"), *(spaced or ())]
        space = face_named(_SPACE_FACE).width(" ", face.units) if spaced else 0.0
        array = _backwards(strings, space, _EM / face.units)
        return [(resource, f"[{array}]TJ"), *(spaced or ())]

    def resources(self) -> dict[str, Ref]:
        """Add all fonts to the document; return their resources by name."""
        names: dict[str, Ref] = {}
        for made in self.document.delayedFonts:
            names |= made.add_to(self.document)
        for place, (resource, face, codes) in enumerate(self._scripts.values(), 1):
            tag = f"{self._prefix}{ascii_uppercase[place]}"
            names[resource] = _add_composite(self.document, face, list(codes), tag)
        return names


_FONTS: dict[str, HandoutFont] = {}
_MAKING = Lock()


def font(face: str) -> HandoutFont:
    """Return the font of a face, registered with ReportLab under the face's name."""
    with _MAKING:  # a second font of a face would lack the letters that the first has shown
        if face not in _FONTS:
            _FONTS[face] = HandoutFont(face, str(face_named(face).path))
            pdfmetrics.registerFont(_FONTS[face])
        return _FONTS[face]


def register_fonts() -> None:
    """Register the faces of handouts, regular and bold, for ReportLab's own flowables."""
    for face in FACES:
        font(face)
    regular, bold = FACES[:2]
    pdfmetrics.registerFontFamily(regular, regular, bold, regular, bold)


@cache
def form_font(face: str) -> Font:
    """Return a whole face in Windows Latin 1, for text typed into form fields."""
    known, data = face_named(face), face_named(face).path.read_bytes()
    made = _font_of(face, known.postscript_name, _BASE_CODES, data, symbolic=False)
    return replace(made, entries={**made.entries, "Encoding": Name("WinAnsiEncoding")})


class Font(Struct, frozen=True):
    """The objects of a font, equal in documents with the same letters of a face (9.6.3, 9.8).

    ``to_unicode`` maps its codes to characters; None if the encoding already does.
    """

    entries: Mapping[str, Value]
    descriptor: Mapping[str, Value]
    program: Encoded
    to_unicode: Encoded | None = None

    def add_to(self, document: PdfDocument) -> Ref:
        """Add the font to a document."""
        program, entries = document.add(self.program), dict(self.entries)
        if self.to_unicode is not None:
            entries["ToUnicode"] = document.add(self.to_unicode)
        entries["FontDescriptor"] = document.add({**self.descriptor, "FontFile2": program})
        return document.add(entries)


@lru_cache(maxsize=16)
def _font(face: str, tag: str, letters: tuple[int, ...]) -> Font:
    """Return the font that shows these letters, each by its index; 0 is no letter.

    The two letters of ``tag`` distinguish it from other subsets of the face in a file (9.6.4).
    """
    data: bytes = font(face).face.makeSubset(list(letters))
    made = _font_of(face, f"AAAA{tag}+{face_named(face).postscript_name}", letters, data)
    said = compressed(unicode_map(enumerate(map(chr, letters)), 2), {})
    return replace(made, to_unicode=said)


def _font_of(
    face: str, name: str, letters: Sequence[int], data: bytes, *, symbolic: bool = True
) -> Font:
    """Return a font of letters by code, with ``data`` as its program.

    Subsets are symbolic fonts, because their codes follow no standard encoding (9.6.6.4).
    """
    known = font(face).face
    flags = known.flags & ~(ttfonts.FF_SYMBOLIC | ttfonts.FF_NONSYMBOLIC)
    first = next(code for code, letter in enumerate(letters) if letter)
    return Font(
        {
            "Type": Name("Font"),
            "Subtype": Name("TrueType"),
            "BaseFont": Name(name),
            "FirstChar": first,
            "LastChar": len(letters) - 1,
            "Widths": Raw(encode([known.getCharWidth(letter) for letter in letters[first:]])),
        },
        {
            "Type": Name("FontDescriptor"),
            "FontName": Name(name),
            "Flags": flags | (ttfonts.FF_SYMBOLIC if symbolic else ttfonts.FF_NONSYMBOLIC),
            "FontBBox": known.bbox,
            "ItalicAngle": known.italicAngle,
            "Ascent": known.ascent,
            "Descent": known.descent,
            "CapHeight": known.capHeight,
            "StemV": known.stemV,
        },
        compressed(data, {"Length1": len(data)}),
    )


# -- fonts for other scripts


def _add_composite(
    document: PdfDocument, face: ScriptFace, clusters: Sequence[Cluster], tag: str
) -> Ref:
    """Add a composite font whose codes, from 1 on, show clusters as drawn (9.7)."""
    program = face.subset(clusters)
    name = Name(f"{tag:A>6}+{face.postscript_name}")
    data = document.add(Stream(program.data, {"Length1": len(program.data)}))
    descriptor = document.add(
        {
            "Type": Name("FontDescriptor"),
            "FontName": name,
            "Flags": ttfonts.FF_SYMBOLIC,
            "FontBBox": program.box,
            "ItalicAngle": 0,
            "Ascent": program.ascent,
            "Descent": program.descent,
            "CapHeight": program.ascent,
            "StemV": _STEM,
            "FontFile2": data,
        }
    )
    descendant = document.add(
        {
            "Type": Name("Font"),
            "Subtype": Name("CIDFontType2"),
            "BaseFont": name,
            "CIDSystemInfo": {"Registry": b"Adobe", "Ordering": b"Identity", "Supplement": 0},
            "FontDescriptor": descriptor,
            "CIDToGIDMap": Name("Identity"),
            "W": (1, program.widths),
        }
    )
    said = unicode_map(enumerate((one.text for one in clusters), 1), 4)
    return document.add(
        {
            "Type": Name("Font"),
            "Subtype": Name("Type0"),
            "BaseFont": name,
            "Encoding": Name("Identity-H"),
            "DescendantFonts": (descendant,),
            "ToUnicode": document.add(Stream(said)),
        }
    )


def _backwards(strings: Sequence[tuple[str, int]], space: float, share: float) -> str:
    """Return an array that shows strings from right to left, and ends at their left.

    With ``space`` it ends that much further left.
    """
    array, at, left = [], 0.0, float(sum(width for _, width in strings))
    for string, width in reversed(strings):
        left -= width
        array += [number((at - left) * share), string]
        at = left + width
    if space:
        array.append(number((at + space) * share))
    return " ".join(array)
