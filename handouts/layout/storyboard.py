"""Draw an exercise as a storyboard: pictures side by side, each with the steps that it shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct

from handouts.compose.cards import ExerciseCard, Step
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, disc, draw_frame
from handouts.model.layout import Cards
from handouts.text.setting import SetText

MOST = 1.75
"""A picture grows to so many times its least size where a page has room."""

_SHARES = (0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68)
"""Parts of the width that the first of two columns may take, the best first."""

_BETWEEN = 10.0
"""Space between a picture and the steps beside it, in points."""

_MEASURE, _LONGEST = 9.0, 36.0
"""Lines beside a picture, and the longest line of steps, against the size of their type."""

_NARROW = 13.0
"""Columns narrower than this, against the size of type, are too narrow to read steps in."""

Place = Literal["over", "beside", "rows", "list"]
"""Pictures over their steps; in columns beside them; in rows beside them; over all steps."""

_WORTH: dict[Place, float] = {"over": 1.0, "beside": 0.8, "rows": 0.66, "list": 1.0}
"""What a picture's size is worth in each arrangement."""


class Form(Struct, frozen=True):
    """A way to arrange a storyboard: ``widths`` of its columns, points a unit of the pictures."""

    place: Place
    widths: tuple[float, ...]
    scale: float
    height: float

    @property
    def worth(self) -> float:
        """How good it is: large pictures, over their steps, in even columns."""
        uneven = max(self.widths) / sum(self.widths) - 1 / len(self.widths)
        return self.scale * (1 - 0.35 * uneven) * _WORTH[self.place]


