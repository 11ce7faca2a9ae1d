"""Turn the bytes of an SVG into a tree of elements, and refuse those that cannot be drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NoReturn
from xml.parsers import expat

from handouts.logos import Unfit

MOST_ELEMENTS: Final = 20_000
DEEPEST: Final = 60
"""Elements inside one another; an outlined logo has about ten."""

_SVG = "http://www.w3.org/2000/svg"
_XHTML = "http://www.w3.org/1999/xhtml"
_XLINK = "http://www.w3.org/1999/xlink"
_ACTIVE = {"script", "foreignObject", "iframe", "handler", "listener"}
_ANIMATED = {"animate", "animateColor", "animateMotion", "animateTransform", "set", "discard"}
_REFERENCE = re.compile(r"@import|url\((?!\s*['\"]?#)", re.IGNORECASE)


class SvgElement:
    """An element of the SVG namespace; others are never drawn and are left out."""

    __slots__ = ("attributes", "children", "line", "tag", "text")

    def __init__(self, tag: str, attributes: dict[str, str], line: int) -> None:
        self.tag, self.attributes, self.line = tag, attributes, line
        self.children: list[SvgElement] = []
        self.text = ""


def read_tree(data: bytes) -> SvgElement:
    """Return the root of an SVG file.

    Raises:
        Unfit: if it is not an SVG, is too large, or contains a document type with entities, a
            script, an animation, or a reference outside itself.
    """
    builder = _TreeBuilder()
    try:
        builder.parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        line = error.lineno if isinstance(error, expat.ExpatError) and builder.root else 0
        raise Unfit("not an SVG, PNG or JPEG picture", line) from None
    if builder.root is None:
        raise Unfit("not an SVG, PNG or JPEG picture")
    return builder.root


def all_elements(root: SvgElement) -> Iterator[SvgElement]:
    """Yield an element and all elements below it, in the order of the file."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        yield element
        waiting.extend(reversed(element.children))


