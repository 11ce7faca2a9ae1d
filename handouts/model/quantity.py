"""Define the numbers of a dose as their author wrote them: counts, times, loads, tempo, effort."""

import re
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Self

from msgspec import Struct
from pydantic import BeforeValidator, PlainSerializer

from handouts.errors import quoted
from handouts.model.base import Parsed, printable

TO = r"\s*(?:-|–|to)\s*"
_MOST = 9999
"""More of anything is a typing error; limits of doses say whether a dose is too high."""
_COUNTED = r"(\d{1,400})"
RANGE = rf"{_COUNTED}(?:{TO}{_COUNTED})?"
_COUNT = re.compile(RANGE)
_DURATION = re.compile(RANGE + r"\s*([a-z]+)")
_SECONDS_PER = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), ("s", 1)),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), ("min", 60)),
    **dict.fromkeys(("breath", "breaths"), ("breaths", 1)),
}


class Ranged(Parsed, frozen=True):
    """A number, a range, or a blank: ``low`` and ``high`` are equal, differ, or are both None."""

    low: float | None
    high: float | None

    @property
    def blank(self) -> bool:
        """True if the clinician fills in the number by hand."""
        return self.low is None

    @property
    def is_range(self) -> bool:
        """True for ``10-15``."""
        return self.low != self.high


class Quantity(Ranged, frozen=True):
    """A whole number from 1, a range, or a blank (``?``) for the clinician's pen.

    ``low`` and ``high`` are equal for a plain number and both None for a blank. A duration is
    in seconds or in breaths. Its ``unit`` is what the author wrote (``s``, ``min`` or
    ``breaths``), because a hold in minutes is a common mistake, which `check` reports.
    """

    low: int | None
    high: int | None
    unit: str = ""

    written: ClassVar = {"type": ["integer", "string"]}

    @classmethod
    def _parse(cls, value: Any) -> Self:
        """Return ``3``, ``"10-15"`` or ``"?"`` (blank) as a count."""
        expected = "must be a whole number, a range such as 10-15, or ?"
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise ValueError(expected)
        text = str(value).strip().lower()
        if text == "?":
            return cls(None, None)
        match = _COUNT.fullmatch(text)
        if not match:
            raise ValueError(f"{expected}, not {quoted(value)}")
        return cls._matched(match)

    @classmethod
    def read_time(cls, value: Any) -> Self:
        """Return ``"20 s"``, ``"20-30 s"``, ``"1 min"``, ``"5 breaths"`` or ``"?"`` as a time."""
        if isinstance(value, cls):
            return value
        text = str(value).strip().lower()
        if text == "?":
            return cls(None, None)
        match = _DURATION.fullmatch(text)
        if not match or match[3] not in _SECONDS_PER:
            raise ValueError(
                f"must be a time with its unit, such as 5 s or 20-30 s, not {quoted(value)}"
            )
        return cls._matched(match, *_SECONDS_PER[match[3]])

    @classmethod
    def _matched(cls, match: re.Match[str], unit: str = "", factor: int = 1) -> Self:
        low = int(match[1])
        high = int(match[2]) if match[2] else low
        rising(low, high, match[0])
        if high > _MOST:
            raise ValueError(f"must be at most {_MOST} {unit}".rstrip())
        if low < 1:
            raise ValueError(f"must be at least 1, not {low}")
        return cls(low * factor, high * factor, unit)

    @property
    def in_unit(self) -> "Quantity":
        """A time in the unit its author wrote: minutes as minutes, not seconds."""
        if self.unit != "min" or self.low is None or self.high is None:
            return self
        return Quantity(self.low // 60, self.high // 60, self.unit)

    def __str__(self) -> str:
        return as_written(self.low, self.high)


def _written_time(time: Quantity) -> str:
    """Return a time as it may be written, so that reviews tell 5 seconds from 5 breaths."""
    return f"{time.in_unit} {time.unit}".strip()


Duration = Annotated[Quantity, BeforeValidator(Quantity.read_time), PlainSerializer(_written_time)]
"""A time with its unit, a range of times, or ``?``."""


def as_written(low: float | None, high: float | None) -> str:
    """Return a number, a range or a blank as it is written: ``2.5``, ``20-30``, ``?``."""
    if low is None or high is None:
        return "?"
    first, last = f"{low:.7g}", f"{high:.7g}"
    return first if low == high else f"{first}-{last}"


def rising(low: float, high: float, text: str) -> None:
    """Check that a range runs from low to high.

    Raises:
        ValueError: if it does not.
    """
    if high < low:
        raise ValueError(f"a range runs from low to high, not {text.strip()}")


_SIGNS = str.maketrans({"¼": " 1/4", "½": " 1/2", "¾": " 3/4"})
_SLASHED = r"(?:1/4|1/2|3/4)"
NUMBER = rf"(?:\d{{1,5}}(?:\.\d{{1,2}}|\s*[¼½¾]|\s+{_SLASHED})?|[¼½¾]|{_SLASHED})"
"""A number as a clinician writes it: ``2``, ``2.5``, ``½``, ``1 1/2``."""

_MEASURED = re.compile(rf"(?:({NUMBER})(?:{TO}({NUMBER}))?|\?)\s*([a-z]+)")
AMOUNT_UNITS = {
    "s": "s sec secs second seconds",
    "min": "min mins minute minutes",
    "h": "h hr hrs hour hours",
    "steps": "step steps",
    "m": "m meter meters metre metres",
    "km": "km kms kilometer kilometers kilometre kilometres",
    "mi": "mi mile miles",
    "yd": "yd yds yard yards",
    "ft": "ft foot feet",
    "rounds": "round rounds",
    "laps": "lap laps",
}
WEIGHT_UNITS = {"kg": "kg kgs kilo kilos kilogram kilograms", "lb": "lb lbs pound pounds"}


def spellings(units: dict[str, str], but: tuple[str, ...] = ()) -> str:
    """Return the alternatives of a pattern for the spellings of units, the longest first."""
    names = " ".join(spelt for unit, spelt in units.items() if unit not in but).split()
    return "|".join(sorted(names, key=len, reverse=True))


SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}
METERS = {"m": 1.0, "km": 1000.0, "mi": 1609.344, "yd": 0.9144, "ft": 0.3048}
KILOGRAMS = {"kg": 1.0, "lb": 0.45359237}
WHOLE_UNITS = ("s", "steps", "rounds", "laps")


