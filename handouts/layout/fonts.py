"""Font files → faces with widths and coverage; a string → pieces each set in a face that has it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from handouts.errors import ContentError, Problem
from handouts.workspace import Workspace

_FILES = {
    "Handout-Regular": "Handout-Regular.ttf",
    "Handout-Bold": "Handout-Bold.ttf",
    "HandoutFallback-Regular": "HandoutFallback-Regular.ttf",
    "HandoutFallback-Bold": "HandoutFallback-Bold.ttf",
}


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One font: its name in the PDF and the advance of each character it has, in 1/1000 em."""

    name: str
    widths: Mapping[int, float]

    def has(self, text: str) -> bool:
        """Whether every character of ``text`` is in the font."""
        return all(ord(char) in self.widths for char in text)

    def width(self, text: str, size: float) -> float:
        """Width of ``text`` in points at ``size`` points; no kerning, as the PDF sets it."""
        return sum(self.widths[ord(char)] for char in text) * size / 1000


@dataclass(frozen=True, slots=True, eq=False)
class Fonts:
    """The type family, regular and bold, each with a fallback for letters it lacks."""

    regular: tuple[Face, ...]
    bold: tuple[Face, ...]

    def face(self, word: str, *, bold: bool) -> Face:
        """Return the first face that has every character of ``word``.

        A word is never mixed from two faces.

        Raises:
            ContentError: naming the first character that no face has.
        """
        faces = self.bold if bold else self.regular
        for face in faces:
            if face.has(word):
                return face
        raise ContentError(_missing(word, faces))


def _missing(word: str, faces: tuple[Face, ...]) -> Problem:
    lacking = [char for char in word if not any(face.has(char) for face in faces)]
    char = lacking[0] if lacking else word[0]
    name = unicodedata.name(char, "unnamed character").lower()
    return Problem(
        f"no font has the character U+{ord(char):04X} ({name}); tried "
        + " and ".join(face.name for face in faces),
        hint="write it in Latin, Greek or Cyrillic letters; other scripts cannot be printed yet",
    )


def _face(name: str, path: Path) -> Face:
    try:
        font = pdfmetrics.getFont(name)
    except KeyError:
        font = TTFont(name, str(path), asciiReadable=False, shapable=False)
        pdfmetrics.registerFont(font)
    face = font.face
    return Face(name, {code: face.charWidths[code] for code in face.charToGlyph})


@lru_cache(maxsize=4)
def _load(paths: tuple[Path, ...]) -> Fonts:
    regular, bold, more, more_bold = (
        _face(name, path) for name, path in zip(_FILES, paths, strict=True)
    )
    return Fonts((regular, more), (bold, more_bold))


def load_fonts(workspace: Workspace) -> Fonts:
    """Return the type family, registered with reportlab; read once in a process."""
    return _load(tuple(workspace.font(file) for file in _FILES.values()))
