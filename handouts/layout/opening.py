"""Title, patient panel and plan: the opening of a handout."""

from __future__ import annotations

from handouts.compose.document import Labelled, PatientPanel, Plan, PlanRow, Title
from handouts.layout import icons
from handouts.layout.flow import Flowable
from handouts.layout.look import Look, bold, plain, tile
from handouts.layout.sheet import Sheet
from handouts.layout.text import SetText
from handouts.model.layout import TypeStyle


class TitleBlock(Flowable):
    """The title, and what it is for beside it or below."""

    name, gap = "title", 0.0

    def __init__(self, look: Look, block: Title) -> None:
        self.look, self.block = look, block

    def _set(self, width: float) -> tuple[SetText, SetText, bool]:
        setter, style = self.look.setter, self.look.type
        title = setter.set(self.block.title, style.title, width)
        subtitle = setter.line(self.block.subtitle, style.subtitle)
        beside = len(title.lines) == 1 and title.width + 12 + subtitle.width <= width
        if not beside:
            subtitle = setter.set(self.block.subtitle, style.subtitle, width)
        return title, subtitle, beside

    def height(self, width: float) -> float:
        title, subtitle, beside = self._set(width)
        return title.height + (0 if beside else subtitle.height) + 2

    def draw(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:  # noqa: ARG002
        title, subtitle, beside = self._set(width)
        sheet.text(x, y, title, "heading")
        if beside:
            sheet.on_baseline(x + title.width + 12, y + title.first_baseline, subtitle)
        else:
            sheet.text(x, y + title.height, subtitle)


class PanelBlock(Flowable):
    """Who the handout is for: labelled values in cells, in one row or more."""

    name, gap = "patient", 10.0

    def __init__(self, look: Look, block: PatientPanel) -> None:
        self.look, self.block = look, block
        self.pad = 7.0 * min(look.scale, 1.2)

    def _value(self, item: Labelled, room: float) -> SetText:
        style = self.look.type.value
        return self.look.setter.fitted(item.value, style, room, style.size * 11.5 / 13.5)

    def _natural(self, item: Labelled) -> float:
        setter, style = self.look.setter, self.look.type
        value = setter.width(item.value, style.value) + self._choices_width(item)
        blank = any(run.blank for run in item.value.runs)
        return max(
            setter.width(item.label, style.label), value, 66.0 * self.look.scale if blank else 0
        )

    def _choices_width(self, item: Labelled) -> float:
        widths = (self.look.setter.width(each, self.look.type.value) for each in item.choices)
        return sum(width + 26 * self.look.scale for width in widths)

    def _rows(self, width: float) -> list[tuple[Labelled, ...]]:
        """As few rows as hold every cell at its natural width (values may shrink a little)."""
        fields = self.block.fields
        for count in range(1, len(fields) + 1):
            across = -(-len(fields) // count)
            rows = [fields[i : i + across] for i in range(0, len(fields), across)]
            if all(sum(map(self._least, row)) <= width for row in rows):
                return rows
        return [(item,) for item in fields]

    def _least(self, item: Labelled) -> float:
        label = self.look.setter.width(item.label, self.look.type.label)
        return max(label, self._natural(item) * 12.5 / 13.5) + 2 * self.pad

    @property
    def _row_height(self) -> float:
        style = self.look.type
        return style.label.leading + style.value.leading + 16.5 * min(self.look.scale, 1.2)

    def _note(self, width: float) -> tuple[SetText, SetText] | None:
        if self.block.note is None:
            return None
        label = self.look.setter.line(self.block.note.label, self.look.type.label)
        style = plain(self.look.type.detail)
        return label, self.look.setter.set(
            self.block.note.value, style, width - 2 * self.pad, balance=False
        )

    def _row_heights(self, width: float) -> list[float]:
        heights = []
        for row in self._rows(width):
            rooms = self._cells(row, width)
            lines = max(
                len(self._value(item, room - 2 * self.pad).lines)
                for item, room in zip(row, rooms, strict=True)
            )
            heights.append(self._row_height + (lines - 1) * self.look.type.value.leading)
        return heights

    def height(self, width: float) -> float:
        note = self._note(width)
        more = note[0].height + note[1].height + 14 if note else 0.0
        return sum(self._row_heights(width)) + more

    def _cells(self, row: tuple[Labelled, ...], width: float) -> list[float]:
        natural = [self._natural(item) + 2 * self.pad for item in row]
        spare = (width - sum(natural)) / len(row)
        if spare >= 0:
            return [each + spare for each in natural]
        return [each * width / sum(natural) for each in natural]

    def draw(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        sheet.rect(x, y, width, height, fill="panel", stroke="line", line=1, radius=6)
        for number, (row, high) in enumerate(
            zip(self._rows(width), self._row_heights(width), strict=True)
        ):
            if number:
                sheet.line(x + self.pad, y, x + width - self.pad, y, "rule")
            self._draw_row(sheet, row, x, y, width, high)
            y += high
        note = self._note(width)
        if note:
            sheet.line(x + self.pad, y, x + width - self.pad, y, "rule")
            y += 6 + sheet.text(x + self.pad, y + 6, note[0], "label")
            sheet.text(x + self.pad, y, note[1])

    def _draw_row(
        self,
        sheet: Sheet,
        row: tuple[Labelled, ...],
        x: float,
        y: float,
        width: float,
        high: float,
    ) -> None:
        style, setter = self.look.type, self.look.setter
        left = x
        for index, (item, cell) in enumerate(zip(row, self._cells(row, width), strict=True)):
            if index:
                sheet.line(left, y + 8, left, y + high - 8, "rule")
            start, room = left + self.pad, cell - 2 * self.pad
            top = y + 7 * min(self.look.scale, 1.2)
            sheet.text(start, top, setter.line(item.label, style.label), "label")
            top += style.label.leading + 1
            if item.choices:
                self._draw_choices(sheet, item, start, top)
            else:
                self._draw_value(sheet, item, start, top, room)
            left += cell

    def _draw_value(self, sheet: Sheet, item: Labelled, x: float, y: float, room: float) -> None:
        if any(run.blank for run in item.value.runs):
            base = y + self.look.type.value.leading - 3
            sheet.writing_line(x, x + room, base)
            sheet.place("text", item.value.plain, x, y, room, self.look.type.value.leading)
            return
        sheet.text(x, y, self._value(item, room))

    def _draw_choices(self, sheet: Sheet, item: Labelled, x: float, y: float) -> None:
        style = self.look.type.value
        box = style.size * 0.95
        for choice in item.choices:
            line = self.look.setter.line(choice, style)
            sheet.rect(
                x,
                y + (style.leading - box) / 2,
                box,
                box,
                fill="white",
                stroke="box",
                line=1,
                radius=2,
            )
            sheet.text(x + box + 5, y, line)
            x += line.width + 26 * self.look.scale


_PLAN_ROW = (35.0, 31.0, 27.0, 0.0)
"""Least height of a plan row in the standard layout: roomy, tight, tightest, and in one line."""

_TIGHTEST = 2


class PlanBlock(Flowable):
    """The plan table. Rows take up what the page has left; many rows become one-line rows."""

    name, gap = "plan", 14.0

    def __init__(
        self,
        look: Look,
        block: Plan,
        rows: tuple[PlanRow, ...] | None = None,
        *,
        tail: bool = False,
        level: int = 0,
    ) -> None:
        self.look, self.block, self.level = look, block, level
        self.rows = block.rows if rows is None else rows
        self.tail, self.last = tail, self.rows[-1:] == block.rows[-1:]

    def tighter(self) -> Flowable | None:
        if self.level == len(_PLAN_ROW) - 1:
            return None
        return PlanBlock(self.look, self.block, self.rows, tail=self.tail, level=self.level + 1)

    # -- measures

    @property
    def _body(self) -> float:
        return self.look.type.steps.size

    @property
    def _pictured(self) -> bool:
        return any(self.look.frames(row.figure) for row in self.rows) and not self._single

    def _columns(self, width: float) -> tuple[float, float, float]:
        """Offsets of picture, words and days from the left edge; the days end at the right."""
        scale, setter, style = self.look.scale, self.look.setter, self.look.type.steps
        left = 32 * scale
        words = left + (84 * scale if self._pictured else 4)
        days = max(
            max(
                setter.width(row.when, bold(style)),
                setter.width(row.minutes, plain(style)) if row.minutes else 0,
            )
            for row in self.block.rows
        )
        return left, words, width - days

    def _heading(self, width: float) -> tuple[SetText, SetText, bool]:
        setter, style = self.look.setter, self.look.type
        heading = setter.line(self.block.heading, style.section)
        lead = setter.line(self.block.lead, plain(style.steps))
        beside = heading.width + 10 + lead.width <= width
        if not beside:
            lead = setter.set(self.block.lead, plain(style.steps), width)
        return heading, lead, beside

    def _heading_height(self, width: float) -> float:
        if self.tail:
            return 0.0
        heading, lead, beside = self._heading(width)
        return heading.height + (0 if beside else lead.height) + 4

    def _leaded(self, style: TypeStyle) -> TypeStyle:
        """The style with less leading where rows are tightest."""
        if self.level < _TIGHTEST:
            return style
        return TypeStyle(size=style.size, leading=style.size * 1.04, bold=style.bold)

    def _row_text(self, row: PlanRow, width: float) -> tuple[SetText, SetText]:
        _, words, days = self._columns(width)
        room = days - words - 10
        style = self.look.type
        tight = self.level >= _TIGHTEST
        size = self._body * (1.0 if tight else 14 / 12.5)
        name = self.look.setter.set(row.name, self._leaded(bold(style.steps, size)), room)
        dose = self.look.setter.set(row.dose, self._leaded(plain(style.steps)), room)
        return name, dose

    @property
    def _single(self) -> bool:
        return self.level == len(_PLAN_ROW) - 1

    def _one_line(self, width: float) -> bool:
        """Whether every name and dose fit one line together, with days and minutes."""
        if not self._single:
            return False
        setter, style = self.look.setter, self.look.type.steps
        for row in self.block.rows:
            wide = setter.width(row.name, bold(style)) + setter.width(row.dose, plain(style)) + 10
            wide += setter.width(row.when, bold(style)) + 14 + 30 * self.look.scale
            if row.minutes:
                wide += setter.width(row.minutes, plain(style)) + 8
            if wide > width:
                return False
        return True

    def _row_height(self, row: PlanRow, width: float) -> float:
        phase = self.look.type.steps.leading + 5 if row.phase else 0.0
        if self._one_line(width):
            return phase + self.look.type.steps.leading + 5
        name, dose = self._row_text(row, width)
        least = _PLAN_ROW[self.level] * self.look.scale
        return phase + max(least, name.height + dose.height + 2)

    def _totals(self, width: float) -> list[SetText]:
        if not self.last:
            return []
        style = plain(self.look.type.steps)
        room = width - 24 * self.look.scale
        return [
            self.look.setter.set(item, style, room, balance=False) for item in self.block.totals
        ]

    def height(self, width: float) -> float:
        rows = sum(self._row_height(row, width) for row in self.rows)
        totals = sum(block.height for block in self._totals(width))
        return self._heading_height(width) + rows + (totals + 6 if totals else 0)

    def stretch(self, width: float) -> float:  # noqa: ARG002
        return (5 if self._single else 17) * self.look.scale * len(self.rows)

    def split(self, width: float, room: float) -> tuple[Flowable, Flowable] | None:
        used = self._heading_height(width)
        count = 0
        for row in self.rows:
            used += self._row_height(row, width)
            if used > room:
                break
            count += 1
        if count < 2 or count >= len(self.rows):  # noqa: PLR2004 - one row alone looks lost
            return None
        return (
            PlanBlock(self.look, self.block, self.rows[:count], tail=self.tail, level=self.level),
            PlanBlock(self.look, self.block, self.rows[count:], tail=True, level=self.level),
        )

    # -- drawing

    def draw(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        extra = max(0.0, height - self.height(width)) / len(self.rows)
        if not self.tail:
            heading, lead, beside = self._heading(width)
            sheet.text(x, y, heading, "heading")
            if beside:
                sheet.on_baseline(x + heading.width + 10, y + heading.first_baseline, lead)
            else:
                sheet.text(x, y + heading.height, lead)
        y += self._heading_height(width)
        sheet.line(x, y, x + width, y, "fill", 1.4)
        for row in self.rows:
            high = self._row_height(row, width) + extra
            self._draw_row(sheet, row, x, y, width, high)
            y += high
            end = row is self.rows[-1]
            sheet.line(x, y, x + width, y, "fill" if end else "rule", 1.4 if end else 0.8)
        y += 6
        for index, block in enumerate(self._totals(width)):
            if not index:
                icons.clock(
                    sheet,
                    x + 9 * self.look.scale,
                    y + block.style.leading * 0.52,
                    8 * self.look.scale,
                )
            y += sheet.text(x + 24 * self.look.scale, y, block)

    def _draw_row(
        self, sheet: Sheet, row: PlanRow, x: float, y: float, width: float, high: float
    ) -> None:
        setter, style = self.look.setter, self.look.type
        if row.phase:
            phase = setter.line(row.phase, bold(style.steps))
            sheet.text(x, y + 3, phase, "heading")
            y += style.steps.leading + 5
            high -= style.steps.leading + 5
        side = min(23 * self.look.scale, high - 3)
        tile(self.look, sheet, x, y + (high - side) / 2, row.number, side)
        if self._one_line(width):
            self._draw_line_row(sheet, row, x, y + high / 2, width)
            return
        picture, words, days = self._columns(width)
        for frame in self.look.frames(row.figure)[-1:]:
            alt = row.figure.alt if row.figure else None
            sheet.drawing(x + picture, y + 2, 76 * self.look.scale, high - 4, frame, alt)
        name, dose = self._row_text(row, width)
        top = y + (high - name.height - dose.height) / 2
        sheet.text(x + words, top, name)
        sheet.text(x + words, top + name.height, dose)
        when = setter.line(row.when, self._leaded(bold(style.steps)))
        lines = 2 if row.minutes else 1
        top = y + (high - lines * when.style.leading) / 2
        sheet.text(x + days, top, when)
        if row.minutes:
            minutes = setter.line(row.minutes, self._leaded(plain(style.steps)))
            sheet.text(x + days, top + when.style.leading, minutes)

    def _draw_line_row(
        self, sheet: Sheet, row: PlanRow, x: float, middle: float, width: float
    ) -> None:
        setter, style = self.look.setter, self.look.type.steps
        base = middle + style.size * 0.345
        left = x + 30 * self.look.scale
        left += sheet.on_baseline(left, base, setter.line(row.name, bold(style))) + 10
        sheet.on_baseline(left, base, setter.line(row.dose, plain(style)))
        right = x + width
        if row.minutes:
            minutes = setter.line(row.minutes, plain(style))
            right -= sheet.on_baseline(right, base, minutes, align="right") + 8
        sheet.on_baseline(right, base, setter.line(row.when, bold(style)), align="right")
