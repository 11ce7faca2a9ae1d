"""The name cells of a row, whole or in parts, into the name as it is printed."""

from __future__ import annotations

from collections.abc import Mapping

from handouts.load.roster.cells import CellError
from handouts.load.roster.words import plain
from handouts.model.roster import Column

_PARTS = (Column.FIRST_NAME, Column.MIDDLE_NAME, Column.LAST_NAME)


def full_name(cells: Mapping[str, str]) -> str | None:
    """Return the name of a row: as it is written, or its parts, the first name first.

    A whole name beside parts comes from two joined files: then they must be the same person's.

    Raises:
        CellError: if they are not, or ``last_first`` does not have exactly one comma.
    """
    names = [name for name in (cells.get(Column.NAME, ""), _last_first(cells)) if name]
    parts = [cells[part] for part in _PARTS if cells.get(part)]
    if parts:
        names.append(" ".join(parts))
    # Most rows have one name only, which is no other's.
    if len(names) > 1 and len({_words(name) for name in names}) > 1:
        raise CellError("is not the same in the joined files", "is it the right patient?")
    return names[0] if names else None


def _words(name: str) -> tuple[str, ...]:
    """Return the words of a name, in whatever order it has them."""
    return tuple(sorted(plain(name.replace(",", " ")).split()))


def _last_first(cells: Mapping[str, str]) -> str:
    text = cells.get(Column.LAST_FIRST, "")
    if not text:
        return ""
    last, *first = (part.strip() for part in text.split(","))
    if len(first) != 1 or not last or not first[0]:
        raise CellError("must be the last name, one comma, and the first name")
    return f"{first[0]} {last}"
