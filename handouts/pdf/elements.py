"""Structure elements: what a handout says by meaning, and where it is shown."""

from __future__ import annotations

from msgspec import Struct, field

from handouts.pdf.objects import Ref, Value

HEADINGS = {f"H{level}": level for level in range(1, 7)}


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
    names ``actual`` where it is the patient's own. ``box`` is where it stands on its page, if
    that is to be told: left, bottom, right, top.
    ``attributes`` by their owner, such as Table or List. ``keep``: stays though it is empty, as
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
    box: tuple[float, float, float, float] | None = None
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


Kid = Element | Mark | Annotation
Shown = list[tuple[Element, list[Kid]]]
"""Elements in reading order, each with those of its kids that show something."""


def shown(element: Element) -> Shown:
    """Return an element and all below it that is on a page, or stays though it is empty.

    Groups are opened: what they hold belongs to what they stand in.
    """
    found: Shown = [(element, [])]
    for kid in element.kids:
        _gather(kid, found[0][1], found)
    return found


def _gather(kid: Kid, kids: list[Kid], found: Shown) -> None:
    if not isinstance(kid, Element):
        kids.append(kid)
        return
    if not kid.role:
        for each in kid.kids:
            _gather(each, kids, found)
        return
    below: list[Kid] = []
    found.append((kid, below))
    for each in kid.kids:
        _gather(each, below, found)
    if below or kid.keep:
        kids.append(kid)
    else:
        found.pop()


def first_heading(found: Shown) -> int:
    """Return the level of the first heading, 0 without any."""
    kids_of = {id(element): kids for element, kids in found}

    def level(kid: Kid) -> int:
        if not isinstance(kid, Element):
            return 0
        below = (level(each) for each in kids_of[id(kid)])
        return HEADINGS.get(kid.role) or next(filter(None, below), 0)

    return level(found[0][0]) if found else 0
