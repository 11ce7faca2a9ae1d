"""Turn doses into findings: numbers outside the limits of their kind, and parts that are missing.

Limits and rules are those of ``data/limits.yaml``, with their sources. A range is judged by both
of its ends; a blank is the clinician's to judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from handouts.check.codes import finding
from handouts.errors import Location, Problem, Severity
from handouts.load.source import Path, SourceFile
from handouts.model.dosage import Comfort, Dosage
from handouts.model.exercise import DoseKind, Exercise
from handouts.model.limits import DoseLimits, Limit, Limits
from handouts.model.order import OrderedExercise
from handouts.model.quantity import KILOGRAMS, METERS, SECONDS, Measured, Quantity

_NEED_HOLD = (DoseKind.STRETCH, DoseKind.HOLD)


class DosePlace(Struct, frozen=True):
    """Where a dose stands: its file, the path of the dose, and whose it is in messages."""

    source: SourceFile
    path: Path
    whose: str

    def of(self, key: str) -> Location:
        """Return the place of one number, or of the whole dose if it is not stated there."""
        return self.source.location(*self.path, key)


def lint_exercise_doses(
    exercise: Exercise, source: SourceFile, limits: Limits
) -> Iterator[Problem]:
    """Check the dose of an exercise and of each variant that changes it."""
    place = DosePlace(source, ("dosage",), exercise.id)
    yield from lint_dose(exercise.dosage, exercise.dose_kind, limits, place)
    for name, variant in exercise.variants.items():
        if variant.dosage is not None:
            dosage = exercise.dosage.override(variant.dosage)
            place = DosePlace(source, ("variants", name, "dosage"), f"{exercise.id}, {name}")
            yield from lint_dose(dosage, exercise.dose_kind, limits, place)


def lint_dose(
    dosage: Dosage, kind: DoseKind, limits: Limits, place: DosePlace
) -> Iterator[Problem]:
    """Check one complete dose (overrides applied) against the limits of its kind, in each week."""
    found: dict[tuple[str, str], Problem] = {}
    for week in (1, *dosage.from_week):
        for problem in _lint_week(dosage.in_week(week), kind, limits, place):
            found.setdefault((problem.code, problem.message), problem)
    yield from found.values()


def _lint_week(
    dosage: Dosage, kind: DoseKind, limits: Limits, place: DosePlace
) -> Iterator[Problem]:
    of_kind = limits.doses[kind]
    yield from _missing(dosage, kind, place)
    yield from _hold(dosage, of_kind, limits, place)
    yield from _amount(dosage, of_kind, place)
    yield from _manner(dosage, limits, place)
    often, said = dosage.times_per_day, "times_per_day"
    if dosage.times_of_day or dosage.every_hours:
        often = Quantity(dosage.sessions, dosage.sessions)
        said = "every_hours" if dosage.every_hours else "times_of_day"
    counts = (
        ("repetitions", "dose-repetitions", dosage.repetitions, of_kind.repetitions),
        ("sets", "dose-sets", dosage.sets, of_kind.sets),
        (said, "dose-times-per-day", often, of_kind.times_per_day),
        (
            "days_per_week",
            "dose-days",
            dosage.days_per_week,
            of_kind.days_per_week or limits.days_per_week,
        ),
    )
    for key, code, quantity, limit in counts:
        if quantity is not None and limit is not None:
            name = "times per day" if quantity is often else key.replace("_", " ")
            measure = Measure(code, name, "", place.of(key), place.whose)
            yield from _outside(quantity, limit, measure)
    yield from _days(dosage, place)
    yield from _totals(dosage, of_kind, limits, place, often)


class Measure(Struct, frozen=True):
    """A number to judge: code of its finding, its name and unit in words, place and owner."""

    code: str
    name: str
    unit: str
    location: Location
    whose: str


def _outside(quantity: Quantity | Measured, limit: Limit, measure: Measure) -> Iterator[Problem]:
    if quantity.low is None or quantity.high is None:
        return
    low, high = quantity.low, quantity.high
    below, above = limit.error_below, limit.error_above
    unit = f" {measure.unit}" if measure.unit else ""
    shown = str(quantity) if isinstance(quantity, Quantity) else str(quantity).split(maxsplit=1)[0]
    what = f"{measure.whose}: {measure.name} of {shown}{unit}"
    usual = f"usual is {limit.warn[0]} to {limit.warn[1]}{unit}"
    if above is not None and high > above:
        message = f"{what} is above the limit of {above}{unit}"
        yield finding(measure.code, message, measure.location, usual, severity=Severity.ERROR)
    elif below is not None and low < below:
        message = f"{what} is below the limit of {below}{unit}"
        yield finding(measure.code, message, measure.location, usual, severity=Severity.ERROR)
    elif high > limit.warn[1] or low < limit.warn[0]:
        message = f"{what} is unusual: please check it"
        yield finding(measure.code, message, measure.location, usual)


def _missing(dosage: Dosage, kind: DoseKind, place: DosePlace) -> Iterator[Problem]:
    is_activity = kind is DoseKind.ACTIVITY
    if dosage.amount is not None and not is_activity:
        yield finding(
            "dose-kind",
            f"{place.whose}: an amount of {dosage.amount}, but this exercise counts repetitions",
            place.of("amount"),
            'state repetitions, or make it "dose_kind: activity"',
        )
    if is_activity and (dosage.repetitions is not None or dosage.hold is not None):
        counted = "repetitions" if dosage.repetitions is not None else "hold"
        yield finding(
            "dose-kind",
            f"{place.whose}: {counted} in the dose of an activity",
            place.of(counted),
            'state its amount, such as "20 min walk", "2000 steps" or "3 x 10 min walk"',
        )
    elif is_activity and not dosage.counts:
        yield finding(
            "dose-incomplete",
            f"{place.whose}: the dose has no amount",
            place.of("amount"),
            'state it ("amount: 20 min"), or write "amount: ? min" for a line to fill in by hand',
        )
    if not is_activity and not dosage.counts:
        yield finding(
            "dose-incomplete",
            f"{place.whose}: the dose has no repetitions",
            place.of("repetitions"),
            'state them, or write "repetitions: ?" for a line to fill in by hand',
        )
    if kind in _NEED_HOLD and dosage.hold is None and dosage.goes_on is not Comfort.LONG:
        yield finding(
            "dose-incomplete",
            f"{place.whose}: the dose has no hold, which a {kind.value} needs",
            place.of("hold"),
            'state it ("hold: 20 s"), or write "hold: ?" for a line to fill in by hand',
        )


def _amount(dosage: Dosage, of_kind: DoseLimits, place: DosePlace) -> Iterator[Problem]:
    """Check how much of an activity is done at a time, in its own measure."""
    if dosage.amount is None:
        return
    for limit, units, unit in (
        (of_kind.amount_minutes, SECONDS, "min"),
        (of_kind.amount_steps, {"steps": 1.0}, "steps"),
        (of_kind.amount_meters, METERS, "m"),
    ):
        if limit is not None and dosage.amount.unit in units:
            measure = Measure("dose-amount", "amount", unit, place.of("amount"), place.whose)
            yield from _outside(_as(dosage.amount, units, unit), limit, measure)


def _manner(dosage: Dosage, limits: Limits, place: DosePlace) -> Iterator[Problem]:
    """Check weight and tempo."""
    weight = dosage.load.weight if dosage.load else None
    if weight is not None:
        measure = Measure("dose-load", "load", "kg", place.of("load"), place.whose)
        yield from _outside(_as(weight, KILOGRAMS, "kg"), limits.load_kilograms, measure)
    if dosage.tempo is not None and dosage.tempo.seconds:
        taken = sum(dosage.tempo.seconds)
        measure = Measure("dose-tempo", "tempo", "s", place.of("tempo"), place.whose)
        yield from _outside(Quantity(taken, taken), limits.tempo_seconds, measure)


def _as(measured: Measured, units: Mapping[str, float], unit: str) -> Measured:
    """Return a measured number in the unit of its limits."""
    if measured.low is None or measured.high is None:
        return measured
    factor = units[measured.unit] / units[unit]
    return Measured(round(measured.low * factor, 1), round(measured.high * factor, 1), unit)


def lint_weeks(item: OrderedExercise, weeks: int, place: DosePlace) -> Iterator[Problem]:
    """Check that a dose by week changes in weeks of the program, and in weeks that are known."""
    where = place.of("from_week")
    if item.when and item.dosage.from_week:
        message = f"{place.whose}: a dose by week, but it begins when something is easy"
        yield finding("dose-weeks", message, where, "say from_week for the phase, or one dose")
    stated = item.prescription.dosage
    late = max(stated.from_week, default=1) + item.from_week - 1 if stated else 0
    if late > weeks:
        message = f"{place.whose}: a dose from week {late}, but the program has {weeks} weeks"
        yield finding("dose-weeks", message, where, "give the program more weeks")


def _hold(
    dosage: Dosage, of_kind: DoseLimits, limits: Limits, place: DosePlace
) -> Iterator[Problem]:
    hold = dosage.hold
    if hold is None or hold.low is None or hold.high is None:
        return
    where = place.of("hold")
    if hold.unit == "min":
        minutes = Quantity(hold.low // 60, hold.high // 60)
        yield finding(
            "dose-minutes",
            f"{place.whose}: a hold of {minutes} minutes",
            where,
            f"is it {minutes} s? Write the hold in seconds, as 60 s",
        )
        return
    if hold.unit == "breaths":
        measure = Measure("dose-hold", "hold", "breaths", where, place.whose)
        yield from _outside(hold, limits.hold_breaths, measure)
        hold = _in_seconds(hold, limits)
    measure = Measure("dose-hold", "hold", "s", where, place.whose)
    if of_kind.hold is not None:
        yield from _outside(hold, of_kind.hold, measure)


def _in_seconds(hold: Quantity, limits: Limits) -> Quantity:
    """Return a hold in breaths as seconds: its shortest and longest."""
    if hold.unit != "breaths" or hold.low is None or hold.high is None:
        return hold
    shortest, longest = limits.breath_seconds
    return Quantity(hold.low * shortest, hold.high * longest, "s")


def _days(dosage: Dosage, place: DosePlace) -> Iterator[Problem]:
    if not dosage.days:
        return
    where = place.of("days")
    if len(set(dosage.days)) < len(dosage.days):
        yield finding("dose-days-differ", f"{place.whose}: a day is named twice", where)
    per_week = dosage.days_per_week
    if per_week is None or per_week.low is None or per_week.high is None:
        return
    if not per_week.low <= len(dosage.days) <= per_week.high:
        message = f"{place.whose}: {len(dosage.days)} days named, but {per_week} days a week"
        yield finding("dose-days-differ", message, where, "state only the days")


def _totals(
    dosage: Dosage,
    of_kind: DoseLimits,
    limits: Limits,
    place: DosePlace,
    often: Quantity | None,
) -> Iterator[Problem]:
    """Check what all numbers come to: seconds a session, repetitions a day; one side."""
    repetitions = dosage.repetitions
    if repetitions is None:
        return
    work = _times(repetitions, dosage.sets)
    if of_kind.repetitions_a_day:
        total = _times(work, often)
        measure = Measure(
            "dose-total", "total", "repetitions a day", place.of("repetitions"), place.whose
        )
        yield from _outside(total, of_kind.repetitions_a_day, measure)
    if of_kind.session_seconds and dosage.hold is not None and dosage.hold.unit != "min":
        total = _times(work, _in_seconds(dosage.hold, limits))
        measure = Measure("dose-total", "total", "s a session", place.of("hold"), place.whose)
        yield from _outside(total, of_kind.session_seconds, measure)


def _times(first: Quantity, second: Quantity | None) -> Quantity:
    """Return a product; an absent factor counts as one, a blank makes a blank."""
    if second is None:
        return first
    if first.low is None or first.high is None or second.low is None or second.high is None:
        return Quantity(None, None)
    return Quantity(first.low * second.low, first.high * second.high)
