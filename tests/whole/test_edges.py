"""Corners of the data: both sides sore, blank doses, weekdays, second clinics, very long texts."""

from __future__ import annotations

import datetime as dt
import io
import re
from itertools import pairwise
from pathlib import Path as FilePath
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pytest
import yaml
from PIL import ImageStat
from pypdf import PdfReader

from handouts import Handout, MissingError, Workspace
from handouts.compose.document import ExerciseCard, TrackingGrid
from handouts.figures.vector import Path
from handouts.model.layout import POINTS_PER_MM, BlockName
from handouts.pdf.annotations import EntryKind
from handouts.stamp.build import write_pdf
from tests.conftest import BUILT_IN, LIBRARY, MARIA, TWELVE, Builder, ProgramWriter
from tests.layout.pages import outside, overlaps, path_box, texts
from tests.layout.recording import Page, pages_of

LAYOUTS = BUILT_IN.ids("layouts")
SHADOWS = ("____", "\u2610", "\u25a1", "\u25af", "\ufffd", "\u25a0")
"""What a line for the pen, a box or a missing letter must never be printed as."""


def read(handout: Handout) -> list[str]:
    """Return the text of each page, on one line."""
    pages = PdfReader(io.BytesIO(handout.pdf)).pages
    return [" ".join(page.extract_text().replace("\xa0", " ").split()) for page in pages]


def cards_of(handout: Handout) -> list[ExerciseCard]:
    parts = handout.laid_out.document.sections
    return [block for part in parts for block in part.blocks if isinstance(block, ExerciseCard)]


def grid_of(handout: Handout) -> TrackingGrid:
    parts = handout.laid_out.document.sections
    return next(b for part in parts for b in part.blocks if isinstance(b, TrackingGrid))


def sound(handout: Handout, *, cut_out: bool = False) -> None:
    for page in pages_of(handout.laid_out):
        assert list(outside(page, cut_out=cut_out)) == []
        assert list(overlaps(page)) == []


# --- sides -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("side", "labels", "said", "never"),
    [
        ("left", ["L"], "Left side only", "Right side only"),
        ("right", ["R"], "Right side only", "Left side only"),
        ("both", ["L", "R"], "Each side", "side only"),
        (None, [""], "Sore side only", "Left side only"),
    ],
)
def test_the_sore_side_decides_card_and_grid(
    handout_for: Builder, side: str | None, labels: list[str], said: str, never: str
) -> None:
    handout = handout_for(patient={"affected_side": side})
    card = cards_of(handout)[1]
    assert card.name.plain == "Lying figure four stretch"
    assert card.side is not None
    assert card.side.plain == said
    for band in grid_of(handout).bands:
        lines = [line.label.plain if line.label else "" for line in band.rows[1].lines]
        assert lines == labels
    text = " ".join(read(handout))
    assert said in text
    assert never not in text
    panel = {"left": "Sore side Left", "right": "Sore side Right", "both": "Sore side Both"}
    assert panel.get(side or "", "Sore side left right") in re.sub(" Clinician", "", text)


@pytest.mark.parametrize(("side", "other"), [("left", "right"), ("right", "left")])
def test_one_sided_steps_name_the_sore_side(handout_for: Builder, side: str, other: str) -> None:
    card = cards_of(handout_for(patient={"affected_side": side}))[1]
    steps = " ".join(step.text.plain for step in card.steps)
    assert f"with your {side} leg" in steps
    assert f"your {other} leg" not in steps


PENS = {"Name": 70, "Clinician": 40, "Start": 40, "Next visit": 40}
"""Least lengths of the lines of a blank in mm."""


@pytest.mark.parametrize("layout", ["standard", "compact", "large-print", "cards"])
def test_lines_of_a_blank_are_long_enough_to_write_on(handout_for: Builder, layout: str) -> None:
    handout = handout_for(layout=layout, patient=dict.fromkeys(MARIA))
    entries = [entry for page in pages_of(handout.laid_out) for entry in page.entries]
    found = {entry.label: entry.width / POINTS_PER_MM for entry in entries if entry.label in PENS}
    assert {label for label, long in found.items() if long >= PENS[label] - 0.1} == set(PENS), found


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_unknown_side_leaves_boxes_and_no_empty_words(handout_for: Builder, layout: str) -> None:
    handout = handout_for(layout=layout, patient={"affected_side": None, "name": None})
    sound(handout, cut_out=layout == "cards")
    text = " ".join(read(handout))
    assert "None" not in text
    assert not any(shadow in text for shadow in SHADOWS)
    assert "{" not in text


