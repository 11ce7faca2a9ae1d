"""The cells that say whether a patient is to get a handout at all, into the reason why not."""

from __future__ import annotations

from collections.abc import Mapping

from handouts.load.roster.cells import CellError
from handouts.load.roster.words import Words, plain
from handouts.model.roster import Column

CANCELLED = "cancelled"
"""The reason that concerns an appointment and not the patient, who may have another."""

_FLAGS = (Column.DECEASED, Column.DISCHARGED, Column.ARCHIVED, Column.UNSUBSCRIBED)


def why_not(cells: Mapping[str, str], words: Words) -> str | None:
    """Return why a row is skipped (``deceased``); None if it is not.

    A date, or any other word than no, in ``deceased``, ``discharged``, ``archived`` or
    ``unsubscribed`` means that it is so: whether the day has come is not ours to judge.
    """
    for column in _FLAGS:
        value = plain(cells.get(column, ""))
        if value and value not in words.blank and words.flags.get(value, True):
            return column.value
    return words.inactive.get(plain(cells.get(Column.STATUS, "")))


def check_status(cells: Mapping[str, str], words: Words) -> None:
    """Make sure that the status of a patient who gets a handout is one that is known.

    Raises:
        CellError: if it is not.
    """
    value = plain(cells.get(Column.STATUS, ""))
    if value and value not in words.blank and value not in words.active:
        raise CellError(
            "is not one that is known",
            "known are active, inactive, discharged, deceased, cancelled and their like",
        )
