"""Draw an exercise as a storyboard: pictures side by side, each with the steps that it shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from handouts.compose.cards import ExerciseCard, Step
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, disc, draw_frame
from handouts.model.layout import Cards
from handouts.text.setting import SetText

MOST = 1.65
"""A picture grows to so many times its least size where a page has room."""

_SHARES = (0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68)
"""Parts of the width that the first of two columns may take, the best first."""

_BETWEEN = 10.0
"""Space between a picture and the steps beside it, in points."""

_MEASURE, _LONGEST = 9.0, 36.0
"""Lines beside a picture, and the longest line of steps, against the size of their type."""

_CAPTION = 2.0
"""Space between a photograph and the words below it, in points."""

_FOUR = 4
"""So many pictures may stand in two rows."""

_NARROW = 13.0
"""Columns narrower than this, against the size of type, are too narrow to read steps in."""

Size = tuple[float, float]
Place = Literal["over", "rows", "aside", "list"]
"""Pictures over their steps; each beside its steps; all beside all steps; all over all steps."""

_WORTH: dict[Place, float] = {"over": 1.0, "rows": 0.66, "aside": 0.66, "list": 1.0}
"""What a picture's size is worth in each arrangement."""


Box = tuple[float, float, float, float]


class Cell(Struct, frozen=True):
    """A picture in its box and the steps beside or below it, from the top left of the board."""

    picture: Box | None
    steps: tuple[Step, ...]
    left: float
    top: float
    width: float


class Form(Struct, frozen=True):
    """A way to arrange a storyboard: a cell a picture, points a unit of the pictures.

    ``share`` is the part of the width that the first column takes.
    """

    place: Place
    cells: tuple[Cell, ...]
    scale: float
    height: float
    share: float = 0.5

    @property
    def worth(self) -> float:
        """How good it is: large pictures, over their steps, in even columns."""
        return self.scale * (1 - 0.35 * abs(self.share - 0.5)) * _WORTH[self.place]


def starts_of(theme: Theme, card: ExerciseCard) -> list[int]:
    """The first step of each picture, from 0: the one it shows, or the very first step."""
    if card.figure is None or not theme.frames(card.figure):
        return []
    return [0, *(step - 1 for step in card.figure.steps[1:])]


def _lowered(cell: Cell, by: float) -> Cell:
    left, top, wide, high = cell.picture or (0.0, 0.0, 0.0, 0.0)
    return replace(cell, picture=(left, top + by, wide, high), top=cell.top + by)


