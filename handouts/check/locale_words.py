"""Turn the words that the program prints itself into texts to translate, and these into a file.

The plural forms are those of the language. What agrees with a noun has a form for each class of
nouns, in one text: ``f: la {noun} izquierda; m: el {noun} izquierdo``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from handouts.load.library import Library
from handouts.load.source import Path
from handouts.model.base import WRITTEN_IN
from handouts.workspace import Kind

_PLURALS = {"zero", "one", "two", "few", "many", "other"}
_ORDINALS = "nth"
_NUMBERS = range(200)
_LEFT_OUT = {"schema", "extends", "regional", "lint"}
_WORDS = ("side", "words")
_PAIRS = (("side", "nouns"), ("side", "contractions"))
"""Lists that English has not: nouns with their class, pairs of words that are written as one."""
_PAIR = re.compile(r"\s*([^:;{}]+):\s*([^;]+?)\s*(?:;|$)")


def locale_texts(library: Library) -> dict[Path, str]:
    """Return the English words, each where it stands in a locale of the library's language."""
    # Takes a while to import, and is needed here alone of all that is checked.
    from babel import Locale  # noqa: PLC0415

    rules = Locale.parse(library.language, sep="-")
    cardinal = sorted({rules.plural_form(n) for n in _NUMBERS} | {"other"})
    ordinal = sorted({rules.ordinal_form(n) for n in _NUMBERS} | {"other"})

    def walk(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
        if not isinstance(value, dict):
            yield path, str(value)
        elif value.keys() <= _PLURALS:
            is_ordinal = str(path[-1]).startswith(_ORDINALS)
            for form in ordinal if is_ordinal else cardinal:
                yield (*path, form), str(value.get(form, value["other"]))
        else:
            for key, each in value.items():
                yield from walk(each, (*path, key))

    english = library.source(Kind.LOCALES, WRITTEN_IN).value
    told = {key: value for key, value in english.items() if key not in _LEFT_OUT}
    texts = dict(walk(told, ()))
    # What belongs together stands together, as it does in the file.
    sides = {path: text for path, text in texts.items() if path[0] == "side"}
    return {**sides, **dict.fromkeys(_PAIRS, ""), **texts}


def locale_given(library: Library, texts: Mapping[Path, str]) -> dict[Path, str]:
    """Return what a locale of the library's language says of some texts; nothing without one."""
    if library.language not in library.workspace.ids(Kind.LOCALES):
        return {}
    source = library.source(Kind.LOCALES, library.language)
    found = ((path, source.get(*path)) for path in texts)
    return {path: _shown(value) for path, value in found if value}


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {each}" for key, each in value.items())
    return str(value)


def locale_file(language: str, texts: Mapping[Path, str], given: Mapping[Path, str]) -> bytes:
    """Return a locale with what is given of its words; the rest is left empty."""
    lines = [
        "# yaml-language-server: $schema=../schemas/locale.json",
        "# The words that the program prints itself. Above each are the English ones.",
        "schema: 1",
        f"# {language}: handouts check names what is still empty.",
    ]
    open_keys: Path = ()
    for path, text in texts.items():
        if path in _PAIRS and path not in given:
            continue
        shared = next(
            (n for n, (a, b) in enumerate(zip(open_keys, path[:-1], strict=False)) if a != b),
            min(len(open_keys), len(path) - 1),
        )
        lines += [f"{'  ' * n}{path[n]}:" for n in range(shared, len(path) - 1)]
        open_keys = path[:-1]
        indent = "  " * len(open_keys)
        lines += [f"{indent}# {text}"] if text else []
        lines.append(f"{indent}{path[-1]}: {_value(path, given.get(path, ''))}")
    return "".join(f"{line}\n" for line in lines).encode()


def _value(path: Path, text: str) -> str:
    if path in _PAIRS or path[:2] == _WORDS:
        pairs = dict(_PAIR.findall(text))
        if pairs:
            return json.dumps(pairs, ensure_ascii=False)
    return json.dumps(text, ensure_ascii=False)
