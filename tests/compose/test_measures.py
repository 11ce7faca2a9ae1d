"""Loads, distances, tempos and efforts in words: in the units of the clinic's country."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from handouts.compose.dose import card_dose, dose_line, hold_sentence, repeat_sentence
from handouts.compose.exercise_words import effort_level, in_local_unit
from handouts.compose.runs import plain
from handouts.compose.wording import Wording, wording
from handouts.model.locale import Locale
from handouts.model.order import Side
from handouts.model.quantity import KILOGRAMS, METERS, Effort, Load, Measured

Make = Callable[..., Any]


@pytest.mark.parametrize(
    ("typed", "us", "german", "british"),
    [
        ("2 kg", "4 lb", "2 kg", "2 kg"),
        ("0.5 kg", "1 lb", "0.5 kg", "0.5 kg"),
        ("5 kg", "10 lb", "5 kg", "5 kg"),
        ("7 kg", "15 lb", "7 kg", "7 kg"),
        ("2-3 kg", "4-6 lb", "2-3 kg", "2-3 kg"),
        ("5 lb", "5 lb", "2 kg", "5 lb"),
        ("1 lb", "1 lb", "0.5 kg", "1 lb"),
        ("7.5 lb", "7.5 lb", "3 kg", "7.5 lb"),
        ("? kg", "? lb", "? kg", "? kg"),
        ("500 m", "0.25 mi", "500 m", "500 m"),
        ("100 m", "300 ft", "100 m", "100 m"),
        ("1 km", "0.5 mi", "1 km", "1 km"),
        ("0.5 mile", "0.5 mi", "800 m", "0.5 mi"),
        ("1 mile", "1 mi", "1.5 km", "1 mi"),
        ("100 yards", "100 yd", "90 m", "100 yd"),
        ("? km", "? mi", "? km", "? km"),
        ("20 min", "20 min", "20 min", "20 min"),
        ("3 laps", "3 laps", "3 laps", "3 laps"),
    ],
)
def test_units_follow_the_country(typed: str, us: str, german: str, british: str) -> None:
    weight = Load.read(typed).weight if "kg" in typed or "lb" in typed else Measured.read(typed)
    assert weight
    said = [str(in_local_unit(weight, country)) for country in ("US", "DE", "GB")]
    assert said == [us, german, british]


@pytest.mark.parametrize("unit", [*KILOGRAMS, *METERS])
def test_a_converted_amount_is_a_round_one_and_no_more_than_was_typed(unit: str) -> None:
    sizes = {**KILOGRAMS, **METERS}
    for number in range(4, 60):
        for country in ("US", "DE"):
            said = in_local_unit(Measured(number, number, unit), country)
            assert said.low
            if said.unit != unit:
                assert said.low * sizes[said.unit] <= number * sizes[unit] * 1.01
                assert said.low * 4 % 1 == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("RPE 2", "easy"),
        ("RPE 4-6", "a little hard to hard"),
        ("9/10", "very hard"),
        ("RPE 10", "as hard as you can"),
        ("Borg 11", "easy"),
        ("Borg 12-14", "a little hard"),
        ("Borg 15", "hard"),
        ("Borg 17-19", "very hard"),
    ],
)
def test_an_effort_has_plain_words(typed: str, said: str, words: Wording) -> None:
    assert plain(effort_level(Effort.read(typed), words)) == said


@pytest.mark.parametrize(
    ("first_move", "tempo", "said"),
    [
        ("up", "3-1-3", "take 3 seconds up, hold 1 second, 3 seconds down"),
        ("down", "4-0-2-1", "take 4 seconds down, 2 seconds up, wait 1 second"),
        (None, "2-1-3", "take 2 seconds to move, hold 1 second, 3 seconds to move back"),
        (None, "slow and even", "speed: slow and even"),
    ],
)
def test_a_tempo_says_what_its_numbers_mean(
    first_move: str | None, tempo: str, said: str, make_item: Make, words: Wording
) -> None:
    dose = {"repetitions": 8, "tempo": tempo}
    item = make_item(dose, first_move=first_move)
    assert said in [phrase.plain for phrase in card_dose(item, words)]


def test_the_hold_of_a_tempo_is_that_of_the_steps(make_item: Make, words: Wording) -> None:
    dosages = [make_item({"repetitions": 8, "tempo": tempo}).dosage for tempo in ("3-2-3", "3-0-3")]
    said = [plain(hold_sentence(dosage, words)) for dosage in dosages]
    assert said == ["Hold for 2 seconds.", ""]


def test_a_country_has_its_words(make_item: Make, english: Locale) -> None:
    item = make_item({"amount": "500 m", "load": "2 kg"}, dose_kind="activity")
    said = {tag: plain(dose_line(item, wording(english, tag))) for tag in ("en-US", "en-AU")}
    assert said == {"en-US": "¼ mile, 4 lb", "en-AU": "500 m, 2 kg"}


DOSES: list[tuple[str, Side, str, str, str]] = [
    ("20 min, 5 days a week", Side.TOGETHER,
     "20 minutes · Mon to Fri", "Keep going for 20 minutes.", "20 minutes"),
    ("20-30 min", Side.TOGETHER,
     "20 minutes, build up to 30 minutes", "Keep going for 20 minutes. Build up to 30 minutes.",
     "20 minutes"),
    ("3 x 10 min walk, rest 5 min", Side.TOGETHER,
     "3 sets of 10 minutes · 5 minutes rest · about 40 minutes",
     "Keep going for 10 minutes. Rest for 5 minutes. Do 3 sets in all.", "3 sets of 10 minutes"),
    ("2000 steps", Side.TOGETHER, "2,000 steps · about 20 minutes", "Take 2,000 steps.",
     "2,000 steps"),
    ("1 1/2 miles", Side.TOGETHER, "1½ miles · about 40 minutes", "Go 1½ miles.", "1½ miles"),
    ("3 rounds", Side.TOGETHER, "3 rounds", "Do 3 rounds.", "3 rounds"),
    ("? min", Side.TOGETHER, "____ minutes", "Keep going for ____ minutes.", "____ minutes"),
    ("2 min each side", Side.EACH, "2 minutes each leg · about 4 minutes",
     "Keep going for 2 minutes with this leg, then change legs.", "2 minutes each leg"),
    ("8 reps each leg, rest 30 s between sides", Side.EACH,
     "8 times each leg · 30 seconds rest between sides · about 2 minutes",
     "Do 8 with this leg. Rest for 30 seconds. Change legs and do the same.", "8 times each leg"),
    ("8 reps, until it feels hard", Side.TOGETHER,
     "8 times · until it feels hard · about 1 minute", "Do 8. Stop when it feels hard.", "8 times"),
    ("until it feels hard", Side.LEFT, "Until it feels hard left leg",
     "Keep going until it feels hard with your left leg.",
     "Until it feels hard with your left leg"),
    ("8 reps, RPE 5-6", Side.TOGETHER, "8 times · effort: hard (5 to 6 of 10) · about 1 minute",
     "Do 8. The effort should feel hard: 5 to 6, where 0 is rest and 10 is all you can do.",
     "8 times"),
    ("2 sets, as many as is comfortable", Side.TOGETHER, "2 sets of as many as is comfortable",
     "Do as many as is comfortable. Rest. Do it all once more.",
     "2 sets of as many as is comfortable"),
    ("as long as is comfortable", Side.TOGETHER, "As long as is comfortable",
     "Keep going as long as is comfortable.", "As long as is comfortable"),
    ("as many as is comfortable, until it feels hard", Side.TOGETHER,
     "As many as is comfortable · until it feels hard",
     "Do as many as is comfortable. Stop when it feels hard.", "As many as is comfortable"),
    ("8 reps, 2 days a week, week 1: hold 5 s, from week 2: no hold", Side.TOGETHER,
     ("8 times · hold 5 seconds · Mon, Thu · about 1 minute"
     " · from week 2: 8 times, Mon, Thu, about 1 minute"),
     "Do 8.", "8 times, hold 5 seconds, from week 2: 8 times"),
    ("8 reps, as far as is comfortable", Side.TOGETHER,
     "8 times · as far as is comfortable · about 1 minute",
     "Do 8. Move only as far as is comfortable.", "8 times"),
    ("10 reps, every 2 hours by day", Side.TOGETHER,
     "10 times · every 2 hours in the daytime · about 1 minute", "Do 10.", "10 times"),
    ("10 reps, every hour", Side.TOGETHER,
     "10 times · every hour in the daytime · about 1 minute", "Do 10.", "10 times"),
    ("10 reps, at bedtime and in the morning, every other day", Side.TOGETHER,
     "10 times · every other day, in the morning and at bedtime · about 1 minute", "Do 10.",
     "10 times"),
    ("8 reps, body weight", Side.TOGETHER, "8 times · use body weight only · about 1 minute",
     "Do 8.", "8 times, body weight only"),
    ("8 reps, load ?", Side.TOGETHER, "8 times · use ____ lb · about 1 minute", "Do 8.",
     "8 times, ____ lb"),
    ("week 1: 1 x 8, week 2: 2 x 8, from week 4: 3 x 8", Side.TOGETHER,
     ("8 times · about 1 minute · from week 2: 2 sets of 8"
     " · from week 4: 3 sets of 8, about 2 minutes"),
     "Do 8. From week 2: 2 sets of 8. From week 4: 3 sets of 8.",
     "8 times, from week 2: 2 sets of 8, from week 4: 3 sets of 8"),
    ("8 reps, week 1: 1 kg, from week 2: 2 kg", Side.TOGETHER,
     "8 times · use 2 lb · about 1 minute · from week 2: use 4 lb", "Do 8.",
     "8 times, 2 lb, from week 2: 4 lb"),
    ("hold 5 s, week 1: 1 x 8, week 2: 2 x 8, from week 3: 3 x 8", Side.LEFT,
     ("8 times left leg · hold 5 seconds · about 1 minute"
      " · from week 2: 2 sets of 8, about 2 minutes · from week 3: 3 sets of 8, about 4 minutes"),
     "Do 8 with your left leg. From week 2: 2 sets of 8. From week 3: 3 sets of 8.",
     ("8 times with your left leg, hold 5 seconds, from week 2: 2 sets of 8,"
      " from week 3: 3 sets of 8")),
    ("week 1: 1 x 8, from week 2: 2 x 8", Side.EACH,
     "8 times each leg · about 1 minute · from week 2: 2 sets of 8, about 2 minutes",
     "Do 8 with this leg, then change legs. From week 2: 2 sets of 8.",
     "8 times each leg, from week 2: 2 sets of 8"),
    ("week 1: 2 min, from week 2: 5 min", Side.EACH,
     "2 minutes each leg · about 4 minutes · from week 2: 5 minutes each leg, about 10 minutes",
     "Keep going for 2 minutes with this leg, then change legs. From week 2: 5 minutes.",
     "2 minutes each leg, from week 2: 5 minutes each leg"),
    ("week 1: hold 20 s, from week 2: hold 30 s", Side.LEFT,
     "Hold 20 seconds left leg · about 1 minute · from week 2: hold 30 seconds left leg",
     "",
     "Hold 20 seconds with your left leg, from week 2: hold 30 seconds with your left leg"),
]  # fmt: skip


@pytest.mark.parametrize(("dose", "side", "card", "sentence", "line"), DOSES)
def test_a_dose_on_card_in_steps_and_in_the_plan(
    dose: str,
    side: Side,
    card: str,
    sentence: str,
    line: str,
    make_item: Make,
    words: Wording,
) -> None:
    item = make_item(dose, side, limb="leg")
    assert " · ".join(phrase.plain for phrase in card_dose(item, words)) == card
    assert plain(repeat_sentence(item, words)) == sentence
    assert plain(dose_line(item, words)) == line


def test_units_are_the_clinics_whatever_the_language(make_item: Make, english: Locale) -> None:
    item = make_item("500 m", dose_kind="activity")
    assert plain(dose_line(item, wording(english, "en-GB", "en-US"))) == "¼ mile"
    assert plain(dose_line(item, wording(english, "en-US", "de-DE"))) == "500 m"
