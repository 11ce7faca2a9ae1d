"""Define an exercise: what to do, how it feels, how much; also limits of doses, and word lists."""

import re
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field

from handouts.model.base import (
    ContentFile,
    FieldError,
    Id,
    Line,
    Model,
    Region,
    Regions,
    Source,
    TextFile,
)
from handouts.model.dosage import Dosage
from handouts.model.figure import Figure, FigureChange
from handouts.model.photo import Photo, Video


class ExerciseKind(StrEnum):
    """What an exercise is for: the first thing that a clinician sorts by."""

    STRETCH = "stretch"
    MOBILITY = "mobility"
    STRENGTH = "strength"


class DoseKind(StrEnum):
    """The row of ``data/limits.yaml`` that a dose is checked against."""

    STRETCH = "stretch"
    MOBILITY = "mobility"
    REPS = "reps"
    HOLD = "hold"
    LOADED = "loaded"
    ACTIVITY = "activity"


class Sides(StrEnum):
    """How an exercise uses the two sides of the body.

    BOTH uses both together; EACH does one side, then the other; ALTERNATE swaps at every
    repetition; AFFECTED uses the sore side only.
    """

    BOTH = "both"
    EACH = "each"
    ALTERNATE = "alternate"
    AFFECTED = "affected"


class Change(Model):
    """An easier or harder form: ``text`` is printed, ``exercises`` link to whole exercises."""

    text: Line | None = None
    exercises: tuple[Id, ...] = ()


class ExerciseText(Model):
    """The patient-facing words of an exercise; a variant gives only those that differ.

    Texts may contain placeholders, which are filled from data: a noun with its side
    (``{leg:your_side}``, ``{leg:your_other_side}``, ``{leg:side}``, ``{leg:other_side}``), and the
    whole sentences ``{hold}`` and ``{repeat}``.
    """

    name: Line | None = None
    also_known_as: tuple[Line, ...] | None = None
    position: Line | None = None
    purpose: Line | None = None
    steps: tuple[Line, ...] | None = None
    short_steps: tuple[Line, ...] | None = None
    feel_it: Line | None = None
    watch_out: Line | None = None
    cautions: tuple[Line, ...] | None = None
    easier: Change | None = None
    harder: Change | None = None
    equipment: tuple[Line, ...] | None = None
    dosage: Dosage | None = None
    figure: FigureChange | None = None
    picture: Photo | None = None
    video: Video | None = None


_MOVED = ("position", "steps", "equipment", "figure")
"""A variant with one of these is done in another way, which no photo of the exercise shows."""


class Variant(ExerciseText):
    """The same exercise with other equipment or another lever: only the differences.

    If it is done in another way, the exercise's photograph and video are not used for it.
    """


class Exercise(TextFile, ExerciseText):
    """One exercise, with its variants and the sources of its facts.

    ``regions`` are what it is for: the safety text of a program must be for one of them. With
    ``extends`` it gives only the keys that differ from another exercise. ``first_move`` is the
    direction in which each repetition begins, for the words of a tempo.
    """

    extends: Id | None = None
    name: Line
    also_known_as: tuple[Line, ...] = ()
    kind: ExerciseKind
    dose_kind: DoseKind
    stage: Literal[1, 2, 3]
    family: Id
    regions: Regions
    position: Line
    purpose: Line
    steps: Annotated[tuple[Line, ...], Field(min_length=1, max_length=12)]
    feel_it: Line
    watch_out: Line
    cautions: tuple[Line, ...] = ()
    equipment: tuple[Line, ...] = ()
    sides: Sides
    limb: Literal["leg", "foot", "arm", "hand", "side", "direction"] = "side"
    first_move: Literal["up", "down"] | None = None
    dosage: Dosage
    dosage_from: Literal["article", "corrected", "conventional"]
    figure: Figure | None = None
    default_variant: Id | None = None
    variants: dict[Id, Variant] = {}
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]

    def model_post_init(self, _context: Any) -> None:
        """Check figures and photographs of variants against the exercise."""
        for name, variant in self.variants.items():
            if variant.figure is None:
                continue
            path = ("variants", name, "figure")
            if self.figure is None:
                raise FieldError(
                    f"the figure of variant {name} changes the figure of the exercise, which has "
                    "none",
                    "give the exercise a figure",
                    *path,
                )
            self.figure.override(variant.figure).check_props(path)
        self._check_photo(self.picture, len(self.steps), ())
        for name, variant in self.variants.items():
            steps = variant.steps or self.steps
            self._check_photo(variant.picture, len(steps), ("variants", name))

    def _check_photo(self, photo: Photo | None, steps: int, path: tuple[str, ...]) -> None:
        """Check a photograph against steps and sides; ``path`` leads to its exercise or variant."""
        if photo is None:
            return
        for number, frame in enumerate(photo.all_frames):
            if frame.step is not None and frame.step > steps:
                place = ("frames", number, "step") if photo.frames else ("step",)
                message = f"there is no step {frame.step}, only {steps}"
                raise FieldError(message, "", *path, "picture", *place)
        if photo.shows is None and self.sides is not Sides.BOTH:
            raise FieldError(
                "the picture does not say which side of the body works in it",
                "add shows: right, as seen by the person in the picture (or left, or both)",
                *path,
                "picture",
            )

    def variant(self, variant: str | None) -> Self:
        """Return this exercise with the changes of ``variant``; itself for None or the default.

        Raises:
            KeyError: if there is no such variant.
        """
        if variant is None or variant == self.default_variant:
            return self
        chosen = self.variants[variant]
        changes = {
            name: getattr(chosen, name)
            for name in chosen.model_fields_set
            if name not in ("dosage", "figure") and getattr(chosen, name) is not None
        }
        if any(getattr(chosen, name) is not None for name in _MOVED):
            changes |= {"picture": chosen.picture, "video": chosen.video}
        if self.figure is not None:
            changes["figure"] = self.figure.override(chosen.figure)
        if chosen.steps and "short_steps" not in changes:
            changes["short_steps"] = None
        return self.model_copy(update={**changes, "dosage": self.dosage.override(chosen.dosage)})


