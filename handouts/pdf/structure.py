"""Turn a Document into structure elements, which fix the reading order before any page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import singledispatchmethod

from handouts.compose.document import (
    Contact,
    Document,
    Draft,
    ExerciseCard,
    GridBand,
    GridLine,
    GridRow,
    Letterhead,
    Notes,
    PainRule,
    PatientPanel,
    Pointer,
    Prose,
    Title,
    TrackingGrid,
)
from handouts.compose.runs import FieldName, Labelled, Text, leaves
from handouts.model.layout import BlockName
from handouts.pdf.elements import Element, Tree
from handouts.pdf.objects import Name

_ROWS = {"ListNumbering": Name("None")}
_NUMBERED = {"ListNumbering": Name("Decimal")}
_BULLETED = {"ListNumbering": Name("Disc")}


def structure(document: Document, *, fillable: bool) -> Tree:
    """Return the structure of a document; if ``fillable``, its boxes and lines are form fields."""
    tree = Tree(document.blank, fillable=fillable)
    blocks = [block for section in document.sections for block in section.blocks]
    if document.draft is not None:
        _Builder(tree).add(document.draft)
    if document.letterhead is not None:
        _Builder(tree).add(document.letterhead)
    else:
        titled = any(isinstance(block, Title) for block in blocks)
        panels = [block for block in blocks if isinstance(block, PatientPanel)]
        said = _fields(item.value for panel in panels for item in panel.fields)
        _Builder(tree).head(document, titled=titled, said=said)
    for section in document.sections:
        for block in section.blocks:
            _Builder(tree).add(block)
        tree.section_ends.append(tree.root.add("Sect"))
    stop = not any(isinstance(block, PainRule) for block in blocks)
    _Builder(tree).foot(document, stop=stop)
    return tree


def _fields(values: Iterable[Text]) -> set[FieldName]:
    """Return the fields of the patient that texts have; a line for the pen does not count."""
    return {run.field for each in values for run in each.runs if run.field and not run.blank}


class _Builder:
    """Adds elements at the end of the tree; each kind of node adds its own."""

    def __init__(self, tree: Tree) -> None:
        self.tree, self.at = tree, tree.root

    # -- small parts

    def _block(self, role: str, *leaves: Text | None) -> Element:
        return self.tree.block(self.at, role, *leaves)

    def _list(self, numbering: dict[str, Name]) -> Element:
        return self.at.add("L", List=dict(numbering))

    def item(self, parent: Element, label: Sequence[Text], body: Sequence[Text | None]) -> Element:
        item = parent.add("LI")
        if label:
            self.tree.block(item, "Lbl", *label)
        return self.tree.block(item, "LBody", *body)

    # -- what repeats on pages is read at its first place

    def head(self, document: Document, *, titled: bool, said: set[FieldName]) -> None:
        """Add what repeats at the head of pages, except what panels have ``said``."""
        foot = document.furniture
        self.at = self.at.add("Sect")
        names = dict.fromkeys((foot.clinic, foot.clinic_name))
        for leaf in (*names, foot.phone):
            self.tree.once(self.at, "P", leaf)
        for known in (foot.patient, foot.side, foot.dates):
            if known is not None and not _fields([known]) <= said:
                self.tree.once(self.at, "P", known)
        self.tree.once(self.at, "P" if titled else "H1", foot.heading)

    def foot(self, document: Document, *, stop: bool) -> None:
        """Add what repeats at the foot of pages; with ``stop`` the stop rule too."""
        foot = document.furniture
        self.at = self.at.add("Sect")
        if stop:
            rule, call, both = foot.stop_rule, foot.call, foot.stop_and_call
            self.tree.once(self.at, "P", both, rule, call)
            self.tree.once(self.at, "P", rule, both)
            self.tree.once(self.at, "P", call, both)
        short = foot.disclaimed(full=False)
        self.tree.once(self.at, "P", foot.disclaimed(full=True), short)
        self.tree.once(self.at, "P", short)
        self.tree.once(self.at, "P", foot.code)

    # -- blocks

    @singledispatchmethod
    def add(self, node: object) -> None:
        """Add the elements of a node."""
        raise TypeError(f"no structure is known for {type(node).__name__}")

    @add.register
    def _(self, node: Letterhead) -> None:
        self.at = self.at.add("Sect")
        self.tree.picture(self.at, node, node.logo_alt)
        for leaf in (node.name, node.kind, node.phone, *node.ways):
            self._block("P", leaf)

    @add.register
    def _(self, node: Draft) -> None:
        self._block("P", node.mark, node.why)

    @add.register
    def _(self, node: Contact) -> None:
        self.at = self.at.add("Sect")
        for leaf in (node.name, node.phone, *node.ways):
            self._block("P", leaf)

    @add.register
    def _(self, node: Title) -> None:
        self._block("H1", node.title)
        self._block("P", node.subtitle)

    @add.register
    def _(self, node: PatientPanel) -> None:
        rows = self._list(_ROWS)
        for item in node.fields:
            self._labelled(rows, item)
        if node.note is not None:
            self.item(rows, (node.note.label,), (node.note.value, node.elsewhere))

    def _labelled(self, rows: Element, item: Labelled) -> None:
        if not item.choices:
            self.item(rows, (item.label,), (item.value,))
            return
        body = self.item(rows, (item.label,), ())
        for choice in item.choices:
            self.tree.block(body, "P", choice)

    @add.register
    def _(self, node: PainRule) -> None:
        self.at = self.at.add("Warning")
        self._block("H2", node.heading)
        for line in node.lines:
            self._block("P", line)
        zones = self._list(_ROWS)
        for zone in node.zones:
            self.item(zones, zone.numbers, (zone.advice,))
        self.tree.mark_decorative(node.sign)
        self._block("P", node.rule)
        self._block("P", node.next_day)
        self._block("P", node.call)

    @add.register
    def _(self, node: Pointer) -> None:
        self._block("P", node.text)

    @add.register
    def _(self, node: Prose) -> None:
        self.at = self.at.add("Warning" if node.name is BlockName.RED_FLAGS else "Sect")
        self._block("H2", node.heading)
        bullets = self._list(_BULLETED) if node.bulleted else None
        for part in node.parts:
            if bullets is None:
                self._block("P", part)
            else:
                self.item(bullets, (), (part,))

    @add.register
    def _(self, node: ExerciseCard) -> None:
        self.at = self.at.add("Sect")
        if node.box_label:
            box = self.at.add("P")
            self.tree.say(box, node, node.box_label)
            self.tree.field(box, node, 0)
        self._block("H2", node.number, node.name)
        for leaf in (node.equipment, node.side, *node.dose, node.other_side):
            self._block("P", leaf)
        if node.figure is not None:
            self.tree.picture(self.at, node.figure, node.figure.alt)
            for leaf in node.figure.captions:
                self._block("P", leaf)
        steps = self._list(_NUMBERED)
        for step in node.steps:
            self.item(steps, (step.number,), (step.text,))
        for fact in node.facts:
            self._block("P", fact.text)
        self._block("P", node.video)
        self._block("P", node.stop)

    @add.register
    def _(self, node: TrackingGrid) -> None:
        self.at = self.at.add("Sect")
        self._block("H2", node.heading)
        self._block("P", node.lead)
        for band in node.bands[:1]:
            _BandTable(self.tree, band).add(self.at)
        for line in node.totals:
            self._block("P", line)
        for band in node.bands[1:]:
            _BandTable(self.tree, band).add(self.at)

    @add.register
    def _(self, node: Notes) -> None:
        self.at = self.at.add("Sect")
        self._block("H2", node.heading)
        self._block("P", node.prompt)
        lines = self.at.add("P")
        self.tree.say(lines, node, self.tree.blank)
        self.tree.field(lines, node, 0)


# -- a band of the tracking grid
#
# For paper nobody needs to hear every box and every day: the columns are weeks, and each line has
# one cell across them, which says in words which days have boxes. In a fillable handout the columns
# are days, and each box is a cell.


class _BandTable:
    """Adds the table of a band: a head of weeks and days, a row for each line of boxes, pain."""

    def __init__(self, tree: Tree, band: GridBand) -> None:
        self.tree, self.band = tree, band
        self.names = 1 + any(line.label for row in band.rows for line in row.lines)
        """Head columns of a row: its name, and a label if any line has one."""
        self.days = sum(len(week.days) for week in band.weeks)
        self.columns = self.days if tree.fillable else len(band.weeks)
        """Columns after the head columns."""

    def add(self, parent: Element) -> None:
        """Add the table below an element."""
        table = parent.add("Table")
        self._add_head(table.add("THead"))
        body = table.add("TBody")
        for row in self.band.rows:
            self._add_row(body, row)
        if self.band.pain is not None:
            self._add_pain(body, self.band.pain)

    def _add_head(self, head: Element) -> None:
        weeks, days = head.add("TR"), head.add("TR") if self.tree.fillable else None
        weeks.add("TD", keep=True, Table={**_spans(self.names, 2 if days else 1)})
        for week in self.band.weeks:
            across = len(week.days) if days else 1
            self.tree.leaf(_heads(weeks, "Column", across), week.title)
            for day in week.days:
                if days is None:
                    for leaf in leaves(day):
                        self.tree.mark_decorative(leaf)
                    continue
                cell = _heads(days, "Column").add("Span", actual=day.label)
                self.tree.leaf(cell, day.weekday, spaced=day.date is not None)
                if day.date is not None:
                    self.tree.leaf(cell, day.date)

    def _add_row(self, body: Element, row: GridRow) -> None:
        if row.phase is not None:
            self.tree.leaf(_heads(body.add("TR"), "Row", self.names + self.columns), row.phase)
        for number, line in enumerate(row.lines):
            cells = body.add("TR")
            if not number:
                self._add_name(cells, row)
            if line.label is not None:
                self.tree.leaf(_heads(cells, "Row"), line.label)
            said = self.band.line(row, line)
            self._add_boxes(cells, line, line.summary, line.boxes, said)

    def _add_name(self, cells: Element, row: GridRow) -> None:
        across = 1 if row.lines[0].label is not None else self.names
        head = _heads(cells, "Row", across, len(row.lines))
        self.tree.leaf(head, row.number, spaced=True)
        if row.box_label:
            self.tree.say(head, row, f"{row.box_label} ")
            self.tree.field(head, row, 0)
        self.tree.mark_decorative(row)
        for leaf in (row.name, row.dose, row.when):
            if leaf is not None:
                self.tree.leaf(head, leaf, spaced=True)

    def _add_pain(self, body: Element, pain: Labelled) -> None:
        cells = body.add("TR")
        head = _heads(cells, "Row", self.names)
        self.tree.leaf(head, pain.label, spaced=True)
        self.tree.leaf(head, pain.value)
        said = f"{pain.label.plain} {pain.value.plain}"
        self._add_boxes(cells, pain, self.band.circles, (True,) * self.days, said)

    def _add_boxes(
        self,
        cells: Element,
        owner: GridLine | Labelled,
        words: str,
        boxes: tuple[bool | None, ...],
        line: str,
    ) -> None:
        """Add one cell with ``words`` for all boxes of a line, or, if fillable, a cell for each."""
        if not self.tree.fillable:
            cell = cells.add("TD", keep=True, Table={**_spans(self.columns)})
            self.tree.say(cell, owner, words)
            return
        days = ((week, day) for week in self.band.weeks for day in week.days)
        for number, (is_open, (week, day)) in enumerate(zip(boxes, days, strict=True)):
            cell = cells.add("TD", keep=True)
            if is_open:
                self.tree.field(cell, owner, number, self.band.entry(line, week, day))


def _heads(row: Element, scope: str, across: int = 1, down: int = 1) -> Element:
    """Add a cell that heads its row or column."""
    return row.add("TH", keep=True, Table={"Scope": Name(scope), **_spans(across, down)})


def _spans(across: int, down: int = 1) -> dict[str, int]:
    spans = {"ColSpan": across, "RowSpan": down}
    return {key: count for key, count in spans.items() if count > 1}
