"""Dosage: how much of an exercise, as numbers that code prints; never prose."""

import re
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self

from msgspec import Struct
from pydantic import (
    AfterValidator,
    BeforeValidator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from handouts.model.base import Line, PublicModel, as_tuple
from handouts.model.shorthand import EXAMPLE, parse_dose


class Quantity(Struct, frozen=True):
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

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: Any, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the schema of what a parser has made: there is nothing left to check."""
        return core_schema.is_instance_schema(cls, ref=f"{__name__}.Quantity")

    def __str__(self) -> str:
        if self.blank:
            return "?"
        return f"{self.low}-{self.high}" if self.is_range else str(self.low)


BLANK = Quantity(None, None)


_RANGE = r"(\d{1,4})\s*(?:(?:-|–|to)\s*(\d{1,4}))?"
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
    if high < low:
        raise ValueError(f"a range runs from low to high, not {match[0].strip()}")
    return Quantity(low * factor, high * factor, unit)


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


def _at_least_one(quantity: Quantity) -> Quantity:
    if quantity.low is not None and quantity.low < 1:
        raise ValueError(f"must be at least 1, not {quantity.low}")
    return quantity


def _at_most(limit: int) -> AfterValidator:
    def check(quantity: Quantity) -> Quantity:
        if quantity.high is not None and quantity.high > limit:
            raise ValueError(f"must be at most {limit}, not {quantity.high}")
        return quantity

    return AfterValidator(check)


_SCHEMA = WithJsonSchema({"type": ["integer", "string"]})
Count = Annotated[
    Quantity,
    BeforeValidator(parse_count),
    AfterValidator(_at_least_one),
    PlainSerializer(str),
    _SCHEMA,
]
"""A whole number from 1, a range, or ``?``."""

Duration = Annotated[
    Quantity,
    BeforeValidator(parse_duration),
    AfterValidator(_at_least_one),
    PlainSerializer(str),
    _SCHEMA,
]
"""A time with its unit, a range of times, or ``?``."""


class Weekday(StrEnum):
    """Days as written in YAML; Monday first (ISO 8601)."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"

    @property
    def number(self) -> int:
        """0 for Monday to 6 for Sunday, as `datetime.date.weekday`."""
        return list(Weekday).index(self)


def _as_weekday(value: Any) -> Any:
    return Weekday(value) if value in list(Weekday) else value


# Beside its text form a dose is read as Python, whose strict rules ask for tuples and members.
Weekdays = Annotated[
    tuple[Annotated[Weekday, BeforeValidator(_as_weekday)], ...], BeforeValidator(as_tuple)
]
"""Days of the week, as a list in YAML."""


_COUNT_WORDS = "a whole number from 1, a range such as 10-15, or ?"
_TIME_WORDS = "a time with its unit, such as 5 s or 20-30 s, or ?"


SPREAD: dict[int, tuple[int, ...]] = {
    1: (0,),
    2: (0, 3),
    3: (0, 2, 4),
    4: (0, 1, 3, 4),
    5: (0, 1, 2, 3, 4),
    6: (0, 1, 2, 3, 4, 5),
    7: (0, 1, 2, 3, 4, 5, 6),
}
"""Days from the first one on for a number of days a week, with rest between where that can be."""


class Dosage(PublicModel):
    """How much, how long and how often. Absent fields say nothing; ``?`` leaves a line for the pen.

    ``repetitions`` counts each side where an exercise has sides (``per_side``). A dose of a
    prescription overrides that of its exercise field by field.
    """

    expected: ClassVar = {
        **dict.fromkeys(("sets", "repetitions", "times_per_day"), _COUNT_WORDS),
        **dict.fromkeys(("hold", "rest"), _TIME_WORDS),
        "days_per_week": "a whole number from 1 to 7, a range such as 3-5, or ?",
        "days": "a list of days, such as mon and thu",
        **dict.fromkeys(("per_side", "no_hold"), "true or false"),
    }

    sets: Count | None = None
    repetitions: Count | None = None
    hold: Duration | None = None
    rest: Duration | None = None
    load: Line | None = None
    tempo: Line | None = None
    times_per_day: Count | None = None
    days_per_week: Annotated[Count, _at_most(7)] | None = None
    days: Weekdays | None = None
    per_side: bool | None = None
    no_hold: bool = False

    @model_validator(mode="before")
    @classmethod
    def _from_shorthand(cls, value: Any) -> Any:
        """Let a dose be written as text: see `handouts.model.shorthand`."""
        return parse_dose(value) if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe both forms, so that editors accept the text as well as the mapping."""
        shorthand = {"type": "string", "examples": [EXAMPLE]}
        return {"anyOf": [handler(core_schema), shorthand]}

    def starting(self, weekday: int) -> Self:
        """Return this dose for a patient who starts on a weekday, 0 for Monday.

        A plain number of days a week becomes days from that one on: the first day is none of
        rest. Days that are named stay; a range, a blank or nothing leaves the days open.
        """
        number = self.days_per_week
        if self.days or number is None or number.low is None or number.is_range:
            return self
        week, names = len(Weekday), tuple(Weekday)
        days = sorted((weekday + offset) % week for offset in SPREAD[number.low])
        return self.model_copy(update={"days": tuple(names[day] for day in days)})

    def override(self, other: Self | None) -> Self:
        """Return this dose with every field that ``other`` states put in its place."""
        if other is None:
            return self
        stated = {name: getattr(other, name) for name in other.model_fields_set}
        if stated.get("no_hold"):
            stated["hold"] = None
        elif stated.get("hold") is not None:
            stated["no_hold"] = False
        if "days_per_week" in stated and "days" not in stated:
            stated["days"] = None
        if stated.get("days") is not None and "days_per_week" not in stated:
            stated["days_per_week"] = Quantity(len(stated["days"]), len(stated["days"]))
        return self.model_copy(update=stated)
