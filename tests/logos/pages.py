"""Logos on a page of a real handout, rendered, and the same files by another renderer."""

from __future__ import annotations

import io
from typing import Any

import pypdfium2
import resvg_py
from msgspec.structs import replace
from PIL import Image, ImageChops, ImageFilter

from handouts.layout.items import Bitmap, Drawing
from handouts.layout.story import Story
from handouts.logos import Logo, VectorLogo, read_file
from handouts.pdf.write import write_pdf

SIDE = 60
"""Points of a logo on its page."""

_ACROSS, _ROOM = 8, 68
PIXELS = 4
"""Pixels of a point in what is compared."""


def read(text: str) -> Logo:
    """The logo of an SVG file."""
    return read_file(text.encode(), "logo.svg")


def on_page(story: Story, logos: list[Logo]) -> bytes:
    """The PDF of a story whose first page shows logos and nothing else."""
    items: list[Any] = []
    for place, logo in enumerate(logos):
        x, y = 20 + _ROOM * (place % _ACROSS), 20 + _ROOM * (place // _ACROSS)
        wide, high = sides(logo)
        if isinstance(logo, VectorLogo):
            items.append(Drawing(x, y, wide / logo.width, logo))
        else:
            items.append(Bitmap(x, y, wide, high, logo.data))
    page = replace(story.pages[0], items=items, entries=[], slots=[])
    return write_pdf(replace(story, pages=(page, *story.pages[1:]))).pdf


def sides(logo: Logo) -> tuple[float, float]:
    """Width and height on the page in points."""
    scale = SIDE / max(logo.width, logo.height)
    return logo.width * scale, logo.height * scale


def rendered(pdf: bytes, logos: list[Logo]) -> list[Image.Image]:
    """The logos of a page, `PIXELS` a point; drawn finer, since edges are set on whole pixels."""
    finer = 2
    page = pypdfium2.PdfDocument(pdf)[0]
    whole = page.render(scale=PIXELS * finer).to_pil().convert("RGB").reduce(finer)
    cut = []
    for place, logo in enumerate(logos):
        x, y = 20 + _ROOM * (place % _ACROSS), 20 + _ROOM * (place // _ACROSS)
        wide, high = sides(logo)
        cut.append(whole.crop(tuple(round(n * PIXELS) for n in (x, y, x + wide, y + high))))  # type: ignore[arg-type]
    return cut


def elsewhere(text: str, size: tuple[int, int]) -> Image.Image:
    """An SVG file as resvg draws it on white."""
    stored = resvg_py.svg_to_bytes(
        svg_string=text, dpi=96, background="#ffffff", width=size[0], height=size[1]
    )
    return Image.open(io.BytesIO(bytes(stored))).convert("RGB").resize(size)


def difference(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels that plainly differ, edges left out of account."""
    blurred = [picture.filter(ImageFilter.BoxBlur(2)) for picture in (one, other)]
    found = ImageChops.difference(*blurred).convert("L").histogram()
    return sum(found[32:]) / (one.width * one.height)
