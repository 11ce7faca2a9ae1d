"""Turn a page in its own font subsets into the same page in fonts that many files share.

Every handout has subsets of the same faces with codes of their own. Read back through its map to
Unicode (ISO 32000-1, 9.10.3), each string is written again in the codes of the shared subsets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter

import pikepdf

from handouts.errors import ContentError
from handouts.layout.fonts import Fonts
from handouts.pdf.fonts import FontBook

_TOKEN = re.compile(
    rb"\((?P<string>(?:[^()\\]|\\.)*)\)(?P<show>\s*Tj)?"
    rb"|/(?P<font>[A-Za-z0-9+.-]+)\s+(?P<size>-?[\d.]+)\s+Tf"
    rb"|(?<!\S)(?P<save>[qQ])(?!\S)"
    rb"|(?P<foreign>\]\s*TJ|>\s*Tj)(?!\S)",
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r\n": b""}
_BLOCK = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_RESOURCE = itemgetter(0)
_PAIR = re.compile(rb"<([0-9A-Fa-f]{2})>\s*<([0-9A-Fa-f]+)>")


class SubsetFont:
    """A font of one file: its face, the characters of its codes, and the fonts of many files."""

    def __init__(self, face: str, characters: Mapping[int, str], shared: FontBook) -> None:
        self._face, self._characters, self._shared = face, characters, shared
        self._known: dict[int, tuple[bytes, bytes]] = {}

    def shown(self, string: bytes, size: bytes) -> bytes:
        """Return the operators that show the inside of a literal string.

        Raises:
            ContentError: for a code without a character.
        """
        codes = _ESCAPE.sub(_unescaped, string) if b"\\" in string else string
        known = self._known
        found = [known.get(code) or self._learn(code) for code in codes]
        return b" ".join(
            b"/%s %s Tf(%s)Tj" % (resource, size, b"".join([literal for _, literal in run]))
            for resource, run in groupby(found, _RESOURCE)
        )

    def _learn(self, code: int) -> tuple[bytes, bytes]:
        if code not in self._characters:
            raise foreign()
        [(resource, literal)] = self._shared.encode(self._face, self._characters[code])
        self._known[code] = (resource.encode("ascii"), literal.encode("latin-1"))
        return self._known[code]


def face_names(fonts: Fonts) -> dict[str, str]:
    """Return the faces by the name that PDFs call them, which is the font's own."""
    return {face.font.name: face.name for face in (*fonts.regular, *fonts.bold)}


class FontReader:
    """Reads the fonts of files. ``faces``: see `face_names`; ``shared``: the fonts of them all."""

    def __init__(self, faces: Mapping[str, str], shared: FontBook) -> None:
        self._faces, self._shared = faces, shared

    def fonts_of(self, resources: pikepdf.Object) -> dict[str, SubsetFont]:
        """Return the fonts of a page's resources by name, without the slash.

        Raises:
            ContentError: for a font that is none of the faces.
        """
        fonts = resources.get("/Font", pikepdf.Dictionary())
        return {name.lstrip("/"): self.font_of(font) for name, font in fonts.items()}

    def font_of(self, font: pikepdf.Object) -> SubsetFont:
        """Return a font.

        Raises:
            ContentError: if it is none of the faces.
        """
        characters = font.get("/ToUnicode")
        if not isinstance(characters, pikepdf.Stream):
            raise foreign()
        return self.subset(str(font.get("/BaseFont")), bytes(characters.read_bytes()))

    def subset(self, name: str, to_unicode: bytes) -> SubsetFont:
        """Return a font by its name, in which six letters mark a subset (9.6.4), and its map.

        Raises:
            ContentError: if it is none of the faces.
        """
        name = re.sub(r"^[A-Z]{6}\+", "", name.lstrip("/"))
        if name not in self._faces:
            raise foreign()
        characters: dict[int, str] = {}
        for block in _BLOCK.findall(to_unicode):
            for code, text in _PAIR.findall(block):
                characters[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
        return SubsetFont(self._faces[name], characters, self._shared)


def recoded(content: bytes, fonts: Mapping[str, SubsetFont]) -> bytes:
    """Return content that is whole in itself in the shared fonts.

    Raises:
        ContentError: for content that is written otherwise than ours.
    """
    return Recoder(fonts).part(content)


class Recoder:
    """Writes the content of one page, which may come in parts, in the shared fonts."""

    def __init__(self, fonts: Mapping[str, SubsetFont]) -> None:
        self._fonts = fonts
        self._current: tuple[str, bytes] | None = None
        self._saved: list[tuple[str, bytes] | None] = []

    def forget(self) -> None:
        """Forget the font: something that is not known stands before the next part."""
        self._current = None

    def part(self, content: bytes) -> bytes:
        """Return the next part.

        Raises:
            ContentError: for content that is written otherwise than ours.
        """
        return _TOKEN.sub(self._replace, content)

    def _replace(self, found: re.Match[bytes]) -> bytes:
        if found["save"]:
            if found["save"] == b"q":
                self._saved.append(self._current)
            elif self._saved:
                self._current = self._saved.pop()
            return found[0]
        if found["font"]:
            self._current = (found["font"].decode(), found["size"])
            return b""
        if found["foreign"]:
            raise foreign()
        if not found["show"]:
            return found[0]
        if self._current is None or self._current[0] not in self._fonts:
            raise foreign()
        name, size = self._current
        return self._fonts[name].shown(found["string"], size)


def _unescaped(found: re.Match[bytes]) -> bytes:
    what = found[1]
    if what[:1].isdigit():
        return bytes([int(what, 8) & 255])
    return _PLAIN.get(what, what)


def foreign() -> ContentError:
    """Return the error that a file is not ours."""
    return ContentError(
        "a file of the batch was not made by this version", "make the batch again in a new folder"
    )