# --- language and paper ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clinic", "language", "tag", "start"),
    [
        ("riverbend", None, "en-US", "Tue, Dec 1"),
        ("oldmill", None, "en-GB", "Tue, 1 Dec"),
        ("riverbend", "en-GB", "en-GB", "Tue, 1 Dec"),
        ("oldmill", "en-US", "en-US", "Tue, Dec 1"),
    ],
)
def test_language_tag_decides_customs(
    handout_for: Builder, clinic: str, language: str | None, tag: str, start: str
) -> None:
    handout = handout_for(clinic=clinic, language=language)
    assert PdfReader(io.BytesIO(handout.pdf)).trailer["/Root"]["/Lang"] == tag  # type: ignore[index]
    assert start in read(handout)[0]


@pytest.mark.parametrize("tag", ["xx", "fr-FR", "English"])
def test_a_language_that_is_not_there_is_refused(handout_for: Builder, tag: str) -> None:
    with pytest.raises(MissingError) as error:
        handout_for(language=tag)
    assert tag.casefold() in str(error.value).casefold()
    assert "hint: " in str(error.value)


SIZES = {"letter": (612.0, 792.0), "a4": (595.28, 841.89)}


@pytest.mark.parametrize(("clinic", "own"), [("riverbend", "letter"), ("oldmill", "a4")])
@pytest.mark.parametrize("paper", [None, "letter", "a4"])
def test_paper_is_the_clinics_unless_said(
    handout_for: Builder, clinic: str, own: str, paper: str | None
) -> None:
    for layout, turned in (("cards", False), ("fridge", True)):
        handout = handout_for(clinic=clinic, paper=paper, layout=layout)
        wide, high = SIZES[paper or own]
        expected = (high, wide) if turned else (wide, high)
        for page in PdfReader(io.BytesIO(handout.pdf)).pages:
            box = page.mediabox
            assert (float(box.width), float(box.height)) == pytest.approx(expected, abs=0.01)


# --- ink -------------------------------------------------------------------------------------


def colours(handout: Handout) -> set[tuple[float, ...]]:
    """Return every colour that the pages set, forms within them included, as RGB."""
    found: set[tuple[float, ...]] = set()
    with pikepdf.open(io.BytesIO(handout.pdf)) as read:
        pages: list[Any] = list(read.pages)
        forms = {form.objgen: form for page in pages for form in page.form_xobjects.values()}
        for stream in (*pages, *forms.values()):
            for instruction in pikepdf.parse_content_stream(stream):
                operands, name = list(instruction.operands), str(instruction.operator)
                assert name not in ("sc", "SC", "scn", "SCN", "k", "K", "sh"), "cannot be read"
                if name in ("g", "G"):
                    found.add((float(operands[0]),) * 3)
                elif name in ("rg", "RG"):
                    found.add(tuple(float(value) for value in operands))
    return found


