"""What the tests of rosters share: files written and read in one go."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from handouts import Library
from handouts.load.roster import Roster, RosterOptions, read_roster
from handouts.model.roster import RosterRow, RowProblem

Reader = Callable[..., Roster]

DEFAULTS = {"program": "si-joint-calm", "clinic": "riverbend"}


@pytest.fixture
def read(library: Library, tmp_path: Path) -> Reader:
    """Return a reader of rosters: texts, bytes or workbooks; ``join`` takes the same."""

    def write(content: str | bytes | Workbook, name: str) -> Path:
        path = tmp_path / name
        if isinstance(content, Workbook):
            stream = io.BytesIO()
            content.save(stream)
            content = stream.getvalue()
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def make(*contents: str | bytes | Workbook, join: Any = (), **options: Any) -> Roster:
        options.setdefault("defaults", DEFAULTS)
        paths = [write(content, f"roster{n}") for n, content in enumerate(contents, 1)]
        joined = tuple(write(content, f"joined{n}") for n, content in enumerate(join, 1))
        return read_roster(library, paths, RosterOptions(join=joined, **options))

    return make


def good(roster: Roster) -> list[RosterRow]:
    """Return the rows of a roster in which nothing is wrong."""
    rows = list(roster.rows())
    bad = [
        problem.message for row in rows if isinstance(row, RowProblem) for problem in row.problems
    ]
    assert bad == []
    return [row for row in rows if isinstance(row, RosterRow)]


def only(roster: Roster) -> RosterRow:
    """Return the one row of a roster."""
    (row,) = good(roster)
    return row


def wrong(roster: Roster) -> dict[int, list[str]]:
    """Return the messages of the rows in which something is wrong, by row."""
    return {
        row.row: [problem.message for problem in row.problems]
        for row in roster.rows()
        if isinstance(row, RowProblem)
    }
