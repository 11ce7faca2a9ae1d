"""Turn the form of a clinic into its file, its texts in other languages and its logo."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from handouts.check.photos import check_logo
from handouts.check.translation_files import changed_file, checked_against, translation_file
from handouts.check.translations import Translation, language_problems, translation_of
from handouts.desk.language import id_of, language_called
from handouts.desk.state import Desk
from handouts.errors import DeliveryError, HandoutError, Problem
from handouts.files import make_folder, sha256_of, write_whole
from handouts.load.library import Library
from handouts.load.models import build_model
from handouts.load.source import KeyPath
from handouts.load.translation import base_language, faults, texts_in
from handouts.load.yaml import LIMIT_BYTES, parse
from handouts.load.yaml_file import YamlFile
from handouts.model.clinic import Clinic, Mode
from handouts.text.brand import brand_of
from handouts.workspace import LOGO_BYTES, PHOTO_BYTES, Kind, Unsaved, Workspace

TEXTS = ("name", "kind", "phone", "emergency_number", "address", "website", "email", "hours",
         "code_link", "disclaimer", "disclaimer_short")  # fmt: skip
_LOGOS = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg"}
ROWS = 3
"""Empty rows for more clinicians in the form."""

_SEEN = "seen"
"""The field with the state of the files that a form was made from."""


class TranslatedText(Struct, frozen=True):
    """The field for one text of a clinic in another language.

    ``stale`` is True if the original has changed since the translation was checked. ``unsaid`` is
    True if the language has other texts of the clinic, but not this one.
    """

    field: str
    key: str
    language: str
    called: str
    stale: bool
    unsaid: bool


def translated_texts(desk: Desk, path: Path) -> list[TranslatedText]:
    """Return a field for each text of a clinic's file in each other language."""
    return [
        TranslatedText(
            field=_field(place, language),
            key=str(place[0]),
            language=language,
            called=language_called(language, desk.library.language),
            stale=place in stale,
            unsaid=each.path is not None and place not in each.given,
        )
        for language, each in _translations(desk, path)
        for stale in (_stale(desk.library.workspace, each),)
        for place in each.texts
    ]


def values_of(desk: Desk, clinic: Clinic, path: Path) -> dict[str, str]:
    """Return the values of the fields in a clinic's form."""
    values = {name: getattr(clinic, name) or "" for name in TEXTS}
    for language, each in _translations(desk, path):
        values |= {_field(place, language): each.given.get(place, "") for place in each.texts}
    values |= {
        "paper": clinic.paper,
        "locale": clinic.locale,
        _SEEN: _state_of(desk.library.workspace, path),
    }
    values |= {"primary": clinic.brand.primary, "secondary": clinic.brand.secondary or ""}
    for number, person in enumerate(clinic.clinicians):
        values |= {
            f"clinician-{number}-id": person.id,
            f"clinician-{number}-name": person.name,
            f"clinician-{number}-short": person.short_name or "",
        }
    return values


def _translations(desk: Desk, path: Path) -> Iterator[tuple[str, Translation]]:
    """Yield each other language in which the clinic's file has texts, with its translation."""
    workspace = desk.library.workspace
    for language in base_languages(workspace):
        library = Library(workspace).in_language(language)
        if found := translation_of(library, Kind.CLINICS, path):
            yield language, found


def base_languages(workspace: Workspace) -> list[str]:
    """Return the languages in which texts are written, without those of a single country."""
    return [tag for tag in workspace.ids(Kind.LOCALES) if base_language(tag) == tag]


def _field(place: KeyPath, language: str) -> str:
    """Return the name of the field for a text in another language: ``kind-es``."""
    return f"{place[0]}-{language}"


def _state_of(workspace: Workspace, path: Path) -> str:
    """Return a digest of a clinic's file and its translations, as they are now."""
    languages = base_languages(workspace)
    beside = (workspace.translation(Kind.CLINICS, path, language) for language in languages)
    files = (path, *filter(None, beside))
    return sha256_of(b"\n".join(workspace.read(file, LIMIT_BYTES) for file in files))[:16]


def save(
    desk: Desk, clinic: Clinic, path: Path, values: dict[str, str], logo: bytes
) -> list[Problem]:
    """Change the files of a clinic to match a form; if there are problems, return them instead."""
    with desk.saving:
        return _save(desk, clinic, path, values, logo)


def _save(
    desk: Desk, clinic: Clinic, path: Path, values: dict[str, str], logo: bytes
) -> list[Problem]:
    workspace, words = desk.library.workspace, desk.words
    state = _state_of(workspace, path)
    if values.get(_SEEN, state) != state:
        # A user who has read the message may save: the form now has the new state.
        values[_SEEN] = state
        return [Problem(words("clinic_meanwhile"), hint=words("clinic_again"))]
    content = workspace.read(path, LIMIT_BYTES)
    file = _changed_file(YamlFile.of(content, path.name), clinic, values)
    written: list[tuple[Path, bytes]] = []
    if logo:
        suffix = next((end for mark, end in _LOGOS.items() if logo.startswith(mark)), ".svg")
        name = f"{clinic.id}-logo{suffix}"
        file.put(name, "brand", "logo")
        written.append((path.with_name(name), logo))
    problems = _wrong(desk, clinic.id, file.content, written)
    if not problems:
        translated, problems = _translated(desk, path, file.content, values)
        written += translated
    return problems or write_together(workspace, [*written, (path, file.content)])


