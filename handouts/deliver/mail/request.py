"""What somebody asks to be sent, what that is done with, and what it came to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from handouts.deliver.mail.office import OfficeOf
from handouts.deliver.mail.pace import DELAYS, Clock
from handouts.deliver.mail.plan import Planned
from handouts.deliver.mail.results import Listener, Tally
from handouts.deliver.mail.writing import Written
from handouts.load.library import Library
from handouts.model.roster import RosterRow, RowProblem

PREVIEWS = 3
"""Messages of a dry run that are written to look at."""


@dataclass(frozen=True, slots=True)
class SendOptions:
    """What to send. Nothing is sent without ``send``.

    ``folder`` holds manifest and key, ``output`` (a folder or URL) the files. ``passphrases`` is
    the file that the batch wrote. ``only`` and ``resend`` are references; ``resend`` sends what
    was sent, or may have been. ``rate`` is messages a minute; without it the clinic's own.
    """

    folder: Path
    output: str
    ledger: Path
    rosters: tuple[Path, ...]
    passphrases: Path | None = None
    send: bool = False
    limit: int | None = None
    only: tuple[str, ...] = ()
    resend: tuple[str, ...] = ()
    rate: int | None = None
    previews: int = PREVIEWS

    @property
    def wanted(self) -> tuple[str, ...]:
        """The references that the run is about; none: all."""
        return (*self.only, *self.resend)


@dataclass(slots=True)
class Report:
    """What a run came to. ``ready`` agreed with everything in a dry run, ``first`` is one of it.

    ``without`` are rows of patients for whom no handout was made.
    ``previews`` are files to look at, ``failed`` the rows to correct, if there are any.
    """

    tally: Tally
    ready: list[Planned] = field(default_factory=list)
    first: Written | None = None
    without: list[RosterRow | RowProblem] = field(default_factory=list)
    previews: list[Path] = field(default_factory=list)
    failed: Path | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run works with; ``unchanged`` raises once the rosters are not what was read."""

    library: Library
    offices: OfficeOf
    listener: Listener
    unchanged: Callable[[], None] = lambda: None
    clock: Clock = field(default_factory=Clock)
    delays: Sequence[float] = DELAYS
