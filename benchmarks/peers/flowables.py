"""Pictures, badges, boxes and lines for ReportLab Platypus, and its canvas that numbers pages."""

from __future__ import annotations

from typing import Any

from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import Drawing
from reportlab.graphics.shapes import Path as Shape
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

BOLD = "Handout-Bold"
FOLIO = (43.0, 46.0)
"""From the right and the bottom edge to where the page number ends, in points."""


def drawing(picture: dict[str, Any]) -> Drawing:
    """Return a picture as a drawing of shapes, y upward."""
    high = picture["height"]
    made = Drawing(picture["width"], high)
    for path in picture["paths"]:
        shape = Shape(
            fillColor=HexColor(path["fill"]) if path["fill"] else None,
            strokeColor=HexColor(path["stroke"]) if path["stroke"] else None,
            strokeWidth=path["width"],
            strokeDashArray=path["dash"] or None,
            strokeLineCap=int(path["round"]),
            strokeLineJoin=int(path["round"]),
            fillMode=0 if path["even_odd"] else 1,
        )
        for kind, *numbers in path["d"]:
            turned = [
                high - number if index % 2 else number for index, number in enumerate(numbers)
            ]
            if kind == "M":
                shape.moveTo(*turned)
            elif kind == "L":
                shape.lineTo(*turned)
            elif kind == "C":
                shape.curveTo(*turned)
            else:
                shape.closePath()
        made.add(shape)
    return made


class Picture(Flowable):
    """A drawing at its size on the page."""

    def __init__(self, shown: Drawing, operators: str | None, width: float, height: float) -> None:
        super().__init__()
        self.shown, self.operators = shown, operators
        self.width, self.height = width, height

    def draw(self) -> None:
        """Draw it."""
        self.canv.scale(self.width / self.shown.width, self.height / self.shown.height)
        if self.operators is None:
            renderPDF.draw(self.shown, self.canv, 0, 0)
        else:
            self.canv._code.append(self.operators)


class Badge(Flowable):
    """A number in a disc or square."""

    def __init__(self, words: str, block: dict[str, Any], palette: dict[str, str]) -> None:
        super().__init__()
        self.words, self.block, self.palette = words, block, palette
        self.width = self.height = block["size"]

    def draw(self) -> None:
        """Draw the ground, and the number in its middle."""
        canvas, size, filled = self.canv, self.block["size"], self.block["filled"]
        canvas.setStrokeColor(HexColor(self.palette["fill"]))
        canvas.setFillColor(HexColor(self.palette["fill" if filled else "white"]))
        if self.block["square"]:
            canvas.roundRect(0, 0, size, size, size / 5, fill=1)
        else:
            canvas.circle(size / 2, size / 2, size / 2 - 0.6, fill=1)
        canvas.setFillColor(HexColor(self.palette["white" if filled else "heading"]))
        canvas.setFont(BOLD, size * 0.7)
        canvas.drawCentredString(size / 2, size * 0.26, self.words)


class Box(Flowable):
    """A box to tick, or a circle for a number."""

    def __init__(self, size: float, colour: str, *, circle: bool = False) -> None:
        super().__init__()
        self.width = self.height = size
        self.colour, self.circle = colour, circle

    def draw(self) -> None:
        """Draw it."""
        self.canv.setStrokeColor(HexColor(self.colour))
        if self.circle:
            self.canv.circle(self.width / 2, self.width / 2, self.width / 2)
        else:
            self.canv.roundRect(0, 0, self.width, self.width, 3)


class PenLines(Flowable):
    """Dotted lines for the pen."""

    def __init__(self, count: int, step: float, colour: str) -> None:
        super().__init__()
        self.count, self.step, self.colour = count, step, colour

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Take the whole width."""
        self.width, self.height = width, self.count * self.step
        return self.width, self.height

    def draw(self) -> None:
        """Draw them."""
        self.canv.setStrokeColor(HexColor(self.colour))
        self.canv.setLineCap(1)
        self.canv.setDash([0.01, 2.2])
        for number in range(self.count):
            y = number * self.step + 1
            self.canv.line(0, y, self.width, y)


class NumberedCanvas(Canvas):
    """Keeps each page's state and writes "Page x of y" when all pages are known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - ReportLab's name
        """Keep the page."""
        self.kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Number and write all pages."""
        for state in self.kept:
            self.__dict__.update(state)
            words = self.folio.format(page=self._pageNumber, pages=len(self.kept))
            self.setFont(BOLD, 11.5)
            self.setFillColor(HexColor("#000000"))
            self.drawRightString(self._pagesize[0] - FOLIO[0], FOLIO[1], words)
            super().showPage()
        super().save()
