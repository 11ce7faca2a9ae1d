"""Turn the bytes of a YAML file into a SourceFile: strictly, with the place of every key and value.

YAML 1.2 scalars (``no`` and ``1:30`` are text, ``010`` is ten), no duplicate keys, no tags, one
document, bounded depth and size even with aliases written out. The parser is PyYAML's; its
resolver and constructor follow YAML 1.1 and are not used.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import yaml

from handouts.errors import ContentError, Location, Problem
from handouts.load.source import MappingEntry, Node, Scalar, SourceFile, decoded, make_node

LIMIT_BYTES = 1024 * 1024
LIMIT_NODES = 50_000
LIMIT_DEPTH = 40

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER_STARTS = frozenset("+-.0123456789")
# YAML 1.2.2, core schema (section 10.3.2); more than 18 digits stay text, as does infinity.
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_OCTAL = re.compile(r"0o([0-7]{1,18})")
_HEX = re.compile(r"0x([0-9a-fA-F]{1,15})")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


def parse(data: bytes, file: str, *, private: bool = False) -> SourceFile:
    """Return the mapping in a YAML file; ``file`` is its name in messages.

    ``private``: it may contain patient text, which messages do not quote.

    Raises:
        ContentError: for anything that is not strict YAML, with all duplicate keys at once.
    """
    composer = _Composer(decoded(data, file), file, private=private)
    return SourceFile(file, composer.compose(), frozenset(composer.commented))


class _Composer:
    """A builder of the tree from parser events; it keeps anchors, and problems that it finds."""

    def __init__(self, text: str, file: str, *, private: bool) -> None:
        self.text, self.file, self.private = text, file, private
        self.anchors: dict[str, Node | None] = {}
        self.problems: list[Problem] = []
        self.commented: list[Location] = []
        self.events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=_LOADER))

    def compose(self) -> Node:
        try:
            root = self._document()
        except yaml.YAMLError as error:
            raise ContentError(syntax_problem(error, self.text, self.file)) from None
        if self.problems:
            raise ContentError(self.problems)
        return root

    def _document(self) -> Node:
        start = next(event for event in self.events if not _opens(event))
        empty = isinstance(start, yaml.StreamEndEvent)
        root = None if empty else self._node(start, 1)
        if root is None or root.content is None:
            hint = "start from a complete example: handouts new"
            raise self._error("the file is empty", Location(self.file), hint)
        after = next(event for event in self.events if not isinstance(event, yaml.DocumentEndEvent))
        if not isinstance(after, yaml.StreamEndEvent):
            hint = "a file is one document: remove the --- and everything after it"
            raise self._error("a second document starts here", self._place(after), hint)
        if not isinstance(root.content, dict):
            what = "a list" if isinstance(root.content, tuple) else "plain text"
            message = f"the file must contain keys and values, not {what}"
            raise self._error(message, root.location, 'start with a line such as "schema: 1"')
        return root

    def _node(self, event: yaml.Event, depth: int) -> Node:
        place = self._place(event)
        if isinstance(event, yaml.AliasEvent):
            node = self._alias(event, place)
        else:
            anchor = getattr(event, "anchor", None)
            if anchor:
                self.anchors[anchor] = None
            if getattr(event, "tag", None):
                hint = "remove it, or put text that starts with ! in quotes"
                raise self._error("tags (a word after !) are not allowed here", place, hint)
            if depth > LIMIT_DEPTH:
                raise self._error(_TOO_DEEP, place, _FLATTER)
            node = self._value(event, place, depth)
            if anchor:
                self.anchors[anchor] = node
        if depth + node.depth - 1 > LIMIT_DEPTH:
            raise self._error(_TOO_DEEP, place, _FLATTER)
        if node.size > LIMIT_NODES:
            message = f"more than {LIMIT_NODES} values, with aliases written out"
            raise self._error(message, place, _WRITE_OUT)
        return node

    def _value(self, event: yaml.Event, place: Location, depth: int) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            if not event.value and not event.style:
                self._empty(place)
            return Node(place, event.value if event.style else _resolve(event.value), 1, 1)
        if isinstance(event, yaml.SequenceStartEvent):
            return make_node(place, tuple(self._items(depth)))
        return make_node(place, self._entries(depth))

    def _items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _entries(self, depth: int) -> dict[str, MappingEntry]:
        entries: dict[str, MappingEntry] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            place = self._place(event)
            if not isinstance(event, yaml.ScalarEvent):
                hint = "put text that starts with { or [ in quotes"
                raise self._error("a key must be plain text", place, hint)
            node = self._node(next(self.events), depth + 1)
            if event.value in entries:
                named = "a key" if self.private else f'"{event.value}"'
                first = entries[event.value].location.line
                message = f"{named} is given twice, first on line {first}"
                self.problems.append(Problem(message, place, "keep one of the two"))
            else:
                entries[event.value] = MappingEntry(place, node)
        return entries

    def _alias(self, event: yaml.AliasEvent, place: Location) -> Node:
        if event.anchor not in self.anchors:
            hint = "put text that starts with * in quotes"
            raise self._error("an alias (a word after *) without its anchor", place, hint)
        node = self.anchors[event.anchor]
        if node is None:
            raise self._error("an alias is inside its own anchor", place, _WRITE_OUT)
        return node

    def _empty(self, place: Location) -> None:
        """Record a value that is empty because a comment is in its place."""
        rest = _line(self.text, place.line)[place.column - 1 :].lstrip()
        if rest.startswith("#") and not rest.startswith("# "):
            self.commented.append(place)

    def _place(self, event: yaml.Event) -> Location:
        return _marked(self.file, event.start_mark)

    def _error(self, message: str, place: Location, hint: str) -> ContentError:
        return ContentError([*self.problems, Problem(message, place, hint)])


_TOO_DEEP = f"nested more than {LIMIT_DEPTH} levels deep"
_FLATTER = "use fewer levels: no content needs that many"
_WRITE_OUT = "write the values out where they belong, without & and *"


def _opens(event: yaml.Event) -> bool:
    return isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent)


def _resolve(text: str) -> Scalar:
    """Return the meaning of an unquoted scalar in the core schema of YAML 1.2."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    if _INT.fullmatch(text):
        return int(text)
    for pattern, base in ((_OCTAL, 8), (_HEX, 16)):
        if match := pattern.fullmatch(text):
            return int(match[1], base)
    if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
        # Beyond 18 digits an integer would lose some of them as a float.
        return number if not text.lstrip("+-").isdigit() else text
    return text


