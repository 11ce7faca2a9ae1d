"""Limits: what doses and programs are plausible, by kind of dose, with where that comes from.

Outside ``warn`` a clinician should look again; beyond ``error`` nothing that was read comes near.
A dose within its limits is plausible, never "safe".
"""

from typing import Annotated

from pydantic import Field

from handouts.model.base import ContentFile, Model, Source
from handouts.model.exercise import DoseKind
from handouts.model.rules import Within

Number = Annotated[int, Within(0, 100_000)]


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
    """Limits of one kind of dose. Seconds for times; ``total`` ones as a patient does them:

    ``session_seconds`` under tension (sets x repetitions x hold, one side) and
    ``repetitions_a_day`` (sets x repetitions x times a day, one side).
    """

    hold: Limit
    repetitions: Limit
    sets: Limit
    times_per_day: Limit
    days_per_week: Limit | None = None
    session_seconds: Limit | None = None
    repetitions_a_day: Limit | None = None


class Limits(ContentFile):
    """Limits by kind of dose, and those of every dose and of a whole program."""

    doses: dict[DoseKind, DoseLimits]
    days_per_week: Limit
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
