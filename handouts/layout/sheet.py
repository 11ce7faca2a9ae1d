"""Drawing calls → items of one page; nothing is decided here, only placed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from msgspec.structs import replace

from handouts.compose.text import Text
from handouts.figures.vector import Vector
from handouts.layout.canvas import Canvas
from handouts.layout.items import (
    Align,
    Bitmap,
    Drawing,
    Entry,
    EntryKind,
    Glyphs,
    MatrixCode,
    Page,
    Placement,
    Slot,
)
from handouts.layout.text import SetText, baseline
from handouts.logos import VectorLogo

if TYPE_CHECKING:
    from collections.abc import Iterator


class Sheet(Canvas):
    """A page being filled; the origin is its top left corner, y runs downward, in points."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._artifact = False

    @contextmanager
    def furniture(self) -> Iterator[None]:
        """What is placed inside repeats on pages and belongs to no leaf."""
        before, self._artifact = self._artifact, True
        try:
            yield
        finally:
            self._artifact = before

    def take(self, sheet: Sheet) -> None:
        """Place all that stands on another sheet, where it stands there."""
        before, page, other = len(self.page.items), self.page, sheet.page
        page.items += other.items
        page.entries += other.entries
        page.placements += other.placements
        page.dropped += other.dropped
        page.slots += [
            replace(slot, start=slot.start + before, stop=slot.stop + before)
            for slot in other.slots
        ]

    def drop(self, leaf: Text) -> None:
        """Say that there is no room for a leaf that may be missing."""
        self.page.dropped.append(leaf)

    # -- text

    def text(
        self,
        x: float,
        y: float,
        block: SetText,
        colour: str = "text",
        *,
        align: Align = "left",
    ) -> float:
        """Place set text with its top at ``y`` and its left, centre or right edge at ``x``.

        Returns:
            The height of the text in points.
        """
        left = x - {"left": 0.0, "centre": 0.5, "right": 1.0}[align] * block.width
        source, repeats = (None, block.source) if self._artifact else (block.source, None)
        started = len(self.page.items)
        for number, line in enumerate(block.lines):
            indent = {"left": 0.0, "centre": 0.5, "right": 1.0}[align] * (block.width - line.width)
            base = y + number * block.style.leading + baseline(block.style)
            for index, (offset, piece) in enumerate(line.pieces):
                start = left + indent + offset
                if piece.blank:
                    self.line(start, base + 1.5, start + piece.width, base + 1.5, "box", 0.8)
                    self.blank(start, base, piece.width, block.source, block.style.size)
                    continue
                last = index == len(line.pieces) - 1 and number < len(block.lines) - 1
                self.page.items.append(
                    Glyphs(
                        start,
                        base,
                        piece.text,
                        piece.face.name,
                        block.style.size,
                        colour,
                        piece.width,
                        source,
                        last,
                        repeats,
                        piece.lang,
                    )
                )
        kind: Literal["furniture", "text"] = "furniture" if self._artifact else "text"
        self.place(kind, block.source.plain, left, y, block.width, block.height)
        if block.source.personal:
            self._slot(block, started, (x, y + baseline(block.style)), align, colour)
        return block.height

    def _slot(
        self, block: SetText, started: int, at: tuple[float, float], align: Align, colour: str
    ) -> None:
        """Say that what was placed since an item is the patient's own."""
        self.page.slots.append(Slot(block, started, len(self.page.items), *at, align, colour))

    def code(self, x: float, y: float, side: float, content: str, own: str = "") -> None:
        """Place a code for cameras with its top left corner at ``x, y``; see `MatrixCode`."""
        self.page.items.append(MatrixCode(x, y, side, content, own))

    def blank(
        self, x: float, base: float, width: float, leaf: Text, size: float, label: str = ""
    ) -> None:
        """Say that a drawn line for the pen stands for a blank run of a leaf; nothing is drawn.

        ``label`` says what is to be written; without it the words of the leaf do.
        """
        source, repeats = (None, leaf) if self._artifact else (leaf, None)
        space = Glyphs(
            x, base, " ", "Handout-Regular", size, "text", width, source, False, repeats,
            None, True,
        )  # fmt: skip
        self.page.items.append(space)
        if source is not None:
            label = label or source.plain
            self.entry(EntryKind.LINE, x, base - size, (width, size * 1.3), label, source)

    def entry(
        self,
        kind: EntryKind,
        x: float,
        y: float,
        size: tuple[float, float],
        label: str,
        owner: object,
        index: int = 0,
    ) -> None:
        """Say that something may be entered in a box of width and height ``size``."""
        self.page.entries.append(Entry(kind, x, y, *size, label, owner, index))

    def on_baseline(
        self,
        x: float,
        y: float,
        block: SetText,
        colour: str = "text",
        *,
        align: Align = "left",
    ) -> float:
        """Place one line with its baseline at ``y``; return its width in points."""
        self.text(x, y - baseline(block.style), block, colour, align=align)
        return block.width

    def place(
        self,
        kind: Literal["block", "text", "furniture"],
        name: str,
        x: float,
        y: float,
        width: float,
        height: float,
    ) -> None:
        """Write a box into the layout trace."""
        self.page.placements.append(Placement(kind, name, x, y, width, height))

    # -- pictures

    def drawing(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        vector: Vector | VectorLogo,
        source: object | None = None,
    ) -> tuple[float, float]:
        """Place a vector drawing as large as it fits a box, at its top left.

        ``source`` is the node of the document that it pictures; without it, it only decorates.

        Returns:
            Its width and height in points.
        """
        wide, high = vector.size
        scale = min(width / wide, height / high)
        self.page.items.append(Drawing(x, y, scale, vector, None if self._artifact else source))
        return wide * scale, high * scale

    def bitmap(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        data: bytes,
        source: object | None = None,
    ) -> None:
        """Place a raster picture into a box; ``source`` as for a drawing."""
        source = None if self._artifact else source
        self.page.items.append(Bitmap(x, y, width, height, data, source))
