"""Turn doses into findings: numbers outside the limits of their kind, and parts that are missing.

Limits and rules are those of ``data/limits.yaml``, with their sources. A range is judged by both
of its ends; a blank is the clinician's to judge.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from handouts.check.codes import finding
from handouts.errors import Location, Problem, Severity
from handouts.load.source import Path, SourceFile
from handouts.model.dosage import Dosage, Quantity
from handouts.model.exercise import DoseKind, Exercise
from handouts.model.limits import DoseLimits, Limit, Limits

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
    """Check one complete dose (overrides applied) against the limits of its kind."""
    of_kind = limits.doses[kind]
    yield from _missing(dosage, kind, place)
    yield from _hold(dosage, of_kind, limits, place)
    counts = (
        ("repetitions", "dose-repetitions", dosage.repetitions, of_kind.repetitions),
        ("sets", "dose-sets", dosage.sets, of_kind.sets),
        ("times_per_day", "dose-times-per-day", dosage.times_per_day, of_kind.times_per_day),
        (
            "days_per_week",
            "dose-days",
            dosage.days_per_week,
            of_kind.days_per_week or limits.days_per_week,
        ),
    )
    for key, code, quantity, limit in counts:
        if quantity is not None:
            measure = Measure(code, key.replace("_", " "), "", place.of(key), place.whose)
            yield from _outside(quantity, limit, measure)
    yield from _days(dosage, place)
    yield from _totals(dosage, of_kind, limits, place)


class Measure(Struct, frozen=True):
    """A number to judge: code of its finding, its name and unit in words, place and owner."""

    code: str
    name: str
    unit: str
    location: Location
    whose: str


def _outside(quantity: Quantity, limit: Limit, measure: Measure) -> Iterator[Problem]:
    if quantity.low is None or quantity.high is None:
        return
    low, high = quantity.low, quantity.high
    below, above = limit.error_below, limit.error_above
    unit = f" {measure.unit}" if measure.unit else ""
    what = f"{measure.whose}: {measure.name} of {quantity}{unit}"
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
    if dosage.repetitions is None:
        yield finding(
            "dose-incomplete",
            f"{place.whose}: the dose has no repetitions",
            place.of("repetitions"),
            'state them, or write "repetitions: ?" for a line to fill in by hand',
        )
    if kind in _NEED_HOLD and dosage.hold is None:
        yield finding(
            "dose-incomplete",
            f"{place.whose}: the dose has no hold, which a {kind.value} needs",
            place.of("hold"),
            'state it ("hold: 20 s"), or write "hold: ?" for a line to fill in by hand',
        )


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
    dosage: Dosage, of_kind: DoseLimits, limits: Limits, place: DosePlace
) -> Iterator[Problem]:
    """Check what all numbers come to: seconds a session, repetitions a day; one side."""
    repetitions = dosage.repetitions
    if repetitions is None:
        return
    work = _times(repetitions, dosage.sets)
    if of_kind.repetitions_a_day:
        total = _times(work, dosage.times_per_day)
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
