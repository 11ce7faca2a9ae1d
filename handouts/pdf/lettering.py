"""The patient's own words in their slot → the operators that show them.

The same code letters a handout that was laid out for a patient and a plate that is stamped, so
that both give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from handouts.layout.words import FaceOf, SetLine, broken, line_of, width_of, words_of
from handouts.pdf.objects import number

Encode = Callable[[str, str], list[tuple[str, str]]]
"""Gives a text in a face as pieces of (font resource, inside of a literal string)."""

_number = lru_cache(maxsize=4096)(number)
"""Places on a page are the same for many patients."""

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
        code, font, size = [self.colour], "", _number(self.shape.size)
        share, widest = _SHARE[self.align], max(line.width for line in lines)
        for index, line in enumerate(lines):
            left = self.x - share * widest + share * (widest - line.width)
            y = _number(self.base - index * self.leading)
            last_line = index == len(lines) - 1
            for place, (offset, piece) in enumerate(line.pieces):
                ends = place == len(line.pieces) - 1 and (not last_line or self.spaced)
                space = " " if self.read and ends and not piece.text.endswith(" ") else ""
                shown = ["BT"]
                at = f" {_number(left + offset)} {y} Td"
                for resource, literal in encode(piece.face.name, piece.text + space):
                    if resource != font:
                        shown.append(f"/{resource} {size} Tf")
                        font = resource
                    shown.append(f"{at}({literal})Tj")
                    at = ""
                code.append("".join(shown) + " ET")
        return "\n".join(code).encode("latin-1")


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
    def is_open(self) -> bool:
        """Whether other text may keep to it: nothing was shrunk or cut short."""
        return self.room[1] > 0 if self.lines == 1 else self.measure > 0

    def runs_with(self, values: Mapping[str, str]) -> tuple[OwnRun, ...]:
        """Return the runs with a patient's values in place.

        Raises:
            KeyError: for a value the patient has not.
        """
        return tuple(
            OwnRun(values[run.value], run.strong) if run.value else run for run in self.runs
        )

    def set(self, runs: Sequence[OwnRun], face_of: FaceOf) -> tuple[SetLine, ...]:
        """Break runs as the slot's text was broken.

        Raises:
            NoRoom: if they do not keep its shape.
        """
        words = words_of(runs, face_of, self.size, bold=self.bold)
        if self.lines == 1:
            low, high = self.room
            if not low < width_of(words) <= high:
                raise NoRoom
            return (line_of(words, self.size),)
        if not self.measure or any(word.width > self.measure for word in words):
            raise NoRoom
        lines = broken(words, self.measure)
        if len(lines) != self.lines:
            raise NoRoom
        return tuple(line_of(line, self.size) for line in lines)
