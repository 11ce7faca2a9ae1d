"""Turn the progress of sending into lines for a person, or JSON for scripts."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from handouts.cli.progress import duration, event, in_row
from handouts.cli.report import print_problems, say
from handouts.deliver.mail.request import Tally, Unsent
from handouts.deliver.mail.send_plan import Planned
from handouts.errors import Problem

_EVERY = 5.0
"""Seconds between two lines of progress."""
_SHOWN = 20
"""Problems that are shown at once; the list of failures has all of them."""


class MailLines:
    """A line now and then, and one for each handout that somebody has to look after."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._failed = 0

    def begun(self, tally: Tally) -> None:
        """Say nothing: the first message follows at once."""
        del tally

    def warned(self, item: Planned) -> None:
        """Show what looks strange about a handout."""
        row = item.row
        if row is not None:
            print_problems(in_row(row.file, row.row, item.entry.reference, item.warnings))

    def sent(self, item: Planned, tally: Tally) -> None:
        """Say how far it is, every few seconds; at a terminal always."""
        if sys.stderr.isatty() or time.monotonic() - self._last >= _EVERY:
            self._last = time.monotonic()
            say(f"{tally.sent} of {tally.total} sent: {item.entry.reference}", err=True)

    def failed(
        self, item: Planned, what: Unsent, problems: Sequence[Problem], tally: Tally
    ) -> None:
        """Show what is wrong; after the first few only the list of failures does."""
        del what, tally
        self._failed += 1
        if self._failed <= _SHOWN:
            print_problems(_named(item, problems))
        elif self._failed == _SHOWN + 1:
            say("there are more; the list of failures has all of them", err=True)

    def waiting(self, seconds: float, messages: int) -> None:
        """Say why nothing happens."""
        count = "1 message" if messages == 1 else f"{messages} messages"
        say(f"waiting {duration(seconds)}, to try {count} again", err=True)


class JsonMailLines:
    """One JSON object a line on standard output: begun, warning, sent, failed, waiting."""

    def begun(self, tally: Tally) -> None:
        """Tell how many there are."""
        event("begun", total=tally.total)

    def warned(self, item: Planned) -> None:
        """Tell what looks strange."""
        event("warning", reference=item.entry.reference, problems=_plain(item.warnings))

    def sent(self, item: Planned, tally: Tally) -> None:
        """Tell of each."""
        event("sent", reference=item.entry.reference, sent=tally.sent, total=tally.total)

    def failed(
        self, item: Planned, what: Unsent, problems: Sequence[Problem], tally: Tally
    ) -> None:
        """Tell of each."""
        del tally
        row = item.row
        event(
            "failed",
            kind=what.value,
            reference=item.entry.reference,
            roster=row.file if row else None,
            row=row.row if row else None,
            problems=_plain(problems),
        )

    def waiting(self, seconds: float, messages: int) -> None:
        """Tell why nothing happens."""
        event("waiting", seconds=round(seconds), messages=messages)


def _named(item: Planned, problems: Sequence[Problem]) -> list[Problem]:
    """Return problems with the reference they are about in front."""
    return [
        Problem(
            f"{item.entry.reference}: {problem.message}",
            problem.location,
            problem.hint,
            problem.code,
            problem.severity,
        )
        for problem in problems
    ]


def _plain(problems: Sequence[Problem]) -> list[dict[str, str]]:
    return [{"message": item.message, "hint": item.hint} for item in problems]
