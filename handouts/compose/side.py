"""Turn sides into words: placeholders of an exercise's texts, labels, and "each leg"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from handouts.compose.text import Run, Runs, Value, plain, runs_of
from handouts.compose.wording import Wording
from handouts.model.dosage import Dosage
from handouts.model.exercise import Exercise
from handouts.model.order import OrderedExercise, Side
from handouts.model.phrases import Limb

_PLACEHOLDER = re.compile(r"\{(?:([^{}:]+):)?(\w+)\}")
_SENTENCE_END = (".", "!", "?")


def side_phrase(word: str, noun: str, side: Side, words: Wording) -> str:
    """Return a noun with its side, as ``{leg:your_side}`` asks for it: ``your left leg``.

    Raises:
        KeyError: for a noun of which the language's words do not know how they agree with it.
    """
    sides = words.locale.side
    fillings = sides.words
    named = {Side.LEFT: fillings.left, Side.RIGHT: fillings.right, Side.SORE: fillings.sore}
    phrase = named.get(side, fillings.one).phrase(word, sides.noun_class(noun))
    if phrase is None:
        raise KeyError(noun)
    return phrase.replace("{noun}", noun)


def filled(text: str, side: Side, words: Wording, *, capital: bool = True, **more: Value) -> Runs:
    """Return a text of an exercise with its placeholders filled.

    A side that starts a sentence gets a capital; ``capital`` is False for a text that continues
    a lead-in. ``more`` gives the sentences for ``{hold}`` and ``{repeat}``; an unknown
    placeholder stays out.
    """
    runs: list[Run] = []
    at = 0
    for match in _PLACEHOLDER.finditer(text):
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
    """Return a text and what follows it, with the two words where they meet written as one."""
    for pair, one in contractions.items():
        first, second = pair.split(" ")
        met = re.search(rf"\b{first} $", before, re.IGNORECASE)
        if met and phrase.startswith(f"{second} "):
            said = one if met[0].islower() else one[:1].upper() + one[1:]
            return before[: met.start()] + said, phrase[len(second) :]
    return before, phrase


def side_label(item: OrderedExercise, words: Wording) -> str:
    """``Each side``, ``Both sides together``, ``Left side only``."""
    if item.side is Side.TOGETHER:
        return limb(item.exercise, words).together
    label: str = getattr(words.locale.side.label, item.side)
    return label


def limb(exercise: Exercise, words: Wording) -> Limb:
    """Return the phrases for what the exercise counts on each side."""
    phrases: Limb = getattr(words.locale.side, exercise.limb)
    return phrases


def takes_turns(side: Side) -> bool:
    """True where both sides are done, one after the other."""
    return side in (Side.EACH, Side.ALTERNATE)


def counted_in_all(side: Side, dosage: Dosage) -> bool:
    """True where the repetitions are of both sides together, although sides take turns."""
    return takes_turns(side) and dosage.per_side is False


def side_after_number(item: OrderedExercise, words: Wording) -> str:
    """``each leg`` or ``left leg`` beside a numeral; empty for both sides together."""
    if counted_in_all(item.side, item.dosage):
        return words.locale.dose.line.in_all
    return _of_limb(item, "{}", words)


def side_in_sentence(item: OrderedExercise, words: Wording) -> str:
    """``with each leg`` or ``with your left leg``; empty for both sides together."""
    return _of_limb(item, "with_{}", words)


def _of_limb(item: OrderedExercise, name: str, words: Wording) -> str:
    """Return a phrase of the limb for the side that is worked; empty for both together."""
    if item.side is Side.TOGETHER:
        return ""
    side = Side.EACH if item.side is Side.ALTERNATE else item.side
    phrase: str = getattr(limb(item.exercise, words), name.format(side))
    return phrase
