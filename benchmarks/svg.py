"""Pictures as plain data (see `pictures`) → SVG."""

from __future__ import annotations

from typing import Any

Picture = dict[str, Any]
"""``width``, ``height``, ``alt`` and ``paths``; y downward from the top left corner."""


def svg(drawing: Picture) -> str:
    """Return a picture as an SVG file."""
    wide, high = drawing["width"], drawing["height"]
    shapes = "".join(map(_shape, drawing["paths"]))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" '
        f'viewBox="0 0 {wide} {high}">{shapes}</svg>'
    )


def _shape(path: dict[str, Any]) -> str:
    data = "".join(kind + " ".join(map(str, numbers)) for kind, *numbers in path["d"])
    look = f'fill="{path["fill"] or "none"}"'
    if path["even_odd"]:
        look += ' fill-rule="evenodd"'
    if path["stroke"]:
        look += f' stroke="{path["stroke"]}" stroke-width="{path["width"]}"'
        if path["dash"]:
            look += f' stroke-dasharray="{",".join(map(str, path["dash"]))}"'
        if path["round"]:
            look += ' stroke-linecap="round" stroke-linejoin="round"'
    return f'<path d="{data}" {look}/>'
