"""Turn drawing calls into the operators of a page or a form, in the fonts of a handout."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import FILL_EVEN_ODD, FILL_NON_ZERO, PATH_OPS, Canvas
from reportlab.pdfgen.pathobject import PDFPathObject
from reportlab.pdfgen.textobject import PDFTextObject

from handouts.figures.vector import Command, Path, colour_code
from handouts.pdf.fonts import FontBook, font
from handouts.pdf.objects import number
from handouts.pdf.pdf_document import plain_settings
from handouts.pdf.slot import Slot, VariableText, merged_slots, text_operators
from handouts.text.brand import Brand

_FACE = "Handout-Regular"
"""The font that ReportLab assumes on a new page; nothing is written for it."""


class _Lines(PDFTextObject):  # type: ignore[misc]  # ReportLab has no types
    """A text object that ends its lines with a space; without it, words would run together."""

    def _textOut(self, text: str, TStar: int = 0) -> None:  # noqa: N802, N803
        super()._textOut(f"{text} " if TStar else text, TStar)


class HandoutCanvas(Canvas):  # type: ignore[misc]  # ReportLab has no types
    """ReportLab's canvas over a `PdfDocument`; lengths in points, y upward.

    The operators of a page are cut into pieces around the words of a patient.
    """

    STATE_ATTRIBUTES = [*Canvas.STATE_ATTRIBUTES, "_colour", "_font"]

    def __init__(self, fonts: FontBook, pagesize: tuple[float, float] = (0.0, 0.0)) -> None:
        font(_FACE)
        super().__init__(None, pagesize, pageCompression=1, invariant=1, initialFontName=_FACE)
        self._doc, self.fonts = fonts.document, fonts
        self._pieces: list[bytes | Slot] = []

    def init_graphics_state(self) -> None:
        """Begin with nothing set; all pages share the names of transparency settings."""
        known = getattr(self, "_extgstate", None)
        super().init_graphics_state()
        if known is not None:
            self._extgstate._c = known._c  # noqa: SLF001
        self._forget()

    def _forget(self) -> None:
        """Set colour and font again for the next text: they are unknown."""
        self._colour = self._font = ""

    def show(self, what: str) -> None:
        """Prepare to show something; `TaggedCanvas` opens the mark of an element."""

    # -- content

    def fill_colour(self, colour: str) -> None:
        """Set the colour of fills and text, ``#rrggbb``, unless it is already set."""
        if colour != self._colour:
            self._colour = colour
            self._code.append(colour_code(colour))

    def stroke_colour(self, colour: str) -> None:
        """Set the colour of lines, ``#rrggbb``."""
        self._code.append(colour_code(colour, line=True))

    def beginText(self, *args: Any, **options: Any) -> PDFTextObject:  # noqa: N802 - ReportLab's name
        """Return a text object whose lines end with a space, so that words stay separate."""
        return _Lines(self, *args, **options)

    def drawText(self, aTextObject: PDFTextObject) -> None:  # noqa: N802, N803
        """Show a text object of ReportLab, which sets its own font and colours."""
        self.show("text")
        super().drawText(aTextObject)
        self._forget()

    def text(self, x: float, y: float, face: str, size: float, string: str) -> None:
        """Show a string with its baseline from ``x, y`` in the fill colour.

        Raises:
            UnknownGlyph: for a character that the face lacks.
        """
        codes, at = self.fonts.encode(face, string), (number(x), number(y))
        code, self._font = text_operators(at, number(size), codes, self._font)
        self._code.append(code)

    def place(self, name: str, matrix: Sequence[float]) -> None:
        """Show a form or an image by the name of its resource, scaled and moved by a matrix."""
        self.saveState()
        self.transform(
            *(round(part, 4) for part in matrix[:4]), *(round(at, 2) for at in matrix[4:])
        )
        self._code.append(f"/{name} Do")
        self.restoreState()

    # -- content that is written later

    def leave_room(self, slot: Slot) -> None:
        """Leave a place for words of the patient, which set their own colour and font."""
        self._cut()
        self._pieces.append(slot)
        self._forget()

    def _cut(self) -> None:
        if self._code:
            self._pieces.append("\n".join(self._code).encode("latin-1"))
            self._code.clear()

    def operators(self) -> bytes:
        """Return all operators of a canvas that shows nothing of a patient."""
        return "\n".join(self._code).encode("latin-1")

    def graphics_states(self) -> bytes:
        """Return the dictionary of graphics states that were set; empty if none was (8.4.5)."""
        states = self._extgstate.getState()
        with plain_settings():
            return bytes(pdfdoc.format(states, self._doc)) if states else b""

    def pieces(self) -> list[bytes | VariableText]:
        """Return the operators, cut around the words of the patient."""
        self._cut()
        pieces, self._pieces = self._pieces, []
        return merged_slots(pieces)


def outline(commands: Sequence[Command]) -> PDFPathObject:
    """Return commands, whose y runs downward, as a path of ReportLab."""
    made = PDFPathObject()
    draw = {"M": made.moveTo, "L": made.lineTo, "C": made.curveTo, "Z": made.close}
    for kind, numbers in commands:
        placed = (-at if index % 2 else at for index, at in enumerate(numbers))
        draw[kind](*(round(at, 2) for at in placed))
    return made


@lru_cache(maxsize=4096)
def path_operators(path: Path, brand: Brand) -> str:
    """Return the operators that paint a path in a brand's colours, with its y downward.

    They rely on the settings of a new page. The cache is for shapes that pages repeat, such as the
    boxes of the grid.
    """
    code = []
    if path.fill:
        code.append(colour_code(brand.colour(path.fill)))
    if path.stroke:
        code += colour_code(brand.colour(path.stroke), line=True), f"{number(path.width)} w"
        code += ["1 J 1 j"] if path.round_ends else []
        code += [f"[{' '.join(map(number, path.dash))}] 0 d"] if path.dash else []
    rule = FILL_EVEN_ODD if path.even_odd else FILL_NON_ZERO
    paint = PATH_OPS[bool(path.stroke), bool(path.fill), rule]
    return "\n".join((*code, outline(path.commands).getCode(), paint))
