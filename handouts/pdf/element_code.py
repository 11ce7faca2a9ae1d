"""A structure element and the numbers of objects → its dictionary (ISO 32000-1, 14.7.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from handouts.pdf.elements import HEADINGS, Annotation, Element, GraftKid, Kid, Mark
from handouts.pdf.objects import Name, encode, text_string

Box = tuple[float, float, float, float]


class Numbers(Protocol):
    """Gives references; they are asked for in the order in which they stand."""

    def parent(self, element: Element) -> bytes:
        """The number of an element's parent."""

    def element(self, element: Element) -> bytes:
        """The number of an element."""

    def grafted(self, kid: GraftKid) -> list[bytes]:
        """The numbers of a graft's elements."""

    def page(self, page: int) -> bytes:
        """The number of a page."""

    def mark(self, number: int) -> bytes:
        """The number of a mark on its page."""

    def said(self, name: str, words: str) -> bytes:
        """The number of the object that holds words of the patient's own."""

    def box(self, box: Box) -> bytes:
        """The corners of a box."""

    def literal(self, code: bytes) -> bytes:
        """What stands as it is."""


def element_code(element: Element, kids: Sequence[Kid], lift: int, numbers: Numbers) -> bytes:
    """Return the dictionary of an element; headings are lifted by some levels."""
    pages = {kid.page for kid in kids if isinstance(kid, (Mark, Annotation))}
    page = pages.pop() if len(pages) == 1 else None
    parts = [b"<</S/%s" % _role(element.role, lift), b"/P %s 0 R" % numbers.parent(element)]
    if page is not None:
        parts.append(b"/Pg %s 0 R" % numbers.page(page))
    shown = _kids(kids, numbers, on_one_page=page is not None)
    if shown:
        parts.append(b"/K %s" % shown[0] if len(shown) == 1 else b"/K[%s]" % b" ".join(shown))
    if element.alt:
        parts.append(b"/Alt" + numbers.literal(text_string(element.alt)))
    if element.own:
        # What another patient hears there is another object: the element is the same for all.
        parts.append(b"/ActualText %s 0 R" % numbers.said(element.own, element.actual or ""))
    elif element.actual:
        parts.append(b"/ActualText" + numbers.literal(text_string(element.actual)))
    if element.lang:
        parts.append(b"/Lang" + text_string(element.lang))
    if element.attributes or element.box is not None:
        parts.append(_attributes(element, numbers))
    return b"".join(parts) + b">>"


def _role(role: str, lift: int) -> bytes:
    level = HEADINGS.get(role)
    return (f"H{max(1, level - lift)}" if level else role).encode()


def _kids(kids: Sequence[Kid], numbers: Numbers, *, on_one_page: bool) -> list[bytes]:
    found: list[bytes] = []
    for kid in kids:
        if isinstance(kid, Element):
            found.append(b"%s 0 R" % numbers.element(kid))
        elif isinstance(kid, GraftKid):
            found += [b"%s 0 R" % number for number in numbers.grafted(kid)]
        elif on_one_page and isinstance(kid, Mark):
            found.append(numbers.mark(kid.number))
        else:
            page = b"" if on_one_page else b"/Pg %s 0 R" % numbers.page(kid.page)
            found.append(_apart(kid, numbers, page))
    return found


def _apart(kid: Mark | Annotation, numbers: Numbers, page: bytes) -> bytes:
    """A kid that needs a dictionary of its own."""
    if isinstance(kid, Annotation):
        return b"<</Type/OBJR%s/Obj %d 0 R>>" % (page, kid.ref.number)
    return b"<</Type/MCR%s/MCID %s>>" % (page, numbers.mark(kid.number))


def _attributes(element: Element, numbers: Numbers) -> bytes:
    owners = [
        numbers.literal(encode({"O": Name(owner), **values}))
        for owner, values in element.attributes.items()
        if values
    ]
    if element.box is not None:
        box = numbers.box(element.box)
        owners.append(b"<</O /Layout/Placement /Block/BBox [%s]>>" % box)
    if not owners:
        return b""
    return b"/A" + (owners[0] if len(owners) == 1 else b"[%s]" % b" ".join(owners))
