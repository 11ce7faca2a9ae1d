"""A program into findings about its load: how many exercises, and how long they take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from handouts.check.codes import finding
from handouts.errors import Location, Problem, Severity
from handouts.model.limits import Limit, Limits
from handouts.model.order import OrderedExercise, program_minutes


def lint_load(
    exercises: Iterable[OrderedExercise], limits: Limits, place: Location
) -> Iterator[Problem]:
    """Check a program against the limits of a whole handout, done once through.

    People keep up with few exercises better than with many (Henry 1999, Phys Ther 79:270).
    """
    listed = tuple(exercises)
    count = len(listed)
    yield from _outside(
        "too-many-exercises", float(count), f"{count} exercises", limits.exercises, "", place
    )
    minutes = program_minutes(listed)
    if minutes is not None:
        said = f"about {minutes:.0f} minutes"
        yield from _outside("session-length", minutes, said, limits.minutes, " minutes", place)


def _outside(
    code: str, value: float, said: str, limit: Limit, unit: str, place: Location
) -> Iterator[Problem]:
    low, high = limit.warn
    usual = f"usual is {low} to {high}{unit}"
    if limit.error_above is not None and value > limit.error_above:
        message = f"{said}, more than the limit of {limit.error_above}{unit}"
        yield finding(code, message, place, usual, severity=Severity.ERROR)
    elif value > high:
        yield finding(code, f"{said}: is that too much?", place, usual)
    elif value < low:
        yield finding(code, f"{said}: is that too little?", place, usual)
