"""Define load, tempo and effort of an exercise, as its author wrote them."""

import re
from typing import Any, Self

from msgspec import Struct

from handouts.errors import quoted
from handouts.model.base import Parsed, printable
from handouts.model.quantity import (
    RANGE,
    WEIGHT_UNITS,
    Measured,
    as_written,
    plain_words,
    rising,
)  # fmt: skip

BANDS = (
    "yellow", "red", "green", "blue", "black", "silver", "gold", "gray", "tan", "purple",
    "orange", "pink", "white",
)  # fmt: skip
"""Colours of exercise bands. Which is the stronger differs by maker."""
_SPELT = {"grey": "gray", "golden": "gold", "beige": "tan", "violet": "purple"}
_COLOURS = "|".join((*BANDS, *_SPELT))
_BAND = re.compile(rf"(?:an? |the )?({_COLOURS})(?: (?:exercise|resistance))? band")
BODY_WEIGHT = "body weight"
_LONGEST_MOVE = 20
_LONGEST_WORDS = 60


def _words(value: Any, expected: str) -> str:
    """Return free words without digits: numbers are data, which code prints."""
    words = printable(value) if isinstance(value, str) else ""
    numbers = any(letter.isdigit() or letter in "¼½¾" for letter in words)
    if not 0 < len(words) <= _LONGEST_WORDS or numbers:
        raise ValueError(f"must be {expected}, or words without a number, not {quoted(value)}")
    return words


class Load(Parsed, frozen=True):
    """What makes an exercise harder: a weight, a thing by its name, or a blank (neither)."""

    weight: Measured | None = None
    name: str = ""

    @property
    def blank(self) -> bool:
        """True if the clinician fills it in by hand."""
        return not self.name and (self.weight is None or self.weight.blank)

    @classmethod
    def _parse(cls, value: Any) -> Self:
        """Return ``"2 kg"``, ``"5 lb"``, ``"red band"``, ``"body weight"`` or ``"?"`` as a `Load`.

        Anything else may be given in words without a number: ``"a bottle of water"``.
        """
        text = plain_words(value)
        if text == "?":
            return cls()
        if isinstance(value, str) and (weight := Measured.of(text, WEIGHT_UNITS)):
            return cls(weight)
        if band := _BAND.fullmatch(text):
            return cls(name=f"{_SPELT.get(band[1], band[1])} band")
        if re.fullmatch(r"(?:your |own )?body ?weight(?: only)?", text):
            return cls(name=BODY_WEIGHT)
        return cls(name=_words(value, "a weight such as 2 kg or 5 lb, a band such as red band"))

    def __str__(self) -> str:
        return self.name or str(self.weight or "?")


class Tempo(Parsed, frozen=True):
    """How fast each repetition is.

    ``seconds`` are in order: to move, to hold there, to move back, and, if there is a fourth, to
    wait before the next repetition. Otherwise the tempo is given in ``words``.
    """

    seconds: tuple[int, ...] = ()
    words: str = ""

    @classmethod
    def _parse(cls, value: Any) -> Self:
        """Return ``"3-1-3"`` (move, hold, move back) or ``"3-1-3-1"`` (and wait) as a `Tempo`.

        It may be given in words without a number: ``"slow and steady"``.
        """
        text = plain_words(value)
        if re.fullmatch(r"\d{1,2}(?:[-–/]\d{1,2}){2,3}", text):
            seconds = tuple(map(int, re.split(r"[-–/]", text)))
            if not (seconds[0] and seconds[2]):
                raise ValueError("must have at least 1 second to move and 1 second to move back")
            if max(seconds) > _LONGEST_MOVE:
                raise ValueError(f"must have at most {_LONGEST_MOVE} seconds, not {max(seconds)}")
            return cls(seconds)
        return cls(words=_words(value, "seconds to move, hold and move back, such as 3-1-3"))

    def __str__(self) -> str:
        return self.words or "-".join(map(str, self.seconds))


class Scale(Struct, frozen=True):
    """The ends of a scale of effort."""

    low: int
    high: int


UNTIL = "until"
SCALES = {"RPE": Scale(0, 10), "Borg": Scale(6, 20)}
"""Ratings of perceived exertion: from 0 to 10 (as Borg's CR10), and Borg's from 6 to 20."""
_EFFORT = re.compile(rf"(rpe|borg|effort)?\s*{RANGE}(?:\s*(?:/|of|out of)\s*(10|20))?")


class Effort(Parsed, frozen=True):
    """How hard it should feel: until it feels hard, or from ``low`` to ``high`` on a ``scale``."""

    scale: str = UNTIL
    low: int = 0
    high: int = 0

    @classmethod
    def _parse(cls, value: Any) -> Self:
        """Return ``"until it feels hard"``, ``"RPE 5-6"``, ``"5/10"`` or ``"Borg 13"``."""
        text = plain_words(value)
        if re.fullmatch(r"until (?:it )?(?:feels|is|gets) hard", text):
            return cls()
        match = _EFFORT.fullmatch(text)
        named = match and (match[1] or match[4])
        if not match or not named:
            raise ValueError(
                f"must be until it feels hard, RPE 5-6 (of 0 to 10) or Borg 13 (of 6 to 20), "
                f"not {quoted(value)}"
            )
        scale = "Borg" if "borg" in named or match[4] == "20" else "RPE"
        ends, low = SCALES[scale], int(match[2])
        high = int(match[3] or low)
        rising(low, high, match[0])
        if low < ends.low or high > ends.high or (match[4] and match[4] != str(ends.high)):
            raise ValueError(f"must be on its scale, {ends.low} to {ends.high}, not {value}")
        return cls(scale, low, high)

    def __str__(self) -> str:
        if self.scale == UNTIL:
            return "until it feels hard"
        return f"{self.scale} {as_written(self.low, self.high)}"