@pytest.mark.parametrize("mode", ["gray", "saver"])
@pytest.mark.parametrize("clinic", ["riverbend", "oldmill"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_in_gray_has_a_colour(
    handout_for: Builder, clinic: str, layout: str, mode: str
) -> None:
    used = colours(handout_for(clinic=clinic, layout=layout, mode=mode))
    assert len(used) > 2
    assert [colour for colour in used if max(colour) - min(colour) > 0.005] == []


@pytest.mark.parametrize("clinic", ["riverbend", "oldmill"])
def test_colour_has_colours(handout_for: Builder, clinic: str) -> None:
    used = colours(handout_for(clinic=clinic))
    assert sum(max(colour) - min(colour) > 0.1 for colour in used) >= 3


def ink(handout: Handout) -> float:
    """Return how black the pages are as pictures, 0 to 1."""
    document = pdfium.PdfDocument(handout.pdf)
    pictures = [page.render(scale=0.5, grayscale=True).to_pil() for page in document]
    return sum(1 - ImageStat.Stat(picture).mean[0] / 255 for picture in pictures) / len(pictures)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_saver_takes_less_ink(handout_for: Builder, layout: str) -> None:
    saver, gray = (ink(handout_for(layout=layout, mode=mode)) for mode in ("saver", "gray"))
    assert 0.01 < saver < gray


# --- dates -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "start",
    [dt.date(2026, 12, 25) + dt.timedelta(days=offset) for offset in range(7)]
    + [dt.date(2028, 2, 26)],
    ids=lambda day: day.strftime("%a-%Y"),
)
def test_the_grid_starts_on_the_day_the_patient_starts(
    handout_for: Builder, start: dt.date
) -> None:
    parts = handout_for(patient={"start_date": start.isoformat()}).laid_out.document.sections
    grids = [block for part in parts for block in part.blocks if isinstance(block, TrackingGrid)]
    bands = [band for grid in grids for band in grid.bands]
    days = [day for band in bands for week in band.weeks for day in week.days]
    wanted = [start + dt.timedelta(days=number) for number in range(28)]
    assert [day.date.plain for day in days if day.date] == [str(day.day) for day in wanted]
    assert [day.weekday.plain for day in days] == [day.strftime("%a")[:2] for day in wanted]
    assert [day.label for day in days] == [f"{day:%A, %B} {day.day}" for day in wanted]
    (bridge,) = {row.lines[0].boxes for row in (bands[0].rows[3], bands[1].rows[3])}
    assert [i % 7 in (0, 2, 4) for i in range(14)] == list(bridge)


@pytest.mark.parametrize("layout", ["standard", "large-print", "compact", "fridge"])
def test_grid_without_a_start_has_weekdays_and_no_dates(handout_for: Builder, layout: str) -> None:
    grid = grid_of(handout_for(layout=layout, patient={"start_date": None}))
    days = [day for band in grid.bands for week in band.weeks for day in week.days]
    assert [day.weekday.plain for day in days[:7]] == ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    assert {day.date for day in days} == {None}


# --- doses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("times", "labels", "said"),
    [
        (1, [""], "Every day"),
        (2, ["am", "pm"], "Twice a day"),
        (3, ["1st", "2nd", "3rd"], "3 times a day"),
        (5, ["1st", "2nd", "3rd", "4th", "5th"], "5 times a day"),
    ],
)
@pytest.mark.parametrize("layout", ["standard", "fridge"])
def test_each_time_of_day_has_a_box_each_day(
    write_program: ProgramWriter, build_own: Builder, layout: str, times: int,
    labels: list[str], said: str,
) -> None:  # fmt: skip
    dose = {"repetitions": 4, "times_per_day": times, "days_per_week": 7}
    own = write_program({"exercise": "cobra", "dosage": dose}, weeks=2)
    handout = build_own(program=own, layout=layout)
    sound(handout)
    for band in grid_of(handout).bands:
        (row,) = band.rows
        assert [line.label.plain if line.label else "" for line in row.lines] == labels
    reader = PdfReader(io.BytesIO(write_pdf(handout.laid_out, fillable=True).pdf))
    fields = reader.get_fields() or {}
    said_of = [field["/TU"] for field in fields.values() if field["/FT"] == "/Btn"]
    assert len(set(said_of)) == len(said_of) == 14 * times
    assert all(words.startswith("Face-down chest lift, ") for words in said_of)
    if layout == "standard":
        assert said in read(handout)[0]


