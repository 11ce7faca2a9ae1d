"""Hold the structure elements of a document, and find those of its leaves and pictures."""

from __future__ import annotations

from functools import cached_property

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

    ``actual`` is said in place of what is shown, ``alt`` describes what cannot be said.
    ``variable`` names ``actual`` where it is the patient's own. ``box`` is where it stands on its
    page, if that is to be told: left, bottom, right, top.
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

    def widen(self, box: tuple[float, float, float, float]) -> None:
        """Let its bounds hold a box as well: left, bottom, right, top."""
        if self.box is not None:
            known = self.box
            (left, low), (right, high) = map(min, known[:2], box[:2]), map(max, known[2:], box[2:])
            box = left, low, right, high
        self.box = box

    def follows(self, other: Element) -> bool:
        """Whether it comes next after another in the same element, so that they share a mark."""
        if self.role or other.role or self.parent is not other.parent or self.parent is None:
            return False
        kids = self.parent.kids
        after = kids.index(other) + 1
        return after < len(kids) and kids[after] is self


Kid = Element | MarkedContent | Annotation


class Tree:
    """A structure tree, in which drawing finds the element of each leaf, picture and field.

    Nodes of the document are found by identity: two equal leaves are two places.
    """

    def __init__(self, blank: str, *, fillable: bool) -> None:
        self.blank, self.fillable = blank, fillable
        self.root = Element("Document")
        self.section_ends: list[Element] = []
        """For each section of the document, the element of blocks that are added at its end."""
        self._elements: dict[int, Element] = {}
        self._repeated: dict[Text, Element] = {}
        self._shorter: dict[Text, Text] = {}
        self._held: dict[Text, list[Text]] = {}
        self._decorative: set[int] = set()
        self._fields: dict[tuple[int, int], tuple[Element, str]] = {}
        self._spoken: dict[int, Element] = {}

    # -- building

    def block(self, parent: Element, role: str, *leaves: Text | None) -> Element:
        """Add an element that says some leaves one after the other; empty ones are left out."""
        element = parent.add(role)
        said = [leaf for leaf in leaves if leaf is not None and leaf.runs]
        for leaf in said:
            self.leaf(element, leaf, spaced=leaf is not said[-1])
        return element

    def leaf(self, parent: Element, leaf: Text, *, spaced: bool = False) -> Element:
        """Add a leaf to an element; what is ``spoken`` is read out in place of what is printed."""
        role = "Link" if leaf.link else "Span" if leaf.spoken else ""
        element = parent.add(role, actual=leaf.spoken)
        element.spaced, element.variable = spaced, leaf.spoken_variable
        self._elements[id(leaf)] = element
        self.field(parent, leaf, 0)
        return element

    def once(self, parent: Element, role: str, leaf: Text | None) -> None:
        """Add the element of a leaf that repeats on pages: it is read where it first stands."""
        if leaf is not None:
            self._repeated[leaf] = parent.add(role)

    def shorten(self, leaf: Text, shorter: Text) -> None:
        """Let who has heard a leaf have heard a shorter one, which stands for it on other pages."""
        self._shorter[leaf] = shorter

    def picture(self, parent: Element, node: object, alt: str) -> None:
        """Add the picture of a node."""
        self._elements[id(node)] = parent.add("Figure", alt=alt)

    def mark_decorative(self, node: object) -> None:
        """Let a leaf, or the picture of a node, be decoration: words beside it say the same."""
        self._decorative.add(id(node))

    def field(self, parent: Element, owner: object, index: int, label: str = "") -> None:
        """Note where the form field of an owner goes, and its ``label`` if it has another."""
        if self.fillable:
            self._fields[id(owner), index] = parent, label

    def say(self, parent: Element, owner: object, words: str) -> None:
        """Add words for what is only drawn, unless form fields will speak for themselves."""
        if not self.fillable:
            self._spoken[id(owner)] = parent.add("Span", actual=words)

    # -- finding

    def of(self, node: object) -> Element | None:
        """The element of a leaf, or of a node's picture; None for what is not in the document."""
        return self._elements.get(id(node))

    def repeated(self, leaf: Text) -> list[Text]:
        """The repeating leaves that a text of head or foot is made of, the longest first."""
        if leaf not in self._held:
            one = leaf in self._repeated
            found = [leaf] if one else [each for each in self._shared if _holds(leaf, each)]
            shorter = [self._shorter[each] for each in found if each in self._shorter]
            self._held[leaf] = found + shorter
        return self._held[leaf]

    @cached_property
    def _shared(self) -> list[Text]:
        """The repeating leaves, the longest first."""
        return sorted(self._repeated, key=lambda each: -len(each.plain))

    def of_repeated(self, leaf: Text, known: set[Text]) -> Element | None:
        """The element of a text that repeats on pages: of the longest leaf in it not yet known."""
        held = (each for each in self.repeated(leaf) if each not in known)
        return self._repeated.get(next(held, leaf))

    def is_decorative(self, node: object) -> bool:
        """Whether a leaf, or the picture of a node, only decorates."""
        return id(node) in self._decorative

    def of_field(self, owner: object, index: int) -> tuple[Element, str] | None:
        """Where the form field of an owner goes, and its label; None where nothing is filled in."""
        return self._fields.get((id(owner), index))

    def of_boxes(self, owner: object) -> Element | None:
        """The element of the words for an owner's boxes; each is found once."""
        return self._spoken.pop(id(owner), None)


def _holds(leaf: Text, part: Text) -> bool:
    """Whether a text is made of a leaf and others.

    One that names the patient is known by its runs, for somebody may have a name that is part of
    other words; a name alone is never part of a text.
    """
    if not part.personal:
        return part.plain in leaf.plain
    count = len(part.runs)
    starts = range(len(leaf.runs) - count + 1) if count > 1 else ()
    return any(leaf.runs[start : start + count] == part.runs for start in starts)