class Storyboard:
    """The pictures and steps of a card, from step ``first`` to ``last`` (the end).

    The steps of a picture begin with the one that it shows, those of the first picture with the
    first step. A picture stands where its first step does.
    """

    def __init__(
        self, theme: Theme, card: ExerciseCard, cards: Cards, steps: tuple[int, int], gap: float
    ) -> None:
        self.theme, self.card, self.gap = theme, card, gap
        self.style = theme.type.steps
        self.radius = self.style.size * 0.59
        self.indent = 2 * self.radius + self.style.size * 0.55
        shown = [
            (number, start)
            for number, start in enumerate(starts_of(theme, card))
            if steps[0] <= start < steps[1]
        ]
        self.first = shown[0][0] if shown else 0
        self._heights: dict[tuple[str, int, float], float] = {}
        self.frames = tuple(theme.frames(card.figure)[number] for number, _ in shown)
        starts = [start for _, start in shown] or [steps[0]]
        ends = [*starts[1:], steps[1]]
        self.groups = [card.steps[start:end] for start, end in zip(starts, ends, strict=True)]
        self.captions = card.figure.captions[self.first :] if card.figure else ()
        self.least_scale = max(
            (
                min(cards.picture_width / wide, cards.picture_height / high)
                for wide, high in (frame.size for frame in self.frames)
            ),
            default=0.0,
        )

    # -- steps

    def _set(self, group: Sequence[Step], width: float) -> list[tuple[SetText, float]]:
        """Each step and its height."""
        room = min(width - self.indent, self.style.size * _LONGEST)
        blocks = [self.theme.setter.set(step.text, self.style, room) for step in group]
        return [(block, max(block.height, 2 * self.radius)) for block in blocks]

    def _steps_height(self, group: Sequence[Step], width: float, gap: float) -> float:
        if not group:
            return 0.0
        # Asked for often while an arrangement is looked for, with other gaps each time.
        key = group[0].number.plain, len(group), width
        if key not in self._heights:
            self._heights[key] = sum(height for _, height in self._set(group, width))
        return self._heights[key] + gap * (len(group) - 1)

    def _caption(self, number: int, width: float) -> SetText | None:
        """The words below a photograph."""
        caption = self.captions[number] if number < len(self.captions) else None
        return self.theme.setter.set(caption, self.theme.type.label, width) if caption else None

    def _sizes(self, scale: float) -> list[Size]:
        """Pictures of a scale with what stands below them, equally high under all."""
        sizes = [(wide * scale, high * scale) for wide, high in (f.size for f in self.frames)]
        captions = [self._caption(number, wide) for number, (wide, _) in enumerate(sizes)]
        below = max((each.height + _CAPTION for each in captions if each), default=0.0)
        return [(wide, high + below) for wide, high in sizes]

    # -- arrangements

    def _at(self, scale: float, width: float, gap: float) -> list[Form]:
        """All arrangements with pictures of a scale; of a smaller one where none holds them."""
        if not self.frames:
            return [self._alone(width, gap)]
        sizes = self._sizes(scale)
        forms: list[Form | None] = []
        count = len(self.groups)
        if width < _NARROW * self.style.size * count:
            forms.append(self._list(sizes, width, gap))
        else:
            room = width - self.gap * (count - 1)
            for share in _SHARES if count == 2 else (1 / count,):
                widths = [room * share, *[room * (1 - share) / max(1, count - 1)] * (count - 1)]
                forms.append(self._over(sizes, widths, gap, self.groups))
            forms += [self._rows(sizes, width, gap), self._aside(sizes, width, gap)]
        made = [replace(form, scale=scale) for form in forms if form]
        made = made or self._at(scale * 0.95, width, gap)
        pairs = self._pairs(sizes, width, gap) if count == _FOUR else None
        return [*made, replace(pairs, scale=scale)] if pairs else made

    def _alone(self, width: float, gap: float) -> Form:
        """Steps without a picture, in the whole width."""
        steps = self.groups[0]
        cell = Cell(None, steps, 0.0, 0.0, width)
        return Form("over", (cell,), 0.0, self._steps_height(steps, width, gap))

    def _over(
        self,
        sizes: Sequence[Size],
        widths: Sequence[float],
        gap: float,
        groups: Sequence[Sequence[Step]],
    ) -> Form | None:
        if any(wide > column for (wide, _), column in zip(sizes, widths, strict=True)):
            return None
        tallest = max(high for _, high in sizes)
        left, top = 0.0, tallest + self._below(gap)
        cells = []
        for (wide, high), column, steps in zip(sizes, widths, groups, strict=True):
            box = (left + (column - wide) / 2, tallest - high, wide, high)
            cells.append(Cell(box, tuple(steps), left, top, column))
            left += column + self.gap
        height = top + max(self._steps_height(cell.steps, cell.width, gap) for cell in cells)
        return Form("over", tuple(cells), 0.0, height, widths[0] / sum(widths))

    def _pairs(self, sizes: Sequence[Size], width: float, gap: float) -> Form | None:
        """Four pictures in two rows, each over its steps."""
        column = (width - self.gap) / 2
        cells: list[Cell] = []
        top = 0.0
        for part in (slice(2), slice(2, None)):
            form = self._over(sizes[part], (column, column), gap, self.groups[part])
            if form is None or column < _NARROW * self.style.size:
                return None
            cells += [_lowered(cell, top) for cell in form.cells]
            top += form.height + self._below(gap)
        return Form("over", tuple(cells), 0.0, top - self._below(gap))

    def _rows(self, sizes: Sequence[Size], width: float, gap: float) -> Form | None:
        widest = max(wide for wide, _ in sizes)
        room = width - widest - _BETWEEN
        if room < self._readable:
            return None
        top, cells = 0.0, []
        for (wide, high), steps in zip(sizes, self.groups, strict=True):
            box = ((widest - wide) / 2, top, wide, high)
            cells.append(Cell(box, steps, widest + _BETWEEN, top, room))
            top += max(high, self._steps_height(steps, room, gap)) + self._below(gap)
        return Form("rows", tuple(cells), 0.0, top - self._below(gap))

    def _aside(self, sizes: Sequence[Size], width: float, gap: float) -> Form | None:
        """Pictures beside each other, over the numbers of their steps, and all steps beside."""
        left, tallest, boxes = 0.0, max(high for _, high in sizes), []
        for wide, high in sizes:
            boxes.append((left, tallest - high, wide, high))
            left += wide + _BETWEEN
        left += _BETWEEN
        if len(sizes) == 1 or width - left < self._readable:
            return None
        cells, top = [], 0.0
        for box, steps in zip(boxes, self.groups, strict=True):
            cells.append(Cell(box, steps, left, top, width - left))
            top += self._steps_height(steps, width - left, gap) + self._below(gap)
        height = max(tallest + 2 + 2 * self.radius, top - self._below(gap))
        return Form("aside", tuple(cells), 0.0, height)

    def _list(self, sizes: Sequence[Size], width: float, gap: float) -> Form | None:
        """Pictures beside each other, with the numbers of their steps, over all steps."""
        column, pad = width / len(sizes), self._pad
        if any(wide + pad > column for wide, _ in sizes):
            return None
        tallest = max(high for _, high in sizes)
        boxes = [
            (number * column + pad + (column - pad - wide) / 2, tallest - high, wide, high)
            for number, (wide, high) in enumerate(sizes)
        ]
        top = tallest + self._below(gap)
        steps = tuple(step for group in self.groups for step in group)
        cells = [Cell(box, (), 0.0, top, width) for box in boxes]
        cells[-1] = Cell(boxes[-1], steps, 0.0, top, width)
        return Form("list", tuple(cells), 0.0, top + self._steps_height(steps, width, gap))

    @property
    def _readable(self) -> float:
        """Least width of steps beside a picture."""
        return self.indent + self.style.size * _MEASURE

    @property
    def _pad(self) -> float:
        """Room for the number of a picture."""
        return 2 * self.radius + 4

    def _below(self, gap: float) -> float:
        """Space between a picture and what stands below it."""
        return 3 + gap

    def least(self, width: float, gap: float) -> Form:
        """The arrangement that needs the least height."""
        return min(self._at(self.least_scale, width, gap), key=lambda form: form.height)

    def fit(self, width: float, height: float, gap: float) -> Form:
        """The arrangement with the largest pictures that ``height`` holds, as even as can be."""
        best, worth = self.least(width, gap), -1.0
        for scale in self._scales():
            for form in self._at(scale, width, gap):
                if form.height <= height + 0.01 and form.worth > worth + 1e-6:
                    best, worth = form, form.worth
        return best

    def _scales(self) -> list[float]:
        """Scales to try, from the least to the most; none without pictures."""
        grown = (1 + (MOST - 1) * number / 9 for number in range(10))
        return [self.least_scale * part for part in grown] if self.frames else []

    def most(self, width: float, gap: float) -> float:
        """The height that it can use well."""
        least = self.least(width, gap).height
        for scale in reversed(self._scales()):
            for form in self._at(scale, width, gap):
                if form.place in ("over", "list"):
                    return max(least, form.height)
        return least

    # -- drawing

    def paint(self, sheet: Sheet, x: float, y: float, form: Form, gap: float) -> None:
        """Draw in an arrangement with the top left corner at ``x, y``."""
        for number, cell in enumerate(form.cells):
            if cell.picture:
                left, top, wide, high = cell.picture
                box = (x + left, y + top, wide, high)
                shown = self._draw_picture(sheet, box, number, form.scale)
                if form.place == "aside":
                    self._draw_number(sheet, box, number, below=True)
                elif form.place == "list":
                    self._draw_number(sheet, shown, number, below=False)
            down = y + cell.top
            for step, (block, height) in zip(
                cell.steps, self._set(cell.steps, cell.width), strict=True
            ):
                left, centre = x + cell.left, down + self.style.leading / 2
                disc(self.theme, sheet, left + self.radius, centre, step.number, self.radius)
                sheet.text(left + self.indent, down, block)
                down += height + gap

    def _draw_picture(self, sheet: Sheet, box: Box, number: int, scale: float) -> Box:
        """Draw a picture and the words below it; return the box of the picture alone."""
        frame, (x, y, wide, _) = self.frames[number], box
        high = frame.size[1] * scale
        # A picture is read once: what stands on a later page decorates.
        source = None if self.first else self.card.figure
        draw_frame(self.theme, sheet, (x, y, wide, high), frame, source)
        caption = self._caption(number, wide)
        if caption:
            sheet.text(x + wide / 2, y + high + _CAPTION, caption, "label", align="centre")
        return x, y, wide, high

    def _draw_number(self, sheet: Sheet, box: Box, frame: int, *, below: bool) -> None:
        """The number of the step that a picture shows, below or beside it."""
        figure, place = self.card.figure, self.first + frame
        if figure and place < len(figure.steps):
            number = self.card.steps[figure.steps[place] - 1].number
            with sheet.furniture():
                middle = box[0] - self.radius - 2, box[1] + box[3] - self.radius
                if below:
                    middle = box[0] + box[2] / 2, box[1] + box[3] + 2 + self.radius
                disc(self.theme, sheet, *middle, number, self.radius)
