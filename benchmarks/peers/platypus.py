"""Make handouts with ReportLab Platypus as in its manual: paragraphs, tables, a frame a page.

Pictures become operators once, outside of any document. Run as a script, it makes one handout:
``python -m benchmarks.peers.platypus FOLDER NUMBER FILE``.
"""

from __future__ import annotations

import io
import sys
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

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
    HRFlowable,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from benchmarks.inputs import CONTENT, DRAWINGS, FONTS, PATIENTS, read_json, read_patients

_REGULAR, _BOLD = FONTS
_ALIGN = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT}
_SIDES = ("LEFT", "RIGHT", "TOP", "BOTTOM")
_NO_PADDING = [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in _SIDES]
_HEAD, _FOOT = 24.0, 42.0

_color = lru_cache(HexColor)


def prepare(folder: Path) -> Platypus:
    """Register fonts, read content, turn pictures into operators."""
    for name, file in FONTS.items():
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))
    pdfmetrics.registerFontFamily(
        _REGULAR, normal=_REGULAR, bold=_BOLD, italic=_REGULAR, boldItalic=_BOLD
    )
    return Platypus(read_json(folder / CONTENT), read_json(folder / DRAWINGS))


class Platypus:
    """Makes handouts of one content."""

    def __init__(self, content: dict[str, Any], drawings: dict[str, Any]) -> None:
        self.content = content
        self.pictures = {name: Operators(drawing) for name, drawing in drawings.items()}

    def make(self, patient: dict[str, Any]) -> bytes:
        """Return the PDF of a patient."""
        return _Handout(self, patient).pdf()


class Operators:
    """A picture as the operators that draw it, y upward."""

    def __init__(self, picture: dict[str, Any]) -> None:
        self.width, self.height = picture["width"], picture["height"]
        canvas = Canvas(io.BytesIO())
        before = len(canvas._code)
        for path in picture["paths"]:
            self._draw(canvas, path)
        self.code = "\n".join(canvas._code[before:])

    def _draw(self, canvas: Canvas, path: dict[str, Any]) -> None:
        if path["fill"]:
            canvas.setFillColor(_color(path["fill"]))
        if path["stroke"]:
            canvas.setStrokeColor(_color(path["stroke"]))
            canvas.setLineWidth(path["width"])
            canvas.setDash(path["dash"])
            canvas.setLineCap(int(path["round"]))
            canvas.setLineJoin(int(path["round"]))
        shape = canvas.beginPath()
        steps = {"M": shape.moveTo, "L": shape.lineTo, "C": shape.curveTo, "Z": shape.close}
        for kind, *numbers in path["d"]:
            steps[kind](*(self.height - n if i % 2 else n for i, n in enumerate(numbers)))
        canvas.drawPath(
            shape, stroke=int(bool(path["stroke"])), fill=int(bool(path["fill"])),
            fillMode=0 if path["even_odd"] else 1,
        )  # fmt: skip


class _Picture(Flowable):  # type: ignore[misc]  # ReportLab has no types
    """A picture at its size on the page."""

    def __init__(self, shown: Operators, width: float, height: float) -> None:
        super().__init__()
        self.shown, self.width, self.height = shown, width, height

    def draw(self) -> None:
        self.canv.scale(self.width / self.shown.width, self.height / self.shown.height)
        self.canv._code.append(self.shown.code)


class _Mark(Flowable):  # type: ignore[misc]  # ReportLab has no types
    """A circle, a dot, or the cross of a rest day."""

    def __init__(self, shape: str, size: float, color: str) -> None:
        super().__init__()
        self.width = self.height = size
        self.shape, self.color = shape, _color(color)

    def draw(self) -> None:
        canvas, size = self.canv, self.width
        canvas.setStrokeColor(self.color)
        canvas.setFillColor(self.color)
        if self.shape == "rest":
            near, far = size * 0.3, size * 0.7
            canvas.lines([(near, near, far, far), (near, far, far, near)])
        elif self.shape != "open":
            canvas.circle(size / 2, size / 2, size / 2, fill=int(self.shape == "dot"))


