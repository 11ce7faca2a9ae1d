"""Each rule that the tagging keeps, broken on purpose, is noticed: the checks can fail."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from msgspec.structs import replace
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    StreamObject,
)

from handouts.figures.vector import Vector
from handouts.layout.doc import LaidOut
from handouts.layout.sheet import Sheet, TextRun
from handouts.pdf import canvas, elements, fonts, graphics, objects, pdf_document
from handouts.pdf.canvas import TaggedCanvas, Untagged
from handouts.pdf.elements import Element, Tree
from handouts.pdf.fonts import UnknownGlyph
from handouts.pdf.objects import unicode_map
from handouts.stamp import plate
from handouts.stamp.build import write_pdf
from handouts.text.brand import brand_of
from tests.conftest import Builder, OrderMaker
from tests.pdf.checks import conforms, is_accessible

Edit = Callable[[PdfWriter], None]


@pytest.fixture(scope="module")
def story(new_handout_for: Builder) -> LaidOut:
    """A handout with tables, lists, pictures and text over line ends."""
    return new_handout_for(layout="standard").laid_out


def _check(pdf: bytes, story: LaidOut, *profiles: str) -> None:
    conforms(pdf, *profiles)
    is_accessible(pdf, story)


# -- a finished file, spoiled


def _root(writer: PdfWriter) -> Any:
    """What stands at a key of a PDF has no type before it is read."""
    return writer.root_object


def _elements(writer: PdfWriter, *roles: str) -> Iterator[Any]:
    waiting: list[Any] = [_root(writer)["/StructTreeRoot"]["/K"].get_object()]
    while waiting:
        element = waiting.pop()
        if str(element["/S"])[1:] in roles:
            yield element
        kids = element.get("/K")
        kids = kids.get_object() if kids is not None else []
        for each in kids if isinstance(kids, list) else [kids]:
            kid = each.get_object()
            if isinstance(kid, DictionaryObject) and "/S" in kid:
                waiting.append(kid)


def _without(key: str, *roles: str) -> Edit:
    def edit(writer: PdfWriter) -> None:
        for element in list(_elements(writer, *roles)):
            del element[key]

    return edit


def _renamed(old: str, new: str) -> Edit:
    def edit(writer: PdfWriter) -> None:
        for element in list(_elements(writer, old)):
            element[NameObject("/S")] = NameObject(f"/{new}")

    return edit


def _no_catalog(key: str) -> Edit:
    def edit(writer: PdfWriter) -> None:
        del writer.root_object[key]

    return edit


def _no_page(key: str) -> Edit:
    def edit(writer: PdfWriter) -> None:
        del writer.pages[1][key]

    return edit


def _no_tree(key: str) -> Edit:
    def edit(writer: PdfWriter) -> None:
        del _root(writer)["/StructTreeRoot"][key]

    return edit


def _no_annotation(key: str) -> Edit:
    def edit(writer: PdfWriter) -> None:
        for sheet in writer.pages:
            for annotation in sheet.get("/Annots", ()):
                annotation.get_object().pop(key, None)

    return edit


def _packet(old: bytes, new: bytes) -> Edit:
    def edit(writer: PdfWriter) -> None:
        data = _root(writer)["/Metadata"].get_data()
        assert old in data
        stream = DecodedStreamObject()
        stream.set_data(data.replace(old, new))
        stream[NameObject("/Type")] = NameObject("/Metadata")
        stream[NameObject("/Subtype")] = NameObject("/XML")
        writer.root_object[NameObject("/Metadata")] = writer._add_object(stream)

    return edit


def _content(old: bytes, new: bytes) -> Edit:
    def edit(writer: PdfWriter) -> None:
        contents = writer.pages[0].get_contents()
        assert contents is not None
        data = contents.get_data()
        assert old in data
        stream = DecodedStreamObject()
        stream.set_data(data.replace(old, new, 1))
        writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)

    return edit


def _no_profile(writer: PdfWriter) -> None:
    del _root(writer)["/OutputIntents"][0].get_object()["/DestOutputProfile"]


def _no_spans(writer: PdfWriter) -> None:
    for cell in _elements(writer, "TD", "TH"):
        attributes = cell.get("/A")
        if attributes is not None:
            attributes.get_object().pop("/ColSpan", None)


def _heads_twice(writer: PdfWriter) -> None:
    for table in list(_elements(writer, "Table")):
        table["/K"].insert(1, table["/K"][0])


def _appearances_needed(writer: PdfWriter) -> None:
    form = DictionaryObject({NameObject("/Fields"): ArrayObject()})
    form[NameObject("/NeedAppearances")] = BooleanObject(value=True)
    writer.root_object[NameObject("/AcroForm")] = form


def _bare_font(writer: PdfWriter) -> None:
    helvetica = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    resources: Any = writer.pages[0]["/Resources"]
    resources["/Font"][NameObject("/Helv")] = helvetica
    _content(b"EMC\n", b"EMC\nBT /Helv 12 Tf ET\n")(writer)


SPOILED: dict[str, Edit] = {
    "no Lang": _no_catalog("/Lang"),
    "no MarkInfo": _no_catalog("/MarkInfo"),
    "no title shown": _no_catalog("/ViewerPreferences"),
    "no StructTreeRoot": _no_catalog("/StructTreeRoot"),
    "no XMP": _no_catalog("/Metadata"),
    "no OutputIntents": _no_catalog("/OutputIntents"),
    "OutputIntent without profile": _no_profile,
    "no ParentTree": _no_tree("/ParentTree"),
    "no RoleMap": _no_tree("/RoleMap"),
    "page without StructParents": _no_page("/StructParents"),
    "page without Tabs": _no_page("/Tabs"),
    "figure without Alt": _without("/Alt", "Figure"),
    "figure without BBox": _without("/A", "Figure"),
    "TH without Scope": _without("/A", "TH"),
    "ColSpan forgotten": _no_spans,
    "H2 becomes H4": _renamed("H2", "H4"),
    "list of paragraphs": _renamed("LI", "P"),
    "cells outside rows": _renamed("TR", "Sect"),
    "head read twice": _heads_twice,
    "no PDF/UA in the XMP": _packet(b"<pdfuaid:part>1</pdfuaid:part>", b""),
    "no PDF/A in the XMP": _packet(b"<pdfaid:part>2</pdfaid:part>", b""),
    "schema not described": _packet(b"pdfaExtension:schemas", b"pdfaExtension:nothing"),
    "pdf:Trapped in the XMP": _packet(
        b"<pdfuaid:part>", b"<pdf:Trapped>False</pdf:Trapped><pdfuaid:part>"
    ),
    "XMP with another title": _packet(b"Your home exercises", b"Other exercises"),
    "XMP with another date": _packet(b"CreateDate>2026", b"CreateDate>2025"),
    "form that needs appearances": _appearances_needed,
    "shape outside every mark": _content(b"EMC\n", b"EMC\n0 0 9 9 re f\n"),
    "CMYK colour": _content(b"EMC\n", b"EMC\n/Artifact BMC 1 0 0 0 k 0 0 9 9 re f EMC\n"),
    "Helvetica selected, not shown": _bare_font,
}


def _edited(pdf: bytes, edit: Edit) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    edit(writer)
    for each in writer._objects:
        # pypdf writes no carriage return before endstream: data that ends in one seems cut short.
        if isinstance(each, StreamObject) and each._data[-1:] in (b"\r", b"\n"):
            each._data += b"\0"
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def test_a_file_only_saved_again_passes(story: LaidOut) -> None:
    pdf = _edited(write_pdf(story).pdf, lambda _: None)
    _check(pdf, story, "ua1", "2a")


@pytest.mark.parametrize("rule", SPOILED)
def test_a_spoiled_file_is_noticed(story: LaidOut, rule: str) -> None:
    pdf = _edited(write_pdf(story).pdf, SPOILED[rule])
    with pytest.raises((AssertionError, KeyError, AttributeError)):
        _check(pdf, story, "ua1", "2a")


@pytest.mark.parametrize("key", ["/TU", "/StructParent"])
def test_a_field_without_label_or_tag_is_noticed(story: LaidOut, key: str) -> None:
    pdf = write_pdf(story, fillable=True).pdf
    _check(pdf, story, "ua1")
    with pytest.raises((AssertionError, KeyError)):
        _check(_edited(pdf, _no_annotation(key)), story, "ua1")


# -- a rule of the layer, switched off


def _null_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    right = unicode_map
    wrong = b"1 beginbfchar\n<00> <0000>\nendbfchar\nendcmap"
    monkeypatch.setattr(
        fonts, "unicode_map", lambda *codes: right(*codes).replace(b"endcmap", wrong)
    )
    monkeypatch.setattr(fonts, "_font", fonts._font.__wrapped__)


def _no_line_before_endstream(monkeypatch: pytest.MonkeyPatch) -> None:
    right = objects.Stream.encoded
    monkeypatch.setattr(
        objects.Stream, "encoded", lambda self: right(self).replace(b"\r\nendstream", b"endstream")
    )


def _no_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    right = TaggedCanvas.text

    def stripped(
        self: TaggedCanvas, x: float, y: float, face: str, size: float, string: str
    ) -> None:
        right(self, x, y, face, size, string.rstrip(" ") or " ")

    monkeypatch.setattr(TaggedCanvas, "text", stripped)


def _packed_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    def packed(data: bytes, _entries: bytes = b"") -> bytes:
        about = {"Type": objects.Name("Metadata"), "Subtype": objects.Name("XML")}
        return objects.Stream(data, about).encoded()

    right = objects.plain_stream
    monkeypatch.setattr(
        plate,
        "plain_stream",
        lambda data, entries=b"": (packed if b"XML" in entries else right)(data, entries),
    )


def _furniture_always_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        Tree, "of_repeated", lambda self, leaf: self._repeated.get(leaf, (None,))[0]
    )


def _nothing_spaced(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Tree.leaf
    monkeypatch.setattr(Tree, "leaf", lambda self, parent, leaf, **_: right(self, parent, leaf))


def _all_share_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elements.Element, "follows", lambda _self, _other: True)


def _headings_not_lifted(monkeypatch: pytest.MonkeyPatch) -> None:
    right = elements.TreeWriter._role

    def skipped(self: elements.TreeWriter, element: elements.Element) -> bytes:
        return right(self, element).replace(b"H1", b"H3")

    monkeypatch.setattr(elements.TreeWriter, "_role", skipped)


def _no_rolemap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elements, "ROLES", {})


def _no_extension(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_document, "_EXTENSION", "")


def _cmyk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphics, "colour_code", lambda _colour, **_: "0 0 0 1 k")
    # Without its cache, which would have such shapes for the tests that follow.
    monkeypatch.setattr(canvas, "path_operators", graphics.path_operators.__wrapped__)


SWITCHED_OFF = {
    "a map for the missing glyph": _null_codes,
    "no line end before endstream": _no_line_before_endstream,
    "no spaces at line ends": _no_spaces,
    "no spaces between leaves": _nothing_spaced,
    "compressed metadata": _packed_metadata,
    "running feet read on every page": _furniture_always_read,
    "marks shared by all": _all_share_marks,
    "heading level skipped": _headings_not_lifted,
    "own roles not mapped": _no_rolemap,
    "no claims for archives": _no_extension,
    "CMYK": _cmyk,
}


@pytest.mark.parametrize("rule", SWITCHED_OFF)
def test_a_rule_switched_off_is_noticed(
    story: LaidOut, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    SWITCHED_OFF[rule](monkeypatch)
    pdf = write_pdf(story).pdf
    with pytest.raises(AssertionError):
        _check(pdf, story, "ua1", "2a")


# -- what cannot even be written


def test_text_outside_every_mark_cannot_be_written(
    story: LaidOut, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TaggedCanvas, "element", lambda self, _element: self.close())
    with pytest.raises(Untagged, match="outside every tag"):
        write_pdf(story)


def test_a_picture_outside_every_mark_cannot_be_written(
    story: LaidOut, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TaggedCanvas, "artifact", lambda _self, _kind: None)
    with pytest.raises(Untagged, match="outside every tag"):
        write_pdf(story)


_PICTURE = b""
SHOWN: dict[str, Callable[[TaggedCanvas], None]] = {
    "text": lambda page: page.text(0, 0, "Handout-Regular", 9, "words"),
    "a drawing": lambda page: page.vector(Vector((0, 0, 9, 9), ()), 0, 0, 1),
    "an image": lambda page: page.bitmap(_PICTURE, (0, 0, 9, 9)),
}


@pytest.fixture
def page(order_for: OrderMaker) -> TaggedCanvas:
    """A page with nothing on it."""
    order = order_for(layout="standard")
    return TaggedCanvas(brand_of(order.clinic, order.mode))


@pytest.mark.parametrize("what", SHOWN)
def test_a_page_shows_nothing_outside_a_mark(page: TaggedCanvas, what: str) -> None:
    with pytest.raises(Untagged, match=f"^{what} outside every tag"):
        SHOWN[what](page)


def test_what_reportlab_shows_needs_an_element(page: TaggedCanvas) -> None:
    page.rect(0, 0, 9, 9)  # a shape is an artifact, and no place for words
    with pytest.raises(Untagged, match=r"^text outside every tag"):
        page.drawString(0, 0, "words")
    with pytest.raises(Untagged, match=r"^an image outside every tag"):
        page.drawImage("picture.png", 0, 0)


def test_a_leaf_from_elsewhere_cannot_be_written(
    story: LaidOut, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Tree, "of", lambda _self, _leaf: None)
    with pytest.raises(Untagged, match="not in the document"):
        write_pdf(story)


def test_a_character_without_glyph_cannot_be_written(
    story: LaidOut, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = Sheet._draw_run
    ticked = "\u2713"

    def mutated(self: Sheet, run: TextRun, element: Element | None) -> None:
        draw(self, replace(run, text=ticked), element)

    monkeypatch.setattr(Sheet, "_draw_run", mutated)
    with pytest.raises(UnknownGlyph, match=r"U\+2713"):
        write_pdf(story)
