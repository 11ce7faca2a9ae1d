"""Turn the words of slots into codes of characters, and operators that show them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Literal

from msgspec import Struct

from handouts.compose.runs import Run, sources_of
from handouts.pdf.objects import escaped, number
from handouts.text.words import SetLine

Code = tuple[str, str]
"""A font resource and the inside of a literal string."""

BASE_FONTS: Mapping[str, str] = {"Handout-Regular": "F1+0", "Handout-Bold": "F2+0"}
"""The font resource of each face that has a base."""

_FIRST, _CODES, _SOFT_HYPHEN = 32, 256, "\u00ad"
_RESOURCE = itemgetter(0)


def _character(code: int) -> str:
    """Return the character of a code; empty if it has none or is the invisible soft hyphen."""
    return bytes([code]).decode("cp1252", errors="ignore").strip(_SOFT_HYPHEN + "\x7f")


BASE = ("",) * _FIRST + tuple(map(_character, range(_FIRST, _CODES)))
"""The character of each code, empty for codes without one."""

_LETTERS = frozenset(filter(None, BASE))
_LITERALS = {ord(char): escaped(chr(code)) for code, char in enumerate(BASE) if char}


Lettering = tuple[str, str]
"""A font resource, and the operator that shows letters in that font (9.4.3)."""


def shown_in_base(face: str, text: str) -> list[Lettering] | None:
    """Return the lettering of a text in the base of a face; None unless the base has all of it.

    Such a text needs no fonts beyond those that every handout has.
    """
    if face not in BASE_FONTS or not _LETTERS.issuperset(text):
        return None
    return [(BASE_FONTS[face], f"({text.translate(_LITERALS)})Tj")]


@cache
def base_codes(face: str) -> Mapping[str, Code]:
    """Return the code of each character in the base of a face; empty if it has no base."""
    resource = BASE_FONTS.get(face)
    if resource is None:
        return {}
    return {char: (resource, _LITERALS[ord(char)]) for char in _LETTERS}


def as_strings(codes: Iterable[Code]) -> list[Lettering]:
    """Return the lettering of characters in a row, with one string for neighbours in one font."""
    runs = groupby(codes, _RESOURCE)
    return [(font, f"({''.join([literal for _, literal in run])})Tj") for font, run in runs]


def text_operators(
    at: tuple[str, str], size: str, codes: Iterable[Lettering], setting: str
) -> tuple[str, str]:
    """Return the operators that show codes from a point on, and the font that is set afterwards.

    ``setting`` is the font that is already set (9.4.3).
    """
    shown, place = ["BT"], f" {at[0]} {at[1]} Td"
    for resource, show in codes:
        wanted = f"/{resource} {size} Tf"
        if wanted != setting:
            setting = wanted
            shown.append(setting)
        shown.append(place + show)
        place = ""
    return "".join(shown) + " ET", setting


Encode = Callable[[str, str], Sequence[Lettering]]
"""A function that returns a text in a face as pieces to show one after the other."""

_number = lru_cache(maxsize=4096)(number)
"""Cached, because places on a page are the same for many patients."""

_CLOSE = 400
"""Slots with more bytes than this between them are separate pieces; a stream costs about 80."""

Align = Literal["left", "right", "centre"]
SHARE: Mapping[Align, float] = {"left": 0.0, "centre": 0.5, "right": 1.0}
"""The share of a text's width that is left of the point it is aligned to."""


class Slot(Struct, frozen=True):
    """What is needed to write text in a slot; lengths in points, y upward.

    ``colour`` is the operator that sets the colour. ``read`` is True unless the text is an
    artifact: then a space separates its lines for screen readers. ``spaced`` is True if another
    word follows.
    """

    shape: SlotShape
    x: float
    base: float
    align: Align
    leading: float
    colour: str
    read: bool
    spaced: bool

    def operators(self, lines: Sequence[SetLine], encode: Encode) -> bytes:
        """Return the operators that show set lines, independent of any earlier settings."""
        code, setting, size = [self.colour], "", _number(self.shape.size)
        share, widest = SHARE[self.align], max(line.width for line in lines)
        for index, line in enumerate(lines):
            left = self.x - share * widest + share * (widest - line.width)
            y = _number(self.base - index * self.leading)
            last = len(line.pieces) - 1
            spaced = not line.goes_on if index < len(lines) - 1 else self.spaced
            for place, (offset, piece) in enumerate(line.pieces):
                ends = spaced and place == last
                space = " " if self.read and ends and not piece.text.endswith(" ") else ""
                codes = encode(piece.face.name, piece.text + space)
                shown, setting = text_operators((_number(left + offset), y), size, codes, setting)
                code.append(shown)
        return "\n".join(code).encode("latin-1")


class VariableText(Struct, frozen=True):
    """A piece of a page's content: slots, and the shared operators between them."""

    parts: tuple[bytes | Slot, ...]

    @property
    def slots(self) -> Iterator[Slot]:
        """Its slots."""
        return (part for part in self.parts if isinstance(part, Slot))

    @property
    def sources(self) -> tuple[str, ...]:
        """What many patients share of the values in its slots, which is the same in all."""
        return next(sources_of(slot.shape.values) for slot in self.slots)

    def operators(self, lines: Mapping[SlotShape, Sequence[SetLine]], encode: Encode) -> bytes:
        """Return its operators with lines set in the shapes of its slots."""
        return b"\n".join(
            part if isinstance(part, bytes) else part.operators(lines[part.shape], encode)
            for part in self.parts
        )


def merged_slots(pieces: Iterable[bytes | Slot]) -> list[bytes | VariableText]:
    """Return the pieces of a page's content; close slots with the same shared values become one."""
    made: list[bytes | VariableText] = []
    for piece in pieces:
        if isinstance(piece, bytes):
            made.append(piece)
            continue
        sources = VariableText((piece,)).sources
        match made[-2:]:
            case [VariableText() as text, bytes() as code] if (
                len(code) <= _CLOSE and text.sources == sources != ()
            ):
                made[-2:] = [VariableText((*text.parts, code, piece))]
            case [*_, VariableText() as text] if text.sources == sources != ():
                made[-1] = VariableText((*text.parts, piece))
            case _:
                made.append(VariableText((piece,)))
    return made


class SlotShape(Struct, frozen=True):
    """The limits of a slot's text, as in `handouts.text.setting.SetText`; lengths in points.

    ``runs`` have only the names of the patient's values. Text that has the same shape on several
    pages is set once.
    """

    runs: tuple[Run, ...]
    size: float
    bold: bool
    lines: int
    room: tuple[float, float]
    measure: float

    @property
    def values(self) -> Iterator[str]:
        """The names of the patient's values in it."""
        return (run.variable for run in self.runs if run.variable)

    @property
    def is_open(self) -> bool:
        """Whether other text can fit it: nothing was shrunk or cut short."""
        return self.room[1] > 0 if self.lines == 1 else self.measure > 0
