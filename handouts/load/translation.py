"""Turn a file of content and the translation beside it into the file in another language.

A translation contains only texts, under the keys of the original; numbers, sides, poses and links
stay in the original. It states the digest of the texts that it translates: when a text of the
original changes, the translation is refused until somebody has compared the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from handouts.errors import ContentError, Problem
from handouts.files import digest_of_data
from handouts.load.source import KeyPath, Node, SourceFile, Step, make_node, with_key
from handouts.load.texts import EACH, PLACES, TextRole, matching, with_values
from handouts.model.base import WRITTEN_IN
from handouts.model.phrases import CONTENT_PLACEHOLDER
from handouts.workspace import Kind

LANGUAGE, DIGEST = "language", "translates"
"""Keys: the language of a file, and the digest of the texts that a translation translates."""

_ALIASES = "also_known_as"
"""Other names to find an exercise by; a translation may have more or fewer of them."""


def base_language(tag: str) -> str:
    """Return the language of a tag without its country: ``es`` of es-MX, zh-Hant of zh-Hant-TW."""
    return "-".join(part for part in tag.split("-") if len(part) != 2 or part.islower())


def written_in(kind: Kind, source: SourceFile) -> str:
    """Return the language in which a file is written; a clinic's is that of its locale."""
    stated = source.get("locale" if kind is Kind.CLINICS else LANGUAGE)
    return base_language(stated) if isinstance(stated, str) else WRITTEN_IN


def texts_in(kind: Kind, source: SourceFile) -> dict[KeyPath, str]:
    """Return the texts in a file itself by their paths, in order."""
    found: dict[KeyPath, str] = {}
    for pattern, part in PLACES[kind]:
        for path, node in matching(source.root, pattern) if part is not TextRole.ALIAS else ():
            if isinstance(node.content, str) and node.content.strip():
                found[path] = node.content
    return found


def texts_digest(texts: Mapping[KeyPath, str]) -> str:
    """Return the digest of texts: 16 hexadecimal digits, whatever the order of the texts."""
    said = sorted((".".join(map(str, path)), text) for path, text in texts.items())
    return digest_of_data(said, 16)


def texts_at(translation: SourceFile, texts: Mapping[KeyPath, str]) -> dict[KeyPath, str]:
    """Return those of ``texts`` that a translation has, in its words."""
    found = ((path, _at(translation.root, path)) for path in texts)
    return {
        path: node.content
        for path, node in found
        if node is not None and isinstance(node.content, str) and node.content.strip()
    }


def other_names(file: SourceFile) -> dict[KeyPath, tuple[str, ...]]:
    """Return the other names that a file gives to an exercise and to its variants."""
    found = ((path, _at(file.root, path)) for path in _matching_aliases(file.root))
    return {
        path: tuple(str(item.content) for item in node.content)
        for path, node in found
        if node is not None and isinstance(node.content, tuple)
    }


def faults(
    original: SourceFile, translation: SourceFile, texts: Mapping[KeyPath, str]
) -> Iterator[tuple[KeyPath, Problem]]:
    """Yield the problems of a translation, each with the path of its text; () for the whole file.

    A text is missing, or the original does not have it; its placeholders or numbers differ from the
    original; or the original has changed.
    """
    for problem in _stale(original, translation, texts):
        yield (), problem
    given = texts_at(translation, texts)
    for path, text in texts.items():
        place = translation.location(*_keys(translation, path))
        if path not in given:
            yield path, Problem(f'{path_in_words(path)} is not translated: "{text}"', place)
        else:
            for message in differences(text, given[path]):
                yield path, Problem(message, place, f'the original is "{text}"')
    for problem in _unknown_texts(translation, set(texts)):
        yield (), problem


