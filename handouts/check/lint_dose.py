"""Turn doses into findings: numbers outside the limits of their kind, and parts that are missing.

Limits are those of ``data/limits.yaml``, with their sources. A range is checked at both ends; a
blank is left to the clinician.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from handouts.check.codes import finding
from handouts.errors import Location, Problem, Severity
from handouts.load.library import Library
from handouts.load.source import KeyPath, SourceFile
from handouts.model.dosage import Comfort, Dosage
from handouts.model.exercise import DoseKind, DoseLimits, Exercise, Limit, Limits, Sides
from handouts.model.order import OrderedExercise, program_minutes
from handouts.model.program import Prescription, Program
from handouts.model.quantity import KILOGRAMS, METERS, SECONDS, Measured, Quantity, as_written
from handouts.workspace import Kind

_NEED_HOLD = (DoseKind.STRETCH, DoseKind.HOLD)
_PER_SIDE = (Sides.EACH, Sides.ALTERNATE)


class DosePlace(Struct, frozen=True):
    """The place of a dose: its file, its path there, and whose dose it is, for messages."""

    source: SourceFile
    path: KeyPath
    whose: str

    def of(self, key: str) -> Location:
        """Return the place of one number, or of the whole dose if it is not stated there."""
        return self.source.location(*self.path, key)


def dose_place(
    library: Library, program: Program, path: KeyPath, prescription: Prescription
) -> DosePlace:
    """Return where the dose of a prescription is stated last: program, variant or exercise."""
    name, variant = prescription.exercise, prescription.variant
    if prescription.dosage is not None:
        source = library.source(Kind.PROGRAMS, program.id)
        return DosePlace(source, (*path, "dosage"), name)
    source = library.source(Kind.EXERCISES, name)
    if variant and source.has("variants", variant, "dosage"):
        return DosePlace(source, ("variants", variant, "dosage"), name)
    return DosePlace(source, ("dosage",), name)


def lint_exercise_doses(
    exercise: Exercise, source: SourceFile, limits: Limits
) -> Iterator[Problem]:
    """Check the dose of an exercise and of each variant that changes it."""
    places = [(exercise.dosage, DosePlace(source, ("dosage",), exercise.id))]
    for name, variant in exercise.variants.items():
        if variant.dosage is not None:
            place = DosePlace(source, ("variants", name, "dosage"), f"{exercise.id}, {name}")
            places.append((exercise.dosage.override(variant.dosage), place))
    for dosage, place in places:
        yield from lint_dose(dosage, exercise.dose_kind, limits, place)
        yield from lint_per_side(exercise, dosage, place)


def lint_per_side(exercise: Exercise, dosage: Dosage, place: DosePlace) -> Iterator[Problem]:
    """Check that a dose fits the sides of its exercise: it counts each side, or both together."""
    where = place.source.location(*place.path)
    if dosage.rest_between_sides is not None and exercise.sides in (Sides.BOTH, Sides.ALTERNATE):
        yield finding(
            "side-not-per-side",
            f"{exercise.id}: a rest between sides, but the sides are not done one after the other",
            where,
            'remove it, or change "sides: each"',
        )
    if not dosage.counts:
        return
    if exercise.sides in _PER_SIDE and dosage.per_side is not True:
        yield finding(
            "side-not-per-side",
            f'{exercise.id}: is the dose for each side? Its sides are "{exercise.sides.value}"',
            where,
            'add "per_side: true", or "each side" to a dose in words',
        )
    if exercise.sides is Sides.BOTH and dosage.per_side:
        yield finding(
            "side-not-per-side",
            f"{exercise.id}: a dose for each side, but both sides work together",
            where,
            "remove per_side, or change sides: both",
        )


class DoseFault(Struct, frozen=True):
    """A fault of a dose; ``severity`` is None if it is that of the code."""

    code: str
    key: str
    message: str
    hint: str = ""
    severity: Severity | None = None


def lint_dose(
    dosage: Dosage, kind: DoseKind, limits: Limits, place: DosePlace
) -> Iterator[Problem]:
    """Check one complete dose (overrides applied) against the limits of its kind, in each week."""
    found: dict[tuple[str, str], DoseFault] = {}
    for week in (1, *dosage.from_week):
        for fault in _faults(dosage.in_week(week), kind, limits):
            found.setdefault((fault.code, fault.message), fault)
    for fault in found.values():
        message, where = f"{place.whose}: {fault.message}", place.of(fault.key)
        yield finding(fault.code, message, where, fault.hint, severity=fault.severity)


def _faults(dosage: Dosage, kind: DoseKind, limits: Limits) -> Iterator[DoseFault]:
    yield from _missing(dosage, kind)
    hold = dosage.hold
    if hold is not None and hold.unit == "min":
        minutes = hold.in_unit
        hint = f"is it {minutes} s? Write the hold in seconds, as 60 s"
        yield DoseFault("dose-minutes", "hold", f"a hold of {minutes} minutes", hint)
    for measure in _measures(dosage, limits.doses[kind], limits):
        yield from _outside(measure)
    yield from _days(dosage)


class Measure(Struct, frozen=True):
    """A number to check: code of its finding, key, name and unit in words, and its limit."""

    code: str
    key: str
    name: str
    unit: str
    quantity: Quantity | Measured | None
    limit: Limit | None


def _measures(dosage: Dosage, of_kind: DoseLimits, limits: Limits) -> Iterator[Measure]:
    """Yield all numbers of a dose, and their totals on one side."""
    hold, amount, tempo = dosage.hold, dosage.amount, dosage.tempo
    if hold is not None and hold.unit != "min":
        if hold.unit == "breaths":
            yield Measure("dose-hold", "hold", "hold", "breaths", hold, limits.hold_breaths)
        hold = _in_seconds(hold, limits)
        yield Measure("dose-hold", "hold", "hold", "s", hold, of_kind.hold)
    for unit, units, limit in (
        ("min", SECONDS, of_kind.amount_minutes),
        ("steps", {"steps": 1.0}, of_kind.amount_steps),
        ("m", METERS, of_kind.amount_meters),
    ):
        if amount is not None and amount.unit in units:
            done = _in_unit(amount, units, unit)
            yield Measure("dose-amount", "amount", "amount", unit, done, limit)
    if dosage.load is not None and dosage.load.weight is not None:
        weight = _in_unit(dosage.load.weight, KILOGRAMS, "kg")
        yield Measure("dose-load", "load", "load", "kg", weight, limits.load_kilograms)
    if tempo is not None and tempo.seconds:
        taken = Quantity(sum(tempo.seconds), sum(tempo.seconds))
        yield Measure("dose-tempo", "tempo", "tempo", "s", taken, limits.tempo_seconds)
    key, often = "times_per_day", dosage.times_per_day
    if dosage.times_of_day or dosage.every_hours:
        key = "every_hours" if dosage.every_hours else "times_of_day"
        often = Quantity(dosage.sessions, dosage.sessions)
    repetitions, sets, days = dosage.repetitions, dosage.sets, dosage.days_per_week
    usual = of_kind.days_per_week or limits.days_per_week
    name, total = "repetitions", "total"
    yield Measure("dose-repetitions", name, name, "", repetitions, of_kind.repetitions)
    yield Measure("dose-sets", "sets", "sets", "", sets, of_kind.sets)
    yield Measure("dose-times-per-day", key, "times per day", "", often, of_kind.times_per_day)
    yield Measure("dose-days", "days_per_week", "days per week", "", days, usual)
    if repetitions is not None:
        work, unit = _times(repetitions, sets), "repetitions a day"
        a_day = _times(work, often)
        yield Measure("dose-total", name, total, unit, a_day, of_kind.repetitions_a_day)
        if hold is not None and hold.unit != "min":
            held = _times(work, hold)
            yield Measure("dose-total", "hold", total, "s a session", held, of_kind.session_seconds)


def _outside(measure: Measure) -> Iterator[DoseFault]:
    quantity, limit = measure.quantity, measure.limit
    if limit is None or quantity is None or quantity.low is None or quantity.high is None:
        return
    low, high, below, above = quantity.low, quantity.high, limit.error_below, limit.error_above
    unit = f" {measure.unit}" if measure.unit else ""
    what = f"{measure.name} of {as_written(low, high)}{unit}"
    usual = f"usual is {limit.warn[0]} to {limit.warn[1]}{unit}"
    if above is not None and high > above:
        what, graver = f"{what} is above the limit of {above}{unit}", Severity.ERROR
    elif below is not None and low < below:
        what, graver = f"{what} is below the limit of {below}{unit}", Severity.ERROR
    elif high > limit.warn[1] or low < limit.warn[0]:
        what, graver = f"{what} is unusual: please check it", None
    else:
        return
    yield DoseFault(measure.code, measure.key, what, usual, graver)


def _missing(dosage: Dosage, kind: DoseKind) -> Iterator[DoseFault]:
    is_activity = kind is DoseKind.ACTIVITY
    by_hand = "for a line to fill in by hand"
    if dosage.amount is not None and not is_activity:
        message = f"an amount of {dosage.amount}, but this exercise counts repetitions"
        hint = 'state repetitions, or make it "dose_kind: activity"'
        yield DoseFault("dose-kind", "amount", message, hint)
    if is_activity and (dosage.repetitions is not None or dosage.hold is not None):
        counted = "repetitions" if dosage.repetitions is not None else "hold"
        hint = 'state its amount, such as "20 min walk", "2000 steps" or "3 x 10 min walk"'
        yield DoseFault("dose-kind", counted, f"{counted} in the dose of an activity", hint)
    elif is_activity and not dosage.counts:
        hint = f'state it ("amount: 20 min"), or write "amount: ? min" {by_hand}'
        yield DoseFault("dose-incomplete", "amount", "the dose has no amount", hint)
    if not is_activity and not dosage.counts:
        hint = f'state them, or write "repetitions: ?" {by_hand}'
        yield DoseFault("dose-incomplete", "repetitions", "the dose has no repetitions", hint)
    if kind in _NEED_HOLD and dosage.hold is None and dosage.open_comfort is not Comfort.LONG:
        message = f"the dose has no hold, which a {kind.value} needs"
        hint = f'state it ("hold: 20 s"), or write "hold: ?" {by_hand}'
        yield DoseFault("dose-incomplete", "hold", message, hint)


def _days(dosage: Dosage) -> Iterator[DoseFault]:
    days, per_week = dosage.days or (), dosage.days_per_week
    if len(set(days)) < len(days):
        yield DoseFault("dose-days-differ", "days", "a day is named twice")
    if not days or per_week is None or per_week.low is None or per_week.high is None:
        return
    if not per_week.low <= len(days) <= per_week.high:
        message = f"{len(days)} days named, but {per_week} days a week"
        yield DoseFault("dose-days-differ", "days", message, "state only the days")


def _in_unit(measured: Measured, units: Mapping[str, float], unit: str) -> Measured:
    """Return a measured number in the unit of its limits."""
    if measured.low is None or measured.high is None:
        return measured
    factor = units[measured.unit] / units[unit]
    return Measured(round(measured.low * factor, 1), round(measured.high * factor, 1), unit)


def _in_seconds(hold: Quantity, limits: Limits) -> Quantity:
    """Return a hold in breaths as seconds: its shortest and longest."""
    if hold.unit != "breaths" or hold.low is None or hold.high is None:
        return hold
    shortest, longest = limits.breath_seconds
    return Quantity(hold.low * shortest, hold.high * longest, "s")


def _times(first: Quantity, second: Quantity | None) -> Quantity:
    """Return a product; an absent factor counts as one, and with a blank the product is a blank."""
    if second is None:
        return first
    if first.low is None or first.high is None or second.low is None or second.high is None:
        return Quantity(None, None)
    return Quantity(first.low * second.low, first.high * second.high)


def lint_weeks(item: OrderedExercise, weeks: int, place: DosePlace) -> Iterator[Problem]:
    """Check that a dose by week changes in weeks of the program, and in weeks that are known."""
    where = place.of("from_week")
    if item.when and item.dosage.from_week:
        message = f"{place.whose}: a dose by week, but it begins when something is easy"
        yield finding("dose-weeks", message, where, "use from_week for the phase, or give one dose")
    stated = item.prescription.dosage
    late = max(stated.from_week, default=1) + item.from_week - 1 if stated else 0
    if late > weeks:
        message = f"{place.whose}: a dose from week {late}, but the program has {weeks} weeks"
        yield finding("dose-weeks", message, where, "give the program more weeks")


# -- a whole program


def lint_load(
    program: Program, exercises: Iterable[OrderedExercise], limits: Limits, place: Location
) -> Iterator[Problem]:
    """Check a whole program, done once through, against the limits of exercises and minutes.

    In a program to choose from, it counts the longest exercises, as many as one patient gets.
    People keep up with few exercises better than with many (Henry 1999, Phys Ther 79:270).
    """
    ordered = sorted(exercises, key=lambda item: program_minutes([item]) or 0, reverse=True)
    listed = tuple(ordered[: program.choose])
    count = len(listed)
    yield from _beyond(
        "too-many-exercises", float(count), f"{count} exercises", limits.exercises, "", place
    )
    minutes = program_minutes(listed)
    if minutes is not None:
        amount = f"about {minutes:.0f} minutes"
        yield from _beyond("session-length", minutes, amount, limits.minutes, " minutes", place)


def _beyond(
    code: str, value: float, amount: str, limit: Limit, unit: str, place: Location
) -> Iterator[Problem]:
    low, high = limit.warn
    usual = f"usual is {low} to {high}{unit}"
    if limit.error_above is not None and value > limit.error_above:
        message = f"{amount}, more than the limit of {limit.error_above}{unit}"
        yield finding(code, message, place, usual, severity=Severity.ERROR)
    elif value > high:
        yield finding(code, f"{amount}: is that too much?", place, usual)
    elif value < low:
        yield finding(code, f"{amount}: is that too little?", place, usual)
