"""Define phrases of a locale: plain, with placeholders, in plural forms; of sides and doses."""

import re
from typing import Annotated, TypeVar

from pydantic import AfterValidator, StringConstraints

from handouts.model.base import Line, Model

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
CONTENT_PLACEHOLDER = re.compile(r"\{(?:([^{}:]+):)?(\w+)\}")
"""A placeholder in a text of an exercise: its noun, if it has one, and its word: ``{leg:side}``."""


class Plural(Model):
    """One phrase in the plural forms of its language (CLDR categories); ``other`` is any number."""

    zero: Line | None = None
    one: Line | None = None
    two: Line | None = None
    few: Line | None = None
    many: Line | None = None
    other: Line

    @property
    def forms(self) -> dict[str, str]:
        """The forms given, by category."""
        return {name: form for name, form in self if form is not None}

    def form(self, category: str) -> str:
        """Return the phrase for a CLDR category; ``other`` if that has no form of its own."""
        form: str | None = getattr(self, category, None)
        return self.other if form is None else form


class Ordinal(Plural):
    """A place in a row ("1st", "2nd"), in the ordinal forms of its language."""


_Phrase = TypeVar("_Phrase", str, Plural, Ordinal)


def _check(phrase: str, allowed: set[str], required: set[str]) -> None:
    used = _PLACEHOLDER.findall(phrase)
    rest = _PLACEHOLDER.sub("", phrase)
    if "{" in rest or "}" in rest:
        raise ValueError("a placeholder must be one word in braces, such as {n}")
    for name in used:
        if name not in allowed:
            known = ", ".join(f"{{{one}}}" for one in sorted(allowed)) or "none"
            raise ValueError(f"placeholder {{{name}}} is not known here (known: {known})")
        if used.count(name) > 1:
            raise ValueError(f"placeholder {{{name}}} may appear only once")
    missing = sorted(required - set(used))
    if missing:
        raise ValueError(f"placeholder {{{missing[0]}}} is missing")


def holds(*names: str) -> AfterValidator:
    """Return a validator: a phrase must contain each of ``names`` as a placeholder once, no other.

    In a plural only ``other`` must contain them all: "once" needs no ``{n}``.
    """
    known = set(names)

    def check(phrase: _Phrase) -> _Phrase:
        if isinstance(phrase, Plural):
            for category, form in phrase.forms.items():
                _check(form, known, known if category == "other" else set())
        else:
            _check(phrase, known, known)
        return phrase

    return AfterValidator(check)


Phrase = Annotated[Line, holds()]
"""Words without placeholders."""

Counted = Annotated[Plural, holds("n")]
"""A phrase with its number, ``{n}``."""

Pair = Annotated[Line, holds("a", "b")]
"""Two things joined, ``{a}`` and ``{b}``."""

NounClass = Annotated[str, StringConstraints(pattern=r"^[a-z]{1,8}$")]
"""The name of a noun class with which words agree: ``f``, ``m``, ``n``, ``fp``."""

_SidePhrase = Annotated[Line, holds("noun")]

NounPhrase = _SidePhrase | dict[NounClass, _SidePhrase]
"""A noun with its side, ``{noun}``; in one form for each noun class if words agree with nouns."""

SIDE_WORDS = ("side", "your_side", "other_side", "your_other_side")
"""The words that may follow a noun to ask for its side: ``{leg:your_side}``."""


class SideWords(Model):
    """What the side placeholders of an exercise's texts become: ``your left {noun}``."""

    side: NounPhrase
    your_side: NounPhrase
    other_side: NounPhrase
    your_other_side: NounPhrase

    def phrase(self, word: str, noun_class: str | None) -> str | None:
        """Return the phrase for a word such as ``your_side``; None if the class has none."""
        phrase: NounPhrase = getattr(self, word)
        return phrase if isinstance(phrase, str) else phrase.get(noun_class or "")


class SideFillings(Model):
    """`SideWords` for an exercise of both sides, and for a known or unknown sore side."""

    one: SideWords
    left: SideWords
    right: SideWords
    sore: SideWords


TwoWords = Annotated[str, StringConstraints(pattern=r"^[^\s{}]+ [^\s{}]+$")]
"""Two words that contract to one: ``de el``."""


class SideLabels(Model):
    """What the card says about the side."""

    each: Phrase
    alternate: Phrase
    left: Phrase
    right: Phrase
    sore: Phrase


