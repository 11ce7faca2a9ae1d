"""Turn search words, a position and the equipment at hand into the exercises that fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from enum import StrEnum

from msgspec import Struct

from handouts.check.lint_handout import position_in
from handouts.check.references import variant_names
from handouts.model.base import Region
from handouts.model.exercise import Exercise, ExerciseKind, WordLists


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
"""Places by the positions that the word lists tell apart."""
_OR = re.compile(r"\b(?:or|o|oder)\b")
_KNEELING = re.compile(r"kneel|rodilla en|knie", re.IGNORECASE)
NOTHING = "none"
"""Asks for exercises without equipment, beside the chair, bed, wall or counter of the position."""
_NEAR = 0.8
_KNOWN_BY = 3
"""Letters from which on the beginning of a word finds it; with one more, a misspelling does too."""


class Wish(Struct, frozen=True):
    """What an exercise must have; None asks for nothing."""

    region: Region | None = None
    place: Place | None = None
    equipment: str | None = None
    kind: ExerciseKind | None = None
    words: tuple[str, ...] = ()


class Found(Struct, frozen=True):
    """An exercise that fits: itself, or only the ``variants`` of it that are named."""

    exercise: Exercise
    itself: bool
    variants: tuple[str, ...]


def places(exercise: Exercise, words: WordLists) -> tuple[Place, ...]:
    """Return where an exercise is done; several for ``standing or sitting``."""
    found: dict[Place, None] = {}
    for part in _OR.split(exercise.position):
        known = PLACES.get(position_in(part, words), ())
        if not known and _KNEELING.search(part):
            known = (Place.FLOOR, Place.KNEELING)
        found |= dict.fromkeys(known)
    return tuple(found)


class Search:
    """All exercises with the words that they are found by."""

    def __init__(self, exercises: Iterable[Exercise], words: WordLists) -> None:
        self.lists = words
        self.indexed = [(each, _index(each)) for each in exercises]
        self.vocabulary = {word for _, index in self.indexed for word in index}

    def find(self, wish: Wish) -> list[Found]:
        """Return what fits, those whose name has the words first, else in their order."""
        asked = [self.words_like(word) for word in wish.words if any(_words(word))]
        ranked = []
        for exercise, index in self.indexed:
            ranks = [
                min((index[word] for word in any_of if word in index), default=None)
                for any_of in asked
            ]
            known = [rank for rank in ranks if rank is not None]
            found = self._fitting(exercise, wish)
            if found and len(known) == len(ranks):
                ranked.append((sum(known), found))
        return [found for _, found in sorted(ranked, key=lambda item: item[0])]

    def words_like(self, word: str) -> tuple[str, ...]:
        """Return the known words that a word may mean: that begin with it, else similar ones."""
        plain = next(iter(_words(word)), "")
        if len(plain) < _KNOWN_BY:
            return (plain,)
        begun = tuple(known for known in self.vocabulary if known.startswith(plain))
        if begun or len(plain) == _KNOWN_BY:
            return begun
        return tuple(get_close_matches(plain, self.vocabulary, cutoff=_NEAR))

    def guessed(self, words: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each word that is in no exercise, with the words that were searched instead."""
        for word in words:
            if not any(_words(word)):
                continue
            plain, meant = next(iter(_words(word)), ""), self.words_like(word)
            if not any(known.startswith(plain) for known in meant if known in self.vocabulary):
                yield word, tuple(known for known in meant if known in self.vocabulary)

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
    """Return what is needed beside the chair, bed, wall or counter that the position names."""
    at = set(_words(form.position))
    return tuple(item for item in form.equipment if not at & set(_words(item)))


def _index(exercise: Exercise) -> dict[str, int]:
    """Return the words of an exercise with their rank: 0 in its name, 1 in others, 2 elsewhere."""
    forms = exercise.variants.values()
    names = [exercise.id, *exercise.also_known_as]
    names += [text for form in forms for text in (form.name, *(form.also_known_as or ())) if text]
    rest = [exercise.purpose, *exercise.equipment]
    rest += [text for form in forms for text in form.equipment or ()]
    found: dict[str, int] = {}
    for rank, texts in enumerate(([exercise.name], names, rest)):
        for word in _words(*texts):
            found.setdefault(word, rank)
    return found


_IGNORED: Collection[str] = frozenset(
    {"a", "an", "and", "at", "in", "of", "on", "or", "the", "to", "with", "your"}
)


def _words(*texts: str) -> Iterator[str]:
    """Yield the words of texts as they are compared: small letters, no accents, no plural."""
    for text in texts:
        # Of any script: a word that is not compared would find everything.
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
