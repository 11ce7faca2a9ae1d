"""The finished PDF, read back: what a clinic is promised stands on its pages."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from pypdf import PdfReader

from handouts import Handout
from handouts.compose.document import ExerciseCard, TrackingGrid
from handouts.model.order import Order
from tests.conftest import Builder, OrderMaker


@pytest.fixture(scope="module")
def handout(handout_for: Builder) -> Handout:
    return handout_for()


@pytest.fixture(scope="module")
def order(order_for: OrderMaker) -> Order:
    return order_for()


@pytest.fixture(scope="module")
def pages(handout: Handout) -> list[str]:
    reader = PdfReader(io.BytesIO(handout.pdf))
    return [" ".join(page.extract_text().replace("\xa0", " ").split()) for page in reader.pages]


@pytest.fixture(scope="module")
def printed(pages: list[str]) -> str:
    return " ".join(pages)


def _cards(handout: Handout) -> list[ExerciseCard]:
    sections = handout.laid_out.document.sections
    return [card for part in sections for card in part.blocks if isinstance(card, ExerciseCard)]


def test_every_exercise_stands_in_the_order_of_the_program(
    order: Order, handout: Handout, pages: list[str]
) -> None:
    names = [item.exercise.name for item in order.exercises]
    assert [card.name.plain for card in _cards(handout)] == names
    places = [next(i for i, page in enumerate(pages) if i and name in page) for name in names]
    assert places == sorted(places)
    assert all(name in pages[0] for name in names)


def test_each_step_is_printed_exactly_once(handout: Handout, printed: str) -> None:
    steps = [step.text.plain for card in _cards(handout) for step in card.steps]
    assert len(steps) > 15
    for step in set(steps):
        assert printed.count(step) == steps.count(step), step


def test_doses_are_in_words_with_the_numbers_of_the_data(order: Order, printed: str) -> None:
    for item in order.exercises:
        dose = item.dosage
        assert dose.repetitions is not None
        count = dose.repetitions.low
        assert re.search(rf"\b(?:{count} times|sets of {count})\b", printed)
        if dose.hold is not None:
            assert f"Hold for {dose.hold.low} seconds." in printed
            assert re.search(rf"\bhold {dose.hold.low} seconds\b", printed)


def test_patient_side_and_dates_are_there(pages: list[str]) -> None:
    assert "Maria Nuñez-O'Brien" in pages[0]
    assert "Sore side" in pages[0]
    assert "Left" in pages[0]
    assert "Left side only" in " ".join(pages)
    assert "Cross your left leg" in " ".join(pages)
    assert "Tue, Dec 1" in pages[0]
    assert "Tue, Dec 29, 10:30 AM" in pages[0]


def test_stop_rule_is_on_the_first_page_and_emergency_signs_on_its_back(
    order: Order, pages: list[str]
) -> None:
    assert order.safety.stop_rule.replace("{stop}", "6") in pages[0]
    assert order.safety.next_day in pages[0]
    assert "Emergency signs: see page 2." in pages[0]
    for sign in order.safety.emergency:
        assert sign in pages[1]
    for sign in order.safety.same_day:
        assert sign in " ".join(pages[:2])
    assert "call 911 now" in pages[1]


def test_disclaimer_and_folio_are_on_every_page(order: Order, pages: list[str]) -> None:
    for number, page in enumerate(pages, 1):
        # In full where the boxes are, which are kept; elsewhere in short.
        said = order.safety.disclaimer_short if number > 1 else order.safety.disclaimer
        assert said in page
        assert f"Page {number} of {len(pages)}" in page
        assert "Checked by Dana Whitfield, PT, Nov 20, 2026." in page


def test_grid_has_a_row_for_each_exercise_and_side_with_real_dates(
    order: Order, handout: Handout, pages: list[str]
) -> None:
    grid = " ".join(pages[:2])
    assert "Week 1: Dec 1 – 7" in grid.replace(" :", ":")
    assert "Week 4: Dec 22 – 28" in grid.replace(" :", ":")
    for item in order.exercises:
        assert grid.count(item.exercise.name) == 2  # one in each band of two weeks
    blocks = handout.laid_out.document.sections[0].blocks
    tracking = next(block for block in blocks if isinstance(block, TrackingGrid))
    lines = [
        [line.label.plain if line.label else "" for line in row.lines]
        for row in tracking.bands[0].rows
    ]
    assert lines == [[""], ["L"], ["L", "R"], [""]]


def test_all_fonts_are_embedded(handout: Handout) -> None:
    fonts = set()
    for page in PdfReader(io.BytesIO(handout.pdf)).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            entry = font.get_object()
            fonts.add(entry["/BaseFont"])
            assert "/FontFile2" in entry["/FontDescriptor"]
    assert all("Handout" in name for name in fonts)


def test_metadata_names_the_clinic_and_no_patient(handout: Handout) -> None:
    reader = PdfReader(io.BytesIO(handout.pdf))
    assert reader.metadata is not None
    assert reader.metadata.title == "Your home exercises"
    assert reader.metadata.author == "Riverbend Physiotherapy"
    root: Any = reader.root_object
    packet = root["/Metadata"].get_object().get_data().decode("utf-8")
    assert "Riverbend Physiotherapy" in packet
    outline: Any = reader.outline
    values = [packet, *reader.metadata.values(), *(entry.title for entry in outline)]
    about = " ".join(map(str, values)).casefold()
    assert not any(part in about for part in ("maria", "nuñez", "brien", "left", "dec 1"))
    assert [entry.title for entry in outline][:3] == [
        "Your plan",
        "Your plan, continued",
        "Emergency: call 911 now for back pain with any of these:",
    ]
