"""A page → its content: its own items are drawn, its parts are placed as they were prepared."""

from __future__ import annotations

from typing_extensions import override

from handouts.layout.items import Item, PartAt
from handouts.pdf.items import ItemWriter
from handouts.pdf.prepared import Prepared, prepare, prepare_tagged


class PageWriter(ItemWriter):
    """Draws one page."""

    @override
    def _drawn(self, item: Item | PartAt) -> None:
        if isinstance(item, PartAt):
            self._place(item)
        else:
            super()._drawn(item)

    def _place(self, placed: PartAt) -> None:
        """Place a part, and say where its elements are."""
        self._marker.close()
        mark, part = self._marker.next_first, self._prepared(placed)
        self.own |= part.lines
        self.values |= part.values
        self.shapes.used |= part.shapes
        self.content.part(part.content(mark), placed.x, placed.y)

    def _prepared(self, placed: PartAt) -> Prepared:
        if self._tree is None:
            return prepare(placed.part, self._brand)
        graft = self._tree.of_part(placed.part.node)
        part = prepare_tagged(placed.part, graft, self._brand, self._tree.blank)
        graft.page, graft.code, graft.mark = self._number, part.code, self._marker.next_first
        graft.origin = placed.x, self._page.height - placed.y
        self._marker.part(graft, len(part.code.marked) if part.code else 0)
        return part
