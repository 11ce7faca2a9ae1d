"""The plain-text twin says everything in reading order, with no boxes and no words of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from handouts.compose.compose import compose
from handouts.compose.document import TrackingGrid
from handouts.compose.plain_text import plain_text
from handouts.compose.runs import leaves
from handouts.model.order import Side

Make = Callable[..., Any]
DOSE = {"repetitions": 3, "hold": "20 s", "days_per_week": 3}

DRAFT = "DRAFT: Exercise texts not yet checked by a clinician of Riverbend."


def test_card(make_item: Make, make_order: Make) -> None:
    order = make_order(
        make_item(DOSE, Side.EACH, limb="leg"), layout={"sections": [{"blocks": ["exercises"]}]}
    )
    _, card, foot = plain_text(compose(order)).split("\n\n")
    assert card.splitlines() == [
        "1. Bridge",
        "---------",
        "You need: loop band, chair",
        "Each side",
        "3 times each leg · hold 20 seconds · Mon, Wed, Fri · about 2 minutes",
        "1. Lie on your back.",
        "2. Lift one leg. Hold for 20 seconds.",
        "3. Lower slowly. Do 3 with this leg, then change legs.",
        "Feel it: one buttock working.",
        "Check: do not arch your back.",
        "Easier: lift less.",
        "Safety: ask us first if you feel dizzy.",
    ]
    assert "Made Nov\u00a022,\u00a02026." in foot


def test_grid_in_words(make_item: Make, make_order: Make) -> None:
    order = make_order(
        make_item(DOSE, Side.EACH, limb="leg"),
        layout={"sections": [{"blocks": ["tracking"]}]},
        start_date=dt.date(2026, 3, 2),
    )
    grid = plain_text(compose(order)).replace("\u00a0", " ").split("\n\n")[1].splitlines()
    assert grid == [
        "Your plan",
        "=========",
        "Tick a box when you are done. Bring this to your next visit.",
        "Week 1: Mar 2 – 8",
        "Week 2: Mar 9 – 15",
        "Week 3: Mar 16 – 22",
        "Week 4: Mar 23 – 29",
        (
            "1. Bridge: 3 times each leg, hold 20 seconds; Mon, Wed, Fri: 2 minutes. "
            "Days: Mon, Wed, Fri. Boxes: left, right."
        ),
        "Mon, Wed, Fri: 1 exercise, about 2 minutes.",
        "Other days: rest.",
        "Worst pain today: (0 to 10) ____",
    ]


def test_choices_and_blanks(make_order: Make) -> None:
    lines = plain_text(compose(make_order())).splitlines()
    assert "Name: ____" in lines
    assert "Sore side: [ ] left [ ] right" in lines


def test_every_leaf_is_said(make_item: Make, make_order: Make) -> None:
    order = make_order(
        make_item(DOSE, Side.EACH, note="Slowly.", phase="Week 1"),
        name="Maria Nuñez-O'Brien",
        note="Ring me.",
    )
    document = compose(order)
    twin = plain_text(document)
    outside_grid = [
        block
        for section in document.sections
        for block in section.blocks
        if not isinstance(block, TrackingGrid)
    ]
    for leaf in leaves((document.letterhead, *outside_grid)):
        said = leaf.plain.removesuffix(":") if leaf.plain.endswith(":") else leaf.plain
        assert said in twin


def test_letterhead_or_clinic_comes_first(make_order: Make) -> None:
    with_head = plain_text(compose(make_order())).splitlines()
    assert with_head[:5] == [
        DRAFT,
        "Riverbend",
        "Physiotherapy",
        "(555) 010-0142",
        "214 Mill Race Road, Salem",
    ]
    order = make_order(layout={"sections": [{"blocks": ["notes"]}]})
    assert plain_text(compose(order)).splitlines()[:3] == [
        DRAFT,
        "Riverbend Physiotherapy",
        "(555) 010-0142",
    ]
