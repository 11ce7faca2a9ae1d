"""A roster is checked row by row: with its order and its letters, and nothing is made."""

from __future__ import annotations

from pathlib import Path

from handouts import Library
from handouts.deliver.check_handouts import check_rows
from handouts.load.roster import read_roster
from handouts.load.roster.row import RosterOptions

ROSTER = """id,name,program,clinic,side,clinician,dose:bird-dog
1,Anna,si-joint-build,riverbend,left,,2 x 8 each side
2,Bo 🙂,si-joint-calm,riverbend,,,
3,Cy,si-joint-calm,riverbend,,,2 x 8
4,Di,si-joint-calm,riverbed,,,
5,Ed,si-joint-build,riverbend,left,,900 x 900
"""


def test_every_row_is_checked_with_its_order_and_its_letters(
    library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "today.csv"
    path.write_text(ROSTER, "utf-8")
    rows = list(check_rows(library, read_roster(library, [path], RosterOptions()).rows()))
    assert [(row.row, row.reference) for row in rows] == [(n, str(n - 1)) for n in range(2, 7)]
    said = {row.row: " ".join(problem.message for problem in row.problems) for row in rows}
    assert said[2] == ""
    assert said[3].startswith("name: no font has the character U+1F642")
    assert 'si-joint-calm has no exercise "bird-dog"' in said[4]
    assert said[5] == "clinic is not a known clinic"
    assert "900" in said[6]
    assert list(tmp_path.iterdir()) == [path]
