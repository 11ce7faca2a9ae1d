"""Fields to fill in on a screen: labels, values in any script, an embedded font."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from handouts import Workspace
from handouts.pdf.annotations import Entry, EntryKind
from handouts.pdf.canvas import TaggedCanvas
from handouts.stamp.build import write_pdf
from handouts.text.faces import face_named
from tests.conftest import Builder
from tests.layout.recording import pages_of
from tests.pdf.checks import conforms

VALUES = ["Łukasz Żółć", "10–15 times", "Ελένη", "Ирина Петрова", "Nguyễn Thị Ánh"]


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


@pytest.fixture
def filled_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[Entry, str], None]:
    """Let a field of a handout hold a value."""
    field = TaggedCanvas.field

    def fill(known: Entry, value: str) -> None:
        def filled(self: TaggedCanvas, entry: Entry) -> None:
            same = (entry.owner, entry.index) == (known.owner, known.index)
            field(self, replace(entry, value=value) if same else entry)

        monkeypatch.setattr(TaggedCanvas, "field", filled)

    return fill


@pytest.mark.parametrize("value", VALUES)
def test_values_in_any_script_we_print(
    new_handout_for: Builder, filled_in: Callable[[Entry, str], None], value: str
) -> None:
    story = new_handout_for(layout="standard").laid_out
    entries = (entry for page in pages_of(story) for entry in page.entries)
    filled_in(next(each for each in entries if each.kind is not EntryKind.TICK), value)
    pdf = write_pdf(story, fillable=True).pdf
    conforms(pdf, "ua1")
    filled = [f for f in (_reader(pdf).get_fields() or {}).values() if f.get("/V") == value]
    assert len(filled) == 1


def test_a_ticked_box_looks_ticked(
    new_handout_for: Builder, filled_in: Callable[[Entry, str], None]
) -> None:
    story = new_handout_for(layout="fridge").laid_out
    filled_in(pages_of(story)[0].entries[0], "Yes")
    pdf = write_pdf(story, fillable=True).pdf
    conforms(pdf, "ua1")
    widgets = [each.get_object() for each in _reader(pdf).pages[0]["/Annots"]]
    states = [each.get("/AS") for each in widgets if each.get("/FT") == "/Btn"]
    assert states.count("/Yes") == 1
    on = next(each for each in widgets if each.get("/AS") == "/Yes")["/AP"]["/N"]["/Yes"]
    off = next(each for each in widgets if each.get("/AS") == "/Off")["/AP"]["/N"]["/Off"]
    assert b" l S" in on.get_data()
    assert off.get_data() == b""


@pytest.mark.parametrize("value", ["3", "10"])
def test_a_pain_number_stands_in_the_middle_of_its_circle(
    new_handout_for: Builder, filled_in: Callable[[Entry, str], None], value: str
) -> None:
    story = new_handout_for(layout="fridge").laid_out
    entry = next(each for each in pages_of(story)[0].entries if each.kind is EntryKind.NUMBER)
    filled_in(entry, value)
    reader = _reader(write_pdf(story, fillable=True).pdf)
    field = next(f for f in reader.pages[0]["/Annots"] if f.get_object().get("/V") == value)
    code = field.get_object()["/AP"]["/N"].get_data().decode("latin-1")
    found = re.search(r"TL ([\d.]+) [\d.]+ Td /\S+ ([\d.]+) Tf", code)
    assert found
    left, size = map(float, found.groups())
    width = face_named("Handout-Regular").width(value, size)
    assert left + width / 2 == pytest.approx(entry.width / 2, abs=0.05)
