"""Turn one band of the tracking grid into a table that can be borne to hear.

On paper nobody needs to hear box after box: each line has one cell over all its days, which says
in words on which days there are boxes. To be filled in, each box is a cell of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from handouts.compose.document import GridBand, GridLine, GridRow, WeekHead
from handouts.compose.text import Labelled
from handouts.pdf.elements import Element, Tree
from handouts.pdf.objects import Name


def add_table(tree: Tree, parent: Element, band: GridBand) -> None:
    """Add the table of a band: a head of weeks and days, a row for each line of boxes, pain."""
    table = parent.add("Table")
    names = 1 + any(line.label for row in band.rows for line in row.lines)
    _add_head(tree, table.add("THead"), band, names)
    body = table.add("TBody")
    for row in band.rows:
        _add_row(tree, body, band, row, names)
    if band.pain is not None:
        _add_pain(band.pain, tree, body, band, names)


def _add_row(tree: Tree, body: Element, band: GridBand, row: GridRow, names: int) -> None:
    down, across = len(row.lines), 1 if row.lines[0].label is not None else names
    if row.phase is not None:
        days = sum(len(week.days) for week in band.weeks)
        tree.leaf(_heads(body.add("TR"), "Row", names + days), row.phase)
    for number, line in enumerate(row.lines):
        cells = body.add("TR")
        if not number:
            _add_name(row, tree, cells, across, down)
        if line.label is not None:
            tree.leaf(_heads(cells, "Row"), line.label)
        labels = _labels(band, band.line(row, line))
        _add_boxes(tree, cells, line, line.summary, line.boxes, labels)


def _heads(row: Element, scope: str, across: int = 1, down: int = 1) -> Element:
    """A cell that heads its row or column."""
    return row.add("TH", keep=True, Table={"Scope": Name(scope), **_spans(across, down)})


def _spans(across: int, down: int = 1) -> dict[str, int]:
    spans = {"ColSpan": across, "RowSpan": down}
    return {key: count for key, count in spans.items() if count > 1}


def _add_head(tree: Tree, head: Element, band: GridBand, names: int) -> None:
    weeks, days = head.add("TR"), head.add("TR")
    weeks.add("TD", keep=True, Table={**_spans(names, 2)})
    for week in band.weeks:
        _add_week(week, tree, weeks, days)


def _add_week(week: WeekHead, tree: Tree, weeks: Element, days: Element) -> None:
    tree.leaf(_heads(weeks, "Column", len(week.days)), week.title)
    for day in week.days:
        cell = _heads(days, "Column").add("Span", actual=day.label)
        cell.variable = day.variable
        tree.leaf(cell, day.weekday, spaced=day.date is not None)
        if day.date is not None:
            tree.leaf(cell, day.date)


def _add_name(row: GridRow, tree: Tree, cells: Element, across: int, down: int) -> None:
    head = _heads(cells, "Row", across, down)
    tree.leaf(head, row.number, spaced=True)
    if row.mark:
        tree.say(head, row, row.mark)
        tree.field(head, row, 0)
    tree.decorated(row)
    for leaf in (row.name, row.dose, row.when):
        if leaf is not None:
            tree.leaf(head, leaf, spaced=True)


def _add_pain(pain: Labelled, tree: Tree, body: Element, band: GridBand, names: int) -> None:
    cells = body.add("TR")
    head = _heads(cells, "Row", names)
    tree.leaf(head, pain.label, spaced=True)
    tree.leaf(head, pain.value)
    days = sum(len(week.days) for week in band.weeks)
    labels = _labels(band, f"{pain.label.plain} {pain.value.plain}")
    _add_boxes(tree, cells, pain, band.circles, (True,) * days, labels)


def _labels(band: GridBand, line: str) -> Iterator[str]:
    """What a screen reader says for each day's box of a line."""
    for week in band.weeks:
        for day in week.days:
            yield band.entry(line, week, day)


def _add_boxes(
    tree: Tree,
    cells: Element,
    owner: GridLine | Labelled,
    words: str,
    boxes: tuple[bool | None, ...],
    labels: Iterable[str],
) -> None:
    if not tree.fillable:
        tree.say(cells.add("TD", keep=True, Table={**_spans(len(boxes))}), owner, words)
        return
    for number, (is_open, label) in enumerate(zip(boxes, labels, strict=True)):
        cell = cells.add("TD", keep=True)
        if is_open:
            tree.field(cell, owner, number, label)
