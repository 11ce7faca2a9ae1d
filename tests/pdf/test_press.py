"""What is stamped is what would be laid out; nothing of one patient reaches another."""

from __future__ import annotations

import datetime as dt
import io
import random
import re
import zlib
from itertools import cycle

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pypdf import PdfReader

from handouts import OrderRequest, build, make_order
from handouts.errors import ContentError, MissingError
from handouts.model.dosage import Dosage
from handouts.pdf.slot import BASE_FONTS, base_codes
from handouts.stamp.plate import Plate
from handouts.stamp.press import Press
from tests.conftest import BUILT_IN, LIBRARY, request_for
from tests.pdf.checks import conforms, is_accessible

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
STAND_IN = "0123456789ABCDEF"
HARD = [
    "Maria Nuñez-O'Brien",
    "Łukasz Żółć",
    "Žofia Nuñez-O'Brien",
    "Ирина Петрова",
    "Ελένη Παπαδοπούλου",
    "Nguyễn Thị Hương",
    "Jo (Zo) O\\Neil",
    "A",
    "the",
    "Page 1 of 5",
    "~token~",
    "Riverbend Physiotherapy",
    "Wolfeschlegelsteinhausenbergerdorff Featherstone-Haugh of Little Snoring",
]
NAMES = st.sampled_from(HARD) | st.text(
    "abcdefghij klmnopqrstuvwxyz'-.ÄÖüñßçåøŁżșțŐű", min_size=1, max_size=40
).map(lambda text: " ".join(text.split())).filter(bool)
NOTES = st.none() | st.integers(1, 20).map(
    lambda count: " ".join(["Slow down if it hurts, please."] * count)
)
VISITS = st.sampled_from([None, "2026-12-29T10:30", "2026-09-30T12:30", "2027-01-05"])
TOKENS = st.none() | st.text(LETTERS, min_size=16, max_size=16)
PRESS = Press(LIBRARY)


def _token(chance: random.Random) -> str:
    return "".join(chance.choices(LETTERS, k=16))


@st.composite
def requests(draw: st.DrawFn) -> OrderRequest:
    """A request for anybody, of one of a few kinds."""
    patient = {
        "name": draw(NAMES),
        "preferred_name": draw(st.sampled_from([None, "Mimi"])),
        "next_visit": draw(VISITS),
        "note": draw(NOTES),
    }
    clinic, layout = draw(
        st.sampled_from(
            [("riverbend", "standard"), ("oldmill", "fridge"), ("oldmill", "compact"),
             ("riverbend", "large-print"), ("oldmill", "cards")]
        )
    )  # fmt: skip
    return request_for(patient=patient, clinic=clinic, layout=layout, token=draw(TOKENS))


