"""Turn drawings into PNG pictures and contact sheets, by way of a page of ReportLab's."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pypdfium2
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas

from handouts.figures.vector import GAP, Vector, pdf_operators

EDGE: Final = 3.0


def page(rows: Sequence[Sequence[Vector]], palette: Mapping[str, str], scale: float) -> bytes:
    """Return a one-page PDF of rows of drawings, at ``scale`` points a unit."""
    width = max(sum(v.size[0] for v in row) + GAP * (len(row) - 1) for row in rows) + 2 * EDGE
    heights = [max(vector.size[1] for vector in row) for row in rows]
    height = sum(heights) + GAP * (len(rows) - 1) + 2 * EDGE
    stream = io.BytesIO()
    canvas = Canvas(stream, (width * scale, height * scale), invariant=1)
    canvas.scale(scale, scale)
    y = height - EDGE
    for row, high in zip(rows, heights, strict=True):
        x = EDGE
        y -= high
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


def png(pdf: bytes, dots_per_inch: int) -> bytes:
    """Return the page of a PDF as a PNG picture."""
    with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        picture = document[0].render(scale=dots_per_inch / 72).to_pil().convert("RGB")
    stream = io.BytesIO()
    picture.save(stream, "PNG", optimize=True)
    return stream.getvalue()


CELL: Final = (460, 250)
"""Width and height of a picture's place, in pixels."""
LABEL: Final = 26
SCALE: Final = 2.2
"""No figure is drawn larger than so many pixels a unit."""

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
    stream = io.BytesIO()
    sheet.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _picture(frames: tuple[Vector, ...], palette: Mapping[str, str]) -> Image.Image:
    """Return frames in a row as large as they fit."""
    wide, high = CELL
    width = sum(frame.size[0] for frame in frames) + 8 * (len(frames) - 1) + 6
    height = max(frame.size[1] for frame in frames) + 6
    scale = min(SCALE, (wide - 16) / width, (high - 12) / height)
    picture: Image.Image = Image.open(io.BytesIO(png(page([frames], palette, scale), 72)))
    return picture.crop((0, 0, min(picture.width, wide), min(picture.height, high)))
