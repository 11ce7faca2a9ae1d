"""The bytes of an SVG → a tree of its elements; whatever is active or outside is refused."""

from __future__ import annotations

import re
from typing import Final, NoReturn
from xml.parsers import expat

from handouts.logos.model import Unfit

MOST_ELEMENTS: Final = 20_000
DEEPEST: Final = 60
"""Elements inside one another; an outlined logo has about ten."""

_SVG = "http://www.w3.org/2000/svg"
_XHTML = "http://www.w3.org/1999/xhtml"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"
_ACTIVE = {"script", "foreignObject", "iframe", "handler", "listener"}
_ANIMATED = {"animate", "animateColor", "animateMotion", "animateTransform", "set", "discard"}
_REFERENCE = re.compile(r"@import|url\((?!\s*['\"]?#)", re.IGNORECASE)


class Element:
    """An element of the SVG namespace; others are never drawn, and left out."""

    __slots__ = ("attributes", "children", "line", "tag", "text")

    def __init__(self, tag: str, attributes: dict[str, str], line: int) -> None:
        self.tag, self.attributes, self.line = tag, attributes, line
        self.children: list[Element] = []
        self.text = ""


def read_tree(data: bytes) -> Element:
    """Return the root of an SVG file.

    Raises:
        Unfit: if it is none, is too large, or holds a document type with entities, a script,
            an animation, or a reference outside itself.
    """
    builder = _Builder()
    try:
        builder.parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        line = error.lineno if isinstance(error, expat.ExpatError) and builder.root else 0
        raise Unfit("not an SVG, PNG or JPEG picture", line) from None
    if builder.root is None:
        raise Unfit("not an SVG, PNG or JPEG picture")
    return builder.root


class _Builder:
    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element | None] = []
        self._count = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.SkippedEntityHandler = self._entity
        self.parser.ProcessingInstructionHandler = self._instruction
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _refuse(self, message: str, hint: str = "") -> NoReturn:
        raise Unfit(message, self.parser.CurrentLineNumber, hint)

    def _doctype(self, _name: str, _system: str | None, _public: str | None, internal: int) -> None:
        if internal:
            self._refuse("the SVG has a DOCTYPE with entities", 'save it as "plain SVG"')

    def _entity(self, _name: str, _parameter: int) -> NoReturn:
        self._refuse("the SVG has an entity that it does not explain", 'save it as "plain SVG"')

    def _instruction(self, target: str, _data: str) -> None:
        if target == "xml-stylesheet":
            self._refuse("the SVG has a style sheet outside itself")

    def _start(self, tag: str, given: dict[str, str]) -> None:
        namespace, _space, name = tag.rpartition(" ")
        if self.root is None and (namespace, name) != (_SVG, "svg"):
            raise Unfit("not an SVG, PNG or JPEG picture")
        self._count += 1
        if self._count > MOST_ELEMENTS:
            self._refuse(f"the SVG has more than {MOST_ELEMENTS:,} elements")
        if len(self._open) == DEEPEST:
            self._refuse(f"the SVG has more than {DEEPEST} elements inside one another")
        if name in _ACTIVE or namespace == _XHTML:
            self._refuse(f"the SVG has a <{name}> element")
        if namespace == _SVG and name in _ANIMATED:
            self._refuse(f"the SVG moves (<{name}>)")
        attributes = dict(self._attributes(given))
        if namespace != _SVG or (self._open and self._open[-1] is None):
            self._open.append(None)
            return
        element = Element(name, attributes, self.parser.CurrentLineNumber)
        if self.root is None:
            self.root = element
        elif (parent := self._open[-1]) is not None:
            parent.children.append(element)
        self._open.append(element)

    def _attributes(self, given: dict[str, str]) -> list[tuple[str, str]]:
        """The attributes that SVG knows, those of other namespaces left out."""
        known: dict[str, str] = {}
        for key, value in given.items():
            namespace, _space, name = key.rpartition(" ")
            if not namespace and name.lower().startswith("on"):
                self._refuse(f'the SVG has a script in "{name}"')
            if name.lower() in ("href", "src") and not value.strip().startswith("#"):
                self._refuse("the SVG refers to something outside itself")
            if _REFERENCE.search(value):
                self._refuse("the SVG refers to something outside itself")
            if not namespace:
                known[name] = value
            elif namespace == _XLINK and name == "href":
                known.setdefault("href", value)
        return list(known.items())

    def _end(self, _tag: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        if _REFERENCE.search(text):
            self._refuse("the SVG refers to something outside itself")
        element = self._open[-1] if self._open else None
        if element is not None and element.tag == "style":
            element.text += text
