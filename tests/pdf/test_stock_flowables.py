"""Flowables of ReportLab's stand in a handout: they flow with our blocks, and are tagged."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image as Picture
from pypdf import PdfReader
from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Image, ListFlowable, Paragraph, Spacer, Table
from typing_extensions import override

from handouts import Handout, Workspace, build
from handouts.deliver.tags import Tag, read_tags
from handouts.errors import ContentError
from handouts.layout.block import Block
from handouts.layout.doc import HandoutDoc
from handouts.layout.sheet import Sheet
from handouts.pdf.fonts import register_fonts
from tests.conftest import OrderMaker
from tests.layout.recording import pages_of
from tests.pdf.checks import conforms, figures_can_be_heard, read, tables_are_regular
from tests.readers import assert_strict_readers_accept

PAGE = Path(__file__).parents[2] / "docs" / "extending-layouts.md"
register_fonts()
STYLE = ParagraphStyle("text", fontName="Handout-Regular", fontSize=12, leading=16)
FACE = ("FONTNAME", (0, 0), (-1, -1), "Handout-Regular")
GRID = ("GRID", (0, 0), (-1, -1), 0.5, colors.black)

With = Callable[..., Handout]


@pytest.fixture
def with_flowables(order_for: OrderMaker, workspace: Workspace) -> With:
    """Build a handout with flowables at the end of a section."""

    def made(*flowables: Flowable | Block, section: int = -1, **options: object) -> Handout:
        order = order_for(**{"layout": "standard", **options})
        number = section % len(order.layout.sections)
        return build(order, workspace, added={number: flowables})

    return made


def _tags(pdf: bytes) -> tuple[Tag, ...]:
    tags = read_tags(PdfReader(io.BytesIO(pdf), strict=True))
    return tuple(replace(tag, text=tag.text.strip()) for tag in tags)


def test_the_documented_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It can be run as it stands, and what it makes can be heard, archived and opened."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    Picture.new("RGB", (90, 60), (20, 120, 90)).save("door.png")
    exec(compile(code, str(PAGE), "exec"), {})  # noqa: S102 - our own page
    pdf = (tmp_path / "with-hours.pdf").read_bytes()
    conforms(pdf, "ua1", "2a")
    figures_can_be_heard(read(pdf))
    assert "Opening hours" in assert_strict_readers_accept(pdf).poppler
    tags = _tags(pdf)
    tables_are_regular(tags)
    said = [(tag.role, tag.text or tag.alt) for tag in tags]
    start = said.index(("H2", "Opening hours"))
    assert [part for part in said[start:] if part[0] not in {"Table", "TR", "Sect"}][:12] == [
        ("H2", "Opening hours"),
        *(("TH", words) for words in ("Day", "From", "To")),
        *(("TD", words) for words in ("Monday", "8:00", "18:00", "Friday", "8:00", "13:00")),
        ("Figure", "The entrance, with a ramp on its left"),
        ("P", "Please ring the bell twice. The door opens by itself."),
    ]


@pytest.mark.parametrize("layout", Workspace().ids("layouts"))
def test_every_layout_takes_them(with_flowables: With, layout: str) -> None:
    table = Table([["Day", "From"], ["Monday", "8:00"]], style=[FACE, GRID], repeatRows=1)
    pdf = with_flowables(Paragraph("Ring twice.", STYLE), table, layout=layout).pdf
    conforms(pdf, "ua1", "2a")
    assert ("P", "Ring twice.") in [(tag.role, tag.text) for tag in _tags(pdf)]


def test_what_goes_on_over_pages_is_one_element(with_flowables: With) -> None:
    """A paragraph and a table that are split go on as the same; heads are not read again."""
    words = " ".join(f"word{number}" for number in range(1500))
    rows = [["Day", "From"], *([f"Day {number}", "8:00"] for number in range(80))]
    table = Table(rows, style=[FACE, GRID], repeatRows=1)
    made = with_flowables(Paragraph(words, STYLE), table)
    conforms(made.pdf, "ua1", "2a")
    tags = _tags(made.pdf)
    (paragraph,) = (tag for tag in tags if tag.text.startswith("word0 "))
    assert paragraph.text.split() == words.split()
    assert [tag.text for tag in tags if tag.role == "TH"].count("From") == 1
    assert [tag.text for tag in tags if tag.role == "TD"].count("8:00") == 80
    assert made.pages > with_flowables().pages + 2
    assert assert_strict_readers_accept(made.pdf).poppler.count("From\n") >= 3


def test_they_stand_on_the_page_of_our_blocks(with_flowables: With) -> None:
    assert (
        with_flowables(Paragraph("Ring twice.", STYLE), section=0).pages == with_flowables().pages
    )


def test_cells_over_rows_and_columns_say_so(with_flowables: With) -> None:
    rows = [["Open", "", "Closed"], ["Mo", "Tu", "We"], ["Th", "Fr", ""]]
    spans = [("SPAN", (0, 0), (1, 0)), ("SPAN", (2, 1), (2, 2))]
    pdf = with_flowables(Table(rows, style=[FACE, GRID, *spans], repeatRows=1)).pdf
    conforms(pdf, "ua1", "2a")
    tags = _tags(pdf)
    tables_are_regular(tags)
    cells = [tag.text for tag in tags if tag.role in {"TH", "TD"}]
    assert [cell for cell in cells if cell in {"Open", "Closed", "Mo", "Tu", "We", "Th", "Fr"}] == [
        "Open", "Closed", "Mo", "Tu", "We", "Th", "Fr",
    ]  # fmt: skip


def test_what_is_half_transparent_can_be_archived(with_flowables: With) -> None:
    half = colors.Color(0.1, 0.4, 0.5, alpha=0.5)
    tables = [Table([["a"]], style=[FACE, ("BACKGROUND", (0, 0), (-1, -1), half)])] * 2
    pdf = with_flowables(tables[0], Spacer(1, 600), tables[1]).pdf
    conforms(pdf, "ua1", "2a")
    resources: Any = PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]
    assert 0.5 in [state["/ca"] for state in resources["/ExtGState"].values() if "/ca" in state]
    assert_strict_readers_accept(pdf)


def test_what_only_draws_is_not_read(with_flowables: With) -> None:
    assert len(_tags(with_flowables(Spacer(1, 9)).pdf)) == len(_tags(with_flowables().pdf))


class Ruler(Block):
    """A block of somebody's own: a bar that takes what room is left."""

    name = "ruler"

    @override
    def _height_at(self, width: float) -> float:
        return 20.0

    @override
    def stretch(self, width: float) -> float:
        return 5000.0

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        sheet.rect(x, y, 12, height, fill="box")


