"""Define the request for a handout, the order that one is made from, and the time it takes."""

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from msgspec import Struct, field
from msgspec.structs import replace
from pydantic import Field

from handouts.model.base import Id, Line, Paragraph, PublicModel
from handouts.model.clinic import AffectedSide, Checked, Clinic, Clinician, Mode, Paper, Pictures
from handouts.model.dosage import Dosage
from handouts.model.exercise import DoseKind, Exercise
from handouts.model.layout import Layout
from handouts.model.locale import Locale
from handouts.model.program import Prescription, Program, Safety, Selection
from handouts.model.quantity import METERS, SECONDS, Quantity


class Side(StrEnum):
    """The side on which this patient does an exercise.

    SORE is the affected side while nobody knows which it is: the handout says "sore side" and has
    boxes to mark it.
    """

    TOGETHER = "together"
    EACH = "each"
    ALTERNATE = "alternate"
    LEFT = "left"
    RIGHT = "right"
    SORE = "sore"


PAPER_SIZES = {Paper.LETTER: (612.0, 792.0), Paper.A4: (595.28, 841.89)}
"""Width and height in points (ANSI/ASME Y14.1; ISO 216)."""

_EARLIEST, _LATEST = dt.date(2000, 1, 1), dt.date(2199, 12, 31)
"""A date outside this range is a typing error."""


class Patient(PublicModel):
    """The person a handout is for; every field is optional.

    Nothing here may reach a log, a message, a file name or PDF metadata.
    """

    expected: ClassVar = {
        "affected_side": "left, right or both",
        "start_date": f"a date from {_EARLIEST.year} to {_LATEST.year}, such as 2026-12-01",
        "next_visit": "a date, or a date and time, such as 2026-12-01T10:30",
        "note": "text of 1 to 1200 printable characters",
    }

    reference: Line | None = None
    name: Line | None = None
    preferred_name: Line | None = None
    affected_side: AffectedSide | None = None
    clinician: Line | None = None
    start_date: Annotated[dt.date, Field(ge=_EARLIEST, le=_LATEST)] | None = None
    next_visit: dt.datetime | dt.date | None = None
    note: Paragraph | None = None


LAST_BEGINNING = 52
"""The last week of a program in which a handout may begin."""

FirstWeek = Annotated[int, Field(ge=1, le=LAST_BEGINNING)]
"""The week of a program in which a handout begins."""


class PatientFile(Patient):
    """A patient's YAML: the person, which exercises of a program they get, and their own doses.

    ``from_week`` is the week of the program in which the handout begins.
    """

    exercises: Selection | None = None
    from_week: FirstWeek = 1
    doses: dict[Id, Dosage] = {}


class OrderRequest(Struct, frozen=True):
    """A request for one handout: ids, the patient, and what differs from the defaults.

    ``language`` and ``paper`` default to the clinic's; ``clinician`` is an id or name.
    ``exercises`` are those of the program that this patient gets, such as ``"1, 3, bird-dog"`` or
    ``"all"``. Without them the patient gets all; in a program to choose from, only a blank handout
    may leave them out.
    ``doses`` change the dose of exercises of the program for this patient, field by field.
    ``from_week`` is the week of the program in which the handout begins, from 1: the patient has
    done the weeks before it.
    ``token`` stands for the patient's reference in the PDF. ``pictures`` default to those of the
    layout, or else of the clinic.
    ``composed_from``: a clinician has put the program together for this patient, from the program
    with this id or, if it is empty, from nothing. Its texts are then those of that program, and
    the list itself needs no review.
    """

    program: str
    clinic: str
    layout: str = "standard"
    patient: Patient = field(default_factory=Patient)
    language: str | None = None
    paper: Paper | None = None
    mode: Mode = Mode.COLOUR
    clinician: str | None = None
    exercises: Selection | str | None = None
    doses: Mapping[str, Dosage] = field(default_factory=dict)
    from_week: int = 1
    token: str | None = None
    composed_from: str | None = None
    pictures: Pictures | None = None


def first_name(name: str | None, preferred: str | None) -> str | None:
    """Return the name to print where others may read it, as on a fridge.

    It is the preferred name, or else the first word of the name that is not a title ("Dr.").
    """
    words = [word for word in (name or "").split() if not word.endswith(".")]
    return preferred or (words[0] if words else name)


class OrderedExercise(Struct, frozen=True):
    """One exercise as prescribed: variant applied, dose overridden, side resolved.

    ``number`` is the exercise's number on the sheet, from 1. ``phase`` is the name of the phase
    that starts with this exercise, if it has one. The exercise begins in week ``from_week``, and
    only when the condition ``when``, if there is one, is met. The handout begins in
    ``first_week``; the patient has done the exercise for ``weeks_done`` weeks before that.
    """

    number: int
    exercise: Exercise
    prescription: Prescription
    dosage: Dosage
    side: Side
    phase: str | None = None
    from_week: int = 1
    when: str | None = None
    first_week: int = 1
    weeks_done: int = 0

    @property
    def weeks(self) -> tuple[int, ...]:
        """The weeks of the program in which its dose changes, beginning with its first week.

        The weeks of a dose count from the first week of the exercise.
        """
        return (
            self.from_week,
            *(self.from_week + week - 1 for week in sorted(self.dosage.from_week)),
        )

    @property
    def later(self) -> bool:
        """Whether it begins after the first week of the handout."""
        return self.from_week > self.first_week

    @property
    def minutes(self) -> int | None:
        """The whole minutes that one session takes, at least 1; None if that is unknown."""
        taken = seconds(self.exercise, self.dosage, self.side)
        return None if taken is None else max(1, math.floor(taken / 60 + 0.5))

    def in_week(self, week: int) -> Self:
        """Return the exercise with its dose of one week of the program."""
        if not self.dosage.from_week:
            return self
        return replace(self, dosage=self.dosage.in_week(week - self.from_week + 1))

    def beginning(self, week: int) -> Self:
        """Return the exercise for a handout that begins in a week of the program.

        An exercise that began earlier begins with the handout, in the dose of that week; doses of
        later weeks count from there. A condition that it waits for stays, because nobody knows
        whether it is met by then.
        """
        if self.from_week >= week:
            return replace(self, first_week=week)
        done = week - self.from_week
        dose = self.dosage.in_week(done + 1)
        later = {
            first - done: change
            for first, change in self.dosage.from_week.items()
            if first > done + 1
        }
        dosage = dose.model_copy(update={"from_week": later})
        return replace(self, dosage=dosage, from_week=week, first_week=week, weeks_done=done)


