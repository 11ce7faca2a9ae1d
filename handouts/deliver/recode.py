"""Turn a page in its own font subsets into the same page in fonts that many files share.

Every handout has subsets of the same faces with codes of their own. Read back through its map to
Unicode (ISO 32000-1, 9.10.3), each string is written again in the codes of the shared subsets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pikepdf
from reportlab.pdfbase import pdfmetrics

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
_PAIR = re.compile(rb"<([0-9A-Fa-f]{2})>\s*<([0-9A-Fa-f]+)>")


@dataclass(frozen=True, slots=True)
class SubsetFont:
    """A font of one file: its face, and the characters of its codes."""

    face: str
    characters: Mapping[int, str]


def face_names(fonts: Fonts) -> dict[str, str]:
    """Return the faces by the name that PDFs call them, which is the font's own."""
    faces = (face.name for face in (*fonts.regular, *fonts.bold))
    return {pdfmetrics.getFont(face).face.name.decode("ascii"): face for face in faces}


def fonts_of(resources: pikepdf.Object, faces: Mapping[str, str]) -> dict[str, SubsetFont]:
    """Return the fonts of a page's resources by name, without the slash.

    Raises:
        ContentError: for a font that is not among ``faces``.
    """
    fonts = resources.get("/Font", pikepdf.Dictionary())
    return {name.lstrip("/"): _font(font, faces) for name, font in fonts.items()}


def _font(font: pikepdf.Object, faces: Mapping[str, str]) -> SubsetFont:
    """Read one font; the six letters before its name mark a subset (9.6.4)."""
    name = re.sub(r"^[A-Z]{6}\+", "", str(font.BaseFont).lstrip("/"))
    if name not in faces:
        raise _foreign()
    characters: dict[int, str] = {}
    for block in _BLOCK.findall(bytes(font.ToUnicode.read_bytes())):
        for code, text in _PAIR.findall(block):
            characters[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    return SubsetFont(faces[name], characters)


def recoded(content: bytes, fonts: Mapping[str, SubsetFont], shared: FontBook) -> bytes:
    """Return the content of a page with its strings in the codes of ``shared``.

    Raises:
        ContentError: for content that is written otherwise than ours.
    """
    current: tuple[str, bytes] | None = None
    saved: list[tuple[str, bytes] | None] = []

    def replace(found: re.Match[bytes]) -> bytes:
        nonlocal current
        if found["save"]:
            if found["save"] == b"q":
                saved.append(current)
            elif saved:
                current = saved.pop()
            return found[0]
        if found["font"]:
            current = (found["font"].decode(), found["size"])
            return b""
        if found["foreign"]:
            raise _foreign()
        if not found["show"]:
            return found[0]
        if current is None or current[0] not in fonts:
            raise _foreign()
        return _shown(found["string"], fonts[current[0]], current[1], shared)

    return _TOKEN.sub(replace, content)


def _shown(string: bytes, font: SubsetFont, size: bytes, shared: FontBook) -> bytes:
    codes = _ESCAPE.sub(_unescaped, string)
    try:
        text = "".join(font.characters[code] for code in codes)
    except KeyError:
        raise _foreign() from None
    pieces = shared.encode(font.face, text)
    return b" ".join(
        b"/%s %s Tf(%s)Tj" % (name.encode(), size, literal.encode("latin-1"))
        for name, literal in pieces
    )


def _unescaped(found: re.Match[bytes]) -> bytes:
    what = found[1]
    if what[:1].isdigit():
        return bytes([int(what, 8) & 255])
    return _PLAIN.get(what, what)


def _foreign() -> ContentError:
    return ContentError(
        "a file of the batch was not made by this version", "make the batch again in a new folder"
    )