class _Handout:
    """A handout that is being made."""

    def __init__(self, maker: Platypus, patient: dict[str, Any]) -> None:
        self.content, self.words = maker.content, patient["words"]
        self.pictures = {**maker.pictures, "qr": Operators(patient["qr"])}

    def pdf(self) -> bytes:
        """Lay out the handout and return its PDF."""
        target, (wide, high) = io.BytesIO(), self.content["page"]
        side, top, bottom = self.content["margins"]
        document = BaseDocTemplate(
            target, pagesize=(wide, high), title=self._say(self.content["title"]),
            author=self._say(self.content["author"]), lang=self.content["language"],
        )  # fmt: skip
        story: list[Flowable] = []
        for number, page in enumerate(self.content["pages"]):
            head = _HEAD if page["head"] else 0
            frame = Frame(side, bottom + _FOOT, wide - 2 * side, high - top - head - bottom - _FOOT,
                          0, 0, 0, 0)  # fmt: skip
            template = PageTemplate(str(number), [frame], onPage=self._furniture)
            template.told = page
            document.addPageTemplates([template])
            story += [NextPageTemplate(str(number)), PageBreak()] if story else []
            story += self._blocks(page["body"])
        document.build(story)
        return target.getvalue()

    def _furniture(self, canvas: Canvas, document: BaseDocTemplate) -> None:
        """Draw the head and the foot of a page."""
        side, top, bottom = self.content["margins"]
        wide, high = self.content["page"]
        page = document.pageTemplate.told
        for blocks, y in ((page["head"], high - top), (page["foot"], bottom + _FOOT - 6)):
            for flowable in self._blocks(blocks):
                _, taken = flowable.wrapOn(canvas, wide - 2 * side, high)
                flowable.drawOn(canvas, side, y - taken)

    def _say(self, words: str | int) -> str:
        """Return the words, or for a number those of the patient."""
        said: str = self.words[words] if isinstance(words, int) else words
        return said

    def _blocks(self, blocks: list[dict[str, Any]]) -> list[Flowable]:
        return [getattr(self, f"_{block['k']}")(block) for block in blocks]

    def _text(self, block: dict[str, Any]) -> Flowable:
        parts = []
        for words, bold, *size in block["runs"]:
            run = escape(self._say(words), quote=False)
            run = f"<b>{run}</b>" if bold else run
            parts.append(f'<font size="{size[0]}">{run}</font>' if size else run)
        look = [block[name] for name in ("size", "leading", "align", "color", "fill", "border")]
        return Paragraph("".join(parts), _style(*look))

    def _table(self, block: dict[str, Any]) -> Flowable:
        rows = [[self._blocks(cell) for cell in row] for row in block["rows"]]
        style: list[tuple[Any, ...]] = [*_NO_PADDING, ("VALIGN", (0, 0), (-1, -1), "TOP")]
        if block["pad"]:
            style += [(f"{s}PADDING", (0, 0), (-1, -1), block["pad"]) for s in ("TOP", "BOTTOM")]
        if block["data"]:
            style.append(("GRID", (2, 1), (-1, -1), 0.8, _color(block["rule"])))
        elif block["rule"]:
            style.append(("LINEBELOW", (0, 0), (-1, -1), 0.7, _color(block["rule"])))
        return Table(rows, colWidths=block["widths"], style=style, hAlign="LEFT")

    def _box(self, block: dict[str, Any]) -> Flowable:
        style: list[tuple[Any, ...]] = [
            *((f"{side}PADDING", (0, 0), (-1, -1), block["pad"]) for side in _SIDES),
            ("BACKGROUND", (0, 0), (-1, -1), _color(block["fill"])),
            ("BOX", (0, 0), (-1, -1), 1, _color(block["border"])),
        ]
        return Table([[self._blocks(block["body"])]], style=style, colWidths=["100%"])

    def _picture(self, block: dict[str, Any]) -> Flowable:
        return _Picture(self.pictures[block["id"]], block["width"], block["height"])

    def _mark(self, block: dict[str, Any]) -> Flowable:
        return _Mark(self._say(block["shape"]), block["size"], self._say(block["color"]))

    def _space(self, block: dict[str, Any]) -> Flowable:
        return Spacer(1, block["height"])

    def _line(self, block: dict[str, Any]) -> Flowable:
        before = block["height"] - 1
        return HRFlowable("100%", 0.8, "round", _color(block["color"]), before, 0)


@lru_cache
def _style(
    size: float, leading: float, align: str, color: str, fill: str | None, border: str | None
) -> ParagraphStyle:
    return ParagraphStyle(
        "text", fontName=_REGULAR, fontSize=size, leading=leading, textColor=_color(color),
        alignment=_ALIGN[align], backColor=_color(fill) if fill else None,
        borderColor=_color(border) if border else None, borderWidth=0.7 if border else 0,
    )  # fmt: skip


def main(folder: str, number: str, target: str) -> None:
    """Make one handout and write it."""
    (patient,) = read_patients(Path(folder) / PATIENTS, int(number), 1)
    Path(target).write_bytes(prepare(Path(folder)).make(patient))


if __name__ == "__main__":
    main(*sys.argv[1:])
