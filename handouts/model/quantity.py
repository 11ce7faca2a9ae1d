"""Quantity: numbers of a dose with what they count, as their author wrote them."""

import re
from typing import Annotated, Any, NamedTuple

from msgspec import Struct
from pydantic import (
    AfterValidator,
    BeforeValidator,
    GetCoreSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from handouts.model.base import printable


class Parsed(Struct, frozen=True):
    """What a parser has made of a text: there is nothing left to check."""

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: Any, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the schema of an instance."""
        return core_schema.is_instance_schema(cls, ref=f"{__name__}.{cls.__name__}")


class Quantity(Parsed, frozen=True):
    """A whole number, a range, or a blank for the clinician's pen.

    ``low`` and ``high`` are equal for a plain number and both None for a blank. A duration is
    in seconds; ``unit`` keeps what the author wrote (``s``, ``min`` or ``breaths``), since minutes
    on a hold are a known slip of the pen.
    """

    low: int | None
    high: int | None
    unit: str = ""

    @property
    def blank(self) -> bool:
        """True where the clinician fills in the number by hand."""
        return self.low is None

    @property
    def is_range(self) -> bool:
        """True for ``10-15``."""
        return self.low != self.high

    def __str__(self) -> str:
        return _shown(self.low, self.high)


class Measured(Parsed, frozen=True):
    """A number with its unit, a range, or a blank: ``2.5 kg``, ``20-30 min``, ``? steps``."""

    low: float | None
    high: float | None
    unit: str

    @property
    def blank(self) -> bool:
        """True where the clinician fills in the number by hand."""
        return self.low is None

    @property
    def is_range(self) -> bool:
        """True for ``20-30 min``."""
        return self.low != self.high

    def __str__(self) -> str:
        return f"{_shown(self.low, self.high)} {self.unit}".strip()


class Load(Parsed, frozen=True):
    """What makes an exercise harder: a weight, a thing by its name, or a blank (neither)."""

    weight: Measured | None = None
    name: str = ""

    @property
    def blank(self) -> bool:
        """True where the clinician fills it in by hand."""
        return not self.name and (self.weight is None or self.weight.blank)

    def __str__(self) -> str:
        return self.name or str(self.weight or "?")


class Tempo(Parsed, frozen=True):
    """How fast each repetition is.

    ``seconds`` in the order in which it is done: to move, to hold there, to move back, and, if
    there is a fourth, to wait before the next. Or it is said in ``words``.
    """

    seconds: tuple[int, ...] = ()
    words: str = ""

    def __str__(self) -> str:
        return self.words or "-".join(map(str, self.seconds))


UNTIL = "until"


class Effort(Parsed, frozen=True):
    """How hard it is to feel: until it feels hard, or from ``low`` to ``high`` on a ``scale``."""

    scale: str = UNTIL
    low: int = 0
    high: int = 0

    def __str__(self) -> str:
        if self.scale == UNTIL:
            return "until it feels hard"
        return f"{self.scale} {_shown(self.low, self.high)}"


def _shown(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "?"
    return f"{low:g}" if low == high else f"{low:g}-{high:g}"


BLANK = Quantity(None, None)


_TO = r"\s*(?:-|–|to)\s*"
_RANGE = rf"(\d{{1,4}})(?:{_TO}(\d{{1,4}}))?"
_COUNT = re.compile(_RANGE)
_DURATION = re.compile(_RANGE + r"\s*([a-z]+)")
_SECONDS_PER = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), ("s", 1)),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), ("min", 60)),
    **dict.fromkeys(("breath", "breaths"), ("breaths", 1)),
}


def _quantity(match: re.Match[str], unit: str = "", factor: int = 1) -> Quantity:
    low = int(match[1])
    high = int(match[2]) if match[2] else low
    _rising(low, high, match[0])
    return Quantity(low * factor, high * factor, unit)


def _rising(low: float, high: float, text: str) -> None:
    if high < low:
        raise ValueError(f"a range runs from low to high, not {text.strip()}")


def parse_count(value: Any) -> Quantity:
    """Return ``3``, ``"10-15"`` or ``"?"`` (blank) as a `Quantity`.

    Raises:
        ValueError: if it is none of these.
    """
    if isinstance(value, Quantity):
        return value
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("must be a whole number, a range such as 10-15, or ?")
    text = str(value).strip().lower()
    if text == "?":
        return BLANK
    match = _COUNT.fullmatch(text)
    if not match:
        raise ValueError(f'must be a whole number, a range such as 10-15, or ?, not "{value}"')
    return _quantity(match)


def parse_duration(value: Any) -> Quantity:
    """Return ``"20 s"``, ``"20-30 s"``, ``"1 min"``, ``"5 breaths"`` or ``"?"`` as a `Quantity`.

    It counts seconds, or breaths.

    Raises:
        ValueError: without a unit, or for anything else.
    """
    if isinstance(value, Quantity):
        return value
    text = str(value).strip().lower()
    if text == "?":
        return BLANK
    match = _DURATION.fullmatch(text)
    if not match or match[3] not in _SECONDS_PER:
        raise ValueError(f'must be a time with its unit, such as 5 s or 20-30 s, not "{value}"')
    unit, factor = _SECONDS_PER[match[3]]
    return _quantity(match, unit, factor)


_FRACTIONS = {"¼": 0.25, "½": 0.5, "¾": 0.75, "1/4": 0.25, "1/2": 0.5, "3/4": 0.75}
NUMBER = r"(?:\d{1,5}(?:\.\d{1,2})?(?:\s*[¼½¾]|\s+[13]/[24])?|[¼½¾]|[13]/[24])"
"""A number as a clinician writes it: ``2``, ``2.5``, ``½``, ``1 1/2``."""

_MEASURED = re.compile(rf"(?:({NUMBER})(?:{_TO}({NUMBER}))?|\?)\s*([a-z]+)")
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
WEIGHT_UNITS = {
    "kg": "kg kgs kilo kilos kilogram kilograms",
    "lb": "lb lbs pound pounds",
}


def spellings(units: dict[str, str], but: tuple[str, ...] = ()) -> str:
    """Return the alternatives of a pattern for the spellings of units, the longest first."""
    names = " ".join(spelt for unit, spelt in units.items() if unit not in but).split()
    return "|".join(sorted(names, key=len, reverse=True))


SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}
METERS = {"m": 1.0, "km": 1000.0, "mi": 1609.344, "yd": 0.9144, "ft": 0.3048}
KILOGRAMS = {"kg": 1.0, "lb": 0.45359237}
WHOLE_UNITS = ("s", "steps", "rounds", "laps")
BANDS = (
    "yellow", "red", "green", "blue", "black", "silver", "gold", "gray", "tan", "purple",
    "orange", "pink", "white",
)  # fmt: skip
"""Colours of exercise bands. Which is the stronger differs by maker."""
_SPELT = {"grey": "gray", "golden": "gold", "beige": "tan", "violet": "purple"}
_COLOURS = "|".join((*BANDS, *_SPELT))
_BAND = re.compile(rf"(?:an? |the )?({_COLOURS})(?: (?:exercise|resistance))? band")
BODY_WEIGHT = "body weight"


def _number(text: str | None) -> float | None:
    if not text:
        return None
    whole, fraction = text.strip(), 0.0
    for sign, value in _FRACTIONS.items():
        if whole.endswith(sign):
            whole, fraction = whole.removesuffix(sign).strip(), value
            break
    return float(whole or 0) + fraction


def _measured(text: str, units: dict[str, str]) -> Measured | None:
    """Return a number and its unit; None where it is not written so."""
    match = _MEASURED.fullmatch(text)
    unit = next((unit for unit, names in units.items() if match and match[3] in names.split()), "")
    if not match or not unit:
        return None
    low = _number(match[1])
    high = _number(match[2]) if match[2] else low
    if low is None or high is None:
        return Measured(None, None, unit)
    _rising(low, high, match[0])
    if low <= 0:
        raise ValueError(f"must be more than 0, not {low:g}")
    if unit in WHOLE_UNITS and (low % 1 or high % 1):
        raise ValueError(f"must be a whole number of {unit}, not {_shown(low, high)}")
    return Measured(low, high, unit)


def _plain(value: Any) -> str:
    return " ".join(str(value).split()).lower()


def parse_amount(value: Any) -> Measured:
    """Return ``"20 min"``, ``"2000 steps"``, ``"0.5 mile"``, ``"3 rounds"`` as a `Measured`.

    Raises:
        ValueError: without a unit, or for anything else.
    """
    if isinstance(value, Measured):
        return value
    text = _plain(value)
    found = _measured(text, AMOUNT_UNITS) if isinstance(value, str) else None
    if found is None:
        raise ValueError(
            f'must be an amount with its unit, such as 20 min, 2000 steps or 500 m, not "{value}"'
        )
    return found


def parse_load(value: Any) -> Load:
    """Return ``"2 kg"``, ``"5 lb"``, ``"red band"``, ``"body weight"`` or ``"?"`` as a `Load`.

    Anything else may be said in words without a number: ``"a bottle of water"``.

    Raises:
        ValueError: for a number without a known unit, and words that are too many.
    """
    if isinstance(value, Load):
        return value
    text = _plain(value)
    if text == "?":
        return Load()
    if isinstance(value, str) and (weight := _measured(text, WEIGHT_UNITS)):
        return Load(weight)
    if band := _BAND.fullmatch(text):
        return Load(name=f"{_SPELT.get(band[1], band[1])} band")
    if re.fullmatch(r"(?:your |own )?body ?weight(?: only)?", text):
        return Load(name=BODY_WEIGHT)
    return Load(name=_words(value, "a weight such as 2 kg or 5 lb, a band such as red band"))


def parse_tempo(value: Any) -> Tempo:
    """Return ``"3-1-3"`` (move, hold, move back) or ``"3-1-3-1"`` (and wait) as a `Tempo`.

    It may be said in words without a number: ``"slow and steady"``.

    Raises:
        ValueError: for other numbers.
    """
    if isinstance(value, Tempo):
        return value
    text = _plain(value)
    if re.fullmatch(r"\d{1,2}(?:[-–/]\d{1,2}){2,3}", text):
        seconds = tuple(map(int, re.split(r"[-–/]", text)))
        if not (seconds[0] and seconds[2]):
            raise ValueError("must have at least 1 second to move and 1 second to move back")
        if max(seconds) > _LONGEST_MOVE:
            raise ValueError(f"must have at most {_LONGEST_MOVE} seconds, not {max(seconds)}")
        return Tempo(seconds)
    return Tempo(words=_words(value, "seconds to move, hold and move back, such as 3-1-3"))


_LONGEST_MOVE = 20


def _words(value: Any, expected: str) -> str:
    """Return free words: they hold no number, which would be one that code cannot print."""
    words = printable(value) if isinstance(value, str) else ""
    if not 0 < len(words) <= _LONGEST_WORDS or any(letter.isdigit() for letter in words):
        raise ValueError(f'must be {expected}, or words without a number, not "{value}"')
    return words


_LONGEST_WORDS = 60


class Scale(NamedTuple):
    """The ends of a scale of effort."""

    low: int
    high: int


SCALES = {"RPE": Scale(0, 10), "Borg": Scale(6, 20)}
"""Rating of perceived exertion from 0 to 10 (Borg's CR10 and its kin), and Borg's from 6 to 20."""

_EFFORT = re.compile(rf"(rpe|borg|effort)?\s*{_RANGE}(?:\s*(?:/|of|out of)\s*(10|20))?")


def parse_effort(value: Any) -> Effort:
    """Return ``"until it feels hard"``, ``"RPE 5-6"``, ``"5/10"`` or ``"Borg 13"`` as an `Effort`.

    Raises:
        ValueError: for anything else, and a number that the scale has not.
    """
    if isinstance(value, Effort):
        return value
    text = _plain(value)
    if re.fullmatch(r"until (?:it )?(?:feels|is|gets) hard", text):
        return Effort()
    match = _EFFORT.fullmatch(text)
    named = match and (match[1] or match[4])
    if not match or not named:
        raise ValueError(
            f"must be until it feels hard, RPE 5-6 (of 0 to 10) or Borg 13 (of 6 to 20), "
            f'not "{value}"'
        )
    scale = "Borg" if "borg" in named or match[4] == "20" else "RPE"
    ends, low = SCALES[scale], int(match[2])
    high = int(match[3] or low)
    _rising(low, high, match[0])
    if low < ends.low or high > ends.high or (match[4] and match[4] != str(ends.high)):
        raise ValueError(f"must be on its scale, {ends.low} to {ends.high}, not {value}")
    return Effort(scale, low, high)


def _at_least_one(quantity: Quantity) -> Quantity:
    if quantity.low is not None and quantity.low < 1:
        raise ValueError(f"must be at least 1, not {quantity.low}")
    return quantity


def at_most(limit: int) -> AfterValidator:
    """Return a validator: a count is no more than ``limit``."""

    def check(quantity: Quantity) -> Quantity:
        if quantity.high is not None and quantity.high > limit:
            raise ValueError(f"must be at most {limit}, not {quantity.high}")
        return quantity

    return AfterValidator(check)


_WRITTEN = PlainSerializer(str)
_SCHEMA, _TEXT = WithJsonSchema({"type": ["integer", "string"]}), WithJsonSchema({"type": "string"})
Count = Annotated[
    Quantity, BeforeValidator(parse_count), AfterValidator(_at_least_one), _WRITTEN, _SCHEMA
]
"""A whole number from 1, a range, or ``?``."""

Duration = Annotated[
    Quantity, BeforeValidator(parse_duration), AfterValidator(_at_least_one), _WRITTEN, _SCHEMA
]
"""A time with its unit, a range of times, or ``?``."""

ActivityAmount = Annotated[Measured, BeforeValidator(parse_amount), _WRITTEN, _TEXT]
"""How much of an activity: a time, steps, a distance, rounds or laps."""

AnyLoad = Annotated[Load, BeforeValidator(parse_load), _WRITTEN, _TEXT]
AnyTempo = Annotated[Tempo, BeforeValidator(parse_tempo), _WRITTEN, _TEXT]
AnyEffort = Annotated[Effort, BeforeValidator(parse_effort), _WRITTEN, _TEXT]