@settings(
    max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(requests())
def test_a_stamp_gives_the_bytes_that_laying_out_gives(request: OrderRequest) -> None:
    pressed = PRESS.make(request)
    laid_out = build(make_order(LIBRARY, request), BUILT_IN)
    assert pressed.file.pdf == laid_out.pdf
    assert pressed.file.sha256 == laid_out.sha256
    assert (pressed.pages, pressed.code) == (laid_out.pages, laid_out.code)


@pytest.mark.parametrize("layout", ["standard", "fridge", "cards"])
def test_a_name_of_any_length_is_stamped_as_it_would_be_laid_out(layout: str) -> None:
    """Of names that are nearly as wide, one takes another line in the foot of the page."""
    press, letters, stamped = Press(LIBRARY), cycle("Wilma ńiij-Øm "), 0
    lengths = (*range(1, 61, 9), *range(2, 61, 9))
    names = ["".join(next(letters) for _ in range(length)).strip() for length in lengths]
    for name in [*filter(None, names), *("Ana " + "i" * count for count in range(28, 33))]:
        request = request_for(patient={"name": name, "preferred_name": None}, layout=layout)
        made = press.make(request)
        stamped += not made.laid_out
        assert made.file.pdf == build(make_order(LIBRARY, request), BUILT_IN).pdf, name
    assert stamped > 3


@pytest.mark.parametrize("program", BUILT_IN.ids("programs"))
def test_a_note_with_room_is_printed_after_one_without(program: str) -> None:
    """On one page a long note gives way to a reference; the next patient's own is printed."""
    press = Press(LIBRARY)
    for note in ("Slow down if it hurts, please. " * 12, "Rest on Sunday."):
        request = request_for(
            program=program, layout="fridge", patient={"note": note.strip()}, token=STAND_IN
        )
        made = press.make(request)
        assert made.file.pdf == build(make_order(LIBRARY, request), BUILT_IN).pdf


STARTS = st.integers(0, 60).map(lambda week: dt.date(2026, 12, 1) + dt.timedelta(weeks=week))
CLINICIANS = st.sampled_from(
    [None, "Bo Li", "Zoë Ďurek", "Nguyễn Thị Hương", "Alexandra Featherstonehaugh-Montgomery, PhD"]
)


@settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(
    STARTS,
    CLINICIANS,
    st.sampled_from(["standard", "fridge", "large-print"]),
    st.sampled_from([1, 1, 3, 5]),
)
def test_any_start_week_and_clinician_is_as_it_would_be_laid_out(
    start: dt.date, clinician: str | None, layout: str, week: int
) -> None:
    patient = {"start_date": start.isoformat(), "clinician": clinician}
    request = request_for(
        program="achilles", patient=patient, layout=layout, from_week=week, token=STAND_IN
    )
    pressed = PRESS.make(request)
    assert pressed.file.pdf == build(make_order(LIBRARY, request), BUILT_IN).pdf


def _starting(day: str, clinician: str = "dana-whitfield") -> OrderRequest:
    return request_for(patient={"start_date": day}, clinician=clinician, token=STAND_IN)


def test_other_dates_and_clinicians_are_stamped() -> None:
    press = Press(LIBRARY)
    days = ("2026-12-01", "2027-02-02", "2026-12-08")
    clinicians = ("Anna Woodruff", "Anne Woodruff", "Ann Woodruffe")
    for number, (day, clinician) in enumerate(zip(days, clinicians, strict=True)):
        patient = {"start_date": day, "clinician": clinician}
        request = request_for(patient=patient, token=STAND_IN)
        pressed = press.make(request)
        laid_out = build(make_order(LIBRARY, request), BUILT_IN)
        assert pressed.laid_out is not bool(number)
        assert pressed.file.pdf == laid_out.pdf
        conforms(pressed.file.pdf, "ua1", "2a")
        is_accessible(pressed.file.pdf, laid_out.laid_out)
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pressed.file.pdf)).pages)
    assert "Ann Woodruffe" in said
    assert "Anna" not in said


def test_each_clinician_of_the_clinic_is_named_though_all_start_on_one_day() -> None:
    press = Press(LIBRARY)
    for number, clinician in enumerate(("dana-whitfield", "luis-herrera") * 2):
        request = _starting("2026-12-01", clinician)
        pressed = press.make(request)
        assert pressed.laid_out is (number < 2)
        assert pressed.file.pdf == build(make_order(LIBRARY, request), BUILT_IN).pdf


def test_a_later_week_is_a_kind_of_its_own_and_stamped() -> None:
    press = Press(LIBRARY)
    weeks = [(1, True), (5, True), (5, False), (1, False)]
    for week, laid_out in weeks:
        request = request_for(program="achilles", from_week=week, token=STAND_IN)
        assert press.make(request).laid_out is laid_out


def test_another_weekday_has_other_boxes_and_is_laid_out() -> None:
    press = Press(LIBRARY)
    assert press.make(_starting("2026-12-01")).laid_out
    assert press.make(_starting("2026-12-02")).laid_out


ONLY = st.sampled_from(["1", "2-4", "bird-dog, 9", "9, bird-dog", "all"])
DAYS = st.none() | st.dates(dt.date(2026, 12, 1), dt.date(2027, 1, 31)).map(dt.date.isoformat)


