"""Turn an order into the words that all patients with its code read.

Kept beside a batch, they tell later what changed between two codes.
"""

from __future__ import annotations

import datetime as dt

from msgspec.structs import replace

from handouts.compose.compose import compose
from handouts.compose.plain_text import plain_text
from handouts.model.order import Order, Patient

_ANY_DAY = dt.date(2000, 1, 1)
"""The day is a patient's own too; it is the same in all words."""


def words_of(order: Order) -> str:
    """Return the plain text of a handout with nothing of the patient: lines for the pen instead."""
    anybody = replace(order, patient=Patient(), clinician=None, date=_ANY_DAY, reference_token=None)
    document = compose(anybody)
    # The code changes whenever the words do: that is not one change more.
    return plain_text(document).replace(document.code, order.program.code)
