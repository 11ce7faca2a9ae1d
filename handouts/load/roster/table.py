"""Records: the rows of a CSV or of a sheet as texts, numbered as a spreadsheet numbers them."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct


class Record(Struct, frozen=True):
    """One row: its number from 1 and its cells, an empty one as ``""``.

    ``even`` is true if the rows round it have as many cells: then missing ones at its end may be
    empty columns that Excel left out. ``odd`` are the positions from 1 of cells that a sheet keeps
    as a date, a fraction, or yes or no. ``covered`` are merged ranges with the columns from 1 that
    they leave empty in this row.
    """

    row: int
    cells: tuple[str, ...]
    even: bool = False
    odd: tuple[int, ...] = ()
    covered: tuple[tuple[str, range], ...] = ()

    @property
    def empty(self) -> bool:
        """True if nothing is written in it."""
        return not any(cell.strip() for cell in self.cells)


NO_RESULT = "#NO RESULT"
"""What a cell of a sheet reads as if its formula was never computed."""

ERRORS = frozenset((
    "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!",
    NO_RESULT,
))  # fmt: skip
"""Errors of a spreadsheet, also in a CSV that it saved."""


class CellError(ValueError):
    """A cell that cannot be read: the message goes after the column's name and quotes nothing."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def check_error(text: str) -> None:
    """Refuse what a spreadsheet puts where it could not compute.

    Raises:
        CellError: for ``#N/A`` and its like.
    """
    if text == NO_RESULT:
        hint = "open the file in the spreadsheet program, save it, and try again"
        raise CellError("holds a formula that was never computed", hint)
    if text in ERRORS:
        raise CellError(f"holds {text}, an error of the spreadsheet", "correct the cell")


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """Return a header or value as it is compared: one case, single spaces, no end mark.

    ``First_Name*`` and ``first name:`` are the same header.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("_", " ")
    return " ".join(folded.split()).rstrip(" :*")


# A text that already has the apostrophe gets another, so that reading gives back what was written.
_LIVE = re.compile(r"'*\s*[=+\-@|＝＋－＠]|'*[\t\r\n]")


def guard(text: str) -> str:
    """Return a text as a CSV cell that no spreadsheet runs as a formula.

    Excel and LibreOffice run a cell that starts with ``= + - @``, also after white space; a leading
    apostrophe makes it text (OWASP, "CSV Injection").
    """
    return f"'{text}" if _LIVE.match(text) else text


def csv_line(cells: Iterable[str]) -> str:
    """Return cells, each of them guarded, as a line of a CSV."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(map(guard, cells))
    return line.getvalue()


def unguard(text: str) -> str:
    """Return what was given to `guard`."""
    return text[1:] if text.startswith("'") and _LIVE.match(text[1:]) else text
