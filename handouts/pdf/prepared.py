"""A part of a page → content and structure that are finished but for the numbers of objects.

Many handouts show the same card: here it is written once for all of them.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping

from msgspec import Struct, field

from handouts.layout.brand import Brand
from handouts.layout.items import Bitmap, Glyphs, MatrixCode, Page, Part
from handouts.layout.words import SetLine
from handouts.pdf.branch import BranchCode, branch_code
from handouts.pdf.canvas import Untagged
from handouts.pdf.elements import Element, Seed
from handouts.pdf.fonts import FontBook
from handouts.pdf.items import ItemWriter
from handouts.pdf.lettering import OwnText, Shape
from handouts.pdf.letters import in_base
from handouts.pdf.objects import Encoded, compressed
from handouts.pdf.tree import Tree

Shown = tuple[Encoded | OwnText, ...]
"""The content of a part in pieces."""

_SHOWN = 16
_MARK = re.compile(rb"^(/\w+ ?<</MCID )(\d+)>>BDC$", re.MULTILINE)


class Prepared(Struct, frozen=True, eq=False):
    """A part as it stands in files, its marks numbered from 0.

    ``pieces`` are drawn from its origin; ``lines`` is what is set in its slots, ``values`` what of
    it many patients share; ``shapes``: the forms it shows, by their names. ``code``: its
    elements, None without tags. ``shown``: its content by the number of its first mark.
    """

    pieces: tuple[bytes | OwnText, ...]
    lines: Mapping[Shape, tuple[SetLine, ...]]
    values: Mapping[str, str]
    shapes: Mapping[str, Encoded]
    code: BranchCode | None
    brand: Brand
    shown: dict[int, Shown] = field(default_factory=dict)

    def content(self, mark: int = 0) -> Shown:
        """Return its content, compressed, with marks numbered from ``mark`` on."""
        if mark not in self.shown:
            if len(self.shown) == _SHOWN:
                self.shown.clear()
            self.shown[mark] = tuple(_shown(each, mark) for each in self.pieces)
        return self.shown[mark]


def _shown(piece: bytes | OwnText, mark: int) -> Encoded | OwnText:
    if isinstance(piece, bytes):
        return compressed(_renumbered(piece, mark), {})
    parts = (_renumbered(part, mark) if isinstance(part, bytes) else part for part in piece.parts)
    return OwnText(tuple(parts))


def _renumbered(content: bytes, mark: int) -> bytes:
    """Content with other numbers of marks; no text is taken for one: its line ends are escaped."""
    if not mark:
        return content
    return _MARK.sub(lambda found: b"%s%d>>BDC" % (found[1], mark + int(found[2])), content)


def is_preparable(part: Part) -> bool:
    """Whether a part can be written without the rest of its file.

    Links have places on their page, codes and bitmaps and rare letters are objects of the file.
    """
    known = part.made.get("preparable")
    if known is None:
        known = part.made["preparable"] = all(map(_is_plain, part.items))
    return known is True


def _is_plain(item: object) -> bool:
    if isinstance(item, Glyphs):
        linked = item.source is not None and item.source.link is not None
        return not linked and in_base(item.face, item.text)
    return not isinstance(item, (Bitmap, MatrixCode))


def prepare(part: Part, brand: Brand) -> Prepared:
    """Return a part without tags; it is made once for a brand."""
    known = part.made.get(id(brand))
    if not isinstance(known, Prepared):
        known = part.made[id(brand)] = _prepared(_writer(part, brand, None), None, brand)
    return known


def prepare_tagged(part: Part, seed: Seed, brand: Brand, blank: str) -> Prepared:
    """Return a part with the elements that grow from its node; it is made once for a brand.

    ``blank``: what is said for a line for the pen.
    """
    key: Hashable = (seed.settings, id(brand), blank)
    known = part.made.get(key)
    if not isinstance(known, Prepared):
        tree = Tree(blank, fillable=False)
        groups = [Element("") for _ in range(seed.parents)]
        seed.build(part.node, tree, *groups)
        writer = _writer(part, brand, tree)
        marked = [element for element in writer.elements if isinstance(element, Element)]
        known = part.made[key] = _prepared(writer, branch_code(groups, marked), brand)
    return known


def _writer(part: Part, brand: Brand, tree: Tree | None) -> ItemWriter:
    """Draw the items of a part."""
    page = Page(0, 0, (0, 0, 0, 0), [*part.items], [*part.entries], [*part.slots])
    writer = ItemWriter(page, 0, brand, FontBook(), _no_image, tree)
    writer.draw(set())
    return writer


def _prepared(writer: ItemWriter, code: BranchCode | None, brand: Brand) -> Prepared:
    return Prepared(
        tuple(each for each in writer.content.pieces() if not isinstance(each, tuple)),
        writer.own,
        writer.values,
        writer.shapes.used,
        code,
        brand,
    )


def _no_image(item: Bitmap | MatrixCode) -> str:
    raise Untagged(f"{type(item).__name__} in a part")
