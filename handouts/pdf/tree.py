"""Leaves, pictures and places to write → the structure element each of them belongs to."""

from __future__ import annotations

from functools import cached_property

from handouts.compose.text import Text
from handouts.pdf.elements import Element


class Tree:
    """A structure tree with the doors by which drawing finds its elements.

    Nodes of the document are found by identity: two equal leaves are two places.
    """

    def __init__(self, blank: str, *, fillable: bool) -> None:
        self.blank, self.fillable = blank, fillable
        self.root = Element("Document")
        self._leaves: dict[int, Element] = {}
        self._repeated: dict[Text, Element] = {}
        self._held: dict[Text, list[Text]] = {}
        self._pictures: dict[int, Element] = {}
        self._fields: dict[tuple[int, int], tuple[Element, str]] = {}
        self._spoken: dict[int, Element] = {}

    # -- building

    def block(self, parent: Element, role: str, *leaves: Text | None) -> Element:
        """Add an element that says some leaves one after the other; empty ones are left out."""
        element = parent.add(role)
        said = [leaf for leaf in leaves if leaf is not None and leaf.runs]
        for leaf in said:
            self._leaves[id(leaf)] = self.leaf(element, leaf, spaced=leaf is not said[-1])
        return element

    def leaf(self, parent: Element, leaf: Text, *, spaced: bool = False) -> Element:
        """Add a leaf to an element and let drawing find it; what is spoken replaces the print."""
        role = "Link" if leaf.link else "Span" if leaf.spoken else ""
        element = parent.add(role, actual=leaf.spoken)
        element.spaced = spaced
        self._leaves[id(leaf)] = element
        self.field(parent, leaf, 0)
        return element

    def once(self, parent: Element, role: str, leaf: Text | None) -> None:
        """Add a leaf that repeats on pages: where it first stands it is read."""
        if leaf is not None:
            self._repeated[leaf] = parent.add(role)

    def picture(self, parent: Element, node: object, alt: str) -> None:
        """Add the picture of a node."""
        self._pictures[id(node)] = parent.add("Figure", alt=alt)

    def field(self, parent: Element, owner: object, index: int, label: str = "") -> None:
        """Say where the form field of an owner goes, and what belongs there if that says more."""
        if self.fillable:
            self._fields[id(owner), index] = parent, label

    def say(self, parent: Element, owner: object, words: str) -> None:
        """Add words for what is only drawn, unless form fields will speak for themselves."""
        if not self.fillable:
            self._spoken[id(owner)] = parent.add("Span", actual=words)

    # -- finding

    def of_leaf(self, leaf: Text) -> Element | None:
        """The element of a leaf, None for a leaf that is not in the document."""
        return self._leaves.get(id(leaf))

    def repeated(self, leaf: Text) -> list[Text]:
        """The repeating leaves that a text of head or foot is made of, the longest first."""
        if leaf in self._repeated:
            return [leaf]
        if leaf not in self._held:
            words = leaf.plain
            self._held[leaf] = [each for plain, each in self._shared if plain in words]
        return self._held[leaf]

    @cached_property
    def _shared(self) -> list[tuple[str, Text]]:
        """The repeating leaves with their characters, the longest first.

        Without the patient's own: somebody may have a name that is part of other words.
        """
        shared = [(each.plain, each) for each in self._repeated if not each.personal]
        return sorted(shared, key=lambda found: -len(found[0]))

    def of_repeated(self, leaf: Text, known: set[Text]) -> Element | None:
        """The element of a text that repeats on pages: of the longest leaf in it not yet known."""
        held = (each for each in self.repeated(leaf) if each not in known)
        return self._repeated.get(next(held, leaf))

    def of_picture(self, node: object) -> Element | None:
        """The element of a node's picture."""
        return self._pictures.get(id(node))

    def of_field(self, owner: object, index: int) -> tuple[Element, str] | None:
        """Where the form field of an owner goes, and its label; None where nothing is filled in."""
        return self._fields.get((id(owner), index))

    def of_boxes(self, owner: object) -> Element | None:
        """The element of the words for an owner's boxes; each is found once."""
        return self._spoken.pop(id(owner), None)
