"""Turn a patient into the values of the fields that vary in a handout."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from handouts.compose.text import FieldName, Runs, fill
from handouts.compose.wording import (
    DAYS_PER_WEEK,
    Wording,
    appointment,
    day_and_date,
    full_date,
    week_of,
)
from handouts.model.clinic import Clinician
from handouts.model.order import Order, Patient, first_name

# What differs between patients of a kind has a name: that of its field, or one of these.
SHORT_CLINICIAN = "short-clinician"
_DAY, _SPOKEN_DAY, _WEEK = "day-", "spoken-day-", "week-"
_OF_START = (_DAY, _SPOKEN_DAY, _WEEK)


def grid_day(number: int) -> str:
    """The name of the date over a column of the grid: days are counted from 0."""
    return f"{_DAY}{number}"


def spoken_day(number: int) -> str:
    """The name of what a screen reader says for that column."""
    return f"{_SPOKEN_DAY}{number}"


def grid_week(number: int) -> str:
    """The name of the dates of a week of the grid: weeks are counted from 0."""
    return f"{_WEEK}{number}"


def sources_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return what some values are made from, if many patients have the same: start or clinician.

    Nothing, if one of them may tell who a patient is: all that are not known to be shared.
    """
    found = {_source(name) for name in names}
    return () if "" in found else tuple(sorted(found))


def _source(name: str) -> str:
    if name in (FieldName.CLINICIAN, SHORT_CLINICIAN):
        return FieldName.CLINICIAN.value
    return FieldName.START.value if name == FieldName.START or name.startswith(_OF_START) else ""


def days_among(names: frozenset[str]) -> int:
    """How many days the grid has that some names are of."""
    numbers = (int(name.removeprefix(_DAY)) for name in names if name.startswith(_DAY))
    return max(numbers, default=-1) + 1


def personal_values(patient: Patient, words: Wording) -> Mapping[str, str]:
    """Return by its name what tells who a patient is; what there is nothing for is not among it."""
    texts = {
        FieldName.NAME: patient.name,
        FieldName.PREFERRED_NAME: first_name(patient.name, patient.preferred_name),
        FieldName.NEXT_VISIT: next_visit(patient, words),
        FieldName.NOTE: patient.note,
    }
    return {str(field): text for field, text in texts.items() if text}


def shared_values(
    patient: Patient, clinician: Clinician | None, days: int, words: Wording
) -> Mapping[str, str]:
    """Return by its name what is a patient's own, but the same for many patients.

    ``days``: those of the tracking grid.
    """
    full, short = clinician_names(patient, clinician)
    start = start_words(patient.start_date, words)
    texts = {FieldName.CLINICIAN: full, SHORT_CLINICIAN: short, FieldName.START: start}
    dates = grid_dates(patient.start_date, range(days), words) if patient.start_date else {}
    return {**{name: text for name, text in texts.items() if text}, **dates}


def clinician_names(
    patient: Patient, clinician: Clinician | None
) -> tuple[str, str] | tuple[None, None]:
    """Return the clinician's name in full and as it signs notes, None and None if nobody is known.

    It is as the clinic has it, or as typed for the patient.
    """
    if clinician is not None:
        return clinician.name, clinician.short_name or clinician.name
    return (patient.clinician, patient.clinician) if patient.clinician else (None, None)


def start_words(start: dt.date | None, words: Wording) -> str | None:
    """The first day in words: ``Mon, Mar 2``."""
    return day_and_date(start, words) if start else None


def grid_dates(start: dt.date, days: range, words: Wording) -> Mapping[str, str]:
    """Return what the grid says by date of some of its days, counted from ``start`` on."""
    dates: dict[str, str] = {}
    for number in days:
        date = start + dt.timedelta(days=number)
        if number % DAYS_PER_WEEK == 0:
            dates[grid_week(number // DAYS_PER_WEEK)] = week_of(date, words)
        dates[grid_day(number)] = words.number(date.day)
        dates[spoken_day(number)] = full_date(date, words)
    return dates


def next_visit(patient: Patient, words: Wording) -> str | None:
    """The next visit in words: ``Mon, Mar 30, 10:30 AM``."""
    return appointment(patient.next_visit, words) if patient.next_visit else None


def stop_at(rule: str, order: Order, words: Wording) -> Runs:
    """Return a stop rule with the number of the pain scale from which a patient stops."""
    return fill(rule, stop=words.number(order.clinic.pain_limits.stop))
