"""Turn the rows of a roster into what is wrong with them, without making anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from handouts.check.order import OrderRequest, make_order
from handouts.deliver.letters import unprintable
from handouts.errors import HandoutError, Problem
from handouts.load.library import Library
from handouts.model.roster import RosterRow, RowProblem


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
        doses=row.doses,
    )


def check_rows(library: Library, rows: Iterable[RosterRow | RowProblem]) -> Iterator[CheckedRow]:
    """Yield every row with what is wrong: with itself, its order, or letters no font has."""
    for row in rows:
        problems = row.problems if isinstance(row, RowProblem) else _problems(library, row)
        yield CheckedRow(row.file, row.row, row.reference, tuple(problems))


def _problems(library: Library, row: RosterRow) -> tuple[Problem, ...]:
    letters = unprintable(library.workspace, row)
    try:
        make_order(library, order_request(row))
    except HandoutError as error:
        return (*error.problems, *letters)
    return letters
