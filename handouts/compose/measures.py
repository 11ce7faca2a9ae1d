"""Turn loads, tempos, efforts and amounts into words, in units of the clinic's country."""

from __future__ import annotations

import math
from bisect import bisect_right

from handouts.compose.text import Runs, fill, runs_of
from handouts.compose.wording import Wording
from handouts.model.dosage import Comfort, Dosage
from handouts.model.exercise import Exercise
from handouts.model.manner import BODY_WEIGHT, SCALES, Effort, Load, Tempo
from handouts.model.phrases import Plural
from handouts.model.quantity import KILOGRAMS, METERS, SECONDS, Measured, Quantity

_US, _BOTH = "US", {"CA", "GB", "IE"}
"""The country of pounds, feet and miles, and those in which people use both: as typed there."""

_IN_US = {"kg": "lb", "m": "ft", "km": "mi"}
_IN_OTHERS = {"lb": "kg", "ft": "m", "yd": "m", "mi": "km"}

# Weights as they are sold, and round distances: from each on, the step to the next.
_STEPS: dict[str, tuple[tuple[float, float], ...]] = {
    "kg": ((0.5, 0.5), (3, 1), (10, 2), (20, 5)),
    "lb": ((1, 1), (10, 2), (12, 3), (15, 5)),
    "m": ((1, 1), (10, 5), (100, 50)),
    "km": ((1, 0.5),),
    "ft": ((1, 1), (10, 10), (100, 50)),
    "mi": ((0.25, 0.25),),
}
_SLIGHTLY = 1.005
"""What is so much over is no more than a rounding error: 0.25 mile is 402 m."""


def local(measured: Measured, country: str) -> Measured:
    """Return a weight or distance in the unit of a country; what is in its unit stays as typed.

    A converted one is rounded down, to a weight that is sold or to a round distance: never more
    than was prescribed, and no number finer than the one that was meant.
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
    """Return the next lower one of the numbers of a unit; the lowest, where there is none."""
    steps, number = _STEPS[unit], number * _SLIGHTLY
    place = bisect_right([start for start, _ in steps], number) - 1
    if place < 0:
        return steps[0][0]
    start, step = steps[place]
    return start + math.floor((number - start) / step) * step


def amount(measured: Measured, words: Wording, *, high: bool = False) -> Runs:
    """``20 minutes``, ``2 kg``, ``½ mile``: with the low end of a range, or its ``high`` one."""
    shown = local(measured, words.country)
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


def load(item: Load, words: Wording) -> Runs:
    """``2 kg``, ``red band``, ``____ kg`` for the pen."""
    if not item.name:
        return amount(item.weight or Measured(None, None, "kg"), words)
    if item.name == BODY_WEIGHT:
        return runs_of(words.locale.dose.line.body_weight)
    colour = item.name.removesuffix(" band")
    known = dict(words.locale.dose.bands)
    return runs_of(known.get(colour, item.name))


def weight_unit(item: Load, words: Wording) -> str:
    """The unit in which the patient writes a weight that is left open."""
    unit = item.weight.unit if item.weight else "kg"
    return local(Measured(None, None, unit), words.country).unit


def tempo(item: Tempo, exercise: Exercise, words: Wording) -> Runs:
    """``take 3 seconds up, hold 1 second, 3 seconds down``, in the order in which it is done."""
    phrases = words.locale.dose.tempo
    if item.words:
        return fill(phrases.words, tempo=item.words)
    ways = {"up": (phrases.up, phrases.down), "down": (phrases.down, phrases.up)}
    there, back = ways.get(exercise.first_move or "", (phrases.there, phrases.back))
    templates = (there, words.locale.dose.line.hold, back, phrases.wait)
    parts = [
        fill(template, time=amount(Measured(seconds, seconds, "s"), words))
        for template, seconds in zip(templates, item.seconds, strict=False)
        if seconds
    ]
    return fill(phrases.timed, moves=words.commas(parts))


_LEVELS = {"RPE": (2, 4, 6, 9), "Borg": (11, 14, 16, 19)}
"""The highest number of each level but the last, from "easy" on."""


def effort_level(item: Effort, words: Wording) -> Runs:
    """``hard``, ``a little hard to hard``: what numbers on the scale feel like."""
    phrases, ends = words.locale.dose.effort, _LEVELS[item.scale]
    names = (phrases.easy, phrases.little, phrases.hard, phrases.very, phrases.most)
    low, high = (names[sum(number > end for end in ends)] for number in (item.low, item.high))
    return runs_of(low) if low == high else fill(phrases.to, a=low, b=high)


def effort_numbers(item: Effort, words: Wording) -> dict[str, Runs]:
    """The level, the number or numbers, and both ends of the scale, to fill a phrase with."""
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


def activity(dosage: Dosage, words: Wording) -> Runs:
    """``20 minutes``, ``as many as is comfortable``, ``until it feels hard``."""
    line = words.locale.dose.line
    if dosage.amount is not None:
        return amount(dosage.amount, words)
    if not dosage.open_ended:
        return ()
    return fill(
        {Comfort.MANY: line.many, Comfort.LONG: line.long, None: line.until}[dosage.goes_on]
    )


def do(dosage: Dosage, words: Wording) -> Runs:
    """``Do 10``, ``Keep going for 20 minutes``: what is done in one set, without a full stop."""
    phrases, activity = words.locale.dose.repeat, dosage.amount
    if activity is not None:
        phrase = phrases.do_rounds
        if activity.unit in SECONDS:
            phrase = phrases.do_time
        elif activity.unit in METERS:
            phrase = phrases.do_distance
        elif activity.unit == "steps":
            phrase = phrases.do_steps
        return fill(phrase, amount=amount(activity, words))
    if not dosage.open_ended:
        return words.counted(phrases.do, dosage.repetitions or Quantity(1, 1))
    known = {Comfort.MANY: phrases.do_many, Comfort.LONG: phrases.do_long, None: phrases.do_until}
    return fill(known[dosage.goes_on])
