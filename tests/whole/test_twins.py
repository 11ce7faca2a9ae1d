"""One handout in two languages: the same things on the same pages, with the same numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from handouts import Library, Workspace, make_order
from handouts.compose.document import ExerciseCard
from handouts.layout.bilingual import same_pages
from handouts.stamp.build import Handout, build_bilingual
from tests.conftest import request_for
from tests.readers import assert_strict_readers_accept

CASES = [
    ("achilles", "standard", "riverbend", {}),
    ("walking-plan", "compact", "oldmill", {}),
    ("si-joint-strength", "cards", "riverbend", {"affected_side": "right"}),
    ("neck-begin", "fridge", "oldmill", {}),
    ("tennis-elbow-build", "large-print", "riverbend", {"start_date": None}),
]


def cards(handout: Handout) -> Iterator[ExerciseCard]:
    """Yield the exercises of a handout."""
    for section in handout.laid_out.document.sections:
        yield from (block for block in section.blocks if isinstance(block, ExerciseCard))


def digits(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d+", text))


@pytest.mark.parametrize(("program", "layout", "clinic", "patient"), CASES)
def test_twins_say_the_same_on_the_same_pages(
    program: str, layout: str, clinic: str, patient: dict[str, str | None], workspace: Workspace
) -> None:
    library = Library(workspace)
    request = {"program": program, "layout": layout, "clinic": clinic, "patient": patient}
    orders = [
        make_order(library, request_for(**request, language=language)) for language in ("en", "es")
    ]
    english, spanish = build_bilingual((orders[0], orders[1]), workspace)
    assert same_pages(english.laid_out, spanish.laid_out)
    assert english.pages == spanish.pages
    assert english.laid_out.document.language[:2] == "en"
    assert spanish.laid_out.document.language[:2] == "es"
    # Doses and numbers of an exercise, its side, and how many steps it has.
    for one, other in zip(cards(english), cards(spanish), strict=True):
        assert len(one.steps) == len(other.steps)
        assert one.figure
        assert other.figure
        assert (one.figure.steps, one.figure.mirrored) == (
            other.figure.steps,
            other.figure.mirrored,
        )
        for ours, theirs in zip(one.steps, other.steps, strict=True):
            assert digits(ours.text.plain) == digits(theirs.text.plain)
    for handout in (english, spanish):
        assert_strict_readers_accept(handout.pdf)
