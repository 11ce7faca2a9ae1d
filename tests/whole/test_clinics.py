"""Whatever a clinic is called and however it is reached: no text on a text, none cut short.

What stands where is taken from the finished PDF by a reader of its own (PDFium: a box for the ink
of each character), and lines and boxes from the pages; never from what measured them.
"""

from __future__ import annotations

import json
import re
import string
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from handouts import DoesNotFit, Handout, Library, OrderRequest, Workspace, build, make_order
from handouts.compose.plain_text import plain_text
from handouts.figures.vector import Path as Drawn
from handouts.layout.sheet import TextRun
from handouts.model.clinic import Paper
from handouts.model.order import Patient
from tests.conftest import LAYOUTS, TODAY, Builder, every
from tests.layout.pages import Box, ink, outside, overlaps, path_box, texts
from tests.layout.recording import Page, pages_of

PATIENT = Patient.model_validate(
    {
        "name": "Maria Nuñez-O'Brien",
        "affected_side": "left",
        "start_date": "2026-12-01",
        "next_visit": "2026-12-29T10:30",
    }
)
PROGRAM = {
    "schema": 1, "name": "Own", "title": "Your home exercises", "subtitle": "for your back",
    "code": "OWN", "safety": "low-back", "sources": [{"title": "Own"}], "weeks": 4,
    "phases": [{"exercises": [{"exercise": "knee-drop"}, {"exercise": "clamshell"}]}],
}  # fmt: skip
WAYS = ("address", "website", "email", "hours")

Clinic = dict[str, Any]


# --- clinics that may be ---------------------------------------------------------------------


def words(least: int, most: int) -> st.SearchStrategy[str]:
    """Return words of ``least`` to ``most`` characters in all."""
    word = st.text(string.ascii_letters + "éüß", min_size=2, max_size=14).map(str.capitalize)
    said = st.lists(word, min_size=1, max_size=12).map(" ".join)
    length = st.integers(least, most)
    return st.tuples(said, said, length).map(lambda two: f"{two[0]} {two[1]}"[: two[2]].strip())


LABEL = st.text(string.ascii_lowercase, min_size=3, max_size=24)
PHONES = st.sampled_from(
    ["(555) 010-0142", "+44 (0)1632 960 142 extension 4471", "01632 960 142, then 2 for the desk"]
)
WEBSITES = st.tuples(LABEL, LABEL).map(lambda two: f"www.{two[0]}-{two[1]}.example")
EMAILS = st.tuples(LABEL, LABEL).map(lambda two: f"{two[0]}@{two[1]}.example")
HOURS = st.sampled_from(
    ["Monday to Friday, 8 to 18", "Mon to Thu 8 am to 6.30 pm, Fri 8 am to 4 pm, Sat 9 am to noon"]
)
RATIOS = st.sampled_from([None, (1, 4), (1, 1), (2, 1), (3, 1), (4, 1), (6, 1)])


CLINICS = st.fixed_dictionaries(
    {"name": words(3, 80), "phone": PHONES, "clinician": words(5, 50), "ratio": RATIOS},
    optional={
        "kind": words(5, 60),
        "address": words(20, 110),
        "website": WEBSITES,
        "email": EMAILS,
        "hours": HOURS,
    },
)


def made_for(clinic: Clinic, layout: str, weeks: int, paper: Paper) -> Handout:
    """Write a clinic with its logo and layout into a folder, and make a handout of them."""
    said = {key: value for key, value in clinic.items() if key not in ("ratio", "clinician")}
    brand = {"primary": "#0f7c8a"}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in ("clinics", "layouts", "programs"):
            (folder / kind).mkdir()
        if clinic["ratio"]:
            wide, high = clinic["ratio"]
            (folder / "clinics" / "logo.svg").write_text(
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}">'
                f'<rect width="{wide}" height="{high}" fill="#0f7c8a"/></svg>'
            )
            brand["logo"] = "logo.svg"
        written: dict[str, dict[str, Any]] = {
            "clinics/own-clinic": {
                "schema": 1, "emergency_number": "911", "paper": "letter", "locale": "en-US",
                "brand": brand, "clinicians": [{"id": "a", "name": clinic["clinician"]}], **said,
            },
            "layouts/own-layout": {
                "schema": 1, "name": "Own", "description": "Own.", "extends": layout,
                "grid": {"weeks_across": weeks},
            },
            "programs/own": PROGRAM,
        }  # fmt: skip
        for path, content in written.items():
            # JSON is YAML.
            (folder / f"{path}.yaml").write_text(json.dumps(content), "utf-8")
        workspace = Workspace(folder, today=TODAY)
        request = OrderRequest(
            program="own", clinic="own-clinic", layout="own-layout", patient=PATIENT, paper=paper
        )
        return build(make_order(Library(workspace), request), workspace)


