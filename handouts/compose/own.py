"""A patient becomes what is the patient's own in the words of a handout, by field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from handouts.compose.dates import appointment, clock_time, day_and_date
from handouts.compose.document import FieldName
from handouts.compose.visits import Visits
from handouts.compose.wording import Wording
from handouts.model.patient import Patient


def own_words(patient: Patient, words: Wording) -> Mapping[str, str]:
    """Return the texts of all runs that are ``own`` in the document of a patient.

    A field the patient has nothing for is not among them.
    """
    texts = {
        FieldName.NAME: patient.name,
        FieldName.PREFERRED_NAME: patient.preferred_name or patient.name,
        FieldName.NEXT_VISIT: next_visit(patient, words),
        FieldName.NOTE: patient.note,
    }
    return {str(field): text for field, text in texts.items() if text}


def next_visit(patient: Patient, words: Wording) -> str | None:
    """The next visit in words: ``Mon, Mar 30, 10:30 AM``."""
    return appointment(patient.next_visit, words) if patient.next_visit else None


_DAYS = 120
"""How far ahead visits are made: what is further away is put into words when it is asked for."""
_STEP = 15
"""Minutes between the times at which visits begin."""


def visits_from(day: dt.date, words: Wording) -> Visits:
    """Return the words for the days from ``day`` on and for times of day."""
    days = (day + dt.timedelta(days=number) for number in range(_DAYS))
    times = (dt.time(hour, minute) for hour in range(6, 22) for minute in range(0, 60, _STEP))
    return Visits(
        {date.isoformat(): day_and_date(date, words) for date in days},
        {f"{time:%H:%M}": clock_time(time, words) for time in times},
        words.locale.days.timed,
    )
