"""Words and measures → the blocks that every peer understands, as plain data for JSON.

A block is a dict with its kind in ``k``:

    text     runs, size, leading (points), color (role), align, level (of a heading, else 0)
    table    widths, rows of cells of blocks, pad (above and below a row), rule (a role, or none)
    box      fill, stroke (roles, or none), pad, body (blocks)
    picture  id, width, height
    badge    runs, size, square, filled: a number in a disc or a square
    space    height
    lines    count, step: lines for the pen
    grid     the tracking grid, see `content`

A run is ``[before, key, after, bold]``: ``key`` names the patient's words that stand in between.
"""

from __future__ import annotations

from typing import Any

Block = dict[str, Any]
Run = list[Any]

BODY_WIDTH = 526.0
"""Between the side margins of the page, in points."""


def text(
    runs: list[Run],
    size: float,
    leading: float,
    *,
    color: str = "text",
    align: str = "left",
    level: int = 0,
) -> Block:
    """Return a paragraph or, with a ``level``, a heading."""
    return {
        "k": "text", "runs": runs, "size": size, "leading": leading, "color": color,
        "align": align, "level": level,
    }  # fmt: skip


def table(
    widths: list[float],
    rows: list[list[list[Block]]],
    *,
    pad: float = 0.0,
    rule: str | None = None,
) -> Block:
    """Return rows of cells; ``rule`` draws a line below each row."""
    return {"k": "table", "widths": widths, "rows": rows, "pad": pad, "rule": rule}


def box(
    body: list[Block], *, fill: str | None = None, stroke: str | None = None, pad: float = 6.0
) -> Block:
    """Return a frame round blocks."""
    return {"k": "box", "fill": fill, "stroke": stroke, "pad": pad, "body": body}


def shown(name: str, width: float, height: float) -> Block:
    """Return the place of a picture."""
    return {"k": "picture", "id": name, "width": round(width, 2), "height": round(height, 2)}


def badge(runs: list[Run], size: float, *, square: bool = False, filled: bool = True) -> Block:
    """Return a number in a disc or square of ``size`` points."""
    return {"k": "badge", "runs": runs, "size": size, "square": square, "filled": filled}


def space(height: float) -> Block:
    """Return an empty space."""
    return {"k": "space", "height": height}


def lines(count: int, step: float) -> Block:
    """Return lines for the pen, ``step`` points apart."""
    return {"k": "lines", "count": count, "step": step}


def spread(left: list[Block], right: list[Block], width: float, share: float = 0.7) -> Block:
    """Return two cells beside each other, the left one with ``share`` of the width."""
    first = round(width * share, 2)
    return table([first, width - first], [[left, right]])