# --- what stands on the finished pages -------------------------------------------------------


def characters(pdf: bytes) -> Iterator[list[tuple[str, Box]]]:
    """The characters of each page of a PDF with the boxes of their ink, y upward."""
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        read = page.get_textpage()
        count = read.count_chars()
        said = (read.get_text_range(index, 1) for index in range(count))
        yield [(char, read.get_charbox(index)) for index, char in enumerate(said) if char.strip()]
    document.close()


def covered(one: Box, other: Box) -> float:
    """How much of the smaller of two boxes lies in the other, 0 to 1."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    sizes = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return max(0.0, wide) * max(0.0, high) / max(0.01, min(sizes))


def on_each_other(read: list[tuple[str, Box]]) -> Iterator[str]:
    """Pairs of characters of which one lies on the other; neighbours in a word may (a "qj")."""
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for index, (_, box) in enumerate(read):
        cells[int(box[0] // 30), int(box[1] // 30)].append(index)
    for (across, down), here in cells.items():
        near = [
            index
            for step in ((1, 0), (0, 1), (1, 1), (1, -1))
            for index in cells.get((across + step[0], down + step[1]), ())
        ]
        for one, other in (*combinations(here, 2), *product(here, near)):
            if abs(one - other) > 1 and covered(read[one][1], read[other][1]) > 0.2:
                yield f"{read[one]} on {read[other]}"


def edges(page: Page) -> Iterator[Box]:
    """The boxes and upright lines of a page, without what is small: signs, ticks, numbers."""
    for item in page.items:
        if isinstance(item, Drawn):
            box = path_box(item)
            if box[3] - box[1] > 10 and (box[2] - box[0] > 60 or box[2] == box[0]):
                yield box


def through_edges(page: Page) -> Iterator[str]:
    """Texts that stand partly inside a box, or that an upright line runs through."""
    said = [(item.text, ink(item)) for item in texts(page) if item.text.strip()]
    for edge in edges(page):
        for text, box in said:
            apart = (
                box[2] <= edge[0] + 0.5
                or box[0] >= edge[2] - 0.5
                or box[3] <= edge[1] + 0.5
                or box[1] >= edge[3] - 0.5
            )
            inside = (
                box[0] >= edge[0] - 0.5
                and box[2] <= edge[2] + 0.5
                and box[1] >= edge[1] - 0.5
                and box[3] <= edge[3] + 0.5
            )
            struck = edge[0] == edge[2] and box[0] + 0.5 < edge[0] < box[2] - 0.5
            if (struck and box[1] < edge[3] and box[3] > edge[1]) or not (apart or inside):
                yield f"{text} {box} through {edge}"


def shortened(page: Page) -> Iterator[str]:
    """What all patients read and is not on the page with all its characters."""
    shown: dict[int, tuple[str, list[str]]] = {}
    for item in page.items:
        leaf = (item.source or item.repeats) if isinstance(item, TextRun) else None
        if leaf is not None and isinstance(item, TextRun) and not leaf.personal and not item.blank:
            shown.setdefault(id(leaf), (leaf.plain, []))[1].append(item.text)
    for whole, parts in shown.values():
        printed = re.sub(r"[\s_]", "", "".join(parts))
        wanted = re.sub(r"[\s_]", "", whole)
        if wanted and printed.replace(wanted, "") != "":
            yield f"{printed} of {wanted}"


WITHOUT_WAYS = ("fridge",)
"""Layouts that leave out address, website, e-mail and hours, and say so."""


@pytest.mark.parametrize("layout", WITHOUT_WAYS)
def test_what_a_layout_leaves_out_it_says(library: Library, layout: str) -> None:
    said = library.layout(layout).description
    assert all(word in said for word in ("address", "website", "hours"))


@pytest.mark.parametrize(("program", "layout", "paper"), every("compact"))
def test_ways_to_the_clinic_have_no_page_of_their_own(
    built_in: Builder, program: str, layout: str, paper: str
) -> None:
    handout = built_in(program, layout, paper)
    blocks = [
        [box.name for box in page.placements if box.kind == "block"]
        for page in pages_of(handout.laid_out)
    ]
    assert sum(names.count("contact") for names in blocks) == 1
    assert ["contact"] not in blocks


def check(handout: Handout, clinic: Clinic, layout: str) -> None:
    """Check that all of a clinic stands on paper and that nothing stands on anything else."""
    printed = ""
    for number, (page, read) in enumerate(
        zip(pages_of(handout.laid_out), characters(handout.pdf), strict=True), 1
    ):
        assert list(on_each_other(read)) == [], number
        assert list(overlaps(page)) == [], number
        assert list(through_edges(page)) == [], number
        assert list(outside(page, cut_out=layout == "cards")) == [], number
        assert list(shortened(page)) == [], number
        assert all(box[0] > 0 and box[2] < page.width for _, box in read), number
        printed += "".join(char for char, _ in read)
    ways = [clinic[way] for way in WAYS if way in clinic and layout not in WITHOUT_WAYS]
    for said in (clinic["name"], clinic["phone"], *ways):
        assert "".join(said.split()) in printed
    twin = plain_text(handout.laid_out.document)
    for said in (clinic["name"], clinic["phone"], *ways):
        assert said in twin


WIDE_LOGO = {
    "name": "Riverbend", "kind": "Physiotherapy and Sports Medicine", "phone": "(555) 010-0142",
    "address": "214 Mill Race Road, Suite 14, Salem, Oregon 97301", "clinician": "Dana Whitfield",
    "ratio": (3, 1),
}  # fmt: skip
LONG_WORDS = {
    "name": "The Northumberland and Tyne Valley Community Musculoskeletal Rehabilitation Centre",
    "kind": "Physiotherapy, Osteopathy, Sports Massage and Health Services",
    "phone": "+44 (0)1632 960 142 extension 4471", "ratio": None,
    "address": "Suite 14, The Old Corn Exchange Building, 214 Market Street, Hexham NE46 1QQ",
    "website": "northumberland-and-tyne-valley-msk.example", "email": "desk@tyne-valley.example",
    "hours": "Monday to Friday 8 am to 6.30 pm", "clinician": "Dr Alexandrina Featherstonehaugh",
}  # fmt: skip

FEW_WORDS = {"name": "Aa", "phone": "(555) 010-0142", "clinician": "Aa Aa", "ratio": None}
"""It leaves a fridge sheet room for four weeks below each other, in rows as low as may be."""


@pytest.mark.parametrize("layout", LAYOUTS)
def test_any_clinic_prints_whole_and_legible(layout: str) -> None:
    rendered, refused = 0, []

    # Shrinking a failure renders many handouts: add Phase.shrink to see the smallest one.
    @given(clinic=CLINICS, weeks=st.integers(1, 4), paper=st.sampled_from(Paper))
    @settings(
        max_examples=5,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    @example(clinic=WIDE_LOGO, weeks=3, paper=Paper.LETTER)
    @example(clinic=LONG_WORDS, weeks=4, paper=Paper.LETTER)
    @example(clinic=LONG_WORDS, weeks=1, paper=Paper.A4)
    @example(clinic=FEW_WORDS, weeks=1, paper=Paper.LETTER)
    def try_one(clinic: Clinic, weeks: int, paper: Paper) -> None:
        nonlocal rendered
        try:
            handout = made_for(clinic, layout, weeks, paper)
        except DoesNotFit as error:
            refused.append(str(error).replace("\n", " "))
            return
        rendered += 1
        check(handout, clinic, layout)

    try_one()
    assert rendered >= 4, "nearly everything was refused"
    assert all(re.search(r"\d+ mm .*\d+ mm", message) for message in refused)
