"""The frames of a figure and a box → frames in a row or a column, whichever draws larger."""

from __future__ import annotations

from msgspec import Struct

from handouts.compose.cards import Step
from handouts.compose.text import Picture
from handouts.figures.vector import Vector
from handouts.layout.look import Look, disc, draw_frame
from handouts.layout.sheet import Sheet

MAX_SCALE = 1.9
"""No picture is drawn larger than this many points a unit of the figure."""


class PicturePair(Struct, frozen=True):
    """All frames at one scale, each with the number of the step it shows in its own space."""

    look: Look
    figure: Picture
    numbers: tuple[Step, ...]
    badge: float = 9.5
    gap: float = 10.0
    max_scale: float = MAX_SCALE

    @property
    def frames(self) -> tuple[Vector, ...]:
        """The frames to draw."""
        return self.look.frames(self.figure)

    def _row_scale(self, width: float, height: float) -> float:
        sizes = [frame.size for frame in self.frames]
        room = width - self.gap * (len(sizes) - 1) - (2 * self.badge + 5) * 0.85 * len(sizes)
        return min(room / sum(wide for wide, _ in sizes), height / max(high for _, high in sizes))

    def _column_scale(self, width: float, height: float) -> float:
        sizes = [frame.size for frame in self.frames]
        room = height - self.gap * (len(sizes) - 1)
        wide = width - 2 * self.badge - 5
        return min(wide / max(w for w, _ in sizes), room / sum(high for _, high in sizes))

    def draw(
        self, sheet: Sheet, x: float, y: float, width: float, height: float, *, row: bool = False
    ) -> None:
        """Draw the frames into a box, centred in height."""
        in_row, in_column = self._row_scale(width, height), self._column_scale(width, height)
        if row or in_row * 1.02 >= in_column:
            self._draw_row(sheet, x, y, width, height, min(in_row, self.max_scale))
        else:
            self._draw_column(sheet, x, y, width, height, min(in_column, self.max_scale))

    def _draw_row(
        self, sheet: Sheet, x: float, y: float, width: float, height: float, scale: float
    ) -> None:
        sizes = [(wide * scale, high * scale) for wide, high in (f.size for f in self.frames)]
        tallest = max(high for _, high in sizes)
        top = y + max(0.0, (height - tallest) / 2)
        spare = width - sum(wide for wide, _ in sizes) - self.gap * (len(sizes) - 1)
        pad = spare / len(sizes)
        for index, (frame, (wide, high)) in enumerate(zip(self.frames, sizes, strict=True)):
            offset = min(pad * 0.95, max(pad * 0.55, 2 * self.badge + 5))
            base = top + tallest - high
            draw_frame(self.look, sheet, (x + offset, base, wide, high), frame, self.figure)
            self._badge(sheet, index, x + max(self.badge, offset - self.badge - 2), base)
            x += wide + pad + self.gap

    def _draw_column(
        self, sheet: Sheet, x: float, y: float, width: float, height: float, scale: float
    ) -> None:
        heights = [frame.size[1] * scale for frame in self.frames]
        top = y + max(0.0, (height - sum(heights) - self.gap * (len(heights) - 1)) / 2)
        lane = 2 * self.badge + 5
        for index, (frame, high) in enumerate(zip(self.frames, heights, strict=True)):
            wide = frame.size[0] * scale
            left = x + lane + (width - lane - wide) / 2
            draw_frame(self.look, sheet, (left, top, wide, high), frame, self.figure)
            self._badge(sheet, index, x + self.badge, top + 2)
            top += high + self.gap

    def _badge(self, sheet: Sheet, frame: int, x: float, top: float) -> None:
        shown = self.figure.steps[frame] if frame < len(self.figure.steps) else None
        if shown is None or self.badge <= 0:
            return
        number = self.numbers[shown - 1].number
        with sheet.furniture():
            disc(self.look, sheet, x, top + self.badge, number, self.badge, filled=True)
