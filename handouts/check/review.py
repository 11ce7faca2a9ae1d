"""Turn texts into reviews by their digests, and compare reviews with the current texts.

A review is valid for the text that was read. Its digest covers what is printed: comments, sources
and the order of keys may change, but another sentence, dose or pose ends the review. If a clinic's
own file replaces a built-in sentence, the digest covers that sentence too: when it changes, the
clinic reviews its own again.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from msgspec import Struct, field

from handouts.check.references import program_references
from handouts.check.translations import language_problems, untranslated
from handouts.errors import ContentError, HandoutError, Severity
from handouts.files import digest_of_data, sha256_of, write_whole
from handouts.load.library import Library
from handouts.load.translation import base_language
from handouts.model.base import WRITTEN_IN
from handouts.model.clinic import Checked, Review, ReviewKey, TextKind
from handouts.model.exercise import Exercise
from handouts.model.program import Prescription, Program, Safety
from handouts.workspace import Kind

_HEAD = """\
# yaml-language-server: $schema=schemas/reviews.json
# Written by handouts review: who has checked which text, and the digest of what was read.
schema: 1
"""
ELSEWHERE = {"figure", "brand"}
"""Keys that are not shown as words: pictures are reviewed in the handout itself."""

_UNPRINTED = {"schema_", "id", "lint", "sources", "regions", "extends", "copied_from", "language"}
_OF_EACH = {
    TextKind.PROGRAM: {"name", "code", "safety"},
    TextKind.SAFETY: set[str](),
    TextKind.EXERCISE: {
        "kind", "stage", "family", "dosage_from", "variants", "default_variant",
    },
}  # fmt: skip
"""Keys that no patient reads: names in lists, what sorts and links files, other variants."""


class Reviewed(Struct, frozen=True):
    """A text that a handout needs, as it is now; ``variant`` is None for the exercise itself.

    ``replaced`` are the values that the clinic's own file replaces. ``photos`` are the digests of
    its photographs.
    """

    kind: TextKind
    content: Program | Safety | Exercise
    variant: str | None = None
    replaced: dict[str, Any] = field(default_factory=dict)
    photos: tuple[str, ...] = ()
    language: str = WRITTEN_IN

    @property
    def id(self) -> str:
        """The name of its file."""
        return self.content.id

    @property
    def label(self) -> str:
        """Its name in a list: ``exercise bird-dog, leg-only``."""
        return f"{self.kind} {self.id}" + (f", {self.variant}" if self.variant else "")

    def key(self, clinic: str) -> ReviewKey:
        """Return the key of its review."""
        return clinic, self.kind, self.id, self.variant, self.language

    @property
    def words(self) -> dict[str, Any]:
        """The printed values, by the keys of its file.

        Default values are left out, so that a key that a later version adds changes nothing.
        """
        left_out: dict[str, Any] = dict.fromkeys(_UNPRINTED | _OF_EACH[self.kind], True)
        if isinstance(self.content, Exercise) and self.content.picture:
            # A new consent does not make a new picture.
            left_out["picture"] = {"consent", "people"}
        return self.content.model_dump(mode="json", exclude=left_out, exclude_defaults=True)

    @property
    def digest(self) -> str:
        """The digest of `words`, of what they replace, and of photographs: 32 hexadecimal digits.

        It does not depend on how the file is written.
        """
        said: Any = [self.words, self.replaced] if self.replaced else self.words
        said = [said, self.photos] if self.photos else said
        return digest_of_data(said, 32)


def texts_of(
    library: Library,
    program: Program,
    safety: Safety,
    exercises: Iterable[tuple[Exercise, Prescription]],
) -> tuple[Reviewed, ...]:
    """Return the texts of a handout, each once; ``exercises`` already have variants applied."""

    def replaced(kind: Kind, content: Program | Safety | Exercise) -> dict[str, Any]:
        return library.source(kind, content.id).replaced

    language = library.language
    texts = [
        Reviewed(kind, content, replaced=replaced(of, content), language=language)
        for kind, of, content in (
            (TextKind.PROGRAM, Kind.PROGRAMS, program),
            (TextKind.SAFETY, Kind.SAFETY, safety),
        )
    ]
    for exercise, prescription in exercises:
        variant = prescription.variant
        named = None if variant == exercise.default_variant else variant
        photos, below = _photos_of(library, exercise), replaced(Kind.EXERCISES, exercise)
        texts.append(Reviewed(TextKind.EXERCISE, exercise, named, below, photos, language))
    unique = {(text.kind, text.id, text.variant): text for text in texts}
    return tuple(unique.values())


def _photos_of(library: Library, exercise: Exercise) -> tuple[str, ...]:
    """Return the digests of an exercise's photographs, without those that are missing."""
    digests = []
    for frame in exercise.picture.all_frames if exercise.picture else ():
        with contextlib.suppress(HandoutError):
            _, data = library.workspace.photo(frame.file)
            digests.append(sha256_of(data))
    return tuple(digests)