@settings(
    max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(ONLY, DAYS)
def test_any_choice_and_start_is_as_it_would_be_laid_out(only: str, start: str | None) -> None:
    request = request_for(
        program="si-joint-mix",
        layout="compact",
        exercises=only,
        patient={"start_date": start},
        token=STAND_IN,
    )
    assert PRESS.make(request).file.pdf == build(make_order(LIBRARY, request), BUILT_IN).pdf


def test_a_sheet_to_mark_is_of_another_kind_than_one_for_a_patient() -> None:
    press = Press(LIBRARY)
    nobody = {**dict.fromkeys(("name", "start_date", "next_visit", "affected_side"))}
    blank = request_for(program="si-joint-mix", exercises=None, patient=nobody)
    assert press.make(blank).order.to_mark
    for patient in ({"reference": "A-1"}, {"name": "Ann Other"}, {"preferred_name": "Annie"}):
        asked = request_for(program="si-joint-mix", exercises=None, patient={**nobody, **patient})
        with pytest.raises(ContentError):
            press.make(asked)


def test_what_a_screen_reader_says_of_dates_is_the_right_one() -> None:
    press = Press(LIBRARY)
    press.make(_starting("2026-12-01"))
    pressed = press.make(_starting("2027-02-02"))
    assert not pressed.laid_out
    with pikepdf.open(io.BytesIO(pressed.file.pdf)) as pdf:
        said = {str(each.ActualText) for each in pdf.objects if _is_said(each)}
    assert "Tuesday, February 2" in said
    assert "Tuesday, December 1" not in said


def _is_said(each: pikepdf.Object) -> bool:
    return isinstance(each, pikepdf.Dictionary) and "/ActualText" in each


def test_a_clinician_of_another_clinic_is_refused_by_a_known_kind_too() -> None:
    press = Press(LIBRARY)
    press.make(_starting("2026-12-01"))
    with pytest.raises(MissingError, match="does not belong to riverbend"):
        press.make(_starting("2026-12-01", "tom-ashby"))


def test_what_is_remembered_is_bounded_and_nobodys_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handouts.stamp.plate._MOST_CACHED", 3)
    press = Press(LIBRARY)
    for week in range(9):
        start = dt.date(2026, 12, 1) + dt.timedelta(weeks=week)
        press.make(_starting(start.isoformat()))
    (kind,) = press._kinds.values()
    for group in (group for plate in kind.plates for group in plate._groups):
        assert len(group._cache) <= 3
        assert not group._cache or group.shared
        for values, block in group._cache.items():
            assert "Maria Nuñez-O'Brien" not in values
            assert STAND_IN.encode() not in block.data


def _stamped(press: Press, request: OrderRequest) -> bytes:
    """The file of a request, stamped from the plate of a patient with a name as wide."""
    turned = " ".join(reversed((request.patient.name or "").split()))
    other = request.patient.model_copy(update={"name": turned})
    assert press.make(replace(request, patient=other, token=STAND_IN[::-1])).laid_out
    pressed = press.make(request)
    assert not pressed.laid_out
    return pressed.file.pdf


PEOPLE = cycle(["Maria Nuñez-O'Brien", "Ирина Петровая", "Łukasz Żółćowski"])


@pytest.mark.parametrize(
    ("layout", "person"), [*zip(BUILT_IN.ids("layouts"), PEOPLE, strict=False)]
)
def test_stamped_files_are_accessible(layout: str, person: str) -> None:
    request = request_for(layout=layout, patient={"name": person}, token=STAND_IN)
    pdf = _stamped(Press(LIBRARY), request)
    conforms(pdf, "ua1", "2a")
    is_accessible(pdf, build(make_order(LIBRARY, request), BUILT_IN).laid_out)


def test_a_wider_name_or_longer_note_is_laid_out_and_kept() -> None:
    press = Press(LIBRARY)
    short = request_for(patient={"name": "Marta Nunes-Aubrey"})
    wide = request_for(patient={"name": "Bartholomew Featherstonehaugh"})
    noted = request_for(patient={"note": "Take it slowly. " * 20})
    assert [press.make(each).laid_out for each in (short, wide, noted)] == [True, True, True]
    assert [press.make(each).laid_out for each in (short, wide, noted)] == [False, False, False]


def test_what_was_shrunk_is_no_plate_for_others() -> None:
    press = Press(LIBRARY)
    long = request_for(patient={"name": "Wolfeschlegelsteinhausenbergerdorff " * 3})
    assert press.make(long).laid_out
    assert press.make(long).laid_out


def _inflated(data: bytes) -> bytes:
    """A file with all its compressed streams opened."""
    parts = [data]
    for found in re.finditer(rb"stream\n(.*?)\r\nendstream", data, re.DOTALL):
        try:
            parts.append(zlib.decompress(found[1]))
        except zlib.error:
            continue
    return b"\n".join(parts)


def _shown(data: bytes, plate: Plate) -> str:
    """The words that the plain streams of a file show, through the codes of its plate."""
    letters = (*map(base_codes, BASE_FONTS), *plate.letters.values())
    literals = {code: char for codes in letters for char, code in codes.items()}
    words, font = [], ""
    for found in re.finditer(rb"/([^\s/]+) [\d.]+ Tf|\(((?:[^()\\]|\\.)*)\)Tj", data):
        if found[1]:
            font = found[1].decode()
            continue
        codes = re.findall(r"\\.|.", found[2].decode("latin-1"), re.DOTALL)
        words.append("".join(literals[font, code] for code in codes))
    return "".join(words)


def test_a_thousand_stamps_hold_nothing_of_each_other() -> None:
    chance = random.Random(7)  # noqa: S311 - invented people, not secrets
    press = Press(LIBRARY)
    people = [
        ("Al " + "".join(chance.choices("bdeghknopqu", k=11)), _token(chance)) for _ in range(1000)
    ]
    names, tokens = {name[3:] for name, _ in people}, {token for _, token in people}
    assert len(names) > 990
    shared: bytes | None = None
    stamped = 0
    for number, (name, token) in enumerate(people):
        request = request_for(patient={"name": name, "reference": f"P-{number}"}, token=token)
        pressed = press.make(request)
        stamped += not pressed.laid_out
        kind = next(iter(press._kinds.values()))
        plate = next(each for each in kind.plates if each.base.body is pressed.file.shared)
        if shared is not pressed.file.shared:
            shared = pressed.file.shared
            whole = _inflated(shared)
            assert not tokens & set(re.findall(r"[0-9A-Z]{16}", whole.decode("latin-1")))
            assert not any(each.encode() in whole for each in names)
        own = pressed.file.update
        found = set(re.findall(rb"[0-9A-HJKMNP-TV-Z]{16}", own)) - {token.encode()}
        assert not {each.decode() for each in found} & tokens
        said = set(re.findall(r"[a-z]{11}", _shown(own, plate)))
        assert said & names == {name[3:]}
        assert token.encode() in own
        assert f"P-{number}".encode() not in own
    assert stamped > 950


def test_a_stamped_file_reads_like_the_one_laid_out() -> None:
    request = request_for(patient={"name": "Ирина Петровая"}, token=STAND_IN)
    reader = PdfReader(io.BytesIO(_stamped(Press(LIBRARY), request)), strict=True)
    assert "Ирина Петровая" in reader.pages[0].extract_text()
    assert reader.metadata is not None
    assert (reader.metadata.subject or "").endswith(" 0123456789ABCDEF")


def test_plates_are_forgotten_the_oldest_kind_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handouts.stamp.press._ALL", 2)
    press = Press(LIBRARY)
    kinds = [request_for(layout=layout) for layout in ("fridge", "compact", "cards")]
    assert [press.make(kind).laid_out for kind in kinds] == [True, True, True]
    assert [press.make(kind).laid_out for kind in reversed(kinds)] == [False, False, True]


def test_a_handout_with_a_dose_of_the_patients_own_is_laid_out_and_not_kept() -> None:
    press = Press(LIBRARY)
    dose = Dosage.model_validate({"repetitions": 8, "load": "the blue jar from Zebulon"})
    request = request_for(doses={"glute-bridge": dose}, token=STAND_IN)
    first, again = press.make(request), press.make(request)
    assert first.laid_out and again.laid_out  # noqa: PT018 - both, for the same reason
    assert first.file.pdf == again.file.pdf == build(make_order(LIBRARY, request), BUILT_IN).pdf
    assert not press._kinds
    conforms(first.file.pdf, "ua1", "2a")