class Order(Struct, frozen=True):
    """A complete order for one handout. ``date`` is the day on which it is made.

    ``from_week`` is the week of the program in which the handout begins, from 1; the patient's
    start date is the first day of that week.
    ``to_mark``: the program has more exercises than one patient does, and nobody has chosen yet;
    each exercise gets a box to mark.
    ``reference_token`` replaces the patient's reference where others could read it: in the file's
    metadata and in the code that a camera reads (see `handouts.deliver.tokens`).
    ``checked`` says who at the clinic has reviewed all its texts; None means that it is a draft.
    ``pictures`` are those that were requested. Each exercise keeps only the picture that is
    printed: its photograph, its drawing, or none.
    """

    program: Program
    exercises: tuple[OrderedExercise, ...]
    patient: Patient
    clinic: Clinic
    clinician: Clinician | None
    safety: Safety
    layout: Layout
    locale: Locale
    paper: Paper
    mode: Mode
    date: dt.date
    language: str
    from_week: int = 1
    reference_token: str | None = None
    to_mark: bool = False
    checked: Checked | None = None
    pictures: Pictures = Pictures.ALL

    @property
    def weeks(self) -> range:
        """The weeks of the program that the handout covers.

        These are the remaining weeks, but at least four, or as many as a shorter program has: a
        patient who goes on after the last week keeps the doses of that week.
        """
        first, planned = self.from_week, self.program.weeks
        return range(first, max(planned, first + min(planned, _AT_ONCE) - 1) + 1)


_AT_ONCE = 4
"""The most weeks that are planned at a time for a patient who goes on after the program."""

MOVE_SECONDS = 4
STRETCH_CHANGE_SECONDS = 5
BREATH_SECONDS = 4
_BOTH_SIDES = (Side.EACH, Side.ALTERNATE)


def seconds(exercise: Exercise, dosage: Dosage, side: Side) -> float | None:
    """Return how many seconds one session of an exercise takes; None if that is unknown.

    One session is what the patient does at one time of day: sets x repetitions x sides x (hold +
    4 s to move, or 5 s to change if it is a stretch), plus the rests between sets and sides. Ranges
    count with their low end, as the sheet prints them; a breath counts as 4 s. Repetitions count
    for each side unless the dose says otherwise (``per_side: false``). The seconds for moving are
    our own estimate: for planning, not as a promise. Of a dose by week, the first week counts.

    A tempo in seconds gives the time of a repetition itself. An amount is the time that it states,
    steps at 100 a minute, or a distance at 1 m a second, a slow walk. A blank, rounds, laps, and
    whatever goes on as long as is comfortable have no known time.
    """
    parts = (dosage.sets, dosage.repetitions, dosage.hold, dosage.rest, dosage.rest_between_sides)
    if any(part is not None and part.blank for part in parts):
        return None
    sets, both = _low(dosage.sets, 1), side in _BOTH_SIDES and dosage.per_side is not False
    once = _activity_seconds(dosage) if dosage.amount else _repeated(exercise, dosage)
    if once is None or dosage.open_ended:
        return None
    changes = _low(dosage.rest_between_sides, 0) if side is Side.EACH else 0
    rests = (sets - 1) * _low(dosage.rest, 0) + sets * changes
    return sets * once * (2 if both else 1) + rests


def _repeated(exercise: Exercise, dosage: Dosage) -> float:
    """Return the seconds of the repetitions of one set, on one side."""
    repetitions, hold = _low(dosage.repetitions, 1), _low(dosage.hold, 0)
    if dosage.tempo is not None and dosage.tempo.seconds:
        return repetitions * sum(dosage.tempo.seconds)
    if dosage.hold is not None and dosage.hold.unit == "breaths":
        hold *= BREATH_SECONDS
    stretch = exercise.dose_kind is DoseKind.STRETCH
    return repetitions * (hold + (STRETCH_CHANGE_SECONDS if stretch else MOVE_SECONDS))


_SECONDS_EACH = {**SECONDS, "steps": 60 / 100, **METERS}
"""Seconds that one of each unit takes: time, 100 steps a minute, a walk of 1 m a second."""


def _activity_seconds(dosage: Dosage) -> float | None:
    amount = dosage.amount
    each = _SECONDS_EACH.get(amount.unit) if amount else None
    return None if amount is None or amount.low is None or each is None else amount.low * each


def program_minutes(exercises: Iterable[OrderedExercise]) -> float | None:
    """Return the minutes that exercises take once through; None if one has no known time."""
    total = 0.0
    for item in exercises:
        taken = seconds(item.exercise, item.dosage, item.side)
        if taken is None:
            return None
        total += taken
    return total / 60


def _low(quantity: Quantity | None, absent: int) -> int:
    return absent if quantity is None or quantity.low is None else quantity.low
