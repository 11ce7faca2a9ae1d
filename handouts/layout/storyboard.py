"""Arrange an exercise as a storyboard: pictures side by side, each with the steps it shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from handouts.compose.document import ExerciseCard, Step
from handouts.layout.block import cached
from handouts.layout.theme import LARGEST_PICTURE, Theme
from handouts.model.layout import Cards
from handouts.text.setting import SetText

_SHARES = (0.5, 0.42, 0.58, 0.34, 0.66)
"""Shares of the width that the first of two columns may have, the best first."""

_BETWEEN = 10.0
"""Space between a picture and the steps beside it, in points."""

_MEASURE, _LONGEST = 9.0, 36.0
"""The least length of lines beside a picture, and the longest line of steps, as multiples of the
type size."""

_TOLERANCE = 0.01
"""A storyboard that is too high by less than this still fits (points)."""

_TRIES = 6
"""The number of picture sizes to try if the best size cannot be computed."""

CAPTION = 2.0
"""Space between a photograph and the words below it, in points."""

_FOUR, _PAIRED = 4, 0.6
"""This many pictures may be in two rows, and then have this share of their least size."""

_NARROW = 13.0
"""The least width of a column of readable steps, as a multiple of the type size."""

Size = tuple[float, float]
Place = Literal["over", "pairs", "rows", "aside", "list"]
"""Pictures over their steps in one row or two, each beside its steps, or all beside or over all."""

_WORTH: dict[Place, float] = {"over": 1.0, "pairs": 1.0, "rows": 0.66, "aside": 0.66, "list": 1.0}
"""The worth of a picture's size in each arrangement."""


Box = tuple[float, float, float, float]
Steps = tuple[Step, ...]


class Cell(Struct, frozen=True):
    """A picture in its box and the steps beside or below it, from the top left of the board."""

    picture: Box | None
    steps: Steps
    left: float
    top: float
    width: float


Cells = tuple[list[Cell], float]
"""Cells, and their total height."""


class Way(Struct, frozen=True):
    """A way to arrange a storyboard, with pictures up to the scale ``limit`` (points a unit).

    ``share`` is the share of the width that the first column has.
    """

    place: Place
    limit: float
    share: float = 0.5

    @property
    def is_level(self) -> bool:
        """Whether all pictures are side by side above the steps, which move down as they grow."""
        return self.place in {"over", "list"}

    @property
    def worth(self) -> float:
        """How good it is, as a factor for the scale; best are even columns with steps below."""
        return (1 - 0.35 * abs(self.share - 0.5)) * _WORTH[self.place]


class Arrangement(Struct, frozen=True):
    """A storyboard arranged in a way, with a cell for each picture, at a scale."""

    way: Way
    cells: Sequence[Cell]
    scale: float
    height: float

    @property
    def worth(self) -> float:
        """How good it is: large pictures, well arranged."""
        return self.scale * self.way.worth


def starts_of(theme: Theme, card: ExerciseCard) -> list[int]:
    """Return each picture's first step, from 0: the step it shows; for the first picture step 0."""
    if card.figure is None or not theme.frames(card.figure):
        return []
    return [0, *(step - 1 for step in card.figure.steps[1:])]


def _columns(room: float, count: int, share: float = 0.5) -> list[float]:
    """Return the widths of columns: the first has a share of the room, the others the rest."""
    return [room * share, *[room * (1 - share) / max(1, count - 1)] * (count - 1)]


