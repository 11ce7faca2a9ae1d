"""Turn search words, a position and the equipment at hand into the exercises that fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct

from handouts.check.lint_handout import position_in
from handouts.check.references import variant_names
from handouts.model.base import Region
from handouts.model.exercise import Exercise, ExerciseKind, WordLists

T = TypeVar("T")


class Place(StrEnum):
    """Where an exercise is done: what a patient must be able to get to."""

    FLOOR = "floor"
    BED = "bed"
    CHAIR = "chair"
    STANDING = "standing"
    KNEELING = "kneeling"


PLACES: Mapping[str, tuple[Place, ...]] = {
    "on a ball": (Place.FLOOR,),
    "on the bed": (Place.BED,),
    "on all fours": (Place.FLOOR, Place.KNEELING),
    "on the side": (Place.FLOOR,),
    "lying": (Place.FLOOR,),
    "sitting on the floor": (Place.FLOOR,),
    "sitting": (Place.CHAIR,),
    "standing": (Place.STANDING,),
}
"""Places by position, as the word lists distinguish positions."""
_OR = re.compile(r"\b(?:or|o|oder)\b")
_KNEELING = re.compile(r"kneel|rodilla en|knie", re.IGNORECASE)
NOTHING = "none"
"""The wish for no equipment apart from the chair, bed, wall or counter of the position."""
_NEAR = 0.8
_STEM, _ENDING = 5, 4
"""Other forms of a word share its beginning: so many letters at least, and all but so many."""
_KNOWN_BY = 3
"""The fewest letters that find words by their beginning; with one more, also similar words."""


class Wish(Struct, frozen=True):
    """What an exercise must have; None means that anything will do."""

    region: Region | None = None
    place: Place | None = None
    equipment: str | None = None
    kind: ExerciseKind | None = None
    words: tuple[str, ...] = ()


class Found(Struct, frozen=True):
    """An exercise that fits: ``itself``, some of its ``variants``, or both."""

    exercise: Exercise
    itself: bool
    variants: tuple[str, ...]


def places(exercise: Exercise, words: WordLists) -> tuple[Place, ...]:
    """Return where an exercise is done; several places for ``standing or sitting``."""
    found: dict[Place, None] = {}
    for part in _OR.split(exercise.position):
        known = PLACES.get(position_in(part, words), ())
        if not known and _KNEELING.search(part):
            known = (Place.FLOOR, Place.KNEELING)
        found |= dict.fromkeys(known)
    return tuple(found)


class WordIndex(Generic[T]):
    """Things, and the words that they are found by.

    Of each thing it is given texts, first those whose words count most.
    """

    def __init__(self, things: Iterable[tuple[T, Sequence[Iterable[str]]]]) -> None:
        self._ranks = [(thing, _ranks(texts)) for thing, texts in things]
        self.vocabulary = {word for _, ranks in self._ranks for word in ranks}

    def find(self, words: Iterable[str]) -> list[T]:
        """Return what has all words, where they count most first, else in their order."""
        asked = [self.words_like(word) for word in _words(*words)]
        ranked = []
        for thing, known in self._ranks:
            ranks = [
                min((known[word] for word in any_of if word in known), default=None)
                for any_of in asked
            ]
            found = [rank for rank in ranks if rank is not None]
            if len(found) == len(ranks):
                ranked.append((sum(found), thing))
        return [thing for _, thing in sorted(ranked, key=lambda item: item[0])]

    def words_like(self, word: str) -> tuple[str, ...]:
        """Return the known words that a word may mean, both as `_words` gives them.

        They begin with it; else they are other forms of it, as "abduction" is of "abductor", which
        comes before "adductor"; else they are similar.
        """
        if len(word) < _KNOWN_BY:
            return (word,)
        begun = self._beginning(word)
        if begun or len(word) == _KNOWN_BY:
            return begun
        forms = self._beginning(word[: max(_STEM, len(word) - _ENDING)])
        return forms or tuple(get_close_matches(word, self.vocabulary, cutoff=_NEAR))

    def _beginning(self, letters: str) -> tuple[str, ...]:
        return tuple(known for known in self.vocabulary if known.startswith(letters))

    def guessed(self, words: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each word that is in no exercise, with the words that are searched instead."""
        for word in words:
            for plain in _words(word):
                meant = [known for known in self.words_like(plain) if known in self.vocabulary]
                if not any(known.startswith(plain) for known in meant):
                    yield word, tuple(meant)


class Search:
    """All exercises, which are found by their names, what they are for and what they need."""

    def __init__(self, exercises: Iterable[Exercise], words: WordLists) -> None:
        self.lists = words
        self.index = WordIndex((each, _texts(each)) for each in exercises)

    def find(self, wish: Wish) -> list[Found]:
        """Return what fits, those whose name has the words first, else in their order."""
        fitting = (self._fitting(exercise, wish) for exercise in self.index.find(wish.words))
        return [found for found in fitting if found]

    def _fitting(self, exercise: Exercise, wish: Wish) -> Found | None:
        if wish.region and wish.region not in exercise.regions:
            return None
        if wish.kind and wish.kind is not exercise.kind:
            return None
        others = [name for name in variant_names(exercise) if name != exercise.default_variant]
        fitting = tuple(name for name in others if self._fits(exercise.variant(name), wish))
        itself = self._fits(exercise, wish)
        return Found(exercise, itself, fitting) if itself or fitting else None

    def _fits(self, form: Exercise, wish: Wish) -> bool:
        if wish.place and wish.place not in places(form, self.lists):
            return False
        if wish.equipment is None:
            return True
        if wish.equipment == NOTHING:
            return not needed(form)
        asked = set(_words(wish.equipment))
        return any(asked <= set(_words(item)) for item in form.equipment)


def needed(form: Exercise) -> tuple[str, ...]:
    """Return the equipment apart from the chair, bed, wall or counter that the position names."""
    at = set(_words(form.position))
    return tuple(item for item in form.equipment if not at & set(_words(item)))


def _texts(exercise: Exercise) -> list[list[str]]:
    """Return the name of an exercise, other names, and the rest that it is found by."""
    forms = exercise.variants.values()
    names = [exercise.id, *exercise.also_known_as]
    names += [text for form in forms for text in (form.name, *(form.also_known_as or ())) if text]
    rest = [exercise.purpose, *exercise.equipment]
    rest += [text for form in forms for text in form.equipment or ()]
    return [[exercise.name], names, rest]


def _ranks(texts: Sequence[Iterable[str]]) -> dict[str, int]:
    """Return words with the number, from 0, of the first texts that they stand in."""
    found: dict[str, int] = {}
    for rank, some in enumerate(texts):
        for word in _words(*some):
            found.setdefault(word, rank)
    return found


_IGNORED: Collection[str] = frozenset(
    {"a", "an", "and", "at", "in", "of", "on", "or", "the", "to", "with", "your"}
)


def _words(*texts: str) -> Iterator[str]:
    """Yield the words of texts in the form to compare: lower case, no accents, no plural."""
    for text in texts:
        # Keep letters of any script: a word without any would find everything.
        kinds = ((char, unicodedata.category(char)) for char in unicodedata.normalize("NFKD", text))
        plain = "".join(char if kind[0] in "LNM" else " " for char, kind in kinds if kind != "Mn")
        for word in plain.casefold().split():
            if word not in _IGNORED:
                yield _singular(word)


_SINGULARS = (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"))


def _singular(word: str) -> str:
    for ending, instead in _SINGULARS:
        if len(word) > len(ending) + 1 and word.endswith(ending):
            return word.removesuffix(ending) + instead
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
