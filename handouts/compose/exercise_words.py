"""Turn the sides, loads, tempos, efforts and amounts of an exercise into words.

Sides fill the placeholders of an exercise's texts. Weights and distances are in the units of the
clinic's country.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Mapping

from handouts.compose.runs import Run, Runs, Value, fill, plain, runs_of
from handouts.compose.wording import Wording
from handouts.model.dosage import Comfort, Dosage
from handouts.model.exercise import DoseKind, Exercise
from handouts.model.order import OrderedExercise, Side
from handouts.model.phrases import CONTENT_PLACEHOLDER, Limb, Plural, printed_noun
from handouts.model.quantity import (
    BODY_WEIGHT,
    KILOGRAMS,
    METERS,
    SCALES,
    SECONDS,
    Effort,
    Load,
    Measured,
    Quantity,
    Tempo,
)

# -- sides

_SENTENCE_END = (".", "!", "?")


def side_phrase(word: str, noun: str, side: Side, words: Wording) -> str:
    """Return a noun with its side, as ``{leg:your_side}`` asks for it: ``your left leg``.

    Raises:
        KeyError: if the locale does not say how its words for sides agree with the noun.
    """
    sides = words.locale.side
    fillings = sides.words
    named = {Side.LEFT: fillings.left, Side.RIGHT: fillings.right, Side.SORE: fillings.sore}
    phrase = named.get(side, fillings.one).phrase(word, sides.noun_class(noun))
    if phrase is None:
        raise KeyError(noun)
    return phrase.replace("{noun}", printed_noun(noun))


def filled(text: str, side: Side, words: Wording, *, capital: bool = True, **more: Value) -> Runs:
    """Return a text of an exercise with its placeholders filled.

    A side that starts a sentence gets a capital; ``capital`` is False for a text that continues
    a lead-in. ``more`` gives the sentences for ``{hold}`` and ``{repeat}``; an unknown
    placeholder is dropped.
    """
    runs: list[Run] = []
    at = 0
    for match in CONTENT_PLACEHOLDER.finditer(text):
        literal, (noun, word) = text[at : match.start()], match.groups()
        value: Value = more.get(word, "")
        if noun:
            phrase = side_phrase(word, noun, side, words)
            literal, value = _contracted(literal, phrase, words.locale.side.contractions)
        runs.extend(runs_of(literal))
        before = plain(runs).rstrip()
        starts = before.endswith(_SENTENCE_END) if before else capital
        if starts and isinstance(value, str):
            value = value[:1].upper() + value[1:]
        runs.extend(runs_of(value))
        at = match.end()
    return (*runs, *runs_of(text[at:]))


def _contracted(before: str, phrase: str, contractions: Mapping[str, str]) -> tuple[str, str]:
    """Return a text and the phrase after it, with the words where they meet contracted."""
    for pair, one in contractions.items():
        first, second = pair.split(" ")
        met = re.search(rf"\b{first} $", before, re.IGNORECASE)
        if met and phrase.startswith(f"{second} "):
            said = one if met[0].islower() else one[:1].upper() + one[1:]
            return before[: met.start()] + said, phrase[len(second) :]
    return before, phrase


def side_label(item: OrderedExercise, words: Wording) -> str:
    """Return ``Each side``, ``Both sides together`` or ``Left side only``.

    Empty if the body moves as a whole, as in walking or a chin tuck, which have no sides.
    """
    exercise = item.exercise
    if item.side is Side.TOGETHER:
        whole = exercise.dose_kind is DoseKind.ACTIVITY or exercise.limb == "side"
        return "" if whole else limb(exercise, words).together
    label: str = getattr(words.locale.side.label, item.side)
    return label


def limb(exercise: Exercise, words: Wording) -> Limb:
    """Return the phrases for what the exercise counts on each side."""
    phrases: Limb = getattr(words.locale.side, exercise.limb)
    return phrases


def takes_turns(side: Side) -> bool:
    """Return whether both sides are worked, one after the other."""
    return side in (Side.EACH, Side.ALTERNATE)


def counted_in_all(side: Side, dosage: Dosage) -> bool:
    """Return whether the repetitions count both sides together, although sides take turns."""
    return takes_turns(side) and dosage.per_side is False


def side_after_number(item: OrderedExercise, words: Wording) -> str:
    """Return ``each leg`` or ``left leg``, to follow a number; empty for both sides together."""
    if counted_in_all(item.side, item.dosage):
        return words.locale.dose.line.in_all
    return _of_limb(item, "{}", words)


def side_in_sentence(item: OrderedExercise, words: Wording) -> str:
    """Return ``with each leg`` or ``with your left leg``; empty for both sides together."""
    return _of_limb(item, "with_{}", words)


def _of_limb(item: OrderedExercise, name: str, words: Wording) -> str:
    """Return a phrase of the limb for the side that is worked; empty for both together."""
    if item.side is Side.TOGETHER:
        return ""
    side = Side.EACH if item.side is Side.ALTERNATE else item.side
    phrase: str = getattr(limb(item.exercise, words), name.format(side))
    return phrase


# -- loads, tempos, efforts and amounts

_US, _BOTH = "US", {"CA", "GB", "IE"}
"""The country with pounds, feet and miles, and those that use both: units stay as typed there."""

_IN_US = {"kg": "lb", "m": "ft", "km": "mi"}
_IN_OTHERS = {"lb": "kg", "ft": "m", "yd": "m", "mi": "km"}

# Weights as they are sold, and round distances, in pairs: a value, and the step from there on.
_STEPS: dict[str, tuple[tuple[float, float], ...]] = {
    "kg": ((0.5, 0.5), (3, 1), (10, 2), (20, 5)),
    "lb": ((1, 1), (10, 2), (12, 3), (15, 5)),
    "m": ((1, 1), (10, 5), (100, 50)),
    "km": ((1, 0.5),),
    "ft": ((1, 1), (10, 10), (100, 50)),
    "mi": ((0.25, 0.25),),
}
_SLIGHTLY = 1.005
"""A factor for rounding errors, before rounding down: 0.25 mile is 402 m, and 400 m is meant."""


def in_local_unit(measured: Measured, country: str) -> Measured:
    """Return a weight or distance in a unit of the country; as typed if it already is in one.

    A converted value is rounded down to a weight that is sold or to a round distance. So it is
    no finer than was meant, and not more than was prescribed unless that is below the least step.
    """
    us, unit = country == _US, measured.unit
    if country in _BOTH:
        return measured
    if measured.low is None or measured.high is None:
        return Measured(None, None, (_IN_US if us else _IN_OTHERS).get(unit, unit))
    if unit in KILOGRAMS and us is not (unit == "lb"):
        new = "lb" if us else "kg"
        factor = KILOGRAMS[unit] / KILOGRAMS[new]
    elif unit in METERS and us is (unit in ("m", "km")):
        meters = measured.low * METERS[unit]
        large = meters >= (400 if us else 1000)
        new = ("mi" if large else "ft") if us else ("km" if large else "m")
        factor = METERS[unit] / METERS[new]
    else:
        return measured
    low, high = (_rounded(number * factor, new) for number in (measured.low, measured.high))
    return Measured(low, high, new)


def _rounded(number: float, unit: str) -> float:
    """Return a number rounded down to one of its unit's steps, but at least the lowest."""
    steps, number = _STEPS[unit], number * _SLIGHTLY
    place = bisect_right([start for start, _ in steps], number) - 1
    if place < 0:
        return steps[0][0]
    start, step = steps[place]
    return start + math.floor((number - start) / step) * step


