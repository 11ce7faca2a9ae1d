"""Exercise cards have the parts that the layout asks for, with steps and facts filled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from handouts.compose.card import exercise_card
from handouts.compose.document import ExerciseCard, FactKind
from handouts.compose.wording import Wording
from handouts.model.layout import CardPart, Cards
from handouts.model.order import Side

Make = Callable[..., Any]


@pytest.fixture
def card(make_order: Make, words: Wording) -> Callable[..., ExerciseCard]:
    """Return a maker of cards from an item and the card settings of a layout."""

    def make(item: Any, **cards: Any) -> ExerciseCard:
        return exercise_card(item, make_order(item), words, Cards.model_validate(cards))

    return make


def test_whole_card(card: Callable[..., ExerciseCard], make_item: Make) -> None:
    dose = {"sets": 2, "repetitions": 10, "hold": "5 s", "rest": "1 min"}
    made = card(make_item(dose, Side.LEFT, limb="leg", note="Use the green band."))
    assert made.equipment is not None
    assert made.side is not None
    said = (made.number, made.name, made.equipment, made.side, *made.dose)
    assert [leaf.plain for leaf in said] == [
        "1", "Bridge", "You need: loop band, chair", "Left side only",
        "2 sets of 10 left leg", "1 minute rest", "hold 5 seconds", "about 4 minutes",
    ]  # fmt: skip
    assert [(step.number.plain, step.text.plain) for step in made.steps] == [
        ("1", "Lie on your back."),
        ("2", "Lift your left leg. Hold for 5 seconds."),
        ("3", "Lower slowly. Do 10 with your left leg. Rest for 1 minute. Do 10 more."),
    ]
    assert [(fact.kind, fact.text.plain) for fact in made.facts] == [
        (FactKind.FEEL_IT, "Feel it: your left buttock working."),
        (FactKind.WATCH_OUT, "Check: do not arch your back."),
        (FactKind.EASIER, "Easier: lift less."),
        (FactKind.CAUTION, "Safety: ask us first if you feel dizzy."),
        (FactKind.NOTE, "Tip: Use the green band."),
    ]
    assert [run.strong for run in made.facts[0].text.runs] == [True, False]
    assert made.stop is None


@pytest.mark.parametrize("part", list(CardPart))
def test_only_parts_asked_for(
    part: CardPart, card: Callable[..., ExerciseCard], make_item: Make
) -> None:
    changes = {"harder": {"text": "add a band"}, "cautions": [], "video": "https://a.example/b"}
    made = card(make_item(side=Side.EACH, **changes), parts=(part,))
    present = {
        CardPart.SIDE: made.side is not None,
        CardPart.EQUIPMENT: made.equipment is not None,
        CardPart.VIDEO: made.video is not None,
        **{CardPart[fact.kind.name]: True for fact in made.facts},
    }
    assert {name for name, there in present.items() if there} == {part}


def test_what_no_layout_leaves_out(card: Callable[..., ExerciseCard], make_item: Make) -> None:
    item = make_item(note="Slowly.")
    made = card(item, parts=())
    caution, note = "Safety: ask us first if you feel dizzy.", "Tip: Slowly."
    assert [fact.text.plain for fact in made.facts] == [caution, note]
    assert made.dose
    gated = card(replace(item, when="bridges feel easy"), parts=(), cut_out=True)
    later = card(replace(item, from_week=3), parts=())
    for begun, start in ((gated, "when bridges feel easy"), (later, "in week 3")):
        said = [fact.text.plain for fact in begun.facts]
        assert said == [caution, f"Start this {start}.", note]


def test_stop_line_on_cards_to_cut_out(card: Callable[..., ExerciseCard], make_item: Make) -> None:
    made = card(make_item(), cut_out=True)
    assert made.stop is not None
    assert made.stop.plain == "Pain 6 or more? Stop. Call (555) 010-0142"


def test_short_steps(card: Callable[..., ExerciseCard], make_item: Make) -> None:
    dose = {"sets": 2, "repetitions": 8, "hold": "20-30 s"}
    made = card(make_item(dose, Side.EACH, limb="leg"), steps="short")
    assert [step.text.plain for step in made.steps] == [
        "Lie down.", "Lift. Hold for 20 seconds.", "Lower. 2 sets of 8 each leg.",
    ]  # fmt: skip
    without = card(make_item(dose, short_steps=None), steps="short")
    assert [step.text.plain for step in without.steps][1:] == [
        "Lift one leg. Hold for 20 seconds. Build up to 30 seconds.",
        "Lower slowly. Do 8. Rest. Do 8 more.",
    ]


def test_step_that_was_only_a_hold_goes(card: Callable[..., ExerciseCard], make_item: Make) -> None:
    made = card(make_item({"repetitions": 3}, steps=["Lift.", "{hold}", "{repeat}"]))
    assert [(step.number.plain, step.text.plain) for step in made.steps] == [
        ("1", "Lift."),
        ("2", "Do 3."),
    ]


def test_blank_in_a_step_is_for_the_pen(card: Callable[..., ExerciseCard], make_item: Make) -> None:
    made = card(make_item({"repetitions": "?"}))
    runs = made.steps[-1].text.runs
    assert [(run.text, run.blank) for run in runs] == [
        ("Lower slowly. Do ", False), ("____", True), (".", False),
    ]  # fmt: skip
