"""Pictures of exercises: one figure with words for each card, its frames together."""

from __future__ import annotations

from typing import Any

import pytest

from handouts.compose.document import ExerciseCard
from handouts.layout.doc import LaidOut
from tests.conftest import Builder
from tests.layout.recording import Drawing, pages_of
from tests.pdf.checks import read


def _cards(story: LaidOut) -> list[ExerciseCard]:
    blocks = [block for section in story.document.sections for block in section.blocks]
    return [block for block in blocks if isinstance(block, ExerciseCard)]


@pytest.mark.parametrize("layout", ["standard", "large-print", "compact", "cards"])
def test_every_card_has_one_figure(handout_for: Builder, layout: str) -> None:
    handout = handout_for(layout=layout)
    alts = [card.figure.alt for card in _cards(handout.laid_out) if card.figure]
    assert len(alts) == 4
    figures = [tag for tag in read(handout.pdf).tags if tag.role == "Figure" and tag.alt in alts]
    assert [figure.alt for figure in figures] == alts
    for figure in figures:
        left, low, right, top = figure.box
        assert right - left > 40
        assert top - low > 20


def test_a_figure_stands_before_its_steps(handout_for: Builder) -> None:
    handout = handout_for(layout="standard")
    card = _cards(handout.laid_out)[3]
    assert card.figure
    roles = [(tag.role, tag.alt or tag.text) for tag in read(handout.pdf).tags]
    picture = roles.index(("Figure", card.figure.alt))
    assert ("H2", "4 Bridge") in roles[:picture]
    assert roles[picture + 1][0] == "L"


def test_pictures_of_the_plan_only_decorate(handout_for: Builder) -> None:
    handout = handout_for(layout="standard")
    page = pages_of(handout.laid_out)[0]
    _logo, *drawn = [item for item in page.items if isinstance(item, Drawing)]
    bodies = [
        item for item in drawn if any(path.fill == "figure-skin" for path in item.vector.paths)
    ]
    assert len(bodies) == 4
    said = [tag.alt for tag in read(handout.pdf).tags if tag.role == "Figure"]
    assert len(said) == len(set(said)) == 1 + 4  # the logo, and the cards


def test_pictures_drawn_twice_are_stored_once(handout_for: Builder) -> None:
    handout = handout_for(layout="standard")
    drawn = [
        id(item.vector)
        for page in pages_of(handout.laid_out)
        for item in page.items
        if isinstance(item, Drawing)
    ]
    assert len(set(drawn)) < len(drawn)
    resources: Any = read(handout.pdf).reader.pages[0]["/Resources"]
    objects = resources["/XObject"].values()
    forms = [each.get_object() for each in objects if "/BBox" in each.get_object()]
    bounds = [tuple(map(float, form["/BBox"])) for form in forms]
    for item in (
        i for page in pages_of(handout.laid_out) for i in page.items if isinstance(i, Drawing)
    ):
        left, top, right, bottom = item.vector.bounds
        box = tuple(round(side, 4) for side in (left, -bottom, right, -top))
        assert box in bounds
    assert len(bounds) < len(drawn) + 20
