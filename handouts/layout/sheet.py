"""Drawing calls → items of one page; nothing is decided here, only placed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from msgspec.structs import replace

from handouts.compose.text import Text
from handouts.figures.vector import Command, Path, Vector
from handouts.layout.items import (
    Align,
    Bitmap,
    Drawing,
    Entry,
    EntryKind,
    Glyphs,
    MatrixCode,
    Page,
    Part,
    PartAt,
    Placement,
    Slot,
)
from handouts.layout.text import SetText, baseline

if TYPE_CHECKING:
    from collections.abc import Iterator

_KAPPA = 0.5523
"""Handle length that makes a cubic Bézier curve follow a quarter of a circle of radius 1."""


class Sheet:
    """A page being filled; the origin is its top left corner, y runs downward, in points."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._artifact = False

    @contextmanager
    def furniture(self) -> Iterator[None]:
        """What is placed inside repeats on pages and belongs to no leaf."""
        before, self._artifact = self._artifact, True
        try:
            yield
        finally:
            self._artifact = before

    @property
    def is_furniture(self) -> bool:
        """Whether what is placed now repeats on pages."""
        return self._artifact

    # -- what is drawn once

    def part(self, node: object) -> Part:
        """Return all that was placed as a part that shows a node, its origin that of the page."""
        page = self.page
        return Part(
            node,
            tuple(item for item in page.items if not isinstance(item, PartAt)),
            tuple(page.entries),
            tuple(page.slots),
            tuple(page.placements),
            tuple(page.dropped),
        )

    def put(self, part: Part, x: float, y: float) -> None:
        """Place a part with its origin at ``x, y``."""
        self.page.items.append(PartAt(part, x, y))

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

    # -- shapes

    def path(self, commands: Sequence[Command], **style: object) -> None:
        """Place a path; ``style`` as in `Path`."""
        self.page.items.append(Path(tuple(commands), **style))  # type: ignore[arg-type]

    def rect(  # noqa: PLR0913 - a box is four numbers and its style
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str | None = None,
        stroke: str | None = None,
        line: float = 0.8,
        radius: float = 0.0,
        corners: Literal["all", "top"] = "all",
    ) -> None:
        """Place a rectangle, its corners rounded by ``radius``."""
        bottom = radius if corners == "all" else 0.0
        commands = _rounded(x, y, x + width, y + height, radius, bottom)
        self.path(commands, fill=fill, stroke=stroke, width=line)

    def line(  # noqa: PLR0913 - a line is four numbers and its style
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        stroke: str = "rule",
        width: float = 0.8,
        dash: tuple[float, ...] = (),
        *,
        round_ends: bool = False,
    ) -> None:
        """Place a straight line."""
        self.path(
            (("M", (x0, y0)), ("L", (x1, y1))),
            stroke=stroke,
            width=width,
            dash=dash,
            round_ends=round_ends,
        )

    def writing_line(self, x0: float, x1: float, y: float) -> None:
        """Place a dotted line for the pen."""
        self.line(x0, y, x1, y, "box", 0.8, (0.01, 2.2), round_ends=True)

    def circle(
        self,
        x: float,
        y: float,
        radius: float,
        *,
        fill: str | None = None,
        stroke: str | None = None,
        line: float = 1.0,
    ) -> None:
        """Place a circle round ``x, y``."""
        commands = _rounded(x - radius, y - radius, x + radius, y + radius, radius, radius)
        self.path(commands, fill=fill, stroke=stroke, width=line)

    def polygon(
        self,
        points: Sequence[tuple[float, float]],
        *,
        fill: str | None = None,
        stroke: str | None = None,
        line: float = 1.0,
        closed: bool = True,
    ) -> None:
        """Place a polygon, or an open line through points."""
        commands: list[Command] = [("M", points[0])]
        commands += [("L", point) for point in points[1:]]
        if closed:
            commands.append(("Z", ()))
        self.path(commands, fill=fill, stroke=stroke, width=line, round_ends=True)

    def drawing(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        vector: Vector,
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


def _rounded(
    left: float, top: float, right: float, bottom: float, upper: float, lower: float
) -> tuple[Command, ...]:
    """A rectangle with corner radii for its upper and lower corners."""
    if not upper and not lower:
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        moves: list[Command] = [("M", corners[0])]
        return (*moves, *(("L", corner) for corner in corners[1:]), ("Z", ()))
    up, low = upper * (1 - _KAPPA), lower * (1 - _KAPPA)
    return (
        ("M", (left + upper, top)),
        ("L", (right - upper, top)),
        ("C", (right - up, top, right, top + up, right, top + upper)),
        ("L", (right, bottom - lower)),
        ("C", (right, bottom - low, right - low, bottom, right - lower, bottom)),
        ("L", (left + lower, bottom)),
        ("C", (left + low, bottom, left, bottom - low, left, bottom - lower)),
        ("L", (left, top + upper)),
        ("C", (left, top + up, left + up, top, left + upper, top)),
        ("Z", ()),
    )
