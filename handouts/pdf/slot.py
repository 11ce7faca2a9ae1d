"""Turn the words of slots into codes of characters, and operators that show them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import groupby, zip_longest
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
    """The character of a code; empty for one that has none, and for the hyphen no font shows."""
    return bytes([code]).decode("cp1252", errors="ignore").strip(_SOFT_HYPHEN + "\x7f")


BASE = ("",) * _FIRST + tuple(map(_character, range(_FIRST, _CODES)))
"""The character of each code, empty for codes without one."""

_LETTERS = frozenset(filter(None, BASE))
_LITERALS = {ord(char): escaped(chr(code)) for code, char in enumerate(BASE) if char}


Lettering = tuple[str, str]
"""A font resource, and the operator that shows letters in that font (9.4.3)."""


def shown_in_base(face: str, text: str) -> list[Lettering] | None:
    """Return a text as it is shown in the base of a face, None unless all of it is there.

    Such a text needs no font but that which every handout has.
    """
    if face not in BASE_FONTS or not _LETTERS.issuperset(text):
        return None
    return [(BASE_FONTS[face], f"({text.translate(_LITERALS)})Tj")]


@cache
def base_codes(face: str) -> Mapping[str, Code]:
    """Return the code of each character in the base of a face; none if it has no base."""
    resource = BASE_FONTS.get(face)
    if resource is None:
        return {}
    return {char: (resource, _LITERALS[ord(char)]) for char in _LETTERS}


def as_strings(codes: Iterable[Code]) -> list[Lettering]:
    """Return characters in a row, those of one font as one string."""
    runs = groupby(codes, _RESOURCE)
    return [(font, f"({''.join([literal for _, literal in run])})Tj") for font, run in runs]


def text_code(
    at: tuple[str, str], size: str, codes: Iterable[Lettering], setting: str = ""
) -> tuple[str, str]:
    """Return the operators that show codes from a point on, and the font that is set then.

    ``setting`` is the font that is set already (9.4.3).
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
"""Gives a text in a face as pieces to be shown one after the other."""

_number = lru_cache(maxsize=4096)(number)
"""Places on a page are the same for many patients."""

_CLOSE = 400
"""Bytes between two slots from which on they are pieces of their own: a stream costs about 80."""

Align = Literal["left", "right", "centre"]
SHARE: Mapping[Align, float] = {"left": 0.0, "centre": 0.5, "right": 1.0}
"""What of a text's width is left of the point it is aligned to."""


class Slot(Struct, frozen=True):
    """A slot as it is needed to letter it: lengths in points, y upward.

    ``colour`` is the operator that sets it. ``read``: it is no artifact, so that a space parts
    its lines for who hears them; ``spaced``: another word follows.
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
        """Return the operators that show set lines; they depend on nothing that was set before."""
        code, setting, size = [self.colour], "", _number(self.shape.size)
        share, widest = SHARE[self.align], max(line.width for line in lines)
        for index, line in enumerate(lines):
            left = self.x - share * widest + share * (widest - line.width)
            y = _number(self.base - index * self.leading)
            last = len(line.pieces) - 1
            spaced = not line.joined if index < len(lines) - 1 else self.spaced
            for place, (offset, piece) in enumerate(line.pieces):
                ends = spaced and place == last
                space = " " if self.read and ends and not piece.text.endswith(" ") else ""
                codes = encode(piece.face.name, piece.text + space)
                shown, setting = text_code((_number(left + offset), y), size, codes, setting)
                code.append(shown)
        return "\n".join(code).encode("latin-1")


class VariableText(Struct, frozen=True):
    """A piece of a page's content: slots, and the operators between them that all share."""

    parts: tuple[bytes | Slot, ...]

    @property
    def slots(self) -> Iterator[Slot]:
        """Its slots."""
        return (part for part in self.parts if isinstance(part, Slot))

    def operators(self, lines: Mapping[SlotShape, Sequence[SetLine]], encode: Encode) -> bytes:
        """Return its operators with lines set in the shapes of its slots."""
        return b"\n".join(
            part if isinstance(part, bytes) else part.operators(lines[part.shape], encode)
            for part in self.parts
        )


def joined(pieces: Sequence[bytes | Slot]) -> list[bytes | VariableText]:
    """Return the pieces of a page's content, close slots for what patients share as one piece."""
    made: list[bytes | VariableText] = []
    close: list[bytes | Slot] = []
    before: tuple[str, ...] = ()

    def end() -> None:
        if close:
            made.append(VariableText(tuple(close)))
            close.clear()

    for piece, following in zip_longest(pieces, pieces[1:]):
        if isinstance(piece, Slot):
            sources = sources_of(piece.shape.values)
            if not sources or sources != before:
                end()
            close.append(piece)
            before = sources
        elif close and before == _sources(following) != () and len(piece) <= _CLOSE:
            close.append(piece)
        else:
            end()
            made.append(piece)
    end()
    return made


def _sources(piece: bytes | Slot | None) -> tuple[str, ...]:
    return sources_of(piece.shape.values) if isinstance(piece, Slot) else ()


class SlotShape(Struct, frozen=True):
    """What a slot's text has to keep to: see `handouts.text.setting.SetText`; lengths in points.

    Of what is a patient's own ``runs`` have the name alone.
    Pages where the same text stands in the same shape set it once.
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
        """Whether other text may keep to it: nothing was shrunk or cut short."""
        return self.room[1] > 0 if self.lines == 1 else self.measure > 0
