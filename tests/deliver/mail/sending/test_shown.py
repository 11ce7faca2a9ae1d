"""A name on a page is found however it is set, and not where another's stands."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pypdf import PdfReader

from handouts import Library, OrderRequest, Workspace, build, make_order
from handouts.deliver.mail.interlock import page_text, shows
from handouts.model.order import Patient

GAP = "\x1f"
UTF_16 = b"1 beginbfrange <0000> <ffff> <0000> endbfrange"
"""What a font's codes mean: those of Unicode."""
LONG = (
    "Maximiliana Alexandrina Featherstonehaugh-Wolfeschlegelsteinhausen von und zu Officefflingen"
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("name\x1fmaria nuñez", "Maria Nuñez"),
        ("sore side: left\x1fmaria\x1fnuñez\x1fclinician", "Maria Nuñez"),
        ("maria nu\x1fñez", "Maria Nuñez"),
        ("maria nun\u0303ez", "Maria Nuñez"),
        ("o'brien", "O’Brien"),
        ("strauss", "Strauß"),
        ("office lid", "Oﬃce Lid"),
        ("maria’s exercises", "Maria"),
        ("(maria)", "Maria"),
        ("smith-jones", "Smith‑Jones"),
        ("nguyễn thị\x1fánh đặng", "Nguyễn Thị Ánh Đặng"),
        ("maximiliana alexandri…", "Maximiliana Alexandrina"),
        ("ελένη", "ΕΛΈΝΗ"),
    ],
)
def test_found(text: str, name: str) -> None:
    assert shows(_page(*text.split(GAP)), name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("joanna bell", "Anna"),
        ("annabel lee", "Anna"),
        ("anna bell", "Anna Lee"),
        ("alternate legs", "Al"),
        ("maximiliana alexandr…", "Maximiliana Alexandrina"),
        ("anna…", "Annabel"),
        ("maximiliana alexandri x", "Maximiliana Alexandrina"),
        ("bell anna", "Anna Bell"),
        ("", "Anna"),
        ("anna", ""),
        ("anna", " "),
        ("a.b", "A+B"),
    ],
)
def test_not_found(text: str, name: str) -> None:
    assert not shows(_page(*text.split(GAP)), name)


def _page(*marks: str) -> str:
    """Return the text of a page on which each of some texts has a mark of its own."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    font = pikepdf.Dictionary(ToUnicode=pdf.make_stream(UTF_16))
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    content = "\n".join(
        f"/P <</MCID {number}>> BDC BT /F1 9 Tf <{text.encode('utf-16-be').hex()}> Tj ET EMC"
        for number, text in enumerate(marks)
    )
    page.Contents = pdf.make_stream(content.encode("ascii"))
    file = io.BytesIO()
    pdf.save(file)
    return _first_page(file.getvalue())


def _first_page(pdf: bytes) -> str:
    return page_text(PdfReader(io.BytesIO(pdf)).pages[0])


@pytest.mark.parametrize(
    "name",
    [
        *("Maria Nuñez-O'Brien", LONG, "Nguyễn Thị Ánh Đặng", "Ελένη Ωμέγα"),
        *("محمد الأحمد", "דוד כהן-לוי", "राम प्रसाद", "王小明"),
    ],
)
@pytest.mark.parametrize("layout", ["standard", "large-print", "compact", "cards", "fridge"])
def test_every_layout_shows_its_patient_on_page_1(
    workspace: Workspace, library: Library, layout: str, name: str
) -> None:
    request = OrderRequest("si-joint-calm", "riverbend", layout, Patient(name=name))
    text = _first_page(build(make_order(library, request), workspace).pdf)
    # A sheet for the door has the first name alone.
    assert shows(text, name.split(maxsplit=1)[0] if layout == "fridge" else name)
    assert not shows(text, "Maria Nunez")
    assert not shows(text, "Maximiliana Alexandrina Fetherston von und zu Officefflingen")


def test_the_fridge_sheet_calls_by_the_preferred_name(
    workspace: Workspace, library: Library
) -> None:
    patient = Patient(name="Maria Nuñez", preferred_name="Mia")
    request = OrderRequest("si-joint-calm", "riverbend", "fridge", patient)
    text = _first_page(build(make_order(library, request), workspace).pdf)
    assert shows(text, "Mia")
    assert not shows(text, "Maria Nuñez")
