"""Find exercises and programs to pick: by words, region, position and equipment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from handouts.check.lint_plan import position_of
from handouts.errors import HandoutError
from handouts.load.library import Library
from handouts.model.exercise import Exercise
from handouts.model.program import Program
from handouts.workspace import Kind


class Entry(Struct, frozen=True):
    """An exercise in the catalogue."""

    exercise: Exercise
    position: str
    words: str

    @property
    def id(self) -> str:
        """Its id."""
        return self.exercise.id


class Catalogue:
    """All exercises and programs of a library that can be read."""

    def __init__(self, library: Library) -> None:
        self.library = library
        lists = library.words()
        self.exercises = tuple(
            Entry(each, position_of(each, lists), _words(each)) for each in _all(library)
        )
        self.programs = tuple(_programs(library))

    @property
    def names(self) -> dict[str, str]:
        """What exercises are called, by id."""
        return {each.id: each.exercise.name for each in self.exercises}

    @property
    def regions(self) -> list[str]:
        """Regions that exercises name."""
        return sorted({region.value for each in self.exercises for region in each.exercise.regions})

    @property
    def positions(self) -> list[str]:
        """Positions that exercises begin in."""
        return sorted({each.position for each in self.exercises if each.position})

    @property
    def equipment(self) -> list[str]:
        """Things that exercises need."""
        return sorted({thing for each in self.exercises for thing in each.exercise.equipment})

    def find(
        self, asked: str, region: str = "", position: str = "", equipment: str = ""
    ) -> list[Entry]:
        """Return exercises that have all words and are of the kind, names first."""
        wanted = asked.casefold().split()
        found = [
            each
            for each in self.exercises
            if all(word in each.words for word in wanted)
            and (not region or region in each.exercise.regions)
            and (not position or position == each.position)
            and _has(each.exercise, equipment)
        ]
        return sorted(found, key=lambda each: _rank(each, wanted))

    def find_programs(self, asked: str) -> list[Program]:
        """Return programs that have all words."""
        wanted = asked.casefold().split()
        return [
            each
            for each in self.programs
            if all(word in f"{each.id} {each.name} {each.subtitle}".casefold() for word in wanted)
        ]


def _has(exercise: Exercise, equipment: str) -> bool:
    if equipment == "none":
        return not exercise.equipment
    return not equipment or equipment in exercise.equipment


def _rank(entry: Entry, wanted: Sequence[str]) -> tuple[bool, str]:
    name = entry.exercise.name.casefold()
    return not all(word in name for word in wanted), name


def _words(exercise: Exercise) -> str:
    said: Iterable[str] = (
        exercise.id.replace("-", " "), exercise.name, *exercise.also_known_as, exercise.purpose,
        exercise.position, *exercise.equipment, *(region.value for region in exercise.regions),
    )  # fmt: skip
    return " ".join(said).casefold()


def _all(library: Library) -> Iterable[Exercise]:
    for name in library.workspace.ids(Kind.EXERCISES):
        try:
            yield library.exercise(name)
        except HandoutError:
            # `handouts check` says what is wrong with it; it cannot be picked.
            continue


def _programs(library: Library) -> Iterable[Program]:
    for name in library.workspace.ids(Kind.PROGRAMS):
        try:
            yield library.program(name)
        except HandoutError:
            continue
