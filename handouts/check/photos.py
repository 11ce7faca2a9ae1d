"""Choose the picture of an exercise to print; find photographs and logos that cannot be used."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Iterator

from msgspec.structs import replace

from handouts.check.codes import finding
from handouts.errors import HandoutError, MissingError, Problem, Severity
from handouts.load.library import Library
from handouts.load.source import KeyPath, SourceFile
from handouts.load.texts import wordings
from handouts.logos import PhotoLook, read_logo, read_photo
from handouts.model.clinic import Clinic, Pictures
from handouts.model.exercise import Exercise, WordLists
from handouts.model.order import Order, OrderedExercise
from handouts.model.photo import Photo, short_address
from handouts.workspace import Kind, Workspace

SOON = dt.timedelta(days=60)
"""A consent that ends within this time is reported, so that there is time to ask again."""
EASY_ADDRESS = 40
"""Characters; a longer address is seldom typed without a mistake."""

_WITH_PHOTOS = (Pictures.ALL, Pictures.PHOTOS)
_WITH_DRAWINGS = (Pictures.ALL, Pictures.DRAWINGS)
_WHO_AGREED = (
    "write people: none, or consent: {who: staff, until: 2030-12-31} as their signed form says"
)


def pictured(item: OrderedExercise, pictures: Pictures, day: dt.date) -> OrderedExercise:
    """Return an exercise with only the picture to print on a day, if it has any.

    That is its photograph, or its drawing if the photograph may not be printed.
    """
    exercise = item.exercise
    photo, figure = exercise.picture, exercise.figure
    if photo and (pictures not in _WITH_PHOTOS or photo.refusal(day)):
        photo = None
    if photo or pictures not in _WITH_DRAWINGS:
        figure = None
    if photo is exercise.picture and figure is exercise.figure:
        return item
    changes = {"picture": photo, "figure": figure}
    return replace(item, exercise=exercise.model_copy(update=changes))


def photo_problems(
    library: Library, item: OrderedExercise, pictures: Pictures
) -> Iterator[Problem]:
    """Yield why the picture of an exercise cannot be printed: no consent, or a file is missing.

    If there is no consent but a drawing, the drawing is printed instead, and there is no problem.
    The problem of consent has no code, so that no file can switch it off.
    """
    exercise, day = item.exercise, library.workspace.today
    photo = exercise.picture
    if photo is None or pictures not in _WITH_PHOTOS:
        return
    source = library.source(Kind.EXERCISES, exercise.id)
    path = _path_of(source, item.prescription.variant)
    refusal = photo.refusal(day)
    if refusal is None:
        yield from _missing(library, photo, source, path)
    elif exercise.figure is None:
        yield _refused(exercise.id, refusal, source, path)


def _refused(exercise: str, why: str, source: SourceFile, path: KeyPath) -> Problem:
    message = f"the photograph of {exercise} may not be printed: {why}"
    return Problem(message, source.key_location(*path), f"{_WHO_AGREED}; or draw a figure")


def photo_warnings(library: Library, order: Order) -> Iterator[Problem]:
    """Yield a warning for each photograph of an order that is not printed for lack of consent."""
    if order.pictures not in _WITH_PHOTOS:
        return
    for item in order.exercises:
        exercise = library.exercise(item.exercise.id).variant(item.prescription.variant)
        why = exercise.picture.refusal(order.date) if exercise.picture else None
        if why is not None:
            source = library.source(Kind.EXERCISES, exercise.id)
            place = source.key_location(*_path_of(source, item.prescription.variant))
            instead = "its drawing is printed" if item.exercise.figure else "it has no picture"
            message = f"{exercise.id}: {instead}, not its photograph: {why}"
            yield Problem(message, place, _WHO_AGREED, severity=Severity.WARNING)


def refused_photos(library: Library) -> Iterator[Problem]:
    """Yield a problem for each of the clinic's photographs that a drawing replaces today."""
    workspace = library.workspace
    for name in workspace.ids(Kind.EXERCISES) if workspace.photos else ():
        with contextlib.suppress(HandoutError):
            if workspace.is_own(workspace.find(Kind.EXERCISES, name)):
                exercise = library.exercise(name)
                for path, photo in _photos(exercise):
                    found = _consent(library, exercise, photo, path)
                    yield from (each for each in found if each.code == "photo-consent")


def _photos(exercise: Exercise) -> Iterator[tuple[KeyPath, Photo]]:
    """Yield the photographs of an exercise and its variants, with their paths."""
    for path, wording in wordings(exercise):
        if wording.picture is not None:
            yield (*path, "picture"), wording.picture


def _path_of(source: SourceFile, variant: str | None) -> KeyPath:
    """Return the path of a variant's photograph: its own, or that of its exercise."""
    own = ("variants", variant or "", "picture")
    return own if source.has(*own) else ("picture",)


