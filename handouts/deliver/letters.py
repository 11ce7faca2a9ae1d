"""Texts of a roster row, or of a file of content, into the letters that no font has."""

from __future__ import annotations

from collections.abc import Iterator

from handouts.errors import ContentError, HandoutError, Location, Problem
from handouts.layout.fonts import Fonts, load_fonts
from handouts.load.library import Library
from handouts.load.source import Node
from handouts.model.base import printable
from handouts.model.roster import RosterRow
from handouts.workspace import Kind

_PRINTED = ("name", "preferred_name", "reference", "clinician", "note")
_UNPRINTED = {"schema", "lint", "sources", "figure", "mail", "brand"}
"""Keys of content that never go on paper; pictures have no letters."""


def unprintable(fonts: Fonts, row: RosterRow) -> tuple[Problem, ...]:
    """Return what would stop the printing of a row: its first missing letter in each column."""
    return tuple(_problems(fonts, row))


def _problems(fonts: Fonts, row: RosterRow) -> Iterator[Problem]:
    for column in _PRINTED:
        text: str = getattr(row, column) or ""
        for problem in _missing(fonts, text):
            yield Problem(f"{column}: {problem.message}", Location(row.file, row.row), problem.hint)


def unprintable_content(library: Library, kind: Kind, name: str) -> Iterator[Problem]:
    """Yield the first missing letter in each text of a file that goes on paper, at its place."""
    try:
        library.load(kind, name)
    except HandoutError:
        # Said where content is checked.
        return
    if kind is Kind.LAYOUTS:
        return
    root = library.source(kind, name).root
    if not isinstance(root.content, dict):
        return
    fonts = load_fonts(library.workspace)
    for key, entry in root.content.items():
        if key not in _UNPRINTED:
            yield from _in_node(fonts, entry.node)


def _in_node(fonts: Fonts, node: Node) -> Iterator[Problem]:
    content = node.content
    if isinstance(content, dict):
        for key, entry in content.items():
            if key != "figure":
                yield from _in_node(fonts, entry.node)
    elif isinstance(content, tuple):
        for item in content:
            yield from _in_node(fonts, item)
    elif isinstance(content, str):
        for problem in _missing(fonts, printable(content)):
            yield Problem(problem.message, node.location, problem.hint)


def _missing(fonts: Fonts, text: str) -> tuple[Problem, ...]:
    """Return the problem of the first word that no face has all letters of."""
    if text.isascii():
        # Every face has all of it.
        return ()
    try:
        for word in text.split():
            fonts.face(word, bold=True)
            fonts.face(word, bold=False)
    except ContentError as error:
        return error.problems
    return ()
