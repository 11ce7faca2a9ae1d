"""A roster, CSV or XLSX, into validated rows: one patient each, with the place they stand at.

    bytes --decode, sheet--> Record --header--> cells by column --row--> RosterRow | RowProblem

``read_roster`` reads every file once, to count and to find what stops the work (encoding, headers,
a join that does not meet); `Roster.rows` reads again and streams. Rows of one reference that
differ are all refused, exact repeats are skipped and counted.

    roster = read_roster(library, [Path("today.xlsx")], RosterOptions(defaults={"clinic": "mine"}))
    roster.preview()    # the first three rows, by column: for the eyes of whoever asked
    roster.skipped      # {"inactive": 12, "repeated": 1}
    for row in roster.rows():
        ...             # RosterRow, or RowProblem with its cells to write back
"""

from __future__ import annotations

from handouts.load.roster.dates import DayOrder
from handouts.load.roster.decode import EncodingNeeded
from handouts.load.roster.header import ReadColumn
from handouts.load.roster.reading import read_roster
from handouts.load.roster.roster import Roster
from handouts.load.roster.row import RosterOptions
from handouts.load.roster.table import csv_line

__all__ = [
    "DayOrder", "EncodingNeeded", "ReadColumn", "Roster", "RosterOptions", "csv_line",
    "read_roster",
]  # fmt: skip
