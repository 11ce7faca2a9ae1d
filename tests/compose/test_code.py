"""The handout's code changes when what a patient reads changes, and only then."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest

from handouts.compose.compose import compose, handout_code
from handouts.compose.runs import FieldName, text, text_for_all
from handouts.model.order import Side

Make = Callable[..., Any]


def test_form(make_order: Make) -> None:
    code = compose(make_order()).code
    assert re.fullmatch(r"SIJ-CALM-[0-9A-HJKMNP-TV-Z]{6}", code)


def test_known_value() -> None:
    assert handout_code("AB", [text("Do 10.")], "clinic", "layout", "en") == "AB-F6QG0V"


def test_canonical_leaves_fields_out() -> None:
    said = [text("Name"), text("Maria", field=FieldName.NAME), text("Start")]
    assert text_for_all(said) == "Name\nStart"


@pytest.mark.parametrize(
    "patient",
    [
        {"name": "Margaret Ellison", "preferred_name": "Peg", "reference": "R-17"},
        {"affected_side": "left"},
        {"start_date": dt.date(2026, 3, 4)},
        {"next_visit": dt.date(2026, 3, 30)},
        {"note": "Ring me."},
        {"date": dt.date(2027, 1, 1)},
        {"clinician": False},
        {"name": "A", "affected_side": "both", "start_date": dt.date(2026, 3, 2), "note": "B"},
    ],
)
def test_same_for_all_patients(patient: dict[str, Any], make_order: Make) -> None:
    assert compose(make_order(**patient)).code == compose(make_order()).code


@pytest.mark.parametrize(
    "changes",
    [
        {"program": {"title": "Your exercises"}},
        {"program": {"weeks": 6}},
        {"program": {"precautions": []}},
        {"clinic": {"id": "oldmill"}},
        {"clinic": {"phone": "(555) 010-0143"}},
        {"clinic": {"pain_limits": {"go_on": 2, "do_less": 4}}},
        {"clinic": {"locale": "en-GB"}},
        {"layout": {"id": "compact"}},
        {"safety": {"stop_rule": "Stop if it hurts."}},
        {"safety": {"disclaimer": "Other words."}},
    ],
)
def test_changes_with_the_words(changes: dict[str, Any], make_order: Make) -> None:
    assert compose(make_order(**changes)).code != compose(make_order()).code


def test_changes_with_dose_and_side(make_item: Make, make_order: Make) -> None:
    items = [
        make_item(),
        make_item({"sets": 2, "repetitions": 11, "days_per_week": 3}),
        make_item(None, Side.LEFT),
        make_item(None, Side.RIGHT),
        make_item(None, Side.SORE),
        make_item(note="Slowly."),
    ]
    codes = {compose(make_order(item)).code for item in items}
    assert len(codes) == len(items)
