"""The whole document: sections as the layout asks, clean leaves, equal for equal orders."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import fields

from handouts.compose.compose import compose
from handouts.compose.document import Document, ExerciseCard, FactKind, PainRule, Prose
from handouts.compose.runs import Run, Text, leaves
from handouts.model.dosage import Dosage
from handouts.model.exercise import Sides
from handouts.model.layout import BlockName
from handouts.model.order import OrderedExercise, Side
from handouts.model.program import Prescription
from tests.conftest import BUILT_IN, LIBRARY

Make = Callable[..., Any]
MARIA = {
    "name": "Maria Nuñez-O'Brien",
    "affected_side": "left",
    "start_date": dt.date(2026, 3, 2),
    "next_visit": dt.date(2026, 3, 30),
    "note": "Ring me on Friday.",
}
PAUL = {
    "name": "Paul {n} Ward",
    "affected_side": "right",
    "start_date": dt.date(2026, 4, 6),
    "next_visit": dt.datetime(2026, 5, 4, 9, 15),  # noqa: DTZ001  a wall clock at the clinic
    "note": "Well done.",
}


def _leaves(document: Document) -> list[Text]:
    return [*document.leaves(), *leaves(document.furniture)]


def _assert_clean(document: Document) -> None:
    for leaf in _leaves(document):
        said = leaf.plain
        assert said, "a leaf is empty"
        assert said == said.strip(), said
        assert "  " not in said, said
        assert "{" not in said, said
        assert "×" not in (leaf.spoken or said), "no screen reader comes to a cross"
        assert " ." not in said, said
        assert ".." not in said, said


def test_sections_follow_the_layout(make_order: Make) -> None:
    document = compose(make_order())
    assert [[type(block).__name__ for block in part.blocks] for part in document.sections] == [
        [
            "Title",
            "PatientPanel",
            "TrackingGrid",
            "PainRule",
            "Pointer",
            "TrackingGrid",
            "Prose",
        ],
        ["ExerciseCard"],
        ["Prose", "Prose", "Prose", "Prose"],
        ["Notes"],
    ]
    assert (document.title, document.author, document.language) == (
        "Your home exercises", "Riverbend Physiotherapy", "en-US",
    )  # fmt: skip


def test_a_section_of_nothing_stays_in_its_place(make_order: Make) -> None:
    order = make_order(
        program={"education": [], "precautions": []},
        layout={"sections": [{"blocks": ["education", "precautions"]}, {"blocks": ["notes"]}]},
    )
    assert [len(section.blocks) for section in compose(order).sections] == [0, 1]


def test_one_card_an_exercise(make_item: Make, make_order: Make) -> None:
    items = [make_item(number=number, name=f"Move {number}") for number in (1, 2, 3)]
    cards = compose(make_order(*items)).sections[1].blocks
    assert [(card.number.plain, card.name.plain) for card in cards] == [  # type: ignore[union-attr]
        ("1", "Move 1"), ("2", "Move 2"), ("3", "Move 3"),
    ]  # fmt: skip


def test_safety_words(make_order: Make) -> None:
    order = make_order(
        clinic={"emergency_number": "999", "pain_limits": {"go_on": 2, "do_less": 6}}
    )
    blocks = [block for part in compose(order).sections for block in part.blocks]
    (rule,) = (block for block in blocks if isinstance(block, PainRule))
    texts = (block for block in blocks if isinstance(block, Prose))
    (flags,) = (block for block in texts if block.name is BlockName.RED_FLAGS)
    zones = [("".join(n.plain for n in z.numbers), z.advice.plain) for z in rule.zones]
    assert zones == [("012", "go on"), ("3456", "do less"), ("78910", "stop, call us")]
    assert rule.rule.plain == "Stop if pain reaches 7."
    assert rule.next_day.plain == "Still sore? Do less."
    assert rule.call.plain == "Call us: (555) 010-0142"
    assert flags.heading.plain == "Emergency: call 999 now if your back pain comes with"
    assert compose(order).furniture.stop_rule.plain == rule.rule.plain


OF_SAFETY = {LIBRARY.program(name).safety: name for name in BUILT_IN.ids("programs")}
"""One program for each built-in safety text."""


@pytest.mark.parametrize("safety", OF_SAFETY)
def test_what_concerns_safety_is_said_whole_and_in_the_order_of_its_file(
    order_for: Make, safety: str
) -> None:
    """The worst sign comes first; the stop rule is that of the region, wherever it stands."""
    for layout in ("standard", "cards"):
        order = order_for(program=OF_SAFETY[safety], layout=layout)
        text, program, number = order.safety, order.program, order.clinic.emergency_number
        document = compose(order)
        blocks = [block for part in document.sections for block in part.blocks]
        prose = [block for block in blocks if isinstance(block, Prose)]
        said = {block.heading.plain: [part.plain for part in block.parts] for block in prose}
        for lead, signs in (
            (text.emergency_lead.format(number=number), text.emergency),
            (text.same_day_lead.format(number=number), text.same_day),
            *((part.heading, part.text) for part in program.education if layout == "standard"),
            *([(text.visit_lead, text.visit)] if layout == "standard" else []),
        ):
            assert said[lead] == list(signs)
        for name, signs in ((BlockName.EXPECT, program.expect),
                            (BlockName.PRECAUTIONS, program.precautions)):  # fmt: skip
            found = [part.plain for block in prose if block.name is name for part in block.parts]
            assert found == list(signs)
        pain = order.clinic.pain_limits.stop
        (rule,) = (block for block in blocks if isinstance(block, PainRule))
        assert rule.rule.plain == document.furniture.stop_rule.plain == text.stop_rule_from(pain)
        cards = [block for block in blocks if isinstance(block, ExerciseCard)]
        short = text.stop_short.format(stop=pain)
        for card, item in zip(cards, order.exercises, strict=True):
            assert card.stop is None or card.stop.plain.startswith(f"{short} ")
            assert (card.stop is None) == (layout == "standard")
            cautions = [fact for fact in card.facts if fact.kind is FactKind.CAUTION]
            assert len(cautions) == len(item.exercise.cautions)


def test_equal_orders_give_equal_documents(make_order: Make) -> None:
    assert compose(make_order(**MARIA)) == compose(make_order(**MARIA))


def _blanked(node: Any) -> Any:
    """Return the tree with every per-patient run emptied, and what is said of the dates."""
    if isinstance(node, Text) and node.spoken_variable:
        return _blanked(node.runs), None, None, ""
    if isinstance(node, Run):
        return None if node.field else node
    if isinstance(node, tuple):
        return tuple(_blanked(child) for child in node)
    if isinstance(node, Struct):
        return tuple(
            _blanked(getattr(node, field.name))
            for field in fields(node)
            if (type(node).__name__, field.name) != ("DayHead", "label")
        )
    return node


def test_two_patients_differ_in_fields_only(make_order: Make) -> None:
    maria, paul = compose(make_order(**MARIA)), compose(make_order(**PAUL))
    assert maria != paul
    assert _blanked(maria) == _blanked(paul)
    assert maria.code == paul.code


def test_patient_text_is_never_a_template(make_order: Make) -> None:
    names = [leaf.plain for leaf in _leaves(compose(make_order(**PAUL)))]
    assert "Paul {n} Ward" in names


DOSES: list[dict[str, Any]] = [
    {},
    {"repetitions": 10},
    {"sets": 3, "repetitions": "8-12", "hold": "5-10 s", "rest": "1 min", "days_per_week": "2-3"},
    {"sets": "?", "repetitions": "?", "hold": "?", "days_per_week": "?", "times_per_day": "?"},
    {"sets": 2, "hold": "1 min", "times_per_day": 2, "days": ["mon", "sat"]},
    {"repetitions": 1, "hold": "3 breaths", "times_per_day": 5, "load": "3 kg", "tempo": "slow"},
    {"repetitions": 6, "per_side": False, "days_per_week": 7, "no_hold": True},
]


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("steps", ["full", "short"])
def test_leaves_are_clean(side: Side, steps: str, make_item: Make, make_order: Make) -> None:
    items = [
        make_item(dose, side, number=number, limb=limb)
        for number, (dose, limb) in enumerate(
            itertools.product(DOSES, ("leg", "arm", "side", "direction")), start=1
        )
    ]
    sections = [{"blocks": ["exercises", "tracking"], "cards": {"steps": steps}}]
    _assert_clean(compose(make_order(*items, layout={"sections": sections}, **MARIA)))


_COUNT = st.one_of(
    st.none(),
    st.just("?"),
    st.integers(1, 12),
    st.tuples(st.integers(1, 9), st.integers(1, 9)).map(lambda p: f"{min(p)}-{max(p)}"),
)
_TIME = _COUNT.flatmap(
    lambda n: (
        st.just(n)
        if n in (None, "?")
        else st.sampled_from(["s", "min", "breaths"]).map(lambda unit: f"{n} {unit}")
    )
)
_DAYS = st.one_of(st.none(), st.just("?"), st.integers(1, 7))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    dose=st.fixed_dictionaries(
        {
            "sets": _COUNT,
            "repetitions": _COUNT,
            "hold": _TIME,
            "rest": _TIME,
            "times_per_day": _COUNT,
            "days_per_week": _DAYS,
        }
    ),
    side=st.sampled_from(Side),
)
def test_numbers_on_paper_are_numbers_in_data(
    dose: dict[str, Any], side: Side, make_item: Make, make_order: Make
) -> None:
    item = make_item(dose, side)
    document = compose(make_order(item))
    _assert_clean(document)
    card = document.sections[1].blocks[0]
    assert isinstance(card, ExerciseCard)
    known = {7, len(item.dosage.days or ()), 1, 2, 3, 4, 5, 6}  # days of the default spread
    for quantity in (
        item.dosage.sets, item.dosage.repetitions, item.dosage.hold, item.dosage.rest,
        item.dosage.times_per_day,
    ):  # fmt: skip
        if quantity is not None and not quantity.blank:
            scale = 60 if quantity.unit == "min" else 1
            known |= {(quantity.low or 0) // scale, (quantity.high or 0) // scale}
    known.add(item.minutes or 0)
    said = " ".join(leaf.plain for leaf in leaves((card.dose, card.steps[-1].text)))
    numbers = re.findall(r"\d+(?:,\d{3})*", said)  # 1,014 minutes
    assert {int(number.replace(",", "")) for number in numbers} <= known


def _built_in() -> list[tuple[str, str | None]]:
    return [
        (name, variant)
        for name in BUILT_IN.ids("exercises")
        for variant in (None, *LIBRARY.exercise(name).variants)
    ]


_SIDES = {
    Sides.BOTH: (Side.TOGETHER,),
    Sides.EACH: (Side.EACH, Side.LEFT, Side.SORE),
    Sides.ALTERNATE: (Side.ALTERNATE, Side.RIGHT, Side.SORE),
    Sides.AFFECTED: (Side.EACH, Side.LEFT, Side.RIGHT, Side.SORE),
}
_WRONG = re.compile(
    r"\b(your (one|other other)|one (one|other)|(a|an|the|that|this) your|your your|"
    r"(left|right|sore|good) (left|right|sore|good)|your (left|right|sore|good) (and|or|to|of))\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize(("name", "variant"), _built_in())
def test_built_in_content_reads_well_on_every_side(
    name: str, variant: str | None, make_order: Make
) -> None:
    exercise = LIBRARY.exercise(name).variant(variant)
    held = exercise.dosage
    doses = (held, held.override(Dosage(no_hold=True)))
    for dosage, side, steps in product(doses, _SIDES[exercise.sides], ("full", "short")):
        item = OrderedExercise(1, exercise, Prescription(exercise=name), dosage, side)
        sections = [{"blocks": ["exercises", "tracking"], "cards": {"steps": steps}}]
        document = compose(make_order(item, layout={"sections": sections}))
        _assert_clean(document)
        card = document.sections[0].blocks[0]
        assert isinstance(card, ExerciseCard)
        for leaf in leaves(card):
            assert not _WRONG.search(leaf.plain), leaf.plain
        for step in card.steps:
            assert step.text.plain[0].isupper(), step.text.plain
            assert step.text.plain.endswith((".", "!", "?")), step.text.plain
