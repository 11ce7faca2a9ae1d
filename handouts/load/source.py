"""Turn the content of a YAML file into a tree in which every key and value has its place."""

from __future__ import annotations

import codecs
import re
from functools import cached_property
from typing import Any

from msgspec import Struct

from handouts.errors import ContentError, Location, Problem
from handouts.model.dosage import displaced
from handouts.model.shorthand import DoseError, parse_dose

Scalar = str | int | float | bool | None
Step = str | int
"""One step of a path into a tree: the key of a mapping or the index of a list, from 0."""
KeyPath = tuple[Step, ...]


class MappingEntry(Struct, frozen=True):
    """An entry of a mapping: the place of its key, and its value."""

    location: Location
    node: Node


class Node(Struct, frozen=True):
    """A value and where it starts. ``size`` counts all nodes, with aliases written out."""

    location: Location
    content: Scalar | tuple[Node, ...] | dict[str, MappingEntry]
    size: int
    depth: int

    def child(self, step: Step) -> Node | None:
        """Return the value under a key or index; None if there is none."""
        if isinstance(self.content, dict) and isinstance(step, str):
            entry = self.content.get(step)
            return entry.node if entry else None
        if isinstance(self.content, tuple) and isinstance(step, int):
            return self.content[step] if 0 <= step < len(self.content) else None
        return None

    def plain(self) -> Any:
        """Return the value as dicts, lists and scalars."""
        if isinstance(self.content, dict):
            return {key: entry.node.plain() for key, entry in self.content.items()}
        if isinstance(self.content, tuple):
            return [node.plain() for node in self.content]
        return self.content


def make_node(
    location: Location, content: Scalar | tuple[Node, ...] | dict[str, MappingEntry]
) -> Node:
    """Return a node with its size and depth counted."""
    children: tuple[Node, ...] = ()
    if isinstance(content, dict):
        children = tuple(entry.node for entry in content.values())
    elif isinstance(content, tuple):
        children = content
    size = 1 + sum(child.size for child in children)
    return Node(location, content, size, 1 + max((child.depth for child in children), default=0))


class SourceFile(Struct, frozen=True, dict=True):
    """A file's name (as printed) and its tree, whose root is a mapping.

    ``commented`` are the places where a value is empty because a comment follows its key.
    ``replaced`` are the values that the clinic's own values replace, by file and key. ``languages``
    are those of its texts: several, if it extends a file that is not translated.
    """

    file: str
    root: Node
    commented: frozenset[Location] = frozenset()
    replaced: dict[str, Any] = {}
    languages: frozenset[str] = frozenset()

    @cached_property
    def value(self) -> dict[str, Any]:
        """The whole file as dicts, lists and scalars."""
        plain: dict[str, Any] = self.root.plain()
        return plain

    @property
    def extends(self) -> str | None:
        """The id of the file that it extends; None if it extends none."""
        parent = self.get("extends")
        return parent if isinstance(parent, str) else None

    def get(self, *path: Step) -> Any:
        """Return the plain value at ``path``; None if there is none."""
        node = self._walk(path)[0]
        return None if node is None else node.plain()

    def has(self, *path: Step) -> bool:
        """Return whether the file states something at ``path``."""
        return self._walk(path)[0] is not None

    def location(self, *path: Step) -> Location:
        """Return the place of the value at ``path``, or else of its nearest parent."""
        return self._walk(path)[1].location

    def key_location(self, *path: Step) -> Location:
        """Return the place of the key at the end of ``path``; for a list item, of the item."""
        parent = self._walk(path[:-1])[0]
        if parent and isinstance(parent.content, dict) and path[-1] in parent.content:
            return parent.content[str(path[-1])].location
        return self.location(*path)

    def _walk(self, path: tuple[Step, ...]) -> tuple[Node | None, Node]:
        node = self.root
        for step in path:
            child = node.child(step)
            if child is None:
                return None, node
            node = child
        return node, node


