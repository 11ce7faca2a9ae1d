"""Turn content and a language into translations: how far they are, and what is wrong in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from msgspec import Struct

from handouts.check.codes import finding
from handouts.errors import ContentError, HandoutError, Location, MissingError, Problem
from handouts.files import sha256_of
from handouts.load.library import Library, loaded_or_none
from handouts.load.source import KeyPath, SourceFile
from handouts.load.texts import TRANSLATED
from handouts.load.translation import (
    DIGEST,
    faults,
    other_names,
    texts_at,
    texts_digest,
    texts_in,
    written_in,
)
from handouts.model.base import WRITTEN_IN
from handouts.model.locale import plural_forms
from handouts.workspace import Kind


class State(StrEnum):
    """How far a file is translated. WRONG also means that the original has changed since."""

    DONE = "translated"
    WRONG = "wrong"
    MISSING = "missing"


Names = Mapping[KeyPath, tuple[str, ...]]
"""Other names to find an exercise by, by the path of their list."""


class Translation(Struct, frozen=True):
    """A file of content with its translation; ``path`` is None if there is none yet.

    ``texts`` are those of the original, ``given`` their translations. ``names`` are other names to
    find it by, of which a language may have more or fewer. ``faults`` are problems, each with the
    path of its text. ``lint`` are the rules that its file switches off. ``stale``: a text of the
    original has changed since it was translated. ``kept`` are the other keys of a locale's file,
    and ``beneath`` the texts of the built-in locale: only those that differ are written.
    """

    kind: Kind
    original: SourceFile
    path: Path | None
    texts: Mapping[KeyPath, str]
    given: Mapping[KeyPath, str]
    names: Names
    names_given: Names = {}
    faults: tuple[tuple[KeyPath, Problem], ...] = ()
    lint: object = None
    stale: bool = False
    kept: Mapping[str, Any] = {}
    beneath: Mapping[KeyPath, str] = {}

    @property
    def id(self) -> str:
        """The id of the file that is translated."""
        return Path(self.original.file).stem

    @property
    def name(self) -> str:
        """Its name in a table of texts: ``exercises/bird-dog``."""
        return f"{self.kind}/{self.id}"

    @property
    def state(self) -> State:
        """How far it is translated."""
        if self.path is None:
            return State.MISSING
        return State.WRONG if self.faults else State.DONE


def translations(library: Library) -> Iterator[Translation]:
    """Yield every file with texts in another language than the library's, with its translation.

    A file that cannot be read is skipped, because it has its own problems.
    """
    for kind in TRANSLATED:
        for path in library.workspace.originals(kind):
            if found := translation_of(library, kind, path):
                yield found


def translation_of(library: Library, kind: Kind, path: Path) -> Translation | None:
    """Return the translation of one file; None if it has no texts in another language."""
    original = loaded_or_none(library.stated, path)
    texts = texts_in(kind, original) if original else {}
    if original and texts and written_in(kind, original) != library.language:
        return _translation(library, kind, path, original, texts)
    return None


def locale_translation(library: Library) -> Translation:
    """Return the words that the program prints itself, with those of the library's language."""
    texts, language = _locale_texts(library), library.language
    known = language in library.workspace.ids(Kind.LOCALES)
    path = library.workspace.find(Kind.LOCALES, language) if known else None
    original = library.source(Kind.LOCALES, WRITTEN_IN)
    own = library.stated(path) if path and library.workspace.is_own(path) else None
    kept = {key: own.get(key) for key in ("extends", "regional", "lint") if own and own.has(key)}
    builtin, beneath = library.workspace.builtin(f"data/locales/{language}.yaml"), {}
    if builtin.is_file():
        kept = {"extends": language, **kept}
        beneath = _given_in(library.stated(builtin), texts)
    given = _locale_given(library, texts)
    return Translation(Kind.LOCALES, original, path, texts, given, {}, kept=kept, beneath=beneath)


