"""Every program × layout × clinic is PDF/UA-1 and PDF/A-2a, and says all of its document."""

from __future__ import annotations

from typing import Any

import pytest

from handouts import Workspace
from handouts.stamp.build import write_pdf
from tests.conftest import Builder
from tests.pdf.checks import conforms, is_accessible

BUILT_IN = Workspace()
UNKNOWN = dict.fromkeys(("name", "affected_side", "start_date", "next_visit"))


@pytest.mark.parametrize("layout", BUILT_IN.ids("layouts"))
@pytest.mark.parametrize("clinic", BUILT_IN.ids("clinics"))
@pytest.mark.parametrize("program", BUILT_IN.ids("programs"))
def test_every_handout_is_accessible_and_archivable(
    handout_for: Builder, program: str, clinic: str, layout: str
) -> None:
    handout = handout_for(program=program, clinic=clinic, layout=layout)
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
