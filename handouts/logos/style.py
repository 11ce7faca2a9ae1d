"""Turn attributes, style sheets and style= of an SVG into properties of elements (CSS 2.1, 6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import tinycss2
from msgspec import Struct
from tinycss2 import color4

from handouts.logos import Unfit
from handouts.logos.coordinates import length
from handouts.logos.xml import INHERITED, OWN, SvgElement, unseen

_A_LETTER = 100
"""Units of work for reading a letter of a style, which takes ten microseconds."""

_LONGEST = 2000
"""The most letters in a value."""

_PLAIN = {"clip", "filter", "mask", "mix-blend-mode", "vector-effect"}
"""Properties that are refused unless they have their initial value."""


class _Rule(Struct, frozen=True):
    """Declarations for elements of a ``tag``, ``id`` and classes; each of these may be empty."""

    tag: str
    id: str
    classes: frozenset[str]
    weight: tuple[int, int, int]
    declarations: tuple[tuple[str, str, bool], ...]

    def matches(self, element: SvgElement, classes: frozenset[str]) -> bool:
        attributes = element.attributes
        return (
            self.tag in ("", element.tag)
            and (not self.id or attributes.get("id") == self.id)
            and self.classes <= classes
        )


class Styles:
    """The style sheets of a drawing. ``spend`` is called with units of work, and may raise.

    Raises:
        Unfit: for a rule that is more than tags, classes and ids.
    """

    def __init__(self, elements: Iterable[SvgElement], spend: Callable[[int], None]) -> None:
        self._spend = spend
        self._known: dict[str, tuple[tuple[str, str, bool], ...]] = {}
        self._rules: dict[str, list[tuple[int, _Rule]]] = defaultdict(list)
        sheets = [each for each in elements if each.tag == "style"]
        for sheet in sheets:
            spend(_A_LETTER * len(sheet.text))
        rules = [rule for sheet in sheets for rule in _sheet(sheet)]
        for place, rule in enumerate(rules):
            # Rules are found by one of their parts, so that thousands of elements and rules stay
            # quick.
            key = rule.tag
            if rule.id or rule.classes:
                key = f"#{rule.id}" if rule.id else f".{min(rule.classes)}"
            self._rules[key].append((place, rule))

    def of(self, element: SvgElement) -> dict[str, str]:
        """Return the properties that are declared for an element.

        Raises:
            Unfit: for an unknown property.
        """
        attributes = element.attributes
        declared = {
            name: ((False, (-1,), 0), value.strip())
            for name, value in attributes.items()
            if name in INHERITED or name in OWN
        }
        classes = frozenset(attributes.get("class", "").split())
        own_id = attributes.get("id", "")
        keys = ["", element.tag, f"#{own_id}", *(f".{name}" for name in classes)]
        found = [each for key in keys for each in self._rules.get(key, ())]
        self._spend(sum(map(len, attributes.values())) + 10 * len(found))
        for place, rule in found:
            self._spend(10 * len(rule.declarations))
            if rule.matches(element, classes):
                for name, value, important in rule.declarations:
                    _say(declared, name, value, (important, rule.weight, place))
        for name, value, important in self._declared(attributes.get("style", ""), element.line):
            _say(declared, name, value, (important, (9**9,), 0))
        return {name: value for name, (_, value) in declared.items()}

    def _declared(self, style: str, line: int) -> tuple[tuple[str, str, bool], ...]:
        if style not in self._known:
            self._spend(_A_LETTER * len(style))
            self._known[style] = tuple(_declarations(style, line))
        return self._known[style]


def _say(declared: dict[str, Any], name: str, value: str, rank: tuple[Any, ...]) -> None:
    if name not in declared or declared[name][0] <= rank:
        declared[name] = (rank, value)


def _sheet(element: SvgElement) -> Iterator[_Rule]:
    kind = element.attributes.get("type", "text/css").strip().lower()
    if kind not in ("", "text/css"):
        raise Unfit(f'the SVG has a style sheet of type "{kind[:40]}"', element.line)
    if element.attributes.get("media", "all").strip().lower() not in ("", "all"):
        raise Unfit("the SVG has a style sheet for some media only", element.line)
    for rule in tinycss2.parse_stylesheet(element.text, skip_comments=True, skip_whitespace=True):
        if rule.type == "at-rule":
            if rule.lower_at_keyword == "charset":
                continue
            raise Unfit(f"the style sheet has @{rule.lower_at_keyword[:40]}", element.line)
        if rule.type != "qualified-rule":
            raise Unfit("the style sheet cannot be read", element.line)
        declarations = tuple(_declarations(rule.content, element.line))
        for selector in _parted(rule.prelude):
            yield _rule(selector, declarations, element.line)


def _parted(tokens: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the selectors of a list, without the space around them."""
    selector: list[Any] = []
    for token in tokens:
        if token == ",":  # noqa: S105 - a piece of a style sheet
            yield selector
            selector = []
        elif token.type != "comment" and (selector or token.type != "whitespace"):
            selector.append(token)
    yield selector


