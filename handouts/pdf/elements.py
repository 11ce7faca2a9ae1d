"""Structure elements → the structure tree of a tagged PDF (ISO 32000-1, 14.7 and 14.8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from handouts.pdf.file import PdfFile
from handouts.pdf.objects import Name, Raw, Ref, Value, encode, text_string

ROLES = {"Warning": "Sect", "ClinicianNote": "BlockQuote"}
"""Our own roles and the standard ones they stand for."""

_HEADING = {f"H{level}": level for level in range(1, 7)}


class Mark(Struct, frozen=True):
    """Marked content on a page (counted from 0)."""

    page: int
    number: int


class Annotation(Struct, frozen=True):
    """An annotation on a page: a form field or a link."""

    page: int
    ref: Ref


class Element(Struct, eq=False):
    """A part of the document by meaning. Without a role it only groups kids of its parent.

    ``actual`` is said in place of what is shown, ``alt`` describes what cannot be said. ``own``
    names ``actual`` where it is the patient's own.
    ``attributes`` by their owner, such as Table or Layout. ``keep``: stays though it is empty, as
    a table's cells must. ``spaced``: a word of the next leaf follows on the same line of speech.
    """

    role: str
    parent: Element | None = None
    alt: str | None = None
    actual: str | None = None
    lang: str | None = None
    attributes: dict[str, dict[str, Value]] = field(default_factory=dict)
    keep: bool = False
    spaced: bool = False
    own: str = ""
    kids: list[Element | Mark | Annotation] = field(default_factory=list)

    def add(
        self,
        role: str,
        *,
        alt: str | None = None,
        actual: str | None = None,
        lang: str | None = None,
        keep: bool = False,
        **attributes: dict[str, Value],
    ) -> Element:
        """Add an element after the kids there are, and return it."""
        kid = Element(role, self, alt, actual, lang, attributes, keep)
        self.kids.append(kid)
        return kid

    @property
    def named(self) -> Element:
        """This element, or the nearest with a role that it is grouped in."""
        element = self
        while not element.role and element.parent is not None:
            element = element.parent
        return element

    def follows(self, other: Element) -> bool:
        """Whether it comes next after another in the same element, so that they share a mark."""
        if self.role or other.role or self.parent is not other.parent or self.parent is None:
            return False
        kids = self.parent.kids
        after = kids.index(other) + 1
        return after < len(kids) and kids[after] is self

    def flat(self) -> Iterator[Element | Mark | Annotation]:
        """Its kids that show something, in reading order, groups opened."""
        for kid in self.kids:
            if not isinstance(kid, Element):
                yield kid
            elif not kid.role:
                yield from kid.flat()
            elif kid.shows():
                yield kid

    def shows(self) -> bool:
        """Whether anything of it is on a page, or it stays though it is empty."""
        return self.keep or any(not isinstance(kid, Element) or kid.shows() for kid in self.kids)

    def walk(self) -> Iterator[Element]:
        """This element and all below it that show something, in reading order."""
        yield self
        for kid in self.flat():
            if isinstance(kid, Element):
                yield from kid.walk()


class TreeWriter:
    """Writes one tree. Keys of the parent tree: pages by their number, then annotations.

    ``own``: by its name what is said that is the patient's own, and the object that holds it.
    """

    def __init__(self, file: PdfFile, pages: Sequence[Ref], root: Element) -> None:
        self._file, self._pages, self._root = file, pages, root
        self._refs = {element: file.reserve() for element in root.walk()}
        self.own: dict[str, tuple[Ref, str]] = {}
        # A handout without a title on its pages starts with headings of a lower level: lift all.
        first = next((_HEADING[each.role] for each in self._refs if each.role in _HEADING), 1)
        self._lift = first - 1

    def write(self, marks: Sequence[Sequence[Element]], annotations: Sequence[Element]) -> Ref:
        """Add tree and parent tree to the file.

        ``marks`` gives for each page the element of each mark, ``annotations`` the element of
        each annotation.
        """
        top = self._file.reserve()
        for element, ref in self._refs.items():
            parent = element.parent.named if element.parent else None
            self._file.fill(ref, self._element(element, self._refs[parent] if parent else top))
        numbers: list[Value] = []
        for key, elements in enumerate(marks):
            numbers += [key, [self._refs[element.named] for element in elements]]
        for key, element in enumerate(annotations, len(marks)):
            numbers += [key, self._refs[element.named]]
        self._file.fill(
            top,
            {
                "Type": Name("StructTreeRoot"),
                "K": self._refs[self._root],
                "ParentTree": self._file.add({"Nums": numbers}),
                "ParentTreeNextKey": len(marks) + len(annotations),
                "RoleMap": {role: Name(standard) for role, standard in ROLES.items()},
            },
        )
        return top

    def _role(self, role: str) -> str:
        level = _HEADING.get(role)
        return f"H{max(1, level - self._lift)}" if level else role

    def _element(self, element: Element, parent: Ref) -> Raw:
        kids = list(element.flat())
        pages = {kid.page for kid in kids if not isinstance(kid, Element)}
        page = pages.pop() if len(pages) == 1 else None
        parts = [b"<</S/%s/P %d 0 R" % (self._role(element.role).encode(), parent.number)]
        if page is not None:
            parts.append(b"/Pg %d 0 R" % self._pages[page].number)
        shown = [self._kid(kid, on_one_page=page is not None) for kid in kids]
        if shown:
            parts.append(b"/K %s" % shown[0] if len(shown) == 1 else b"/K[%s]" % b" ".join(shown))
        if element.alt:
            parts.append(b"/Alt" + text_string(element.alt))
        if element.own:
            # What another patient hears there is another object: the element is the same for all.
            if element.own not in self.own:
                self.own[element.own] = (self._file.reserve(), element.actual or "")
            parts.append(b"/ActualText %d 0 R" % self.own[element.own][0].number)
        elif element.actual:
            parts.append(b"/ActualText" + text_string(element.actual))
        if element.lang:
            parts.append(b"/Lang" + text_string(element.lang))
        owners = [{"O": Name(o), **values} for o, values in element.attributes.items() if values]
        if owners:
            parts.append(b"/A" + encode(owners[0] if len(owners) == 1 else owners))
        return Raw(b"".join(parts) + b">>")

    def _kid(self, kid: Element | Mark | Annotation, *, on_one_page: bool) -> bytes:
        if isinstance(kid, Element):
            return b"%d 0 R" % self._refs[kid].number
        page = b"" if on_one_page else b"/Pg %d 0 R" % self._pages[kid.page].number
        if isinstance(kid, Annotation):
            return b"<</Type/OBJR%s/Obj %d 0 R>>" % (page, kid.ref.number)
        if on_one_page:
            return b"%d" % kid.number
        return b"<</Type/MCR%s/MCID %d>>" % (page, kid.number)
