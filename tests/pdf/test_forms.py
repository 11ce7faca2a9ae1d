"""Fields to fill in on a screen: labels, places, an embedded font."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader

from handouts import Workspace
from handouts.pdf.annotations import EntryKind
from handouts.stamp.build import write_pdf
from tests.conftest import Builder
from tests.layout.recording import pages_of
from tests.pdf.checks import conforms


def _reader(pdf: bytes) -> Any:
    """What stands at a key of a PDF has no type before it is read."""
    return PdfReader(io.BytesIO(pdf), strict=True)


@pytest.mark.parametrize("layout", Workspace().ids("layouts"))
def test_every_place_to_write_is_a_field(new_handout_for: Builder, layout: str) -> None:
    story = new_handout_for(layout=layout).laid_out
    entries = [entry for page in pages_of(story) for entry in page.entries]
    assert entries
    fields = _reader(write_pdf(story, fillable=True).pdf).get_fields() or {}
    assert len(fields) == len(entries)
    assert all(field.get("/TU") for field in fields.values())
    kinds = {"/Btn": 0, "/Tx": 0}
    for field in fields.values():
        kinds[field["/FT"]] += 1
    assert kinds["/Btn"] == sum(entry.kind is EntryKind.TICK for entry in entries)


def test_fields_lie_on_their_boxes(new_handout_for: Builder) -> None:
    story = new_handout_for(layout="standard").laid_out
    reader = _reader(write_pdf(story, fillable=True).pdf)
    for page, sheet in zip(pages_of(story), reader.pages, strict=True):
        widgets = [each.get_object() for each in sheet.get("/Annots", ())]
        rects = [each["/Rect"] for each in widgets if each["/Subtype"] == "/Widget"]
        for entry, rect in zip(page.entries, rects, strict=True):
            assert [float(side) for side in rect] == pytest.approx(
                [
                    entry.x,
                    page.height - entry.y - entry.height,
                    entry.x + entry.width,
                    page.height - entry.y,
                ],
                abs=0.001,
            )


def test_to_print_there_is_no_form(new_handout_for: Builder) -> None:
    reader = _reader(new_handout_for(layout="standard").pdf)
    assert "/AcroForm" not in reader.root_object
    assert not reader.get_fields()


def test_a_form_claims_no_archive(new_handout_for: Builder) -> None:
    pdf = write_pdf(new_handout_for(layout="fridge").laid_out, fillable=True).pdf
    packet = _reader(pdf).root_object["/Metadata"].get_data()
    assert b"<pdfuaid:part>1</pdfuaid:part>" in packet
    assert b"pdfaid" not in packet
    assert "/OutputIntents" not in _reader(pdf).root_object


def test_a_ticked_box_looks_ticked(new_handout_for: Builder) -> None:
    pdf = write_pdf(new_handout_for(layout="fridge").laid_out, fillable=True).pdf
    conforms(pdf, "ua1")
    widgets = [each.get_object() for each in _reader(pdf).pages[0]["/Annots"]]
    boxes = [each for each in widgets if each.get("/FT") == "/Btn"]
    assert {each["/AS"] for each in boxes} == {"/Off"}
    looks = boxes[0]["/AP"]["/N"]
    assert b" l S" in looks["/Yes"].get_data()
    assert looks["/Off"].get_data() == b""
