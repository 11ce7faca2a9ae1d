"""Patient panel, letterhead, heads and feet: dates by region, blanks for the pen, review state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from handouts.compose.furniture import furniture
from handouts.compose.panel import letterhead, patient_panel
from handouts.compose.text import FieldName, leaves
from handouts.compose.wording import Wording, months_later, wording
from handouts.model.locale import Locale

Make = Callable[..., Any]
MONDAY = dt.date(2026, 3, 2)
VISIT = dt.datetime(2026, 3, 30, 10, 30)  # noqa: DTZ001  a wall clock at the clinic
REVIEWED = {"status": "reviewed", "by": "Dana Whitfield, PT", "date": "2026-10-01"}


def _panel(order: Any, words: Wording) -> dict[str, str]:
    return {
        item.label.plain: item.value.plain.replace("\u00a0", " ")
        for item in patient_panel(order, words).fields
    }


@pytest.mark.parametrize(
    ("region", "start", "visit"),
    [
        ("en-US", "Mon, Mar 2", "Mon, Mar 30, 10:30 AM"),
        ("en-GB", "Mon, 2 Mar", "Mon, 30 Mar, 10:30"),
    ],
)
def test_panel(region: str, start: str, visit: str, make_order: Make, english: Locale) -> None:
    order = make_order(
        name="Maria Nuñez-O'Brien", affected_side="right", start_date=MONDAY, next_visit=VISIT
    )
    assert _panel(order, wording(english, region)) == {
        "Name": "Maria Nuñez-O'Brien",
        "Sore side": "Right",
        "Clinician": "Dana Whitfield, PT",
        "Start": start,
        "Next visit": visit,
    }


@pytest.mark.parametrize("visit", [dt.date(2026, 3, 30), dt.datetime(2026, 3, 30)])  # noqa: DTZ001
def test_visit_without_time(visit: dt.date, make_order: Make, words: Wording) -> None:
    order = make_order(next_visit=visit)
    assert _panel(order, words)["Next visit"] == "Mon, Mar 30"


def test_unknown_is_for_the_pen(make_order: Make, words: Wording) -> None:
    panel = patient_panel(make_order(clinician=False), words)
    blanks = [item.label.plain for item in panel.fields if any(r.blank for r in item.value.runs)]
    assert blanks == ["Name", "Clinician", "Start", "Next visit"]
    sore_side = panel.fields[1]
    assert not sore_side.value.runs
    assert [choice.plain for choice in sore_side.choices] == ["left", "right"]


def test_both_sides_are_sore(make_order: Make, words: Wording) -> None:
    assert _panel(make_order(affected_side="both"), words)["Sore side"] == "Both"


def test_every_value_is_a_field(make_order: Make, words: Wording) -> None:
    for order in (make_order(), make_order(name="A B", affected_side="left", start_date=MONDAY)):
        for item in patient_panel(order, words).fields:
            values = [run for leaf in leaves((item.value, item.choices)) for run in leaf.runs]
            assert values
            assert all(run.field is not None for run in values)


def test_patient_note(make_order: Make, words: Wording) -> None:
    assert patient_panel(make_order(), words).note is None
    note = patient_panel(make_order(note="Ring me on Friday."), words).note
    assert note is not None
    assert (note.label.plain, note.value.plain) == ("Note from Dana:", "Ring me on Friday.")
    typed = make_order(note="Hello.", clinician=False)
    label = patient_panel(typed, words).note
    assert label is not None
    assert label.label.plain == "Note from your clinician:"


def test_letterhead(make_order: Make, words: Wording) -> None:
    head = letterhead(make_order(), words)
    assert [leaf.plain for leaf in leaves(head)] == [
        "Riverbend", "Physiotherapy", "(555) 010-0142", "214 Mill Race Road, Salem",
    ]  # fmt: skip
    assert head.logo_alt == "Logo of Riverbend Physiotherapy"


def test_furniture(make_order: Make, words: Wording) -> None:
    order = make_order(
        name="Margaret Ellison",
        preferred_name="Peg",
        affected_side="left",
        start_date=MONDAY,
        next_visit=VISIT,
    )
    made = furniture(order, words, "SIJ-CALM-0A1B2C")
    assert made.side is not None
    assert made.dates is not None
    assert made.heading.plain == "Peg’s exercises"
    assert made.side.plain == "sore side: left"
    assert made.dates.plain.replace("\u00a0", " ") == (
        "Start Mon, Mar 2 · next visit Mon, Mar 30, 10:30 AM · Dana Whitfield, PT"
    )
    assert made.call.plain == "Call (555) 010-0142"
    assert made.code.plain == "SIJ-CALM-0A1B2C"
    assert made.page == "Page {page} of {pages}"
    assert made.disclaimer.plain == (
        "Made for Margaret Ellison; please do not share. This sheet does not replace advice."
    )
    assert made.disclaimer.runs[0].field is FieldName.NAME


def test_furniture_without_patient(make_order: Make, words: Wording) -> None:
    made = furniture(make_order(clinician=False), words, "X-000000")
    assert made.patient is None
    assert made.side is None
    assert made.dates is None
    assert made.heading.plain == "Your exercises"
    assert made.disclaimer.plain.startswith("Made for one person; please do not share. ")


@pytest.mark.parametrize(
    ("program", "safety", "exercise", "checked"),
    [
        (REVIEWED, REVIEWED, REVIEWED, "Checked by Dana Whitfield, PT."),
        (REVIEWED, {**REVIEWED, "by": "Tom Ashby, DC"}, REVIEWED,
         "Checked by Dana Whitfield, PT and Tom Ashby, DC."),
        ({"status": "not reviewed"}, REVIEWED, REVIEWED, "Not yet checked by a clinician."),
        (REVIEWED, {"status": "not reviewed"}, REVIEWED, "Not yet checked by a clinician."),
        (REVIEWED, REVIEWED, {"status": "not reviewed"}, "Not yet checked by a clinician."),
    ],
)  # fmt: skip
def test_review_shows_in_every_foot(
    program: dict[str, str],
    safety: dict[str, str],
    exercise: dict[str, str],
    checked: str,
    make_item: Make,
    make_order: Make,
    words: Wording,
) -> None:
    order = make_order(
        make_item(review=exercise), program={"review": program}, safety={"review": safety}
    )
    made = furniture(order, words, "X-000000")
    assert made.made.plain == f"Made Nov 22, 2026. {checked} Review by May 2027."
    assert made.checked.plain == checked


@pytest.mark.parametrize(
    ("date", "months", "expected"),
    [
        (dt.date(2026, 11, 22), 6, dt.date(2027, 5, 1)),
        (dt.date(2026, 12, 31), 1, dt.date(2027, 1, 1)),
        (dt.date(2026, 1, 31), 12, dt.date(2027, 1, 1)),
        (dt.date(2026, 6, 30), 18, dt.date(2027, 12, 1)),
    ],
)
def test_months_later(date: dt.date, months: int, expected: dt.date) -> None:
    assert months_later(date, months) == expected
