"""Logos on a page of a real handout, rendered, and the same files by another renderer."""

from __future__ import annotations

import io

import pypdfium2
import resvg_py
from PIL import Image, ImageChops, ImageFilter
from typing_extensions import override

from handouts.layout.doc import LaidOut
from handouts.layout.sheet import PageCanvas
from handouts.logos import Logo, VectorLogo, read_file
from handouts.pdf.elements import Tree
from handouts.stamp.build import write_pdf

SIDE = 60
"""Points of a logo on its page."""

_ACROSS, _ROOM = 8, 68
PIXELS = 4
"""Pixels of a point in what is compared."""


def read(text: str) -> Logo:
    """The logo of an SVG file."""
    return read_file(text.encode(), "logo.svg")


class _Logos(LaidOut, frozen=True):
    """A handout of one page that shows logos and nothing else."""

    logos: tuple[Logo, ...] = ()

    @override
    def draw(self, tree: Tree | None = None, only: int | None = None) -> PageCanvas:
        canvas = PageCanvas(self.brand, tree)
        canvas.setPageSize((612, 792))
        for place, logo in enumerate(self.logos):
            x, y = 20 + _ROOM * (place % _ACROSS), 20 + _ROOM * (place // _ACROSS)
            wide, high = sides(logo)
            if isinstance(logo, VectorLogo):
                canvas.sheet.drawing(logo, x, y, wide / logo.width)
            else:
                canvas.sheet.bitmap(logo.data, (x, y, wide, high))
        canvas.showPage()
        return canvas


def on_page(story: LaidOut, logos: list[Logo]) -> bytes:
    """The PDF of a handout whose only page shows logos and nothing else."""
    fields = {name: getattr(story, name) for name in story.__struct_fields__}
    return write_pdf(_Logos(**fields, logos=tuple(logos))).pdf


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
        cut.append(whole.crop(tuple(round(n * PIXELS) for n in (x, y, x + wide, y + high))))
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
