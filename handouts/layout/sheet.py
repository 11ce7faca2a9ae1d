"""Draw texts and pictures on pages, each in the structure element that it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import cast

from msgspec import Struct
from typing_extensions import override

from handouts.compose.runs import Text
from handouts.figures.vector import Vector, colour_code
from handouts.layout.shapes import PEN_LINE, Shapes
from handouts.logos import Photograph, VectorLogo
from handouts.pdf.annotations import Box, EntryKind, box_of
from handouts.pdf.canvas import TaggedCanvas, Untagged
from handouts.pdf.elements import Element, Tree
from handouts.pdf.slot import SHARE, Align, Slot, SlotShape
from handouts.text.brand import Brand
from handouts.text.setting import Placed, SetText, baseline
from handouts.text.words import SetLine

_MIRRORED: dict[Align, Align] = {"left": "right", "centre": "centre", "right": "left"}
_SPACE_FACE = "Handout-Regular"

_PHOTO_EDGE = 0.5
"""The edge of a photograph, in points: on white paper a pale wall would have no visible end."""


class TextRun(Struct, frozen=True):
    """Characters of one face on one baseline; points from the top left corner, y downward.

    ``colour`` is a palette role. ``source`` is the leaf that it belongs to; None for text that
    repeats on pages, whose leaf is in ``repeats``. ``line_end``: its leaf goes on in another line,
    after a space. ``last``: its leaf ends here. ``lang`` is the language if it is not the
    document's. ``blank``: a space on a line for the pen. ``spoken`` is what a screen reader says
    for an abbreviation.
    """

    x: float
    y: float
    text: str
    face: str
    size: float
    colour: str
    width: float
    source: Text | None = None
    line_end: bool = False
    last: bool = False
    repeats: Text | None = None
    lang: str | None = None
    blank: bool = False
    spoken: str = ""


class Sheet(Shapes):
    """The pages of a handout for blocks: top left origin, y downward, in points.

    It draws straight onto a canvas and finds the element of each leaf in a ``tree``; without one
    nothing is tagged. ``lines`` are those set in each slot. ``values`` are the patient's, by name.
    ``placed`` are the ids of the leaves on each page. ``dropped`` are the ids of those left out
    for lack of room; ``lacks_value`` is True if one of these has a value of the patient.
    """

    def __init__(
        self, canvas: TaggedCanvas, tree: Tree | None = None, *, mirrored: bool = False
    ) -> None:
        super().__init__(canvas, mirrored=mirrored)
        self.tree = tree
        self.lines: dict[SlotShape, tuple[SetLine, ...]] = {}
        self.values: dict[str, str] = {}
        self.placed: list[set[int]] = [set()]
        self.dropped: set[int] = set()
        self.lacks_value = False
        self._artifact = False

    @contextmanager
    def furniture(self) -> Iterator[None]:
        """Mark what is drawn in the ``with`` block as repeating on pages: it counts for no leaf."""
        before, self._artifact = self._artifact, True
        try:
            yield
        finally:
            self._artifact = before

    def end_page(self) -> None:
        """Add the words for boxes, as the last marks of the page."""
        for entry in self._spoken:
            element = self.tree.of_boxes(entry.owner) if self.tree else None
            if element is not None:
                self.canvas.element(element)
                base = self.canvas.height - entry.y - entry.height
                self.canvas.text(entry.x, base, _SPACE_FACE, entry.height, " ")
        self._spoken = []
        self.placed.append(set())

    def drop(self, leaf: Text) -> None:
        """Store that there is no room for a leaf that may be left out."""
        self.dropped.add(id(leaf))
        self.lacks_value |= leaf.personal

    # -- text

    def text(
        self, x: float, y: float, block: SetText, colour: str = "text", *, align: Align = "left"
    ) -> float:
        """Draw set text and return its height; its top is at ``y``, its ``align`` side at ``x``.

        Left and right are those of the page before it is mirrored.
        """
        style, leaf, wide = block.style, block.source, block.width
        personal = leaf.personal
        x, align = self.left(x), _MIRRORED[align] if self.mirrored else align
        share = SHARE[align]
        left, first = x - share * wide, y + baseline(style)
        source, repeats = (None, leaf) if self._artifact else (leaf, None)
        element, runs = self._element(leaf), list[TextRun]()
        for number, line in enumerate(block.lines):
            indent = share * (wide - line.width)
            base, ends = first + number * style.leading, number == len(block.lines) - 1
            for index, (offset, piece) in enumerate(line.pieces):
                start, last = left + indent + offset, index == len(line.pieces) - 1
                if piece.blank:
                    begin = self.left(start, piece.width)
                    self.line(begin, base + 1.5, begin + piece.width, base + 1.5, "box", PEN_LINE)
                    self.blank(begin, base, piece.width, leaf, style.size)
                    continue
                run = TextRun(
                    start, base, piece.text, piece.face.name, style.size, colour, piece.width,
                    source, last and not ends and not line.goes_on, last and ends, repeats,
                    piece.lang, spoken=piece.spoken,
                )  # fmt: skip
                self._place_run(run)
                if personal:
                    runs.append(run)
                else:
                    self._draw_run(run, element)
        if runs:
            self._slot(block, self._open_mark(runs[0], element), (x, first), align, colour)
        return block.height

    def texts(self, x: float, y: float, placed: Iterable[Placed]) -> None:
        """Draw texts, each at its place from ``x, y``."""
        for each in placed:
            self.text(x + each.across, y + each.down, each.block, each.colour)

    def on_baseline(
        self, x: float, y: float, block: SetText, colour: str = "text", *, align: Align = "left"
    ) -> None:
        """Draw one line with its baseline at ``y``."""
        self.text(x, y - baseline(block.style), block, colour, align=align)

    def blank(
        self, x: float, base: float, width: float, leaf: Text, size: float, label: str = ""
    ) -> None:
        """Add the place for the pen of a blank run, whose line is drawn separately.

        ``label`` says what to write there, by default the words of the leaf.
        """
        source, repeats = (None, leaf) if self._artifact else (leaf, None)
        run = TextRun(
            self.left(x, width), base, " ", _SPACE_FACE, size, "text", width, source,
            repeats=repeats, blank=True,
        )  # fmt: skip
        self._place_run(run)
        self._draw_run(run, self._element(leaf))
        if not self._artifact:
            label = label or leaf.plain
            self.entry(EntryKind.LINE, x, base - size, (width, size * 1.3), label, leaf)

    def _place_run(self, run: TextRun) -> None:
        """Store that the run's leaf is on the page, and add its link if it has one."""
        leaf = run.source
        if leaf is not None:
            self.placed[-1].add(id(leaf))
            if leaf.link:
                base = self.canvas.height - run.y
                self.canvas.link(leaf, box_of(run.x, base, run.width, run.size))

    def _draw_run(self, run: TextRun, element: Element | None) -> None:
        text, element = run.text, self._open_mark(run, element)
        if element is not None:
            text += _space_after(run, element)
        canvas = self.canvas
        canvas.fill_colour(canvas.brand.colour(run.colour))
        canvas.text(run.x, canvas.height - run.y, run.face, run.size, text)

    def _slot(
        self, block: SetText, element: Element | None, at: tuple[float, float], align: Align,
        colour: str,
    ) -> None:  # fmt: skip
        """Leave a slot for a leaf with values of the patient; its ``align`` side is at ``at``.

        Another patient's text can replace it, and nothing else on the page changes, if it has the
        same shape: `SetText` says when it does.
        """
        style = block.style
        shape = SlotShape(
            runs=tuple(run.saying("") if run.variable else run for run in block.source.runs),
            size=style.size,
            bold=style.bold,
            lines=len(block.lines),
            room=block.room,
            measure=block.measure,
        )
        self.lines[shape] = block.lines
        self.values |= {run.variable: run.text for run in block.source.runs if run.variable}
        self.canvas.leave_room(
            Slot(
                shape,
                x=at[0],
                base=self.canvas.height - at[1],
                align=align,
                leading=style.leading,
                colour=colour_code(self.canvas.brand.colour(colour)),
                read=element is not None,
                spaced=element is not None and element.spaced,
            )
        )

    # -- pictures

    def drawing(
        self,
        vector: Vector | VectorLogo,
        x: float,
        y: float,
        scale: float,
        source: object | None = None,
    ) -> None:
        """Draw a vector drawing with its origin at ``x, y``, at ``scale`` points a unit.

        ``source`` is the node of the document that it shows; without one it is decoration.
        """
        left, top, (wide, high) = *vector.bounds[:2], vector.size
        edge = self.left(x + left * scale, wide * scale)
        source = None if self._artifact else source
        self._picture(source, edge, y + top * scale, wide * scale, high * scale)
        self.canvas.vector(vector, edge - left * scale, self.canvas.height - y, scale)

    def bitmap(self, data: bytes, box: Box, source: object | None = None) -> None:
        """Draw a raster picture in a box: left, top, width, height; ``source`` as in `drawing`."""
        self.canvas.bitmap(data, self._raster(box, source))

    def photograph(self, photo: Photograph, box: Box, source: object | None = None) -> None:
        """Draw a photograph in a box, with a thin edge; ``source`` as in `drawing`."""
        self.canvas.photograph(photo, self._raster(box, source))
        self.rect(*box, stroke="divider", line=_PHOTO_EDGE)

    def _raster(self, box: Box, source: object | None) -> Box:
        """Open the mark of a raster picture; return its box on paper: left, low, width, height."""
        x, y, width, height = box
        left = self.left(x, width)
        self._picture(None if self._artifact else source, left, y, width, height)
        return left, self.canvas.height - y - height, width, height

    def _picture(self, source: object, x: float, y: float, width: float, height: float) -> None:
        """Open the mark of a picture and widen its element's bounds by its box on paper."""
        if self.tree is None or source is None or self.tree.is_decorative(source):
            self.canvas.artifact("Layout")
            return
        element = self.tree.of(source)
        if element is None:
            raise Untagged("a picture of a node that is not in the document")
        self.canvas.element(element)
        top = self.canvas.height - y
        element.widen((x, top - height, x + width, top))

    # -- elements

    def _element(self, leaf: Text) -> Element | None:
        """Return the element of a leaf; None if it is decoration, or repeats what was read."""
        tree = self.tree
        if tree is None:
            return None
        if self._artifact:
            return tree.of_repeated(leaf)
        element = tree.of(leaf)
        if element is None and not tree.is_decorative(leaf):
            raise Untagged("a leaf that is not in the document")
        return element

    def _open_mark(self, run: TextRun, element: Element | None) -> Element | None:
        """Open the mark of a run in its leaf's element; return the element, None if artifact."""
        tree, canvas = self.tree, self.canvas
        if tree is None:
            return None
        if element is None:
            high = run.y < canvas.height / 2
            canvas.artifact("Layout" if run.source else "Header" if high else "Footer")
            return None
        said = f"{tree.blank} " if run.blank and not tree.fillable else None
        if run.spoken:
            said = run.spoken + _space_after(run, element)
        # These are parts of an element: lines for the pen, abbreviations, other languages.
        apart = said or run.lang
        canvas.element(element.add("Span", actual=said, lang=run.lang) if apart else element)
        return element


