"""Hold the structure elements of a document, and write their tree (ISO 32000-1, 14.7, 14.8)."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from handouts.compose.runs import Text
from handouts.pdf.objects import Name, Raw, Ref, Value, encode, number, text_string
from handouts.pdf.pdf_document import PdfDocument


class MarkedContent(Struct, frozen=True):
    """Marked content on a page (counted from 0)."""

    page: int
    number: int


class Annotation(Struct, frozen=True):
    """An annotation on a page: a form field or a link."""

    page: int
    ref: Ref


class Element(Struct, eq=False):
    """A part of the document by meaning. Without a role it only groups kids of its parent.

    ``actual`` is read instead of what is shown; ``alt`` describes a picture. If ``actual`` is a
    value of the patient, ``variable`` is its name. ``box`` is the element's place on its page if
    the file has it: left, bottom, right, top. ``attributes`` are grouped by owner, such as Table
    or List. With ``keep`` the element stays even if it is empty, as a table's cells must. With
    ``spaced`` the next leaf goes on in the same line of speech, after a space.
    """

    role: str
    parent: Element | None = None
    alt: str | None = None
    actual: str | None = None
    lang: str | None = None
    attributes: dict[str, dict[str, Value]] = field(default_factory=dict)
    keep: bool = False
    spaced: bool = False
    variable: str = ""
    box: tuple[float, float, float, float] | None = None
    kids: list[Element | MarkedContent | Annotation] = field(default_factory=list)

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
        """Add an element after the existing kids, and return it."""
        kid = Element(role, self, alt, actual, lang, attributes, keep)
        self.kids.append(kid)
        return kid

    @property
    def named(self) -> Element:
        """This element, or its nearest ancestor with a role."""
        element = self
        while not element.role and element.parent is not None:
            element = element.parent
        return element

    def widen(self, box: tuple[float, float, float, float]) -> None:
        """Widen its bounds to include a box: left, bottom, right, top."""
        if self.box is not None:
            known = self.box
            (left, low), (right, high) = map(min, known[:2], box[:2]), map(max, known[2:], box[2:])
            box = left, low, right, high
        self.box = box

    def follows(self, other: Element) -> bool:
        """Return whether it comes right after another in one element, so that they share a mark."""
        if self.role or other.role or self.parent is not other.parent or self.parent is None:
            return False
        kids = self.parent.kids
        after = kids.index(other) + 1
        return after < len(kids) and kids[after] is self


Kid = Element | MarkedContent | Annotation


class Tree:
    """A structure tree, in which drawing code finds the element of each leaf, picture and field.

    It finds nodes of the document by identity, because two equal leaves have two places.
    """

    def __init__(self, blank: str, *, fillable: bool) -> None:
        self.blank, self.fillable = blank, fillable
        self.root = Element("Document")
        self.section_ends: list[Element] = []
        """For each section of the document, the element for blocks added at its end."""
        self._elements: dict[int, Element] = {}
        self._repeated: dict[Text, tuple[Element, tuple[Text, ...]]] = {}
        self._read: set[Text] = set()
        self._decorative: set[int] = set()
        self._fields: dict[tuple[int, int], tuple[Element, str]] = {}
        self._spoken: dict[int, Element] = {}

    # -- building

    def block(self, parent: Element, role: str, *leaves: Text | None) -> Element:
        """Add an element with leaves in their order; empty ones are left out."""
        element = parent.add(role)
        said = [leaf for leaf in leaves if leaf is not None and leaf.runs]
        for leaf in said:
            self.leaf(element, leaf, spaced=leaf is not said[-1])
        return element

    def leaf(self, parent: Element, leaf: Text, *, spaced: bool = False) -> Element:
        """Add a leaf to an element; its ``spoken`` text is read instead of the printed one."""
        role = "Link" if leaf.link else "Span" if leaf.spoken else ""
        element = parent.add(role, actual=leaf.spoken)
        element.spaced, element.variable = spaced, leaf.spoken_variable
        self._elements[id(leaf)] = element
        self.field(parent, leaf, 0)
        return element

    def once(self, parent: Element, role: str, leaf: Text, *others: Text) -> None:
        """Add the element of a leaf that repeats on pages; it is read only at its first place.

        ``others`` are leaves that say the same or a part of it: they count as read with it.
        """
        self._repeated[leaf] = parent.add(role), (leaf, *others)

    def picture(self, parent: Element, node: object, alt: str) -> None:
        """Add the picture of a node."""
        self._elements[id(node)] = parent.add("Figure", alt=alt)

    def mark_decorative(self, node: object) -> None:
        """Mark a leaf, or the picture of a node, as decoration: words beside it say the same."""
        self._decorative.add(id(node))

    def field(self, parent: Element, owner: object, index: int, label: str = "") -> None:
        """Store the element for an owner's form field, and a ``label`` in place of its own."""
        if self.fillable:
            self._fields[id(owner), index] = parent, label

    def say(self, parent: Element, owner: object, words: str) -> None:
        """Add words for what is only drawn, unless form fields have labels that say it."""
        if not self.fillable:
            self._spoken[id(owner)] = parent.add("Span", actual=words)

    # -- finding

    def of(self, node: object) -> Element | None:
        """Return the element of a leaf or of a node's picture; None if the document has none."""
        return self._elements.get(id(node))

    def of_repeated(self, leaf: Text) -> Element | None:
        """Return the element of a repeating leaf; only the first call finds it."""
        if leaf in self._read or leaf not in self._repeated:
            return None
        element, read = self._repeated[leaf]
        self._read.update(read)
        return element

    def is_decorative(self, node: object) -> bool:
        """Return whether a leaf, or the picture of a node, is decoration."""
        return id(node) in self._decorative

    def of_field(self, owner: object, index: int) -> tuple[Element, str] | None:
        """Return the element of an owner's form field, and its label; None if it has no field."""
        return self._fields.get((id(owner), index))

    def of_boxes(self, owner: object) -> Element | None:
        """Return the element of the words for an owner's boxes; only the first call finds it."""
        return self._spoken.pop(id(owner), None)


