"""Doses of a patient's own are put into the frame of another handout, as if laid out anew."""

from __future__ import annotations

import gc
import io
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pypdf import PdfReader

from handouts import Library, OrderRequest, Workspace, build, make_order
from handouts.compose.compose import compose
from handouts.compose.outline import outline_of
from handouts.layout.engine import lay_out
from handouts.layout.looks import forget_looks
from handouts.layout.template import template_of
from handouts.model.dosage import Dosage
from handouts.pdf.press import Press, Pressed
from handouts.pdf.write import write_pdf
from tests.conftest import TODAY, request_for
from tests.pdf.checks import conforms, is_accessible
from tests.pdf.reached import texts_reached

WORKSPACE = Workspace(today=TODAY)
LIBRARY = Library(WORKSPACE)
PRESS = Press(LIBRARY)
TOKEN = "0123456789ABCDEF"  # noqa: S105 - stands for a patient's reference
STAMPED_LAYOUTS = ("standard", "compact", "fridge")
"""Layouts whose cards are never split."""
EXERCISES = ("knee-drop", "glute-bridge", "single-knee-to-chest")
"""Some of those in the calm program."""


def _asked(*repetitions: int, **choices: Any) -> OrderRequest:
    """Ask for so many repetitions of each exercise of the calm program."""
    doses = {
        name: Dosage.model_validate({"repetitions": amount})
        for name, amount in zip(EXERCISES, repetitions, strict=False)
    }
    return request_for(doses=doses, token=TOKEN, **choices)


def _laid_out(request: OrderRequest) -> bytes:
    return build(make_order(LIBRARY, request), WORKSPACE).pdf


def _text(pressed: Pressed) -> str:
    pages = PdfReader(io.BytesIO(pressed.file.pdf), strict=True).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


# -- stamped is laid out


COUNTS = st.one_of(
    st.integers(1, 15),
    st.tuples(st.integers(3, 9), st.integers(10, 15)).map(lambda ends: f"{ends[0]}-{ends[1]}"),
    st.just("?"),
)
DOSES = st.fixed_dictionaries(
    {},
    optional={
        "repetitions": COUNTS,
        "sets": st.sampled_from([1, 2, 3, "2-3", "?"]),
        "times_per_day": st.sampled_from([1, 2]),
        "days_per_week": st.sampled_from([2, 3]),
    },
)


@st.composite
def requests(draw: st.DrawFn) -> OrderRequest:
    """A request with doses of somebody's own, of one of a few kinds."""
    program = draw(st.sampled_from(["si-joint-calm", "si-joint-build"]))
    phases = LIBRARY.program(program).phases
    known = [item.exercise for phase in phases for item in phase.exercises]
    counted = [name for name in known if LIBRARY.exercise(name).dosage.repetitions is not None]
    chosen = draw(st.lists(st.sampled_from(counted), min_size=1, max_size=3, unique=True))
    return request_for(
        program=program,
        clinic=draw(st.sampled_from(["riverbend", "oldmill"])),
        layout=draw(st.sampled_from(WORKSPACE.ids("layouts"))),
        patient={
            "name": draw(st.sampled_from(["Maria Nuñez-O'Brien", "Ирина Петрова", "Al Mo"])),
            "start_date": draw(st.sampled_from([None, "2026-12-01", "2026-12-04", "2027-01-10"])),
        },
        doses={name: Dosage.model_validate(draw(DOSES)) for name in chosen},
        token=draw(st.sampled_from([None, TOKEN])),
    )


