"""A display list into PDF operators on a whole-number grid, or into SVG."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

from handouts.figures.style import NONE
from handouts.figures.vector import GRID, Path, Vector

Colour = Callable[[str], str]
"""A role to ``#rrggbb``, or to `NONE` for a layer that is not drawn."""


def pdf_operators(vector: Vector, colour: Colour, *, mirrored: bool = False) -> bytes:
    """Return the content stream of a drawing, for a form of its own size or under a ``cm``.

    The origin is the lower left of its bounds, y goes up, one unit of it is one unit of the
    stream. ``mirrored`` swaps left and right.
    """
    left, _, right, bottom = vector.bounds
    step = 1 / GRID
    x0 = right if mirrored else -left
    across = -step if mirrored else step
    out = [f"q 1 J 1 j {across:g} 0 0 {-step:g} {x0:.3f} {bottom:.3f} cm"]
    state = _State()
    for path in vector.paths:
        out += _operators(path, colour, state)
    out.append("Q")
    return "\n".join(out).encode("ascii")


class _State:
    """The graphics state as left by the last path: what need not be said again."""

    def __init__(self) -> None:
        self.now: dict[str, str] = {}

    def change(self, operator: str, value: str) -> list[str]:
        if self.now.get(operator) == value:
            return []
        self.now[operator] = value
        return [f"{value} {operator}"]


def _operators(path: Path, colour: Colour, state: _State) -> list[str]:
    fill = colour(path.fill) if path.fill else NONE
    stroke = colour(path.stroke) if path.stroke else NONE
    if fill == NONE and stroke == NONE:
        return []
    out: list[str] = []
    if fill != NONE:
        out += state.change("rg", _rgb(fill))
    if stroke != NONE:
        out += state.change("RG", _rgb(stroke))
        out += state.change("w", str(round(path.width * GRID)))
        dash = " ".join(str(round(part * GRID)) for part in path.dash)
        if dash or "d" in state.now:
            out += state.change("d", f"[{dash}] 0")
    out += _segments(path)
    paint = {(True, True): "B", (True, False): "f", (False, True): "S"}
    out.append(
        paint[fill != NONE, stroke != NONE] + ("*" if fill != NONE and path.even_odd else "")
    )
    return out


def _segments(path: Path) -> list[str]:
    out = []
    last = ""
    for kind, numbers in path.commands:
        if kind == "Z":
            out.append("h")
            continue
        spot = " ".join(str(round(number * GRID)) for number in numbers)
        if kind == "L" and spot == last:
            continue
        out.append(f"{spot} {kind.lower()}")
        last = spot
    return out


def _rgb(colour: str) -> str:
    parts = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    return " ".join(f"{part:.3f}".rstrip("0").rstrip(".") for part in parts)


def svg(vectors: tuple[Vector, ...], palette: Mapping[str, str], title: str = "") -> str:
    """Return drawings side by side, on one floor, as an SVG file."""
    gap = 8.0
    width = sum(vector.size[0] for vector in vectors) + gap * (len(vectors) - 1)
    height = max(vector.size[1] for vector in vectors)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.2f} {height:.2f}"'
        f' role="img" aria-label="{escape(title)}"><title>{escape(title, quote=False)}</title>'
        '<g stroke-linecap="round" stroke-linejoin="round">'
    )
    out = [head]
    x = 0.0
    for vector in vectors:
        left, _, _, bottom = vector.bounds
        out.append(f'<g transform="translate({x - left:.2f} {height - bottom:.2f})">')
        out += [_element(path, palette) for path in vector.paths]
        out.append("</g>")
        x += vector.size[0] + gap
    return "\n".join(part for part in (*out, "</g></svg>") if part) + "\n"


def _element(path: Path, palette: Mapping[str, str]) -> str:
    fill = palette.get(path.fill or "", path.fill or NONE)
    stroke = palette.get(path.stroke or "", path.stroke or NONE)
    if fill == NONE and stroke == NONE:
        return ""
    data = "".join(
        kind + " ".join(f"{number:.2f}".rstrip("0").rstrip(".") for number in numbers)
        for kind, numbers in path.commands
    )
    rule = ' fill-rule="evenodd"' if path.even_odd and fill != NONE else ""
    line = ""
    if stroke != NONE:
        line = f' stroke="{stroke}" stroke-width="{path.width:g}"'
        if path.dash:
            line += f' stroke-dasharray="{" ".join(f"{part:g}" for part in path.dash)}"'
    return f'<path d="{data}" fill="{fill}"{rule}{line}/>'