def _rule(selector: list[Any], declarations: tuple[tuple[str, str, bool], ...], line: int) -> _Rule:
    shown = tinycss2.serialize(selector).strip()[:60]
    while selector and selector[-1].type == "whitespace":
        selector.pop()
    tag, ids, classes = "", [], []
    parts = iter(selector)
    for index, token in enumerate(parts):
        following = next(parts, None) if token == "." else None  # noqa: S105 - as above
        if index == 0 and token.type == "ident":
            tag = token.value
        elif token.type == "hash":
            ids.append(token.value)
        elif following is not None and following.type == "ident":
            classes.append(following.value)
        elif index or token != "*":  # noqa: S105 - as above
            raise Unfit(
                f'the style rule "{shown}" is more than tags, classes and ids',
                line,
                'save it as "plain SVG", or with presentation attributes in place of style sheets',
            )
    if not selector or len(set(ids)) > 1:
        raise Unfit(f'the style rule "{shown}" cannot be read', line)
    weight = (len(ids), len(classes), int(bool(tag)))
    return _Rule(tag, ids[0] if ids else "", frozenset(classes), weight, declarations)


def _declarations(content: Any, line: int) -> Iterator[tuple[str, str, bool]]:
    """Yield names, values and importance.

    Raises:
        Unfit: for an unknown property.
    """
    parse = tinycss2.parse_blocks_contents
    for item in parse(content, skip_comments=True, skip_whitespace=True):
        if item.type != "declaration":
            raise Unfit("a style cannot be read", line)
        value = tinycss2.serialize(item.value).strip()
        name = item.lower_name
        if name == "marker":
            for place in ("start", "mid", "end"):
                yield f"marker-{place}", value, item.important
        elif name in INHERITED or name in OWN:
            yield name, value, item.important
        elif not unseen(name):
            raise Unfit(f'the style "{name[:40]}" cannot be drawn', line)


def computed(declared: Mapping[str, str], parent: Mapping[str, str], line: int) -> dict[str, str]:
    """Return every property of an element.

    Raises:
        Unfit: for a keyword, variable or effect that cannot be drawn.
    """
    style = {**parent, **OWN}
    for name, value in declared.items():
        if len(value) > _LONGEST:
            raise Unfit(f"{name} has more than {_LONGEST:,} letters", line)
        lower = value.lower()
        if lower in ("inherit", "unset") and name in INHERITED:
            continue
        if lower in ("initial", "unset"):
            style[name] = INHERITED.get(name) or OWN[name]
        elif lower in ("inherit", "revert", "revert-layer") or "var(" in lower:
            raise Unfit(f'{name} "{value[:40]}" cannot be drawn', line)
        elif name == "color" and lower == "currentcolor":
            continue
        else:
            style[name] = value
    if style["display"].lower() == "none":
        return style
    for name in _PLAIN:
        if style[name].lower() not in ("", OWN[name]):
            raise Unfit(f'the effect {name} "{style[name][:40]}" cannot be drawn', line)
    return style


def colour(text: str) -> tuple[str, float]:
    """Return ``#rrggbb`` and alpha of a colour in sRGB.

    Raises:
        ValueError: if it cannot be read.
    """
    parsed = color4.parse_color(text) if len(text) < 200 else None
    if parsed is None or isinstance(parsed, str):
        raise ValueError(f'the colour "{text[:40]}" cannot be read')
    try:
        shade = parsed.to("srgb")
    except NotImplementedError:
        raise ValueError(f'the colour "{text[:40]}" is not in sRGB') from None
    parts = [min(255, max(0, round((part or 0) * 255))) for part in shade.coordinates]
    return "#" + "".join(f"{part:02x}" for part in parts), float(shade.alpha)


def share(text: str) -> float:
    """Return an opacity from 0 to 1.

    Raises:
        ValueError: for a value that cannot be read.
    """
    return min(1.0, max(0.0, length(text, 1.0)))


def keyword(style: Mapping[str, str], name: str, *known: str) -> str:
    """Return the value of a property in small letters.

    Raises:
        ValueError: if it is not one of the ``known`` values.
    """
    value = style[name].lower()
    if value not in known:
        raise ValueError(f'{name} "{value[:40]}" cannot be drawn')
    return value
