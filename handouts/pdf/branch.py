"""The elements of a part that is drawn once → their dictionaries, with any numbers of objects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from msgspec import Struct

from handouts.pdf.element_code import Box, element_code
from handouts.pdf.elements import Element, GraftKid, first_heading, shown
from handouts.pdf.objects import number

_APART = b"\r\n"
"""Between two dictionaries: inside of them line ends are escaped."""


_FIRST, _PAGE, _MARK, _ACROSS, _UP = range(5)
"""What a gap counts from: see `Grown.bases`. Parents come after these, then words."""


class Grown(Struct, frozen=True):
    """Where the elements of a part have grown in a file; numbers are those of objects.

    ``lift``: so many levels headings are lifted; ``first`` of the elements; ``mark``: the number
    of the first mark on the ``page``; ``said``: of words that are the patient's own; ``origin``:
    where the part stands.
    """

    lift: int
    first: int
    page: int
    mark: int
    parents: tuple[int, ...]
    said: tuple[int, ...]
    origin: tuple[float, float]

    @property
    def bases(self) -> tuple[float, ...]:
        """What gaps count from, by their kinds."""
        return (self.first, self.page, self.mark, *self.origin, *self.parents, *self.said)


class BranchCode(Struct, frozen=True, eq=False):
    """Elements with gaps for the numbers of objects.

    ``tops``: for each parent which elements are its kids; ``marked``: the element of each mark;
    ``said``: what is the patient's own, with its words; ``heading``: the level of the first
    heading, 0 without any.
    """

    count: int
    tops: tuple[tuple[int, ...], ...]
    marked: tuple[int, ...]
    said: tuple[tuple[str, str], ...]
    heading: int
    codes: tuple[_Code, ...]
    """For each lift of headings."""

    def bodies(self, grown: Grown) -> list[bytes]:
        """Return the dictionaries where they have grown."""
        code, bases = self.codes[grown.lift], grown.bases
        filled: list[float | bytes] = [bases[kind] + value for kind, value in code.gaps]
        for corner in code.corners:
            filled[corner] = number(cast("float", filled[corner]), 2).encode("ascii")
        return (code.template % tuple(filled)).split(_APART)


class _Code(Struct, frozen=True):
    """Dictionaries with gaps: the kind of each, and what is added to where such gaps count from.

    ``corners`` are the gaps for lengths.
    """

    template: bytes
    gaps: tuple[tuple[int, float], ...]
    corners: tuple[int, ...]


class _Gaps:
    """Leaves gaps where numbers go, and notes what fills them."""

    def __init__(self, elements: Sequence[Element], groups: Sequence[Element]) -> None:
        self._numbers = {id(element): index for index, element in enumerate(elements)}
        self._groups = {id(group): index for index, group in enumerate(groups)}
        self.gaps: list[tuple[int, float]] = []
        self.said_words: dict[str, str] = {}

    def _gap(self, kind: int, value: float = 0) -> bytes:
        self.gaps.append((kind, value))
        return b"%d"

    def parent(self, element: Element) -> bytes:
        """A gap for the number of its parent."""
        parent = element.parent.named if element.parent else element
        if id(parent) in self._numbers:
            return self._gap(_FIRST, self._numbers[id(parent)])
        return self._gap(_UP + 1 + self._groups[id(parent)])

    def element(self, element: Element) -> bytes:
        """A gap for its number."""
        return self._gap(_FIRST, self._numbers[id(element)])

    def grafted(self, kid: GraftKid) -> list[bytes]:
        """No part has parts."""
        raise TypeError(f"a part in a part, {kid.group}")

    def page(self, _page: int) -> bytes:
        """A gap for the number of the page: a part stands on one."""
        return self._gap(_PAGE)

    def mark(self, number: int) -> bytes:
        """A gap for the number of a mark."""
        return self._gap(_MARK, number)

    def said(self, name: str, words: str) -> bytes:
        """A gap for the number of what is said."""
        self.said_words.setdefault(name, words)
        return self._gap(_UP + 1 + len(self._groups) + list(self.said_words).index(name))

    def box(self, box: Box) -> bytes:
        """Gaps for the corners of a box."""
        for place, corner in enumerate(box):
            self.gaps.append((_UP if place % 2 else _ACROSS, corner))
        return b"%b %b %b %b"

    @staticmethod
    def literal(code: bytes) -> bytes:
        """Its percent signs are no gaps."""
        return code.replace(b"%", b"%%")


def branch_code(groups: Sequence[Element], marks: Sequence[Element]) -> BranchCode:
    """Return the code of all elements below groups; ``marks``: the element of each mark."""
    below = [shown(group) for group in groups]
    found = [each for _, *more in below for each in more]
    elements = [element for element, _ in found]
    index = {id(element): number for number, element in enumerate(elements)}
    codes = []
    for lift in (0, 1):
        gaps = _Gaps(elements, groups)
        code = _APART.join(element_code(element, kids, lift, gaps) for element, kids in found)
        corners = (place for place, (kind, _) in enumerate(gaps.gaps) if kind in (_ACROSS, _UP))
        codes.append(_Code(code, tuple(gaps.gaps), tuple(corners)))
    return BranchCode(
        len(elements),
        tuple(tuple(index[id(kid)] for kid in tops) for ((_, tops), *_) in below),
        tuple(index[id(element.named)] for element in marks),
        tuple(gaps.said_words.items()),
        next(filter(None, map(first_heading, below)), 0),
        tuple(codes),
    )
