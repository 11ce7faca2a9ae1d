"""Make the blocks that every peer understands, as plain data for JSON.

A peer gets what an author of its input would write: text with sizes and colours, tables with the
widths of their columns, boxes, pictures, and page ends. The peer itself breaks lines, measures and
draws. A block is a dict with its kind in ``k``:

    text     runs, size, leading (points), color, align, level (of a heading, else 0), fill, border
    table    widths, rows of cells of blocks, pad (above and below), rule (a colour, or none), data
             (a header above, rules around cells)
    box      fill, border (colours, or none), pad, body (blocks)
    picture  id, width, height
    mark     shape (circle, dot, rest: a cross, open: nothing), size, color
    line     height, color: a line across
    space    height

A run is ``[words, bold]`` or, if its size differs from that of its text, ``[words, bold, size]``.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import groupby
from typing import Any

from benchmarks.pictures import Picture, Pictures, qr_picture
from handouts.compose import runs as nodes
from handouts.compose.runs import Text
from handouts.model.order import Order
from handouts.pdf.pictures import modules_of

Block = dict[str, Any]
Run = list[Any]
Cells = list[list[Block]]

BODY_WIDTH = 526.0
"""The width between the side margins of the page, in points."""


class Blocks:
    """Makes the blocks of one handout in its clinic's colours; ``shown`` are their pictures.

    ``numbered`` are the exercises whose pictures have the numbers of their steps.
    """

    def __init__(self, order: Order, pictures: Pictures, numbered: Container[str]) -> None:
        self._order, self._pictures, self.numbered = order, pictures, numbered
        self.colour = pictures.brand.colour
        self.shown: dict[str, Picture] = {}

    def text(
        self, leaf: Text | list[Run], size: float = 12, leading: float = 14.5, **look: Any
    ) -> Block:
        """Return a paragraph; ``bold``, ``level`` (heading), ``align`` and colours change it."""
        bold = look.pop("bold", False)
        runs = runs_of(leaf, bold=bold) if isinstance(leaf, Text) else leaf
        colours: dict[str, Any] = {
            name: look[name] and self.colour(look[name])
            for name in ("fill", "border")
            if name in look
        }
        return {
            "k": "text", "runs": runs, "size": size, "leading": leading, "align": "left",
            "level": 0, "fill": None, "border": None, **look, **colours,
            "color": self.colour(look.get("color", "text")),
        }  # fmt: skip

    def heading(self, leaf: Text, aside: Text | None = None, *, bold: bool = False) -> Block:
        """Return the heading of a part, with more words in small print on its line."""
        more = runs_of(aside, bold=bold, size=12) if aside else []
        return self.text([*runs_of(leaf, bold=True), *more], 15, 19, color="heading", level=2)

    def badge(self, leaf: Text, size: float) -> Block:
        """Return a number on a coloured background."""
        return self.text(leaf, size * 0.7, size, bold=True, color="white", fill="fill",
                         align="center")  # fmt: skip

    def table(
        self, widths: Sequence[float], rows: Sequence[Cells], *, pad: float = 0.0,
        rule: str | None = None, data: bool = False,
    ) -> Block:  # fmt: skip
        """Return rows of cells; with ``data`` the first row has the heads of the columns."""
        line = self.colour(rule) if rule else None
        return {"k": "table", "widths": [round(wide, 2) for wide in widths], "rows": list(rows),
                "pad": pad, "rule": line, "data": data}  # fmt: skip

    def box(self, body: list[Block], *, border: str, fill: str = "white", pad: float = 6) -> Block:
        """Return a frame around blocks."""
        return {"k": "box", "fill": self.colour(fill), "border": self.colour(border), "pad": pad,
                "body": body}  # fmt: skip

    def mark(self, shape: str, size: float, color: str) -> Block:
        """Return a small sign."""
        return {"k": "mark", "shape": shape, "size": size, "color": self.colour(color)}

    def signed(self, leaf: Text, color: str = "heading", width: float = BODY_WIDTH) -> Block:
        """Return a sentence behind a dot."""
        row = [[self.mark("dot", 8, color)], [self.text(leaf, 11, 13.5)]]
        return self.table([14, width - 14], [row])

    def line(self, height: float) -> Block:
        """Return a horizontal line, for the pen or between cells."""
        return {"k": "line", "height": height, "color": self.colour("box")}

    def logo(self, alt: str, size: float) -> Block:
        """Return the logo of the clinic, which is square."""
        self.shown["logo"] = self._pictures.logo(alt)
        return {"k": "picture", "id": "logo", "width": size, "height": size}

    def code(self, name: str, said: str, size: float) -> Block:
        """Return a QR code."""
        self.shown[name] = qr_picture(modules_of(said))
        return {"k": "picture", "id": name, "width": size, "height": size}

    def frames(
        self, figure: nodes.Picture | None, width: float, height: float, only: int | None = None
    ) -> list[Block]:
        """Return the pictures of a figure, or ``only`` one, at a size that fits; empty if None."""
        if figure is None:
            return []
        shown = self._pictures.frames(figure, self._order)
        if only is not None:
            shown = dict([list(shown.items())[only]])
        self.shown |= shown
        scale = min(
            width / sum(one["width"] for one in shown.values()),
            height / max(one["height"] for one in shown.values()),
        )
        return [
            {"k": "picture", "id": name, "width": round(one["width"] * scale, 2),
             "height": round(one["height"] * scale, 2)}
            for name, one in shown.items()
        ]  # fmt: skip


def space(height: float) -> Block:
    """Return an empty space."""
    return {"k": "space", "height": height}


def runs_of(leaf: Text, *, bold: bool = False, size: float | None = None) -> list[Run]:
    """Return the runs of a leaf; with a ``size`` they follow other words on the same line."""
    pieces = groupby(leaf.runs, key=lambda run: bold or run.strong)
    found = [["".join(run.text for run in runs), strong] for strong, runs in pieces]
    return found if size is None else [["  ", False], *([*run, size] for run in found)]