# -- the tree in a file

ROLES = {"Warning": "Sect", "ClinicianNote": "BlockQuote"}
"""Our own roles, each with the standard role that it maps to."""


_HEADINGS = {f"H{level}": level for level in range(1, 7)}

ShownElements = list[tuple[Element, list[Kid]]]
"""Elements in reading order, each with the kids that show something."""


class TreeWriter:
    """Writes one tree. The keys of its parent tree are pages by their number, then annotations.

    ``variables`` has, by name, the object with a value of the patient, and the value's words.
    """

    def __init__(self, file: PdfDocument, pages: Sequence[Ref], root: Element) -> None:
        self._file = file
        self._found: ShownElements = [(root, [])]
        _gather(root, self._found[0][1], self._found)
        self._top = file.reserve()
        self._refs = {id(element): file.reserve() for element, _ in self._found}
        # Each reference is written several times: by its parent, its kids and its marks.
        self._references = {key: encode(ref) for key, ref in self._refs.items()}
        self._pages = [encode(page) for page in pages]
        self.variables: dict[str, tuple[Ref, str]] = {}
        # Without a title on its pages, a handout starts with headings of a lower level: lift all.
        levels = (_HEADINGS.get(element.role) for element, _ in self._found)
        self._lift = next(filter(None, levels), 1) - 1

    def write(self, marks: Sequence[Sequence[Element]], annotations: Sequence[Element]) -> Ref:
        """Add tree and parent tree to the file.

        ``marks`` has the element of each mark, by page. ``annotations`` has the element of each
        annotation.
        """
        for element, kids in self._found:
            self._file.fill(self._refs[id(element)], Raw(self._dictionary(element, kids)))
        numbers: list[Value] = []
        for key, elements in enumerate(marks):
            numbers += [key, Raw(b"[%s]" % b" ".join(map(self._reference, elements)))]
        for key, element in enumerate(annotations, len(marks)):
            numbers += [key, Raw(self._reference(element))]
        root, _ = self._found[0]
        self._file.fill(
            self._top,
            {
                "Type": Name("StructTreeRoot"),
                "K": self._refs[id(root)],
                "ParentTree": self._file.add({"Nums": numbers}),
                "ParentTreeNextKey": len(marks) + len(annotations),
                "RoleMap": {role: Name(standard) for role, standard in ROLES.items()},
            },
        )
        return self._top

    def _reference(self, element: Element | None) -> bytes:
        """Return a reference to an element, for a group to the one it is in; None is the top."""
        return self._references[id(element.named)] if element else encode(self._top)

    # -- the dictionary of an element (14.7.2)

    def _dictionary(self, element: Element, kids: Sequence[Kid]) -> bytes:
        on = {kid.page for kid in kids if isinstance(kid, (MarkedContent, Annotation))}
        page = on.pop() if len(on) == 1 else None
        parts = [b"<</S/%s/P %s" % (self._role(element), self._reference(element.parent))]
        if page is not None:
            parts.append(b"/Pg " + self._pages[page])
        below = [self._kid(kid, page) for kid in kids]
        if below:
            parts.append(b"/K %s" % below[0] if len(below) == 1 else b"/K[%s]" % b" ".join(below))
        if element.alt:
            parts.append(b"/Alt" + text_string(element.alt))
        if element.variable:
            # The words are in another object, so that all patients share the element.
            said = self._said(element.variable, element.actual or "")
            parts.append(b"/ActualText " + encode(said))
        elif element.actual:
            parts.append(b"/ActualText" + text_string(element.actual))
        if element.lang:
            parts.append(b"/Lang" + text_string(element.lang))
        return b"".join(parts) + _attributes(element) + b">>"

    def _role(self, element: Element) -> bytes:
        level = _HEADINGS.get(element.role)
        return (f"H{max(1, level - self._lift)}" if level else element.role).encode()

    def _kid(self, kid: Kid, page: int | None) -> bytes:
        """Return a kid of an element; ``page`` is set if all marks of the element are on it."""
        if isinstance(kid, Element):
            return self._reference(kid)
        if isinstance(kid, MarkedContent) and page is not None:
            return b"%d" % kid.number
        on = b"" if page is not None else b"/Pg " + self._pages[kid.page]
        if isinstance(kid, Annotation):
            return b"<</Type/OBJR%s/Obj %s>>" % (on, encode(kid.ref))
        return b"<</Type/MCR%s/MCID %d>>" % (on, kid.number)

    def _said(self, name: str, words: str) -> Ref:
        """Return the object with a value of the patient."""
        if name not in self.variables:
            self.variables[name] = (self._file.reserve(), words)
        return self.variables[name][0]


def _attributes(element: Element) -> bytes:
    if not element.attributes and element.box is None:
        return b""
    owners = [
        encode({"O": Name(owner), **values})
        for owner, values in element.attributes.items()
        if values
    ]
    if element.box is not None:
        corners = " ".join(number(corner, 2) for corner in element.box)
        owners.append(b"<</O /Layout/Placement /Block/BBox [%s]>>" % corners.encode("ascii"))
    if not owners:
        return b""
    return b"/A" + (owners[0] if len(owners) == 1 else b"[%s]" % b" ".join(owners))


def _gather(element: Element, shown: list[Kid], found: ShownElements) -> None:
    """Find the kids below an element that are on a page or stay even if empty.

    Groups are dissolved: their kids belong to the element around the group.
    """
    for kid in element.kids:
        if not isinstance(kid, Element):
            shown.append(kid)
        elif not kid.role:
            _gather(kid, shown, found)
        else:
            below: list[Kid] = []
            found.append((kid, below))
            _gather(kid, below, found)
            if below or kid.keep:
                shown.append(kid)
            else:
                found.pop()