def test_a_block_of_ones_own_grows_with_the_page(with_flowables: With) -> None:
    made = with_flowables(Ruler())
    conforms(made.pdf, "ua1", "2a")
    (ruler,) = (p for p in pages_of(made.laid_out)[-1].placements if p.name == "ruler")
    assert ruler.height > 100
    assert len(_tags(made.pdf)) == len(_tags(with_flowables().pdf))


def test_text_without_a_tag_is_refused(with_flowables: With) -> None:
    with pytest.raises(ContentError, match="text outside every tag"):
        with_flowables(ListFlowable([Paragraph("one", STYLE)], bulletFontName="Handout-Regular"))


def test_a_link_without_a_tag_is_refused(with_flowables: With) -> None:
    with pytest.raises(ContentError, match="a link"):
        with_flowables(Paragraph('<a href="https://example.org">here</a>', STYLE))


def test_a_picture_needs_words(with_flowables: With, tmp_path: Path) -> None:
    Picture.new("L", (9, 9)).save(tmp_path / "x.png")
    with pytest.raises(ContentError, match="set its alt"):
        with_flowables(Image(str(tmp_path / "x.png")))


def test_fonts_that_are_not_embedded_are_refused(with_flowables: With) -> None:
    with pytest.raises(ContentError, match="Helvetica"):
        with_flowables(Table([["a", "b"]]))


def test_pages_are_filled_by_a_template_of_reportlab(
    with_flowables: With, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Heads and feet come from page templates: without them, pages have neither."""
    monkeypatch.setattr(HandoutDoc, "_foot", lambda *_: None)
    assert "Page 1 of" not in read(with_flowables().pdf).reader.pages[0].extract_text()
