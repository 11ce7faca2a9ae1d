"""The names of what differs between patients of a kind: each names one text of a handout.

Nothing heavy is imported here.
"""

from __future__ import annotations

from collections.abc import Iterable

CLINICIAN, SHORT_CLINICIAN, START = "clinician", "short-clinician", "start"

_PRIVATE = frozenset({"name", "preferred-name", "next-visit", "note"})
_DAY = "day-"


def day(number: int) -> str:
    """The name of the date over a column of the grid: days are counted from 0."""
    return f"{_DAY}{number}"


def said_day(number: int) -> str:
    """The name of what a screen reader says for that column."""
    return f"said-day-{number}"


def week(number: int) -> str:
    """The name of the dates of a week of the grid: weeks are counted from 0."""
    return f"week-{number}"


def sources_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return what some values are made from, if many patients have the same: start or clinician.

    Nothing, if one of them tells who a patient is.
    """
    found = set()
    for name in names:
        if name in _PRIVATE:
            return ()
        found.add(CLINICIAN if name in (CLINICIAN, SHORT_CLINICIAN) else START)
    return tuple(sorted(found))


def days_among(names: frozenset[str]) -> int:
    """How many days the grid has that some names are of."""
    numbers = (int(name.removeprefix(_DAY)) for name in names if name.startswith(_DAY))
    return max(numbers, default=-1) + 1
