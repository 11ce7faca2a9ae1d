"""Review: which texts a clinic's clinician has read and found right, and on what day."""

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any, Literal

from msgspec import Struct
from pydantic import StringConstraints

from handouts.model.base import WRITTEN_IN, ContentFile, FieldError, Id, Line, LocaleTag, Model


class TextKind(StrEnum):
    """What is reviewed: a program's words, the safety text it names, each of its exercises."""

    PROGRAM = "program"
    SAFETY = "safety"
    EXERCISE = "exercise"


ReviewKey = tuple[str, TextKind, str, str | None, str]
"""Clinic, kind, id, variant and language of a text."""


class Review(Model):
    """One text that ``by`` has checked for one clinic.

    ``digest`` is that of what is printed of it (`handouts.check.review`): another text has another
    digest, and asks for another review.
    """

    clinic: Id
    kind: TextKind
    id: Id
    variant: Id | None = None
    language: LocaleTag = WRITTEN_IN
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    by: Line
    date: dt.date

    @property
    def key(self) -> ReviewKey:
        """What has one review at most: a text of a clinic, in one language."""
        return self.clinic, self.kind, self.id, self.variant, self.language


class Reviews(ContentFile):
    """All reviews of a clinic's folder: its ``reviews.yaml``, written by ``handouts review``."""

    id: Literal["reviews"]
    reviews: tuple[Review, ...] = ()

    def model_post_init(self, _context: Any) -> None:
        """Refuse two reviews of one text: nobody knows which one holds."""
        known: dict[ReviewKey, int] = {}
        for number, review in enumerate(self.reviews):
            if review.key in known:
                raise FieldError(
                    f"the {review.kind} {review.id} is reviewed twice for {review.clinic}",
                    "keep one of the two; handouts review writes the newest",
                    "reviews",
                    number,
                )
            known[review.key] = number


class Checked(Struct, frozen=True):
    """Who has checked all texts of a handout, and the day of the last review."""

    names: tuple[str, ...]
    date: dt.date
