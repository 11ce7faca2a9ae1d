"""Drawings of a laid-out handout → plain data, the same vectors for every peer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from benchmarks.svg import Picture
from handouts.figures.vector import Path, Vector
from handouts.layout.brand import Brand
from handouts.layout.items import Page
from handouts.layout.sheet import Sheet
from handouts.logos.model import VectorLogo

Draw = Callable[[Sheet], None]


def picture(vector: Vector | VectorLogo, brand: Brand, alt: str = "") -> Picture:
    """Return a drawing as data: colours as ``#rrggbb``, coordinates from its top left corner."""
    left, top, _, _ = vector.bounds
    width, height = vector.size
    paths = [
        {
            "d": [
                [kind, *(round(n - (top if i % 2 else left), 3) for i, n in enumerate(numbers))]
                for kind, numbers in path.commands
            ],
            "fill": brand.colour(path.fill) if path.fill else None,
            "stroke": brand.colour(path.stroke) if path.stroke else None,
            "width": path.width,
            "dash": list(path.dash),
            "round": path.round_ends if isinstance(path, Path) else path.cap == "round",
            "even_odd": path.even_odd,
        }
        for path in vector.paths
    ]
    return {"width": width, "height": height, "alt": alt, "paths": paths}


def sign(draw: Draw, half: float, brand: Brand) -> Picture:
    """Return a small sign that ``draw`` puts round the point ``half, half`` of a sheet."""
    page = Page(0, 0, (0, 0, 0, 0))
    draw(Sheet(page))
    paths = tuple(item for item in page.items if isinstance(item, Path))
    return picture(Vector((0, 0, 2 * half, 2 * half), paths), brand)


def qr(rows: Iterable[Iterable[bool | None]]) -> Picture:
    """Return the modules of a 2-D code as one path of a strip for each dark run."""
    data: list[list[Any]] = []
    size = 0
    for down, row in enumerate(rows):
        start: int | None = None
        size = down + 1
        for across, dark in enumerate([*row, False]):
            if dark and start is None:
                start = across
            elif not dark and start is not None:
                data += [
                    ["M", start, down],
                    ["L", across, down],
                    ["L", across, down + 1],
                    ["L", start, down + 1],
                    ["Z"],
                ]
                start = None
    path = {
        "d": data, "fill": "#000000", "stroke": None, "width": 0, "dash": [], "round": False,
        "even_odd": False,
    }  # fmt: skip
    return {"width": size, "height": size, "alt": "", "paths": [path]}
