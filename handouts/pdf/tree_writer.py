"""Structure elements → the structure tree of a tagged PDF (ISO 32000-1, 14.7 and 14.8)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from handouts.pdf.branch import Grown
from handouts.pdf.document import Document
from handouts.pdf.element_code import Box, element_code
from handouts.pdf.elements import Element, Graft, GraftKid, Marked, first_heading, grafts, shown
from handouts.pdf.objects import Name, Raw, Ref, Value, number

ROLES = {"Warning": "Sect", "ClinicianNote": "BlockQuote"}
"""Our own roles and the standard ones they stand for."""


class TreeWriter:
    """Writes one tree. Keys of the parent tree: pages by their number, then annotations.

    ``own``: by its name what is said that is the patient's own, and the object that holds it.
    """

    def __init__(self, file: Document, pages: Sequence[Ref], root: Element) -> None:
        self._file, self._pages, self._root = file, pages, root
        self._found = shown(root)
        self._top = file.reserve()
        first = file.reserve_many(len(self._found))
        self._refs = {id(element): place for place, (element, _) in enumerate(self._found, first)}
        self._grown = list(grafts(self._found))
        self._grafts = {id(graft): file.reserve_many(_count(graft)) for graft in self._grown}
        self.own: dict[str, tuple[Ref, str]] = {}
        # A handout without a title on its pages starts with headings of a lower level: lift all.
        self._lift = max(0, first_heading(self._found) - 1)

    def write(self, marks: Sequence[Sequence[Marked]], annotations: Sequence[Element]) -> Ref:
        """Add tree and parent tree to the file.

        ``marks`` gives for each page the element of each mark, ``annotations`` the element of
        each annotation.
        """
        for place, (element, kids) in enumerate(self._found, self._refs[id(self._root)]):
            self._file.fill(Ref(place), Raw(element_code(element, kids, self._lift, self)))
        for graft in self._grown:
            if not graft.open:
                self._graft(graft)
        numbers: list[Value] = []
        for key, elements in enumerate(marks):
            rows = b" ".join(chain.from_iterable(map(self._marked, elements)))
            numbers += [key, Raw(b"[%s]" % rows)]
        for key, element in enumerate(annotations, len(marks)):
            numbers += [key, Raw(self._reference(element))]
        self._file.fill(
            self._top,
            {
                "Type": Name("StructTreeRoot"),
                "K": Ref(self._refs[id(self._root)]),
                "ParentTree": self._file.add({"Nums": numbers}),
                "ParentTreeNextKey": len(marks) + len(annotations),
                "RoleMap": {role: Name(standard) for role, standard in ROLES.items()},
            },
        )
        return self._top

    def _marked(self, marked: Marked) -> Sequence[bytes]:
        if isinstance(marked, Element):
            return (self._reference(marked),)
        if isinstance(marked, int):
            return [b"null"] * marked
        first = self._grafts[id(marked)]
        return [b"%d 0 R" % (first + index) for index in marked.code.marked] if marked.code else ()

    def _reference(self, element: Element) -> bytes:
        return b"%d 0 R" % self._refs[id(element.named)]

    def _graft(self, graft: Graft) -> None:
        if graft.code is not None:
            grown = self.grown(graft)
            self._file.fill_from(grown.first, map(Raw, graft.code.bodies(grown)))

    def grown(self, graft: Graft) -> Grown:
        """Return where the elements of a graft are."""
        said = graft.code.said if graft.code else ()
        return Grown(
            self._lift,
            self._grafts[id(graft)],
            self._pages[graft.page].number,
            graft.mark,
            tuple(self._refs[id(parent.named)] for parent in graft.parents),
            tuple(int(self.said(name, words)) for name, words in said),
            graft.origin,
        )

    # -- numbers of objects, as `element_code` asks for them

    def parent(self, element: Element) -> bytes:
        """The number of an element's parent."""
        parent = element.parent.named if element.parent else None
        return b"%d" % (self._refs[id(parent)] if parent else self._top.number)

    def element(self, element: Element) -> bytes:
        """The number of an element."""
        return b"%d" % self._refs[id(element)]

    def grafted(self, kid: GraftKid) -> list[bytes]:
        """The numbers of a graft's elements below one of its parents."""
        code, first = kid.graft.code, self._grafts[id(kid.graft)]
        return [b"%d" % (first + index) for index in code.tops[kid.group]] if code else []

    def page(self, page: int) -> bytes:
        """The number of a page."""
        return b"%d" % self._pages[page].number

    @staticmethod
    def mark(number: int) -> bytes:
        """The number of a mark on its page."""
        return b"%d" % number

    def said(self, name: str, words: str) -> bytes:
        """The number of the object that holds words of the patient's own."""
        if name not in self.own:
            self.own[name] = (self._file.reserve(), words)
        return b"%d" % self.own[name][0].number

    @staticmethod
    def box(box: Box) -> bytes:
        """The corners of a box."""
        return " ".join(number(corner, 2) for corner in box).encode("ascii")

    @staticmethod
    def literal(code: bytes) -> bytes:
        """What stands as it is."""
        return code


def _count(graft: Graft) -> int:
    return graft.code.count if graft.code else 0
