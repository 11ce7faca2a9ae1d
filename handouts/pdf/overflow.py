"""Letters that the shared fonts of a plate lack → small fonts of a patient's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from handouts.pdf.letters import Code, base_codes, joined, shown_in_base

if TYPE_CHECKING:
    from handouts.pdf.fonts import FontBook

Codes = Mapping[str, Mapping[str, Code]]
Fonts = tuple[tuple[int, bytes], ...]


class Overflow:
    """The codes of one patient's words: those of a plate's fonts, and of more fonts as needed.

    What is asked for is what the fonts are made of: nobody has to say beforehand what will be
    shown. ``letters`` are the codes that the plate has beyond the base, ``first`` is the number of
    the first object that may be added.
    """

    def __init__(self, letters: Codes, first: int) -> None:
        self._letters, self._first = letters, first
        self._book: FontBook | None = None
        self.count = 0
        """How often a letter was shown that the plate's fonts lack."""

    def encode(self, face: str, text: str) -> list[Code]:
        """Return pieces of text as (font resource, inside of a literal string).

        Raises:
            UnknownGlyph: for a character that the face lacks.
        """
        shown = shown_in_base(face, text)
        if shown is not None:
            return shown
        base, more = base_codes(face), self._letters.get(face, {})
        return joined([base.get(char) or more.get(char) or self._own(face, char) for char in text])

    def _own(self, face: str, char: str) -> Code:
        if self._book is None:
            # Names in the letters of a plate need no font machinery.
            from handouts.pdf.document import Document  # noqa: PLC0415
            from handouts.pdf.fonts import FontBook  # noqa: PLC0415

            self._book = FontBook(Document(self._first), "P")
        self.count += 1
        (code,) = self._book.encode(face, char)
        return code

    def fonts(self) -> tuple[bytes, Fonts]:
        """Return entries for resources, and the objects of the fonts."""
        if self._book is None:
            return b"", ()
        named = self._book.resources()
        entries = b"".join(
            b"/%s %d 0 R" % (name.encode(), ref.number) for name, ref in named.items()
        )
        bodies = self._book.document.bodies()
        return entries, tuple((number, body) for number, body, _ in bodies)