class _TreeBuilder:
    def __init__(self) -> None:
        self.root: SvgElement | None = None
        self._open: list[SvgElement | None] = []
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
        self._refuse("the SVG has an entity that it does not define", 'save it as "plain SVG"')

    def _instruction(self, target: str, _data: str) -> None:
        if target == "xml-stylesheet":
            self._refuse("the SVG has an external style sheet")

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
            self._refuse(f"the SVG is animated (<{name}>)")
        attributes = self._attributes(given)
        if namespace != _SVG or (self._open and self._open[-1] is None):
            self._open.append(None)
            return
        element = SvgElement(name, attributes, self.parser.CurrentLineNumber)
        if self.root is None:
            self.root = element
        elif (parent := self._open[-1]) is not None:
            parent.children.append(element)
        self._open.append(element)

    def _attributes(self, given: dict[str, str]) -> dict[str, str]:
        """Return the attributes that SVG knows, without those of other namespaces."""
        known: dict[str, str] = {}
        for key, value in given.items():
            namespace, _space, name = key.rpartition(" ")
            if not namespace and name.lower().startswith("on"):
                self._refuse(f'the SVG has a script in "{name}"')
            if name.lower() in ("href", "src") and not value.strip().startswith("#"):
                self._refuse("the SVG refers to something external")
            if _REFERENCE.search(value):
                self._refuse("the SVG refers to something external")
            if not namespace:
                known[name] = value
            elif namespace == _XLINK and name == "href":
                known.setdefault("href", value)
        return known

    def _end(self, _tag: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        if _REFERENCE.search(text):
            self._refuse("the SVG refers to something external")
        element = self._open[-1] if self._open else None
        if element is not None and element.tag == "style":
            element.text += text


INHERITED: Mapping[str, str] = {
    "clip-rule": "nonzero",
    "color": "black",
    "fill": "black",
    "fill-opacity": "1",
    "fill-rule": "nonzero",
    "marker-end": "none",
    "marker-mid": "none",
    "marker-start": "none",
    "paint-order": "normal",
    "stroke": "none",
    "stroke-dasharray": "none",
    "stroke-dashoffset": "0",
    "stroke-linecap": "butt",
    "stroke-linejoin": "miter",
    "stroke-miterlimit": "4",
    "stroke-opacity": "1",
    "stroke-width": "1",
    "visibility": "visible",
}
"""Properties that children inherit, with their initial values."""

OWN: Mapping[str, str] = {
    "clip": "auto",
    "clip-path": "none",
    "display": "inline",
    "filter": "none",
    "height": "auto",
    "mask": "none",
    "mix-blend-mode": "normal",
    "opacity": "1",
    "overflow": "hidden",
    "transform": "none",
    "vector-effect": "none",
    "width": "auto",
}
"""Properties that are not inherited."""

# These affect only text, links, colours inside gradients and filters, or a browser's behaviour.
_UNSEEN_PROPERTIES = frozenset(
    """
    alignment-baseline baseline-shift block-progression color-interpolation
    color-interpolation-filters color-profile color-rendering cursor direction dominant-baseline
    enable-background flood-color flood-opacity font font-family font-feature-settings font-kerning
    font-size font-size-adjust font-stretch font-style font-variant font-variant-alternates
    font-variant-caps font-variant-east-asian font-variant-ligatures font-variant-numeric
    font-variant-position font-variation-settings font-weight glyph-orientation-horizontal
    glyph-orientation-vertical image-rendering inline-size isolation kerning letter-spacing
    lighting-color line-height max-height max-width min-height min-width pointer-events
    shape-inside shape-margin shape-padding shape-rendering shape-subtract solid-color
    solid-opacity stop-color stop-opacity text-align text-anchor text-decoration
    text-decoration-color text-decoration-line text-decoration-style text-indent text-orientation
    text-overflow text-rendering text-transform unicode-bidi user-select white-space will-change
    word-spacing writing-mode
    """.split()  # noqa: SIM905 - a list of words reads best as one string
)
UNSEEN = frozenset(
    """
    title desc metadata style defs symbol clipPath linearGradient radialGradient pattern filter
    mask marker view cursor font font-face color-profile hatch mesh meshgradient solidcolor
    solidColor
    """.split()  # noqa: SIM905 - a list of words reads best as one string
)
"""Elements that are not drawn in their own place. References to them are refused, except clips."""

GROUPS = frozenset({"g", "a", "svg", "symbol"})
SHAPES: Mapping[str, frozenset[str]] = {
    "path": frozenset({"d"}),
    "rect": frozenset({"x", "y", "rx", "ry"}),
    "circle": frozenset({"cx", "cy", "r"}),
    "ellipse": frozenset({"cx", "cy", "rx", "ry"}),
    "line": frozenset({"x1", "y1", "x2", "y2"}),
    "polyline": frozenset({"points"}),
    "polygon": frozenset({"points"}),
}
"""Shapes, and the attributes that only they have."""

_VIEW = frozenset({"x", "y", "viewBox", "preserveAspectRatio"})
_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    **SHAPES,
    "svg": _VIEW
    | {"version", "baseProfile", "zoomAndPan", "contentScriptType", "contentStyleType"},
    "symbol": _VIEW,
    "use": frozenset({"x", "y", "href"}),
    "a": frozenset({"href", "target", "rel", "download", "type"}),
    "clipPath": frozenset({"clipPathUnits"}),
}
_ANYWHERE = frozenset(
    """
    id class style lang role tabindex focusable nonce pathLength requiredFeatures
    externalResourcesRequired
    """.split()  # noqa: SIM905 - as above
)
_NAMES = {"image": "an embedded picture", "text": "text", "tspan": "text", "textPath": "text"}
_HINTS = {"text": "convert the text to paths (outlines), then save it again"}


def check_element(element: SvgElement) -> None:
    """Refuse an element that cannot be drawn, or that has such an attribute.

    Raises:
        Unfit: with its name.
    """
    tag = element.tag
    if tag not in GROUPS and tag not in SHAPES and tag not in _ATTRIBUTES:
        name = _NAMES.get(tag, f"<{tag[:40]}>")
        raise Unfit(
            f"the SVG has {name}, which cannot be drawn", element.line, _HINTS.get(name, "")
        )
    own = _ATTRIBUTES.get(tag, frozenset())
    for name in element.attributes:
        if name in own or name in _ANYWHERE or is_property(name):
            continue
        if not name.startswith(("aria-", "data-", "xmlns")):
            raise Unfit(
                f'<{tag}> has an attribute "{name[:40]}", which cannot be drawn', element.line
            )


def unseen(name: str) -> bool:
    """Return whether a property has no effect on shapes in plain colours."""
    return name in _UNSEEN_PROPERTIES or name.startswith(("--", "-inkscape-"))


def is_property(name: str) -> bool:
    """Return whether an attribute is a property: drawn, refused by its value, or invisible."""
    return name in INHERITED or name in OWN or name in _UNSEEN_PROPERTIES
