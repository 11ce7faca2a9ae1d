"""ReportLab has the private names that are used here, and its settings stay its own.

A release of ReportLab that fails here needs `graphics`, `canvas`, `document` and `fonts` in
`handouts.pdf` looked at; all that ReportLab does not promise and is used there is listed here.
"""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from weakref import WeakKeyDictionary

import pytest
import reportlab
from PIL import Image
from pypdf import PdfReader
from reportlab import rl_config
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfdoc, pdfmetrics, ttfonts
from reportlab.pdfgen.canvas import FILL_EVEN_ODD, FILL_NON_ZERO, PATH_OPS, Canvas
from reportlab.pdfgen.pathobject import PDFPathObject
from reportlab.pdfgen.textobject import PDFTextObject
from reportlab.platypus import Paragraph, Table

from handouts import Workspace
from handouts.figures.vector import Path as Shape
from handouts.model.clinic import Mode
from handouts.pdf.canvas import TaggedCanvas
from handouts.pdf.fonts import FontBook, font
from handouts.pdf.graphics import HandoutCanvas
from handouts.pdf.pdf_document import NotEmbedded
from handouts.text.brand import make_brand
from tests.conftest import Builder

RELEASE = f"ReportLab {reportlab.Version}"
REGULAR = str(Workspace().font("Handout-Regular.ttf"))


@pytest.fixture
def stock() -> ttfonts.TTFont:
    """Return one of our faces as a font of ReportLab's, without anything of ours."""
    return ttfonts.TTFont("Stock", REGULAR, asciiReadable=False, shapable=False)


@pytest.fixture
def name() -> str:
    """Return the name of a font that ReportLab knows."""
    known = font("Handout-Regular")
    assert pdfmetrics.getFont(known.fontName) is known, RELEASE
    return str(known.fontName)


def test_a_canvas_collects_operators_as_strings(name: str) -> None:
    canvas = Canvas(None, pageCompression=1, invariant=1, initialFontName=name)
    assert isinstance(canvas._doc, pdfdoc.PDFDocument), RELEASE
    assert canvas._code == [], RELEASE
    canvas.setLineWidth(2)
    canvas.translate(3, 4)
    assert canvas._code == ["2 w", "1 0 0 1 3 4 cm"], RELEASE
    path = canvas.beginPath()
    path.moveTo(0, 1)
    path.lineTo(2.5, 3)
    path.curveTo(1, 2, 3, 4, 5, 6)
    path.close()
    canvas.drawPath(path, stroke=False, fill=True, fillMode=FILL_EVEN_ODD)
    canvas.drawPath(path, stroke=True, fill=True, fillMode=FILL_NON_ZERO)
    drawn = "n 0 1 m 2.5 3 l 1 2 3 4 5 6 c h"
    assert canvas._code[2:] == [drawn, "f*", drawn, "B"], RELEASE
    assert isinstance(path, PDFPathObject), RELEASE
    assert path.getCode() == drawn, RELEASE
    assert PATH_OPS[False, True, FILL_EVEN_ODD] == "f*", RELEASE
    assert PATH_OPS[True, True, FILL_NON_ZERO] == "B", RELEASE


def test_a_canvas_saves_and_restores_the_attributes_of_its_state(name: str) -> None:
    class Noted(Canvas):  # type: ignore[misc]
        STATE_ATTRIBUTES = [*Canvas.STATE_ATTRIBUTES, "_noted"]

        def init_graphics_state(self) -> None:
            super().init_graphics_state()
            self._noted = "at first"

    canvas = Noted(None, initialFontName=name)
    assert canvas._noted == "at first", RELEASE
    canvas.saveState()
    canvas._noted = "inside"
    canvas.restoreState()
    assert canvas._noted == "at first", RELEASE


def test_a_canvas_knows_its_graphics_states(name: str) -> None:
    canvas = Canvas(None, initialFontName=name)
    assert not canvas._extgstate.getState(), RELEASE
    canvas.setFillAlpha(0.5)
    states = canvas._extgstate.getState()
    assert b"/ca .5" in pdfdoc.format(states, canvas._doc), RELEASE


def test_a_document_numbers_its_objects_by_names() -> None:
    document = pdfdoc.PDFDocument(compression=1, invariant=1, pdfVersion=(1, 7))
    before = document.objectcounter
    made = pdfdoc.PDFDictionary({"A": 1})
    reference = document.Reference(made, "named")
    assert document.objectcounter == before + 1, RELEASE
    assert document.idToObjectNumberAndVersion[reference.name] == (before + 1, 0), RELEASE
    assert document.numberToId[before + 1] == reference.name == "named", RELEASE
    assert document.idToObject["named"] is made, RELEASE
    assert document.delayedFonts == [], RELEASE
    stream = pdfdoc.PDFStream(content=b"data")
    assert pdfdoc.format(stream, document, toplevel=1).endswith(b"\ndataendstream\n"), RELEASE


