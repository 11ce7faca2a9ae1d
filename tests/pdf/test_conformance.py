"""Handouts are PDF/UA-1 and PDF/A-2a, and what a screen reader says is all of the document."""

from __future__ import annotations

from typing import Any

import pytest

from handouts.stamp.build import write_pdf
from tests.conftest import BUILT_IN, EVERY, Builder
from tests.pdf.checks import conforms, is_accessible

UNKNOWN = dict.fromkeys(("name", "affected_side", "start_date", "next_visit"))


# Four exercises, nine to choose from, phases, three frames, walking, a chair.
CHOSEN = (
    "si-joint-calm", "si-joint-mix", "low-back-build", "hand-begin", "walking-plan",
    "chair-whole-body",
)  # fmt: skip


OTHERS = ("compact", "cards")
"""Layouts of all other programs: these have all of a program's words between them."""


@pytest.mark.parametrize(
    ("program", "layout", "paper"),
    [each for each in EVERY if each[0] in CHOSEN or each[1] in OTHERS],
)
def test_every_program_conforms_and_is_accessible(
    built_in: Builder, program: str, layout: str, paper: str
) -> None:
    handout = built_in(program, layout, paper)
    conforms(handout.pdf, "ua1", "2a")
    is_accessible(handout.pdf, handout.laid_out)


@pytest.mark.parametrize("layout", BUILT_IN.ids("layouts"))
@pytest.mark.parametrize("patient", [{}, UNKNOWN], ids=["known", "unknown"])
def test_to_be_filled_in_it_is_accessible(
    handout_for: Builder, layout: str, patient: dict[str, Any]
) -> None:
    story = handout_for(layout=layout, patient=patient).laid_out
    handout = write_pdf(story, fillable=True)
    conforms(handout.pdf, "ua1")
    is_accessible(handout.pdf, story)


@pytest.mark.parametrize("layout", BUILT_IN.ids("layouts"))
def test_lines_for_the_pen_change_nothing(handout_for: Builder, layout: str) -> None:
    handout = handout_for(layout=layout, patient=UNKNOWN, mode="saver")
    conforms(handout.pdf, "ua1", "2a")
    is_accessible(handout.pdf, handout.laid_out)