def texts_of_program(library: Library, program: str) -> tuple[Reviewed, ...]:
    """Return the texts that a whole program needs, in the library's language.

    Raises:
        MissingError: if the program, or what it names, does not exist.
        ContentError: if there is no such language, a text is not in it, or a file is wrong.
    """
    if problems := language_problems(library, library.language):
        raise ContentError(problems)
    read = library.program(program)
    wrong = [each for each in program_references(library, read) if each.severity is Severity.ERROR]
    if wrong:
        raise ContentError(wrong)
    exercises = (
        (library.exercise(item.exercise).variant(item.variant), item)
        for _, item in read.prescription_paths
    )
    texts = texts_of(library, read, library.safety(read.safety), exercises)
    problems = list(untranslated(library, ((_FILES[text.kind], text.id) for text in texts)))
    if problems:
        # Somebody who reads them in another language has not reviewed them in this one.
        raise ContentError(problems)
    return texts


_FILES = {TextKind.PROGRAM: Kind.PROGRAMS, TextKind.SAFETY: Kind.SAFETY,
          TextKind.EXERCISE: Kind.EXERCISES}  # fmt: skip


class ReviewState(Struct, frozen=True):
    """A text with its review, if there is one; ``current``: the review is of the current text."""

    text: Reviewed
    review: Review | None
    current: bool


def states(library: Library, clinic: str, texts: Iterable[Reviewed]) -> Iterator[ReviewState]:
    """Yield each of the texts with the review that a clinic has of it.

    Raises:
        ContentError: if the clinic's reviews cannot be read.
    """
    known = {review.key: review for review in library.reviews().reviews}
    for text in texts:
        review = known.get(text.key(clinic))
        yield ReviewState(text, review, review is not None and review.digest == text.digest)


def checked(library: Library, clinic: str, texts: Iterable[Reviewed]) -> Checked | None:
    """Return who has checked all texts for a clinic; None if one is unchecked or has changed.

    Raises:
        ContentError: if the clinic's reviews cannot be read.
    """
    reviews = []
    for state in states(library, clinic, texts):
        if state.review is None or not state.current:
            return None
        reviews.append(state.review)
    names = tuple(dict.fromkeys(review.by for review in reviews))
    return Checked(names, max(review.date for review in reviews)) if reviews else None


def review_of(text: Reviewed, clinic: str, by: str, date: dt.date) -> Review:
    """Return a review of the current text."""
    return Review(
        clinic=clinic,
        kind=text.kind,
        id=text.id,
        variant=text.variant,
        language=text.language,
        digest=text.digest,
        by=by,
        date=date,
    )


def review_command(program: str, clinic: str, language: str | None) -> str:
    """Return the command that reviews a program in a language."""
    base = base_language(language or WRITTEN_IN)
    spoken = "" if base == WRITTEN_IN else f" --language {base}"
    return f"handouts review {program} --clinic {clinic}{spoken}"


def write_reviews(library: Library, given: Iterable[Review]) -> None:
    """Write all reviews; new ones replace those of the same text.

    Raises:
        ContentError: if the reviews in the folder cannot be read.
        DeliveryError: if the folder cannot be written.
    """
    path = library.workspace.reviews()
    if path is None:
        return
    # Read again, because somebody else may have added reviews meanwhile.
    now = Library(library.workspace).reviews()
    known = {review.key: review for review in (*now.reviews, *given)}
    ordered = sorted(known.values(), key=lambda each: tuple(part or "" for part in each.key))
    lines = "".join(map(_line, ordered))
    write_whole(path, f"{_HEAD}reviews:\n{lines}".encode(), private=False)


def _line(review: Review) -> str:
    """Return a review as one line of YAML, with texts in JSON's notation, which YAML accepts."""
    value = review.model_dump(mode="json", exclude_defaults=True)
    said = partial(json.dumps, ensure_ascii=False)
    return "  - {" + ", ".join(f"{key}: {said(text)}" for key, text in value.items()) + "}\n"


def text_lines(value: dict[str, Any], indent: str = "") -> Iterator[str]:
    """Yield a text as lines to read: its keys as they are in the file, lists item by item."""
    for key, content in value.items():
        if key in ELSEWHERE:
            continue
        label = f"{indent}{key.replace('_', ' ')}:"
        if isinstance(content, dict):
            yield label
            yield from text_lines(content, f"{indent}  ")
        elif isinstance(content, list):
            yield label
            for item in content:
                if not isinstance(item, dict):
                    yield f"{indent}  - {item}"
                    continue
                first, *rest = text_lines(item)
                yield f"{indent}  - {first}"
                yield from (f"{indent}    {line}" for line in rest)
        else:
            yield f"{label} {content}"
