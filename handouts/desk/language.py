"""Turn keys and messages of the library into the clinic's language.

A language has a file of words by key, and a file of messages by English template. The rest of the
program speaks English, on the command line and to programs.
"""

from __future__ import annotations

import datetime as dt
import re
import string
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import get_decimal_symbol

from handouts.workspace import as_id

_FOLDER = Path(__file__).parent / "words"
_MESSAGES = Path(__file__).parent / "messages"
USUAL = "en"
_FIELDS = ("column", "exercise", "clinic", "dose")
"""Prefixes of the keys for the names of fields in files and lists."""
_OWN_FIELDS = {"dose", "side", "weeks", "language"}
"""The keys for the names of these fields have no prefix."""
_PHOTO_FIELDS = {"alt", "shows", "until", "who"}
"""What the form of an exercise asks about its photograph."""
_WITHOUT_SZ = ("CH", "LI")
"""Countries whose German has ss where that of others has ß."""


def languages() -> tuple[str, ...]:
    """Return the languages that the desk speaks."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.yaml")))


def _read(folder: Path, locale: Locale) -> dict[str, Any]:
    text = (folder / f"{locale.language}.yaml").read_text("utf-8")
    if locale.territory in _WITHOUT_SZ:
        text = text.replace("ß", "ss")
    read: dict[str, Any] = yaml.safe_load(text)
    return read


class Words:
    """The words of one language, by keys; what is not translated yet is in English.

    A text with a count is a mapping: its words for each plural form of the language. Dates and
    numbers are written as in the country, if the language tag has one.
    """

    def __init__(self, locale: Locale) -> None:
        self._locale = locale
        self.language = locale.language
        self._words: dict[str, str | dict[str, str]]
        self._words = {**_read(_FOLDER, Locale(USUAL)), **_read(_FOLDER, locale)}
        # The desk's own texts about problems are in the language already.
        own = [said for said in self._words.values() if isinstance(said, str)]
        known = self.language != USUAL
        self._messages = _Messages(_read(_MESSAGES, locale), own, self) if known else None

    def __call__(self, key: str, *, count: int | None = None, **values: object) -> str:
        """Return the words of a key, with their braces filled in; ``count`` picks a plural form.

        Raises:
            KeyError: for an unknown key, or a brace without a value.
        """
        words = self._words[key]
        if isinstance(words, dict):
            words = words.get(self._locale.plural_form(count or 0)) or words["other"]
            return words.format(count=count, **values)
        return words.format(**values) if values else words

    def number(self, written: str) -> str:
        """Return a decimal number, written with a point, as the country writes it."""
        return written.replace(".", get_decimal_symbol(self._locale))

    def date(self, day: dt.date) -> str:
        """Return a day as the country writes it: ``30.11.2026``."""
        return format_date(day, "medium", locale=self._locale)

    def moment(self, when: dt.datetime) -> str:
        """Return a day and the time of day as the country writes them."""
        return f"{self.date(when)}, {format_time(when, 'short', locale=self._locale)}"

    def named(self, kind: str, value: str) -> str:
        """Return the name of a value (key ``layout_cards``); without one, its id with spaces."""
        key = f"{kind}_{value}"
        return self(key) if key in self._words else re.sub("[-_]", " ", value)

    def translation(self, message: str) -> str | None:
        """Return a message or a hint of the library in this language; None if it has no words."""
        if self._messages:
            return self._messages(message)
        return _FIELD.sub(lambda found: self.field(found[0]) or found[0], message)

    def field(self, name: str) -> str | None:
        """Return what a field of a file or a list is called on the pages."""
        photo = (f"photo_{each}" for each in _PHOTO_FIELDS & {name})
        keys = (*(f"{kind}_{name}" for kind in _FIELDS), *photo, *_OWN_FIELDS & {name})
        return next((str(self._words[key]) for key in keys if key in self._words), None)

    def part(self, name: str) -> str | None:
        """Return what a picture shows, as findings name it: ``right upper arm``, ``chair``."""
        side, _, rest = name.partition(" ")
        if rest and side in _SIDES:
            called = self.part(rest)
            return called and self(f"part_{side}", part=called)
        words = self._words.get(f"part_{name.replace(' ', '_')}")
        return None if words is None else str(words)

    @property
    def keys(self) -> frozenset[str]:
        """All keys that have words."""
        return frozenset(self._words)


_SIDES = ("left", "right")
_FIELD = re.compile(
    r"""(?<!["\w])[a-z]+(?:_[a-z]+)+\b|^[a-z]+(?= must )|(?<=^change )[a-z]+(?=,)"""
)
"""The name of a field in files, as messages have it: ``affected_side``.

Quoted text is left as it is in the file.
"""
_PLACED = re.compile(r"(\S+\.yaml(?::\d+)*: )(.+)", re.DOTALL)
"""A message after its place in a file."""
_KEY = re.compile(r"[a-z]+(?:_[a-z]+)*")
_DECIMAL = re.compile(r"-?\d+\.\d+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class _Messages:
    """The messages of a language, by English templates whose ``{values}`` may be anything.

    ``own`` are the desk's own texts about problems, which are in the language already.

    The name of a value says how it is translated: ``{message}`` is a message itself, ``{key}`` the
    name of a field, ``{part}`` what a picture shows. ``{unit}`` may be empty, and stays as it is if
    it has no translation. ``{number}`` and ``{id}`` have no space, and ``{date}`` is written as in
    the country. Other values stay as they are. A digit may follow the name.
    """

    def __init__(self, messages: Mapping[str, str], own: Iterable[str], words: Words) -> None:
        self._exact = {template: said for template, said in messages.items() if "{" not in template}
        patterns = [
            (*_pattern(template), said) for template, said in messages.items() if "{" in template
        ]
        # The templates with the most text of their own are tried first.
        self._patterns = sorted(patterns, key=lambda each: -len("".join(each[0])))
        self._own = [_pattern(said) for said in own]
        self._words = words

    def __call__(self, text: str) -> str | None:
        # "Becken von der Bank heben: hold of 5 s" has words of "{done} von {total}".
        return self._translated(text) or (text if self._is_own(text) else None)

    def _is_own(self, text: str) -> bool:
        return any(each[0] in text and form.fullmatch(text) for each, form in self._own)

    def _translated(self, text: str) -> str | None:
        if text in self._exact:
            return self._exact[text]
        if placed := _PLACED.fullmatch(text):
            said = self(placed[2])
            return said and placed[1] + said
        found = self._matched(text) or self._in_parts(text)
        # YAML that was typed has keys without a name on the pages.
        is_of_key = " must " in text or text.startswith("change ")
        return found or (self._matched(text, typed=True) if is_of_key else None)

    def _matched(self, text: str, *, typed: bool = False) -> str | None:
        for literals, pattern, said in self._patterns:
            if literals[0] in text and literals[-1] in text and (found := pattern.fullmatch(text)):
                values: dict[str, str] = {}
                for name, part in found.groupdict().items():
                    value = self._value(name, part, typed=typed)
                    if value is None:
                        # What follows a word that is no key is no message, however long it is.
                        break
                    values[name] = value
                else:
                    return said.format(**values)
        return None

    def _value(self, name: str, text: str, *, typed: bool) -> str | None:
        if name.startswith("key"):
            is_key = typed and _KEY.fullmatch(text)
            return self._named(text) or (self._words("quoted", name=text) if is_key else None)
        if name.startswith("message"):
            return self(text)
        if name.startswith("part"):
            return self._words.part(text)
        if name.startswith("number"):
            return self._words.number(text) if _DECIMAL.fullmatch(text) else text
        if name.startswith("date"):
            return self._words.date(dt.date.fromisoformat(text)) if _DAY.fullmatch(text) else text
        return self._named(text) or text if name.startswith("unit") else text

    def _named(self, text: str) -> str | None:
        """Return the name of a field, as it is called on the page."""
        if said := self._translated(text) or self._exact.get(text.replace(" ", "_")):
            return said
        called = self._words.field(text)
        return self._words("quoted", name=called) if called else None

    def _in_parts(self, text: str) -> str | None:
        """Return several messages, or a message after the name of its subject."""
        if "; " in text:
            parts = [self(part) for part in text.split("; ")]
            return None if None in parts else "; ".join(filter(None, parts))
        about, colon, rest = text.partition(": ")
        said = self(rest) if colon else None
        return f"{self._named(about) or about}: {said}" if said else None


_MAY_BE = {"number": r"\S+", "id": r"[\w-]+", "unit": ".*?"}
"""What the values of a template match, by the beginning of their names."""


def _pattern(template: str) -> tuple[list[str], re.Pattern[str]]:
    """Return the literal parts of a template, and its pattern."""
    literals, parts = [], []
    seen: set[str] = set()
    for literal, name, _, _ in string.Formatter().parse(template):
        literals.append(literal)
        parts.append(re.escape(literal))
        if name is not None:
            may_be = next((form for kind, form in _MAY_BE.items() if name.startswith(kind)), ".+?")
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>{may_be})")
            seen.add(name)
    return literals, re.compile("".join(parts), re.DOTALL)


@lru_cache(maxsize=8)
def words_of(tag: str) -> Words:
    """Return the words for a language tag: those of its language, else English ones."""
    language = tag.split("-", maxsplit=1)[0]
    if language not in languages():
        return Words(Locale(USUAL))
    try:
        return Words(Locale.parse(tag, sep="-"))
    except (UnknownLocaleError, ValueError):
        # The checks of a clinic say that its country is not known.
        return Words(Locale(language))


def language_called(tag: str, spoken: str) -> str:
    """Return the name of a language in the spoken language."""
    return Locale.parse(tag, sep="-").get_display_name(Locale.parse(spoken, sep="-")) or tag


def id_of(name: str) -> str:
    """Return an id of at most 60 characters for a name, which may have no letter that ids have."""
    return as_id(name.casefold())[:60].strip("-") or "new"