def _space_after(run: TextRun, element: Element) -> str:
    """Return a space at the end of a line or leaf, without which two words would be read as one."""
    ends = run.line_end or (run.last and element.spaced)
    return " " if ends and not run.text.endswith(" ") else ""


class PageCanvas(TaggedCanvas):
    """A canvas for blocks, which draw on its ``sheet``.

    ``tree`` has the element of each leaf; without one nothing is tagged. ``mirrored`` is True for
    pages that are read from right to left.
    """

    def __init__(self, brand: Brand, tree: Tree | None = None, *, mirrored: bool = False) -> None:
        super().__init__(brand, tagged=tree is not None)
        self.sheet = Sheet(self, tree, mirrored=mirrored)

    @override
    def showPage(self) -> None:
        self.sheet.end_page()
        super().showPage()


class _TrialCanvas:
    """Takes the place of a canvas; whatever is drawn on it shows nowhere.

    A real canvas makes a layout a twentieth slower (row 9 of the benchmark).
    """

    def __init__(self, brand: Brand) -> None:
        self.brand, self.width, self.height = brand, 0.0, 0.0

    def __getattr__(self, _name: str) -> Callable[..., None]:
        return lambda *_, **__: None


def trial_canvas(brand: Brand) -> TaggedCanvas:
    """Return a canvas that shows nothing, to draw on only to see what has room where."""
    return cast("TaggedCanvas", _TrialCanvas(brand))
