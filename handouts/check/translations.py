"""Turn content and a language into how far its texts are translated, and into files to fill in."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path as FilePath

import yaml
from msgspec import Struct

from handouts.check.codes import finding
from handouts.check.locale_words import locale_file, locale_given, locale_texts
from handouts.check.references import language_name, language_problems
from handouts.check.text_table import Row
from handouts.errors import HandoutError, Location, Problem
from handouts.load.library import Library
from handouts.load.source import Path, SourceFile
from handouts.load.texts import TRANSLATED
from handouts.load.translation import (
    DIGEST,
    faults,
    other_names,
    said,
    texts_at,
    texts_digest,
    texts_in,
    written_in,
)
from handouts.model.base import WRITTEN_IN
from handouts.workspace import Kind


class State(StrEnum):
    """How far a file is translated. WRONG also says that its original has changed."""

    DONE = "translated"
    WRONG = "wrong"
    MISSING = "missing"


Names = Mapping[Path, tuple[str, ...]]
"""Names to be found by, by the path of their list."""


class Translation(Struct, frozen=True):
    """A file of content with its translation; ``path`` is None where there is none yet.

    ``texts`` are those of the original, ``given`` what is translated of them; ``names`` those to be
    found by, which a language has as many of as it has. ``faults``: what is wrong, each with the
    path of its text; ``lint``: the rules that its file switches off.
    """

    kind: Kind
    original: SourceFile
    path: FilePath | None
    texts: Mapping[Path, str]
    given: Mapping[Path, str]
    names: Names
    names_given: Names = {}
    faults: tuple[tuple[Path, Problem], ...] = ()
    lint: object = None

    @property
    def id(self) -> str:
        """The id of the file that is translated."""
        return FilePath(self.original.file).stem

    @property
    def name(self) -> str:
        """The file in a table of texts: ``exercises/bird-dog``."""
        return f"{self.kind}/{self.id}"

    @property
    def state(self) -> State:
        """How far it is."""
        if self.path is None:
            return State.MISSING
        return State.WRONG if self.faults else State.DONE


def translations(library: Library) -> Iterator[Translation]:
    """Yield every file that has texts in another language than that of the library.

    A file that cannot be read is passed over: it has its own problems.
    """
    for kind in TRANSLATED:
        for path in library.workspace.originals(kind):
            try:
                original = library.stated(path)
            except HandoutError:
                continue
            texts = texts_in(kind, original)
            if texts and written_in(kind, original) != library.language:
                yield _translation(library, kind, path, original, texts)


def locale_translation(library: Library) -> Translation:
    """Return the words that the program prints itself, as far as they are in the language."""
    texts, language = locale_texts(library), library.language
    known = language in library.workspace.ids(Kind.LOCALES)
    path = library.workspace.find(Kind.LOCALES, language) if known else None
    original = library.source(Kind.LOCALES, WRITTEN_IN)
    return Translation(Kind.LOCALES, original, path, texts, locale_given(library, texts), {})


def _translation(
    library: Library, kind: Kind, path: FilePath, original: SourceFile, texts: Mapping[Path, str]
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
    return Translation(
        kind, original, found, texts, given, names, other_names(file), wrong, file.get("lint")
    )


def check_translations(library: Library) -> list[Problem]:
    """Return what is missing or wrong in the library's language, sorted by file and place."""
    problems = [*language_problems(library, library.language), *_mail_problems(library)]
    for each in translations(library):
        problems += (problem for _, problem in each.faults)
        if each.path is None:
            problems.append(
                finding(
                    "translation-missing",
                    f"{each.name} has no text in {language_name(library.language)}",
                    Location(each.original.file),
                    f"handouts new translation {library.language} {each.id}",
                )
            )
    return sorted(dict.fromkeys(problems), key=lambda problem: problem.location)


_MAIL = ("subject.txt", "message.txt", "message.html")
_MAIL_BYTES = 1 << 20
_TRANSLATES = re.compile(r"\{#-?\s*translates:?\s*([0-9a-f]+)")


def _mail_problems(library: Library) -> Iterator[Problem]:
    """Yield which texts of an e-mail are missing in the language, or were made from older ones.

    A text that does not say what it translates is the clinic's own.
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
        now = hashlib.sha256(workspace.read(ours, _MAIL_BYTES)).hexdigest()[:16]
        stated = _TRANSLATES.search(workspace.read(theirs, _MAIL_BYTES).decode("utf-8", "replace"))
        if stated and stated[1] != now:
            message = f"{workspace.display(ours)} has changed since this was translated"
            hint = f"compare the two; when they say the same again, write translates: {now}"
            yield Problem(message, Location(workspace.display(theirs), 1), hint)


def translation_file(each: Translation, language: str) -> bytes:
    """Return a translation as a file: above each text the original as a comment.

    What is not translated yet is left empty, to be filled in.
    """
    if each.kind is Kind.LOCALES:
        return locale_file(language, each.texts, each.given)
    lines = [
        f"# The texts of {each.original.file}: fill in what is empty. Above each is the original.",
        "# Numbers, sides and doses stay in the original; keep what stands in braces.",
        "schema: 1",
        f"{DIGEST}: {texts_digest(each.texts)} # handouts check says when an original changes",
        *_yaml(_tree({**each.texts, **each.names}), {**each.given, **each.names_given}, ()),
    ]
    text = "".join(f"{line}\n" for line in lines)
    if each.lint:
        text += yaml.safe_dump({"lint": each.lint}, allow_unicode=True, sort_keys=False, width=100)
    return text.encode()


_Leaf = str | tuple[str, ...]
_Tree = dict[str | int, "_Leaf | _Tree"]


def _tree(texts: Mapping[Path, _Leaf]) -> _Tree:
    """Return texts nested as their paths are."""
    root: _Tree = {}
    for path, text in texts.items():
        node = root
        for step in path[:-1]:
            below = node.setdefault(step, {})
            node = below if isinstance(below, dict) else {}
        node[path[-1]] = text
    return root


def _yaml(tree: _Tree, given: Mapping[Path, _Leaf], above: Path) -> Iterator[str]:
    indent = "  " * len(above)
    for step, value in tree.items():
        path = (*above, step)
        if isinstance(value, dict):
            # The items of a list are counted from 1, as everywhere that somebody reads them.
            yield f"{indent}{step + 1 if isinstance(step, int) else step}:"
            yield from _yaml(value, given, path)
            continue
        key = "-" if isinstance(step, int) else f"{step}:"
        yield f"{indent}# {value if isinstance(value, str) else '; '.join(value)}"
        yield f"{indent}{key} {_scalar(given.get(path, '' if isinstance(value, str) else ()))}"


def _scalar(text: _Leaf) -> str:
    if not isinstance(text, str):
        # In quotes: a comma in a name would part it.
        return f"[{', '.join(json.dumps(name, ensure_ascii=False) for name in text)}]"
    dumped: str = yaml.safe_dump(text, allow_unicode=True, width=10_000)
    return re.sub(r"\n(?:\.\.\.\n)?$", "", dumped)


def rows(listed: Iterable[Translation]) -> Iterator[Row]:
    """Yield the table of all texts, with what is wrong with each."""
    for each in listed:
        wrong: dict[Path, str] = {}
        for path, problem in each.faults:
            wrong.setdefault(path, problem.message)
        for path, text in each.texts.items():
            given = each.given.get(path, "")
            note = wrong.get(path) or wrong.get((), "")
            yield Row(each.name, said(path), text, given, note if given else "")
        for path, names in each.names.items():
            found = each.names_given.get(path, ())
            yield Row(each.name, said(path), "; ".join(names), "; ".join(found))