def test_each_side_and_each_time_have_their_line(
    write_program: ProgramWriter, build_own: Builder
) -> None:
    dose = {"repetitions": 3, "hold": "20 s", "times_per_day": 2, "days_per_week": 7}
    own = write_program({"exercise": "single-knee-to-chest", "side": "each", "dosage": dose})
    handout = build_own(program=own)
    sound(handout)
    (row,) = grid_of(handout).bands[0].rows
    labels = [line.label.plain for line in row.lines if line.label]
    assert labels == ["L am", "R am", "L pm", "R pm"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_blank_doses_are_lines_for_the_pen(
    write_program: ProgramWriter, build_own: Builder, layout: str
) -> None:
    dose = {"sets": "?", "repetitions": "?", "hold": "?", "times_per_day": 1, "days_per_week": "?"}
    own = write_program(
        *({"exercise": name, "dosage": dose} for name in ("glute-bridge", "bird-dog", "clamshell"))
    )
    handout = build_own(program=own, layout=layout)
    sound(handout, cut_out=layout == "cards")
    text = " ".join(read(handout))
    assert not any(shadow in text for shadow in SHADOWS)
    assert not re.search(r"(?<![a-z])\?", text)
    blanks = [
        (page, item) for page in pages_of(handout.laid_out) for item in texts(page) if item.blank
    ]  # fmt: skip
    assert len(blanks) >= 3
    for page, item in blanks:
        assert item.text == " "
        assert item.width > 12, "too short to write a number on"
        under = (item.x, item.x + item.width, item.y)
        assert any(_is_line_under(path, *under) for path in page.items), item


def _is_line_under(item: object, left: float, right: float, base: float) -> bool:
    if not isinstance(item, Path) or item.stroke is None:
        return False
    box = path_box(item)
    flat = box[3] - box[1] < 1.5
    return flat and abs(box[1] - base) < 8 and box[0] <= left + 2 and box[2] >= right - 2


EVERYDAY_DOSES = {
    "2-3 x 8-12, hold 3-5 s, rest 1 min, Mon Wed Fri": [
        "2 sets of 8", "1 minute rest", "hold 3 seconds, build up to 5 seconds", "Mon, Wed, Fri",
    ],
    "2 x 8 with 3 kg at tempo 3-1-2, RPE 5-6, 3 days a week": [
        "2 sets of 8", "1 minute rest", "use 6 lb",
        "take 3 seconds to move, hold 1 second, 2 seconds to move back",
        "effort: hard (5 to 6 of 10)", "Tue, Thu, Sat",
    ],
    "1 set, as many as is comfortable, no hold, red band, morning and evening, every other day": [
        "as many as is comfortable", "use red band", "every other day, in the morning and in",
    ],
    "2 x 10, no hold, 3 days a week, weeks 1-2: ? kg, from week 3: 3 sets": [
        "2 sets of 10", "1 minute rest", "use ____ lb", "Tue, Thu, Sat",
        "from week 3: 3 sets of 10",
    ],
    "1 x 10, hold 5 s, 1-2 times a day, Mon Tue Thu Sat": [
        "10 times", "hold 5 seconds", "Mon, Tue, Thu, Sat, once a day, build up to 2",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("turn", "layout"), [*enumerate(LAYOUTS)])
def test_everyday_doses_fit_every_layout(
    write_program: ProgramWriter, build_own: Builder, turn: int, layout: str
) -> None:
    """Each dose stands on every card, once in each layout."""
    names = ("glute-bridge", "bird-dog", "side-plank-clamshell", "kickstand-rdl", "clamshell")
    doses = [*EVERYDAY_DOSES][turn:] + [*EVERYDAY_DOSES][:turn]
    pairs = zip(names, doses, strict=True)
    own = write_program(*({"exercise": name, "dosage": dose} for name, dose in pairs))
    handout = build_own(program=own, layout=layout, patient={"affected_side": None})
    sound(handout, cut_out=layout == "cards")
    assert all(name in " ".join(read(handout)) for name in ("Bridge", "Hands-and-knees reach"))
    for card, dose in zip(cards_of(handout), doses, strict=False):
        said = [phrase.plain for phrase in card.dose]
        for part in EVERYDAY_DOSES[dose]:
            assert any(phrase.lower().startswith(part.lower()) for phrase in said), said


@pytest.mark.parametrize("layout", LAYOUTS)
def test_many_named_days_leave_room_for_words(
    write_program: ProgramWriter, build_own: Builder, layout: str
) -> None:
    names = ("single-knee-to-chest", "figure-four-supine", "seated-hamstring-stretch")
    often = ("", "2-3 times a day, ", "2-3 times a day, ")
    own = write_program(
        *(
            {"exercise": name, "dosage": f"? x 3, hold ? s, {times}Mon Tue Wed Thu Sat Sun"}
            for name, times in zip(names, often, strict=True)
        )
    )
    handout = build_own(program=own, layout=layout, patient={"affected_side": "left"})
    sound(handout, cut_out=layout == "cards")
    blocks = [block for part in handout.laid_out.document.sections for block in part.blocks]
    grids = [block for block in blocks if isinstance(block, TrackingGrid)]
    rows = [row for grid in grids[:1] for row in grid.bands[0].rows]
    shown = BlockName.TRACKING in LIBRARY.layout(layout).block_names
    assert len(rows) == len(names) * shown
    items = [item for page in pages_of(handout.laid_out) for item in texts(page)]
    for row in rows:
        assert 1 <= len([item for item in items if item.source is row.name]) <= 2


def test_a_program_overrides_only_what_it_states(
    write_program: ProgramWriter, build_own: Builder
) -> None:
    own = write_program(
        {"exercise": "glute-bridge", "dosage": {"repetitions": 7}},
        {"exercise": "glute-bridge", "dosage": "no hold, 12 reps, daily"},
        {"exercise": "glute-bridge", "dosage": {"days": ["tue", "sat"]}},
    )
    handout = build_own(program=own)
    doses = [[phrase.plain for phrase in card.dose][:-1] for card in cards_of(handout)]
    rest, hold = "1 minute rest", "hold 5 seconds"
    assert doses == [
        ["2 sets of 7", rest, hold, "Tue, Thu, Sat"],
        ["2 sets of 12", rest, "every day"],
        ["2 sets of 10", rest, hold, "Tue, Sat"],
    ]
    text = " ".join(read(handout))
    assert "Do 7. Rest for 1 minute. Do 7 more." in text
    assert "Do 12. Rest for 1 minute. Do 12 more." in text
    assert text.count("Hold for 5 seconds.") == 2
    assert "Tue, Sat" in text


# --- the code --------------------------------------------------------------------------------


def test_the_code_is_of_the_words_and_not_of_the_patient(
    write_program: ProgramWriter, build_own: Builder
) -> None:
    def code(repetitions: int = 10, **choices: Any) -> str:
        entry = {"exercise": "glute-bridge", "dosage": {"repetitions": repetitions}}
        return build_own(program=write_program(entry), **choices).code

    first = code(patient={"name": "Ann Lee"})
    someone = {
        "name": "Bea Holm", "start_date": "2027-03-02", "next_visit": None, "note": "Slowly.",
        "reference": "77", "clinician": "Kim Park",
    }  # fmt: skip
    assert code(patient=someone) == first
    assert code(mode="gray", paper="a4") == first
    others = [code(11), code(9), code(layout="compact"), code(clinic="oldmill")]
    # Three days a week from a Thursday on are other days.
    others.append(code(patient={"start_date": "2027-03-04"}))
    assert len({first, *others}) == 6
    assert re.fullmatch(r"OWN-[0-9A-HJKMNP-TV-Z]{6}", first)


# --- clinics ---------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("clinic", "own", "other", "phone"),
    [
        ("riverbend", "911", "999", "(555) 010-0142"),
        ("oldmill", "999", "911", "01632 960 142"),
    ],
)
def test_every_layout_has_the_clinics_own_numbers(
    handout_for: Builder, layout: str, clinic: str, own: str, other: str, phone: str
) -> None:
    text = " ".join(read(handout_for(clinic=clinic, layout=layout)))
    assert re.search(rf"\bcall {own} now\b", text) or layout == "fridge"
    assert not re.search(rf"\b{other}\b", text)
    assert phone in text


def test_an_own_clinic_has_its_emergency_number(own_folder: Workspace, build_own: Builder) -> None:
    assert own_folder.folder is not None
    source = FilePath(__file__).parents[2] / "data" / "clinics" / "oldmill.yaml"
    clinic = yaml.safe_load(source.read_text("utf-8")) | {"emergency_number": "112 or 15"}
    clinic["brand"].pop("logo")
    path = own_folder.folder / "clinics" / "third.yaml"
    path.write_text(yaml.safe_dump(clinic), "utf-8")
    text = " ".join(read(build_own(clinic="third")))
    assert "call 112 or 15 now" in text
    assert "999" not in text


LONG_PHONE = "+44 (0)1632 960 142 or 0800 123 4567 (weekdays)"
LONG_PHASE = "Start on the floor, with a mat or a folded blanket, close to a sturdy chair or sofa"
LONG_CLINICIAN = (
    "Professor Wolfeschlegelsteinhausen-Bergerdorff, Chartered Physiotherapist, MCSP, " * 2
)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_long_lines_of_a_clinic_stay_inside(
    own_folder: Workspace, write_program: ProgramWriter, build_own: Builder, layout: str
) -> None:
    assert own_folder.folder is not None
    source = FilePath(__file__).parents[2] / "data" / "clinics" / "oldmill.yaml"
    clinic = yaml.safe_load(source.read_text("utf-8")) | {"phone": LONG_PHONE}
    clinic["brand"].pop("logo")
    (own_folder.folder / "clinics" / "third.yaml").write_text(yaml.safe_dump(clinic), "utf-8")
    own = write_program(phases=[{"name": LONG_PHASE, "exercises": [{"exercise": "bird-dog"}]}])
    patient = {"clinician": LONG_CLINICIAN, "note": "Slowly."}
    handout = build_own(program=own, clinic="third", layout=layout, patient=patient)
    sound(handout, cut_out=layout == "cards")
    assert LONG_PHONE in " ".join(read(handout))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_high_grid_goes_on_over_pages(
    write_program: ProgramWriter, build_own: Builder, layout: str
) -> None:
    dose = {"repetitions": 3, "hold": "20 s", "times_per_day": 3, "days_per_week": 7}
    names = ("single-knee-to-chest", "figure-four-supine", "seated-hamstring-stretch") * 2
    own = write_program(*({"exercise": n, "side": "each", "dosage": dose} for n in names), weeks=1)
    handout = build_own(program=own, layout=layout)
    sound(handout, cut_out=layout == "cards")
    ticks = [e for p in pages_of(handout.laid_out) for e in p.entries if e.kind is EntryKind.TICK]
    assert len(ticks) == (0 if layout == "cards" else 6 * 2 * 3 * 7)


# --- a great deal of text, and order -----------------------------------------------------------

_SENTENCE = "Move a little each day and rest when your back asks for it, then go on. "


@pytest.mark.parametrize("layout", LAYOUTS)
def test_very_long_education_goes_on_over_pages(
    write_program: ProgramWriter, build_own: Builder, layout: str
) -> None:
    parts = [
        {
            "heading": f"Part {number}: about your back and how it gets well",
            "text": [f"P{number}{letter}. {_SENTENCE * 16}"[:1200].strip() for letter in "abcdef"],
        }
        for number in range(1, 7)
    ]  # fmt: skip
    own = write_program({"exercise": "glute-bridge"}, education=parts, precautions=["Go slowly."])
    handout = build_own(program=own, layout=layout)
    sound(handout, cut_out=layout == "cards")
    if layout in ("standard", "large-print"):
        text = " ".join(read(handout))
        places = [text.index(f"P{n}{letter}.") for n in range(1, 7) for letter in "abcdef"]
        assert places == sorted(places)
        assert text.count("and rest when your back asks for it") >= 36 * 15


def _reading_place(page: Page, number: int, x: float, y: float, *, cut_out: bool) -> Any:
    if cut_out:
        return number, y > page.height / 2, x > page.width / 2
    return number, y


@pytest.mark.parametrize("layout", LAYOUTS)
def test_twelve_exercises_are_read_in_order(
    write_program: ProgramWriter, build_own: Builder, layout: str
) -> None:
    own = write_program(*({"exercise": name} for name in TWELVE))
    handout = build_own(program=own, layout=layout)
    sound(handout, cut_out=layout == "cards")
    cards = cards_of(handout)
    leaves = [card.name for card in cards] or [row.name for row in grid_of(handout).bands[0].rows]
    assert len(leaves) == 12
    places = []
    for leaf in leaves:
        first = next(
            _reading_place(page, number, item.x, item.y, cut_out=layout == "cards")
            for number, page in enumerate(pages_of(handout.laid_out))
            for item in texts(page)
            if item.source is leaf
        )
        places.append(first)
    assert places == sorted(places)
    assert len(set(places)) == 12
    # A reader without tags takes the words as they are drawn: steps follow their name.
    text = " ".join(read(handout))
    for card, following in pairwise(cards):
        start = text.index(card.steps[0].text.plain)
        assert text.index(card.steps[-1].text.plain[:40], start) < text.rindex(following.name.plain)
