"""Say what the desk says in the clinic's language: one file of words for each."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml

_FOLDER = Path(__file__).parent / "words"
USUAL = "en"


def languages() -> tuple[str, ...]:
    """Return the languages that the desk speaks."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.yaml")))


def _read(language: str) -> dict[str, str]:
    words: dict[str, str] = yaml.safe_load((_FOLDER / f"{language}.yaml").read_text("utf-8"))
    return words


class Words:
    """The words of one language, by where they stand."""

    def __init__(self, language: str) -> None:
        self.language = language
        # What is not translated yet is said in English.
        self._words: dict[str, str] = {**_read(USUAL), **_read(language)}

    def __call__(self, key: str, **values: object) -> str:
        """Return some words, with their braces filled in.

        Raises:
            KeyError: for words that there are none of, or a brace that has no value.
        """
        words = self._words[key]
        return words.format(**values) if values else words

    def named(self, kind: str, value: str) -> str:
        """Return what a value of a kind is called; what clinics add themselves has its own name."""
        return self._words.get(f"{kind}_{value}") or re.sub("[-_]", " ", value)

    @property
    def keys(self) -> frozenset[str]:
        """All that can be said."""
        return frozenset(self._words)


@lru_cache(maxsize=8)
def words_of(tag: str) -> Words:
    """Return the words for a language tag: those of its language, else English ones."""
    language = tag.split("-", maxsplit=1)[0]
    return Words(language if language in languages() else USUAL)