def translated(kind: Kind, original: SourceFile, translation: SourceFile) -> SourceFile:
    """Return a file with the texts of its translation.

    Raises:
        ContentError: with all problems of the translation: see `faults`.
    """
    texts = texts_in(kind, original)
    problems = [problem for _, problem in faults(original, translation, texts)]
    if problems:
        raise ContentError(sorted(problems, key=lambda problem: problem.location))
    named = (*texts, *_matching_aliases(original.root))
    found = ((path, _at(translation.root, path)) for path in named)
    root = with_values(original.root, {path: node for path, node in found if node is not None})
    exceptions = translation.root.child("lint")
    if exceptions is not None and isinstance(exceptions.content, tuple):
        kept = root.child("lint")
        listed = kept.content if kept and isinstance(kept.content, tuple) else ()
        both = make_node(exceptions.location, (*listed, *exceptions.content))
        root = with_key(root, "lint", both)
    commented = original.commented | translation.commented
    return SourceFile(original.file, root, commented, original.replaced)


def _stale(
    original: SourceFile, translation: SourceFile, texts: Mapping[KeyPath, str]
) -> Iterator[Problem]:
    stated, now = translation.get(DIGEST), texts_digest(texts)
    if stated == now:
        return
    if stated is None:
        message = f"it does not say which version of {original.file} it translates"
        yield Problem(message, translation.location(), f'add a line "{DIGEST}: {now}"')
        return
    yield Problem(
        f"{original.file} has changed since this was translated",
        translation.location(DIGEST),
        f'compare the two; when they agree again, write "{DIGEST}: {now}"',
    )


_NUMBER = re.compile(r"\d+")


def differences(original: str, text: str) -> Iterator[str]:
    """Yield messages for placeholders and numbers that a translation has changed."""
    wanted, found = (
        sorted(word for _, word in CONTENT_PLACEHOLDER.findall(each)) for each in (original, text)
    )
    if wanted != found:
        yield f"it has the placeholders {_listed(found)}, the original {_listed(wanted)}"
    # Digits of any script are numbers.
    wanted, found = (
        sorted(str(int(n)) for n in _NUMBER.findall(each)) for each in (original, text)
    )
    if wanted != found:
        yield f"it has the numbers {_listed(found)}, the original {_listed(wanted)}"


def _listed(names: list[str]) -> str:
    return ", ".join(names) if names else "none"


def _unknown_texts(translation: SourceFile, known: set[KeyPath]) -> Iterator[Problem]:
    """Yield problems for texts that a translation has and the original does not."""
    content = translation.root.content
    for key, entry in content.items() if isinstance(content, dict) else ():
        if key in ("schema", DIGEST, "lint"):
            continue
        for path, node in _leaves(entry.node, (key,)):
            if path not in known and _ALIASES not in path:
                message = f"the original has no {path_in_words(path)}"
                yield Problem(
                    message, node.location, "remove it, or correct it: see the keys of the original"
                )


def _leaves(node: Node, path: KeyPath) -> Iterator[tuple[KeyPath, Node]]:
    """Yield the texts below a node, by their paths in the original."""
    if isinstance(node.content, dict):
        for key, entry in node.content.items():
            yield from _leaves(entry.node, (*path, int(key) - 1 if key.isdecimal() else key))
    elif isinstance(node.content, tuple):
        for number, item in enumerate(node.content):
            yield from _leaves(item, (*path, number))
    else:
        yield path, node


def _matching_aliases(root: Node) -> Iterator[KeyPath]:
    for pattern in ((_ALIASES,), ("variants", EACH, _ALIASES)):
        for path, _ in matching(root, pattern):
            yield path


def _at(node: Node, path: KeyPath) -> Node | None:
    """Return what a translation has at a path; it may give list items by number, from 1."""
    for step in path:
        child = node.child(step)
        if child is None and isinstance(step, int):
            child = node.child(str(step + 1))
        if child is None:
            return None
        node = child
    return node


def _keys(translation: SourceFile, path: KeyPath) -> KeyPath:
    """Return a path in the keys of a translation, as far as the translation has it."""
    node, keys = translation.root, list[Step]()
    for step in path:
        named: Step = str(step + 1) if isinstance(step, int) and not node.child(step) else step
        child = node.child(named)
        if child is None:
            break
        keys.append(named)
        node = child
    return tuple(keys)


def path_in_words(path: KeyPath) -> str:
    """Return a path in words, lists counted from 1: ``steps 3``."""
    return " ".join(str(step + 1) if isinstance(step, int) else step for step in path)
