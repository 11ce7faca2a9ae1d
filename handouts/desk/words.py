"""Turn keys, and changes of a handout, into the clinic's language: one file of words for each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from babel import Locale

from handouts.desk.worksheet import Item, Worksheet

_FOLDER = Path(__file__).parent / "words"
USUAL = "en"


def languages() -> tuple[str, ...]:
    """Return the languages that the desk speaks."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.yaml")))


def _read(language: str) -> dict[str, str | dict[str, str]]:
    words: dict[str, Any] = yaml.safe_load((_FOLDER / f"{language}.yaml").read_text("utf-8"))
    return words


class Words:
    """The words of one language, by keys; what is not translated yet is in English.

    What is counted has a mapping: its words for each plural form of the language.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._words = {**_read(USUAL), **_read(language)}
        self._form_of = Locale.parse(language, sep="-").plural_form

    def __call__(self, key: str, *, count: int | None = None, **values: object) -> str:
        """Return the words of a key, with their braces filled in; ``count`` picks a plural form.

        Raises:
            KeyError: for an unknown key, or a brace without a value.
        """
        words = self._words[key]
        if isinstance(words, dict):
            words = words.get(self._form_of(count or 0)) or words["other"]
            return words.format(count=count, **values)
        return words.format(**values) if values else words

    def named(self, kind: str, value: str) -> str:
        """Return the name of a value, as ``layout_cards``; without one, its id with spaces."""
        key = f"{kind}_{value}"
        return self(key) if key in self._words else re.sub("[-_]", " ", value)

    @property
    def keys(self) -> frozenset[str]:
        """All keys that there are words for."""
        return frozenset(self._words)


@lru_cache(maxsize=8)
def words_of(tag: str) -> Words:
    """Return the words for a language tag: those of its language, else English ones."""
    language = tag.split("-", maxsplit=1)[0]
    return Words(language if language in languages() else USUAL)


def language_called(tag: str, spoken: str) -> str:
    """Return what a language is called in the language that is spoken."""
    return Locale.parse(tag, sep="-").get_display_name(Locale.parse(spoken, sep="-")) or tag


def id_of(name: str) -> str:
    """Return an id made of a name: lower-case letters, digits and hyphens; no accents."""
    decomposed = unicodedata.normalize("NFKD", name)
    letters = "".join(each for each in decomposed if not unicodedata.combining(each))
    return "-".join(re.findall(r"[a-z0-9]+", letters.casefold()))[:60].strip("-") or "new"


# -- what has changed in a handout


def change_in_words(
    old: Worksheet, new: Worksheet, key: str, names: Mapping[str, str], words: Words
) -> str:
    """Say which exercise was added, moved or removed, for a screen reader; else nothing.

    ``key`` is that of the exercise a form named; ``names``: what exercises are called, by id.
    """
    before, after = ([item.key for item in sheet.items] for sheet in (old, new))

    def name(item: Item | None) -> str:
        return _called(item, names) if item else ""

    if len(after) > len(before):
        return words("added", name=name(new.items[-1]), number=len(after))
    if len(after) < len(before):
        gone = next(key for key in before if key not in after)
        return words("removed", name=name(old.item(gone)))
    if after != before:
        return words("moved", name=name(new.item(key)), number=after.index(key) + 1)
    return ""


def _called(item: Item, names: Mapping[str, str]) -> str:
    """Return what an exercise is called; one that is gone since has its id."""
    return names.get(item.exercise, item.exercise)


def differences(was: Worksheet, now: Worksheet, names: Mapping[str, str]) -> list[str]:
    """Return what is different in a worksheet that was opened again, an exercise at a time.

    ``names``: what exercises are called, by id.
    """
    old = {item.key: item for item in was.items}
    new = {item.key: item for item in now.items}
    lines = [f"+ {_called(item, names)}" for key, item in new.items() if key not in old]
    lines += [f"− {_called(item, names)}" for key, item in old.items() if key not in new]
    lines += [
        f"{_called(item, names)}: {part}"
        for key, item in new.items()
        if key in old
        for part in _parts(old[key], item)
    ]
    return lines


def _parts(was: Item, now: Item) -> list[str]:
    fields = ("dose", "side", "variant", "note")
    return [
        f"{getattr(was, name) or '–'} → {getattr(now, name) or '–'}"
        for name in fields
        if getattr(was, name) != getattr(now, name)
    ]