def printed_by(library: Library, program: str) -> Iterator[str]:
    """Yield the files whose texts are printed for a program, named as in a table of texts.

    Raises:
        MissingError: if there is no such program.
        ContentError: if its file, or one that it needs, is wrong.
    """
    ordered = library.program(program)
    named = [(Kind.PROGRAMS, program), (Kind.SAFETY, ordered.safety)]
    named += ((Kind.EXERCISES, each.exercise) for each in ordered.prescriptions)
    for kind, name in dict.fromkeys(named):
        for path in _with_extended(library, kind, name):
            yield f"{kind}/{path.stem}"
    yield f"{Kind.LOCALES}/{WRITTEN_IN}"


def _with_extended(library: Library, kind: Kind, name: str) -> Iterator[Path]:
    """Yield the files of an id and of all that they extend, each with only its own texts."""
    waiting, seen = [name], set[str]()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        for path in library.workspace.originals(kind):
            source = loaded_or_none(library.stated, path) if path.stem == name else None
            if source is None:
                continue
            yield path
            if source.extends is not None and source.extends not in seen:
                waiting.append(source.extends)


_PLURALS = {"zero", "one", "two", "few", "many", "other"}
_ORDINALS = "nth"
_LEFT_OUT = {"schema", "extends", "regional", "lint"}
PAIRS = (("side", "nouns"), ("side", "contractions"))
"""Lists that the English locale lacks: nouns with their class, pairs of words that contract."""


