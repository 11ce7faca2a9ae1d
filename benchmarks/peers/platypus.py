"""Content → PDF with ReportLab Platypus, as its manual shows: flowables, tables, a frame a page.

Fonts are registered and pictures made into drawings once; page numbers come from kept page states.
"""

from __future__ import annotations

import io
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from reportlab import rl_config
from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from benchmarks.inputs import FONTS, read_content, read_drawings
from benchmarks.peers import Patient
from benchmarks.peers.flowables import Badge, Box, NumberedCanvas, PenLines, Picture, drawing

_REGULAR, _BOLD = FONTS
_ALIGN = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT}
_NO_PADDING = [
    (f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")
]
_FOOT = 36.0


def prepare(folder: Path) -> Platypus:
    """Register fonts, read content, draw pictures."""
    rl_config.shapeChecking = 0
    for name, file in FONTS.items():
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))
    pdfmetrics.registerFontFamily(
        _REGULAR, normal=_REGULAR, bold=_BOLD, italic=_REGULAR, boldItalic=_BOLD
    )
    return Platypus(read_content(folder), read_drawings(folder))


def prepare_tuned(folder: Path) -> Platypus:
    """As `prepare`, but pictures become path operators once, outside of any document."""
    maker = prepare(folder)
    maker.operators = {name: _operators(shown) for name, shown in maker.drawings.items()}
    return maker


def _operators(shown: Drawing) -> str:
    canvas = Canvas(io.BytesIO())
    before = len(canvas._code)
    renderPDF.draw(shown, canvas, 0, 0)
    return "\n".join(canvas._code[before:])


@lru_cache
def _style(
    size: float, leading: float, colour: str, align: str, *, bold: bool = False
) -> ParagraphStyle:
    return ParagraphStyle(
        "text", fontName=_BOLD if bold else _REGULAR, fontSize=size, leading=leading,
        textColor=HexColor(colour), alignment=_ALIGN[align],
    )  # fmt: skip


class Platypus:
    """Makes handouts of one content."""

    def __init__(self, content: dict[str, Any], drawings: dict[str, Any]) -> None:
        self.content, self.palette = content, content["palette"]
        self.drawings = {name: drawing(picture) for name, picture in drawings.items()}
        self.operators: dict[str, str] = {}

    def make(self, patient: Patient) -> bytes:
        """Return the PDF of a patient."""
        return _Handout(self, patient).pdf()


