"""A vector logo → the content of a form, y upward, with the alphas that it needs (11.6.4.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from handouts.logos.model import Command, LogoPath, VectorLogo, clipped_runs
from handouts.pdf.objects import Value, number
from handouts.pdf.paths import colour_code

_PAINT = {(True, False): "f", (False, True): "S", (True, True): "B"}
_OPERATORS = {"M": "m", "L": "l", "C": "c", "Z": "h"}
_CAPS = {"butt": 0, "round": 1, "square": 2}
_JOINS = {"miter": 0, "round": 1, "bevel": 2}


def logo_form(logo: VectorLogo, colour: Callable[[str], str]) -> tuple[str, dict[str, Value]]:
    """Return the content of a form that draws a logo, and its box and resources.

    ``colour`` gives the colour that is printed for one of the logo (a gray in gray handouts).
    """
    lines = ["1 0 0 -1 0 0 cm"]
    for clips, paths in clipped_runs(logo.paths):
        if clips:
            lines.append("q")
        for clip in clips:
            rule = "W*" if clip.even_odd else "W"
            # A clip of nothing hides everything: so does a point.
            lines.append(f"{_outline(clip.commands) or '0 0 0 0 re'} {rule} n")
        for path in paths:
            lines += _code(path, colour)
        if clips:
            lines.append("Q")
    entries: dict[str, Value] = {"BBox": (0.0, -logo.height, logo.width, 0.0)}
    alphas = {path.alpha for path in logo.paths if path.alpha < 1}
    if alphas:
        states = {_state(alpha): {"ca": alpha, "CA": alpha} for alpha in sorted(alphas)}
        entries["Resources"] = {"ExtGState": states}
    return "\n".join(lines), entries


def _code(path: LogoPath, colour: Callable[[str], str]) -> Iterator[str]:
    apart = path.alpha < 1 or path.matrix is not None
    if apart:
        yield "q"
    if path.alpha < 1:
        yield f"/{_state(path.alpha)} gs"
    if path.fill:
        yield colour_code(colour(path.fill), "g", "rg")
    if path.stroke:
        yield colour_code(colour(path.stroke), "G", "RG")
        yield f"{number(path.width, 3)} w {_CAPS[path.cap]} J {_JOINS[path.join]} j"
        dash = " ".join(number(part, 3) for part in path.dash)
        yield f"{number(path.miter)} M [{dash}] {number(path.dash_from, 3)} d"
    if path.matrix:
        yield f"{' '.join(number(part, 5) for part in path.matrix)} cm"
    paint = _PAINT[bool(path.fill), bool(path.stroke)]
    star = "*" if path.even_odd and path.fill else ""
    yield f"{_outline(path.commands)} {paint}{star}"
    if apart:
        yield "Q"


def _state(alpha: float) -> str:
    return f"A{round(alpha * 1000)}"


def _outline(commands: tuple[Command, ...]) -> str:
    return " ".join(
        " ".join([*map(number, numbers), _OPERATORS[kind]]) for kind, numbers in commands
    )
