"""Turn ids into models: read every file once, and apply overlays and ``extends``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

from msgspec.structs import replace

from handouts.errors import ContentError, HandoutError, MissingError, Problem
from handouts.load.extends import laid_over, overridden_values, placed_at_extends
from handouts.load.models import build_model
from handouts.load.source import SourceFile, merge
from handouts.load.texts import TRANSLATED
from handouts.load.translation import base_language, texts_in, translated, written_in
from handouts.load.yaml import LIMIT_BYTES, parse
from handouts.model.base import WRITTEN_IN, ContentFile
from handouts.model.clinic import Clinic, Reviews
from handouts.model.exercise import Exercise, Limits, WordLists
from handouts.model.layout import Layout
from handouts.model.locale import Locale
from handouts.model.order import PatientFile
from handouts.model.program import Program, Safety
from handouts.workspace import EXTENDABLE, Kind, Workspace

A = TypeVar("A")
T = TypeVar("T")
F = TypeVar("F", bound=ContentFile)

MODELS: dict[Kind, type[ContentFile]] = {
    Kind.EXERCISES: Exercise,
    Kind.PROGRAMS: Program,
    Kind.CLINICS: Clinic,
    Kind.LOCALES: Locale,
    Kind.LAYOUTS: Layout,
    Kind.SAFETY: Safety,
}

ProgramText = Callable[["Library"], Mapping[str, Any]]
"""A function that returns the keys and values of a program's file, in a library's language."""


class Library:
    """All content of a `Workspace`: each file is loaded on first use, and kept with its problems.

    Every method that returns content raises `MissingError` if nothing has that id, and
    `ContentError` with all problems of the file if the file is wrong.

    Args:
        workspace: the files.
        beneath: kind and id of a file to leave out, and replace by the one that it extends, copies
            or replaces, to compare the two.
        language: the language of texts that are translated into it. Other texts are in the
            language that they were written in, which their source states (``languages``).
    """

    def __init__(
        self,
        workspace: Workspace,
        beneath: tuple[Kind, str] | None = None,
        language: str = WRITTEN_IN,
    ) -> None:
        self.workspace = workspace
        self.language = language
        self._beneath = beneath
        self._loaded: dict[tuple[str, str], object] = {}
        self._others: dict[str, Library] = {}
        self._added: tuple[Library, str, ProgramText] | None = None

    def in_language(self, tag: str) -> Library:
        """Return this library with texts in the language of a tag such as es-MX."""
        language = base_language(tag)
        if language == self.language:
            return self
        if language not in self._others:
            other = Library(self.workspace, self._beneath, language)
            if self._added is not None:
                without, name, content = self._added
                other = without.in_language(language).with_program(name, content)
            self._others[language] = other
        return self._others[language]

    def with_program(self, name: str, content: ProgramText) -> Library:
        """Return a library with one more program, which has no file.

        ``content`` returns what its file would contain, in the language of the given library. The
        program is read and checked like a file. Content that is loaded already is not read again.
        """
        other = Library(self.workspace, self._beneath, self.language)
        other._added = self, name, content
        other._loaded = {key: each for key, each in self._loaded.items() if key[1] != name}
        return other

    def _added_program(self, name: str, content: ProgramText) -> SourceFile:
        # JSON is YAML.
        source = parse(json.dumps(content(self)).encode(), name)
        return replace(source, languages=frozenset({self.language}))

    def exercise(self, name: str) -> Exercise:
        """Return an exercise by id."""
        return self._content(Kind.EXERCISES, name, Exercise)

    def program(self, name: str) -> Program:
        """Return a program by id."""
        return self._content(Kind.PROGRAMS, name, Program)

    def clinic(self, name: str) -> Clinic:
        """Return a clinic by id."""
        return self._content(Kind.CLINICS, name, Clinic)

    def layout(self, name: str) -> Layout:
        """Return a layout by id, with what it extends filled in."""
        return self._content(Kind.LAYOUTS, name, Layout)

    def locale(self, tag: str) -> Locale:
        """Return the locale of a language tag: the file of its region, or else of its language."""
        known = self.workspace.ids(Kind.LOCALES)
        language = tag.split("-", maxsplit=1)[0]
        name = language if tag not in known and language in known else tag
        return self._content(Kind.LOCALES, name, Locale)

    def safety(self, name: str) -> Safety:
        """Return the safety text of a body region by id."""
        return self._content(Kind.SAFETY, name, Safety)

    def limits(self) -> Limits:
        """Return the dose limits; a clinic's own file changes only what it states."""
        return self._once("limits", "", self._limits)

    def reviews(self) -> Reviews:
        """Return the reviews of the clinic's folder; none if there is no file of them."""
        path = self.workspace.reviews()
        if path is None or not path.exists():
            return Reviews.model_construct(id="reviews")
        return self._once(
            "reviews", "", lambda: build_model(Reviews, self.stated(path), name="reviews")
        )

    def words(self) -> WordLists:
        """Return the word lists of the language; the English ones if it has none."""
        path = self.workspace.words(self.language)
        return self._once(
            "words", "", lambda: build_model(WordLists, self.stated(path), name=path.stem)
        )

    @property
    def has_words(self) -> bool:
        """Whether the language has word lists."""
        return self.workspace.words(self.language).stem == self.language

    def patient(self, path: Path) -> PatientFile:
        """Return the patient that a file describes; no message quotes the file."""
        source = self.stated(path, private=True)
        return build_model(PatientFile, source, private=True)

    def load(self, kind: str, name: str) -> ContentFile:
        """Return content of any `Kind` by id."""
        return self._content(Kind(kind), name, MODELS[Kind(kind)])

    def source(self, kind: str, name: str) -> SourceFile:
        """Return the tree of a file and all that it extends, with the place of every key."""
        kind = Kind(kind)

        def read() -> SourceFile:
            if self._added and (kind, name) == (Kind.PROGRAMS, self._added[1]):
                return self._added_program(*self._added[1:])
            if (kind, name) == self._beneath and (beneath := self.base(kind, name)):
                return beneath
            path = self.workspace.find(kind, name)
            file = self._extended(kind, path, ())
            base = self._copied(kind, path, file)
            if base is None:
                return file
            return replace(file, replaced=file.replaced | overridden_values(base, file))

        return self._once(f"source {kind}", name, read)

    def stated(self, path: Path, *, private: bool = False) -> SourceFile:
        """Return the tree of a file alone, in the language that it was written in.

        ``private``: it may contain patient text, which messages do not quote.
        """
        data = self.workspace.read(path, LIMIT_BYTES)
        return parse(data, self.workspace.display(path), private=private)

    def file(self, kind: str, path: Path) -> SourceFile:
        """Return the tree of a file at any path, with all that it extends."""
        return self._extended(Kind(kind), path, ())

    def base(self, kind: str, name: str) -> SourceFile | None:
        """Return the file that another copies, extends or replaces; None if there is none.

        Raises:
            MissingError: if there is no file of that id.
            ContentError: if one of the two is wrong, or the file that it extends does not exist.
        """
        kind = Kind(kind)
        path = self.workspace.find(kind, name)
        over = self._translated_file(kind, path)
        if copied := self._copied(kind, path, over):
            return copied
        if over.extends is not None:
            return self._extended(kind, self._parent(kind, path, over, over.extends), (path,))
        under = self.workspace.under(kind, path)
        return self._extended(kind, under, ()) if under else None

    def _content(self, kind: Kind, name: str, model: type[F]) -> F:
        def build() -> F:
            source = self.source(kind, name)
            try:
                return build_model(model, source, name=name)
            except ContentError as error:
                self._raise_at_extends(kind, name, model, source, error)
                raise

        return self._once(kind, name, build)

    def _raise_at_extends(
        self, kind: Kind, name: str, model: type[F], source: SourceFile, error: ContentError
    ) -> None:
        """Raise the problems at ``extends``, if the extended file is valid by itself."""
        base = self.base(kind, name) if source.extends is not None else None
        if base is None or all(found.location.file == source.file for found in error.problems):
            return
        try:
            build_model(model, base, name=name)
        except ContentError:
            return
        raise ContentError(placed_at_extends(source, error.problems)) from None

    def _translated_file(self, kind: Kind, path: Path) -> SourceFile:
        """Return a file without what it extends, in the library's language if it is translated."""
        file = self.stated(path)
        if kind not in TRANSLATED:
            return file
        written = written_in(kind, file)
        if not texts_in(kind, file):
            return file
        if written != self.language:
            found = self.workspace.translation(kind, path, self.language)
            if found is not None:
                file, written = translated(kind, file, self.stated(found)), self.language
        return replace(file, languages=frozenset({written}))

    def _limits(self) -> Limits:
        first, *others = (self.stated(path) for path in self.workspace.limits())
        for other in others:
            commented = first.commented | other.commented
            first = SourceFile(other.file, merge(first.root, other.root), commented)
        return build_model(Limits, first, name="limits")

    def _extended(self, kind: Kind, path: Path, below: tuple[Path, ...]) -> SourceFile:
        """Return a file with what it extends."""
        over = self._translated_file(kind, path)
        if kind not in EXTENDABLE or over.extends is None:
            return over
        extended = self._parent(kind, path, over, over.extends)
        if extended in (*below, path):
            chain = " -> ".join(file.stem for file in (*below, path, extended))
            message = f"{kind.plural} extend each other in a circle: {chain}"
            place = over.location("extends")
            raise ContentError(Problem(message, place, "remove one of the extends"))
        base = self._extended(kind, extended, (*below, path))
        return laid_over(kind, base, over, own=self.workspace.is_own(path))

    def _parent(self, kind: Kind, path: Path, over: SourceFile, parent: str) -> Path:
        """Return the path of the extended file; a clinic's own file may extend its namesake."""
        namesake = self.workspace.under(kind, path) if parent == path.stem else None
        try:
            return namesake or self.workspace.find(kind, parent)
        except MissingError as error:
            found = error.problems[0]
            place = over.location("extends")
            raise ContentError(Problem(found.message, place, found.hint)) from None

    def _copied(self, kind: Kind, path: Path, copy: SourceFile) -> SourceFile | None:
        """Return the current original of a copy; None if it is no copy or the original is gone."""
        origin = copy.get("copied_from", "id")
        if not isinstance(origin, str):
            return None
        namesake = self.workspace.under(kind, path) if origin == path.stem else None
        try:
            found = namesake or self.workspace.find(kind, origin)
        except MissingError:
            return None
        return None if found == path else self._extended(kind, found, ())

    def _once(self, kind: str, name: str, make: Callable[[], T]) -> T:
        """Return what ``make`` returned the first time, or raise what it raised."""
        key = (kind, name)
        if key not in self._loaded:
            try:
                self._loaded[key] = make()
            except HandoutError as error:
                self._loaded[key] = error
        loaded = self._loaded[key]
        if isinstance(loaded, HandoutError):
            raise loaded.with_traceback(None)
        return cast("T", loaded)


def loaded_or_none(load: Callable[[A], T], named: A) -> T | None:
    """Return what ``load`` returns for a name; None if that is missing or wrong.

    It is for checks that look at other files too: a wrong file is reported once, by itself.
    """
    try:
        return load(named)
    except HandoutError:
        return None
