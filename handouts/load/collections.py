"""Turn an open collection of exercises (JSON), or the clinic's table (CSV), into drafts of files.

Nothing is invented: keys that a collection does not state stay out, and no handout can be made
before somebody has filled them in. `docs/importing.md` says what becomes of each key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any, ClassVar

from msgspec import Struct
from msgspec.structs import replace
from pydantic import BaseModel, ConfigDict, Field

from handouts.errors import ContentError, HandoutError, Location, Problem
from handouts.load.models import build_model
from handouts.load.records import FORMS, csv_records, json_records, paragraphs_of, steps_of
from handouts.load.source import SourceFile, decoded, node_of
from handouts.model.base import Line, Paragraph, normalized
from handouts.model.exercise import Exercise
from handouts.workspace import as_id

LIMIT = 32 * 1024 * 1024
"""The most bytes to read; a whole collection of some thousand exercises is smaller."""
LANGUAGES = {
    "de": 1, "en": 2, "bg": 3, "es": 4, "ru": 5, "nl": 6, "pt": 7, "el": 8, "cs": 9, "sv": 10,
    "no": 11, "fr": 12, "it": 13,
}  # fmt: skip
"""Languages, with the numbers that wger gives them."""
REQUIRED = tuple(
    name
    for name, field in Exercise.model_fields.items()
    if field.is_required() and name not in ("id", "sources")
)


class ExerciseDraft(Struct, frozen=True):
    """An exercise that is not complete yet; ``values`` are what is known, by key of its file.

    ``place`` is where it is in the collection, ``number`` its number there from 1, ``origin`` its
    id there, or else its name. ``comments`` are facts for which a file has no key.
    """

    id: str
    name: str
    place: Location
    number: int
    values: Mapping[str, Any]
    comments: tuple[str, ...] = ()
    origin: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """The keys that somebody has to fill in."""
        return tuple(key for key in REQUIRED if key not in self.values)


class Collection(Struct, frozen=True):
    """The drafts of a collection, in the order of its file, and the problems of the rest."""

    drafts: tuple[ExerciseDraft, ...]
    problems: tuple[Problem, ...]


def read_collection(path: Path, file: str, data: bytes, language: str, prefix: str) -> Collection:
    """Return the exercises of a collection: a ``.csv`` file, or one of JSON with ``data``.

    ``file`` is its name in messages. Of texts in several languages it takes those in ``language``.

    Raises:
        ContentError: if it cannot be read at all.
    """
    if path.suffix.lower() == ".csv":
        found: Iterator[tuple[Location, Any]] = csv_records(path, file, COLUMNS)
        read: Callable[[Any, Location, int], ExerciseDraft] = _from_row
    else:
        found = json_records(decoded(data, file), file)
        read = partial(_from_record, language=language)
    drafts, problems = dict[str, ExerciseDraft](), list[Problem]()
    for number, (place, record) in enumerate(found, 1):
        try:
            draft = _named(read(record, place, number), prefix)
            if draft.id in drafts:
                other = drafts[draft.id].number
                message = f"exercise {number} would be {draft.id}, as exercise {other} is"
                raise ContentError(Problem(message, place, "give one of them another name"))
            drafts[draft.id] = draft
        except HandoutError as error:
            problems += [_numbered(found_, number, place) for found_ in error.problems]
    if not drafts and not problems:
        raise ContentError(Problem("the file contains no exercises", Location(file), FORMS))
    return Collection(tuple(drafts.values()), tuple(problems))


def _numbered(problem: Problem, number: int, place: Location) -> Problem:
    if problem.message.startswith("exercise "):
        return problem
    where = problem.location if problem.location.line else place
    return problem._replace(message=f"exercise {number}: {problem.message}", location=where)


def _named(draft: ExerciseDraft, prefix: str) -> ExerciseDraft:
    """Return a draft with its id, if its values are right.

    Raises:
        ContentError: with all problems of its values.
    """
    plain = as_id(draft.id)
    if not prefix and not plain[:1].isalpha():
        plain = f"exercise-{plain}"
    name = f"{prefix}{plain}"[:60].strip("-")
    values = {"schema": 1, **draft.values}
    values.setdefault("family", name)
    root = node_of(draft.place, values)
    ready = replace(draft, id=name, origin=draft.id, values=root.plain())
    lacking = {f'missing key "{key}"' for key in (*ready.missing, "sources")}
    try:
        build_model(Exercise, SourceFile(draft.place.file, root), name=name)
    except ContentError as error:
        wrong = [problem for problem in error.problems if problem.message not in lacking]
        # The check of the written file reports too many steps: nothing is cut off here.
        wrong = [problem for problem in wrong if "steps must have at most" not in problem.message]
        if wrong:
            raise ContentError(wrong) from None
    return ready


# -- records of the two collections


class _Record(BaseModel):
    """The part of a record that is read; other keys of the collection are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    marks: ClassVar[frozenset[str]] = frozenset()


