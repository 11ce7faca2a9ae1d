"""Patient panel, letterhead, heads and feet: dates by region, blanks for the pen, review state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from handouts.compose.compose import letterhead
from handouts.compose.patient import draft, furniture, patient_panel
from handouts.compose.runs import FieldName, leaves
from handouts.compose.wording import Wording, wording
from handouts.model.clinic import Checked
from handouts.model.locale import Locale

Make = Callable[..., Any]
MONDAY = dt.date(2026, 3, 2)
VISIT = dt.datetime(2026, 3, 30, 10, 30)  # noqa: DTZ001  a wall clock at the clinic


def _panel(order: Any, words: Wording) -> dict[str, str]:
    return {
        item.label.plain: item.value.plain.replace("\u00a0", " ")
        for item in patient_panel(order, words).fields
    }


def test_balance_has_no_sore_side_unless_one_is_known(make_order: Make, words: Wording) -> None:
    asked = {"safety": {"regions": ["balance"]}}
    assert "Sore side" not in _panel(make_order(**asked), words)
    assert _panel(make_order(affected_side="left", **asked), words)["Sore side"] == "Left"
    assert "Sore side" in _panel(make_order(), words)


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
    assert made.code.plain == "For the clinic: SIJ-CALM-0A1B2C"
    assert made.page == "Page {page} of {pages}"
    assert made.disclaimer.plain == (
        "Made for Margaret Ellison. This sheet does not replace advice."
    )
    assert made.disclaimer.runs[0].field is FieldName.NAME


def test_furniture_without_patient(make_order: Make, words: Wording) -> None:
    made = furniture(make_order(clinician=False), words, "X-000000")
    assert made.patient is None
    assert made.side is None
    assert made.dates is None
    assert made.heading.plain == "Your exercises"
    assert made.disclaimer.plain == "This sheet does not replace advice."


def test_a_review_shows_in_the_foot_and_a_draft_on_the_first_page(
    make_order: Make, words: Wording
) -> None:
    order = make_order()
    mark = draft(order, words)
    assert mark is not None
    assert mark.mark.plain == "DRAFT"
    assert mark.why.plain == "Exercise texts not yet checked by a clinician of Riverbend."
    made = furniture(order, words, "X-000000")
    assert made.made.plain == "Made Nov\u00a022,\u00a02026."


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("Dana Whitfield, PT",), "Checked by Dana Whitfield, PT, Oct\u00a01,\u00a02026."),
        (
            ("Dana Whitfield, PT", "Luis Herrera, PT"),
            "Checked by Dana Whitfield, PT and Luis Herrera, PT, Oct\u00a01,\u00a02026.",
        ),
    ],
)
def test_who_checked_it_and_when(
    names: tuple[str, ...], said: str, make_order: Make, words: Wording
) -> None:
    order = replace(make_order(), checked=Checked(names, dt.date(2026, 10, 1)))
    assert draft(order, words) is None
    made = furniture(order, words, "X-000000")
    assert made.made.plain == f"Made Nov\u00a022,\u00a02026. {said}"


@pytest.mark.parametrize(
    ("clinic", "scan", "said"),
    [
        ({"website": "mill.example"}, "https://mill.example", "Scan for mill.example"),
        ({"website": "http://mill.example/"}, "http://mill.example/", "Scan for mill.example"),
        (
            {"website": "mill.example", "code_link": "https://mill.example/back"},
            "https://mill.example/back",
            "Scan for mill.example/back",
        ),
        (
            {"phone": "(555) 010-0142", "code_link": "phone"},
            "tel:5550100142",
            "Scan to call (555) 010-0142",
        ),
        ({"website": "mill.example", "code_link": "none"}, None, ""),
        ({"website": "ask at the desk"}, None, ""),
        ({"website": None}, None, ""),
    ],
)
def test_the_code_leads_somewhere_and_says_where_or_is_not_there(
    clinic: dict[str, Any], scan: str | None, said: str, make_order: Make, words: Wording
) -> None:
    order = make_order()
    head = letterhead(replace(order, clinic=order.clinic.model_copy(update=clinic)), words)
    assert head.scan == scan
    beside = [way for way in head.ways if way.plain.startswith("Scan")]
    assert [way.plain for way in beside] == ([said] if said else [])
    assert all(way.link == scan for way in beside)
