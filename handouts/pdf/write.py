"""A Story → PDF bytes, with embedded fonts, outline and metadata, the same bytes each time."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from handouts.figures.vector import Path
from handouts.layout.brand import Brand
from handouts.layout.items import Bitmap, Drawing, Glyphs, Page
from handouts.layout.story import Story

PRODUCER = "handouts"


@dataclass(frozen=True, slots=True)
class Handout:
    """A finished handout. ``story`` is what was drawn, for traces and tests."""

    pdf: bytes
    pages: int
    code: str
    sha256: str
    story: Story


def write_pdf(story: Story) -> Handout:
    """Return the PDF of a story. No patient data goes into its metadata."""
    buffer = io.BytesIO()
    first = story.pages[0]
    canvas = Canvas(
        buffer,
        pagesize=(first.width, first.height),
        pageCompression=1,
        invariant=1,
        initialFontName="Handout-Regular",
        lang=story.document.language,
        pdfVersion=(1, 7),
    )
    canvas.setTitle(story.document.title)
    canvas.setAuthor(story.document.author)
    canvas.setSubject(f"Handout {story.document.code}")
    canvas.setCreator(PRODUCER)
    canvas.setProducer(PRODUCER)
    canvas.setViewerPreference("DisplayDocTitle", "true")
    for number, page in enumerate(story.pages):
        canvas.setPageSize((page.width, page.height))
        for mark in story.bookmarks:
            if mark.page == number:
                key = f"{number}-{mark.y:.0f}-{mark.title}"
                digest = hashlib.sha256(key.encode()).hexdigest()[:12]
                canvas.bookmarkHorizontal(digest, 0, page.height - mark.y)
                canvas.addOutlineEntry(mark.title, digest, mark.level)
        PageWriter(canvas, page, story.brand).draw()
        canvas.showPage()
    canvas.save()
    pdf = buffer.getvalue()
    digest = hashlib.sha256(pdf).hexdigest()
    return Handout(pdf, len(story.pages), story.document.code, digest, story)


class PageWriter:
    """Draws the items of one page; turns y upward."""

    def __init__(self, canvas: Canvas, page: Page, brand: Brand) -> None:
        self.canvas, self.page, self.brand = canvas, page, brand

    def draw(self) -> None:
        """Draw every item in order."""
        for item in self.page.items:
            match item:
                case Glyphs():
                    self._glyphs(item)
                case Path():
                    self._path(item)
                case Drawing():
                    self._drawing(item)
                case Bitmap():
                    self._bitmap(item)

    def _glyphs(self, item: Glyphs) -> None:
        canvas = self.canvas
        canvas.setFillColor(self.brand.colour(item.colour))
        canvas.setFont(item.face, item.size)
        # A soft line end is a space to whoever reads the text of the page.
        text = f"{item.text} " if item.line_end and not item.text.endswith(" ") else item.text
        canvas.drawString(item.x, self.page.height - item.y, text)

    def _path(self, item: Path, x: float = 0.0, y: float = 0.0, scale: float = 1.0) -> None:
        canvas, height = self.canvas, self.page.height
        canvas.saveState()
        path = canvas.beginPath()
        for kind, numbers in item.commands:
            points = [
                (x + scale * px, height - y - scale * py)
                for px, py in zip(numbers[::2], numbers[1::2], strict=True)
            ]
            match kind:
                case "M":
                    path.moveTo(*points[0])
                case "L":
                    path.lineTo(*points[0])
                case "C":
                    path.curveTo(*points[0], *points[1], *points[2])
                case _:
                    path.close()
        if item.fill:
            canvas.setFillColor(self.brand.colour(item.fill))
        if item.stroke:
            canvas.setStrokeColor(self.brand.colour(item.stroke))
            canvas.setLineWidth(item.width * scale)
            canvas.setLineCap(1 if item.round_ends else 0)
            canvas.setLineJoin(1 if item.round_ends else 0)
            if item.dash:
                canvas.setDash(list(item.dash))
        canvas.drawPath(
            path,
            stroke=1 if item.stroke else 0,
            fill=1 if item.fill else 0,
            fillMode=0 if item.even_odd else 1,
        )
        canvas.restoreState()

    def _drawing(self, item: Drawing) -> None:
        left, top, _, _ = item.vector.bounds
        for path in item.vector.paths:
            self._path(path, item.x - left * item.scale, item.y - top * item.scale, item.scale)

    def _bitmap(self, item: Bitmap) -> None:
        bottom = self.page.height - item.y - item.height
        image = ImageReader(io.BytesIO(item.data))
        self.canvas.drawImage(image, item.x, bottom, item.width, item.height, mask="auto")