def amount_in_words(measured: Measured, words: Wording, *, high: bool = False) -> Runs:
    """Return ``20 minutes``, ``2 kg``, ``½ mile``: the low end of a range, or its ``high`` one."""
    shown = in_local_unit(measured, words.country)
    phrase = _phrase(shown.unit, words)
    return words.build_up(phrase, shown) if high else words.counted(phrase, shown)


def _phrase(unit: str, words: Wording) -> Plural:
    spans = words.locale.dose.span
    return {
        "s": spans.seconds, "min": spans.minutes, "h": spans.hours, "steps": spans.steps,
        "rounds": spans.rounds, "laps": spans.laps, "m": spans.meters, "km": spans.kilometers,
        "mi": spans.miles, "yd": spans.yards, "ft": spans.feet, "kg": spans.kilograms,
        "lb": spans.pounds,
    }[unit]  # fmt: skip


def load_in_words(item: Load, words: Wording) -> Runs:
    """Return ``2 kg``, ``red band``, or ``____ kg`` for the pen."""
    if not item.name:
        return amount_in_words(item.weight or Measured(None, None, "kg"), words)
    if item.name == BODY_WEIGHT:
        return runs_of(words.locale.dose.line.body_weight)
    colour = item.name.removesuffix(" band")
    known = dict(words.locale.dose.bands)
    return runs_of(known.get(colour, item.name))


