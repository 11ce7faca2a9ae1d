"""The items of a page → content, each piece of it inside the mark it belongs to."""

from __future__ import annotations

from collections.abc import Callable

from handouts.compose.text import Text
from handouts.figures.emit import colour_code
from handouts.figures.vector import Path
from handouts.layout.brand import Brand
from handouts.layout.items import (
    Bitmap,
    Drawing,
    Entry,
    Glyphs,
    Item,
    MatrixCode,
    Page,
    Slot,
)
from handouts.layout.words import SetLine
from handouts.pdf.canvas import Untagged
from handouts.pdf.content import Content
from handouts.pdf.elements import Element
from handouts.pdf.fonts import FontBook
from handouts.pdf.lettering import Lettering, OwnRun, Shape
from handouts.pdf.marking import Marker
from handouts.pdf.shapes import ShapeBook
from handouts.pdf.tree import Tree

_SPACE_FACE = "Handout-Regular"

ImageNamer = Callable[[Bitmap | MatrixCode], str]
"""Gives the resource name of a raster picture or a code."""


class ItemWriter:
    """Draws the items of a page. Without a tree nothing is marked (the untagged twin).

    ``own``: what is set in the slots of the page; ``values``: what of it is the patient's own.
    """

    def __init__(
        self,
        page: Page,
        number: int,
        brand: Brand,
        fonts: FontBook,
        named: ImageNamer,
        tree: Tree | None,
    ) -> None:
        self._page, self._number, self._brand, self._tree = page, number, brand, tree
        self._named = named
        self.shapes = ShapeBook(brand, page.items)
        self.own: dict[Shape, tuple[SetLine, ...]] = {}
        self.values: dict[str, str] = {}
        self.content = Content(page.height, fonts, strict=tree is not None)
        self._marker = Marker(self.content, number)
        self._last = {
            id(item.source): index
            for index, item in enumerate(page.items)
            if isinstance(item, Glyphs) and item.source is not None
        }

    @property
    def elements(self) -> list[Element]:
        """What the page's marks belong to, by number."""
        return self._marker.elements

    def draw(self, repeated: set[Text]) -> None:
        """Draw every item in order, then the words for boxes.

        ``repeated`` holds the repeating texts that were read before; those of this page are added.
        """
        reading: Text | None = None
        slots = {slot.start: slot for slot in self._page.slots}
        end = 0
        for index, item in enumerate(self._page.items):
            if index < end:
                continue
            if isinstance(item, Glyphs):
                if reading is not None and item.repeats is not reading:
                    self._is_read(reading, repeated)
                reading = item.repeats
                slot = slots.get(index)
                if slot is None:
                    self._glyphs(item, index, repeated)
                else:
                    self._own(slot, item, repeated)
                    end = slot.stop
            else:
                self._drawn(item)
        if reading is not None:
            self._is_read(reading, repeated)
        if self._tree is not None:
            for entry in self._page.entries:
                self._boxes(entry, self._tree)
        self._marker.close()

    def _is_read(self, text: Text, repeated: set[Text]) -> None:
        """A text that repeats is read once, and with it the leaves it is made of."""
        if self._tree is not None and text not in repeated:
            repeated.update((text, *self._tree.repeated(text)))

    # -- items

    def _glyphs(self, item: Glyphs, index: int, repeated: set[Text]) -> None:
        text = item.text
        if self._tree is not None:
            element = self._marked(item, self._tree, repeated)
            if element is not None:
                last = self._last.get(id(item.source)) == index
                # Without a space here the words of two lines or leaves are read as one.
                if (item.line_end or (last and element.spaced)) and not text.endswith(" "):
                    text += " "
        self.content.fill_colour(self._brand.colour(item.colour))
        self.content.text(item.x, item.y, item.face, item.size, text)

    def _marked(self, item: Glyphs, tree: Tree, repeated: set[Text]) -> Element | None:
        """Open the mark that an item belongs in; return its element, None for an artifact."""
        element = self._element(item, tree, repeated)
        if element is None:
            self._marker.artifact("Header" if item.y < self._page.height / 2 else "Footer")
        else:
            self._marker.element(self._part(element, item, tree))
        return element

    def _own(self, slot: Slot, item: Glyphs, repeated: set[Text]) -> None:
        """Leave the place of a slot whose first item is ``item``."""
        element = self._marked(item, self._tree, repeated) if self._tree else None
        block = slot.block
        colour = self._brand.colour(slot.colour)
        shape = Shape(
            runs=tuple(
                OwnRun("" if run.own else run.text, run.strong, run.own or None, run.lang)
                for run in block.source.runs
            ),
            size=block.style.size,
            bold=block.style.bold,
            lines=len(block.lines),
            room=block.room,
            measure=block.measure,
        )
        lettering = Lettering(
            shape,
            x=slot.x,
            base=self._page.height - slot.base,
            align=slot.align,
            leading=block.style.leading,
            colour=colour_code(colour),
            read=element is not None,
            spaced=element is not None and element.spaced,
        )
        self.own[shape] = block.lines
        self.values |= {run.own: run.text for run in block.source.runs if run.own}
        self.content.own(lettering)

    @staticmethod
    def _element(item: Glyphs, tree: Tree, repeated: set[Text]) -> Element | None:
        if item.source is not None:
            element = tree.of_leaf(item.source)
            if element is None:
                raise Untagged("a leaf that is not in the document")
            return element
        if item.repeats is None or item.repeats in repeated:
            return None
        return tree.of_repeated(item.repeats, repeated)

    @staticmethod
    def _part(element: Element, item: Glyphs, tree: Tree) -> Element:
        """The element itself, or a part of it in another language or for a line for the pen."""
        if item.blank and not tree.fillable:
            return element.add("Span", actual=f"{tree.blank} ")
        if item.lang is not None:
            return element.add("Span", lang=item.lang)
        return element

    def _drawn(self, item: Item) -> None:
        match item:
            case Path():
                if self._tree is not None:
                    self._marker.artifact("Layout")
                self._path(item)
            case Drawing():
                self._drawing(item)
            case Bitmap():
                self._bitmap(item)
            case MatrixCode():
                self._code(item)

    def _path(self, item: Path) -> None:
        content = self.content
        shared = self.shapes.path(item)
        if shared:
            x, y = item.commands[0][1][:2]
            content.form(shared, x, y)
            return
        if item.fill:
            content.fill_colour(self._brand.colour(item.fill))
        if item.stroke:
            content.stroke_colour(self._brand.colour(item.stroke))
        content.path(item)

    def _drawing(self, item: Drawing) -> None:
        left, top, _, _ = item.vector.bounds
        wide, high = item.vector.size
        self._picture(item.source, (item.x, item.y, wide * item.scale, high * item.scale))
        x, y = item.x - left * item.scale, item.y - top * item.scale
        self.content.form(self.shapes.drawing(item.vector), x, y, item.scale)

    def _bitmap(self, item: Bitmap) -> None:
        self._picture(item.source, (item.x, item.y, item.width, item.height))
        self.content.image(self._named(item), item.x, item.y, item.width, item.height)

    def _code(self, item: MatrixCode) -> None:
        if self._tree is not None:
            self._marker.artifact("Layout")
        self.content.fill_colour("#000000")
        self.content.image(self._named(item), item.x, item.y, item.side, item.side)

    def _picture(self, source: object | None, box: tuple[float, float, float, float]) -> None:
        """Open the mark of a picture and widen its element's bounds by its box."""
        if self._tree is None:
            return
        if source is None:
            self._marker.artifact("Layout")
            return
        element = self._tree.of_picture(source)
        if element is None:
            raise Untagged("a picture of a node that is not in the document")
        self._marker.element(element)
        x, y, width, height = box
        bounds = [x, self._page.height - y - height, x + width, self._page.height - y]
        known = element.box
        if known is not None:
            bounds = [*map(min, known[:2], bounds[:2]), *map(max, known[2:], bounds[2:])]
        left, low, right, high = bounds
        element.box = left, low, right, high

    def _boxes(self, entry: Entry, tree: Tree) -> None:
        """Words for the boxes of a line: they replace a space, set over the first box."""
        element = tree.of_boxes(entry.owner)
        if element is not None:
            self._marker.element(element)
            base = entry.y + entry.height
            self.content.text(entry.x, base, _SPACE_FACE, entry.height, " ")
