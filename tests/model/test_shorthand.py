"""A dose in a clinician's shorthand is the same dose as its mapping, or it is refused."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from handouts.model.dosage import Dosage


@pytest.mark.parametrize(
    ("shorthand", "mapping"),
    [
        ("2 x 10", {"sets": 2, "repetitions": 10}),
        ("2×10", {"sets": 2, "repetitions": 10}),
        (
            "2 x 10, hold 5 s, 3 days a week",
            {"sets": 2, "repetitions": 10, "hold": "5 s", "days_per_week": 3},
        ),
        (
            "10-15 reps, 3-4 sets, daily",
            {"repetitions": "10-15", "sets": "3-4", "days_per_week": 7},
        ),
        (
            "hold 20 s x 3 each side, twice a day",
            {"hold": "20 s", "repetitions": 3, "per_side": True, "times_per_day": 2},
        ),
        ("3 x 20 s", {"repetitions": 3, "hold": "20 s"}),
        ("20 s x 3", {"repetitions": 3, "hold": "20 s"}),
        ("2 x 8 x 5 s", {"sets": 2, "repetitions": 8, "hold": "5 s"}),
        ("?", {"sets": "?", "repetitions": "?", "hold": "?"}),
        ("2 x ?", {"sets": 2, "repetitions": "?"}),
        ("hold ? s, ? sets", {"hold": "?", "sets": "?"}),
        ("once a day", {"times_per_day": 1}),
        ("twice daily", {"times_per_day": 2}),
        ("3 times a day", {"times_per_day": 3}),
        ("3x/day", {"times_per_day": 3}),
        ("every day", {"days_per_week": 7}),
        ("3 times a week", {"days_per_week": 3}),
        ("2-3 days per week", {"days_per_week": "2-3"}),
        ("mon wed fri", {"days": ["mon", "wed", "fri"]}),
        ("Monday, Wednesday and Friday", {"days": ["mon", "wed", "fri"]}),
        ("Tue/Thu", {"days": ["tue", "thu"]}),
        ("rest 1 min", {"rest": "1 min"}),
        ("30 s rest between sets", {"rest": "30 s"}),
        ("no hold", {"no_hold": True}),
        ("8 each leg", {"repetitions": 8, "per_side": True}),
        ("8 times on each side", {"repetitions": 8, "per_side": True}),
        ("2 sets of 10 per side", {"sets": 2, "repetitions": 10, "per_side": True}),
        ("8 reps, each side", {"repetitions": 8, "per_side": True}),
        ("hold 5 s each time", {"hold": "5 s"}),
        ("hold for 3 breaths", {"hold": "3 breaths"}),
        ("load Red band, 8 reps", {"load": "Red band", "repetitions": 8}),
        ("5 kg", {"load": "5 kg"}),
        ("tempo 3-1-3", {"tempo": "3-1-3"}),
        ("2 X 10; REST 1 MIN.", {"sets": 2, "repetitions": 10, "rest": "1 min"}),
    ],
)
def test_shorthand_and_mapping_are_one_dose(shorthand: str, mapping: dict[str, Any]) -> None:
    written = Dosage.model_validate(shorthand)
    assert written == Dosage.model_validate(mapping)
    assert written.model_fields_set == set(mapping)


@pytest.mark.parametrize(
    ("shorthand", "piece"),
    [
        ("10", '"10" is not understood'),
        ("10 each", '"10 each" is not understood'),
        ("2 x 10, slowly", '"slowly" is not understood'),
        ("2 x 10 hold 5 s", '"2 x 10 hold 5 s" is not understood'),
        ("hold 5", '"hold 5" is not understood'),
        ("two sets", '"two sets" is not understood'),
        ("2 x 10 a day", '"2 x 10 a day" is not understood'),
        ("every other day", '"every other day" is not understood'),
        ("", "an empty piece"),
        ("2 x 10,", "an empty piece"),
        ("2 x 10, 3 sets", "gives sets twice"),
        ("hold 5 s, no hold", 'gives a hold and "no hold"'),
    ],
)
def test_what_is_not_understood_is_refused_with_an_example(shorthand: str, piece: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Dosage.model_validate(shorthand)
    (detail,) = caught.value.errors()
    assert detail["loc"] == ()
    assert piece in str(detail["ctx"]["error"])
    assert "2 x 10" in detail["ctx"]["error"].hint


@pytest.mark.parametrize(
    ("shorthand", "field"),
    [("0 x 10", "sets"), ("8 days a week", "days_per_week"), ("12-8 reps", "repetitions")],
)
def test_numbers_in_shorthand_obey_the_rules_of_their_field(shorthand: str, field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Dosage.model_validate(shorthand)
    assert [detail["loc"] for detail in caught.value.errors()] == [(field,)]


numbers = st.integers(1, 60)
counts = st.one_of(
    numbers.map(str),
    st.tuples(numbers, numbers).map(lambda pair: f"{min(pair)}-{max(pair)}"),
    st.just("?"),
)
days = st.lists(
    st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]),
    min_size=1,
    max_size=7,
    unique=True,
)
times = st.tuples(numbers, st.sampled_from(["s", "min", "breaths"])).map(
    lambda pair: f"{pair[0]} {pair[1]}"
)
doses = st.fixed_dictionaries(
    {},
    optional={
        "sets": counts,
        "repetitions": counts,
        "hold": st.one_of(times, st.just("?")),
        "rest": times,
        "times_per_day": counts,
        "days_per_week": st.sampled_from(["1", "3", "7", "2-3", "?"]),
        "days": days,
        "per_side": st.just(True),
    },
).filter(bool)
FORMS = {
    "sets": ("{} sets", "{}  SETS"),
    "repetitions": ("{} reps", "{} times", "{} repetitions"),
    "hold": ("hold {}", "hold for {}", "{} hold"),
    "rest": ("rest {}", "{} rest"),
    "times_per_day": ("{} times a day", "{}x/day", "{} a day"),
    "days_per_week": ("{} days a week", "{} times per week"),
    "days": ("{}", "on {}"),
    "per_side": ("each side", "per leg", "on each arm"),
}


@given(doses, st.randoms(use_true_random=False), st.sampled_from([", ", ";", " ,  "]))
def test_every_dose_can_be_written_in_any_order_and_form(
    mapping: dict[str, Any], chance: random.Random, comma: str
) -> None:
    pieces = []
    for name, value in mapping.items():
        said = " ".join(value) if isinstance(value, list) else value
        pieces.append(chance.choice(FORMS[name]).format(said))
    chance.shuffle(pieces)
    assert Dosage.model_validate(comma.join(pieces)) == Dosage.model_validate(mapping)


@given(st.text(max_size=40))
def test_no_text_is_anything_but_a_dose_or_a_refusal(text: str) -> None:
    try:
        dose = Dosage.model_validate(text)
    except ValidationError:
        return
    assert dose.model_fields_set


def test_shorthand_overrides_only_what_it_states() -> None:
    base = Dosage.model_validate("2 x 10, hold 5 s, rest 1 min, 3 days a week")
    changed = base.override(Dosage.model_validate("3 sets, no hold, mon wed"))
    assert (str(changed.sets), str(changed.repetitions)) == ("3", "10")
    assert changed.hold is None
    assert str(changed.days_per_week) == "2"


def test_the_schema_for_editors_accepts_both_forms() -> None:
    schema = Dosage.model_json_schema()
    options = schema["anyOf"] if "anyOf" in schema else schema["$defs"]["Dosage"]["anyOf"]
    assert {option.get("type") for option in options} == {"object", "string"}
