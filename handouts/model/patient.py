"""The patient a handout is for: the only personal data, all of it optional but the side."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from handouts.model.base import Line, Model, Paragraph
from handouts.model.choices import AffectedSide

_EARLIEST, _LATEST = dt.date(2000, 1, 1), dt.date(2199, 12, 31)
"""A date outside is a slip of the finger."""


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
