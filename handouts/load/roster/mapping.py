"""What ``--map`` says into columns by header and columns by position."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handouts.errors import ContentError, Location, Problem, did_you_mean
from handouts.load.roster.words import Words, plain
from handouts.model.roster import DOSE, Column

_PLACE = Location("--map")


@dataclass(frozen=True)
class Known:
    """What a header may mean: a column by one of its names, or the dose of an exercise."""

    words: Words
    exercises: frozenset[str]

    def column(self, header: str, place: Location) -> str | None:
        """Return the column of a header; None if it is not one of ours.

        Raises:
            ContentError: if it is a dose column of an exercise that there is not.
        """
        name = plain(header)
        if not name.startswith(DOSE):
            found = self.words.columns.get(name)
            return None if found is None else str(found)
        exercise = name.removeprefix(DOSE).strip()
        if exercise not in self.exercises:
            hint = did_you_mean(exercise, self.exercises)
            message = f'a dose column names the exercise "{exercise}", which there is not'
            raise ContentError(Problem(message, place, hint))
        return f"{DOSE}{exercise}"


@dataclass(frozen=True)
class Mapped:
    """Columns by the header (as it was given), and by the position from 1, that they stand at."""

    headers: Mapping[str, str]
    positions: Mapping[str, int]


def read_mapping(given: Mapping[str, str], known: Known, *, header: bool) -> Mapped:
    """Return what a mapping says. Without a ``header`` all of it is positions, ``#3`` or ``3``.

    Raises:
        ContentError: if it names no column of ours, or a header where there is none.
    """
    headers, positions = {}, {}
    for name, text in given.items():
        column = known.column(name, _PLACE)
        if column is None:
            names = [*Column, f"{DOSE}<exercise-id>"]
            hint = did_you_mean(plain(name).replace(" ", "_"), names)
            raise ContentError(f'a roster has no column "{name}"', hint)
        number = text.strip() if header else f"#{text.strip().removeprefix('#')}"
        if number.startswith("#") and number[1:].isascii() and number[1:].isdigit():
            positions[column] = int(number[1:])
        elif header:
            headers[column] = text.strip()
        else:
            raise ContentError(
                "without a header a column is mapped by position",
                hint="such as --map reference=#1 --map name=#2",
            )
    return Mapped(headers, positions)
