"""A handout without its patient's words → a template, and the pages that are laid over it.

The template is our own handout, untagged, with every per-patient text left out: what a form made
once in any program would be. Each start of the week has other rest days, and so its own template.
The overlay is drawn with ReportLab, as handbooks of PDF libraries tell.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from benchmarks.blocks import Run
from benchmarks.inputs import FONTS
from benchmarks.patients import order_of, workspace
from benchmarks.peers import Patient
from benchmarks.runs import filled, grid_runs, open_runs
from handouts.compose.checklist import TrackingGrid
from handouts.compose.compose import compose
from handouts.compose.document import Document
from handouts.compose.node import leaves
from handouts.compose.text import Text
from handouts.layout.engine import lay_out
from handouts.layout.items import Glyphs, Item, MatrixCode, Page
from handouts.layout.story import Story
from handouts.model.order import Order
from handouts.pdf.write import write_pdf

_FOOT_WIDTH = 380.0
_HIGH = 792.0
_CENTRED = ("week_", "day_", "date_")


@dataclass(frozen=True, slots=True)
class Slot:
    """Where words of a patient stand on a page. ``lines`` says that they are a paragraph."""

    page: int
    x: float
    y: float
    align: str
    face: str
    size: float
    colour: str
    runs: list[Run]
    lines: bool


@dataclass(frozen=True, slots=True)
class Template:
    """A form, its slots by page, and the boxes (x, y, side) of its 2-D codes by page."""

    pdf: bytes
    pages: list[list[Slot]]
    codes: list[tuple[float, float, float]]


class Overlays:
    """Templates by the day of the week on which a patient starts, and overlays for patients."""

    def __init__(self, folder: Path) -> None:
        for name, file in FONTS.items():
            pdfmetrics.registerFont(TTFont(f"overlay-{name}", str(folder / file)))

    @lru_cache(maxsize=7)  # noqa: B019 - one maker lives as long as its process
    def template(self, weekday: int) -> Template:
        """Return the template for starts on a day of the week."""
        number = next(n for n in range(7) if _weekday(n) == weekday)
        order = order_of(number)
        document = compose(order)
        return _template(order, document, lay_out(document, order, workspace()))

    def overlay(self, patient: Patient) -> tuple[Template, bytes]:
        """Return a patient's template and the pages to lay over it."""
        template = self.template(patient["weeks"][0][0][2])
        words = dict(patient["words"])
        for number, week in enumerate(patient["weeks"], 1):
            for place, (day, date, _) in enumerate(week):
                words[f"day_{number}_{place}"], words[f"date_{number}_{place}"] = day, date
        return template, _draw(template, words, patient["qr"])


def _weekday(number: int) -> int:
    start = order_of(number).patient.start_date
    if start is None:
        raise ValueError("patients of the benchmark have a start")
    return start.weekday()


# -- the template


def _template(order: Order, document: Document, story: Story) -> Template:
    personal = dict(_personal(order, document))
    slots: list[list[Slot]] = []
    codes: list[tuple[float, float, float]] = []
    pages = []
    for number, page in enumerate(story.pages):
        mine = [i for i in page.items if isinstance(i, Glyphs) and _key(i) in personal]
        slots.append([_slot(number, list(g), personal, story) for _, g in groupby(mine, _key)])
        codes += [(i.x, i.y, i.side) for i in page.items if isinstance(i, MatrixCode)]
        gone = {id(item) for item in mine}
        kept: list[Item] = [
            item for item in page.items if id(item) not in gone and not isinstance(item, MatrixCode)
        ]
        pages.append(Page(page.width, page.height, page.margin, items=kept))
    form = replace(story, pages=tuple(pages))
    return Template(write_pdf(form, tagged=False).pdf, slots, codes)


def _key(item: Glyphs) -> int:
    return id(item.source or item.repeats)


def _personal(order: Order, document: Document) -> Iterator[tuple[int, list[Run]]]:
    """The leaves that hold words of a patient, by identity."""
    for leaf in (*leaves(document.furniture), *document.leaves()):
        runs = open_runs(leaf, order)
        if any(key for _, key, _, _ in runs):
            yield id(leaf), runs
    week = 1
    for part in (part for section in document.sections for part in section.blocks):
        for band in part.bands if isinstance(part, TrackingGrid) else ():
            for leaf, runs in grid_runs(band, week):
                yield id(leaf), runs
            week += len(band.weeks)


def _slot(number: int, items: list[Glyphs], personal: dict[int, Any], story: Story) -> Slot:
    first, last = items[0], items[-1]
    leaf: Text | None = first.source or first.repeats
    furniture = story.document.furniture
    align, x = "left", first.x
    if leaf is furniture.patient:
        align, x = "right", last.x + last.width
    elif any(key and key.startswith(_CENTRED) for _, key, _, _ in personal[_key(first)]):
        align, x = "center", (first.x + last.x + last.width) / 2
    colour = story.brand.colour(first.colour)
    lines = leaf is furniture.disclaimer
    return Slot(
        number, x, first.y, align, first.face, first.size, colour, personal[_key(first)], lines
    )


# -- the overlay


def _draw(template: Template, words: dict[str, str], code: dict[str, Any]) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(612, _HIGH))
    for slots, (x, y, side) in zip(template.pages, template.codes, strict=True):
        for slot in slots:
            _set(canvas, slot, filled(slot.runs, words))
        _code(canvas, code, x, y, side)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _set(canvas: Canvas, slot: Slot, words: str) -> None:
    face, y = f"overlay-{slot.face}", _HIGH - slot.y
    if slot.lines:
        paragraph = Paragraph(escape(words, quote=False), _style(face, slot.size, slot.colour))
        _, taken = paragraph.wrapOn(canvas, _FOOT_WIDTH, 100)
        paragraph.drawOn(canvas, slot.x, y + slot.size - taken)
        return
    canvas.setFillColor(HexColor(slot.colour))
    canvas.setFont(face, slot.size)
    draw = {
        "left": canvas.drawString,
        "center": canvas.drawCentredString,
        "right": canvas.drawRightString,
    }
    draw[slot.align](slot.x, y, words)


@lru_cache
def _style(face: str, size: float, colour: str) -> ParagraphStyle:
    return ParagraphStyle(
        "foot", fontName=face, fontSize=size, leading=size * 1.18, textColor=HexColor(colour)
    )


def _code(canvas: Canvas, code: dict[str, Any], x: float, y: float, side: float) -> None:
    unit = side / code["width"]
    path = canvas.beginPath()
    for kind, *numbers in code["paths"][0]["d"]:
        if kind == "Z":
            path.close()
            continue
        across, down = x + numbers[0] * unit, _HIGH - y - numbers[1] * unit
        (path.moveTo if kind == "M" else path.lineTo)(across, down)
    canvas.setFillColor(HexColor("#000000"))
    canvas.drawPath(path, stroke=0, fill=1)