def _number(text: str) -> float:
    return float(sum(map(Fraction, text.translate(_SIGNS).split())))


def plain_words(value: Any) -> str:
    """Return a text in lower case with single spaces."""
    return " ".join(str(value).split()).lower()


class Measured(Ranged, frozen=True):
    """A number with its unit, a range, or a blank: ``2.5 kg``, ``20-30 min``, ``? steps``.

    As a field it is how much of an activity: a time, steps, a distance, rounds or laps.
    """

    unit: str

    @classmethod
    def _parse(cls, value: Any) -> Self:
        """Return ``"20 min"``, ``"2000 steps"``, ``"0.5 mile"`` or ``"3 rounds"`` as an amount."""
        found = cls.of(plain_words(value), AMOUNT_UNITS) if isinstance(value, str) else None
        if found is None:
            raise ValueError(
                "must be an amount with its unit, such as 20 min, 2000 steps or 500 m, "
                f"not {quoted(value)}"
            )
        return found

    @classmethod
    def of(cls, text: str, units: dict[str, str]) -> Self | None:
        """Return a number and its unit; None if the text is something else."""
        match = _MEASURED.fullmatch(text)
        names = match[3] if match else ""
        unit = next((unit for unit, known in units.items() if names in known.split()), "")
        if not match or not unit:
            return None
        if match[1] is None:
            return cls(None, None, unit)
        low = _number(match[1])
        high = _number(match[2]) if match[2] else low
        rising(low, high, match[0])
        if low <= 0:
            raise ValueError(f"must be more than 0, not {low:g}")
        if unit in WHOLE_UNITS and (low % 1 or high % 1):
            raise ValueError(f"must be a whole number of {unit}, not {as_written(low, high)}")
        return cls(low, high, unit)

    def __str__(self) -> str:
        return f"{as_written(self.low, self.high)} {self.unit}".strip()


# -- how hard it is: load, tempo and effort

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
