"""Display lists into a PNG picture, by way of a small PDF page: what the press would draw."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping, Sequence
from typing import Final

import pypdfium2

from handouts.figures.emit import pdf_operators
from handouts.figures.vector import Vector

GAP: Final = 8.0
EDGE: Final = 3.0


def page(rows: Sequence[Sequence[Vector]], palette: Mapping[str, str], scale: float) -> bytes:
    """Return a one-page PDF of rows of drawings, at ``scale`` points a unit."""
    width = max(sum(v.size[0] for v in row) + GAP * (len(row) - 1) for row in rows) + 2 * EDGE
    heights = [max(vector.size[1] for vector in row) for row in rows]
    height = sum(heights) + GAP * (len(rows) - 1) + 2 * EDGE
    stream = [f"{scale:g} 0 0 {scale:g} 0 0 cm".encode()]
    y = height - EDGE
    for row, high in zip(rows, heights, strict=True):
        x = EDGE
        y -= high
        for vector in row:
            stream.append(f"q 1 0 0 1 {x:.2f} {y:.2f} cm".encode())
            stream.append(pdf_operators(vector, palette.__getitem__))
            stream.append(b"Q")
            x += vector.size[0] + GAP
        y -= GAP
    return _pdf(b"\n".join(stream), width * scale, height * scale)


def _pdf(stream: bytes, width: float, height: float) -> bytes:
    """Return a file of one page (ISO 32000-1, 7.5)."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.2f %.2f]/Contents 4 0 R>>" % (width, height),
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
    )
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def png(pdf: bytes, dots_per_inch: int) -> bytes:
    """Return the page of a PDF as a PNG picture."""
    with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        picture = document[0].render(scale=dots_per_inch / 72).to_pil().convert("RGB")
    stream = io.BytesIO()
    picture.save(stream, "PNG", optimize=True)
    return stream.getvalue()
