"""A page → its content: its own items are drawn, its parts are placed as they were prepared."""

from __future__ import annotations

from collections.abc import Collection

from typing_extensions import override

from handouts.layout.brand import Brand
from handouts.layout.items import Item, Page, PartAt
from handouts.pdf.elements import Graft
from handouts.pdf.fonts import FontBook
from handouts.pdf.items import ImageNamer, ItemWriter
from handouts.pdf.places import OpenPart, is_open
from handouts.pdf.prepared import Prepared, prepare, prepare_tagged
from handouts.pdf.tree import Tree


class PageWriter(ItemWriter):
    """Draws one page; ``open_nodes`` are those whose parts are written apart, if they can be."""

    def __init__(
        self,
        page: Page,
        number: int,
        brand: Brand,
        fonts: FontBook,
        named: ImageNamer,
        tree: Tree | None,
        open_nodes: Collection[int],
    ) -> None:
        super().__init__(page, number, brand, fonts, named, tree)
        self._open = open_nodes

    @override
    def _drawn(self, item: Item | PartAt) -> None:
        if isinstance(item, PartAt):
            self._place(item)
        else:
            super()._drawn(item)

    def _place(self, placed: PartAt) -> None:
        """Place a part, and say where its elements are."""
        self._marker.close()
        mark, (part, graft) = self._marker.next_first, self._prepared(placed)
        self.own |= part.lines
        self.values |= part.values
        self.shapes.used |= part.shapes
        if id(placed.part.node) in self._open and is_open(part):
            self.content.part((OpenPart(part, graft),), placed.x, placed.y)
        else:
            self.content.part(part.content(mark), placed.x, placed.y)

    def _prepared(self, placed: PartAt) -> tuple[Prepared, Graft | None]:
        if self._tree is None:
            return prepare(placed.part, self._brand), None
        graft = self._tree.of_part(placed.part.node)
        part = prepare_tagged(placed.part, graft.seed, self._brand, self._tree.blank)
        graft.page, graft.code, graft.mark = self._number, part.code, self._marker.next_first
        graft.origin = placed.x, self._page.height - placed.y
        self._marker.part(graft, len(part.code.marked) if part.code else 0)
        return part, graft
