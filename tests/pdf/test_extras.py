"""Logos as pictures, links, other languages, outline and page labels."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image, ImageDraw
from pypdf import PdfReader
from pypdf.generic import StreamObject
from typing_extensions import override

from handouts.compose.runs import Run, Text
from handouts.deliver.tags import read_tags
from handouts.layout.doc import LaidOut
from handouts.layout.sheet import PageCanvas, Sheet, TextRun
from handouts.pdf.elements import Element, Tree
from handouts.stamp.build import write_pdf
from handouts.text.brand import brand_of
from handouts.text.faces import load_fonts
from handouts.text.setting import Typesetter
from tests.conftest import Builder, OrderMaker
from tests.layout.recording import RecordingCanvas, drawn, pages_of
from tests.pdf.checks import conforms, figures_can_be_heard, is_accessible, read


def _reader(pdf: bytes) -> Any:
    """What stands at a key of a PDF has no type before it is read."""
    return PdfReader(io.BytesIO(pdf), strict=True)


# -- raster logos


def _encoded(picture: Image.Image, kind: str) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind)
    return stream.getvalue()


def _painted(mode: str, colour: Any) -> Image.Image:
    picture = Image.new(mode, (60, 20), colour)
    ImageDraw.Draw(picture).ellipse((5, 5, 15, 15), fill=colour)
    return picture


LOGOS = {
    "PNG": _encoded(_painted("RGB", (200, 20, 60)), "PNG"),
    "PNG with transparency": _encoded(_painted("RGBA", (200, 20, 60, 90)), "PNG"),
    "PNG with a palette": _encoded(_painted("RGB", (9, 99, 199)).convert("P"), "PNG"),
    "gray PNG": _encoded(_painted("L", 90), "PNG"),
    "JPEG": _encoded(_painted("RGB", (200, 20, 60)), "JPEG"),
    "gray JPEG": _encoded(_painted("L", 90), "JPEG"),
    "CMYK JPEG": _encoded(_painted("CMYK", (10, 200, 30, 0)), "JPEG"),
}


@pytest.fixture
def with_logo(monkeypatch: pytest.MonkeyPatch) -> Callable[[LaidOut, bytes], LaidOut]:
    """Show a raster picture in place of a vector logo, and one without meaning."""
    draw = Sheet.drawing

    def changed(laid_out: LaidOut, data: bytes) -> LaidOut:
        letterhead = laid_out.document.letterhead

        def drawing(self: Sheet, *args: Any) -> None:
            if args[-1] is not letterhead:
                draw(self, *args)
                return
            self.bitmap(data, (43, 26, 60, 20), letterhead)
            self.bitmap(data, (300, 26, 30, 10))

        monkeypatch.setattr(Sheet, "drawing", drawing)
        return laid_out

    return changed


@pytest.mark.parametrize(
    ("kind", "mode"),
    [*((kind, "colour") for kind in LOGOS), ("PNG with transparency", "gray"), ("JPEG", "gray")],
)
def test_raster_logos_can_be_archived(
    new_handout_for: Builder,
    with_logo: Callable[[LaidOut, bytes], LaidOut],
    kind: str,
    mode: str,
) -> None:
    story = with_logo(new_handout_for(layout="standard", mode=mode).laid_out, LOGOS[kind])
    pdf = write_pdf(story).pdf
    conforms(pdf, "ua1", "2a")
    is_accessible(pdf, story)
    images = [
        each.get_object()
        for each in _reader(pdf).pages[0]["/Resources"]["/XObject"].values()
        if "/ColorSpace" in each.get_object()
    ]
    assert len(images) == 1
    gray = mode == "gray" or kind == "gray JPEG"
    assert images[0]["/ColorSpace"] == ("/DeviceGray" if gray else "/DeviceRGB")
    assert ("/SMask" in images[0]) == (kind == "PNG with transparency")


def test_a_logo_has_its_place_and_words(
    new_handout_for: Builder, with_logo: Callable[[LaidOut, bytes], LaidOut]
) -> None:
    story = with_logo(new_handout_for(layout="standard").laid_out, LOGOS["PNG"])
    pdf = write_pdf(story).pdf
    figures = [tag for tag in read_tags(_reader(pdf)) if tag.role == "Figure"]
    assert [figure.alt for figure in figures].count("Logo of Riverbend Physiotherapy") == 1
    height = pages_of(story)[0].height
    assert figures[0].box == (43.0, height - 46, 103.0, height - 26)
    figures_can_be_heard(read(pdf))


# -- links


@pytest.mark.parametrize("layout", ["standard", "large-print", "compact", "cards"])
def test_telephone_and_website_lead_on_from_paper(new_handout_for: Builder, layout: str) -> None:
    pages = _reader(new_handout_for(layout=layout, clinic="oldmill").pdf).pages
    found = [each.get_object() for page in pages for each in page.get("/Annots", ())]
    assert {link["/A"]["/URI"] for link in found if link["/Subtype"] == "/Link"} == {
        "tel:01632960142", "https://oldmill-chiro.example",
    }  # fmt: skip


def test_the_telephone_dials(new_handout_for: Builder) -> None:
    handout = new_handout_for(layout="standard", clinic="oldmill")
    annotations = [each.get_object() for each in _reader(handout.pdf).pages[0]["/Annots"]]
    links = [each for each in annotations if each["/Subtype"] == "/Link"]
    assert {link["/A"]["/URI"] for link in links} == {
        "tel:01632960142", "https://oldmill-chiro.example",
    }  # fmt: skip
    assert links[0]["/Contents"] == "01632 960 142"
    assert links[0]["/F"] == 4
    tags = read_tags(_reader(handout.pdf))
    linked = [tag for tag in tags if "01632 960 142" in tag.text]
    assert linked
    assert linked[0].role == "P"


# -- other languages


def test_a_passage_in_another_language_is_marked(
    new_handout_for: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, show = new_handout_for(layout="standard").laid_out, Sheet._draw_run
    before = write_pdf(story).pdf
    seen: list[TextRun] = []

    def in_spanish(self: Sheet, run: TextRun, element: Element | None) -> None:
        seen.extend([run] if run.source else [])
        show(self, replace(run, lang="es") if run.source and len(seen) == 1 else run, element)

    monkeypatch.setattr(Sheet, "_draw_run", in_spanish)
    pdf = write_pdf(story).pdf
    conforms(pdf, "ua1", "2a")
    is_accessible(pdf, story)
    assert b"/Lang(es)" in _unpacked(pdf)
    assert b"/Lang(es)" not in _unpacked(before)


def _unpacked(pdf: bytes) -> bytes:
    reader = _reader(pdf)
    streams = (reader.get_object(number) for number in range(1, reader.trailer["/Size"]))
    return b"".join(
        each.get_data()
        for each in streams
        if isinstance(each, StreamObject) and each.get("/Type") == "/ObjStm"
    )


def test_layout_keeps_languages_apart(order_for: OrderMaker) -> None:
    """Two languages on one line are two pieces, each with its own."""
    order = order_for(layout="standard")
    setter = Typesetter(load_fonts())
    leaf = Text((Run("Say "), Run("buenos días", lang="es"), Run(" to us.")))
    canvas = RecordingCanvas(brand_of(order.clinic, order.mode))
    canvas.begin((0, 0, 0, 0))
    canvas.sheet.text(40, 40, setter.line(leaf, order.layout.type.steps))
    (page,) = canvas.recorded
    pieces = [(item.text, item.lang) for item in page.items if isinstance(item, TextRun)]
    assert pieces == [("Say ", None), ("buenos días ", "es"), ("to us.", None)]


# -- outline and page labels


def test_the_outline_leads_to_every_part(new_handout_for: Builder) -> None:
    handout = new_handout_for(layout="standard")
    reader = _reader(handout.pdf)
    entries = [(entry.title, reader.get_destination_page_number(entry)) for entry in reader.outline]
    assert entries == [(mark.title, mark.page) for mark in drawn(handout.laid_out).bookmarks]
    assert ("Your plan", 0) in entries
    for entry, (title, number) in zip(reader.outline, entries, strict=True):
        # Its heading begins right below.
        place = float(reader.pages[number].mediabox.height) - entry.top
        begun = [
            item.y for item in pages_of(handout.laid_out)[number].items
            if isinstance(item, TextRun) and title.startswith(item.text.strip() or "-")
        ]  # fmt: skip
        assert any(0 < baseline - place < 30 for baseline in begun)
    assert reader.page_labels == [str(number + 1) for number in range(handout.pages)]


class Unbookmarked(LaidOut, frozen=True):
    """A handout without bookmarks."""

    @override
    def draw(self, tree: Tree | None = None, only: int | None = None) -> PageCanvas:
        canvas = super().draw(tree, only)
        canvas.bookmarks.clear()
        return canvas


def test_a_document_without_bookmarks_has_no_outline(new_handout_for: Builder) -> None:
    story = new_handout_for(layout="standard").laid_out
    fields = {name: getattr(story, name) for name in story.__struct_fields__}
    assert "/Outlines" in _reader(write_pdf(story).pdf).root_object
    assert "/Outlines" not in _reader(write_pdf(Unbookmarked(**fields)).pdf).root_object


# -- the same bytes


def test_same_story_same_bytes(new_handout_for: Builder) -> None:
    one, other = new_handout_for(layout="standard"), new_handout_for(layout="standard")
    assert one.pdf == other.pdf
    assert one.sha256 == other.sha256


def test_no_name_of_a_patient_in_the_metadata(new_handout_for: Builder) -> None:
    reader = _reader(new_handout_for(layout="standard").pdf)
    assert "Nuñez" not in str(reader.metadata)
    assert "Nuñez" not in reader.root_object["/Metadata"].get_data().decode()
