"""Turn font files into faces that know their widths; choose the face that has a word's letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path

from msgspec import Struct
from reportlab.pdfbase.ttfonts import TTFontFace

from handouts.errors import ContentError, Problem, to_install
from handouts.workspace import Workspace

FACES = ("Handout-Regular", "Handout-Bold", "HandoutFallback-Regular", "HandoutFallback-Bold")
"""The family's faces; PDFs number their font resources in this order."""

_SCRIPTS = ("latin ", "greek ", "cyrillic ", "modifier letter ")


class Face:
    """One font: its name in layouts and its file, which is read at first use."""

    def __init__(self, name: str, path: Path) -> None:
        self.name, self.path = name, path

    @cached_property
    def _read(self) -> TTFontFace:
        return TTFontFace(str(self.path))

    @property
    def postscript_name(self) -> str:
        """The name that the font has in PDFs."""
        name: bytes = self._read.name
        return name.decode("ascii")

    @cached_property
    def advances(self) -> dict[str, float]:
        """The advance of each character that the font has, in 1/1000 em."""
        glyphs = self._read.charToGlyph
        return {chr(code): width for code, width in self._read.charWidths.items() if glyphs[code]}

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.advances)

    def has(self, text: str) -> bool:
        """Return whether every character of ``text`` is in the font."""
        return self._known.issuperset(text)

    def width(self, text: str, size: float) -> float:
        """Return the width of ``text`` in points at ``size`` points; no kerning, as in the PDF.

        Raises:
            KeyError: for a character that the font lacks.
        """
        return sum(map(self.advances.__getitem__, text)) * size / 1000


class Fonts(Struct, frozen=True, eq=False):
    """The type family, regular and bold, each with a fallback for letters that it lacks.

    ``rtl`` is True if its text is in a language that is read from right to left. ``numbered`` are
    the words of the language that stay on one line with the number after them: "week 4".
    """

    regular: tuple[Face, ...]
    bold: tuple[Face, ...]
    rtl: bool = False
    numbered: frozenset[str] = frozenset()

    def face(self, word: str, *, bold: bool) -> Face:
        """Return the first face that has every character of ``word``.

        A word is never mixed from two faces.

        Raises:
            ContentError: naming the first character that no face has.
        """
        for face in self.bold if bold else self.regular:
            if face.has(word):
                return face
        from handouts.text.scripts import face_for  # noqa: PLC0415 - only where a text needs it

        return face_for(word, bold=bold) or self.family_face(word, bold=bold)

    def family_face(self, word: str, *, bold: bool) -> Face:
        """Return the first face of the family itself that has every character of ``word``.

        Raises:
            ContentError: naming the first character that no face has.
        """
        faces = self.bold if bold else self.regular
        for face in faces:
            if face.has(word):
                return face
        raise ContentError(_missing(word, faces))


def in_family(face_name: str) -> bool:
    """Return whether a name is that of one of the family's faces, not of one for other scripts."""
    return face_name in FACES


def _missing(word: str, faces: tuple[Face, ...]) -> Problem:
    from handouts.text import scripts  # noqa: PLC0415 - only where a text needs it

    def lacks(char: str) -> bool:
        known = any(face.has(char) for face in faces)
        return not known and scripts.face_for(char, bold=False) is None

    # A font may have a mark, but not its form with the letter before.
    marked = (char for char in word if unicodedata.category(char)[0] == "M")
    char = next(filter(lacks, word), None) or next(marked, word[0])
    name = unicodedata.name(char, "unnamed character").lower()
    tried = [face.name.partition("-")[0] for face in faces]
    if scripts.is_installed():
        tried.append("the fonts for other scripts")
    return Problem(
        f"no font has the character U+{ord(char):04X} ({name}); tried " + _listed(tried),
        hint=_hint(char, name, scripts.extra_for(char)),
    )


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]])


def _hint(char: str, name: str, extra: str | None) -> str:
    """Return what an author can do about a character that no font has."""
    kind = unicodedata.category(char)
    if extra is not None:
        return f"install fonts that have it: {to_install(extra)}"
    if kind[0] == "M":
        return (
            "no single letter combines this mark with the letter before it: write the letter "
            "without the mark"
        )
    if kind[0] != "L":
        return "write it in words, or leave it out"
    if name.startswith(_SCRIPTS):
        return "it is a rare letter of its script: use the closest common letters"
    return "write it in Latin, Greek or Cyrillic letters"


@cache
def face_named(name: str) -> Face:
    """Return a face by its name in layouts; a process reads each font once."""
    return Face(name, Workspace().font(f"{name}.ttf"))


@cache
def load_fonts(*, rtl: bool = False, numbered: frozenset[str] = frozenset()) -> Fonts:
    """Return the type family for a language; see `Fonts`."""
    regular, bold, more, more_bold = map(face_named, FACES)
    return Fonts((regular, more), (bold, more_bold), rtl, numbered)
