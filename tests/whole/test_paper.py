"""What printers, copiers and pens need: room at the edges, solid lines, whole telephone numbers.

All is read from the finished PDF by PDFium, never from what placed it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import yaml
from PIL import Image, ImageFilter

from handouts import Handout, Workspace
from handouts.figures.colours import contrast, to_hex
from handouts.model.layout import POINTS_PER_MM
from handouts.pdf.annotations import EntryKind
from tests.conftest import Builder
from tests.layout.recording import pages_of

LAYOUTS = Workspace().ids("layouts")
NOBODY: dict[str, Any] = {
    "name": None, "affected_side": None, "start_date": None, "next_visit": None,
}  # fmt: skip
LONG = {
    "name": "The Weardale and Upper Teesdale Centre for Movement, Recovery and Rehabilitation",
    "kind": "Physiotherapy, Occupational Health, Sports Massage and Falls Prevention",
    "phone": "+44 (0)1632 960 177 extension 20356",
    "address": "Unit 9, Third Floor, The Old Wool Exchange, 118 Station Approach, Crook DL15 9QQ",
    "website": "weardale-and-upper-teesdale-movement.example",
    "hours": "Monday to Thursday 7.30 am to 7 pm, Friday 8 am to noon",
}
"""A clinic whose name has 80 letters, and all else about it is as long."""


def boxes(handout: Handout) -> Iterator[tuple[int, str, tuple[float, float, float, float]]]:
    """Each printed character with its page and how far its ink is from the four edges."""
    document = pypdfium2.PdfDocument(handout.pdf)
    for number, page in enumerate(document, 1):
        wide, high = page.get_size()
        read = page.get_textpage()
        for index in range(read.count_chars()):
            said = read.get_text_range(index, 1)
            if said.strip():
                left, bottom, right, top = read.get_charbox(index)
                yield number, said, (left, bottom, wide - right, high - top)
    document.close()


def near_an_edge(handout: Handout) -> list[tuple[int, str]]:
    """Characters with ink nearer than 8 mm to an edge."""
    least = 8 * POINTS_PER_MM
    return [(page, char) for page, char, room in boxes(handout) if min(room) < least]


@pytest.mark.parametrize("patient", [{}, NOBODY], ids=["maria", "blank"])
@pytest.mark.parametrize("paper", ["letter", "a4"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_text_is_within_8_mm_of_an_edge(
    handout_for: Builder, layout: str, paper: str, patient: dict[str, Any]
) -> None:
    for program in ("si-joint-calm", "si-joint-build"):
        handout = handout_for(program=program, layout=layout, paper=paper, patient=patient)
        assert near_an_edge(handout) == []


# --- lines for the pen -----------------------------------------------------------------------

Line = tuple[float, float, float, float, bool, str]
"""From, to, height above the foot, thickness (points), solid, colour."""


def level_lines(handout: Handout) -> list[list[Line]]:
    """The stroked level lines of each page."""
    document = pypdfium2.PdfDocument(handout.pdf)
    pages = [
        [line for item in page.get_objects() if (line := _level(item)) is not None]
        for page in document
    ]
    document.close()
    return pages


def _level(item: Any) -> Line | None:
    raw = item.raw
    if item.type != pdfium.FPDF_PAGEOBJ_PATH or pdfium.FPDFPath_CountSegments(raw) != 2:
        return None
    left, bottom, right, top = item.get_bounds()
    width = ctypes.c_float()
    pdfium.FPDFPageObj_GetStrokeWidth(raw, width)
    if right - left < 20 or top - bottom > width.value + 2:
        return None
    parts = [ctypes.c_uint() for _ in range(4)]
    pdfium.FPDFPageObj_GetStrokeColor(raw, *parts)
    red, green, blue = (part.value / 255 for part in parts[:3])
    solid = pdfium.FPDFPageObj_GetDashCount(raw) == 0
    return left, right, (bottom + top) / 2, width.value, solid, to_hex((red, green, blue))


@pytest.mark.parametrize("mode", ["colour", "saver"])
@pytest.mark.parametrize("paper", ["letter", "a4"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_lines_for_the_pen_are_solid_and_dark(
    handout_for: Builder, layout: str, paper: str, mode: str
) -> None:
    handout = handout_for(layout=layout, paper=paper, mode=mode, patient=NOBODY)
    met = 0
    for page, lines in zip(pages_of(handout.laid_out), level_lines(handout), strict=True):
        for entry in page.entries:
            if entry.kind not in {EntryKind.LINE, EntryKind.LINES}:
                continue
            low, high = page.height - entry.y - entry.height - 1, page.height - entry.y + 1
            under = [
                line
                for line in lines
                if low <= line[2] <= high
                and line[0] <= entry.x + 3
                and line[1] >= entry.x + entry.width - 3
            ]
            assert under, (entry.label, entry)
            met += 1
            for *_, thick, solid, colour in under:
                assert solid, entry.label
                assert thick >= 0.5, entry.label
                assert contrast(colour, "#ffffff") >= 12, entry.label
    assert met >= 1


def copied(handout: Handout) -> list[Image.Image]:
    """The pages as a bad copier gives them: 150 dots an inch, blurred, black or white."""
    document = pypdfium2.PdfDocument(handout.pdf)
    pages = [
        page.render(scale=150 / 72, grayscale=True)
        .to_pil()
        .filter(ImageFilter.GaussianBlur(1.2))
        .point(lambda level: 255 if level > _THRESHOLD else 0)
        for page in document
    ]
    document.close()
    return pages


_THRESHOLD = 148


@pytest.mark.parametrize("mode", ["colour", "gray", "saver"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_bad_copy_keeps_the_lines_for_the_pen(
    handout_for: Builder, layout: str, mode: str
) -> None:
    handout = handout_for(layout=layout, mode=mode, patient=NOBODY, paper="a4")
    met = 0
    for page, copy in zip(pages_of(handout.laid_out), copied(handout), strict=True):
        for entry in page.entries:
            if entry.kind is not EntryKind.LINE:
                continue
            met += 1
            x0, x1, y0, y1 = (
                round(number * 150 / 72)
                for number in (
                    *(entry.x, entry.x + entry.width),
                    *(entry.y + entry.height * 0.5, entry.y + entry.height + 4),
                )
            )
            black = [any(copy.getpixel((x, y)) == 0 for y in range(y0, y1)) for x in range(x0, x1)]
            assert sum(black) >= 0.9 * len(black), (entry.label, entry)
    assert met >= 1


@pytest.mark.parametrize("layout", ["standard", "fridge"])
def test_a_bad_copy_keeps_all_edges_of_a_box(handout_for: Builder, layout: str) -> None:
    handout = handout_for(program="si-joint-build", layout=layout, mode="gray", paper="a4")
    boxes = [
        entry for entry in pages_of(handout.laid_out)[0].entries if entry.kind is EntryKind.TICK
    ]
    copy = copied(handout)[0]
    for box in boxes:
        x0, x1 = (round(x * 150 / 72) for x in (box.x + 1, box.x + box.width - 1))
        for edge in (box.y, box.y + box.height):
            rows = range(round((edge - 1) * 150 / 72), round((edge + 1) * 150 / 72) + 1)
            black = [any(copy.getpixel((x, y)) == 0 for y in rows) for x in range(x0, x1)]
            assert sum(black) >= 0.9 * len(black), (box.label, edge)
    assert len(boxes) >= 30


# --- the telephone ---------------------------------------------------------------------------


@pytest.mark.parametrize("paper", ["letter", "a4"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_page_has_the_whole_telephone_number(
    own_folder: Workspace, build_own: Builder, layout: str, paper: str
) -> None:
    assert own_folder.folder is not None
    assert len(LONG["name"]) == 80
    source = Path(__file__).parents[2] / "data" / "clinics" / "oldmill.yaml"
    clinic = yaml.safe_load(source.read_text(encoding="utf-8"))
    clinic = {**clinic, **LONG, "brand": {"primary": "#1f5f8b"}}
    (own_folder.folder / "clinics" / "own-clinic.yaml").write_text(yaml.safe_dump(clinic))
    name = "Wilhelmina Featherstonehaugh-Abernathy of Barnard Castle"
    handout = build_own(clinic="own-clinic", layout=layout, paper=paper, patient={"name": name})
    printed = [""] * handout.pages
    for page, char, _ in boxes(handout):
        printed[page - 1] += char
    whole = "".join(LONG["phone"].split())
    assert [number for number, text in enumerate(printed, 1) if whole not in text] == []
    assert near_an_edge(handout) == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_who_searches_a_file_for_a_dose_finds_it(handout_for: Builder, layout: str) -> None:
    document = pypdfium2.PdfDocument(handout_for(layout=layout).pdf)
    said = ["1 minute", "hold 10 seconds"] if layout != "cards" else ["10 seconds"]
    pages = [page.get_textpage() for page in document]
    missing = [each for each in said if not any(page.search(each).get_next() for page in pages)]
    assert missing == []