class FreeExercise(_Record):
    """An exercise of free-exercise-db."""

    marks = frozenset({"instructions", "primaryMuscles", "secondaryMuscles"})
    origin: Line | None = None
    name: Line
    force: Line | None = None
    level: Line | None = None
    mechanic: Line | None = None
    equipment: Line | None = None
    muscles: Annotated[tuple[Line, ...], Field(alias="primaryMuscles")] = ()
    muscles_secondary: Annotated[tuple[Line, ...], Field(alias="secondaryMuscles")] = ()
    instructions: tuple[Paragraph, ...] = ()
    category: Line | None = None
    images: tuple[Line, ...] = ()


class _Named(_Record):
    name: Line
    name_en: str = ""


class _Licence(_Record):
    short_name: Line
    url: str = ""


class _Alias(_Record):
    alias: Line


class _Comment(_Record):
    comment: Line


class _Translation(_Record):
    language: int
    name: Line
    description: str = Field("", max_length=20_000)
    aliases: tuple[_Alias, ...] = ()
    notes: tuple[_Comment, ...] = ()
    license_author: str | None = None


class WgerExercise(_Record):
    """An exercise of wger, as its exerciseinfo gives it."""

    marks = frozenset({"translations", "muscles_secondary", "license_author"})
    uuid: Line | None = None
    category: _Named | None = None
    muscles: tuple[_Named, ...] = ()
    muscles_secondary: tuple[_Named, ...] = ()
    equipment: tuple[_Named, ...] = ()
    license: _Licence | None = None
    license_author: str | None = None
    images: tuple[dict[str, Any], ...] = ()
    translations: tuple[_Translation, ...] = ()


_KINDS = {"strength": "strength", "stretching": "stretch"}
_NO_EQUIPMENT = re.compile(r"body ?only|body ?weight|none\b", re.IGNORECASE)


def _from_record(record: Any, place: Location, number: int, language: str) -> ExerciseDraft:
    if not isinstance(record, dict):
        raise ContentError(Problem("this is not an exercise", place, FORMS))
    # The id of a collection is not the id of our file.
    said = {"origin" if key == "id" else key: value for key, value in record.items()}
    source = SourceFile(place.file, node_of(place, said))
    if record.keys() & FreeExercise.marks:
        return _from_free(build_model(FreeExercise, source), place, number)
    if record.keys() & WgerExercise.marks:
        return _from_wger(build_model(WgerExercise, source), place, number, language)
    raise ContentError(
        Problem("it does not come from a collection that handouts can read", place, FORMS)
    )


def _from_free(found: FreeExercise, place: Location, number: int) -> ExerciseDraft:
    values: dict[str, Any] = {"name": found.name}
    if found.category in _KINDS:
        values["kind"] = _KINDS[found.category]
    if found.instructions:
        values["steps"] = steps_of(found.instructions)
    if found.equipment and not _NO_EQUIPMENT.search(found.equipment):
        values["equipment"] = [found.equipment]
    values["sources"] = [
        {
            "title": f"free-exercise-db: {found.origin or found.name}",
            "url": "https://github.com/yuhonas/free-exercise-db",
            "used_for": "everything that was not filled in by hand",
            "licence": "Unlicense",
        }
    ]
    facts = {
        "category": found.category,
        "force": found.force,
        "level": found.level,
        "mechanic": found.mechanic,
        "muscles": ", ".join(found.muscles),
        "further muscles": ", ".join(found.muscles_secondary),
        "equipment": "not said" if found.equipment is None else "",
        "pictures": ", ".join(found.images),
    }
    return ExerciseDraft(
        found.origin or found.name, found.name, place, number, values, _comments(facts)
    )


