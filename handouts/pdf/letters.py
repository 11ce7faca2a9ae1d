"""A text in one of the two main faces → its codes in the fonts that every handout has.

These fonts hold Windows Latin 1, each letter under the code it has there: what is written in them
is the same in every handout, whatever else stands there. Nothing of a font is read for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import groupby
from operator import itemgetter

from handouts.pdf.objects import escaped

Code = tuple[str, str]
"""A font resource and the inside of a literal string."""

BASE_FONTS: Mapping[str, str] = {"Handout-Regular": "F1+0", "Handout-Bold": "F2+0"}
"""The font resource of each face that has a base."""

_FIRST, _CODES, _SOFT_HYPHEN = 32, 256, "\u00ad"
_RESOURCE = itemgetter(0)


def _character(code: int) -> str:
    """The character of a code; empty for one that has none, and for the hyphen no font shows."""
    return bytes([code]).decode("cp1252", errors="ignore").strip(_SOFT_HYPHEN + "\x7f")


BASE = ("",) * _FIRST + tuple(map(_character, range(_FIRST, _CODES)))
"""The character of each code, empty for codes without one."""

_LETTERS = frozenset(filter(None, BASE))
_LITERALS = {ord(char): escaped(chr(code)) for code, char in enumerate(BASE) if char}


def in_base(face: str, text: str) -> bool:
    """Whether a text in a face needs no font but that which every handout has."""
    return face in BASE_FONTS and _LETTERS.issuperset(text)


def shown_in_base(face: str, text: str) -> list[Code] | None:
    """Return a text as it is shown in the base of a face, None unless all of it is there."""
    if not in_base(face, text):
        return None
    return [(BASE_FONTS[face], text.translate(_LITERALS))]


@cache
def base_codes(face: str) -> Mapping[str, Code]:
    """Return the code of each character in the base of a face; none if it has no base."""
    resource = BASE_FONTS.get(face)
    if resource is None:
        return {}
    return {char: (resource, _LITERALS[ord(char)]) for char in _LETTERS}


def joined(codes: Iterable[Code]) -> list[Code]:
    """Return characters in a row, those of one font as one string."""
    return [
        (resource, "".join([literal for _, literal in run]))
        for resource, run in groupby(codes, _RESOURCE)
    ]


def text_code(
    at: tuple[str, str], size: str, codes: Iterable[Code], setting: str = ""
) -> tuple[str, str]:
    """Return the operators that show codes from a point on, and the font that is set then.

    ``setting`` is the font that is set already (9.4.3).
    """
    shown, place = ["BT"], f" {at[0]} {at[1]} Td"
    for resource, literal in codes:
        wanted = f"/{resource} {size} Tf"
        if wanted != setting:
            setting = wanted
            shown.append(setting)
        shown.append(f"{place}({literal})Tj")
        place = ""
    return "".join(shown) + " ET", setting
