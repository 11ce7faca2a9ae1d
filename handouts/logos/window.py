"""How large a drawing is, and how a viewBox fits a window (SVG 1.1, 7.7 and 7.8)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from handouts.logos import geometry
from handouts.logos.geometry import IDENTITY, length
from handouts.logos.model import Box, Matrix, Unfit
from handouts.logos.xml import Element

SIZE_HINT = "give <svg> a viewBox, or a width and a height"
_ALIGN = re.compile(r"(?:defer\s+)?x(Min|Mid|Max)Y(Min|Mid|Max)(?:\s+(meet|slice))?")
_SHARES = {"Min": 0.0, "Mid": 0.5, "Max": 1.0}


def canvas(root: Element, said: Mapping[str, str]) -> tuple[float, float, Matrix]:
    """Width and height of the drawing in its own units, and the matrix of its viewBox.

    Raises:
        Unfit: if the drawing has no size, or numbers that cannot be read.
    """
    try:
        box = view_box(root)
        width, height = _given(said, "width"), _given(said, "height")
        if box is not None:
            ratio = box[2] / box[3]
            if width is None:
                width = box[2] if height is None else height * ratio
            if height is None:
                height = width / ratio
        if width is None or height is None:
            raise Unfit("the SVG does not say how large it is", root.line, SIZE_HINT)
        if not (width > 0 and height > 0):
            raise Unfit("the SVG has no size", root.line, SIZE_HINT)
        return width, height, fitted(root, (width, height))
    except ValueError as error:
        raise Unfit(str(error), root.line, SIZE_HINT) from None


def _given(said: Mapping[str, str], side: str) -> float | None:
    """A side of the drawing; None if it follows from the other or from the viewBox."""
    text = said.get(side, "auto").strip().lower()
    return None if text in ("auto", "") or text.endswith("%") else length(text)


def view_box(element: Element) -> Box | None:
    """Left, top, width, height of a viewBox."""
    text = element.attributes.get("viewBox")
    if text is None:
        return None
    left, top, *size = geometry.numbers(text) + [0.0] * 4
    parts = text.replace(",", " ").split()
    if len(parts) != 4 or size[0] <= 0 or size[1] <= 0:
        raise ValueError(f'the viewBox "{text[:40]}" is not four numbers with a size')
    return left, top, size[0], size[1]


def fitted(element: Element, size: tuple[float, float]) -> Matrix:
    """The matrix that brings a viewBox into a window of a size (SVG 1.1, 7.8)."""
    box = view_box(element)
    if box is None:
        return IDENTITY
    left, top, wide, high = box
    across, down = size[0] / wide, size[1] / high
    text = element.attributes.get("preserveAspectRatio", "xMidYMid").strip()
    if text.split()[:1] == ["none"]:
        return (across, 0, 0, down, -left * across, -top * down)
    found = _ALIGN.fullmatch(text)
    if not found:
        raise ValueError(f'preserveAspectRatio "{text[:40]}" cannot be read')
    scale = max(across, down) if found[3] == "slice" else min(across, down)
    x = (size[0] - wide * scale) * _SHARES[found[1]]
    y = (size[1] - high * scale) * _SHARES[found[2]]
    return (scale, 0, 0, scale, x - left * scale, y - top * scale)


def side_of(text: str, whole: float) -> float:
    """A width or height; ``auto`` is the whole."""
    return whole if text.lower() in ("auto", "") else length(text, whole)
