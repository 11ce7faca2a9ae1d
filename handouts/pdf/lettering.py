"""The patient's own words in their slot → the operators that show them.

The same code letters a handout that was laid out for a patient and a plate that is stamped, so
that both give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import Literal

from msgspec import Struct

from handouts.compose.text import sources_of
from handouts.layout.words import FaceOf, SetLine, Word, broken, line_of, width_of, words_of
from handouts.pdf.letters import text_code
from handouts.pdf.objects import number

Encode = Callable[[str, str], list[tuple[str, str]]]
"""Gives a text in a face as pieces of (font resource, inside of a literal string)."""

_number = lru_cache(maxsize=4096)(number)
"""Places on a page are the same for many patients."""

_CLOSE = 400
"""Bytes between two slots from which on they are pieces of their own: a stream costs about 80."""

_SHARE = {"left": 0.0, "centre": 0.5, "right": 1.0}


class NoRoom(ValueError):
    """A text does not keep the shape of its slot: the handout has to be laid out for it."""


class OwnRun(Struct, frozen=True):
    """A piece of a slot's text: words that all patients read, or the name of a patient's value."""

    text: str
    strong: bool = False
    value: str | None = None
    lang: str | None = None
    blank: bool = False


class Lettering(Struct, frozen=True, tag=True):
    """A slot as it is needed to letter it: lengths in points, y upward.

    ``colour`` is the operator that sets it. ``read``: it is no artifact, so that a space parts
    its lines for who hears them; ``spaced``: another word follows.
    """

    shape: Shape
    x: float
    base: float
    align: Literal["left", "right", "centre"]
    leading: float
    colour: str
    read: bool
    spaced: bool

    def operators(self, lines: Sequence[SetLine], encode: Encode) -> bytes:
        """Return the operators that show set lines; they depend on nothing that was set before."""
        code, setting, size = [self.colour], "", _number(self.shape.size)
        share, widest = _SHARE[self.align], max(line.width for line in lines)
        for index, line in enumerate(lines):
            left = self.x - share * widest + share * (widest - line.width)
            y = _number(self.base - index * self.leading)
            last_line = index == len(lines) - 1
            for place, (offset, piece) in enumerate(line.pieces):
                ends = place == len(line.pieces) - 1 and (not last_line or self.spaced)
                space = " " if self.read and ends and not piece.text.endswith(" ") else ""
                codes = encode(piece.face.name, piece.text + space)
                shown, setting = text_code((_number(left + offset), y), size, codes, setting)
                code.append(shown)
        return "\n".join(code).encode("latin-1")


class OwnText(Struct, frozen=True, tag=True):
    """A piece of a page's content: slots, and the operators between them that all share."""

    parts: tuple[bytes | Lettering, ...]

    @property
    def letterings(self) -> Iterator[Lettering]:
        """Its slots."""
        return (part for part in self.parts if isinstance(part, Lettering))

    def operators(self, lines: Mapping[Shape, Sequence[SetLine]], encode: Encode) -> bytes:
        """Return its operators with lines set in the shapes of its slots."""
        return b"\n".join(
            part if isinstance(part, bytes) else part.operators(lines[part.shape], encode)
            for part in self.parts
        )


def joined(pieces: Sequence[bytes | Lettering]) -> list[bytes | OwnText]:
    """Return the pieces of a page's content, close slots for what patients share as one piece."""
    made: list[bytes | OwnText] = []
    close: list[bytes | Lettering] = []
    before: tuple[str, ...] = ()

    def end() -> None:
        if close:
            made.append(OwnText(tuple(close)))
            close.clear()

    for piece, following in zip_longest(pieces, pieces[1:]):
        if isinstance(piece, Lettering):
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


def _sources(piece: bytes | Lettering | None) -> tuple[str, ...]:
    return sources_of(piece.shape.values) if isinstance(piece, Lettering) else ()


class Shape(Struct, frozen=True):
    """What a slot's text has to keep to: see `handouts.layout.items.Slot`; lengths in points.

    Pages where the same text stands in the same shape set it once.
    """

    runs: tuple[OwnRun, ...]
    size: float
    bold: bool
    lines: int
    room: tuple[float, float]
    measure: float

    @property
    def values(self) -> Iterator[str]:
        """The names of the patient's values in it."""
        return (run.value for run in self.runs if run.value)

    @property
    def is_open(self) -> bool:
        """Whether other text may keep to it: nothing was shrunk or cut short."""
        return self.room[1] > 0 if self.lines == 1 else self.measure > 0


class Setting:
    """A patient's values as they are set in slots; what several plates ask for is done once."""

    def __init__(self, values: Mapping[str, str], face_of: FaceOf) -> None:
        self.values, self._face_of = values, face_of
        self._known: dict[tuple[tuple[OwnRun, ...], float, bool], tuple[Word, ...]] = {}

    def lines(self, shape: Shape) -> tuple[SetLine, ...]:
        """Break the text of a slot as it was broken when its plate was laid out.

        Raises:
            NoRoom: if it does not keep the slot's shape.
            KeyError: for a value the patient has not.
        """
        words = self._words(shape)
        if shape.lines == 1:
            if not self.has_room(shape):
                raise NoRoom
            return (line_of(words, shape.size),)
        if not shape.measure or any(word.width > shape.measure for word in words):
            raise NoRoom
        lines = broken(words, shape.measure)
        if len(lines) != shape.lines:
            raise NoRoom
        return tuple(line_of(line, shape.size) for line in lines)

    def has_room(self, shape: Shape) -> bool:
        """Whether a text on one line is of a width for its slot; others are told when broken."""
        low, high = shape.room
        return shape.lines != 1 or low < width_of(self._words(shape)) <= high

    def _words(self, shape: Shape) -> tuple[Word, ...]:
        key = (shape.runs, shape.size, shape.bold)
        words = self._known.get(key)
        if words is None:
            runs = (
                OwnRun(self.values[run.value], run.strong) if run.value else run
                for run in shape.runs
            )
            words = words_of(tuple(runs), self._face_of, shape.size, bold=shape.bold)
            self._known[key] = words
        return words