def _missing(
    library: Library, photo: Photo, source: SourceFile, path: KeyPath
) -> Iterator[Problem]:
    for number, frame in enumerate(photo.all_frames):
        try:
            library.workspace.photo_path(frame.file)
        except HandoutError as error:
            found = error.problems[0]
            place = source.location(*_frame_path(photo, path, number), "file")
            yield finding("photo", found.message, place, found.hint)


def _frame_path(photo: Photo, path: KeyPath, number: int) -> KeyPath:
    return (*path, "frames", number) if photo.frames else path


# -- what check finds


def lint_photos(
    library: Library, exercise: Exercise, source: SourceFile, words: WordLists
) -> Iterator[Problem]:
    """Check the photographs and videos of an exercise and its variants."""
    for path, wording in wordings(exercise):
        if wording.video and len(short_address(wording.video)) > EASY_ADDRESS:
            message = f"an address of {len(short_address(wording.video))} letters is hard to type"
            hint = f"use a short one on your own site: at most {EASY_ADDRESS} letters"
            yield finding("video-long", message, source.location(*path, "video"), hint)
    for path, photo in _photos(exercise):
        yield from _consent(library, exercise, photo, path)
        yield from _words(photo, source, path, words)
        yield from _files(library, photo, source, path)


def _consent(
    library: Library, exercise: Exercise, photo: Photo, path: KeyPath
) -> Iterator[Problem]:
    source, today = library.source(Kind.EXERCISES, exercise.id), library.workspace.today
    drawn = exercise.variant(str(path[1]) if len(path) > 1 else None).figure
    why = photo.refusal(today)
    if why is not None and drawn is None:
        yield _refused(exercise.id, why, source, path)
    elif why is not None:
        message = f"the drawing of {exercise.id} is printed, not its photograph: {why}"
        yield finding("photo-consent", message, source.key_location(*path), _WHO_AGREED)
    elif photo.consent is not None and photo.consent.until < today + SOON:
        message = f"the consent for the photograph ends on {photo.consent.until}"
        place = source.location(*path, "consent", "until")
        yield finding("photo-consent-soon", message, place, "ask for another, and change the day")


def _words(photo: Photo, source: SourceFile, path: KeyPath, words: WordLists) -> Iterator[Problem]:
    sides = re.compile(words.sides, re.IGNORECASE)
    for number, frame in enumerate(photo.all_frames):
        place = source.location(*_frame_path(photo, path, number), "caption")
        caption = frame.caption or ""
        for match in (*sides.finditer(caption), *re.finditer(r"\{\w*\}", caption)):
            hint = "leave it out: shows states the side, and the card names it where needed"
            yield finding("photo-words", f'"{match[0]}" in a caption', place, hint)
    for match in sides.finditer(photo.alt if photo.mirror else ""):
        message = f'"{match[0]}" in the alt of a picture that is mirrored for the other side'
        place = source.location(*path, "alt")
        yield finding("photo-words", message, place, "say it without a side")


def _files(library: Library, photo: Photo, source: SourceFile, path: KeyPath) -> Iterator[Problem]:
    seen: set[tuple[object, ...]] = set()
    for number, frame in enumerate(photo.all_frames):
        place = source.location(*_frame_path(photo, path, number), "file")
        key = (frame.file, frame.crop, frame.focus)
        if key in seen:
            hint = "name another file, or show another part of it"
            yield finding("photo-twice", f"{frame.file} is shown twice", place, hint)
        seen.add(key)
    missing = list(_missing(library, photo, source, path))
    yield from missing
    if not missing:
        yield from _unprintable(library, photo, source, path)


def _unprintable(
    library: Library, photo: Photo, source: SourceFile, path: KeyPath
) -> Iterator[Problem]:
    try:
        read_photo(photo, library.workspace, PhotoLook())
    except HandoutError as error:
        for problem in error.problems:
            name = problem.location.file.rpartition("/")[2]
            numbers = [n for n, f in enumerate(photo.all_frames) if f.file.endswith(name)]
            place = source.location(*_frame_path(photo, path, numbers[0]), "file")
            yield finding("photo", f"{name}: {problem.message}", place, problem.hint)


# -- logos


def check_logo(workspace: Workspace, clinic: Clinic) -> list[Problem]:
    """Return the problem of a clinic's logo in a list, which is empty if the logo is right."""
    try:
        read_logo(clinic, workspace)
    except HandoutError as error:
        found = error.problems[0]
        missing = isinstance(error, MissingError)
        hint = "put it beside the clinic's file, or remove brand: logo" if missing else found.hint
        return [finding("logo", f"logo: {found.message}", found.location, hint)]
    return []