@settings(
    max_examples=70, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(requests())
def test_a_stamp_gives_the_bytes_that_laying_out_gives(request: OrderRequest) -> None:
    pressed = PRESS.make(request)
    handout = build(make_order(LIBRARY, request), WORKSPACE)
    assert pressed.file.pdf == handout.pdf
    assert pressed.file.sha256 == handout.sha256
    assert (pressed.pages, pressed.code) == (handout.pages, handout.code)


@pytest.mark.parametrize("layout", STAMPED_LAYOUTS)
def test_any_number_of_repetitions_is_stamped(layout: str) -> None:
    press = Press(LIBRARY)
    made = [press.make(_asked(n, 17 - n, layout=layout)) for n in range(2, 16)]
    assert [each.laid_out for each in made] == [True] + [False] * 13
    for amount, each in zip(range(2, 16), made, strict=True):
        assert each.file.pdf == _laid_out(_asked(amount, 17 - amount, layout=layout))
    assert len({each.code for each in made}) == 14


@pytest.mark.parametrize("layout", STAMPED_LAYOUTS)
def test_what_is_stamped_is_tagged_and_valid(layout: str) -> None:
    press = Press(LIBRARY)
    press.make(_asked(4, 5, 6, layout=layout))
    request = _asked(11, 12, 13, layout=layout, patient={"name": "Nguyễn Thị Hương"})
    press.make(replace(request, token=None))
    pressed = press.make(request)
    conforms(pressed.file.pdf, "ua1", "2a")
    order = make_order(LIBRARY, request)
    is_accessible(pressed.file.pdf, lay_out(compose(order), order, WORKSPACE))
    with pikepdf.open(io.BytesIO(pressed.file.pdf)) as pdf:
        assert pdf.check_pdf_syntax() == []


def test_everything_says_the_patients_own_dose() -> None:
    press = Press(LIBRARY)
    press.make(_asked(13, 14, 15))
    pressed = press.make(_asked(9, 10, 12))
    assert not pressed.laid_out
    said = _text(pressed)
    for name, amount in zip(EXERCISES, (9, 10, 12), strict=True):
        plain = LIBRARY.exercise(name).name
        assert plain in said
        assert f"Do {amount}" in said
    assert not [number for number in (13, 14, 15) if f"Do {number}" in said]


def test_the_code_is_that_of_the_dose_wherever_it_stands() -> None:
    press = Press(LIBRARY)
    first, second = press.make(_asked(4, 5, 6)), press.make(_asked(9, 10, 12))
    assert not second.laid_out
    assert first.code != second.code
    said, metadata = _text(second), PdfReader(io.BytesIO(second.file.pdf)).metadata
    assert said.count(second.code) == second.pages
    assert first.code not in said
    assert metadata is not None
    assert metadata.subject == f"Handout {second.code} {TOKEN}"
    assert first.code.encode() not in second.file.shared + second.file.own


def test_only_what_a_dose_decides_is_a_patients_own() -> None:
    press = Press(LIBRARY)
    first, second = press.make(_asked(4)), press.make(_asked(9))
    assert first.file.shared is second.file.shared
    assert first.file.own != second.file.own


@pytest.mark.parametrize("layout", ["standard", "compact"])
def test_any_weekday_is_stamped(layout: str) -> None:
    press = Press(LIBRARY)
    made = []
    for day in range(1, 15):
        request = _asked(5 + day % 9, layout=layout, patient={"start_date": f"2026-12-{day:02}"})
        made.append(press.make(request))
        assert made[-1].file.pdf == _laid_out(request)
    assert sum(each.laid_out for each in made) <= 2
    conforms(made[-1].file.pdf, "ua1", "2a")


def test_boxes_and_letters_are_those_of_the_weekday() -> None:
    press = Press(LIBRARY)
    tuesday, friday = "2026-12-01", "2026-12-04"
    press.make(_asked(8, patient={"start_date": tuesday}))
    pressed = press.make(_asked(9, patient={"start_date": friday}))
    assert not pressed.laid_out
    assert "Fr 4 Sa 5 Su 6 Mo 7 Tu 8 We 9 Th 10 Week 2" in _text(pressed)


# -- when it does not fit


def test_another_form_of_the_dose_is_laid_out() -> None:
    press = Press(LIBRARY)
    assert press.make(_asked(8)).laid_out
    ranged = replace(
        _asked(8), doses={EXERCISES[0]: Dosage.model_validate({"repetitions": "8-12"})}
    )
    pressed = press.make(ranged)
    assert pressed.file.pdf == _laid_out(ranged)
    twice = replace(_asked(8), doses={EXERCISES[0]: Dosage.model_validate({"times_per_day": 3})})
    assert press.make(twice).laid_out
    assert press.make(_asked(9)).laid_out is False


@pytest.mark.parametrize("layout", ["cards", "large-print"])
def test_what_may_be_split_is_laid_out_for_each_dose(layout: str) -> None:
    press = Press(LIBRARY)
    made = [press.make(_asked(amount, layout=layout)) for amount in (8, 9, 8, 9)]
    assert [each.laid_out for each in made] == [True, True, False, False]
    assert made[2].file.pdf == _laid_out(_asked(8, layout=layout))
    assert made[3].file.pdf == made[1].file.pdf
    other = _asked(8, layout=layout, patient={"name": "Maria Nuñez-O'Brian"})
    assert press.make(other).file.pdf == _laid_out(other)


@pytest.mark.parametrize("layout", WORKSPACE.ids("layouts"))
def test_the_same_dose_is_not_asked_again(monkeypatch: pytest.MonkeyPatch, layout: str) -> None:
    press = Press(LIBRARY)
    assert press.make(_asked(8, layout=layout)).laid_out
    monkeypatch.setattr("handouts.pdf.frame.Frame.filled", _never)
    assert not press.make(_asked(8, layout=layout)).laid_out


def _never(*_nodes: object) -> None:
    raise AssertionError


def test_a_page_keeps_room_for_any_dose() -> None:
    """So the pages of one patient are those of another: at most a line is left free."""
    few, many = (
        lay_out(compose(order), order, WORKSPACE)
        for order in (make_order(LIBRARY, _asked(*[n] * 3)) for n in (3, 12))
    )
    assert len(few.pages) == len(many.pages)
    for one, other in zip(few.composed, many.composed, strict=True):
        boxes = [[b for b in page.placements if b.kind == "block"] for page in (one, other)]
        assert boxes[0] == boxes[1]


def test_a_dose_in_words_never_meets_a_frame() -> None:
    press = Press(LIBRARY)
    press.make(_asked(8))
    words = Dosage.model_validate({"repetitions": 9, "tempo": "as slow as Zebulon"})
    request = replace(_asked(8), doses={EXERCISES[0]: words})
    pressed = press.make(request)
    assert pressed.laid_out
    assert pressed.file.pdf == _laid_out(request)
    assert not [text for text in texts_reached(press._kinds) if "Zebulon" in text]
    assert not press.make(_asked(9)).laid_out


def test_frames_go_with_the_look_they_were_drawn_in() -> None:
    press = Press(LIBRARY)
    press.make(_asked(8))
    forget_looks()
    gc.collect()
    again = press.make(_asked(9))
    assert again.laid_out
    (kind,) = press._kinds.values()
    assert len(kind.formes) == 1
    assert not press.make(_asked(10)).laid_out


# -- the outline


def _outline(**choices: Any) -> object:
    doses = {"knee-drop": Dosage.model_validate({"repetitions": choices.pop("amount", 8)})}
    return outline_of(compose(make_order(LIBRARY, request_for(doses=doses, **choices)))).key


@pytest.mark.parametrize(
    "same",
    [
        {"amount": 12},
        {"amount": 1},
        {"patient": {"name": "Al Mo"}},
        {"patient": {"start_date": "2026-12-03"}},
        {"token": None},
    ],
)
def test_an_outline_has_neither_names_nor_numbers_of_a_dose(same: dict[str, Any]) -> None:
    assert _outline() == _outline(**same)
    assert hash(_outline()) == hash(_outline(**same))
    assert "Maria" not in repr(_outline())


@pytest.mark.parametrize(
    "other",
    [
        {"token": TOKEN},
        {"program": "si-joint-build", "doses": {}},
        {"layout": "compact"},
        {"clinic": "oldmill"},
        {"patient": {"affected_side": "right"}},
        {"patient": {"start_date": None}},
        {"patient": {"next_visit": None}},
        {"patient": {"note": "Slowly."}},
    ],
)
def test_an_outline_has_all_else(other: dict[str, Any]) -> None:
    doses = other.pop("doses", {"knee-drop": Dosage.model_validate({"repetitions": 8})})
    changed = outline_of(compose(make_order(LIBRARY, request_for(doses=doses, **other)))).key
    assert changed != _outline()


# -- nobody is remembered


def test_frames_hold_nothing_of_a_patient() -> None:
    press = Press(LIBRARY)
    person = {"name": "Zebulon Quickthorn", "note": "Well done, Zebulon Quickthorn."}
    for layout in WORKSPACE.ids("layouts"):
        for amount in (4, 12):
            press.make(_asked(amount, 7, layout=layout, patient=person))
    found = texts_reached(press._kinds)
    assert len(press._kinds) == len(WORKSPACE.ids("layouts"))
    assert "Knee drop" in " ".join(found)
    assert not [text for text in found if "Quickthorn" in text or TOKEN in text]


def test_a_template_needs_every_open_node_in_a_part() -> None:
    order = make_order(LIBRARY, _asked(8))
    document = compose(order)
    story, nodes = lay_out(document, order, WORKSPACE), outline_of(document).open
    assert template_of(story, nodes) is not None
    assert template_of(replace(story, composed=story.pages), nodes) is None


def test_the_untagged_twin_and_the_fillable_form_show_the_same() -> None:
    order = make_order(LIBRARY, _asked(8, 9))
    story = lay_out(compose(order), order, WORKSPACE)
    files = [write_pdf(story), write_pdf(story, tagged=False), write_pdf(story, fillable=True)]
    texts = []
    for each in files:
        document = pypdfium2.PdfDocument(each.pdf)
        pages = [page.get_textpage().get_text_range() for page in document]
        texts.append(["".join(page.split()) for page in pages])
        document.close()
    assert texts[0] == texts[1]
    assert len(texts[2]) == len(texts[0])
    assert "Do9.Restfor1minute.Do9more." in "".join(texts[2])
