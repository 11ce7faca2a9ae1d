"""A roster, CSV or XLSX, into validated rows: one patient each, with the place they stand at.

    bytes --text, sheet--> Record --header--> cells by column --row--> RosterRow | RowProblem

``read_roster`` reads every file once to find what stops the work (encoding, headers, a join that
does not meet) and to count; ``Roster.rows`` reads again and streams.

Use:
    roster = read_roster(library, [Path("today.xlsx")], defaults={"clinic": "riverbend"})
    roster.columns      # tuple[ReadColumn(name, header, number, file)]
    roster.names        # ("reference", "name", "dose:bird-dog"): headers for writing rows back
    roster.total        # rows that `rows` will yield
    roster.skipped      # {"inactive": 12, "deceased": 1}
    roster.warnings     # tuple[Problem]: near misses among headers, hidden rows, odd names
    roster.preview(3)   # tuple[dict[column, text]]: the first rows, password masked
    roster.rows()       # Iterator[RosterRow | RowProblem]

Rows of one reference that differ are all refused; exact repeats are skipped and counted.
``guard`` makes a text safe to write as a cell of a CSV; reading takes the guard off again.
"""
