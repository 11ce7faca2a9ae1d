"""Drawing calls whose y runs downward → the canvas of a page, whose y runs upward."""

from __future__ import annotations

from handouts.figures.vector import Path
from handouts.pdf.canvas import TaggedCanvas
from handouts.pdf.fonts import FontBook
from handouts.pdf.lettering import Lettering, OwnText


class Content:
    """The content of a page ``height`` points high; see `TaggedCanvas`."""

    def __init__(self, height: float, fonts: FontBook, *, strict: bool) -> None:
        self.height, self.canvas = height, TaggedCanvas(fonts, strict=strict)
        self.begin, self.end = self.canvas.begin, self.canvas.end
        self.fill_colour, self.stroke_colour = self.canvas.fill_colour, self.canvas.stroke_colour

    def text(self, x: float, y: float, face: str, size: float, string: str) -> None:
        """Show a string with its baseline from ``x, y`` in the fill colour."""
        self.canvas.text(x, self.height - y, face, size, string)

    def path(self, path: Path) -> None:
        """Paint a path in the colours that are set."""
        self.canvas.path(path, self.height)

    def form(self, name: str, x: float, y: float, scale: float = 1.0) -> None:
        """Show a shared shape with its origin at ``x, y``."""
        self.canvas.place("a shape", name, (scale, 0, 0, scale, x, self.height - y))

    def image(self, name: str, x: float, y: float, width: float, height: float) -> None:
        """Show an image resource in a box with its top left corner at ``x, y``."""
        matrix = (width, 0, 0, height, x, self.height - y - height)
        self.canvas.place("an image", name, matrix)

    def own(self, lettering: Lettering) -> None:
        """Leave a place for words of the patient's own."""
        self.canvas.own(lettering)

    def pieces(self) -> list[bytes | OwnText]:
        """Return the operators, cut where something of the patient's own goes."""
        return self.canvas.pieces()
