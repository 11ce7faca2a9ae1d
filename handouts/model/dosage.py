"""Define a dosage: how much of an exercise, as numbers that code prints; never prose."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from typing_extensions import override

from handouts.model.base import FieldError, FieldErrors, PublicModel, as_tuple
from handouts.model.quantity import UNTIL, Duration, Effort, Load, Measured, Quantity, Tempo
from handouts.model.shorthand import EXAMPLE, parse_dose


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
        return _NUMBERS[self]


_NUMBERS = {day: number for number, day in enumerate(Weekday)}


def _member(kind: type[StrEnum]) -> BeforeValidator:
    """Return a validator that accepts the value of a member, which strict mode refuses."""
    return BeforeValidator(lambda value: kind(value) if value in list(kind) else value)


# A dose may also be text, so pydantic validates it as Python: then strict mode accepts only tuples
# and enum members.
Weekdays = Annotated[tuple[Annotated[Weekday, _member(Weekday)], ...], BeforeValidator(as_tuple)]
"""Days of the week, as a list in YAML."""

_COUNT_WORDS = "a whole number from 1, a range such as 10-15, or ?"
_TIME_WORDS = "a time with its unit, such as 5 s or 20-30 s, or ?"

SPREAD: dict[int, tuple[int, ...]] = {
    1: (0,), 2: (0, 3), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4), 6: (0, 1, 2, 3, 4, 5),
    7: (0, 1, 2, 3, 4, 5, 6),
}  # fmt: skip
"""Offsets from the first day, by the number of days a week, with rest between if possible."""


class TimeOfDay(StrEnum):
    """Named times of day, in their order."""

    MORNING = "morning"
    NOON = "noon"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    BEDTIME = "bedtime"


class Comfort(StrEnum):
    """What is left to comfort: how far to move, how many times, how long."""

    FAR = "far"
    MANY = "many"
    LONG = "long"


TimesOfDay = Annotated[
    tuple[Annotated[TimeOfDay, _member(TimeOfDay)], ...],
    Field(min_length=1),
    BeforeValidator(as_tuple),
]
"""Named times of day, as a list in YAML."""

LAST_WEEK = 12


def _week(value: Any) -> int:
    """Return the week from which a dose changes.

    Raises:
        ValueError: if it is not a week from 2 to `LAST_WEEK`.
    """
    week = int(value) if str(value).isdecimal() else 0
    if not 1 < week <= LAST_WEEK:
        raise ValueError(f"from_week has weeks from 2 to {LAST_WEEK}: week 1 is the dose itself")
    return week


_Week = Annotated[int, BeforeValidator(_week)]


def _days_of_a_week(days: Quantity) -> Quantity:
    if days.high is not None and days.high > len(Weekday):
        raise ValueError(f"must be at most {len(Weekday)}, not {days.high}")
    return days


WAKING_HOURS = 14
"""The hours that "every two hours" divides: from getting up to going to bed, about 8 to 22."""

_MOST_HOURS = 6

_EXCLUSIVE = (
    ("amount", "repetitions", "hold", "tempo"),
    ("tempo", "hold", "no_hold"),
    ("hold", "no_hold"),
    ("comfort: many", "repetitions", "amount"),
    ("comfort: long", "repetitions", "amount", "hold"),
    ("every_hours", "times_per_day", "times_of_day"),
    ("every_other_day", "days", "days_per_week"),
)
"""A field, and the fields that contradict it: a dose states that field or some of the others, not
both. Where one dose is laid over another, a stated field replaces those that it contradicts."""


def _named(fields: Mapping[str, Any]) -> set[str]:
    """Return the names of the stated fields, as `_EXCLUSIVE` writes them.

    ``fields`` are those of a `Dosage`, or the keys and values of a file. A tempo in words is left
    out: it states no seconds, so it contradicts nothing.
    """
    stated = {name for name, value in fields.items() if value not in (None, False, ())}
    if "tempo" in stated and not re.search(r"\d", str(fields["tempo"])):
        stated.discard("tempo")
    return stated | ({f"comfort: {fields['comfort']}"} if "comfort" in stated else set())


def displaced(base: Mapping[str, Any], over: Mapping[str, Any]) -> set[str]:
    """Return the fields of ``base`` that ``over``, a dose laid over it, contradicts.

    Each is a `Dosage` by its fields, or a dose of a file by its keys. Named days replace a number
    of days a week, and the other way round.
    """
    stated, gone = _named(over), set[str]()
    for first, *others in _EXCLUSIVE:
        if first in stated:
            gone.update(others)
        if stated.intersection(others):
            gone.add(first)
    names = {name.split(":", maxsplit=1)[0] for name in gone & _named(base)}
    if over.get("days"):
        names.add("days_per_week")
    elif over.get("days_per_week"):
        names.add("days")
    return names & base.keys() - over.keys()


class Dosage(PublicModel):
    """How much, how long and how often. Absent fields say nothing; ``?`` leaves a line for the pen.

    ``repetitions`` count for each side if an exercise has sides (see ``per_side``). ``amount``
    measures an activity without repetitions (a walk of 20 min). ``from_week`` says what changes
    from a later week on; week 1 is the first week of the exercise. The dose of a prescription
    overrides that of its exercise field by field, and removes the fields that it contradicts.
    """

    expected: ClassVar = {
        **dict.fromkeys(("sets", "repetitions", "times_per_day"), _COUNT_WORDS),
        **dict.fromkeys(("hold", "rest", "rest_between_sides"), _TIME_WORDS),
        "amount": "an amount with its unit, such as 20 min, 2000 steps or 500 m",
        "load": "a weight such as 2 kg or 5 lb, red band, body weight, or ?",
        "tempo": "seconds to move, hold and move back, such as 3-1-3",
        "effort": "until it feels hard, RPE 5-6 or Borg 13",
        "comfort": "far, many or long",
        "every_hours": f"a whole number of hours from 1 to {_MOST_HOURS}",
        "times_of_day": "a list of morning, noon, afternoon, evening, bedtime",
        "days_per_week": "a whole number from 1 to 7, a range such as 3-5, or ?",
        "days": "a list of days, such as mon and thu",
        "from_week": f"doses by week, from 2 to {LAST_WEEK}",
        **dict.fromkeys(("per_side", "no_hold", "every_other_day"), "true or false"),
    }

    sets: Quantity | None = None
    repetitions: Quantity | None = None
    amount: Measured | None = None
    hold: Duration | None = None
    rest: Duration | None = None
    rest_between_sides: Duration | None = None
    load: Load | None = None
    tempo: Tempo | None = None
    effort: Effort | None = None
    comfort: Annotated[Comfort, _member(Comfort)] | None = None
    times_per_day: Quantity | None = None
    every_hours: Annotated[int, Field(ge=1, le=_MOST_HOURS)] | None = None
    times_of_day: TimesOfDay | None = None
    days_per_week: Annotated[Quantity, AfterValidator(_days_of_a_week)] | None = None
    days: Weekdays | None = None
    every_other_day: bool = False
    per_side: bool | None = None
    no_hold: bool = False
    from_week: "dict[_Week, Dosage]" = {}

    @model_validator(mode="before")
    @classmethod
    def _from_shorthand(cls, value: Any) -> Any:
        """Accept a dose that is written as text: see `handouts.model.shorthand`."""
        return parse_dose(value) if isinstance(value, str) else value

    @override
    def model_post_init(self, _context: Any) -> None:
        """Check that nothing is stated in two ways, and that weeks do not nest."""
        if faults := list(self._contradictions()):
            raise FieldErrors(faults)

    def _contradictions(self) -> Iterator[FieldError]:
        stated = _named(dict(self))
        for first, *others in _EXCLUSIVE:
            for other in others:
                if first in stated and other in stated:
                    name = first.split(":", maxsplit=1)[0]
                    message = f"{_words(first)} and {_words(other)} cannot both be given"
                    yield FieldError(message, f"keep one, or write {_words(name)} alone", name)
        times, named = self.times_per_day, self.times_of_day
        if times and named and (times.low, times.high) != (len(named), len(named)):
            message = f"{len(named)} times of day are named, but times per day is {times}"
            yield FieldError(message, "state only the times of day", "times_of_day")
        if named and len(set(named)) < len(named):
            yield FieldError("a time of day is named twice", "name it once", "times_of_day")
        for week, later in self.from_week.items():
            if later.from_week:
                message = f"the dose of week {week} contains weeks itself"
                yield FieldError(message, "give each week one dose", "from_week", str(week))

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe both forms, so that editors accept the text as well as the mapping."""
        shorthand = {"type": "string", "examples": [EXAMPLE]}
        return {"anyOf": [handler(core_schema), shorthand]}

    @property
    def sessions(self) -> int | None:
        """How many times a day to do it at first; None if the clinician fills that in."""
        if self.every_hours:
            return WAKING_HOURS // self.every_hours
        if self.times_of_day:
            return len(self.times_of_day)
        return 1 if self.times_per_day is None else self.times_per_day.low

    @property
    def open_ended(self) -> bool:
        """True if no number says how many times or how long, but only comfort or feeling hard."""
        goes_on = self.open_comfort is not None or self.until_hard
        return goes_on and not (self.repetitions or self.amount)

    @property
    def open_comfort(self) -> Comfort | None:
        """MANY or LONG if the times or the duration are left to comfort; None otherwise."""
        return None if self.comfort is Comfort.FAR else self.comfort

    @property
    def until_hard(self) -> bool:
        """True if it goes on until it feels hard."""
        return self.effort is not None and self.effort.scale == UNTIL

    @property
    def stops_when_hard(self) -> bool:
        """True if it ends when it feels hard, although a number or comfort limits it as well."""
        return self.until_hard and not (self.open_ended and self.open_comfort is None)

    @property
    def counts(self) -> bool:
        """True if it says how much to do, apart from how long to hold a position."""
        return bool(self.repetitions or self.amount) or self.open_ended

    def starting(self, weekday: int) -> "Dosage":
        """Return this dose for a patient who starts on a weekday, 0 for Monday.

        A plain number of days a week becomes named days. The start day is one of them, never a rest
        day. Named days stay. A range, a blank or nothing leaves the days open.
        """
        later = {week: dose.starting(weekday) for week, dose in self.from_week.items()}
        number = self.days_per_week
        if self.days or number is None or number.low is None or number.is_range:
            return self.model_copy(update={"from_week": later}) if later else self
        week, names = len(Weekday), tuple(Weekday)
        days = sorted((weekday + offset) % week for offset in SPREAD[number.low])
        changes = {"days": tuple(names[day] for day in days), "from_week": later}
        return self.model_copy(update=changes)

    def override(self, other: "Dosage | None") -> "Dosage":
        """Return this dose with the fields that ``other`` states in place of its own.

        Fields that ``other`` contradicts are removed, also from the doses of later weeks.
        """
        if other is None:
            return self
        stated = {name: getattr(other, name) for name in other.model_fields_set}
        defaults = {name: field.default for name, field in type(self).model_fields.items()}
        changes = {name: defaults[name] for name in displaced(dict(self), stated)} | stated
        if other.days is not None and other.days_per_week is None:
            changes["days_per_week"] = Quantity(len(other.days), len(other.days))
        if "from_week" not in stated and self.from_week:
            changes["from_week"] = self._later_under(stated)
        return self.model_copy(update=changes)

    def _later_under(self, stated: Mapping[str, Any]) -> "dict[int, Dosage]":
        """Return the doses of later weeks without the fields that are now stated for all weeks."""
        later = {}
        for week, dose in self.from_week.items():
            fields = {name: getattr(dose, name) for name in dose.model_fields_set}
            gone = stated.keys() | displaced(fields, stated)
            if kept := {name: value for name, value in fields.items() if name not in gone}:
                later[week] = type(self).model_construct(_fields_set=set(kept), **kept)
        return later

    def in_week(self, week: int) -> "Dosage":
        """Return the dose of one week, counted from 1, without the changes of later weeks."""
        dose: Dosage = self
        for first, change in sorted(self.from_week.items()):
            if first <= week:
                dose = dose.override(change)
        return dose.model_copy(update={"from_week": {}}) if dose.from_week else dose


def _words(name: str) -> str:
    """Return the name of a field in words."""
    return (
        name.replace("_", " ")
        .replace("comfort: many", "as many as is comfortable")
        .replace("comfort: long", "as long as is comfortable")
    )
