"""Turn an SVG into its paths; anything visible that cannot be drawn exactly is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from handouts.logos import (
    SIDE,
    Clip,
    LogoPath,
    Matrix,
    Unfit,
    VectorLogo,
    clipped_runs,
    coordinates,
)
from handouts.logos.coordinates import canvas, fitted, is_flat, length, product, side_of, view_box
from handouts.logos.fill_stroke import check_seen, clip_of, faded, painted, united
from handouts.logos.paths import outline
from handouts.logos.style import Styles, computed, keyword, share
from handouts.logos.xml import (
    DEEPEST,
    INHERITED,
    MOST_ELEMENTS,
    SHAPES,
    UNSEEN,
    SvgElement,
    all_elements,
    check_element,
    read_tree,
)

MOST_PIECES: Final = 50_000
"""The most lines and curves in a whole drawing, with the repetitions of <use>."""

_MOST_WORK = 20_000_000
"""The most letters read and rules looked at; a large logo takes a tenth."""

_LONGEST = 50
_SIMPLER = "simplify it, or save it as a PNG at least 1200 pixels wide"
_REFERENCE = re.compile(r"""url\(\s*['"]?#([^'")]+)['"]?\s*\)""")


class _Place(Struct, frozen=True):
    """The context of an element: inherited style, matrix, clips, and 100% of a length."""

    style: Mapping[str, str]
    matrix: Matrix
    view: tuple[float, float]
    clips: tuple[Clip, ...] = ()
    using: tuple[int, ...] = ()
    depth: int = 0


def read_svg(data: bytes) -> VectorLogo:
    """Return the drawing in an SVG file.

    Raises:
        Unfit: for anything visible that cannot be drawn exactly.
    """
    root = read_tree(data)
    try:
        return _Reader(root).logo()
    except ValueError as error:
        raise Unfit(str(error), root.line) from None
    except (ArithmeticError, RecursionError):
        raise Unfit("the numbers of the SVG are too large") from None


class _Reader:
    def __init__(self, root: SvgElement) -> None:
        self._root = root
        everything = list(all_elements(root))
        self._ids: dict[str, SvgElement] = {}
        for element in everything:
            self._ids.setdefault(element.attributes.get("id", ""), element)
        self._elements = self._pieces = self._work = 0
        self._styles = Styles(everything, self._spend)

    def logo(self) -> VectorLogo:
        root = self._root
        declared = self._styles.of(root)
        width, height, view = canvas(root, declared)
        if max(width, height) > _LONGEST * min(width, height):
            raise Unfit(f"the SVG is more than {_LONGEST} times as long as it is wide", root.line)
        scale = SIDE / max(width, height)
        matrix = product((scale, 0, 0, scale, 0, 0), view)
        if declared.pop("transform", "none") != "none":
            raise Unfit("the SVG has a transform of the whole", root.line)
        check_element(root)
        style = computed(declared, INHERITED, root.line)
        inner = view_box(root) or (0.0, 0.0, width, height)
        start = _Place(style, matrix, (inner[2], inner[3]))
        start = replace(start, clips=self._clips(root, style, start))
        drawn = [] if style["display"].lower() == "none" else self._grouped(root, start)
        for clips, _ in clipped_runs(drawn):
            self._count(sum(len(clip.commands) for clip in clips))
        logo = VectorLogo(width * scale, height * scale, tuple(drawn))
        check_seen(logo)
        return logo

    def _spend(self, work: int) -> None:
        self._work += work
        if self._work > _MOST_WORK:
            raise Unfit("the SVG repeats too much", hint=_SIMPLER)

    # -- elements

    def _element(self, element: SvgElement, place: _Place) -> list[LogoPath]:
        """Return the paths of an element; ``place`` is that of its parent."""
        self._count_element(element)
        if place.depth > DEEPEST:
            raise Unfit(f"more than {DEEPEST} elements are nested inside one another", element.line)
        if element.tag in UNSEEN:
            return []
        try:
            here = self._inside_of(element, place)
            if here is None:
                return []
            here = replace(here, clips=place.clips + self._clips(element, here.style, here))
            return [] if is_flat(here.matrix) else self._drawn(element, here)
        except ValueError as error:
            raise Unfit(str(error), element.line) from None
        except Unfit as error:
            error.line = error.line or element.line
            raise

    def _inside_of(self, element: SvgElement, place: _Place) -> _Place | None:
        """Return the place of an element's content, None if it shows nothing."""
        declared = self._styles.of(element)
        # A symbol is shown when it is used, whatever its own display property says.
        if declared.get("display", "").lower() == "none" and element.tag != "symbol":
            return None
        check_element(element)
        style = computed(declared, place.style, element.line)
        matrix = product(place.matrix, coordinates.transform(style["transform"]))
        return replace(place, style=style, matrix=matrix, depth=place.depth + 1)

    def _drawn(self, element: SvgElement, here: _Place) -> list[LogoPath]:
        if element.tag in SHAPES:
            return self._shape(element, here)
        if element.tag == "use":
            return self._used(element, here)
        if element.tag in ("svg", "symbol"):
            return self._viewed(element, here, {})
        return self._grouped(element, here)

    def _grouped(self, element: SvgElement, here: _Place) -> list[LogoPath]:
        """Return the paths inside an element, with the element's opacity."""
        drawn = [path for child in element.children for path in self._element(child, here)]
        return faded(drawn, share(here.style["opacity"]), element.line)

    def _used(self, element: SvgElement, here: _Place) -> list[LogoPath]:
        target, style = self._referred(element, here), here.style
        inner = replace(_moved(element, here), using=(*here.using, id(target)))
        if target.tag in ("svg", "symbol"):
            self._count_element(target)
            placed = self._inside_of(target, inner)
            if placed is None:
                return []
            placed = replace(placed, clips=placed.clips + self._clips(target, placed.style, placed))
            sizes = {side: style[side] for side in ("width", "height") if style[side] != "auto"}
            drawn = self._viewed(target, placed, sizes)
        else:
            drawn = self._element(target, inner)
        return faded(drawn, share(style["opacity"]), element.line)

    def _referred(self, element: SvgElement, here: _Place) -> SvgElement:
        href = element.attributes.get("href", "").strip()
        target = self._ids.get(href[1:]) if len(href) > 1 else None
        if target is None:
            raise Unfit(f'<use> refers to "{href[:40]}", which is not there', element.line)
        if id(target) in here.using or target is self._root:
            raise Unfit(f'<use> of "{href[:40]}" is inside what it shows', element.line)
        return target

    def _viewed(
        self, element: SvgElement, here: _Place, sizes: Mapping[str, str]
    ) -> list[LogoPath]:
        """Return the paths of a nested drawing, which is a window onto its content."""
        style = here.style
        wide, high = (
            side_of(sizes.get(side) or style[side], whole)
            for side, whole in zip(("width", "height"), here.view, strict=True)
        )
        if wide <= 0 or high <= 0:
            return []
        moved, clips = _moved(element, here), here.clips
        overflow = keyword(style, "overflow", "hidden", "scroll", "visible", "auto")
        if overflow in ("hidden", "scroll"):
            window = coordinates.moved(coordinates.rectangle((0, 0, wide, high)), moved.matrix)
            clips = (*clips, clip_of(window, even_odd=False))
        matrix = product(moved.matrix, fitted(element, (wide, high)))
        box = view_box(element)
        view = (box[2], box[3]) if box else (wide, high)
        return self._grouped(element, replace(here, matrix=matrix, clips=clips, view=view))

    # -- shapes

    def _shape(self, element: SvgElement, here: _Place) -> list[LogoPath]:
        for child in element.children:
            if child.tag not in UNSEEN:
                raise Unfit(f"<{child.tag[:40]}> in a shape cannot be drawn", child.line)
        if _is_hidden(here.style):
            return []
        commands = outline(element, here.view, here.style, self._count)
        drawn = painted(commands, here.style, here.matrix, here.clips, here.view)
        if any(path.dash for path in drawn) and "pathLength" in element.attributes:
            raise Unfit("dashes along a pathLength cannot be drawn", element.line)
        return faded(drawn, share(here.style["opacity"]), element.line)

    def _count(self, pieces: int) -> None:
        self._pieces += pieces
        if self._pieces > MOST_PIECES:
            raise Unfit(f"the SVG draws more than {MOST_PIECES:,} lines and curves", hint=_SIMPLER)

    def _count_element(self, element: SvgElement) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise Unfit(f"the SVG draws more than {MOST_ELEMENTS:,} elements", element.line)

    # -- clips

    def _clips(
        self, element: SvgElement, style: Mapping[str, str], here: _Place
    ) -> tuple[Clip, ...]:
        text = style["clip-path"]
        if text.lower() in ("", "none"):
            return ()
        found = _REFERENCE.fullmatch(text)
        target = self._ids.get(found[1].strip()) if found else None
        if target is None or target.tag != "clipPath":
            raise Unfit(f'the clip-path "{text[:40]}" cannot be drawn', element.line)
        if id(target) in here.using:
            raise Unfit("a clip-path is clipped by itself", target.line)
        check_element(target)
        units = target.attributes.get("clipPathUnits", "userSpaceOnUse")
        if units != "userSpaceOnUse":
            raise Unfit(f'a clip-path in "{units[:40]}" cannot be drawn', target.line)
        declared = computed(self._styles.of(target), dict(INHERITED), target.line)
        matrix = product(here.matrix, coordinates.transform(declared["transform"]))
        place = replace(
            here,
            style=declared,
            matrix=matrix,
            clips=(),
            using=(*here.using, id(target)),
            depth=here.depth + 1,
        )
        if place.depth > DEEPEST:
            raise Unfit("clip-paths are nested too deeply", target.line)
        around = self._clips(target, declared, place)
        clips = [clip for child in target.children for clip in self._clip_shape(child, place)]
        return (*around, *united(clips, target.line))

    def _clip_shape(self, element: SvgElement, place: _Place) -> list[Clip]:
        self._count_element(element)
        if element.tag in UNSEEN:
            return []
        if element.tag not in SHAPES and element.tag != "use":
            raise Unfit(f"<{element.tag[:40]}> in a clip-path cannot be drawn", element.line)
        here = self._inside_of(element, place)
        if here is None:
            return []
        if here.style["clip-path"].lower() not in ("", "none"):
            raise Unfit("a clip-path inside a clip-path cannot be drawn", element.line)
        if element.tag == "use":
            target = self._referred(element, here)
            if target.tag not in SHAPES:
                raise Unfit("<use> in a clip-path shows more than a shape", element.line)
            return self._clip_shape(target, _moved(element, here))
        if _is_hidden(here.style):
            return []
        commands = outline(element, here.view, here.style, self._count)
        even_odd = keyword(here.style, "clip-rule", "nonzero", "evenodd") == "evenodd"
        return [clip_of(coordinates.moved(commands, here.matrix), even_odd=even_odd)]


def _moved(element: SvgElement, here: _Place) -> _Place:
    """Return the place of an element's content, moved by its x and y."""
    attributes, (wide, high) = element.attributes, here.view
    x, y = length(attributes.get("x", "0"), wide), length(attributes.get("y", "0"), high)
    return replace(here, matrix=product(here.matrix, (1, 0, 0, 1, x, y)))


def _is_hidden(style: Mapping[str, str]) -> bool:
    """Return whether an element takes up its place but is invisible."""
    return keyword(style, "visibility", "visible", "hidden", "collapse") != "visible"
