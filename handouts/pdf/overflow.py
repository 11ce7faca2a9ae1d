"""Letters that the shared fonts of a plate lack → small fonts of a patient's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from handouts.pdf.letters import Code, base_codes

Codes = Mapping[str, Mapping[str, Code]]
Fonts = tuple[tuple[int, bytes], ...]
Faces = tuple[tuple[str, str], ...]
"""Faces, each with the characters wanted of it."""

_KEPT = 256


def overflow(
    pieces: Iterable[tuple[str, str]], letters: Codes, first: int
) -> tuple[Codes, bytes, Fonts]:
    """Return the codes of what is beyond the base, entries for resources, and font objects.

    ``pieces`` are faces with texts, ``letters`` the codes beyond the base that there are, ``first``
    the number of the first object that may be added.

    Raises:
        UnknownGlyph: for a character that its face lacks.
    """
    missing: dict[str, set[str]] = {}
    for face, text in pieces:
        unknown = lacking(face, text, letters)
        if unknown:
            missing.setdefault(face, set()).update(unknown)
    if not missing:
        return letters, b"", ()
    wanted = tuple((face, "".join(sorted(chars))) for face, chars in sorted(missing.items()))
    codes, entries, objects = _fonts(wanted, first)
    both = {face: {**letters.get(face, {}), **codes[face]} for face in codes}
    return {**letters, **both}, entries, objects


def lacking(face: str, text: str, letters: Codes) -> set[str]:
    """Return the characters of a text that neither the base of its face nor ``letters`` has."""
    return set(text).difference(base_codes(face), letters.get(face, ()))


@lru_cache(maxsize=_KEPT)
def _fonts(wanted: Faces, first: int) -> tuple[Codes, bytes, Fonts]:
    """Return the fonts of some characters; many patients lack the same."""
    # Names in the letters of a plate need no font machinery.
    from handouts.pdf.file import PdfFile  # noqa: PLC0415
    from handouts.pdf.fonts import FontBook  # noqa: PLC0415
    from handouts.pdf.objects import Stream, encode  # noqa: PLC0415

    book, file = FontBook("P"), PdfFile(first)
    for face, chars in wanted:
        book.encode(face, chars)
    named = book.added(file)
    entries = b"".join(b"/%s %s" % (name.encode(), encode(ref)) for name, ref in named.items())
    objects = tuple(
        (number, value.encoded() if isinstance(value, Stream) else encode(value))
        for number, value in file.objects()
    )
    return book.codes, entries, objects
