"""Turn ids into models: every file read once, overlays and ``extends`` applied."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

from handouts.errors import ContentError, HandoutError, MissingError, Problem
from handouts.load.models import build_model
from handouts.load.source import Entry, Node, SourceFile, make_node, merge
from handouts.load.yaml import LIMIT_BYTES, parse
from handouts.model.base import ContentFile
from handouts.model.clinic import Clinic
from handouts.model.exercise import Exercise
from handouts.model.layout import Layout
from handouts.model.limits import Limits, WordLists
from handouts.model.locale import Locale
from handouts.model.order import PatientFile
from handouts.model.program import Program, Safety
from handouts.model.review import Reviews
from handouts.workspace import EXTENDABLE, Kind, Workspace

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


class Library:
    """All content of a `Workspace`, loaded when asked for and kept, good or bad.

    Every method that returns content raises `MissingError` if there is none of that id and
    `ContentError` with all problems of its file if that is wrong.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._loaded: dict[tuple[str, str], object] = {}

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
        """Return the locale of a language tag: its region's file, else that of its language."""
        known = self.workspace.ids(Kind.LOCALES)
        language = tag.split("-", maxsplit=1)[0]
        name = language if tag not in known and language in known else tag
        return self._content(Kind.LOCALES, name, Locale)

    def safety(self, name: str) -> Safety:
        """Return red flags and stop rule of a body region by id."""
        return self._content(Kind.SAFETY, name, Safety)

    def limits(self) -> Limits:
        """Return the dose limits; a clinic's own file changes only what it states."""
        return self._once("limits", "", self._limits)

    def reviews(self) -> Reviews:
        """Return what has been reviewed in the clinic's folder: nothing, where no file says so."""
        path = self.workspace.reviews()
        if path is None or not path.exists():
            return Reviews.model_construct(id="reviews")
        return self._once(
            "reviews", "", lambda: build_model(Reviews, self._parse(path), name="reviews")
        )

    def words(self) -> WordLists:
        """Return the word lists of the plain-language checks."""
        path = self.workspace.words()
        return self._once(
            "words", "", lambda: build_model(WordLists, self._parse(path), name="words")
        )

    def patient(self, path: Path) -> PatientFile:
        """Return the patient that a file describes; no message quotes anything of it."""
        source = self._parse(path, private=True)
        return build_model(PatientFile, source, private=True)

    def load(self, kind: str, name: str) -> ContentFile:
        """Return content of any `Kind` by id."""
        return self._content(Kind(kind), name, MODELS[Kind(kind)])

    def source(self, kind: str, name: str) -> SourceFile:
        """Return the tree of a file, with the place of every key, and with all that it extends."""
        kind = Kind(kind)

        def read() -> SourceFile:
            path = self.workspace.find(kind, name)
            return self._extended(kind, path, ()) if kind in EXTENDABLE else self._parse(path)

        return self._once(f"source {kind}", name, read)

    def _content(self, kind: Kind, name: str, model: type[F]) -> F:
        return self._once(
            kind, name, lambda: build_model(model, self.source(kind, name), name=name)
        )

    def _parse(self, path: Path, *, private: bool = False) -> SourceFile:
        data = self.workspace.read(path, LIMIT_BYTES)
        return parse(data, self.workspace.display(path), private=private)

    def _limits(self) -> Limits:
        first, *others = (self._parse(path) for path in self.workspace.limits())
        for other in others:
            first = _over(first, first.root, other)
        return build_model(Limits, first, name="limits")

    def _extended(self, kind: Kind, path: Path, below: tuple[Path, ...]) -> SourceFile:
        """Return a file with what it extends; one of the clinic's own may extend its namesake."""
        over = self._parse(path)
        parent = over.get("extends")
        if not isinstance(parent, str):
            return over
        place = over.location("extends")
        namesake = self.workspace.under(kind, path) if parent == path.stem else None
        try:
            extended = namesake or self.workspace.find(kind, parent)
        except MissingError as error:
            found = error.problems[0]
            raise ContentError(Problem(found.message, place, found.hint)) from None
        if extended in (*below, path):
            chain = " -> ".join((*(file.stem for file in below), path.stem, parent))
            message = f"{kind.plural} extend each other in a circle: {chain}"
            raise ContentError(Problem(message, place, "remove one of the extends"))
        base = self._extended(kind, extended, (*below, path))
        merged = _over(base, _inheritable(base.root), over)
        replaced = base.replaced
        if self.workspace.is_own(path):
            told = over.value.keys() & base.value.keys() - _OF_THE_FILE
            replaced = replaced | {f"{over.file} {key}": base.get(key) for key in sorted(told)}
        return SourceFile(merged.file, _with_all_sources(merged, base), merged.commented, replaced)

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


def _over(base: SourceFile, root: Node, over: SourceFile) -> SourceFile:
    """Return a file laid over the tree of another one."""
    return SourceFile(over.file, merge(root, over.root), base.commented | over.commented)


_OF_THE_FILE = {"schema", "lint", "extends", "sources", "regions"}
"""Keys that say nothing to print: what stands there replaces nothing."""


def _inheritable(root: Node) -> Node:
    """Return a tree without what is said of its file alone."""
    if not isinstance(root.content, dict):
        return root
    content = {key: entry for key, entry in root.content.items() if key not in ("lint", "extends")}
    return make_node(root.location, content)


def _with_all_sources(merged: SourceFile, base: SourceFile) -> Node:
    """Return a merged tree that names the sources of what was extended too, after its own."""
    root, inherited = merged.root, base.root.child("sources")
    own = root.child("sources")
    if own is None or inherited is None or own is inherited or not isinstance(root.content, dict):
        return root
    if not (isinstance(own.content, tuple) and isinstance(inherited.content, tuple)):
        return root
    both = make_node(own.location, (*own.content, *inherited.content))
    entry = Entry(root.content["sources"].location, both)
    return make_node(root.location, {**root.content, "sources": entry})
