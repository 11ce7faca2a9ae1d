"""A dose in a clinician's shorthand is the same dose as its mapping, or it is refused."""

from __future__ import annotations

import random
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from handouts.load.roster.cells import CellError, read_dose
from handouts.model.dosage import Dosage


@pytest.mark.parametrize(
    ("written", "english"),
    [
        ("2 x 10, mantener 5 s, 3 días a la semana", "2 x 10, hold 5 s, 3 days a week"),
        ("2 series de 10, diario", "2 sets of 10, daily"),
        ("8 por cada pierna, dos veces al día", "8 each leg, twice a day"),
        (
            "10 repeticiones de cada lado, descanso de 1 minuto entre series",
            "10 reps each side, rest 1 min between sets",
        ),
        ("3 x 20 segundos, lunes, miércoles y viernes", "3 x 20 s, mon, wed and fri"),
        ("20 minutos de caminata, todos los dias", "20 min walk, every day"),
        ("Caminar 20 min, un día sí y otro no", "walk 20 min, every other day"),
        ("2 x 8, por la mañana y por la noche", "2 x 8, morning and evening"),
        ("semana 1: 1 x 8, desde la semana 2: 2 x 8", "week 1: 1 x 8, from week 2: 2 x 8"),
        ("10 repeticiones, cada 2 horas", "10 reps, every 2 hours"),
        ("2 x 10, sin mantener, con 2 kg", "2 x 10, no hold, with 2 kg"),
        ("8 a 12 repeticiones, 1 vez al día", "8-12 reps, once a day"),
        ("3 x 10 con 2,5 kg", "3 x 10, 2.5 kg"),
        ("2.000 pasos", "2000 steps"),
        ("3 x 10 con banda roja, hasta que cueste", "3 x 10, red band, until it feels hard"),
        ("tantas como sea cómodo, con el peso del cuerpo", "as many as comfortable, body weight"),
        ("2 x 10, con lo que pueda", None),
        ("muchas veces", None),
        ("2 x 10, 5 s halten, 3 x pro Woche", "2 x 10, hold 5 s, 3 days a week"),
        ("2 x 10 Wdh., halten 5 Sek., 3 Tage/Woche", "2 x 10, hold 5 s, 3 days a week"),
        ("3 Sätze à 10 Wiederholungen, täglich", "3 sets of 10, daily"),
        ("3 Durchgänge zu je 8 bis 10", "3 sets of 8-10"),
        ("3 Sätze mit 2 kg, 10 Wdh", "3 sets, 10 reps, 2 kg"),
        ("3 x 10 mit rotem Theraband", "3 x 10, red band"),
        ("3 x 10, weißes Band", "3 x 10, white band"),
        ("2 x 10, nur das eigene Körpergewicht", "2 x 10, body weight"),
        ("8 pro Bein, zweimal am Tag", "8 each leg, twice a day"),
        ("8 Wdh. auf jeder Seite, 2x täglich", "8 each side, twice a day"),
        ("10-mal mit jedem Fuss, 2 x/Tag", "10 times each foot, twice a day"),
        ("10 Wdh, 1 min Pause zwischen den Sätzen", "10 reps, rest 1 min between sets"),
        ("10 Wdh, 30 s Pause beim Seitenwechsel", "10 reps, rest 30 s between sides"),
        ("3 x 20 Sekunden, Mo, Mi und Fr", "3 x 20 s, mon, wed and fri"),
        ("3 x 20 s, dienstags, donnerstags, samstags", "3 x 20 s, tue, thu and sat"),
        ("20 Minuten gehen, jeden 2. Tag", "20 min walk, every other day"),
        ("2.000 Schritte, an 5 Tagen der Woche", "2000 steps, 5 days a week"),
        ("1,5 km spazieren", "walk 1.5 km"),
        ("2 x 8, morgens und vor dem Schlafen", "2 x 8, morning and bedtime"),
        ("10 Wdh., tagsüber alle zwei Stunden", "10 reps, every 2 hours by day"),
        ("10 Wdh., stündlich", "10 reps, hourly"),
        ("5 Atemzüge halten, bis es anstrengend wird", "hold 5 breaths, until it feels hard"),
        ("8 Wdh, so weit wie angenehm", "8 reps, as far as is comfortable"),
        ("so oft wie angenehm, ohne Halten", "as many as is comfortable, no hold"),
        (
            "Woche 1: 1 x 8, Wochen 2-3: 2 x 8, ab Woche 4: 3 x 8",
            "week 1: 1 x 8, weeks 2-3: 2 x 8, from week 4: 3 x 8",
        ),
        ("2 x 10, so viel wie geht", None),
        ("oft", None),
        # Three digits after a comma may be thousands; and is it 10.5 kg, or 5 kg?
        ("3 x 10, 2,500 kg", None),
        ("2 x 10,5 kg", None),
        ("1,000 m", None),
        *((f"2 x 10,5 {unit}", None) for unit in ("lb", "pounds", "kilograms", "s halten")),
        *(
            (f"{before} 10,5 {unit}", None)
            for before in ("2 x", "3 x 8,")
            for unit in ("s", "segundos")
        ),
        ("2 x 8,5-9 kg", None),
        ("2 x 10,30 s halten", "2 x 10, hold 30 s"),
        ("2,5-3,5 lb", "2.5-3.5 lb"),
        ("10-12,5 kg", "10-12.5 kg"),
        ("2 x 10; load 2,5 kg", "2 x 10, 2.5 kg"),
        ("week 1: 2,5 kg, week 2: 3,25 kg", "week 1: 2.5 kg, week 2: 3.25 kg"),
        *(
            (text, None)
            for text in (
                "3 x 8,8,10lb",
                "3 x 8, 8,10 lb",
                "3 x 8 with 8,10 lb",
                "3 sets,8,5 min",
                "3 x 8,5 m",
                "3 sets of 8,5 km",
                "RPE 5,6 kg",
                "10 reps,2,5 kg",
                "2,5,5 kg",
                "2 x 8,500 steps",
                "5 x 1,5 min gehen",
                "3 series de 8,5 km",
            )
        ),
        ("2,5 bis 3 kg", "2.5-3 kg"),
        ("2,5 a 3 kg", "2.5-3 kg"),
        ("1,5 Stunden gehen", "walk 1.5 h"),
        ("2,5 Minuten gehen", "walk 2.5 min"),
    ],
)
def test_a_dose_in_spanish_or_german_is_the_same_dose_or_is_refused(
    written: str, english: str | None
) -> None:
    if english is None:
        with pytest.raises(ValidationError, match=r"not understood|a comma that may be"):
            Dosage.model_validate(written)
    else:
        assert Dosage.model_validate(written) == Dosage.model_validate(english)


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
        ("load Red band, 8 reps", {"load": "red band", "repetitions": 8}),
        ("load a Bottle of water", {"load": "a Bottle of water"}),
        ("5 kg", {"load": "5 kg"}),
        ("5 lbs", {"load": "5 lb"}),
        (
            "3 x 8 with 2.5 kg at tempo 3-1-3",
            {
                "sets": 3,
                "repetitions": 8,
                "load": "2.5 kg",
                "tempo": "3-1-3",
            },
        ),
        ("2-3 kg", {"load": "2-3 kg"}),
        ("? kg", {"load": "? kg"}),
        ("with a grey band", {"load": "gray band"}),
        ("body weight only", {"load": "body weight"}),
        ("tempo 3-1-3", {"tempo": "3-1-3"}),
        ("tempo slow and even", {"tempo": "slow and even"}),
        ("20 min walk, 5 days a week", {"amount": "20 min", "days_per_week": 5}),
        ("walk for 20-30 min", {"amount": "20-30 min"}),
        ("walk ? min", {"amount": "? min"}),
        ("3 x 10 min walk", {"sets": 3, "amount": "10 min"}),
        ("3 sets of 10 min", {"sets": 3, "amount": "10 min"}),
        ("3 x 50 m", {"sets": 3, "amount": "50 m"}),
        ("for 45 s each side", {"amount": "45 s", "per_side": True}),
        ("2,000 steps", {"amount": "2000 steps"}),
        ("1 1/2 miles", {"amount": "1.5 mi"}),
        ("½ mile", {"amount": "0.5 miles"}),
        ("3 rounds", {"amount": "3 rounds"}),
        ("8 reps, until it feels hard", {"repetitions": 8, "effort": "until it feels hard"}),
        ("8 reps, RPE 5-6", {"repetitions": 8, "effort": "rpe 5-6"}),
        ("8 reps, effort 5 of 10", {"repetitions": 8, "effort": "RPE 5"}),
        ("Borg 13", {"effort": "borg 13"}),
        ("8 reps, as far as is comfortable", {"repetitions": 8, "comfort": "far"}),
        ("as many as comfortable", {"comfort": "many"}),
        ("10 reps, every two hours by day", {"repetitions": 10, "every_hours": 2}),
        ("hourly", {"every_hours": 1}),
        ("every other day", {"every_other_day": True}),
        ("in the morning and at bedtime", {"times_of_day": ["morning", "bedtime"]}),
        ("morning, evening", {"times_of_day": ["morning", "evening"]}),
        ("rest 30 s between sides, rest 1 min", {"rest_between_sides": "30 s", "rest": "1 min"}),
        (
            "week 1: 1 x 8, hold 3 s, week 2: 2 x 8, weeks 3-4: 3 x 8",
            {
                "sets": 1,
                "repetitions": 8,
                "hold": "3 s",
                "from_week": {2: {"sets": 2, "repetitions": 8}, 3: {"sets": 3, "repetitions": 8}},
            },
        ),
        (
            "8 reps, mon wed, from week 3: 10 reps",
            {"repetitions": 8, "days": ["mon", "wed"], "from_week": {"3": {"repetitions": 10}}},
        ),
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
        ("every third day", '"every third day" is not understood'),
        ("5 stone", '"5 stone" is not understood'),
        ("3/2 miles", '"3/2 miles" is not understood'),
        ("1.5 1/2 miles", "not understood"),
        ("1.5½ miles", "not understood"),
        ("", "nothing between two"),
        ("2 x 10,", "nothing between two"),
        ("2 x 10, 3 sets", "gives sets twice"),
        ("8 reps, week 1: 9 reps", "gives repetitions twice"),
        ("week 1:", "nothing between two"),
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
    "shorthand",
    [
        "week 1: 1 x 8, week 3: 2 x 8",
        "weeks 1-2: 1 x 8, from week 4: 2 x 8",
        "week 2: 1 x 8",
        "week 1: 1 x 8, weeks 3-2: 2 x 8",
        "week 1: 8 reps, week 1: 9 reps",
    ],
)
def test_a_week_without_a_dose_is_refused(shorthand: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Dosage.model_validate(shorthand)
    (detail,) = caught.value.errors()
    assert "weeks that do not follow each other" in str(detail["ctx"]["error"])
    assert "from week 4: 3 x 8" in detail["ctx"]["error"].hint


@pytest.mark.parametrize(
    ("shorthand", "message"),
    [
        ("20 min, 3 reps", "amount and repetitions cannot both be given"),
        ("500 m, hold 5 s", "amount and hold cannot both be given"),
        ("tempo 3-1-3, hold 5 s", "tempo and hold cannot both be given"),
        ("hold 5 s, no hold", "hold and no hold cannot both be given"),
        ("every 2 hours, twice a day", "every hours and times per day cannot both be given"),
        ("every hour, morning", "every hours and times of day cannot both be given"),
        ("morning and evening, 3 times a day", "2 times of day are named, but times per day is 3"),
        ("morning, morning", "a time of day is named twice"),
        (
            "every other day, 3 days a week",
            "every other day and days per week cannot both be given",
        ),
        ("10 reps, as many as is comfortable", "as many as is comfortable and repetitions"),
    ],
)
def test_what_says_two_things_is_refused(shorthand: str, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Dosage.model_validate(shorthand)
    (detail,) = caught.value.errors()
    assert message in str(detail["ctx"]["error"])


@pytest.mark.parametrize(
    ("shorthand", "field"),
    [
        ("0 x 10", "sets"),
        ("8 days a week", "days_per_week"),
        ("12-8 reps", "repetitions"),
        ("0 min", "amount"),
        ("30-20 min", "amount"),
        ("2.5 rounds", "amount"),
        ("load 5 stone", "load"),
        ("load ½ bottle", "load"),
        ("tempo 3-1", "tempo"),
        ("tempo 3-1-0", "tempo"),
        ("RPE 11", "effort"),
        ("Borg 5", "effort"),
        ("until it feels very hard", "effort"),
        ("every 9 hours", "every_hours"),
    ],
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
measures = st.tuples(counts, st.sampled_from(["min", "steps", "m", "km", "mi", "rounds"])).map(
    " ".join
)
EITHER = (
    ({"amount"}, {"repetitions", "hold", "tempo"}),
    ({"hold"}, {"tempo"}),
    ({"every_hours"}, {"times_per_day", "times_of_day"}),
    ({"times_per_day"}, {"times_of_day"}),
    ({"every_other_day"}, {"days", "days_per_week"}),
)


def agrees(dose: dict[str, Any]) -> bool:
    """Whether a dose says nothing in two ways."""
    return bool(dose) and not any(a & dose.keys() and b & dose.keys() for a, b in EITHER)


doses = st.fixed_dictionaries(
    {},
    optional={
        "amount": measures,
        "load": st.sampled_from(["2 kg", "2.5-3 kg", "5 lb", "?", "red band", "body weight"]),
        "tempo": st.sampled_from(["3-1-3", "4-0-2", "2-1-2-1"]),
        "effort": st.sampled_from(["until it feels hard", "RPE 5-6", "Borg 13"]),
        "every_hours": st.integers(1, 6),
        "times_of_day": st.lists(
            st.sampled_from(["morning", "noon", "afternoon", "evening", "bedtime"]),
            min_size=1,
            max_size=3,
            unique=True,
        ),
        "every_other_day": st.just(True),
        "rest_between_sides": times,
        "sets": counts,
        "repetitions": counts,
        "hold": st.one_of(times, st.just("?")),
        "rest": times,
        "times_per_day": counts,
        "days_per_week": st.sampled_from(["1", "3", "7", "2-3", "?"]),
        "days": days,
        "per_side": st.just(True),
    },
).filter(agrees)
FORMS = {
    "amount": ("{}", "for {}", "walk {}", "{} walk"),
    "load": ("load {}", "Load {}"),
    "tempo": ("tempo {}", "at tempo {}"),
    "effort": ("{}",),
    "every_hours": ("every {} hours", "every {} h by day"),
    "times_of_day": ("{}", "in the {}"),
    "every_other_day": ("every other day", "on alternate days"),
    "rest_between_sides": ("rest {} between sides", "{} rest between legs"),
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


# What a clinician means, and how it may be written; {} is a number with its decimal or thousands.
MEANT = {
    "3 x 8": ("3 x 8", "3×8", "3 sets of 8", "3 series de 8", "3 Sätze à 8"),
    "hold 10 s": ("hold 10 s", "10 s hold", "10 s halten", "mantener 10 segundos"),
    "each leg": ("each leg", "por cada pierna", "pro Bein"),
    "daily": ("daily", "a diario", "täglich"),
    "3 days a week": ("3 days a week", "3x/week", "3 días a la semana", "3 Tage pro Woche"),
    "RPE 5": ("RPE 5",),
}
MEASURED = (
    ("kg", ("{} kg", "{}kg", "con {} kg", "mit {} kg", "load {} kg")),
    ("lb", ("{} lb", "{}lb", "with {} lbs", "{} libras")),
    ("km", ("{} km", "walk {} km", "{} km gehen", "{} km de caminata")),
    ("h", ("for {} h", "{} h", "{} Stunden gehen")),
)
NOTHING = ("8,8", "+5 kg", "-5 kg", "~10 reps", "8 10", "3/2 km", "1.5½ km", "5 kg 2", "2 kg-3 lb")


@st.composite
def written_doses(draw: st.DrawFn) -> tuple[str, str | None]:
    """Draw a dose as a clinician may write it, and the dose that is meant; None if there is none.

    One hand puts the same thing between all pieces, so that is drawn once.
    """
    meant = draw(st.lists(st.sampled_from(sorted(MEANT)), max_size=3, unique=True))
    written = [draw(st.sampled_from(MEANT[one])) for one in meant]
    if draw(st.booleans()):
        unit, forms = draw(st.sampled_from(MEASURED))
        value = draw(st.sampled_from(["2", "2.5", "0.75", "10", "12.25", "½", "1 1/2", "2.5-3.5"]))
        mark = draw(st.sampled_from([".", ","]))
        meant.append(f"{value} {unit}")
        written.append(draw(st.sampled_from(forms)).format(value.replace(".", mark)))
    elif draw(st.booleans()):
        value = draw(st.sampled_from(["500", "2000", "12000"]))
        mark = draw(st.sampled_from(["", ",", "."])) if len(value) > 3 else ""
        meant.append(f"{value} steps")
        unit = draw(st.sampled_from(["steps", "pasos", "Schritte"]))
        written.append(f"{value[:-3]}{mark}{value[-3:]} {unit}")
    order = draw(st.permutations(range(len(meant))))
    pieces = [written[number] for number in order]
    stray = draw(st.lists(st.sampled_from(NOTHING), max_size=1))
    for one in stray:
        pieces.insert(draw(st.integers(0, len(pieces))), one)
    text = draw(st.sampled_from([",", ", ", "; ", " , ", " ", " with "])).join(pieces)
    return text, None if stray or not meant else ", ".join(meant)


COMMAS = ("de", "de-AT", "es", "es-ES")
"""Languages with a decimal comma: ``3 x 8,2 km`` says something, ``3 x 8, 2 km`` does not."""


def is_dose(text: str) -> bool:
    try:
        Dosage.model_validate(text)
    except ValidationError:
        return False
    return True


@given(written_doses(), st.sampled_from(["", "en-US", "es-MX", "de", "es"]))
def test_a_dose_is_read_as_it_was_meant_or_refused(
    drawn: tuple[str, str | None], language: str
) -> None:
    text, meant = drawn
    try:
        dose = read_dose(text, language)
    except CellError:
        return
    assert meant is not None, text
    if language not in COMMAS or "," not in text or is_dose(meant):
        assert dose == Dosage.model_validate(meant), text
    assert Dosage.model_validate(dose.model_dump(exclude_defaults=True)) == dose


@pytest.mark.parametrize("language", ["de-AT", "es-ES", "en-US", "es-MX", ""])
@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2 x 1,5 km", "2 x 1.5 km"),
        ("5 x 1,5 min gehen, täglich", "5 x 1.5 min walk, daily"),
        ("3 series de 8,5 km", "3 sets of 8.5 km"),
        ("Woche 1: 2 x 1,5 km, Woche 2: 3 x 2,25 km", "week 1: 2 x 1.5 km, week 2: 3 x 2.25 km"),
        ("2 x 10,5 kg", None),
        ("3 x 8,5 s halten", None),
        ("2 x 1,15 km", None),
        ("2 x 8,500 steps", None),
    ],
)
def test_a_comma_that_can_only_be_a_decimal_one_is_read(
    text: str, meant: str | None, language: str
) -> None:
    """Where numbers have a decimal comma, it parts no two pieces that are no dose together."""
    if meant and language in COMMAS:
        assert read_dose(text, language) == Dosage.model_validate(meant)
    else:
        with pytest.raises(CellError, match="is not understood as a dose"):
            read_dose(text, language)


@given(
    st.decimals(min_value="0.01", max_value=99999, places=2),
    st.sampled_from(["kg", "km", "h"]),
)
def test_a_number_prints_as_it_was_written(number: Decimal, unit: str) -> None:
    amount = Dosage.model_validate(f"for {number} {unit}" if unit != "kg" else f"{number} kg")
    printed = str(amount.load if unit == "kg" else amount.amount)
    assert Decimal(printed.removesuffix(f" {unit}")) == number


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


@pytest.mark.parametrize(
    ("base", "stated", "result"),
    [
        ("2 x 10, hold 5 s", "20 min", "2 sets, 20 min"),
        ("20 min, 5 days a week", "10 reps", "10 reps, 5 days a week"),
        ("20 min, 5 days a week", "2000 steps", "2000 steps, 5 days a week"),
        ("10 reps, hold 5 s", "tempo 3-1-3", "10 reps, tempo 3-1-3"),
        ("10 reps, tempo 3-1-3", "hold 5 s", "10 reps, hold 5 s"),
        ("10 reps, no hold", "tempo 3-1-3", "10 reps, tempo 3-1-3"),
        ("10 reps, tempo slow", "hold 5 s", "10 reps, tempo slow, hold 5 s"),
        ("10 reps, 2 kg", "red band", "10 reps, red band"),
        ("10 reps, twice a day", "every 2 hours", "10 reps, every 2 hours"),
        ("10 reps, every 2 hours", "morning", "10 reps, morning"),
        ("10 reps, mon wed", "every other day", "10 reps, every other day"),
        ("10 reps, every other day", "3 days a week", "10 reps, 3 days a week"),
        ("2 x 10", "as many as is comfortable", "2 sets, as many as is comfortable"),
        ("as many as is comfortable, 2 sets", "8 reps", "2 x 8"),
        ("8 reps, as far as is comfortable", "9 reps", "9 reps, as far as is comfortable"),
        ("1 x 8, from week 2: 2 x 8", "3 sets", "3 x 8, from week 2: 8 reps"),
        ("1 x 8, from week 2: 2 sets", "10 reps", "1 x 10, from week 2: 2 sets"),
        ("1 x 8, from week 2: 2 x 8", "2 x 12", "2 x 12"),
        ("8 reps, from week 2: hold 5 s", "tempo 3-1-3", "8 reps, tempo 3-1-3"),
        ("1 x 8, from week 2: 2 sets", "week 1: 1 x 5, week 2: 1 x 6", "1 x 5, from week 2: 1 x 6"),
    ],
)
def test_what_a_dose_contradicts_goes(base: str, stated: str, result: str) -> None:
    changed = Dosage.model_validate(base).override(Dosage.model_validate(stated))
    expected = Dosage.model_validate(result)
    assert _said(changed) == _said(expected)
    weeks = range(1, 5)
    assert [_said(changed.in_week(n)) for n in weeks] == [_said(expected.in_week(n)) for n in weeks]


def _said(dose: Dosage) -> dict[str, Any]:
    """What a dose says; a number of days that only counts those named is none of it."""
    said = {name: value for name, value in dose if value not in (None, False, {})}
    said["from_week"] = {week: _said(later) for week, later in dose.from_week.items()}
    return said


def test_the_schema_for_editors_accepts_both_forms() -> None:
    schema = Dosage.model_json_schema()
    options = schema["anyOf"] if "anyOf" in schema else schema["$defs"]["Dosage"]["anyOf"]
    assert {option.get("type") for option in options} == {"object", "string"}


def test_every_form_of_the_documentation_is_a_dose() -> None:
    page = (Path(__file__).parents[2] / "docs/doses.md").read_text("utf-8")
    rows = [line.split("|")[2:4] for line in page.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 12
    for lines, mappings in rows:
        for line in re.findall(r"`([^`]+)`", lines):
            assert Dosage.model_validate(line).model_fields_set
        for text in re.findall(r"`([^`]+)`", mappings):
            for part in text.split("`, `"):
                fields = yaml.safe_load(f"{{{part}}}")
                assert Dosage.model_validate(fields).model_fields_set == set(fields)


@pytest.mark.parametrize("mode", ["python", "json"])
def test_a_dose_is_dumped_as_it_is_written(mode: Any) -> None:
    dose = Dosage.model_validate("3 x 10-12, hold 5 breaths, 2.5 kg, RPE 5-6, rest 1 min")
    dumped = dose.model_dump(mode=mode, exclude_defaults=True)
    assert dumped == {
        "sets": "3", "repetitions": "10-12", "hold": "5 breaths", "load": "2.5 kg",
        "effort": "RPE 5-6", "rest": "1 min",
    }  # fmt: skip
    assert Dosage.model_validate(dumped) == dose