def merge(base: Node, over: Node) -> Node:
    """Return ``over`` laid over ``base``: mappings merge key by key, everything else replaces.

    A dose is laid over another field by field, whatever form the two are written in.
    """
    if not (isinstance(base.content, dict) and isinstance(over.content, dict)):
        return over
    entries = dict(base.content)
    for key, entry in over.content.items():
        old = entries.get(key)
        node = entry.node
        if old and key == "dosage":
            node = _merged_doses(_dose(old.node), _dose(node))
        elif old:
            node = merge(old.node, node)
        entries[key] = MappingEntry(entry.location, node)
    return make_node(over.location, entries)


def with_key(root: Node, key: str, node: Node) -> Node:
    """Return a mapping with another value under a key; the key keeps its place."""
    entries = root.content if isinstance(root.content, dict) else {}
    place = entries[key].location if key in entries else node.location
    return make_node(root.location, {**entries, key: MappingEntry(place, node)})


def _merged_doses(base: Node, over: Node) -> Node:
    """Return a dose laid over another, as `Dosage.override` does with validated doses."""
    if not (isinstance(base.content, dict) and isinstance(over.content, dict)):
        return over
    kept = _without_stated(base.content, over)
    if "from_week" in kept:
        weeks = kept["from_week"].node
        later: dict[str, MappingEntry] = {}
        for week, entry in weeks.content.items() if isinstance(weeks.content, dict) else ():
            fields = _dose(entry.node).content
            if not isinstance(fields, dict):
                # It is wrong; validation will report it.
                later[week] = entry
            elif left := _without_stated(fields, over):
                later[week] = MappingEntry(entry.location, make_node(entry.location, left))
        kept["from_week"] = MappingEntry(
            kept["from_week"].location, make_node(weeks.location, later)
        )
    return make_node(over.location, {**kept, **over.content})


def _without_stated(dose: dict[str, MappingEntry], over: Node) -> dict[str, MappingEntry]:
    """Return the fields of a dose that another one neither states nor contradicts."""
    stated = over.plain()
    gone = displaced({key: entry.node.plain() for key, entry in dose.items()}, stated)
    return {key: entry for key, entry in dose.items() if key not in gone | stated.keys()}


def _dose(node: Node) -> Node:
    """Return a dose that is written as text as a mapping; any other node unchanged."""
    if not isinstance(node.content, str):
        return node
    try:
        fields = parse_dose(node.content)
    except DoseError:
        return node
    return node_of(node.location, fields)


def node_of(location: Location, value: Any) -> Node:
    """Return a value as a tree with one place for all of it; nodes in it keep their own."""
    if isinstance(value, Node):
        return value
    if isinstance(value, dict):
        nodes = {str(key): node_of(location, each) for key, each in value.items()}
        entries = {key: MappingEntry(node.location, node) for key, node in nodes.items()}
        return make_node(location, entries)
    if isinstance(value, list | tuple):
        return make_node(location, tuple(node_of(location, each) for each in value))
    return make_node(location, value)


# Characters that YAML 1.2 does not allow in a file (section 5.1).
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def decoded(data: bytes, file: str) -> str:
    """Return UTF-8 bytes as text, without a byte order mark.

    Raises:
        ContentError: if they are not UTF-8 or contain control characters, with the place.
    """
    # Decoding with utf-8-sig would report places of errors without counting the mark.
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        content = data.decode()
    except UnicodeDecodeError as error:
        before, message = data[: error.start].decode(), "the file is not UTF-8 text"
        hint = 'save it with the encoding "UTF-8"'
    else:
        match = _UNPRINTABLE.search(content)
        if match is None:
            return content
        before, message = content[: match.start()], f"control character U+{ord(match[0]):04X}"
        hint = "delete it and type the text again"
    place = Location(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
    raise ContentError(Problem(message, place, hint))
