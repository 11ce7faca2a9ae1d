"""What must hold for every handout; each check raises AssertionError, so tests can see it fail."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import page as validator
import pikepdf
from pypdf import PdfReader
from pypdf.generic import NullObject

from handouts.compose.document import (
    Document,
    Furniture,
    PainRule,
    PatientPanel,
    TrackingGrid,
)
from handouts.compose.runs import Text, leaves
from handouts.deliver.tags import Tag, read_tags
from handouts.layout.doc import LaidOut
from handouts.layout.sheet import TextRun
from tests.layout.recording import pages_of, placed

SHOWING = {b"Tj", b"TJ", b"'", b'"', b"Do", b"f", b"f*", b"S", b"B", b"B*", b"sh", b"EI"}


@dataclass(frozen=True)
class Reading:
    """A PDF read back: its pages' operations are parsed once for all checks."""

    reader: PdfReader
    operations: list[list[tuple[Any, bytes]]]
    tags: tuple[Tag, ...]

    @property
    def pages(self) -> Iterator[tuple[Any, list[tuple[Any, bytes]]]]:
        """Each page with its operations."""
        return zip(self.reader.pages, self.operations, strict=True)


def read(pdf: bytes) -> Reading:
    reader = PdfReader(io.BytesIO(pdf), strict=True)
    return Reading(reader, operations(pdf), read_tags(reader))


