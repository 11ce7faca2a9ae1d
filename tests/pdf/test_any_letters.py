"""Names and notes in the letters of any script that we print, of any length, in any layout."""

from __future__ import annotations

import io
from itertools import cycle, pairwise
from string import ascii_lowercase

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from handouts import OrderRequest, build, make_order
from handouts.model.order import first_name
from handouts.stamp.press import Press
from tests.conftest import BUILT_IN, LIBRARY, request_for
from tests.pdf.checks import conforms, fonts_are_embedded, nothing_is_bare, pages_are_linked, read

LAYOUTS = BUILT_IN.ids("layouts")
SCRIPTS = {
    "Latin": ascii_lowercase + "ñéüß",
    "Latin beyond the shared fonts": "łżșțőđħğ",
    "Vietnamese": "ệặừộễỷ",
    "Greek": "αβγδέζηθλμξπςψώ",
    "Cyrillic": "абвгджзийклмнопрстуфхцчшщъыьэюяёїґ",
    "mixed": "aжλłñệ",
}
STAND_IN = "0123456789ABCDEF"
_NEVER_CUT = 24
LONG = "Преображенская-Воскресенская Александра"


@st.composite
def words(draw: st.DrawFn, longest: int) -> str:
    """Words in one script: a few, or one that no line has room for."""
    letters = st.sampled_from(SCRIPTS[draw(st.sampled_from(sorted(SCRIPTS)))])
    parting = draw(st.sampled_from(["", "", " ", "-", ", "]))
    size = draw(st.integers(1, 24))
    text = "".join(draw(st.lists(letters, min_size=1, max_size=longest)))
    # A word of one script is repeated to its length: drawing each letter would take too long.
    whole = (text * (longest // len(text)))[: draw(st.integers(1, longest))]
    return parting.join(whole[at : at + size] for at in range(0, len(whole), size))[:longest]


def _request(layout: str, name: str, note: str | None) -> OrderRequest:
    patient = {"name": name.strip(" ,-") or "а", "note": note}
    return request_for(layout=layout, patient=patient, token=STAND_IN)


def _letters(text: str) -> str:
    return "".join(text.split())


@settings(
    max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(st.sampled_from(LAYOUTS), words(120), st.none() | words(400))
@example("cards", LONG, None)
@example("standard", "Ли", "Ж" * 300)
@example("compact", "Ли", "Ж" * 300)
@example("fridge", "Παπαδοπούλου" * 6, None)
@example("large-print", "Nguyễnệặ" * 12, "ệ" * 250)
def test_any_name_and_note_is_printed(layout: str, name: str, note: str | None) -> None:
    request = _request(layout, name, note)
    handout = build(make_order(LIBRARY, request), BUILT_IN)
    said = _letters("".join(p.extract_text() for p in PdfReader(io.BytesIO(handout.pdf)).pages))
    # Heads cut a long name short, and a sheet for the door has no other place for it.
    whole = request.patient.name
    shown = first_name(whole, None) if layout == "fridge" else whole
    assert _letters(shown or "")[:_NEVER_CUT] in said
    assert _letters(request.patient.note or "") in said


@pytest.mark.parametrize(("layout", "letter"), [*zip(LAYOUTS, cycle("жλệ"), strict=False)])
def test_words_that_no_line_has_room_for_are_accessible(layout: str, letter: str) -> None:
    request = _request(layout, letter.upper() + letter * 70, letter * 200)
    handout = build(make_order(LIBRARY, request), BUILT_IN)
    conforms(handout.pdf, "ua1", "2a")
    reading = read(handout.pdf)
    for holds in (pages_are_linked, nothing_is_bare, fonts_are_embedded):
        holds(reading)


def test_one_after_the_other_has_the_letters_of_both() -> None:
    """Whatever letters the plate was laid out with, the next patient has their own."""
    press = Press(LIBRARY)
    people = ["Maria Nuñez-O", "Ирина Петров", "Жанна Цёйлов", "Ελένη Παππάς", "Hương Nguyễn"]
    for layout, some in (("cards", people), ("fridge", people[::-1])):
        for before, name in pairwise(some):
            press.make(_request(layout, before, "Ц" * 90))
            request = _request(layout, name, "Щ" * 90)
            laid_out = build(make_order(LIBRARY, request), BUILT_IN)
            assert press.make(request).file.pdf == laid_out.pdf
