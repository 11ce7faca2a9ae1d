"""Turn drawings side by side into SVG, and through a ReportLab page into PNG pictures."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Final

import pypdfium2
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas

from handouts.figures.vector import PaintedPath, Vector, paint_of, pdf_operators, short_number

GAP: Final = 8.0
"""Units between drawings side by side."""


def svg(vectors: tuple[Vector, ...], palette: Mapping[str, str], title: str = "") -> str:
    """Return drawings side by side, on one floor, as an SVG file."""
    width = sum(vector.size[0] for vector in vectors) + GAP * (len(vectors) - 1)
    height = max(vector.size[1] for vector in vectors)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.2f} {height:.2f}"'
        f' role="img" aria-label="{escape(title)}"><title>{escape(title, quote=False)}</title>'
        '<g fill="none" fill-rule="evenodd" stroke-linecap="round" stroke-linejoin="round">'
    )
    out = [head]
    x = 0.0
    for vector in vectors:
        left, _, _, bottom = vector.bounds
        matrix = " ".join(map(short_number, vector.matrix))
        out.append(
            f'<g transform="translate({x - left:.2f} {height - bottom:.2f}) matrix({matrix})">'
        )
        out += filter(None, (_element(path, palette) for path in vector.paths))
        out.append("</g>")
        x += vector.size[0] + GAP
    return "\n".join((*out, "</g></svg>")) + "\n"


_MOVE: Final = re.compile(r"(\S+ \S+) m")


def _element(path: PaintedPath, palette: Mapping[str, str]) -> str:
    fill, stroke = paint_of(path, palette.__getitem__)
    if not fill and not stroke:
        return ""
    # The lines after a move need no letter of their own in SVG.
    data = _MOVE.sub(r"M\1", path.operators).replace(" l", "").replace(" h", "Z")
    style = f' fill="{fill}"' if fill else ""
    if stroke:
        style += f' stroke="{stroke}" stroke-width="{path.width:g}"'
        if path.dash:
            style += f' stroke-dasharray="{" ".join(map(str, path.dash))}"'
    return f'<path d="{data}"{style}/>'


EDGE: Final = 3.0


def page(rows: Sequence[Sequence[Vector]], palette: Mapping[str, str], scale: float) -> bytes:
    """Return a one-page PDF of rows of drawings, at ``scale`` points a unit."""
    width, height = _extent(rows)
    stream = io.BytesIO()
    canvas = Canvas(stream, (width * scale, height * scale), invariant=1)
    canvas.scale(scale, scale)
    y = height - EDGE
    for row in rows:
        x = EDGE
        y -= max(vector.size[1] for vector in row)
        for vector in row:
            left, _, _, bottom = vector.bounds
            canvas.saveState()
            canvas.translate(x - left, y + bottom)
            canvas.addLiteral(pdf_operators(vector, palette.__getitem__))
            canvas.restoreState()
            x += vector.size[0] + GAP
        y -= GAP
    canvas.save()
    return stream.getvalue()


def _extent(rows: Sequence[Sequence[Vector]]) -> tuple[float, float]:
    """Return width and height of rows of drawings in units, with space around them."""
    width = max(sum(v.size[0] for v in row) + GAP * (len(row) - 1) for row in rows)
    height = sum(max(v.size[1] for v in row) for row in rows) + GAP * (len(rows) - 1)
    return width + 2 * EDGE, height + 2 * EDGE


def drawn(pdf: bytes, dots_per_inch: int, only: int | None = None) -> list[Image.Image]:
    """Return the pages of a PDF as pictures, or ``only`` one of them (from 0)."""
    with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        pages = range(len(document)) if only is None else [only]
        scale = dots_per_inch / 72
        return [document[page].render(scale=scale).to_pil().convert("RGB") for page in pages]


def png(picture: Image.Image) -> bytes:
    """Return a picture as a PNG file."""
    stream = io.BytesIO()
    picture.save(stream, "PNG", optimize=True)
    return stream.getvalue()


CELL: Final = (460, 250)
"""Width and height of a picture's place, in pixels."""
LABEL: Final = 26
SCALE: Final = 2.2
"""No figure is drawn larger than this many pixels a unit."""

Entry = tuple[str, tuple[Vector, ...]]


def contact_sheet(
    entries: Sequence[Entry], palette: Mapping[str, str], font: Path, columns: int = 3
) -> bytes:
    """Return all drawings on one sheet, each above its name."""
    wide, high = CELL
    rows = -(-len(entries) // columns)
    sheet = Image.new("RGB", (columns * wide, rows * (high + LABEL)), "white")
    pen = ImageDraw.Draw(sheet)
    letters = ImageFont.truetype(str(font), 15)
    for index, (name, frames) in enumerate(entries):
        x, y = index % columns * wide, index // columns * (high + LABEL)
        picture = _picture(frames, palette)
        sheet.paste(picture, (x + (wide - picture.width) // 2, y + (high - picture.height) // 2))
        pen.text((x + 10, y + high + 2), name, fill="#1b1f24", font=letters)
        pen.rectangle((x, y, x + wide - 1, y + high + LABEL - 1), outline="#d9dee2")
    return png(sheet)


def _picture(frames: tuple[Vector, ...], palette: Mapping[str, str]) -> Image.Image:
    """Return frames in a row, as large as possible."""
    wide, high = CELL
    width, height = _extent([frames])
    scale = min(SCALE, (wide - 16) / width, (high - 12) / height)
    (picture,) = drawn(page([frames], palette, scale), 72)
    return picture.crop((0, 0, min(picture.width, wide), min(picture.height, high)))