def operations(pdf: bytes) -> list[list[tuple[Any, bytes]]]:
    """The operations of each page, operands first; qpdf parses them ten times as fast as pypdf."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [
            [(each.operands, bytes(each.operator)) for each in pikepdf.parse_content_stream(page)]
            for page in opened.pages
        ]


def conforms(pdf: bytes, *profiles: str) -> None:
    for profile in profiles:
        report = validator.validate_pdf_bytes(pdf, profile=profile)
        broken = {f"{failure.rule_id}: {failure.message}" for failure in report.failures}
        assert report.is_compliant, f"{profile}: {sorted(broken)[:6]}"


def pages_are_linked(reading: Reading) -> None:
    """Every page and annotation has its key in the parent tree, and marks their elements there."""
    root: Any = reading.reader.root_object["/StructTreeRoot"]
    numbers = root["/ParentTree"]["/Nums"]
    table = {int(numbers[i]): numbers[i + 1].get_object() for i in range(0, len(numbers), 2)}
    assert len(table) == root["/ParentTreeNextKey"]
    for page, operations in reading.pages:
        assert page.get("/Tabs") == "/S"
        assert "/StructParents" in page, "a page without StructParents"
        elements = table.pop(int(page["/StructParents"]))
        marks = [
            int(operands[1]["/MCID"])
            for operands, operator in operations
            if operator == b"BDC" and "/MCID" in operands[1]
        ]
        # Numbers that no mark has are left out between the parts of a page.
        assert marks == [i for i, each in enumerate(elements) if not isinstance(each, NullObject)]
        for annotation in page.get("/Annots", ()):
            element = table.pop(int(annotation.get_object()["/StructParent"]))
            kids = element["/K"] if isinstance(element["/K"], list) else [element["/K"]]
            owned = [kid["/Obj"] for kid in kids if isinstance(kid, dict) and "/Obj" in kid]
            assert annotation.get_object() in owned
            assert element["/S"] in {"/Form", "/Link"}
    assert not table


def nothing_is_bare(reading: Reading) -> None:
    """Whatever is shown stands in exactly one mark or artifact."""
    for _, operations in reading.pages:
        depth = 0
        for _, operator in operations:
            depth += (operator in {b"BDC", b"BMC"}) - (operator == b"EMC")
            assert depth in {0, 1}
            assert depth or operator not in SHOWING, f"{operator!r} outside every mark"


def fonts_are_embedded(reading: Reading) -> None:
    """Every font that is selected or offered is carried by the file."""
    for page, operations in reading.pages:
        fonts = page["/Resources"]["/Font"]
        selected = {operands[0] for operands, operator in operations if operator == b"Tf"}
        assert selected <= set(fonts)
        for font in fonts.values():
            shown = font.get_object().get("/DescendantFonts", [font])[0].get_object()
            assert "/FontFile2" in shown["/FontDescriptor"]
            assert not re.search(rb"> <0000>", font.get_object()["/ToUnicode"].get_data())
    form: Any = reading.reader.root_object.get("/AcroForm")
    for font in form["/DR"]["/Font"].values() if form else ():
        assert "/FontFile2" in font["/FontDescriptor"]


def metadata_agrees(reading: Reading, story: LaidOut) -> None:
    """Info and XMP say the same, and nothing of the patient."""
    reader = reading.reader
    root: Any = reader.root_object
    packet = root["/Metadata"].get_data().decode()
    info: Any = reader.metadata
    assert info is not None
    document = story.document
    assert _xmp(packet, "dc:title") == info.title == document.title
    assert _xmp(packet, "dc:creator") == info.author == document.author
    said = "Draft of handout" if document.draft else "Handout"
    subject = " ".join(filter(None, (said, document.code, document.token)))
    assert _xmp(packet, "dc:description") == info.subject == subject
    made = f"{story.made:%Y-%m-%d}T00:00:00Z"
    assert _xmp(packet, "xmp:CreateDate") == _xmp(packet, "xmp:ModifyDate") == made
    assert info["/CreationDate"] == info["/ModDate"] == f"D:{story.made:%Y%m%d}000000Z"
    assert _xmp(packet, "dc:language") == root["/Lang"] == document.language
    fields = {run.text for leaf in document.leaves() for run in leaf.runs if run.field == "name"}
    for name in fields - {"____"}:
        assert name not in packet
        assert name not in str(info)


def _xmp(packet: str, name: str) -> str:
    inside = re.search(f"<{name}>(.*?)</{name}>", packet, re.DOTALL)
    assert inside, f"no {name} in the XMP"
    words = re.sub("<[^>]*>", "", inside[1]).strip()
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def figures_can_be_heard(reading: Reading) -> None:
    """Every picture says what it shows and where it stands."""
    reader, tags = reading.reader, reading.tags
    wide = max(float(page.mediabox.width) for page in reader.pages)
    high = max(float(page.mediabox.height) for page in reader.pages)
    for tag in tags:
        if tag.role == "Figure":
            assert len((tag.alt or "").split()) > 1, "a picture without words"
            assert len(tag.box) == 4, "a picture without bounds"
            left, low, right, top = tag.box
            assert 0 <= left < right <= wide
            assert 0 <= low < top <= high


def pictures_repeat_no_step(tags: tuple[Tag, ...]) -> None:
    """Steps are read right after their pictures, which do not say them too."""
    steps = {tag.text.strip() for tag in tags if tag.role == "LBody"}
    for tag in tags:
        assert tag.role != "Figure" or not any(f": {step}" in (tag.alt or "") for step in steps)


def boxes_can_be_heard(tags: tuple[Tag, ...], story: LaidOut) -> None:
    """Each line of the grid says on which days it has boxes, or from when on; or has fields."""
    blocks = [block for section in story.document.sections for block in section.blocks]
    bands = [band for each in blocks if isinstance(each, TrackingGrid) for band in each.bands]
    lines = [line.summary for band in bands for row in band.rows for line in row.lines]
    said = Counter(tag.spoken for tag in tags if tag.role == "TD")
    assert any(tag.role == "Form" for tag in tags) or not Counter(lines) - said


def headings_descend(tags: Iterable[Tag]) -> None:
    level = 0
    for tag in tags:
        if re.fullmatch(r"H\d", tag.role):
            assert int(tag.role[1]) <= level + 1, "a heading level is skipped"
            level = int(tag.role[1])


def tables_are_regular(tags: tuple[Tag, ...]) -> None:
    """Each table is a full rectangle of cells, and each head cell has a scope."""
    for index, table in enumerate(tags):
        if table.role != "Table":
            continue
        taken: set[tuple[int, int]] = set()
        row = -1
        for tag in tags[index + 1 :]:
            if tag.depth <= table.depth:
                break
            row += tag.role == "TR"
            if tag.role not in {"TH", "TD"}:
                continue
            assert tag.role == "TD" or tag.attributes.get("Scope") in {"/Row", "/Column"}
            column = next(i for i in range(200) if (row, i) not in taken)
            for down in range(int(tag.attributes.get("RowSpan", 1))):
                for across in range(int(tag.attributes.get("ColSpan", 1))):
                    taken.add((row + down, column + across))
        widths = {sum(1 for r, _ in taken if r == each) for each in range(row + 1)}
        assert len(widths) == 1, f"rows of different widths: {widths}"


def says_the_document(tags: Iterable[Tag], story: LaidOut) -> None:
    """What the tags alone lead to is what the document says, word by word, in its order."""
    tags = tuple(tags)
    fillable = any(tag.role == "Form" for tag in tags)
    found = " ".join(tag.text for tag in tags).split()
    assert found == list(expected_words(story, fillable=fillable))


def expected_words(story: LaidOut, *, fillable: bool = False) -> Iterator[str]:
    """The words of a story as they are heard; a line for the pen has none of its own.

    CLDR's marks for the order of a date show nothing.
    """
    first, last = _furniture_read(story)
    unheard = set(map(id, _unheard(story.document, fillable=fillable)))
    read = [leaf for leaf in reading_order(story.document) if id(leaf) not in unheard]
    body = [leaf for leaf in read if id(leaf) in placed(story)]
    for leaf in (*leaves(story.document.draft), *first, *body, *last):
        said = "".join(" " if run.blank else run.text for run in leaf.runs)
        yield from said.replace("\u200f", "").split()


def _unheard(document: Document, *, fillable: bool) -> Iterator[Text]:
    """What words beside it say: the stop sign, and the days above boxes that are no fields."""
    for block in (block for section in document.sections for block in section.blocks):
        if isinstance(block, PainRule):
            yield block.sign
        if isinstance(block, TrackingGrid) and not fillable:
            yield from leaves(tuple(week.days for band in block.bands for week in band.weeks))


def reading_order(document: Document) -> Iterator[Text]:
    """The leaves of a document as they are heard: tables row by row."""
    yield from leaves(document.letterhead)
    for section in document.sections:
        for block in section.blocks:
            if not isinstance(block, TrackingGrid):
                yield from leaves(block)
                continue
            yield from leaves((block.heading, block.lead))
            for number, band in enumerate(block.bands):
                if number == 1:
                    yield from leaves(block.totals)
                yield from leaves(tuple(week.title for week in band.weeks))
                yield from leaves(tuple(week.days for week in band.weeks))
                yield from leaves((band.rows, band.pain))
            if len(block.bands) == 1:
                yield from leaves(block.totals)


def _furniture_read(story: LaidOut) -> tuple[list[Text], list[Text]]:
    """What repeats on pages and is read once: at the start, and at the end."""
    foot: Furniture = story.document.furniture
    blocks = [block for part in story.document.sections for block in part.blocks]
    first: list[Text | None] = [foot.clinic, foot.clinic_name, foot.phone]
    if not any(isinstance(block, PatientPanel) and len(block.fields) > 2 for block in blocks):
        first += [foot.patient, foot.side, foot.dates]
    first.append(foot.heading)
    pain = any(isinstance(block, PainRule) for block in blocks)
    last: list[Text | None] = [] if pain else [foot.stop_rule, foot.call]
    last += [foot.disclaimer, foot.disclaimer_short, foot.made, foot.code]
    first = [] if story.document.letterhead else first
    slots = [leaf for leaf in (*first, *last) if leaf is not None]
    known: set[Text] = set()
    said: dict[Text, list[Text]] = {leaf: [] for leaf in slots}
    for page in pages_of(story):
        for item in page.items:
            text = item.repeats if isinstance(item, TextRun) else None
            if text is None or text in known:
                continue
            held = [text] if text in said else [leaf for leaf in slots if leaf.plain in text.plain]
            new = [leaf for leaf in held if leaf not in known]
            known |= {text, *held}
            known |= {foot.disclaimer_short} if foot.disclaimer in held else set()
            if new:
                said[max(new, key=lambda leaf: len(leaf.plain))].append(text)
    heads = [text for leaf in slots if leaf in first for text in said[leaf]]
    return heads, [text for leaf in slots if leaf not in first for text in said[leaf]]


def is_accessible(pdf: bytes, story: LaidOut) -> None:
    """All of our own checks, for what validators miss."""
    reading = read(pdf)
    pages_are_linked(reading)
    nothing_is_bare(reading)
    fonts_are_embedded(reading)
    metadata_agrees(reading, story)
    figures_can_be_heard(reading)
    pictures_repeat_no_step(reading.tags)
    boxes_can_be_heard(reading.tags, story)
    headings_descend(reading.tags)
    tables_are_regular(reading.tags)
    says_the_document(reading.tags, story)
