"""Define a clinic: name, address, clinicians, brand, defaults, and which texts it has reviewed."""

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any, Literal

from msgspec import Struct
from pydantic import Field, StringConstraints
from typing_extensions import override

from handouts.model.base import (
    WRITTEN_IN,
    ContentFile,
    FieldError,
    Id,
    LibraryFile,
    Line,
    LocaleTag,
    Model,
    Printable,
)
from handouts.model.mail import Mail


class AffectedSide(StrEnum):
    """The side that hurts; BOTH means that both do."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


class Mode(StrEnum):
    """Colour, plain grayscale, or ink saver (white panels, black lines)."""

    COLOUR = "colour"
    GRAY = "gray"
    SAVER = "saver"


class Pictures(StrEnum):
    """Which pictures of exercises to print: photographs or else drawings, one kind, or none."""

    ALL = "all"
    PHOTOS = "photos"
    DRAWINGS = "drawings"
    NONE = "none"


class Paper(StrEnum):
    """Paper sizes of a handout."""

    LETTER = "letter"
    A4 = "a4"


Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$", to_lower=True)]
"""An sRGB colour as ``#rrggbb``."""

CODE_LINK_PATTERN = r"^(phone|none|https?://\S+)$"


def language_tag(text: str) -> str:
    """Return a language tag with hyphens and the usual letter case (``EN_us`` gives ``en-US``)."""
    language, *parts = text.replace("_", "-").split("-")
    cased = (part.upper() if len(part) == 2 else part.title() for part in parts)
    return "-".join((language.lower(), *cased))


class BrandColours(Model):
    """One or two brand colours and the logo: fills have the first exactly, text a readable shade.

    ``logo`` is a file beside the clinic's YAML: SVG (best), PNG or JPEG.
    """

    primary: Colour
    secondary: Colour | None = None
    logo: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")] | None = None


class FigureLook(Model):
    """Who is drawn in the pictures: skin tone, hair, an older person, face, marked muscles."""

    skin: Literal["neutral", "light", "tan", "brown", "deep"] = "neutral"
    hair: Literal["short", "bun", "none"] = "short"
    older: bool = False
    face: bool = True
    tint: bool = True


class Clinician(Model):
    """Somebody who hands out programs; ``short_name`` signs notes ("Note from Dana")."""

    id: Id
    name: Line
    short_name: Line | None = None


class PainLimits(Model):
    """The limits of the 0-10 pain scale: go on up to ``go_on``, do less up to ``do_less``."""

    go_on: Annotated[int, Field(ge=0, le=8)] = 3
    do_less: Annotated[int, Field(ge=1, le=9)] = 5

    @property
    def stop(self) -> int:
        """The number from which a patient stops."""
        return self.do_less + 1

    @override
    def model_post_init(self, _context: object) -> None:
        if self.do_less <= self.go_on:
            raise ValueError(f"do_less must be above go_on ({self.go_on}), not {self.do_less}")


class Clinic(LibraryFile):
    """One clinic. ``kind`` is printed under the name ("Physiotherapy"); ``mail`` is how it sends.

    ``code_link`` is where the code on the first page leads: an address of the clinic, ``phone`` to
    dial, or ``none``. Without it the code leads to the website, if there is one. ``pictures``
    applies if neither the order nor its layout chooses pictures. ``disclaimer`` replaces that of
    the safety text at the foot of page 1, ``disclaimer_short`` the one on the other pages.
    """

    name: Line
    kind: Line | None = None
    phone: Line
    emergency_number: Line
    address: Line | None = None
    website: Line | None = None
    code_link: Annotated[str, StringConstraints(pattern=CODE_LINK_PATTERN)] | None = None
    email: Line | None = None
    hours: Line | None = None
    disclaimer: Annotated[str, Printable(300)] | None = None
    disclaimer_short: Annotated[str, Printable(90)] | None = None
    paper: Literal["letter", "a4"]
    locale: LocaleTag
    brand: BrandColours
    figure: FigureLook = FigureLook.model_construct()
    pictures: Pictures = Pictures.ALL
    clinicians: Annotated[tuple[Clinician, ...], Field(min_length=1)]
    pain_limits: PainLimits = PainLimits.model_construct()
    mail: Mail | None = None

    @property
    def full_name(self) -> str:
        """Name and kind on one line."""
        return f"{self.name} {self.kind}" if self.kind else self.name


# -- which texts a clinician of the clinic has reviewed, and on what day


class TextKind(StrEnum):
    """What is reviewed: a program's words, the safety text it names, each of its exercises."""

    PROGRAM = "program"
    SAFETY = "safety"
    EXERCISE = "exercise"


ReviewKey = tuple[str, TextKind, str, str | None, str]
"""Clinic, kind, id, variant and language of a text."""


class Review(Model):
    """One text that the clinician ``by`` has checked for one clinic.

    ``digest`` is that of the printed text (see `handouts.check.review`). When the text changes, so
    does its digest, and it needs another review.
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
        """What one review is for: a text of a clinic in one language."""
        return self.clinic, self.kind, self.id, self.variant, self.language


class Reviews(ContentFile):
    """All reviews of a clinic's folder: its ``reviews.yaml``, written by ``handouts review``."""

    id: Literal["reviews"]
    reviews: tuple[Review, ...] = ()

    def model_post_init(self, _context: Any) -> None:
        """Refuse two reviews of one text, because nothing says which one is valid."""
        known: dict[ReviewKey, int] = {}
        for number, review in enumerate(self.reviews):
            if review.key in known:
                message = f"the {review.kind} {review.id} is reviewed twice for {review.clinic}"
                hint = "keep one of the two; handouts review writes the newest"
                raise FieldError(message, hint, "reviews", number)
            known[review.key] = number


class Checked(Struct, frozen=True):
    """Who has checked all texts of a handout, and the day of the last review."""

    names: tuple[str, ...]
    date: dt.date
