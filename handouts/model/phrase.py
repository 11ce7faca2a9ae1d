"""Phrases of a locale: plain, with placeholders, and in plural forms; checked when loaded."""

import re
from typing import Annotated, TypeVar

from handouts.model.base import Line, Model
from handouts.model.rules import After

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Plural(Model):
    """One phrase in the plural forms of its language (CLDR categories); ``other`` is any number."""

    zero: Line | None = None
    one: Line | None = None
    two: Line | None = None
    few: Line | None = None
    many: Line | None = None
    other: Line

    @property
    def forms(self) -> dict[str, str]:
        """The forms given, by category."""
        return {name: form for name, form in self if form is not None}

    def form(self, category: str) -> str:
        """The phrase for a CLDR category; ``other`` where that has no form of its own."""
        return self.forms.get(category, self.other)


class Ordinal(Plural):
    """A place in a row ("1st", "2nd"), in the ordinal forms of its language."""


_Phrase = TypeVar("_Phrase", str, Plural, Ordinal)


def _check(phrase: str, allowed: set[str], required: set[str]) -> None:
    used = _PLACEHOLDER.findall(phrase)
    rest = _PLACEHOLDER.sub("", phrase)
    if "{" in rest or "}" in rest:
        raise ValueError("a placeholder must be a word in braces, such as {n}")
    for name in used:
        if name not in allowed:
            known = ", ".join(f"{{{one}}}" for one in sorted(allowed)) or "none"
            raise ValueError(f"placeholder {{{name}}} is not known here (known: {known})")
        if used.count(name) > 1:
            raise ValueError(f"placeholder {{{name}}} may stand only once")
    missing = sorted(required - set(used))
    if missing:
        raise ValueError(f"placeholder {{{missing[0]}}} is missing")


def holds(*names: str) -> After:
    """Return a validator: the phrase holds each of ``names`` as placeholder once, and no other.

    In a plural only ``other`` must hold them all: "once" needs no ``{n}``.
    """
    known = set(names)

    def check(phrase: _Phrase) -> _Phrase:
        if isinstance(phrase, Plural):
            for category, form in phrase.forms.items():
                _check(form, known, known if category == "other" else set())
        else:
            _check(phrase, known, known)
        return phrase

    return After(check)


Phrase = Annotated[Line, holds()]
"""Words without placeholders."""

Noun = Annotated[Plural, holds()]
"""A unit after its number ("set", "sets")."""

Counted = Annotated[Plural, holds("n")]
"""A phrase with its number, ``{n}``."""

Pair = Annotated[Line, holds("a", "b")]
"""Two things joined, ``{a}`` and ``{b}``."""
