"""Define a clinic's own photograph of an exercise, who agreed to it, and its video."""

import datetime as dt
import re
from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints
from typing_extensions import override

from handouts.model.base import FieldError, Line, Model, Printable

PHOTO_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9 ._()-]*(/[A-Za-z0-9][A-Za-z0-9 ._()-]*){0,3}$"
LONGEST_ADDRESS: Final = 100
"""Characters; a longer address makes a code that is hard to scan, and is too long to type."""

PhotoFile = Annotated[str, StringConstraints(pattern=PHOTO_PATTERN, max_length=120)]
"""A file in the folder ``photos`` of the clinic's folder; ``/`` separates folders in it."""

_Part = Annotated[float, Field(ge=0, le=1)]

_HOST = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_ADDRESS = rf"https://{_HOST}(\.{_HOST})+(:[0-9]{{1,5}})?(/[!-~]*)?"


def _address(text: str) -> str:
    if not re.fullmatch(_ADDRESS, text, re.IGNORECASE):
        hint = (
            "write it like https://clinic.example/bridge, without spaces, a user name or a password"
        )
        raise FieldError("must be a web address that starts with https:// and names a host", hint)
    return text


Video = Annotated[str, StringConstraints(max_length=LONGEST_ADDRESS), AfterValidator(_address)]
"""The address that the code on the card opens: a page or a film of the exercise."""


def short_address(address: str) -> str:
    """Return an address as people type it: ``clinic.example/bridge``."""
    return address.removeprefix("https://").removesuffix("/")


class PhotoShape(StrEnum):
    """The shapes to which photographs of an exercise are cropped: 4:3, 1:1 or 3:4."""

    WIDE = "wide"
    SQUARE = "square"
    TALL = "tall"

    @property
    def ratio(self) -> float:
        """Width over height."""
        return {"wide": 4 / 3, "square": 1.0, "tall": 3 / 4}[self.value]


class Shows(StrEnum):
    """The side of the body that works in a photograph as it was taken; BOTH: either, or both."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


class PhotoConsent(Model):
    """The written consent of the people who can be recognised, valid up to and including ``until``.

    ``who`` is what they are to the clinic. Their name is on the form that they signed, and nowhere
    here.
    """

    who: Literal["staff", "patient", "volunteer", "model"]
    until: dt.date


class _Shot(Model):
    """What one photograph shows, and which part of it is kept."""

    file: PhotoFile | None = None
    step: Annotated[int, Field(ge=1, le=12)] | None = None
    caption: Annotated[str, Printable(40)] | None = None
    focus: tuple[_Part, _Part] | None = None
    crop: tuple[_Part, _Part, _Part, _Part] | None = None

    @override
    def model_post_init(self, _context: Any) -> None:
        if self.crop is None:
            return
        left, top, right, bottom = self.crop
        if self.focus is not None:
            raise FieldError("crop and focus cannot be used together", "remove one of them", "crop")
        if left >= right or top >= bottom:
            raise FieldError(
                "crop keeps nothing", "write [left, top, right, bottom], such as [0, 0.1, 1, 1]"
            )


class PhotoFrame(_Shot):
    """One photograph: its file, the step that it shows, a short caption, and the part to keep.

    It is cropped around its middle, or around the point ``focus``. ``crop`` gives the part itself:
    left, top, right, bottom. All of these are fractions of the upright photograph, from 0 to 1,
    measured from its top left corner.
    """

    file: PhotoFile


class Photo(_Shot):
    """The photograph of an exercise, or two to four of them as ``frames``.

    ``alt`` describes the picture for people who do not see it. ``people: none`` says that nobody
    can be recognised; otherwise ``consent`` must be valid on the day a handout is made. ``mirror``
    allows a mirror image for a patient whose other side works; without it the card says which side
    is shown. ``shape`` is that of all frames; by default, upright ones are tall and others wide.
    """

    frames: Annotated[tuple[PhotoFrame, ...], Field(min_length=2, max_length=4)] | None = None
    alt: Line
    shape: PhotoShape | None = None
    shows: Shows | None = None
    mirror: bool = False
    people: Literal["none"] | None = None
    consent: PhotoConsent | None = None

    @override
    def model_post_init(self, _context: Any) -> None:
        super().model_post_init(_context)
        if (self.file is None) == (self.frames is None):
            hint = "write file: heel-raise.jpg, or two to four frames, each with a file"
            raise FieldError("a picture has either a file or frames", hint)
        if self.frames is not None:
            for key in ("step", "caption", "focus", "crop"):
                if getattr(self, key) is not None:
                    raise FieldError(f"{key} belongs to a frame", "move it into the frame", key)
            self._check_steps(self.frames)
        if self.people and self.consent:
            message = "people: none, and a consent of people"
            raise FieldError(message, "remove one of them", "consent")

    @staticmethod
    def _check_steps(frames: tuple[PhotoFrame, ...]) -> None:
        before = 0
        for number, frame in enumerate(frames):
            if frame.step is None:
                hint = "write step: with the number of the step that it shows"
                raise FieldError("a frame does not say which step it shows", hint, "frames", number)
            if frame.step <= before:
                message = f"a frame of step {frame.step} after one of step {before}"
                hint = "put the frames in the order of the steps that they show"
                raise FieldError(message, hint, "frames", number, "step")
            before = frame.step

    @property
    def all_frames(self) -> tuple[PhotoFrame, ...]:
        """Its frames; a single photograph is one frame."""
        if self.frames is not None:
            return self.frames
        one = {key: getattr(self, key) for key in PhotoFrame.model_fields}
        return (PhotoFrame.model_construct(**one),)

    @property
    def steps(self) -> tuple[int, ...]:
        """The number of the step, from 1, that each frame shows, as far as frames state one."""
        return tuple(frame.step for frame in self.all_frames if frame.step is not None)

    def refusal(self, day: dt.date) -> str | None:
        """Return why it may not be printed on a day; None if it may."""
        if self.people is None and self.consent is None:
            return "it does not say whether anybody can be recognised"
        if self.consent is not None and self.consent.until < day:
            return f"the consent ended on {self.consent.until}"
        return None
