"""The page about rosters names every column, and what it says may stand in one can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from handouts.model.roster import Column
from tests.load.roster.conftest import Reader, only

PAGE = (Path(__file__).parents[3] / "docs" / "roster.md").read_text("utf-8")
ROWS = re.findall(r"^\| (`.*?) \| (.*) \|$", PAGE, re.MULTILINE)
READ = {
    "reference",
    "exercises",
    "affected_side",
    "language",
    "start_date",
    "next_visit",
    "dose:bird-dog",
}


def test_every_column_is_explained() -> None:
    explained = {name for names, text in ROWS for name in re.findall(r"`([a-z_]+)`", names + text)}
    assert set(Column) <= explained


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (column, value)
        for column, text in ROWS
        if column.strip("`") in READ
        for value in re.findall(r"`(.+?)`", text)
    ],
)
def test_every_example_can_be_read(read: Reader, column: str, value: str) -> None:
    name = column.strip("`")
    row = only(
        read(
            f'reference;note;{name}\n1;x;"{value}"\n'
            if name != "reference"
            else f"reference;note\n{value};x\n"
        )
    )
    assert row.cells[name] == value