class _Handout:
    """One handout in the making."""

    def __init__(self, maker: Platypus, patient: Patient) -> None:
        self.content, self.palette = maker.content, maker.palette
        self.drawings, self.operators = maker.drawings, maker.operators
        self.patient, self.words = patient, patient["words"]
        self.qr = drawing(patient["qr"])

    def pdf(self) -> bytes:
        """Lay out and write."""
        target, (wide, high) = io.BytesIO(), self.content["page"]
        side, top, bottom = self.content["margins"]
        document = BaseDocTemplate(
            target, pagesize=(wide, high), title=self.content["title"],
            author=self.content["author"], lang=self.content["language"],
        )  # fmt: skip
        padding = dict.fromkeys(("leftPadding", "rightPadding", "topPadding", "bottomPadding"), 0)
        templates = [
            PageTemplate(
                name,
                [Frame(side, bottom + _FOOT + 6, wide - 2 * side,
                       high - top - head - bottom - _FOOT - 6, **padding)],
                onPage=self._furniture,
                autoNextPageTemplate="later",
            )
            for name, head in (("first", 0), ("later", 24))
        ]  # fmt: skip
        document.addPageTemplates(templates)
        story: list[Flowable] = []
        for page in self.content["pages"]:
            story += [PageBreak()] if story else []
            story += self._blocks(page)
        document.build(story, canvasmaker=self._canvas)
        return target.getvalue()

    def _canvas(self, *args: Any, **kwargs: Any) -> NumberedCanvas:
        canvas = NumberedCanvas(*args, **kwargs)
        canvas.folio = self.content["foot"]["page"]
        return canvas

    # -- heads and feet

    def _furniture(self, canvas: Canvas, _document: BaseDocTemplate) -> None:
        side, top, bottom = self.content["margins"]
        wide, high = self.content["page"]
        foot = self.content["foot"]
        canvas.saveState()
        if canvas.getPageNumber() > 1:
            head, base = self.content["head"], high - top - 11
            logo = self.drawings[head["logo"]]
            canvas.saveState()
            canvas.translate(side, base - 4)
            canvas.scale(15 / logo.width, 15 / logo.height)
            renderPDF.draw(logo, canvas, 0, 0)
            canvas.restoreState()
            canvas.setFillColor(HexColor(self.palette["heading"]))
            canvas.setFont(_BOLD, 11)
            canvas.drawString(side + 22, base, self._plain(head["clinic"]))
            canvas.setFillColor(HexColor(self.palette["text"]))
            canvas.setFont(_REGULAR, 11)
            canvas.drawRightString(wide - side, base, self._plain(head["right"]))
            self._rule(canvas, base - 8)
        self._rule(canvas, bottom + _FOOT)
        canvas.saveState()
        canvas.translate(side, bottom)
        canvas.scale(29 / self.qr.width, 29 / self.qr.height)
        renderPDF.draw(self.qr, canvas, 0, 0)
        canvas.restoreState()
        above = bottom + _FOOT - 5
        for runs in (foot["disclaimer"], foot["made"]):
            words = Paragraph(self._markup(runs), _style(9, 10.6, self.palette["label"], "left"))
            _, taken = words.wrapOn(canvas, 380, 100)
            words.drawOn(canvas, side + 39, above - taken)
            above -= taken
        canvas.setFillColor(HexColor(self.palette["label"]))
        canvas.setFont(_REGULAR, 10)
        canvas.drawRightString(wide - side, bottom + 6, self._plain(foot["code"]))
        canvas.restoreState()

    def _rule(self, canvas: Canvas, y: float) -> None:
        side, wide = self.content["margins"][0], self.content["page"][0]
        canvas.setStrokeColor(HexColor(self.palette["rule"]))
        canvas.setLineWidth(0.7)
        canvas.line(side, y, wide - side, y)

    # -- words

    def _plain(self, runs: list[list[Any]]) -> str:
        return "".join(
            f"{before}{self.words[key] if key else ''}{after}" for before, key, after, _ in runs
        )

    def _markup(self, runs: list[list[Any]]) -> str:
        parts = []
        for run in runs:
            words = escape(self._plain([run]), quote=False)
            parts.append(f"<b>{words}</b>" if run[3] else words)
        return "".join(parts)

    # -- blocks

    def _blocks(self, blocks: list[dict[str, Any]]) -> list[Flowable]:
        return [getattr(self, f"_{block['k']}")(block) for block in blocks]

    def _text(self, block: dict[str, Any]) -> Flowable:
        markup = self._markup(block["runs"])
        if "aside" in block:
            aside = block["aside"]
            colour = self.palette[aside["color"]]
            words = self._markup(aside["runs"])
            markup += f'<font size="{aside["size"]}" color="{colour}">{words}</font>'
        colour = self.palette[block["color"]]
        return Paragraph(markup, _style(block["size"], block["leading"], colour, block["align"]))

    def _table(self, block: dict[str, Any]) -> Flowable:
        rows = [[self._blocks(cell) for cell in row] for row in block["rows"]]
        style: list[tuple[Any, ...]] = [*_NO_PADDING, ("VALIGN", (0, 0), (-1, -1), "TOP")]
        if block["pad"]:
            style += [
                (f"{side}PADDING", (0, 0), (-1, -1), block["pad"]) for side in ("TOP", "BOTTOM")
            ]
        if block["rule"]:
            style.append(
                ("LINEBELOW", (0, 0), (-1, -1), 0.7, HexColor(self.palette[block["rule"]]))
            )
        return Table(rows, colWidths=block["widths"], style=style, hAlign="LEFT")

    def _box(self, block: dict[str, Any]) -> Flowable:
        pad = block["pad"]
        style: list[tuple[Any, ...]] = [
            (f"{side}PADDING", (0, 0), (-1, -1), pad) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")
        ]
        if block["fill"]:
            style.append(("BACKGROUND", (0, 0), (-1, -1), HexColor(self.palette[block["fill"]])))
        if block["stroke"]:
            style.append(("BOX", (0, 0), (-1, -1), 1, HexColor(self.palette[block["stroke"]])))
        return Table([[self._blocks(block["body"])]], style=style, colWidths=["100%"])

    def _picture(self, block: dict[str, Any]) -> Flowable:
        name = block["id"]
        shown, operators = self.drawings[name], self.operators.get(name)
        return Picture(shown, operators, block["width"], block["height"])

    def _badge(self, block: dict[str, Any]) -> Flowable:
        return Badge(self._plain(block["runs"]), block, self.palette)

    def _space(self, block: dict[str, Any]) -> Flowable:
        return Spacer(1, block["height"])

    def _lines(self, block: dict[str, Any]) -> Flowable:
        return PenLines(block["count"], block["step"], self.palette["box"])

    # -- the tracking grid

    def _grid(self, block: dict[str, Any]) -> Flowable:
        first = block["first_week"] - 1
        weeks = self.patient["weeks"][first : first + len(block["weeks"])]
        days = [day for week in weeks for day in week]
        bold = _style(11, 13, self.palette["text"], "center", bold=True)
        light = _style(11, 13, self.palette["label"], "center")
        on_bar = _style(12, 14, self.palette["white"], "center", bold=True)
        titles: list[Any] = [""]
        for runs, week in zip(block["weeks"], weeks, strict=True):
            titles += [Paragraph(self._markup(runs), on_bar), *[""] * (len(week) - 1)]
        heads = [[Paragraph(day, light), Paragraph(date, bold)] for day, date, _ in days]
        rows: list[list[Any]] = [titles, ["", *heads]]
        style: list[tuple[Any, ...]] = [
            *_NO_PADDING,
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("ALIGN", (1, 0), (-1, -1), "CENTER"),
        ]
        for number in range(len(weeks)):
            left, right = 1 + 7 * number, 7 + 7 * number
            style += [
                ("SPAN", (left, 0), (right, 0)),
                ("BACKGROUND", (left, 0), (right, 0), HexColor(self.palette["fill"])),
            ]
        self._grid_rows(block, days, rows, style)
        wide = self.content["page"][0] - 2 * self.content["margins"][0] - block["names"]
        widths = [block["names"], *[wide / len(days)] * len(days)]
        return Table(rows, colWidths=widths, style=style)

    def _grid_rows(
        self, block: dict[str, Any], days: list[Any], rows: list[list[Any]], style: list[Any]
    ) -> None:
        """Add the lines of each exercise and the pain row."""
        size, colour = block["box"], self.palette["box"]
        name = _style(12, 13.5, self.palette["text"], "left")
        for row in block["rows"]:
            for index, line in enumerate(row["lines"]):
                if index:
                    style.append(("SPAN", (0, len(rows) - 1), (0, len(rows))))
                boxes: list[Any] = []
                for across, (_, _, weekday) in enumerate(days, 1):
                    if weekday in line["days"]:
                        boxes.append(Box(size, colour))
                    else:
                        boxes.append("")
                        place = (across, len(rows))
                        style.append(
                            ("BACKGROUND", place, place, HexColor(self.palette["rest-day"]))
                        )
                rows.append([self._grid_name(row, name) if not index else "", *boxes])
            labels = "  ".join(self._plain(line["label"]) for line in row["lines"])
            if labels.strip():
                rows[-len(row["lines"])][0].append(Paragraph(f"<b>{labels}</b>", name))
        pain = Paragraph(self._markup(block["pain"]), name)
        rows.append([pain, *(Box(size, colour, circle=True) for _ in days)])
        style += [(f"{side}PADDING", (0, 2), (-1, -1), 1.2) for side in ("TOP", "BOTTOM")]

    def _grid_name(self, row: dict[str, Any], style: ParagraphStyle) -> list[Flowable]:
        number = f"<b>{self._plain(row['number'])}</b> "
        return [
            Paragraph(number + self._markup(row["name"]), style),
            Paragraph(self._markup(row["dose"]), style),
        ]
