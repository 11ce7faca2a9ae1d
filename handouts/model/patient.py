"""The patient a handout is for: the only personal data, all of it optional but the side."""

import datetime as dt
from typing import Annotated, Any

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from handouts.errors import ContentError, Location, Problem, did_you_mean
from handouts.model.base import Line, Model, Paragraph
from handouts.model.choices import AffectedSide

_EARLIEST, _LATEST = dt.date(2000, 1, 1), dt.date(2199, 12, 31)
"""A date outside is a slip of the finger."""

_LINE = "must be one line of 1 to 400 letters that can be printed"
_RULES = {
    "affected_side": "must be left, right or both",
    "start_date": f"must be a date from {_EARLIEST.year} to {_LATEST.year}, such as 2026-12-01",
    "next_visit": "must be a date, or a date and time, such as 2026-12-01T10:30",
    "note": "must be a text of 1 to 1200 letters that can be printed",
}
"""What is asked of a field, for those who make a patient in Python; of all others, `_LINE`."""


class Patient(Model):
    """One person. Nothing here may reach a log, a message, a file name or PDF metadata."""

    reference: Line | None = None
    name: Line | None = None
    preferred_name: Line | None = None
    affected_side: AffectedSide | None = None
    clinician: Line | None = None
    start_date: Annotated[dt.date, Field(ge=_EARLIEST, le=_LATEST)] | None = None
    next_visit: dt.datetime | dt.date | None = None
    note: Paragraph | None = None

    def __init__(self, **fields: Any) -> None:
        """Make a patient of its fields, each of them optional.

        Raises:
            ContentError: with a problem for each field that is wrong.
        """
        try:
            super().__init__(**fields)
        except ValidationError as error:
            problems = dict.fromkeys(map(_problem, error.errors(include_url=False)))
        else:
            return
        # Outside of the handler: what pydantic says quotes the patient.
        raise ContentError(problems)

    # What reads files and tables calls pydantic's validation, and says itself where a value is.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]


def _problem(details: ErrorDetails) -> Problem:
    """Return what is wrong with a field, without the patient's text."""
    name, place = str(details["loc"][0]), Location("Patient")
    if details["type"] == "extra_forbidden":
        hint = did_you_mean(name, Patient.model_fields)
        return Problem(f'there is no field "{name}"', place, hint)
    return Problem(f"{name} {_RULES.get(name, _LINE)}", place, "change it, or leave it out")
