"""The texts of a roster row into the letters among them that no font has."""

from __future__ import annotations

from collections.abc import Iterator

from handouts.errors import ContentError, Location, Problem
from handouts.layout.fonts import Fonts
from handouts.model.roster import RosterRow

_PRINTED = ("name", "preferred_name", "reference", "clinician", "note")


def unprintable(fonts: Fonts, row: RosterRow) -> tuple[Problem, ...]:
    """Return what would stop the printing of a row: its first missing letter in each column."""
    return tuple(_problems(fonts, row))


def _problems(fonts: Fonts, row: RosterRow) -> Iterator[Problem]:
    for column in _PRINTED:
        text: str = getattr(row, column) or ""
        if text.isascii():
            # Every face has all of it.
            continue
        try:
            for word in text.split():
                fonts.face(word, bold=True)
                fonts.face(word, bold=False)
        except ContentError as error:
            place = Location(row.file, row.row)
            for problem in error.problems:
                yield Problem(f"{column}: {problem.message}", place, problem.hint)
