"""Any handout that can be ordered is accessible: exercises, sides, notes, names and looks mixed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from handouts import make_order
from handouts.compose.compose import compose
from handouts.layout.doc import lay_out
from handouts.model.order import Order, OrderedExercise, Side
from handouts.stamp.build import write_pdf
from tests.conftest import BUILT_IN, LIBRARY, request_for
from tests.pdf.checks import conforms, is_accessible

PROGRAMS = BUILT_IN.ids("programs")

LETTERS = "abcÄÖüñłŁżșțŐűΑΒγδДжЯ–’“”…½Ệặ"
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=12), min_size=1, max_size=8).map(" ".join)
"""No longer than a line has room for: test_any_letters has those that must be parted."""
NAMES = st.sampled_from([None, "Maria Nuñez-O'Brien", "Łukasz Żółć", "Ирина Петрова", "Li"])


def _exercises() -> list[OrderedExercise]:
    orders = (make_order(LIBRARY, request_for(program=program)) for program in PROGRAMS)
    return [item for order in orders for item in order.exercises]


EXERCISES = _exercises()


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """An order of one to seven exercises for anyone, in any look."""
    patient = {
        "name": draw(NAMES),
        "affected_side": draw(st.sampled_from([None, "left", "right", "both"])),
        "start_date": draw(st.sampled_from([None, "2026-12-01", "2027-02-28"])),
        "note": draw(st.none() | WORDS),
    }
    looks: dict[str, Any] = {
        name: draw(st.sampled_from(BUILT_IN.ids(f"{name}s"))) for name in ("clinic", "layout")
    }
    mode, paper = (
        draw(st.sampled_from(values)) for values in (["colour", "gray", "saver"], ["letter", "a4"])
    )
    order = make_order(LIBRARY, request_for(patient=patient, mode=mode, paper=paper, **looks))
    chosen = draw(st.lists(st.sampled_from(EXERCISES), min_size=1, max_size=7))
    items = tuple(_changed(draw, item, number) for number, item in enumerate(chosen, start=1))
    return replace(order, exercises=items)


def _changed(draw: st.DrawFn, item: OrderedExercise, number: int) -> OrderedExercise:
    side = item.side
    if side in {Side.LEFT, Side.RIGHT, Side.SORE, Side.EACH}:
        side = draw(st.sampled_from([Side.LEFT, Side.RIGHT, Side.SORE, Side.EACH]))
    note = draw(st.none() | WORDS)
    prescription = item.prescription.model_copy(update={"note": note})
    phase = draw(st.sampled_from([None, None, "Week 1 to 2"]))
    return replace(item, number=number, side=side, prescription=prescription, phase=phase)


@pytest.mark.slow
@settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(orders(), st.booleans())
def test_any_handout_is_accessible(order: Order, fillable: bool) -> None:
    story = lay_out(compose(order), order, BUILT_IN)
    handout = write_pdf(story, fillable=fillable)
    conforms(handout.pdf, *(["ua1"] if fillable else ["ua1", "2a"]))
    is_accessible(handout.pdf, story)
    assert write_pdf(story, fillable=fillable).pdf == handout.pdf