def write_together(workspace: Workspace, written: Sequence[tuple[Path, bytes]]) -> list[Problem]:
    """Write files in order; if one cannot be written, restore the others and return why."""
    # The old file may be larger than a new file is allowed to be.
    before = [
        (path, workspace.read(path, PHOTO_BYTES) if path.exists() else None) for path, _ in written
    ]
    try:
        for path, content in written:
            make_folder(path.parent, private=False)
            write_whole(path, content, private=False)
    except DeliveryError as error:
        for path, old in before:
            with contextlib.suppress(HandoutError, OSError):
                if old is None:
                    path.unlink(missing_ok=True)
                elif workspace.read(path, PHOTO_BYTES) != old:
                    write_whole(path, old, private=False)
        return list(error.problems)
    return []


# -- the file itself


def _changed_file(file: YamlFile, clinic: Clinic, values: Mapping[str, str]) -> YamlFile:
    """Return the file with the values of a form; an empty field removes its key."""
    for name in TEXTS:
        if name in values:
            file.put(re.sub(r"\s*\n\s*", " ", values[name]).strip() or None, name)
    for name in ("paper", "locale"):
        if values.get(name):
            file.put(values[name], name)
    for name in ("primary", "secondary"):
        if name in values:
            file.put(values[name].strip().lower() or None, "brand", name)
    if "clinician-0-name" in values:
        _put_people(file, clinic, _people(clinic, values))
    return file


def _people(clinic: Clinic, values: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the clinicians of a form by id; a new one gets a free id."""
    people: dict[str, dict[str, str]] = {}
    for number in range(len(clinic.clinicians) + ROWS):
        name, short, known = (
            values.get(f"clinician-{number}-{part}", "").strip() for part in ("name", "short", "id")
        )
        if not name:
            continue
        taken = {*people, *(person.id for person in clinic.clinicians)}
        made = id_of(name)
        free = (each for each in (made, *(f"{made}-{n}" for n in range(2, 99))))
        known = known or next(each for each in free if each not in taken)
        people[known] = {"id": known, "name": name} | ({"short_name": short} if short else {})
    return people


def _put_people(file: YamlFile, clinic: Clinic, people: dict[str, dict[str, str]]) -> None:
    if people == {each.id: each.model_dump(exclude_none=True) for each in clinic.clinicians}:
        return
    for place, person in reversed(list(enumerate(clinic.clinicians))):
        now = people.pop(person.id, None)
        if now is None:
            file.put(None, "clinicians", place)
            continue
        for name in ("name", "short_name"):
            file.put(now.get(name), "clinicians", place, name)
    for number, new in enumerate(people.values()):
        file.put(new, "clinicians", len(clinic.clinicians) + number)


def _wrong(desk: Desk, name: str, content: bytes, logo: list[tuple[Path, bytes]]) -> list[Problem]:
    """Return the problems of a clinic's new file and logo, before they are written."""
    if any(len(picture) > LOGO_BYTES for _, picture in logo):
        return [Problem(desk.words("logo_large"), hint=desk.words("logo_enough"))]
    try:
        made = build_model(Clinic, parse(content, f"{name}.yaml"), name=name)
        brand_of(made, Mode.COLOUR)
    except HandoutError as error:
        return list(error.problems)
    if problems := language_problems(desk.library, made.locale):
        return problems
    return list(check_logo(Unsaved(desk.library.workspace, dict(logo)), made))


# -- its texts in other languages


def _translated(
    desk: Desk, path: Path, content: bytes, values: Mapping[str, str]
) -> tuple[list[tuple[Path, bytes]], list[Problem]]:
    """Return the files with a clinic's texts in other languages, and their problems."""
    workspace, original = desk.library.workspace, parse(content, f"{Kind.CLINICS}/{path.name}")
    texts = texts_in(Kind.CLINICS, original)
    files: list[tuple[Path, bytes]] = []
    problems: list[Problem] = []
    for language, each in _translations(desk, path):
        typed = {
            place: values.get(_field(place, language), each.given.get(place, "")).strip()
            for place in texts
        }
        given = {place: text for place, text in typed.items() if text}
        ticked = values.get(f"checked-{language}") == "yes"
        if not texts or (given == each.given and texts == each.texts and not ticked):
            continue
        now = replace(each, original=original, texts=texts, given=given)
        name = f"{Kind.CLINICS}/{language}/{path.name}"
        try:
            checked, file = _written_anew(workspace, each, now, language, ticked=ticked)
            found = faults(original, parse(checked, name), texts)
        except HandoutError as error:
            problems += error.problems
            continue
        if given != each.given or ticked:
            # A text that is new in the original gets a field only after it is saved.
            problems += [problem for place, problem in found if not place or place in each.texts]
        if file:
            files.append((path.parent / language / path.name, file))
    return files, problems


def _written_anew(
    workspace: Workspace, was: Translation, now: Translation, language: str, *, ticked: bool
) -> tuple[bytes, bytes]:
    """Return a translation as if it were checked, and the file to write."""
    if was.path is None:
        made = translation_file(now, language)
        return made, made if now.given else b""
    source = workspace.read(was.path, LIMIT_BYTES)
    new = {place for place, text in now.given.items() if text != was.given.get(place)}
    return changed_file(source, now, set(now.given) if ticked else new)


def _stale(workspace: Workspace, each: Translation) -> set[KeyPath]:
    """Return the places of texts whose originals have changed since they were checked."""
    if each.path is None or not each.stale:
        return set()
    known = checked_against(workspace.read(each.path, LIMIT_BYTES), each)
    return {place for place in each.given if known.get(place) != each.texts[place]}