def test_a_font_gives_codes_from_a_state_for_each_document(stock: ttfonts.TTFont) -> None:
    document = pdfdoc.PDFDocument()
    assert isinstance(stock.state, WeakKeyDictionary), RELEASE
    state = stock._assignState(document)
    assert stock.state[document] is state, RELEASE
    assert state.internalName is None, RELEASE
    state.subsets, state.assignments, state.nextCode = [[0] * 256], {65: 7}, 256
    state.internalName = "X"
    assert stock.splitString("AB", document) == [(0, b"\x07"), (1, b"\x01")], RELEASE
    assert state.subsets[1] == [0, 66], RELEASE
    assert state.assignments == {65: 7, 66: 257}, RELEASE
    assert stock.getSubsetInternalName(1, document) == "/X+1", RELEASE


def test_a_face_has_its_letters_and_makes_subsets_of_them() -> None:
    face = ttfonts.TTFontFace(REGULAR)
    assert face.charToGlyph[65], RELEASE
    assert face.charWidths[65] == face.getCharWidth(65) == 626, RELEASE
    assert face.makeSubset([0, 65]).startswith(b"\x00\x01\x00\x00"), RELEASE
    assert isinstance(face.name, bytes), RELEASE
    for measure in ("ascent", "descent", "capHeight", "stemV", "italicAngle", "flags", "bbox"):
        assert getattr(face, measure) is not None, f"{RELEASE}: {measure}"


# -- what is ours on it


def test_a_colour_that_is_set_is_not_written_again() -> None:
    canvas = HandoutCanvas(FontBook())
    for _ in range(2):
        canvas.fill_colour("#0f7c9b")
    assert canvas.operators() == b"0.059 0.486 0.608 rg"
    canvas.saveState()
    canvas.fill_colour("#000000")
    canvas.restoreState()
    canvas.fill_colour("#0f7c9b")
    assert canvas.operators().endswith(b"\nq\n0 g\nQ")


def test_a_shape_leaves_no_setting_to_what_follows() -> None:
    canvas = TaggedCanvas(make_brand("#0f7c9b", None, Mode.COLOUR), tagged=False)
    commands = (("M", (0.0, 0.0)), ("L", (9.0, 9.0)))
    canvas.shape(Shape(commands, "fill", "text", 2.0, (1.0, 2.0), round_ends=True), 3, 4)
    code = canvas.operators()
    assert code.startswith(b"q ")
    assert code.endswith(b" Q")
    for setting in (b" rg\n", b" G\n", b"\n2 w\n", b"1 J 1 j", b"[1 2] 0 d"):
        assert setting in code
    canvas.shape(Shape(commands, stroke="text", width=2.0), 3, 4)
    assert (
        canvas.operators().removeprefix(code) == b"\nq 1 0 0 1 3 4 cm 0 G\n2 w\nn 0 0 m 9 -9 l\nS Q"
    )


def test_text_of_reportlab_is_in_the_codes_of_ours_and_sets_its_own_font() -> None:
    canvas = HandoutCanvas(FontBook())
    canvas.text(0, 0, "Handout-Bold", 9, "Hold")
    canvas.setFont("Handout-Regular", 12)
    canvas.drawString(10, 20, "Nuñez (1)")
    canvas.text(0, 0, "Handout-Bold", 9, "Hold")
    lines = canvas.operators().decode("latin-1").splitlines()
    assert lines[0] == lines[2] == "BT/F2+0 9 Tf 0 0 Td(Hold)Tj ET"
    assert "/F1+0 12 Tf" in lines[1]
    assert "(Nu\\361ez \\(1\\))" in lines[1]


def test_a_font_that_is_not_embedded_is_refused() -> None:
    canvas = HandoutCanvas(FontBook())
    with pytest.raises(NotEmbedded, match="Helvetica is not embedded"):
        canvas.setFont("Helvetica", 12)


def test_a_canvas_that_is_not_ours_shows_our_fonts_as_any_other(name: str) -> None:
    drawn = io.BytesIO()
    canvas = Canvas(drawn, initialFontName=name)
    canvas.setFont(name, 12)
    canvas.drawString(72, 72, "Nuñez ≤ Łuk")
    canvas.save()
    assert PdfReader(drawn).pages[0].extract_text().strip() == "Nuñez ≤ Łuk"