# -- limits of doses

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
    """Limits of one kind of dose; a number without a limit is not checked.

    Times are in seconds. ``amount_minutes`` and the like limit the amount of an activity in one
    session, ``session_seconds`` the time under tension (sets x repetitions x hold, one side), and
    ``repetitions_a_day`` the total of a day (sets x repetitions x times a day, one side).
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
    """Limits by kind of dose, and limits for all doses, whole programs and pictures.

    If a picture bends a hip further than ``new_hip_flexion`` degrees, or a spine further than
    ``weak_bones_flexion``, a caution must name the people who ask first.
    """

    doses: dict[DoseKind, DoseLimits]
    days_per_week: Limit
    load_kilograms: Limit
    tempo_seconds: Limit
    breath_seconds: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]]
    hold_breaths: Limit
    exercises: Limit
    minutes: Limit
    new_hip_flexion: Annotated[int, Field(ge=60, le=140)]
    weak_bones_flexion: Annotated[int, Field(ge=0, le=90)]
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]

    def model_post_init(self, _context: object) -> None:
        """Check that every kind of dose has limits."""
        absent = [kind.value for kind in DoseKind if kind not in self.doses]
        if absent:
            raise ValueError(f"doses is missing {', '.join(absent)}")


# -- word lists of plain language


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
    """A claim that must not be printed: ``pattern`` finds it, ``why`` says what is wrong."""

    pattern: Pattern
    why: Line
    instead: Line


class AskFirstWords(Model):
    """Patterns that find the people whom a caution tells to ask first."""

    new_hip: Pattern
    weak_bones: Pattern
    pregnancy: Pattern


class WordLists(ContentFile):
    """Word lists of one language.

    ``verbs`` may start a step; ``openers`` may come before the verb (slowly, then). ``jargon``
    gives plain words for clinical ones, ``one_word`` those that the other texts use for the same
    thing. ``numbers`` are number words, ``amounts`` what a number of a dose counts. ``limits`` find
    what a short step must not leave out. ``other_way`` finds a movement that goes both ways,
    ``as_one`` the words that count both as one. ``ask_first`` finds the people whom a caution
    names. ``sides`` finds a side of the body, or which side is sore. ``staging`` finds words that
    say when something begins. ``positions`` gives the few positions that a patient changes
    between; the first that matches is used. ``regions`` are what patients call each region where
    it hurts, ``pains`` how they say that of a ``{place}``, first as the name of a pain.
    ``never_print`` are claims that are wrong or harmful. ``longer`` is how many times as long as
    the English a text with the same meaning may be.
    """

    longer: Annotated[float, Field(ge=1, le=2)] = 1

    verbs: WordList
    openers: WordList
    jargon: dict[str, Line]
    one_word: dict[str, Line]
    numbers: WordList
    amounts: WordList
    limits: tuple[Pattern, ...]
    other_way: Pattern
    as_one: Pattern
    ask_first: AskFirstWords
    sides: Pattern
    staging: Pattern
    positions: dict[Line, Pattern]
    regions: dict[Region, WordList]
    pains: tuple[Pattern, ...]
    never_print: tuple[Claim, ...]
