"""Hold exercises and programs to pick, and find them by words, region, place and equipment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from handouts.check.search import NOTHING, Found, Place, Search, Wish, needed
from handouts.errors import HandoutError
from handouts.load.library import Library
from handouts.model.base import ContentFile, Region
from handouts.model.exercise import Exercise
from handouts.model.program import Program
from handouts.workspace import Kind

T = TypeVar("T", bound=ContentFile)


class Catalogue:
    """All exercises and programs of a library that can be read."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.exercises = tuple(_all(library, Kind.EXERCISES, Exercise))
        self.programs = tuple(_all(library, Kind.PROGRAMS, Program))
        self._search = Search(self.exercises, library.words())

    @property
    def names(self) -> dict[str, str]:
        """What exercises are called, by id."""
        return {each.id: each.name for each in self.exercises}

    @property
    def regions(self) -> list[str]:
        """Regions that exercises name."""
        return sorted({region.value for each in self.exercises for region in each.regions})

    @property
    def places(self) -> list[str]:
        """Where exercises are done."""
        return [place.value for place in Place]

    @property
    def equipment(self) -> list[str]:
        """Nothing, and the things that exercises need."""
        things = {thing for each in self.exercises for thing in needed(each)}
        return [NOTHING, *sorted(things)]

    def find(
        self, asked: str, region: str = "", place: str = "", equipment: str = ""
    ) -> list[Found]:
        """Return exercises that have all words and are of the kind, names first."""
        wish = Wish(
            region=Region(region) if region in list(Region) else None,
            place=Place(place) if place in list(Place) else None,
            equipment=equipment or None,
            words=tuple(asked.split()),
        )
        return self._search.find(wish)

    def find_programs(self, asked: str) -> list[Program]:
        """Return programs that have all words."""
        wanted = asked.casefold().split()
        return [
            each
            for each in self.programs
            if all(word in f"{each.id} {each.name} {each.subtitle}".casefold() for word in wanted)
        ]


def _all(library: Library, kind: Kind, model: type[T]) -> Iterator[T]:
    for name in library.workspace.ids(kind):
        try:
            found = library.load(kind, name)
        except HandoutError:
            # `handouts check` says what is wrong with it; it cannot be picked.
            continue
        if isinstance(found, model):
            yield found
