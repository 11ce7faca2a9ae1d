"""What a run of sending tells while it goes on, and at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from handouts.deliver.mail.plan import Planned
from handouts.errors import HandoutError, Problem


class Outcome(StrEnum):
    """Why a handout needs somebody to look after it."""

    WRONG = "wrong"
    REFUSED = "refused"
    LATER = "to retry"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class Tally:
    """How far it is. ``skipped``: handouts that nobody is to be sent, by reason.

    ``left`` were not come to; ``stopped`` is what ended the run before its time.
    """

    total: int = 0
    sent: int = 0
    left: int = 0
    failures: Counter[Outcome] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    stopped: HandoutError | None = None
    interrupted: bool = False

    @property
    def failed(self) -> int:
        """Handouts that somebody has to look after."""
        return self.failures.total()

    def note(self, what: Outcome) -> None:
        """Count a handout that was not sent, or of which nobody knows."""
        self.failures[what] += 1


class Listener(Protocol):
    """Who is told. The command line shows lines or JSON."""

    def begun(self, tally: Tally) -> None:
        """Sending begins."""
        ...

    def warned(self, item: Planned) -> None:
        """Something about a handout should be looked at."""
        ...

    def sent(self, item: Planned, tally: Tally) -> None:
        """A message was taken."""
        ...

    def failed(
        self, item: Planned, what: Outcome, problems: Sequence[Problem], tally: Tally
    ) -> None:
        """A handout was not sent, or nobody knows."""
        ...

    def waiting(self, seconds: float, messages: int) -> None:
        """Nothing happens for a while: so many messages were put off."""
        ...
