"""The names of what differs between patients of a kind: each names one text of a handout.

Nothing heavy is imported here.
"""

from __future__ import annotations

from collections.abc import Iterable

NAME, PREFERRED_NAME, NEXT_VISIT, NOTE = "name", "preferred-name", "next-visit", "note"
CLINICIAN, SHORT_CLINICIAN, START = "clinician", "short-clinician", "start"

_DAY, _SAID_DAY, _WEEK = "day-", "said-day-", "week-"

_OF_START = (_DAY, _SAID_DAY, _WEEK)


def day(number: int) -> str:
    """The name of the date over a column of the grid: days are counted from 0."""
    return f"{_DAY}{number}"


def said_day(number: int) -> str:
    """The name of what a screen reader says for that column."""
    return f"{_SAID_DAY}{number}"


def week(number: int) -> str:
    """The name of the dates of a week of the grid: weeks are counted from 0."""
    return f"{_WEEK}{number}"


def sources_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return what some values are made from, if many patients have the same: start or clinician.

    Nothing, if one of them may tell who a patient is: all that are not known to be shared.
    """
    found = {_source(name) for name in names}
    return () if "" in found else tuple(sorted(found))


def _source(name: str) -> str:
    if name in (CLINICIAN, SHORT_CLINICIAN):
        return CLINICIAN
    return START if name == START or name.startswith(_OF_START) else ""


def days_among(names: frozenset[str]) -> int:
    """How many days the grid has that some names are of."""
    numbers = (int(name.removeprefix(_DAY)) for name in names if name.startswith(_DAY))
    return max(numbers, default=-1) + 1
