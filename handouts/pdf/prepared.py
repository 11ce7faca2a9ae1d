"""A part of a page → content and structure that are finished but for the numbers of objects.

Many handouts show the same card: here it is written once for all of them.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from msgspec import Struct

from handouts.layout.brand import Brand
from handouts.layout.items import Bitmap, Glyphs, MatrixCode, Page, Part
from handouts.layout.words import SetLine
from handouts.pdf.branch import BranchCode, branch_code
from handouts.pdf.content import Untagged
from handouts.pdf.elements import Element, Graft
from handouts.pdf.fonts import FontBook
from handouts.pdf.items import ItemWriter
from handouts.pdf.lettering import OwnText, Shape
from handouts.pdf.letters import in_base
from handouts.pdf.objects import Encoded, compressed
from handouts.pdf.tree import Tree


class Prepared(Struct, frozen=True, eq=False):
    """A part as it stands in files.

    ``pieces`` are drawn from its origin; ``lines`` is what is set in its slots, ``values`` what of
    it many patients share; ``shapes``: the forms it shows, by their names. ``code``: its
    elements, None without tags.
    """

    pieces: tuple[Encoded | OwnText, ...]
    lines: Mapping[Shape, tuple[SetLine, ...]]
    values: Mapping[str, str]
    shapes: Mapping[str, Encoded]
    code: BranchCode | None
    brand: Brand


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


def prepare_tagged(part: Part, graft: Graft, first: int, brand: Brand, blank: str) -> Prepared:
    """Return a part with its first mark's number; it is made once for a brand.

    ``blank``: what is said for a line for the pen.
    """
    key: Hashable = (first, graft.settings, id(brand), blank)
    known = part.made.get(key)
    if not isinstance(known, Prepared):
        tree = Tree(blank, fillable=False)
        groups = [Element("") for _ in graft.parents]
        graft.build(tree, *groups)
        writer = _writer(part, brand, tree, first)
        marked = [element for element in writer.elements if isinstance(element, Element)]
        known = part.made[key] = _prepared(writer, branch_code(groups, marked), brand)
    return known


def _writer(part: Part, brand: Brand, tree: Tree | None, first: int = 0) -> ItemWriter:
    """Draw the items of a part."""
    page = Page(0, 0, (0, 0, 0, 0), [*part.items], [*part.entries], [*part.slots])
    writer = ItemWriter(page, 0, brand, FontBook(), _no_image, tree, first)
    writer.draw(set())
    return writer


def _prepared(writer: ItemWriter, code: BranchCode | None, brand: Brand) -> Prepared:
    pieces = (each for each in writer.content.pieces() if not isinstance(each, Prepared))
    return Prepared(
        tuple(compressed(each, {}) if isinstance(each, bytes) else each for each in pieces),
        writer.own,
        writer.values,
        writer.shapes.used,
        code,
        brand,
    )


def _no_image(item: Bitmap | MatrixCode) -> str:
    raise Untagged(f"{type(item).__name__} in a part")
