"""Turn pages of a finished PDF into PNG pictures."""

from __future__ import annotations

import contextlib
import io

import pypdfium2
from PIL import Image

POINTS_PER_INCH = 72
GAP = 12
"""Between pages on a sheet, in points."""
SURROUND = "#c9ced3"


def page_picture(pdf: bytes, page: int, dots_per_inch: int) -> bytes:
    """Return page ``page`` (from 1) as a PNG."""
    with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        return _png(_drawn(document, page - 1, dots_per_inch))


def sheet_picture(pdf: bytes, dots_per_inch: int) -> bytes:
    """Return all pages side by side on one PNG."""
    with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        pages = [_drawn(document, index, dots_per_inch) for index in range(len(document))]
    gap = GAP * dots_per_inch // POINTS_PER_INCH
    width = sum(page.width + gap for page in pages) + gap
    height = max(page.height for page in pages) + 2 * gap
    sheet = Image.new("RGB", (width, height), SURROUND)
    left = gap
    for page in pages:
        sheet.paste(page, (left, gap))
        left += page.width + gap
    return _png(sheet)


def _drawn(document: pypdfium2.PdfDocument, index: int, dots_per_inch: int) -> Image.Image:
    bitmap = document[index].render(scale=dots_per_inch / POINTS_PER_INCH)
    picture: Image.Image = bitmap.to_pil()
    return picture.convert("RGB")


def _png(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG", optimize=True)
    return stream.getvalue()
