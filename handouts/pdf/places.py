"""Parts and where they stand in a file → the objects that show them there.

In a handout whose doses are a patient's own, the parts that show them are written apart from all
else: the rest is the same for other patients, whose parts take the same places.
"""

from __future__ import annotations

from collections.abc import Hashable

from msgspec import Struct

from handouts.layout.brand import Brand
from handouts.layout.items import Part
from handouts.pdf.base import Block, block_of, object_stream
from handouts.pdf.branch import Grown
from handouts.pdf.elements import Graft, Seed
from handouts.pdf.lettering import OwnText
from handouts.pdf.prepared import Prepared, Shown, is_preparable, prepare, prepare_tagged


class OpenPart(Struct, frozen=True, eq=False):
    """A part that is written apart, and what was kept for it in the tree."""

    part: Prepared
    graft: Graft | None


Placed = Shown | tuple[OpenPart]
"""What stands for a part in the content of a page: its pieces, or itself."""


class Place(Struct, frozen=True):
    """Where a part stands: ``content`` is the number of its content.

    ``container``: that of the object stream which holds its elements, where they are ``grown``;
    None without tags.
    """

    content: int
    container: int = 0
    grown: Grown | None = None

    def block(self, part: Prepared) -> Block:
        """Return the objects of a part in this place."""
        grown = self.grown
        content = (self.content, _content(part, grown.mark if grown else 0))
        if grown is None or part.code is None:
            return block_of([content])
        bodies = part.code.bodies(grown)
        numbers = range(grown.first, grown.first + len(bodies))
        elements = object_stream(list(zip(numbers, bodies, strict=True)))
        made = block_of([content, (self.container, elements)])
        packed = ((number, self.container, place) for place, number in enumerate(numbers))
        return Block(made.numbers, made.places, made.data, tuple(packed))


class OpenPlace(Struct, frozen=True):
    """A place, and what the elements there grow from.

    ``known`` is what the rest of the file knows of them: see `known_of`.
    """

    place: Place
    seed: Seed | None
    known: Hashable

    @property
    def key(self) -> Hashable:
        """All that `Places.block` depends on here but the part."""
        return self.place, self.seed and self.seed.settings, self.known


class Places(Struct, frozen=True):
    """All places of open parts in a file.

    ``shapes``: the names of the forms that its pages can show; ``blank``: what is said for a line
    for the pen.
    """

    open: tuple[OpenPlace, ...]
    shapes: frozenset[str]
    brand: Brand
    blank: str

    @property
    def key(self) -> Hashable:
        """All that `block` depends on but a place and the part."""
        return self.shapes, id(self.brand), self.blank

    def block(self, place: OpenPlace, part: Part) -> Block | None:
        """Return the objects of another part in a place, None if it does not fit in."""
        if not is_preparable(part):
            return None
        made = self._prepared(part, place.seed)
        fits = is_open(made) and made.shapes.keys() <= self.shapes
        return place.place.block(made) if fits and known_of(made) == place.known else None

    def _prepared(self, part: Part, seed: Seed | None) -> Prepared:
        if seed is None:
            return prepare(part, self.brand)
        return prepare_tagged(part, seed, self.brand, self.blank)


def known_of(part: Prepared) -> Hashable:
    """Return what the rest of a file knows of a part's elements: how many, and which are where."""
    code = part.code
    return code and (code.count, code.tops, code.marked, code.heading)


def is_open(part: Prepared) -> bool:
    """Whether another part may stand in the place of one: nothing of it is written later."""
    said = part.code is not None and part.code.said
    return not said and len(part.pieces) == 1 and isinstance(part.pieces[0], bytes)


def _content(part: Prepared, mark: int) -> bytes:
    (content,) = part.content(mark)
    if isinstance(content, OwnText):
        raise TypeError("a part with slots has no place of its own")
    return content
