"""Phrases about sides, doses and days: the part of a locale that says what to do how often."""

from typing import Annotated

from handouts.model.base import Line, Model
from handouts.model.phrase import Counted, Noun, Phrase, Plural, holds


class SideWords(Model):
    """What the side placeholders of an exercise's texts become."""

    side: Phrase
    your_side: Phrase
    other_side: Phrase
    your_other_side: Phrase


class SideFillings(Model):
    """`SideWords` for an exercise of both sides, and for a known or unknown sore side."""

    one: SideWords
    left: SideWords
    right: SideWords
    sore: SideWords


class SideLabels(Model):
    """What stands on the card about the side."""

    each: Phrase
    alternate: Phrase
    left: Phrase
    right: Phrase
    sore: Phrase


class Limb(Model):
    """What is counted on each side: ``each`` after a number, ``with_each`` in a sentence.

    ``swap`` does one side, then the other; ``change`` asks to change when nothing is counted.
    """

    together: Phrase
    each: Phrase
    left: Phrase
    right: Phrase
    sore: Phrase
    with_each: Phrase
    with_left: Phrase
    with_right: Phrase
    with_sore: Phrase
    swap: Annotated[Line, holds("do")]
    change: Phrase


class SidePhrases(Model):
    """Words for sides: fillings, labels, and phrases by limb."""

    words: SideFillings
    label: SideLabels
    leg: Limb
    arm: Limb
    side: Limb
    direction: Limb


class Units(Model):
    """The bold word beside a numeral of the dose."""

    sets: Noun
    times: Noun
    seconds: Noun
    minutes: Noun
    breaths: Noun
    days_a_week: Noun
    times_a_day: Noun


class Spans(Model):
    """Times with their unit in a sentence."""

    seconds: Counted
    minutes: Counted
    breaths: Counted


class Often(Model):
    """How many times a day."""

    once: Phrase
    twice: Phrase
    times: Counted


class CellPhrases(Model):
    """The words of the dose strip besides its units.

    ``every`` stands in the place of the numeral before ``day``; ``use`` before the load and
    ``speed`` before the tempo.
    """

    every: Phrase
    day: Phrase
    use: Phrase
    speed: Phrase
    rest: Annotated[Line, holds("time")]
    brief_rest: Phrase
    brief_each_set: Phrase
    hold: Phrase
    hold_each_time: Phrase
    in_each_set: Phrase
    in_all: Phrase
    build_up: Annotated[Line, holds("n")]
    on_those_days: Phrase


class RepeatPhrases(Model):
    """The sentences that say how often to repeat, from the dose."""

    do: Counted
    plain: Annotated[Line, holds("do")]
    sided: Annotated[Line, holds("do", "where")]
    in_all: Annotated[Line, holds("do")]
    start_with: Counted
    more: Counted
    all_again: Phrase
    sets_in_all: Counted
    rest: Annotated[Line, holds("time")]
    rest_untimed: Phrase
    build_up: Counted
    build_up_in_each_set: Counted
    build_up_sets: Counted
    build_up_both: Annotated[Plural, holds("n", "times")]
    short_sets: Annotated[Plural, holds("n", "times")]
    short_sets_sided: Annotated[Plural, holds("n", "times", "side")]
    hold: Annotated[Line, holds("time")]
    build_up_hold: Annotated[Line, holds("time")]


class LinePhrases(Model):
    """The dose in one line, for plan and grid."""

    sets_of: Annotated[Plural, holds("n", "times")]
    sets: Counted
    times: Counted
    sided: Annotated[Line, holds("amount", "side")]
    hold: Annotated[Line, holds("time")]
    open: Phrase


class DosePhrases(Model):
    """Words for doses."""

    unit: Units
    span: Spans
    often: Often
    cell: CellPhrases
    repeat: RepeatPhrases
    line: LinePhrases


class DayPhrases(Model):
    """Words for days and dates; names of days and months come from CLDR."""

    every_day: Phrase
    run: Annotated[Line, holds("first", "last")]
    per_week: Counted
    as_agreed: Phrase
    dated: Annotated[Line, holds("weekday", "date")]
    timed: Annotated[Line, holds("date", "time")]
