"""Limits of doses, and word lists of plain language: what content is checked against."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from handouts.model.base import ContentFile, Line, Model, Region, Source
from handouts.model.exercise import DoseKind

Number = Annotated[int, Field(ge=0, le=100_000)]


class Limit(Model):
    """A range outside which a number is unusual, and bounds beyond which it is an error."""

    warn: tuple[Number, Number]
    error_below: Number | None = None
    error_above: Number | None = None

    def model_post_init(self, _context: object) -> None:
        """Check that the numbers rise."""
        low, high = self.warn
        below = low if self.error_below is None else self.error_below
        above = high if self.error_above is None else self.error_above
        if not below <= low <= high <= above:
            raise ValueError(
                f"a limit runs error_below, warn, warn, error_above, not {below}, {low}, {high}, "
                f"{above}"
            )


class DoseLimits(Model):
    """Limits of one kind of dose; what is not given is not judged, or has no place in it.

    Seconds for times; ``amount_minutes`` and its like for the amount of an activity in one session.
    Totals are as a patient does them: ``session_seconds`` under tension (sets x repetitions x hold,
    one side) and ``repetitions_a_day`` (sets x repetitions x times a day, one side).
    """

    hold: Limit | None = None
    repetitions: Limit | None = None
    amount_minutes: Limit | None = None
    amount_steps: Limit | None = None
    amount_meters: Limit | None = None
    sets: Limit
    times_per_day: Limit
    days_per_week: Limit | None = None
    session_seconds: Limit | None = None
    repetitions_a_day: Limit | None = None


class Limits(ContentFile):
    """Limits by kind of dose, and those of every dose and of a whole program."""

    doses: dict[DoseKind, DoseLimits]
    days_per_week: Limit
    load_kilograms: Limit
    tempo_seconds: Limit
    breath_seconds: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]]
    hold_breaths: Limit
    exercises: Limit
    minutes: Limit
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]

    def model_post_init(self, _context: object) -> None:
        """Check that every kind of dose has limits."""
        absent = [kind.value for kind in DoseKind if kind not in self.doses]
        if absent:
            raise ValueError(f"doses lacks {', '.join(absent)}")


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"must be a regular expression: {error}") from None
    return text


Pattern = Annotated[str, Field(min_length=1, max_length=400), AfterValidator(_pattern)]
"""A regular expression, matched anywhere in a text, without regard to case."""

WordList = Annotated[tuple[Line, ...], Field(min_length=1)]


class Claim(Model):
    """Something never to be printed: ``pattern`` finds it, ``why`` says what is wrong with it."""

    pattern: Pattern
    why: Line
    instead: Line


class WordLists(ContentFile):
    """Word lists of one language.

    ``verbs`` may start a step; ``openers`` may stand before the verb (slowly, then); ``jargon``
    gives plain words for those of the clinic; ``numbers`` are number words; ``amounts`` what a
    number of a dose counts; ``limits`` find what a short step must not leave out; ``staging`` finds
    words that say when something begins; ``positions`` gives the few positions that a patient
    changes between, the first that fits; ``regions`` are what patients call each region where it
    hurts, ``pains`` how they say it of a ``{place}``, first as the name of a pain; ``never_print``
    are claims that are wrong or do harm. ``longer`` is how much longer than in English a text may
    be that says the same.
    """

    longer: Annotated[float, Field(ge=1, le=2)] = 1

    verbs: WordList
    openers: WordList
    jargon: dict[str, Line]
    numbers: WordList
    amounts: WordList
    limits: tuple[Pattern, ...]
    sides: Pattern
    staging: Pattern
    positions: dict[Line, Pattern]
    regions: dict[Region, WordList]
    pains: tuple[Pattern, ...]
    never_print: tuple[Claim, ...]