def _locale_texts(library: Library) -> dict[KeyPath, str]:
    """Return the English words by their paths in a locale of the library's language."""
    cardinal, ordinal = plural_forms(library.language)
    known = library.language in library.workspace.ids(Kind.LOCALES)
    theirs = library.source(Kind.LOCALES, library.language) if known else None

    def walk(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
        if not isinstance(value, dict):
            yield path, str(value)
        elif value.keys() <= _PLURALS:
            forms = ordinal if str(path[-1]).startswith(_ORDINALS) else cardinal
            given = theirs.get(*path) if theirs else None
            for form in sorted(forms.union(given if isinstance(given, dict) else ())):
                yield (*path, form), str(value.get(form, value["other"]))
        else:
            for key, each in value.items():
                yield from walk(each, (*path, key))

    english = library.source(Kind.LOCALES, WRITTEN_IN).value
    listed = {key: value for key, value in english.items() if key not in _LEFT_OUT}
    texts = dict(walk(listed, ()))
    # Keep all of "side" together, as in the file.
    sides = {path: text for path, text in texts.items() if path[0] == "side"}
    return {**sides, **dict.fromkeys(PAIRS, ""), **texts}


def _locale_given(library: Library, texts: Mapping[KeyPath, str]) -> dict[KeyPath, str]:
    """Return the words of the library's locale for some texts; nothing if there is no locale."""
    if library.language not in library.workspace.ids(Kind.LOCALES):
        return {}
    return _given_in(library.source(Kind.LOCALES, library.language), texts)


def _given_in(source: SourceFile, texts: Mapping[KeyPath, str]) -> dict[KeyPath, str]:
    found = ((path, source.get(*path)) for path in texts)
    return {path: _sample(value) for path, value in found if value}


def _sample(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {each}" for key, each in value.items())
    return str(value)


def _translation(
    library: Library, kind: Kind, path: Path, original: SourceFile, texts: Mapping[KeyPath, str]
) -> Translation:
    names = other_names(original)
    found = library.workspace.translation(kind, path, library.language)
    if found is None:
        return Translation(kind, original, None, texts, {}, names)
    try:
        file = library.stated(found)
    except HandoutError as error:
        unread = tuple(((), problem) for problem in error.problems)
        return Translation(kind, original, found, texts, {}, names, {}, unread)
    wrong = tuple(faults(original, file, texts))
    given = texts_at(file, texts)
    stale = file.get(DIGEST) != texts_digest(texts)
    given_names, lint = other_names(file), file.get("lint")
    return Translation(kind, original, found, texts, given, names, given_names, wrong, lint, stale)


def check_translations(library: Library) -> list[Problem]:
    """Return all that is missing or wrong in the library's language, sorted by file and place."""
    problems = [*language_problems(library, library.language), *_mail_problems(library)]
    for each in translations(library):
        problems += (problem for _, problem in each.faults)
        if each.path is None:
            message = f"{each.name} has no text in {language_name(library.language)}"
            place = Location(each.original.file)
            hint = f"handouts new translation {library.language} {each.id}"
            problems.append(finding("translation-missing", message, place, hint))
    return sorted(dict.fromkeys(problems), key=lambda problem: problem.location)


_MAIL = ("subject.txt", "message.txt", "message.html")
_MAIL_BYTES = 1 << 20
_TRANSLATES = re.compile(r"\{#-?\s*translates:?\s*([0-9a-f]+)")


def _mail_problems(library: Library) -> Iterator[Problem]:
    """Yield problems of e-mail texts that are missing in the language, or translate older ones.

    A text that does not say what it translates is the clinic's own, and is not compared.
    """
    workspace, language = library.workspace, library.language
    for name in _MAIL:
        ours, theirs = (workspace.mail(tag, name) for tag in (WRITTEN_IN, language))
        if ours is None or language == WRITTEN_IN:
            continue
        if theirs is None:
            place = Location(workspace.display(ours))
            message = f"the e-mail has no text in {language_name(language)}"
            hint = f"write mail/{language}/{name}: see docs/emailing.md"
            yield finding("translation-missing", message, place, hint)
            continue
        now = sha256_of(workspace.read(ours, _MAIL_BYTES))[:16]
        stated = _TRANSLATES.search(workspace.read(theirs, _MAIL_BYTES).decode("utf-8", "replace"))
        if stated and stated[1] != now:
            message = f"{workspace.display(ours)} has changed since this was translated"
            hint = f"compare the two; when they agree again, write translates: {now}"
            yield Problem(message, Location(workspace.display(theirs), 1), hint)


# -- languages

_NOWHERE = Location()


def language_problems(library: Library, tag: str, place: Location = _NOWHERE) -> list[Problem]:
    """Return the problem of a language in which no handout can be written; ``place`` names it.

    A locale whose file is wrong is skipped, because that file has its own problems.
    """
    try:
        library.locale(tag)
    except MissingError as error:
        hint = _without_texts(tag)
        return [Problem(found.message, place, hint or found.hint) for found in error.problems]
    except ContentError:
        return []
    try:
        Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return [
            Problem(
                f'there are no rules for dates in the language "{tag}"',
                place,
                "such as en-US or en-GB",
            )
        ]
    return []


def _without_texts(tag: str) -> str:
    """Return a hint for a language that exists but has no texts; empty for a misspelled one."""
    try:
        language = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return ""
    english = f"; {WRITTEN_IN}-{language.territory} is English there" if language.territory else ""
    name = Locale(language.language).get_display_name("en")
    return f"nobody has translated it into {name} yet: see docs/translating.md{english}"


def untranslated(library: Library, used: Iterable[tuple[Kind, str]]) -> Iterator[Problem]:
    """Report files whose texts are not in the language: a handout is in one language only.

    A file that cannot be read is skipped, because it has its own problems.
    """
    for kind, name in dict.fromkeys(used):
        source = loaded_or_none(partial(library.source, kind), name)
        if source and not source.languages <= {library.language}:
            yield from _lacking(library, kind, name, source)


def _lacking(library: Library, kind: Kind, name: str, source: SourceFile) -> Iterator[Problem]:
    """Yield a problem for each of a file and those it extends that has no text in the language."""
    tag, language = library.language, language_name(library.language)
    listed = {
        path: translation_of(library, kind, path) for path in _with_extended(library, kind, name)
    }
    wanted = [path for path, each in listed.items() if each and each.path is None]
    for path in wanted or [library.workspace.find(kind, name)]:
        file = library.workspace.display(path) if wanted else source.file
        hint = f"handouts new translation {tag} {path.stem} makes a file to fill in"
        if library.workspace.is_own(path):
            hint += f"; or write language: {tag} in it, if it is written in that language"
        message = f"the {kind.noun} {path.stem} has no text in {language}"
        yield finding("translation-missing", message, Location(file), hint)


def language_name(tag: str) -> str:
    """Return the English name of a language: ``Spanish``."""
    try:
        return str(Locale.parse(tag, sep="-").get_display_name("en") or tag)
    except (UnknownLocaleError, ValueError):
        return f'"{tag}"'
