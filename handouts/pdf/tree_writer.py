"""Turn structure elements into the structure tree of a tagged PDF (ISO 32000-1, 14.7, 14.8)."""

from __future__ import annotations

from collections.abc import Sequence

from handouts.pdf.elements import Annotation, Element, Kid, MarkedContent
from handouts.pdf.objects import Name, Raw, Ref, Value, encode, number, text_string
from handouts.pdf.pdf_document import PdfDocument

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
