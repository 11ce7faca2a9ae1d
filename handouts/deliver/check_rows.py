"""Turn the rows of a list into what is wrong with each: itself, its order, or its letters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from handouts.check.order import make_order
from handouts.compose.text import Run
from handouts.errors import ContentError, HandoutError, Location, Problem
from handouts.load.library import Library
from handouts.model.clinic import Pictures
from handouts.model.order import OrderRequest
from handouts.model.roster import RosterRow, RowProblem
from handouts.text.fonts import Fonts, load_fonts
from handouts.text.words import needs_order, words_of

_PRINTED = ("name", "preferred_name", "reference", "clinician", "note")
_KINDS = 1024
"""Kinds of order that are remembered: a list has a few dozen."""


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row and its problems; good without any."""

    roster: str
    row: int
    reference: str
    problems: tuple[Problem, ...]


def order_request(row: RosterRow) -> OrderRequest:
    """Return the request that a row makes."""
    return OrderRequest(
        program=row.program,
        clinic=row.clinic,
        layout=row.layout,
        patient=row.patient,
        language=row.language,
        exercises=row.exercises,
        from_week=row.from_week,
        doses=row.doses,
    )


def check_rows(
    library: Library, rows: Iterable[RosterRow | RowProblem], pictures: Pictures | None = None
) -> Iterator[CheckedRow]:
    """Yield every row with what is wrong: with itself, its order, or letters no font has.

    ``pictures``: those that the handouts are to have, as in a request.
    """
    orders = _Orders(library, pictures)
    fonts = load_fonts()
    for row in rows:
        if isinstance(row, RowProblem):
            problems = row.problems
        else:
            problems = (*orders.problems(row), *unprintable(fonts, row))
        yield CheckedRow(row.file, row.row, row.reference, problems)


class _Orders:
    """Finds what is wrong with orders; what all patients of a kind have in common, once."""

    def __init__(self, library: Library, pictures: Pictures | None) -> None:
        self._library, self._pictures = library, pictures
        self._found: dict[object, tuple[Problem, ...]] = {}

    def problems(self, row: RosterRow) -> tuple[Problem, ...]:
        """Return the problems of a row's order: its patient's name, dates and note make none."""
        look = (row.clinic, row.layout, row.language)
        kind = (row.program, row.exercises, row.from_week, *look, row.affected_side)
        if row.doses:
            return self._of_order(row)
        if kind not in self._found:
            if len(self._found) == _KINDS:
                self._found.clear()
            self._found[kind] = self._of_order(row)
        return self._found[kind]

    def _of_order(self, row: RosterRow) -> tuple[Problem, ...]:
        try:
            make_order(self._library, replace(order_request(row), pictures=self._pictures))
        except HandoutError as error:
            return error.problems
        return ()


def unprintable(fonts: Fonts, row: RosterRow) -> Iterator[Problem]:
    """Yield what would stop the printing of a row: its first missing letter in each column."""
    for column in _PRINTED:
        text: str = getattr(row, column) or ""
        for problem in missing_letters(fonts, text):
            yield Problem(f"{column}: {problem.message}", Location(row.file, row.row), problem.hint)


_ANY_SIZE = 10.0


def missing_letters(fonts: Fonts, text: str) -> tuple[Problem, ...]:
    """Return the problem of the first word that no face has all letters of."""
    if text.isascii():
        # Every face has all of it.
        return ()
    try:
        if needs_order(text):
            for bold in (True, False):
                words_of((Run(text),), fonts.face, _ANY_SIZE, bold=bold)
            return ()
        for word in text.split():
            fonts.face(word, bold=True)
            fonts.face(word, bold=False)
    except ContentError as error:
        return error.problems
    return ()