def _from_wger(found: WgerExercise, place: Location, number: int, language: str) -> ExerciseDraft:
    wanted = LANGUAGES[language]
    said = next((each for each in found.translations if each.language == wanted), None)
    if said is None:
        hint = "take another language with --language, or leave it out with --only"
        raise ContentError(Problem(f"it has no text in {language}", place, hint))
    if found.license is None:
        hint = "export it again from exerciseinfo, which includes the name of the licence"
        raise ContentError(Problem("it does not state its licence", place, hint))
    values: dict[str, Any] = {"name": said.name}
    if said.aliases:
        values["also_known_as"] = [each.alias for each in said.aliases]
    if steps := steps_of(paragraphs_of(said.description, place)):
        values["steps"] = steps
    items = [each.name for each in found.equipment]
    if needed := [item.lower() for item in items if not _NO_EQUIPMENT.search(item)]:
        values["equipment"] = needed
    authors = dict.fromkeys(
        " ".join(name.split()) for name in (said.license_author, found.license_author) if name
    )
    source = {
        "title": f"wger: {said.name}",
        "url": "https://wger.de",
        "used_for": "everything that was not filled in by hand",
        "licence": _licence(found.license.short_name),
    }
    if authors:
        source["author"] = ", ".join(filter(None, authors))
    values["sources"] = [source]
    facts = {
        "category": found.category.name if found.category else None,
        "muscles": ", ".join(each.name_en or each.name for each in found.muscles),
        "further muscles": ", ".join(each.name_en or each.name for each in found.muscles_secondary),
        "equipment": "" if items else "not said",
        "notes": " ".join(each.comment for each in said.notes),
        "uuid": found.uuid,
        "pictures": str(len(found.images) or ""),
    }
    return ExerciseDraft(said.name, said.name, place, number, values, _comments(facts))


def _comments(facts: Mapping[str, str | None]) -> tuple[str, ...]:
    return tuple(f"{key}: {' '.join(text.split())}" for key, text in facts.items() if text)


def _licence(name: str) -> str:
    """Return the name of a licence in its official spelling: ``CC BY-SA 4.0``."""
    match = re.fullmatch(r"CC[- ](BY(?:-[A-Z]{2})*)[- ]?(\d)(?:\.0)?", name.strip(), re.IGNORECASE)
    return f"CC {match[1].upper()} {match[2]}.0" if match else name


# -- a table of the clinic's own

_ONE = {
    "id", "name", "kind", "dose_kind", "stage", "family", "position", "purpose", "feel_it",
    "watch_out", "sides", "limb", "dosage", "dosage_from",
}  # fmt: skip
_SEVERAL = {"also_known_as", "regions", "steps", "short_steps", "cautions", "equipment"}
_CHANGES = {"easier", "harder"}
_OF_SOURCE = {"source": "title", "publisher": "publisher", "url": "url", "author": "author",
              "licence": "licence"}  # fmt: skip
COLUMNS = frozenset(_ONE | _SEVERAL | _CHANGES | _OF_SOURCE.keys())


def _from_row(row: dict[str, tuple[Location, str]], place: Location, number: int) -> ExerciseDraft:
    if "name" not in row:
        raise ContentError(Problem("it has no name", place, "fill in the cell"))
    values: dict[str, Any] = {}
    for key, (cell, text) in row.items():
        if key in _SEVERAL:
            parts = re.split(r"[|\n,]" if key == "regions" else r"[|\n]", text)
            items = [normalized(part) for part in parts if part.strip()]
            values[key] = node_of(cell, items)
        elif key in _CHANGES:
            values[key] = node_of(cell, {"text": normalized(text)})
        elif key == "stage" and normalized(text).isdecimal():
            values[key] = node_of(cell, int(text))
        elif key in _ONE and key != "id":
            values[key] = node_of(cell, normalized(text))
    source = {_OF_SOURCE[key]: normalized(row[key][1]) for key in _OF_SOURCE if key in row}
    values["sources"] = [{"title": place.file, **source}]
    _, name = row["name"]
    _, plain = row.get("id", row["name"])
    return ExerciseDraft(plain, normalized(name), place, number, values)
