"""A handout in Arabic: pages mirrored, pictures not, words and numbers heard in their order."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import pikepdf
import pypdfium2
import pytest
from msgspec.structs import replace

from handouts import ContentError, Handout, Library, OrderRequest, Workspace, build, make_order
from handouts.compose.compose import compose
from handouts.compose.runs import FieldName, Run, Text
from handouts.deliver.inspect import read_back
from handouts.errors import to_install
from handouts.layout.sheet import TextRun
from handouts.stamp.build import write_page
from handouts.stamp.press import Press
from handouts.text import scripts
from handouts.text.faces import load_fonts
from handouts.text.setting import Typesetter, type_style
from handouts.text.words import line_of, words_of
from tests.conftest import TODAY, request_for
from tests.layout.pages import outside, overlaps
from tests.layout.recording import Drawing, MatrixCode, Page, pages_of, placed
from tests.pdf.checks import conforms, expected_words, is_accessible
from tests.readers import assert_strict_readers_accept, strict_readers

CLINIC = """schema: 1
name: عيادة النيل
kind: للعلاج الطبيعي
phone: (555) 010-0142
emergency_number: "123"
address: 12 Station Road, Salem
website: riverbend-physio.example
paper: a4
locale: {locale}
brand: {{primary: "#0f7c8a", logo: riverbend.svg}}
clinicians: [{{id: dana, name: "Dana Whitfield, PT", short_name: Dana}}]
"""
NOTE = "مرحبا، قم بالتمرين (Bird dog) مرتين لمدة 10 دقائق. اتصل بنا: 555-010-0142."
STAND_IN = "0123456789ABCDEF"
ARAB, LATIN = "٠١٢٣٤٥٦٧٨٩", "0123456789"
TO_ARAB = str.maketrans(LATIN, ARAB)
_Item = TypeVar("_Item")
LAYOUTS = ("standard", "compact", "fridge", "cards")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("nile") / "clinics"
    folder.mkdir()
    for locale in ("ar-EG", "ar-MA"):
        (folder / f"{locale.lower()}.yaml").write_text(CLINIC.format(locale=locale), "utf-8")
    logo = Workspace().builtin("data/clinics/riverbend.svg")
    (folder / logo.name).write_bytes(logo.read_bytes())
    return Workspace(folder.parent, today=TODAY)


@pytest.fixture(scope="module")
def library(workspace: Workspace) -> Library:
    return Library(workspace)


def _request(
    layout: str = "standard", locale: str = "ar-eg", name: str = "محمد علي"
) -> OrderRequest:
    patient = {"name": name, "note": NOTE}
    return request_for(layout=layout, clinic=locale, patient=patient, token=STAND_IN)


@cache
def _handout(library: Library, layout: str = "standard", locale: str = "ar-eg") -> Handout:
    return build(make_order(library, _request(layout, locale)), library.workspace)


# -- read


def _plain(text: str) -> str:
    """A text as a reader gives it, without spaces and the signs it adds for directions."""
    bare = re.sub(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069\s]", "", text)
    return unicodedata.normalize("NFKC", bare)


def _by_poppler(pdf: bytes, folder: Path) -> str:
    """What poppler reads along the tags."""
    strict_readers()
    file = folder / "handout.pdf"
    file.write_bytes(pdf)
    command = ["pdfinfo", "-struct-text", str(file)]
    read = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return "\n".join(re.findall(r'^ *"(.*)"$', read, re.MULTILINE))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_arabic_handout_is_heard_as_it_was_composed(
    library: Library, layout: str, tmp_path: Path
) -> None:
    handout = _handout(library, layout)
    conforms(handout.pdf, "ua1", "2a")
    is_accessible(handout.pdf, handout.laid_out)
    assert_strict_readers_accept(handout.pdf)
    with pikepdf.open(BytesIO(handout.pdf)) as pdf:
        assert str(pdf.Root.Lang) == "ar-EG"
        assert pdf.Root.ViewerPreferences.Direction == "/R2L"
    heard = _plain(_by_poppler(handout.pdf, tmp_path))
    assert heard == _plain(" ".join(expected_words(handout.laid_out)))


def test_mupdf_reads_every_text_in_its_order(library: Library) -> None:
    # It takes Arabic digits for letters from right to left, as few others do: so Latin ones.
    handout = _handout(library, locale="ar-ma")
    assert read_back(handout.pdf, "x").code == handout.code
    read = _plain(assert_strict_readers_accept(handout.pdf).mupdf)
    story = handout.laid_out
    leaves = [leaf for leaf in story.document.leaves() if id(leaf) in placed(story)]
    said = [
        _plain(leaf.spoken or leaf.plain)
        for leaf in leaves
        if not any(run.blank for run in leaf.runs)
    ]
    missed = [text for text in said if text not in read and not text.isdecimal()]
    assert missed == []


# -- mirrored


def _both_ways(handout: Handout) -> Iterator[tuple[Page, Page]]:
    """Each page as it is, and as it would be if the language were read from left to right."""
    story = handout.laid_out
    other = replace(story, document=replace(story.document, rtl=False))
    yield from zip(pages_of(story), pages_of(other), strict=True)


def _of(page: Page, kind: type[_Item]) -> list[_Item]:
    return [item for item in page.items if isinstance(item, kind)]


def test_a_page_drawn_alone_is_mirrored_too(library: Library) -> None:
    handout = _handout(library)
    for number in range(handout.pages):
        alone = write_page(handout.laid_out, number)
        with (
            pypdfium2.PdfDocument(handout.pdf) as whole,
            pypdfium2.PdfDocument(alone) as single,
        ):
            drawn = [page.render().to_pil() for page in (whole[number], single[0])]
        assert drawn[0].tobytes() == drawn[1].tobytes()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_all_of_a_page_is_mirrored_but_what_is_in_pictures(library: Library, layout: str) -> None:
    for page, other in _both_ways(_handout(library, layout)):
        assert list(outside(page, cut_out=layout == "cards")) == []
        assert list(overlaps(page)) == []
        wide = page.width
        for box, as_left in zip(page.placements, other.placements, strict=True):
            assert (box.name, box.width, box.y) == (as_left.name, as_left.width, as_left.y)
            assert box.x == pytest.approx(wide - as_left.x - as_left.width)
        for entry, field in zip(page.entries, other.entries, strict=True):
            assert (entry.label, entry.width, entry.y) == (field.label, field.width, field.y)
            assert entry.x == pytest.approx(wide - field.x - field.width)
        for code, another in zip(_of(page, MatrixCode), _of(other, MatrixCode), strict=True):
            assert code.x == pytest.approx(wide - another.x - another.side)
        texts = [run for run in _of(page, TextRun) if run.text.strip() and not run.repeats]
        assert {run.text for run in texts} == {
            run.text for run in _of(other, TextRun) if run.text.strip() and not run.repeats
        }
        pictures = list(zip(_of(page, Drawing), _of(other, Drawing), strict=True))
        assert all(one.vector is two.vector and one.scale == two.scale for one, two in pictures)
        for (one, two), (arrow, two_arrow) in pairwise(pictures):
            if {path.fill for path in arrow.vector.paths} <= {"figure-halo", "figure-arrow"}:
                # Arrows stay where they are on the body.
                assert arrow.x - one.x == pytest.approx(two_arrow.x - two.x)


def test_pictures_steps_and_days_go_from_right_to_left(library: Library) -> None:
    story = _handout(library).laid_out
    first, *_, last = pages_of(story)
    number_of = {str(number).translate(TO_ARAB): number for number in range(1, 15)}
    lowest = max(run.y for run in _of(first, TextRun) if run.text == "١٤")
    days = [run for run in _of(first, TextRun) if run.y == lowest and run.text in number_of]
    assert len(days) == 14
    heads = [run.x for run in sorted(days, key=lambda run: number_of[run.text])]
    assert heads == sorted(heads, reverse=True)
    name = next(box for box in first.placements if box.name == "الجسر")
    assert name.x > max(heads)
    bodies = [item for item in _of(last, Drawing) if len(item.vector.paths) > 9][-2:]
    assert bodies[0].x > bodies[1].x
    step = next(box for box in last.placements if box.name.startswith("استلقِ"))
    number = next(
        box for box in last.placements if box.name == ARAB[1] and abs(box.y - step.y) < step.height
    )
    assert number.x > step.x + step.width


def test_what_is_typed_into_a_form_begins_at_the_right(library: Library) -> None:
    order = make_order(library, _request())
    handout = build(order, library.workspace, fillable=True)
    conforms(handout.pdf, "ua1")
    with pikepdf.open(BytesIO(handout.pdf)) as pdf:
        fields = [field for field in pdf.Root.AcroForm.Fields if field.FT == "/Tx"]
        assert fields
        assert {int(field.Q) for field in fields} <= {1, 2}


# -- numbers, words, letters


def test_digits_are_those_of_the_country(library: Library) -> None:
    for locale, digits, others in (("ar-eg", ARAB, LATIN), ("ar-ma", LATIN, ARAB)):
        document = compose(make_order(library, _request(locale=locale)))
        said = " ".join(
            leaf.plain
            for leaf in (*document.leaves(), document.furniture.made)
            if not leaf.link and not any(run.field == FieldName.NOTE for run in leaf.runs)
        )
        # Numbers to be called, and an address, are as the clinic has them.
        assert "123" in said
        typed = re.sub("123|12 Station|[(]555[)] 010-0142", "", said)
        assert not set(typed) & set(others)
        assert set(typed) & set(digits)


def test_a_term_in_latin_letters_turns_no_arabic_line_around() -> None:
    runs = (Run("TENS: 10 دقائق"),)
    arabic = words_of(runs, load_fonts(rtl=True), 12, bold=False)
    assert {word.base for word in arabic} == {1}
    first = line_of(arabic).pieces[0]
    assert first[1].text.startswith("TENS")
    assert first[0] > 0
    mixed = words_of(runs, load_fonts(), 12, bold=False)
    assert {word.base for word in mixed} == {0}


def test_a_number_stays_with_what_it_counts() -> None:
    typeset = Typesetter(load_fonts(rtl=True))
    for width in range(60, 200, 10):
        block = typeset.set(
            Text((Run("كل يوم مدة ٣ أسابيع ثم ١٠ دقائق"),)), type_style(12, 16, bold=False), width
        )
        lines = ["".join(piece.text for _, piece in line.pieces).strip() for line in block.lines]
        assert not any(line[-1] in ARAB for line in lines)


def test_a_stamp_gives_the_bytes_that_laying_out_gives(library: Library) -> None:
    press, stamped = Press(library), 0
    for name in ("محمد علي", "Ann Lee", "سارة (Sara) بدر"):
        pressed = press.make(request := _request(name=name))
        stamped += not pressed.laid_out
        handout = build(make_order(library, request), library.workspace)
        assert pressed.file.pdf == handout.pdf
    assert stamped


def test_without_the_fonts_it_says_what_to_install(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scripts, "has_tools", lambda: False)
    with pytest.raises(ContentError, match=re.escape(to_install("scripts"))):
        build(make_order(library, _request("cards")), library.workspace)