def test_documents_are_apart_from_each_other() -> None:
    one, other, face = FontBook(), FontBook(), "HandoutFallback-Regular"
    # The first letter beyond the base has the first code, whatever another document has shown.
    assert one.code(face, "Ж") == other.code(face, "Я")
    assert set(one.codes[face]) == {"Ж"}
    assert set(other.codes[face]) == {"Я"}


def test_a_handout_leaves_settings_of_reportlab_as_they_were(new_handout_for: Builder) -> None:
    before = dict(vars(rl_config))
    assert new_handout_for().pdf
    assert vars(rl_config) == before


def test_settings_of_reportlab_change_no_byte(tmp_path: Path) -> None:
    """Whoever has settings of their own for ReportLab gets the same file."""
    code = (
        "import datetime as d, sys\n"
        "from reportlab import rl_config\n"
        "for each in sys.argv[1:]: name, value = each.split('='); "
        "setattr(rl_config, name, int(value))\n"
        "from handouts import Library, OrderRequest, Workspace, build, make_order\n"
        "from handouts.model.order import Patient\n"
        "w = Workspace(today=d.date(2026, 11, 22))\n"
        "p = Patient(name='Ирина Łuk')\n"
        "r = OrderRequest(program='si-joint-calm', clinic='riverbend', patient=p)\n"
        "sys.stdout.write(build(make_order(Library(w), r), w).sha256)\n"
    )

    def made(*settings: str) -> str:
        command = [sys.executable, "-c", code, *settings]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
        return done.stdout

    changed = made(
        "useA85=0", "pdfMultiLine=1", "pdfComments=1", "ttfAsciiReadable=1", "pageCompression=0"
    )
    assert changed == made("useA85=1", "pdfMultiLine=0", "pdfComments=0", "ttfAsciiReadable=0")


# -- under the flowables of ReportLab's that stand in a handout


def test_a_table_draws_its_cells_one_by_one() -> None:
    table = Table([["a", "b"], ["c", "d"]], style=[("SPAN", (0, 0), (1, 0))], repeatRows=1)
    canvas, drawn = Canvas(None), []
    table.wrapOn(canvas, 200, 200)
    table._drawCell = lambda value, _style, at, size: drawn.append((value, at[0], at[1] + size[1]))
    table.drawOn(canvas, 0, 0)
    left, right = table._colpositions[:2]
    top, middle = table._rowpositions[:2]
    assert sorted(drawn) == [("a", left, top), ("c", left, middle), ("d", right, middle)], RELEASE
    assert table._spanRanges[0, 0] == (0, 0, 1, 0), RELEASE
    assert table.repeatRows == 1, RELEASE


def test_a_paragraph_ends_its_lines_where_we_add_a_space() -> None:
    class Lines(PDFTextObject):  # type: ignore[misc]
        def _textOut(self, text: str, TStar: int = 0) -> None:  # noqa: N802, N803
            ended.append((text, TStar))

    ended: list[tuple[str, int]] = []
    canvas = Canvas(None)
    canvas.beginText = lambda *args, **options: Lines(canvas, *args, **options)
    paragraph = Paragraph("one two three four", ParagraphStyle("narrow", fontSize=12))
    paragraph.wrapOn(canvas, 60, 200)
    paragraph.drawOn(canvas, 0, 0)
    assert len(ended) >= 2, RELEASE
    assert all(last for _, last in ended), RELEASE


def test_a_canvas_begins_pages_with_what_a_print_run_takes_out() -> None:
    canvas = Canvas(io.BytesIO(), pageCompression=0)
    assert isinstance(canvas._preamble, str), RELEASE
    canvas._preamble = "% ours"
    canvas.showPage()
    assert b"% ours" in canvas.getpdfdata(), RELEASE


def test_a_canvas_names_its_images(name: str) -> None:
    canvas = Canvas(None, initialFontName=name)
    canvas.drawImage(ImageReader(Image.new("L", (2, 2))), 0, 0)
    known = canvas._doc.getXObjectName(canvas._formsinuse[-1])
    assert known in canvas._doc.idToObjectNumberAndVersion, RELEASE
    assert f"/{known} Do" in canvas._code, RELEASE
    assert canvas._pageNumber == 1, RELEASE
    assert canvas._pagesize, RELEASE
    assert canvas.state_stack == [], RELEASE
