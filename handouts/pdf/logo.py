"""A vector logo → the canvas of a form, y downward from its top."""

from __future__ import annotations

from collections.abc import Callable

from reportlab.pdfgen.canvas import FILL_EVEN_ODD, FILL_NON_ZERO

from handouts.logos import LogoPath, VectorLogo, clipped_runs
from handouts.pdf.canvas import TaggedCanvas

_CAPS = {"butt": 0, "round": 1, "square": 2}
_JOINS = {"miter": 0, "round": 1, "bevel": 2}


def draw_logo(canvas: TaggedCanvas, logo: VectorLogo, colour: Callable[[str], str]) -> None:
    """Draw a logo in its own units.

    ``colour`` gives the colour that is printed for one of the logo (a gray in gray handouts).
    """
    for clips, paths in clipped_runs(logo.paths):
        if clips:
            canvas.saveState()
        for clip in clips:
            made = canvas.outline(clip.commands)
            if not clip.commands:
                # A clip of nothing hides everything: so does a point.
                made.rect(0, 0, 0, 0)
            canvas.clipPath(made, stroke=0, fill=0, fillMode=_rule(even_odd=clip.even_odd))
        for path in paths:
            _draw(canvas, path, colour)
        if clips:
            canvas.restoreState()


def _draw(canvas: TaggedCanvas, path: LogoPath, colour: Callable[[str], str]) -> None:
    apart = path.alpha < 1 or path.matrix is not None
    if apart:
        canvas.saveState()
    if path.alpha < 1:
        canvas.setFillAlpha(path.alpha)
        canvas.setStrokeAlpha(path.alpha)
    if path.fill:
        canvas.fill_colour(colour(path.fill))
    if path.stroke:
        canvas.stroke_colour(colour(path.stroke))
        canvas.setLineWidth(round(path.width, 3))
        canvas.setLineCap(_CAPS[path.cap])
        canvas.setLineJoin(_JOINS[path.join])
        canvas.setMiterLimit(round(path.miter, 2))
        canvas.setDash([round(part, 3) for part in path.dash], round(path.dash_from, 3))
    if path.matrix:
        a, b, c, d, e, f = path.matrix
        canvas.transform(a, -b, -c, d, e, -f)
    canvas.drawPath(
        canvas.outline(path.commands),
        stroke=bool(path.stroke),
        fill=bool(path.fill),
        fillMode=_rule(even_odd=path.even_odd),
    )
    if apart:
        canvas.restoreState()


def _rule(*, even_odd: bool) -> int:
    return int(FILL_EVEN_ODD if even_odd else FILL_NON_ZERO)