class Storyboard:
    """The pictures and steps of a card, or of its part with a range of ``steps``.

    The steps of a picture begin with the one that it shows, those of the first picture with the
    first step. A picture is on the page of its first step.
    """

    def __init__(
        self, theme: Theme, card: ExerciseCard, cards: Cards, steps: tuple[int, int], gap: float
    ) -> None:
        self.theme, self.card, self.gap = theme, card, gap
        self.style = theme.type.steps
        self.radius = self.style.size * 0.59
        self.indent = 2 * self.radius + self.style.size * 0.55
        self.pad = 2 * self.radius + 4
        """The room for the number of a picture."""
        self.readable = self.indent + self.style.size * _MEASURE
        """The least width of steps beside a picture."""
        shown = [
            (number, start)
            for number, start in enumerate(starts_of(theme, card))
            if steps[0] <= start < steps[1]
        ]
        self.first = shown[0][0] if shown else 0
        self._heights: dict[tuple[str, int, float], float] = {}
        self.frames = tuple(theme.frames(card.figure)[number] for number, _ in shown)
        self.all_steps = card.steps[slice(*steps)]
        starts = [start for _, start in shown] or [steps[0]]
        ends = [*starts[1:], steps[1]]
        self.sizes = [frame.size for frame in self.frames]
        self.groups = [card.steps[start:end] for start, end in zip(starts, ends, strict=True)]
        self.captions = card.figure.captions[self.first :] if card.figure else ()
        scales = (
            min(cards.picture_width / wide, cards.picture_height / high)
            for wide, high in self.sizes
        )
        self.least_scale = max(scales, default=0.0)

    # -- steps

    def steps(self, group: Steps, width: float) -> list[tuple[SetText, float]]:
        """Return each step, set, and its height."""
        room = min(width - self.indent, self.style.size * _LONGEST)
        blocks = [self.theme.setter.set(step.text, self.style, room) for step in group]
        return [(block, max(block.height, 2 * self.radius)) for block in blocks]

    def _steps_height(self, group: Steps, width: float, gap: float) -> float:
        if not group:
            return 0.0
        # The search for an arrangement asks for this often, with other gaps each time.
        key = group[0].number.plain, len(group), width
        if key not in self._heights:
            self._heights[key] = sum(height for _, height in self.steps(group, width))
        return self._heights[key] + gap * (len(group) - 1)

    # -- words below photographs

    def caption(self, number: int, width: float) -> SetText | None:
        """Return the words below a photograph; None if it has none."""
        caption = self.captions[number] if number < len(self.captions) else None
        return self.theme.setter.set(caption, self.theme.type.label, width) if caption else None

    def _under(self, width: float) -> float:
        """Return the height of captions below pictures, as needed at their least size."""
        if not self.captions:
            return 0.0
        wides = [wide for wide, _ in self.sizes]
        scale = min(self.least_scale, (width / len(wides) - self.pad) / max(wides))
        captions = [self.caption(number, wide * scale) for number, wide in enumerate(wides)]
        return max((each.height + CAPTION for each in captions if each), default=0.0)

    # -- arrangements

    @cached
    def _ways(self, width: float) -> list[Way]:
        """Return all arrangements with room for the pictures, each with its largest scale.

        Pictures have at least their least size, unless no arrangement has the width for it.
        """
        sizes, count = self.sizes, len(self.groups)
        widest = max(wide for wide, _ in sizes)
        if width < _NARROW * self.style.size * count:
            column = (width - self.gap) / 2
            pairs = count == _FOUR and column >= _NARROW * self.style.size
            ways = [Way("list", (width / len(sizes) - self.pad) / widest)]
            return [*ways, *[Way("pairs", column / widest)] * pairs]
        ways, room = [], width - self.gap * (count - 1)
        for share in _SHARES if count == 2 else (1 / count,):
            columns = zip(sizes, _columns(room, count, share), strict=True)
            ways.append(Way("over", min(column / wide for (wide, _), column in columns), share))
        ways.append(Way("rows", (width - _BETWEEN - self.readable) / widest))
        if count > 1:
            left = width - _BETWEEN * (count + 1) - self.readable
            ways.append(Way("aside", left / sum(wide for wide, _ in sizes)))
        least = min(self.least_scale, max(way.limit for way in ways))
        return [way for way in ways if way.limit >= least]

    def _form(self, way: Way, scale: float, width: float, gap: float) -> Arrangement:
        """Return an arrangement with its pictures at a scale."""
        under = self._under(width)
        sizes = [(wide * scale, high * scale + under) for wide, high in self.sizes]
        if way.place in {"over", "pairs"}:
            cells, height = self._over(way, sizes, width, gap)
        elif way.place == "rows":
            cells, height = self._rows(sizes, width, gap)
        elif way.place == "aside":
            cells, height = self._aside(sizes, width, gap)
        else:
            cells, height = self._list(sizes, width, gap)
        return Arrangement(way, cells, scale, height)

    def _over(self, way: Way, sizes: Sequence[Size], width: float, gap: float) -> Cells:
        """Put each picture over its steps, in columns, in one row or two."""
        across, cells, top = len(sizes) // (2 if way.place == "pairs" else 1), [], 0.0
        widths = _columns(width - self.gap * (across - 1), across, way.share)
        for start in range(0, len(sizes), across):
            row = sizes[start : start + across]
            top += self._below(gap) if start else 0.0
            tallest, left, steps_height = max(high for _, high in row), 0.0, 0.0
            below = tallest + self._below(gap)
            for (wide, high), column, steps in zip(row, widths, self.groups[start:], strict=False):
                box = (left + (column - wide) / 2, top + tallest - high, wide, high)
                cells.append(Cell(box, steps, left, top + below, column))
                steps_height = max(steps_height, self._steps_height(steps, column, gap))
                left += column + self.gap
            top += tallest + (self._below(gap) + steps_height)
        return cells, top

    def _rows(self, sizes: Sequence[Size], width: float, gap: float) -> Cells:
        """Put each picture beside its steps."""
        widest = max(wide for wide, _ in sizes)
        top, cells, room = 0.0, [], width - widest - _BETWEEN
        for (wide, high), steps in zip(sizes, self.groups, strict=True):
            box = ((widest - wide) / 2, top, wide, high)
            cells.append(Cell(box, steps, widest + _BETWEEN, top, room))
            top += max(high, self._steps_height(steps, room, gap)) + self._below(gap)
        return cells, top - self._below(gap)

    def _aside(self, sizes: Sequence[Size], width: float, gap: float) -> Cells:
        """Put pictures side by side, over the numbers of their steps, with all steps beside."""
        left, tallest, boxes = 0.0, max(high for _, high in sizes), []
        for wide, high in sizes:
            boxes.append((left, tallest - high, wide, high))
            left += wide + _BETWEEN
        left += _BETWEEN
        cells, top = [], 0.0
        for box, steps in zip(boxes, self.groups, strict=True):
            cells.append(Cell(box, steps, left, top, width - left))
            top += self._steps_height(steps, width - left, gap) + self._below(gap)
        return cells, max(tallest + 2 + 2 * self.radius, top - self._below(gap))

    def _list(self, sizes: Sequence[Size], width: float, gap: float) -> Cells:
        """Put pictures side by side, with the numbers of their steps, over all steps."""
        column, pad = width / len(sizes), self.pad
        tallest, cells = max(high for _, high in sizes), []
        for number, (wide, high) in enumerate(sizes):
            left = number * column + pad + (column - pad - wide) / 2
            steps = self.all_steps if number == len(sizes) - 1 else ()
            box = (left, tallest - high, wide, high)
            cells.append(Cell(box, steps, 0.0, tallest + self._below(gap), width))
        below = self._below(gap) + self._steps_height(self.all_steps, width, gap)
        return cells, tallest + below

    def _below(self, gap: float) -> float:
        """Return the space between a picture and what is below it."""
        return 3 + gap

    @cached
    def least(self, width: float, gap: float) -> Arrangement:
        """Return the arrangement with the least height; pictures shrink if they are too wide."""
        if not self.frames:
            cell = Cell(None, self.all_steps, 0.0, 0.0, width)
            return Arrangement(
                Way("over", 0.0), [cell], 0.0, self._steps_height(self.all_steps, width, gap)
            )
        ways = self._ways(width)
        scale = min(self.least_scale, *(way.limit for way in ways))
        forms = (self._form(way, scale, width, gap) for way in ways)
        return min(forms, key=lambda form: form.height)

    def fit(self, width: float, height: float, gap: float) -> Arrangement:
        """Return the arrangement with the largest pictures that fit ``height``, well arranged."""
        best = self.least(width, gap)
        if not self.frames:
            return best
        worth = best.worth if best.height <= height + _TOLERANCE else -1.0
        for way in self._ways(width):
            most = min(way.limit, self.least_scale * LARGEST_PICTURE)
            if most * way.worth <= worth:
                continue
            scale = self._largest(way, most, width, height, gap)
            if scale * way.worth > worth + 1e-6:
                best, worth = self._form(way, scale, width, gap), scale * way.worth
        return best

    def _largest(self, way: Way, most: float, width: float, height: float, gap: float) -> float:
        """Return the largest scale up to ``most`` that fits ``height``; 0 if none does."""
        least = min(most, self.least_scale * (_PAIRED if way.place == "pairs" else 1.0))
        if way.is_level:
            below = self._form(way, 0.0, width, gap).height
            scale = min(most, (height + _TOLERANCE - below) / max(high for _, high in self.sizes))
            return scale if scale >= least else 0.0
        # The lines of steps depend on the scale, so it cannot be computed: try some.
        tried = (most - (most - least) * part / _TRIES for part in range(_TRIES + 1))
        forms = (self._form(way, scale, width, gap) for scale in tried)
        return next((form.scale for form in forms if form.height <= height + _TOLERANCE), 0.0)

    @cached
    def most(self, width: float, gap: float) -> float:
        """Return the height that it can use well."""
        least = self.least(width, gap).height
        known = self._ways(width) if self.frames else ()
        ways = [way for way in known if way.is_level or way.place == "pairs"]
        if not ways:
            return least
        scale = min(self.least_scale * LARGEST_PICTURE, max(way.limit for way in ways))
        way = next(way for way in ways if way.limit >= scale)
        return max(least, self._form(way, scale, width, gap).height)
