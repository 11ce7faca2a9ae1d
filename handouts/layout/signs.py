"""Draw signs, numbers, pictures and the logo on a page; lengths in points."""

from __future__ import annotations

import math

from handouts.compose.document import Letterhead
from handouts.compose.runs import Text
from handouts.layout.arrows import fitted
from handouts.layout.sheet import Sheet
from handouts.layout.theme import PictureFrame, Theme, bold
from handouts.logos import Photograph, VectorLogo
from handouts.text.setting import SetText

_EDGE = 0.5
"""The edge of a shape filled with the brand's colour (points)."""


# -- signs: the arguments are the centre and half the size


def stop(sheet: Sheet, x: float, y: float, half: float) -> None:
    """Draw an octagon with a bar."""
    octagon(sheet, x, y, half)
    sheet.rect(x - half * 0.5, y - half * 0.13, half, half * 0.26, fill="white")


def octagon(sheet: Sheet, x: float, y: float, half: float) -> None:
    """Draw the stop sign's shape, filled with the safety colour."""
    corners = [
        (x + half * 1.06 * math.cos(angle), y + half * 1.06 * math.sin(angle))
        for angle in (math.radians(22.5 + 45 * corner) for corner in range(8))
    ]
    sheet.polygon(corners, fill="safety")


def warning(sheet: Sheet, x: float, y: float, half: float) -> None:
    """Draw a triangle with an exclamation mark."""
    wide, low = half * 1.05, y + half * 0.82
    corners = ((x, y - half * 0.95), (x + wide, low), (x - wide, low))
    sheet.polygon(corners, fill="white", stroke="text", line=half * 0.24)
    sheet.line(x, y - half * 0.3, x, y + half * 0.22, "text", half * 0.26, round_ends=True)
    sheet.circle(x, y + half * 0.55, half * 0.15, fill="text")


def phone(sheet: Sheet, x: float, y: float, half: float) -> None:
    """Draw a telephone."""
    left, wide, line, round_by = x - half * 0.58, half * 1.16, half * 0.22, half * 0.25
    sheet.rect(
        left, y - half, wide, 2 * half, fill="white", stroke="sign", line=line, radius=round_by
    )
    low = y + half * 0.66
    sheet.line(x - half * 0.2, low, x + half * 0.2, low, "sign", half * 0.2, round_ends=True)


def clock(sheet: Sheet, x: float, y: float, half: float) -> None:
    """Draw a clock face, never mirrored: clocks turn the same way everywhere."""
    with sheet.upright(x, 0):
        sheet.circle(x, y, half * 0.95, fill="white", stroke="label", line=half * 0.2)
        sheet.line(x, y, x, y - half * 0.55, "label", half * 0.2, round_ends=True)
        sheet.line(x, y, x + half * 0.4, y + half * 0.2, "label", half * 0.2, round_ends=True)


def scissors(sheet: Sheet, x: float, y: float, half: float, *, down: bool = False) -> None:
    """Draw scissors that cut to the right, or downward."""

    def turn(along: float, across: float) -> tuple[float, float]:
        dx, dy = (-across, along) if down else (along, across)
        return x + dx * half, y + dy * half

    for side in (-1, 1):
        centre = turn(-0.62, 0.36 * side)
        sheet.circle(*centre, half * 0.27, stroke="label", line=half * 0.16)
        start, end = turn(-0.4, 0.2 * side), turn(1.0, -0.42 * side)
        sheet.line(*start, *end, "label", half * 0.16, round_ends=True)


# -- numbers and rules


def centred(sheet: Sheet, x: float, y: float, block: SetText, colour: str) -> None:
    """Draw one line with the middle of its digits and capitals at ``x, y``."""
    sheet.on_baseline(x, y + block.style.size * 0.335, block, colour, align="centre")


def tile(theme: Theme, sheet: Sheet, x: float, y: float, number: Text, side: float) -> None:
    """Draw an exercise's number in a filled rounded square of ``side`` points."""
    sheet.rect(x, y, side, side, fill="tile", stroke="fill-edge", line=1, radius=side * 0.2)
    style = bold(theme.type.steps, side * 0.68)
    centred(sheet, x + side / 2, y + side / 2, theme.setter.line(number, style), "on-tile")


def disc(theme: Theme, sheet: Sheet, x: float, y: float, number: Text, radius: float) -> None:
    """Draw a step's number in a filled circle around ``x, y``."""
    sheet.circle(x, y, radius - _EDGE / 2, fill="fill", stroke="fill-edge", line=_EDGE)
    style = bold(theme.type.steps, radius * 1.42)
    centred(sheet, x, y, theme.setter.line(number, style), "on-fill")


def brand_rule(sheet: Sheet, x: float, y: float, width: float, thick: float) -> None:
    """Draw a rule in the brand's colour, ``thick`` points high, with its middle at ``y``."""
    top, high = y - (thick - _EDGE) / 2, thick - _EDGE
    sheet.rect(x, top, width, high, fill="fill", stroke="fill-edge", line=_EDGE)


# -- the logo, and frames of pictures


def logo_size(theme: Theme, box: tuple[float, float]) -> tuple[float, float]:
    """Return width and height of the logo in a box, in points; 0 and 0 without a logo."""
    (width, height), logo = box, theme.logo
    if logo is None:
        return 0.0, 0.0
    scale = min(width / logo.width, height / logo.height)
    return logo.width * scale, logo.height * scale


def draw_logo(
    theme: Theme,
    sheet: Sheet,
    x: float,
    y: float,
    box: tuple[float, float],
    source: Letterhead | None = None,
) -> float:
    """Draw the logo in a box, left aligned; return its width (0 without a logo).

    ``source`` is the letterhead that it belongs to. Elsewhere it repeats and is decoration.
    """
    (wide, high), logo = logo_size(theme, box), theme.logo
    if logo is None:
        return 0.0
    y += (box[1] - high) / 2
    if isinstance(logo, VectorLogo):
        sheet.drawing(logo, x, y, wide / logo.width, source)
    else:
        sheet.bitmap(logo.data, (x, y, wide, high), source)
    return wide


def draw_frame(
    sheet: Sheet,
    box: tuple[float, float, float, float],
    frame: PictureFrame,
    source: object | None,
) -> None:
    """Draw a frame of a figure in the middle of a box (x, y, width, height), with legible arrows.

    ``source`` is the node of the document that it shows; without one it is decoration.
    """
    if isinstance(frame, Photograph):
        (x, y, width, height), (wide, high) = box, frame.size
        scale = min(width / wide, height / high)
        wide, high = wide * scale, high * scale
        middle = x + (width - wide) / 2, y + (height - high) / 2, wide, high
        sheet.photograph(frame, middle, source)
        return
    drawn = fitted(frame, box)
    with sheet.upright(box[0], box[2]):
        for part in (drawn.body, drawn.arrows):
            if part:
                sheet.drawing(part, drawn.x, drawn.y, drawn.scale, source)