class Limb(Model):
    """What is counted on each side: ``each`` after a number, ``with_each`` in a sentence.

    ``swap`` does one side, then the other; ``change`` asks to change when nothing is counted, and
    after a rest that follows the ``first`` side.
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
    first: Annotated[Line, holds("do")]


_REMARK = re.compile(r" \([^()]+\)$")


def printed_noun(noun: str) -> str:
    """Return a noun of a side as it is printed, without the remark that names its form."""
    return _REMARK.sub("", noun)


class SidePhrases(Model):
    """Words for sides: fillings, labels, and phrases by limb.

    In a language whose words agree with the noun, ``nouns`` are the nouns that may have a side,
    each with its class. A remark in brackets distinguishes forms that are spelled alike, and is not
    printed: ``Bein (Dativ)``. ``contractions`` are pairs of words that become one: ``de el``, del.
    """

    words: SideFillings
    nouns: dict[Line, NounClass] = {}
    contractions: dict[TwoWords, Phrase] = {}
    label: SideLabels
    leg: Limb
    foot: Limb
    arm: Limb
    hand: Limb
    side: Limb
    direction: Limb

    def noun_class(self, noun: str) -> str | None:
        """Return the class of a noun; of several words, the class of the first that is known."""
        printed = printed_noun(noun)
        remark = noun[len(printed) :]
        for known in (printed, *printed.split()):
            if known + remark in self.nouns:
                return self.nouns[known + remark]
        return None

    def knows(self, noun: str) -> bool:
        """Return whether the words for each side have a form for a noun."""
        given, found = self.words, self.noun_class(noun)
        filled = (given.one, given.left, given.right, given.sore)
        return all(words.phrase(word, found) for words in filled for word in SIDE_WORDS)


class Spans(Model):
    """Numbers with their unit, in a sentence."""

    seconds: Counted
    minutes: Counted
    hours: Counted
    breaths: Counted
    steps: Counted
    rounds: Counted
    laps: Counted
    meters: Counted
    kilometers: Counted
    miles: Counted
    yards: Counted
    feet: Counted
    kilograms: Counted
    pounds: Counted


class TimesOfDay(Model):
    """Times of day, as a sentence continues with them: "in the morning"."""

    morning: Phrase
    noon: Phrase
    afternoon: Phrase
    evening: Phrase
    bedtime: Phrase


class Often(Model):
    """How many times a day, or when."""

    once: Phrase
    twice: Phrase
    times: Counted
    every_hours: Counted
    at: TimesOfDay


class Bands(Model):
    """Exercise bands by their colour."""

    yellow: Phrase
    red: Phrase
    green: Phrase
    blue: Phrase
    black: Phrase
    silver: Phrase
    gold: Phrase
    gray: Phrase
    tan: Phrase
    purple: Phrase
    orange: Phrase
    pink: Phrase
    white: Phrase


class TempoPhrases(Model):
    """How long each part of a repetition takes; ``timed`` contains all of them."""

    timed: Annotated[Line, holds("moves")]
    there: Annotated[Line, holds("time")]
    back: Annotated[Line, holds("time")]
    up: Annotated[Line, holds("time")]
    down: Annotated[Line, holds("time")]
    wait: Annotated[Line, holds("time")]
    words: Annotated[Line, holds("tempo")]


class EffortLevels(Model):
    """How an effort feels, from the least to the most; each continues a sentence after "feel"."""

    easy: Phrase
    little: Phrase
    hard: Phrase
    very: Phrase
    most: Phrase
    to: Pair


class RepeatPhrases(Model):
    """The sentences that say how often to repeat, from the dose.

    Those without a full stop go into ``plain``, ``sided`` and the sentences of a `Limb`.
    """

    do: Counted
    do_time: Annotated[Line, holds("amount")]
    do_steps: Annotated[Line, holds("amount")]
    do_distance: Annotated[Line, holds("amount")]
    do_rounds: Annotated[Line, holds("amount")]
    do_many: Phrase
    do_long: Phrase
    do_until: Phrase
    stop_when_hard: Phrase
    far: Phrase
    effort: Annotated[Line, holds("level", "n", "low", "high")]
    from_week: Annotated[Line, holds("n", "what")]
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
    """The dose in one line: on a card, in plan and grid."""

    sets_of: Annotated[Plural, holds("n", "times")]
    sets: Counted
    times: Counted
    sided: Annotated[Line, holds("amount", "side")]
    hold: Annotated[Line, holds("time")]
    in_all: Phrase
    rest: Annotated[Line, holds("time")]
    rest_between_sides: Annotated[Line, holds("time")]
    load: Annotated[Line, holds("load")]
    body_weight: Phrase
    effort: Annotated[Line, holds("level", "n", "high")]
    until: Phrase
    far: Phrase
    many: Phrase
    long: Phrase
    every_day: Phrase
    every_other_day: Phrase
    from_week: Annotated[Line, holds("n", "what")]
    build_up: Annotated[Line, holds("amount")]
    open: Phrase


class DosePhrases(Model):
    """Words for doses."""

    span: Spans
    often: Often
    bands: Bands
    tempo: TempoPhrases
    effort: EffortLevels
    repeat: RepeatPhrases
    line: LinePhrases
