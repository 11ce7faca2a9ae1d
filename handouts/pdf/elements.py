"""Hold the structure elements of a document; find those of its leaves and pictures."""

from __future__ import annotations

from msgspec import Struct, field

from handouts.compose.runs import Text
from handouts.pdf.objects import Ref, Value


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
