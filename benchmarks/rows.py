"""Judge the measurements, with a row for each promise: its aim and the ratios of all rounds."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A promise and its results: ``values`` are those of all rounds, and their median counts.

    ``limit`` is the greatest value allowed or, with ``at_least``, the least. ``unit`` follows a
    value.
    """

    number: int
    what: str
    limit: float
    values: tuple[float, ...]
    unit: str = "x"
    at_least: bool = False
    note: str = ""

    @property
    def median(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.values)

    @property
    def met(self) -> bool:
        """Whether the promise is kept."""
        return self.median >= self.limit if self.at_least else self.median <= self.limit

    @property
    def aim(self) -> str:
        """The limit in words."""
        return f"{'≥' if self.at_least else '≤'} {self.limit:g} {self.unit}"

    @property
    def found(self) -> str:
        """The median in words, with the extremes if there are several rounds, and the note."""
        words = f"{self.median:.3g} {self.unit}"
        if len(self.values) > 1:
            words += f" ({min(self.values):.3g} - {max(self.values):.3g})"
        return f"{words}; {self.note}" if self.note else words


def ratios(one: Sequence[float], other: Sequence[float]) -> tuple[float, ...]:
    """Return the ratio of ``one`` to ``other`` in each round."""
    return tuple(a / b for a, b in zip(one, other, strict=True))
