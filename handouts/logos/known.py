"""What an SVG may hold: elements and attributes that are drawn, and those that change nothing."""

from __future__ import annotations

from collections.abc import Mapping

from handouts.logos.model import Unfit
from handouts.logos.style import is_property
from handouts.logos.xml import Element

UNSEEN = frozenset(
    """
    title desc metadata style defs symbol clipPath linearGradient radialGradient pattern filter
    mask marker view cursor font font-face color-profile hatch mesh meshgradient solidcolor
    solidColor
    """.split()  # noqa: SIM905 - a list of words reads best as one string
)
"""Elements that are not drawn where they stand. What refers to one is refused, but for clips."""

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
_OWN: Mapping[str, frozenset[str]] = {
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


def check_element(element: Element) -> None:
    """Refuse an element that cannot be drawn, or that has an attribute which cannot.

    Raises:
        Unfit: with its name.
    """
    tag = element.tag
    if tag not in GROUPS and tag not in SHAPES and tag not in _OWN:
        name = _NAMES.get(tag, f"<{tag[:40]}>")
        raise Unfit(
            f"the SVG has {name}, which cannot be drawn", element.line, _HINTS.get(name, "")
        )
    own = _OWN.get(tag, frozenset())
    for name in element.attributes:
        if name in own or name in _ANYWHERE or is_property(name):
            continue
        if not name.startswith(("aria-", "data-", "xmlns")):
            raise Unfit(
                f'<{tag}> has an attribute "{name[:40]}", which cannot be drawn', element.line
            )
