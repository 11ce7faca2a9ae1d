"""The patient a handout is for: the only personal data, all of it optional but the side."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from handouts.model.base import Line, Model, Paragraph


class AffectedSide(StrEnum):
    """The side that hurts; BOTH means that both do."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


class Patient(Model):
    """One person. Nothing here may reach a log, a message, a file name or PDF metadata."""

    reference: Line | None = None
    name: Line | None = None
    preferred_name: Line | None = None
    affected_side: AffectedSide | None = None
    clinician: Line | None = None
    start_date: dt.date | None = None
    next_visit: dt.datetime | dt.date | None = None
    note: Paragraph | None = None
