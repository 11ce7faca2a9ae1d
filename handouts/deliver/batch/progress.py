"""Progress of a batch: what its listener is told, and the summary at its end."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from handouts.errors import HandoutError, Problem


@dataclass(slots=True)
class Progress:
    """How far a batch is. ``unchanged``: complete and unchanged since an earlier run.

    ``laid_out``: made in full, the others of those made are stamped from what was laid out.
    ``drafts``: made or unchanged, and not reviewed by the clinic.
    """

    total: int
    made: int = 0
    unchanged: int = 0
    failed: int = 0
    laid_out: int = 0
    drafts: int = 0
    started: float = field(default_factory=time.monotonic)

    @property
    def done(self) -> int:
        """Rows that are settled."""
        return self.made + self.unchanged + self.failed

    def lose(self, count: int) -> None:
        """Count handouts no longer that are not there any more."""
        made = min(count, self.made)
        self.made, self.unchanged = self.made - made, self.unchanged - (count - made)

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    @property
    def rate(self) -> float:
        """Handouts made in a second; 0.0 before the first."""
        return self.made / self.seconds if self.seconds > 0 else 0.0

    @property
    def left(self) -> float | None:
        """About how many seconds are left; None before anything is made."""
        return (self.total - self.done) / self.rate if self.rate > 0 else None


class BatchListener(Protocol):
    """Who is told. The command line shows a bar, lines or JSON."""

    def begun(self, progress: Progress) -> None:
        """Work begins."""
        ...

    def advanced(self, progress: Progress) -> None:
        """More rows are settled."""
        ...

    def failed(self, roster: str, row: int, reference: str, problems: Sequence[Problem]) -> None:
        """A row failed."""
        ...

    def printing(self, patients: int) -> None:
        """So many patients are in the print run; 0: it begins."""
        ...


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of a batch. ``skipped``: rows that get no handout, by reason.

    ``laid_out``: how many of those made were laid out in full, not stamped. ``older``: failed rows
    whose patient keeps the handout that an earlier run made. ``unlisted``: references of patients
    who have a handout and left the list, ``removed``: whether theirs were removed.
    ``other_lists``: handouts of lists that were not read now. ``drafts``: those made or unchanged
    that the clinic has not reviewed. ``stopped``: what ended the run.
    """

    total: int
    made: int
    laid_out: int
    unchanged: int
    failed: int
    skipped: Mapping[str, int]
    pages: int
    print_pages: int
    seconds: float
    interrupted: bool
    older: int = 0
    unlisted: tuple[str, ...] = ()
    removed: bool = False
    other_lists: int = 0
    drafts: int = 0
    stopped: HandoutError | None = None
