"""Turn the rows of a roster into what is wrong with them; nothing is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from handouts.check.order import make_order
from handouts.check.request import OrderRequest
from handouts.deliver.check_content import unprintable
from handouts.errors import HandoutError, Problem
from handouts.load.library import Library
from handouts.model.roster import RosterRow, RowProblem
from handouts.text.fonts import load_fonts

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
        doses=row.doses,
    )


def check_rows(library: Library, rows: Iterable[RosterRow | RowProblem]) -> Iterator[CheckedRow]:
    """Yield every row with what is wrong: with itself, its order, or letters no font has."""
    orders = _Orders(library)
    fonts = load_fonts(library.workspace)
    for row in rows:
        if isinstance(row, RowProblem):
            problems = row.problems
        else:
            problems = (*orders.problems(row), *unprintable(fonts, row))
        yield CheckedRow(row.file, row.row, row.reference, problems)


class _Orders:
    """Finds what is wrong with orders; what all patients of a kind have in common, once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._found: dict[object, tuple[Problem, ...]] = {}

    def problems(self, row: RosterRow) -> tuple[Problem, ...]:
        """Return the problems of a row's order: its patient's name, dates and note make none."""
        look = (row.clinic, row.layout, row.language)
        kind = (row.program, row.exercises, *look, row.affected_side)
        if row.doses:
            return self._of_order(row)
        if kind not in self._found:
            if len(self._found) == _KINDS:
                self._found.clear()
            self._found[kind] = self._of_order(row)
        return self._found[kind]

    def _of_order(self, row: RosterRow) -> tuple[Problem, ...]:
        try:
            make_order(self._library, order_request(row))
        except HandoutError as error:
            return error.problems
        return ()