def starts_of(theme: Theme, card: ExerciseCard) -> list[int]:
    """The first step of each picture, from 0: the one it shows, or the very first step."""
    if card.figure is None or not theme.frames(card.figure):
        return []
    return [0, *(step - 1 for step in card.figure.steps[1:])]


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
        self.frames = tuple(theme.frames(card.figure)[number] for number, _ in shown)
        starts = [start for _, start in shown] or [steps[0]]
        ends = [*starts[1:], steps[1]]
        self.groups = [card.steps[start:end] for start, end in zip(starts, ends, strict=True)]
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
        heights = [height for _, height in self._set(group, width)]
        return sum(heights) + gap * max(0, len(heights) - 1)

    def _draw_steps(self, sheet: Sheet, group: Sequence[Step], at: tuple[float, float], width: float, gap: float) -> None:  # fmt: skip
        x, y = at
        for step, (block, height) in zip(group, self._set(group, width), strict=True):
            centre = y + self.style.leading / 2
            disc(self.theme, sheet, x + self.radius, centre, step.number, self.radius)
            sheet.text(x + self.indent, y, block)
            y += height + gap

    # -- arrangements

    def _shapes(self, width: float) -> Iterator[tuple[Place, tuple[float, ...]]]:
        """Arrangements and the widths of their columns."""
        count = len(self.groups)
        if self.frames and width < _NARROW * self.style.size * count:
            yield "list", (width / count,) * count
            return
        room = width - self.gap * (count - 1)
        even = tuple(room / count for _ in range(count))
        shares = [(room * share, room - room * share) for share in _SHARES] if count == 2 else [even]
        for widths in shares:
            yield "over", widths
            if self.frames:
                yield "beside", widths
        if len(self.frames) > 1:
            yield "rows", (width,) * count

    def _form(
        self, place: Place, widths: tuple[float, ...], scale: float, gap: float
    ) -> Form | None:
        """The arrangement with pictures of a scale; None if the columns are too narrow."""
        sizes = [(wide * scale, high * scale) for wide, high in (f.size for f in self.frames)]
        columns = list(zip(self.groups, widths, strict=True))
        pictures = max((high for _, high in sizes), default=0.0)
        if place == "over":
            if any(wide > column for (wide, _), column in zip(sizes, widths, strict=False)):
                return None
            below = self._below(gap) if sizes else 0.0
            steps = max(self._steps_height(group, wide, gap) for group, wide in columns)
            return Form(place, widths, scale, pictures + below + steps)
        if place == "list":
            pad = 2 * self.radius + 4
            if any(wide + pad > column for (wide, _), column in zip(sizes, widths, strict=True)):
                return None
            steps = self._steps_height(self._all, sum(widths), gap)
            return Form(place, widths, scale, pictures + self._below(gap) + steps)
        rooms = self._rooms(place, widths, scale)
        if min(rooms) < self.indent + self.style.size * _MEASURE:
            return None
        heights = [
            max(high, self._steps_height(group, room, gap))
            for group, room, (_, high) in zip(self.groups, rooms, sizes, strict=True)
        ]
        if place == "beside":
            return Form(place, widths, scale, max(heights))
        return Form(place, widths, scale, sum(heights) + self._below(gap) * (len(heights) - 1))

    def _rooms(self, place: Place, widths: tuple[float, ...], scale: float) -> list[float]:
        """Widths of the steps beside each picture; in rows they begin below each other."""
        wide = [frame.size[0] * scale for frame in self.frames]
        if place == "rows":
            wide = [max(wide)] * len(wide)
        return [column - taken - _BETWEEN for column, taken in zip(widths, wide, strict=True)]

    @property
    def _all(self) -> tuple[Step, ...]:
        return tuple(step for group in self.groups for step in group)

    def _below(self, gap: float) -> float:
        """Space between a picture and what stands below it."""
        return 3 + gap

    def _at(self, scale: float, width: float, gap: float) -> list[Form]:
        """All arrangements with pictures of a scale; of a smaller one where none holds them."""
        tried = [self._form(*shape, scale, gap) for shape in self._shapes(width)]
        made = [form for form in tried if form]
        return made or self._at(scale * 0.95, width, gap)

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
        grown = (1 + (MOST - 1) * number / 15 for number in range(16))
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
        sizes = [(w * form.scale, h * form.scale) for w, h in (f.size for f in self.frames)]
        tallest, widest = (max((size[way] for size in sizes), default=0.0) for way in (1, 0))
        for number, (group, column) in enumerate(zip(self.groups, form.widths, strict=True)):
            left, top, room = x, y, column
            wide, high = sizes[number] if number < len(sizes) else (0.0, 0.0)
            box = (x, y, wide, high)
            if form.place == "list" and sizes:
                pad = 2 * self.radius + 4
                box = (x + pad + (column - pad - wide) / 2, y + tallest - high, wide, high)
                self._draw_number(sheet, box, number)
            elif form.place == "over" and sizes:
                box = (x + (column - wide) / 2, y + tallest - high, wide, high)
                top = y + tallest + self._below(gap)
            elif sizes:
                room = self._rooms(form.place, form.widths, form.scale)[number]
                left = x + column - room
                if form.place == "rows":
                    box = (x + (widest - wide) / 2, y, wide, high)
            if wide:
                # A picture is read once: what stands on a later page decorates.
                source = None if self.first else self.card.figure
                draw_frame(self.theme, sheet, box, self.frames[number], source)
            if form.place != "list":
                self._draw_steps(sheet, group, (left, top), room, gap)
            if form.place == "rows":
                y += max(high, self._steps_height(group, room, gap)) + self._below(gap)
            elif form.place == "list":
                x += column
            else:
                x += column + self.gap
        if form.place == "list":
            at = (x - sum(form.widths), y + tallest + self._below(gap))
            self._draw_steps(sheet, self._all, at, sum(form.widths), gap)

    def _draw_number(
        self, sheet: Sheet, box: tuple[float, float, float, float], frame: int
    ) -> None:
        """The number of the step that a picture shows, beside it."""
        figure = self.card.figure
        if figure and self.first + frame < len(figure.steps):
            number = self.card.steps[figure.steps[self.first + frame] - 1].number
            with sheet.furniture():
                middle = box[0] - self.radius - 2, box[1] + box[3] - self.radius
                disc(self.theme, sheet, *middle, number, self.radius)