_TAB_INDENT = re.compile(r"^ *\t[ \t]*\S")
_SPECIAL_START = re.compile(r"""(?:^|[:\-])\s+([{\[*&!%@`|>])""")


def syntax_problem(error: yaml.YAMLError, text: str, file: str) -> Problem:
    """Return what a parser error means for the person who wrote the file."""
    mark = getattr(error, "problem_mark", None)
    if tab := _tab(text, file, mark.line + 1 if mark else 0):
        hint = "YAML indents with spaces: replace each tab by two spaces"
        return Problem("a tab is used to indent", tab, hint)
    here = _marked(file, mark)
    opened = _marked(file, getattr(error, "context_mark", None) or mark)
    reason = str(getattr(error, "problem", "") or "")
    context = str(getattr(error, "context", "") or "")
    if "quoted scalar" in context:
        return Problem("a quote is not closed", opened, "close it, or double a ' in it")
    if "flow" in context:
        hint = "close it with ] or }, or put text that starts with [ or { in quotes"
        unclosed = Problem("a [ or { is not closed", opened, hint)
        return Problem(_TOO_DEEP, here, _FLATTER) if "nesting" in reason else unclosed
    if special := _SPECIAL_START.search(_line(text, here.line)):
        hint = f"put text that starts with {special[1]} in quotes"
        return Problem("this line is not YAML", here, hint)
    if "mapping values" in reason:
        hint = (
            'put text that contains ": " in quotes; keys of one mapping must start in the same '
            "column"
        )
        return Problem("a second key on this line, or wrong indentation", here, hint)
    hint = 'check the indentation, the "- " of lists and the ": " after keys, up to this line'
    return Problem("this line is not YAML", here, hint)


def _line(text: str, number: int) -> str:
    """Return one line of a text, counted from 1; empty beyond its end."""
    return "".join(text.splitlines()[number - 1 : number])


def _marked(file: str, mark: Any) -> Location:
    return Location(file, mark.line + 1, mark.column + 1) if mark else Location(file)


def _tab(text: str, file: str, last: int) -> Location | None:
    for number, line in enumerate(text.splitlines()[:last], 1):
        if _TAB_INDENT.match(line):
            return Location(file, number, line.index("\t") + 1)
    return None