def weight_unit(item: Load, words: Wording) -> str:
    """Return the unit in which the patient writes a weight that is left open."""
    unit = item.weight.unit if item.weight else "kg"
    return in_local_unit(Measured(None, None, unit), words.country).unit


def tempo_in_words(item: Tempo, exercise: Exercise, words: Wording) -> Runs:
    """Return ``take 3 seconds up, hold 1 second, 3 seconds down``, in the order of the moves."""
    phrases = words.locale.dose.tempo
    if item.words:
        return fill(phrases.words, tempo=item.words)
    ways = {"up": (phrases.up, phrases.down), "down": (phrases.down, phrases.up)}
    there, back = ways.get(exercise.first_move or "", (phrases.there, phrases.back))
    templates = (there, words.locale.dose.line.hold, back, phrases.wait)
    parts = [
        fill(template, time=amount_in_words(Measured(seconds, seconds, "s"), words))
        for template, seconds in zip(templates, item.seconds, strict=False)
        if seconds
    ]
    return fill(phrases.timed, moves=words.commas(parts))


_LEVELS = {"RPE": (2, 4, 6, 9), "Borg": (11, 14, 16, 19)}
"""The highest number of each level but the last, from "easy" on."""


def effort_level(item: Effort, words: Wording) -> Runs:
    """Return what numbers on the scale feel like: ``hard``, ``a little hard to hard``."""
    phrases, ends = words.locale.dose.effort, _LEVELS[item.scale]
    names = (phrases.easy, phrases.little, phrases.hard, phrases.very, phrases.most)
    low, high = (names[sum(number > end for end in ends)] for number in (item.low, item.high))
    return runs_of(low) if low == high else fill(phrases.to, a=low, b=high)


def effort_numbers(item: Effort, words: Wording) -> dict[str, Runs]:
    """Return the level, the number or numbers, and both ends of the scale, to fill a phrase."""
    number, ends = words.number, SCALES[item.scale]
    numbers = fill(number(item.low))
    if item.low != item.high:
        pair = words.locale.dose.effort.to
        numbers = fill(pair, a=number(item.low), b=number(item.high))
    return {
        "level": effort_level(item, words),
        "n": numbers,
        "low": fill(number(ends.low)),
        "high": fill(number(ends.high)),
    }


def activity_in_words(dosage: Dosage, words: Wording) -> Runs:
    """Return ``20 minutes``, ``as many as is comfortable`` or ``until it feels hard``."""
    line = words.locale.dose.line
    if dosage.amount is not None:
        return amount_in_words(dosage.amount, words)
    if not dosage.open_ended:
        return ()
    return fill(
        {Comfort.MANY: line.many, Comfort.LONG: line.long, None: line.until}[dosage.open_comfort]
    )


def one_set_in_words(dosage: Dosage, words: Wording) -> Runs:
    """Return what is done in one set: ``Do 10``, ``Keep going for 20 minutes``; no full stop."""
    phrases, activity = words.locale.dose.repeat, dosage.amount
    if activity is not None:
        phrase = phrases.do_rounds
        if activity.unit in SECONDS:
            phrase = phrases.do_time
        elif activity.unit in METERS:
            phrase = phrases.do_distance
        elif activity.unit == "steps":
            phrase = phrases.do_steps
        return fill(phrase, amount=amount_in_words(activity, words))
    if not dosage.open_ended:
        return words.counted(phrases.do, dosage.repetitions or Quantity(1, 1))
    known = {Comfort.MANY: phrases.do_many, Comfort.LONG: phrases.do_long, None: phrases.do_until}
    return fill(known[dosage.open_comfort])
