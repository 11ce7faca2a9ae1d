"""Draw small signs from shapes: each takes its centre and half its size, in points."""

from __future__ import annotations

import math

from handouts.layout.sheet import Sheet


def stop(sheet: Sheet, x: float, y: float, half: float) -> None:
    """An octagon with a bar."""
    octagon(sheet, x, y, half)
    sheet.rect(x - half * 0.5, y - half * 0.13, half, half * 0.26, fill="white")


def octagon(sheet: Sheet, x: float, y: float, half: float) -> None:
    """The stop sign's shape, filled with the safety colour."""
    corners = [
        (x + half * 1.06 * math.cos(angle), y + half * 1.06 * math.sin(angle))
        for angle in (math.radians(22.5 + 45 * corner) for corner in range(8))
    ]
    sheet.polygon(corners, fill="safety")


def warning(sheet: Sheet, x: float, y: float, half: float) -> None:
    """A triangle with an exclamation mark."""
    corners = (
        (x, y - half * 0.95),
        (x + half * 1.05, y + half * 0.82),
        (x - half * 1.05, y + half * 0.82),
    )
    sheet.polygon(corners, fill="white", stroke="text", line=half * 0.24)
    sheet.line(x, y - half * 0.3, x, y + half * 0.22, "text", half * 0.26, round_ends=True)
    sheet.circle(x, y + half * 0.55, half * 0.15, fill="text")


def phone(sheet: Sheet, x: float, y: float, half: float, colour: str = "text") -> None:
    """A telephone."""
    sheet.rect(
        x - half * 0.58,
        y - half,
        half * 1.16,
        half * 2,
        fill="white",
        stroke=colour,
        line=half * 0.22,
        radius=half * 0.25,
    )
    low = y + half * 0.66
    sheet.line(x - half * 0.2, low, x + half * 0.2, low, colour, half * 0.2, round_ends=True)


def clock(sheet: Sheet, x: float, y: float, half: float) -> None:
    """A clock face: clocks go round the same way everywhere."""
    with sheet.upright(x, 0):
        sheet.circle(x, y, half * 0.95, fill="white", stroke="label", line=half * 0.2)
        sheet.line(x, y, x, y - half * 0.55, "label", half * 0.2, round_ends=True)
        sheet.line(x, y, x + half * 0.4, y + half * 0.2, "label", half * 0.2, round_ends=True)


def scissors(sheet: Sheet, x: float, y: float, half: float, *, down: bool = False) -> None:
    """Scissors that cut to the right, or downward."""

    def turn(along: float, across: float) -> tuple[float, float]:
        dx, dy = (-across, along) if down else (along, across)
        return x + dx * half, y + dy * half

    for side in (-1, 1):
        centre = turn(-0.62, 0.36 * side)
        sheet.circle(*centre, half * 0.27, stroke="label", line=half * 0.16)
        start, end = turn(-0.4, 0.2 * side), turn(1.0, -0.42 * side)
        sheet.line(*start, *end, "label", half * 0.16, round_ends=True)
